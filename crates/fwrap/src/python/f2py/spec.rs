//! What an array argument has to be: its element type and f2py's intents, as the generated code says them.

use std::ffi::c_int;

use super::super::numpy;

/// `bool`
pub const BOOL: c_int = 0;
/// `int8`
pub const INT8: c_int = 1;
/// `uint8`
pub const UINT8: c_int = 2;
/// `int16`
pub const INT16: c_int = 3;
/// `uint16`
pub const UINT16: c_int = 4;
/// `int32`
pub const INT32: c_int = 5;
/// `uint32`
pub const UINT32: c_int = 6;
/// `int64`: `long` where it has 64 bits.
pub const INT64: c_int = if size_of::<std::ffi::c_long>() == 8 { 7 } else { 9 };
/// `uint64`
pub const UINT64: c_int = INT64 + 1;
/// `float32`
pub const FLOAT32: c_int = 11;
/// `float64`
pub const FLOAT64: c_int = 12;
/// `longdouble`
pub const FLOAT80: c_int = 13;
/// `complex64`
pub const COMPLEX64: c_int = 14;
/// `complex128`
pub const COMPLEX128: c_int = 15;
/// `clongdouble`
pub const COMPLEX160: c_int = 16;
/// `object`
pub const OBJECT: c_int = 17;
/// `S5`: byte strings of a length that is said elsewhere.
pub const CHARACTERS: c_int = 18;

/// `intent(in)`
pub const IN: u32 = 1;
/// `intent(inout)`: the caller's own array.
pub const INOUT: u32 = 2;
/// `intent(out)`: returned.
pub const OUT: u32 = 4;
/// `intent(hide)`: made by the wrapper.
pub const HIDE: u32 = 8;
/// `intent(cache)`: scratch memory of any type.
pub const CACHE: u32 = 16;
/// `intent(copy)`: never the caller's own array.
pub const COPY: u32 = 32;
/// `intent(c)`: C order.
pub const C: u32 = 64;
/// `optional`: zeros for `None`.
pub const OPTIONAL: u32 = 128;
/// `intent(inplace)`: the caller's own array, which is changed if it has another type or order.
pub const INPLACE: u32 = 256;
/// `intent(aligned4)`
pub const ALIGNED4: u32 = 512;
/// `intent(aligned8)`
pub const ALIGNED8: u32 = 1024;
/// `intent(aligned16)`
pub const ALIGNED16: u32 = 2048;
/// Assumed shape: any strides will do.
pub const STRIDED: u32 = 1 << 16;
/// Nobody has said an intent: what is written may not be lost.
pub const UNSAID: u32 = 1 << 17;

/// The intents that the inlined way knows nothing of.
pub(crate) const INVOLVED: u32 = HIDE | CACHE | COPY | ALIGNED4 | ALIGNED8 | ALIGNED16;

/// What an array argument has to be.
#[derive(Clone, Copy, Debug)]
pub struct ArraySpec {
    pub(crate) name: &'static str,
    pub(crate) number: c_int,
    pub(crate) intent: u32,
    /// NumPy's flags of an array that is used where it is, in the strict and in the lossy way; none has all of
    /// [`NEVER`].
    flags: [c_int; 2],
}

/// What no array has.
const NEVER: c_int = !0;

impl ArraySpec {
    /// An array called `name`, of NumPy's type `number`, with these intents.
    pub const fn new(name: &'static str, number: c_int, intent: u32) -> Self {
        Self { name, number, intent, flags: [flags(intent, false), flags(intent, true)] }
    }

    /// The same with more intents.
    pub(crate) const fn with(self, more: u32) -> Self {
        Self::new(self.name, self.number, self.intent | more)
    }

    /// NumPy's flags of an array that is used where it is.
    #[inline]
    pub(crate) const fn flags(&self, lossy: bool) -> c_int {
        self.flags[lossy as usize]
    }

    /// Whether all of these intents are there.
    #[inline]
    pub(crate) const fn has(self, intent: u32) -> bool {
        self.intent & intent == intent
    }

    /// Whether the caller's own array is written.
    #[inline]
    pub(crate) const fn is_written(self) -> bool {
        self.has_any(INOUT | INPLACE)
    }

    /// Whether any of these intents is there.
    #[inline]
    pub(crate) const fn has_any(self, intent: u32) -> bool {
        self.intent & intent != 0
    }

    /// Whether the caller's own array can only be used if it can be written: in the strict way, also where nobody says
    /// that the procedure does not.
    #[inline]
    pub(crate) const fn must_be_writable(self, lossy: bool) -> bool {
        self.is_written() || (!lossy && self.has(UNSAID))
    }

    /// On what the address of the elements must be aligned.
    pub(crate) const fn alignment(self) -> usize {
        match self.intent & (ALIGNED4 | ALIGNED8 | ALIGNED16) {
            0 => 1,
            bits if bits & ALIGNED4 != 0 => 4,
            bits if bits & ALIGNED8 != 0 => 8,
            _ => 16,
        }
    }
}

/// The flags of an array with these intents that is used where it is.
const fn flags(intent: u32, lossy: bool) -> c_int {
    if intent & INVOLVED != 0 {
        return NEVER;
    }
    let order = match (intent & STRIDED != 0, intent & C != 0) {
        (true, _) => 0,
        (false, true) => numpy::C_CONTIGUOUS,
        (false, false) => numpy::F_CONTIGUOUS,
    };
    let is_written = intent & (INOUT | INPLACE) != 0 || (!lossy && intent & UNSAID != 0);
    order | numpy::ALIGNED | if is_written { numpy::WRITEABLE } else { 0 }
}

/// What a type's values are: types of one class and size have the same representation. Of numbers, each class includes
/// the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Logical,
    Integer,
    Real,
    Complex,
    Characters,
    Other,
}

/// The class of NumPy's type `number`.
pub(crate) const fn class_of(number: c_int) -> Class {
    match number {
        BOOL => Class::Logical,
        INT8..=10 => Class::Integer,
        FLOAT32..=FLOAT80 | 23 => Class::Real,
        COMPLEX64..=COMPLEX160 => Class::Complex,
        CHARACTERS => Class::Characters,
        _ => Class::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_numpy() {
        assert!([INT8, UINT8, INT32, INT64, UINT64].into_iter().all(|number| class_of(number) == Class::Integer));
        assert!([FLOAT32, FLOAT64, FLOAT80].into_iter().all(|number| class_of(number) == Class::Real));
        assert_eq!(class_of(BOOL), Class::Logical);
        assert_eq!(class_of(OBJECT), Class::Other);
        assert_eq!(class_of(CHARACTERS), Class::Characters);
    }

    #[test]
    fn the_smallest_alignment_counts() {
        assert_eq!(ArraySpec::new("x", FLOAT64, IN).alignment(), 1);
        assert_eq!(ArraySpec::new("x", FLOAT64, IN | ALIGNED16).alignment(), 16);
        assert_eq!(ArraySpec::new("x", FLOAT64, IN | ALIGNED8 | ALIGNED4).alignment(), 4);
    }
}
