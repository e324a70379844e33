//! Character arguments: texts that are read, and buffers of bytes that are updated in place.

use std::borrow::Cow;

use pyo3_ffi as ffi;

use super::array::lost_update;
use super::array_convert::describe;
use super::failure::{Argument, Exception, Failure};
use super::numpy::{self, Array};
use super::object::Object;
use super::overlap::{Memory, Owner, Span, disjoint};

/// The character code of NumPy's byte strings.
const BYTES: u8 = b'S';

/// A text that is only read: the bytes of a `bytes`, or a `str` in UTF-8.
#[derive(Debug)]
pub struct Text<'py>(Cow<'py, [u8]>);

impl<'py> Text<'py> {
    #[inline]
    pub(crate) fn new(argument: Argument, object: Object<'py>) -> Result<Self, Failure> {
        read(argument, object).map(Self)
    }

    /// The bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The bytes of any object that stands for a text; those that may change while Python runs are copied.
fn read<'py>(argument: Argument, object: Object<'py>) -> Result<Cow<'py, [u8]>, Failure> {
    if object.is_instance(&raw mut ffi::PyUnicode_Type) {
        let text = object.utf8().inspect_err(|_| argument.note())?;
        return Ok(Cow::Borrowed(text.as_bytes()));
    }
    if object.is_instance(&raw mut ffi::PyBytes_Type) {
        return Ok(Cow::Borrowed(bytes_of(object)));
    }
    match Place::of(object)? {
        Some(place) => Ok(Cow::Owned(place.read())),
        None => {
            let found = found(object);
            Err(argument.raise(Exception::Type, format_args!("expected a str or bytes, found {found}")))
        }
    }
}

/// What was given, for messages.
fn found(object: Object<'_>) -> String {
    match Array::of(object) {
        Some(array) => format!("an array of {}, shape {}", array.type_text(), array.shape()),
        None => object.type_name(),
    }
}

fn bytes_of(object: Object<'_>) -> &[u8] {
    // SAFETY: a `bytes`.
    let start = unsafe { ffi::PyBytes_AsString(object.as_ptr()) };
    // SAFETY: as above.
    let length = unsafe { ffi::PyBytes_Size(object.as_ptr()) }.unsigned_abs();
    // SAFETY: the object's own bytes, which never change and live as long as it.
    unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) }
}

/// Bytes that Python code can see and change.
struct Place {
    start: *mut u8,
    length: usize,
    writable: bool,
    /// What fills the rest when a shorter text is written.
    filler: u8,
}

impl Place {
    /// The bytes of a `bytearray` or of a 0-d array of byte strings.
    fn of(object: Object<'_>) -> Result<Option<Self>, Failure> {
        if object.is_instance(&raw mut ffi::PyByteArray_Type) {
            // SAFETY: a `bytearray`.
            let start = unsafe { ffi::PyByteArray_AsString(object.as_ptr()) }.cast::<u8>();
            // SAFETY: a `bytearray`.
            let length = unsafe { ffi::PyByteArray_Size(object.as_ptr()) }.unsigned_abs();
            return Ok(Some(Self { start, length, writable: true, filler: b' ' }));
        }
        match Array::of(object) {
            Some(array) if array.rank() == 0 && array.element_type().kind == BYTES => Ok(Some(Self {
                start: array.head().data,
                length: array.item_size(),
                writable: array.has(numpy::WRITEABLE),
                filler: 0,
            })),
            _ => Ok(None),
        }
    }

    fn read(&self) -> Vec<u8> {
        // SAFETY: the object's own bytes; no Python code runs before they are copied.
        let bytes = unsafe { std::slice::from_raw_parts(self.start, self.length) };
        let kept = match self.filler {
            // NumPy does not count the zeros at the end of a byte string.
            0 => bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1),
            _ => bytes.len(),
        };
        bytes[..kept].to_vec()
    }

    /// Writes a text, without the blanks at its end if it is too long with them.
    fn write(&self, argument: Argument, text: &[u8]) -> Result<(), Failure> {
        let blanks = text.iter().rev().take_while(|&&byte| byte == b' ').count();
        let kept = if self.filler == 0 { text.len() - blanks } else { text.len().min(self.length) };
        let needed = text.len() - blanks;
        if needed > self.length {
            let message = format!("the buffer holds {} bytes, and the procedure wrote {needed}", self.length);
            return Err(argument.raise(Exception::Value, message));
        }
        // SAFETY: `kept` is at most the length, and the text is a buffer of our own.
        unsafe { self.start.copy_from_nonoverlapping(text.as_ptr(), kept) };
        // SAFETY: the rest of the same bytes.
        unsafe { self.start.wrapping_add(kept).write_bytes(self.filler, self.length - kept) };
        Ok(())
    }
}

/// A text that is updated in place: a `bytearray`, or a writable 0-d array of byte strings.
#[derive(Debug)]
pub struct UpdateText<'py> {
    value: Vec<u8>,
    object: Object<'py>,
    argument: Argument,
}

impl<'py> UpdateText<'py> {
    pub(crate) fn new(argument: Argument, object: Object<'py>) -> Result<Self, Failure> {
        match Place::of(object)? {
            Some(place) if place.writable => {
                let mut value = place.read();
                // The length of a `character(*)` is what the array can hold, not what it holds now.
                value.resize(place.length, b' ');
                Ok(Self { value, object, argument })
            }
            Some(_) => Err(argument.raise(Exception::Value, "the array is read-only, and the procedure writes it")),
            None => {
                let found = found(object);
                let wanted = "a bytearray or a 0-d array of bytes to update in place";
                Err(argument.raise(Exception::Type, format_args!("expected {wanted}, found {found}")))
            }
        }
    }

    /// The bytes that the procedure may change.
    pub fn value_mut(&mut self) -> &mut Vec<u8> {
        &mut self.value
    }

    /// Writes the bytes back.
    pub fn settle(&self) -> Result<(), Failure> {
        // Looked up again: Python code may have run since, and a `bytearray` can move.
        match Place::of(self.object)? {
            Some(place) if place.writable => place.write(self.argument, &self.value),
            _ => Err(self.argument.raise(Exception::Value, "the buffer can no longer be written")),
        }
    }

    /// Raises if `other` shares memory with this text, which the procedure writes.
    pub fn disjoint(&self, other: &impl Memory) -> Result<(), Failure> {
        disjoint(self, other)
    }
}

impl Memory for UpdateText<'_> {
    fn span(&self) -> Span {
        match Place::of(self.object) {
            Ok(Some(place)) => Span::new(place.start.addr(), 1, &[place.length], &[1]),
            _ => Span::NONE,
        }
    }

    fn owner(&self) -> Option<Owner<'_>> {
        Some(Owner { object: self.object, argument: self.argument })
    }
}

/// A text without a declared intent: updated in place if that can be done, else a text that must stay as it was.
#[derive(Debug)]
pub struct TentativeText<'py>(State<'py>);

#[derive(Debug)]
enum State<'py> {
    Watched { value: Vec<u8>, before: Vec<u8>, given: Object<'py>, argument: Argument },
    Updated(UpdateText<'py>),
}

impl<'py> TentativeText<'py> {
    pub(crate) fn new(argument: Argument, object: Object<'py>) -> Result<Self, Failure> {
        if Place::of(object)?.is_some_and(|place| place.writable) {
            return UpdateText::new(argument, object).map(|text| Self(State::Updated(text)));
        }
        let value = read(argument, object)?.into_owned();
        Ok(Self(State::Watched { before: value.clone(), value, given: object, argument }))
    }

    /// The bytes that the procedure may change.
    pub fn value_mut(&mut self) -> &mut Vec<u8> {
        match &mut self.0 {
            State::Watched { value, .. } => value,
            State::Updated(text) => text.value_mut(),
        }
    }

    /// Writes the bytes back, or raises if an immutable text was changed: its update would be lost. Blanks at the end
    /// do not count.
    pub fn settle(&self) -> Result<(), Failure> {
        match &self.0 {
            State::Updated(text) => text.settle(),
            State::Watched { value, before, given, argument } if trimmed(value) != trimmed(before) => {
                Err(lost_update(*argument, &describe(*given, numpy::OBJECT), "a bytearray", "out"))
            }
            State::Watched { .. } => Ok(()),
        }
    }

    /// Raises if `other` shares memory with this text, which the procedure may write.
    pub fn disjoint(&self, other: &impl Memory) -> Result<(), Failure> {
        disjoint(self, other)
    }
}

impl Memory for TentativeText<'_> {
    fn span(&self) -> Span {
        match &self.0 {
            State::Watched { .. } => Span::NONE,
            State::Updated(text) => text.span(),
        }
    }

    fn owner(&self) -> Option<Owner<'_>> {
        match &self.0 {
            State::Watched { .. } => None,
            State::Updated(text) => text.owner(),
        }
    }
}

fn trimmed(text: &[u8]) -> &[u8] {
    &text[..text.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1)]
}
