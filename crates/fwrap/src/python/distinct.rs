//! Whether the elements of an array that is written have memory of their own.

use super::numpy::{self, Array};

/// Whether no two elements of an array share memory: an element that is written twice has no value of its own. Arrays
/// whose elements are distinct for reasons too hard to see count as if they shared.
#[inline]
pub(crate) fn is_distinct(array: Array<'_>, size: usize) -> bool {
    let whole = array.has(numpy::C_CONTIGUOUS) || array.has(numpy::F_CONTIGUOUS);
    // A part of a line is the usual case of the rest.
    let line = || array.rank() == 1 && array.strides()[0].unsigned_abs() >= size;
    whole || line() || is_strided_distinct(array, size)
}

#[inline(never)]
fn is_strided_distinct(array: Array<'_>, size: usize) -> bool {
    are_apart(array.extents(), array.strides(), size)
}

/// Whether elements of `size` bytes at these extents and strides are apart, as far as the strides tell one by one.
fn are_apart(extents: &[isize], strides: &[isize], size: usize) -> bool {
    let steps = || extents.iter().zip(strides).map(|(extent, stride)| (stride.unsigned_abs(), extent.unsigned_abs()));
    // Parts of arrays in Fortran's and in C's order need no sorting.
    are_apart_in_order(steps(), size)
        || are_apart_in_order(steps().rev(), size)
        || are_apart_in_some_order(steps(), size)
}

/// The same for strides that begin with the smallest: each leads past all that the ones before it reach.
fn are_apart_in_order(steps: impl Iterator<Item = (usize, usize)>, size: usize) -> bool {
    let mut covered = size;
    for (stride, extent) in steps.filter(|&(_, extent)| extent != 1) {
        if stride < covered {
            return false;
        }
        covered = covered.saturating_add(stride.saturating_mul(extent.saturating_sub(1)));
    }
    true
}

#[cold]
#[inline(never)]
fn are_apart_in_some_order(steps: impl Iterator<Item = (usize, usize)>, size: usize) -> bool {
    let mut steps: Vec<_> = steps.collect();
    if steps.iter().any(|&(_, extent)| extent == 0) {
        return true;
    }
    steps.sort_unstable();
    are_apart_in_order(steps.into_iter(), size)
}

#[cfg(test)]
mod tests {
    use super::are_apart;

    #[test]
    fn elements_are_apart_whatever_the_order_and_the_sign_of_strides() {
        assert!(are_apart(&[3, 4], &[8, 24], 8) && are_apart(&[3, 4], &[-32, 8], 8) && are_apart(&[5], &[-16], 8));
        assert!(are_apart(&[3, 4, 2], &[16, 200, 64], 8) && are_apart(&[4, 3], &[24, 8], 8));
        assert!(are_apart(&[1, 3], &[0, 8], 8) && are_apart(&[0, 3], &[0, 0], 8) && are_apart(&[], &[], 8));
    }

    #[test]
    fn windows_and_repetitions_are_not() {
        assert!(!are_apart(&[3], &[0], 8) && !are_apart(&[3], &[4], 8));
        assert!(!are_apart(&[2, 3], &[8, 8], 8) && !are_apart(&[3, 4], &[8, 16], 8));
        // Elements 0, 16, 32, 24, 40, 56: apart, but not for a reason that is seen here.
        assert!(!are_apart(&[3, 2], &[16, 24], 8));
    }
}
