//! What the `.pyi` stub says of f2py's terms.

use crate::back::python::stub::{print_named_tuple, renamed};
use crate::back::python::tree::Tree;
use crate::plan::f2py::data::{DataPlan, Datum, DatumAccess};
use crate::plan::f2py::documentation::{Entry, array_type};
use crate::plan::f2py::routine::RoutinePlan;

/// The class of a routine's results.
pub fn print_routine_results(routine: &RoutinePlan, prefix: &str, hidden: &[&str]) -> String {
    let Some(tuple) = &routine.named_tuple else { return String::new() };
    let kinds: Vec<String> = routine.documentation.returned.iter().map(|entry| entry.annotation.clone()).collect();
    print_named_tuple(tuple, &kinds, prefix, hidden)
}

/// A routine, with the indent and what stands in front of the names of classes.
pub fn print_routine(routine: &RoutinePlan, (indent, prefix): (&str, &str), hidden: &[&str]) -> String {
    let documentation = &routine.documentation;
    let parameters = documentation.required.iter().chain(&documentation.optional);
    let parameters: Vec<String> = parameters.map(|entry| print_parameter(entry, hidden)).collect();
    let returns = match (&routine.named_tuple, &documentation.returned[..]) {
        (Some(tuple), _) => format!("{prefix}{}", tuple.class),
        (None, [one]) => renamed(&one.annotation, hidden),
        (None, _) => "None".to_owned(),
    };
    format!("{indent}def {}({}) -> {returns}: ...\n", routine.names.python, parameters.join(", "))
}

fn print_parameter(entry: &Entry, hidden: &[&str]) -> String {
    let kind = renamed(&entry.annotation, hidden);
    match &entry.default {
        Some(default) => format!("{}: {kind} = {default}", entry.name),
        None => format!("{}: {kind}", entry.name),
    }
}

/// COMMON blocks: attributes of the extension, described by classes that exist for type checkers only.
pub fn print_data(tree: &Tree<'_>, hidden: &[&str]) -> String {
    let mut text = String::new();
    for common in tree.data.iter().flat_map(|data| &data.commons) {
        let class = format!("_{}", common.python);
        text.push_str(&format!("\n@type_check_only\nclass {class}(Protocol):\n"));
        for (attribute, datum) in &common.members {
            if let Some(attribute) = attribute {
                text.push_str(&print_attribute(attribute, datum, hidden));
            }
        }
        text.push_str(&format!("\n{}: {class}\n", common.python));
    }
    text
}

/// The variables of a Fortran module, as attributes of its class.
pub fn print_variables(module: &Tree<'_>, hidden: &[&str]) -> String {
    let variables = module.data.iter().filter_map(|data| data.variables.as_ref()).flat_map(|variables| &variables.data);
    variables.map(|datum| print_attribute(datum.name.lower(), datum, hidden)).collect()
}

/// All variables that Python sees, with the names of their attributes.
pub fn attributes(data: &DataPlan) -> impl Iterator<Item = (&str, &Datum)> {
    let variables = data.variables.iter().flat_map(|variables| &variables.data);
    let members = data.commons.iter().flat_map(|common| &common.members);
    let members = members.filter_map(|(attribute, datum)| Some((attribute.as_deref()?, datum)));
    variables.map(|datum| (datum.name.lower(), datum)).chain(members)
}

/// An array over the variable's memory; anything that can be made one may be assigned.
fn print_attribute(name: &str, datum: &Datum, hidden: &[&str]) -> String {
    let none = if datum.access.is_allocatable() { " | None" } else { "" };
    let kind = renamed(&format!("{}{none}", array_type(datum.element)), hidden);
    let mut text = format!("    @property\n    def {name}(self) -> {kind}: ...\n");
    if matches!(datum.access, DatumAccess::Live | DatumAccess::Allocatable) {
        let value = renamed(&format!("npt.ArrayLike{none}"), hidden);
        text.push_str(&format!("    @{name}.setter\n    def {name}(self, value: {value}) -> None: ...\n"));
    }
    text
}
