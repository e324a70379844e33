//! An array argument as a procedure gets it: the caller's own, or one that was made for it.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use pyo3_ffi as ffi;

use super::super::failure::{Exception, Failure, Outcome};
use super::super::numpy::Array as NumpyArray;
use super::super::object::{Object, Owned, clear_exception};
use super::super::overlap::Span;
use super::super::release::Work;
use super::super::result::IntoResult;
use super::making::write_back;
use super::number::Number;
use crate::layout::column_major;
use crate::{Element, ViewMut};

/// An array of the type and size that was asked for.
#[derive(Debug)]
pub struct Array<'py> {
    object: NonNull<ffi::PyObject>,
    /// Whether there is a reference to give back.
    is_owned: bool,
    /// The caller's array, into which the values go back.
    given: Option<NonNull<ffi::PyObject>>,
    borrowed: PhantomData<&'py ()>,
}

impl<'py> Array<'py> {
    /// The caller's own.
    #[inline]
    pub(crate) fn borrowed(array: NumpyArray<'py>) -> Self {
        let object = NonNull::new(array.object().as_ptr()).unwrap_or(NonNull::dangling());
        Self { object, is_owned: false, given: None, borrowed: PhantomData }
    }

    /// One that was made.
    pub(crate) fn made(owned: Owned) -> Self {
        let object = NonNull::new(owned.into_ptr()).unwrap_or(NonNull::dangling());
        Self { object, is_owned: true, given: None, borrowed: PhantomData }
    }

    /// A copy whose values go back into the caller's array.
    pub(crate) fn linked(copy: Owned, given: NumpyArray<'py>) -> Self {
        let mut this = Self::made(copy);
        this.given = NonNull::new(given.object().as_ptr());
        this
    }

    #[inline]
    pub(crate) fn object(&self) -> Object<'_> {
        // SAFETY: the caller's for `'py`, or ours.
        unsafe { Object::borrowed(self.object.as_ptr()) }
    }

    #[inline]
    pub(crate) fn array(&self) -> NumpyArray<'_> {
        // SAFETY: an array, by construction.
        unsafe { NumpyArray::unchecked(self.object()) }
    }

    /// The elements.
    #[inline]
    pub fn as_mut_ptr<T>(&mut self) -> *mut T {
        self.array().head().data.cast()
    }

    /// The size of an element: of characters, their length.
    #[inline]
    pub fn element_length(&self) -> i64 {
        self.array().item_size() as i64
    }

    /// Whether it was made for the call, and is not the caller's own.
    #[inline]
    pub(crate) fn is_made(&self) -> bool {
        self.is_owned
    }

    /// Writes a text into every element of an array of characters, cut or padded with blanks.
    pub fn fill_with_text(&mut self, text: &[u8]) {
        let array = self.array();
        let (first, count, length) = (array.head().data, array.len(), self.element_length() as usize);
        let kept = text.len().min(length);
        for index in 0..count {
            let element = first.wrapping_add(index * length);
            // SAFETY: one of as many contiguous elements of this length as there are.
            unsafe { element.copy_from_nonoverlapping(text.as_ptr(), kept) };
            // SAFETY: the rest of the same element.
            unsafe { element.wrapping_add(kept).write_bytes(b' ', length - kept) };
        }
    }

    /// The number of elements.
    #[inline]
    pub fn size(&self) -> i64 {
        self.array().len() as i64
    }

    /// The rank that the array has in Python, which may differ from that of the dummy argument.
    pub fn rank(&self) -> i64 {
        self.array().rank() as i64
    }

    /// An element by its place in memory: `x[i]` in C.
    pub fn element<T: Number>(&self, index: i64) -> Result<T, Failure> {
        let array = self.array();
        match usize::try_from(index) {
            Ok(index) if index < array.len() => {
                let place = array.head().data.cast::<T>().wrapping_add(index);
                // SAFETY: the elements are contiguous, and this one is there; any bytes are a number.
                Ok(unsafe { place.read_unaligned() })
            }
            _ => {
                let message = format!("element {index} of an array of {} elements", array.len());
                Err(Exception::Index.raise(&message))
            }
        }
    }

    /// Writes every element of a contiguous array of this type: `value` gets its indices, the first dimension's first,
    /// and is called in the order of memory.
    pub fn fill_with<T: Number, const N: usize>(
        &mut self,
        dimensions: &[isize; N],
        mut value: impl FnMut([i64; N]) -> Result<T, Failure>,
    ) -> Result<(), Failure> {
        let (first, count) = (self.as_mut_ptr::<T>(), self.array().len());
        let mut indices = [0_i64; N];
        for element in 0..count {
            let value = value(indices)?;
            // SAFETY: one of as many contiguous elements of this type as there are.
            unsafe { first.wrapping_add(element).write_unaligned(value) };
            for (index, &extent) in indices.iter_mut().zip(dimensions) {
                *index += 1;
                if *index < extent as i64 {
                    break;
                }
                *index = 0;
            }
        }
        Ok(())
    }

    /// The elements with their strides, for a descriptor. The dimensions are those of the dummy argument, which the
    /// conversion has set.
    #[inline]
    pub fn view_mut<T: Element, const N: usize>(&mut self, dimensions: &[isize; N]) -> ViewMut<'_, T, N> {
        let array = self.array();
        let extents = dimensions.map(|extent| extent.max(0) as usize);
        let strides = if array.rank() == N && array.extents() == dimensions {
            std::array::from_fn(|dimension| array.strides()[dimension])
        } else {
            // An array of another rank is contiguous.
            column_major(size_of::<T>(), &extents)
        };
        let data = array.head().data.cast::<T>();
        // SAFETY: NumPy's own pointer and byte strides of an aligned array of `T`, alive as long as `self`, or those of
        // a contiguous one with as many elements.
        unsafe { ViewMut::from_raw_parts(data, extents, strides) }
    }

    /// Writes the values back into the caller's array where a copy stands for it.
    #[inline]
    pub fn settle(&mut self) -> Result<(), Failure> {
        if self.given.is_some() { self.write_back() } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn write_back(&mut self) -> Result<(), Failure> {
        let Some(given) = self.given.take() else { return Ok(()) };
        let written = write_back(self.object());
        // SAFETY: the caller's array, alive for `'py`.
        let given = unsafe { Object::borrowed(given.as_ptr()) }.to_owned();
        // What is returned is the caller's own array.
        drop(std::mem::replace(self, Self::made(given)));
        written
    }

    /// The memory that Python can see besides, if any.
    #[inline]
    pub(crate) fn span(&self) -> Span {
        if self.is_owned {
            return Span::NONE;
        }
        let array = self.array();
        let extents = array.extents();
        // SAFETY: extents are not negative, so they are the same as unsigned numbers.
        let extents = unsafe { std::slice::from_raw_parts(extents.as_ptr().cast::<usize>(), extents.len()) };
        let size = array.item_size();
        Span::new(array.head().data.addr(), size, extents, array.strides())
    }
}

impl Drop for Array<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.is_owned {
            release(self.object, self.given);
        }
    }
}

#[cold]
#[inline(never)]
fn release(object: NonNull<ffi::PyObject>, given: Option<NonNull<ffi::PyObject>>) {
    // SAFETY: the reference of an array, given back here.
    let Ok(owned) = (unsafe { Owned::take(object.as_ptr()) }) else { return };
    // A call that failed has changed nothing; the caller's array is unlocked all the same.
    if given.is_some() && write_back(owned.as_object()).is_err() {
        clear_exception();
    }
}

impl IntoResult for Array<'_> {
    #[inline]
    fn into_result(self) -> Outcome {
        if !self.is_owned || self.given.is_some() {
            return Ok(self.object().to_owned());
        }
        let this = ManuallyDrop::new(self);
        // SAFETY: the reference that `self` had, which is not dropped.
        unsafe { Owned::take(this.object.as_ptr()) }
    }
}

impl Work for Array<'_> {
    #[inline]
    fn work(&self) -> usize {
        self.array().len()
    }
}
