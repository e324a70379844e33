//! The watch on arguments that the caller does not get back.

use crate::element::Element;
use crate::error::{Error, Result};

/// What can be watched: an element, an optional one, or the bytes of a text.
pub trait Watched {
    /// Whether two values are the same: equal, or of the same bits, so that a NaN is the same as itself.
    #[doc(hidden)]
    fn same(&self, other: &Self) -> bool;
}

impl<T: Element> Watched for T {
    #[inline]
    fn same(&self, other: &Self) -> bool {
        self == other || bytes(self) == bytes(other)
    }
}

impl<T: Element> Watched for Option<T> {
    #[inline]
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(before), Some(after)) => before.same(after),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Watched for [u8] {
    #[inline]
    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

/// The bits of an element.
#[inline]
fn bytes<T: Element>(element: &T) -> &[u8] {
    // SAFETY: an element is plain data without padding (`Element`).
    unsafe { std::slice::from_raw_parts(std::ptr::from_ref(element).cast::<u8>(), size_of::<T>()) }
}

/// [`Error::Changed`] if a procedure changed what the caller does not get back. A NaN counts as unchanged if its bits
/// are the same.
#[inline]
pub fn unchanged<T: Watched + ?Sized>(name: &'static str, before: &T, after: &T) -> Result<()> {
    if before.same(after) { Ok(()) } else { Err(changed_error(name)) }
}

#[cold]
#[inline(never)]
fn changed_error(argument: &'static str) -> Error {
    Error::Changed { argument }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nan_is_the_same_as_itself() {
        assert_eq!(unchanged("a", &f64::NAN, &f64::NAN), Ok(()));
        assert!(unchanged("a", &f64::NAN, &-f64::NAN).is_err());
        assert_eq!(unchanged("a", &0.0, &-0.0), Ok(()), "equal, though not of the same bits");
    }

    #[test]
    fn what_changed_is_named() {
        assert_eq!(unchanged("n", &1_i32, &2), Err(Error::Changed { argument: "n" }));
        assert_eq!(unchanged("n", &Some(1_i32), &Some(1)), Ok(()));
        assert!(unchanged("n", &Some(1_i32), &Some(2)).is_err());
        assert!(unchanged("s", b"ab".as_slice(), b"ac".as_slice()).is_err());
        assert_eq!(unchanged("s", b"ab".as_slice(), b"ab".as_slice()), Ok(()));
    }
}
