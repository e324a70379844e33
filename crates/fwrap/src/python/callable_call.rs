//! One call of a callable: its arguments are made, it runs, and what it wrote is brought back.

use std::ptr::{self, NonNull};

use pyo3_ffi as ffi;

use super::callable::Callable;
use super::failure::{Exception, Failure};
use super::numpy::{self, Array};
use super::object::{Object, Owned, clear_exception, string};
use super::returned::Returned;
use super::scalar::Scalar;
use crate::copy::{gather, scatter};
use crate::layout::Strided;
use crate::{Element, View, ViewMut};

/// One call. Arguments are given in order; arrays are copies, which the callable may keep.
#[derive(Debug)]
#[repr(C)]
pub struct Call<'c, const N: usize> {
    /// A place in front of the arguments: a bound method puts its instance there instead of copying them all.
    before: *mut ffi::PyObject,
    /// References of its own: the first `count`.
    arguments: [*mut ffi::PyObject; N],
    count: usize,
    callable: &'c Callable<'c>,
    names: &'static [&'static str; N],
    /// An array that may be written, for messages.
    written: Option<&'static str>,
}

impl<'c, const N: usize> Call<'c, N> {
    #[inline]
    pub(crate) fn new(callable: &'c Callable<'c>, names: &'static [&'static str; N]) -> Self {
        let (before, arguments) = (ptr::null_mut(), [ptr::null_mut(); N]);
        Self { before, arguments, count: 0, callable, names, written: None }
    }

    #[inline]
    fn push(&mut self, argument: Owned) {
        self.arguments[self.count] = argument.into_ptr();
        self.count += 1;
    }

    /// A scalar as a Python number.
    #[inline]
    pub fn scalar<T: Scalar>(&mut self, value: T) -> Result<(), Failure> {
        self.push(value.into_python()?);
        Ok(())
    }

    /// A scalar that the callable may change: a 0-d array.
    #[inline]
    pub fn variable<T: Element>(&mut self, value: T) -> Result<(), Failure> {
        let array = numpy::empty(T::NUMPY_TYPE, &[])?;
        data::<T>(&array).write(value);
        self.push(array);
        Ok(())
    }

    /// An array that the callable reads, as a copy in Fortran order.
    #[inline]
    pub fn array<T: Element, const R: usize>(&mut self, view: View<'_, T, R>) -> Result<(), Failure> {
        let array = numpy::empty(T::NUMPY_TYPE, &view.extents().map(|extent| extent as isize))?;
        copy_out(view, data::<T>(&array));
        self.push(array);
        Ok(())
    }

    /// An array that the callable may change, as a copy in Fortran order.
    #[inline]
    pub fn written_array<T: Element, const R: usize>(&mut self, view: &ViewMut<'_, T, R>) -> Result<(), Failure> {
        self.written = Some(self.names[self.count]);
        self.array(view.as_view())
    }

    /// A text: a `str`, or `bytes` if it is not UTF-8.
    pub fn text(&mut self, text: &[u8]) -> Result<(), Failure> {
        let object = match std::str::from_utf8(text) {
            Ok(text) => string(text)?,
            Err(_) => super::result::IntoResult::into_result(text.to_vec())?,
        };
        self.push(object);
        Ok(())
    }

    /// A text that the callable may change: a `bytearray` of the same length.
    pub fn written_text(&mut self, text: &[u8]) -> Result<(), Failure> {
        // SAFETY: the pointer and the length are those of the text.
        let raw = unsafe { ffi::PyByteArray_FromStringAndSize(text.as_ptr().cast(), text.len() as isize) };
        // SAFETY: a new reference, or null with an exception.
        self.push(unsafe { Owned::take(raw) }?);
        Ok(())
    }

    /// Calls.
    #[inline]
    pub fn run(&mut self) -> Result<Returned<'c>, Failure> {
        let function = self.callable.object().as_ptr();
        let first =
            (&raw mut *self).wrapping_byte_add(std::mem::offset_of!(Self, arguments)).cast::<*mut ffi::PyObject>();
        let count = self.count | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
        // SAFETY: `count` objects and a place before them; the callable lives as long as the call it was passed to.
        let raw = unsafe { ffi::PyObject_Vectorcall(function, first.cast_const(), count, ptr::null_mut()) };
        match NonNull::new(raw) {
            // SAFETY: a new reference.
            Some(object) => Ok(Returned::new(unsafe { Owned::take(object.as_ptr()) }?, self.callable, self.written)),
            None => Err(self.callable.call_failed(self.names)),
        }
    }

    /// Brings back what the callable wrote into an array.
    #[inline]
    pub fn update<T: Element, const R: usize>(&self, index: usize, mut view: ViewMut<'_, T, R>) -> Result<(), Failure> {
        let flags = numpy::ALIGNED | numpy::F_CONTIGUOUS;
        let array = match Array::exact(self.argument(index)) {
            Some(array) if array.fits(T::NUMPY_TYPE, R, flags) => array,
            _ => return Err(self.changed(index)),
        };
        // The callable may have resized it.
        if !has_extents(array, view.extents()) {
            return Err(self.changed(index));
        }
        copy_in(array, &mut view)
    }

    /// Brings back what the callable wrote into a scalar.
    #[inline]
    pub fn update_variable<T: Element>(&self, index: usize, value: &mut T) -> Result<(), Failure> {
        match Array::exact(self.argument(index)) {
            Some(array) if array.fits(T::NUMPY_TYPE, 0, numpy::ALIGNED) => {
                // SAFETY: an aligned native element of this type.
                *value = unsafe { T::load(array.head().data.cast()) };
                Ok(())
            }
            _ => Err(self.changed(index)),
        }
    }

    /// Brings back what the callable wrote into a text: shorter ones are padded with blanks.
    pub fn update_text(&self, index: usize, text: &mut [u8]) -> Result<(), Failure> {
        let object = self.argument(index);
        // SAFETY: the `bytearray` that `written_text` made; the buffer is copied before Python runs again.
        let start = unsafe { ffi::PyByteArray_AsString(object.as_ptr()) }.cast::<u8>();
        // SAFETY: as above.
        let length = unsafe { ffi::PyByteArray_Size(object.as_ptr()) }.unsigned_abs();
        // SAFETY: the object's own bytes.
        let written = unsafe { std::slice::from_raw_parts(start.cast_const(), length) };
        super::returned::fill_text(self.callable, self.names[index], written, text)
    }

    #[inline]
    fn argument(&self, index: usize) -> Object<'_> {
        debug_assert!(index < self.count, "arguments are given before the call");
        // SAFETY: a reference of ours.
        unsafe { Object::borrowed(self.arguments[index]) }
    }

    #[cold]
    #[inline(never)]
    fn changed(&self, index: usize) -> Failure {
        clear_exception();
        let name = self.names[index];
        self.callable.raise(Exception::Value, &format!(" changed the shape or the type of `{name}`"))
    }
}

impl<const N: usize> Drop for Call<'_, N> {
    #[inline]
    fn drop(&mut self) {
        for argument in &self.arguments[..self.count] {
            // SAFETY: references of ours, given up once.
            unsafe { ffi::Py_DECREF(*argument) };
        }
    }
}

/// The elements of an array made just now.
struct Data<T>(NonNull<T>);

#[inline]
fn data<T>(array: &Owned) -> Data<T> {
    match Array::exact(array.as_object()) {
        Some(array) => Data(NonNull::new(array.head().data.cast()).unwrap_or(NonNull::dangling())),
        None => unreachable!("NumPy's own constructor makes arrays"),
    }
}

impl<T: Element> Data<T> {
    #[inline]
    fn write(self, value: T) {
        // SAFETY: a new array of this type with at least one element, aligned.
        unsafe { self.0.write(value) };
    }
}

/// Copies an array into a new one of the same shape, in Fortran order.
#[inline]
fn copy_out<T: Element, const R: usize>(view: View<'_, T, R>, to: Data<T>) {
    if view.is_contiguous() {
        // SAFETY: as many elements on both sides; the new array is nobody else's.
        unsafe { to.0.copy_from_nonoverlapping(view.pointer, view.len()) };
    } else {
        copy_strided_out(&strided(&view), to.0.cast());
    }
}

/// Whether an array of the rank has the extents.
#[inline]
pub(crate) fn has_extents<const R: usize>(array: Array<'_>, extents: [usize; R]) -> bool {
    array.extents().iter().zip(extents).all(|(found, extent)| found.unsigned_abs() == extent)
}

/// Copies an aligned array of the same type and shape, in Fortran order, into one that Fortran passed.
#[inline]
pub(crate) fn copy_in<T: Element, const R: usize>(
    array: Array<'_>,
    view: &mut ViewMut<'_, T, R>,
) -> Result<(), Failure> {
    if !view.is_contiguous() {
        return copy_strided_in(array, &strided(&view.as_view()));
    }
    let from = array.head().data.cast::<T>().cast_const();
    // SAFETY: as many elements on both sides, aligned. A callable may return what its caller passed to Fortran: they
    // may be the same.
    unsafe { view.pointer.as_ptr().copy_from(from, view.len()) };
    Ok(())
}

fn strided<T: Element, const R: usize>(view: &View<'_, T, R>) -> Strided {
    Strided::new(view.pointer.cast(), size_of::<T>(), &view.extents, &view.strides)
}

#[cold]
#[inline(never)]
fn copy_strided_in(array: Array<'_>, view: &Strided) -> Result<(), Failure> {
    // It may overlap the view.
    let copy = array.copy()?;
    let data = Array::exact(copy.as_object()).and_then(|copy| NonNull::new(copy.head().data));
    if let Some(from) = data {
        // SAFETY: the view may be written; the copy is fresh, in Fortran order, with as many elements.
        unsafe { scatter(view, from) };
    }
    Ok(())
}

#[cold]
#[inline(never)]
fn copy_strided_out(view: &Strided, to: NonNull<u8>) {
    // SAFETY: a view may be read.
    let copy = unsafe { gather(view) };
    let bytes = view.count() * view.element_size;
    // SAFETY: as many bytes on both sides.
    unsafe { to.copy_from_nonoverlapping(copy.pointer(), bytes) };
}
