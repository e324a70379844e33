//! Arguments as signature files declare them, from their descriptions alone; interfaces of callbacks.

use crate::inspect::description::{Argument, Interface};
use crate::inspect::pyf::declaration::Attributes;
use crate::inspect::pyf::obstacle::{find_obstacle, type_obstacle};
use crate::inspect::pyf::writer::Writer;
use crate::ir::procedure::Procedure;

/// The type of an argument.
pub(super) fn type_of(argument: &Argument) -> String {
    match (argument.data_type, argument.kind, argument.len.as_deref()) {
        ("character", _, Some("*")) => "character*(*)".to_owned(),
        ("character", _, Some("1") | None) => "character".to_owned(),
        ("character", _, Some(length)) => format!("character(len={length})"),
        (name, Some(kind), _) => format!("{name}(kind={kind})"),
        (name, None, _) => name.to_owned(),
    }
}

/// The dimensions of an argument.
pub(super) fn dimensions(argument: &Argument) -> Vec<String> {
    let text = |(lower, upper): &(Option<String>, Option<String>)| {
        let upper = upper.as_deref().unwrap_or(":");
        match lower.as_deref() {
            Some(lower) if lower != "1" && !matches!(upper, ":" | "*") => format!("{lower}:{upper}"),
            _ => upper.to_owned(),
        }
    };
    argument.dims.iter().map(text).collect()
}

/// Why a procedure with these arguments cannot stand in a signature file.
pub(super) fn obstacle(arguments: &[Argument]) -> Option<String> {
    let names: Vec<&str> = arguments.iter().map(|argument| argument.name.as_str()).collect();
    arguments.iter().find_map(|argument| {
        if argument.class != "procedure" {
            return find_obstacle(argument, &names);
        }
        let name = &argument.name;
        match argument.interface.as_deref() {
            Some(interface) if interface.kind.is_some() => callback_obstacle(name, interface),
            _ => Some(format!("the interface of the dummy procedure `{name}` is not known")),
        }
    })
}

fn callback_obstacle(name: &str, interface: &Interface) -> Option<String> {
    let inner = |argument: &Argument| argument.class == "procedure";
    if interface.args.iter().any(inner) {
        return Some(format!("the dummy procedure `{name}` has a dummy procedure itself"));
    }
    let of_result = || interface.result.as_ref().and_then(|result| result_obstacle(result, true));
    obstacle(&interface.args).or_else(of_result).map(|reason| format!("of its dummy procedure `{name}`, {reason}"))
}

/// Why a function with this result cannot stand in a signature file. f2py makes wrong code of array results of
/// functions outside of modules.
pub(super) fn result_obstacle(result: &Argument, is_free: bool) -> Option<String> {
    let has = |attribute: &str| result.attrs.contains(&attribute);
    if let Some(reason) = type_obstacle(result) {
        return Some(reason);
    }
    if has("allocatable") || has("pointer") {
        return Some("its result is allocatable or a pointer".to_owned());
    }
    (result.rank != 0 && is_free).then(|| "its result is an array".to_owned())
}

/// ` bind(c, name="f")`
pub(super) fn bind_text(procedure: &Procedure, name: &str) -> String {
    let is_entry = procedure.name != *name;
    let Some(bind) = procedure.bind.as_ref().filter(|_| !is_entry) else { return String::new() };
    let label = bind.label.clone().unwrap_or_else(|| name.to_owned());
    format!(" bind(c, name=\"{label}\")")
}

/// The interface of a callback. `name` is that of the dummy procedure.
pub(super) fn print_callback(writer: &mut Writer, name: &str, interface: &Interface) {
    let word = interface.kind.unwrap_or("subroutine");
    let names: Vec<String> = unique_names(&interface.args);
    let result = interface.result.as_ref().filter(|_| word == "function");
    let suffix = match result {
        Some(result) if result.name != name => format!(" result ({})", result.name),
        _ => String::new(),
    };
    writer.open(&format!("{word} {name}({}){suffix}", names.join(",")));
    for (argument, name) in interface.args.iter().zip(&names) {
        let mut attributes = Attributes { dimensions: dimensions(argument), ..Attributes::default() };
        attributes.intents.extend(argument.intent.map(str::to_owned));
        writer.line(&attributes.declaration(&type_of(argument), name));
    }
    if let Some(result) = result {
        writer.line(&format!("{} :: {}", type_of(result), result.name));
    }
    writer.close(&format!("end {word} {name}"));
}

/// Names that are found at call sites may occur twice.
fn unique_names(arguments: &[Argument]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for argument in arguments {
        let mut name = argument.name.clone();
        while names.contains(&name) {
            name.push('_');
        }
        names.push(name);
    }
    names
}
