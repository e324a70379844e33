//! The callables that wait to be called on this thread, innermost first.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::panic::resume_unwind;
use std::ptr;
use std::sync::atomic::Ordering;

use pyo3_ffi as ffi;

use crate::callback::callback_error;
use crate::error::{Error, Result};

use super::callback::Callback;
use super::callback_turn::current;

/// What was given for a callback.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given {
    /// A callable. It gets the first so many of the parameters, then further arguments.
    Callable {
        object: *mut ffi::PyObject,
        parameters: usize,
        /// A tuple, or null; the first `extra` of its items are passed.
        extras: *mut ffi::PyObject,
        extra: usize,
        /// It does not look itself whether calls are nested too deep, as the interpreter's own functions do.
        is_watched: bool,
    },
    /// A Fortran procedure, by its address.
    Address(*const c_void),
    /// Nothing: an OPTIONAL dummy procedure is absent.
    Nothing,
}

/// How many arrays of one callback are used again from call to call.
pub(super) const KEPT: usize = 8;

/// What was given for a callback, during a call. While it is on the list it stays where it is.
#[derive(Debug)]
pub(crate) struct Active {
    pub(super) callback: &'static Callback,
    pub(super) given: Given,
    /// Arrays that a callable has got and that nobody has kept, by their place: references of its own.
    pub(super) arrays: [Cell<*mut ffi::PyObject>; KEPT],
    /// References that go with it, where it is not the caller's: of the callable and of the further arguments.
    pub(super) owned: [*mut ffi::PyObject; 2],
    /// This thread's, while it holds the interpreter.
    pub(super) state: *mut ffi::PyThreadState,
    outer: Cell<*const Active>,
    failure: RefCell<Option<Box<dyn Any + Send>>>,
    has_failed: Cell<bool>,
}

thread_local! {
    static INNERMOST: Cell<*const Active> = const { Cell::new(ptr::null()) };
}

impl Active {
    #[inline]
    pub(super) fn new(callback: &'static Callback, given: Given) -> Self {
        Self {
            callback,
            given,
            arrays: [const { Cell::new(ptr::null_mut()) }; KEPT],
            owned: [ptr::null_mut(); 2],
            state: current(),
            outer: Cell::new(ptr::null()),
            failure: RefCell::new(None),
            has_failed: Cell::new(false),
        }
    }

    /// The innermost one of the callback on this thread.
    #[inline]
    pub(super) fn innermost<'a>(callback: &'static Callback) -> Option<&'a Self> {
        let mut next = INNERMOST.get();
        loop {
            // SAFETY: what is on the list lives until `Installed` takes it off, when the call that Fortran runs in ends.
            let active = unsafe { next.as_ref() }?;
            if ptr::eq(active.callback, callback) {
                return Some(active);
            }
            next = active.outer.get();
        }
    }

    #[inline]
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed.get()
    }

    /// Keeps the first error for the end of the call.
    #[cold]
    pub(super) fn keep(&self, payload: Box<dyn Any + Send>) {
        self.has_failed.set(true);
        self.failure.borrow_mut().get_or_insert(payload);
    }

    #[cold]
    fn raise_kept(&self) -> Result<()> {
        self.has_failed.set(false);
        let kept = self.failure.borrow_mut().take();
        match kept.map(|payload| payload.downcast::<Error>()) {
            None => Ok(()),
            Some(Ok(error)) => Err(*error),
            Some(Err(panic)) => resume_unwind(panic),
        }
    }
}

impl Drop for Active {
    #[inline]
    fn drop(&mut self) {
        for array in &self.arrays {
            // SAFETY: references of ours or null, given up once.
            unsafe { ffi::Py_XDECREF(array.get()) };
        }
        for object in self.owned {
            // SAFETY: as above.
            unsafe { ffi::Py_XDECREF(object) };
        }
    }
}

/// What Fortran can call, for as long as this lives.
#[must_use = "the callable can be called for as long as this lives"]
#[derive(Debug)]
pub struct Installed<'a> {
    active: &'a Active,
    address: *const c_void,
}

impl<'a> Installed<'a> {
    /// # Safety
    /// It is dropped, not forgotten, and before those that were made before it.
    #[inline]
    pub(super) unsafe fn new(active: &'a Active) -> Self {
        let address = match active.given {
            Given::Callable { .. } => active.callback.entry,
            Given::Address(address) => address,
            Given::Nothing => ptr::null(),
        };
        active.outer.set(INNERMOST.replace(active));
        Self { active, address }
    }

    /// The procedure to pass; null if it is absent.
    #[inline]
    pub fn as_ptr(&self) -> *const c_void {
        self.address
    }

    /// An error that could not be raised where it happened.
    #[inline]
    pub fn finish(&self) -> Result<()> {
        if self.active.has_failed() {
            return self.active.raise_kept();
        }
        let callback = self.active.callback;
        if callback.missed.load(Ordering::Acquire) && callback.missed.swap(false, Ordering::AcqRel) {
            let message = "it was called from a thread of an OpenMP team, which has no interpreter";
            return Err(callback_error(callback.name, message));
        }
        Ok(())
    }
}

impl Drop for Installed<'_> {
    #[inline]
    fn drop(&mut self) {
        INNERMOST.set(self.active.outer.get());
    }
}
