//! NumPy's numbers for element types: which there are, what they are called, how large their elements are.

use std::ffi::c_int;

pub(crate) const BOOL: c_int = 0;
pub(crate) const INT8: c_int = 1;
pub(crate) const INT16: c_int = 3;
pub(crate) const INT32: c_int = 5;
/// `long` where it has 64 bits, else `long long`: the number that NumPy itself gives `int64`.
pub(crate) const INT64: c_int = if size_of::<std::ffi::c_long>() == 8 { 7 } else { 9 };
pub(crate) const FLOAT32: c_int = 11;
pub(crate) const FLOAT64: c_int = 12;
pub(crate) const COMPLEX64: c_int = 14;
pub(crate) const COMPLEX128: c_int = 15;
pub(crate) const OBJECT: c_int = 17;

/// The number that NumPy's own names use for a type that C has under two names.
pub(crate) const fn equivalent(number: c_int) -> c_int {
    const LONG: c_int = 7;
    const LONG_LONG: c_int = 9;
    match number {
        LONG | LONG_LONG if size_of::<std::ffi::c_long>() == 8 => INT64,
        LONG => INT32,
        number => number,
    }
}

/// The size of an element in bytes.
pub(crate) const fn type_size(number: c_int) -> usize {
    match number {
        BOOL | INT8 => 1,
        INT16 => 2,
        INT32 | FLOAT32 => 4,
        COMPLEX128 => 16,
        _ => 8,
    }
}

/// NumPy's name of a type number that Fortran data can have.
pub(crate) const fn type_name(number: c_int) -> &'static str {
    match number {
        BOOL => "bool",
        INT8 => "int8",
        INT16 => "int16",
        INT32 => "int32",
        INT64 => "int64",
        FLOAT32 => "float32",
        FLOAT64 => "float64",
        COMPLEX64 => "complex64",
        COMPLEX128 => "complex128",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Complex, Element};

    #[test]
    fn numbers_and_names_are_those_of_the_elements() {
        fn same<T: Element>(number: c_int) -> bool {
            T::NUMPY_TYPE == number && type_name(number) == T::NAME && type_size(number) == size_of::<T>()
        }
        assert!(same::<bool>(BOOL));
        assert!(same::<i8>(INT8));
        assert!(same::<i16>(INT16));
        assert!(same::<i32>(INT32));
        assert!(same::<i64>(INT64));
        assert!(same::<f32>(FLOAT32));
        assert!(same::<f64>(FLOAT64));
        assert!(same::<Complex<f32>>(COMPLEX64));
        assert!(same::<Complex<f64>>(COMPLEX128));
    }

    #[test]
    fn both_names_of_the_64_bit_integer_count() {
        assert_eq!(equivalent(9), if cfg!(windows) { 9 } else { INT64 });
        assert_eq!(equivalent(FLOAT64), FLOAT64);
    }
}
