//! The types an array element can have, and what each is called across the border.

use std::ffi::c_long;
use std::fmt;

use num_complex::Complex;

use crate::cfi;

mod sealed {
    pub trait Sealed {}
}

/// A type whose arrays cross the border: the interoperable intrinsic types, and `bool` for logical.
///
/// # Safety
/// Sealed. Every implementor is plain data without padding, 1, 2, 4, 8 or 16 bytes long, has a value of zero bytes,
/// and has the representation of the Fortran type that its constants name. All but `bool` accept any bytes;
/// `bool` is only ever read through [`Element::load`].
pub unsafe trait Element:
    Copy + Default + PartialEq + fmt::Debug + Send + Sync + 'static + sealed::Sealed
{
    /// The type code of `ISO_Fortran_binding.h`.
    const CFI_TYPE: i16;
    /// The type number of NumPy (`NPY_TYPES` in `ndarraytypes.h`).
    const NUMPY_TYPE: i32;
    /// The name of the NumPy type, for messages.
    const NAME: &'static str;

    /// Reads an element that Rust did not write.
    ///
    /// # Safety
    /// `pointer` is aligned and points to an initialised element.
    #[doc(hidden)]
    #[inline]
    unsafe fn load(pointer: *const Self) -> Self {
        // SAFETY: the caller's promise; every implementor but `bool` accepts any bytes.
        unsafe { pointer.read() }
    }
}

macro_rules! elements {
    ($($type:ty: $cfi:expr, $numpy:expr, $name:literal;)*) => {$(
        impl sealed::Sealed for $type {}
        // SAFETY: plain data without padding, of the size and representation that the constants name.
        unsafe impl Element for $type {
            const CFI_TYPE: i16 = $cfi;
            const NUMPY_TYPE: i32 = $numpy;
            const NAME: &'static str = $name;
        }
    )*};
}

elements! {
    i8: cfi::type_code(cfi::INTEGER, 1), 1, "int8";
    i16: cfi::type_code(cfi::INTEGER, 2), 3, "int16";
    i32: cfi::type_code(cfi::INTEGER, 4), 5, "int32";
    // `NPY_LONG` where C's long has 64 bits, else `NPY_LONGLONG`.
    i64: cfi::type_code(cfi::INTEGER, 8), if size_of::<c_long>() == 8 { 7 } else { 9 }, "int64";
    f32: cfi::type_code(cfi::REAL, 4), 11, "float32";
    f64: cfi::type_code(cfi::REAL, 8), 12, "float64";
    Complex<f32>: cfi::type_code(cfi::COMPLEX, 4), 14, "complex64";
    Complex<f64>: cfi::type_code(cfi::COMPLEX, 8), 15, "complex128";
}

impl sealed::Sealed for bool {}
// SAFETY: one byte; `load` accepts all 256 of its values.
unsafe impl Element for bool {
    const CFI_TYPE: i16 = cfi::type_code(cfi::LOGICAL, 1);
    const NUMPY_TYPE: i32 = 0;
    const NAME: &'static str = "bool";

    #[inline]
    unsafe fn load(pointer: *const Self) -> Self {
        // SAFETY: the caller's promise; a byte accepts any value, a Rust `bool` would not.
        unsafe { pointer.cast::<u8>().read() != 0 }
    }
}

/// An integer kind that a size can be passed as.
pub trait Integer: Element + TryFrom<i64> + Into<i64> {
    /// Its bits.
    const BITS: u32;
}

/// The storage of a Fortran logical: an integer of its kind, 0 or 1 when Rust writes it, true unless 0 when Rust reads.
pub trait Logical: Element {
    /// The type code of the logical kind in `ISO_Fortran_binding.h`.
    const CFI_LOGICAL: i16;
    /// 0 or 1.
    fn from_bool(value: bool) -> Self;
    /// True unless 0.
    fn to_bool(self) -> bool;
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Integer for $type {
            const BITS: u32 = <$type>::BITS;
        }
        impl Logical for $type {
            const CFI_LOGICAL: i16 = cfi::type_code(cfi::LOGICAL, size_of::<$type>() as i16);
            #[inline]
            fn from_bool(value: bool) -> Self {
                <$type>::from(value)
            }
            #[inline]
            fn to_bool(self) -> bool {
                self != 0
            }
        }
    )*};
}

integers! { i8 i16 i32 i64 }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_codes_are_those_of_the_header() {
        // `CFI_type_int8_t` ... `CFI_type_Bool` of GCC 12: intrinsic type + (kind << 8).
        assert_eq!([i8::CFI_TYPE, i16::CFI_TYPE, i32::CFI_TYPE, i64::CFI_TYPE], [0x101, 0x201, 0x401, 0x801]);
        assert_eq!([f32::CFI_TYPE, f64::CFI_TYPE], [0x403, 0x803]);
        assert_eq!([Complex::<f32>::CFI_TYPE, Complex::<f64>::CFI_TYPE], [0x404, 0x804]);
        assert_eq!(bool::CFI_TYPE, 0x102);
        assert_eq!(
            [i8::CFI_LOGICAL, i16::CFI_LOGICAL, i32::CFI_LOGICAL, i64::CFI_LOGICAL],
            [0x102, 0x202, 0x402, 0x802]
        );
    }

    #[test]
    fn any_byte_but_zero_is_true() {
        for byte in 0..=u8::MAX {
            // SAFETY: a `bool` is loaded as a byte.
            assert_eq!(unsafe { bool::load((&raw const byte).cast()) }, byte != 0);
        }
    }

    #[test]
    fn logicals_are_written_as_0_and_1_and_read_as_unless_0() {
        assert_eq!([i32::from_bool(false), i32::from_bool(true)], [0, 1]);
        assert_eq!([0_i8, 1, 2, -1, i8::MIN].map(Logical::to_bool), [false, true, true, true, true]);
    }
}
