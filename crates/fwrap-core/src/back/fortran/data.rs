//! Procedures that hand variables of modules and members of COMMON blocks over to a C function, which gets a
//! descriptor: so the compiler says the address, the type and the shape, and checks what fwrap has read.

use crate::back::fortran::line::Lines;
use crate::plan::f2py::data::{CommonPlan, DataPlan, Datum, DatumAccess, ElementType, VariablesPlan};

/// The interface of the C function. It stands in the module, with the names it imports.
pub fn print_receiver(lines: &mut Lines) {
    lines.push("abstract interface");
    lines.indent();
    lines.push("subroutine fwrap_receiver(place, datum) bind(C)");
    lines.indent();
    lines.push("import :: fwrap_c_ptr");
    lines.push("type(fwrap_c_ptr), value :: place");
    lines.push("type(*), dimension(..), intent(in) :: datum");
    lines.outdent();
    lines.push("end subroutine");
    lines.outdent();
    lines.push("end interface");
}

/// The procedures for the data of a Python module.
pub fn print_data(plan: &DataPlan, lines: &mut Lines) {
    if let Some(variables) = &plan.variables {
        lines.push("");
        print_variables(variables, lines);
        if let Some(change) = &variables.change {
            lines.push("");
            print_change(change, variables, lines);
        }
    }
    for common in &plan.commons {
        lines.push("");
        print_common(common, lines);
    }
}

fn local_name(index: usize) -> String {
    format!("fwrap_{}", index + 1)
}

fn print_start(find: &str, lines: &mut Lines) {
    lines.push(&format!("subroutine {find}(fwrap_number, fwrap_receive, fwrap_place) bind(C, name=\"{find}\")"));
    lines.indent();
}

fn print_declarations(lines: &mut Lines) {
    lines.push("integer(fwrap_c_int), value :: fwrap_number");
    lines.push("type(fwrap_c_funptr), value :: fwrap_receive");
    lines.push("type(fwrap_c_ptr), value :: fwrap_place");
    lines.push("procedure(fwrap_receiver), pointer :: fwrap_take");
}

/// The statements that hand over one of the data, each with the name by which it is known here.
fn print_choice<'a>(data: impl Iterator<Item = (String, &'a Datum)>, lines: &mut Lines) {
    lines.push("call fwrap_c_f_procpointer(fwrap_receive, fwrap_take)");
    lines.push("select case (fwrap_number)");
    for (index, (name, datum)) in data.enumerate() {
        lines.push(&format!("case ({})", index + 1));
        lines.indent();
        let condition = if datum.access.is_allocatable() { format!("if (allocated({name})) ") } else { String::new() };
        lines.push(&format!("{condition}call fwrap_take(fwrap_place, {name})"));
        lines.outdent();
    }
    lines.push("end select");
    lines.outdent();
    lines.push("end subroutine");
}

fn print_variables(variables: &VariablesPlan, lines: &mut Lines) {
    print_start(&variables.find, lines);
    print_uses(variables, |_| true, lines);
    print_declarations(lines);
    print_choice(variables.data.iter().enumerate().map(|(index, datum)| (local_name(index), datum)), lines);
}

/// `use m, only: fwrap_1 => x`, in as many statements as keep each of reasonable length.
fn print_uses(variables: &VariablesPlan, is_used: impl Fn(&Datum) -> bool, lines: &mut Lines) {
    let used = variables.data.iter().enumerate().filter(|(_, datum)| is_used(datum));
    let renames: Vec<String> = used.map(|(index, datum)| format!("{} => {}", local_name(index), datum.name)).collect();
    for some in renames.chunks(50) {
        lines.push(&format!("use {}, only: {}", variables.module, some.join(", ")));
    }
}

fn print_change(change: &str, variables: &VariablesPlan, lines: &mut Lines) {
    let is_changed = |datum: &Datum| datum.access == DatumAccess::Allocatable;
    lines.push(&format!(
        "function {change}(fwrap_number, fwrap_anew, fwrap_extents, fwrap_length) bind(C, name=\"{change}\") \
         result(fwrap_status)"
    ));
    lines.indent();
    print_uses(variables, is_changed, lines);
    lines.push("integer(fwrap_c_int), value :: fwrap_number, fwrap_anew");
    lines.push("integer(fwrap_c_size_t), intent(in) :: fwrap_extents(*)");
    lines.push("integer(fwrap_c_size_t), value :: fwrap_length");
    lines.push("integer(fwrap_c_int) :: fwrap_status");
    lines.push("fwrap_status = 0");
    lines.push("select case (fwrap_number)");
    for (index, datum) in variables.data.iter().enumerate().filter(|(_, datum)| is_changed(datum)) {
        let name = local_name(index);
        lines.push(&format!("case ({})", index + 1));
        lines.indent();
        lines.push(&format!("if (allocated({name})) deallocate({name}, stat=fwrap_status)"));
        lines.push("if (fwrap_anew == 0 .or. fwrap_status /= 0) return");
        let is_deferred = datum.element == ElementType::Character && datum.length.is_none();
        let length = if is_deferred { "character(len=fwrap_length) :: " } else { "" };
        let extents: Vec<String> = (1..=datum.rank).map(|dimension| format!("fwrap_extents({dimension})")).collect();
        let shape = if extents.is_empty() { String::new() } else { format!("({})", extents.join(", ")) };
        lines.push(&format!("allocate({length}{name}{shape}, stat=fwrap_status)"));
        lines.outdent();
    }
    lines.push("end select");
    lines.outdent();
    lines.push("end function");
}

fn print_common(common: &CommonPlan, lines: &mut Lines) {
    print_start(&common.find, lines);
    print_declarations(lines);
    for (_, datum) in &common.members {
        lines.push(&format!("{} :: {}{}", type_name(datum), datum.name, shape(datum)));
    }
    let names: Vec<String> = common.members.iter().map(|(_, datum)| datum.name.to_string()).collect();
    let name = common.fortran.as_ref().map_or_else(String::new, ToString::to_string);
    lines.push(&format!("common /{name}/ {}", names.join(", ")));
    match common.bind.as_deref() {
        Some("") => lines.push(&format!("bind(C) :: /{name}/")),
        Some(label) => lines.push(&format!("bind(C, name=\"{label}\") :: /{name}/")),
        None => {}
    }
    let visible = common.members.iter().filter(|(attribute, _)| attribute.is_some());
    print_choice(visible.map(|(_, datum)| (datum.name.to_string(), datum)), lines);
}

fn type_name(datum: &Datum) -> String {
    match datum.element {
        ElementType::Integer(kind) | ElementType::Unsigned(kind) => format!("integer({kind})"),
        ElementType::Real(kind) => format!("real({kind})"),
        ElementType::Complex(kind) => format!("complex({kind})"),
        ElementType::Logical(kind) => format!("logical({kind})"),
        ElementType::Character => format!("character(len={})", datum.length.unwrap_or(1)),
    }
}

fn shape(datum: &Datum) -> String {
    let extents: Vec<String> = datum.extents.iter().flatten().map(u64::to_string).collect();
    if extents.is_empty() { String::new() } else { format!("({})", extents.join(", ")) }
}
