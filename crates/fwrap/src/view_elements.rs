//! All elements of a view at once, in Fortran's order: what a closure does with the arrays it is called with.

use std::ptr::NonNull;

use crate::copy::{gather, scatter};
use crate::element::Element;
use crate::error::Result;
use crate::layout::{self, Strided};
use crate::view::{View, check_count};
use crate::view_mut::ViewMut;

impl<'a, T: Element, const N: usize> View<'a, T, N> {
    /// The elements, the first subscript running fastest.
    ///
    /// ```
    /// use fwrap::View;
    ///
    /// let view = View::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2, 3])?;
    /// assert_eq!(view.to_vec(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(view.transposed().to_vec(), [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
    /// # Ok::<(), fwrap::Error>(())
    /// ```
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        self.iter().collect()
    }

    /// The elements one by one, the first subscript running fastest.
    ///
    /// ```
    /// use fwrap::View;
    ///
    /// assert_eq!(View::from(&[1.0, 2.0, 3.0]).iter().sum::<f64>(), 6.0);
    /// ```
    #[inline]
    #[must_use]
    pub fn iter(&self) -> Elements<'a, T, N> {
        Elements { view: *self, index: [0; N], left: layout::checked_count(&self.extents).unwrap_or(usize::MAX) }
    }
}

impl<'a, T: Element, const N: usize> IntoIterator for View<'a, T, N> {
    type Item = T;
    type IntoIter = Elements<'a, T, N>;

    #[inline]
    fn into_iter(self) -> Elements<'a, T, N> {
        self.iter()
    }
}

/// The elements of a [`View`], in Fortran's order.
#[derive(Debug, Clone)]
pub struct Elements<'a, T, const N: usize> {
    view: View<'a, T, N>,
    index: [usize; N],
    left: usize,
}

impl<T: Element, const N: usize> Iterator for Elements<'_, T, N> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        let element = self.view.get(self.index);
        for dimension in 0..N {
            self.index[dimension] += 1;
            if self.index[dimension] < self.view.extents[dimension] {
                break;
            }
            self.index[dimension] = 0;
        }
        element
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T: Element, const N: usize> ExactSizeIterator for Elements<'_, T, N> {}

impl<T: Element, const N: usize> ViewMut<'_, T, N> {
    /// The elements, the first subscript running fastest.
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        self.as_view().to_vec()
    }

    /// The elements one by one, the first subscript running fastest.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> Elements<'_, T, N> {
        self.as_view().iter()
    }

    /// Gives every element this value.
    pub fn fill(&mut self, value: T) {
        self.update(|_| value);
    }

    /// Gives every element the value that `change` makes of it, in Fortran's order.
    ///
    /// ```
    /// use fwrap::ViewMut;
    ///
    /// let mut data = [1.0, 2.0, 3.0];
    /// ViewMut::from(&mut data).update(|x| 2.0 * x);
    /// assert_eq!(data, [2.0, 4.0, 6.0]);
    /// ```
    pub fn update(&mut self, mut change: impl FnMut(T) -> T) {
        let mut index = [0; N];
        for _ in 0..layout::checked_count(&self.extents).unwrap_or(usize::MAX) {
            if let Some(value) = self.get(index) {
                self.set(index, change(value));
            }
            for (place, &extent) in index.iter_mut().zip(&self.extents) {
                *place += 1;
                if *place < extent {
                    break;
                }
                *place = 0;
            }
        }
    }

    /// Gives the elements these values, in Fortran's order. [`Error::Elements`](crate::Error::Elements) if there are
    /// not exactly as many.
    ///
    /// ```
    /// use fwrap::ViewMut;
    ///
    /// let mut data = [0.0; 3];
    /// ViewMut::from(&mut data).copy_from_slice(&[1.0, 2.0, 3.0])?;
    /// assert_eq!(data, [1.0, 2.0, 3.0]);
    /// # Ok::<(), fwrap::Error>(())
    /// ```
    pub fn copy_from_slice(&mut self, values: &[T]) -> Result<()> {
        check_count(&self.extents, values.len())?;
        let to = Strided::new(self.pointer.cast(), size_of::<T>(), &self.extents, &self.strides);
        let from = NonNull::from_ref(values).cast();
        // SAFETY: the view may be written, and nothing else uses its memory; the slice has as many elements.
        unsafe { scatter(&to, from) };
        Ok(())
    }

    /// Gives the elements the values of another array. [`Error::Shape`](crate::Error::Shape) if it has another shape.
    pub fn copy_from(&mut self, other: View<'_, T, N>) -> Result<()> {
        self.check("self", other.extents.map(|extent| crate::Size::from(extent as i64)))?;
        let from = Strided::new(other.pointer.cast(), size_of::<T>(), &other.extents, &other.strides);
        // SAFETY: a view may be read.
        let copy = unsafe { gather(&from) };
        let to = Strided::new(self.pointer.cast(), size_of::<T>(), &self.extents, &self.strides);
        // SAFETY: the view may be written; the copy has as many elements.
        unsafe { scatter(&to, copy.pointer()) };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elements_come_in_fortrans_order() {
        let data = [1, 2, 3, 4, 5, 6];
        let view = View::new(&data, [2, 3]).unwrap();
        assert_eq!((view.iter().len(), view.iter().collect::<Vec<_>>()), (6, data.to_vec()));
        assert_eq!(view.transposed().to_vec(), [1, 3, 5, 2, 4, 6]);
        assert!(View::<i32, 2>::new(&[], [0, 5]).unwrap().to_vec().is_empty());
    }

    #[test]
    fn whole_arrays_are_written() {
        let mut data = [0; 6];
        let mut view = ViewMut::new(&mut data, [2, 3]).unwrap().transposed();
        view.copy_from_slice(&[1, 2, 3, 4, 5, 6]).unwrap();
        assert!(view.copy_from_slice(&[1, 2]).is_err());
        assert_eq!(view.to_vec(), [1, 2, 3, 4, 5, 6]);
        view.update(|x| x * 10);
        assert_eq!(data, [10, 40, 20, 50, 30, 60]);
        ViewMut::from(&mut data).fill(7);
        assert_eq!(data, [7; 6]);
        let other = [1, 2, 3];
        let mut three = [0; 3];
        ViewMut::from(&mut three).copy_from(View::from(&other)).unwrap();
        assert_eq!(three, other);
        assert!(ViewMut::from(&mut three).copy_from(View::from(&[1])).is_err());
    }

    proptest! {
        #![proptest_config(if cfg!(miri) {
            ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() }
        } else {
            ProptestConfig::default()
        })]
        #[test]
        fn what_is_written_is_read(extents in [0_usize..5, 0..5, 0..4], turned in any::<bool>()) {
            let count = extents.iter().product::<usize>();
            let values: Vec<usize> = (0..count).collect();
            let values: Vec<i64> = values.into_iter().map(|value| value as i64).collect();
            let mut data = vec![0_i64; count];
            let mut view = ViewMut::new(&mut data, extents).unwrap();
            if turned {
                view = view.transposed();
            }
            view.copy_from_slice(&values).unwrap();
            prop_assert_eq!(view.to_vec(), values.clone());
            view.update(|value| value + 1);
            prop_assert!(view.iter().eq(values.into_iter().map(|value| value + 1)));
        }
    }
}
