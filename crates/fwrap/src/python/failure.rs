//! How a call fails: a Python exception that is already set, or an error of the safe API.

use std::fmt::Display;

use pyo3_ffi as ffi;

use super::object::{Owned, string};
use super::signature::Signature;
use crate::Error;

/// Why a call from Python gives no result.
#[derive(Debug)]
pub enum Failure {
    /// A Python exception is set.
    Raised,
    /// The safe API refused; the exception is made when the call returns.
    Error(Box<Error>),
}

/// What a call gives: a new reference to its result, or why there is none.
pub type Outcome = Result<Owned, Failure>;

impl From<Error> for Failure {
    #[cold]
    fn from(error: Error) -> Self {
        Self::Error(Box::new(error))
    }
}

/// The built-in exceptions that are raised here.
#[derive(Clone, Copy)]
pub(crate) enum Exception {
    Type,
    Value,
    Overflow,
    Memory,
    Runtime,
    Import,
}

impl Exception {
    fn pointer(self) -> *mut ffi::PyObject {
        let place = match self {
            Self::Type => &raw mut ffi::PyExc_TypeError,
            Self::Value => &raw mut ffi::PyExc_ValueError,
            Self::Overflow => &raw mut ffi::PyExc_OverflowError,
            Self::Memory => &raw mut ffi::PyExc_MemoryError,
            Self::Runtime => &raw mut ffi::PyExc_RuntimeError,
            Self::Import => &raw mut ffi::PyExc_ImportError,
        };
        // SAFETY: set when the interpreter starts, and never changed.
        unsafe { place.read() }
    }

    /// Sets the exception with this message.
    #[cold]
    pub(crate) fn raise(self, message: &str) -> Failure {
        if let Ok(text) = string(message) {
            // SAFETY: both are objects; the text is borrowed by the call.
            unsafe { ffi::PyErr_SetObject(self.pointer(), text.as_ptr()) };
        }
        Failure::Raised
    }
}

impl Failure {
    /// Makes sure that an exception is set, with the procedure's name in front of an error of the safe API.
    #[cold]
    pub(crate) fn set(self, signature: &Signature) {
        let Self::Error(error) = self else { return };
        let exception = match *error {
            Error::Range { .. } => Exception::Overflow,
            Error::Allocation { .. } | Error::Buffer { .. } => Exception::Memory,
            _ => Exception::Value,
        };
        exception.raise(&format!("{}: {error}", signature.name()));
    }
}

/// One argument of one procedure, for messages.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    pub(crate) signature: &'static Signature,
    pub(crate) index: usize,
}

impl Argument {
    /// The dummy argument's name.
    pub(crate) fn name(self) -> &'static str {
        self.signature.parameters().get(self.index).copied().unwrap_or("?")
    }

    /// Raises with the procedure's and the argument's names in front.
    #[cold]
    pub(crate) fn raise(self, exception: Exception, message: impl Display) -> Failure {
        exception.raise(&format!("{}: argument `{}`: {message}", self.signature.name(), self.name()))
    }
}
