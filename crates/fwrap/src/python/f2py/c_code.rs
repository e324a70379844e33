//! What users wrote in C: functions that get a table of the addresses of locals.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use num_complex::Complex;
use pyo3_ffi as ffi;

use super::super::arguments::Arguments;
use super::super::failure::{Exception, Failure};
use super::array::Array;

/// A function of the C file that computes an expression: it gets the variables, writes the value, and gives 0 if it has
/// set an exception.
pub type CValue = unsafe extern "C-unwind" fn(variables: *const *mut c_void, value: *mut c_void) -> c_int;

/// What a function of the C file gets that calls a procedure.
#[derive(Debug)]
pub struct CArguments<'v> {
    /// The addresses of the variables that it mentions.
    pub variables: &'v [*mut c_void],
    /// The procedure, if the C file does not name it itself.
    pub function: *const c_void,
}

/// A number that stands in place of an address.
#[inline]
#[must_use]
pub fn number(value: i64) -> *mut c_void {
    ptr::without_provenance_mut(value as usize)
}

/// What a C function has returned: 0 if it failed.
#[inline]
pub fn succeeded(status: c_int) -> Result<(), Failure> {
    if status == 0 { Err(failed()) } else { Ok(()) }
}

#[cold]
#[inline(never)]
fn failed() -> Failure {
    // SAFETY: this thread holds the interpreter.
    if unsafe { ffi::PyErr_Occurred() }.is_null() {
        return Exception::Runtime.raise("the C code of the signature failed without an exception");
    }
    Failure::Raised
}

fn value<T: Copy>(function: CValue, variables: &[*mut c_void], mut value: T) -> Result<T, Failure> {
    // SAFETY: the glue and the C file agree on the table and on the type of the value: both are printed from one plan.
    let status = unsafe { function(variables.as_ptr(), (&raw mut value).cast()) };
    succeeded(status)?;
    Ok(value)
}

/// An integer.
pub fn c_integer(function: CValue, variables: &[*mut c_void]) -> Result<i64, Failure> {
    value(function, variables, 0_i64)
}

/// A real number.
pub fn c_real(function: CValue, variables: &[*mut c_void]) -> Result<f64, Failure> {
    value(function, variables, 0.0_f64)
}

/// Whether it is not 0.
pub fn c_truth(function: CValue, variables: &[*mut c_void]) -> Result<bool, Failure> {
    Ok(value(function, variables, 0_i64)? != 0)
}

/// A complex number.
pub fn c_complex(function: CValue, variables: &[*mut c_void]) -> Result<Complex<f64>, Failure> {
    value(function, variables, Complex::new(0.0, 0.0))
}

/// A string: its characters live as long as the C code lets them, which is until the next call at least.
pub fn c_text<'a>(function: CValue, variables: &[*mut c_void]) -> Result<&'a [u8], Failure> {
    let text = value(function, variables, ptr::null::<c_char>())?;
    if text.is_null() {
        return Ok(&[]);
    }
    // SAFETY: a string of C, which ends with a NUL.
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}

impl Arguments<'_> {
    /// What the caller has given for a parameter; null: nothing, or None.
    #[must_use]
    pub fn f2py_given(&self, index: usize) -> *mut ffi::PyObject {
        if self.f2py_is_given(index) { self.object(index).as_ptr() } else { ptr::null_mut() }
    }
}

impl Array<'_> {
    /// The elements, for code that does not write them.
    #[inline]
    #[must_use]
    pub fn as_ptr<T>(&self) -> *mut T {
        self.array().head().data.cast()
    }

    /// The array object.
    #[inline]
    #[must_use]
    pub fn as_object_ptr(&self) -> *mut ffi::PyObject {
        self.object().as_ptr()
    }
}
