//! Memory for a contiguous copy of an argument.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::ptr::NonNull;

use crate::error::Error;

/// An allocation of bytes, aligned for every element type. One pointer, so that whoever holds it stays in a register;
/// the size stands in front of the bytes.
#[derive(Debug)]
pub(crate) struct Buffer {
    pointer: NonNull<u8>,
}

// SAFETY: it owns its memory, as a `Vec` does.
unsafe impl Send for Buffer {}
// SAFETY: shared, it only gives its address.
unsafe impl Sync for Buffer {}

/// What malloc gives anyway: asking for more would keep `calloc` from handing out fresh pages unfilled.
const ALIGNMENT: usize = 16;

/// The room in front of the bytes.
const HEADER: usize = ALIGNMENT;

impl Buffer {
    /// Memory for `count` elements, zeroed or with whatever was there.
    ///
    /// # Panics
    /// With an [`Error::Buffer`] as payload if there is no memory: a broadcast view can ask for more than exists.
    pub(crate) fn new(count: usize, element_size: usize, zeroed: bool) -> Self {
        let bytes = count.saturating_mul(element_size);
        let size = bytes.saturating_add(HEADER);
        let Ok(layout) = Layout::from_size_align(size, ALIGNMENT) else { no_memory(bytes) };
        let start = if zeroed {
            // SAFETY: the size is not 0.
            unsafe { alloc_zeroed(layout) }
        } else {
            // SAFETY: the size is not 0.
            unsafe { alloc(layout) }
        };
        if start.is_null() {
            no_memory(bytes);
        }
        // SAFETY: the header is in the allocation, and aligned for a size.
        unsafe { start.cast::<usize>().write(size) };
        // SAFETY: as above, the bytes stand behind it.
        let pointer = unsafe { start.add(HEADER) };
        // SAFETY: inside an allocation.
        Buffer { pointer: unsafe { NonNull::new_unchecked(pointer) } }
    }

    #[inline]
    pub(crate) fn pointer(&self) -> NonNull<u8> {
        self.pointer
    }
}

impl Drop for Buffer {
    #[inline]
    fn drop(&mut self) {
        // By value: a buffer whose address is never taken stays in a register, also where there is none.
        release(self.pointer);
    }
}

/// Gives the memory of a buffer back. Out of line: the caller's own array, the usual case, has none.
#[cold]
#[inline(never)]
fn release(pointer: NonNull<u8>) {
    // SAFETY: `new` put the header there.
    let start = unsafe { pointer.as_ptr().sub(HEADER) };
    // SAFETY: and wrote the size.
    let size = unsafe { start.cast::<usize>().read() };
    // SAFETY: `new` made this layout.
    let layout = unsafe { Layout::from_size_align_unchecked(size, ALIGNMENT) };
    // SAFETY: allocated in `new` with this layout, and given back once, when its only owner is dropped.
    unsafe { dealloc(start, layout) };
}

#[cold]
#[inline(never)]
fn no_memory(bytes: usize) -> ! {
    let error = Error::Buffer { bytes };
    // Python's functions catch it and raise; elsewhere the hook tells of it.
    if cfg!(feature = "python") { crate::unwind::raise(error) } else { std::panic::panic_any(error) }
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
