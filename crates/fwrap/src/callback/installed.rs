//! A closure in its slot, for as long as the call lasts that it was passed to.

use std::ffi::c_void;
use std::marker::PhantomData;

use super::slot::Slot;
use crate::error::Result;

/// A closure that Fortran can call. It gives its slot back when it is dropped.
#[must_use = "the closure can be called for as long as this lives"]
pub struct Installed<'a, C: ?Sized + 'static> {
    slot: &'static Slot<C>,
    /// What Fortran calls. As a pointer it also keeps this on the thread of the call.
    entry: *const c_void,
    closure: PhantomData<&'a mut ()>,
}

impl<C: ?Sized> Installed<'_, C> {
    /// # Safety
    /// The slot is filled with a closure that is borrowed for the lifetime, and nobody else releases it.
    #[inline]
    pub(crate) unsafe fn new(slot: &'static Slot<C>, entry: *const c_void) -> Self {
        Self { slot, entry, closure: PhantomData }
    }

    /// The procedure to pass.
    #[inline]
    pub fn as_ptr(&self) -> *const c_void {
        self.entry
    }

    /// Ends the passing. An error that could not be raised where it happened, on a thread of Fortran's, is returned; a
    /// panic goes on.
    #[inline]
    pub fn finish(self) -> Result<()> {
        self.slot.finish()
    }
}

impl<C: ?Sized> Drop for Installed<'_, C> {
    #[inline]
    fn drop(&mut self) {
        self.slot.release();
    }
}

impl<C: ?Sized> std::fmt::Debug for Installed<'_, C> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Installed").field(&self.entry).finish()
    }
}
