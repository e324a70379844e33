//! Values of ALLOCATABLE functions: the shim says how large they are and asks for the memory.

use std::ffi::{c_int, c_void};
use std::ptr;

use super::super::failure::{Failure, Outcome};
use super::super::object::Owned;
use super::super::result::IntoResult;
use super::array::Array;
use super::making::{ElementSize, new_array};
use super::spec::ArraySpec;
use super::text::Text;

/// What a shim calls: what the memory is for, the rank, the extents, the length of characters. It gives the address, or
/// null with an exception.
pub type Make =
    unsafe extern "C-unwind" fn(handle: *mut c_void, rank: c_int, extents: *const usize, length: usize) -> *mut c_void;

/// [`Make`] for an array.
pub type MakeArray = Make;
/// [`Make`] for a text.
pub type MakeText = Make;

/// An array that a procedure makes.
#[derive(Debug)]
pub struct Made {
    spec: &'static ArraySpec,
    array: Option<Owned>,
    failed: bool,
}

impl Made {
    /// Nothing yet.
    pub fn new(spec: &'static ArraySpec) -> Self {
        Self { spec, array: None, failed: false }
    }

    /// What [`make_array`] gets.
    pub fn as_handle(&mut self) -> *mut c_void {
        (&raw mut *self).cast()
    }
}

impl IntoResult for Made {
    fn into_result(self) -> Outcome {
        match (self.array, self.failed) {
            (_, true) => Err(Failure::Raised),
            (Some(array), false) => Ok(array),
            (None, false) => Ok(Owned::none()),
        }
    }
}

/// Makes an array in Fortran order.
///
/// # Safety
/// `handle` is that of a [`Made`] that lives, `extents` are as many numbers as `rank` says, and this thread holds the
/// interpreter.
pub unsafe extern "C-unwind" fn make_array(
    handle: *mut c_void,
    rank: c_int,
    extents: *const usize,
    length: usize,
) -> *mut c_void {
    let rank = usize::try_from(rank).unwrap_or(0);
    // SAFETY: the caller's promise.
    let made = unsafe { &mut *handle.cast::<Made>() };
    // SAFETY: the caller's promise.
    let extents = unsafe { std::slice::from_raw_parts(extents, rank) };
    let extents: Vec<isize> = extents.iter().map(|&extent| isize::try_from(extent).unwrap_or(isize::MAX)).collect();
    match new_array(ElementSize { number: made.spec.number, length }, &extents, false, false) {
        Ok(owned) => {
            let mut array = Array::made(owned.as_object().to_owned());
            let address = array.as_mut_ptr::<c_void>();
            made.array = Some(owned);
            address
        }
        Err(_) => {
            made.failed = true;
            ptr::null_mut()
        }
    }
}

/// A text that a procedure makes.
#[derive(Debug, Default)]
pub struct MadeText {
    text: Option<Text>,
    failed: Option<Failure>,
}

impl MadeText {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What [`make_text`] gets.
    pub fn as_handle(&mut self) -> *mut c_void {
        (&raw mut *self).cast()
    }
}

impl IntoResult for MadeText {
    fn into_result(self) -> Outcome {
        match (self.text, self.failed) {
            (_, Some(failure)) => Err(failure),
            (Some(text), None) => text.into_result(),
            (None, None) => Ok(Owned::none()),
        }
    }
}

/// Makes room for a text.
///
/// # Safety
/// `handle` is that of a [`MadeText`] that lives.
pub unsafe extern "C-unwind" fn make_text(
    handle: *mut c_void,
    _rank: c_int,
    _extents: *const usize,
    length: usize,
) -> *mut c_void {
    // SAFETY: the caller's promise.
    let made = unsafe { &mut *handle.cast::<MadeText>() };
    match Text::new(isize::try_from(length).unwrap_or(isize::MAX), b"") {
        Ok(text) => made.text.insert(text).as_mut_ptr().cast(),
        Err(failure) => {
            made.failed = Some(failure);
            ptr::null_mut()
        }
    }
}
