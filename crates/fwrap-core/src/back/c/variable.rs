//! Variables of a routine as locals of a C function: numbers are copied, storage is pointed to.

use crate::back::c::writer::Writer;
use crate::plan::f2py::c_variable::{CInput, CVariable, c_type};
use crate::plan::f2py::routine::{ElementType, LocalKind};

/// The declarations of what a C function gets.
pub(super) fn print_variables(writer: &mut Writer<'_>, inputs: &[CInput], variables: &[CVariable]) {
    for (place, input) in inputs.iter().enumerate() {
        let value = format!("fwrap_v[{place}]");
        let Some(variable) = input.variable().and_then(|at| variables.get(at)) else {
            writer.line(format_args!("    const int64_t *_i = {value};"));
            continue;
        };
        let (name, c_name) = (&variable.name, variable.type_name());
        match input {
            CInput::Scalar(_) => writer.line(format_args!("    {c_name} {name} = *({c_name} *){value};")),
            CInput::Text(_) => writer.line(format_args!("    string {name} = {value};")),
            CInput::Length(_) => writer.line(format_args!("    const int capi_{name}_len = (int)(npy_intp){value};")),
            CInput::Data(_) => writer.line(format_args!("    {} *{name} = {value};", element_type(&variable.kind))),
            CInput::Extents(_) => {
                let rank = rank_of(&variable.kind);
                writer.line(format_args!("    const npy_intp *{name}_Dims = {value};"));
                writer.line(format_args!("    const int {name}_Rank = {rank};"));
            }
            CInput::Object(_) => {
                writer.line(format_args!("    PyArrayObject *capi_{name}_tmp = {value};"));
                writer.line(format_args!("    PyArrayObject *capi_{name}_as_array = capi_{name}_tmp;"));
            }
            CInput::Procedure(_) => {
                writer.line(format_args!("    void *{name} = {value};"));
                writer.line(format_args!("    void *{name}_cptr = {name};"));
            }
            CInput::Given(_) => {
                writer.line(format_args!("    PyObject *{name}_capi = {value} == NULL ? Py_None : {value};"));
            }
            CInput::Index => {}
        }
    }
}

/// The statements that give numbers their new values.
pub(super) fn print_updates(writer: &mut Writer<'_>, inputs: &[CInput], variables: &[CVariable]) {
    for (place, input) in inputs.iter().enumerate() {
        if let CInput::Scalar(at) = input
            && let Some(variable) = variables.get(*at)
        {
            writer.line(format_args!("    *({} *)fwrap_v[{place}] = {};", variable.type_name(), variable.name));
        }
    }
}

fn element_type(kind: &LocalKind) -> &'static str {
    match kind {
        LocalKind::Array { element: ElementType::Character, .. } => "char",
        LocalKind::Array { element, .. } => c_type(*element),
        _ => "void",
    }
}

fn rank_of(kind: &LocalKind) -> usize {
    match kind {
        LocalKind::Array { rank, .. } => *rank,
        _ => 0,
    }
}
