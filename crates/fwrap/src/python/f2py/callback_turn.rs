//! The interpreter during a callback: it was let go around a call that is `threadsafe`.

use pyo3_ffi as ffi;

use crate::unwind;

/// This thread holds the interpreter until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    taken: Option<ffi::PyGILState_STATE>,
}

impl Turn {
    /// Waits for the interpreter if this thread does not hold it. `state` is what [`current`] gave on this thread.
    #[inline]
    pub(super) fn take(state: *mut ffi::PyThreadState) -> Self {
        if current() == state { Self { taken: None } } else { Self::wait() }
    }

    /// The same where no call has noted the state.
    #[cold]
    pub(super) fn take_anywhere() -> Self {
        // SAFETY: it may be asked at any time while there is an interpreter, and Fortran runs only inside one.
        if unsafe { ffi::PyGILState_Check() } == 1 { Self { taken: None } } else { Self::wait() }
    }

    #[cold]
    #[inline(never)]
    fn wait() -> Self {
        // SAFETY: any thread may ask for the interpreter.
        Self { taken: Some(unsafe { ffi::PyGILState_Ensure() }) }
    }
}

/// The state of the thread that holds the interpreter: this one's if it does, else another one's or null.
#[inline]
pub(super) fn current() -> *mut ffi::PyThreadState {
    // SAFETY: it may be asked at any time; the pointer is only compared.
    unsafe { ffi::compat::PyThreadState_GetUnchecked() }
}

/// Whether this thread is one of an OpenMP team that Fortran has started: whoever waits for the interpreter there may wait
/// for the thread that waits for the team.
#[cold]
pub(super) fn is_in_team() -> bool {
    // SAFETY: it may be asked at any time while there is an interpreter.
    let is_held = unsafe { ffi::PyGILState_Check() } == 1;
    !is_held && unwind::in_parallel_region()
}

impl Drop for Turn {
    #[inline]
    fn drop(&mut self) {
        if let Some(state) = self.taken {
            // SAFETY: what `wait` got on this thread.
            unsafe { ffi::PyGILState_Release(state) };
        }
    }
}
