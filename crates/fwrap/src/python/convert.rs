//! Cold conversions of scalars: whatever is not the exact Python type, with an error for what would lose its meaning.

use num_complex::Complex;
use pyo3_ffi as ffi;

use super::array_convert::converted;
use super::failure::{Argument, Exception, Failure};
use super::numpy::{self, Array};
use super::object::{Object, Owned, clear_exception};
use super::scalar::{exact_integer, exact_real};
use crate::Element;

/// A value of type `T` from a NumPy scalar or a 0-d array, under the rules of arrays.
fn of_numpy<T: Element>(argument: Argument, object: Object<'_>) -> Option<Result<T, Failure>> {
    if !numpy::is_scalar(object) && Array::of(object).is_none() {
        return None;
    }
    Some(converted(argument, object, T::NUMPY_TYPE, 0, false).and_then(|owned| match Array::of(owned.as_object()) {
        // SAFETY: an array of rank 0 has one element; it has the type `T` and is aligned.
        Some(array) => Ok(unsafe { T::load(array.head().data.cast()) }),
        None => Err(refused(argument, object, "a number")),
    }))
}

fn refused(argument: Argument, object: Object<'_>, wanted: &str) -> Failure {
    argument.raise(Exception::Type, format_args!("expected {wanted}, found {}", object.type_name()))
}

/// The number methods of the object's type, if it has any.
fn number_methods(object: Object<'_>) -> Option<&ffi::PyNumberMethods> {
    // SAFETY: the type is alive as long as its instance.
    let kind = unsafe { &*object.type_pointer() };
    // SAFETY: null, or the type's own table.
    unsafe { kind.tp_as_number.as_ref() }
}

/// A real number: `float`, `int`, NumPy scalars and 0-d arrays, and what has `__float__` or `__index__`.
#[cold]
#[inline(never)]
pub(crate) fn real(argument: Argument, object: Object<'_>) -> Result<f64, Failure> {
    if let Some(value) = exact_real(object) {
        return Ok(value);
    }
    if object.is_exactly(&raw mut ffi::PyLong_Type) {
        // SAFETY: an `int`.
        let value = unsafe { ffi::PyLong_AsDouble(object.as_ptr()) };
        if value == -1.0 && is_raised() {
            return Err(argument.raise(Exception::Overflow, "the integer is too large for a real number"));
        }
        return Ok(value);
    }
    if !object.is_instance(&raw mut ffi::PyFloat_Type) {
        if let Some(value) = of_numpy::<f64>(argument, object) {
            return value;
        }
        let methods = number_methods(object);
        if !methods.is_some_and(|methods| methods.nb_float.is_some() || methods.nb_index.is_some()) {
            return Err(refused(argument, object, "a real number"));
        }
    }
    // SAFETY: the object is alive.
    let value = unsafe { ffi::PyFloat_AsDouble(object.as_ptr()) };
    if value == -1.0 && is_raised() { Err(came_through(argument)) } else { Ok(value) }
}

/// An integer: `int`, NumPy integers and 0-d arrays of them, and what has `__index__`.
#[cold]
#[inline(never)]
pub(crate) fn integer(argument: Argument, object: Object<'_>) -> Result<i64, Failure> {
    if let Some(value) = exact_integer(object) {
        return Ok(value);
    }
    if let Some(value) = of_numpy::<i64>(argument, object) {
        return value;
    }
    if number_methods(object).is_none_or(|methods| methods.nb_index.is_none()) {
        return Err(refused(argument, object, "an integer"));
    }
    // SAFETY: the object is alive.
    let raw = unsafe { ffi::PyNumber_Index(object.as_ptr()) };
    // SAFETY: a new reference, or null with an exception.
    let index = unsafe { Owned::take(raw) }.inspect_err(|_| argument.note())?;
    let mut overflow = 0;
    // SAFETY: an `int`, so nothing is raised.
    let value = unsafe { ffi::PyLong_AsLongLongAndOverflow(index.as_ptr(), &raw mut overflow) };
    match overflow {
        0 => Ok(value),
        _ => Err(argument.raise(Exception::Overflow, "the value does not fit an integer of 64 bits")),
    }
}

/// A complex number: `complex`, every real number, and what has `__complex__`.
#[cold]
#[inline(never)]
pub(crate) fn complex(argument: Argument, object: Object<'_>) -> Result<Complex<f64>, Failure> {
    if let Some(value) = of_numpy::<Complex<f64>>(argument, object) {
        return value;
    }
    let is_complex = object.is_instance(&raw mut ffi::PyComplex_Type);
    let method = object.attribute(c"__complex__");
    if !is_complex && method.is_err() {
        clear_exception();
        return match number_methods(object) {
            Some(methods) if methods.nb_float.is_some() || methods.nb_index.is_some() => {
                real(argument, object).map(Complex::from)
            }
            _ => Err(refused(argument, object, "a complex number")),
        };
    }
    // SAFETY: the object is alive.
    let value = unsafe { ffi::PyComplex_AsCComplex(object.as_ptr()) };
    if value.real == -1.0 && is_raised() {
        return Err(came_through(argument));
    }
    Ok(Complex::new(value.real, value.imag))
}

/// A truth value: `bool`, integers, NumPy's of both, and what has a `__bool__` of its own. Neither texts nor lists,
/// whose truth is their length (`"false"` is true), nor real numbers.
#[cold]
#[inline(never)]
pub(crate) fn logical(argument: Argument, object: Object<'_>) -> Result<bool, Failure> {
    if let Some(value) = of_numpy::<bool>(argument, object) {
        return value;
    }
    let real =
        [&raw mut ffi::PyFloat_Type, &raw mut ffi::PyComplex_Type].into_iter().any(|kind| object.is_instance(kind));
    if object.is_none() || real || number_methods(object).is_none_or(|methods| methods.nb_bool.is_none()) {
        return Err(refused(argument, object, "a truth value"));
    }
    object.truth().inspect_err(|_| argument.note())
}

/// The exception of somebody else's conversion.
fn came_through(argument: Argument) -> Failure {
    argument.note();
    Failure::Raised
}

fn is_raised() -> bool {
    // SAFETY: this thread holds the interpreter; the pointer is only compared.
    !unsafe { ffi::PyErr_Occurred() }.is_null()
}
