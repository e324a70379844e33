//! What every C file begins with: f2py's names of types, and its macros.

/// Headers of the standard library.
pub(super) const HEADERS: &str = "\
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>";

/// Names of numbers that NumPy's headers make known; without those headers.
pub(super) const NUMPY_NUMBERS: &str = "\
typedef ptrdiff_t npy_intp;
typedef size_t npy_uintp;
typedef int8_t npy_int8;
typedef int16_t npy_int16;
typedef int32_t npy_int32;
typedef int64_t npy_int64;
typedef uint8_t npy_uint8;
typedef uint16_t npy_uint16;
typedef uint32_t npy_uint32;
typedef uint64_t npy_uint64;
typedef int npy_int;
typedef long npy_long;
typedef float npy_float;
typedef double npy_double;";

/// f2py's types, each with the word that tells whether a user defines it.
pub(super) const TYPES: &[(&str, &str)] = &[
    ("signed_char", "typedef signed char signed_char;"),
    ("unsigned_char", "typedef unsigned char unsigned_char;"),
    ("unsigned_short", "typedef unsigned short unsigned_short;"),
    ("long_long", "typedef long long long_long;"),
    ("unsigned_long_long", "typedef unsigned long long unsigned_long_long;"),
    ("long_double", "typedef long double long_double;"),
    ("complex_float", "typedef struct { float r, i; } complex_float;"),
    ("complex_double", "typedef struct { double r, i; } complex_double;"),
    ("complex_long_double", "typedef struct { long double r, i; } complex_long_double;"),
    ("character", "typedef char character;"),
    ("string", "typedef char *string;"),
];

/// Macros that code of the whole module may use.
pub(super) const MACROS: &str = "\
#ifndef MAX
#define MAX(a, b) (((a) > (b)) ? (a) : (b))
#endif
#ifndef MIN
#define MIN(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef TRUE
#define TRUE 1
#define FALSE 0
#endif
#if defined(PREPEND_FORTRAN)
#define FWRAP_FRONT(f) _##f
#else
#define FWRAP_FRONT(f) f
#endif
#if defined(UPPERCASE_FORTRAN)
#define FWRAP_CASE(f, F) F
#else
#define FWRAP_CASE(f, F) f
#endif
#if defined(NO_APPEND_FORTRAN)
#define FWRAP_END(f) f
#else
#define FWRAP_END(f) f##_
#endif
#define FWRAP_SYMBOL(f) FWRAP_FRONT(f)
#define FWRAP_ENDED(f) FWRAP_SYMBOL(FWRAP_END(f))
#define F_FUNC(f, F) FWRAP_ENDED(FWRAP_CASE(f, F))
#define F_FUNC_US(f, F) F_FUNC(f, F)
#define F_WRAPPEDFUNC(f, F) F_FUNC(f2pywrap##f, F2PYWRAP##F)
#define F_WRAPPEDFUNC_US(f, F) F_WRAPPEDFUNC(f, F)";

/// Macros that ask for the shapes of the variables of a routine: behind the code of the whole module, which may use
/// these names otherwise.
pub(super) const INQUIRIES: &str = "\
static npy_intp fwrap_size(const npy_intp *dims, int rank, ...)
{
    va_list rest;
    npy_intp size = 1;
    int dimension;
    va_start(rest, rank);
    dimension = va_arg(rest, int);
    va_end(rest);
    if (dimension != -1)
        return dimension >= 1 && dimension <= rank ? dims[dimension - 1] : 0;
    for (int i = 0; i < rank; i++)
        size *= dims[i];
    return size;
}
#define f2py_rank(var) var##_Rank
#define f2py_shape(var, dim) var##_Dims[dim]
#define f2py_len(var) f2py_shape(var, 0)
#define f2py_fshape(var, dim) f2py_shape(var, f2py_rank(var) - (dim) - 1)
#define f2py_flen(var) f2py_fshape(var, 0)
#define f2py_slen(var) capi_##var##_len
#define f2py_size(var, ...) fwrap_size(var##_Dims, var##_Rank, ##__VA_ARGS__, -1)
#define f2py_itemsize(var) sizeof(*(var))
#undef rank
#undef shape
#undef fshape
#undef len
#undef flen
#undef slen
#undef size
#define rank(var) f2py_rank(var)
#define shape(var, dim) f2py_shape(var, dim)
#define fshape(var, dim) f2py_fshape(var, dim)
#define len(var) f2py_len(var)
#define flen(var) f2py_flen(var)
#define slen(var) f2py_slen(var)
#define size(var, ...) f2py_size(var, ##__VA_ARGS__)
#define old_rank(var) f2py_rank(var)
#define old_shape(var, dim) f2py_shape(var, dim)
#define old_size(var) f2py_size(var)";
