//! The way out of Fortran: an error is raised below its frames and caught above them.
//!
//! Fortran has no exceptions, but its frames can be unwound: compilers write the tables for that. What cannot return an
//! error (a STOP, a callback that failed) raises it as the payload of an unwinding panic, and [`catch`] around the
//! call makes a result of it. The Python face needs no [`catch`]: each of its functions ends in one.

use std::any::Any;
use std::ffi::{c_char, c_int, c_void};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::error::{Error, Result};
use crate::stack;

/// Calls Fortran. What was raised below it is the error; the panic of a callback goes on.
#[inline]
pub(crate) fn catch<T>(call: impl FnOnce() -> T) -> Result<T> {
    // Nothing that the call leaves half-done is seen: the arguments are Fortran's until it returns.
    catch_unwind(AssertUnwindSafe(call)).map_err(into_error)
}

/// A call that a plain STOP (no text, and no code but 0) ends as RETURN would: the notes say `stop = "return"`.
#[inline]
pub fn until_stop(call: impl FnOnce() -> Result<()>) -> Result<()> {
    match catch(call).and_then(|result| result) {
        Err(Error::Stop { statement: "STOP", code: None | Some(0), text: None }) => Ok(()),
        result => result,
    }
}

#[cold]
#[inline(never)]
fn into_error(payload: Box<dyn Any + Send>) -> Error {
    match payload.downcast::<Error>() {
        Ok(error) => *error,
        Err(panic) => resume_unwind(panic),
    }
}

/// Leaves the Fortran frames below the nearest [`catch`]. No panic is reported: it is none.
#[cold]
pub(crate) fn raise(error: Error) -> ! {
    resume_unwind(Box::new(error))
}

/// [`raise`], with the I/O statements ended that the frames left behind had begun: their units would stay locked.
/// `local` is the address of a local variable of the function that Fortran called; [`can_unwind`] has said yes for it.
#[cold]
pub(crate) fn leave(local: usize, error: Error) -> ! {
    leave_to(find_handler(local).unwrap_or(0), error)
}

/// [`leave`], where the frame that catches is known already.
#[cold]
pub(crate) fn leave_to(way_out: usize, error: Error) -> ! {
    finish_pending_statements(way_out);
    raise(error)
}

/// Whether [`leave`] would reach a frame that catches, through frames that may be left. `local` is the address of a local
/// variable of the function that Fortran called.
#[cold]
pub(crate) fn can_unwind(local: usize) -> bool {
    find_way_out(local).is_some()
}

/// The stack pointer of the frame that would catch, if the frames between may be left.
#[cold]
pub(crate) fn find_way_out(local: usize) -> Option<usize> {
    if in_parallel_region() {
        return None;
    }
    find_handler(local).filter(|limit| pending_statements(*limit, false))
}

/// The stack pointer of the nearest frame with handlers around the frame that `local` is in. Frames of Fortran have none,
/// and those of Rust end in one that catches. `None` where the frames between cannot be unwound, or nobody catches: on
/// threads that others have started.
#[cold]
pub(crate) fn find_handler(local: usize) -> Option<usize> {
    if cfg!(miri) {
        return Some(usize::MAX);
    }
    let mut found = None;
    if cfg!(panic = "unwind") {
        stack::walk(|frame| {
            if frame.has_handlers && frame.base > local {
                found = Some(frame.base);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
    }
    found
}

/// Whether this thread is in an OpenMP parallel region: its team waits for it at the end.
#[cold]
pub(crate) fn in_parallel_region() -> bool {
    type Level = unsafe extern "C" fn() -> c_int;
    unsafe extern "C" {
        fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    }
    if cfg!(miri) {
        return false;
    }
    // SAFETY: the default handle and a C string: it is looked for in what this program or extension is linked with.
    let symbol = unsafe { dlsym(std::ptr::null_mut(), c"omp_get_level".as_ptr()) };
    if symbol.is_null() {
        return false;
    }
    // SAFETY: the function of that name has this type in every OpenMP library (OpenMP 5.0, 3.2.17).
    let level = unsafe { std::mem::transmute::<*mut c_void, Level>(symbol) };
    // SAFETY: it may be called at any time.
    unsafe { level() > 0 }
}

/// What knows the I/O statements that have begun; set by the first one.
static STATEMENTS: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

/// With 0 it says whether frames below a stack address may be left: no procedure that the Fortran runtime calls from
/// inside such a statement is among them. With 1 it ends the statements that these frames have begun.
type Statements = unsafe extern "C" fn(limit: usize, finish: c_int) -> c_int;

/// Called by `native/statements.c` when the first statement begins.
#[unsafe(no_mangle)]
extern "C" fn _fwrap_register_statements(statements: Statements) {
    STATEMENTS.store(statements as *mut c_void, Ordering::Release);
}

fn pending_statements(limit: usize, finish: bool) -> bool {
    let statements = STATEMENTS.load(Ordering::Acquire);
    if statements.is_null() {
        return true;
    }
    // SAFETY: only functions of this type are stored.
    let statements = unsafe { std::mem::transmute::<*mut c_void, Statements>(statements) };
    // SAFETY: it looks at statements of this thread only, and knows which are still open.
    unsafe { statements(limit, c_int::from(finish)) != 0 }
}

/// Ends the I/O statements of this thread that frames below this stack address have begun: their units would stay locked.
#[cold]
pub(crate) fn finish_pending_statements(limit: usize) {
    pending_statements(limit, true);
}

#[cfg(test)]
mod tests {
    use super::*;

    extern "C-unwind" fn fail(code: i32) {
        raise(Error::Stop { statement: "STOP", code: Some(code), text: None });
    }

    #[test]
    fn what_is_raised_is_the_error_of_the_call() {
        let error = catch(|| fail(3)).unwrap_err();
        assert_eq!(error, Error::Stop { statement: "STOP", code: Some(3), text: None });
        assert_eq!(catch(|| 5), Ok(5));
    }

    #[test]
    fn a_plain_stop_may_be_an_end() {
        let stop = |code, text: Option<&str>| Error::Stop { statement: "STOP", code, text: text.map(str::to_owned) };
        for end in [stop(None, None), stop(Some(0), None)] {
            assert_eq!(until_stop(|| raise(end.clone())), Ok(()));
            assert_eq!(until_stop(|| Err(end.clone())), Ok(()));
        }
        let error_stop = Error::Stop { statement: "ERROR STOP", code: None, text: None };
        for error in [stop(Some(1), None), stop(None, Some("not converged")), error_stop, Error::Interrupted] {
            assert_eq!(until_stop(|| raise(error.clone())), Err(error));
        }
    }

    #[test]
    fn whether_anybody_catches_is_seen() {
        let local = 0_u8;
        assert!(can_unwind((&raw const local).addr()));
        assert!(cfg!(miri) || find_handler(usize::MAX).is_none());
        assert!(!in_parallel_region());
    }

    #[test]
    fn panics_go_on() {
        let result = catch_unwind(|| catch(|| resume_unwind(Box::new("mine"))));
        assert_eq!(result.unwrap_err().downcast_ref::<&str>(), Some(&"mine"));
    }
}
