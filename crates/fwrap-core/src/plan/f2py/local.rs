//! The locals of a routine in f2py's terms: one for every variable.

use crate::analysis::f2py::signature::{ElementType, Routine, TextLength, Variable, VariableKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::f2py::callee::passes_descriptor;
use crate::plan::f2py::routine::{LocalKind, ParameterRole, VariablePlan};
use crate::plan::f2py::shim::find_declaration;
use crate::plan::name::{Taken, derived_name, rust_identifier};

/// The local of every variable. `statics` are the names of the glue, `signature` that of the routine's own.
///
/// # Errors
/// Says which variable has a type that no argument can have.
pub fn choose_locals(
    routine: &Routine<'_>,
    locals: &mut Taken,
    statics: &mut Taken,
    signature: &str,
) -> Result<Vec<VariablePlan>, Vec<Diagnostic>> {
    let names: Vec<String> =
        routine.variables.iter().map(|variable| locals.take(&rust_identifier(&variable.name))).collect();
    let mut problems = Vec::new();
    let mut callbacks = 0;
    let mut plans = Vec::new();
    for (at, (variable, local)) in routine.variables.iter().zip(names).enumerate() {
        let mut spec = || statics.take(&format!("{signature}_{}", local.to_ascii_uppercase()));
        let kind = match &variable.kind {
            VariableKind::Scalar(element) => {
                problems.extend(find_obstacle(variable, *element));
                LocalKind::Scalar(*element)
            }
            VariableKind::Text(TextLength::One) => LocalKind::Character,
            VariableKind::Text(_) if is_made(routine, at) => {
                LocalKind::Made { element: ElementType::Character, rank: 0, spec: String::new() }
            }
            VariableKind::Text(_) => LocalKind::Text,
            VariableKind::Array { element, dimensions, .. } if is_made(routine, at) => {
                LocalKind::Made { element: *element, rank: dimensions.len(), spec: spec() }
            }
            VariableKind::Array { element, dimensions, .. } => LocalKind::Array {
                element: *element,
                rank: dimensions.len(),
                dims: locals.take(&derived_name(&local, "dims")),
                spec: spec(),
                intents: choose_intents(routine, at),
            },
            VariableKind::Procedure(_) => {
                callbacks += 1;
                LocalKind::Procedure(callbacks - 1)
            }
        };
        let slot = routine.parameters.iter().position(|parameter| parameter.role == ParameterRole::Value(at));
        let may_be_absent = variable.is_absent_by_default
            && slot.is_some()
            && !matches!(kind, LocalKind::Procedure(_) | LocalKind::Made { .. });
        plans.push(VariablePlan {
            name: variable.name.clone(),
            c_name: variable.c_name.clone(),
            returned_name: variable.returned_name.clone(),
            given: may_be_absent.then(|| locals.take(&derived_name(&local, "given"))),
            slot,
            local,
            kind,
        });
    }
    if problems.is_empty() { Ok(plans) } else { Err(problems) }
}

/// Whether it is the result of a function that says only then how large it is: ALLOCATABLE.
fn is_made(routine: &Routine<'_>, at: usize) -> bool {
    routine.result == Some(at)
        && find_declaration(routine, at)
            .is_some_and(|entity| entity.attributes.allocatable || entity.attributes.pointer)
}

/// Numbers that Rust does not know.
fn find_obstacle(variable: &Variable<'_>, element: ElementType) -> Option<Diagnostic> {
    let (ElementType::Real(kind) | ElementType::Complex(kind)) = element else { return None };
    if kind <= 8 {
        return None;
    }
    let title = format!("`{}` is a number of kind {kind}, which Python does not know", variable.name);
    Some(
        Diagnostic::warning(Code::UnsupportedKind, variable.span, title)
            .label("declared here")
            .help("write a small Fortran procedure that converts it to `real(8)`, and wrap that"),
    )
}

/// The intents of an array, as names of `fwrap::python::f2py`.
fn choose_intents(routine: &Routine<'_>, at: usize) -> Vec<&'static str> {
    let variable = &routine.variables[at];
    let intent = &variable.intent;
    let is_result = routine.result == Some(at) && at >= routine.dummies;
    let alignment = |bytes| intent.alignment == Some(bytes);
    let words = [
        (intent.input && !intent.in_place && !intent.write_back && !is_result, "IN"),
        (intent.in_place, "INOUT"),
        (intent.output || is_result, "OUT"),
        (intent.hidden || is_result, "HIDE"),
        (intent.scratch, "CACHE"),
        (intent.c_order, "C"),
        (variable.is_optional && !intent.hidden, "OPTIONAL"),
        (intent.write_back, "INPLACE"),
        (alignment(4), "ALIGNED4"),
        (alignment(8), "ALIGNED8"),
        (alignment(16), "ALIGNED16"),
        (passes_descriptor(routine, at), "STRIDED"),
        (intent.is_unsaid, "UNSAID"),
    ];
    let found: Vec<_> = words.into_iter().filter(|(there, _)| *there).map(|(_, word)| word).collect();
    if found.is_empty() { vec!["IN"] } else { found }
}
