//! `NAME.error`: what a condition of f2py's terms raises when it does not hold.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::failure::{Exception, Failure};
use super::object::{Object, Owned, string};

/// The class, kept for as long as the interpreter runs, as the extension itself is.
static CLASS: AtomicPtr<ffi::PyObject> = AtomicPtr::new(ptr::null_mut());

/// Makes the class of this extension.
pub(crate) fn make(module: Object<'_>) -> Result<Owned, Failure> {
    let owner = module.attribute(c"__name__")?;
    let name = format!("{}.error\0", owner.as_object().utf8()?);
    let doc = c"A condition on the arguments of a call does not hold.";
    let none = ptr::null_mut();
    // SAFETY: C strings (the name ends in a NUL); no base class and no attributes.
    let raw = unsafe { ffi::PyErr_NewExceptionWithDoc(name.as_ptr().cast(), doc.as_ptr(), none, none) };
    // SAFETY: a new reference, or null with an exception.
    let class = unsafe { Owned::take(raw) }?;
    CLASS.store(class.as_object().to_owned().into_ptr(), Ordering::Release);
    Ok(class)
}

/// Raises it with this text.
#[cold]
#[inline(never)]
pub(crate) fn raise(message: &str) -> Failure {
    let class = CLASS.load(Ordering::Acquire);
    if class.is_null() {
        return Exception::Value.raise(message);
    }
    if let Ok(text) = string(message) {
        // SAFETY: a class and a `str`, which the call borrows.
        unsafe { ffi::PyErr_SetObject(class, text.as_ptr()) };
    }
    Failure::Raised
}
