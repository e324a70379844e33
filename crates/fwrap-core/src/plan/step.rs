//! What the inner function does before and after the call, step by step, and what it passes.

use crate::plan::value::{Element, Extent};

/// One statement of the inner function before the call.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the line of a variant says what its fields are")]
pub enum Before {
    /// A size: given, or solved from array extents.
    Solve { name: String, element: Element, value: Extent },
    /// A hidden argument's value.
    Compute { name: String, element: Element, value: Extent },
    /// The extents of a given array; `None` is not checked, and an array without elements may be passed over.
    Check { name: String, optional: bool, expected: Vec<Option<Extent>>, unless_empty: bool },
    /// A result array, made by the face.
    Allocate { name: String, element: Element, extents: Vec<Extent> },
    /// A work array that nobody sees.
    Scratch { name: String, element: Element, extents: Vec<Extent> },
    /// An array as contiguous storage.
    Pack(Passed),
    /// An array as a C descriptor.
    Describe(Passed),
    /// Text padded with blanks to a length; `None`: passed as it is.
    Pad { name: String, optional: bool, length: Option<Extent>, written: bool },
    /// Blank text to be written.
    Blank { name: String, length: Extent },
    /// The extents of a view that is passed with them.
    Extents { name: String, passed: String, optional: bool },
    /// An extent of something that the wrapper makes, as it is passed.
    Length { passed: String, extent: Extent },
    /// A logical scalar as the integer that Fortran stores.
    Store { name: String, passed: String, kind: u8, optional: bool, written: bool },
    /// A local that the procedure writes.
    Local { name: String, element: Element },
    /// A copy of a hidden size that the procedure might write.
    Duplicate { name: String, passed: String },
    /// A callback takes a slot, with sizes of this call.
    Install { callback: usize, name: String, sizes: Vec<Extent> },
}

/// One statement of the inner function behind the call.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the line of a variant says what its fields are")]
pub enum After {
    /// Brings a packed or described array back.
    Restore { passed: String, optional: bool, described: bool },
    /// Brings written text back.
    RestoreText { name: String, optional: bool },
    /// Brings a written logical back.
    Load { name: String, passed: String, optional: bool },
    /// Turns the stored logical into a result.
    Truth { name: String },
    /// Takes trailing blanks off a result.
    Trim { name: String },
    /// Fails if a callback has failed where it could not be said.
    Finish { callback: usize },
    /// Fails if a hidden size was written.
    Unchanged { name: String, argument: String, passed: String },
}

/// How an array is handed over.
#[derive(Clone, Debug)]
pub struct Passed {
    /// The view, or the allocated array.
    pub name: String,
    /// The local that holds what is passed.
    pub passed: String,
    /// What is copied when it is not contiguous.
    pub transfer: Transfer,
    /// The kind of a logical's storage.
    pub logical: Option<u8>,
    /// Whether it may be absent.
    pub optional: bool,
    /// Whether `name` is an allocated array, not a view.
    pub allocated: bool,
}

/// What is copied when an array is not contiguous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// Before the call only.
    In,
    /// Before and after.
    InOut,
    /// After the call only.
    Out,
}

/// One actual argument of the foreign call.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the line of a variant says what its fields are")]
pub enum Actual {
    /// `&x`
    Reference(String),
    /// `&raw mut x`
    Mutable(String),
    /// `x`: by value, or a mutable reference that is passed on.
    Value(String),
    /// The pointer of a packed array, descriptor or text.
    Pointer { name: String, written: bool, optional: bool },
    /// The address behind an optional scalar argument, or null.
    Optional { name: String, written: bool },
    /// The address of an optional local that is written, or null.
    OptionalLocal(String),
    /// The length of text.
    Length { name: String, optional: bool },
    /// The address of what stands in for a callback, or null.
    Callback { callback: usize },
    /// One of the extents that [`Before::Extents`] keeps.
    Extent { name: String, dimension: usize, optional: bool },
}
