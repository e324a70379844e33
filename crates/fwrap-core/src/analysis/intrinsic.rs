//! The constants of the intrinsic modules (F2018 16.10.2, 18.2) and the kinds that a processor has.
//!
//! Kind numbers are bytes, as gfortran, flang and ifx have them; C's types are those of LP64 systems.

use crate::ir::name::Name;

/// Whether the standard defines a module of this name.
pub fn is_module(module: &Name) -> bool {
    matches!(
        module.lower(),
        "iso_c_binding" | "iso_fortran_env" | "ieee_arithmetic" | "ieee_exceptions" | "ieee_features" | "omp_lib"
    )
}

/// The value of a named constant of an intrinsic module.
pub fn find_module_constant(module: &Name, name: &Name) -> Option<i128> {
    let table = match module.lower() {
        "iso_c_binding" => ISO_C_BINDING,
        "iso_fortran_env" => ISO_FORTRAN_ENV,
        "omp_lib" => OMP_LIB,
        _ => return None,
    };
    table.iter().find(|(known, _)| *known == name.lower()).map(|(_, value)| *value)
}

const ISO_C_BINDING: &[(&str, i128)] = &[
    ("c_int", 4),
    ("c_short", 2),
    ("c_long", 8),
    ("c_long_long", 8),
    ("c_signed_char", 1),
    ("c_size_t", 8),
    ("c_int8_t", 1),
    ("c_int16_t", 2),
    ("c_int32_t", 4),
    ("c_int64_t", 8),
    ("c_int_least8_t", 1),
    ("c_int_least16_t", 2),
    ("c_int_least32_t", 4),
    ("c_int_least64_t", 8),
    ("c_int_fast8_t", 1),
    ("c_int_fast16_t", 8),
    ("c_int_fast32_t", 8),
    ("c_int_fast64_t", 8),
    ("c_intmax_t", 8),
    ("c_intptr_t", 8),
    ("c_ptrdiff_t", 8),
    ("c_float", 4),
    ("c_double", 8),
    ("c_long_double", 10),
    ("c_float_complex", 4),
    ("c_double_complex", 8),
    ("c_long_double_complex", 10),
    ("c_bool", 1),
    ("c_char", 1),
];

const ISO_FORTRAN_ENV: &[(&str, i128)] = &[
    ("int8", 1),
    ("int16", 2),
    ("int32", 4),
    ("int64", 8),
    ("real32", 4),
    ("real64", 8),
    ("real128", 16),
    ("logical8", 1),
    ("logical16", 2),
    ("logical32", 4),
    ("logical64", 8),
    ("character_storage_size", 8),
    ("numeric_storage_size", 32),
    ("file_storage_size", 8),
    ("input_unit", 5),
    ("output_unit", 6),
    ("error_unit", 0),
    ("iostat_end", -1),
    ("iostat_eor", -2),
];

const OMP_LIB: &[(&str, i128)] =
    &[("omp_lock_kind", 4), ("omp_nest_lock_kind", 8), ("omp_integer_kind", 4), ("omp_logical_kind", 4)];

/// `selected_int_kind(range)` (F2018 16.9.170).
pub fn selected_int_kind(range: i128) -> i128 {
    match range {
        ..=2 => 1,
        3..=4 => 2,
        5..=9 => 4,
        10..=18 => 8,
        19..=38 => 16,
        _ => -1,
    }
}

/// `selected_real_kind(precision, range)` (F2018 16.9.172) on a processor with kinds 4, 8, 10 and 16.
pub fn selected_real_kind(precision: i128, range: i128) -> i128 {
    const KINDS: &[(i128, i128, i128)] = &[(4, 6, 37), (8, 15, 307), (10, 18, 4931), (16, 33, 4931)];
    let fits = KINDS.iter().find(|(_, digits, exponent)| precision <= *digits && range <= *exponent);
    match fits {
        Some((kind, _, _)) => *kind,
        None if precision > 33 && range > 4931 => -3,
        None if precision > 33 => -1,
        None => -2,
    }
}

/// Decimal precision and exponent range of a real kind.
pub fn real_model(kind: u8) -> Option<(i128, i128)> {
    match kind {
        4 => Some((6, 37)),
        8 => Some((15, 307)),
        10 => Some((18, 4931)),
        16 => Some((33, 4931)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{find_module_constant, is_module, selected_int_kind, selected_real_kind};
    use crate::ir::name::Name;

    #[test]
    fn kinds_are_the_smallest_that_do() {
        assert_eq!([2, 3, 9, 10, 18, 38, 39].map(selected_int_kind), [1, 2, 4, 8, 8, 16, -1]);
        assert_eq!(selected_real_kind(6, 37), 4);
        assert_eq!(selected_real_kind(15, 307), 8);
        assert_eq!(selected_real_kind(15, 308), 10);
        assert_eq!([(34, 0), (0, 5000), (34, 5000)].map(|(p, r)| selected_real_kind(p, r)), [-1, -2, -3]);
    }

    #[test]
    fn constants_are_found_without_case_and_only_in_their_module() {
        assert_eq!(find_module_constant(&Name::new("ISO_C_Binding"), &Name::new("C_DOUBLE")), Some(8));
        assert_eq!(find_module_constant(&Name::new("iso_fortran_env"), &Name::new("c_double")), None);
        assert!(is_module(&Name::new("IEEE_arithmetic")) && !is_module(&Name::new("kinds")));
    }
}
