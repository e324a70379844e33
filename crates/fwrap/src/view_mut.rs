//! An array that a procedure writes, wherever and however it lies in memory.
//!
//! [`ViewMut`] is to `&mut [T]` what [`View`] is to `&[T]`; the reasons are in [`view`](crate::view). It is not `Copy`:
//! from safe code, two of them never meet. From raw parts, that two written arrays of one call do not overlap is for
//! the caller to check.

use std::marker::PhantomData;
use std::ptr::NonNull;

use crate::element::Element;
use crate::error::Result;
use crate::layout;
use crate::size::Size;
use crate::view::{View, check_count, check_shape};

/// An array of rank `N` that is read and written.
///
/// ```
/// use fwrap::ViewMut;
///
/// let mut data = [0.0; 6];
/// let mut matrix = ViewMut::new(&mut data, [2, 3])?;
/// matrix.set([1, 2], 4.0);
/// assert_eq!(matrix.get([1, 2]), Some(4.0));
/// assert_eq!(data[5], 4.0);
/// # Ok::<(), fwrap::Error>(())
/// ```
#[derive(Debug)]
pub struct ViewMut<'a, T, const N: usize> {
    pub(crate) pointer: NonNull<T>,
    pub(crate) extents: [usize; N],
    pub(crate) strides: [isize; N],
    memory: PhantomData<&'a mut [T]>,
}

// SAFETY: a view has its memory to itself for `'a`, as `&mut [T]` does.
unsafe impl<T: Element, const N: usize> Send for ViewMut<'_, T, N> {}
// SAFETY: shared, it only reads.
unsafe impl<T: Element, const N: usize> Sync for ViewMut<'_, T, N> {}

impl<'a, T: Element, const N: usize> ViewMut<'a, T, N> {
    /// A column-major array over a slice, or [`Error::Elements`](crate::Error::Elements) if the slice is not exactly as
    /// long as the shape says.
    pub fn new(data: &'a mut [T], extents: [usize; N]) -> Result<Self> {
        check_count(&extents, data.len())?;
        let strides = layout::column_major(size_of::<T>(), &extents);
        // SAFETY: the slice has as many elements as the extents say, in column-major order, borrowed for `'a`.
        Ok(unsafe { Self::from_raw_parts(data.as_mut_ptr(), extents, strides) })
    }

    /// A view of memory that Rust does not own. A null pointer is accepted for an array without elements.
    ///
    /// # Safety
    /// As for [`View::from_raw_parts`], and for `'a` the elements may be written and are read or written by nobody
    /// else, unless between the uses of this view.
    #[inline]
    pub unsafe fn from_raw_parts(pointer: *mut T, extents: [usize; N], byte_strides: [isize; N]) -> Self {
        // SAFETY: the caller's promise.
        let view: View<'a, T, N> = unsafe { View::from_raw_parts(pointer.cast_const(), extents, byte_strides) };
        ViewMut { pointer: view.pointer, extents, strides: byte_strides, memory: PhantomData }
    }

    /// The same array for reading.
    #[inline]
    pub fn as_view(&self) -> View<'_, T, N> {
        // SAFETY: this view's own promise; it is borrowed while the other lives.
        unsafe { View::from_raw_parts(self.pointer.as_ptr(), self.extents, self.strides) }
    }

    /// The same array for a shorter time.
    #[inline]
    pub fn reborrow(&mut self) -> ViewMut<'_, T, N> {
        ViewMut { pointer: self.pointer, extents: self.extents, strides: self.strides, memory: PhantomData }
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

    /// The first element; never null.
    #[inline]
    pub fn as_mut_ptr(&mut self) -> *mut T {
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
        self.as_view().get(index)
    }

    /// Sets an element, counted from 0; `None` outside the extents.
    #[inline]
    pub fn set(&mut self, index: [usize; N], value: T) -> Option<()> {
        let offset = layout::offset(&self.extents, &self.strides, index)?;
        // SAFETY: the index is inside the extents, so the element is in the allocation (`from_raw_parts`).
        let element = unsafe { self.pointer.byte_offset(offset) };
        // SAFETY: it is aligned and this view's own for `'a` (`from_raw_parts`).
        unsafe { element.write(value) };
        Some(())
    }

    /// The same elements with the order of the dimensions turned round: a C-order array seen from Fortran.
    #[must_use]
    pub fn transposed(mut self) -> Self {
        self.extents.reverse();
        self.strides.reverse();
        self
    }

    /// Compares the shape with the one that the procedure declares: [`Error::Shape`](crate::Error::Shape) if they
    /// differ.
    #[inline]
    pub fn check(&self, name: &'static str, expected: [Size; N]) -> Result<()> {
        check_shape(name, expected, self.extents)
    }

    /// [`ViewMut::check`] for an array with elements: where those of one without lie does not matter.
    #[inline]
    pub fn check_unless_empty(&self, name: &'static str, expected: [Size; N]) -> Result<()> {
        if self.is_empty() { Ok(()) } else { self.check(name, expected) }
    }
}

impl<'a, T: Element> From<&'a mut [T]> for ViewMut<'a, T, 1> {
    #[inline]
    fn from(data: &'a mut [T]) -> Self {
        let extents = [data.len()];
        // SAFETY: one dimension over the whole slice, borrowed for `'a`.
        unsafe { Self::from_raw_parts(data.as_mut_ptr(), extents, [size_of::<T>() as isize]) }
    }
}

impl<'a, T: Element> From<&'a mut Vec<T>> for ViewMut<'a, T, 1> {
    #[inline]
    fn from(data: &'a mut Vec<T>) -> Self {
        Self::from(data.as_mut_slice())
    }
}

impl<'a, T: Element, const K: usize> From<&'a mut [T; K]> for ViewMut<'a, T, 1> {
    #[inline]
    fn from(data: &'a mut [T; K]) -> Self {
        Self::from(data.as_mut_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_in_the_slice() {
        let mut data = [0; 6];
        let mut view = ViewMut::new(&mut data, [2, 3]).unwrap();
        assert_eq!(view.set([1, 2], 7), Some(()));
        assert_eq!(view.set([2, 0], 8), None);
        assert_eq!(view.reborrow().transposed().get([2, 1]), Some(7));
        assert_eq!(view.as_view().get([1, 2]), Some(7));
        assert_eq!(data, [0, 0, 0, 0, 0, 7]);
    }

    #[test]
    fn vectors_arrays_and_slices_become_views() {
        let (mut vector, mut array) = (vec![1_i8, 2], [1_i8, 2, 3]);
        assert_eq!(ViewMut::from(&mut vector).len(), 2);
        assert_eq!(ViewMut::from(vector.as_mut_slice()).extents(), [2]);
        assert_eq!(ViewMut::from(&mut array).byte_strides(), [1]);
        assert!(ViewMut::new(&mut array, [2, 2]).is_err());
    }

    #[test]
    fn shapes_are_checked_as_for_reading() {
        let mut data = [0.0; 6];
        let view = ViewMut::new(&mut data, [2, 3]).unwrap();
        assert_eq!(view.check("a", [Size::from(2), Size::ANY]), Ok(()));
        let message = view.check("a", [Size::from(6), Size::from(1)]).unwrap_err().to_string();
        assert_eq!(message, "argument `a`: expected shape (6, 1), found (2, 3)");
    }
}
