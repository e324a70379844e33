//! What is called: the procedure's own symbol, or a `bind(C)` shim that fwrap writes.

use crate::plan::value::{Element, Extent, Name};

/// The foreign function behind a wrapper.
#[derive(Debug)]
pub struct Callee {
    /// The Rust name in `mod ffi`.
    pub ffi: String,
    /// The linker's symbol.
    pub symbol: String,
    /// The parameters.
    pub parameters: Vec<ForeignParameter>,
    /// The scalar it returns.
    pub returns: Option<Element>,
    /// The shim to write; `None`: the symbol is the procedure's own.
    pub shim: Option<Shim>,
}

/// A parameter of a foreign function.
#[derive(Debug)]
pub struct ForeignParameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ForeignKind,
}

/// The types that cross the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignKind {
    /// A scalar by value.
    Value(Element),
    /// A pointer to storage.
    Pointer(Element, Mutability),
    /// A pointer to a C descriptor of this rank.
    Descriptor(usize, Mutability),
    /// A pointer to characters.
    Text(Mutability),
    /// A length or extent: `size_t` by value.
    Size,
    /// A procedure.
    Procedure,
}

/// `*const` or `*mut`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// `*const`
    Const,
    /// `*mut`
    Mut,
}

/// A `bind(C)` procedure that calls the user's.
#[derive(Debug)]
pub struct Shim {
    /// Its Fortran name.
    pub name: String,
    /// The user's procedure.
    pub callee: Name,
    /// The module that holds it; `None`: it is external and needs an interface block.
    pub module: Option<Name>,
    /// The binding label of an external `bind(C)` procedure.
    pub bind: Option<String>,
    /// The arguments, in the order of the dummy arguments.
    pub arguments: Vec<ShimArgument>,
    /// The function result.
    pub result: Option<ShimResult>,
}

/// An argument of a shim.
#[derive(Debug)]
pub struct ShimArgument {
    /// Its name: the dummy's own.
    pub name: Name,
    /// Its type, such as `real(8)`.
    pub type_name: String,
    /// `in`, `out`, `inout`, where declared.
    pub intent: Option<&'static str>,
    /// OPTIONAL
    pub optional: bool,
    /// VALUE
    pub value: bool,
    /// How it crosses.
    pub form: ShimForm,
    /// The type and shape in the user's own declaration, for an interface block: `real(8)`, `(n, *)`.
    pub declared: (String, String),
}

/// How an argument crosses a shim.
#[derive(Debug)]
pub enum ShimForm {
    /// A scalar.
    Scalar,
    /// Contiguous storage: `x(*)`.
    AssumedSize,
    /// A C descriptor: `x(:, :)`.
    AssumedShape(usize),
    /// Contiguous storage whose extents follow as arguments: `x(fwrap_x_1, fwrap_x_2)`.
    Extents(usize),
    /// Characters with their length: a C pointer and `fwrap_x_length`.
    Text,
    /// The same for a VALUE dummy of constant length, which gets a copy of that length.
    TextValue,
    /// An array of characters of this rank: a C pointer, their length, and the extents.
    TextArray(usize),
    /// A procedure: a C function pointer.
    Procedure(ShimProcedure),
}

/// How a shim declares the procedure that it gets.
#[derive(Debug)]
pub enum ShimProcedure {
    /// A subroutine with an implicit interface.
    Subroutine,
    /// A function of this type with an implicit interface.
    Function(String),
    /// A procedure with an explicit interface.
    Explicit(ShimInterface),
}

/// An interface body.
#[derive(Debug)]
pub struct ShimInterface {
    /// PURE
    pub is_pure: bool,
    /// BIND(C)
    pub is_bind: bool,
    /// The dummy arguments in order.
    pub dummies: Vec<ShimDummy>,
    /// The result variable of a function and its type.
    pub result: Option<(Name, String)>,
}

/// A dummy argument of an interface body.
#[derive(Debug)]
pub struct ShimDummy {
    /// Its name.
    pub name: Name,
    /// The type with attributes, such as `real(8), intent(in)`.
    pub type_name: String,
    /// The shape, such as `(n)`.
    pub shape: String,
    /// Whether shapes of others may name it.
    pub is_size: bool,
}

/// The result of a function behind a shim.
#[derive(Debug)]
pub struct ShimResult {
    /// The type, such as `real(8)`.
    pub type_name: String,
    /// Its name in the shim.
    pub name: String,
    /// The result's type and shape in the user's declaration.
    pub declared: (String, String),
    /// A scalar is returned, others are a first argument.
    pub form: ResultForm,
}

/// How a function result crosses a shim.
#[derive(Debug)]
pub enum ResultForm {
    /// As the shim's own function result.
    Scalar,
    /// An array argument in front, with its extents behind all arguments.
    Array(Vec<Extent>),
    /// Characters in front, with their length.
    Text,
    /// An array of characters of this rank in front, with its length and extents.
    TextArray(usize),
    /// An ALLOCATABLE or POINTER: in front are a C function that makes memory for it, and what it does that for.
    Made {
        /// Its rank.
        rank: usize,
        /// Whether it has characters.
        is_text: bool,
    },
}
