//! The addresses that Fortran calls: one function for each slot.

use std::ffi::c_void;

/// How many calls with a closure for the same dummy procedure can run at once, in all threads and nested.
pub const SLOTS: usize = 64;

/// The functions that Fortran calls for one dummy procedure, by slot. [`entries!`](crate::entries) makes them.
#[derive(Debug)]
pub struct Entries([*const c_void; SLOTS]);

// SAFETY: addresses of functions, which are only read.
unsafe impl Sync for Entries {}

impl Entries {
    /// The addresses, by slot.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(entries: [*const c_void; SLOTS]) -> Self {
        Self(entries)
    }

    pub(crate) fn of(&self, slot: usize) -> *const c_void {
        self.0[slot]
    }
}

/// The entry functions of a dummy procedure: a function that is generic over its slot, for every slot.
///
/// ```
/// unsafe extern "C-unwind" fn called<const SLOT: usize>(_x: *const f64) {}
/// let entries: &'static fwrap::callback::Entries = fwrap::entries!(called);
/// ```
#[macro_export]
macro_rules! entries {
    ($entry:ident) => {
        $crate::entries!(@all $entry
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
            32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63)
    };
    (@all $entry:ident $($slot:literal)*) => {
        const { &$crate::callback::Entries::new([$($entry::<$slot> as *const ::std::ffi::c_void),*]) }
    };
}
