//! The constants of the intrinsic modules (F2018 16.10.2, 18.2) and the kinds that a processor has.
//!
//! Kind numbers are bytes, as gfortran, flang and ifx have them; C's types are those of LP64 systems.

use std::rc::Rc;

use crate::analysis::constant::{Constant, StructureConstant};
use crate::ir::name::Name;

/// Whether the standard defines a module of this name.
pub fn is_module(module: &Name) -> bool {
    matches!(
        module.lower(),
        "iso_c_binding"
            | "iso_fortran_env"
            | "ieee_arithmetic"
            | "ieee_exceptions"
            | "ieee_features"
            | "omp_lib"
            | "omp_lib_kinds"
            | "openacc"
            | "openacc_kinds"
    )
}

/// The value of a named constant of an intrinsic module.
pub fn find_module_constant(module: &Name, name: &Name) -> Option<Constant> {
    if let Some(value) =
        module_array(module.lower(), name.lower()).or_else(|| module_text(module.lower(), name.lower()))
    {
        return Some(value);
    }
    if let ("iso_c_binding", "c_null_ptr" | "c_null_funptr") = (module.lower(), name.lower()) {
        let type_name = Name::new(if name.lower() == "c_null_ptr" { "c_ptr" } else { "c_funptr" });
        let components = vec![(Name::new("c_address"), Some(Constant::Integer(0, 8)))];
        return Some(Constant::Structure(Rc::new(StructureConstant { type_name, components })));
    }
    let table = match module.lower() {
        "iso_c_binding" => ISO_C_BINDING,
        "iso_fortran_env" => ISO_FORTRAN_ENV,
        "omp_lib" | "omp_lib_kinds" => OMP_LIB,
        "openacc" | "openacc_kinds" => OPENACC,
        _ => return None,
    };
    table.iter().find(|(known, _)| *known == name.lower()).map(|(_, value)| Constant::Integer(*value, 4))
}

fn module_array(module: &str, name: &str) -> Option<Constant> {
    let kinds: &[i128] = match (module, name) {
        ("iso_fortran_env", "integer_kinds" | "logical_kinds") => &[1, 2, 4, 8, 16],
        ("iso_fortran_env", "real_kinds") => &[4, 8, 10, 16],
        ("iso_fortran_env", "character_kinds") => &[1, 4],
        _ => return None,
    };
    Some(Constant::vector(kinds.iter().map(|kind| Constant::Integer(*kind, 4)).collect()))
}

fn module_text(module: &str, name: &str) -> Option<Constant> {
    let text = match (module, name) {
        ("iso_c_binding", "c_null_char") => "\0",
        ("iso_c_binding", "c_alert") => "\x07",
        ("iso_c_binding", "c_backspace") => "\x08",
        ("iso_c_binding", "c_form_feed") => "\x0c",
        ("iso_c_binding", "c_new_line") => "\n",
        ("iso_c_binding", "c_carriage_return") => "\r",
        ("iso_c_binding", "c_horizontal_tab") => "\t",
        ("iso_c_binding", "c_vertical_tab") => "\x0b",
        _ => return None,
    };
    Some(Constant::text(text))
}

/// Whether an intrinsic module defines a type of this name.
pub fn is_module_type(module: &Name, name: &Name) -> bool {
    let types: &[&str] = match module.lower() {
        "iso_c_binding" => &["c_ptr", "c_funptr"],
        "iso_fortran_env" => &["lock_type", "event_type", "team_type"],
        "ieee_arithmetic" => &["ieee_class_type", "ieee_round_type", "ieee_flag_type", "ieee_status_type"],
        "ieee_exceptions" => &["ieee_flag_type", "ieee_status_type"],
        "ieee_features" => &["ieee_features_type"],
        _ => &[],
    };
    types.contains(&name.lower())
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
    ("c_int128_t", 16),
    ("c_int_least128_t", 16),
    ("c_int_fast128_t", 16),
    ("c_float128", 16),
    ("c_float128_complex", 16),
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
    ("iostat_inquire_internal_unit", 5018),
    ("atomic_int_kind", 4),
    ("atomic_logical_kind", 4),
    ("current_team", 0),
    ("initial_team", 1),
    ("parent_team", 2),
    ("stat_stopped_image", 6000),
    ("stat_failed_image", 6001),
    ("stat_locked", 1),
    ("stat_locked_other_image", 2),
    ("stat_unlocked", 0),
];

const OMP_LIB: &[(&str, i128)] = &[
    ("omp_lock_kind", 4),
    ("omp_nest_lock_kind", 8),
    ("omp_integer_kind", 4),
    ("omp_logical_kind", 4),
    ("omp_sched_kind", 4),
    ("omp_proc_bind_kind", 4),
    ("omp_sync_hint_kind", 4),
    ("omp_lock_hint_kind", 4),
    ("omp_pause_resource_kind", 4),
    ("omp_allocator_handle_kind", 8),
    ("omp_alloctrait_key_kind", 4),
    ("omp_alloctrait_val_kind", 8),
    ("omp_memspace_handle_kind", 8),
    ("omp_depend_kind", 16),
    ("omp_event_handle_kind", 8),
];

const OPENACC: &[(&str, i128)] = &[("acc_device_kind", 4), ("acc_handle_kind", 4)];

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

#[cfg(test)]
mod tests {
    use super::{find_module_constant, is_module, selected_int_kind, selected_real_kind};
    use crate::analysis::constant::Constant;
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
        let value = find_module_constant(&Name::new("ISO_C_Binding"), &Name::new("C_DOUBLE"));
        assert_eq!(value, Some(Constant::Integer(8, 4)));
        assert_eq!(find_module_constant(&Name::new("iso_fortran_env"), &Name::new("c_double")), None);
        assert!(is_module(&Name::new("IEEE_arithmetic")) && !is_module(&Name::new("kinds")));
    }
}
