//! Sample calls: the interface of a callback as a call of it shows it, with all that is said of what is passed.

use crate::analysis::actual::{Form, find_actual};
use crate::analysis::f2py::finder::Finder;
use crate::analysis::f2py::routine::{Found, settle};
use crate::analysis::f2py::signature::{ElementType, TextLength, VariableKind};
use crate::analysis::f2py::size::Places;
use crate::analysis::f2py::unit::Unit;
use crate::analysis::f2py::variable::Draft;
use crate::analysis::kind::ResolvedType;
use crate::analysis::simplify::{self, Simplifier};
use crate::analysis::support;
use crate::analysis::{facts::DataType, kind};
use crate::diagnostic::Diagnostic;
use crate::ir::body::{Call, Place};
use crate::ir::entity::Entity;
use crate::ir::expr::{Actual, Expr, ExprKind};
use crate::ir::f2py::SampleCall;
use crate::ir::name::Name;
use crate::source::Span;

/// An actual argument of a sample call.
enum Passed<'ir> {
    /// A variable as a whole.
    Variable(&'ir Name, Span),
    /// The value of an expression.
    Value(&'ir Actual, &'ir Expr),
}

/// A call that shows an interface.
struct Sample<'ir> {
    is_function: bool,
    actuals: Vec<Passed<'ir>>,
}

impl<'ir> Finder<'_, 'ir> {
    /// What the first call shows of a dummy procedure or one that is invoked by its symbol. `None`: there is none that
    /// can be read.
    pub(super) fn sample(&mut self, unit: &Unit<'_, 'ir>, entity: &'ir Entity) -> Option<Found<'ir>> {
        let procedure = unit.procedure;
        let said = procedure.f2py.iter().flat_map(|signature| &signature.calls);
        let said = said.filter(|call| call.procedure == entity.name).filter_map(of_directive);
        let mut calls = procedure.body.calls.iter().filter(|call| !call.of_component && call.procedure == entity.name);
        let sample = said.into_iter().next().or_else(|| calls.find_map(of_call))?;
        // sections and array expressions have extents that only the native way follows
        let is_array = |passed: &Passed<'ir>| match passed {
            Passed::Variable(..) => false,
            Passed::Value(actual, _) => matches!(find_actual(actual, &unit.chain, unit.modules).form, Form::Array(_)),
        };
        (!sample.actuals.iter().any(is_array)).then(|| self.shown_by(unit, entity, &sample))
    }

    fn shown_by(&mut self, unit: &Unit<'_, 'ir>, entity: &'ir Entity, sample: &Sample<'ir>) -> Found<'ir> {
        let mut places = Places::default();
        let mut names: Vec<Name> = Vec::new();
        for (position, actual) in sample.actuals.iter().enumerate() {
            let base = match actual {
                Passed::Variable(name, _) => (*name).clone(),
                Passed::Value(..) => Name::new(format!("e_{position}_e")),
            };
            let mut name = base.clone();
            let mut number = 1;
            while places.contains_key(&name) {
                name = Name::new(format!("{}{number}", base.spelled()));
                number += 1;
            }
            places.insert(name.clone(), position);
            names.push(name);
        }
        let is_argument = |name: &Name| places.contains_key(name);
        let (mut drafts, mut problems) = (Vec::new(), Vec::new());
        for (actual, name) in sample.actuals.iter().zip(&names) {
            let found = match actual {
                Passed::Variable(original, span) => match unit.procedure.scope.entity(original) {
                    Some(entity) if self.is_procedure(unit, entity) => Err(vec![support::nested_procedure(entity)]),
                    Some(entity) => unit.find_variable(entity, &is_argument),
                    None => unit.implicit(original, *span),
                },
                Passed::Value(_, value) => unit.value(entity, value, name.clone()),
            };
            match found {
                Ok(mut draft) => {
                    draft.variable.name = name.clone();
                    drafts.push(draft);
                }
                Err(found) => problems.extend(found),
            }
        }
        let dummies = drafts.len();
        let mut result = None;
        if sample.is_function {
            match unit.find_element(entity, &is_argument) {
                Ok((element, length)) => {
                    let kind = length.map_or(VariableKind::Scalar(element), VariableKind::Text);
                    let mut draft = Draft::plain(entity.name.clone(), entity.span, kind);
                    draft.return_it();
                    result = Some(drafts.len());
                    drafts.push(draft);
                }
                Err(problem) => problems.push(*problem),
            }
        }
        if !problems.is_empty() {
            return Found { variables: Vec::new(), dummies: 0, result: None, order: Vec::new(), problems };
        }
        settle(drafts, dummies, result, &places)
    }
}

impl<'ir> Unit<'_, 'ir> {
    /// A variable that nothing declares.
    fn implicit(&self, name: &Name, span: Span) -> Result<Draft<'ir>, Vec<Diagnostic>> {
        let undeclared = Entity::undeclared(name.clone(), span);
        let (element, length) = self.find_element(&undeclared, &|_| false).map_err(|problem| vec![*problem])?;
        let kind = length.map_or(VariableKind::Scalar(element), VariableKind::Text);
        Ok(Draft::plain(name.clone(), span, kind))
    }

    /// The value of an expression, which is a scalar.
    fn value(&self, callback: &Entity, value: &Expr, name: Name) -> Result<Draft<'ir>, Vec<Diagnostic>> {
        let simple = Simplifier::new(self.modules).simplify(value, &self.chain);
        let resolved = simplify::find_type(&simple, self.modules).or_else(|| self.element_type(value));
        let unknown = || {
            let what = "the call does not say its type";
            vec![support::callback_argument(&callback.name, &name, what, value.span)]
        };
        let resolved = resolved.ok_or_else(unknown)?;
        let kind = match support::find_data_type(callback, &resolved).map_err(|problem| vec![*problem])? {
            DataType::Integer(bytes) => VariableKind::Scalar(ElementType::Integer(bytes)),
            DataType::Real(bytes) => VariableKind::Scalar(ElementType::Real(bytes)),
            DataType::Complex(bytes) => VariableKind::Scalar(ElementType::Complex(bytes)),
            DataType::Logical(bytes) => VariableKind::Scalar(ElementType::Logical(bytes)),
            DataType::Character(_) => VariableKind::Text(TextLength::Assumed),
            DataType::Procedure(_) => return Err(unknown()),
        };
        Ok(Draft::plain(name, value.span, kind))
    }

    /// The type of an array element.
    fn element_type(&self, value: &Expr) -> Option<ResolvedType> {
        let ExprKind::Reference(name, actuals) = &value.kind else { return None };
        // a section is an array
        if actuals.iter().any(|actual| actual.is_range) {
            return None;
        }
        let entity = self.procedure.scope.entity(name)?;
        kind::find_type(entity, &self.chain, self.modules).ok()
    }
}

/// A call in a directive comment.
fn of_directive(call: &SampleCall) -> Option<Sample<'_>> {
    Some(Sample { is_function: call.is_function, actuals: call.actuals.iter().map(passed).collect::<Option<_>>()? })
}

/// A call in the body: with its actual arguments, or where all of them are dummy arguments.
fn of_call(call: &Call) -> Option<Sample<'_>> {
    let actuals = match &call.actuals {
        Some(actuals) if actuals.len() == call.count => actuals.iter().map(passed).collect::<Option<_>>()?,
        Some(_) => return None,
        None => {
            let mut actuals: Vec<Option<Passed<'_>>> = (0..call.count).map(|_| None).collect();
            for one in call.passed.iter().filter(|one| !one.is_part) {
                if let Place::Position(position) = one.place {
                    *actuals.get_mut(position)? = Some(Passed::Variable(&one.name, one.span));
                }
            }
            actuals.into_iter().collect::<Option<_>>()?
        }
    };
    Some(Sample { is_function: call.is_function, actuals })
}

fn passed(actual: &Actual) -> Option<Passed<'_>> {
    let value = actual.value.as_ref().filter(|_| !actual.is_range)?;
    Some(match &value.kind {
        ExprKind::Name(name) => Passed::Variable(name, value.span),
        _ => Passed::Value(actual, value),
    })
}
