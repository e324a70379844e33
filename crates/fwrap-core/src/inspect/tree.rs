//! What sources declare, for people: modules, types and procedures, one line each.

use crate::inspect::description::{Argument, Inspection, Unit};

/// The tree of what was read.
#[must_use]
pub fn print_tree(inspection: &Inspection) -> String {
    let mut text = String::new();
    for file in &inspection.files {
        for unit in &file.units {
            text.push_str(&format!("{}:{}: {}\n", file.path, unit.line, print_unit(unit)));
        }
    }
    text
}

fn print_unit(unit: &Unit) -> String {
    let names: Vec<&str> = unit.args.iter().map(|argument: &Argument| argument.name.as_str()).collect();
    format!("{} {}({})", unit.kind, unit.name, names.join(", "))
}
