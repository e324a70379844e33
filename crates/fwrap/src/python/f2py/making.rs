//! Making NumPy arrays of f2py's kinds: zeros, copies of a type, byte strings of a length, write-back copies.

use std::ffi::{c_int, c_void};
use std::mem::{offset_of, transmute};
use std::ptr;
use std::sync::atomic::Ordering;

use pyo3_ffi as ffi;

use super::super::failure::{Exception, Failure};
use super::super::numpy::{self, ARRAY_TYPE, Array, ArrayHead, Entry, loaded};
use super::super::object::{Object, Owned};
use super::spec::CHARACTERS;

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
type Zeros = unsafe extern "C" fn(c_int, *const isize, *mut ffi::PyObject, c_int) -> *mut ffi::PyObject;
type CopyInto = unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> c_int;
type FromAny = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *mut ffi::PyObject,
    c_int,
    c_int,
    c_int,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;
type SetBase = unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> c_int;
type Resolve = unsafe extern "C" fn(*mut ffi::PyObject) -> c_int;

/// The type of an element; that of characters has a length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ElementSize {
    pub(crate) number: c_int,
    /// Of characters: how many, 0 for as many as the values have; else it says nothing.
    pub(crate) length: usize,
}

impl ElementSize {
    /// The size in bytes.
    pub(crate) fn bytes(self) -> Result<usize, Failure> {
        match self.number {
            CHARACTERS => Ok(self.length),
            number if is_fixed(number) => Ok(size_of_number(number)),
            _ => {
                let probe = new_array(self, &[0], false, false)?;
                Ok(Array::of(probe.as_object()).map_or(1, Array::item_size))
            }
        }
    }

    /// The descriptor, as a new reference.
    pub(crate) fn descriptor(self) -> Result<Owned, Failure> {
        if self.number != CHARACTERS || self.length == 0 {
            return numpy::descriptor(self.number);
        }
        let Ok(length) = c_int::try_from(self.length) else {
            return Err(Exception::Value.raise("the length of characters is too large"));
        };
        // SAFETY: the entry has this type.
        let new = unsafe { transmute::<*const c_void, New>(loaded(Entry::New)) };
        let (kind, none) = (ARRAY_TYPE.load(Ordering::Relaxed), ptr::null_mut());
        // SAFETY: an array without elements, whose type gets the length.
        let raw = unsafe { new(kind, 1, [0].as_ptr(), self.number, ptr::null(), none, length, 0, ptr::null_mut()) };
        // SAFETY: a new reference, or null with an exception.
        let array = unsafe { Owned::take(raw) }?;
        // SAFETY: NumPy's own constructor makes arrays.
        Ok(unsafe { Array::unchecked(array.as_object()) }.descriptor().to_owned())
    }
}

/// A new array, cleared if it shall be.
pub(crate) fn new_array(
    element: ElementSize,
    extents: &[isize],
    c_order: bool,
    cleared: bool,
) -> Result<Owned, Failure> {
    let descriptor = element.descriptor()?.into_ptr();
    let (rank, fortran) = (extents.len() as c_int, c_int::from(!c_order));
    let raw = if cleared {
        // SAFETY: the entry has this type.
        let zeros = unsafe { transmute::<*const c_void, Zeros>(loaded(Entry::Zeros)) };
        // SAFETY: as many extents as the rank says; the call takes the descriptor's reference over.
        unsafe { zeros(rank, extents.as_ptr(), descriptor, fortran) }
    } else {
        // SAFETY: the entry has this type.
        let new = unsafe { transmute::<*const c_void, NewFromDescr>(loaded(Entry::NewFromDescr)) };
        let (kind, none) = (ARRAY_TYPE.load(Ordering::Relaxed), ptr::null_mut());
        // SAFETY: as above; without data NumPy allocates.
        unsafe { new(kind, descriptor, rank, extents.as_ptr(), ptr::null(), none, fortran, ptr::null_mut()) }
    };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// A new array of this type and order with the values of another, cast without a check.
pub(crate) fn copy_of(array: Array<'_>, element: ElementSize, c_order: bool) -> Result<Owned, Failure> {
    let made = new_array(element, array.extents(), c_order, false)?;
    copy_into(made.as_object(), array.object())?;
    Ok(made)
}

/// Casts the values of one array into another, without a check.
pub(crate) fn copy_into(to: Object<'_>, from: Object<'_>) -> Result<(), Failure> {
    // SAFETY: the entry has this type.
    let copy = unsafe { transmute::<*const c_void, CopyInto>(loaded(Entry::CopyInto)) };
    // SAFETY: two arrays, alive.
    if unsafe { copy(to.as_ptr(), from.as_ptr()) } < 0 { Err(Failure::Raised) } else { Ok(()) }
}

/// Any object as an array of this type in the order that is asked for, its values cast without a check.
pub(crate) fn array_of(object: Object<'_>, element: ElementSize, c_order: bool) -> Result<Owned, Failure> {
    let descriptor = element.descriptor()?.into_ptr();
    let order = if c_order { numpy::C_CONTIGUOUS } else { numpy::F_CONTIGUOUS };
    let flags = order | numpy::ALIGNED | numpy::WRITEABLE | numpy::NOTSWAPPED | numpy::FORCECAST;
    // SAFETY: the entry has this type.
    let from_any = unsafe { transmute::<*const c_void, FromAny>(loaded(Entry::FromAny)) };
    // SAFETY: the object is alive; the call takes the descriptor's reference over.
    let raw = unsafe { from_any(object.as_ptr(), descriptor, 0, 0, flags, ptr::null_mut()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// A view of the first element of an array that has one, as an array of rank 0.
pub(crate) fn first_element<'a>(array: Array<'a>) -> Result<Owned, Failure> {
    let descriptor = array.descriptor().to_owned().into_ptr();
    // SAFETY: the entry has this type.
    let new = unsafe { transmute::<*const c_void, NewFromDescr>(loaded(Entry::NewFromDescr)) };
    let (kind, data) = (ARRAY_TYPE.load(Ordering::Relaxed), array.head().data.cast());
    let (none, flags) = (ptr::null(), numpy::WRITEABLE);
    // SAFETY: memory of one element of this type, which outlives the view; the descriptor's reference goes over.
    let raw = unsafe { new(kind, descriptor, 0, none, none, data, flags, ptr::null_mut()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// Makes `copy` one whose values go back into `array`, which is locked until then.
pub(crate) fn link_back(copy: &Owned, array: Array<'_>) -> Result<(), Failure> {
    // SAFETY: the entry has this type.
    let set = unsafe { transmute::<*const c_void, SetBase>(loaded(Entry::SetWritebackIfCopyBase)) };
    // SAFETY: two arrays; the call takes a reference to the second over.
    let status = unsafe { set(copy.as_ptr(), array.object().to_owned().into_ptr()) };
    if status < 0 { Err(Failure::Raised) } else { Ok(()) }
}

/// Writes the values of a copy back where they belong, once.
pub(crate) fn write_back(copy: Object<'_>) -> Result<(), Failure> {
    // SAFETY: the entry has this type.
    let resolve = unsafe { transmute::<*const c_void, Resolve>(loaded(Entry::ResolveWritebackIfCopy)) };
    // SAFETY: an array.
    if unsafe { resolve(copy.as_ptr()) } < 0 { Err(Failure::Raised) } else { Ok(()) }
}

/// Gives `array` the memory, type and order of `made`. Its own memory lives as long as it, for views of it: `made`,
/// which has it now, becomes its base.
pub(crate) fn exchange(array: Array<'_>, made: Owned) {
    const FIRST: usize = offset_of!(ArrayHead, data);
    const BYTES: usize = offset_of!(ArrayHead, flags) + size_of::<c_int>() - FIRST;
    let place = |object: *mut ffi::PyObject| object.cast::<u8>().wrapping_add(FIRST);
    // SAFETY: the heads of two arrays, which are different objects; the bytes are data, rank, extents, strides, base,
    // type and flags of each, and the objects themselves stay.
    unsafe { ptr::swap_nonoverlapping(place(array.object().as_ptr()), place(made.as_ptr()), BYTES) };
    let head = array.object().as_ptr().cast::<ArrayHead>();
    // SAFETY: an array, alive.
    let owner = unsafe { &raw mut (*head).owner };
    // SAFETY: null until now, as the memory that it had was made by NumPy for `made`; the reference goes over.
    unsafe { owner.write(made.into_ptr()) };
}

/// Whether all machines agree on the size of the type.
const fn is_fixed(number: c_int) -> bool {
    matches!(number, numpy::BOOL..=10 | numpy::FLOAT32 | numpy::FLOAT64 | numpy::COMPLEX64 | numpy::COMPLEX128)
}

const fn size_of_number(number: c_int) -> usize {
    match number {
        0..=2 => 1,
        3 | 4 => 2,
        5 | 6 | numpy::FLOAT32 => 4,
        7 | 8 => size_of::<std::ffi::c_long>(),
        numpy::COMPLEX128 => 16,
        _ => 8,
    }
}
