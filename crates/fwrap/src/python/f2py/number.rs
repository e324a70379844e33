//! Scalars in f2py's terms: the exact Python type inline, everything else out of line.

use num_complex::Complex;
use pyo3_ffi as ffi;

use super::super::failure::{Failure, Outcome};
use super::super::object::{Object, Owned};
use super::super::result::IntoResult;
use super::super::scalar::{exact_integer, exact_real, to_single};
use super::number_from::{complex, integer, narrow, real, too_large};
use super::place::Place;

/// An element type whose single values cross as Python numbers.
pub trait Number: Copy + 'static {
    /// What f2py calls it in messages.
    #[doc(hidden)]
    const C_NAME: &'static str;
    /// NumPy's number of the type.
    #[doc(hidden)]
    const NUMPY_TYPE: i32;
    /// The value of an object of the exact Python type, if it fits.
    #[doc(hidden)]
    fn exact(object: Object<'_>) -> Option<Self>;
    /// The value of any object that f2py takes for one; with `lossy` also where digits are lost.
    #[doc(hidden)]
    fn convert(place: Place<'_>, object: Object<'_>, lossy: bool) -> Result<Self, Failure>;
    /// The Python number.
    #[doc(hidden)]
    fn to_python(self) -> Outcome;
}

macro_rules! integers {
    ($($type:ident $name:literal $number:ident $make:ident $wide:ty;)*) => {$(
        impl Number for $type {
            const C_NAME: &'static str = $name;
            const NUMPY_TYPE: i32 = super::spec::$number;

            #[inline]
            fn exact(object: Object<'_>) -> Option<Self> {
                exact_integer(object).and_then(|value| Self::try_from(value).ok())
            }

            #[cold]
            fn convert(place: Place<'_>, object: Object<'_>, lossy: bool) -> Result<Self, Failure> {
                let whole = integer(place, object, lossy, $name)?;
                let value = narrow(place, &whole, lossy, (Self::BITS, Self::MIN != 0, $name))?;
                // Whatever is cut off here was allowed to be.
                Ok(value as Self)
            }

            #[inline]
            fn to_python(self) -> Outcome {
                // SAFETY: this thread holds the interpreter.
                let raw = unsafe { ffi::$make(<$wide>::from(self)) };
                // SAFETY: a new reference, or null with an exception.
                unsafe { Owned::take(raw) }
            }
        }
    )*};
}

integers! {
    i8 "signed_char" INT8 PyLong_FromLongLong i64;
    i16 "short" INT16 PyLong_FromLongLong i64;
    i32 "int" INT32 PyLong_FromLongLong i64;
    i64 "long_long" INT64 PyLong_FromLongLong i64;
    u8 "unsigned_char" UINT8 PyLong_FromLongLong i64;
    u16 "unsigned_short" UINT16 PyLong_FromLongLong i64;
    u32 "unsigned" UINT32 PyLong_FromLongLong i64;
    u64 "unsigned_long_long" UINT64 PyLong_FromUnsignedLongLong u64;
}

impl Number for f64 {
    const C_NAME: &'static str = "double";
    const NUMPY_TYPE: i32 = super::spec::FLOAT64;

    #[inline]
    fn exact(object: Object<'_>) -> Option<Self> {
        exact_real(object)
    }

    #[cold]
    fn convert(place: Place<'_>, object: Object<'_>, lossy: bool) -> Result<Self, Failure> {
        real(place, object, lossy, Self::C_NAME)
    }

    #[inline]
    fn to_python(self) -> Outcome {
        // SAFETY: this thread holds the interpreter.
        let raw = unsafe { ffi::PyFloat_FromDouble(self) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    }
}

impl Number for f32 {
    const C_NAME: &'static str = "float";
    const NUMPY_TYPE: i32 = super::spec::FLOAT32;

    #[inline]
    fn exact(object: Object<'_>) -> Option<Self> {
        exact_real(object).and_then(to_single)
    }

    #[cold]
    fn convert(place: Place<'_>, object: Object<'_>, lossy: bool) -> Result<Self, Failure> {
        let value = real(place, object, lossy, Self::C_NAME)?;
        match to_single(value) {
            Some(value) => Ok(value),
            None if lossy => Ok(value as Self),
            None => Err(too_large(place, &format_args!("{value:?}"), Self::C_NAME)),
        }
    }

    #[inline]
    fn to_python(self) -> Outcome {
        f64::from(self).to_python()
    }
}

impl Number for Complex<f64> {
    const C_NAME: &'static str = "complex_double";
    const NUMPY_TYPE: i32 = super::spec::COMPLEX128;

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
    fn convert(place: Place<'_>, object: Object<'_>, lossy: bool) -> Result<Self, Failure> {
        complex(place, object, lossy, Self::C_NAME)
    }

    #[inline]
    fn to_python(self) -> Outcome {
        // SAFETY: this thread holds the interpreter.
        let raw = unsafe { ffi::PyComplex_FromDoubles(self.re, self.im) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    }
}

impl Number for Complex<f32> {
    const C_NAME: &'static str = "complex_float";
    const NUMPY_TYPE: i32 = super::spec::COMPLEX64;

    #[inline]
    fn exact(object: Object<'_>) -> Option<Self> {
        let value = Complex::<f64>::exact(object)?;
        Some(Self::new(to_single(value.re)?, to_single(value.im)?))
    }

    #[cold]
    fn convert(place: Place<'_>, object: Object<'_>, lossy: bool) -> Result<Self, Failure> {
        let value = complex(place, object, lossy, Self::C_NAME)?;
        match (to_single(value.re), to_single(value.im)) {
            (Some(re), Some(im)) => Ok(Self::new(re, im)),
            _ if lossy => Ok(Self::new(value.re as f32, value.im as f32)),
            _ => Err(too_large(place, &format_args!("{:?}{:+?}j", value.re, value.im), Self::C_NAME)),
        }
    }

    #[inline]
    fn to_python(self) -> Outcome {
        Complex::new(f64::from(self.re), f64::from(self.im)).to_python()
    }
}

macro_rules! unsigned_results {
    ($($type:ty)*) => {$(
        impl IntoResult for $type {
            #[inline]
            fn into_result(self) -> Outcome {
                self.to_python()
            }
        }
    )*};
}

unsigned_results! { u8 u16 u32 u64 }
