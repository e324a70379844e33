//! One module of `bind(C)` procedures per library, so that the Fortran compiler checks what fwrap has read.

use crate::back::fortran::data::{print_data, print_receiver};
use crate::back::fortran::line::Lines;
use crate::back::fortran::made::{makes, print_made, print_made_declarations, print_makers};
use crate::back::fortran::procedure::{
    has_procedures, print_associations, print_dummy, print_pointers, procedure_name,
};
use crate::plan::callee::{ResultForm, Shim, ShimArgument, ShimForm, ShimResult};
use crate::plan::f2py::data::DataPlan;
use crate::plan::f2py::routine::RoutinePlan;
use crate::plan::name::fortran_prefix;
use crate::plan::wrapper::{Namespace, Plan, Wrapper};

/// The shims as one Fortran file; `None` where every procedure is called directly, and there is no data that Python sees.
#[must_use]
pub fn print_shims(plan: &Plan, python: bool) -> Option<String> {
    let native = wrappers(&plan.root).filter_map(|wrapper| wrapper.callee.shim.as_ref());
    let shims: Vec<&Shim> =
        native.chain(plan.python.routines().filter(|_| python).filter_map(RoutinePlan::shim)).collect();
    let data: Vec<&DataPlan> =
        plan.python.members().map(|members| &members.data).filter(|data| python && !data.is_empty()).collect();
    if shims.is_empty() && data.is_empty() {
        return None;
    }
    let mut lines = Lines::default();
    lines.comment(&format!("C-interoperable procedures around those of {}.", plan.sources.join(" and ")));
    let version = env!("CARGO_PKG_VERSION");
    lines.comment(&format!("Written by fwrap {version}: generate it again instead of editing it."));
    lines.push(&format!("module fwrap_{}_shim", fortran_prefix(&plan.name)));
    lines.indent();
    // Under names of our own: a dummy argument may be called `c_ptr`.
    let mut names = vec!["c_associated", "c_char", "c_f_pointer", "c_ptr", "c_size_t"];
    if shims.iter().any(|shim| has_procedures(shim) || makes(shim)) || !data.is_empty() {
        names.extend(["c_f_procpointer", "c_funptr"]);
    }
    if !data.is_empty() || shims.iter().any(|shim| makes(shim)) {
        names.push("c_int");
    }
    let renames: Vec<String> = names.iter().map(|name| format!("fwrap_{name} => {name}")).collect();
    let renames = renames.join(", ");
    lines.push(&format!("use, intrinsic :: iso_c_binding, only: {renames}"));
    lines.push("implicit none");
    lines.push("private");
    if !data.is_empty() {
        print_receiver(&mut lines);
    }
    if shims.iter().any(|shim| makes(shim)) {
        print_makers(&mut lines);
    }
    lines.outdent();
    lines.push("contains");
    lines.indent();
    for shim in shims {
        lines.push("");
        print_shim(shim, &mut lines);
    }
    for data in data {
        print_data(data, &mut lines);
    }
    lines.outdent();
    lines.push("");
    lines.push(&format!("end module fwrap_{}_shim", fortran_prefix(&plan.name)));
    Some(lines.finish())
}

fn wrappers(root: &Namespace) -> impl Iterator<Item = &Wrapper> {
    root.wrappers.iter().chain(root.modules.iter().flat_map(|module| &module.wrappers))
}

fn print_shim(shim: &Shim, lines: &mut Lines) {
    let scalar = shim.result.as_ref().filter(|result| matches!(result.form, ResultForm::Scalar));
    let unit = if scalar.is_some() { "function" } else { "subroutine" };
    let result = if scalar.is_some() { " result(fwrap_result)" } else { "" };
    let dummies = dummy_names(shim).join(", ");
    lines.push(&format!("{unit} {}({dummies}) bind(C, name=\"{}\"){result}", shim.name, shim.name));
    lines.indent();
    if let Some(module) = &shim.module {
        lines.push(&format!("use {module}, only: fwrap_callee => {}", shim.callee));
    }
    if let Some(result) = &shim.result {
        print_result_declaration(result, lines);
    }
    for (index, argument) in shim.arguments.iter().enumerate() {
        print_declaration(index, argument, lines);
    }
    print_pointers(shim, lines);
    if shim.module.is_none() {
        print_interface(shim, lines);
    }
    print_body(shim, lines);
    lines.outdent();
    lines.push(&format!("end {unit}"));
}

fn dummy_names(shim: &Shim) -> Vec<String> {
    let mut names = Vec::new();
    match shim.result.as_ref().map(|result| &result.form) {
        Some(ResultForm::Array(_)) => names.push("fwrap_result".to_owned()),
        Some(ResultForm::Text) => names.extend(["fwrap_result".to_owned(), "fwrap_result_length".to_owned()]),
        Some(ResultForm::TextArray(rank)) => {
            names.extend(["fwrap_result".to_owned(), "fwrap_result_length".to_owned()]);
            names.extend(result_extent_names(*rank));
        }
        Some(ResultForm::Made { .. }) => names.extend(["fwrap_make".to_owned(), "fwrap_handle".to_owned()]),
        Some(ResultForm::Scalar) | None => {}
    }
    for (index, argument) in shim.arguments.iter().enumerate() {
        names.push(argument.name.to_string());
        match argument.form {
            ShimForm::Text | ShimForm::TextValue => names.push(length_name(index)),
            ShimForm::Extents(rank) => names.extend(extent_names(index, rank)),
            ShimForm::TextArray(rank) => {
                names.push(length_name(index));
                names.extend(extent_names(index, rank));
            }
            ShimForm::Scalar | ShimForm::AssumedSize | ShimForm::AssumedShape(_) | ShimForm::Procedure(_) => {}
        }
    }
    if let Some(ResultForm::Array(extents)) = shim.result.as_ref().map(|result| &result.form) {
        names.extend(result_extent_names(extents.len()));
    }
    names
}

// Names of our own are numbered: no dummy argument can have them, and none is longer than Fortran allows.

fn pointer_name(index: usize) -> String {
    format!("fwrap_pointer_{}", index + 1)
}

fn copy_name(index: usize) -> String {
    format!("fwrap_copy_{}", index + 1)
}

fn length_name(index: usize) -> String {
    format!("fwrap_length_{}", index + 1)
}

fn extent_names(index: usize, rank: usize) -> Vec<String> {
    (1..=rank).map(|dimension| format!("fwrap_extent_{}_{dimension}", index + 1)).collect()
}

fn result_extent_names(rank: usize) -> Vec<String> {
    (1..=rank).map(|dimension| format!("fwrap_result_extent_{dimension}")).collect()
}

fn print_result_declaration(result: &ShimResult, lines: &mut Lines) {
    match &result.form {
        ResultForm::Scalar => lines.push(&format!("{} :: fwrap_result", result.type_name)),
        ResultForm::Array(extents) => {
            let shape = result_extent_names(extents.len());
            lines.push(&format!("integer(fwrap_c_size_t), value :: {}", shape.join(", ")));
            lines.push(&format!("{}, intent(out) :: fwrap_result({})", result.type_name, shape.join(", ")));
        }
        ResultForm::Text => {
            lines.push("integer(fwrap_c_size_t), value :: fwrap_result_length");
            // A pointer to the caller's storage: an automatic character would stand on the stack, whatever its length.
            lines.push("type(fwrap_c_ptr), value :: fwrap_result");
            lines.push("character(kind=fwrap_c_char, len=fwrap_result_length), pointer :: fwrap_result_text");
        }
        ResultForm::TextArray(rank) => {
            let extents = result_extent_names(*rank).join(", ");
            lines.push(&format!("integer(fwrap_c_size_t), value :: fwrap_result_length, {extents}"));
            lines.push("type(fwrap_c_ptr), value :: fwrap_result");
            lines.push(&format!(
                "character(kind=fwrap_c_char, len=fwrap_result_length), pointer :: fwrap_result_text({})",
                vec![":"; *rank].join(", ")
            ));
        }
        ResultForm::Made { rank, is_text } => print_made_declarations(result, *rank, *is_text, lines),
    }
}

fn print_declaration(index: usize, argument: &ShimArgument, lines: &mut Lines) {
    let name = &argument.name;
    let mut attributes = String::new();
    if let Some(intent) = argument.intent {
        attributes.push_str(&format!(", intent({intent})"));
    }
    if argument.optional {
        attributes.push_str(", optional");
    } else if argument.value {
        attributes.push_str(", value");
    }
    let type_name = &argument.type_name;
    match &argument.form {
        ShimForm::Procedure(_) => lines.push(&format!("type(fwrap_c_funptr), value :: {name}")),
        ShimForm::Scalar => lines.push(&format!("{type_name}{attributes} :: {name}")),
        ShimForm::AssumedSize => lines.push(&format!("{type_name}{attributes} :: {name}(*)")),
        ShimForm::AssumedShape(rank) => {
            lines.push(&format!("{type_name}{attributes} :: {name}({})", vec![":"; *rank].join(", ")));
        }
        ShimForm::Extents(rank) => {
            let extents = extent_names(index, *rank);
            lines.push(&format!("integer(fwrap_c_size_t), value :: {}", extents.join(", ")));
            lines.push(&format!("{type_name}{attributes} :: {name}({})", extents.join(", ")));
        }
        ShimForm::Text => {
            lines.push(&format!("type(fwrap_c_ptr), value :: {name}"));
            let (length, pointer) = (length_name(index), pointer_name(index));
            lines.push(&format!("integer(fwrap_c_size_t), value :: {length}"));
            lines.push(&format!("character(kind=fwrap_c_char, len={length}), pointer :: {pointer}"));
        }
        ShimForm::TextArray(rank) => {
            lines.push(&format!("type(fwrap_c_ptr), value :: {name}"));
            let (length, pointer) = (length_name(index), pointer_name(index));
            let extents = extent_names(index, *rank).join(", ");
            lines.push(&format!("integer(fwrap_c_size_t), value :: {length}, {extents}"));
            let shape = vec![":"; *rank].join(", ");
            lines.push(&format!("character(kind=fwrap_c_char, len={length}), pointer :: {pointer}({shape})"));
        }
        ShimForm::TextValue => {
            lines.push(&format!("type(fwrap_c_ptr), value :: {name}"));
            let (length, pointer) = (length_name(index), pointer_name(index));
            lines.push(&format!("integer(fwrap_c_size_t), value :: {length}"));
            lines.push(&format!("character(kind=fwrap_c_char, len={length}), pointer :: {pointer}"));
            lines.push(&format!("{type_name} :: {}", copy_name(index)));
        }
    }
}

/// The interface of an external procedure, as the source declares it.
fn print_interface(shim: &Shim, lines: &mut Lines) {
    let names: Vec<String> = shim.arguments.iter().map(|argument| argument.name.to_string()).collect();
    let (unit, result) = match &shim.result {
        Some(result) => ("function", format!(" result({})", result.name)),
        None => ("subroutine", String::new()),
    };
    let result = if result == format!(" result({})", shim.callee) { String::new() } else { result };
    let bind = shim.bind.as_ref().map_or_else(String::new, |label| format!(" bind(C, name=\"{label}\")"));
    lines.push("interface");
    lines.indent();
    lines.push(&format!("{unit} {}({}){bind}{result}", shim.callee, names.join(", ")));
    lines.indent();
    if let Some(names) = imported_names(shim) {
        lines.push(&format!("import :: {names}"));
    }
    // Extents may name any integer, so those come first.
    let is_integer_scalar =
        |argument: &&ShimArgument| argument.declared.0.starts_with("integer") && argument.declared.1.is_empty();
    let (first, rest): (Vec<_>, Vec<_>) = shim.arguments.iter().partition(is_integer_scalar);
    for argument in first.into_iter().chain(rest) {
        if let ShimForm::Procedure(procedure) = &argument.form {
            print_dummy(argument, procedure, lines);
            continue;
        }
        let mut attributes = String::new();
        if let Some(intent) = argument.intent {
            attributes.push_str(&format!(", intent({intent})"));
        }
        for (there, attribute) in [
            (argument.optional, ", optional"),
            (argument.value, ", value"),
            (matches!(argument.form, ShimForm::Extents(_)), ", contiguous"),
        ] {
            if there {
                attributes.push_str(attribute);
            }
        }
        let (type_name, shape) = &argument.declared;
        lines.push(&format!("{type_name}{attributes} :: {}{shape}", argument.name));
    }
    if let Some(result) = &shim.result {
        lines.push(&format!("{} :: {}{}", result.declared.0, result.name, result_shape(result)));
    }
    lines.outdent();
    lines.push(&format!("end {unit}"));
    lines.outdent();
    lines.push("end interface");
}

/// The shape of a result in the interface block. Where the declaration says none that stands there, the extents that
/// the shim was given are taken over from it (F2018 19.5.1.4).
fn result_shape(result: &ShimResult) -> String {
    match &result.form {
        ResultForm::Array(extents) if result.declared.1.is_empty() => {
            format!("({})", result_extent_names(extents.len()).join(", "))
        }
        ResultForm::TextArray(rank) => format!("({})", result_extent_names(*rank).join(", ")),
        ResultForm::Made { rank, .. } if *rank > 0 => format!("({})", vec![":"; *rank].join(", ")),
        _ => result.declared.1.clone(),
    }
}

/// The names of the shim that [`result_shape`] uses.
fn imported_names(shim: &Shim) -> Option<String> {
    let result = shim.result.as_ref()?;
    match &result.form {
        ResultForm::Array(extents) if result.declared.1.is_empty() => {
            Some(result_extent_names(extents.len()).join(", "))
        }
        ResultForm::TextArray(rank) => Some(result_extent_names(*rank).join(", ")),
        _ => None,
    }
}

fn print_body(shim: &Shim, lines: &mut Lines) {
    let is_text = |(_, argument): &(usize, &ShimArgument)| {
        matches!(argument.form, ShimForm::Text | ShimForm::TextValue | ShimForm::TextArray(_))
    };
    for (index, argument) in shim.arguments.iter().enumerate().filter(is_text) {
        let (name, pointer) = (&argument.name, pointer_name(index));
        let associate = match argument.form {
            ShimForm::TextArray(rank) => {
                let extents = extent_names(index, rank).join(", ");
                format!("call fwrap_c_f_pointer({name}, {pointer}, [{extents}])")
            }
            _ => format!("call fwrap_c_f_pointer({name}, {pointer})"),
        };
        if argument.optional {
            lines.push(&format!("nullify({pointer})"));
            lines.push(&format!("if (fwrap_c_associated({name})) {associate}"));
        } else {
            lines.push(&associate);
        }
        if let ShimForm::TextValue = argument.form {
            // gfortran 12 passes a pointer of variable length to a VALUE dummy as an address.
            lines.push(&format!("{} = {pointer}", copy_name(index)));
        }
    }
    print_associations(shim, lines);
    let actual = |(index, argument): (usize, &ShimArgument)| match argument.form {
        ShimForm::Text | ShimForm::TextArray(_) => pointer_name(index),
        ShimForm::TextValue => copy_name(index),
        ShimForm::Procedure(_) => procedure_name(index),
        _ => argument.name.to_string(),
    };
    let actuals: Vec<String> = shim.arguments.iter().enumerate().map(actual).collect();
    let callee = if shim.module.is_some() { "fwrap_callee".to_owned() } else { shim.callee.to_string() };
    let reference = format!("{callee}({})", actuals.join(", "));
    match shim.result.as_ref().map(|result| &result.form) {
        None => lines.push(&format!("call {reference}")),
        Some(ResultForm::Scalar | ResultForm::Array(_)) => lines.push(&format!("fwrap_result = {reference}")),
        Some(ResultForm::Text) => {
            lines.push("call fwrap_c_f_pointer(fwrap_result, fwrap_result_text)");
            lines.push(&format!("fwrap_result_text = {reference}"));
        }
        Some(ResultForm::TextArray(rank)) => {
            let extents = result_extent_names(*rank).join(", ");
            lines.push(&format!("call fwrap_c_f_pointer(fwrap_result, fwrap_result_text, [{extents}])"));
            lines.push(&format!("fwrap_result_text = {reference}"));
        }
        Some(ResultForm::Made { rank, is_text }) => print_made(&reference, *rank, *is_text, lines),
    }
}
