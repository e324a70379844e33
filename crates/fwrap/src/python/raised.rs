//! A Python exception on its way through Fortran.

use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::failure::{Exception, Failure};
use super::object::{Object, Owned};

/// The exception that is set, taken off, with its traceback.
#[cold]
pub(crate) fn raised() -> Option<Owned> {
    let (mut kind, mut value, mut traceback) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    #[allow(deprecated, reason = "its successor is there from Python 3.12 on")]
    // SAFETY: three places for references that become ours.
    unsafe {
        ffi::PyErr_Fetch(&raw mut kind, &raw mut value, &raw mut traceback)
    };
    #[allow(deprecated, reason = "its successor is there from Python 3.12 on")]
    // SAFETY: the three just fetched.
    unsafe {
        ffi::PyErr_NormalizeException(&raw mut kind, &raw mut value, &raw mut traceback)
    };
    if !traceback.is_null() && !value.is_null() {
        // SAFETY: an exception and a traceback, both borrowed by the call.
        unsafe { ffi::PyException_SetTraceback(value, traceback) };
    }
    for part in [kind, traceback] {
        // SAFETY: a reference of ours or null.
        drop(unsafe { Owned::take(part) });
    }
    // SAFETY: a reference of ours or null.
    unsafe { Owned::take(value) }.ok()
}

/// Sets an exception again, with its traceback.
#[cold]
pub(crate) fn restore(exception: Owned) {
    let kind = exception.as_object().type_pointer().cast();
    // SAFETY: the type is alive as long as its instance.
    unsafe { ffi::Py_INCREF(kind) };
    // SAFETY: an exception; the traceback is a new reference or null.
    let traceback = unsafe { ffi::PyException_GetTraceback(exception.as_ptr()) };
    // SAFETY: the three references go over to the interpreter.
    unsafe { ffi::PyErr_Restore(kind, exception.into_ptr(), traceback) };
}

/// An exception that a callable raised, taken off the thread: the same object is set again when the call returns.
pub(crate) struct RaisedException {
    /// A reference of its own; null when it was given away. It is looked at under the interpreter's lock only, so that
    /// this can be passed between threads.
    exception: AtomicPtr<ffi::PyObject>,
}

impl RaisedException {
    /// The exception that is set, taken off, with its traceback.
    #[cold]
    pub(crate) fn take() -> Option<Self> {
        raised().map(|exception| Self { exception: AtomicPtr::new(exception.into_ptr()) })
    }

    /// Sets the exception again. Once: later it is a `RuntimeError`.
    #[cold]
    pub(crate) fn set(&self) {
        let exception = self.exception.swap(ptr::null_mut(), Ordering::AcqRel);
        // SAFETY: the reference is given away, and nobody else has it any more; or null.
        match unsafe { Owned::take(exception) } {
            Ok(exception) => restore(exception),
            Err(_) => {
                Exception::Runtime.raise("the exception of a callback was raised before");
            }
        }
    }

    /// The exception while this thread holds the interpreter.
    pub(crate) fn object(&self) -> Option<Object<'_>> {
        let exception = self.exception.load(Ordering::Acquire);
        // SAFETY: a reference of its own.
        (!exception.is_null()).then(|| unsafe { Object::borrowed(exception) })
    }

    /// Whether Python code ran before it was raised.
    pub(crate) fn has_traceback(&self) -> bool {
        let Some(exception) = self.object() else { return false };
        // SAFETY: an exception.
        let traceback = unsafe { ffi::PyException_GetTraceback(exception.as_ptr()) };
        // SAFETY: a new reference or null.
        unsafe { Owned::take(traceback) }.is_ok()
    }

    /// Makes this the cause of the exception that is set.
    pub(crate) fn cause_what_is_set(self) {
        let Some(raised) = Self::take() else { return };
        let cause = self.exception.swap(ptr::null_mut(), Ordering::AcqRel);
        if let Some(exception) = raised.object() {
            // SAFETY: an exception and one or null, whose reference goes over.
            unsafe { ffi::PyException_SetCause(exception.as_ptr(), cause) };
        }
        raised.set();
    }
}

impl Drop for RaisedException {
    fn drop(&mut self) {
        let exception = *self.exception.get_mut();
        if exception.is_null() {
            return;
        }
        // SAFETY: any thread may ask for the interpreter; one that has it goes on.
        let state = unsafe { ffi::PyGILState_Ensure() };
        // SAFETY: a reference of its own, given up once.
        unsafe { ffi::Py_DECREF(exception) };
        // SAFETY: what the call above gave.
        unsafe { ffi::PyGILState_Release(state) };
    }
}

impl fmt::Debug for RaisedException {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RaisedException")
    }
}

impl fmt::Display for RaisedException {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a Python exception")
    }
}

impl std::error::Error for RaisedException {}

/// What a callable raised, as the error of its closure.
impl From<Failure> for Box<dyn std::error::Error + Send + Sync> {
    #[cold]
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Error(error) => error,
            Failure::Raised => match RaisedException::take() {
                Some(raised) => Box::new(raised),
                None => "an exception was raised, but none is set".into(),
            },
        }
    }
}
