//! What a routine in f2py's terms calls: the procedure's own symbol, or a shim.

use crate::analysis::f2py::signature::PythonModule;
use crate::analysis::f2py::signature::{Routine, Target, Variable, VariableKind};
use crate::ir::entity::Entity;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::plan::f2py::module::Setting;
use crate::plan::f2py::routine::{Actual, ForeignFunction, LocalKind, VariablePlan};
use crate::plan::f2py::shim::{choose_shim, find_declaration, find_home, has_deferred_extents, shim_name};
use crate::plan::name::rust_identifier;

/// The foreign function behind a routine; `None`: nothing is called.
#[must_use]
pub fn choose_callee(
    routine: &Routine<'_>,
    variables: &[VariablePlan],
    module: &PythonModule<'_>,
    is_opaque: bool,
    setting: &mut Setting<'_>,
) -> Option<ForeignFunction> {
    match &routine.target {
        Target::Nothing => None,
        // C code of the user may have put something else in its place.
        Target::Symbol(symbol) if is_opaque && is_in_user_code(module, symbol) => None,
        Target::Symbol(symbol) => {
            let wanted = rust_identifier(&Name::new(symbol.trim_end_matches('_')));
            Some(ForeignFunction {
                ffi: setting.foreign.take(&wanted),
                symbol: symbol.clone(),
                actuals: choose_actuals(routine, variables),
                returns: choose_returns(routine, variables),
                shim: None,
                is_opaque,
            })
        }
        Target::Source => {
            let (procedure, home) = find_home(routine);
            let wanted = match home {
                Some(module) => format!("{}_{}", module.name, procedure.name),
                None => procedure.name.lower().to_owned(),
            };
            let ffi = setting.foreign.take(&rust_identifier(&Name::new(wanted)));
            let name = shim_name(&ffi, setting.library);
            Some(ForeignFunction {
                symbol: name.clone(),
                actuals: choose_shim_actuals(routine, variables),
                returns: choose_returns(routine, variables),
                shim: Some(choose_shim(routine, variables, module, procedure_label(procedure), name)),
                is_opaque,
                ffi,
            })
        }
    }
}

/// Whether C code of the user names a symbol.
fn is_in_user_code(module: &PythonModule<'_>, symbol: &str) -> bool {
    let name = symbol.trim_end_matches('_');
    [&module.code_before, &module.code_after].into_iter().flatten().any(|code| code.text.contains(name))
}

/// The variable that gets the value of a scalar function.
fn choose_returns(routine: &Routine<'_>, variables: &[VariablePlan]) -> Option<usize> {
    routine.result.filter(|at| matches!(variables[*at].kind, LocalKind::Scalar(_)))
}

/// What gfortran passes to an external procedure: a result that is no number in front, then the arguments, then the
/// lengths of characters.
fn choose_actuals(routine: &Routine<'_>, variables: &[VariablePlan]) -> Vec<Actual> {
    let mut actuals = Vec::new();
    let mut lengths = Vec::new();
    if let Some(at) = routine.result {
        match variables[at].kind {
            LocalKind::Text => actuals.extend([Actual::Text(at), Actual::Length(at)]),
            LocalKind::Character => actuals.extend([Actual::Reference(at), Actual::Length(at)]),
            LocalKind::Array { .. } => actuals.push(Actual::Storage(at)),
            LocalKind::Scalar(_) | LocalKind::Made { .. } | LocalKind::Procedure(_) => {}
        }
    }
    for (at, plan) in variables.iter().enumerate().take(routine.dummies) {
        let variable = &routine.variables[at];
        actuals.push(choose_actual(variable, plan, at));
        if is_character(variable) && !routine.is_c && !variable.intent.c_order {
            lengths.push(Actual::Length(at));
        }
    }
    actuals.extend(lengths);
    actuals
}

fn choose_actual(variable: &Variable<'_>, plan: &VariablePlan, at: usize) -> Actual {
    match plan.kind {
        LocalKind::Scalar(_) | LocalKind::Character if variable.is_value => Actual::Value(at),
        LocalKind::Scalar(_) | LocalKind::Character => Actual::Reference(at),
        LocalKind::Text => Actual::Text(at),
        LocalKind::Array { .. } => Actual::Storage(at),
        LocalKind::Procedure(_) => Actual::Procedure(at),
        LocalKind::Made { .. } => unreachable!("a dummy argument has storage"),
    }
}

/// What a shim takes: what it needs for a result in front, then each argument with its length and extents.
fn choose_shim_actuals(routine: &Routine<'_>, variables: &[VariablePlan]) -> Vec<Actual> {
    let (mut actuals, mut behind) = (Vec::new(), Vec::new());
    if let Some(at) = routine.result {
        match variables[at].kind {
            LocalKind::Text => actuals.extend([Actual::Text(at), Actual::Length(at)]),
            LocalKind::Character => actuals.extend([Actual::Reference(at), Actual::Length(at)]),
            LocalKind::Array { rank, .. } => {
                actuals.push(Actual::Storage(at));
                let extents = (0..rank).map(|dimension| Actual::Extent(at, dimension));
                if is_character(&routine.variables[at]) {
                    actuals.push(Actual::Length(at));
                    actuals.extend(extents);
                } else {
                    behind.extend(extents);
                }
            }
            LocalKind::Made { .. } => actuals.extend([Actual::Maker(at), Actual::Handle(at)]),
            LocalKind::Scalar(_) | LocalKind::Procedure(_) => {}
        }
    }
    for (at, plan) in variables.iter().enumerate().take(routine.dummies) {
        let variable = &routine.variables[at];
        match (&plan.kind, passes_descriptor(routine, at)) {
            (LocalKind::Array { .. }, true) => actuals.push(Actual::Descriptor(at)),
            (LocalKind::Array { rank, .. }, false) => {
                actuals.push(Actual::Storage(at));
                if is_character(variable) {
                    actuals.push(Actual::Length(at));
                }
                if is_character(variable) || is_contiguous_shape(routine, at) {
                    actuals.extend((0..*rank).map(|dimension| Actual::Extent(at, dimension)));
                }
            }
            (LocalKind::Text | LocalKind::Character, _) => {
                let storage =
                    if matches!(plan.kind, LocalKind::Text) { Actual::Text(at) } else { Actual::Reference(at) };
                actuals.extend([storage, Actual::Length(at)]);
            }
            _ => {
                // A VALUE that may be absent crosses by its address.
                let by_value = variable.is_value && plan.given.is_none();
                actuals.push(match choose_actual(variable, plan, at) {
                    Actual::Value(at) if !by_value => Actual::Reference(at),
                    other => other,
                });
            }
        }
    }
    actuals.extend(behind);
    actuals
}

/// Whether the elements are characters.
#[must_use]
pub fn is_character(variable: &Variable<'_>) -> bool {
    matches!(variable.kind, VariableKind::Text(_) | VariableKind::Array { length: Some(_), .. })
}

/// An assumed-shape dummy argument that a shim takes, with any strides: numbers cross in a C descriptor.
#[must_use]
pub fn passes_descriptor(routine: &Routine<'_>, at: usize) -> bool {
    routine.target == Target::Source
        && at < routine.dummies
        && matches!(routine.variables[at].kind, VariableKind::Array { length: None, .. })
        && find_declaration(routine, at)
            .is_some_and(|entity| has_deferred_extents(entity) && !entity.attributes.contiguous)
}

/// An assumed-shape dummy argument that is CONTIGUOUS: its extents cross beside it.
fn is_contiguous_shape(routine: &Routine<'_>, at: usize) -> bool {
    let is_contiguous = |entity: &Entity| has_deferred_extents(entity) && entity.attributes.contiguous;
    find_declaration(routine, at).is_some_and(is_contiguous)
}

/// The binding label of an external procedure with BIND(C), as far as it is written in one piece.
fn procedure_label(procedure: &Procedure) -> Option<String> {
    let bind = procedure.bind.as_ref()?;
    Some(bind.label.clone().unwrap_or_else(|| procedure.name.lower().to_owned()))
}
