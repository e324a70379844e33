//! What Python's readers and type checkers are told of a routine in f2py's terms.

use crate::analysis::f2py::expression::{Expression, UnaryOperator};
use crate::analysis::f2py::signature::{
    Callback, Dimension, ElementType, Parameter, ParameterRole, PythonModule, Routine, TextLength, Variable,
    VariableKind,
};
use crate::plan::name::is_python_keyword;

/// The words on one routine.
#[derive(Clone, Debug, Default)]
pub struct Documentation {
    /// Its name.
    pub name: String,
    /// A call, as f2py writes it: `lu,piv,x,info = dgesv(a,b,[overwrite_a,overwrite_b])`.
    pub call: String,
    /// `(a, b, overwrite_a=0, overwrite_b=0)`
    pub text_signature: String,
    /// What its comments say.
    pub text: String,
    /// The parameters that must be given.
    pub required: Vec<Entry>,
    /// The others.
    pub optional: Vec<Entry>,
    /// What is returned.
    pub returned: Vec<Entry>,
    /// How its callables are called.
    pub callbacks: Vec<CallbackEntry>,
}

/// The words on one parameter, or on one value that is returned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its name; one that Python's grammar takes.
    pub name: String,
    /// Its type, for readers: `ndarray of float64, shape (n, n)`.
    pub kind: String,
    /// Its type, for type checkers: `npt.NDArray[np.float64]`.
    pub annotation: String,
    /// Its default, where `__text_signature__` shows it: `None`, `1`.
    pub default: Option<String>,
    /// Sentences.
    pub text: Vec<String>,
}

/// How one callable is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallbackEntry {
    /// `fun(x): return y`
    pub call: String,
    /// What it is given: `x : input float`.
    pub required: Vec<String>,
    /// What it is given if it takes that much.
    pub optional: Vec<String>,
    /// What it returns: `y : float`.
    pub returned: Vec<String>,
}

/// Chooses the words on a routine.
#[must_use]
pub fn choose_documentation(module: &PythonModule<'_>, routine: &Routine<'_>) -> Documentation {
    let entries = |is_optional: bool| -> Vec<Entry> {
        let wanted = routine.parameters.iter().filter(|parameter| parameter.is_optional == is_optional);
        wanted.map(|parameter| choose_parameter(routine, parameter)).collect()
    };
    let (required, optional) = (entries(false), entries(true));
    let returned: Vec<Entry> =
        routine.returns.iter().map(|&index| choose_returned(&routine.variables[index])).collect();
    let callback = |variable: &Variable<'_>| match variable.kind {
        VariableKind::Procedure(at) => module.callbacks.get(at),
        _ => None,
    };
    let callbacks = routine.variables.iter().filter_map(|variable| Some((variable, callback(variable)?)));
    Documentation {
        name: routine.name.clone(),
        call: choose_call(routine, &returned),
        text_signature: choose_text_signature(&required, &optional),
        text: routine.documentation.clone(),
        callbacks: callbacks.map(|(variable, callback)| choose_callback(variable, callback)).collect(),
        required,
        optional,
        returned,
    }
}

/// `lu,piv,x,info = dgesv(a,b,[overwrite_a,overwrite_b])`
fn choose_call(routine: &Routine<'_>, returned: &[Entry]) -> String {
    let names = |is_optional: bool| -> String {
        let wanted = routine.parameters.iter().filter(|parameter| parameter.is_optional == is_optional);
        wanted.map(|parameter| &*parameter.name).collect::<Vec<_>>().join(",")
    };
    let (required, optional) = (names(false), names(true));
    let parameters = match (&*required, &*optional) {
        (_, "") => required,
        ("", _) => format!("[{optional}]"),
        _ => format!("{required},[{optional}]"),
    };
    let returned: Vec<&str> = returned.iter().map(|entry| &*entry.name).collect();
    let returned = if returned.is_empty() { String::new() } else { format!("{} = ", returned.join(",")) };
    format!("{returned}{}({parameters})", routine.name)
}

/// `(a, b, overwrite_a=0, overwrite_b=0)`
fn choose_text_signature(required: &[Entry], optional: &[Entry]) -> String {
    let parameters: Vec<String> = required
        .iter()
        .chain(optional)
        .map(|entry| match &entry.default {
            Some(default) => format!("{}={default}", entry.name),
            None => entry.name.clone(),
        })
        .collect();
    format!("({})", parameters.join(", "))
}

fn choose_parameter(routine: &Routine<'_>, parameter: &Parameter) -> Entry {
    let name = if is_python_keyword(&parameter.name) { format!("{}_", parameter.name) } else { parameter.name.clone() };
    let (kind, annotation, default, text) = match parameter.role {
        ParameterRole::ExtraArguments(_) => {
            let text = vec!["Default: ()".to_owned()];
            ("input tuple, optional".to_owned(), "tuple[object, ...]".to_owned(), Some("()".to_owned()), text)
        }
        ParameterRole::Overwrite(index, default) => {
            let default = if default { "1" } else { "0" };
            let of = &routine.variables[index].name;
            let text = vec![format!("Default: {default}"), format!("Whether `{of}` may be overwritten.")];
            ("input int, optional".to_owned(), "int".to_owned(), Some(default.to_owned()), text)
        }
        ParameterRole::Value(index) => return choose_value(&routine.variables[index], name, parameter.is_optional),
    };
    Entry { name, kind, annotation, default, text }
}

fn choose_value(variable: &Variable<'_>, name: String, is_optional: bool) -> Entry {
    let mut kind = choose_kind(variable);
    let mut annotation = choose_annotation(variable);
    let mut text = Vec::new();
    let mut default = None;
    if is_optional {
        kind.push_str(", optional");
        annotation.push_str(" | None");
        default = Some(choose_default(variable).unwrap_or_else(|| "None".to_owned()));
        text.extend(variable.initial.as_ref().map(|initial| format!("Default: {}", initial.text)));
    }
    let own = variable.documentation.trim();
    if !own.is_empty() {
        text.push(own.to_owned());
    }
    if variable.intent.in_place || variable.intent.write_back {
        text.push("Updated in place.".to_owned());
    }
    text.extend(variable.checks.iter().map(|check| format!("Must satisfy ``{}``.", check.text)));
    Entry { name, kind, annotation, default, text }
}

/// The initial value, if it is a number or a character.
fn choose_default(variable: &Variable<'_>) -> Option<String> {
    let (sign, value) = match &variable.initial.as_ref()?.expression {
        Expression::Unary(UnaryOperator::Minus, value) => ("-", &**value),
        value => ("", value),
    };
    match (&variable.kind, value) {
        (VariableKind::Scalar(ElementType::Integer(_) | ElementType::Unsigned(_)), Expression::Integer(value)) => {
            Some(format!("{sign}{value}"))
        }
        (VariableKind::Scalar(ElementType::Logical(_)), Expression::Integer(value)) => {
            Some(if *value == 0 { "False" } else { "True" }.to_owned())
        }
        (VariableKind::Scalar(ElementType::Real(_)), Expression::Real(value)) if value.is_finite() => {
            Some(format!("{sign}{value:?}"))
        }
        (VariableKind::Scalar(ElementType::Real(_)), Expression::Integer(value)) => Some(format!("{sign}{value}.0")),
        (VariableKind::Text(_), Expression::Character(letter)) if letter.is_ascii_alphanumeric() => {
            Some(format!("'{}'", char::from(*letter)))
        }
        _ => None,
    }
}

fn choose_returned(variable: &Variable<'_>) -> Entry {
    let kind = match &variable.kind {
        VariableKind::Scalar(element) => scalar_name(*element, true).to_owned(),
        VariableKind::Text(_) => "bytes".to_owned(),
        VariableKind::Array { element, length, dimensions, .. } => array_name(*element, length.as_ref(), dimensions),
        VariableKind::Procedure(_) => "callable".to_owned(),
    };
    let annotation = match &variable.kind {
        VariableKind::Array { element, .. } => array_type(*element),
        VariableKind::Procedure(_) => "object".to_owned(),
        _ => kind.clone(),
    };
    let own = variable.documentation.trim();
    let mut text = Vec::new();
    // An argument's words stand with the parameter.
    if !own.is_empty() && (variable.intent.hidden || variable.intent.output && !variable.intent.input) {
        text.push(own.to_owned());
    }
    if variable.returned_name != variable.name.lower() && variable.intent.input {
        text.push(format!("What has become of `{}`.", variable.name));
    }
    Entry { name: variable.returned_name.clone(), kind, annotation, default: None, text }
}

/// The type of a parameter, for readers.
fn choose_kind(variable: &Variable<'_>) -> String {
    let is_update = variable.intent.in_place;
    match &variable.kind {
        VariableKind::Scalar(element) if is_update => format!("ndarray of {}, rank 0", dtype(*element)),
        VariableKind::Scalar(element) => format!("input {}", scalar_name(*element, false)),
        VariableKind::Text(length) if is_update => format!("ndarray of bytes, rank 0{}", length_text(length)),
        VariableKind::Text(length) => format!("input str or bytes{}", length_text(length)),
        VariableKind::Array { element, length, dimensions, .. } => {
            let array = array_name(*element, length.as_ref(), dimensions);
            if is_update { array } else { format!("input {array}") }
        }
        VariableKind::Procedure(_) => "call-back function".to_owned(),
    }
}

/// The type of a parameter, for type checkers.
fn choose_annotation(variable: &Variable<'_>) -> String {
    let is_update = variable.intent.in_place || variable.intent.write_back;
    match &variable.kind {
        VariableKind::Scalar(element) if is_update => array_type(*element),
        VariableKind::Scalar(element) => scalar_name(*element, false).to_owned(),
        VariableKind::Text(_) if is_update => array_type(ElementType::Character),
        VariableKind::Text(_) => "str | bytes".to_owned(),
        VariableKind::Array { element, .. } if is_update => array_type(*element),
        VariableKind::Array { .. } => "npt.ArrayLike".to_owned(),
        VariableKind::Procedure(_) => "Callable[..., object]".to_owned(),
    }
}

/// Python's name for a scalar. A logical is given as the truth of an object, and returned as 0 or 1.
fn scalar_name(element: ElementType, is_returned: bool) -> &'static str {
    match element {
        ElementType::Logical(_) if !is_returned => "bool",
        ElementType::Integer(_) | ElementType::Unsigned(_) | ElementType::Logical(_) => "int",
        ElementType::Real(_) => "float",
        ElementType::Complex(_) => "complex",
        ElementType::Character => "bytes",
    }
}

/// NumPy's name for an element type. Logicals are stored as integers.
fn dtype(element: ElementType) -> String {
    match element {
        ElementType::Integer(size) | ElementType::Logical(size) => format!("int{}", u32::from(size) * 8),
        ElementType::Unsigned(size) => format!("uint{}", u32::from(size) * 8),
        ElementType::Real(size @ (4 | 8)) => format!("float{}", u32::from(size) * 8),
        ElementType::Real(_) => "longdouble".to_owned(),
        ElementType::Complex(size @ (4 | 8)) => format!("complex{}", u32::from(size) * 16),
        ElementType::Complex(_) => "clongdouble".to_owned(),
        ElementType::Character => "bytes_".to_owned(),
    }
}

/// `npt.NDArray[np.float64]`
#[must_use]
pub fn array_type(element: ElementType) -> String {
    format!("npt.NDArray[np.{}]", dtype(element))
}

/// `ndarray of float64, shape (n, n)`
fn array_name(element: ElementType, length: Option<&TextLength>, dimensions: &[Dimension]) -> String {
    let extent = |dimension: &Dimension| match dimension {
        Dimension::Extent(extent) | Dimension::Later(extent) => extent.to_string(),
        Dimension::Open => ":".to_owned(),
    };
    let extents: Vec<String> = dimensions.iter().map(extent).collect();
    let element = match element {
        ElementType::Character => format!("bytes{}", length.map(length_text).unwrap_or_default()),
        element => dtype(element),
    };
    format!("ndarray of {element}, shape ({})", extents.join(", "))
}

fn length_text(length: &TextLength) -> String {
    match length {
        TextLength::One => " of length 1".to_owned(),
        TextLength::Known(length) => format!(" of length {length}"),
        TextLength::Assumed => String::new(),
    }
}

/// How a callable is called, in f2py's words.
fn choose_callback(dummy: &Variable<'_>, callback: &Callback<'_>) -> CallbackEntry {
    let name = |index: &usize| callback.variables[*index].name.lower();
    let names = |indices: &[usize]| indices.iter().map(name).collect::<Vec<_>>().join(",");
    let line = |index: &usize| {
        let variable = &callback.variables[*index];
        format!("{} : {}", variable.name.lower(), choose_kind(variable))
    };
    let returned = |index: &usize| {
        let entry = choose_returned(&callback.variables[*index]);
        format!("{} : {}", callback.variables[*index].name.lower(), entry.kind)
    };
    let first_optional = callback.parameters.len().saturating_sub(callback.optional_parameters);
    let (required, optional) = callback.parameters.split_at(first_optional);
    let parameters = match (required, optional) {
        (_, []) => names(required),
        ([], _) => format!("[{}]", names(optional)),
        _ => format!("{},[{}]", names(required), names(optional)),
    };
    // f2py writes `return` also where nothing is returned.
    let call = format!("{}({parameters}): return {}", dummy.name.lower(), names(&callback.returns));
    CallbackEntry {
        call: call.trim_end().to_owned(),
        required: required.iter().map(line).collect(),
        optional: optional.iter().map(line).collect(),
        returned: callback.returns.iter().map(returned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Documentation, choose_documentation};
    use crate::analysis::f2py::testing::{facts, file};

    /// The words on the only routine of a signature file.
    fn documentation(statements: &str) -> Documentation {
        facts("a.pyf", &file(statements), |module, _| choose_documentation(module, &module.root.routines[0]))
    }

    const GESV: &str = "subroutine gesv(n, nrhs, a, piv, b, info)
        integer depend(a), intent(hide) :: n = shape(a, 0)
        integer depend(b), intent(hide) :: nrhs = shape(b, 1)
        double precision dimension(n, n), check(shape(a,0)==shape(a,1)), intent(in,out,copy,out=lu) :: a
        integer dimension(n), depend(n), intent(out) :: piv
        double precision dimension(n, nrhs), check(shape(a,0)==shape(b,0)), depend(n), intent(in,out,copy,out=x) :: b
        integer intent(out) :: info
        end subroutine gesv";

    #[test]
    fn the_call_is_written_as_f2py_writes_it() {
        let gesv = documentation(GESV);
        assert_eq!(gesv.call, "lu,piv,x,info = gesv(a,b,[overwrite_a,overwrite_b])");
        assert_eq!(gesv.text_signature, "(a, b, overwrite_a=0, overwrite_b=0)");
        let shapes: Vec<&str> = gesv.returned.iter().map(|entry| &*entry.kind).collect();
        assert_eq!(
            shapes,
            [
                "ndarray of float64, shape (n, n)",
                "ndarray of int32, shape (n)",
                "ndarray of float64, shape (n, nrhs)",
                "int"
            ]
        );
        assert_eq!(gesv.required[0].text, ["Must satisfy ``shape(a,0)==shape(a,1)``."]);
        assert_eq!(gesv.required[0].annotation, "npt.ArrayLike");
    }

    #[test]
    fn defaults_are_shown_where_they_are_literals() {
        let found = documentation(
            "subroutine s(x, n, inc, tol, trans, flag, lambda)
            real*8 dimension(*), intent(inout) :: x
            integer optional, intent(in) :: n = len(x)
            integer optional, intent(in) :: inc = -1
            real*8 optional, intent(in) :: tol = 1.5
            character optional, intent(in) :: trans = 'N'
            logical optional, intent(in) :: flag = 0
            integer intent(in) :: lambda
            end",
        );
        assert_eq!(found.text_signature, "(x, lambda_, n=None, inc=-1, tol=1.5, trans='N', flag=False)");
        assert_eq!(found.call, "s(x,lambda,[n,inc,tol,trans,flag])");
        let annotations: Vec<&str> =
            found.required.iter().chain(&found.optional).map(|entry| &*entry.annotation).collect();
        let expected = [
            "npt.NDArray[np.float64]",
            "int",
            "int | None",
            "int | None",
            "float | None",
            "str | bytes | None",
            "bool | None",
        ];
        assert_eq!(annotations, expected);
    }

    #[test]
    fn callables_are_described_as_they_are_called() {
        let found = documentation(
            "subroutine t(fun, a)
            interface
            subroutine fun(x, y)
            real*8 intent(in) :: x
            integer intent(out) :: y
            end subroutine fun
            end interface
            integer intent(out) :: a
            end",
        );
        assert_eq!(found.call, "a = t(fun,[fun_extra_args])");
        assert_eq!(found.callbacks[0].call, "fun(x): return y");
        assert_eq!(found.callbacks[0].required, ["x : input float"]);
        assert_eq!(found.callbacks[0].returned, ["y : int"]);
    }
}
