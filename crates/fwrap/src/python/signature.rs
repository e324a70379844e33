//! A procedure's Python name, parameters and documentation.

use std::ffi::CStr;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::failure::Failure;
use super::named_tuple::NamedTuple;
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
    /// The class of its results, if they are several.
    results: Option<NamedTuple>,
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
        Self {
            name,
            parameters,
            required,
            doc,
            keywords: AtomicPtr::new(ptr::null_mut()),
            pace: Pace::new(),
            results: None,
        }
    }

    /// Says that it returns several values, a tuple of this class whose items have these names.
    #[must_use]
    pub const fn returning(mut self, class: &'static str, fields: &'static [&'static str]) -> Self {
        self.results = Some(NamedTuple::new(class, fields));
        self
    }

    /// The class of its results, if they are several.
    #[inline]
    pub(crate) fn results(&self) -> Option<&NamedTuple> {
        self.results.as_ref()
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

    /// The documentation as text, in two parts: `(parameters)`, where it begins with them, and the rest.
    fn parts(&self) -> (Option<&'static str>, &'static str) {
        let text = self.doc.to_str().unwrap_or_default();
        let head = text.split_once("\n--\n\n").filter(|(head, _)| head.ends_with(')') && !head.contains('\n'));
        match head.and_then(|(head, rest)| Some((head.strip_prefix(self.name())?, rest))) {
            Some((parameters, rest)) if parameters.starts_with('(') => (Some(parameters), rest),
            _ => (None, text),
        }
    }

    /// `__text_signature__`.
    pub(crate) fn text_signature(&self) -> Option<&'static str> {
        self.parts().0
    }

    /// `__doc__`.
    pub(crate) fn documentation(&self) -> &'static str {
        self.parts().1
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
        assert!(AXPY.results().is_none());
    }

    #[test]
    fn documentation_may_begin_with_the_parameters() {
        static NONE: Signature = Signature::new(c"f", &[], 0, c"Words\n--\n\nand more.");
        static SOLVE: Signature = Signature::new(c"solve", &[], 0, c"solve()\n--\n\nx, info = solve()\n")
            .returning("solve_result", &["x", "info"]);
        assert_eq!(AXPY.text_signature(), Some("(a, x, n=None)"));
        assert_eq!(AXPY.documentation(), "");
        assert_eq!(NONE.text_signature(), None);
        assert_eq!(NONE.documentation(), "Words\n--\n\nand more.");
        assert_eq!((SOLVE.text_signature(), SOLVE.documentation()), (Some("()"), "x, info = solve()\n"));
        let results = SOLVE.results().unwrap();
        assert_eq!((results.name(), results.fields()), ("solve_result", &["x", "info"][..]));
    }
}
