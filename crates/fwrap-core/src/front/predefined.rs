//! The macros that gfortran itself defines, for when the compiler was not asked.

/// What `gfortran -cpp -E -dM` lists on 64-bit little-endian machines and that no version changes.
pub(super) const PREDEFINED: &[(&str, &str)] = &[
    ("__GFORTRAN__", "1"),
    ("_LANGUAGE_FORTRAN", "1"),
    ("__STDC_HOSTED__", "0"),
    ("_LP64", "1"),
    ("__LP64__", "1"),
    ("__CHAR_BIT__", "8"),
    ("__BIGGEST_ALIGNMENT__", "16"),
    ("__ORDER_LITTLE_ENDIAN__", "1234"),
    ("__ORDER_BIG_ENDIAN__", "4321"),
    ("__ORDER_PDP_ENDIAN__", "3412"),
    ("__BYTE_ORDER__", "__ORDER_LITTLE_ENDIAN__"),
    ("__FLOAT_WORD_ORDER__", "__ORDER_LITTLE_ENDIAN__"),
    ("__SIZEOF_SHORT__", "2"),
    ("__SIZEOF_INT__", "4"),
    ("__SIZEOF_LONG__", "8"),
    ("__SIZEOF_LONG_LONG__", "8"),
    ("__SIZEOF_POINTER__", "8"),
    ("__SIZEOF_SIZE_T__", "8"),
    ("__SIZEOF_FLOAT__", "4"),
    ("__SIZEOF_DOUBLE__", "8"),
    ("__GFC_INT_1__", "1"),
    ("__GFC_INT_2__", "1"),
    ("__GFC_INT_8__", "1"),
    ("__GFC_INT_16__", "1"),
    ("__GFC_REAL_10__", "1"),
    ("__GFC_REAL_16__", "1"),
];

/// What gfortran defines with `-fopenmp`.
pub(super) const OPENMP: (&str, &str) = ("_OPENMP", "201511");

/// Macros whose values are those of a version: without the compiler's answer they have none.
pub(super) const OF_THE_COMPILER: &[&str] = &["__GNUC__", "__GNUC_MINOR__", "__GNUC_PATCHLEVEL__", "__VERSION__"];
