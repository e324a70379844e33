//! What a callable returned, in f2py's terms: the value of a function, then arguments, as many as there are.

use pyo3_ffi as ffi;

use crate::python::failure::{Exception, Failure};
use crate::python::object::{Object, Owned};

use super::callback::Callback;
use super::callback_passed::{Passed, PassedText};
use super::callback_taken::take_array;
use super::number::Number;
use super::place::Place;
use super::spec::ArraySpec;

/// The values that a callable returned: none for `None`, those of a tuple, else one.
#[derive(Debug)]
pub struct Returned {
    object: Owned,
    is_tuple: bool,
    count: usize,
    next: usize,
    callback: &'static Callback,
}

impl Returned {
    #[inline]
    pub(super) fn new(callback: &'static Callback, object: Owned) -> Self {
        // SAFETY: the object is alive.
        let is_tuple = unsafe { ffi::PyTuple_Check(object.as_ptr()) } != 0;
        let count = if is_tuple {
            // SAFETY: a tuple.
            unsafe { ffi::PyTuple_Size(object.as_ptr()) }.unsigned_abs()
        } else {
            usize::from(!object.as_object().is_none())
        };
        Self { object, is_tuple, count, next: 0, callback }
    }

    /// The next value, if there is one.
    #[inline]
    fn take(&mut self) -> Option<Object<'_>> {
        if self.next == self.count {
            return None;
        }
        let index = self.next as isize;
        self.next += 1;
        if !self.is_tuple {
            return Some(self.object.as_object());
        }
        // SAFETY: a tuple with more items; the reference is borrowed from it.
        let item = unsafe { ffi::PyTuple_GetItem(self.object.as_ptr(), index) };
        // SAFETY: alive as long as the tuple.
        Some(unsafe { Object::borrowed(item) })
    }

    /// The value of a function: the first one.
    #[inline]
    pub fn value<T: Number + Default>(&mut self) -> Result<T, Failure> {
        let callback = self.callback;
        match self.take() {
            Some(object) => match T::exact(object) {
                Some(value) => Ok(value),
                None => convert(callback, "return_value", object),
            },
            None => callback.no_value().map(|()| T::default()),
        }
    }

    /// The value of a function of type logical, as 0 or 1.
    #[inline]
    pub fn truth<T: From<bool>>(&mut self) -> Result<T, Failure> {
        let callback = self.callback;
        match self.take() {
            Some(object) => object.truth().map(T::from),
            None => callback.no_value().map(|()| T::from(false)),
        }
    }

    /// The text that a function returns, padded with blanks.
    pub fn text_value(&mut self, to: PassedText) -> Result<(), Failure> {
        let callback = self.callback;
        match self.take() {
            Some(object) => fill(callback, "return_value", object, to),
            None => callback.no_value().map(|()| to.fill(b"")),
        }
    }

    /// A scalar argument; it stays as it is if there is no further value.
    #[inline]
    pub fn scalar<T: Number>(&mut self, name: &'static str, to: Passed<T>) -> Result<(), Failure> {
        let callback = self.callback;
        match self.take() {
            Some(object) => match T::exact(object) {
                Some(value) => to.write(name, value),
                None => to.write(name, convert(callback, name, object)?),
            },
            None => Ok(()),
        }
    }

    /// A logical argument.
    pub fn truth_of<T: From<bool> + Copy + 'static>(
        &mut self,
        name: &'static str,
        to: Passed<T>,
    ) -> Result<(), Failure> {
        match self.take() {
            Some(object) => to.write(name, T::from(object.truth()?)),
            None => Ok(()),
        }
    }

    /// A text argument.
    pub fn text(&mut self, name: &'static str, to: PassedText) -> Result<(), Failure> {
        let callback = self.callback;
        match self.take() {
            Some(object) => fill(callback, name, object, to),
            None => Ok(()),
        }
    }

    /// An array argument of exactly these extents.
    #[inline]
    pub fn array<T: Number>(
        &mut self,
        spec: &'static ArraySpec,
        to: Passed<T>,
        extents: &[isize],
    ) -> Result<(), Failure> {
        let callback = self.callback;
        match self.take() {
            Some(object) => take_array(callback, spec, object, (to.as_ptr().cast(), size_of::<T>()), extents),
            None => Ok(()),
        }
    }

    /// An array argument of texts.
    pub fn texts(
        &mut self,
        spec: &'static ArraySpec,
        to: Passed<u8>,
        length: usize,
        extents: &[isize],
    ) -> Result<(), Failure> {
        let callback = self.callback;
        match self.take() {
            Some(object) => take_array(callback, spec, object, (to.as_ptr(), length), extents),
            None => Ok(()),
        }
    }
}

/// How messages name a value of a callback.
fn place_text(callback: &Callback, name: &str) -> String {
    format!("{name} of call-back function {}", callback.name)
}

#[cold]
#[inline(never)]
fn convert<T: Number>(callback: &Callback, name: &str, object: Object<'_>) -> Result<T, Failure> {
    T::convert(Place::Named(&place_text(callback, name)), object, callback.is_lossy)
}

/// A text that may be shorter, and longer only by blanks unless what is too long is cut.
fn fill(callback: &Callback, name: &str, object: Object<'_>, to: PassedText) -> Result<(), Failure> {
    let (text, length) = (characters(callback, name, object)?, to.bytes().len());
    let kept = text.len().min(length);
    if !callback.is_lossy && text[kept..].iter().any(|&byte| byte != b' ') {
        let (place, found) = (place_text(callback, name), text.len());
        return Err(Exception::Value.raise(&format!("{place}: expected at most {length} characters, found {found}")));
    }
    to.fill(text);
    Ok(())
}

/// The bytes of a text.
fn characters<'a>(callback: &Callback, name: &str, object: Object<'a>) -> Result<&'a [u8], Failure> {
    if object.is_instance(&raw mut ffi::PyUnicode_Type) {
        return object.utf8().map(str::as_bytes);
    }
    if !object.is_instance(&raw mut ffi::PyBytes_Type) {
        let (place, found) = (place_text(callback, name), object.type_name());
        return Err(Exception::Type.raise(&format!("{place}: expected bytes or str, found {found}")));
    }
    // SAFETY: a `bytes` object.
    let start = unsafe { ffi::PyBytes_AsString(object.as_ptr()) }.cast::<u8>();
    // SAFETY: as above.
    let length = unsafe { ffi::PyBytes_Size(object.as_ptr()) }.unsigned_abs();
    // SAFETY: the bytes of the object, which never change.
    Ok(unsafe { std::slice::from_raw_parts(start, length) })
}

impl Callback {
    /// A function that returned nothing: 0 and a warning where nothing is lost by that in f2py's eyes, else an exception.
    #[cold]
    #[inline(never)]
    fn no_value(&self) -> Result<(), Failure> {
        let text = format!("call-back function {} did not provide return value\0", self.name);
        if !self.is_lossy {
            return Err(Exception::Type.raise(text.trim_end_matches('\0')));
        }
        // SAFETY: set when the interpreter starts, and never changed.
        let category = unsafe { ffi::PyExc_RuntimeWarning };
        // SAFETY: a class and a C string.
        match unsafe { ffi::PyErr_WarnEx(category, text.as_ptr().cast(), 1) } {
            -1 => Err(Failure::Raised),
            _ => Ok(()),
        }
    }
}
