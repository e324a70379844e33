//! What a call gives back to Python.

use num_complex::Complex;
use pyo3_ffi as ffi;

use super::failure::{Failure, Outcome};
use super::object::Owned;
use super::scalar::Scalar;

/// A value that a call can return to Python: numbers, texts (`bytes`), arrays, `None` for `()` and for an absent
/// `Option`, and tuples of these.
pub trait IntoResult {
    /// The Python object.
    #[doc(hidden)]
    fn into_result(self) -> Outcome;
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

/// A tuple of the objects.
fn tuple<const K: usize>(items: [Owned; K]) -> Outcome {
    // SAFETY: this thread holds the interpreter.
    let raw = unsafe { ffi::PyTuple_New(K as isize) };
    // SAFETY: a new reference, or null with an exception.
    let tuple = unsafe { Owned::take(raw) }?;
    for (index, item) in items.into_iter().enumerate() {
        // SAFETY: a new tuple that nobody else has seen, with `K` places; the item's reference goes over to it.
        unsafe { ffi::PyTuple_SetItem(tuple.as_ptr(), index as isize, item.into_ptr()) };
    }
    Ok(tuple)
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
                tuple([$($name.into_result()?),+])
            }
        }
    };
}

tuples! { A B C D E F G H I J K L M N O P }

const _: () = assert!(size_of::<Result<Owned, Failure>>() == 2 * size_of::<usize>());
