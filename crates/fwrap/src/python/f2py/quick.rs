//! Arrays from lists of plain numbers and from short arrays of other number types, without NumPy's general machinery.

use pyo3_ffi as ffi;

use super::super::numpy::{self, Array as NumpyArray};
use super::super::object::{Object, Owned};
use super::super::scalar::{exact_integer, exact_real, to_single};
use super::making::{ElementSize, new_array};
use super::spec::{FLOAT32, FLOAT64, INT32, INT64};

/// An array of a list or tuple that holds nothing but Python's own numbers, all of which fit: no code of anybody runs.
pub(crate) fn numbers_of(object: Object<'_>, number: i32) -> Option<Owned> {
    match number {
        FLOAT64 => filled(object, number, real),
        FLOAT32 => filled(object, number, |item| real(item).and_then(to_single)),
        INT32 => filled(object, number, |item| exact_integer(item).and_then(|value| i32::try_from(value).ok())),
        INT64 => filled(object, number, exact_integer),
        _ => None,
    }
}

fn real(item: Object<'_>) -> Option<f64> {
    // Beyond 2**53, an integer needs rounding, which the interpreter knows how to do.
    let whole = || exact_integer(item).filter(|value| value.unsigned_abs() <= 1 << 53).map(|value| value as f64);
    exact_real(item).or_else(whole)
}

fn filled<T>(object: Object<'_>, number: i32, convert: impl Fn(Object<'_>) -> Option<T>) -> Option<Owned> {
    let is_list = object.is_exactly(&raw mut ffi::PyList_Type);
    if !is_list && !object.is_exactly(&raw mut ffi::PyTuple_Type) {
        return None;
    }
    // SAFETY: a list or a tuple.
    let length = unsafe { ffi::PySequence_Size(object.as_ptr()) };
    let made = new_array(ElementSize { number, length: 0 }, &[length], false, false).ok()?;
    let first = NumpyArray::exact(made.as_object())?.head().data.cast::<T>();
    for index in 0..length {
        let item = if is_list {
            // SAFETY: a list of this length: nobody runs code that could change it.
            unsafe { ffi::PyList_GetItem(object.as_ptr(), index) }
        } else {
            // SAFETY: a tuple of this length.
            unsafe { ffi::PyTuple_GetItem(object.as_ptr(), index) }
        };
        // SAFETY: the sequence keeps it alive.
        let value = convert(unsafe { Object::borrowed(item) })?;
        // SAFETY: one of as many elements of this type as the sequence has.
        unsafe { first.wrapping_offset(index).write(value) };
    }
    Some(made)
}

/// A copy of a short array of rank 1 as one of another number type, if every value fits, or may be cut.
pub(crate) fn cast(array: NumpyArray<'_>, number: i32, lossy: bool) -> Option<Owned> {
    const SHORT: usize = 4096;
    let element = array.element_type();
    let known = array.has(numpy::ALIGNED) && element.byte_order != numpy::OPPOSITE;
    if array.rank() != 1 || array.len() > SHORT || !known {
        return None;
    }
    match (element.number, number) {
        (FLOAT32, FLOAT64) => copied(array, number, |value: f32| Some(f64::from(value))),
        (INT32, FLOAT64) => copied(array, number, |value: i32| Some(f64::from(value))),
        (INT64, FLOAT64) => copied(array, number, |value: i64| Some(value as f64)),
        (INT32, INT64) => copied(array, number, |value: i32| Some(i64::from(value))),
        (INT64, INT32) if lossy => copied(array, number, |value: i64| Some(value as i32)),
        (INT64, INT32) => copied(array, number, |value: i64| i32::try_from(value).ok()),
        (FLOAT64, FLOAT32) if lossy => copied(array, number, |value: f64| Some(value as f32)),
        (FLOAT64, FLOAT32) => copied(array, number, to_single),
        _ => None,
    }
}

fn copied<A: Copy, B>(array: NumpyArray<'_>, number: i32, convert: impl Fn(A) -> Option<B>) -> Option<Owned> {
    let made = new_array(ElementSize { number, length: 0 }, array.extents(), false, false).ok()?;
    let to = NumpyArray::exact(made.as_object())?.head().data.cast::<B>();
    let (from, stride) = (array.head().data, array.strides()[0]);
    for index in 0..array.len() {
        let place = from.wrapping_offset(stride.wrapping_mul(index as isize)).cast::<A>();
        // SAFETY: an aligned element of the array.
        let value = convert(unsafe { place.read() })?;
        // SAFETY: one of as many elements of the new array.
        unsafe { to.wrapping_add(index).write(value) };
    }
    Some(made)
}
