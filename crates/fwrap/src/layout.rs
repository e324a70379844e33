//! Extents and byte strides of any rank: contiguity, element counts, offsets.

use std::ptr::NonNull;

/// The highest rank Fortran has (F2018 5.4.6).
pub(crate) const MAX_RANK: usize = 15;

/// The number of elements. Wrapping is harmless: views promise that it does not happen unless some extent is 0.
#[inline]
pub(crate) fn count<const N: usize>(extents: &[usize; N]) -> usize {
    extents.iter().fold(1, |product, &extent| product.wrapping_mul(extent))
}

/// The number of elements, `None` if it overflows; 0 wherever some extent is 0.
pub(crate) fn checked_count(extents: &[usize]) -> Option<usize> {
    if extents.contains(&0) {
        return Some(0);
    }
    extents.iter().try_fold(1_usize, |product, &extent| product.checked_mul(extent))
}

/// The byte strides of a contiguous column-major array.
#[inline]
pub(crate) fn column_major<const N: usize>(element_size: usize, extents: &[usize; N]) -> [isize; N] {
    let mut strides = [0; N];
    let mut stride = element_size as isize;
    for (slot, &extent) in strides.iter_mut().zip(extents) {
        *slot = stride;
        stride = stride.wrapping_mul(extent as isize);
    }
    strides
}

/// Whether the elements lie without gaps in column-major order. Strides of extents up to 1 do not matter, and an
/// empty array is contiguous whatever its strides say.
#[inline(always)]
pub(crate) fn is_contiguous<const N: usize>(element_size: usize, extents: &[usize; N], strides: &[isize; N]) -> bool {
    let mut expected = element_size as isize;
    let mut fits = true;
    for d in 0..N {
        fits &= strides[d] == expected;
        expected = expected.wrapping_mul(extents[d] as isize);
    }
    // The usual case is decided by the strides alone.
    fits || is_contiguous_all_the_same(element_size, *extents, *strides)
}

/// Strides that lead nowhere do not matter: those of extents of 1, and all of an array without elements.
#[cold]
#[inline(never)]
fn is_contiguous_all_the_same<const N: usize>(element_size: usize, extents: [usize; N], strides: [isize; N]) -> bool {
    let mut expected = element_size as isize;
    let mut fits = true;
    for d in 0..N {
        fits &= extents[d] == 1 || strides[d] == expected;
        expected = expected.wrapping_mul(extents[d] as isize);
    }
    fits || extents.contains(&0)
}

/// The byte offset of an element, `None` outside the extents.
#[inline]
pub(crate) fn offset<const N: usize>(extents: &[usize; N], strides: &[isize; N], index: [usize; N]) -> Option<isize> {
    let mut offset = 0_isize;
    for d in 0..N {
        if index[d] >= extents[d] {
            return None;
        }
        offset = offset.wrapping_add((index[d] as isize).wrapping_mul(strides[d]));
    }
    Some(offset)
}

/// An array with its type and rank erased, so that one copy routine serves all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Strided {
    /// The first element.
    pub pointer: NonNull<u8>,
    /// The size of an element.
    pub element_size: usize,
    /// How many of the extents and strides count.
    pub rank: usize,
    pub extents: [usize; MAX_RANK],
    pub strides: [isize; MAX_RANK],
}

impl Strided {
    /// Out of line: it is needed for copies only, and generated code stays small.
    #[inline(never)]
    pub(crate) fn new(pointer: NonNull<u8>, element_size: usize, extents: &[usize], strides: &[isize]) -> Self {
        let rank = extents.len();
        let mut this = Strided { pointer, element_size, rank, extents: [0; MAX_RANK], strides: [0; MAX_RANK] };
        this.extents[..rank].copy_from_slice(extents);
        this.strides[..rank].copy_from_slice(strides);
        this
    }

    /// The number of elements, saturating: a broadcast view may have more than memory can hold.
    pub(crate) fn count(&self) -> usize {
        checked_count(&self.extents[..self.rank]).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strides_of_extents_up_to_one_do_not_matter() {
        assert!(is_contiguous(8, &[3, 4], &[8, 24]));
        assert!(is_contiguous(8, &[1, 4], &[999, 8]));
        assert!(is_contiguous(8, &[4, 1], &[8, -8]));
        assert!(is_contiguous(8, &[1, 1], &[0, 0]));
        assert!(!is_contiguous(8, &[3, 4], &[32, 8]));
        assert!(!is_contiguous(8, &[3], &[-8]));
        assert!(!is_contiguous(8, &[3], &[16]));
        assert!(!is_contiguous(8, &[3], &[0]));
    }

    #[test]
    fn an_empty_array_is_contiguous() {
        assert!(is_contiguous(8, &[0], &[-16]));
        assert!(is_contiguous(8, &[3, 0, 4], &[77, 1, 5]));
    }

    #[test]
    fn column_major_strides_are_contiguous() {
        for extents in [[2, 3, 4], [1, 3, 1], [0, 3, 2], [3, 1, 5]] {
            assert!(is_contiguous(4, &extents, &column_major(4, &extents)));
        }
    }

    #[test]
    fn counts_do_not_wrap() {
        assert_eq!(checked_count(&[]), Some(1));
        assert_eq!(checked_count(&[usize::MAX, 2]), None);
        assert_eq!(checked_count(&[usize::MAX, 2, 0]), Some(0));
        assert_eq!(count(&[1 << 40, 1 << 40, 0]), 0);
    }

    #[test]
    fn offsets_end_at_the_extents() {
        assert_eq!(offset(&[2, 3], &[8, 16], [1, 2]), Some(40));
        assert_eq!(offset(&[2, 3], &[8, -16], [1, 2]), Some(-24));
        assert_eq!(offset(&[2, 3], &[8, 16], [2, 0]), None);
        assert_eq!(offset(&[2, 3], &[8, 16], [0, 3]), None);
        assert_eq!(offset(&[2, 0], &[8, 16], [0, 0]), None);
    }
}
