//! How one procedure is wrapped in f2py's terms: steps before the call, the call, what is returned.

pub use crate::analysis::f2py::expression::Expression;
pub use crate::analysis::f2py::signature::{ElementType, Parameter, ParameterRole};
use crate::ir::name::Name;
use crate::plan::callee::Shim;
use crate::plan::f2py::c_call::CCall;
use crate::plan::f2py::callback::CallbackUse;
use crate::plan::f2py::documentation::Documentation;
use crate::plan::wrapper::NamedTuple;

/// One procedure that is wrapped in f2py's terms.
#[derive(Debug)]
pub struct RoutinePlan {
    /// The names that are printed.
    pub names: RoutineNames,
    /// The linker's symbol of the procedure itself; empty where nothing is called.
    pub symbol: String,
    /// For readers.
    pub documentation: Documentation,
    /// The Python parameters, in order.
    pub parameters: Vec<Parameter>,
    /// Its variables: the same indices as those of [`Routine`](crate::analysis::f2py::signature::Routine).
    pub variables: Vec<VariablePlan>,
    /// Its dummy procedures, and callables that Fortran invokes by symbol.
    pub callbacks: Vec<CallbackUse>,
    /// What stands before the call, in order.
    pub steps: Vec<Step>,
    /// What is called; `None`: nothing is.
    pub callee: Option<ForeignFunction>,
    /// C code that calls it.
    pub c_call: Option<CCall>,
    /// What stands behind the call, in order.
    pub after: Vec<After>,
    /// What is returned, in order: indices of `variables`.
    pub returns: Vec<usize>,
    /// The class of several results.
    pub named_tuple: Option<NamedTuple>,
    /// Pairs of arrays that must not overlap: the written one, the other.
    pub apart: Vec<(usize, usize)>,
    /// `threadsafe`: the interpreter is let go during the call.
    pub is_threadsafe: bool,
    /// Whether it may keep state between calls.
    pub locked: bool,
    /// Whether another procedure with state calls back.
    pub beside_callbacks: bool,
}

impl RoutinePlan {
    /// Whether other calls may run at the same time, and neither callables nor makers of arrays are called.
    #[must_use]
    pub fn is_free(&self) -> bool {
        let is_made = |variable: &VariablePlan| matches!(variable.kind, LocalKind::Made { .. });
        !self.locked && self.callbacks.is_empty() && !self.variables.iter().any(is_made)
    }

    /// The shim that is written for it.
    #[must_use]
    pub fn shim(&self) -> Option<&Shim> {
        self.callee.as_ref()?.shim.as_ref()
    }

    /// The parameter that gives a variable.
    #[must_use]
    pub fn slot(&self, at: usize) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.role == ParameterRole::Value(at))
    }

    /// Whether the local of a scalar is written: by the call, by C code.
    #[must_use]
    pub fn is_mutable(&self, at: usize) -> bool {
        let is_written = |actual: &Actual| *actual == Actual::Reference(at);
        let in_c = self.c_call.as_ref().is_some_and(|call| call.writes(at));
        in_c || self.callee.as_ref().is_some_and(|callee| callee.actuals.iter().any(is_written))
    }
}

/// The names that belong to one routine.
#[derive(Debug)]
pub struct RoutineNames {
    /// The Python function.
    pub python: String,
    /// The glue's type.
    pub glue: String,
    /// The glue's static.
    pub signature: String,
    /// The local that holds the face.
    pub face: String,
    /// The local that holds the library's lock.
    pub guard: String,
}

/// One variable.
#[derive(Debug)]
pub struct VariablePlan {
    /// Its name.
    pub name: Name,
    /// As C code of the user spells it.
    pub c_name: String,
    /// What it is called where it is returned.
    pub returned_name: String,
    /// The Rust local.
    pub local: String,
    /// A local that says whether the caller gave it: a dummy argument that may be absent.
    pub given: Option<String>,
    /// The parameter that gives it.
    pub slot: Option<usize>,
    /// What it is.
    pub kind: LocalKind,
}

/// What a local is.
#[derive(Clone, Debug)]
pub enum LocalKind {
    /// A number; a logical is its integer.
    Scalar(ElementType),
    /// `character` without a length: a `u8`.
    Character,
    /// `f2py::Text`
    Text,
    /// `f2py::Array`
    Array {
        /// The type of its elements.
        element: ElementType,
        /// The rank.
        rank: usize,
        /// The local with the extents: `[isize; rank]`.
        dims: String,
        /// The static that describes it.
        spec: String,
        /// Its intents, as names of `fwrap::python::f2py`.
        intents: Vec<&'static str>,
    },
    /// `f2py::Made`, `f2py::MadeText`: the value of an ALLOCATABLE function, which says how large it is.
    Made {
        /// The type of its elements; characters of rank 0 are a text.
        element: ElementType,
        /// The rank.
        rank: usize,
        /// The static that describes it; empty for a text.
        spec: String,
    },
    /// A callable: an index of [`RoutinePlan::callbacks`].
    Procedure(usize),
}

/// One step before the call.
#[derive(Debug)]
pub enum Step {
    /// `let x_given = ..;`: whether the caller gave it.
    Given(usize, usize),
    /// A number or character from an argument, or its initial value.
    Scalar(ScalarStep),
    /// A text from an argument, or its initial value.
    Text(TextStep),
    /// An array from an argument, or made.
    Array(ArrayStep),
    /// What will hold the value of an ALLOCATABLE function.
    Made(usize),
    /// A callable.
    Callback(usize),
    /// A condition.
    Check(CheckStep),
    /// The shape of an array must be the declared one.
    Shape(ShapeStep),
}

/// A number or character gets its value.
#[derive(Debug)]
pub struct ScalarStep {
    /// The variable.
    pub variable: usize,
    /// The parameter that gives it; `None`: it is hidden.
    pub slot: Option<usize>,
    /// Whether the parameter may be left out.
    pub is_optional: bool,
    /// Whether it is updated in place.
    pub in_place: bool,
    /// Its value where no parameter gives it; zero without one.
    pub initial: Option<Expression>,
}

/// A text gets its value.
#[derive(Debug)]
pub struct TextStep {
    /// The variable.
    pub variable: usize,
    /// The parameter that gives it; `None`: it is hidden.
    pub slot: Option<usize>,
    /// Its length; `None`: that of the argument.
    pub length: Option<Expression>,
    /// Its value where no parameter gives it; blank without one.
    pub initial: Option<Expression>,
    /// `intent(c)`: padded with NULs.
    pub is_c: bool,
}

/// An array gets its storage.
#[derive(Debug)]
pub struct ArrayStep {
    /// The variable.
    pub variable: usize,
    /// The parameter that gives it; `None`: it is made.
    pub slot: Option<usize>,
    /// Its extents; `None`: those of the argument.
    pub extents: Vec<Option<Expression>>,
    /// The length of characters; `Some(None)`: that of the argument.
    pub length: Option<Option<Expression>>,
    /// `overwrite_x`: the parameter and its default.
    pub overwrite: Option<(usize, bool)>,
    /// The value of its elements where no parameter gives them; zeros without one.
    pub initial: Option<Expression>,
}

/// The shape of an array must be the declared one.
#[derive(Debug)]
pub struct ShapeStep {
    /// The variable.
    pub variable: usize,
    /// The parameter that gives it.
    pub slot: usize,
    /// Extents that were not known when the array was read.
    pub extents: Vec<Option<Expression>>,
}

/// A condition.
#[derive(Debug)]
pub struct CheckStep {
    /// The variable.
    pub variable: usize,
    /// As written.
    pub text: String,
    /// What it says.
    pub condition: Expression,
    /// `1st argument x`
    pub place: String,
}

/// One step behind the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The scalar or text is written to the caller's array: the variable, its parameter.
    Update(usize, usize),
    /// `intent(inplace)`: the caller's array gets what the copy has.
    Settle(usize),
    /// A copy of an array without any intent must be as it was: the variable, its parameter.
    Unchanged(usize, usize),
}

/// The foreign function.
#[derive(Debug)]
pub struct ForeignFunction {
    /// The Rust name in `mod ffi`.
    pub ffi: String,
    /// The linker's symbol.
    pub symbol: String,
    /// The actual arguments, in order. Declarations follow from them.
    pub actuals: Vec<Actual>,
    /// The variable that gets the value of a scalar function.
    pub returns: Option<usize>,
    /// The shim to write; `None`: the symbol is the procedure's own.
    pub shim: Option<Shim>,
    /// Only its address is known: C code calls it.
    pub is_opaque: bool,
}

/// One actual argument. The numbers are indices of [`RoutinePlan::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actual {
    /// A scalar by value.
    Value(usize),
    /// The address of a scalar or character.
    Reference(usize),
    /// The address of contiguous storage.
    Storage(usize),
    /// The address of a C descriptor.
    Descriptor(usize),
    /// The address of characters.
    Text(usize),
    /// The length of characters: `size_t` by value.
    Length(usize),
    /// One extent of an array: `size_t` by value.
    Extent(usize, usize),
    /// The address of a procedure.
    Procedure(usize),
    /// What makes the result of an ALLOCATABLE function.
    Maker(usize),
    /// Where that stands.
    Handle(usize),
}
