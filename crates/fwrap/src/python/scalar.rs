//! Scalars from Python numbers and back: the exact Python type inline, everything else out of line.

use num_complex::Complex;
use pyo3_ffi as ffi;

use super::convert;
use super::failure::{Argument, Exception, Failure, Outcome};
use super::object::{Object, Owned};
use crate::Element;

/// An element type whose single values cross as Python numbers.
pub trait Scalar: Element {
    /// The value of an object of the exact Python type, if it fits.
    #[doc(hidden)]
    fn exact(object: Object<'_>) -> Option<Self>;
    /// The value of any object that stands for one without loss of meaning.
    #[doc(hidden)]
    fn convert(argument: Argument, object: Object<'_>) -> Result<Self, Failure>;
    /// The Python number.
    #[doc(hidden)]
    fn into_python(self) -> Outcome;
}

/// The value of a Python `int`, if it is one exactly and fits 64 bits.
#[inline]
pub(crate) fn exact_integer(object: Object<'_>) -> Option<i64> {
    if !object.is_exactly(&raw mut ffi::PyLong_Type) {
        return None;
    }
    let mut overflow = 0;
    // SAFETY: an `int`, so nothing is raised.
    let value = unsafe { ffi::PyLong_AsLongLongAndOverflow(object.as_ptr(), &raw mut overflow) };
    (overflow == 0).then_some(value)
}

/// The value of a Python `float`, if it is one exactly.
#[inline]
pub(crate) fn exact_real(object: Object<'_>) -> Option<f64> {
    if !object.is_exactly(&raw mut ffi::PyFloat_Type) {
        return None;
    }
    // SAFETY: a `float`.
    Some(unsafe { ffi::PyFloat_AS_DOUBLE(object.as_ptr()) })
}

/// The value of `True` or `False`.
#[inline]
pub(crate) fn exact_bool(object: Object<'_>) -> Option<bool> {
    // SAFETY: the addresses of static objects.
    let (yes, no) = (unsafe { ffi::Py_True() }, unsafe { ffi::Py_False() });
    if object.as_ptr() == yes { Some(true) } else { (object.as_ptr() == no).then_some(false) }
}

/// The value in single precision, unless a finite value would become infinite.
#[inline]
pub(crate) fn to_single(value: f64) -> Option<f32> {
    let single = value as f32;
    (single.is_finite() || !value.is_finite()).then_some(single)
}

#[cold]
fn too_large(argument: Argument, value: impl std::fmt::Debug, name: &str) -> Failure {
    argument.raise(Exception::Overflow, format_args!("the value {value:?} does not fit {name}"))
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Scalar for $type {
            #[inline]
            fn exact(object: Object<'_>) -> Option<Self> {
                exact_integer(object).and_then(|value| Self::try_from(value).ok())
            }

            #[cold]
            fn convert(argument: Argument, object: Object<'_>) -> Result<Self, Failure> {
                let value = convert::integer(argument, object)?;
                Self::try_from(value).map_err(|_| too_large(argument, value, Self::NAME))
            }

            #[inline]
            fn into_python(self) -> Outcome {
                // SAFETY: this thread holds the interpreter.
                let raw = unsafe { ffi::PyLong_FromLongLong(i64::from(self)) };
                // SAFETY: a new reference, or null with an exception.
                unsafe { Owned::take(raw) }
            }
        }
    )*};
}

integers! { i8 i16 i32 i64 }

impl Scalar for f64 {
    #[inline]
    fn exact(object: Object<'_>) -> Option<Self> {
        exact_real(object)
    }

    #[cold]
    fn convert(argument: Argument, object: Object<'_>) -> Result<Self, Failure> {
        convert::real(argument, object)
    }

    #[inline]
    fn into_python(self) -> Outcome {
        // SAFETY: this thread holds the interpreter.
        let raw = unsafe { ffi::PyFloat_FromDouble(self) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    }
}

impl Scalar for f32 {
    #[inline]
    fn exact(object: Object<'_>) -> Option<Self> {
        exact_real(object).and_then(to_single)
    }

    #[cold]
    fn convert(argument: Argument, object: Object<'_>) -> Result<Self, Failure> {
        let value = convert::real(argument, object)?;
        to_single(value).ok_or_else(|| too_large(argument, value, Self::NAME))
    }

    #[inline]
    fn into_python(self) -> Outcome {
        f64::from(self).into_python()
    }
}

impl Scalar for Complex<f64> {
    #[inline]
    fn exact(object: Object<'_>) -> Option<Self> {
        if !object.is_exactly(&raw mut ffi::PyComplex_Type) {
            return None;
        }
        // SAFETY: a `complex`.
        let value = unsafe { ffi::PyComplex_AsCComplex(object.as_ptr()) };
        Some(Self::new(value.real, value.imag))
    }

    #[cold]
    fn convert(argument: Argument, object: Object<'_>) -> Result<Self, Failure> {
        convert::complex(argument, object)
    }

    #[inline]
    fn into_python(self) -> Outcome {
        // SAFETY: this thread holds the interpreter.
        let raw = unsafe { ffi::PyComplex_FromDoubles(self.re, self.im) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    }
}

impl Scalar for Complex<f32> {
    #[inline]
    fn exact(object: Object<'_>) -> Option<Self> {
        let value = Complex::<f64>::exact(object)?;
        Some(Self::new(to_single(value.re)?, to_single(value.im)?))
    }

    #[cold]
    fn convert(argument: Argument, object: Object<'_>) -> Result<Self, Failure> {
        let value = convert::complex(argument, object)?;
        match (to_single(value.re), to_single(value.im)) {
            (Some(re), Some(im)) => Ok(Self::new(re, im)),
            _ => Err(too_large(argument, (value.re, value.im), Self::NAME)),
        }
    }

    #[inline]
    fn into_python(self) -> Outcome {
        Complex::new(f64::from(self.re), f64::from(self.im)).into_python()
    }
}

impl Scalar for bool {
    #[inline]
    fn exact(object: Object<'_>) -> Option<Self> {
        exact_bool(object)
    }

    #[cold]
    fn convert(argument: Argument, object: Object<'_>) -> Result<Self, Failure> {
        convert::logical(argument, object)
    }

    #[inline]
    fn into_python(self) -> Outcome {
        // SAFETY: this thread holds the interpreter.
        let raw = unsafe { ffi::PyBool_FromLong(self.into()) };
        // SAFETY: a new reference.
        unsafe { Owned::take(raw) }
    }
}

#[cfg(test)]
mod tests {
    use super::to_single;

    #[test]
    fn single_precision_keeps_infinities_and_refuses_new_ones() {
        assert_eq!(to_single(1.5), Some(1.5));
        assert_eq!(to_single(f64::INFINITY), Some(f32::INFINITY));
        assert!(to_single(f64::NAN).is_some_and(f32::is_nan));
        assert_eq!(to_single(1e300), None);
        assert_eq!(to_single(1e-300), Some(0.0));
    }
}
