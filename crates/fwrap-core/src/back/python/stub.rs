//! The `.pyi` stub.

use crate::back::python::docstring::{dtype, scalar_name};
use crate::plan::wrapper::{
    Access, Argument, ArgumentKind, Element, Namespace, OutputKind, Parameter, ParameterRole, Plan, Return, Wrapper,
};

/// The file as text.
#[must_use]
pub fn print_stub(plan: &Plan) -> String {
    let mut body = String::new();
    for namespace in &plan.root.modules {
        body.push_str(&print_namespace(namespace));
    }
    for wrapper in &plan.root.wrappers {
        body.push('\n');
        body.push_str(&print_function(wrapper, "", ""));
    }
    let mut text = format!(
        "# Stub of the Python module `{}`, written by fwrap {}: generate it again instead of editing it.\n",
        plan.name,
        env!("CARGO_PKG_VERSION")
    );
    let mut imports = String::new();
    if !plan.root.modules.is_empty() {
        imports.push_str("from typing import Protocol, type_check_only\n");
    }
    if body.contains("np.") {
        imports.push_str("import numpy as np\n");
    }
    if body.contains("npt.") {
        imports.push_str("import numpy.typing as npt\n");
    }
    if !imports.is_empty() {
        text.push('\n');
        text.push_str(&imports);
    }
    text.push_str(&body);
    text
}

/// A Fortran module: an attribute of the extension, described by a class that exists for type checkers only.
fn print_namespace(namespace: &Namespace) -> String {
    let class = format!("_{}", namespace.python);
    let mut text = format!("\n@type_check_only\nclass {class}(Protocol):\n");
    for wrapper in &namespace.wrappers {
        text.push_str("    @staticmethod\n");
        text.push_str(&print_function(wrapper, "    ", ""));
    }
    text.push_str(&format!("\n{}: {class}\n", namespace.python));
    text
}

fn print_function(wrapper: &Wrapper, indent: &str, receiver: &str) -> String {
    let mut parameters: Vec<String> = Vec::new();
    if !receiver.is_empty() {
        parameters.push(receiver.to_owned());
    }
    parameters.extend(wrapper.parameters.iter().map(|parameter| print_parameter(wrapper, parameter)));
    let returns: Vec<String> = wrapper.returns.iter().map(|value| return_type(wrapper, *value)).collect();
    let returns = match &returns[..] {
        [] => "None".to_owned(),
        [one] => one.clone(),
        several => format!("tuple[{}]", several.join(", ")),
    };
    format!("{indent}def {}({}) -> {returns}: ...\n", wrapper.names.python, parameters.join(", "))
}

fn print_parameter(wrapper: &Wrapper, parameter: &Parameter) -> String {
    match parameter.role {
        ParameterRole::Overwrite(_) => format!("{}: bool = False", parameter.name),
        ParameterRole::Argument(index) => {
            let kind = argument_type(&wrapper.arguments[index]);
            if parameter.optional {
                format!("{}: {kind} | None = None", parameter.name)
            } else {
                format!("{}: {kind}", parameter.name)
            }
        }
    }
}

fn argument_type(argument: &Argument) -> String {
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
