//! The memory of named tuples: taken and given back without the detours of a class.
//!
//! A call's result is mostly unpacked and dropped before the next call. The memory of one tuple of each size is kept for
//! the next, as the interpreter does it for plain tuples. This thread holds the interpreter in all of it.

use std::cell::{Cell, RefCell};
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::failure::{Failure, Outcome};
use super::object::{Object, Owned};

/// The largest tuple whose memory is kept, and one.
const SIZES: usize = 17;

/// How many tuples may be given up inside of one another.
const DEPTH: usize = 40;

/// Memory of a tuple that nobody has, by its size. Only whoever holds the interpreter looks here.
static KEPT: [AtomicPtr<ffi::PyObject>; SIZES] = [const { AtomicPtr::new(ptr::null_mut()) }; SIZES];

thread_local! {
    /// How many tuples are being given up, and those that wait for it: else a long chain of tuples would need as deep a
    /// stack.
    static DEEP: Cell<usize> = const { Cell::new(0) };
    static WAITING: RefCell<Vec<*mut ffi::PyObject>> = const { RefCell::new(Vec::new()) };
}

/// A new tuple of a subclass of `tuple`, without items, that the collector does not know.
#[inline]
pub(crate) fn new_instance(class: Object<'_>, size: usize) -> Outcome {
    let class = class.as_ptr().cast();
    let kept = KEPT.get(size).map_or(ptr::null_mut(), |kept| kept.load(Ordering::Relaxed));
    if kept.is_null() {
        return allocate(class, size);
    }
    KEPT[size].store(ptr::null_mut(), Ordering::Relaxed);
    // SAFETY: the memory of a tuple of this size; the new one gets a reference to its class.
    let raw = unsafe { ffi::PyObject_InitVar(kept.cast(), class, size as isize) };
    // SAFETY: the same object, with its first reference.
    unsafe { Owned::take(raw.cast()) }
}

#[cold]
#[inline(never)]
fn allocate(class: *mut ffi::PyTypeObject, size: usize) -> Outcome {
    // SAFETY: a subclass of `tuple`.
    let raw = unsafe { ffi::PyType_GenericAlloc(class, size as isize) };
    // SAFETY: a new reference, or null with an exception.
    let tuple: Result<Owned, Failure> = unsafe { Owned::take(raw) };
    let tuple = tuple?;
    // SAFETY: an object of the collector's, which nobody else has seen.
    unsafe { ffi::PyObject_GC_UnTrack(raw.cast()) };
    // From Python 3.14 on a tuple keeps its hash, and -1 says that there is none yet.
    if offset_of!(ffi::PyTupleObject, ob_item) > size_of::<ffi::PyVarObject>() {
        // SAFETY: between the head and the items lies the hash.
        let hash = unsafe { raw.cast::<ffi::PyVarObject>().add(1) };
        // SAFETY: the same.
        unsafe { hash.cast::<isize>().write(-1) };
    }
    Ok(tuple)
}

/// Whether the collector looks at objects of this type.
#[inline]
pub(crate) fn is_collected(object: Object<'_>) -> bool {
    // SAFETY: the type of a live object.
    unsafe { ffi::PyType_HasFeature(object.type_pointer(), ffi::Py_TPFLAGS_HAVE_GC) != 0 }
}

/// `tp_dealloc` of the classes, and what that of a subclass ends in.
pub(crate) unsafe extern "C" fn release(this: *mut ffi::PyObject) {
    // SAFETY: an object of the collector's, tracked or not.
    unsafe { ffi::PyObject_GC_UnTrack(this.cast()) };
    // SAFETY: a tuple.
    let size = unsafe { ffi::PyTuple_GET_SIZE(this) } as usize;
    let is_deep = (0..size).any(|index| {
        // SAFETY: an item, or null if the tuple was never filled.
        let item = unsafe { ffi::PyTuple_GET_ITEM(this, index as isize) };
        // SAFETY: alive until its reference is given up below.
        !item.is_null() && is_collected(unsafe { Object::borrowed(item) })
    });
    if is_deep {
        // SAFETY: the caller's object.
        unsafe { release_deep(this, size) };
    } else {
        // SAFETY: the same; no item has another tuple inside.
        unsafe { release_items(this, size) };
    }
}

/// # Safety
/// `this` is a tuple of this size without references to it, untracked.
#[inline]
unsafe fn release_items(this: *mut ffi::PyObject, size: usize) {
    for index in 0..size {
        // SAFETY: an item, or null.
        let item = unsafe { ffi::PyTuple_GET_ITEM(this, index as isize) };
        // SAFETY: the tuple's own reference.
        drop(unsafe { Owned::take(item) });
    }
    // SAFETY: the type of an object whose memory is still there.
    let class = unsafe { ffi::Py_TYPE(this) };
    // SAFETY: a type that is alive as long as its instance has a reference to it.
    let head = unsafe { &*class };
    // A subclass may have larger instances.
    let is_plain = head.tp_dealloc.is_some_and(|own| ptr::fn_addr_eq(own, release as ffi::destructor));
    match KEPT.get(size) {
        Some(kept) if is_plain && kept.load(Ordering::Relaxed).is_null() => kept.store(this, Ordering::Relaxed),
        _ => {
            if let Some(free) = head.tp_free {
                // SAFETY: the memory of an object of this type.
                unsafe { free(this.cast()) };
            }
        }
    }
    // SAFETY: the instance's own reference.
    unsafe { ffi::Py_DECREF(class.cast()) };
}

/// # Safety
/// As for [`release_items`].
#[cold]
#[inline(never)]
unsafe fn release_deep(this: *mut ffi::PyObject, size: usize) {
    if DEEP.get() >= DEPTH {
        // A thread that is at its end has none; then the memory is lost.
        let _ = WAITING.try_with(|waiting| waiting.borrow_mut().push(this));
        return;
    }
    DEEP.set(DEEP.get() + 1);
    // SAFETY: the caller's promise.
    unsafe { release_items(this, size) };
    while DEEP.get() == 1 {
        let Ok(Some(next)) = WAITING.try_with(|waiting| waiting.borrow_mut().pop()) else { break };
        // SAFETY: a tuple.
        let size = unsafe { ffi::PyTuple_GET_SIZE(next) } as usize;
        // SAFETY: it was untracked before it was put here, and it has no references.
        unsafe { release_items(next, size) };
    }
    DEEP.set(DEEP.get() - 1);
}
