//! The slots of one dummy procedure: closures are installed for a call, and run when Fortran calls an entry.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::entries::{Entries, SLOTS};
use super::installed::Installed;
use super::slot::{Refusal, Run, Slot, callback_error};
use crate::error::{CallbackError, CallbackResult, Error, Result};

/// The slots, whoever may run what is in them.
struct Pool<C: ?Sized + 'static> {
    name: &'static str,
    /// Where to look first. Slots are used in turn, so that a procedure which Fortran kept is most likely found ended.
    next: AtomicUsize,
    slots: [Slot<C>; SLOTS],
}

// SAFETY: a slot hands its closure out to the thread that filled it (`start_exclusive`) or is one of `SharedSlots`,
// which asks for closures that are `Sync`; its sizes are only read meanwhile. Everything else is atomic or locked.
unsafe impl<C: ?Sized> Sync for Pool<C> {}

impl<C: ?Sized> Pool<C> {
    const fn new(name: &'static str) -> Self {
        Self { name, next: AtomicUsize::new(0), slots: [const { Slot::new() }; SLOTS] }
    }

    #[inline]
    fn take(&self) -> Result<usize> {
        let first = self.next.load(Ordering::Relaxed);
        for step in 0..SLOTS {
            let index = (first.wrapping_add(step)) % SLOTS;
            if self.slots[index].take() {
                self.next.store(index + 1, Ordering::Relaxed);
                return Ok(index);
            }
        }
        Err(callback_error(self.name, format!("{SLOTS} calls with one are running already, which is the limit")))
    }

    /// # Safety
    /// As for [`Slots::install`].
    #[inline]
    unsafe fn install<'a, D: ?Sized>(
        &'static self,
        entries: &'static Entries,
        closure: *mut D,
        sizes: &[i64],
    ) -> Result<Installed<'a, C>> {
        const { assert!(size_of::<*mut D>() == size_of::<*mut C>(), "the closure has the type of the slots") };
        let index = self.take()?;
        // SAFETY: the same type but for its lifetime (the caller's promise), and not null.
        let closure = unsafe { std::mem::transmute_copy::<*mut D, NonNull<C>>(&closure) };
        let slot = &self.slots[index];
        // SAFETY: taken above; `Installed` releases it before the borrow ends (the caller's promise).
        unsafe { slot.fill(closure, sizes) };
        // SAFETY: filled above.
        Ok(unsafe { Installed::new(slot, entries.of(index)) })
    }

    /// Runs the closure of a slot, or deals with why it cannot be run.
    #[inline(always)]
    fn call<'a, R, const SHARED: bool>(
        &'a self,
        slot: &'a Slot<C>,
        run: std::result::Result<Run<'a, C, SHARED>, Refusal>,
        fallback: impl FnOnce() -> R,
        body: impl FnOnce(NonNull<C>, &[i64]) -> CallbackResult<R>,
    ) -> R {
        let run = match run {
            Ok(run) => run,
            Err(refusal) => {
                let local = 0_u8;
                slot.refuse(self.name, refusal, (&raw const local).addr());
                return fallback();
            }
        };
        // What the closure leaves half-done is the business of whoever owns what it captures.
        let outcome = catch_unwind(AssertUnwindSafe(|| body(run.closure, run.sizes)));
        drop(run);
        match outcome {
            Ok(Ok(value)) => return value,
            Ok(Err(error)) => {
                slot.fail(Box::new(Error::Callback { argument: self.name, error: CallbackError::from(error) }));
            }
            Err(panic) => slot.fail(panic),
        }
        fallback()
    }
}

macro_rules! slots {
    ($(#[$doc:meta])* $name:ident, $start:ident, [$($reference:tt)*], $cast:expr, [$($bound:tt)*]) => {
        $(#[$doc])*
        pub struct $name<C: ?Sized + 'static>(Pool<C>);

        impl<C: ?Sized + 'static> $name<C> {
            /// Free slots for the dummy procedure of this name.
            #[must_use]
            pub const fn new(name: &'static str) -> Self {
                Self(Pool::new(name))
            }
        }

        impl<C: ?Sized + 'static $($bound)*> $name<C> {
            /// Puts a closure into a free slot. There are [`SLOTS`]; that none is free is an error.
            ///
            /// # Safety
            /// `D` is `C` but for its lifetime; the entries pass their slot to [`call`](Self::call) of these slots; the
            /// result is dropped, not forgotten.
            #[inline]
            pub unsafe fn install<'a, D: ?Sized>(
                &'static self,
                entries: &'static Entries,
                closure: &'a $($reference)* D,
                sizes: &[i64],
            ) -> Result<Installed<'a, C>> {
                // SAFETY: the caller's promise.
                unsafe { self.0.install(entries, $cast(closure), sizes) }
            }

            /// What an entry does: it finds the closure of its slot and has `body` run it, with the sizes that were
            /// given when it was installed. What `body` returns as an error, or panics with, ends the call that the
            /// closure was passed to: at once where the frames between can be left, else when Fortran returns, and
            /// until then every callback returns `fallback`.
            /// Entries call it, with their slot.
            ///
            /// # Panics
            /// To leave Fortran, with an [`Error`] as payload or with that of the closure.
            #[inline(always)]
            pub fn call<R>(
                &'static self,
                slot: usize,
                fallback: impl FnOnce() -> R,
                body: impl FnOnce(& $($reference)* C, &[i64]) -> CallbackResult<R>,
            ) -> R {
                let slot = &self.0.slots[slot];
                self.0.call(slot, slot.$start(), fallback, |closure, sizes| {
                    // SAFETY: the closure is borrowed until its slot is released, and `start` has seen to it that it is
                    // this function's for now: alone, or shared and `Sync`.
                    body(unsafe { & $($reference)* *closure.as_ptr() }, sizes)
                })
            }
        }

        impl<C: ?Sized> std::fmt::Debug for $name<C> {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_tuple(stringify!($name)).field(&self.0.name).finish()
            }
        }
    };
}

slots! {
    /// Slots for closures that run on the thread of their call, one at a time: `FnMut`.
    Slots, start_exclusive, [mut], std::ptr::from_mut, []
}

slots! {
    /// Slots for closures that run on any thread, many at a time: `Fn + Sync`, for OpenMP.
    SharedSlots, start_shared, [], as_pointer, [+ Sync]
}

fn as_pointer<D: ?Sized>(closure: &D) -> *mut D {
    std::ptr::from_ref(closure).cast_mut()
}

#[cfg(test)]
mod tests {
    use std::ffi::c_void;
    use std::panic::resume_unwind;
    use std::sync::atomic::AtomicBool;
    use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};

    use super::*;
    use crate::callback::is_awaited_by;
    use crate::lock::this_thread;
    use crate::{Face, Rust};

    type Function<'a> = dyn FnMut(f64) -> CallbackResult<f64> + 'a;
    type Shared<'a> = dyn Fn(f64) -> CallbackResult<f64> + Sync + 'a;
    type Entry = unsafe extern "C-unwind" fn(f64) -> f64;

    static FUNCTION: Slots<Function<'static>> = Slots::new("f");
    static SHARED: SharedSlots<Shared<'static>> = SharedSlots::new("g");

    /// The tests share the slots, which they count on.
    fn alone() -> MutexGuard<'static, ()> {
        static TESTS: Mutex<()> = Mutex::new(());
        TESTS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    unsafe extern "C-unwind" fn function<const SLOT: usize>(x: f64) -> f64 {
        FUNCTION.call(SLOT, || f64::NAN, |f, sizes| Ok(f(x)? + sizes.iter().sum::<i64>() as f64))
    }

    unsafe extern "C-unwind" fn shared<const SLOT: usize>(x: f64) -> f64 {
        SHARED.call(SLOT, || f64::NAN, |f, _| f(x))
    }

    /// What Fortran does with a procedure.
    extern "C-unwind" fn apply(procedure: *const c_void, x: f64) -> f64 {
        // SAFETY: an entry.
        let procedure = unsafe { std::mem::transmute::<*const c_void, Entry>(procedure) };
        // SAFETY: it takes a number.
        unsafe { procedure(x) }
    }

    fn install<'a>(f: &'a mut Function<'_>, sizes: &[i64]) -> Result<Installed<'a, Function<'static>>> {
        // SAFETY: the same type; all results are dropped.
        unsafe { FUNCTION.install(crate::entries!(function), f, sizes) }
    }

    fn install_shared<'a>(f: &'a Shared<'_>) -> Result<Installed<'a, Shared<'static>>> {
        // SAFETY: the same type; all results are dropped.
        unsafe { SHARED.install(crate::entries!(shared), f, &[]) }
    }

    /// A wrapped procedure that adds up `f(1), ..., f(n)`.
    fn sum(n: i32, mut f: impl FnMut(f64) -> CallbackResult<f64>) -> Result<f64> {
        let passed = install(&mut f, &[])?;
        let sum = Rust.call(|| (1..=n).map(|i| apply(passed.as_ptr(), f64::from(i))).sum())?;
        passed.finish()?;
        Ok(sum)
    }

    fn message(result: Result<f64>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn closures_are_called_and_may_change_what_they_capture() {
        let _alone = alone();
        let mut seen = Vec::new();
        let result = sum(3, |x| {
            seen.push(x);
            Ok(x * x)
        });
        assert_eq!(result, Ok(14.0));
        assert_eq!(seen, [1.0, 2.0, 3.0]);
    }

    #[test]
    fn sizes_of_the_call_are_handed_on() {
        let _alone = alone();
        let mut f = |x| Ok(x);
        for sizes in [&[10_i64, 20][..], &[], &[5]] {
            let passed = install(&mut f, sizes).unwrap();
            assert_eq!(apply(passed.as_ptr(), 1.0), 1.0 + sizes.iter().sum::<i64>() as f64);
        }
    }

    #[test]
    fn an_error_ends_the_call_and_is_handed_to_the_caller() {
        let _alone = alone();
        let mut calls = 0;
        let error = sum(9, |x| {
            calls += 1;
            if x < 3.0 { Ok(x) } else { Err("too large".into()) }
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "callback `f` failed: too large");
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "too large");
        assert_eq!(calls, 3);
    }

    #[test]
    fn a_panic_goes_on_and_drops_what_is_between() {
        let _alone = alone();
        struct Note<'a>(&'a AtomicBool);
        impl Drop for Note<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let dropped = AtomicBool::new(false);
        let result = catch_unwind(AssertUnwindSafe(|| {
            sum(1, |_| {
                let _note = Note(&dropped);
                resume_unwind(Box::new(7))
            })
        }));
        assert_eq!(result.unwrap_err().downcast_ref(), Some(&7));
        assert!(dropped.into_inner());
        assert_eq!(sum(2, Ok), Ok(3.0));
    }

    #[test]
    fn calls_nest() {
        let _alone = alone();
        fn nested(depth: i32) -> Result<f64> {
            sum(1, |x| if depth == 0 { Ok(x) } else { Ok(nested(depth - 1)? + 1.0) })
        }
        fn failing(depth: i32) -> Result<f64> {
            sum(1, |_| if depth == 0 { Err("deep".into()) } else { Ok(failing(depth - 1)?) })
        }
        assert_eq!(nested(60), Ok(61.0));
        let text = message(failing(30));
        assert_eq!((text.matches("callback `f` failed: ").count(), text.ends_with("deep")), (31, true));
    }

    #[test]
    fn a_pool_that_is_used_up_is_an_error_and_recovers() {
        let _alone = alone();
        type Plain<'a> = dyn FnMut() -> CallbackResult + 'a;
        static PLAIN: Slots<Plain<'static>> = Slots::new("plain");
        unsafe extern "C-unwind" fn plain<const SLOT: usize>() {
            PLAIN.call(SLOT, || (), |f, _| f())
        }
        let mut closures: Vec<_> = (0..SLOTS).map(|_| || Ok(())).collect();
        fn install<'a>(f: &'a mut Plain<'_>) -> Result<Installed<'a, Plain<'static>>> {
            // SAFETY: the same type; all results are dropped.
            unsafe { PLAIN.install(crate::entries!(plain), f, &[]) }
        }
        let passed: Vec<_> = closures.iter_mut().map(|f| install(f).unwrap()).collect();
        let mut addresses: Vec<_> = passed.iter().map(Installed::as_ptr).collect();
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), SLOTS);
        let mut one_more = || Ok(());
        let error = install(&mut one_more).unwrap_err();
        let expected = "callback `plain` failed: 64 calls with one are running already, which is the limit";
        assert_eq!(error.to_string(), expected);
        drop(passed);
        assert!(install(&mut one_more).is_ok());
    }

    #[test]
    fn a_call_after_the_end_is_an_error() {
        let _alone = alone();
        let mut f = Ok;
        let passed = install(&mut f, &[]).unwrap();
        let kept = passed.as_ptr();
        drop(passed);
        let text = message(Rust.call(|| apply(kept, 1.0)));
        assert_eq!(text, "callback `f` failed: it was called after the call that it was passed to had ended");
    }

    #[test]
    fn a_closure_never_runs_inside_itself() {
        let _alone = alone();
        let entry = std::cell::Cell::new(std::ptr::null());
        let mut f = |x| Ok(apply(entry.get(), x));
        let passed = install(&mut f, &[]).unwrap();
        entry.set(passed.as_ptr());
        assert_eq!(
            message(Rust.call(|| apply(passed.as_ptr(), 1.0))),
            "callback `f` failed: it was called while it was running"
        );
    }

    #[test]
    fn a_closure_of_one_thread_does_not_run_on_another() {
        let _alone = alone();
        let mut calls = 0;
        let mut f = |x| {
            calls += 1;
            Ok(x)
        };
        let passed = install(&mut f, &[]).unwrap();
        let entry = passed.as_ptr().expose_provenance();
        let elsewhere = move || apply(std::ptr::with_exposed_provenance(entry), 1.0);
        assert!(std::thread::spawn(elsewhere).join().unwrap().is_nan());
        let error = passed.finish().unwrap_err();
        assert!(error.to_string().ends_with("from another thread than the one that passed it"), "{error}");
        assert_eq!(calls, 0);
    }

    #[test]
    fn shared_closures_run_on_many_threads_at_once() {
        let _alone = alone();
        let barrier = Barrier::new(4);
        let g = |x| {
            barrier.wait();
            Ok(x)
        };
        let passed = install_shared(&g).unwrap();
        let entry = passed.as_ptr().expose_provenance();
        let work = || apply(std::ptr::with_exposed_provenance(entry), 2.0);
        let total: f64 = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!((total, passed.finish()), (8.0, Ok(())));
    }

    #[test]
    fn an_error_on_another_thread_is_kept_and_nothing_is_run_after_it() {
        let _alone = alone();
        let calls = AtomicUsize::new(0);
        let g = |_| {
            calls.fetch_add(1, Ordering::Relaxed);
            Err("elsewhere".into())
        };
        let passed = install_shared(&g).unwrap();
        let entry = passed.as_ptr().expose_provenance();
        let work = || apply(std::ptr::with_exposed_provenance(entry), 2.0);
        let results = std::thread::scope(|scope| {
            let first = scope.spawn(work).join().unwrap();
            [first, scope.spawn(work).join().unwrap()]
        });
        assert!(results.iter().all(|result| result.is_nan()));
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        assert_eq!(passed.finish().unwrap_err().to_string(), "callback `g` failed: elsewhere");
        // The slot is clean again.
        let g = |x| Ok(x);
        for _ in 0..SLOTS {
            let passed = install_shared(&g).unwrap();
            assert_eq!(apply(passed.as_ptr(), 1.0), 1.0);
            assert_eq!(passed.finish(), Ok(()));
        }
    }

    #[test]
    fn a_kept_error_ends_the_call_as_soon_as_that_is_possible() {
        let _alone = alone();
        let g = |_| Err("elsewhere".into());
        let passed = install_shared(&g).unwrap();
        let entry = passed.as_ptr().expose_provenance();
        let work = || apply(std::ptr::with_exposed_provenance(entry), 2.0);
        assert!(std::thread::scope(|scope| scope.spawn(work).join().unwrap()).is_nan());
        let text = message(Rust.call(|| apply(passed.as_ptr(), 1.0)));
        assert_eq!(text, "callback `g` failed: elsewhere");
        drop(passed);
    }

    #[test]
    fn a_panic_on_another_thread_goes_on_when_the_call_ends() {
        let _alone = alone();
        let g = |_| resume_unwind(Box::new("elsewhere"));
        let passed = install_shared(&g).unwrap();
        let entry = passed.as_ptr().expose_provenance();
        let work = || apply(std::ptr::with_exposed_provenance(entry), 2.0);
        assert!(std::thread::scope(|scope| scope.spawn(work).join().unwrap()).is_nan());
        let result = catch_unwind(AssertUnwindSafe(|| passed.finish()));
        assert_eq!(result.unwrap_err().downcast_ref::<&str>(), Some(&"elsewhere"));
    }

    #[test]
    fn a_kept_error_that_nobody_asks_for_does_not_meet_the_next_call() {
        let _alone = alone();
        let g = |_| Err("elsewhere".into());
        let passed = install_shared(&g).unwrap();
        let entry = passed.as_ptr().expose_provenance();
        let work = move || apply(std::ptr::with_exposed_provenance(entry), 2.0);
        assert!(std::thread::spawn(work).join().unwrap().is_nan());
        drop(passed);
        for _ in 0..SLOTS {
            assert_eq!(install_shared(&|x| Ok(x)).unwrap().finish(), Ok(()));
        }
    }

    #[test]
    fn many_threads_call_with_their_own_closures() {
        let _alone = alone();
        let (threads, calls) = if cfg!(miri) { (8, 3) } else { (40, 200) };
        std::thread::scope(|scope| {
            for thread in 0..threads {
                scope.spawn(move || {
                    for call in 0..calls {
                        let own = f64::from(thread * calls + call);
                        assert_eq!(sum(3, |x| Ok(x + own)), Ok(6.0 + 3.0 * own));
                    }
                });
            }
        });
    }

    #[test]
    fn a_thread_knows_who_waits_for_it() {
        let _alone = alone();
        let outermost = this_thread();
        let on_another_thread = |passed: &Installed<'_, Shared<'static>>| {
            let entry = passed.as_ptr().expose_provenance();
            let work = move || apply(std::ptr::with_exposed_provenance(entry), 0.0);
            std::thread::scope(|scope| scope.spawn(work).join().unwrap())
        };
        let outer = |_| {
            let middle = this_thread();
            assert!(is_awaited_by(outermost) && !is_awaited_by(middle));
            let inner = |_| {
                assert!(is_awaited_by(outermost) && is_awaited_by(middle) && !is_awaited_by(this_thread()));
                Ok(1.0)
            };
            let passed = install_shared(&inner)?;
            let inside = on_another_thread(&passed);
            passed.finish()?;
            assert!(is_awaited_by(outermost) && !is_awaited_by(middle));
            Ok(inside)
        };
        let passed = install_shared(&outer).unwrap();
        assert_eq!(on_another_thread(&passed), 1.0);
        passed.finish().unwrap();
        // On the thread of the call nobody waits for anybody.
        let here = |x| Ok(if is_awaited_by(outermost) { f64::NAN } else { x });
        let passed = install_shared(&here).unwrap();
        assert_eq!(apply(passed.as_ptr(), 1.0), 1.0);
    }

    #[test]
    fn a_closure_outlives_whoever_runs_it() {
        let _alone = alone();
        // Fortran that breaks its word: a thread of its own runs the closure while the call ends.
        let (inside, ended) = (Barrier::new(2), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let g = |x| {
                inside.wait();
                std::thread::yield_now();
                assert!(!ended.load(Ordering::SeqCst));
                Ok(x)
            };
            let passed = install_shared(&g).unwrap();
            let entry = passed.as_ptr().expose_provenance();
            let thread = scope.spawn(move || apply(std::ptr::with_exposed_provenance(entry), 2.0));
            inside.wait();
            drop(passed);
            ended.store(true, Ordering::SeqCst);
            assert_eq!(thread.join().unwrap(), 2.0);
        });
    }
}
