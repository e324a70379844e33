//! Whether two arguments share memory that the procedure writes.

use super::failure::{Argument, Exception, Failure};
use super::numpy::{self, Array};
use super::object::{Object, clear_exception};
use super::scalar::Scalar;

/// The bytes that an argument occupies: from `low` to just before `high`, both 0 if there are none to share.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    low: usize,
    high: usize,
}

impl Span {
    /// Shares nothing.
    pub(crate) const NONE: Self = Self { low: 0, high: 0 };

    /// The bytes of elements of `size` bytes at these extents and byte strides.
    #[inline]
    pub(crate) fn new(first: usize, size: usize, extents: &[usize], strides: &[isize]) -> Self {
        let (mut low, mut high) = (first, first.wrapping_add(size));
        let mut empty = false;
        for (&extent, &stride) in extents.iter().zip(strides) {
            empty |= extent == 0;
            // NumPy's arrays lie inside the address space, so nothing wraps where there is an element.
            let reach = stride.wrapping_mul(extent.wrapping_sub(1) as isize);
            low = low.wrapping_add_signed(reach.min(0));
            high = high.wrapping_add_signed(reach.max(0));
        }
        if empty { Self::NONE } else { Self { low, high } }
    }
}

/// An argument in memory that Python can see.
pub trait Memory {
    /// Its bytes.
    #[doc(hidden)]
    fn span(&self) -> Span;
    /// The object that owns them, for as long as `self` lives; `None` if the argument is absent.
    #[doc(hidden)]
    fn owner(&self) -> Option<Owner<'_>>;
}

/// Whose memory it is, and which argument that is.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    pub(crate) object: Object<'a>,
    pub(crate) argument: Argument,
}

impl<M: Memory> Memory for Option<M> {
    #[inline]
    fn span(&self) -> Span {
        self.as_ref().map_or(Span::NONE, M::span)
    }

    fn owner(&self) -> Option<Owner<'_>> {
        self.as_ref().and_then(M::owner)
    }
}

/// Raises `ValueError` if the two share an element; `written` is the one that the message says is written.
/// Absent arguments, empty arrays and converted copies share nothing.
#[inline]
pub fn disjoint(written: &impl Memory, other: &impl Memory) -> Result<(), Failure> {
    if meet(written, other)? { Err(refused(written.owner(), other.owner())) } else { Ok(()) }
}

/// Whether the two share an element.
#[inline]
pub(crate) fn meet(first: &impl Memory, second: &impl Memory) -> Result<bool, Failure> {
    let b = second.span();
    // Known for a number, whose span is never made.
    if b.high == 0 {
        return Ok(false);
    }
    let a = first.span();
    if a.low < b.high && b.low < a.high { share(first.owner(), second.owner()) } else { Ok(false) }
}

#[cold]
#[inline(never)]
fn refused(written: Option<Owner<'_>>, other: Option<Owner<'_>>) -> Failure {
    let (Some(written), Some(other)) = (written, other) else { return Failure::Raised };
    let (procedure, name) = (written.argument.signature.name(), written.argument.name());
    Exception::Value.raise(&format!(
        "{procedure}: arguments `{name}` and `{}` overlap in memory, and the procedure writes `{name}`",
        other.argument.name()
    ))
}

/// The ranges meet: NumPy says whether an element does.
#[cold]
#[inline(never)]
fn share(first: Option<Owner<'_>>, second: Option<Owner<'_>>) -> Result<bool, Failure> {
    match (first, second) {
        (Some(first), Some(second)) => may_share(first.object, second.object),
        _ => Ok(false),
    }
}

fn may_share(a: Object<'_>, b: Object<'_>) -> Result<bool, Failure> {
    // How many cases NumPy may try before it gives up: milliseconds.
    const MAX_WORK: i64 = 100_000;
    let (Some(a), Some(b)) = (Array::of(a), Array::of(b)) else { return Ok(true) };
    // Without their classes, whose code could do anything.
    let (a, b) = (a.plain()?, b.plain()?);
    let work = MAX_WORK.into_python()?;
    match numpy::call(c"numpy", c"shares_memory", &[a.as_object(), b.as_object(), work.as_object()]) {
        Ok(answer) => answer.as_object().truth(),
        // Too hard to tell: to refuse is the safe answer.
        Err(_) => {
            clear_exception();
            Ok(true)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    fn range(extents: &[usize], strides: &[isize]) -> (usize, usize) {
        let span = Span::new(1000, 8, extents, strides);
        (span.low, span.high)
    }

    #[test]
    fn a_span_covers_first_and_last_byte_whatever_the_strides() {
        assert_eq!(range(&[4], &[8]), (1000, 1032));
        assert_eq!(range(&[4], &[-16]), (952, 1008));
        assert_eq!(range(&[3, 2], &[16, -8]), (992, 1040));
        assert_eq!(range(&[5], &[0]), (1000, 1008));
        assert_eq!(range(&[], &[]), (1000, 1008));
    }

    #[test]
    fn an_empty_array_shares_nothing() {
        assert_eq!(range(&[0], &[8]), (0, 0));
        assert_eq!(range(&[3, 0], &[8, 24]), (0, 0));
    }
}
