//! The Python face: results are NumPy arrays, and the interpreter's lock is the library's.
//!
//! A procedure that keeps state is called with the interpreter held, so that no two of them meet. A callback may let
//! another thread run in the middle of a call, though: a procedure that takes callbacks holds the library's lock as well,
//! and the others look whether somebody does. Whoever waits for the lock lets the interpreter go, so that whoever has the
//! lock gets on. A procedure that keeps no state may let the interpreter go during the call.

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::failure::Outcome;
use super::interrupt;
use super::numpy::{self, Array};
use super::object::{Owned, clear_exception};
use super::release::{Pace, Released, Work};
use super::result::IntoResult;
use crate::layout::column_major;
use crate::lock::Held;
use crate::size::allocation_error;
use crate::{Element, Error, Face, FaceArray, Lock, Result, Size, ViewMut};

/// The Python face. It exists only while this thread holds the interpreter, which it does throughout a call: that is
/// the lock under which a library with state is called.
#[derive(Debug, Clone, Copy)]
pub struct Python {
    held: PhantomData<*mut ()>,
    /// Of a procedure that keeps no state.
    pace: Option<&'static Pace>,
    work: usize,
}

impl Python {
    /// # Safety
    /// This thread holds the interpreter for as long as the value exists.
    #[inline]
    pub(crate) unsafe fn assume_held() -> Self {
        Self { held: PhantomData, pace: None, work: 0 }
    }

    #[inline]
    pub(crate) fn free(self, pace: &'static Pace) -> Self {
        Self { pace: Some(pace), ..self }
    }

    /// The face of a call with this argument.
    #[inline]
    #[must_use]
    pub fn with(self, argument: &impl Work) -> Self {
        Self { work: self.work.saturating_add(argument.work()), ..self }
    }
}

impl Face for Python {
    type Array<T: Element, const N: usize> = NumpyArray<T, N>;
    type Guard<'a> = ();

    #[inline]
    fn allocate<T: Element, const N: usize>(&self, name: &'static str, sizes: [Size; N]) -> Result<NumpyArray<T, N>> {
        let Some(extents) = extents::<T, N>(&sizes) else { return Err(allocation_error(name, &sizes)) };
        match numpy::empty(T::NUMPY_TYPE, &extents.map(|extent| extent as isize)) {
            Ok(owned) => Ok(NumpyArray::new(owned, extents)),
            Err(_) => Err(no_memory(name, &extents)),
        }
    }

    #[inline]
    fn enter(&self, _: &Lock) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn enter_beside_callbacks(&self, lock: &Lock) -> Result<()> {
        if lock.is_elsewhere() { wait(lock) } else { Ok(()) }
    }

    #[inline]
    fn enter_with_callbacks<'a>(&self, lock: &'a Lock) -> Result<Held<'a>> {
        lock.try_hold().map_or_else(|| hold(lock), Ok)
    }

    /// What is raised passes through: the function that the interpreter calls catches it.
    #[inline]
    fn call<T>(&self, call: impl FnOnce() -> T) -> Result<T> {
        Ok(if interrupt::is_open() { interrupt::call_interruptibly(call) } else { call() })
    }

    #[inline]
    fn call_freely<T>(&self, call: impl FnOnce() -> T) -> Result<T> {
        match self.pace {
            Some(pace) => Ok(pace.call(self.work, call)),
            None => self.call(call),
        }
    }
}

/// Waits until no thread is in the middle of a call with a callback. This one needs not hold the lock then: whoever takes
/// it needs the interpreter to go on, which this thread does not let go until its call has returned.
#[cold]
#[inline(never)]
fn wait(lock: &Lock) -> Result<()> {
    while lock.is_elsewhere() {
        lock.check_waiting()?;
        let released = Released::new();
        drop(lock.hold());
        drop(released);
    }
    Ok(())
}

#[cold]
#[inline(never)]
fn hold(lock: &Lock) -> Result<Held<'_>> {
    let _released = Released::new();
    lock.enter()
}

/// The extents of an array that can exist: its size in bytes is an `isize`, with every extent of 0 counted as 1.
#[inline]
fn extents<T, const N: usize>(sizes: &[Size; N]) -> Option<[usize; N]> {
    let (mut extents, mut bytes) = ([0; N], size_of::<T>() as isize);
    for dimension in 0..N {
        let extent = isize::try_from(sizes[dimension].value()?.max(0)).ok()?;
        extents[dimension] = extent as usize;
        bytes = bytes.checked_mul(extent.max(1))?;
    }
    Some(extents)
}

#[cold]
#[inline(never)]
fn no_memory(argument: &'static str, extents: &[usize]) -> Error {
    clear_exception();
    let shape = extents.iter().map(|&extent| i64::try_from(extent).unwrap_or(Error::OVERFLOW)).collect();
    Error::Allocation { argument, shape }
}

/// A new NumPy array in Fortran order, for a result.
#[derive(Debug)]
pub struct NumpyArray<T, const N: usize> {
    data: NonNull<T>,
    extents: [usize; N],
    owned: Owned,
}

impl<T: Element, const N: usize> NumpyArray<T, N> {
    #[inline]
    fn new(owned: Owned, extents: [usize; N]) -> Self {
        let data = match Array::exact(owned.as_object()) {
            Some(array) => NonNull::new(array.head().data.cast()).unwrap_or(NonNull::dangling()),
            None => unreachable!("NumPy's own constructor makes arrays"),
        };
        Self { data, extents, owned }
    }

    /// The elements.
    #[inline]
    pub fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        let strides = column_major(size_of::<T>(), &self.extents);
        // SAFETY: a new, aligned, writable array in Fortran order with these extents, alive as long as `self`.
        unsafe { ViewMut::from_raw_parts(self.data.as_ptr(), self.extents, strides) }
    }
}

impl<T: Element, const N: usize> FaceArray<T, N> for NumpyArray<T, N> {
    #[inline]
    fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        Self::view_mut(self)
    }
}

impl<T: Element, const N: usize> IntoResult for NumpyArray<T, N> {
    #[inline]
    fn into_result(self) -> Outcome {
        Ok(self.owned)
    }
}

#[cfg(test)]
mod tests {
    use super::extents;
    use crate::Size;

    #[test]
    fn extents_that_memory_cannot_hold_are_refused() {
        assert_eq!(extents::<f64, 2>(&[Size::from(3), Size::from(-2)]), Some([3, 0]));
        assert_eq!(extents::<f64, 1>(&[Size::from(i64::MAX / 4)]), None);
        assert_eq!(extents::<i8, 2>(&[Size::from(i64::MAX), Size::from(2)]), None);
        assert_eq!(extents::<i8, 2>(&[Size::POISONED, Size::from(0)]), None);
    }
}
