//! Arrays between guard zones: contiguous, or with a C descriptor.

use std::marker::PhantomData;

use super::Checked;
use super::storage::Storage;
use crate::cfi::Descriptor;
use crate::copy::scatter;
use crate::element::{Element, Logical};
use crate::error::Result;
use crate::layout::{Strided, checked_count};
use crate::logical::scatter_logical;
use crate::view::View;
use crate::view_mut::ViewMut;

/// A contiguous copy of an array between guard zones. `T` is what Fortran stores: for a logical, an integer.
#[derive(Debug)]
pub struct CheckedArray<'a, T> {
    storage: Storage,
    /// Where it is brought back to, and the size of a logical's storage or 0.
    origin: Option<(Strided, usize)>,
    memory: PhantomData<&'a mut [T]>,
}

impl<T> CheckedArray<'_, T> {
    /// The first element; never null.
    #[inline]
    pub fn as_ptr(&self) -> *const T {
        self.storage.start().as_ptr().cast()
    }

    /// The first element; never null.
    #[inline]
    pub fn as_mut_ptr(&mut self) -> *mut T {
        self.storage.start().as_ptr().cast()
    }

    /// Brings what the procedure wrote back into the caller's array.
    pub fn unpack(self) {
        match &self.origin {
            // SAFETY: `memory` borrows the caller's array, whose view allowed writing; the copy has as many elements.
            Some((origin, 0)) => unsafe { scatter(origin, self.storage.start()) },
            // SAFETY: as above.
            Some((origin, logical)) => unsafe { scatter_logical(origin, self.storage.start(), *logical) },
            None => {}
        }
    }

    fn of(name: &'static str, extents: &[usize], origin: Option<(Strided, usize)>) -> Self {
        let count = checked_count(extents).unwrap_or(usize::MAX);
        CheckedArray { storage: Storage::new(name, count, size_of::<T>()), origin, memory: PhantomData }
    }
}

impl<T> Checked for CheckedArray<'_, T> {
    fn verify(&self) -> Result<()> {
        self.storage.verify()
    }
}

/// A copy of an array between guard zones, with its C descriptor.
#[derive(Debug)]
pub struct CheckedShape<'a, T, const N: usize> {
    array: CheckedArray<'a, T>,
    descriptor: Descriptor<N>,
}

impl<'a, T, const N: usize> CheckedShape<'a, T, N> {
    fn of(array: CheckedArray<'a, T>, type_code: i16, extents: [usize; N]) -> Self {
        let descriptor = Descriptor::contiguous(array.storage.start(), size_of::<T>(), type_code, &extents);
        CheckedShape { array, descriptor }
    }

    /// The descriptor, for as long as this lives and stays in its place.
    #[inline]
    pub fn as_ptr(&self) -> *const Descriptor<N> {
        &raw const self.descriptor
    }

    /// The descriptor, for as long as this lives and stays in its place.
    #[inline]
    pub fn as_mut_ptr(&mut self) -> *mut Descriptor<N> {
        &raw mut self.descriptor
    }

    /// Brings what the procedure wrote back into the caller's array.
    pub fn restore(self) {
        self.array.unpack();
    }
}

impl<T, const N: usize> Checked for CheckedShape<'_, T, N> {
    fn verify(&self) -> Result<()> {
        self.array.verify()
    }
}

impl<'a, T: Element, const N: usize> View<'a, T, N> {
    /// [`View::pack`] between guard zones.
    pub fn checked_pack(self, name: &'static str) -> CheckedArray<'a, T> {
        let mut array = CheckedArray::of(name, &self.extents(), None);
        // SAFETY: as many elements of the same type.
        unsafe { array.storage.fill(self.gathered().pointer()) };
        array
    }

    /// [`View::describe`] between guard zones.
    pub fn checked_describe(self, name: &'static str) -> CheckedShape<'a, T, N> {
        let extents = self.extents();
        CheckedShape::of(self.checked_pack(name), T::CFI_TYPE, extents)
    }
}

impl<'a, T: Element, const N: usize> ViewMut<'a, T, N> {
    /// [`ViewMut::pack`] between guard zones.
    pub fn checked_pack(self, name: &'static str) -> CheckedArray<'a, T> {
        let mut array = self.out(name);
        let copy = self.copied(true);
        // SAFETY: as many elements of the same type.
        unsafe { array.storage.fill(copy.buffer.pointer()) };
        array
    }

    /// [`ViewMut::pack_out`] between guard zones; what is not defined by the procedure is NaN.
    pub fn checked_pack_out(self, name: &'static str) -> CheckedArray<'a, T> {
        self.out(name)
    }

    /// [`ViewMut::describe`] between guard zones.
    pub fn checked_describe(self, name: &'static str) -> CheckedShape<'a, T, N> {
        let extents = self.extents();
        CheckedShape::of(self.checked_pack(name), T::CFI_TYPE, extents)
    }

    /// [`ViewMut::checked_describe`] for an array that the procedure defines: what it does not define is NaN.
    pub fn checked_describe_out(self, name: &'static str) -> CheckedShape<'a, T, N> {
        CheckedShape::of(self.out(name), T::CFI_TYPE, self.extents())
    }

    fn out(&self, name: &'static str) -> CheckedArray<'a, T> {
        CheckedArray::of(name, &self.extents(), Some((self.strided(), 0)))
    }
}

impl<'a, const N: usize> View<'a, bool, N> {
    /// [`View::pack_logical`] between guard zones.
    pub fn checked_pack_logical<L: Logical>(self, name: &'static str) -> CheckedArray<'a, L> {
        let mut array = CheckedArray::of(name, &self.extents(), None);
        // SAFETY: as many logicals of the same kind.
        unsafe { array.storage.fill(self.gathered_logical(size_of::<L>()).pointer()) };
        array
    }

    /// [`View::describe_logical`] between guard zones.
    pub fn checked_describe_logical<L: Logical>(self, name: &'static str) -> CheckedShape<'a, L, N> {
        let extents = self.extents();
        CheckedShape::of(self.checked_pack_logical(name), L::CFI_LOGICAL, extents)
    }
}

impl<'a, const N: usize> ViewMut<'a, bool, N> {
    /// [`ViewMut::pack_logical`] between guard zones.
    pub fn checked_pack_logical<L: Logical>(self, name: &'static str) -> CheckedArray<'a, L> {
        let mut array = self.logical_out(name);
        let copy = self.copied_logical(size_of::<L>(), true);
        // SAFETY: as many logicals of the same kind.
        unsafe { array.storage.fill(copy.buffer.pointer()) };
        array
    }

    /// [`ViewMut::pack_out_logical`] between guard zones; what is not defined by the procedure comes back as true.
    pub fn checked_pack_out_logical<L: Logical>(self, name: &'static str) -> CheckedArray<'a, L> {
        self.logical_out(name)
    }

    /// [`ViewMut::describe_logical`] between guard zones.
    pub fn checked_describe_logical<L: Logical>(self, name: &'static str) -> CheckedShape<'a, L, N> {
        let extents = self.extents();
        CheckedShape::of(self.checked_pack_logical(name), L::CFI_LOGICAL, extents)
    }

    /// The same for an array that the procedure defines.
    pub fn checked_describe_out_logical<L: Logical>(self, name: &'static str) -> CheckedShape<'a, L, N> {
        CheckedShape::of(self.logical_out(name), L::CFI_LOGICAL, self.extents())
    }

    fn logical_out<L: Logical>(&self, name: &'static str) -> CheckedArray<'a, L> {
        CheckedArray::of(name, &self.extents(), Some((self.strided(), size_of::<L>())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Array, Error};

    #[test]
    fn arrays_come_back_whatever_their_strides() {
        let mut matrix = Array::from_vec((0..6).collect(), [2, 3]).unwrap();
        let mut passed = matrix.view_mut().checked_pack("a");
        // SAFETY: the second of six elements.
        unsafe { passed.as_mut_ptr().wrapping_add(1).write(9) };
        assert!(super::super::verify(&[&passed, &None::<CheckedArray<'_, i32>>]).is_ok());
        passed.unpack();
        assert_eq!(matrix.as_slice(), [0, 9, 2, 3, 4, 5]);
        let passed = matrix.view_mut().checked_pack_out("a");
        passed.unpack();
        assert_eq!(matrix.as_slice(), [2_147_123_194; 6]);
        let mut flags = Array::from_vec(vec![true, false], [2]).unwrap();
        let mut passed = flags.view_mut().checked_describe_logical::<i32>("p");
        // SAFETY: the descriptor is alive.
        let base = unsafe { (*passed.as_mut_ptr()).base_address }.cast::<i32>();
        // SAFETY: the second of two elements.
        unsafe { base.wrapping_add(1).write(1) };
        passed.restore();
        assert_eq!(flags.as_slice(), [true, true]);
    }

    #[test]
    fn an_overrun_is_reported_and_nothing_is_brought_back() {
        let mut line = Array::from_vec(vec![1.0, 2.0], [1 + 1]).unwrap();
        let mut passed = line.view_mut().checked_pack("x");
        // SAFETY: inside the zone behind the array.
        unsafe { passed.as_mut_ptr().wrapping_add(2).write(0.0) };
        let error = passed.verify().unwrap_err();
        assert_eq!(error, Error::Overrun { argument: "x", behind: true, element: 1 });
        drop(passed);
        assert_eq!(line.as_slice(), [1.0, 2.0]);
    }
}
