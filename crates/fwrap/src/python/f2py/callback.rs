//! What Fortran calls back, in f2py's terms: a callable that was passed, or an attribute of the module.
//!
//! f2py's C names (`cb_f_in_dvode__user__routines`) and the symbols that Fortran invokes (`intent(callback)`) are one
//! function for all calls. So it is the thread that knows whose turn it is: callables stand on a list while the call
//! lasts that they were passed to, and the innermost one of the interface is called.

use std::any::Any;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{CallbackError, Error};
use crate::python::failure::Failure;
use crate::unwind;

use super::callback_active::{Active, Given};
use super::callback_call::Call;
use super::callback_turn::{Turn, is_in_team};

/// A procedure that Fortran calls back: for each interface, and for each of the dummy procedures of one routine that
/// share an interface.
#[derive(Debug)]
pub struct Callback {
    pub(super) name: &'static str,
    /// What Python gets, in order.
    pub(super) parameters: &'static [&'static str],
    pub(super) is_lossy: bool,
    /// What Fortran calls.
    pub(super) entry: *const c_void,
    /// A thread of a team has called it, which knows no callable.
    pub(super) missed: AtomicBool,
}

// SAFETY: names and the address of a function, which are only read, and an atomic.
unsafe impl Sync for Callback {}

impl Callback {
    /// The callback `name` that gives Python these parameters; `entry` is the function that Fortran calls. Numbers that a
    /// callable returns are narrowed if it `is_lossy`.
    #[must_use]
    pub const fn new(
        name: &'static str,
        parameters: &'static [&'static str],
        is_lossy: bool,
        entry: *const c_void,
    ) -> Self {
        Self { name, parameters, is_lossy, entry, missed: AtomicBool::new(false) }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What an entry does: it finds the callable and has `body` call it. For a capsule it is `direct` that calls the
    /// address. An error of `body` ends the call that the callable was passed to: at once where the frames between can be
    /// left, else when Fortran returns, and until then every callback returns `fallback`.
    ///
    /// # Panics
    /// To leave Fortran, with an [`Error`] as payload or with the panic of `body`.
    #[inline(always)]
    pub fn call<R, const N: usize, const A: usize>(
        &'static self,
        fallback: impl FnOnce() -> R,
        direct: impl FnOnce(*const c_void) -> R,
        body: impl FnOnce(&mut Call<'_, N, A>) -> Result<R, Failure>,
    ) -> R {
        let local = 0_u8;
        let outcome = match Active::innermost(self) {
            Some(active) => match active.given {
                Given::Address(address) => return direct(address),
                _ if active.has_failed() => return fallback(),
                // What a callable leaves half-done is the business of whoever owns what it changes.
                _ => catch_unwind(AssertUnwindSafe(|| {
                    let _turn = Turn::take(active.state);
                    body(&mut Call::new(self, active)).map_err(|failure| self.payload(failure))
                })),
            },
            None if is_in_team() => {
                self.missed.store(true, Ordering::Release);
                return fallback();
            }
            None => {
                let found = catch_unwind(AssertUnwindSafe(|| {
                    let _turn = Turn::take_anywhere();
                    let active = Active::elsewhere(self).map_err(|failure| self.payload(failure))?;
                    match active.given {
                        Given::Address(address) => Ok(Err(address)),
                        _ => {
                            let value = body(&mut Call::new(self, &active));
                            value.map(Ok).map_err(|failure| self.payload(failure))
                        }
                    }
                }));
                match found {
                    // With the interpreter given back: Fortran calls Fortran.
                    Ok(Ok(Err(address))) => return direct(address),
                    Ok(Ok(Ok(value))) => Ok(Ok(value)),
                    Ok(Err(payload)) => Ok(Err(payload)),
                    Err(panic) => Err(panic),
                }
            }
        };
        match outcome {
            Ok(Ok(value)) => return value,
            Ok(Err(payload)) | Err(payload) => self.fail((&raw const local).addr(), payload),
        }
        fallback()
    }

    /// What stopped the callback, while this thread holds the interpreter.
    #[cold]
    #[inline(never)]
    fn payload(&self, failure: Failure) -> Box<dyn Any + Send> {
        Box::new(Error::Callback {
            argument: self.name,
            error: CallbackError::from(Box::<dyn std::error::Error + Send + Sync>::from(failure)),
        })
    }

    /// Leaves the frames up to the call if that can be, else keeps the error for the end of the call. `local` is an
    /// address in the frame of the entry.
    #[cold]
    #[inline(never)]
    fn fail(&'static self, local: usize, payload: Box<dyn Any + Send>) {
        if let Some(way_out) = unwind::find_way_out(local) {
            unwind::finish_pending_statements(way_out);
            resume_unwind(payload);
        }
        match Active::innermost(self) {
            Some(active) => active.keep(payload),
            // Nobody is there to be told.
            None => eprintln!("fwrap: callback `{}` failed where its error cannot be raised", self.name),
        }
    }
}
