//! How a call fails: a Python exception that is already set, or an error of the safe API.

use std::fmt::Display;

use pyo3_ffi as ffi;

use super::object::{Object, Owned, clear_exception, string};
use super::raised::{RaisedException, raised, restore};
use super::signature::Signature;
use super::stop;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exception {
    Type,
    Value,
    Overflow,
    Index,
    Memory,
    Runtime,
    Import,
    Attribute,
}

impl Exception {
    fn pointer(self) -> *mut ffi::PyObject {
        let place = match self {
            Self::Type => &raw mut ffi::PyExc_TypeError,
            Self::Value => &raw mut ffi::PyExc_ValueError,
            Self::Overflow => &raw mut ffi::PyExc_OverflowError,
            Self::Index => &raw mut ffi::PyExc_IndexError,
            Self::Memory => &raw mut ffi::PyExc_MemoryError,
            Self::Runtime => &raw mut ffi::PyExc_RuntimeError,
            Self::Import => &raw mut ffi::PyExc_ImportError,
            Self::Attribute => &raw mut ffi::PyExc_AttributeError,
        };
        // SAFETY: set when the interpreter starts, and never changed.
        unsafe { place.read() }
    }

    /// Which of these an exception is: of exactly that type.
    pub(crate) fn of(exception: Object<'_>) -> Option<Self> {
        let all = [Self::Type, Self::Value, Self::Overflow, Self::Index, Self::Memory, Self::Runtime, Self::Import];
        all.into_iter().find(|kind| exception.is_exactly(kind.pointer().cast()))
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
        if *error == Error::Interrupted {
            return raise_interruption();
        }
        if let Error::Callback { error, .. } = &*error
            && let Some(raised) = error.get().downcast_ref::<RaisedException>()
        {
            return raised.set();
        }
        if stop::raise(&error, signature) {
            return;
        }
        let exception = match *error {
            Error::Range { .. } => Exception::Overflow,
            Error::Allocation { .. } | Error::Buffer { .. } => Exception::Memory,
            Error::Callback { .. } | Error::Deadlock => Exception::Runtime,
            _ => Exception::Value,
        };
        exception.raise(&format!("{}: {error}", signature.name()));
    }
}

/// The interpreter's own handler raises what it wants; if it raises nothing, the call has been left all the same.
#[cold]
fn raise_interruption() {
    // SAFETY: this thread holds the interpreter.
    if unsafe { ffi::PyErr_CheckSignals() } == 0 {
        let place = &raw mut ffi::PyExc_KeyboardInterrupt;
        // SAFETY: set when the interpreter starts, and never changed.
        let kind = unsafe { place.read() };
        // SAFETY: an exception type.
        unsafe { ffi::PyErr_SetNone(kind) };
    }
}

/// `add_note` of the exception that is set, where there is such a method.
fn annotate(text: &str) {
    let Some(exception) = raised() else { return };
    if let (Ok(name), Ok(text)) = (string("add_note"), string(text)) {
        // SAFETY: an exception and two `str`, alive.
        let raw = unsafe { ffi::PyObject_CallMethodOneArg(exception.as_ptr(), name.as_ptr(), text.as_ptr()) };
        // SAFETY: a new reference, or null with an exception.
        if unsafe { Owned::take(raw) }.is_err() {
            clear_exception();
        }
    }
    restore(exception);
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

    /// Adds a note to the exception that is set, which is somebody else's and comes through as it is: `PEP 678`, so
    /// Python 3.11 and later.
    #[cold]
    pub(crate) fn note(self) {
        let text = format!("{}: while argument `{}` was converted", self.signature.name(), self.name());
        annotate(&text);
    }

    /// Raises with the procedure's and the argument's names in front.
    #[cold]
    pub(crate) fn raise(self, exception: Exception, message: impl Display) -> Failure {
        exception.raise(&format!("{}: argument `{}`: {message}", self.signature.name(), self.name()))
    }
}
