//! Cold conversions of arrays: any object that stands for one, never narrowed in silence.

use std::ffi::c_int;

use pyo3_ffi as ffi;

use super::failure::{Argument, Exception, Failure};
use super::masked::refuse_masked;
use super::numpy::{self, Array};
use super::object::{Object, Owned, clear_exception};
use super::scalar::to_single;

/// What a type's values are, in the order in which each includes the ones before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Logical,
    Integer,
    Real,
    Complex,
}

fn kind_of(array: Array<'_>) -> Option<Kind> {
    Some(match array.element_type().kind {
        b'b' => Kind::Logical,
        b'i' | b'u' => Kind::Integer,
        b'f' => Kind::Real,
        b'c' => Kind::Complex,
        _ => return None,
    })
}

fn kind_of_number(number: c_int) -> Kind {
    match number {
        numpy::BOOL => Kind::Logical,
        numpy::FLOAT32 | numpy::FLOAT64 => Kind::Real,
        numpy::COMPLEX64 | numpy::COMPLEX128 => Kind::Complex,
        _ => Kind::Integer,
    }
}

/// An aligned native array of type `number` and of rank `rank` with the object's values: the object itself if it is
/// that already (in any order), unless a `fresh` one is asked for.
#[cold]
#[inline(never)]
pub(crate) fn converted(
    argument: Argument,
    object: Object<'_>,
    number: c_int,
    rank: usize,
    fresh: bool,
) -> Result<Owned, Failure> {
    converted_of_rank(argument, object, number, Some(rank), fresh)
}

/// The same, of any rank for `None`.
pub(crate) fn converted_of_rank(
    argument: Argument,
    object: Object<'_>,
    number: c_int,
    rank: Option<usize>,
    fresh: bool,
) -> Result<Owned, Failure> {
    let (owned, given) = match Array::of(object) {
        Some(_) => (object.to_owned(), true),
        None => (natural(argument, object, number)?, false),
    };
    let Some(array) = Array::of(owned.as_object()) else {
        return Err(refused(argument, object, number));
    };
    if given {
        refuse_masked(argument, array)?;
    }
    let whole = !given && array.element_type().number == numpy::OBJECT && holds_only_integers(array);
    let accepted = match kind_of(array) {
        Some(Kind::Integer) if number == numpy::BOOL => true,
        Some(kind) => kind <= kind_of_number(number),
        None => whole && number != numpy::BOOL,
    };
    // An empty list says nothing of its type.
    if !accepted && (given || array.len() > 0) {
        return Err(refuse_type(argument, object, array, (number, rank.unwrap_or(1))));
    }
    if let Some(rank) = rank {
        check_rank(argument, array, rank)?;
    }
    if whole {
        return of_integers(argument, array, number);
    }
    cast(argument, array, number, fresh)
}

/// A fresh array with the object's values that is marked as read-only.
pub(crate) fn converted_unwritable(
    argument: Argument,
    object: Object<'_>,
    number: c_int,
    rank: usize,
) -> Result<Owned, Failure> {
    let owned = converted(argument, object, number, rank, true)?;
    if let Some(array) = Array::exact(owned.as_object()) {
        array.forbid_writing();
    }
    Ok(owned)
}

/// Raises unless the array has the rank that the procedure declares.
pub(crate) fn check_rank(argument: Argument, array: Array<'_>, rank: usize) -> Result<(), Failure> {
    if array.rank() == rank {
        return Ok(());
    }
    let (found, shape) = (array.rank(), array.shape());
    let message = match rank {
        0 => format!("expected a scalar, found an array of rank {found}, shape {shape}"),
        _ => format!("expected an array of rank {rank}, found rank {found}, shape {shape}"),
    };
    Err(argument.raise(Exception::Value, message))
}

/// An object that is no array as an array of the type that suits it.
fn natural(argument: Argument, object: Object<'_>, number: c_int) -> Result<Owned, Failure> {
    if object.is_none() {
        return Err(refused(argument, object, number));
    }
    numpy::from_any(object).inspect_err(|_| argument.note())
}

fn refused(argument: Argument, object: Object<'_>, number: c_int) -> Failure {
    let (wanted, found) = (numpy::type_name(number), object.type_name());
    argument.raise(Exception::Type, format_args!("expected {wanted} values, found {found}"))
}

fn refuse_type(argument: Argument, object: Object<'_>, array: Array<'_>, wanted: (c_int, usize)) -> Failure {
    let (number, rank) = wanted;
    if rank == 0 && array.rank() == 0 {
        let wanted = match kind_of_number(number) {
            Kind::Logical => "a truth value",
            Kind::Integer => "an integer",
            Kind::Real => "a real number",
            Kind::Complex => "a complex number",
        };
        return argument.raise(Exception::Type, format_args!("expected {wanted}, found {}", array.type_text()));
    }
    let given = Array::of(object).is_some();
    if !given && array.rank() == 0 {
        return refused(argument, object, number);
    }
    let (wanted, found) = (numpy::type_name(number), array.type_text());
    let source = if given { "an array" } else { "a sequence" };
    argument.raise(Exception::Type, format_args!("expected {wanted} values, found {source} of {found}"))
}

/// Whether an array of objects, made from a sequence just now, holds nothing but Python integers.
fn holds_only_integers(array: Array<'_>) -> bool {
    let first = array.head().data.cast::<*mut ffi::PyObject>();
    (0..array.len()).all(|index| {
        // SAFETY: NumPy made the array contiguous, and its elements are objects or null.
        let element = unsafe { first.wrapping_add(index).read() };
        // SAFETY: the array keeps its elements alive.
        !element.is_null() && unsafe { Object::borrowed(element) }.is_instance(&raw mut ffi::PyLong_Type)
    })
}

/// Python integers of any size: real types may still hold them.
fn of_integers(argument: Argument, array: Array<'_>, number: c_int) -> Result<Owned, Failure> {
    if kind_of_number(number) == Kind::Integer {
        return Err(out_of_range(argument, number));
    }
    let Ok(wide) = array.cast(wide_of(number), 0) else {
        clear_exception();
        return Err(out_of_range(argument, number));
    };
    match Array::of(wide.as_object()) {
        Some(wide) => cast(argument, wide, number, false),
        None => Err(out_of_range(argument, number)),
    }
}

fn out_of_range(argument: Argument, number: c_int) -> Failure {
    let name = numpy::type_name(number);
    argument.raise(Exception::Overflow, format_args!("a value does not fit {name}"))
}

/// The widest type of the same kind.
fn wide_of(number: c_int) -> c_int {
    match kind_of_number(number) {
        Kind::Logical => numpy::BOOL,
        Kind::Integer => numpy::INT64,
        Kind::Real => numpy::FLOAT64,
        Kind::Complex => numpy::COMPLEX128,
    }
}

/// An array of an accepted kind as one of type `number`, with a check where that is narrower.
fn cast(argument: Argument, array: Array<'_>, number: c_int, fresh: bool) -> Result<Owned, Failure> {
    let copy = if fresh { numpy::ENSURECOPY } else { 0 };
    if array.is_of_type(number) {
        let native = array.element_type().byte_order != numpy::OPPOSITE;
        if !fresh && native && array.has(numpy::ALIGNED) {
            return Ok(array.object().to_owned());
        }
        return array.cast(number, copy | numpy::ENSUREARRAY);
    }
    let wide_number = wide_of(number);
    if is_extended(array) && !matches!(number, numpy::BOOL | numpy::INT8..=numpy::INT64) {
        return cast_extended(argument, array, number, copy);
    }
    let unsigned = kind_of_number(number) == Kind::Integer && is_unsigned_64(array);
    if !is_narrowing(array, number) && !unsigned {
        return array.cast(number, copy | numpy::ENSUREARRAY);
    }
    let wide = array.cast(wide_number, copy | numpy::ENSUREARRAY)?;
    let Some(values) = Array::of(wide.as_object()) else { return Err(out_of_range(argument, number)) };
    let fits = !unsigned || integers_of(values).all(|value| value >= 0);
    if fits && number == wide_number {
        return Ok(wide);
    }
    match narrowed(values, number)? {
        Some(narrow) if fits => Ok(narrow),
        _ => Err(out_of_range(argument, number)),
    }
}

/// Whether the elements are of the longest real or complex type (`numpy.longdouble`).
fn is_extended(array: Array<'_>) -> bool {
    const LONG_DOUBLE: c_int = 13;
    const COMPLEX_LONG_DOUBLE: c_int = 16;
    matches!(array.element_type().number, LONG_DOUBLE | COMPLEX_LONG_DOUBLE)
}

/// The same for the longest types, which have no counterpart here: NumPy says which values were infinite before.
fn cast_extended(argument: Argument, array: Array<'_>, number: c_int, copy: c_int) -> Result<Owned, Failure> {
    let infinite = |array: Object<'_>| -> Result<isize, Failure> {
        let infinite = numpy::call(c"numpy", c"isinf", &[array])?;
        let count = numpy::call(c"numpy", c"count_nonzero", &[infinite.as_object()])?;
        // SAFETY: an integer object, of Python's or NumPy's.
        Ok(unsafe { ffi::PyNumber_AsSsize_t(count.as_ptr(), std::ptr::null_mut()) })
    };
    let before = infinite(array.plain()?.as_object())?;
    let owned = array.cast(number, copy | numpy::ENSUREARRAY)?;
    let after = infinite(owned.as_object())?;
    if before == after { Ok(owned) } else { Err(out_of_range(argument, number)) }
}

fn is_unsigned_64(array: Array<'_>) -> bool {
    const UNSIGNED_LONG: c_int = 8;
    const UNSIGNED_LONG_LONG: c_int = 10;
    matches!(array.element_type().number, UNSIGNED_LONG | UNSIGNED_LONG_LONG)
}

/// Whether values of the array may be too large for the type.
fn is_narrowing(array: Array<'_>, number: c_int) -> bool {
    let from_floating = matches!(kind_of(array), Some(Kind::Real | Kind::Complex));
    match number {
        numpy::INT8 | numpy::INT16 | numpy::INT32 => !matches!(kind_of(array), Some(Kind::Logical)),
        numpy::FLOAT32 | numpy::COMPLEX64 => from_floating,
        _ => false,
    }
}

/// The values of a contiguous array of `int64`.
fn integers_of(array: Array<'_>) -> impl Iterator<Item = i64> {
    elements(array.head().data.cast::<i64>(), array.len())
}

fn elements<T: Copy>(first: *const T, count: usize) -> impl Iterator<Item = T> {
    // SAFETY: the callers pass the first of `count` contiguous, aligned elements that stay alive meanwhile.
    (0..count).map(move |index| unsafe { first.wrapping_add(index).read() })
}

/// The values of a contiguous array of the widest type as the narrower type, or `None` where one does not fit.
fn narrowed(wide: Array<'_>, number: c_int) -> Result<Option<Owned>, Failure> {
    let owned = numpy::empty(number, wide.extents())?;
    let Some(array) = Array::of(owned.as_object()) else { return Ok(None) };
    let (from, to, count) = (wide.head().data, array.head().data, wide.len());
    let fits = match number {
        numpy::INT8 => narrow::<i64, i8>(from, to, count, |value| value.try_into().ok()),
        numpy::INT16 => narrow::<i64, i16>(from, to, count, |value| value.try_into().ok()),
        numpy::INT32 => narrow::<i64, i32>(from, to, count, |value| value.try_into().ok()),
        numpy::FLOAT32 => narrow::<f64, f32>(from, to, count, to_single),
        // A complex number is two reals (F2018 18.3.1).
        numpy::COMPLEX64 => narrow::<f64, f32>(from, to, 2 * count, to_single),
        _ => false,
    };
    Ok(fits.then_some(owned))
}

fn narrow<W: Copy, T>(from: *const u8, to: *mut u8, count: usize, narrower: impl Fn(W) -> Option<T>) -> bool {
    let to = to.cast::<T>();
    for (index, value) in elements(from.cast::<W>(), count).enumerate() {
        let Some(value) = narrower(value) else { return false };
        // SAFETY: the array was made just now with `count` elements of this type.
        unsafe { to.wrapping_add(index).write(value) };
    }
    true
}

/// What was given, in the words of a message: `a list`, `a float32 array`, `a read-only array`.
pub(crate) fn describe(object: Object<'_>, number: c_int) -> String {
    let Some(array) = Array::of(object) else {
        let name = object.type_name();
        let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
        return format!("{} {name}", if vowel { "an" } else { "a" });
    };
    if !array.is_of_type(number) {
        let name = array.type_text();
        return format!("{} {name} array", if name.starts_with("int") { "an" } else { "a" });
    }
    if array.element_type().byte_order == numpy::OPPOSITE {
        return "an array in foreign byte order".to_owned();
    }
    let what = match (array.has(numpy::WRITEABLE), array.has(numpy::ALIGNED)) {
        (false, _) => "a read-only array",
        (true, false) => "a misaligned array",
        (true, true) => "an array that overlaps another argument or itself",
    };
    what.to_owned()
}
