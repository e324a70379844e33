//! Arrays that callables return: their elements go where Fortran expects them.

use std::ffi::{c_int, c_void};
use std::mem::transmute;

use pyo3_ffi as ffi;

use crate::python::failure::{Exception, Failure};
use crate::python::numpy::{
    ALIGNED, Array, C_CONTIGUOUS, Entry, F_CONTIGUOUS, FORCECAST, NOTSWAPPED, call, descriptor, from_any, loaded,
};
use crate::python::object::{Object, Owned, string};

use super::callback::Callback;
use super::spec::{ArraySpec, C, CHARACTERS, Class, class_of};

/// Brings what a callable returned into an array that Fortran passed: it has exactly these extents.
#[inline(never)]
pub(super) fn take_array(
    callback: &'static Callback,
    spec: &'static ArraySpec,
    object: Object<'_>,
    (to, element): (*mut u8, usize),
    extents: &[isize],
) -> Result<(), Failure> {
    let order = if spec.has(C) { C_CONTIGUOUS } else { F_CONTIGUOUS };
    if let Some(array) = Array::exact(object)
        && spec.number != CHARACTERS
        && array.fits(spec.number, extents.len(), order)
        && array.extents() == extents
    {
        // SAFETY: Fortran passes as many elements that get a value. A callable may return what its caller passed to
        // Fortran: they may be the same.
        unsafe { to.copy_from(array.head().data.cast_const(), array.len() * element) };
        return Ok(());
    }
    convert_array(callback, spec, object, (to, element), extents)
}

type FromArray = unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject, c_int) -> *mut ffi::PyObject;

/// [`take_array`] for what has another type, order or shape.
#[cold]
#[inline(never)]
fn convert_array(
    callback: &'static Callback,
    spec: &'static ArraySpec,
    object: Object<'_>,
    (to, element): (*mut u8, usize),
    extents: &[isize],
) -> Result<(), Failure> {
    let given = from_any(object)?;
    let Some(array) = Array::of(given.as_object()) else { return Err(no_array(callback, spec, object)) };
    check_extents(callback, spec, array, extents)?;
    if !callback.is_lossy && width(array.element_type().number) > width(spec.number) {
        return Err(loss(callback, spec, array));
    }
    let made = cast(array, spec, element)?;
    let Some(cast) = Array::of(made.as_object()) else { return Err(no_array(callback, spec, object)) };
    if !callback.is_lossy && is_cut(array, cast, spec)? {
        return Err(loss(callback, spec, array));
    }
    // SAFETY: contiguous, with as many elements of the type as Fortran passes, which get their value.
    unsafe { to.copy_from(cast.head().data.cast_const(), cast.len() * element) };
    Ok(())
}

/// The array in the order and of the type that Fortran expects.
fn cast(array: Array<'_>, spec: &ArraySpec, element: usize) -> Result<Owned, Failure> {
    let wanted = if spec.number == CHARACTERS { text_descriptor(element)? } else { descriptor(spec.number)? };
    // SAFETY: the entry has this type.
    let from_array = unsafe { transmute::<*const c_void, FromArray>(loaded(Entry::FromArray)) };
    let order = if spec.has(C) { C_CONTIGUOUS } else { F_CONTIGUOUS };
    let flags = order | ALIGNED | NOTSWAPPED | FORCECAST;
    // SAFETY: both are alive; the call takes the descriptor's reference over.
    let raw = unsafe { from_array(array.object().as_ptr(), wanted.into_ptr(), flags) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// `S5`
fn text_descriptor(length: usize) -> Result<Owned, Failure> {
    let name = string(&format!("S{length}"))?;
    call(c"numpy", c"dtype", &[name.as_object()])
}

/// As many elements as Fortran expects: extents of 1 may be there or not, and the lossy way looks at nothing else.
fn check_extents(callback: &Callback, spec: &ArraySpec, array: Array<'_>, extents: &[isize]) -> Result<(), Failure> {
    let several = |extents: &[isize]| extents.iter().copied().filter(|&extent| extent != 1).collect::<Vec<_>>();
    let count = extents.iter().map(|extent| extent.max(&0).unsigned_abs()).product::<usize>();
    if array.len() == count && (callback.is_lossy || several(array.extents()) == several(extents)) {
        return Ok(());
    }
    let (name, callback, found) = (spec.name, callback.name, array.shape());
    let expected = match extents {
        [only] => format!("{only},"),
        extents => extents.iter().map(isize::to_string).collect::<Vec<_>>().join(", "),
    };
    Err(Exception::Value
        .raise(&format!("{name} of call-back function {callback}: expected shape ({expected}), found {found}")))
}

#[cold]
fn no_array(callback: &Callback, spec: &ArraySpec, object: Object<'_>) -> Failure {
    let (name, callback, found) = (spec.name, callback.name, object.type_name());
    Exception::Type.raise(&format!("{name} of call-back function {callback}: expected an array, found {found}"))
}

/// Whether integers were cut.
fn is_cut(given: Array<'_>, cast: Array<'_>, spec: &ArraySpec) -> Result<bool, Failure> {
    let is_integer = |number| class_of(number) == Class::Integer;
    let found = given.element_type().number;
    if !is_integer(found) || !is_integer(spec.number) || given.is_of_type(spec.number) {
        return Ok(false);
    }
    let equal = call(c"numpy", c"array_equal", &[given.object(), cast.object()])?;
    equal.as_object().truth().map(|equal| !equal)
}

#[cold]
fn loss(callback: &Callback, spec: &ArraySpec, array: Array<'_>) -> Failure {
    let (name, callback, found) = (spec.name, callback.name, array.type_text());
    Exception::Type.raise(&format!("{name} of call-back function {callback}: values of type {found} would be changed"))
}

/// Which kinds of numbers hold all values of which others. Objects are asked one by one.
fn width(number: c_int) -> u8 {
    match class_of(number) {
        Class::Logical | Class::Other => 0,
        Class::Integer => 1,
        Class::Real => 2,
        Class::Complex => 3,
        Class::Characters => 4,
    }
}
