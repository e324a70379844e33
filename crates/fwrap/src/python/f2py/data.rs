//! Variables of Fortran modules and members of COMMON blocks, as generated code describes them.
//!
//! Python sees them as NumPy arrays over Fortran's own memory, scalars as arrays of rank 0. Where a variable is, and
//! how large it is, a procedure of the shim says: it hands the variable over by a descriptor of the compiler's. What is
//! declared is compared with it, so that a module that was compiled with other flags is no danger.

use std::ffi::{CStr, c_int, c_void};

use crate::cfi;

/// What a shim calls with a variable: the place that it was given, and a descriptor.
pub type Receive = unsafe extern "C" fn(place: *mut c_void, datum: *const cfi::Descriptor<0>);

/// The procedure of the shim that hands over the variable with a number from 1 on, unless that is not allocated.
pub type Find = unsafe extern "C" fn(number: c_int, receive: Receive, place: *mut c_void);

/// The procedure of the shim that deallocates an ALLOCATABLE, and allocates it anew with as many extents as its rank
/// is, and a length of characters. It gives the STAT of that.
pub type Change = unsafe extern "C" fn(number: c_int, anew: c_int, extents: *const usize, length: usize) -> c_int;

/// The data of a Python module.
#[derive(Debug)]
pub struct Data {
    /// The variables of a Fortran module.
    pub variables: Option<Variables>,
    /// COMMON blocks.
    pub blocks: &'static [Block],
}

impl Data {
    /// No data.
    pub const NONE: Self = Self { variables: None, blocks: &[] };
}

/// The variables of a Fortran module, or the members of a COMMON block.
#[derive(Debug)]
pub struct Variables {
    /// Each one; the first has the number 1.
    pub table: &'static [Datum],
    /// Where they are.
    pub find: Find,
    /// Allocates and deallocates, where some are ALLOCATABLE.
    pub change: Option<Change>,
    /// Whether assignments convert as f2py's, also where digits are lost.
    pub is_lossy: bool,
}

/// A COMMON block.
#[derive(Debug)]
pub struct Block {
    /// The attribute of the module.
    pub name: &'static CStr,
    /// The documentation.
    pub doc: &'static CStr,
    /// Its members.
    pub members: Variables,
}

/// One variable.
#[derive(Debug)]
pub struct Datum {
    pub(crate) name: &'static CStr,
    pub(crate) number: c_int,
    pub(crate) rank: usize,
    pub(crate) is_logical: bool,
    pub(crate) is_constant: bool,
    pub(crate) is_protected: bool,
    pub(crate) is_allocatable: bool,
    pub(crate) has_any_length: bool,
}

impl Datum {
    /// A variable called `name`, of NumPy's type `number`.
    pub const fn new(name: &'static CStr, number: c_int, rank: usize) -> Self {
        Self {
            name,
            number,
            rank,
            is_logical: false,
            is_constant: false,
            is_protected: false,
            is_allocatable: false,
            has_any_length: false,
        }
    }

    /// It is of type logical, which is stored as an integer.
    #[must_use]
    pub const fn logical(self) -> Self {
        Self { is_logical: true, ..self }
    }

    /// PARAMETER: a named constant.
    #[must_use]
    pub const fn constant(self) -> Self {
        Self { is_constant: true, ..self }
    }

    /// PROTECTED
    #[must_use]
    pub const fn protected(self) -> Self {
        Self { is_protected: true, ..self }
    }

    /// ALLOCATABLE
    #[must_use]
    pub const fn allocatable(self) -> Self {
        Self { is_allocatable: true, ..self }
    }

    /// `character(len=:)`
    #[must_use]
    pub const fn of_any_length(self) -> Self {
        Self { has_any_length: true, ..self }
    }

    /// Whether Python may not write to it.
    pub(crate) const fn is_read_only(&self) -> bool {
        self.is_constant || self.is_protected
    }
}
