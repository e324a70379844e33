//! Memory between guard zones.

use std::ptr::NonNull;

use crate::buffer::Buffer;
use crate::element::Element;
use crate::error::{Error, Result};

/// The bytes that fill what is not defined yet, in turns: as reals and parts of complex numbers of any kind they are NaN,
/// as integers they are 32762, 2147123194, ...
const PATTERN: [u8; 2] = if cfg!(target_endian = "little") { [0xfa, 0x7f] } else { [0x7f, 0xfa] };

/// The byte of a zone at an offset. Not NaN, which stays the same in any operation (`x(i) = 2*x(i)`), but small numbers,
/// and no two neighbours alike, as elements may be exchanged.
const fn zone_byte(offset: usize) -> u8 {
    let is_high = (offset % 2 == 1) == cfg!(target_endian = "little");
    if is_high { 0x3c } else { (offset / 2).wrapping_mul(37).wrapping_add(91) as u8 }
}

/// The sizes of a zone: as large as the argument within these limits, so that an error of a factor of 2 is seen.
const LEAST_ZONE: usize = 1 << 12;
const LARGEST_ZONE: usize = 1 << 22;

/// An argument's bytes, with a zone before and one behind them.
#[derive(Debug)]
pub(crate) struct Storage {
    memory: Buffer,
    zone: usize,
    length: usize,
    element: usize,
    name: &'static str,
}

impl Storage {
    /// Storage of so many elements of a size, not defined yet: filled with the pattern.
    pub(crate) fn new(name: &'static str, count: usize, element: usize) -> Self {
        let length = count.saturating_mul(element);
        let zone = length.next_multiple_of(16).clamp(LEAST_ZONE, LARGEST_ZONE);
        let storage =
            Storage { memory: Buffer::new(length.saturating_add(2 * zone), 1, false), zone, length, element, name };
        let first = storage.memory.pointer().as_ptr();
        for offset in 0..length + 2 * zone {
            let is_argument = (zone..zone + length).contains(&offset);
            let byte = if is_argument { PATTERN[offset % PATTERN.len()] } else { zone_byte(offset) };
            // SAFETY: inside the memory that was made for so many bytes.
            unsafe { first.wrapping_add(offset).write(byte) };
        }
        storage
    }

    /// The first byte of the argument: aligned for every element type.
    #[inline]
    pub(crate) fn start(&self) -> NonNull<u8> {
        // SAFETY: the zone is followed by the argument, in the same allocation.
        unsafe { self.memory.pointer().add(self.zone) }
    }

    /// The bytes of the argument.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Copies bytes in, as many as there are.
    ///
    /// # Safety
    /// `from` is valid for as many bytes as the storage has.
    pub(crate) unsafe fn fill(&mut self, from: NonNull<u8>) {
        // SAFETY: the caller's promise, and memory of our own.
        unsafe { self.start().copy_from_nonoverlapping(from, self.length) };
    }

    /// The bytes of the argument, which nobody else uses now.
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: all of it was written by `new`.
        unsafe { std::slice::from_raw_parts(self.start().as_ptr(), self.length) }
    }

    fn overrun(&self, behind: bool, distance: usize) -> Error {
        Error::Overrun { argument: self.name, behind, element: distance / self.element + 1 }
    }

    pub(crate) fn verify(&self) -> Result<()> {
        let first = self.memory.pointer().as_ptr();
        let holds = |offset: &usize| {
            // SAFETY: inside the memory; all of it was written by `new`. Volatile: the procedure may have written it.
            unsafe { first.wrapping_add(*offset).read_volatile() == zone_byte(*offset) }
        };
        let end = self.zone + self.length;
        if let Some(offset) = (end..end + self.zone).find(|offset| !holds(offset)) {
            return Err(self.overrun(true, offset - end));
        }
        match (0..self.zone).rev().find(|offset| !holds(offset)) {
            Some(offset) => Err(self.overrun(false, self.zone - offset - 1)),
            None => Ok(()),
        }
    }
}

/// A scalar that is not defined yet: NaN, or a number that nobody means.
#[must_use]
pub fn undefined<T: Element>() -> T {
    let mut value = T::default();
    if size_of::<T>() > 1 {
        for (offset, &byte) in (0..size_of::<T>()).zip(PATTERN.iter().cycle()) {
            // SAFETY: inside the value; elements of more than a byte accept any bytes.
            unsafe { (&raw mut value).cast::<u8>().wrapping_add(offset).write(byte) };
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Complex;

    #[test]
    fn what_is_not_defined_is_no_number() {
        assert!(undefined::<f32>().is_nan() && undefined::<f64>().is_nan());
        let complex = undefined::<Complex<f32>>();
        assert!(complex.re.is_nan() && complex.im.is_nan());
        assert_eq!((undefined::<i16>(), undefined::<i32>()), (32_762, 2_147_123_194));
        assert!(!undefined::<bool>());
    }

    #[test]
    fn numbers_in_a_zone_change_with_every_operation() {
        fn update(storage: &Storage, operation: impl Fn(f64) -> f64) {
            // SAFETY: the first element of the zone behind.
            let place = unsafe { storage.start().as_ptr().add(storage.length()) }.cast::<f64>();
            // SAFETY: aligned, and defined by `new`.
            let value = unsafe { place.read() };
            // SAFETY: as above.
            unsafe { place.write(operation(value)) };
        }
        let operations: [fn(f64) -> f64; 6] = [|x| 2.0 * x, |x| x + 1.0, |x| x - 1e-9, |x| -x, f64::sqrt, |x| 0.0 * x];
        for operation in operations {
            let storage = Storage::new("x", 3, 8);
            update(&storage, operation);
            let error = Error::Overrun { argument: "x", behind: true, element: 1 };
            assert_eq!(storage.verify(), Err(error));
        }
    }

    fn write(storage: &Storage, offset: isize) {
        // SAFETY: the tests stay inside the zones.
        unsafe { storage.start().as_ptr().wrapping_offset(offset).write(1) };
    }

    #[test]
    fn every_byte_of_both_zones_is_watched() {
        let all = [(24, 4096), (0, 4096), (5001, 5008)];
        // Miri looks at as many bytes in a minute as a processor in a millisecond.
        for &(length, zone) in if cfg!(miri) { &all[..1] } else { &all[..] } {
            for place in [0, 1, zone - 1] {
                let storage = Storage::new("x", length as usize, 1);
                assert!(storage.verify().is_ok());
                write(&storage, length + place);
                let element = place as usize + 1;
                assert_eq!(storage.verify(), Err(Error::Overrun { argument: "x", behind: true, element }));
                let storage = Storage::new("x", length as usize, 1);
                write(&storage, -1 - place);
                assert_eq!(storage.verify(), Err(Error::Overrun { argument: "x", behind: false, element }));
            }
        }
    }

    #[test]
    fn places_are_counted_in_elements() {
        for (offset, behind, element) in [(24, true, 1), (31, true, 1), (32, true, 2), (-8, false, 1), (-9, false, 2)] {
            let storage = Storage::new("x", 3, 8);
            write(&storage, offset);
            assert_eq!(storage.verify(), Err(Error::Overrun { argument: "x", behind, element }));
        }
    }

    #[test]
    fn the_argument_itself_may_be_written() {
        let storage = Storage::new("x", 3, 1);
        (0..3).for_each(|offset| write(&storage, offset));
        assert_eq!((storage.verify(), storage.bytes()), (Ok(()), [1, 1, 1].as_slice()));
    }
}
