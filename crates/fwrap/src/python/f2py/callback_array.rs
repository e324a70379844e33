//! Arrays that callables get: copies, so that none dangles, brought back if they were written.
//!
//! f2py lends views of Fortran's memory, which are garbage for who keeps one. A copy costs little, as one that nobody has
//! kept is used again for the next call.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::mem::transmute;
use std::ptr;
use std::sync::atomic::Ordering;

use pyo3_ffi as ffi;

use crate::python::failure::{Exception, Failure};
use crate::python::numpy::{
    ALIGNED, ARRAY_TYPE, Array, ArrayHead, C_CONTIGUOUS, Entry, F_CONTIGUOUS, WRITEABLE, loaded,
};
use crate::python::object::{Object, Owned};

use super::callback::Callback;
use super::spec::{ArraySpec, C, CHARACTERS, INOUT};

/// The array owns its elements.
const OWNS_DATA: c_int = 0x0004;

/// A copy of what Fortran passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lent {
    /// An array; the reference is one of the call's arguments.
    pub(super) array: *mut ffi::PyObject,
    /// Which one.
    pub(super) argument: usize,
    elements: *mut u8,
    bytes: usize,
    count: usize,
    spec: &'static ArraySpec,
}

type New = unsafe extern "C" fn(
    *mut ffi::PyTypeObject,
    c_int,
    *const isize,
    c_int,
    *const isize,
    *mut c_void,
    c_int,
    c_int,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;

/// Copies what Fortran passed into an array: into the one that was `kept` from the last call if nobody else has it.
/// Negative extents are 0.
pub(super) fn lend(
    callback: &'static Callback,
    spec: &'static ArraySpec,
    (element, elements): (usize, *mut u8),
    extents: &[isize],
    (argument, kept): (usize, Option<&Cell<*mut ffi::PyObject>>),
) -> Result<Lent, Failure> {
    let mut sizes = extents.iter().map(|extent| extent.max(&0).unsigned_abs());
    let count = sizes.try_fold(1_usize, usize::checked_mul);
    let (Some(count), Some(bytes)) = (count, count.and_then(|count| count.checked_mul(element))) else {
        let message = format!("callback `{}`: `{}` is larger than memory", callback.name, spec.name);
        return Err(Exception::Value.raise(&message));
    };
    let array = match kept.and_then(|kept| again(kept, spec, extents)) {
        Some(array) => array,
        None => new_array(spec, element, extents)?,
    };
    let Some(head) = Array::exact(array.as_object()) else { unreachable!("NumPy's own constructor makes arrays") };
    if bytes > 0 {
        // SAFETY: Fortran passes as many elements as its interface declares (that is the promise of who wrote it), and
        // the array has as many bytes and is nobody else's.
        unsafe { head.head().data.copy_from_nonoverlapping(elements, bytes) };
    }
    Ok(Lent { array: array.into_ptr(), argument, elements, bytes, count, spec })
}

/// The array of the last call, if nobody else has it and it is as it was made.
#[inline]
fn again(kept: &Cell<*mut ffi::PyObject>, spec: &ArraySpec, extents: &[isize]) -> Option<Owned> {
    // SAFETY: a reference of the cell's own, or null.
    let array = unsafe { Owned::take(kept.replace(ptr::null_mut())) }.ok()?;
    // SAFETY: alive.
    let references = unsafe { ffi::Py_REFCNT(array.as_ptr()) };
    let head = Array::exact(array.as_object())?;
    let order = if spec.has(C) { C_CONTIGUOUS } else { F_CONTIGUOUS };
    let is_mine = references == 1
        && head.fits(spec.number, extents.len(), order | ALIGNED | WRITEABLE | OWNS_DATA)
        && !has_weak_references(&array)
        && head.extents() == extents
        // The length of characters may be another one each time.
        && spec.number != CHARACTERS;
    is_mine.then_some(array)
}

/// The rest of `PyArrayObject`, as far as it is the same in NumPy 1 and 2.
#[repr(C)]
struct WithWeakReferences {
    head: ArrayHead,
    weak_references: *mut ffi::PyObject,
}

/// Whether somebody looks at the array without a reference.
#[inline]
fn has_weak_references(array: &Owned) -> bool {
    let place = array.as_ptr().cast_const().cast::<WithWeakReferences>();
    // SAFETY: an array, alive.
    let place = unsafe { &raw const (*place).weak_references };
    // SAFETY: as above.
    !unsafe { place.read() }.is_null()
}

#[inline(never)]
fn new_array(spec: &ArraySpec, element: usize, extents: &[isize]) -> Result<Owned, Failure> {
    // SAFETY: the entry has this type.
    let new = unsafe { transmute::<*const c_void, New>(loaded(Entry::New)) };
    let kind = ARRAY_TYPE.load(Ordering::Relaxed);
    let mut sizes = [0; 15];
    let sizes = &mut sizes[..extents.len()];
    for (size, extent) in sizes.iter_mut().zip(extents) {
        *size = *extent.max(&0);
    }
    let (rank, element) = (extents.len() as c_int, element as c_int);
    let flags = if spec.has(C) { 0 } else { F_CONTIGUOUS };
    let (none, data) = (ptr::null(), ptr::null_mut());
    // SAFETY: as many extents as the rank says; without data NumPy allocates, in the order that the flags say.
    let raw = unsafe { new(kind, rank, sizes.as_ptr(), spec.number, none, data, element, flags, ptr::null_mut()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

impl Lent {
    /// Brings back what the callable wrote, unless Fortran only lets it be read.
    #[inline]
    pub(super) fn bring_back(&self, callback: &Callback) -> Result<(), Failure> {
        if self.bytes == 0 || !self.spec.has(INOUT) {
            return Ok(());
        }
        // SAFETY: a reference of the call's.
        let object = unsafe { Object::borrowed(self.array) };
        match Array::exact(object) {
            // An array without a reference from elsewhere cannot have been resized, nor retyped.
            Some(array) if array.has(OWNS_DATA) && array.element_type().number == self.spec.number => {
                self.copy(array, callback)
            }
            _ => Err(self.changed(callback)),
        }
    }

    #[inline]
    fn copy(&self, array: Array<'_>, callback: &Callback) -> Result<(), Failure> {
        if array.len() != self.count {
            return Err(self.changed(callback));
        }
        let from = array.head().data.cast_const();
        // SAFETY: as many bytes.
        let now = unsafe { std::slice::from_raw_parts(from, self.bytes) };
        // SAFETY: as many bytes as were copied from there; nobody writes them meanwhile.
        let before = unsafe { std::slice::from_raw_parts(self.elements.cast_const(), self.bytes) };
        // What was not changed is not written: Fortran may have passed a constant.
        if now != before {
            // SAFETY: as above; the array is a copy, so they do not overlap.
            unsafe { self.elements.copy_from_nonoverlapping(from, self.bytes) };
        }
        Ok(())
    }

    #[cold]
    fn changed(&self, callback: &Callback) -> Failure {
        let (callback, name) = (callback.name, self.spec.name);
        Exception::Value.raise(&format!("callback `{callback}` changed the shape or the type of `{name}`"))
    }
}
