//! Calls that begin anew after an argument was converted.
//!
//! A conversion can run Python code (`__array__`, `__float__`, ...), and that code can do anything, also give back the
//! memory of an array that was looked at before. So an argument whose conversion may run code is converted and put in
//! the place of what was given; then the call begins anew. In the last round no code runs between the first look at an
//! argument and the call of the procedure.
//!
//! What the next round needs stands in a variable of the thread, and not with the arguments, which would have to be in
//! memory for it also where nothing is converted.

use std::cell::RefCell;

use pyo3_ffi as ffi;

use super::array_convert::{converted, converted_unwritable};
use super::failure::{Argument, Failure};
use super::numpy::{self, Array};
use super::object::{Object, Owned};
use super::scalar::Scalar;

/// An argument that was converted.
struct Replaced {
    index: usize,
    owned: Owned,
}

thread_local! {
    /// Conversions after which a call is to begin anew: the last one belongs to the innermost call.
    static PENDING: RefCell<Vec<Replaced>> = const { RefCell::new(Vec::new()) };
    /// What stands for which object in the calls that are under way.
    static GIVEN: RefCell<Vec<[*mut ffi::PyObject; 2]>> = const { RefCell::new(Vec::new()) };
}

/// A scalar that is not of the exact Python type.
#[cold]
#[inline(never)]
pub(crate) fn scalar<T: Scalar>(argument: Argument, object: Object<'_>) -> Result<T, Failure> {
    let value = T::convert(argument, object)?;
    if runs_no_code(object) {
        return Ok(value);
    }
    Err(begin_anew(argument, value.into_python()?))
}

/// What [`converted`] makes of an object for a procedure that only reads it.
pub(crate) fn array(argument: Argument, object: Object<'_>, number: i32, rank: usize) -> Result<Owned, Failure> {
    let owned = converted(argument, object, number, rank, false)?;
    if Array::of(object).is_some() { Ok(owned) } else { Err(begin_anew(argument, owned)) }
}

/// A fresh array that a procedure may change: what [`converted`] makes of anything.
pub(crate) fn fresh_array(argument: Argument, object: Object<'_>, number: i32, rank: usize) -> Result<Owned, Failure> {
    if Array::of(object).is_some() {
        return converted(argument, object, number, rank, true);
    }
    // Nobody may write to what stands for the argument in the next round.
    Err(begin_anew(argument, converted_unwritable(argument, object, number, rank)?))
}

/// What the caller gave in place of this object, for messages.
pub(crate) fn given(now: Object<'_>) -> Object<'_> {
    let find = |given: &RefCell<Vec<[*mut ffi::PyObject; 2]>>| {
        given.borrow().iter().rev().find(|[replacement, _]| *replacement == now.as_ptr()).map(|[_, given]| *given)
    };
    match GIVEN.with(find) {
        // SAFETY: the caller of a call that is under way holds its arguments, as long as `now` lives.
        Some(pointer) => unsafe { Object::borrowed(pointer) },
        None => now,
    }
}

/// Asks for another round with `owned` as the argument: the failure sets no exception.
pub(crate) fn begin_anew(argument: Argument, owned: Owned) -> Failure {
    PENDING.with(|pending| pending.borrow_mut().push(Replaced { index: argument.index, owned }));
    Failure::Raised
}

/// The result of another round if a conversion has asked for one, and `None` if the call has failed.
///
/// # Safety
/// `slots` has `count` objects, which live until this returns, and `again` is the function that has failed.
#[cold]
#[inline(never)]
pub(crate) unsafe fn call_anew(
    again: ffi::vectorcallfunc,
    slots: *const *mut ffi::PyObject,
    count: usize,
) -> Option<*mut ffi::PyObject> {
    // SAFETY: this thread holds the interpreter; the pointer is only compared.
    if !unsafe { ffi::PyErr_Occurred() }.is_null() {
        return None;
    }
    let replaced = PENDING.with(|pending| pending.borrow_mut().pop())?;
    // SAFETY: the caller's promise.
    let mut slots = unsafe { std::slice::from_raw_parts(slots, count) }.to_vec();
    let pair = [replaced.owned.as_ptr(), std::mem::replace(slots.get_mut(replaced.index)?, replaced.owned.as_ptr())];
    GIVEN.with(|given| given.borrow_mut().push(pair));
    // SAFETY: as many objects as the first round had, which `replaced` or the caller keeps alive, and no names.
    let result = unsafe { again(std::ptr::null_mut(), slots.as_ptr(), count, std::ptr::null_mut()) };
    GIVEN.with(|given| given.borrow_mut().pop());
    Some(result)
}

/// Whether the object is a number of Python's or NumPy's own, or an array: its conversion runs nobody's code.
pub(crate) fn runs_no_code(object: Object<'_>) -> bool {
    let own = [&raw mut ffi::PyLong_Type, &raw mut ffi::PyFloat_Type, &raw mut ffi::PyComplex_Type];
    own.into_iter().any(|kind| object.is_exactly(kind))
        || object.is_exactly(&raw mut ffi::PyBool_Type)
        || (!object.is_of_class() && numpy::is_scalar(object))
        || Array::of(object).is_some()
}
