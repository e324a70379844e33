//! Copies of planes, in strips where source and destination run across one another.
//!
//! A row-major matrix copied to a column-major one touches a new cache line for every element on one side. A strip of
//! the destination's columns is short enough that the source's lines are still in the cache when their next element is
//! due, and runs over all columns, so that each line of a strip is one stream. At power-of-two sizes those lines
//! fall into one cache set each: such strips are shorter.
//!
//! Of the shapes tried (square tiles, blocks turned in registers or in a buffer), strips were the fastest or close to
//! it at every size, and take 0.25 to 0.5 of a copy by whole columns at powers of two.

use std::ops::Range;

/// Two dimensions of a copy: the first has the smallest stride of the destination, the second, where it has an extent
/// above 1, that of the source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane {
    pub element_size: usize,
    pub extents: [usize; 2],
    pub to: [isize; 2],
    pub from: [isize; 2],
}

/// Rows of a strip.
const STRIP: usize = 64;
/// Rows of a strip whose lines fall into few cache sets: found by trial.
const NARROW_STRIP: usize = 24;
/// Strides that are multiples of this put 64 lines into a few sets of a cache whose ways are 4 kB.
const ALIASING: isize = 1024;

/// Copies a plane.
///
/// # Safety
/// Both sides are valid for the elements that the plane reaches, and do not overlap.
pub(crate) unsafe fn copy_plane(plane: &Plane, to: *mut u8, from: *const u8) {
    match plane.element_size {
        // SAFETY: the caller's promise, for elements of this size.
        1 => unsafe { copy_sized::<u8>(plane, to, from) },
        // SAFETY: as above.
        2 => unsafe { copy_sized::<u16>(plane, to, from) },
        // SAFETY: as above.
        4 => unsafe { copy_sized::<u32>(plane, to, from) },
        // SAFETY: as above.
        8 => unsafe { copy_sized::<u64>(plane, to, from) },
        // SAFETY: as above.
        16 => unsafe { copy_sized::<[u64; 2]>(plane, to, from) },
        size => unreachable!("no element has {size} bytes"),
    }
}

/// Copies a plane of elements of type `E`.
///
/// # Safety
/// As for [`copy_plane`].
unsafe fn copy_sized<E: Copy>(plane: &Plane, to: *mut u8, from: *const u8) {
    let [rows, columns] = plane.extents;
    let size = size_of::<E>();
    let dense = plane.to[0] == size as isize;
    if columns == 1 && dense && plane.from[0] == size as isize {
        // SAFETY: both sides are without gaps and do not overlap (the caller's promise).
        return unsafe { std::ptr::copy_nonoverlapping(from, to, rows * size) };
    }
    let strip = match columns {
        1 => rows,
        _ if plane.from[0] % ALIASING == 0 => NARROW_STRIP,
        _ => STRIP,
    };
    for first in (0..rows).step_by(strip) {
        let strip = first..rows.min(first + strip);
        if dense {
            // SAFETY: the strip is inside the plane; the stride is that of the destination, just compared.
            unsafe { copy_strip::<E>(plane, size as isize, strip, to, from) };
        } else {
            // SAFETY: the strip is inside the plane.
            unsafe { copy_strip::<E>(plane, plane.to[0], strip, to, from) };
        }
    }
}

/// Copies some rows of a plane. The stride of the destination is passed apart: the compiler joins stores when it is
/// known.
///
/// # Safety
/// As for [`copy_plane`]; the rows are inside the plane, and `step` is `plane.to[0]`.
#[inline(always)]
unsafe fn copy_strip<E: Copy>(plane: &Plane, step: isize, rows: Range<usize>, to: *mut u8, from: *const u8) {
    let first = rows.start as isize;
    for column in 0..plane.extents[1] as isize {
        let mut source = from.wrapping_offset(first * plane.from[0] + column * plane.from[1]);
        let mut destination = to.wrapping_offset(first * step + column * plane.to[1]);
        for _ in rows.clone() {
            // SAFETY: an element of the source (the caller's promise), which may be aligned for less than `E`.
            let element = unsafe { source.cast::<E>().read_unaligned() };
            // SAFETY: an element of the destination, likewise.
            unsafe { destination.cast::<E>().write_unaligned(element) };
            // Wrapping: after the last row they may be outside the allocation.
            source = source.wrapping_offset(plane.from[0]);
            destination = destination.wrapping_offset(step);
        }
    }
}
