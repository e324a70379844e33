//! When other Python threads may run during a call: always for what takes long and keeps no state.
//!
//! Letting the interpreter go and taking it back costs 40 ns, more than a short call itself, and another thread may keep
//! it for milliseconds. So each procedure learns how much work is short: it measures its calls, and as long as nothing
//! larger is known to be short, it lets the interpreter go.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3_ffi as ffi;

use super::interrupt;

/// Calls that take this long are worth it.
const LONG: Duration = Duration::from_micros(5);
/// So many short calls later one is measured again.
const AGAIN: u32 = 1024;
/// So many calls in a row must be short after a long one.
const DOUBT: u32 = 8;

/// What is known of the calls of one procedure. The interpreter is held while it is read or written; where there is no
/// such lock, a number that is lost costs nothing but a measurement.
#[derive(Debug)]
pub struct Pace {
    /// Calls with less work than this are short.
    short: AtomicUsize,
    /// How many more short calls there are until one is measured.
    left: AtomicU32,
    /// How many measured calls must be short before it is believed.
    doubt: AtomicU32,
}

impl Pace {
    /// Of a procedure that has not been called.
    pub(crate) const fn new() -> Self {
        Self { short: AtomicUsize::new(0), left: AtomicU32::new(AGAIN), doubt: AtomicU32::new(0) }
    }

    /// Calls Fortran that keeps no state. `work` grows with what there is to do.
    #[inline]
    pub(crate) fn call<T>(&self, work: usize, call: impl FnOnce() -> T) -> T {
        // All that is not the shortest way stands in one function, so that a short call saves no registers for it.
        if !interrupt::is_open() && self.is_short(work) { call() } else { self.measure(work, call) }
    }

    #[cold]
    #[inline(never)]
    fn measure<T>(&self, work: usize, call: impl FnOnce() -> T) -> T {
        let released = Released::new();
        // Being interruptible is what was asked for: it needs no measurement.
        if interrupt::is_open() {
            return interrupt::call_interruptibly(call);
        }
        let started = Instant::now();
        let result = call();
        let taken = started.elapsed();
        // What is known is changed with the interpreter held.
        drop(released);
        self.learn(work, taken);
        result
    }

    #[inline]
    fn is_short(&self, work: usize) -> bool {
        if work >= self.short.load(Ordering::Relaxed) {
            return false;
        }
        match self.left.load(Ordering::Relaxed).checked_sub(1) {
            Some(left) => self.left.store(left, Ordering::Relaxed),
            None => return false,
        }
        true
    }

    fn learn(&self, work: usize, taken: Duration) {
        self.left.store(AGAIN, Ordering::Relaxed);
        let short = self.short.load(Ordering::Relaxed);
        let doubt = self.doubt.load(Ordering::Relaxed);
        if taken >= LONG {
            self.short.store(short.min(work), Ordering::Relaxed);
            self.doubt.store(DOUBT, Ordering::Relaxed);
        } else if doubt > 0 {
            self.doubt.store(doubt - 1, Ordering::Relaxed);
        } else {
            self.short.store(short.max(work.saturating_add(1)), Ordering::Relaxed);
        }
    }
}

/// The interpreter is let go until this is dropped, also by unwinding.
pub(crate) struct Released {
    state: *mut ffi::PyThreadState,
}

impl Released {
    /// Only while this thread holds the interpreter: who has a `Python` may make one.
    #[inline]
    pub(crate) fn new() -> Self {
        // SAFETY: a `Python` exists only while this thread holds the interpreter; nothing of Python's is used meanwhile.
        Self { state: unsafe { ffi::PyEval_SaveThread() } }
    }
}

impl Drop for Released {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the state that was saved by this thread.
        unsafe { ffi::PyEval_RestoreThread(self.state) };
    }
}

/// An argument that tells how much there is to do.
pub trait Work {
    /// The number of elements, or the value of an integer, which may be a count.
    fn work(&self) -> usize;
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Work for $type {
            #[inline]
            fn work(&self) -> usize {
                self.unsigned_abs() as usize
            }
        }
    )*};
}

integers!(i8 i16 i32 i64);

impl<T: Work> Work for Option<T> {
    #[inline]
    fn work(&self) -> usize {
        self.as_ref().map_or(0, T::work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short() -> Duration {
        LONG / 2
    }

    #[test]
    fn what_is_short_is_learnt_and_forgotten() {
        let pace = Pace::new();
        assert!(!pace.is_short(0));
        pace.learn(10, short());
        assert!(pace.is_short(10) && pace.is_short(0) && !pace.is_short(11));
        pace.learn(1000, LONG);
        assert!(pace.is_short(10) && !pace.is_short(11));
        // A long call of known work: nothing that large is short until several in a row are.
        pace.learn(5, LONG);
        assert!(pace.is_short(4) && !pace.is_short(5));
        for _ in 0..DOUBT {
            pace.learn(10, short());
            assert!(!pace.is_short(10));
        }
        pace.learn(10, short());
        assert!(pace.is_short(10));
    }

    #[test]
    fn short_calls_are_measured_now_and_then() {
        let pace = Pace::new();
        pace.learn(usize::MAX, short());
        let mut measured = 0;
        for _ in 0..10 * (AGAIN + 1) {
            if !pace.is_short(1) {
                // Until one is measured to its end: a call may leave by an error.
                assert!(!pace.is_short(1));
                pace.learn(1, short());
                measured += 1;
            }
        }
        assert_eq!(measured, 10);
    }

    #[test]
    fn integers_are_work_by_their_size() {
        assert_eq!((i32::MIN.work(), 7_i8.work(), Some(3_i64).work(), None::<i32>.work()), (1 << 31, 7, 3, 0));
    }
}
