//! Chooses how one routine is wrapped in f2py's terms.

use crate::analysis::f2py::signature::{ParameterRole, PythonModule, Routine, Target, VariableKind};
use crate::analysis::label::find_symbol;
use crate::diagnostic::Diagnostic;
use crate::ir::name::Name;
use crate::plan::f2py::c_call::choose_c_call;
use crate::plan::f2py::callback::{CallbackPlan, CallbackUse};
use crate::plan::f2py::callee::choose_callee;
use crate::plan::f2py::documentation::choose_documentation;
use crate::plan::f2py::local::choose_locals;
use crate::plan::f2py::module::Setting;
use crate::plan::f2py::routine::{LocalKind, RoutineNames, RoutinePlan, VariablePlan};
use crate::plan::f2py::shim::find_home;
use crate::plan::f2py::step::{choose_after, choose_apart, choose_steps};
use crate::plan::name::{Taken, camel_case, derived_name};

/// Names that the printed call of a routine uses itself.
const RESERVED_LOCALS: &[&str] = &["arguments", "f2py", "ffi", "fwrap", "std", "i"];

/// What all routines of a module share.
#[derive(Clone, Copy)]
pub struct Surroundings<'a, 'ir> {
    /// The Python module.
    pub module: &'a PythonModule<'ir>,
    /// Its callbacks.
    pub callbacks: &'a [CallbackPlan],
    /// The Fortran module that the routine stands in, as Python calls it.
    pub home: Option<&'a Name>,
    /// Whether narrowing is silent.
    pub is_lossy: bool,
}

/// `module::name`, or the name alone: as reports and messages call a routine.
#[must_use]
pub fn qualified_name(routine: &Routine<'_>, home: Option<&Name>) -> String {
    match home {
        Some(home) => format!("{home}::{}", routine.name),
        None => routine.name.clone(),
    }
}

/// The linker's symbol of the procedure itself; empty where nothing is called.
#[must_use]
pub fn target_symbol(routine: &Routine<'_>) -> String {
    match &routine.target {
        Target::Symbol(symbol) => symbol.clone(),
        Target::Nothing => String::new(),
        Target::Source => {
            let (procedure, module) = find_home(routine);
            let label = procedure.bind.as_ref().map(|bind| bind.label.as_deref().unwrap_or(procedure.name.lower()));
            find_symbol(procedure, module, label)
        }
    }
}

/// Chooses how a routine is wrapped.
///
/// # Errors
/// Says why it cannot be.
pub fn choose_routine(
    routine: &Routine<'_>,
    surroundings: Surroundings<'_, '_>,
    setting: &mut Setting<'_>,
) -> Result<RoutinePlan, Vec<Diagnostic>> {
    let Surroundings { module, home, is_lossy, .. } = surroundings;
    check_callbacks(routine, surroundings.callbacks)?;
    let prefix = home.map_or("", Name::lower);
    let glue = setting.glue.take(&format!("{}{}", camel_case(prefix), camel_case(&routine.name.to_ascii_lowercase())));
    let signature = match prefix {
        "" => routine.name.to_ascii_uppercase(),
        prefix => format!("{prefix}_{}", routine.name).to_ascii_uppercase(),
    };
    let signature = setting.glue.take(&signature.replace('$', "_"));
    let mut locals = Taken::with(RESERVED_LOCALS);
    let variables = choose_locals(routine, &mut locals, setting.glue, &signature)?;
    let c_call = choose_c_call(routine, &variables, module, setting);
    let is_opaque = c_call.as_ref().is_some_and(|call| !call.is_before_only);
    let callee = choose_callee(routine, &variables, module, is_opaque, setting);
    Ok(RoutinePlan {
        documentation: choose_documentation(module, routine),
        parameters: routine.parameters.clone(),
        callbacks: choose_uses(routine, &variables, &mut locals),
        steps: choose_steps(routine, &variables, is_opaque),
        c_call,
        after: choose_after(routine, is_lossy),
        returns: routine.returns.clone(),
        named_tuple: None,
        apart: choose_apart(routine, is_lossy),
        is_threadsafe: routine.is_threadsafe,
        symbol: target_symbol(routine),
        locked: !routine.is_threadsafe,
        beside_callbacks: false,
        names: RoutineNames {
            python: routine.name.clone(),
            glue,
            signature,
            face: locals.take("face"),
            guard: locals.take("held"),
        },
        callee,
        variables,
    })
}

/// A callback that cannot be called keeps its routine out.
fn check_callbacks(routine: &Routine<'_>, callbacks: &[CallbackPlan]) -> Result<(), Vec<Diagnostic>> {
    let problem = |variable: &crate::analysis::f2py::signature::Variable<'_>| match variable.kind {
        VariableKind::Procedure(callback) => callbacks.get(callback).and_then(|plan| plan.problem.clone()),
        _ => None,
    };
    let problems: Vec<Diagnostic> = routine.variables.iter().filter_map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// How each dummy procedure is read, installed and passed.
fn choose_uses(routine: &Routine<'_>, variables: &[VariablePlan], locals: &mut Taken) -> Vec<CallbackUse> {
    let mut uses: Vec<CallbackUse> = Vec::new();
    for (at, plan) in variables.iter().enumerate() {
        let (LocalKind::Procedure(_), VariableKind::Procedure(callback)) = (&plan.kind, &routine.variables[at].kind)
        else {
            continue;
        };
        let slot = |role| routine.parameters.iter().position(|parameter| parameter.role == role);
        let variable = &routine.variables[at];
        uses.push(CallbackUse {
            callback: *callback,
            entry: uses.iter().filter(|other| other.callback == *callback).count(),
            local: plan.local.clone(),
            installed: locals.take(&derived_name(&plan.local, "passed")),
            slot: slot(ParameterRole::Value(at)),
            extra_slot: slot(ParameterRole::ExtraArguments(at)),
            is_invoked: variable.intent.callback,
            is_optional: variable.is_absent_by_default,
        });
    }
    uses
}
