//! How a callback in f2py's terms is called: what Fortran passes, what Python gets, what comes back.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::f2py::expression::Expression;
use crate::analysis::f2py::signature::{Callback, ElementType, Members, PythonModule, Routine, Variable, VariableKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::f2py::callback_variable::{
    choose_passed, choose_read, choose_result, choose_shaped, choose_variable, find_problem,
};
use crate::plan::f2py::module::Setting;
use crate::plan::f2py::routine::VariablePlan;
use crate::plan::name::{Taken, derived_name, rust_identifier};

/// The interface of a callback, and the functions that Fortran calls.
#[derive(Debug)]
pub struct CallbackPlan {
    /// The name in messages, and of the module's attribute.
    pub name: String,
    /// One of each for the dummy procedures of one routine that share the interface.
    pub entries: Vec<Entry>,
    /// As C code of the user calls the first entry.
    pub c_symbol: Option<String>,
    /// The linker's symbol that Fortran invokes.
    pub symbol: Option<String>,
    /// Its variables, by the indices of [`Callback::variables`].
    pub variables: Vec<VariablePlan>,
    /// What Fortran passes, in order, without the lengths of characters.
    pub passed: Vec<Passed>,
    /// The value of a function.
    pub result: Option<CallbackResult>,
    /// Scalars that are read from what is passed: indices of `variables`.
    pub read: Vec<usize>,
    /// The locals that hold the addresses of those that get a new value, too.
    pub addresses: BTreeMap<usize, String>,
    /// Arrays whose extents are needed: indices of `variables`, with their extents.
    pub shaped: Vec<(usize, Vec<Option<Expression>>)>,
    /// What Python gets, in order: indices of `variables`.
    pub parameters: Vec<usize>,
    /// What Python returns, in order: indices of `variables`.
    pub returns: Vec<usize>,
    /// Numbers are narrowed.
    pub is_lossy: bool,
    /// Why it cannot be called.
    pub problem: Option<Diagnostic>,
}

/// A function that Fortran calls.
#[derive(Debug)]
pub struct Entry {
    /// Its name in the glue.
    pub function: String,
    /// The static that knows its name.
    pub item: String,
}

/// One argument of a callback, as Fortran passes it.
#[derive(Debug)]
pub struct Passed {
    /// The variable.
    pub variable: usize,
    /// How it is passed.
    pub passing: Passing,
    /// The type of an element.
    pub element: ElementType,
    /// Whether it may be absent.
    pub is_optional: bool,
}

/// How Fortran passes an argument.
#[derive(Debug)]
pub enum Passing {
    /// A scalar by value.
    Value,
    /// The address of a scalar or of contiguous storage.
    Address,
    /// The address of characters: the declared length, and the parameter with that of what is passed.
    Characters {
        /// The declared length; `None`: that of what is passed.
        length: Option<Expression>,
        /// The parameter, behind all arguments.
        hidden: Option<String>,
        /// The local that holds the length.
        local: String,
    },
}

/// The value of a function.
#[derive(Debug)]
pub enum CallbackResult {
    /// A scalar.
    Scalar(ElementType),
    /// Characters: an address and a length in front of all arguments.
    Characters {
        /// The variable.
        variable: usize,
        /// The parameter with the length.
        length: String,
    },
}

/// A variable of a routine that is a callback.
#[derive(Debug)]
pub struct CallbackUse {
    /// Which one: an index of [`PythonPlan::callbacks`](crate::plan::f2py::module::PythonPlan::callbacks).
    pub callback: usize,
    /// Which of its entries.
    pub entry: usize,
    /// The local with what was given.
    pub local: String,
    /// The local during the call.
    pub installed: String,
    /// The parameter; `None`: an attribute of the module.
    pub slot: Option<usize>,
    /// The parameter with further arguments.
    pub extra_slot: Option<usize>,
    /// Fortran invokes its symbol: it is no argument, and without one the attribute of the module is called.
    pub is_invoked: bool,
    /// OPTIONAL: null if it is not given.
    pub is_optional: bool,
}

/// How each callback of the module is called; the same indices.
#[must_use]
pub fn choose_callbacks(module: &PythonModule<'_>, is_lossy: bool, setting: &mut Setting<'_>) -> Vec<CallbackPlan> {
    let mut exported = BTreeSet::new();
    let mut plans = Vec::with_capacity(module.callbacks.len());
    for (at, callback) in module.callbacks.iter().enumerate() {
        let mut plan = choose_callback(callback, count_entries(module, at), is_lossy, setting);
        plan.symbol = is_invoked(module, at, callback).then(|| symbol_of(callback));
        plan.c_symbol = c_symbol(callback).filter(|symbol| is_in_c_code(module, symbol));
        for symbol in [&mut plan.symbol, &mut plan.c_symbol] {
            if let Some(name) = symbol.take_if(|name| !exported.insert(name.clone())) {
                plan.problem.get_or_insert_with(|| defined_twice(callback, &name));
            }
        }
        plans.push(plan);
    }
    plans
}

/// All routines of the module.
fn routines<'a, 'ir>(module: &'a PythonModule<'ir>) -> impl Iterator<Item = &'a Routine<'ir>> {
    let members = std::iter::once(&module.root).chain(module.modules.iter().map(|module| &module.members));
    members.flat_map(|members: &'a Members<'ir>| &members.routines)
}

/// How many dummy procedures of one routine have this interface.
fn count_entries(module: &PythonModule<'_>, at: usize) -> usize {
    let is_it = |variable: &&Variable<'_>| matches!(variable.kind, VariableKind::Procedure(of) if of == at);
    let counts = routines(module).map(|routine| routine.variables.iter().filter(is_it).count());
    counts.max().unwrap_or(0).max(1)
}

/// Whether Fortran invokes it by its symbol.
fn is_invoked(module: &PythonModule<'_>, at: usize, callback: &Callback<'_>) -> bool {
    let invokes = |variable: &Variable<'_>| {
        variable.intent.callback && matches!(variable.kind, VariableKind::Procedure(of) if of == at)
    };
    callback.is_hidden || routines(module).any(|routine| routine.variables.iter().any(invokes))
}

/// The symbol of an external procedure.
fn symbol_of(callback: &Callback<'_>) -> String {
    let name = callback.name.lower();
    if callback.is_c { name.to_owned() } else { format!("{name}_") }
}

/// `cb_f_in_dvode__user__routines`
fn c_symbol(callback: &Callback<'_>) -> Option<String> {
    let (module, procedure) = callback.user_module.as_ref()?;
    Some(format!("cb_{}_in_{}", procedure.lower(), module.lower()))
}

/// Whether C code of the user refers to it.
fn is_in_c_code(module: &PythonModule<'_>, symbol: &str) -> bool {
    let all = [&module.code_before, &module.code_after, &module.code_at_start, &module.method_definitions];
    all.into_iter().flatten().any(|code| code.text.contains(symbol))
        || routines(module).any(|routine| {
            routine.call_statement.iter().chain(&routine.user_code).any(|code| code.text.contains(symbol))
        })
}

fn defined_twice(callback: &Callback<'_>, symbol: &str) -> Diagnostic {
    problem(callback, format!("two callbacks would define the symbol `{symbol}`"))
        .help("give both the same interface: one `__user__` module")
}

fn problem(callback: &Callback<'_>, title: String) -> Diagnostic {
    let span = match (callback.procedure, callback.variables.first()) {
        (Some(procedure), _) => Some(procedure.span),
        (None, first) => first.map(|variable| variable.span),
    };
    let mut diagnostic = Diagnostic::warning(Code::ProcedureArgument, span.unwrap_or_default(), title);
    diagnostic.span = span;
    diagnostic.label("this callback")
}

fn choose_callback(callback: &Callback<'_>, entries: usize, is_lossy: bool, setting: &mut Setting<'_>) -> CallbackPlan {
    let name = callback.name.lower().to_owned();
    let stem = derived_name(&rust_identifier(&callback.name), "called");
    let mut entry =
        |_| Entry { function: setting.glue.take(&stem), item: setting.glue.take(&stem.to_ascii_uppercase()) };
    let entries: Vec<Entry> = (0..entries).map(&mut entry).collect();
    let mut taken = Taken::with(&["call", "returned", "address", "direct", "value"]);
    let prefix = entries[0].item.clone();
    let mut variables = Vec::with_capacity(callback.variables.len());
    for variable in &callback.variables {
        variables.push(choose_variable(callback, variable, &prefix, &mut taken, setting));
    }
    let result = callback.result.and_then(|at| choose_result(callback, at, &variables, &mut taken));
    let read = choose_read(callback);
    let passed: Vec<Passed> =
        (0..callback.dummies).map(|at| choose_passed(callback, at, &variables, &mut taken)).collect();
    let is_rewritten = |at: &&usize| {
        let is_shadowed = matches!(passed[**at].passing, Passing::Address) && !passed[**at].is_optional;
        (callback.returns.contains(*at) || callback.variables[**at].intent.in_place) && is_shadowed
    };
    let addresses = read.iter().filter(is_rewritten);
    let addresses = addresses.map(|&at| (at, taken.take(&derived_name(&variables[at].local, "address")))).collect();
    CallbackPlan {
        name,
        entries,
        addresses,
        c_symbol: None,
        symbol: None,
        passed,
        result,
        read,
        shaped: choose_shaped(callback),
        parameters: callback.parameters.clone(),
        returns: callback.returns.clone(),
        is_lossy,
        problem: find_problem(callback),
        variables,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::f2py::testing::facts;

    fn plans(path: &str, text: &str) -> Vec<CallbackPlan> {
        facts(path, text, |python, _| {
            let (mut glue, mut foreign) = (Taken::default(), Taken::default());
            let mut setting = Setting { library: "m", glue: &mut glue, foreign: &mut foreign };
            choose_callbacks(python, false, &mut setting)
        })
    }

    const USER: &str = "\
python module m__user__routines
  interface
    subroutine f(n, t, y, dy)
      integer intent(hide) :: n
      real*8 intent(in) :: t
      real*8 dimension(n), intent(in, c) :: y
      real*8 dimension(n), intent(out) :: dy
    end subroutine f
  end interface
end python module m__user__routines
python module m
  interface
    subroutine solve(f, g, n)
      CALL
      use m__user__routines, g=>f
      external f, g
      integer :: n
    end subroutine solve
  end interface
end python module m
";

    fn names(plan: &CallbackPlan, indices: &[usize]) -> Vec<String> {
        indices.iter().map(|at| plan.variables[*at].local.clone()).collect()
    }

    #[test]
    fn what_is_not_needed_is_not_read() {
        let plan = plans("m.pyf", USER).remove(0);
        assert_eq!(names(&plan, &plan.read), ["n", "t"]);
        assert_eq!(names(&plan, &plan.parameters), ["t", "y"]);
        assert_eq!(names(&plan, &plan.returns), ["dy"]);
        assert_eq!(plan.shaped.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [2, 3]);
        assert!(plan.problem.is_none() && plan.result.is_none() && plan.addresses.is_empty());
    }

    #[test]
    fn dummy_procedures_of_one_interface_have_functions_of_their_own() {
        let plans = plans("m.pyf", USER);
        assert_eq!((plans.len(), plans[0].entries.len()), (1, 2));
        assert_ne!(plans[0].entries[0].item, plans[0].entries[1].item);
    }

    #[test]
    fn c_names_are_given_where_c_code_uses_them() {
        let of = |call: &str| plans("m.pyf", &USER.replace("CALL", call)).remove(0).c_symbol;
        assert_eq!(of(""), None);
        let call = "callstatement (*f2py_func)(cb_f_in_m__user__routines, &n)";
        assert_eq!(of(call), Some("cb_f_in_m__user__routines".to_owned()));
    }

    #[test]
    fn symbols_that_fortran_invokes_are_defined_once() {
        let text = "
      subroutine one(a)
cf2py intent(callback, hide) g
      external g
      real a, g
      a = g(a)
      end
      subroutine two(a)
cf2py intent(callback) g
      external g
      real a, g
      a = g(a)
      end
      subroutine three(g, a)
      external g
      real a, g
      a = g(a)
      end
";
        let symbols: Vec<_> = plans("a.f", text).into_iter().map(|plan| plan.symbol).collect();
        assert_eq!(symbols, [Some("g_".to_owned()), None]);
    }

    #[test]
    fn what_no_callable_gets_is_a_problem() {
        let text = "
subroutine s(f)
  interface
    subroutine f(x)
      real, intent(in) :: x(:)
    end subroutine
  end interface
  call f([1.0])
end subroutine";
        let problem = plans("a.f90", text).remove(0).problem.unwrap();
        assert_eq!(
            problem.title,
            "the argument `x` of the callback `f` is an assumed-shape array, which f2py's terms do not know in a callback"
        );
    }
}
