//! For whom a callback runs on a thread that Fortran started: whoever waits there waits for this thread.

use std::cell::Cell;
use std::ptr;

use crate::lock::this_thread;

/// The thread of a call with closures, and for whom that thread runs itself.
pub(crate) struct Caller {
    thread: usize,
    outer: *const Caller,
}

thread_local! {
    /// The call whose callback runs on this thread, if it is another thread's.
    static CALLER: Cell<*const Caller> = const { Cell::new(ptr::null()) };
}

impl Caller {
    pub(crate) const fn nobody() -> Self {
        Self { thread: 0, outer: ptr::null() }
    }

    /// This thread.
    #[inline]
    pub(crate) fn here() -> Self {
        Self { thread: this_thread(), outer: CALLER.get() }
    }
}

/// A callback runs on another thread than the one of its call until this is dropped.
pub(crate) struct Elsewhere {
    before: *const Caller,
}

impl Elsewhere {
    /// # Safety
    /// The caller lives as long as the result, and so does the one for whom it runs.
    #[inline]
    pub(crate) unsafe fn enter(caller: *const Caller) -> Self {
        Self { before: CALLER.replace(caller) }
    }
}

impl Drop for Elsewhere {
    #[inline]
    fn drop(&mut self) {
        CALLER.set(self.before);
    }
}

/// Whether `thread` waits for what runs on this thread: a callback of its call, or of a call in such a callback. To
/// wait for anything that it holds would be to wait for ever.
#[cold]
pub(crate) fn is_awaited_by(thread: usize) -> bool {
    let mut caller = CALLER.get();
    // SAFETY: null, or a caller that lives until its callback ends, which runs on this thread (`Elsewhere::enter`).
    while let Some(found) = unsafe { caller.as_ref() } {
        if found.thread == thread {
            return true;
        }
        caller = found.outer;
    }
    false
}
