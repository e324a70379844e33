//! NumPy arrays over Fortran's variables.

use std::ffi::{c_int, c_void};
use std::mem::transmute;
use std::ptr;

use pyo3_ffi as ffi;

use super::super::failure::{Exception, Failure};
use super::super::numpy::{self, Array, Entry, loaded};
use super::super::object::Owned;
use super::data::Datum;
use super::data_found::Found;
use super::making::{ElementSize, new_array};
use crate::kept_memory;

type NewFromDescr = unsafe extern "C" fn(
    *mut ffi::PyTypeObject,
    *mut ffi::PyObject,
    c_int,
    *const isize,
    *const isize,
    *mut c_void,
    c_int,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;
type SetBaseObject = unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> c_int;

/// An array for a variable: over its memory, or with the value of a named constant.
pub(crate) fn view(datum: &Datum, found: &Found) -> Result<Owned, Failure> {
    let element = ElementSize { number: datum.number, length: found.size };
    // NumPy has no texts of length 0.
    let is_nothing = found.total() == 0 && (found.size == 0 || found.address.is_null());
    if is_nothing || found.bytes.is_some() {
        let made = new_array(element, found.extents(), false, true)?;
        if let (Some(array), Some(bytes)) = (Array::of(made.as_object()), &found.bytes) {
            // SAFETY: a new array in Fortran order with as many bytes.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), array.head().data, bytes.len()) };
        }
        forbid_writing(&made);
        return Ok(made);
    }
    let made = over(element, found)?;
    if datum.is_read_only() {
        forbid_writing(&made);
    }
    if datum.is_allocatable {
        keep(&made, found.address)?;
    }
    Ok(made)
}

fn forbid_writing(array: &Owned) {
    if let Some(array) = Array::of(array.as_object()) {
        array.forbid_writing();
    }
}

/// An array over the memory itself.
fn over(element: ElementSize, found: &Found) -> Result<Owned, Failure> {
    let descriptor = element.descriptor()?.into_ptr();
    // SAFETY: the entry has this type.
    let new = unsafe { transmute::<*const c_void, NewFromDescr>(loaded(Entry::NewFromDescr)) };
    let kind = numpy::ARRAY_TYPE.load(std::sync::atomic::Ordering::Relaxed);
    let extents = found.extents();
    let aligned = if is_aligned(element.number, found) { numpy::ALIGNED } else { 0 };
    let flags = numpy::F_CONTIGUOUS | numpy::WRITEABLE | aligned;
    let data = found.address.cast();
    // SAFETY: as many extents as the rank says; contiguous memory in Fortran order with elements of this type, which
    // stays where it is as long as the process, or is kept by the array's base. The descriptor's reference goes over.
    let raw = unsafe {
        new(kind, descriptor, extents.len() as c_int, extents.as_ptr(), ptr::null(), data, flags, ptr::null_mut())
    };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// Members of a COMMON block may stand anywhere.
fn is_aligned(number: c_int, found: &Found) -> bool {
    let size = match number {
        super::spec::CHARACTERS => 1,
        super::spec::COMPLEX64 | super::spec::COMPLEX128 => found.size / 2,
        _ => found.size,
    };
    found.address.addr().is_multiple_of(size.max(1))
}

/// Keeps allocated memory from being freed as long as the array lives.
fn keep(array: &Owned, address: *mut u8) -> Result<(), Failure> {
    kept_memory::keep(address.addr());
    // SAFETY: an address that is not null, no name, and a destructor for this capsule.
    let raw = unsafe { ffi::PyCapsule_New(address.cast(), ptr::null(), Some(let_go)) };
    // SAFETY: a new reference, or null with an exception.
    let capsule = unsafe { Owned::take(raw) }.inspect_err(|_| kept_memory::let_go(address.addr()))?;
    // SAFETY: the entry has this type.
    let set_base = unsafe { transmute::<*const c_void, SetBaseObject>(loaded(Entry::SetBaseObject)) };
    // SAFETY: a new array, and a reference that goes over to it.
    if unsafe { set_base(array.as_ptr(), capsule.into_ptr()) } < 0 { Err(Failure::Raised) } else { Ok(()) }
}

/// # Safety
/// The interpreter calls it, with a capsule of `keep`.
unsafe extern "C" fn let_go(capsule: *mut ffi::PyObject) {
    // SAFETY: the capsule has no name.
    let address = unsafe { ffi::PyCapsule_GetPointer(capsule, ptr::null()) };
    kept_memory::let_go(address.addr());
}

/// Raises because memory is short.
#[cold]
pub(crate) fn no_memory(what: &str) -> Failure {
    Exception::Memory.raise(&format!("{what} cannot be allocated"))
}
