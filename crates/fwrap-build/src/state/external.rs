//! What is called outside of the objects: the functions that are known to share nothing between threads.
//!
//! Whatever is not listed here counts as unknown, and so as state. What is listed:
//!
//! * the mathematics of libm, libgcc and libquadmath: functions of their arguments. (`lgamma` also leaves a sign in a
//!   variable that Fortran never reads.)
//! * memory and strings of libc; its formatted output, which locks its stream.
//! * libgfortran's array and character intrinsics, conversions, clocks, environment, and the ways to end a program.
//! * libgfortran's output: WRITE locks its unit from its beginning to its end, so records stay whole, and in which order
//!   two threads write is open in any case. OPEN, CLOSE, READ and whatever moves in a file share the units and their
//!   positions between threads. READ from a character variable cannot be told from READ from a file, and counts with it.
//! * RANDOM_NUMBER: each thread has its own stream. RANDOM_SEED and the older RAND share one.
//! * the runtime of OpenMP, which is made for threads.

use crate::redirect::original_of;

/// What is known of a function outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// It keeps nothing, or keeps threads apart.
    Harmless,
    /// It shares this between threads.
    Shares(&'static str),
    /// Nothing.
    Unknown,
}

/// What is known of a symbol that no object defines.
pub(crate) fn judge(symbol: &str) -> Outside {
    // What fwrap has renamed keeps as much as what it stands for.
    let symbol = &*original_of(symbol);
    if let Some(name) = symbol.strip_prefix("_gfortran_") {
        return judge_libgfortran(name);
    }
    let harmless = is_in(LIBC, symbol)
        || has_start(RUNTIMES, symbol)
        || is_mathematics(symbol)
        || is_of_libgcc(symbol)
        || fortified(symbol).is_some_and(|name| is_in(LIBC, name));
    if harmless { Outside::Harmless } else { Outside::Unknown }
}

/// Whether a list of words has this one.
fn is_in(list: &str, name: &str) -> bool {
    list.split_whitespace().any(|listed| listed == name)
}

/// Whether a list of words has a beginning of this one.
fn has_start(list: &str, name: &str) -> bool {
    list.split_whitespace().any(|start| name.starts_with(start))
}

fn judge_libgfortran(name: &str) -> Outside {
    let is_output = name.starts_with("transfer_") && name.ends_with("_write");
    let is_input = name.starts_with("transfer_") && !is_output;
    match SHARED.iter().find(|(starts, _)| has_start(starts, name)) {
        Some((_, what)) => Outside::Shares(what),
        None if is_input => Outside::Shares("the units of I/O (READ)"),
        None if name == "rand" => Outside::Shares("the seed of random numbers"),
        None if is_output || has_start(INTRINSICS, name) => Outside::Harmless,
        None => Outside::Unknown,
    }
}

/// What libgfortran shares between threads, by the beginnings of names.
const SHARED: &[(&str, &str)] = &[
    ("st_open st_close", "the units of I/O (OPEN, CLOSE)"),
    ("st_read st_wait", "the units of I/O (READ)"),
    ("st_rewind st_backspace st_endfile fseek ftell", "the position of a unit (REWIND, BACKSPACE)"),
    ("st_inquire fget fput", "the units of I/O (INQUIRE, FGET, FPUT)"),
    ("random_seed random_init irand srand", "the seed of random numbers"),
    ("dtime", "the time of the last DTIME"),
    ("signal alarm chdir umask", "a setting of the process"),
];

/// The beginnings of what keeps nothing in libgfortran, or keeps threads apart.
const INTRINSICS: &str = "\
    all_ any_ associated count_ cshift eoshift findloc iall_ iany_ internal_pack internal_unpack iparity_ \
    is_contiguous is_extension_of matmul_ maxloc maxval mfindloc miall_ miany_ minloc minval miparity_ mmaxloc \
    mmaxval mminloc mminval move_alloc mproduct_ msum_ norm2_ pack parity_ product_ reshape sfindloc shape_ \
    siall_ siany_ siparity_ size0 size1 smaxloc smaxval sminloc sminval spread sproduct_ ssum_ sum_ transpose \
    unpack cfi_desc_to_gfc_desc gfc_desc_to_cfi_desc adjustl adjustr bessel_ compare_string concat_string \
    convert_char cosd erfc_scaled f2c_specific_ ieee_procedure_ ishftc mvbits pow_ select_string selected_ sind \
    specific_ string_ tand st_flush st_iolength st_set_nml_ st_write flush_ cpu_time date_and_time etime \
    get_command get_environment_variable getarg getcwd getenv getpid getuid iargc mclock second system_clock \
    time8_func time_func arandom_ random_r abort error_stop_ exit_ generate_error os_error \
    runtime_error runtime_warning_at stop_";

/// The beginnings of whole libraries: OpenMP's, C descriptors, vectorized mathematics, intrinsic modules, unwinding.
const RUNTIMES: &str = "\
    GOMP_ omp_ CFI_ _ZGV __ieee_arithmetic_MOD_ __ieee_exceptions_MOD_ __iso_c_binding_MOD_ _Unwind_";

/// What keeps nothing in libc, and what the linker makes.
const LIBC: &str = "\
    _GLOBAL_OFFSET_TABLE_ __assert_fail __dso_handle __errno_location __stack_chk_fail __tls_get_addr _exit \
    abort abs aligned_alloc atof atoi atol bsearch calloc clock clock_gettime div exit fflush fprintf fputc \
    fputs free fwrite gettimeofday labs llabs malloc memchr memcmp memcpy memmove mempcpy memset posix_memalign \
    printf putc putchar puts qsort realloc snprintf sprintf sscanf stderr stdout strcasecmp strcat strchr \
    strcmp strcpy strcspn strlen strncasecmp strncat strncmp strncpy strnlen strrchr strspn strstr strtod \
    strtof strtol strtoll strtoul strtoull time vfprintf vprintf vsnprintf vsprintf";

/// Functions of libm by the name for `double`.
const MATHEMATICS: &str = "\
    acos acosh asin asinh atan atan2 atanh cabs cacos cacosh carg casin casinh catan catanh cbrt ccos ccosh \
    ceil cexp cimag clog clog10 conj copysign cos cosh cpow cproj creal csin csinh csqrt ctan ctanh erf erfc \
    exp exp10 exp2 expm1 fabs fdim finite floor fma fmax fmin fmod frexp hypot ilogb isinf isnan j0 j1 jn ldexp \
    lgamma lgamma_r llrint llround log log10 log1p log2 logb lrint lround modf nan nearbyint nextafter \
    nexttoward pow remainder remquo rint round roundeven scalbln scalbn sin sincos sinh sqrt tan tanh tgamma \
    trunc y0 y1 yn";

/// `cos`, `cosf`, `cosl`, `cosq`, `cosf128`, `__cos_finite`.
fn is_mathematics(symbol: &str) -> bool {
    let name = symbol.strip_prefix("__").and_then(|rest| rest.strip_suffix("_finite")).unwrap_or(symbol);
    let is_known = |name: &str| is_in(MATHEMATICS, name);
    is_known(name) || ["f", "l", "q", "f128", "f64x"].iter().any(|end| name.strip_suffix(end).is_some_and(is_known))
}

/// `__muldc3`, `__powidf2`, `__addtf3`: arithmetic that the machine lacks.
fn is_of_libgcc(symbol: &str) -> bool {
    const OPERATIONS: &str = "\
        add ash bswap clz cmp ctz div eq ext ffs fix float ge gt le lsh lt mod mul ne neg parity popcount pow sub \
        trunc udiv umod unord";
    let Some(name) = symbol.strip_prefix("__") else { return false };
    name.len() <= 14
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        && name.ends_with(|letter: char| letter.is_ascii_digit() || matches!(letter, 'f' | 'i'))
        && has_start(OPERATIONS, name)
}

/// The function behind `__memcpy_chk`.
fn fortified(symbol: &str) -> Option<&str> {
    symbol.strip_prefix("__")?.strip_suffix("_chk")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_nothing_is_known() {
        let symbols = "_gfortran_matmul_r8 _gfortran_st_write _gfortran_transfer_real_write _gfortran_pow_i4_i4 \
             _gfortran_random_r8 _gfortran_stop_string _fwrap_stop_string _fwrap_c_exit cosf cexpf128 \
             expq __exp_finite __muldc3 __powidf2 __floatditf __memcpy_chk memcpy GOMP_parallel \
             __ieee_arithmetic_MOD_ieee_support_nan_8 __letf2 __fixtfdi";
        for symbol in symbols.split_whitespace() {
            assert_eq!(judge(symbol), Outside::Harmless, "{symbol}");
        }
    }

    #[test]
    fn what_is_shared_is_told_and_the_rest_unknown() {
        assert_eq!(judge("_gfortran_st_open"), Outside::Shares("the units of I/O (OPEN, CLOSE)"));
        assert_eq!(judge("_gfortran_random_seed_i4"), Outside::Shares("the seed of random numbers"));
        assert_eq!(judge("_gfortran_rand"), Outside::Shares("the seed of random numbers"));
        for symbol in
            ["dgemm_", "rand", "strtok", "__m_MOD_x", "_gfortran_ttynam", "myfabs", "__multi_MOD_f2", "fwrap_x"]
        {
            assert_eq!(judge(symbol), Outside::Unknown, "{symbol}");
        }
    }
}
