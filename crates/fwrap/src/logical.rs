//! Logical arrays: bytes on this side, integers of the declared kind on the other.
//!
//! gfortran reads the bits of a logical as they are (`.not. 2` is 3), so what crosses is 0 or 1. What comes back counts
//! as true unless it is 0, and is never looked at as a Rust `bool`. Bytes from elsewhere are read the same way.

use std::ptr::NonNull;

use crate::buffer::Buffer;
use crate::copy::{gather, scatter};
use crate::element::Logical;
use crate::layout::Strided;

/// A contiguous copy of an array of bytes as logicals of `storage` bytes.
///
/// # Safety
/// The array is valid for reads.
#[inline(never)]
pub(crate) unsafe fn gather_logical(origin: &Strided, storage: usize) -> Buffer {
    let count = origin.count();
    // The wider allocation first: if it fails, nothing has been copied.
    let buffer = Buffer::new(count, storage, false);
    // SAFETY: the caller's promise.
    let bytes = unsafe { gather(origin) };
    let (to, from) = (buffer.pointer(), bytes.pointer());
    match storage {
        // SAFETY: both buffers have `count` elements.
        1 => unsafe { widen::<i8>(to, from, count) },
        // SAFETY: as above.
        2 => unsafe { widen::<i16>(to, from, count) },
        // SAFETY: as above.
        4 => unsafe { widen::<i32>(to, from, count) },
        // SAFETY: as above.
        8 => unsafe { widen::<i64>(to, from, count) },
        size => unreachable!("no logical has {size} bytes"),
    }
    buffer
}

/// Writes logicals of `storage` bytes back into an array of bytes, as 0 and 1.
///
/// # Safety
/// The array is valid for writes and does not overlap the copy, which has as many elements.
#[inline(never)]
pub(crate) unsafe fn scatter_logical(origin: &Strided, copy: NonNull<u8>, storage: usize) {
    let count = origin.count();
    let bytes = Buffer::new(count, 1, false);
    let to = bytes.pointer();
    match storage {
        // SAFETY: both have `count` elements.
        1 => unsafe { narrow::<i8>(to, copy, count) },
        // SAFETY: as above.
        2 => unsafe { narrow::<i16>(to, copy, count) },
        // SAFETY: as above.
        4 => unsafe { narrow::<i32>(to, copy, count) },
        // SAFETY: as above.
        8 => unsafe { narrow::<i64>(to, copy, count) },
        size => unreachable!("no logical has {size} bytes"),
    }
    // SAFETY: the caller's promise; `bytes` has `count` elements.
    unsafe { scatter(origin, to) };
}

unsafe fn widen<L: Logical>(to: NonNull<u8>, from: NonNull<u8>, count: usize) {
    for index in 0..count {
        // SAFETY: inside the source (the caller's promise).
        let byte = unsafe { from.add(index) };
        // SAFETY: initialised (the caller's promise).
        let value = unsafe { byte.read() } != 0;
        // SAFETY: inside the destination (the caller's promise).
        let logical = unsafe { to.cast::<L>().add(index) };
        // SAFETY: the destination is writable and aligned for every kind.
        unsafe { logical.write(L::from_bool(value)) };
    }
}

unsafe fn narrow<L: Logical>(to: NonNull<u8>, from: NonNull<u8>, count: usize) {
    for index in 0..count {
        // SAFETY: inside the source (the caller's promise).
        let logical = unsafe { from.cast::<L>().add(index) };
        // SAFETY: initialised (the caller's promise) and aligned for every kind.
        let value = unsafe { logical.read() }.to_bool();
        // SAFETY: inside the destination (the caller's promise).
        let byte = unsafe { to.add(index) };
        // SAFETY: the destination is writable.
        unsafe { byte.write(u8::from(value)) };
    }
}
