//! Memory for a contiguous copy of an argument.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::ptr::NonNull;

use crate::error::Error;

/// An allocation of bytes, aligned for every element type.
#[derive(Debug)]
pub(crate) struct Buffer {
    pointer: NonNull<u8>,
    layout: Layout,
}

// SAFETY: it owns its memory, as a `Vec` does.
unsafe impl Send for Buffer {}
// SAFETY: shared, it only gives its address.
unsafe impl Sync for Buffer {}

/// What malloc gives anyway: asking for more would keep `calloc` from handing out fresh pages unfilled.
const ALIGNMENT: usize = 16;

impl Buffer {
    /// Memory for `count` elements, zeroed or with whatever was there.
    ///
    /// # Panics
    /// With an [`Error::Buffer`] as payload if there is no memory: a broadcast view can ask for more than exists.
    pub(crate) fn new(count: usize, element_size: usize, zeroed: bool) -> Self {
        let bytes = count.saturating_mul(element_size).max(1);
        let Ok(layout) = Layout::from_size_align(bytes, ALIGNMENT) else { no_memory(bytes) };
        let pointer = if zeroed {
            // SAFETY: the size is not 0.
            unsafe { alloc_zeroed(layout) }
        } else {
            // SAFETY: the size is not 0.
            unsafe { alloc(layout) }
        };
        match NonNull::new(pointer) {
            Some(pointer) => Buffer { pointer, layout },
            None => no_memory(bytes),
        }
    }

    #[inline]
    pub(crate) fn pointer(&self) -> NonNull<u8> {
        self.pointer
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.pointer.as_ptr(), self.layout) };
    }
}

#[cold]
#[inline(never)]
fn no_memory(bytes: usize) -> ! {
    std::panic::panic_any(Error::Buffer { bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_elements_still_have_an_address() {
        let buffer = Buffer::new(0, 8, false);
        assert_eq!(buffer.pointer().addr().get() % ALIGNMENT, 0);
    }

    #[test]
    fn too_much_is_a_panic_that_says_so() {
        for count in [usize::MAX, usize::MAX / 16, 1 << 60] {
            let payload = std::panic::catch_unwind(|| Buffer::new(count, 8, false)).unwrap_err();
            let error = payload.downcast_ref::<Error>().unwrap();
            assert!(matches!(error, Error::Buffer { bytes } if *bytes >= 1 << 60), "{error}");
        }
    }
}
