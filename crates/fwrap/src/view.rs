//! An array that a procedure reads, wherever and however it lies in memory.
//!
//! # Why not slices and references
//! An array from NumPy may be strided, may overlap another argument that is only read, and may be written by other
//! code that Rust does not see. A `&[T]` over it would promise what nobody has checked. A [`View`] holds a raw pointer,
//! reads single elements through it, and makes no reference to them.
//!
//! # What is checked where
//! * From slices and [`Array`](crate::Array)s: the borrow checker keeps the memory alive and unwritten, and
//!   [`View::new`] compares the shape with the number of elements. Nothing is left to promise.
//! * From raw parts: the caller promises it ([`View::from_raw_parts`]), once, where the foreign array is looked at.
//! * [`View::check`] compares the shape with the one the procedure declares, before a pointer is handed over.

use std::marker::PhantomData;
use std::ops::Range;
use std::ptr::NonNull;

use crate::element::Element;
use crate::error::{Error, Result};
use crate::layout::{self, MAX_RANK};
use crate::size::{Size, shape_error};

/// An array of rank `N` that is read.
///
/// ```
/// use fwrap::View;
///
/// let data = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let matrix = View::new(&data, [2, 3])?; // column-major, as in Fortran
/// assert_eq!(matrix.get([1, 0]), Some(2.0));
/// assert_eq!(matrix.transposed().extents(), [3, 2]);
/// # Ok::<(), fwrap::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct View<'a, T, const N: usize> {
    pub(crate) pointer: NonNull<T>,
    pub(crate) extents: [usize; N],
    pub(crate) strides: [isize; N],
    memory: PhantomData<&'a [T]>,
}

// SAFETY: a view only reads memory that is borrowed for `'a`, as `&[T]` does.
unsafe impl<T: Element, const N: usize> Send for View<'_, T, N> {}
// SAFETY: as above.
unsafe impl<T: Element, const N: usize> Sync for View<'_, T, N> {}

impl<'a, T: Element, const N: usize> View<'a, T, N> {
    /// A column-major array over a slice, or [`Error::Elements`] if the slice is not exactly as long as the shape says.
    pub fn new(data: &'a [T], extents: [usize; N]) -> Result<Self> {
        check_count(&extents, data.len())?;
        // SAFETY: the slice has as many elements as the extents say, in column-major order, borrowed for `'a`.
        Ok(unsafe { Self::from_raw_parts(data.as_ptr(), extents, layout::column_major(size_of::<T>(), &extents)) })
    }

    /// A view of memory that Rust does not own. A null pointer is accepted for an array without elements.
    ///
    /// # Safety
    /// For `'a`:
    /// * every element that the extents and byte strides reach lies in one allocation, aligned and initialised
    ///   (uninitialised only if nothing reads it before Fortran has written it);
    /// * nobody writes to them, unless between the uses of this view;
    /// * the number of elements times their size does not exceed `isize::MAX`.
    #[inline]
    pub unsafe fn from_raw_parts(pointer: *const T, extents: [usize; N], byte_strides: [isize; N]) -> Self {
        const { assert!(N <= MAX_RANK, "Fortran arrays have at most 15 dimensions") };
        // Never null: a callee takes a null pointer for an absent argument.
        let pointer = NonNull::new(pointer.cast_mut()).unwrap_or(NonNull::dangling());
        View { pointer, extents, strides: byte_strides, memory: PhantomData }
    }

    /// The extent of a dimension, counted from 0.
    ///
    /// # Panics
    /// If there is no such dimension.
    #[inline]
    pub fn extent(&self, dimension: usize) -> usize {
        self.extents[dimension]
    }

    /// The shape.
    #[inline]
    pub fn extents(&self) -> [usize; N] {
        self.extents
    }

    /// The bytes from one element to the next, for each dimension.
    #[inline]
    pub fn byte_strides(&self) -> [isize; N] {
        self.strides
    }

    /// The first element; never null.
    #[inline]
    pub fn as_ptr(&self) -> *const T {
        self.pointer.as_ptr()
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        layout::count(&self.extents)
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.extents.contains(&0)
    }

    /// Whether the elements lie without gaps in column-major order; extents up to 1 do not matter.
    #[inline]
    pub fn is_contiguous(&self) -> bool {
        layout::is_contiguous(size_of::<T>(), &self.extents, &self.strides)
    }

    /// An element, counted from 0; `None` outside the extents.
    #[inline]
    pub fn get(&self, index: [usize; N]) -> Option<T> {
        let offset = layout::offset(&self.extents, &self.strides, index)?;
        // SAFETY: the index is inside the extents, so the element is in the allocation (`from_raw_parts`).
        let element = unsafe { self.pointer.byte_offset(offset) };
        // SAFETY: it is aligned and initialised (`from_raw_parts`).
        Some(unsafe { T::load(element.as_ptr()) })
    }

    /// The same elements with the order of the dimensions turned round: a C-order array seen from Fortran.
    #[must_use]
    pub fn transposed(mut self) -> Self {
        self.extents.reverse();
        self.strides.reverse();
        self
    }

    /// Compares the shape with the one that the procedure declares: [`Error::Shape`] if they differ.
    #[inline]
    pub fn check(&self, name: &'static str, expected: [Size; N]) -> Result<()> {
        check_shape(name, expected, self.extents)
    }

    /// [`View::check`] for an array with elements: where those of one without lie does not matter.
    #[inline]
    pub fn check_unless_empty(&self, name: &'static str, expected: [Size; N]) -> Result<()> {
        if self.is_empty() { Ok(()) } else { self.check(name, expected) }
    }

    /// The addresses that the elements occupy; an empty range for an empty array.
    pub fn addresses(&self) -> Range<usize> {
        addresses(self.pointer.as_ptr().addr(), size_of::<T>(), &self.extents, &self.strides)
    }
}

/// Compares a shape with the declared one.
#[inline(always)]
pub(crate) fn check_shape<const N: usize>(name: &'static str, expected: [Size; N], found: [usize; N]) -> Result<()> {
    let mut fits = true;
    for d in 0..N {
        fits &= expected[d].accepts(found[d]);
    }
    if fits {
        return Ok(());
    }
    // Copies, so that the originals can stay in registers where all is well.
    let (expected, found) = (expected, found);
    Err(shape_error(name, &expected, &found))
}

pub(crate) fn check_count(extents: &[usize], found: usize) -> Result<()> {
    if layout::checked_count(extents) == Some(found) {
        Ok(())
    } else {
        Err(Error::Elements { shape: extents.to_vec(), found })
    }
}

/// The addresses from the first byte of the lowest element to the last of the highest.
pub(crate) fn addresses(start: usize, element_size: usize, extents: &[usize], strides: &[isize]) -> Range<usize> {
    if extents.contains(&0) {
        return start..start;
    }
    let (mut low, mut high) = (start, start.wrapping_add(element_size));
    for (&extent, &stride) in extents.iter().zip(strides) {
        let reach = stride.wrapping_mul((extent - 1) as isize);
        if reach < 0 {
            low = low.wrapping_add_signed(reach);
        } else {
            high = high.wrapping_add_signed(reach);
        }
    }
    low..high
}

impl<'a, T: Element> From<&'a [T]> for View<'a, T, 1> {
    #[inline]
    fn from(data: &'a [T]) -> Self {
        // SAFETY: one dimension over the whole slice, borrowed for `'a`.
        unsafe { Self::from_raw_parts(data.as_ptr(), [data.len()], [size_of::<T>() as isize]) }
    }
}

impl<'a, T: Element> From<&'a Vec<T>> for View<'a, T, 1> {
    #[inline]
    fn from(data: &'a Vec<T>) -> Self {
        Self::from(data.as_slice())
    }
}

impl<'a, T: Element, const K: usize> From<&'a [T; K]> for View<'a, T, 1> {
    #[inline]
    fn from(data: &'a [T; K]) -> Self {
        Self::from(data.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_column_major() {
        let data = [1, 2, 3, 4, 5, 6];
        let view = View::new(&data, [2, 3]).unwrap();
        assert_eq!([view.get([0, 0]), view.get([1, 0]), view.get([0, 1]), view.get([1, 2])], [1, 2, 3, 6].map(Some));
        assert_eq!(view.get([2, 0]), None);
        assert_eq!((view.len(), view.extent(1), view.is_contiguous()), (6, 3, true));
        let transposed = view.transposed();
        assert_eq!(transposed.get([2, 1]), Some(6));
        assert!(!transposed.is_contiguous());
    }

    #[test]
    fn a_shape_needs_exactly_its_elements() {
        let data = [1.0, 2.0, 3.0];
        let error = View::new(&data, [2, 2]).unwrap_err();
        assert_eq!(error, Error::Elements { shape: vec![2, 2], found: 3 });
        assert!(View::new(&data, [usize::MAX, 3]).is_err());
        assert!(View::<f64, 2>::new(&[], [0, usize::MAX]).is_ok_and(|view| view.is_empty()));
    }

    #[test]
    fn a_wrong_shape_is_told_with_both() {
        let data = [0_i32; 6];
        let view = View::new(&data, [2, 3]).unwrap();
        assert_eq!(view.check("b", [Size::from(2), Size::from(3)]), Ok(()));
        assert_eq!(view.check("b", [Size::ANY, Size::from(3)]), Ok(()));
        let error = view.check("b", [Size::from(3), Size::from(2)]).unwrap_err();
        assert_eq!(error, Error::Shape { argument: "b", expected: vec![3, 2], found: vec![2, 3] });
        assert!(view.check("b", [Size::from(2), Size::from(i64::MAX) + 1]).is_err());
    }

    #[test]
    fn a_negative_extent_counts_as_zero() {
        let view = View::from(&[] as &[f64]);
        assert_eq!(view.check("x", [Size::from(-5)]), Ok(()));
        let one = [1.0];
        let error = View::from(&one).check("x", [Size::from(-5)]).unwrap_err();
        assert_eq!(error.to_string(), "argument `x`: expected shape (0,), found (1,)");
    }

    #[test]
    fn a_pointer_is_never_null() {
        // SAFETY: no elements.
        let view = unsafe { View::<f64, 2>::from_raw_parts(std::ptr::null(), [0, 3], [8, 8]) };
        assert!(!view.as_ptr().is_null());
        assert!(!view.pack().as_ptr().is_null());
        assert_eq!(view.get([0, 0]), None);
    }

    #[test]
    fn strides_may_be_negative() {
        let data = [1.0, 2.0, 3.0];
        // SAFETY: from the last element downwards.
        let view = unsafe { View::<f64, 1>::from_raw_parts(data.as_ptr().wrapping_add(2), [3], [-8]) };
        assert_eq!([0, 1, 2].map(|i| view.get([i])), [3.0, 2.0, 1.0].map(Some));
    }

    #[test]
    fn addresses_reach_from_the_lowest_to_the_highest_element() {
        assert_eq!(addresses(1000, 8, &[3], &[8]), 1000..1024);
        assert_eq!(addresses(1000, 8, &[3], &[-8]), 984..1008);
        assert_eq!(addresses(1000, 8, &[3, 2], &[-8, 100]), 984..1108);
        assert_eq!(addresses(1000, 8, &[3, 0], &[8, 8]), 1000..1000);
        assert_eq!(addresses(1000, 8, &[4], &[0]), 1000..1008);
    }

    #[test]
    fn foreign_bytes_are_read_as_logical() {
        let bytes = [0_u8, 1, 2, 255];
        // SAFETY: a `bool` view reads bytes.
        let view = unsafe { View::<bool, 1>::from_raw_parts(bytes.as_ptr().cast(), [4], [1]) };
        assert_eq!([0, 1, 2, 3].map(|i| view.get([i])), [false, true, true, true].map(Some));
    }
}
