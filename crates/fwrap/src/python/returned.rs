//! What a callable returned: the value of a function, values of arguments, or nothing.

use pyo3_ffi as ffi;

use super::array_convert::converted;
use super::callable::Callable;
use super::callable_call::{copy_in, has_extents};
use super::failure::{Exception, Failure};
use super::numpy::{self, Array};
use super::object::{Object, Owned};
use super::scalar::Scalar;
use super::text::Text;
use crate::{Element, ViewMut};

/// What a callable returned.
#[derive(Debug)]
pub struct Returned<'c> {
    object: Owned,
    callable: &'c Callable<'c>,
    written: Option<&'static str>,
}

impl<'c> Returned<'c> {
    #[inline]
    pub(crate) fn new(object: Owned, callable: &'c Callable<'c>, written: Option<&'static str>) -> Self {
        Self { object, callable, written }
    }

    /// Raises if there is something: it would be lost.
    #[inline]
    pub fn nothing(self) -> Result<(), Failure> {
        if self.object.as_object().is_none() { Ok(()) } else { Err(self.refuse()) }
    }

    #[cold]
    #[inline(never)]
    fn refuse(&self) -> Failure {
        let instead = match self.written {
            Some(name) => format!("write into `{name}[...]`"),
            None => "return None".to_owned(),
        };
        let found = self.object.as_object().type_name();
        let message = format!(" returned a value ({found}), but none is taken from it: {instead}");
        self.callable.raise(Exception::Type, &message)
    }

    /// The value of a function that has no other values to return.
    #[inline]
    pub fn value<T: Scalar>(self) -> Result<T, Failure> {
        convert(self.callable, None, self.object.as_object())
    }

    /// The values of these arguments, with that of the function in front if it is one: a tuple if they are several.
    pub fn values<const K: usize>(self, names: &'static [&'static str; K]) -> Result<Values<'c, K>, Failure> {
        let object = self.object.as_object();
        if K == 1 {
            let items = [0; K].map(|_| object.to_owned());
            return Ok(Values { items, callable: self.callable, names });
        }
        let found = if object.is_instance(&raw mut ffi::PyTuple_Type) {
            // SAFETY: a tuple.
            unsafe { ffi::PyTuple_Size(object.as_ptr()) }.unsigned_abs()
        } else {
            usize::MAX
        };
        if found != K {
            let found = match found {
                usize::MAX => object.type_name(),
                count => format!("a tuple of {count}"),
            };
            let message = format!(" must return a tuple of {K}, ({}), and returned {found}", names.join(", "));
            return Err(self.callable.raise(Exception::Type, &message));
        }
        let items = std::array::from_fn(|index| {
            // SAFETY: a tuple of this size; the reference is borrowed from it.
            let item = unsafe { ffi::PyTuple_GetItem(object.as_ptr(), index as isize) };
            // SAFETY: alive as long as the tuple.
            unsafe { Object::borrowed(item) }.to_owned()
        });
        Ok(Values { items, callable: self.callable, names })
    }
}

/// The values that a callable returned, by their place.
#[derive(Debug)]
pub struct Values<'c, const K: usize> {
    items: [Owned; K],
    callable: &'c Callable<'c>,
    names: &'static [&'static str; K],
}

impl<const K: usize> Values<'_, K> {
    /// A scalar.
    #[inline]
    pub fn scalar<T: Scalar>(&self, index: usize) -> Result<T, Failure> {
        convert(self.callable, Some(self.names[index]), self.items[index].as_object())
    }

    /// An array of exactly the shape that Fortran expects.
    #[inline]
    pub fn array<T: Element, const R: usize>(&self, index: usize, mut view: ViewMut<'_, T, R>) -> Result<(), Failure> {
        match Array::exact(self.items[index].as_object()) {
            Some(array)
                if array.fits(T::NUMPY_TYPE, R, numpy::ALIGNED | numpy::F_CONTIGUOUS)
                    && has_extents(array, view.extents()) =>
            {
                copy_in(array, &mut view)
            }
            _ => self.convert_array(index, view),
        }
    }

    #[cold]
    #[inline(never)]
    fn convert_array<T: Element, const R: usize>(
        &self,
        index: usize,
        mut view: ViewMut<'_, T, R>,
    ) -> Result<(), Failure> {
        let (callable, name) = (self.callable, self.names[index]);
        let owned = converted(callable.argument(), self.items[index].as_object(), T::NUMPY_TYPE, R, true)
            .map_err(|failure| callable.of_returned(&format!("`{name}`"), failure))?;
        let Some(array) = Array::of(owned.as_object()) else {
            return Err(callable.raise(Exception::Type, &format!(": `{name}`: expected an array")));
        };
        if !has_extents(array, view.extents()) {
            let expected = crate::error::shape_text(&view.extents());
            let message = format!(": `{name}`: expected shape {expected}, found {}", array.shape());
            return Err(callable.raise(Exception::Value, &message));
        }
        copy_in(array, &mut view)
    }

    /// A text, padded with blanks.
    pub fn text(&self, index: usize, text: &mut [u8]) -> Result<(), Failure> {
        let (callable, name) = (self.callable, self.names[index]);
        let given = Text::new(callable.argument(), self.items[index].as_object())
            .map_err(|failure| callable.of_returned(&format!("`{name}`"), failure))?;
        fill_text(callable, name, given.bytes(), text)
    }
}

/// A scalar that a callable returned: `name` is the argument, or nothing if it is the value of a function.
#[inline]
fn convert<T: Scalar>(callable: &Callable<'_>, name: Option<&str>, object: Object<'_>) -> Result<T, Failure> {
    match T::exact(object) {
        Some(value) => Ok(value),
        None => convert_otherwise(callable, name, object),
    }
}

#[cold]
#[inline(never)]
fn convert_otherwise<T: Scalar>(callable: &Callable<'_>, name: Option<&str>, object: Object<'_>) -> Result<T, Failure> {
    T::convert(callable.argument(), object).map_err(|failure| {
        let what = name.map_or_else(|| "the value that it returned".to_owned(), |name| format!("`{name}`"));
        callable.of_returned(&what, failure)
    })
}

/// Writes a text that may be shorter, and longer only by blanks.
pub(crate) fn fill_text(callable: &Callable<'_>, name: &str, given: &[u8], text: &mut [u8]) -> Result<(), Failure> {
    let kept = given.len().min(text.len());
    if given[kept..].iter().any(|&byte| byte != b' ') {
        let (expected, found) = (text.len(), given.len());
        let message = format!(": `{name}`: expected at most {expected} characters, found {found}");
        return Err(callable.raise(Exception::Value, &message));
    }
    text[..kept].copy_from_slice(&given[..kept]);
    text[kept..].fill(b' ');
    Ok(())
}
