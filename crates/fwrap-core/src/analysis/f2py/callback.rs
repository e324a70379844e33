//! The interfaces of callbacks: declared, shown by a sample call, or by what is done with the dummy procedure.

use crate::analysis::callback::{Sources, find_declared_interface};
use crate::analysis::f2py::expression::Expression;
use crate::analysis::f2py::finder::Finder;
use crate::analysis::f2py::routine::{Callable, Found, settle};
use crate::analysis::f2py::signature::{Callback, Dimension, ElementType, TextLength, Variable, VariableKind};
use crate::analysis::f2py::size::Places;
use crate::analysis::f2py::unit::Unit;
use crate::analysis::f2py::variable::Draft;
use crate::analysis::facts::{CallbackArgument, CallbackFacts, DataType, IntentFact, Shape};
use crate::analysis::procedure::Surroundings;
use crate::analysis::support;
use crate::diagnostic::Diagnostic;
use crate::ir::entity::{Entity, Intent};
use crate::ir::f2py::SignatureIntent;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;

impl<'ir> Finder<'_, 'ir> {
    /// The number of the callback that a dummy procedure, or one that is invoked by its symbol, stands for.
    pub(super) fn callback(&mut self, unit: &Unit<'_, 'ir>, entity: &'ir Entity) -> Result<usize, Vec<Diagnostic>> {
        if self.is_within_callback {
            return Err(vec![support::nested_procedure(entity)]);
        }
        if entity.attributes.pointer {
            return Err(vec![support::procedure_pointer(entity)]);
        }
        let declared = find_declared_interface(entity, &unit.chain, unit.modules)?;
        let user_module = user_module(unit, entity, declared.as_ref().map(|(interface, _)| *interface));
        let says =
            |word: &SignatureIntent| entity.f2py.as_ref().is_some_and(|signature| signature.intents.contains(word));
        let is_invoked = says(&SignatureIntent::Callback);
        let key = if is_invoked { (Name::new(""), entity.name.clone()) } else { user_module.clone() };
        let is_shared = is_invoked || declared.is_some();
        if let Some(known) = self.shared.get(&key).filter(|_| is_shared) {
            return Ok(*known);
        }
        self.is_within_callback = true;
        let found = match declared {
            Some((interface, chain)) => {
                let inner = Unit { procedure: interface, chain, ..unit.clone() };
                (Some(interface), self.variables(&inner, Callable::of(interface)))
            }
            None => (None, self.shown(unit, entity)),
        };
        self.is_within_callback = false;
        let (procedure, Found { variables, dummies, result, order, problems }) = found;
        if !problems.is_empty() {
            return Err(problems);
        }
        let (parameters, optional_parameters) = parameters(&variables, dummies);
        let is_c = procedure.and_then(|procedure| procedure.f2py.as_ref());
        let callback = Callback {
            name: entity.name.clone(),
            procedure,
            user_module: Some(user_module),
            returns: returns(&variables, dummies, result),
            variables,
            dummies,
            result,
            order,
            parameters,
            optional_parameters,
            is_hidden: is_invoked && says(&SignatureIntent::Hide),
            is_c: is_c.is_some_and(|signature| signature.intents.contains(&SignatureIntent::C)),
        };
        self.callbacks.push(callback);
        let number = self.callbacks.len() - 1;
        if is_shared {
            self.shared.insert(key, number);
        }
        if is_invoked {
            self.invoked.push(number);
        }
        Ok(number)
    }

    /// The interface that nothing declares: a call of this procedure, a directive comment, or what becomes of it where
    /// it is passed on.
    fn shown(&mut self, unit: &Unit<'_, 'ir>, entity: &'ir Entity) -> Found<'ir> {
        if let Some(found) = self.sample(unit, entity) {
            return found;
        }
        let surroundings = Surroundings { chain: &unit.chain, modules: self.modules, uses: self.uses() };
        let called = self.uses().dummy_procedures.of(unit.procedure, &entity.name);
        let sources = Sources { procedure: unit.procedure, surroundings, note: None, called };
        match sources.find(entity) {
            Ok(facts) => from_facts(unit, entity, &facts),
            Err(problems) => {
                let problems = problems.into_iter().map(|problem| in_f2py_terms(problem, entity)).collect();
                Found { variables: Vec::new(), dummies: 0, result: None, order: Vec::new(), problems }
            }
        }
    }
}

/// The line to write where f2py's terms say it.
fn in_f2py_terms(problem: Diagnostic, entity: &Entity) -> Diagnostic {
    let name = &entity.name;
    problem.help(format!(
        "show a call in a comment: `!f2py call {name}(x)` or `!f2py y = {name}(x)`, or write an interface"
    ))
}

/// The `__user__` module that declares a callback, and its name there; as f2py calls it where nothing does.
fn user_module(unit: &Unit<'_, '_>, entity: &Entity, interface: Option<&Procedure>) -> (Name, Name) {
    let name = interface.map_or(&entity.name, |interface| &interface.name);
    let used = unit.procedure.scope.uses.iter().find(|used| {
        used.module.lower().contains("__user__")
            && used.names.iter().any(|(local, original)| *local == entity.name && original == name)
    });
    let bare = || {
        let of_callbacks = |used: &&crate::ir::procedure::Use| used.module.lower().contains("__user__");
        unit.procedure.scope.uses.iter().find(|used| of_callbacks(used) && !used.only)
    };
    let module = match used.or_else(|| interface.and_then(|_| bare())) {
        Some(used) => used.module.clone(),
        None => Name::new(format!("{}__user__routines", unit.procedure.name.spelled())),
    };
    (module, name.clone())
}

/// What Python gets: first what is required, then what is optional; and how many are.
fn parameters(variables: &[Variable<'_>], dummies: usize) -> (Vec<usize>, usize) {
    let is_given = |at: &usize| {
        let intent = &variables[*at].intent;
        !intent.hidden && (intent.input || intent.in_place)
    };
    let given = (0..dummies).filter(is_given);
    let (optional, mut all): (Vec<usize>, Vec<usize>) = given.partition(|at| variables[*at].is_optional);
    let count = optional.len();
    all.extend(optional);
    (all, count)
}

/// What Python returns.
fn returns(variables: &[Variable<'_>], dummies: usize, result: Option<usize>) -> Vec<usize> {
    let outputs = (0..dummies).filter(|at| variables[*at].intent.output);
    result.into_iter().chain(outputs).collect()
}

/// What the native way finds out of calls, in f2py's terms.
fn from_facts<'ir>(unit: &Unit<'_, 'ir>, entity: &'ir Entity, facts: &CallbackFacts<'ir>) -> Found<'ir> {
    let mut drafts: Vec<Draft<'ir>> = Vec::new();
    for argument in &facts.arguments {
        let mut draft = Draft::plain(argument.name.clone(), entity.span, kind_of(argument));
        match argument.intent {
            IntentFact::Known(Intent::Out) => {
                let intent = &mut draft.variable.intent;
                (intent.input, intent.output, intent.hidden) = (false, true, true);
            }
            IntentFact::Known(Intent::In) => draft.variable.intent.is_unsaid = false,
            IntentFact::Known(Intent::InOut) | IntentFact::Unknown => {}
        }
        draft.variable.is_value = argument.is_value;
        draft.variable.c_name = unit.spelled(&argument.name);
        drafts.push(draft);
    }
    let dummies = drafts.len();
    let places: Places = drafts.iter().enumerate().map(|(at, draft)| (draft.variable.name.clone(), at)).collect();
    let result = facts.result.as_ref().map(|data_type| {
        let mut draft = Draft::plain(entity.name.clone(), entity.span, scalar_kind(data_type));
        draft.return_it();
        drafts.push(draft);
        dummies
    });
    settle(drafts, dummies, result, &places)
}

fn kind_of(argument: &CallbackArgument) -> VariableKind {
    let (element, length) = element_of(&argument.data_type);
    let dimensions = match &argument.shape {
        Shape::Scalar => return scalar_kind(&argument.data_type),
        Shape::Explicit(extents) => extents.iter().map(|extent| Dimension::Extent(Expression::from(extent))).collect(),
        Shape::AssumedSize(leading) => {
            let leading = leading.iter().map(|extent| Dimension::Extent(Expression::from(extent)));
            leading.chain([Dimension::Open]).collect()
        }
        Shape::AssumedShape(rank) => vec![Dimension::Open; *rank],
    };
    let is_assumed_shape = matches!(argument.shape, Shape::AssumedShape(_));
    VariableKind::Array { element, length, dimensions, is_assumed_shape }
}

fn scalar_kind(data_type: &DataType) -> VariableKind {
    match element_of(data_type) {
        (_, Some(length)) => VariableKind::Text(length),
        (element, None) => VariableKind::Scalar(element),
    }
}

fn element_of(data_type: &DataType) -> (ElementType, Option<TextLength>) {
    match data_type {
        DataType::Integer(bytes) => (ElementType::Integer(*bytes), None),
        DataType::Real(bytes) => (ElementType::Real(*bytes), None),
        DataType::Complex(bytes) => (ElementType::Complex(*bytes), None),
        DataType::Logical(bytes) => (ElementType::Logical(*bytes), None),
        DataType::Character(Some(length)) => {
            (ElementType::Character, Some(TextLength::Known(Expression::from(length))))
        }
        DataType::Character(None) => (ElementType::Character, Some(TextLength::Assumed)),
        DataType::Procedure(_) => unreachable!("a callback with a dummy procedure is a problem"),
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::f2py::testing::{callback, facts};

    /// The callbacks of a file, and those that Fortran invokes by their symbols.
    fn callbacks(path: &str, text: &str) -> (Vec<String>, Vec<usize>) {
        facts(path, text, |python, _| {
            let problems: Vec<_> = python.root.routines.iter().flat_map(|routine| &routine.problems).collect();
            assert!(problems.is_empty(), "{problems:?}");
            (python.callbacks.iter().map(callback).collect(), python.root.hidden_callbacks.clone())
        })
    }

    const USER: &str = "\
python module m__user__routines
  interface
    function fun(n, x, k) result(y)
      integer intent(hide) :: n
      real*8 dimension(n), depend(n) :: x
      integer, optional :: k
      real*8 y
    end function fun
  end interface
end python module m__user__routines
python module m
  interface
    subroutine s(f)
      use m__user__routines, f => fun
      external f
    end subroutine s
    subroutine t(fun)
      use m__user__routines
      external fun
    end subroutine t
  end interface
end python module m
";

    #[test]
    fn user_modules_declare_them_once() {
        let (found, _) = callbacks("a.pyf", USER);
        assert_eq!(found, ["f(x, [k]) -> y"]);
        facts("a.pyf", USER, |python, _| {
            let module = python.callbacks[0].user_module.as_ref().map(|(module, name)| format!("{module} {name}"));
            assert_eq!(module.as_deref(), Some("m__user__routines fun"));
        });
    }

    #[test]
    fn interfaces_and_abstract_interfaces_declare_them() {
        let interface = "subroutine s(f)\n interface\n  subroutine f(n, x)\n integer, intent(in) :: n\n
            real, intent(out) :: x(n)\n end subroutine\n end interface\n end subroutine";
        assert_eq!(callbacks("a.f90", interface).0, ["f(n) -> x"]);
        let named = "module m\n abstract interface\n real function g(x)\n real, intent(in) :: x\n end function\n
            end interface\n contains\n subroutine s(f)\n procedure(g) :: f\n end subroutine\n end module";
        assert_eq!(callbacks("a.f90", named).0, ["f(x) -> g"]);
    }

    #[test]
    fn calls_show_them_with_all_that_is_said() {
        let text = "      subroutine s(f, a, n, x)
      external f
      integer a, n
      real x(n)
cf2py intent(out) a
      call f(a, x, n, 2.0)
      end
";
        assert_eq!(callbacks("a.f", text).0, ["f(x, e_3_e, [n]) -> a"]);
    }

    #[test]
    fn sections_are_arrays() {
        let text = "subroutine s(f, x)\n external f\n real x(10)\n call f(x(:), 3)\n end\n";
        assert_eq!(callbacks("a.f90", text).0, ["f(x, arg2) -> "]);
    }

    #[test]
    fn comments_show_them() {
        let text = "subroutine s(f, x)\n external f\n real*8 x, y\n real*8 f\n !f2py y = f(x)\n call t(f)\n end\n";
        assert_eq!(callbacks("a.f90", text).0, ["f(x) -> f"]);
    }

    #[test]
    fn where_they_are_passed_on_counts() {
        let text = "subroutine s(f, x)\n external f\n real x\n call t(f, x)\n end\n
            subroutine t(g, x)\n external g\n real x\n call g(x)\n end\n";
        assert_eq!(callbacks("a.f90", text).0, ["f(x) -> ", "g(x) -> "]);
    }

    #[test]
    fn procedures_that_are_no_arguments_are_invoked() {
        let text = "      subroutine s(a, r)
      external g
cf2py intent(callback, hide) g
      integer a, r, g
cf2py intent(out) r
      r = g(a)
      end
      subroutine t(a)
cf2py intent(callback) fun
      integer a
      external fun
      call fun(a)
      end
";
        assert_eq!(callbacks("a.f", text), (vec!["g(a) -> g".to_owned(), "fun(a) -> ".to_owned()], vec![0, 1]));
        facts("a.f", text, |python, _| {
            let names = |at: usize| -> Vec<String> {
                python.root.routines[at].parameters.iter().map(|one| one.name.clone()).collect()
            };
            assert_eq!(
                (names(0), names(1)),
                (vec!["a".to_owned()], ["a", "fun", "fun_extra_args"].map(str::to_owned).to_vec())
            );
            assert_eq!(python.callbacks.iter().map(|one| one.is_hidden).collect::<Vec<_>>(), [true, false]);
        });
    }

    #[test]
    fn what_nothing_shows_is_a_problem() {
        facts("a.f90", "subroutine s(f)\n external f\n end", |python, _| {
            assert_eq!(python.root.routines[0].problems.len(), 1);
        });
    }
}
