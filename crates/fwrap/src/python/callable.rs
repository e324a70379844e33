//! A Python callable that stands in for a dummy procedure.

use std::ops::Deref;

use pyo3_ffi as ffi;

use super::callable_call::Call;
use super::failure::{Argument, Exception, Failure};
use super::object::Object;
use super::raised::RaisedException;

/// A callable that was passed for a dummy procedure. It lives as long as the call that it was passed to.
#[derive(Clone, Copy, Debug)]
pub struct Callable<'py> {
    object: Object<'py>,
    argument: Argument,
}

impl<'py> Callable<'py> {
    #[inline]
    pub(crate) fn new(argument: Argument, object: Object<'py>) -> Result<Self, Failure> {
        // SAFETY: the object is alive.
        if unsafe { ffi::PyCallable_Check(object.as_ptr()) } == 0 {
            let found = object.type_name();
            return Err(argument.raise(Exception::Type, format_args!("expected a callable, found {found}")));
        }
        Ok(Self { object, argument })
    }

    /// A call with as many arguments as there are names.
    #[inline]
    pub fn begin<const N: usize>(&self, names: &'static [&'static str; N]) -> Call<'_, N> {
        Call::new(self, names)
    }

    #[inline]
    pub(crate) fn object(&self) -> Object<'py> {
        self.object
    }

    #[inline]
    pub(crate) fn argument(&self) -> Argument {
        self.argument
    }

    /// The names that stand in front of a message.
    fn prefix(&self) -> String {
        format!("{}: callback `{}`", self.argument.signature.name(), self.argument.name())
    }

    /// Raises with the names in front.
    #[cold]
    pub(crate) fn raise(&self, exception: Exception, message: &str) -> Failure {
        exception.raise(&format!("{}{message}", self.prefix()))
    }

    /// What a conversion said of the argument, said of what the callable returned.
    #[cold]
    pub(crate) fn of_returned(&self, what: &str, failure: Failure) -> Failure {
        let (Failure::Raised, Some(raised)) = (&failure, RaisedException::take()) else { return failure };
        let text = raised.object().map(Object::text).unwrap_or_default();
        let of_argument = format!("{}: argument `{}`: ", self.argument.signature.name(), self.argument.name());
        match (text.strip_prefix(&of_argument), raised.object().and_then(Exception::of)) {
            (Some(message), Some(exception)) => self.raise(exception, &format!(": {what}: {message}")),
            // Raised by the object that was returned.
            _ => {
                raised.set();
                Failure::Raised
            }
        }
    }

    /// The call gave an exception. A `TypeError` without a traceback is about the call itself: the names are put in
    /// front, because neither the callable nor its arguments are to be seen where it is shown.
    #[cold]
    #[inline(never)]
    pub(crate) fn call_failed(&self, names: &[&str]) -> Failure {
        let Some(raised) = RaisedException::take() else {
            return self.raise(Exception::Runtime, " gave neither a result nor an exception");
        };
        match raised.object() {
            Some(exception) if Exception::of(exception) == Some(Exception::Type) && !raised.has_traceback() => {
                let arguments = match names {
                    [] => "no arguments".to_owned(),
                    [only] => format!("1 argument ({only})"),
                    several => format!("{} arguments ({})", several.len(), several.join(", ")),
                };
                self.raise(Exception::Type, &format!(" was called with {arguments}: {}", exception.text()));
                raised.cause_what_is_set();
            }
            _ => raised.set(),
        }
        Failure::Raised
    }
}

/// A callable for a dummy procedure that several threads may call: none of them holds the interpreter meanwhile.
#[derive(Debug)]
pub struct SharedCallable<'py>(Callable<'py>);

// SAFETY: the object is looked at by threads that hold the interpreter only (`hold`), and lives as long as the call.
unsafe impl Send for SharedCallable<'_> {}
// SAFETY: as above.
unsafe impl Sync for SharedCallable<'_> {}

impl<'py> SharedCallable<'py> {
    #[inline]
    pub(crate) fn new(callable: Callable<'py>) -> Self {
        Self(callable)
    }

    /// The callable, on a thread that waits for the interpreter and holds it until the result is dropped.
    #[inline]
    pub fn hold(&self) -> HeldCallable<'_> {
        // SAFETY: any thread may ask for the interpreter; one that has it goes on.
        let state = unsafe { ffi::PyGILState_Ensure() };
        HeldCallable { callable: self.0, state }
    }
}

/// A callable, and the interpreter.
#[derive(Debug)]
pub struct HeldCallable<'a> {
    callable: Callable<'a>,
    state: ffi::PyGILState_STATE,
}

impl<'a> Deref for HeldCallable<'a> {
    type Target = Callable<'a>;

    #[inline]
    fn deref(&self) -> &Callable<'a> {
        &self.callable
    }
}

impl Drop for HeldCallable<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: what `hold` got on this thread.
        unsafe { ffi::PyGILState_Release(self.state) };
    }
}
