//! The names of the intrinsic functions of the standard and of gfortran.

use crate::ir::name::Name;

/// Whether the standard or gfortran has an intrinsic function of this name.
pub fn is_function(name: &Name) -> bool {
    FUNCTIONS.binary_search(&name.lower()).is_ok()
}

/// In the order of the alphabet.
#[rustfmt::skip]
const FUNCTIONS: &[&str] = &[
    "abs", "achar", "acos", "acosd", "acosh", "adjustl", "adjustr", "aimag", "aint", "algama", "all", "allocated",
    "alog", "alog10", "amax0", "amax1", "amin0", "amin1", "amod", "and", "anint", "any", "asin", "asind", "asinh",
    "associated", "atan", "atan2", "atan2d", "atand", "atanh", "besj0", "besj1", "besjn", "bessel_j0", "bessel_j1",
    "bessel_jn", "bessel_y0", "bessel_y1", "bessel_yn", "besy0", "besy1", "besyn", "bge", "bgt", "bit_size", "ble",
    "blt", "btest", "c_associated", "c_funloc", "c_loc", "c_sizeof", "cabs", "ccos", "cdabs", "ceiling", "cexp",
    "char", "clog", "cmplx", "command_argument_count", "compiler_options", "compiler_version", "complex", "conjg",
    "cos", "cosd", "cosh", "coshape", "cotan", "count", "cshift", "csin", "csqrt", "dabs", "dacos", "dacosh", "dasin",
    "dasinh", "datan", "datan2", "datanh", "dble", "dcmplx", "dconjg", "dcos", "dcosh", "ddim", "derf", "derfc",
    "dexp", "dfloat", "dgamma", "digits", "dim", "dimag", "dint", "dlog", "dlog10", "dmax1", "dmin1", "dmod", "dnint",
    "dot_product", "dprod", "dreal", "dshiftl", "dshiftr", "dsign", "dsin", "dsinh", "dsqrt", "dtan", "dtanh",
    "eoshift", "epsilon", "erf", "erfc", "erfc_scaled", "exp", "exponent", "extends_type_of", "findloc", "float",
    "floatk", "floor", "fraction", "gamma", "get_team", "huge", "hypot", "iabs", "iachar", "iall", "iand", "iany",
    "iargc", "ibclr", "ibits", "ibset", "ichar", "idim", "idint", "idnint", "ieee_selected_real_kind", "ieor", "ifix",
    "imag", "image_index", "image_status", "imagpart", "index", "int", "int2", "int8", "ior", "iparity",
    "is_contiguous", "is_iostat_end", "is_iostat_eor", "ishft", "ishftc", "isign", "isnan", "kind", "lbound",
    "lcobound", "leadz", "len", "len_trim", "lgamma", "lge", "lgt", "lle", "llt", "loc", "log", "log10", "log_gamma",
    "logical", "lshift", "maskl", "maskr", "matmul", "max", "max0", "max1", "maxexponent", "maxloc", "maxval",
    "merge", "merge_bits", "min", "min0", "min1", "minexponent", "minloc", "minval", "mod", "modulo", "nearest",
    "new_line", "nint", "norm2", "not", "null", "num_images", "or", "out_of_range", "pack", "parity", "popcnt",
    "poppar", "precision", "present", "product", "radix", "range", "rank", "real", "realpart", "reduce", "repeat",
    "reshape", "rrspacing", "rshift", "same_type_as", "scale", "scan", "selected_char_kind", "selected_int_kind",
    "selected_logical_kind", "selected_real_kind", "set_exponent", "shape", "shifta", "shiftl", "shiftr", "short",
    "sign", "sin", "sind", "sinh", "size", "sizeof", "sngl", "spacing", "spread", "sqrt", "storage_size", "sum",
    "tan", "tand", "tanh", "team_number", "this_image", "tiny", "trailz", "transfer", "transpose", "trim", "ubound",
    "ucobound", "unpack", "verify", "xor", "zabs", "zexp", "zsqrt",
];

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, is_function};
    use crate::ir::name::Name;

    #[test]
    fn functions_are_in_the_order_of_the_alphabet() {
        assert!(FUNCTIONS.is_sorted());
        assert!(is_function(&Name::new("Size")) && !is_function(&Name::new("sizes")));
    }
}
