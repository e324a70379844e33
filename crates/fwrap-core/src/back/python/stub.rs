//! The `.pyi` stub.

use crate::back::python::callback::callable_type;
use crate::back::python::docstring::{dtype, scalar_name};
use crate::plan::value::Element;
use crate::plan::wrapper::{
    Access, Argument, ArgumentKind, Namespace, OutputKind, Parameter, ParameterRole, Plan, Return, Wrapper,
};

/// The names that types are made of.
const BUILTIN_TYPES: &[&str] = &["bool", "bytearray", "bytes", "complex", "float", "int", "object", "str", "tuple"];

/// The file as text.
#[must_use]
pub fn print_stub(plan: &Plan) -> String {
    let hidden = hidden_names(plan);
    let mut body = print_members(plan, &hidden);
    for namespace in &plan.root.modules {
        body.push_str(&print_namespace(namespace, &hidden));
    }
    for wrapper in &plan.root.wrappers {
        body.push('\n');
        body.push_str(&print_function(wrapper, "", &hidden));
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
    if !plan.root.modules.is_empty() {
        imports.push_str("from typing import Protocol, type_check_only\n");
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
fn print_members(plan: &Plan, hidden: &[&str]) -> String {
    let mut text = String::new();
    for (class, text_attributes) in [("FortranStop", &["statement", "message"][..]), ("FortranError", &["message"])] {
        text.push_str(&format!("\nclass {class}(RuntimeError):\n"));
        for attribute in text_attributes {
            text.push_str(&format!("    {attribute}: {}\n", renamed("str", hidden)));
        }
        text.push_str(&format!("    code: {}\n", renamed("int | None", hidden)));
        text.push_str(&format!("    location: {}\n", renamed("str | None", hidden)));
    }
    let is_taken = |name: &str| names(plan).any(|own| own == name);
    if !is_taken("interruptible") {
        let object = renamed("object", hidden);
        text.push_str(&format!(
            "\nclass interruptible:\n    def __enter__(self) -> interruptible: ...\n    \
             def __exit__(self, *exception: {object}) -> None: ...\n"
        ));
    }
    text
}

/// The functions and submodules of the extension.
fn names(plan: &Plan) -> impl Iterator<Item = &String> {
    let functions = plan.root.wrappers.iter().map(|wrapper| &wrapper.names.python);
    functions.chain(plan.root.modules.iter().map(|module| &module.python))
}

/// Names of types that functions or modules of the extension hide in its stub.
fn hidden_names(plan: &Plan) -> Vec<&'static str> {
    let types = BUILTIN_TYPES.iter().chain(&["Callable", "np", "npt"]).copied();
    types.filter(|name| names(plan).any(|own| own == *name)).collect()
}

/// What a hidden name is imported as.
fn other_name(name: &str) -> String {
    format!("_type_{name}")
}

/// A type, with other names for the hidden ones.
fn renamed(kind: &str, hidden: &[&str]) -> String {
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
fn print_namespace(namespace: &Namespace, hidden: &[&str]) -> String {
    let class = format!("_{}", namespace.python);
    let mut text = format!("\n@type_check_only\nclass {class}(Protocol):\n");
    for wrapper in &namespace.wrappers {
        text.push_str("    @staticmethod\n");
        text.push_str(&print_function(wrapper, "    ", hidden));
    }
    text.push_str(&format!("\n{}: {class}\n", namespace.python));
    text
}

fn print_function(wrapper: &Wrapper, indent: &str, hidden: &[&str]) -> String {
    let parameters: Vec<String> =
        wrapper.parameters.iter().map(|parameter| print_parameter(wrapper, parameter, hidden)).collect();
    let returns: Vec<String> = wrapper.returns.iter().map(|value| return_type(wrapper, *value)).collect();
    let returns = match &returns[..] {
        [] => "None".to_owned(),
        [one] => one.clone(),
        several => format!("tuple[{}]", several.join(", ")),
    };
    let returns = renamed(&returns, hidden);
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
