//! The array descriptor of gfortran (`libgfortran.h`): what an assumed-shape dummy argument of a procedure that is not
//! `bind(C)` gets. The layout is that of GCC 8 and later.

use std::ffi::{c_int, c_void};

/// A dimension. The stride is in units of the descriptor's span.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimension {
    /// From one element to the next; 0 stands for 1 in the first dimension.
    pub stride: isize,
    /// The caller's lower bound: it says nothing about the callee's.
    pub lower_bound: isize,
    /// The caller's upper bound.
    pub upper_bound: isize,
}

/// `GFC_FULL_ARRAY_DESCRIPTOR(N, ...)`.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptor<const N: usize> {
    /// The first element.
    pub base_address: *mut c_void,
    /// Where the element of all subscripts 0 would be; only the caller's bounds make use of it.
    pub offset: usize,
    /// The bytes of an element.
    pub element_length: usize,
    /// Always 0.
    pub version: c_int,
    /// The number of dimensions.
    pub rank: i8,
    /// The code of the intrinsic type.
    pub type_code: i8,
    /// Not used for dummy arguments.
    pub attribute: i16,
    /// The bytes that a stride of 1 means; 0 stands for the element's.
    pub span: isize,
    /// The dimensions.
    pub dimensions: [Dimension; N],
}

impl<const N: usize> Descriptor<N> {
    /// Extents and byte strides; `None` if it is not for an array of this rank and element size.
    #[inline]
    pub(crate) fn layout(&self, element_size: usize) -> Option<([usize; N], [isize; N])> {
        if self.rank != N as i8 || self.element_length != element_size {
            return None;
        }
        let span = if self.span == 0 { element_size as isize } else { self.span };
        let (mut extents, mut strides) = ([0; N], [0; N]);
        for (place, dimension) in self.dimensions.iter().enumerate() {
            let extent = dimension.upper_bound.checked_sub(dimension.lower_bound)?.checked_add(1)?;
            extents[place] = extent.max(0).unsigned_abs();
            let stride = if place == 0 && dimension.stride == 0 { 1 } else { dimension.stride };
            strides[place] = stride.checked_mul(span)?;
        }
        Some((extents, strides))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    fn descriptor(base: *mut c_void, dimensions: [Dimension; 1], span: isize) -> Descriptor<1> {
        let (offset, element_length, version, rank, type_code, attribute) = (0, 8, 0, 1, 3, 0);
        Descriptor { base_address: base, offset, element_length, version, rank, type_code, attribute, span, dimensions }
    }

    const fn dimension(stride: isize, lower_bound: isize, upper_bound: isize) -> Dimension {
        Dimension { stride, lower_bound, upper_bound }
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_layout_is_that_of_the_header() {
        assert_eq!(offset_of!(Descriptor<2>, offset), 8);
        assert_eq!(offset_of!(Descriptor<2>, element_length), 16);
        assert_eq!(offset_of!(Descriptor<2>, version), 24);
        assert_eq!(offset_of!(Descriptor<2>, rank), 28);
        assert_eq!(offset_of!(Descriptor<2>, type_code), 29);
        assert_eq!(offset_of!(Descriptor<2>, span), 32);
        assert_eq!(offset_of!(Descriptor<2>, dimensions), 40);
        assert_eq!(size_of::<Descriptor<2>>(), 88);
    }

    #[test]
    fn strides_count_spans() {
        let of = |stride, span| descriptor(std::ptr::null_mut(), [dimension(stride, 0, 5)], span).layout(8);
        assert_eq!(of(-2, 8), Some(([6], [-16])));
        assert_eq!(of(3, 24), Some(([6], [72])));
        assert_eq!(of(0, 0), Some(([6], [8])));
        assert_eq!(of(isize::MAX, 8), None);
    }

    #[test]
    fn extents_come_from_bounds() {
        let of = |lower, upper| descriptor(std::ptr::null_mut(), [dimension(1, lower, upper)], 8).layout(8);
        assert_eq!(of(-2, 3), Some(([6], [8])));
        assert_eq!(of(5, 3), Some(([0], [8])));
        assert_eq!(of(isize::MIN, isize::MAX), None);
    }

    #[test]
    fn descriptors_of_something_else_are_refused() {
        let mut other = descriptor(std::ptr::null_mut(), [dimension(1, 1, 2)], 8);
        assert_eq!(other.layout(4), None);
        other.rank = 2;
        assert_eq!(other.layout(8), None);
    }
}
