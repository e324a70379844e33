//! How the interpreter reaches a procedure: one C function per procedure, with the fast calling convention.

use std::any::Any;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use pyo3_ffi as ffi;

use super::anew::call_anew;
use super::arguments::Arguments;
use super::failure::{Exception, Failure, Outcome};
use super::kept::Kept;
use super::keywords::{Given, ON_STACK, check_count, merge};
use super::signature::Signature;

/// A procedure that Python can call.
pub trait Procedure {
    /// The names of its parameters, in order.
    const PARAMETERS: &'static [&'static str];
    /// How many of them must be given.
    const REQUIRED: usize;
    /// Its name, parameters and documentation.
    fn signature() -> &'static Signature;
    /// One call.
    fn call(arguments: &Arguments<'_>) -> Outcome;
}

/// A function of a module.
#[derive(Debug)]
pub struct Method {
    pub(crate) signature: fn() -> &'static Signature,
    /// A builtin function is called with a plain count of arguments, an object of [`function`](super::function) with a
    /// bit above it.
    pub(crate) call: ffi::vectorcallfunc,
    pub(crate) is_routine: bool,
    /// The Fortran procedure, for `_cpointer`; null where that is not known.
    pub(crate) address: *const c_void,
}

// SAFETY: the address is that of code; it is handed out and never looked at.
unsafe impl Sync for Method {}

impl Method {
    /// The function that calls `P`.
    pub const fn of<P: Procedure>() -> Self {
        Self { signature: P::signature, call: trampoline::<P, false>, is_routine: false, address: ptr::null() }
    }

    /// The function that calls `P`, in f2py's terms: it takes attributes, and `_cpointer` is this address, unless that
    /// is null.
    pub const fn routine<P: Procedure>(address: *const c_void) -> Self {
        Self { signature: P::signature, call: trampoline::<P, true>, is_routine: true, address }
    }

    /// The entry of a builtin function.
    pub(crate) fn builtin(&self) -> ffi::PyMethodDef {
        let signature = (self.signature)();
        // SAFETY: the same function but for the sign of the count, which the interpreter passes and is never negative.
        let call = unsafe { std::mem::transmute::<ffi::vectorcallfunc, ffi::PyCFunctionFastWithKeywords>(self.call) };
        ffi::PyMethodDef {
            ml_name: signature.c_name().as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: call },
            ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
            ml_doc: signature.doc().as_ptr(),
        }
    }

    /// A call as it is written: `q, r = divide(a, b)`.
    pub(crate) fn example(&self) -> String {
        let signature = (self.signature)();
        if self.is_routine {
            return signature.documentation().lines().next().unwrap_or_default().to_owned();
        }
        let call = format!("{}{}", signature.name(), signature.text_signature().unwrap_or("(...)"));
        match signature.results() {
            Some(results) => format!("{} = {call}", results.fields().join(", ")),
            None => call,
        }
    }
}

/// What stands above the count of arguments for an object of [`function`](super::function).
const ABOVE_COUNT: usize = 1 << (usize::BITS - 1);

/// The C function of `P`. A panic becomes a `RuntimeError`: it must not unwind into the interpreter.
unsafe extern "C" fn trampoline<P: Procedure, const IS_ROUTINE: bool>(
    function: *mut ffi::PyObject,
    slots: *const *mut ffi::PyObject,
    count: usize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let count = if IS_ROUTINE { count & !ABOVE_COUNT } else { count };
    if !keywords.is_null() {
        let given = Given { slots, count, names: keywords };
        // SAFETY: the interpreter calls as its convention says, with a tuple of names.
        return unsafe { call_by_keyword(P::signature(), trampoline::<P, IS_ROUTINE>, function, given) };
    }
    let call = move || {
        // SAFETY: the interpreter calls as its convention says, and holds the arguments until this returns.
        unsafe { call::<P>(slots, count) }
    };
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(result)) => result.into_ptr(),
        // SAFETY: the same arguments, and the function of `P`.
        Ok(Err(failure)) => unsafe { fail(failure, P::signature(), trampoline::<P, IS_ROUTINE>, (slots, count)) },
        Err(payload) => {
            report_panic(P::signature(), payload);
            ptr::null_mut()
        }
    }
}

/// Sets the exception of a call that has failed, or begins it anew if that is what its failure means: see
/// [`anew`](super::anew).
///
/// # Safety
/// `slots` are as many objects as the number says, which live until this returns, and `again` is the function that was
/// called.
#[cold]
#[inline(never)]
unsafe fn fail(
    failure: Failure,
    signature: &'static Signature,
    again: ffi::vectorcallfunc,
    (slots, count): (*const *mut ffi::PyObject, usize),
) -> *mut ffi::PyObject {
    if matches!(failure, Failure::Raised) {
        // SAFETY: the caller's promise.
        if let Some(result) = unsafe { call_anew(again, slots, count) } {
            return result;
        }
    }
    failure.set(signature);
    ptr::null_mut()
}

/// # Safety
/// `slots` has `count` positional arguments, which live until this returns.
#[inline(always)]
unsafe fn call<P: Procedure>(slots: *const *mut ffi::PyObject, count: usize) -> Outcome {
    let signature = P::signature();
    // Constants, so that the slots of required arguments need no further look at the count.
    if count < P::REQUIRED || count > P::PARAMETERS.len() {
        return Err(check_count(signature, count));
    }
    // SAFETY: checked above; said once more in a form that the optimiser keeps.
    unsafe { std::hint::assert_unchecked(count >= P::REQUIRED) };
    let kept = Kept::default();
    // SAFETY: the caller's own slots.
    P::call(&unsafe { Arguments::new(slots, count, signature, &kept) })
}

/// Puts the arguments in order and calls again, by position. Out of line and the same for all procedures, so that a call
/// by position has no room for merged arguments in its frame.
///
/// # Safety
/// As the interpreter's convention says; `given.names` is a tuple, and `again` the function of `signature`.
#[inline(never)]
unsafe fn call_by_keyword(
    signature: &'static Signature,
    again: ffi::vectorcallfunc,
    function: *mut ffi::PyObject,
    given: Given,
) -> *mut ffi::PyObject {
    let total = signature.parameters().len();
    let mut on_stack = [const { MaybeUninit::<*mut ffi::PyObject>::uninit() }; ON_STACK];
    let mut on_heap = OnHeap { places: ptr::null_mut(), signature };
    let mut merged = on_stack.as_mut_ptr().cast::<*mut ffi::PyObject>();
    if total > ON_STACK {
        on_heap.places = allocate(total);
        merged = on_heap.places;
    }
    // SAFETY: as the caller says, and there is a place for every parameter.
    if let Err(failure) = unsafe { merge(signature, given, merged) } {
        failure.set(signature);
        return ptr::null_mut();
    }
    // SAFETY: one object for every parameter, and no names.
    unsafe { again(function, merged.cast_const(), total, ptr::null_mut()) }
}

/// The places of a call with more parameters than fit the stack: one pointer, which stays in a register.
struct OnHeap {
    places: *mut *mut ffi::PyObject,
    signature: &'static Signature,
}

impl Drop for OnHeap {
    #[inline]
    fn drop(&mut self) {
        if !self.places.is_null() {
            release(self.places, self.signature.parameters().len());
        }
    }
}

#[cold]
#[inline(never)]
fn allocate(count: usize) -> *mut *mut ffi::PyObject {
    Box::leak(vec![ptr::null_mut(); count].into_boxed_slice()).as_mut_ptr()
}

#[cold]
#[inline(never)]
fn release(places: *mut *mut ffi::PyObject, count: usize) {
    // SAFETY: what `allocate` leaked for this call, given back once.
    drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(places, count)) });
}

#[cold]
#[inline(never)]
fn report_panic(signature: &Signature, payload: Box<dyn Any + Send>) {
    if let Some(error) = payload.downcast_ref::<crate::Error>() {
        return Failure::from(error.clone()).set(signature);
    }
    let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(message), _) => message,
        (_, Some(message)) => message.as_str(),
        _ => "unknown panic",
    };
    Exception::Runtime.raise(&format!("{}: internal error: {message}", signature.name()));
}
