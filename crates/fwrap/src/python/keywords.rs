//! Keyword arguments: put at their parameter's place, or refused in Python's usual words.

use pyo3_ffi as ffi;

use super::failure::{Exception, Failure};
use super::object::{Object, clear_exception};
use super::signature::Signature;

/// How many arguments are merged without an allocation.
pub(crate) const ON_STACK: usize = 40;

/// The arguments of a call that names some of them.
#[derive(Clone, Copy)]
pub(crate) struct Given {
    /// The positional arguments, then one for every name.
    pub(crate) slots: *const *mut ffi::PyObject,
    /// How many are positional.
    pub(crate) count: usize,
    /// The tuple of names.
    pub(crate) names: *mut ffi::PyObject,
}

impl Given {
    /// # Safety
    /// `index` is below the number of arguments.
    #[inline]
    unsafe fn argument(self, index: usize) -> *mut ffi::PyObject {
        let slot = self.slots.wrapping_add(index);
        // SAFETY: the caller's promise. Volatile, so that slots are read one by one: a load wider than the stores that
        // wrote them cannot be forwarded by the processor, which would cost more than the whole merge.
        unsafe { slot.read_volatile() }
    }

    /// # Safety
    /// `index` is below the number of names.
    #[inline]
    unsafe fn name(self, index: usize) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise.
        unsafe { ffi::PyTuple_GET_ITEM(self.names, index as isize) }
    }

    #[inline]
    fn named(self) -> usize {
        // SAFETY: a tuple.
        let count = unsafe { ffi::PyTuple_GET_SIZE(self.names) };
        count as usize
    }
}

/// Puts positional and keyword arguments into the order of the parameters, with `None` where nothing was given.
///
/// # Safety
/// `given` is what the interpreter called with, and `merged` has a place for every parameter.
#[inline(never)]
pub(crate) unsafe fn merge(
    signature: &'static Signature,
    given: Given,
    merged: *mut *mut ffi::PyObject,
) -> Result<(), Failure> {
    let (total, interned, named) = (signature.parameters().len(), signature.keywords(), given.named());
    if given.count > total {
        return Err(check_count(signature, given.count));
    }
    for index in 0..given.count {
        // SAFETY: a positional argument.
        let value = unsafe { given.argument(index) };
        // SAFETY: a parameter's place.
        unsafe { merged.wrapping_add(index).write(value) };
    }
    // Most calls name their arguments in order, by names that the compiler of the call has interned.
    let mut taken = 0;
    while taken < named && given.count + taken < total && !interned.is_null() {
        let place = given.count + taken;
        let known = interned.wrapping_add(place);
        // SAFETY: one name for each parameter, kept as long as the process.
        let known = unsafe { known.read() };
        // SAFETY: below the number of names.
        if known != unsafe { given.name(taken) } {
            break;
        }
        // SAFETY: one value for each name.
        let value = unsafe { given.argument(place) };
        // SAFETY: a parameter's place.
        unsafe { merged.wrapping_add(place).write(value) };
        taken += 1;
    }
    let filled = given.count + taken;
    // SAFETY: the address of a static object.
    let none = unsafe { ffi::Py_None() };
    if taken == named && filled >= signature.required() {
        for place in filled..total {
            // SAFETY: a parameter's place.
            unsafe { merged.wrapping_add(place).write(none) };
        }
        return Ok(());
    }
    for place in filled..total {
        // SAFETY: a parameter's place; volatile for the same reason as the loads.
        unsafe { merged.wrapping_add(place).write_volatile(std::ptr::null_mut()) };
    }
    // SAFETY: `total` places, all written above.
    let merged = unsafe { std::slice::from_raw_parts_mut(merged, total) };
    fill(signature, given, taken, merged)
}

/// The rest of a merge: names in any order, from number `taken` on.
fn fill(
    signature: &'static Signature,
    given: Given,
    taken: usize,
    merged: &mut [*mut ffi::PyObject],
) -> Result<(), Failure> {
    for index in taken..given.named() {
        // SAFETY: below the number of names.
        let name = unsafe { given.name(index) };
        // SAFETY: the tuple keeps it alive.
        let place = find(signature, unsafe { Object::borrowed(name) })?;
        if !alone(&merged[place]).is_null() {
            return Err(raise_twice(signature, place));
        }
        // SAFETY: one value for each name.
        merged[place] = unsafe { given.argument(given.count + index) };
    }
    // SAFETY: the address of a static object.
    let none = unsafe { ffi::Py_None() };
    for index in 0..merged.len() {
        if alone(&merged[index]).is_null() {
            if index < signature.required() {
                let missing: Vec<usize> = (index..signature.required()).filter(|&at| merged[at].is_null()).collect();
                return Err(raise_missing(signature, &missing));
            }
            merged[index] = none;
        }
    }
    Ok(())
}

/// Reads one slot by a load of its own.
#[inline]
fn alone(slot: &*mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a reference is valid for reads.
    unsafe { std::ptr::read_volatile(slot) }
}

/// The parameter that a keyword names.
fn find(signature: &'static Signature, name: Object<'_>) -> Result<usize, Failure> {
    let interned = signature.keywords();
    if !interned.is_null() {
        // SAFETY: one name for each parameter, kept as long as the process.
        let interned = unsafe { std::slice::from_raw_parts(interned, signature.parameters().len()) };
        if let Some(place) = interned.iter().position(|&known| known == name.as_ptr()) {
            return Ok(place);
        }
    }
    find_text(signature, name)
}

/// A keyword that is not interned, or none of ours.
#[cold]
fn find_text(signature: &'static Signature, name: Object<'_>) -> Result<usize, Failure> {
    let Ok(text) = name.utf8() else {
        clear_exception();
        return Err(Exception::Type.raise(&format!("{}() got an unexpected keyword argument", signature.name())));
    };
    signature.parameters().iter().position(|&parameter| parameter == text).ok_or_else(|| {
        Exception::Type.raise(&format!("{}() got an unexpected keyword argument '{text}'", signature.name()))
    })
}

#[cold]
fn raise_twice(signature: &Signature, place: usize) -> Failure {
    let (name, parameter) = (signature.name(), signature.parameters()[place]);
    Exception::Type.raise(&format!("{name}() got multiple values for argument '{parameter}'"))
}

/// Raises `TypeError` for too few or too many positional arguments.
#[cold]
#[inline(never)]
pub(crate) fn check_count(signature: &Signature, count: usize) -> Failure {
    let (required, total) = (signature.required(), signature.parameters().len());
    if count < required {
        let missing: Vec<usize> = (count..required).collect();
        return raise_missing(signature, &missing);
    }
    let takes = match total {
        _ if required < total => format!("from {required} to {total} positional arguments"),
        1 => "1 positional argument".to_owned(),
        _ => format!("{total} positional arguments"),
    };
    let were = if count == 1 { "was" } else { "were" };
    Exception::Type.raise(&format!("{}() takes {takes} but {count} {were} given", signature.name()))
}

#[cold]
fn raise_missing(signature: &Signature, missing: &[usize]) -> Failure {
    let names: Vec<String> = missing.iter().map(|&index| format!("'{}'", signature.parameters()[index])).collect();
    let list = match names.as_slice() {
        [] => return Failure::Raised,
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
    };
    let (name, count) = (signature.name(), names.len());
    let plural = if count == 1 { "" } else { "s" };
    Exception::Type.raise(&format!("{name}() missing {count} required positional argument{plural}: {list}"))
}
