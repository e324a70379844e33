//! The characters of Python objects by f2py's rules: `bytes`, ASCII `str`, arrays of characters, `str()` of the rest.

use pyo3_ffi as ffi;

use super::super::failure::{Exception, Failure};
use super::super::numpy::{self, Array};
use super::super::object::{Object, Owned, clear_exception};
use super::making::{ElementSize, array_of};
use super::place::Place;
use super::spec::CHARACTERS;
use super::text::{Text, bytes};

/// A text of this length (that of the object if it is negative), padded with blanks.
#[inline]
pub(crate) fn text(place: Place<'_>, object: Object<'_>, length: isize, lossy: bool) -> Result<Text, Failure> {
    if let Some(given) = plain(object) {
        return text_of(place, given, length, lossy);
    }
    let found = characters(object).map_err(|_| place.explain("string"))?;
    text_of(place, bytes_of(found.as_object()), length, lossy)
}

#[inline]
fn text_of(place: Place<'_>, given: &[u8], length: isize, lossy: bool) -> Result<Text, Failure> {
    if let Ok(length) = usize::try_from(length)
        && !lossy
        && given.iter().skip(length).any(|byte| !matches!(byte, b' ' | 0))
    {
        let reason = format!("{} characters are too many, the text has {length}", given.len());
        return Err(place.raise(Exception::Value, "string", reason));
    }
    Text::new(length, given)
}

/// The characters of a `bytes`, or of a `str` that has nothing but ASCII in it.
fn plain(object: Object<'_>) -> Option<&[u8]> {
    if object.is_exactly(&raw mut ffi::PyBytes_Type) {
        return Some(bytes_of(object));
    }
    if !object.is_exactly(&raw mut ffi::PyUnicode_Type) {
        return None;
    }
    match object.utf8() {
        Ok(text) => Some(text.as_bytes()).filter(|text| text.is_ascii()),
        Err(_) => {
            clear_exception();
            None
        }
    }
}

/// The characters of an object, as a `bytes`.
pub(crate) fn characters(object: Object<'_>) -> Result<Owned, Failure> {
    if object.is_instance(&raw mut ffi::PyBytes_Type) {
        return Ok(object.to_owned());
    }
    if let Some(array) = Array::of(object) {
        return characters_of_array(array);
    }
    if object.is_instance(&raw mut ffi::PyUnicode_Type) {
        return ascii(object);
    }
    // SAFETY: the object is alive.
    let raw = unsafe { ffi::PyObject_Str(object.as_ptr()) };
    // SAFETY: a new reference, or null with an exception.
    ascii(unsafe { Owned::take(raw) }?.as_object())
}

fn ascii(text: Object<'_>) -> Result<Owned, Failure> {
    // SAFETY: a `str`.
    let raw = unsafe { ffi::PyUnicode_AsASCIIString(text.as_ptr()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// The bytes of an array up to the first NUL.
fn characters_of_array(array: Array<'_>) -> Result<Owned, Failure> {
    if array.element_type().kind == b'U' {
        let element = ElementSize { number: CHARACTERS, length: array.item_size() / size_of::<u32>() };
        let narrow = array_of(array.object(), element, true)?;
        return match Array::of(narrow.as_object()) {
            Some(narrow) if narrow.element_type().kind == b'S' => characters_of_array(narrow),
            _ => Err(Exception::Type.raise("its elements are no characters")),
        };
    }
    if !array.has(numpy::C_CONTIGUOUS) {
        return Err(Exception::Value.raise("the array is not contiguous"));
    }
    let size = array.len() * array.item_size();
    // SAFETY: a contiguous array of so many bytes; no Python code runs before they are copied.
    let all = unsafe { std::slice::from_raw_parts(array.head().data, size) };
    bytes(&all[..all.iter().position(|&byte| byte == 0).unwrap_or(size)])
}

/// The contents of a `bytes`.
fn bytes_of(object: Object<'_>) -> &[u8] {
    // SAFETY: a `bytes`.
    let start = unsafe { ffi::PyBytes_AsString(object.as_ptr()) };
    // SAFETY: as above.
    let length = unsafe { ffi::PyBytes_Size(object.as_ptr()) }.unsigned_abs();
    // SAFETY: the object's own bytes, which never change and live as long as it.
    unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) }
}

/// One character: the first of a text, an array of characters or bytes, or of the first element of a sequence. Of an
/// empty text it is NUL.
pub(crate) fn character(place: Place<'_>, object: Object<'_>, lossy: bool) -> Result<u8, Failure> {
    first_character(object, lossy, 0).map_err(|failure| match failure {
        Failure::Raised => place.rename("character", object, "str|bytes|sequence-of-str-or-bytes"),
        failure => failure,
    })
}

fn first_character(object: Object<'_>, lossy: bool, depth: usize) -> Result<u8, Failure> {
    let only = |text: &[u8]| match text {
        [_, rest @ ..] if !lossy && rest.iter().any(|byte| !matches!(byte, b' ' | 0)) => {
            Err(Exception::Value.raise("the text has more than one character"))
        }
        text => Ok(text.first().copied().unwrap_or(0)),
    };
    if let Some(text) = plain(object) {
        return only(text);
    }
    if object.is_instance(&raw mut ffi::PyBytes_Type) {
        return only(bytes_of(object));
    }
    if object.is_instance(&raw mut ffi::PyUnicode_Type) {
        return only(bytes_of(ascii(object)?.as_object()));
    }
    if let Some(array) = Array::of(object) {
        return match array.element_type().kind {
            b'S' if lossy && array.len() > 0 && array.item_size() > 0 => {
                // SAFETY: an array with an element of at least one byte.
                Ok(unsafe { array.head().data.read() })
            }
            b'S' | b'U' if array.len() > 0 => only(bytes_of(characters_of_array(array)?.as_object())),
            b'u' if array.len() > 0 && array.item_size() == 1 => {
                // SAFETY: an array with an element of one byte.
                Ok(unsafe { array.head().data.read() })
            }
            _ => Err(Exception::Type.raise("its elements are no characters")),
        };
    }
    // SAFETY: the object is alive.
    if unsafe { ffi::PySequence_Check(object.as_ptr()) } == 0 || depth > 8 {
        return Err(Exception::Type.raise("it holds no characters"));
    }
    // SAFETY: the object is alive.
    let raw = unsafe { ffi::PySequence_GetItem(object.as_ptr(), 0) };
    // SAFETY: a new reference, or null with an exception.
    let first = unsafe { Owned::take(raw) }?;
    first_character(first.as_object(), lossy, depth + 1)
}
