//! Masked arrays: one whose mask hides something would be read as if it hid nothing.

use pyo3_ffi as ffi;

use super::failure::{Argument, Exception, Failure};
use super::numpy::{self, Array};
use super::object::{Object, Owned, clear_exception, string};

/// Raises if the array is masked and its mask hides a value. The mask is found without running code of a subclass.
pub(crate) fn refuse_masked(argument: Argument, array: Array<'_>) -> Result<(), Failure> {
    if Array::exact(array.object()).is_some() || !is_masked_array(array.object())? || !hides_something(array)? {
        return Ok(());
    }
    let message = "the array has masked values, which Fortran cannot see: fill them first (`filled()`)";
    Err(argument.raise(Exception::Value, message))
}

/// Whether the object is a `numpy.ma.MaskedArray`.
fn is_masked_array(object: Object<'_>) -> Result<bool, Failure> {
    let name = string("numpy.ma")?;
    // SAFETY: a `str`. A module that is not loaded has no instances.
    let raw = unsafe { ffi::PyImport_GetModule(name.as_ptr()) };
    // SAFETY: a new reference, or null, with an exception only if the table of modules is broken.
    let Ok(module) = (unsafe { Owned::take(raw) }) else {
        clear_exception();
        return Ok(false);
    };
    let class = module.as_object().attribute(c"MaskedArray")?;
    Ok(object.is_instance(class.as_ptr().cast()))
}

/// Whether any element of the mask is true: the mask that the instance itself has.
fn hides_something(array: Array<'_>) -> Result<bool, Failure> {
    // SAFETY: the object is alive.
    let raw = unsafe { ffi::PyObject_GenericGetDict(array.object().as_ptr(), std::ptr::null_mut()) };
    // SAFETY: a new reference, or null with an exception.
    let dictionary = unsafe { Owned::take(raw) }?;
    // SAFETY: a dictionary, and a C string; a borrowed reference, or null.
    let mask = unsafe { ffi::PyDict_GetItemString(dictionary.as_ptr(), c"_mask".as_ptr()) };
    if mask.is_null() {
        return Ok(false);
    }
    // SAFETY: the dictionary keeps it alive.
    let mask = unsafe { Object::borrowed(mask) };
    match Array::exact(mask) {
        Some(mask) if mask.is_of_type(numpy::BOOL) => {
            let mask = mask.cast(numpy::BOOL, numpy::ENSUREARRAY)?;
            Ok(Array::exact(mask.as_object()).is_none_or(any_true))
        }
        // The mask of records, which Fortran cannot take either.
        Some(_) => Ok(true),
        // `nomask`, which is false.
        None => mask.truth(),
    }
}

fn any_true(mask: Array<'_>) -> bool {
    let first = mask.head().data;
    // SAFETY: contiguous bytes, as many as there are elements.
    (0..mask.len()).any(|index| unsafe { first.wrapping_add(index).read() } != 0)
}
