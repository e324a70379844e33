//! One slot: the closure of one call, who may run it, and the error that could not be raised.

use std::any::Any;
use std::cell::UnsafeCell;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::caller::{Caller, Elsewhere};
use crate::error::{CallbackError, Error, Result};
use crate::lock::this_thread;
use crate::{stack, unwind};

type Payload = Box<dyn Any + Send>;

/// The place of one closure. Who takes it fills it, and nobody reads it before `thread` is set, nor after.
pub(crate) struct Slot<C: ?Sized> {
    taken: AtomicBool,
    /// The thread of the call that the closure was passed to; 0 unless the closure may be called.
    thread: AtomicUsize,
    /// How many calls of the closure run.
    running: AtomicUsize,
    /// An address on the stack: the frames between the call and the callback lie below.
    limit: AtomicUsize,
    closure: UnsafeCell<Option<NonNull<C>>>,
    /// The thread of the call once more, for what runs elsewhere.
    caller: UnsafeCell<Caller>,
    /// Sizes of the call that shapes of the callback's arguments refer to. It keeps its memory for the next call.
    sizes: UnsafeCell<Vec<i64>>,
    has_failed: AtomicBool,
    /// The first error that could not be raised where it happened.
    failure: Mutex<Option<Payload>>,
}

/// Why a closure is not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Its call has ended, or it never had one.
    Ended,
    /// It must run on the thread of its call only.
    Thread,
    /// It must not run twice at once.
    Running,
    /// It has failed before: nothing is run until the call ends.
    Failed,
}

impl Refusal {
    fn message(self) -> &'static str {
        match self {
            Self::Ended => "it was called after the call that it was passed to had ended",
            Self::Thread => "it was called from another thread than the one that passed it",
            Self::Running => "it was called while it was running",
            Self::Failed => "it had failed before",
        }
    }
}

/// An error of fwrap's own about a callback.
#[cold]
pub(crate) fn callback_error(argument: &'static str, message: impl Into<String>) -> Error {
    Error::Callback {
        argument,
        error: CallbackError::from(Box::<dyn std::error::Error + Send + Sync>::from(message.into())),
    }
}

/// What a closure is run with, and the count that it runs.
pub(crate) struct Run<'a, C: ?Sized, const SHARED: bool> {
    slot: &'a Slot<C>,
    pub(crate) closure: NonNull<C>,
    pub(crate) sizes: &'a [i64],
    /// Where the call is another thread's.
    _elsewhere: Option<Elsewhere>,
}

impl<C: ?Sized, const SHARED: bool> Drop for Run<'_, C, SHARED> {
    #[inline]
    fn drop(&mut self) {
        if SHARED {
            self.slot.running.fetch_sub(1, Ordering::SeqCst);
        } else {
            self.slot.running.store(0, Ordering::Relaxed);
        }
    }
}

impl<C: ?Sized> Slot<C> {
    pub(crate) const fn new() -> Self {
        Self {
            taken: AtomicBool::new(false),
            thread: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            limit: AtomicUsize::new(0),
            closure: UnsafeCell::new(None),
            caller: UnsafeCell::new(Caller::nobody()),
            sizes: UnsafeCell::new(Vec::new()),
            has_failed: AtomicBool::new(false),
            failure: Mutex::new(None),
        }
    }

    /// Takes the slot if it is free.
    #[inline]
    pub(crate) fn take(&self) -> bool {
        !self.taken.load(Ordering::Relaxed) && !self.taken.swap(true, Ordering::Acquire)
    }

    /// Lets the closure be called.
    ///
    /// # Safety
    /// The caller has taken the slot, and [`Slot::release`]s it before the closure ends.
    #[inline]
    pub(crate) unsafe fn fill(&self, closure: NonNull<C>, sizes: &[i64]) {
        // SAFETY: the slot is the caller's, and nobody looks at the place while `thread` is 0.
        unsafe { *self.closure.get() = Some(closure) };
        // SAFETY: as above.
        unsafe { *self.caller.get() = Caller::here() };
        if !sizes.is_empty() {
            // SAFETY: as above.
            unsafe { (*self.sizes.get()).extend_from_slice(sizes) };
        }
        if self.has_failed.load(Ordering::Relaxed) {
            // A thread that outlived the last call.
            self.forget_failure();
        }
        let here = 0_u8;
        self.limit.store((&raw const here).addr(), Ordering::Relaxed);
        self.thread.store(this_thread(), Ordering::SeqCst);
    }

    /// Ends what [`Slot::fill`] began, and gives the slot back.
    #[inline]
    pub(crate) fn release(&self) {
        self.thread.store(0, Ordering::SeqCst);
        while self.running.load(Ordering::SeqCst) != 0 {
            // Only where Fortran has returned while another thread of its own still runs the closure: the closure must
            // not end before.
            std::thread::yield_now();
        }
        if self.has_failed.load(Ordering::Relaxed) {
            self.forget_failure();
        }
        // SAFETY: nobody runs the closure, and nobody can start.
        unsafe { (*self.sizes.get()).clear() };
        // SAFETY: as above.
        unsafe { *self.closure.get() = None };
        self.taken.store(false, Ordering::Release);
    }

    /// For closures that run on the thread of their call, one at a time.
    #[inline]
    pub(crate) fn start_exclusive(&self) -> std::result::Result<Run<'_, C, false>, Refusal> {
        let thread = self.thread.load(Ordering::Relaxed);
        if thread != this_thread() {
            return Err(if thread == 0 { Refusal::Ended } else { Refusal::Thread });
        }
        if self.has_failed.load(Ordering::Relaxed) {
            return Err(Refusal::Failed);
        }
        // Only this thread counts, so the order of two steps does not matter.
        if self.running.load(Ordering::Relaxed) != 0 {
            return Err(Refusal::Running);
        }
        self.running.store(1, Ordering::Relaxed);
        // SAFETY: `thread` is this one: it filled the slot and has not released it.
        Ok(unsafe { self.run() })
    }

    /// For closures that run on any thread, many at a time.
    #[inline]
    pub(crate) fn start_shared(&self) -> std::result::Result<Run<'_, C, true>, Refusal> {
        // Counted before `thread` is looked at, as `release` does it the other way round: at least one sees the other.
        self.running.fetch_add(1, Ordering::SeqCst);
        let refusal = if self.thread.load(Ordering::SeqCst) == 0 {
            Refusal::Ended
        } else if self.has_failed.load(Ordering::Relaxed) {
            Refusal::Failed
        } else {
            // SAFETY: the slot is filled, and not released before the count is 0 again.
            return Ok(unsafe { self.run() });
        };
        self.running.fetch_sub(1, Ordering::SeqCst);
        Err(refusal)
    }

    /// # Safety
    /// The slot is filled and counted as running.
    #[inline]
    unsafe fn run<const SHARED: bool>(&self) -> Run<'_, C, SHARED> {
        // SAFETY: filled, so nobody writes the place.
        let closure = unsafe { *self.closure.get() };
        // SAFETY: as above.
        let sizes = unsafe { &*self.sizes.get() };
        let is_elsewhere = SHARED && self.thread.load(Ordering::Relaxed) != this_thread();
        // SAFETY: the slot is not released before `Run` ends, nor the call left that it was filled for.
        let elsewhere = is_elsewhere.then(|| unsafe { Elsewhere::enter(self.caller.get().cast_const()) });
        match closure {
            Some(closure) => Run { slot: self, closure, sizes, _elsewhere: elsewhere },
            None => unreachable!("a slot is filled before its thread is set"),
        }
    }

    /// Raises what stopped a callback if the frames up to the call can be left, else keeps it for the end of the call.
    #[cold]
    #[inline(never)]
    pub(crate) fn fail(&self, payload: Payload) {
        if self.can_leave() {
            self.leave(payload);
        }
        self.keep(payload);
    }

    /// Whether the frames between the call and this callback can be left.
    fn can_leave(&self) -> bool {
        let is_mine = self.thread.load(Ordering::Relaxed) == this_thread();
        is_mine && !unwind::in_parallel_region() && reaches(self.limit.load(Ordering::Relaxed))
    }

    fn leave(&self, payload: Payload) -> ! {
        unwind::finish_pending_statements(self.limit.load(Ordering::Relaxed));
        resume_unwind(payload)
    }

    /// Deals with a call that cannot be: an error, raised or kept. `local` is an address in the frame of the entry.
    #[cold]
    #[inline(never)]
    pub(crate) fn refuse(&self, name: &'static str, refusal: Refusal, local: usize) {
        let error = || callback_error(name, refusal.message());
        match refusal {
            // Behind the parallel region in which it failed, for example.
            Refusal::Failed if self.can_leave() => {
                let kept = self.failure().take();
                if let Some(payload) = kept {
                    self.leave(payload);
                }
            }
            Refusal::Failed => {}
            Refusal::Ended if unwind::can_unwind(local) => unwind::leave(local, error()),
            // Nobody is there to be told.
            Refusal::Ended => eprintln!("fwrap: {}", error()),
            Refusal::Thread => self.keep(Box::new(error())),
            Refusal::Running => self.fail(Box::new(error())),
        }
    }

    fn keep(&self, payload: Payload) {
        let mut failure = self.failure();
        if failure.is_none() {
            *failure = Some(payload);
        }
        drop(failure);
        self.has_failed.store(true, Ordering::Release);
    }

    fn failure(&self) -> MutexGuard<'_, Option<Payload>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cold]
    fn forget_failure(&self) {
        let payload = self.failure().take();
        self.has_failed.store(false, Ordering::Relaxed);
        drop(payload);
    }

    /// What was kept, if anything: an error, or the panic of a closure, which goes on.
    #[inline]
    pub(crate) fn finish(&self) -> Result<()> {
        if self.has_failed.load(Ordering::Acquire) { self.raise_kept() } else { Ok(()) }
    }

    #[cold]
    fn raise_kept(&self) -> Result<()> {
        match self.failure().take().map(|payload| payload.downcast::<Error>()) {
            None => Ok(()),
            Some(Ok(error)) => Err(*error),
            Some(Err(panic)) => resume_unwind(panic),
        }
    }
}

/// Whether the stack can be unwound to a frame above `limit`.
fn reaches(limit: usize) -> bool {
    if cfg!(miri) {
        return true;
    }
    if cfg!(not(panic = "unwind")) {
        return false;
    }
    let mut reached = false;
    stack::walk(|frame| {
        reached |= frame.base > limit;
        if reached { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    reached
}
