//! C descriptors: how an assumed-shape dummy argument of a `bind(C)` procedure takes an array with any strides.
//!
//! The layout and the codes are those of `ISO_Fortran_binding.h` of GCC 12 (`CFI_VERSION` 1). Three rules are kept that
//! the standard does not state:
//! 1. a stride that is not a multiple of the element length, in a dimension of extent above 1, makes gfortran 12 read
//!    the wrong elements in silence, and so does a stride of 0, which it takes for 1: such an array is copied;
//! 2. a stride of a dimension of extent up to 1, and every stride of an empty array, is set to what contiguity asks
//!    for, or gfortran makes needless copies;
//! 3. the base address is never null, or gfortran takes an empty array for an absent optional argument.

use std::ffi::{c_int, c_void};
use std::ptr::NonNull;

use crate::buffer::Buffer;
use crate::element::{Element, Logical};
use crate::layout;
use crate::pack::Copied;
use crate::view::View;
use crate::view_mut::ViewMut;

/// `CFI_VERSION`.
pub const VERSION: c_int = 1;
/// `CFI_attribute_other`: neither a pointer nor allocatable.
pub const ATTRIBUTE_OTHER: i8 = 2;
/// `CFI_type_Integer`.
pub const INTEGER: i16 = 1;
/// `CFI_type_Logical`.
pub const LOGICAL: i16 = 2;
/// `CFI_type_Real`.
pub const REAL: i16 = 3;
/// `CFI_type_Complex`.
pub const COMPLEX: i16 = 4;
/// `CFI_type_kind_shift`.
const KIND_SHIFT: u32 = 8;

/// The code of an intrinsic type of a kind; a complex has the kind of its parts.
pub const fn type_code(intrinsic: i16, kind: i16) -> i16 {
    intrinsic + (kind << KIND_SHIFT)
}

/// `CFI_dim_t`.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimension {
    /// 0: only pointers and allocatables have another.
    pub lower_bound: isize,
    /// The number of elements.
    pub extent: isize,
    /// The bytes from one element to the next.
    pub stride: isize,
}

/// `CFI_CDESC_T(N)`.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptor<const N: usize> {
    /// The first element; never null.
    pub base_address: *mut c_void,
    /// The bytes of an element.
    pub element_length: usize,
    /// [`VERSION`].
    pub version: c_int,
    /// The number of dimensions.
    pub rank: i8,
    /// [`ATTRIBUTE_OTHER`].
    pub attribute: i8,
    /// [`Element::CFI_TYPE`] or [`Logical::CFI_LOGICAL`].
    pub type_code: i16,
    /// The dimensions.
    pub dimensions: [Dimension; N],
}

impl<const N: usize> Descriptor<N> {
    /// Fills a descriptor for strides that are multiples of the element length wherever they matter.
    #[inline]
    pub(crate) fn new(
        pointer: NonNull<u8>,
        element_length: usize,
        type_code: i16,
        extents: &[usize; N],
        strides: &[isize; N],
    ) -> Self {
        let mut dimensions = [Dimension { lower_bound: 0, extent: 0, stride: 0 }; N];
        let empty = extents.contains(&0);
        let mut next = element_length as isize;
        for d in 0..N {
            let stride = if extents[d] > 1 && !empty { strides[d] } else { next };
            dimensions[d] = Dimension { lower_bound: 0, extent: extents[d] as isize, stride };
            next = stride.wrapping_mul(extents[d] as isize);
        }
        Descriptor {
            base_address: pointer.as_ptr().cast(),
            element_length,
            version: VERSION,
            rank: N as i8,
            attribute: ATTRIBUTE_OTHER,
            type_code,
            dimensions,
        }
    }

    /// A descriptor of a contiguous copy.
    fn of_copy(buffer: &Buffer, element_length: usize, type_code: i16, extents: &[usize; N]) -> Self {
        Self::contiguous(buffer.pointer(), element_length, type_code, extents)
    }

    /// A descriptor of contiguous elements.
    pub(crate) fn contiguous(
        pointer: NonNull<u8>,
        element_length: usize,
        type_code: i16,
        extents: &[usize; N],
    ) -> Self {
        let strides = layout::column_major(element_length, extents);
        Self::new(pointer, element_length, type_code, extents, &strides)
    }
}

/// Whether gfortran can express the strides: multiples of the element length, and not 0, wherever there is a second
/// element.
#[inline(always)]
fn expressible<const N: usize>(element_length: usize, extents: &[usize; N], strides: &[isize; N]) -> bool {
    let mut expressible = true;
    let mut empty = false;
    for d in 0..N {
        expressible &= extents[d] <= 1 || (strides[d] != 0 && strides[d] % element_length as isize == 0);
        empty |= extents[d] == 0;
    }
    expressible || empty
}

/// An assumed-shape argument that is read.
#[derive(Debug)]
pub struct Described<'a, T, const N: usize> {
    descriptor: Descriptor<N>,
    _copy: Option<Buffer>,
    memory: std::marker::PhantomData<&'a [T]>,
}

impl<T, const N: usize> Described<'_, T, N> {
    /// The descriptor, for as long as this lives and stays in its place.
    #[inline]
    pub fn as_ptr(&self) -> *const Descriptor<N> {
        &raw const self.descriptor
    }
}

/// An assumed-shape argument that is written.
#[derive(Debug)]
#[must_use = "the caller's array is updated by `restore`"]
pub struct DescribedMut<'a, T, const N: usize> {
    descriptor: Descriptor<N>,
    copy: Option<Box<Copied>>,
    memory: std::marker::PhantomData<&'a mut [T]>,
}

/// A logical assumed-shape argument that is written.
pub type DescribedLogicalMut<'a, L, const N: usize> = DescribedMut<'a, L, N>;

impl<T, const N: usize> DescribedMut<'_, T, N> {
    /// The descriptor, for as long as this lives and stays in its place.
    #[inline]
    pub fn as_mut_ptr(&mut self) -> *mut Descriptor<N> {
        &raw mut self.descriptor
    }

    /// Brings what the procedure wrote back into the caller's array; nothing to do if it was passed itself.
    #[inline]
    pub fn restore(self) {
        if let Some(copy) = self.copy {
            // SAFETY: `memory` borrows the caller's array, and the view it came from allowed writing.
            unsafe { copy.restore() };
        }
    }
}

impl<'a, T: Element, const N: usize> View<'a, T, N> {
    /// A descriptor of the array itself, or of a copy where gfortran cannot express its strides.
    ///
    /// # Panics
    /// With [`Error::Buffer`](crate::Error::Buffer) as payload if there is no memory for a copy.
    #[inline]
    pub fn describe(self) -> Described<'a, T, N> {
        let size = size_of::<T>();
        if expressible(size, &self.extents, &self.strides) {
            let descriptor = Descriptor::new(self.pointer.cast(), size, T::CFI_TYPE, &self.extents, &self.strides);
            return Described { descriptor, _copy: None, memory: std::marker::PhantomData };
        }
        Described::of_copy(self.gathered(), T::CFI_TYPE, &self.extents)
    }
}

impl<T, const N: usize> Described<'_, T, N> {
    fn of_copy(copy: Buffer, type_code: i16, extents: &[usize; N]) -> Self {
        let descriptor = Descriptor::of_copy(&copy, size_of::<T>(), type_code, extents);
        Described { descriptor, _copy: Some(copy), memory: std::marker::PhantomData }
    }
}

impl<'a, T: Element, const N: usize> ViewMut<'a, T, N> {
    /// A descriptor of the array itself, or of a copy that [`DescribedMut::restore`] brings back, where gfortran cannot
    /// express its strides.
    ///
    /// # Panics
    /// With [`Error::Buffer`](crate::Error::Buffer) as payload if there is no memory for a copy.
    #[inline]
    pub fn describe(self) -> DescribedMut<'a, T, N> {
        let size = size_of::<T>();
        if expressible(size, &self.extents, &self.strides) {
            let descriptor = Descriptor::new(self.pointer.cast(), size, T::CFI_TYPE, &self.extents, &self.strides);
            return DescribedMut { descriptor, copy: None, memory: std::marker::PhantomData };
        }
        DescribedMut::of_copy(self.copied(true), T::CFI_TYPE, &self.extents)
    }
}

impl<T, const N: usize> DescribedMut<'_, T, N> {
    fn of_copy(copy: Box<Copied>, type_code: i16, extents: &[usize; N]) -> Self {
        let descriptor = Descriptor::of_copy(&copy.buffer, size_of::<T>(), type_code, extents);
        DescribedMut { descriptor, copy: Some(copy), memory: std::marker::PhantomData }
    }
}

impl<'a, const N: usize> View<'a, bool, N> {
    /// A descriptor of a contiguous copy in logicals of the kind stored in `L`.
    ///
    /// # Panics
    /// With [`Error::Buffer`](crate::Error::Buffer) as payload if there is no memory for the copy.
    pub fn describe_logical<L: Logical>(self) -> Described<'a, L, N> {
        Described::of_copy(self.gathered_logical(size_of::<L>()), L::CFI_LOGICAL, &self.extents)
    }
}

impl<'a, const N: usize> ViewMut<'a, bool, N> {
    /// A descriptor of a contiguous copy in logicals of the kind stored in `L`; [`DescribedMut::restore`] brings them
    /// back: true unless 0.
    ///
    /// # Panics
    /// With [`Error::Buffer`](crate::Error::Buffer) as payload if there is no memory for the copy.
    pub fn describe_logical<L: Logical>(self) -> DescribedLogicalMut<'a, L, N> {
        DescribedMut::of_copy(self.copied_logical(size_of::<L>(), true), L::CFI_LOGICAL, &self.extents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::Complex;
    use std::mem::offset_of;

    fn dimension(extent: isize, stride: isize) -> Dimension {
        Dimension { lower_bound: 0, extent, stride }
    }

    fn read<T, const N: usize>(described: &Described<'_, T, N>) -> Descriptor<N> {
        // SAFETY: the descriptor lives as long as `described`.
        unsafe { described.as_ptr().read() }
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_layout_is_that_of_the_header() {
        assert_eq!(offset_of!(Descriptor<2>, base_address), 0);
        assert_eq!(offset_of!(Descriptor<2>, element_length), 8);
        assert_eq!(offset_of!(Descriptor<2>, version), 16);
        assert_eq!(offset_of!(Descriptor<2>, rank), 20);
        assert_eq!(offset_of!(Descriptor<2>, attribute), 21);
        assert_eq!(offset_of!(Descriptor<2>, type_code), 22);
        assert_eq!(offset_of!(Descriptor<2>, dimensions), 24);
        assert_eq!((size_of::<Dimension>(), size_of::<Descriptor<2>>()), (24, 72));
    }

    #[test]
    fn strides_are_passed_as_they_are() {
        let data = [0.0; 6];
        let view = View::new(&data, [3, 2]).unwrap();
        let described = view.transposed().describe();
        let descriptor = read(&described);
        assert_eq!(descriptor.dimensions, [dimension(2, 24), dimension(3, 8)]);
        assert_eq!(descriptor.base_address.cast_const(), data.as_ptr().cast());
        assert_eq!((descriptor.version, descriptor.rank, descriptor.attribute), (1, 2, 2));
        assert_eq!((descriptor.element_length, descriptor.type_code), (8, 0x803));
    }

    #[test]
    fn strides_of_extents_up_to_one_are_made_contiguous() {
        let data = [0.0; 4];
        // SAFETY: four elements.
        let view = unsafe { View::<f64, 3>::from_raw_parts(data.as_ptr(), [1, 4, 1], [7, 8, -3]) };
        assert_eq!(read(&view.describe()).dimensions, [dimension(1, 8), dimension(4, 8), dimension(1, 32)]);
    }

    #[test]
    fn an_empty_array_has_an_address() {
        // SAFETY: no elements.
        let view = unsafe { View::<f64, 2>::from_raw_parts(std::ptr::null(), [3, 0], [-7, 5]) };
        let described = view.describe();
        assert_eq!(read(&described).dimensions, [dimension(3, 8), dimension(0, 24)]);
        assert!(!read(&described).base_address.is_null());
        assert!(described._copy.is_none());
    }

    #[test]
    fn what_gfortran_cannot_express_is_copied() {
        // Complex fields of records of 24 bytes: aligned, but no whole number of elements apart.
        let mut records: Vec<f64> = (0..9).map(f64::from).collect();
        let pointer = records.as_mut_ptr().cast::<Complex<f64>>();
        // SAFETY: three records, each starting with a complex.
        let view = unsafe { View::<Complex<f64>, 1>::from_raw_parts(pointer, [3], [24]) };
        let described = view.describe();
        let descriptor = read(&described);
        assert_eq!(descriptor.dimensions, [dimension(3, 16)]);
        // SAFETY: the copy has three elements.
        let copy = unsafe { std::slice::from_raw_parts(descriptor.base_address.cast::<Complex<f64>>(), 3) };
        assert_eq!(copy, [Complex::new(0.0, 1.0), Complex::new(3.0, 4.0), Complex::new(6.0, 7.0)]);
        drop(described);

        // SAFETY: as above, and nothing else uses the records.
        let view = unsafe { ViewMut::<Complex<f64>, 1>::from_raw_parts(pointer, [3], [24]) };
        let mut described = view.describe();
        // SAFETY: the descriptor lives as long as `described`.
        let base = unsafe { described.as_mut_ptr().read() }.base_address.cast::<Complex<f64>>();
        // SAFETY: the copy has three elements.
        let element = unsafe { base.add(1) };
        // SAFETY: as above.
        unsafe { element.write(Complex::new(-1.0, -2.0)) };
        described.restore();
        assert_eq!(records, [0.0, 1.0, 2.0, -1.0, -2.0, 5.0, 6.0, 7.0, 8.0]);
    }

    #[test]
    fn logicals_are_described_in_their_kind() {
        let mut flags = [true, false];
        let described = View::from(&flags).describe_logical::<i64>();
        let descriptor = read(&described);
        assert_eq!((descriptor.element_length, descriptor.type_code), (8, 0x802));
        assert_eq!(descriptor.dimensions, [dimension(2, 8)]);
        let mut described = ViewMut::from(&mut flags).describe_logical::<i32>();
        // SAFETY: the descriptor lives as long as `described`.
        let base = unsafe { described.as_mut_ptr().read() }.base_address.cast::<[i32; 2]>();
        // SAFETY: two logicals.
        assert_eq!(unsafe { base.read() }, [1, 0]);
        // SAFETY: as above.
        unsafe { base.write([0, -2]) };
        described.restore();
        assert_eq!(flags, [false, true]);
    }
}
