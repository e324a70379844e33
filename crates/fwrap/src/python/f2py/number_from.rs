//! Cold conversions of scalars by f2py's rules: numbers, texts of digits, the first element of a sequence, and whatever
//! has `__int__` or `__float__`. What loses digits is refused unless the lossy way was asked for.

use std::fmt::Display;

use num_complex::Complex;
use pyo3_ffi as ffi;

use super::super::failure::{Exception, Failure};
use super::super::numpy::{self, Array};
use super::super::object::{Object, Owned, clear_exception};
use super::place::Place;

/// Sequences in sequences, and no further: one may hold itself.
const DEPTH: usize = 64;

/// An integer of any size.
pub(crate) fn integer(place: Place<'_>, object: Object<'_>, lossy: bool, kind: &str) -> Result<Owned, Failure> {
    let found = element(object, lossy, 0, &|object| {
        if object.is_instance(&raw mut ffi::PyLong_Type) {
            return Ok(object.to_owned());
        }
        if !lossy && is_complex(object) {
            return Err(explained("a complex number has no place in an integer: pass its part `.real`"));
        }
        // SAFETY: the object is alive.
        let raw = unsafe { ffi::PyNumber_Long(object.as_ptr()) };
        // SAFETY: a new reference, or null with an exception.
        let whole = unsafe { Owned::take(raw) }?;
        if lossy || is_whole(object, whole.as_object())? {
            return Ok(whole);
        }
        Err(Exception::Value.raise(&format!("{} has a fraction, which would be lost: pass an integer", object.text())))
    });
    found.map_err(|_| place.explain(kind))
}

/// Whether `whole`, which `__int__` has made, has the same value.
fn is_whole(object: Object<'_>, whole: Object<'_>) -> Result<bool, Failure> {
    let is_real = match Array::of(object) {
        Some(array) => !matches!(array.element_type().kind, b'S' | b'U'),
        None => object.is_instance(&raw mut ffi::PyFloat_Type) || numpy::is_scalar(object) || has_float(object),
    };
    let is_text = [&raw mut ffi::PyUnicode_Type, &raw mut ffi::PyBytes_Type].into_iter().any(|k| object.is_instance(k));
    if !is_real || is_text {
        return Ok(true);
    }
    // SAFETY: two objects, alive.
    match unsafe { ffi::PyObject_RichCompareBool(object.as_ptr(), whole.as_ptr(), ffi::Py_EQ) } {
        -1 => Err(Failure::Raised),
        equal => Ok(equal != 0),
    }
}

/// Whether the object says of itself that it is a real number, and not an integer.
fn has_float(object: Object<'_>) -> bool {
    // SAFETY: the type is alive as long as its instance.
    let kind = unsafe { &*object.type_pointer() };
    // SAFETY: null, or the type's own table.
    let methods = unsafe { kind.tp_as_number.as_ref() };
    methods.is_some_and(|methods| methods.nb_float.is_some() && methods.nb_index.is_none())
}

/// The value of an integer for a type of so many bits, signed or not. Types of up to 32 bits come from a C `int`, which
/// is cut only if that is allowed.
pub(crate) fn narrow(
    place: Place<'_>,
    whole: &Owned,
    lossy: bool,
    (bits, signed, kind): (u32, bool, &str),
) -> Result<i64, Failure> {
    let mut overflow = 0;
    // SAFETY: an `int`, so nothing is raised.
    let value = unsafe { ffi::PyLong_AsLongLongAndOverflow(whole.as_ptr(), &raw mut overflow) };
    if overflow > 0 && bits == 64 && !signed {
        // SAFETY: an `int`; one of more bits raises.
        let value = unsafe { ffi::PyLong_AsUnsignedLongLong(whole.as_ptr()) };
        // SAFETY: this thread holds the interpreter; the pointer is only compared.
        if unsafe { ffi::PyErr_Occurred() }.is_null() {
            return Ok(value.cast_signed());
        }
        clear_exception();
    }
    let width = if lossy { bits.max(32) } else { bits };
    let (low, high) = match (width, signed) {
        (64, true) => (i64::MIN, i64::MAX),
        (64, false) => (if lossy { i64::MIN } else { 0 }, i64::MAX),
        (width, true) => (-(1_i64 << (width - 1)), (1_i64 << (width - 1)) - 1),
        (width, false) => (if lossy { -(1_i64 << (width - 1)) } else { 0 }, (1_i64 << width) - 1),
    };
    if overflow != 0 || value < low || value > high {
        return Err(too_large(place, &whole.as_object().text(), kind));
    }
    Ok(value)
}

#[cold]
pub(crate) fn too_large(place: Place<'_>, value: &dyn Display, kind: &str) -> Failure {
    place.raise(Exception::Overflow, kind, format_args!("the value {value} does not fit"))
}

/// A real number.
pub(crate) fn real(place: Place<'_>, object: Object<'_>, lossy: bool, kind: &str) -> Result<f64, Failure> {
    if object.is_exactly(&raw mut ffi::PyLong_Type) {
        // SAFETY: an `int`.
        let value = unsafe { ffi::PyLong_AsDouble(object.as_ptr()) };
        // SAFETY: this thread holds the interpreter; the pointer is only compared.
        if value == -1.0 && !unsafe { ffi::PyErr_Occurred() }.is_null() {
            return Err(place.explain(kind));
        }
        return Ok(value);
    }
    let found = element(object, lossy, 0, &|object| {
        if !lossy && is_complex(object) {
            return Err(explained("a complex number has no place in a real one: pass its part `.real`"));
        }
        // SAFETY: the object is alive.
        let raw = unsafe { ffi::PyNumber_Float(object.as_ptr()) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    });
    let number = found.map_err(|_| place.explain(kind))?;
    // SAFETY: a `float`.
    Ok(unsafe { ffi::PyFloat_AsDouble(number.as_ptr()) })
}

/// Whether the object is a complex number of Python's or NumPy's.
fn is_complex(object: Object<'_>) -> bool {
    if object.is_instance(&raw mut ffi::PyComplex_Type) {
        return true;
    }
    if let Some(array) = Array::of(object) {
        return array.element_type().kind == b'c';
    }
    numpy::is_scalar(object)
        && matches!(numpy::from_any(object), Ok(array) if Array::of(array.as_object())
            .is_some_and(|array| array.element_type().kind == b'c'))
}

/// A complex number.
pub(crate) fn complex(place: Place<'_>, object: Object<'_>, lossy: bool, kind: &str) -> Result<Complex<f64>, Failure> {
    let found = element(object, lossy, 0, &|object| {
        if numpy::is_scalar(object) || Array::of(object).is_some() {
            let array = numpy::from_any(object)?;
            return match Array::of(array.as_object()) {
                Some(array) => array.cast(numpy::COMPLEX128, numpy::ENSUREARRAY),
                None => Err(Failure::Raised),
            };
        }
        // SAFETY: the object is alive.
        let value = unsafe { ffi::PyComplex_AsCComplex(object.as_ptr()) };
        // SAFETY: this thread holds the interpreter; the pointer is only compared.
        if value.real == -1.0 && !unsafe { ffi::PyErr_Occurred() }.is_null() {
            return Err(Failure::Raised);
        }
        // SAFETY: two numbers.
        let raw = unsafe { ffi::PyComplex_FromDoubles(value.real, value.imag) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    });
    let number = found.map_err(|_| place.explain(kind))?;
    if let Some(array) = Array::of(number.as_object()) {
        // SAFETY: an aligned array of one complex number.
        return Ok(unsafe { array.head().data.cast::<Complex<f64>>().read() });
    }
    // SAFETY: a `complex`.
    let value = unsafe { ffi::PyComplex_AsCComplex(number.as_ptr()) };
    Ok(Complex::new(value.real, value.imag))
}

/// What `convert` makes of the object; of the real part of a complex one, and of the first element of a sequence, if it
/// makes nothing of the object itself. Elements and parts are passed over only if that is allowed.
fn element(
    object: Object<'_>,
    lossy: bool,
    depth: usize,
    convert: &dyn Fn(Object<'_>) -> Result<Owned, Failure>,
) -> Result<Owned, Failure> {
    if depth > DEPTH {
        return Err(Exception::Value.raise("sequences are nested too deep"));
    }
    // NumPy warns where an array that is no scalar is taken for one.
    let is_array = Array::of(object).is_some_and(|array| array.rank() > 0);
    let text = [&raw mut ffi::PyUnicode_Type, &raw mut ffi::PyBytes_Type];
    let is_text = text.into_iter().any(|kind| object.is_instance(kind));
    if !is_array {
        match convert(object) {
            Ok(number) => return Ok(number),
            Err(failure) if is_text => return Err(failure),
            Err(_) => {}
        }
        if lossy && object.is_instance(&raw mut ffi::PyComplex_Type) {
            clear_exception();
            return element(object.attribute(c"real")?.as_object(), lossy, depth + 1, convert);
        }
    }
    let is_one = !lossy && !is_array && Array::of(object).is_some();
    // SAFETY: the object is alive.
    if is_one || unsafe { ffi::PySequence_Check(object.as_ptr()) } == 0 {
        return Err(Failure::Raised);
    }
    clear_exception();
    if !lossy {
        // SAFETY: the object is alive.
        let length = unsafe { ffi::PySequence_Size(object.as_ptr()) };
        if length < 0 {
            return Err(Failure::Raised);
        }
        if length > 1 {
            let message = format!("a {} of {length} elements is no single number", object.type_name());
            return Err(Exception::Type.raise(&message));
        }
    }
    // SAFETY: the object is alive.
    let raw = unsafe { ffi::PySequence_GetItem(object.as_ptr(), 0) };
    // SAFETY: a new reference, or null with an exception.
    let first = unsafe { Owned::take(raw) }?;
    element(first.as_object(), lossy, depth + 1, convert)
}

/// Raises this in place of what the interpreter says, if it says that the type is wrong.
fn explained(message: &str) -> Failure {
    clear_exception();
    Exception::Type.raise(message)
}
