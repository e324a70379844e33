//! Casts of arrays that lose nothing, for the strict way.

use super::super::array_convert::converted_of_rank;
use super::super::failure::{Exception, Failure};
use super::super::numpy::{self, Array as NumpyArray};
use super::super::object::{Object, Owned};
use super::array_from::Wanted;
use super::making::{ElementSize, copy_of};
use super::place::Place;
use super::spec::{C, CHARACTERS, Class, class_of};

/// A copy of an array as one of the wanted type, if no value loses anything by it.
pub(crate) fn cast_strictly(wanted: Wanted<'_>, array: NumpyArray<'_>, element: ElementSize) -> Result<Owned, Failure> {
    let c_order = wanted.spec.has(C);
    if element.number == CHARACTERS {
        check_characters(wanted, array, element.length)?;
        return copy_of(array, element, c_order);
    }
    if let Place::Argument(argument) = wanted.place
        && is_known(element.number)
    {
        let made = converted_of_rank(argument, array.object(), element.number, None, true)?;
        return in_order(made, element, c_order);
    }
    let (given, needed) = (class_of(array.element_type().number), class_of(element.number));
    if given > needed || given == Class::Other {
        let reason = format!("expected {}, found an array of {}", name_of(element), array.type_text());
        return Err(wanted.raise(Exception::Type, &reason));
    }
    let made = copy_of(array, element, c_order)?;
    if is_same(array, made.as_object(), needed)? {
        return Ok(made);
    }
    Err(wanted.raise(Exception::Overflow, &format!("a value does not fit {}", name_of(element))))
}

/// Any object as an array of the wanted type, if no value loses anything by it.
pub(crate) fn made_strictly(wanted: Wanted<'_>, object: Object<'_>, element: ElementSize) -> Result<Owned, Failure> {
    if object.is_none() {
        return Err(wanted.raise(Exception::Type, "expected an array, found None"));
    }
    if let Place::Argument(argument) = wanted.place
        && is_known(element.number)
    {
        let made = converted_of_rank(argument, object, element.number, None, false)?;
        return in_order(made, element, wanted.spec.has(C));
    }
    let natural = numpy::from_any(object).map_err(|_| wanted.place.explain("an array"))?;
    match NumpyArray::of(natural.as_object()) {
        Some(array) if array.len() == 0 => copy_of(array, element, wanted.spec.has(C)),
        Some(array) => cast_strictly(wanted, array, element),
        None => Err(wanted.raise(Exception::Type, "expected an array")),
    }
}

/// Types whose casts are checked value by value in one pass.
fn is_known(number: i32) -> bool {
    use numpy::{BOOL, COMPLEX64, COMPLEX128, FLOAT32, FLOAT64, INT8, INT16, INT32, INT64};
    matches!(number, BOOL | INT8 | INT16 | INT32 | INT64 | FLOAT32 | FLOAT64 | COMPLEX64 | COMPLEX128)
}

/// An array in Fortran order, or a copy in C order.
fn in_order(made: Owned, element: ElementSize, c_order: bool) -> Result<Owned, Failure> {
    match NumpyArray::of(made.as_object()) {
        Some(array) if c_order && !array.has(numpy::C_CONTIGUOUS) => copy_of(array, element, true),
        Some(array) if !c_order && !array.has(numpy::F_CONTIGUOUS) => copy_of(array, element, false),
        _ => Ok(made),
    }
}

fn name_of(element: ElementSize) -> String {
    element.descriptor().map_or_else(|_| "numbers".to_owned(), |descriptor| descriptor.as_object().text())
}

/// Whether the values are the same after a cast.
fn is_same(array: NumpyArray<'_>, made: Object<'_>, class: Class) -> Result<bool, Failure> {
    let (before, after) = match class {
        Class::Integer => (array.plain()?, made.to_owned()),
        _ => (
            numpy::call(c"numpy", c"isfinite", &[array.plain()?.as_object()])?,
            numpy::call(c"numpy", c"isfinite", &[made])?,
        ),
    };
    numpy::call(c"numpy", c"array_equal", &[before.as_object(), after.as_object()])?.as_object().truth()
}

/// Raises unless the elements are characters, and not too long.
fn check_characters(wanted: Wanted<'_>, array: NumpyArray<'_>, length: usize) -> Result<(), Failure> {
    let found = match array.element_type().kind {
        b'S' => array.item_size(),
        b'U' => array.item_size() / size_of::<u32>(),
        _ => {
            let reason = format!("expected characters, found an array of {}", array.type_text());
            return Err(wanted.raise(Exception::Type, &reason));
        }
    };
    if found <= length {
        return Ok(());
    }
    let longest = longest_text(array)?;
    if longest <= length {
        return Ok(());
    }
    Err(wanted.raise(Exception::Value, &format!("{longest} characters are too many, each element has {length}")))
}

/// The length of the longest text in an array of them.
fn longest_text(array: NumpyArray<'_>) -> Result<usize, Failure> {
    let lengths = numpy::call(c"numpy.char", c"str_len", &[array.plain()?.as_object()])?;
    if array.len() == 0 {
        return Ok(0);
    }
    let longest = numpy::call(c"numpy", c"max", &[lengths.as_object()])?;
    // SAFETY: an integer object.
    let longest = unsafe { pyo3_ffi::PyNumber_AsSsize_t(longest.as_ptr(), std::ptr::null_mut()) };
    usize::try_from(longest).map_err(|_| Failure::Raised)
}
