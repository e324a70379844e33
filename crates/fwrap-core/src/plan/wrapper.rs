//! The plan: every decision about every wrapper. The back ends print it and decide nothing.

use std::collections::BTreeMap;

use crate::plan::callback::Callback;
use crate::plan::callee::Callee;
use crate::plan::f2py::module::PythonPlan;
use crate::plan::step::{Actual, After, Before};
use crate::plan::value::{Element, Name};

/// Everything that is written for one library.
#[derive(Debug)]
pub struct Plan {
    /// The name of the Rust file, the Python module and the shim.
    pub name: String,
    /// The sources' file names, for headers.
    pub sources: Vec<String>,
    /// Whether Ctrl-C ends calls from Python without being asked to.
    pub interruptible: bool,
    /// What stands outside of any Fortran module, and the modules.
    pub root: Namespace,
    /// What is wrapped for Python in f2py's terms, in place of or beside the wrappers.
    pub python: PythonPlan,
}

/// The procedures of one Fortran module, or the external ones.
#[derive(Debug, Default)]
pub struct Namespace {
    /// The Rust module; empty for the root.
    pub rust: String,
    /// The Python module; that of the extension for the root.
    pub python: String,
    /// The Fortran module.
    pub fortran: Option<Name>,
    /// What its comments say.
    pub documentation: String,
    /// Its procedures.
    pub wrappers: Vec<Wrapper>,
    /// Fortran modules below the root.
    pub modules: Vec<Namespace>,
}

/// One wrapped procedure.
#[derive(Debug)]
pub struct Wrapper {
    /// The names that are printed.
    pub names: WrapperNames,
    /// What its comments say, in paragraphs.
    pub documentation: String,
    /// The source file it comes from.
    pub source: String,
    /// The linker's symbol of the procedure itself, also where a shim is called.
    pub target: String,
    /// `threadsafe` of the notes, which counts more than what was found.
    pub threadsafe: Option<bool>,
    /// Whether it may keep state between calls: calls of such procedures must not meet.
    pub locked: bool,
    /// Whether another procedure with state calls back, so that a call of this one may begin in the middle of that one's.
    pub beside_callbacks: bool,
    /// Whether a plain STOP ends the call as RETURN would; it is an error otherwise, and always in a function.
    pub returns_at_stop: bool,
    /// Whether it watches what is written outside its arguments.
    pub checked: bool,
    /// What the inner function takes, in the order of the dummy arguments.
    pub arguments: Vec<Argument>,
    /// The dummy arguments whose values extents are computed from: the Rust local, and whether it is a reference.
    pub bindings: BTreeMap<Name, (String, bool)>,
    /// What stands before the call.
    pub before: Vec<Before>,
    /// What is called.
    pub callee: Callee,
    /// The actual arguments of the call.
    pub actuals: Vec<Actual>,
    /// What stands behind the call.
    pub after: Vec<After>,
    /// What the inner function returns: the function result first, then what is intent(out).
    pub outputs: Vec<Output>,
    /// The parameters of the Python function, in order.
    pub parameters: Vec<Parameter>,
    /// What the Python function returns, in order.
    pub returns: Vec<Return>,
    /// The class of what it returns, if that is several values.
    pub named_tuple: Option<NamedTuple>,
    /// Its dummy procedures.
    pub callbacks: Vec<Callback>,
    /// Pairs of arguments that must not overlap in memory.
    pub apart: Vec<Apart>,
}

impl Wrapper {
    /// Whether other calls may run at the same time, and nothing is called back: Python may let the interpreter go.
    #[must_use]
    pub fn is_free(&self) -> bool {
        !self.locked && self.callbacks.is_empty()
    }

    /// What a returned value is called.
    #[must_use]
    pub fn returned_name(&self, value: Return) -> &str {
        match value {
            Return::Output(index) => &self.outputs[index].field,
            Return::Copied(index) => &self.arguments[index].returned,
        }
    }
}

/// Two arguments that must not overlap in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The index of the one that is written.
    pub written: usize,
    /// The index of the other.
    pub other: usize,
    /// Whether an overlap makes a watched copy of `written`; it is refused otherwise.
    pub separate: bool,
}

/// A Python class of tuples whose items have names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTuple {
    /// Its name.
    pub class: String,
    /// The names of its items, in order.
    pub fields: Vec<String>,
}

/// The names that belong to one wrapper.
#[derive(Debug)]
pub struct WrapperNames {
    /// The Fortran procedure.
    pub fortran: Name,
    /// `module::name`, for messages.
    pub qualified: String,
    /// The safe Rust function.
    pub function: String,
    /// The inner function that serves both faces.
    pub inner: String,
    /// The inner function's parameter for the face.
    pub face: String,
    /// The local that holds the library's lock.
    pub guard: String,
    /// The local that holds a function's value.
    pub value: String,
    /// The struct of several results.
    pub result: String,
    /// The glue's type and static.
    pub glue: String,
    /// The glue's static.
    pub signature: String,
    /// The Python function.
    pub python: String,
}

/// One argument of the inner function.
#[derive(Debug)]
pub struct Argument {
    /// The dummy argument.
    pub fortran: Name,
    /// The Rust parameter.
    pub rust: String,
    /// The Python parameter.
    pub python: String,
    /// What it is.
    pub kind: ArgumentKind,
    /// Whether it may be absent.
    pub optional: bool,
    /// What it is called where Python returns it.
    pub returned: String,
    /// For readers.
    pub documentation: ArgumentDocumentation,
}

/// What an argument is, as the inner function takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentKind {
    /// A scalar: by value to be read, by reference to be written.
    Scalar(Element, Access),
    /// A view of this rank.
    Array(Element, usize, Access),
    /// Bytes of text.
    Text(Access),
    /// A size that is solved from array shapes unless given: hidden in Rust, optional in Python.
    Solved(Element),
    /// The callback with this index in [`Wrapper::callbacks`].
    Procedure(usize),
}

/// What the procedure does with an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only reads it.
    Read,
    /// Writes to the caller's storage.
    Update,
    /// Nobody says; it counts as written.
    Tentative,
    /// Writes; Python passes a copy and returns it.
    Copied,
}

/// For readers: what is to be said of an argument or result.
#[derive(Clone, Debug, Default)]
pub struct ArgumentDocumentation {
    /// What the comments say.
    pub text: String,
    /// The declared type, such as `real(8)`.
    pub type_name: String,
    /// The shape, such as `(n, m)`; empty for scalars.
    pub shape: String,
    /// The intent, such as `in`.
    pub intent: String,
}

/// One value that the inner function returns.
#[derive(Debug)]
pub struct Output {
    /// The Rust local.
    pub rust: String,
    /// The field of the result struct, and what Python calls it.
    pub field: String,
    /// What it is.
    pub kind: OutputKind,
    /// For readers.
    pub documentation: ArgumentDocumentation,
}

/// What a returned value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputKind {
    /// A scalar.
    Scalar(Element),
    /// An array of this rank.
    Array(Element, usize),
    /// Text.
    Text,
}

/// One parameter of the Python function.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it stands for.
    pub role: ParameterRole,
}

/// What a Python parameter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterRole {
    /// The argument with this index.
    Argument(usize),
    /// `overwrite_x` of the argument with this index.
    Overwrite(usize),
}

/// One value that the Python function returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// The output with this index.
    Output(usize),
    /// The copied argument with this index.
    Copied(usize),
}
