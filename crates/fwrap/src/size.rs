//! Arithmetic on extents that cannot wrap: what overflows stays overflowed, and no check accepts it.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::element::Integer;
use crate::error::{Error, Result};

/// An extent, or an integer on the way to one, computed as a specification expression is.
///
/// Overflow and division by zero poison the value: it equals no extent, fits no integer and cannot be allocated.
///
/// ```
/// use fwrap::Size;
///
/// let n = Size::from(3);
/// assert_eq!((n * n + 1).value(), Some(10));
/// assert_eq!((n * i64::MAX - i64::MAX).value(), None);
/// assert_eq!(Size::extent(0, n).value(), Some(4));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(State);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Known(i64),
    Poisoned,
    Any,
}

impl Size {
    /// Any extent: not checked. Arithmetic on it is poisoned.
    pub const ANY: Size = Size(State::Any);
    /// What arithmetic that went wrong gives.
    pub const POISONED: Size = Size(State::Poisoned);

    /// The extent of a dimension declared `lower:upper`, 0 where `upper` is below `lower` (F2018 8.5.8.2).
    #[inline]
    pub fn extent(lower: impl Into<Size>, upper: impl Into<Size>) -> Size {
        (upper.into() - lower.into() + 1).max(0)
    }

    /// The value, if there is one.
    #[inline]
    pub fn value(self) -> Option<i64> {
        match self.0 {
            State::Known(value) => Some(value),
            State::Poisoned | State::Any => None,
        }
    }

    /// Whether a declared extent accepts an actual one; a negative extent declares 0.
    #[inline]
    pub fn accepts(self, found: usize) -> bool {
        match self.0 {
            State::Known(value) => value.max(0) as u64 == found as u64,
            State::Poisoned => false,
            State::Any => true,
        }
    }

    /// The smaller of two.
    #[inline]
    #[must_use]
    pub fn min(self, other: impl Into<Size>) -> Size {
        self.combine(other.into(), |a, b| Some(a.min(b)))
    }

    /// The larger of two.
    #[inline]
    #[must_use]
    pub fn max(self, other: impl Into<Size>) -> Size {
        self.combine(other.into(), |a, b| Some(a.max(b)))
    }

    /// Fortran's `abs`.
    #[inline]
    #[must_use]
    pub fn abs(self) -> Size {
        self.combine(Size::from(0), |a, _| a.checked_abs())
    }

    /// Fortran's `mod`: the sign is that of the dividend.
    #[expect(clippy::should_implement_trait, reason = "it stands beside the other intrinsics, and needs no import")]
    #[inline]
    #[must_use]
    pub fn rem(self, divisor: impl Into<Size>) -> Size {
        self.combine(divisor.into(), |a, b| if b == -1 { Some(0) } else { a.checked_rem(b) })
    }

    /// Fortran's `**`; a negative exponent truncates towards 0, and is an error for 0.
    #[must_use]
    pub fn pow(self, exponent: impl Into<Size>) -> Size {
        self.combine(exponent.into(), |base, exponent| match base {
            1 => Some(1),
            -1 => Some(if exponent % 2 == 0 { 1 } else { -1 }),
            0 if exponent < 0 => None,
            _ if exponent < 0 => Some(0),
            _ => u32::try_from(exponent).map_or((base == 0).then_some(0), |exponent| base.checked_pow(exponent)),
        })
    }

    /// The value as an integer kind, or [`Error::Range`].
    #[inline]
    pub fn fit<I: Integer>(self, name: &'static str) -> Result<I> {
        match self.value().map(I::try_from) {
            Some(Ok(value)) => Ok(value),
            _ => Err(range_error(name, self, I::BITS)),
        }
    }

    /// The value as a character length: negative lengths are 0 (F2018 7.4.4.2), others fit or are [`Error::Range`].
    #[inline]
    pub fn length(self, name: &'static str) -> Result<usize> {
        match self.value() {
            Some(value) => Ok(usize::try_from(value).unwrap_or(0)),
            None => Err(range_error(name, self, i64::BITS)),
        }
    }

    #[inline]
    fn combine(self, other: Size, operation: impl FnOnce(i64, i64) -> Option<i64>) -> Size {
        match (self.0, other.0) {
            (State::Known(a), State::Known(b)) => match operation(a, b) {
                Some(value) => Size(State::Known(value)),
                None => Size::POISONED,
            },
            _ => Size::POISONED,
        }
    }

    /// How [`Error`] spells a declared extent.
    fn spelled(self) -> i64 {
        match self.0 {
            State::Known(value) => value.max(0),
            State::Poisoned => Error::OVERFLOW,
            State::Any => Error::ANY,
        }
    }
}

#[cold]
#[inline(never)]
fn range_error(argument: &'static str, value: Size, bits: u32) -> Error {
    Error::Range { argument, value: value.value(), bits }
}

#[cold]
#[inline(never)]
pub(crate) fn shape_error(argument: &'static str, expected: &[Size], found: &[usize]) -> Error {
    Error::Shape { argument, expected: expected.iter().map(|size| size.spelled()).collect(), found: found.to_vec() }
}

/// The value of a size argument: the caller's if one was given, else the one that follows from the shapes.
///
/// What was given is not compared with what was solved: the shape checks that follow do that, and name the array.
#[inline]
pub fn solve<I: Integer>(name: &'static str, given: Option<I>, solved: Size) -> Result<I> {
    match given {
        Some(value) => Ok(value),
        None => solved.fit(name),
    }
}

/// The extents of an array to allocate: negative counts as 0; poisoned, unknown or too large for memory is an error.
pub fn allocation_extents<const N: usize>(
    name: &'static str,
    element_size: usize,
    sizes: [Size; N],
) -> Result<[usize; N]> {
    let mut extents = [0; N];
    let mut bytes = Some(element_size.max(1));
    for (extent, size) in extents.iter_mut().zip(sizes) {
        match size.value().map(|value| usize::try_from(value.max(0))) {
            Some(Ok(value)) => *extent = value,
            _ => return Err(allocation_error(name, &sizes)),
        }
        // As NumPy counts: an extent of 0 does not excuse the others, so that no stride overflows.
        bytes = bytes.and_then(|bytes| bytes.checked_mul((*extent).max(1)));
    }
    let fits = bytes.is_some_and(|bytes| isize::try_from(bytes).is_ok());
    if fits { Ok(extents) } else { Err(allocation_error(name, &sizes)) }
}

#[cold]
#[inline(never)]
pub(crate) fn allocation_error(argument: &'static str, sizes: &[Size]) -> Error {
    Error::Allocation { argument, shape: sizes.iter().map(|size| size.spelled()).collect() }
}

macro_rules! from_integers {
    ($($type:ty)*) => {$(
        impl From<$type> for Size {
            #[inline]
            fn from(value: $type) -> Size {
                Size(State::Known(i64::from(value)))
            }
        }
    )*};
}

from_integers! { i8 i16 i32 i64 }

impl From<usize> for Size {
    #[inline]
    fn from(value: usize) -> Size {
        i64::try_from(value).map_or(Size::POISONED, |value| Size(State::Known(value)))
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $checked:ident;)*) => {$(
        impl<R: Into<Size>> $trait<R> for Size {
            type Output = Size;
            #[inline]
            fn $method(self, right: R) -> Size {
                self.combine(right.into(), i64::$checked)
            }
        }
    )*};
}

operators! {
    Add add checked_add;
    Sub sub checked_sub;
    Mul mul checked_mul;
    Div div checked_div;
}

impl Neg for Size {
    type Output = Size;
    #[inline]
    fn neg(self) -> Size {
        Size::from(0) - self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(value: i64) -> Size {
        Size::from(value)
    }

    #[test]
    fn arithmetic_is_fortrans() {
        assert_eq!((size(7) + 2 - 4_i64) * 3, size(15));
        assert_eq!(size(-7) / 2, size(-3), "division truncates towards 0");
        assert_eq!(size(-7).rem(2), size(-1), "mod has the sign of the dividend");
        assert_eq!(-size(7), size(-7));
        assert_eq!(size(-7).abs(), size(7));
        assert_eq!((size(3).min(2), size(3).max(4)), (size(2), size(4)));
    }

    #[test]
    fn powers_are_fortrans() {
        assert_eq!(size(-3).pow(3), size(-27));
        assert_eq!([size(2), size(1), size(-1), size(-1)].map(|b| b.pow(-3)), [size(0), size(1), size(-1), size(-1)]);
        assert_eq!(size(-1).pow(i64::MAX), size(-1));
        assert_eq!(size(0).pow(i64::MAX), size(0));
        assert_eq!(size(0).pow(0), size(1));
        assert_eq!(size(0).pow(-1), Size::POISONED);
        assert_eq!(size(2).pow(63), Size::POISONED);
        assert_eq!(size(2).pow(i64::MAX), Size::POISONED);
    }

    #[test]
    fn what_overflows_stays_overflowed() {
        let poisoned = [
            size(i64::MAX) + 1,
            size(i64::MIN) - 1,
            size(i64::MAX) * 2,
            size(1) / 0,
            size(1).rem(0),
            size(i64::MIN) / -1,
            -size(i64::MIN),
            size(i64::MIN).abs(),
            Size::from(usize::MAX),
            Size::ANY + 1,
        ];
        for poisoned in poisoned {
            for later in [
                poisoned,
                poisoned - 1,
                Size::from(0) * poisoned,
                poisoned.max(0),
                size(2).min(poisoned),
                poisoned.pow(0),
            ] {
                assert_eq!(later, Size::POISONED);
                assert!(!later.accepts(0));
                assert!(later.fit::<i64>("n").is_err());
            }
        }
    }

    #[test]
    fn extents_below_zero_count_as_zero() {
        assert_eq!(Size::extent(1, 3), size(3));
        assert_eq!(Size::extent(-1, 1), size(3));
        assert_eq!(Size::extent(2, 1), size(0));
        assert_eq!(Size::extent(5, -5), size(0));
        assert_eq!(Size::extent(i64::MIN, i64::MAX), Size::POISONED);
        assert!(size(-3).accepts(0));
        assert!(!size(-3).accepts(3));
    }

    #[test]
    fn any_accepts_every_extent() {
        assert!(Size::ANY.accepts(0));
        assert!(Size::ANY.accepts(usize::MAX));
        assert!(!size(-1).accepts(usize::MAX), "the two must not meet as bits");
    }

    #[test]
    fn a_given_size_goes_before_the_solved_one() {
        assert_eq!(solve("n", Some(5_i32), size(3)), Ok(5));
        assert_eq!(solve::<i32>("n", None, size(3)), Ok(3));
        assert_eq!(solve::<i8>("n", None, size(128)), Err(Error::Range { argument: "n", value: Some(128), bits: 8 }));
        assert_eq!(size(-128).fit::<i8>("n"), Ok(-128));
        assert_eq!(size(i64::MAX).fit::<i64>("n"), Ok(i64::MAX));
    }

    #[test]
    fn what_is_allocated_fits_memory() {
        assert_eq!(allocation_extents("z", 8, [size(2), size(-3)]), Ok([2, 0]));
        for sizes in
            [[size(i64::MAX), size(1)], [size(1 << 40), size(1 << 40)], [Size::POISONED, size(0)], [Size::ANY, size(1)]]
        {
            let error = allocation_extents("z", 8, sizes).unwrap_err();
            assert!(matches!(error, Error::Allocation { argument: "z", .. }), "{error}");
        }
    }
}
