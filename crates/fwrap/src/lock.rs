//! The lock of a library that keeps state between its calls.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// One per library: Fortran that uses SAVE, COMMON or module variables runs one call at a time.
///
/// It is not re-entrant: a thread that holds it and asks again waits for ever.
///
/// ```
/// static LIBRARY: fwrap::Lock = fwrap::Lock::new();
/// let held = LIBRARY.hold();
/// drop(held);
/// ```
#[derive(Debug, Default)]
pub struct Lock(Mutex<()>);

impl Lock {
    /// A lock that nobody holds.
    pub const fn new() -> Self {
        Lock(Mutex::new(()))
    }

    /// Waits for the library; it is held until the guard is dropped.
    ///
    /// A panic while it was held does not make the library unusable: the lock guards Fortran's state, which no
    /// unwinding of ours leaves half-written.
    #[inline]
    pub fn hold(&self) -> Held<'_> {
        Held { _guard: self.0.lock().unwrap_or_else(PoisonError::into_inner) }
    }
}

/// Proof that a library is held.
#[derive(Debug)]
#[must_use = "the library is released when this is dropped"]
pub struct Held<'a> {
    _guard: MutexGuard<'a, ()>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn one_thread_at_a_time_is_inside() {
        static LOCK: Lock = Lock::new();
        static INSIDE: AtomicU32 = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..1000 {
                        let _held = LOCK.hold();
                        assert_eq!(INSIDE.fetch_add(1, Ordering::Relaxed), 0);
                        INSIDE.fetch_sub(1, Ordering::Relaxed);
                    }
                });
            }
        });
    }

    #[test]
    fn a_panic_leaves_the_library_usable() {
        let lock = Lock::new();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _held = lock.hold();
            std::panic::resume_unwind(Box::new(()));
        }));
        assert!(result.is_err());
        drop(lock.hold());
    }
}
