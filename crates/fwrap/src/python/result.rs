//! What a call gives back to Python.

use num_complex::Complex;
use pyo3_ffi as ffi;

use super::failure::{Failure, Outcome};
use super::named_tuple::tuple_of;
use super::object::Owned;
use super::scalar::Scalar;
use super::signature::Signature;

/// A value that a call can return to Python: numbers, texts (`bytes`), arrays, `None` for `()` and for an absent
/// `Option`, and tuples of these.
pub trait IntoResult {
    /// The Python object.
    #[doc(hidden)]
    fn into_result(self) -> Outcome;

    /// The Python object that a function returns: several values have names.
    #[doc(hidden)]
    #[inline]
    fn into_result_of(self, signature: &Signature) -> Outcome
    where
        Self: Sized,
    {
        let _ = signature;
        self.into_result()
    }
}

macro_rules! scalars {
    ($($type:ty)*) => {$(
        impl IntoResult for $type {
            #[inline]
            fn into_result(self) -> Outcome {
                self.into_python()
            }
        }
    )*};
}

scalars! { i8 i16 i32 i64 f32 f64 Complex<f32> Complex<f64> bool }

impl IntoResult for () {
    #[inline]
    fn into_result(self) -> Outcome {
        Ok(Owned::none())
    }
}

impl IntoResult for Owned {
    #[inline]
    fn into_result(self) -> Outcome {
        Ok(self)
    }
}

impl IntoResult for Vec<u8> {
    fn into_result(self) -> Outcome {
        // SAFETY: the pointer and the length are those of the bytes.
        let raw = unsafe { ffi::PyBytes_FromStringAndSize(self.as_ptr().cast(), self.len() as isize) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    }
}

impl<R: IntoResult> IntoResult for Option<R> {
    #[inline]
    fn into_result(self) -> Outcome {
        self.map_or_else(|| Ok(Owned::none()), R::into_result)
    }
}

/// What a function returns: a tuple of its class, if it has one.
#[inline]
pub(crate) fn results<const K: usize>(items: [Owned; K], signature: &Signature) -> Outcome {
    match signature.results() {
        Some(class) => class.instance(items),
        None => tuple_of(items),
    }
}

macro_rules! tuples {
    ($($name:ident)*) => {
        tuples! { @each [] $($name)* }
    };
    (@each [$($done:ident)*]) => { tuples! { @one $($done)* } };
    (@each [$($done:ident)*] $next:ident $($rest:ident)*) => {
        tuples! { @one $($done)* }
        tuples! { @each [$($done)* $next] $($rest)* }
    };
    (@one) => {};
    (@one $($name:ident)+) => {
        impl<$($name: IntoResult),+> IntoResult for ($($name,)+) {
            #[inline]
            fn into_result(self) -> Outcome {
                #[expect(non_snake_case, reason = "the type parameters name the items")]
                let ($($name,)+) = self;
                tuple_of([$($name.into_result()?),+])
            }

            #[inline]
            fn into_result_of(self, signature: &Signature) -> Outcome {
                #[expect(non_snake_case, reason = "the type parameters name the items")]
                let ($($name,)+) = self;
                results([$($name.into_result()?),+], signature)
            }
        }
    };
}

tuples! { A B C D E F G H I J K L M N O P }

const _: () = assert!(size_of::<Result<Owned, Failure>>() == 2 * size_of::<usize>());
