//! The `.pyi` stub.

use crate::back::python::callback::callable_type;
use crate::back::python::docstring::{dtype, scalar_name};
use crate::back::python::f2py::stub::{attributes, print_data, print_routine, print_routine_results, print_variables};
use crate::back::python::tree::Tree;
use crate::plan::value::Element;
use crate::plan::wrapper::{
    Access, Argument, ArgumentKind, NamedTuple, OutputKind, Parameter, ParameterRole, Plan, Return, Wrapper,
};

/// The names that types are made of.
const BUILTIN_TYPES: &[&str] = &["bool", "bytearray", "bytes", "complex", "float", "int", "object", "str", "tuple"];

/// The file as text.
#[must_use]
pub fn print_stub(plan: &Plan) -> String {
    let tree = Tree::new(plan);
    let hidden = hidden_names(&tree);
    let mut body = print_members(&tree, &hidden);
    for module in &tree.modules {
        body.push_str(&print_module(module, &hidden));
    }
    body.push_str(&print_data(&tree, &hidden));
    for wrapper in &tree.wrappers {
        body.push_str(&print_results(wrapper, "", &hidden));
        body.push('\n');
        body.push_str(&print_function(wrapper, ("", ""), &hidden));
    }
    for routine in &tree.routines {
        body.push_str(&print_routine_results(routine, "", &hidden));
        body.push('\n');
        body.push_str(&print_routine(routine, ("", ""), &hidden));
    }
    let mut text = format!(
        "# Stub of the Python module `{}`, written by fwrap {}: generate it again instead of editing it.\n",
        plan.name,
        env!("CARGO_PKG_VERSION")
    );
    let mut imports = String::new();
    if body.contains(&format!("{}[", renamed("Callable", &hidden))) {
        imports.push_str("from collections.abc import Callable");
        if hidden.contains(&"Callable") {
            imports.push_str(&format!(" as {}", other_name("Callable")));
        }
        imports.push('\n');
    }
    let typing = [("NamedTuple", "(NamedTuple)"), ("Protocol", "(Protocol)"), ("type_check_only", "@type_check_only")];
    let typing: Vec<_> = typing.into_iter().filter(|(_, use_of)| body.contains(use_of)).map(|(name, _)| name).collect();
    if !typing.is_empty() {
        imports.push_str(&format!("from typing import {}\n", typing.join(", ")));
    }
    for name in hidden.iter().filter(|name| BUILTIN_TYPES.contains(name)) {
        imports.push_str(&format!("from builtins import {name} as {}\n", other_name(name)));
    }
    for (name, module) in [("np", "numpy"), ("npt", "numpy.typing")] {
        let name = renamed(name, &hidden);
        if body.contains(&format!("{name}.")) {
            imports.push_str(&format!("import {module} as {name}\n"));
        }
    }
    if !imports.is_empty() {
        text.push('\n');
        text.push_str(&imports);
    }
    text.push_str(&body);
    text
}

/// What every extension has besides its procedures. A procedure of the same name takes its place.
fn print_members(tree: &Tree<'_>, hidden: &[&str]) -> String {
    let mut text = String::new();
    for (class, text_attributes) in [("FortranStop", &["statement", "message"][..]), ("FortranError", &["message"])] {
        text.push_str(&format!("\nclass {class}(RuntimeError):\n"));
        for attribute in text_attributes {
            text.push_str(&format!("    {attribute}: {}\n", renamed("str", hidden)));
        }
        text.push_str(&format!("    code: {}\n", renamed("int | None", hidden)));
        text.push_str(&format!("    location: {}\n", renamed("str | None", hidden)));
    }
    let is_taken = |name: &str| names(tree).any(|own| own == name);
    if tree.has_routines() && !is_taken("error") {
        text.push_str("\nclass error(Exception): ...\n");
    }
    if tree.has_routines() {
        let text_type = renamed("str", hidden);
        text.push_str(&format!("\ndef __dir__() -> list[{text_type}]: ...\n"));
    }
    if !is_taken("interruptible") {
        let object = renamed("object", hidden);
        text.push_str(&format!(
            "\nclass interruptible:\n    def __enter__(self) -> interruptible: ...\n    \
             def __exit__(self, *exception: {object}) -> None: ...\n"
        ));
    }
    text
}

/// The functions, COMMON blocks and submodules of the extension.
fn names<'p>(tree: &'p Tree<'p>) -> impl Iterator<Item = &'p str> {
    let functions = tree.wrappers.iter().map(|wrapper| &*wrapper.names.python);
    let routines = tree.routines.iter().map(|routine| &*routine.names.python);
    let blocks = tree.data.iter().flat_map(|data| &data.commons).map(|common| &*common.python);
    functions.chain(routines).chain(blocks).chain(tree.modules.iter().map(|module| module.python))
}

/// Names of types that functions or modules of the extension hide in its stub.
fn hidden_names(tree: &Tree<'_>) -> Vec<&'static str> {
    let types = BUILTIN_TYPES.iter().chain(&["Callable", "np", "npt"]).copied();
    let trees = || std::iter::once(tree).chain(&tree.modules);
    let of_wrappers = trees().flat_map(|tree| &tree.wrappers).filter_map(|wrapper| wrapper.named_tuple.as_ref());
    let of_routines = trees().flat_map(|tree| &tree.routines).filter_map(|routine| routine.named_tuple.as_ref());
    let tuples: Vec<_> = of_wrappers.chain(of_routines).collect();
    let is_field = |name: &str| tuples.iter().any(|tuple| tuple.fields.iter().any(|field| field == name));
    let variables = || trees().filter_map(|tree| tree.data).flat_map(attributes);
    let is_hidden =
        |name: &str| is_field(name) || names(tree).any(|own| own == name) || variables().any(|(own, _)| own == name);
    types.filter(|name| is_hidden(name)).collect()
}

/// What a hidden name is imported as.
fn other_name(name: &str) -> String {
    format!("_type_{name}")
}

/// A type, with other names for the hidden ones.
pub(super) fn renamed(kind: &str, hidden: &[&str]) -> String {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut text = String::new();
    let mut rest = kind;
    while !rest.is_empty() {
        let end = rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let other = if hidden.contains(&word) { other_name(word) } else { word.to_owned() };
        text.push_str(&other);
        let next = behind.find(is_letter).unwrap_or(behind.len());
        text.push_str(&behind[..next]);
        rest = &behind[next..];
    }
    text
}

/// A Fortran module: an attribute of the extension, described by a class that exists for type checkers only.
fn print_module(module: &Tree<'_>, hidden: &[&str]) -> String {
    let class = format!("_{}", module.python);
    let prefix = format!("{class}_");
    let mut text = String::new();
    for wrapper in &module.wrappers {
        text.push_str(&print_results(wrapper, &prefix, hidden));
    }
    for routine in &module.routines {
        text.push_str(&print_routine_results(routine, &prefix, hidden));
    }
    text.push_str(&format!("\n@type_check_only\nclass {class}(Protocol):\n"));
    text.push_str(&print_variables(module, hidden));
    for wrapper in &module.wrappers {
        text.push_str("    @staticmethod\n");
        text.push_str(&print_function(wrapper, ("    ", &prefix), hidden));
    }
    for routine in &module.routines {
        text.push_str("    @staticmethod\n");
        text.push_str(&print_routine(routine, ("    ", &prefix), hidden));
    }
    text.push_str(&format!("\n{}: {class}\n", module.python));
    text
}

/// The class of a function's results.
fn print_results(wrapper: &Wrapper, prefix: &str, hidden: &[&str]) -> String {
    let Some(tuple) = &wrapper.named_tuple else { return String::new() };
    let kinds: Vec<String> = wrapper.returns.iter().map(|value| return_type(wrapper, *value)).collect();
    print_named_tuple(tuple, &kinds, prefix, hidden)
}

/// The class of tuples with these types of items. That of a function in a Fortran module is one for type checkers only.
pub(super) fn print_named_tuple(tuple: &NamedTuple, kinds: &[String], prefix: &str, hidden: &[&str]) -> String {
    let only = if prefix.is_empty() { "" } else { "@type_check_only\n" };
    let kinds: Vec<String> = kinds.iter().map(|kind| renamed(kind, hidden)).collect();
    let items = tuple.fields.iter().zip(&kinds);
    // They take the place of methods of `tuple`.
    let ignored = |field: &str| match field {
        "count" | "index" => "  # type: ignore[assignment]",
        _ => "",
    };
    let class = format!("{prefix}{}", tuple.class);
    if tuple.fields.iter().all(|field| !field.starts_with('_')) {
        let lines = items.map(|(field, kind)| format!("    {field}: {kind}{}\n", ignored(field)));
        return format!("\n{only}class {class}(NamedTuple):\n{}", lines.collect::<String>());
    }
    // `NamedTuple` takes no names that begin with an underscore.
    let parameters: Vec<String> = items.clone().map(|(field, kind)| format!("{field}: {kind}")).collect();
    let names: Vec<String> = tuple.fields.iter().map(|field| format!("\"{field}\"")).collect();
    let mut text = format!(
        "\n{only}class {class}({}[{}]):\n    __match_args__ = ({})\n    def __new__(_cls, {}) -> {class}: ...\n",
        renamed("tuple", hidden),
        kinds.join(", "),
        names.join(", "),
        parameters.join(", ")
    );
    for (field, kind) in items.filter(|(field, _)| !field.starts_with('_')) {
        let ignored = if ignored(field).is_empty() { "" } else { "  # type: ignore[override]" };
        text.push_str(&format!("    @property\n    def {field}(self) -> {kind}: ...{ignored}\n"));
    }
    text
}

/// With the indent, and what stands in front of the names of classes.
fn print_function(wrapper: &Wrapper, (indent, prefix): (&str, &str), hidden: &[&str]) -> String {
    let parameters: Vec<String> =
        wrapper.parameters.iter().map(|parameter| print_parameter(wrapper, parameter, hidden)).collect();
    let returns = match (&wrapper.named_tuple, &wrapper.returns[..]) {
        (Some(tuple), _) => format!("{prefix}{}", tuple.class),
        (None, [one]) => renamed(&return_type(wrapper, *one), hidden),
        (None, _) => "None".to_owned(),
    };
    format!("{indent}def {}({}) -> {returns}: ...\n", wrapper.names.python, parameters.join(", "))
}

fn print_parameter(wrapper: &Wrapper, parameter: &Parameter, hidden: &[&str]) -> String {
    match parameter.role {
        ParameterRole::Overwrite(_) => format!("{}: {} = False", parameter.name, renamed("bool", hidden)),
        ParameterRole::Argument(index) => {
            let kind = renamed(&argument_type(wrapper, &wrapper.arguments[index]), hidden);
            if parameter.optional {
                format!("{}: {kind} | None = None", parameter.name)
            } else {
                format!("{}: {kind}", parameter.name)
            }
        }
    }
}

fn argument_type(wrapper: &Wrapper, argument: &Argument) -> String {
    match argument.kind {
        ArgumentKind::Solved(element) | ArgumentKind::Scalar(element, Access::Read | Access::Copied) => {
            scalar_name(element).to_owned()
        }
        ArgumentKind::Scalar(element, Access::Tentative) => {
            format!("{} | {}", scalar_name(element), array_type(element))
        }
        ArgumentKind::Scalar(element, Access::Update) | ArgumentKind::Array(element, _, Access::Update) => {
            array_type(element)
        }
        ArgumentKind::Array(..) => "npt.ArrayLike".to_owned(),
        ArgumentKind::Text(Access::Read | Access::Copied) => "str | bytes".to_owned(),
        ArgumentKind::Text(Access::Tentative) => "str | bytes | bytearray | npt.NDArray[np.bytes_]".to_owned(),
        ArgumentKind::Text(Access::Update) => "bytearray | npt.NDArray[np.bytes_]".to_owned(),
        ArgumentKind::Procedure(at) => callable_type(&wrapper.callbacks[at], array_type),
    }
}

fn return_type(wrapper: &Wrapper, value: Return) -> String {
    match value {
        Return::Output(index) => match wrapper.outputs[index].kind {
            OutputKind::Scalar(element) => scalar_name(element).to_owned(),
            OutputKind::Array(element, _) => array_type(element),
            OutputKind::Text => "bytes".to_owned(),
        },
        Return::Copied(index) => {
            let argument = &wrapper.arguments[index];
            let kind = match argument.kind {
                ArgumentKind::Array(element, _, _) => array_type(element),
                ArgumentKind::Scalar(element, _) | ArgumentKind::Solved(element) => scalar_name(element).to_owned(),
                ArgumentKind::Text(_) => "bytes".to_owned(),
                ArgumentKind::Procedure(_) => unreachable!("a procedure is not returned"),
            };
            if argument.optional { format!("{kind} | None") } else { kind }
        }
    }
}

fn array_type(element: Element) -> String {
    let name = match element {
        Element::Logical(_) => "bool_".to_owned(),
        other => dtype(other),
    };
    format!("npt.NDArray[np.{name}]")
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn hidden_types_have_other_names() {
        assert_eq!(
            renamed("tuple[int, npt.NDArray[np.bytes_]] | None", &[]),
            "tuple[int, npt.NDArray[np.bytes_]] | None"
        );
        let found = renamed("tuple[int, npt.NDArray[np.bytes_]] | None", &["np", "int"]);
        assert_eq!(found, "tuple[_type_int, npt.NDArray[_type_np.bytes_]] | None");
    }
}
