//! A procedure's Python name, parameters and documentation.

use std::ffi::CStr;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::failure::Failure;
use super::object::Owned;
use super::release::Pace;

/// What Python knows of a procedure: its name, its parameters and its documentation.
#[derive(Debug)]
pub struct Signature {
    name: &'static CStr,
    parameters: &'static [&'static str],
    required: usize,
    doc: &'static CStr,
    /// One interned `str` per parameter, made when the module is.
    keywords: AtomicPtr<*mut ffi::PyObject>,
    pace: Pace,
}

impl Signature {
    /// A procedure called `name`, whose first `required` parameters must be given. `doc` may begin with
    /// `name(parameters)\n--\n\n`, which becomes `__text_signature__`.
    pub const fn new(
        name: &'static CStr,
        parameters: &'static [&'static str],
        required: usize,
        doc: &'static CStr,
    ) -> Self {
        assert!(required <= parameters.len(), "more required parameters than parameters");
        Self { name, parameters, required, doc, keywords: AtomicPtr::new(ptr::null_mut()), pace: Pace::new() }
    }

    /// The name, as text.
    pub fn name(&self) -> &'static str {
        self.name.to_str().unwrap_or("?")
    }

    pub(crate) fn c_name(&self) -> &'static CStr {
        self.name
    }

    /// What is known of its calls.
    #[inline]
    pub(crate) fn pace(&self) -> &Pace {
        &self.pace
    }

    pub(crate) fn doc(&self) -> &'static CStr {
        self.doc
    }

    /// The names of the parameters, in order.
    #[inline]
    pub fn parameters(&self) -> &'static [&'static str] {
        self.parameters
    }

    /// How many of them must be given.
    #[inline]
    pub fn required(&self) -> usize {
        self.required
    }

    /// The interned names, one per parameter; null before [`Signature::intern`].
    #[inline]
    pub(crate) fn keywords(&self) -> *const *mut ffi::PyObject {
        self.keywords.load(Ordering::Relaxed)
    }

    /// Makes the interned names. They live as long as the process, as the function does.
    pub(crate) fn intern(&self) -> Result<(), Failure> {
        if !self.keywords().is_null() {
            return Ok(());
        }
        let mut names = Vec::with_capacity(self.parameters.len());
        for parameter in self.parameters {
            let mut name = super::object::string(parameter)?.into_ptr();
            // SAFETY: `name` is a `str` of ours; the call replaces it by the interned one.
            unsafe { ffi::PyUnicode_InternInPlace(&raw mut name) };
            // SAFETY: still our reference.
            names.push(unsafe { Owned::take(name) }?);
        }
        let names: Vec<*mut ffi::PyObject> = names.into_iter().map(Owned::into_ptr).collect();
        self.keywords.store(Box::leak(names.into_boxed_slice()).as_mut_ptr(), Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static AXPY: Signature = Signature::new(c"axpy", &["a", "x", "n"], 2, c"axpy(a, x, n=None)\n--\n\n");

    #[test]
    fn keeps_what_it_was_given() {
        assert_eq!(AXPY.name(), "axpy");
        assert_eq!(AXPY.parameters(), ["a", "x", "n"]);
        assert_eq!(AXPY.required(), 2);
        assert!(AXPY.keywords().is_null());
    }
}
