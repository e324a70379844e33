//! Docstrings in numpydoc's form.

use crate::back::python::callback::callable_text;
use crate::back::render::wrapped;
use crate::plan::value::Element;
use crate::plan::wrapper::{
    Access, ArgumentDocumentation, ArgumentKind, OutputKind, Parameter, ParameterRole, Return, Wrapper,
};

/// `name(a, x, n=None)`.
pub fn signature(wrapper: &Wrapper) -> String {
    let parameters: Vec<String> = wrapper.parameters.iter().map(parameter).collect();
    format!("{}({})", wrapper.names.python, parameters.join(", "))
}

fn parameter(parameter: &Parameter) -> String {
    match (parameter.optional, parameter.role) {
        (false, _) => parameter.name.clone(),
        (true, ParameterRole::Argument(_)) => format!("{}=None", parameter.name),
        (true, ParameterRole::Overwrite(_)) => format!("{}=False", parameter.name),
    }
}

/// `lu, piv, x, info = dgesv(a, b)`: the call as a user writes it.
#[must_use]
pub fn python_signature(wrapper: &Wrapper) -> String {
    let returns: Vec<&str> = wrapper.returns.iter().map(|value| wrapper.returned_name(*value)).collect();
    if returns.is_empty() { signature(wrapper) } else { format!("{} = {}", returns.join(", "), signature(wrapper)) }
}

/// The docstring, behind the line that becomes `__text_signature__`.
pub fn docstring(wrapper: &Wrapper) -> String {
    let mut text = format!("{}\n--\n\n", signature(wrapper));
    match wrapper.documentation.trim() {
        "" => text.push_str(&format!("Wrapper of the Fortran procedure `{}`.", wrapper.names.qualified)),
        documentation => text.push_str(documentation),
    }
    text.push('\n');
    if !wrapper.parameters.is_empty() {
        text.push_str("\nParameters\n----------\n");
        for parameter in &wrapper.parameters {
            text.push_str(&parameter_entry(wrapper, parameter));
        }
    }
    if !wrapper.returns.is_empty() {
        text.push_str("\nReturns\n-------\n");
        for value in &wrapper.returns {
            text.push_str(&return_entry(wrapper, *value));
        }
    }
    text.push_str(&format!(
        "\nNotes\n-----\nFortran source: {}, procedure `{}`.\n",
        wrapper.source, wrapper.names.qualified
    ));
    text
}

fn parameter_entry(wrapper: &Wrapper, parameter: &Parameter) -> String {
    match parameter.role {
        ParameterRole::Overwrite(index) => {
            let of = &wrapper.arguments[index].python;
            format!(
                "{} : bool, default: False\n    Whether `{of}` may be overwritten instead of copied.\n",
                parameter.name
            )
        }
        ParameterRole::Argument(index) => {
            let argument = &wrapper.arguments[index];
            let (kind, remark) = match argument.kind {
                ArgumentKind::Solved(element) => {
                    (scalar_name(element).to_owned(), "Solved from array shapes by default.")
                }
                ArgumentKind::Scalar(element, access) => (scalar_name(element).to_owned(), remark(access, true)),
                ArgumentKind::Array(element, _, access) => {
                    (array_name(element, &argument.documentation), remark(access, false))
                }
                ArgumentKind::Text(access) => ("str or bytes".to_owned(), remark(access, true)),
                ArgumentKind::Procedure(_) => ("callable".to_owned(), ""),
            };
            let optional = if parameter.optional { ", optional" } else { "" };
            let mut entry = format!("{} : {kind}{optional}\n", parameter.name);
            entry.push_str(&indented(&argument.documentation.text));
            entry.push_str(&indented(remark));
            if let ArgumentKind::Procedure(at) = argument.kind {
                entry.push_str(&indented(&callable_text(&wrapper.callbacks[at])));
            }
            entry
        }
    }
}

/// What a caller must know of an argument that is written.
fn remark(access: Access, scalar: bool) -> &'static str {
    match (access, scalar) {
        (Access::Read | Access::Copied, _) => "",
        (Access::Update, true) => "Updated in place: pass a 0-d array.",
        (Access::Update, false) => "Updated in place.",
        (Access::Tentative, true) => {
            "The source declares no intent: a changed value raises unless a 0-d array is given."
        }
        (Access::Tentative, false) => "The source declares no intent: updated in place if it is changed.",
    }
}

fn return_entry(wrapper: &Wrapper, value: Return) -> String {
    let (name, kind, documentation) = match value {
        Return::Output(index) => {
            let output = &wrapper.outputs[index];
            let kind = match output.kind {
                OutputKind::Scalar(element) => scalar_name(element).to_owned(),
                OutputKind::Array(element, _) => array_name(element, &output.documentation),
                OutputKind::Text => "bytes".to_owned(),
            };
            (&output.field, kind, &output.documentation)
        }
        Return::Copied(index) => {
            let argument = &wrapper.arguments[index];
            let kind = match argument.kind {
                ArgumentKind::Array(element, _, _) => array_name(element, &argument.documentation),
                ArgumentKind::Scalar(element, _) | ArgumentKind::Solved(element) => scalar_name(element).to_owned(),
                ArgumentKind::Text(_) => "bytes".to_owned(),
                ArgumentKind::Procedure(_) => unreachable!("a procedure is not returned"),
            };
            (&argument.returned, kind, &argument.documentation)
        }
    };
    format!("{name} : {kind}\n{}", indented(&documentation.text))
}

fn indented(text: &str) -> String {
    let lines = text.lines().flat_map(|line| wrapped(line, 76));
    lines.map(|line| format!("    {line}\n")).collect()
}

fn array_name(element: Element, documentation: &ArgumentDocumentation) -> String {
    format!("ndarray of {}, shape {}", dtype(element), documentation.shape)
}

/// Python's name for a scalar.
pub fn scalar_name(element: Element) -> &'static str {
    match element {
        Element::Integer(_) => "int",
        Element::Real(_) => "float",
        Element::Complex(_) => "complex",
        Element::Logical(_) => "bool",
    }
}

/// NumPy's name for an element type.
pub fn dtype(element: Element) -> String {
    match element {
        Element::Integer(kind) => format!("int{}", u32::from(kind) * 8),
        Element::Real(kind) => format!("float{}", u32::from(kind) * 8),
        Element::Complex(kind) => format!("complex{}", u32::from(kind) * 16),
        Element::Logical(_) => "bool".to_owned(),
    }
}
