//! How a shim hands a procedure on: a C function pointer becomes a procedure pointer of the declared interface.

use crate::back::fortran::line::Lines;
use crate::plan::callee::{Shim, ShimArgument, ShimForm, ShimInterface, ShimProcedure};

/// The procedure pointer that stands for the argument at a place.
pub fn procedure_name(index: usize) -> String {
    format!("fwrap_procedure_{}", index + 1)
}

fn interface_name(index: usize) -> String {
    format!("fwrap_interface_{}", index + 1)
}

/// The procedures that a shim gets, with their places.
fn procedures(shim: &Shim) -> impl Iterator<Item = (usize, &ShimArgument, &ShimProcedure)> {
    shim.arguments.iter().enumerate().filter_map(|(index, argument)| match &argument.form {
        ShimForm::Procedure(procedure) => Some((index, argument, procedure)),
        _ => None,
    })
}

/// Whether a shim gets procedures.
pub fn has_procedures(shim: &Shim) -> bool {
    procedures(shim).next().is_some()
}

/// The declarations of procedure pointers.
pub fn print_pointers(shim: &Shim, lines: &mut Lines) {
    for (index, _, procedure) in procedures(shim) {
        let interface = match procedure {
            ShimProcedure::Subroutine => String::new(),
            ShimProcedure::Function(type_name) => type_name.clone(),
            ShimProcedure::Explicit(interface) => {
                let name = interface_name(index);
                lines.push("abstract interface");
                lines.indent();
                print_interface(&name, interface, lines);
                lines.outdent();
                lines.push("end interface");
                name
            }
        };
        lines.push(&format!("procedure({interface}), pointer :: {}", procedure_name(index)));
    }
}

/// The interface body of a procedure under a name.
pub fn print_interface(name: &str, interface: &ShimInterface, lines: &mut Lines) {
    let names: Vec<String> = interface.dummies.iter().map(|dummy| dummy.name.to_string()).collect();
    let (unit, result) = match &interface.result {
        Some((result, _)) if result == name => ("function", String::new()),
        Some((result, _)) => ("function", format!(" result({result})")),
        None => ("subroutine", String::new()),
    };
    let pure = if interface.is_pure { "pure " } else { "" };
    let bind = if interface.is_bind { " bind(C)" } else { "" };
    lines.push(&format!("{pure}{unit} {name}({}){bind}{result}", names.join(", ")));
    lines.indent();
    let (sizes, rest): (Vec<_>, Vec<_>) = interface.dummies.iter().partition(|dummy| dummy.is_size);
    for dummy in sizes.into_iter().chain(rest) {
        lines.push(&format!("{} :: {}{}", dummy.type_name, dummy.name, dummy.shape));
    }
    if let Some((result, type_name)) = &interface.result {
        lines.push(&format!("{type_name} :: {result}"));
    }
    lines.outdent();
    lines.push(&format!("end {unit}"));
}

/// The statements that associate the procedure pointers.
pub fn print_associations(shim: &Shim, lines: &mut Lines) {
    for (index, argument, _) in procedures(shim) {
        let (name, pointer) = (&argument.name, procedure_name(index));
        let associate = format!("call fwrap_c_f_procpointer({name}, {pointer})");
        if argument.optional {
            lines.push(&format!("nullify({pointer})"));
            lines.push(&format!("if (fwrap_c_associated({name})) {associate}"));
        } else {
            lines.push(&associate);
        }
    }
}

/// How the interface block of an external procedure declares a dummy procedure.
pub fn print_dummy(argument: &ShimArgument, procedure: &ShimProcedure, lines: &mut Lines) {
    let name = &argument.name;
    match procedure {
        ShimProcedure::Subroutine => lines.push(&format!("external :: {name}")),
        ShimProcedure::Function(type_name) => lines.push(&format!("{type_name}, external :: {name}")),
        ShimProcedure::Explicit(interface) => {
            lines.push("interface");
            lines.indent();
            print_interface(name.lower(), interface, lines);
            lines.outdent();
            lines.push("end interface");
        }
    }
    if argument.optional {
        lines.push(&format!("optional :: {name}"));
    }
}
