//! The shim of a routine in f2py's terms: the procedure has an explicit interface.

use crate::analysis::f2py::expression::Expression;
use crate::analysis::f2py::signature::{
    Callback, ElementType, PythonModule, Routine, TextLength, Variable, VariableKind,
};
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::entity::Entity;
use crate::ir::extent::Extent;
use crate::ir::module::Module;
use crate::ir::procedure::{Dummy, Procedure, ProcedureKind};
use crate::plan::callee::{ResultForm, Shim, ShimArgument, ShimForm, ShimProcedure, ShimResult};
use crate::plan::f2py::routine::{LocalKind, VariablePlan};
use crate::plan::role::choose_intent_text;

/// The longest name that Fortran allows (F2018 6.2.2).
const LONGEST_NAME: usize = 63;

/// The name of a shim: that in `mod ffi` is one of its kind.
#[must_use]
pub fn shim_name(ffi: &str, library: &str) -> String {
    let mut name = format!("fwrap_{ffi}");
    if name.len() > LONGEST_NAME {
        // What is cut off is put into a number (FNV-1a), so that long names with the same beginning stay apart.
        let hash = ffi.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let suffix = format!("_{library}_{hash:x}");
        name.truncate(LONGEST_NAME.saturating_sub(suffix.len()));
        name.push_str(&suffix);
        name.truncate(LONGEST_NAME);
    }
    name
}

/// The procedure with the explicit interface, and its module.
#[must_use]
pub fn find_home<'ir>(routine: &Routine<'ir>) -> (&'ir Procedure, Option<&'ir Module>) {
    routine.source.unwrap_or((routine.procedure, None))
}

/// How the procedure itself declares a variable: the dummy argument at the same place, or the result.
#[must_use]
pub fn find_declaration<'ir>(routine: &Routine<'ir>, at: usize) -> Option<&'ir Entity> {
    let variable = &routine.variables[at];
    let (procedure, _) = find_home(routine);
    let name = match &procedure.kind {
        ProcedureKind::Function { result } if routine.result == Some(at) => Some(result),
        _ => procedure.dummies.get(at).filter(|_| at < routine.dummies).and_then(|dummy| match dummy {
            Dummy::Argument(name, _) => Some(name),
            Dummy::AlternateReturn(_) => None,
        }),
    };
    name.and_then(|name| procedure.scope.entity(name)).or(variable.entity)
}

/// Whether an entity is declared with `(:)`.
#[must_use]
pub fn has_deferred_extents(entity: &Entity) -> bool {
    match &entity.shape {
        Some(ArraySpec::Dimensions(dimensions)) => matches!(dimensions.first(), Some(Dimension::Colon { .. })),
        _ => false,
    }
}

/// The shim around the procedure behind a routine.
#[must_use]
pub fn choose_shim(
    routine: &Routine<'_>,
    variables: &[VariablePlan],
    module: &PythonModule<'_>,
    label: Option<String>,
    name: String,
) -> Shim {
    let (procedure, home) = find_home(routine);
    let arguments = (0..routine.dummies).map(|at| choose_argument(routine, variables, module, at));
    let result = routine.result.map(|at| {
        let variable = &routine.variables[at];
        let type_name = fortran_type(&variable.kind);
        let declared = find_declaration(routine, at);
        let result_name = match &procedure.kind {
            ProcedureKind::Function { result } => result.lower().to_owned(),
            ProcedureKind::Subroutine => procedure.name.lower().to_owned(),
        };
        ShimResult {
            name: result_name,
            declared: (declared_type(variable, declared), String::new()),
            form: choose_result(&variables[at].kind, variable),
            type_name,
        }
    });
    Shim {
        name,
        callee: procedure.name.clone(),
        module: home.map(|module| module.name.clone()),
        bind: label,
        arguments: arguments.collect(),
        result,
    }
}

fn choose_result(kind: &LocalKind, variable: &Variable<'_>) -> ResultForm {
    let is_character = matches!(variable.kind, VariableKind::Text(_) | VariableKind::Array { length: Some(_), .. });
    match kind {
        LocalKind::Text | LocalKind::Character => ResultForm::Text,
        LocalKind::Array { rank, .. } if is_character => ResultForm::TextArray(*rank),
        LocalKind::Array { rank, .. } => ResultForm::Array(vec![Extent::Constant(0); *rank]),
        LocalKind::Made { rank, .. } => ResultForm::Made { rank: *rank, is_text: is_character },
        LocalKind::Scalar(_) | LocalKind::Procedure(_) => ResultForm::Scalar,
    }
}

fn choose_argument(
    routine: &Routine<'_>,
    variables: &[VariablePlan],
    module: &PythonModule<'_>,
    at: usize,
) -> ShimArgument {
    let (variable, declared) = (&routine.variables[at], find_declaration(routine, at));
    let is_character = matches!(variable.kind, VariableKind::Text(_) | VariableKind::Array { length: Some(_), .. });
    let attributes = declared.map(|entity| entity.attributes.clone()).unwrap_or_default();
    let form = match &variables[at].kind {
        LocalKind::Scalar(_) => ShimForm::Scalar,
        LocalKind::Text | LocalKind::Character if attributes.value => ShimForm::TextValue,
        LocalKind::Text | LocalKind::Character => ShimForm::Text,
        LocalKind::Array { rank, .. } if is_character => ShimForm::TextArray(*rank),
        LocalKind::Array { rank, .. } => match declared {
            Some(entity) if has_deferred_extents(entity) && attributes.contiguous => ShimForm::Extents(*rank),
            Some(entity) if has_deferred_extents(entity) => ShimForm::AssumedShape(*rank),
            _ => ShimForm::AssumedSize,
        },
        LocalKind::Procedure(_) => {
            let VariableKind::Procedure(callback) = variable.kind else { unreachable!("a callable is a procedure") };
            ShimForm::Procedure(choose_procedure(&module.callbacks[callback]))
        }
        LocalKind::Made { .. } => unreachable!("a dummy argument has storage"),
    };
    let shape = match &variables[at].kind {
        LocalKind::Array { rank, .. } if declared.is_some_and(has_deferred_extents) => {
            format!("({})", vec![":"; *rank].join(", "))
        }
        LocalKind::Array { .. } => "(*)".to_owned(),
        _ => String::new(),
    };
    ShimArgument {
        name: declared.map_or(&variable.name, |entity| &entity.name).clone(),
        type_name: fortran_type(&variable.kind),
        intent: declared.and_then(|entity| entity.intent).map(choose_intent_text),
        optional: attributes.optional,
        value: attributes.value,
        form,
        declared: (declared_type(variable, declared), shape),
    }
}

/// A dummy procedure: its interface is left to the compiler, as that of any external procedure.
fn choose_procedure(callback: &Callback<'_>) -> ShimProcedure {
    match callback.result.map(|at| &callback.variables[at].kind) {
        None => ShimProcedure::Subroutine,
        Some(kind) => ShimProcedure::Function(fortran_type(kind)),
    }
}

/// `real(8)`, `character(len=*)`
fn fortran_type(kind: &VariableKind) -> String {
    match kind {
        VariableKind::Scalar(element) | VariableKind::Array { element, length: None, .. } => element_type(*element),
        VariableKind::Text(length) | VariableKind::Array { length: Some(length), .. } => match length {
            TextLength::One => "character(len=1)".to_owned(),
            TextLength::Known(Expression::Integer(length)) => format!("character(len={length})"),
            TextLength::Known(_) | TextLength::Assumed => "character(len=*)".to_owned(),
        },
        VariableKind::Procedure(_) => String::new(),
    }
}

fn element_type(element: ElementType) -> String {
    match element {
        ElementType::Integer(kind) | ElementType::Unsigned(kind) => format!("integer({kind})"),
        ElementType::Real(kind) => format!("real({kind})"),
        ElementType::Complex(kind) => format!("complex({kind})"),
        ElementType::Logical(kind) => format!("logical({kind})"),
        ElementType::Character => "character(len=1)".to_owned(),
    }
}

/// The type in the procedure's own declaration, with the attributes that its interface needs.
fn declared_type(variable: &Variable<'_>, declared: Option<&Entity>) -> String {
    let mut text = fortran_type(&variable.kind);
    for (there, attribute) in declared.map(|entity| &entity.attributes).into_iter().flat_map(|attributes| {
        [
            (attributes.target, ", target"),
            (attributes.volatile, ", volatile"),
            (attributes.asynchronous, ", asynchronous"),
            (attributes.allocatable, ", allocatable"),
        ]
    }) {
        if there {
            text.push_str(attribute);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::shim_name;

    #[test]
    fn long_names_of_shims_stay_apart() {
        let long = "a".repeat(70);
        let (first, second) = (shim_name(&format!("{long}_b"), "m"), shim_name(&format!("{long}_c"), "m"));
        assert!(first.len() <= 63 && second.len() <= 63 && first != second);
        assert_eq!(shim_name("m_f", "m"), "fwrap_m_f");
    }
}
