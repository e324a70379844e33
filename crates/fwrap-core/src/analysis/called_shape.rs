//! The shape of what a dummy procedure is called with, as that can be computed where it is called.

use crate::analysis::extent::ExtentScope;
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::analysis::usage::Usages;
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::body::Call;
use crate::ir::entity::{Entity, Intent};
use crate::ir::expr::{Actual, Expr, ExprKind};
use crate::ir::extent::Extent;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Procedure};
use crate::source::Span;

/// The shape of the actual arguments at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalledShape {
    /// A scalar, or nothing that is known to be an array.
    Scalar,
    /// These extents: over the other arguments of the call ([`argument_name`]) and the caller's dummy arguments.
    Known(Vec<Extent>),
    /// An array whose extents are not known, or do not agree.
    Unknown(Span, Because),
}

/// Why the extents of an actual argument are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// The array of an element may go on behind it.
    Element,
    /// The actual argument is an assumed-size array.
    AssumedSize,
    /// The extents are no expressions of arguments.
    Expression,
    /// Two calls pass arrays of different shapes.
    Disagree,
    /// The dummy procedure is also passed on to where it is not known what becomes of it.
    Exposed,
}

impl CalledShape {
    /// Takes over what another call says at the same place; true if that changes something.
    pub(super) fn unite(&mut self, other: &Self, span: Span) -> bool {
        let united = match (&*self, other) {
            (one, two) if one == two => return false,
            (Self::Unknown(..), _) => return false,
            (Self::Scalar, two) => two.clone(),
            (_, Self::Unknown(span, because)) => Self::Unknown(*span, *because),
            (Self::Known(_), Self::Scalar) => return false,
            (Self::Known(_), Self::Known(_)) => Self::Unknown(span, Because::Disagree),
        };
        *self = united;
        true
    }

    /// The same shape, seen from a procedure that passes the dummy procedure on: `actual` is what it passes for a
    /// dummy argument.
    pub(super) fn translate(&self, span: Span, actual: &impl Fn(&Name) -> Option<Name>) -> Self {
        let Self::Known(extents) = self else { return self.clone() };
        let translated = |extent: &Extent| {
            extent.rename(&|name| if argument_place(name).is_some() { Some(name.clone()) } else { actual(name) })
        };
        match extents.iter().map(translated).collect() {
            Some(extents) => Self::Known(extents),
            None => Self::Unknown(span, Because::Expression),
        }
    }
}

/// Stands in extents for the value of the argument at a place, counted from 0. No Fortran name begins like that.
#[must_use]
pub fn argument_name(place: usize) -> Name {
    Name::new(format!("#{place}"))
}

/// The place of an [`argument_name`].
#[must_use]
pub fn argument_place(name: &Name) -> Option<usize> {
    name.lower().strip_prefix('#')?.parse().ok()
}

/// The caller of a dummy procedure.
pub(super) struct Caller<'a, 'ir> {
    pub(super) procedure: &'ir Procedure,
    pub(super) chain: &'a ScopeChain<'ir>,
    pub(super) modules: &'a Modules<'ir>,
    pub(super) usages: &'a Usages<'ir>,
}

impl<'ir> Caller<'_, 'ir> {
    /// The shape of every actual argument, and whether the callee cannot change it.
    pub(super) fn find(&self, call: &Call) -> Vec<(CalledShape, bool)> {
        let actuals = call.actuals.as_deref().unwrap_or_default();
        let find = |actual: &Actual| match &actual.value {
            Some(value) => (self.shape(value, actuals), self.is_fixed(value)),
            None => (CalledShape::Scalar, true),
        };
        actuals.iter().map(find).collect()
    }

    fn entity(&self, name: &Name) -> Option<&'ir Entity> {
        match self.modules.find(name, self.chain) {
            Some(Meaning::Entity(entity, _)) => Some(entity),
            _ => None,
        }
    }

    fn is_dummy(&self, name: &Name) -> bool {
        self.procedure.dummies.iter().any(|dummy| matches!(dummy, Dummy::Argument(known, _) if known == name))
    }

    /// Whether what is passed is no variable, or one that must not be changed.
    fn is_fixed(&self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Name(name) | ExprKind::Reference(name, _) => {
                self.entity(name).is_some_and(|entity| entity.intent == Some(Intent::In) || entity.attributes.parameter)
            }
            ExprKind::Component(..) | ExprKind::Subscripted(..) | ExprKind::Other(_) => false,
            _ => true,
        }
    }

    fn shape(&self, value: &Expr, actuals: &[Actual]) -> CalledShape {
        let (name, subscripts) = match &value.kind {
            ExprKind::Name(name) => (name, None),
            ExprKind::Reference(name, subscripts) => (name, Some(subscripts)),
            ExprKind::Component(..) | ExprKind::Subscripted(..) | ExprKind::ArrayConstructor(..) => {
                return CalledShape::Unknown(value.span, Because::Expression);
            }
            _ => return CalledShape::Scalar,
        };
        let Some(entity) = self.entity(name) else { return CalledShape::Scalar };
        let Some(spec) = &entity.shape else { return CalledShape::Scalar };
        let unknown = |because| CalledShape::Unknown(value.span, because);
        let ArraySpec::Dimensions(dimensions) = spec else { return unknown(Because::Expression) };
        if subscripts.is_some_and(|subscripts| !subscripts.iter().any(|subscript| subscript.is_range)) {
            return unknown(Because::Element);
        }
        let is_dummy = self.is_dummy(name);
        let mut extents = Vec::new();
        for (at, dimension) in dimensions.iter().enumerate() {
            let subscript = subscripts.and_then(|subscripts| subscripts.get(at));
            if subscript.is_some_and(|subscript| !subscript.is_range) {
                continue;
            }
            let section = subscript.filter(|range| range.value.is_some() || range.upper.is_some());
            let extent = match section {
                Some(range) => self.section(range, dimension),
                None => self.extent(entity, is_dummy, at, dimensions),
            };
            let extent = extent.map(|extent| self.in_arguments(&extent, actuals, section.is_some()));
            match extent {
                Ok(Some(extent)) => extents.push(extent),
                Ok(None) => return unknown(Because::Expression),
                Err(because) => return unknown(because),
            }
        }
        CalledShape::Known(extents)
    }

    fn scope(&self) -> ExtentScope<'_, 'ir> {
        ExtentScope { procedure: self.procedure, host: None, chain: self.chain, modules: self.modules }
    }

    /// The declared extent of a dimension, over the caller's dummy arguments as they come in.
    fn extent(&self, entity: &Entity, is_dummy: bool, at: usize, dimensions: &[Dimension]) -> Result<Extent, Because> {
        let find = |expr: &Expr| self.scope().find(expr).map_err(|_| Because::Expression);
        match &dimensions[at] {
            Dimension::Explicit { lower, upper } => {
                let lower = lower.as_ref().map_or(Ok(Extent::Constant(1)), find)?;
                let extent = Extent::between(lower, find(upper)?);
                // FORTRAN 66 wrote `x(1)` for `x(*)`.
                let is_last = at + 1 == dimensions.len();
                if is_dummy && is_last && extent == Extent::Constant(1) {
                    Err(Because::AssumedSize)
                } else {
                    Ok(extent)
                }
            }
            Dimension::AssumedSize { .. } => Err(Because::AssumedSize),
            Dimension::Colon { .. } if is_dummy && !entity.attributes.allocatable && !entity.attributes.pointer => {
                Ok(Extent::OfArray(entity.name.clone(), at))
            }
            Dimension::Colon { .. } => Err(Because::Expression),
        }
    }

    /// The extent of `lower : upper`, over values at the time of the call.
    fn section(&self, range: &Actual, dimension: &Dimension) -> Result<Extent, Because> {
        let find = |expr: &Expr| self.scope().find(expr).map_err(|_| Because::Expression);
        if range.stride.is_some() {
            return Err(Because::Expression);
        }
        let lower = match (&range.value, dimension) {
            (Some(lower), _) => find(lower)?,
            (None, Dimension::Explicit { lower: Some(lower), .. }) => find(lower)?,
            (None, _) => Extent::Constant(1),
        };
        match (&range.upper, dimension) {
            (Some(upper), _) => Ok(Extent::between(lower, find(upper)?)),
            (None, Dimension::Explicit { upper, .. }) => Ok(Extent::between(lower, find(upper)?)),
            _ => Err(Because::AssumedSize),
        }
    }

    /// The extent over the arguments of the call, where the same variable is one of them. A variable that gets other
    /// values says what it had when the procedure began, which an argument does not; `is_current` asks for now.
    fn in_arguments(&self, extent: &Extent, actuals: &[Actual], is_current: bool) -> Option<Extent> {
        let place = |name: &Name| {
            let is_name = |actual: &Actual| {
                !actual.is_range
                    && matches!(&actual.value, Some(Expr { kind: ExprKind::Name(known), .. }) if known == name)
            };
            actuals.iter().position(is_name)
        };
        let is_written = |name: &Name| {
            self.usages.of(self.procedure, name).is_none_or(|usage| {
                usage.written.is_some() || usage.declared.is_some_and(|intent| intent != Intent::In)
            })
        };
        let is_array = |name: &Name| self.entity(name).is_some_and(|entity| entity.shape.is_some());
        extent.rename(&|name| match place(name).filter(|_| !is_array(name)) {
            Some(place) if is_current || !is_written(name) => Some(argument_name(place)),
            _ if is_current && (is_written(name) || is_array(name)) => None,
            _ => self.is_dummy(name).then(|| name.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::CalledShape;
    use crate::analysis::dummy_procedure::find_dummy_procedures;
    use crate::analysis::find_usages;
    use crate::analysis::scope::{DefaultKinds, Modules};
    use crate::front::{Options, parse_library};
    use crate::ir::name::Name;
    use crate::source::{SourceFile, SourceMap};

    /// The shapes that `f` is called with in the first procedure: `#0` is the value of its first argument.
    fn shapes(text: &str) -> Vec<String> {
        let mut sources = SourceMap::default();
        sources.add(SourceFile::new("a.f90", text));
        let none = |_: &str, _: &str| None;
        let (defines, predefined, openmp, fixed_line_length) = (Vec::new(), None, false, None);
        let options = Options { defines, predefined, openmp, fixed_line_length, load_include: &none };
        let (library, diagnostics) = parse_library(&mut sources, &options);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let modules = Modules::new(&library, DefaultKinds::default());
        let usages = find_usages(&library, &modules);
        let found = find_dummy_procedures(&library, &modules, &usages);
        let called = found.of(&library.procedures[0], &Name::new("f")).expect("calls of `f`");
        let text = |(shape, is_fixed): &(CalledShape, bool)| {
            let shape = match shape {
                CalledShape::Scalar => "scalar".to_owned(),
                CalledShape::Known(extents) => {
                    let extents: Vec<String> = extents.iter().map(ToString::to_string).collect();
                    format!("({})", extents.join(", "))
                }
                CalledShape::Unknown(_, because) => format!("{because:?}"),
            };
            if *is_fixed { format!("{shape} fixed") } else { shape }
        };
        called.shapes.iter().map(text).collect()
    }

    fn calls(calls: &str) -> Vec<String> {
        shapes(&format!(
            "subroutine s(f, n, m, x, y, z)\nexternal f\ninteger n, m\nreal(8) x(n), y(2*n, 0:m), z(*)\n\
             real(8), intent(in) :: w(3)\n{calls}\nend\n"
        ))
    }

    #[test]
    fn extents_are_those_of_the_caller_in_the_arguments_of_the_call() {
        assert_eq!(calls("call f(n, x, 1, n + 1)"), ["scalar", "(#0)", "scalar fixed", "scalar fixed"]);
        assert_eq!(calls("call f(x, m, y)"), ["(n)", "scalar", "(2*n, #1 + 1)"]);
        assert_eq!(calls("call f(y(:, 1), x(2:4), x(1:m), m)"), ["(2*n)", "(3)", "(#3)", "scalar"]);
        assert_eq!(calls("call f(w)"), ["(3) fixed"]);
        assert_eq!(calls("n = 2\ncall f(n, x)"), ["scalar", "(n)"], "x has its size from before");
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert_eq!(calls("call f(z)"), ["AssumedSize"]);
        assert_eq!(calls("call f(x(1))"), ["Element"]);
        assert_eq!(calls("call f(x(1:m))"), ["(m)"]);
        assert_eq!(calls("m = 2\ncall f(x(1:m))"), ["Expression"]);
        assert_eq!(calls("call f(n, x)\ncall f(m, x)"), ["scalar", "Disagree"]);
        assert_eq!(calls("call f(x)\ncall other(f)"), ["Exposed"]);
        assert_eq!(shapes("subroutine s(f, x)\nexternal f\nreal x(1)\ncall f(x)\nend\n"), ["AssumedSize"]);
    }

    #[test]
    fn shapes_are_translated_where_the_procedure_is_passed_on() {
        let inner = "subroutine t(g, k, a, b)\nexternal g\ninteger k\nreal(8) a(k), b(2*k)\ncall g(a, k, b)\nend\n";
        let outer = |call: &str| format!("subroutine s(f, n, x)\nexternal f\ninteger n\nreal(8) x(n)\n{call}\nend\n");
        assert_eq!(shapes(&format!("{}{inner}", outer("call t(f, n, x, x)"))), ["(#1)", "scalar", "(2*#1)"]);
        let inner = "subroutine t(g, k, a)\nexternal g\ninteger k\nreal(8) a(k)\ncall g(a)\nend\n";
        assert_eq!(shapes(&format!("{}{inner}", outer("call t(f, n, x)"))), ["(n)"]);
        assert_eq!(shapes(&format!("{}{inner}", outer("call t(f, 3, x)"))), ["Expression"]);
    }
}
