//! The Python face of calls that let the interpreter go: OpenMP's threads take it for each callback.

use super::numpy_array::{NumpyArray, Python};
use super::release::Released;
use crate::{Element, Face, Held, Lock, Result, Size};

/// [`Python`], without the interpreter during the call itself: whoever waits for it in a callback would wait for ever.
#[derive(Debug, Clone, Copy)]
pub struct ReleasedPython(Python);

impl ReleasedPython {
    #[inline]
    pub(crate) fn new(face: Python) -> Self {
        Self(face)
    }
}

impl Face for ReleasedPython {
    type Array<T: Element, const N: usize> = NumpyArray<T, N>;
    type Guard<'a> = <Python as Face>::Guard<'a>;

    #[inline]
    fn allocate<T: Element, const N: usize>(&self, name: &'static str, sizes: [Size; N]) -> Result<NumpyArray<T, N>> {
        self.0.allocate(name, sizes)
    }

    #[inline]
    fn enter<'a>(&self, lock: &'a Lock) -> Result<Self::Guard<'a>> {
        self.0.enter(lock)
    }

    #[inline]
    fn enter_beside_callbacks<'a>(&self, lock: &'a Lock) -> Result<Self::Guard<'a>> {
        self.0.enter_beside_callbacks(lock)
    }

    #[inline]
    fn enter_with_callbacks<'a>(&self, lock: &'a Lock) -> Result<Held<'a>> {
        self.0.enter_with_callbacks(lock)
    }

    #[inline]
    fn call<T>(&self, call: impl FnOnce() -> T) -> Result<T> {
        let _released = Released::new();
        self.0.call(call)
    }
}
