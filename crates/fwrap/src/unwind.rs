//! The way out of Fortran: an error is raised below its frames and caught above them.
//!
//! Fortran has no exceptions, but its frames can be unwound: compilers write the tables for that. What cannot return an
//! error (a STOP, a callback that failed) raises it as the payload of an unwinding panic, and [`catch`] around the
//! call makes a result of it. The Python face needs no [`catch`]: each of its functions ends in one.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::error::{Error, Result};

/// Calls Fortran. What was raised below it is the error; the panic of a callback goes on.
#[inline]
pub(crate) fn catch<T>(call: impl FnOnce() -> T) -> Result<T> {
    // Nothing that the call leaves half-done is seen: the arguments are Fortran's until it returns.
    catch_unwind(AssertUnwindSafe(call)).map_err(into_error)
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
    fn panics_go_on() {
        let result = catch_unwind(|| catch(|| resume_unwind(Box::new("mine"))));
        assert_eq!(result.unwrap_err().downcast_ref::<&str>(), Some(&"mine"));
    }
}
