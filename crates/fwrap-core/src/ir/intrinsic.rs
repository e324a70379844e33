//! What intrinsic procedures do with their arguments (F2018 16.9), and no more of them.

use crate::ir::body::Effect;
use crate::ir::entity::Intent;

/// Functions that use the values of their arguments, sorted. GNU's functions that set an argument are not among them.
#[rustfmt::skip]
const FUNCTIONS: &[&str] = &[
    "abs", "achar", "acos", "acosd", "acosh", "adjustl", "adjustr", "aimag", "aint", "all", "alog", "alog10", "amax0",
    "amax1", "amin0", "amin1", "amod", "and", "anint", "any", "asin", "asind", "asinh", "atan", "atan2", "atan2d",
    "atand", "atanh", "bessel_j0", "bessel_j1", "bessel_jn", "bessel_y0", "bessel_y1", "bessel_yn", "bge", "bgt",
    "ble", "blt", "btest", "cabs", "ccos", "cdabs", "cdcos", "cdexp", "cdlog", "cdsin", "cdsqrt", "ceiling", "cexp",
    "char", "clog", "cmplx", "conjg", "cos", "cosd", "cosh", "cotan", "count", "cshift", "csin", "csqrt", "dabs",
    "dacos", "dasin", "datan", "datan2", "dble", "dcmplx", "dconjg", "dcos", "dcosh", "ddim", "derf", "derfc", "dexp",
    "dfloat", "dgamma", "dim", "dimag", "dint", "dlgama", "dlog", "dlog10", "dmax1", "dmin1", "dmod", "dnint",
    "dot_product", "dprod", "dreal", "dshiftl", "dshiftr", "dsign", "dsin", "dsinh", "dsqrt", "dtan", "dtanh",
    "eoshift", "erf", "erfc", "erfc_scaled", "exp", "exponent", "findloc", "float", "floor", "fraction", "gamma",
    "hypot", "iabs", "iachar", "iall", "iand", "iany", "ibclr", "ibits", "ibset", "ichar", "idim", "idint", "idnint",
    "ieor", "ifix", "image_index", "index", "int", "int2", "int8", "ior", "iparity", "ishft", "ishftc", "isign",
    "isnan", "leadz", "len_trim", "lge", "lgt", "lle", "llt", "log", "log10", "log_gamma", "logical", "long", "lshift",
    "maskl", "maskr", "matmul", "max", "max0", "max1", "maxloc", "maxval", "merge", "merge_bits", "min", "min0",
    "min1", "minloc", "minval", "mod", "modulo", "nearest", "nint", "norm2", "not", "or", "out_of_range", "pack",
    "parity", "popcnt", "poppar", "product", "real", "reduce", "repeat", "reshape", "rrspacing", "rshift", "scale",
    "scan", "selected_char_kind", "selected_int_kind", "selected_real_kind", "set_exponent", "shifta", "shiftl",
    "shiftr", "short", "sign", "sin", "sind", "sinh", "sngl", "spacing", "spread", "sqrt", "sum", "tan", "tand",
    "tanh", "trailz", "transfer", "transpose", "trim", "unpack", "verify", "xor", "zabs", "zcos", "zexp", "zlog",
    "zsin", "zsqrt",
];

/// Functions that ask for a property of their first argument and use the values of the others, sorted.
#[rustfmt::skip]
const INQUIRIES: &[&str] = &[
    "allocated", "associated", "bit_size", "c_associated", "c_sizeof", "coshape", "digits", "epsilon",
    "extends_type_of", "huge", "is_contiguous", "kind", "lbound", "lcobound", "len", "maxexponent", "minexponent",
    "new_line", "precision", "present", "radix", "range", "rank", "same_type_as", "shape", "size", "sizeof",
    "storage_size", "tiny", "ubound", "ucobound",
];

const I: Intent = Intent::In;
const O: Intent = Intent::Out;
const B: Intent = Intent::InOut;

/// A subroutine with the names and intents of its arguments.
type Signature = (&'static str, &'static [(&'static str, Intent)]);

/// Subroutines of the standard, of its intrinsic modules and of GNU, sorted.
#[rustfmt::skip]
const SUBROUTINES: &[Signature] = &[
    ("abort", &[]),
    ("atomic_add", &[("atom", B), ("value", I), ("stat", O)]),
    ("atomic_and", &[("atom", B), ("value", I), ("stat", O)]),
    ("atomic_cas", &[("atom", B), ("old", O), ("compare", I), ("new", I), ("stat", O)]),
    ("atomic_define", &[("atom", O), ("value", I), ("stat", O)]),
    ("atomic_fetch_add", &[("atom", B), ("value", I), ("old", O), ("stat", O)]),
    ("atomic_fetch_and", &[("atom", B), ("value", I), ("old", O), ("stat", O)]),
    ("atomic_fetch_or", &[("atom", B), ("value", I), ("old", O), ("stat", O)]),
    ("atomic_fetch_xor", &[("atom", B), ("value", I), ("old", O), ("stat", O)]),
    ("atomic_or", &[("atom", B), ("value", I), ("stat", O)]),
    ("atomic_ref", &[("value", O), ("atom", I), ("stat", O)]),
    ("atomic_xor", &[("atom", B), ("value", I), ("stat", O)]),
    ("c_f_pointer", &[("cptr", I), ("fptr", O), ("shape", I), ("lower", I)]),
    ("c_f_procpointer", &[("cptr", I), ("fptr", O)]),
    ("co_broadcast", &[("a", B), ("source_image", I), ("stat", O), ("errmsg", B)]),
    ("co_max", &[("a", B), ("result_image", I), ("stat", O), ("errmsg", B)]),
    ("co_min", &[("a", B), ("result_image", I), ("stat", O), ("errmsg", B)]),
    ("co_reduce", &[("a", B), ("operation", I), ("result_image", I), ("stat", O), ("errmsg", B)]),
    ("co_sum", &[("a", B), ("result_image", I), ("stat", O), ("errmsg", B)]),
    ("cpu_time", &[("time", O)]),
    ("date_and_time", &[("date", O), ("time", O), ("zone", O), ("values", O)]),
    ("dtime", &[("values", O), ("time", O)]),
    ("etime", &[("values", O), ("time", O)]),
    ("event_query", &[("event", I), ("count", O), ("stat", O)]),
    ("execute_command_line", &[("command", I), ("wait", I), ("exitstat", B), ("cmdstat", O), ("cmdmsg", B)]),
    ("exit", &[("status", I)]),
    ("fdate", &[("date", O)]),
    ("flush", &[("unit", I)]),
    ("gerror", &[("result", O)]),
    ("get_command", &[("command", O), ("length", O), ("status", O), ("errmsg", B)]),
    ("get_command_argument", &[("number", I), ("value", O), ("length", O), ("status", O), ("errmsg", B)]),
    ("get_environment_variable", &[("name", I), ("value", O), ("length", O), ("status", O), ("trim_name", I), ("errmsg", B)]),
    ("getarg", &[("pos", I), ("value", O)]),
    ("getcwd", &[("c", O), ("status", O)]),
    ("getenv", &[("name", I), ("value", O)]),
    ("getlog", &[("c", O)]),
    ("hostnm", &[("c", O), ("status", O)]),
    ("idate", &[("values", O)]),
    ("ieee_get_flag", &[("flag", I), ("flag_value", O)]),
    ("ieee_get_halting_mode", &[("flag", I), ("halting", O)]),
    ("ieee_get_rounding_mode", &[("round_value", O), ("radix", I)]),
    ("ieee_get_status", &[("status_value", O)]),
    ("ieee_get_underflow_mode", &[("gradual", O)]),
    ("ieee_set_flag", &[("flag", I), ("flag_value", I)]),
    ("ieee_set_halting_mode", &[("flag", I), ("halting", I)]),
    ("ieee_set_rounding_mode", &[("round_value", I), ("radix", I)]),
    ("ieee_set_status", &[("status_value", I)]),
    ("ieee_set_underflow_mode", &[("gradual", I)]),
    ("itime", &[("values", O)]),
    ("move_alloc", &[("from", B), ("to", O), ("stat", O), ("errmsg", B)]),
    ("mvbits", &[("from", I), ("frompos", I), ("len", I), ("to", B), ("topos", I)]),
    ("random_init", &[("repeatable", I), ("image_distinct", I)]),
    ("random_number", &[("harvest", O)]),
    ("random_seed", &[("size", O), ("put", I), ("get", O)]),
    ("second", &[("time", O)]),
    ("sleep", &[("seconds", I)]),
    ("srand", &[("seed", I)]),
    ("system_clock", &[("count", O), ("count_rate", O), ("count_max", O)]),
];

/// What an intrinsic function does with its first argument; the values of the others are used. `None`: it is none of
/// which that is known.
#[must_use]
pub fn find_function(name: &str) -> Option<Effect> {
    if FUNCTIONS.binary_search(&name).is_ok() {
        Some(Effect::Read)
    } else {
        INQUIRIES.binary_search(&name).is_ok().then_some(Effect::Inquired)
    }
}

/// The names and intents of the arguments of an intrinsic subroutine.
#[must_use]
pub fn find_subroutine(name: &str) -> Option<&'static [(&'static str, Intent)]> {
    SUBROUTINES.binary_search_by_key(&name, |(known, _)| known).ok().map(|index| SUBROUTINES[index].1)
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, INQUIRIES, SUBROUTINES, find_function, find_subroutine};
    use crate::ir::body::Effect;
    use crate::ir::entity::Intent;

    #[test]
    fn the_tables_are_sorted() {
        assert!(FUNCTIONS.is_sorted() && INQUIRIES.is_sorted() && SUBROUTINES.is_sorted_by_key(|(name, _)| name));
    }

    #[test]
    fn effects_are_those_of_the_standard() {
        assert_eq!(find_function("max"), Some(Effect::Read));
        assert_eq!(find_function("size"), Some(Effect::Inquired));
        // an address is neither a value nor a property, and ETIME sets its argument
        assert_eq!((find_function("loc"), find_function("etime")), (None, None));
        assert_eq!(find_subroutine("random_number"), Some(&[("harvest", Intent::Out)][..]));
        assert!(find_subroutine("dgesv").is_none());
    }
}
