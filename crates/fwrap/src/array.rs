//! An owned column-major array: what the Rust face allocates and returns.

use std::alloc::Layout;
use std::ops::{Index, IndexMut};

use crate::element::Element;
use crate::error::Result;
use crate::layout;
use crate::size::{Size, allocation_error, allocation_extents};
use crate::view::{View, check_count};
use crate::view_mut::ViewMut;

/// An array of rank `N` in column-major order.
///
/// ```
/// use fwrap::Array;
///
/// let mut matrix = Array::<f64, 2>::zeroed([2, 3]);
/// matrix[[1, 0]] = 5.0;
/// assert_eq!(matrix.as_slice(), [0.0, 5.0, 0.0, 0.0, 0.0, 0.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Array<T, const N: usize> {
    extents: [usize; N],
    data: Vec<T>,
}

impl<T: Element, const N: usize> Array<T, N> {
    /// An array of zeros.
    ///
    /// # Panics
    /// As `vec!` does, if the array cannot be allocated; [`Array::allocate`] returns an error.
    pub fn zeroed(extents: [usize; N]) -> Self {
        match Self::allocate("array", extents.map(Size::from)) {
            Ok(array) => array,
            Err(error) => panic!("{error}"),
        }
    }

    /// An array of zeros, or [`Error::Allocation`](crate::Error::Allocation); a negative extent counts as 0.
    pub fn allocate(name: &'static str, sizes: [Size; N]) -> Result<Self> {
        let extents = allocation_extents(name, size_of::<T>(), sizes)?;
        let data = zeroed_elements(layout::count(&extents)).ok_or_else(|| allocation_error(name, &sizes))?;
        Ok(Array { extents, data })
    }

    /// An array of these elements in column-major order, or [`Error::Elements`](crate::Error::Elements) if there are
    /// not exactly as many as the shape says.
    pub fn from_vec(data: Vec<T>, extents: [usize; N]) -> Result<Self> {
        check_count(&extents, data.len())?;
        Ok(Array { extents, data })
    }

    /// The array for reading.
    #[inline]
    pub fn view(&self) -> View<'_, T, N> {
        let strides = layout::column_major(size_of::<T>(), &self.extents);
        // SAFETY: `data` has as many elements as the extents say: every constructor checks it and nothing changes it.
        unsafe { View::from_raw_parts(self.data.as_ptr(), self.extents, strides) }
    }

    /// The array for writing.
    #[inline]
    pub fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        let strides = layout::column_major(size_of::<T>(), &self.extents);
        // SAFETY: as in `view`, and borrowed mutably.
        unsafe { ViewMut::from_raw_parts(self.data.as_mut_ptr(), self.extents, strides) }
    }

    /// The shape.
    #[inline]
    pub fn extents(&self) -> [usize; N] {
        self.extents
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// An element, counted from 0; `None` outside the extents.
    #[inline]
    pub fn get(&self, index: [usize; N]) -> Option<T> {
        self.data.get(self.position(index)?).copied()
    }

    /// The elements in column-major order.
    #[inline]
    pub fn as_slice(&self) -> &[T] {
        &self.data
    }

    /// The elements in column-major order.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.data
    }

    /// The elements in column-major order.
    #[inline]
    pub fn into_vec(self) -> Vec<T> {
        self.data
    }

    /// Where an element is among all.
    #[inline]
    fn position(&self, index: [usize; N]) -> Option<usize> {
        let mut position = 0;
        for d in (0..N).rev() {
            if index[d] >= self.extents[d] {
                return None;
            }
            position = position * self.extents[d] + index[d];
        }
        Some(position)
    }

    #[cold]
    #[inline(never)]
    fn outside(&self, index: [usize; N]) -> ! {
        panic!("index {index:?} is outside an array of shape {:?}", self.extents)
    }
}

/// Zeros straight from the allocator, whose fresh pages need no filling; `None` if there is no memory.
fn zeroed_elements<T: Element>(count: usize) -> Option<Vec<T>> {
    let layout = Layout::array::<T>(count).ok()?;
    if layout.size() == 0 {
        return Some(Vec::new());
    }
    // SAFETY: the size is not 0.
    let pointer = unsafe { std::alloc::alloc_zeroed(layout) }.cast::<T>();
    if pointer.is_null() {
        return None;
    }
    // SAFETY: allocated with the layout of `count` elements, all of them zero bytes, which every `Element` accepts.
    Some(unsafe { Vec::from_raw_parts(pointer, count, count) })
}

impl<T: Element, const N: usize> Index<[usize; N]> for Array<T, N> {
    type Output = T;
    #[inline]
    fn index(&self, index: [usize; N]) -> &T {
        match self.position(index) {
            Some(position) => &self.data[position],
            None => self.outside(index),
        }
    }
}

impl<T: Element, const N: usize> IndexMut<[usize; N]> for Array<T, N> {
    #[inline]
    fn index_mut(&mut self, index: [usize; N]) -> &mut T {
        match self.position(index) {
            Some(position) => &mut self.data[position],
            None => self.outside(index),
        }
    }
}

impl<'a, T: Element, const N: usize> From<&'a Array<T, N>> for View<'a, T, N> {
    #[inline]
    fn from(array: &'a Array<T, N>) -> Self {
        array.view()
    }
}

impl<'a, T: Element, const N: usize> From<&'a mut Array<T, N>> for ViewMut<'a, T, N> {
    #[inline]
    fn from(array: &'a mut Array<T, N>) -> Self {
        array.view_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn elements_are_column_major() {
        let mut array = Array::from_vec((0..6).collect(), [2, 3]).unwrap();
        assert_eq!((array[[1, 0]], array[[0, 1]], array.get([1, 2]), array.get([0, 3])), (1, 2, Some(5), None));
        array[[1, 2]] = 9;
        assert_eq!(array.view().get([1, 2]), Some(9));
        array.view_mut().set([0, 0], 8);
        assert_eq!(array.into_vec(), [8, 1, 2, 3, 4, 9]);
    }

    #[test]
    fn a_shape_needs_exactly_its_elements() {
        let error = Array::from_vec(vec![1.0; 5], [2, 3]).unwrap_err();
        assert_eq!(error, Error::Elements { shape: vec![2, 3], found: 5 });
    }

    #[test]
    fn empty_arrays_exist() {
        let array = Array::<f64, 3>::zeroed([4, 0, 3]);
        assert!(array.is_empty() && array.as_slice().is_empty());
        assert!(!array.view().as_ptr().is_null());
        assert_eq!(Array::<bool, 1>::zeroed([2]).as_slice(), [false, false]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri ends where an allocation fails")]
    fn what_memory_does_not_hold_is_an_error() {
        let error = Array::<f64, 2>::allocate("z", [Size::from(1_i64 << 31), Size::from(1_i64 << 31)]).unwrap_err();
        assert_eq!(error.to_string(), "argument `z`: cannot allocate an array of shape (2147483648, 2147483648)");
        assert!(Array::<f64, 1>::allocate("z", [Size::from(1_i64 << 59)]).is_err());
        assert_eq!(Array::<f64, 2>::allocate("z", [Size::from(-1), Size::from(3)]).unwrap().extents(), [0, 3]);
    }

    #[test]
    #[should_panic(expected = "index [2, 0] is outside an array of shape [2, 3]")]
    fn an_index_outside_panics() {
        let _ = Array::<f64, 2>::zeroed([2, 3])[[2, 0]];
    }
}
