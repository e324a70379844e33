//! What differs between a call from Rust and a call from Python: who allocates results, and what is held meanwhile.

use crate::array::Array;
use crate::element::Element;
use crate::error::Result;
use crate::lock::{Held, Lock};
use crate::size::Size;
use crate::unwind;
use crate::view_mut::ViewMut;

/// An array that a face has allocated for a result.
pub trait FaceArray<T: Element, const N: usize> {
    /// The array for writing.
    fn view_mut(&mut self) -> ViewMut<'_, T, N>;
}

/// A side from which wrapped procedures are called.
pub trait Face {
    /// An array that it returns.
    type Array<T: Element, const N: usize>: FaceArray<T, N>;
    /// What it holds during a call.
    type Guard<'a>;

    /// A column-major array for a result. A negative extent counts as 0; one that overflowed, or more than memory
    /// holds, is [`Error::Allocation`](crate::Error::Allocation).
    fn allocate<T: Element, const N: usize>(&self, name: &'static str, extents: [Size; N])
    -> Result<Self::Array<T, N>>;

    /// Enters the library: one thread at a time is inside until the guard is dropped. It fails instead of waiting for who
    /// waits for this thread.
    fn enter<'a>(&self, lock: &'a Lock) -> Result<Self::Guard<'a>>;

    /// The same where procedures with callbacks keep state, too: one of them may be in the middle of a call.
    fn enter_beside_callbacks<'a>(&self, lock: &'a Lock) -> Result<Self::Guard<'a>>;

    /// Enters it for a procedure whose callbacks may let other threads run.
    fn enter_with_callbacks<'a>(&self, lock: &'a Lock) -> Result<Held<'a>>;

    /// Calls Fortran. What is raised below (a STOP, a callback that failed) ends the call with an error.
    fn call<T>(&self, call: impl FnOnce() -> T) -> Result<T>;

    /// Calls Fortran that keeps no state and calls nothing back: other threads may be inside at the same time.
    #[inline]
    fn call_freely<T>(&self, call: impl FnOnce() -> T) -> Result<T> {
        self.call(call)
    }
}

/// The Rust face: results are [`Array`]s, calls take the library's lock.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rust;

impl Face for Rust {
    type Array<T: Element, const N: usize> = Array<T, N>;
    type Guard<'a> = Held<'a>;

    #[inline]
    fn allocate<T: Element, const N: usize>(&self, name: &'static str, extents: [Size; N]) -> Result<Array<T, N>> {
        Array::allocate(name, extents)
    }

    #[inline]
    fn enter<'a>(&self, lock: &'a Lock) -> Result<Held<'a>> {
        lock.enter()
    }

    #[inline]
    fn enter_beside_callbacks<'a>(&self, lock: &'a Lock) -> Result<Held<'a>> {
        lock.enter()
    }

    #[inline]
    fn enter_with_callbacks<'a>(&self, lock: &'a Lock) -> Result<Held<'a>> {
        lock.enter()
    }

    #[inline]
    fn call<T>(&self, call: impl FnOnce() -> T) -> Result<T> {
        unwind::catch(call)
    }
}

impl<T: Element, const N: usize> FaceArray<T, N> for Array<T, N> {
    #[inline]
    fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        Array::view_mut(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill<F: Face>(face: &F, lock: &Lock, n: i64) -> Result<F::Array<f64, 2>> {
        let mut result = face.allocate("z", [Size::from(n), Size::from(2)])?;
        let held = face.enter(lock)?;
        let mut view = result.view_mut();
        for row in 0..view.extent(0) {
            view.set([row, 1], 1.0);
        }
        drop(held);
        Ok(result)
    }

    #[test]
    fn results_of_the_rust_face_are_arrays() {
        let lock = Lock::new();
        assert_eq!(fill(&Rust, &lock, 2).unwrap().into_vec(), [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(fill(&Rust, &lock, -2).unwrap().extents(), [0, 2]);
        assert!(fill(&Rust, &lock, i64::MAX).is_err());
    }
}
