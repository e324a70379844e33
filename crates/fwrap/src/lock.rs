//! The lock of a library that keeps state between its calls.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::callback::is_awaited_by;
use crate::error::{Error, Result};

/// One per library: Fortran that uses SAVE, COMMON or module variables runs on one thread at a time.
///
/// The thread that holds it may take it again: a callback may call the library. Unwinding releases it like any return
/// and leaves it usable: it guards Fortran's state, which no unwinding of ours leaves half-written.
///
/// ```
/// static LIBRARY: fwrap::Lock = fwrap::Lock::new();
/// let held = LIBRARY.hold();
/// let again = LIBRARY.hold();
/// drop(held);
/// assert!(LIBRARY.is_mine());
/// drop(again);
/// assert!(!LIBRARY.is_mine());
/// ```
#[derive(Debug, Default)]
pub struct Lock {
    /// The thread that holds the library, or 0.
    owner: AtomicUsize,
    /// How many guards it has; only the owner reads and writes it.
    depth: AtomicU32,
    /// How many threads wait, or are about to.
    waiting: AtomicU32,
    queue: Mutex<()>,
    released: Condvar,
}

/// How often a lock that is held is looked at before its thread falls asleep.
const SPINS: usize = if cfg!(miri) { 1 } else { 100 };

impl Lock {
    /// A lock that nobody holds.
    pub const fn new() -> Self {
        Lock {
            owner: AtomicUsize::new(0),
            depth: AtomicU32::new(0),
            waiting: AtomicU32::new(0),
            queue: Mutex::new(()),
            released: Condvar::new(),
        }
    }

    /// Waits for the library; it is held until the guard is dropped.
    #[inline]
    pub fn hold(&self) -> Held<'_> {
        self.try_hold().unwrap_or_else(|| self.wait())
    }

    /// The same for a call that may be made by a callback: [`Error::Deadlock`] where whoever holds the library waits for
    /// this thread.
    #[inline]
    pub(crate) fn enter(&self) -> Result<Held<'_>> {
        match self.try_hold() {
            Some(held) => Ok(held),
            None => self.wait_or_refuse(),
        }
    }

    /// Takes the library if no other thread holds it.
    #[inline]
    pub fn try_hold(&self) -> Option<Held<'_>> {
        let me = this_thread();
        if self.owner.load(Ordering::Relaxed) == me {
            // Nobody but this thread writes what is read here: the value is not that of a race.
            let depth = self.depth.load(Ordering::Relaxed);
            self.depth.store(depth.checked_add(1).expect("fewer guards than frames"), Ordering::Relaxed);
        } else {
            // Also where it fails: who waits sleeps because of what it has seen here.
            self.owner.compare_exchange(0, me, Ordering::SeqCst, Ordering::SeqCst).ok()?;
            self.depth.store(1, Ordering::Relaxed);
        }
        Some(Held { lock: self, thread: PhantomData })
    }

    /// Whether this thread holds the library.
    #[inline]
    pub fn is_mine(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == this_thread()
    }

    /// Whether another thread holds the library, or did a moment ago.
    #[inline]
    pub fn is_elsewhere(&self) -> bool {
        let owner = self.owner.load(Ordering::Relaxed);
        owner != 0 && owner != this_thread()
    }

    /// Who waits for this thread and holds the library has held it since before, and will until this thread is done.
    #[cold]
    #[inline(never)]
    pub(crate) fn check_waiting(&self) -> Result<()> {
        if is_awaited_by(self.owner.load(Ordering::Relaxed)) { Err(Error::Deadlock) } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn wait_or_refuse(&self) -> Result<Held<'_>> {
        self.check_waiting()?;
        Ok(self.wait())
    }

    #[cold]
    fn wait(&self) -> Held<'_> {
        // Most calls are shorter than falling asleep and being woken.
        for _ in 0..SPINS {
            std::hint::spin_loop();
            if self.owner.load(Ordering::Relaxed) == 0
                && let Some(held) = self.try_hold()
            {
                return held;
            }
        }
        // Announced before the owner is looked at, as the owner leaves before it looks whether somebody waits: in the
        // one order of these four (all SeqCst) at least one of the two sees the other.
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut queue = self.queue();
        let held = loop {
            if let Some(held) = self.try_hold() {
                break held;
            }
            queue = self.released.wait(queue).unwrap_or_else(PoisonError::into_inner);
        };
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        held
    }

    #[cold]
    fn wake(&self) {
        // Who waits is between its look and its sleep only while it has the queue.
        drop(self.queue());
        self.released.notify_one();
    }

    fn queue(&self) -> MutexGuard<'_, ()> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Proof that a library is held.
#[derive(Debug)]
#[must_use = "the library is released when this is dropped"]
pub struct Held<'a> {
    lock: &'a Lock,
    /// It belongs to the thread that took it.
    thread: PhantomData<*const ()>,
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        let depth = self.lock.depth.load(Ordering::Relaxed) - 1;
        self.lock.depth.store(depth, Ordering::Relaxed);
        if depth == 0 {
            self.lock.owner.store(0, Ordering::SeqCst);
            if self.lock.waiting.load(Ordering::SeqCst) > 0 {
                self.lock.wake();
            }
        }
    }
}

/// A number that no other thread that runs now has; never 0.
#[inline]
pub(crate) fn this_thread() -> usize {
    thread_local!(static PLACE: u8 = const { 0 });
    PLACE.with(|place| std::ptr::from_ref(place).addr())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hammer(lock: &Lock, threads: usize, calls: usize, nested: impl Fn() + Sync) -> usize {
        let inside = AtomicU32::new(0);
        // Written without an atomic addition: a second thread inside would lose counts.
        let count = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for _ in 0..calls {
                        let _held = lock.hold();
                        assert_eq!(inside.fetch_add(1, Ordering::Relaxed), 0);
                        nested();
                        count.store(count.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
                        inside.fetch_sub(1, Ordering::Relaxed);
                    }
                });
            }
        });
        count.load(Ordering::Relaxed)
    }

    #[test]
    fn one_thread_at_a_time_is_inside() {
        let calls = if cfg!(miri) { 20 } else { 20_000 };
        assert_eq!(hammer(&Lock::new(), 8, calls, || ()), 8 * calls);
    }

    #[test]
    fn the_thread_that_holds_it_may_take_it_again() {
        let lock = Lock::new();
        let calls = if cfg!(miri) { 20 } else { 5_000 };
        let nested = || {
            let first = lock.hold();
            let second = lock.hold();
            // In any order: the last one releases.
            drop(first);
            assert!(lock.is_mine());
            drop(second);
            assert!(lock.is_mine());
        };
        assert_eq!(hammer(&lock, 4, calls, nested), 4 * calls);
        assert!(!lock.is_mine());
    }

    #[test]
    fn others_see_that_it_is_held() {
        let lock = Lock::new();
        let held = lock.hold();
        assert!(!lock.is_elsewhere());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                assert!(lock.is_elsewhere() && !lock.is_mine());
                assert!(lock.try_hold().is_none());
            });
        });
        drop(held);
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(lock.try_hold().is_some()));
        });
    }

    #[test]
    fn unwinding_releases_every_guard() {
        let lock = Lock::new();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _held = lock.hold();
            let _nested = lock.hold();
            std::panic::resume_unwind(Box::new(()));
        }));
        assert!(result.is_err());
        std::thread::scope(|scope| {
            scope.spawn(|| drop(lock.hold()));
        });
    }

    #[test]
    fn whoever_waits_is_woken_when_an_unwinding_thread_leaves() {
        let lock = Lock::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..if cfg!(miri) { 5 } else { 500 } {
                        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                            let _held = lock.hold();
                            std::panic::resume_unwind(Box::new(()));
                        }));
                        assert!(result.is_err());
                    }
                });
            }
        });
        assert!(lock.try_hold().is_some());
    }
}
