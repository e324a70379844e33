//! `FortranStop` and `FortranError`: the exceptions of one extension for what ends a program.

use std::ffi::CStr;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::failure::{Exception, Failure};
use super::object::{Object, Owned, string};
use super::signature::Signature;
use crate::Error;

/// An exception class, made when the module is imported. An extension has its own copy of this, and so its own classes.
struct Class {
    name: &'static CStr,
    doc: &'static CStr,
    /// Its attributes that are text.
    texts: &'static [&'static CStr],
    class: AtomicPtr<ffi::PyObject>,
}

static STOP: Class = Class {
    name: c"FortranStop",
    doc: c"STOP, ERROR STOP, EXIT or ABORT ended a procedure.\n\n\
           `statement` says which, `code` is the number and `message` the text of the stop code.",
    texts: &[c"statement", c"message"],
    class: AtomicPtr::new(ptr::null_mut()),
};

static ERROR: Class = Class {
    name: c"FortranError",
    doc: c"The Fortran runtime found an error.\n\n\
           `message` is what it says, `location` the file and line, `code` the IOSTAT value of an I/O error.",
    texts: &[c"message"],
    class: AtomicPtr::new(ptr::null_mut()),
};

impl Class {
    /// Makes the class, as one of the module's.
    fn make(&self, module: Object<'_>) -> Result<Owned, Failure> {
        let owner = module.attribute(c"__name__")?;
        let name = format!("{}.{}\0", owner.as_object().utf8()?, self.name.to_string_lossy());
        // SAFETY: this thread holds the interpreter.
        let raw = unsafe { ffi::PyDict_New() };
        // SAFETY: a new reference, or null with an exception.
        let defaults = unsafe { Owned::take(raw) }?;
        // SAFETY: a constant object that lives for ever.
        let none = unsafe { ffi::Py_None() };
        let empty = string("")?;
        let texts = self.texts.iter().map(|name| (*name, empty.as_ptr()));
        for (attribute, value) in texts.chain([(c"code", none), (c"location", none)]) {
            // SAFETY: a dictionary, a C string and an object, which it borrows.
            succeeded(unsafe { ffi::PyDict_SetItemString(defaults.as_ptr(), attribute.as_ptr(), value) })?;
        }
        // SAFETY: set when the interpreter starts, and never changed.
        let base = unsafe { ffi::PyExc_RuntimeError };
        let (name, doc) = (name.as_ptr().cast(), self.doc.as_ptr());
        // SAFETY: C strings (the name ends in a NUL), a class and a dictionary.
        let raw = unsafe { ffi::PyErr_NewExceptionWithDoc(name, doc, base, defaults.as_ptr()) };
        // SAFETY: a new reference, or null with an exception.
        let class = unsafe { Owned::take(raw) }?;
        // The class is kept for as long as the interpreter runs, as the extension itself is.
        self.class.store(class.as_object().to_owned().into_ptr(), Ordering::Release);
        Ok(class)
    }

    /// A new exception with this text, or `None` where there is no class or no memory.
    fn instance(&self, text: &str) -> Option<Owned> {
        let end = ptr::null_mut::<ffi::PyObject>();
        let class = self.class.load(Ordering::Acquire);
        let text = string(text).ok()?;
        if class.is_null() {
            return None;
        }
        // SAFETY: a class and an object, and the null that ends the list.
        let raw = unsafe { ffi::PyObject_CallFunctionObjArgs(class, text.as_ptr(), end) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }.ok()
    }
}

/// Makes both classes, as those of the extension.
pub(crate) fn make(module: Object<'_>) -> Result<[Owned; 2], Failure> {
    Ok([STOP.make(module)?, ERROR.make(module)?])
}

/// Raises the exception for an error that ended the procedure; says whether it is such an error.
#[cold]
pub(crate) fn raise(error: &Error, signature: &Signature) -> bool {
    let (class, message) = match error {
        Error::Stop { text: Some(text), .. } => (&STOP, text.clone()),
        Error::Stop { .. } => (&STOP, error.to_string()),
        Error::Runtime { message, .. } => (&ERROR, message.clone()),
        Error::Overrun { .. } => (&ERROR, error.to_string()),
        _ => return false,
    };
    let text = format!("{}: {error}", signature.name());
    let Some(exception) = class.instance(&text) else {
        // SAFETY: this thread holds the interpreter.
        if unsafe { ffi::PyErr_Occurred() }.is_null() {
            Exception::Runtime.raise(&text);
        }
        return true;
    };
    let exception = exception.as_object();
    if set(exception, c"message", Some(string(&message))).and_then(|()| describe(exception, error)).is_ok() {
        // SAFETY: an exception of its own type, borrowed by the call.
        unsafe { ffi::PyErr_SetObject(exception.type_pointer().cast(), exception.as_ptr()) };
    }
    true
}

/// Sets what the error knows.
fn describe(exception: Object<'_>, error: &Error) -> Result<(), Failure> {
    match error {
        Error::Stop { statement, code, .. } => {
            set(exception, c"statement", Some(string(statement)))?;
            set(exception, c"code", code.map(integer))
        }
        Error::Runtime { location, code, .. } => {
            set(exception, c"location", location.as_deref().map(string))?;
            set(exception, c"code", code.map(integer))
        }
        _ => Ok(()),
    }
}

fn integer(value: i32) -> Result<Owned, Failure> {
    // SAFETY: this thread holds the interpreter.
    let raw = unsafe { ffi::PyLong_FromLong(value.into()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

fn set(exception: Object<'_>, name: &CStr, value: Option<Result<Owned, Failure>>) -> Result<(), Failure> {
    let Some(value) = value else { return Ok(()) };
    let value = value?;
    // SAFETY: an object, a C string and an object.
    succeeded(unsafe { ffi::PyObject_SetAttrString(exception.as_ptr(), name.as_ptr(), value.as_ptr()) })
}

fn succeeded(status: std::ffi::c_int) -> Result<(), Failure> {
    if status < 0 { Err(Failure::Raised) } else { Ok(()) }
}
