//! Arithmetic of C expressions in which nothing overflows unseen.

use num_complex::Complex;

use super::super::failure::{Exception, Failure};
use super::array::Array;

#[cold]
#[inline(never)]
fn overflow() -> Failure {
    Exception::Overflow.raise("an expression of the signature gives a number that is too large")
}

#[cold]
#[inline(never)]
fn division_by_zero() -> Failure {
    Exception::Value.raise("an expression of the signature divides by zero")
}

macro_rules! checked {
    ($($name:ident $method:ident $text:literal;)*) => {$(
        #[doc = concat!("`x ", $text, " y`")]
        #[inline]
        pub fn $name(x: i64, y: i64) -> Result<i64, Failure> {
            x.$method(y).ok_or_else(overflow)
        }
    )*};
}

checked! {
    sum checked_add "+";
    difference checked_sub "-";
    product checked_mul "*";
}

/// `x / y`, which truncates.
#[inline]
pub fn quotient(x: i64, y: i64) -> Result<i64, Failure> {
    if y == 0 {
        return Err(division_by_zero());
    }
    x.checked_div(y).ok_or_else(overflow)
}

/// `x % y`, which has the sign of `x`.
#[inline]
pub fn remainder(x: i64, y: i64) -> Result<i64, Failure> {
    if y == 0 { Err(division_by_zero()) } else { Ok(x.wrapping_rem(y)) }
}

/// `x << y`
pub fn shifted_left(x: i64, y: i64) -> Result<i64, Failure> {
    let bits = u32::try_from(y).ok().filter(|bits| *bits < 63).ok_or_else(overflow)?;
    product(x, 1 << bits)
}

/// `x >> y`
pub fn shifted_right(x: i64, y: i64) -> Result<i64, Failure> {
    let bits = u32::try_from(y).ok().filter(|bits| *bits < 64).ok_or_else(overflow)?;
    Ok(x >> bits)
}

/// The magnitude.
#[inline]
pub fn absolute(x: i64) -> Result<i64, Failure> {
    x.checked_abs().ok_or_else(overflow)
}

/// Fortran's `x**y`.
pub fn power(x: i64, y: i64) -> Result<i64, Failure> {
    match (x, y) {
        (_, 0..) => u32::try_from(y).ok().map_or_else(|| large_power(x, y), |y| x.checked_pow(y)).ok_or_else(overflow),
        (0, _) => Err(division_by_zero()),
        (1, _) => Ok(1),
        (-1, _) => Ok(if y % 2 == 0 { 1 } else { -1 }),
        // 1/x**(-y) truncates.
        _ => Ok(0),
    }
}

fn large_power(x: i64, y: i64) -> Option<i64> {
    match x {
        0 | 1 => Some(x),
        -1 => Some(if y % 2 == 0 { 1 } else { -1 }),
        _ => None,
    }
}

/// A real number without its fraction.
#[inline]
pub fn truncated(x: f64) -> Result<i64, Failure> {
    // The bounds are powers of two, so exact; NaN lies within none.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x) {
        Ok(x as i64)
    } else {
        Err(overflow())
    }
}

/// An unsigned number as a signed one.
#[inline]
pub fn signed(x: u64) -> Result<i64, Failure> {
    i64::try_from(x).map_err(|_| overflow())
}

/// `x > y ? x : y`
#[inline]
#[must_use]
pub fn larger(x: f64, y: f64) -> f64 {
    if x > y { x } else { y }
}

/// `x < y ? x : y`
#[inline]
#[must_use]
pub fn smaller(x: f64, y: f64) -> f64 {
    if x < y { x } else { y }
}

/// The extent in a dimension that is counted from 0.
pub fn extent(extents: &[isize], dimension: i64) -> Result<i64, Failure> {
    let found = usize::try_from(dimension).ok().and_then(|dimension| extents.get(dimension));
    found.map(|extent| *extent as i64).ok_or_else(|| {
        let rank = extents.len();
        Exception::Index.raise(&format!("dimension {dimension}, counted from 0, of an array of rank {rank}"))
    })
}

/// The number of elements.
pub fn size(extents: &[isize]) -> Result<i64, Failure> {
    if extents.contains(&0) {
        return Ok(0);
    }
    extents.iter().try_fold(1, |product: i64, extent| product.checked_mul(*extent as i64)).ok_or_else(overflow)
}

/// A number as a character.
pub fn character(x: i64) -> Result<u8, Failure> {
    // C's `char` may have a sign.
    u8::try_from(x).or_else(|_| i8::try_from(x).map(i8::cast_unsigned)).map_err(|_| overflow())
}

/// In double precision.
#[inline]
#[must_use]
pub fn widened(x: Complex<f32>) -> Complex<f64> {
    Complex::new(f64::from(x.re), f64::from(x.im))
}

/// An argument that may be absent, where an expression needs its elements.
#[inline]
pub fn present<'a, T>(argument: &'a Option<T>, name: &str) -> Result<&'a T, Failure> {
    argument.as_ref().ok_or_else(|| absent(name))
}

#[cold]
fn absent(name: &str) -> Failure {
    Exception::Value.raise(&format!("`{name}` is needed by an expression of the signature, but it is absent"))
}

/// An expression gives a text or complex number where something else is wanted.
#[cold]
pub fn mismatch<T>(wanted: &str) -> Result<T, Failure> {
    Err(Exception::Type.raise(&format!("an expression of the signature does not give {wanted}")))
}

impl Array<'_> {
    /// A byte of an array of characters: `x[i]` in C.
    pub fn byte(&self, index: i64) -> Result<u8, Failure> {
        let bytes = self.size().saturating_mul(self.element_length());
        if (0..bytes).contains(&index) {
            let first = self.array().head().data.cast::<u8>();
            // SAFETY: the elements are contiguous, and as many bytes as this.
            return Ok(unsafe { first.wrapping_add(index as usize).read() });
        }
        Err(Exception::Index.raise(&format!("character {index} of an array of {bytes} characters")))
    }
}

#[cfg(test)]
mod tests {
    use super::{
        absolute, character, larger, power, product, quotient, remainder, shifted_left, shifted_right, signed, size,
        smaller, sum, truncated,
    };

    #[test]
    fn integers_are_those_of_c() {
        assert_eq!(sum(2, 3).ok(), Some(5));
        assert_eq!(product(-4, 5).ok(), Some(-20));
        assert_eq!([quotient(-7, 2).ok(), remainder(-7, 2).ok()], [Some(-3), Some(-1)]);
        assert_eq!(remainder(i64::MIN, -1).ok(), Some(0));
        assert_eq!([shifted_left(3, 4).ok(), shifted_right(-8, 1).ok()], [Some(48), Some(-4)]);
        assert_eq!(absolute(-3).ok(), Some(3));
        assert_eq!([signed(7).ok(), character(78).map(i64::from).ok()], [Some(7), Some(78)]);
        assert_eq!(character(-1).ok(), Some(255));
    }

    #[test]
    fn powers_are_those_of_fortran() {
        assert_eq!(power(2, 10).ok(), Some(1024));
        assert_eq!([power(2, -1).ok(), power(1, -5).ok(), power(-1, -3).ok()], [Some(0), Some(1), Some(-1)]);
        assert_eq!([power(0, 0).ok(), power(-1, i64::MAX).ok()], [Some(1), Some(-1)]);
    }

    #[test]
    fn real_numbers_are_truncated() {
        assert_eq!([truncated(1.9).ok(), truncated(-1.9).ok()], [Some(1), Some(-1)]);
        assert_eq!(truncated(-9_223_372_036_854_775_808.0).ok(), Some(i64::MIN));
    }

    #[test]
    fn comparisons_with_nan_are_those_of_the_macros() {
        assert_eq!(larger(f64::NAN, 1.0), 1.0);
        assert!(larger(1.0, f64::NAN).is_nan());
        assert_eq!(smaller(f64::NAN, 1.0), 1.0);
    }

    #[test]
    fn sizes_of_empty_arrays_are_0() {
        assert_eq!(size(&[2, 3, 4]).ok(), Some(24));
        assert_eq!(size(&[isize::MAX, isize::MAX, 0]).ok(), Some(0));
        assert_eq!(size(&[]).ok(), Some(1));
    }
}
