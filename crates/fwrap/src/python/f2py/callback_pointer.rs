//! Fortran procedures as Python objects: capsules of their addresses, as f2py's `_cpointer` gives them.

use std::ffi::c_void;
use std::ptr::{self, NonNull};

use pyo3_ffi as ffi;

use crate::python::failure::Failure;
use crate::python::object::{Object, Owned};

/// A capsule without a name.
pub(crate) fn capsule(address: NonNull<c_void>) -> Result<Owned, Failure> {
    // SAFETY: an address that is not null, no name, and nothing to do at its end.
    let raw = unsafe { ffi::PyCapsule_New(address.as_ptr(), ptr::null(), None) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// What is in a capsule; `None` for any other object. One with a name is not f2py's: that raises ValueError.
pub(super) fn address(object: Object<'_>) -> Option<Result<*const c_void, Failure>> {
    if !object.is_exactly(&raw mut ffi::PyCapsule_Type) {
        return None;
    }
    // SAFETY: a capsule, alive.
    let address = unsafe { ffi::PyCapsule_GetPointer(object.as_ptr(), ptr::null()) };
    Some(if address.is_null() { Err(Failure::Raised) } else { Ok(address.cast_const()) })
}
