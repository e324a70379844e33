//! One call of a callable, in f2py's terms: what Fortran passes becomes Python's, and what was written is brought back.

use std::mem::MaybeUninit;
use std::ptr;

use pyo3_ffi as ffi;

use crate::python::failure::{Exception, Failure};
use crate::python::object::{Owned, string};
use crate::python::result::IntoResult;

use super::callback::Callback;
use super::callback_active::{Active, Given};
use super::callback_array::{Lent, lend};
use super::callback_passed::{Passed, PassedText};
use super::callback_returned::Returned;
use super::number::Number;
use super::spec::ArraySpec;

/// The places on the stack for a call with further arguments.
const ON_STACK: usize = 24;

/// One call: `N` parameters, `A` of them arrays. They are given in order; those that the callable does not take are left
/// out.
#[derive(Debug)]
#[repr(C)]
pub struct Call<'c, const N: usize, const A: usize> {
    /// A place in front of the arguments: a bound method puts its instance there instead of copying them all.
    before: *mut ffi::PyObject,
    /// References of its own: the first `count`.
    arguments: [MaybeUninit<*mut ffi::PyObject>; N],
    count: usize,
    /// How many the callable takes.
    takes: usize,
    lent: [MaybeUninit<Lent>; A],
    lent_count: usize,
    callback: &'static Callback,
    active: &'c Active,
}

impl<'c, const N: usize, const A: usize> Call<'c, N, A> {
    #[inline(always)]
    pub(super) fn new(callback: &'static Callback, active: &'c Active) -> Self {
        let takes = match active.given {
            Given::Callable { parameters, .. } => parameters.min(N),
            _ => 0,
        };
        Self {
            before: ptr::null_mut(),
            arguments: [MaybeUninit::uninit(); N],
            count: 0,
            takes,
            lent: [const { MaybeUninit::uninit() }; A],
            lent_count: 0,
            callback,
            active,
        }
    }

    #[inline]
    fn wants(&self) -> bool {
        self.count < self.takes
    }

    #[inline]
    fn push(&mut self, argument: Owned) {
        self.arguments[self.count].write(argument.into_ptr());
        self.count += 1;
    }

    /// A scalar as a Python number.
    #[inline]
    pub fn scalar<T: Number>(&mut self, value: T) -> Result<(), Failure> {
        if self.wants() {
            self.push(value.to_python()?);
        }
        Ok(())
    }

    /// `None`: Fortran passes nothing.
    #[cold]
    pub fn nothing(&mut self) -> Result<(), Failure> {
        if self.wants() {
            self.push(Owned::none());
        }
        Ok(())
    }

    /// A text: a `str`, or `bytes` if it is not UTF-8.
    pub fn text(&mut self, text: PassedText) -> Result<(), Failure> {
        if !self.wants() {
            return Ok(());
        }
        let text = text.bytes();
        let object = match std::str::from_utf8(text) {
            Ok(text) => string(text)?,
            Err(_) => text.to_vec().into_result()?,
        };
        self.push(object);
        Ok(())
    }

    /// An array of elements of the type `T`; without extents, a scalar that the callable may change.
    #[inline]
    pub fn array<T: Number>(
        &mut self,
        spec: &'static ArraySpec,
        elements: Passed<T>,
        extents: &[isize],
    ) -> Result<(), Failure> {
        self.lend(spec, size_of::<T>(), elements.as_ptr().cast(), extents)
    }

    /// An array of texts of this length.
    pub fn texts(
        &mut self,
        spec: &'static ArraySpec,
        elements: Passed<u8>,
        length: usize,
        extents: &[isize],
    ) -> Result<(), Failure> {
        self.lend(spec, length, elements.as_ptr(), extents)
    }

    #[inline(never)]
    fn lend(
        &mut self,
        spec: &'static ArraySpec,
        element: usize,
        elements: *mut u8,
        extents: &[isize],
    ) -> Result<(), Failure> {
        if !self.wants() {
            return Ok(());
        }
        if elements.is_null() && !extents.contains(&0) {
            return self.nothing();
        }
        let place = self.lent_count;
        let kept = self.active.arrays.get(place);
        let lent = lend(self.callback, spec, (element, elements), extents, (self.count, kept))?;
        self.arguments[self.count].write(lent.array);
        self.count += 1;
        self.lent[place].write(lent);
        self.lent_count += 1;
        Ok(())
    }

    /// Calls, and brings back what the callable wrote into arrays.
    #[inline]
    pub fn run(&mut self) -> Result<Returned, Failure> {
        let Given::Callable { object, extras, extra, is_watched, .. } = self.active.given else {
            return Err(Exception::Runtime.raise("a callback that is absent was called"));
        };
        let _depth = if is_watched { Some(Depth::enter()?) } else { None };
        let raw = if extra == 0 {
            let arguments = std::mem::offset_of!(Self, arguments);
            let first = (&raw mut *self).wrapping_byte_add(arguments).cast::<*mut ffi::PyObject>();
            let count = self.count | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
            // SAFETY: `count` objects and a place before them; the callable lives as long as the call.
            unsafe { call(object, first.cast_const(), count) }
        } else {
            self.run_with(object, extras, extra)
        };
        // SAFETY: a new reference, or null with an exception.
        let returned = unsafe { Owned::take(raw) }?;
        for lent in &self.lent[..self.lent_count] {
            // SAFETY: written by `lend`.
            unsafe { lent.assume_init_ref() }.bring_back(self.callback)?;
        }
        Ok(Returned::new(self.callback, returned))
    }

    /// Calls with further arguments, the first of a tuple.
    #[inline(never)]
    fn run_with(&self, object: *mut ffi::PyObject, extras: *mut ffi::PyObject, extra: usize) -> *mut ffi::PyObject {
        let own = self.arguments[..self.count].iter().map(|argument| {
            // SAFETY: the first `count` are written.
            unsafe { argument.assume_init() }
        });
        let more = (0..extra).map(|index| {
            // SAFETY: a tuple of at least so many; the reference is borrowed from it.
            unsafe { ffi::PyTuple_GetItem(extras, index as isize) }
        });
        let all = own.chain(more);
        let total = self.count + extra;
        let mut on_stack = [ptr::null_mut(); ON_STACK];
        let on_heap: Vec<*mut ffi::PyObject>;
        let places = if total < ON_STACK {
            for (place, argument) in on_stack[1..].iter_mut().zip(all) {
                *place = argument;
            }
            &on_stack[..=total]
        } else {
            on_heap = std::iter::once(ptr::null_mut()).chain(all).collect();
            &on_heap[..]
        };
        let first = places.as_ptr().wrapping_add(1);
        let count = total | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
        // SAFETY: as many objects and a place before them, which the callee may use; all are alive during the call.
        unsafe { call(object, first, count) }
    }
}

/// Calls. Functions look themselves whether calls go too deep; what hands the call on, such as `functools.partial`, may
/// not, and neither do the functions of this extension.
///
/// # Safety
/// As for a vectorcall without names.
#[inline]
unsafe fn call(object: *mut ffi::PyObject, first: *const *mut ffi::PyObject, count: usize) -> *mut ffi::PyObject {
    // SAFETY: an object, alive.
    let class = unsafe { ffi::Py_TYPE(object) };
    if class == &raw mut ffi::PyFunction_Type || class == &raw mut ffi::PyCFunction_Type {
        // SAFETY: the caller's promise.
        return unsafe { ffi::PyObject_Vectorcall(object, first, count, ptr::null_mut()) };
    }
    // SAFETY: a C string, and this thread holds the interpreter.
    if unsafe { ffi::Py_EnterRecursiveCall(c" in a callback".as_ptr()) } != 0 {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    let returned = unsafe { ffi::PyObject_Vectorcall(object, first, count, ptr::null_mut()) };
    // SAFETY: entered above.
    unsafe { ffi::Py_LeaveRecursiveCall() };
    returned
}

impl<const N: usize, const A: usize> Drop for Call<'_, N, A> {
    #[inline]
    fn drop(&mut self) {
        for (lent, kept) in self.lent[..self.lent_count].iter().zip(&self.active.arrays) {
            // SAFETY: written by `lend`.
            let place = unsafe { lent.assume_init_ref() }.argument;
            // SAFETY: the arguments that are lent are written.
            let array = unsafe { self.arguments[place].assume_init() };
            self.arguments[place].write(ptr::null_mut());
            // Whether it can be used again is looked at when it is. The argument's reference goes over.
            // SAFETY: a reference of the list's own, or null.
            unsafe { ffi::Py_XDECREF(kept.replace(array)) };
        }
        for argument in &self.arguments[..self.count] {
            // SAFETY: the first `count` are written.
            let argument = unsafe { argument.assume_init() };
            // SAFETY: a reference of ours or null, given up once.
            unsafe { ffi::Py_XDECREF(argument) };
        }
    }
}

/// One level of calls, counted by the interpreter until it is dropped.
struct Depth;

impl Depth {
    /// Raises `RecursionError` if there are too many.
    #[cold]
    fn enter() -> Result<Self, Failure> {
        // SAFETY: this thread holds the interpreter; a C string.
        match unsafe { ffi::Py_EnterRecursiveCall(c" in a callback".as_ptr()) } {
            0 => Ok(Self),
            _ => Err(Failure::Raised),
        }
    }
}

impl Drop for Depth {
    fn drop(&mut self) {
        // SAFETY: entered before, on this thread.
        unsafe { ffi::Py_LeaveRecursiveCall() };
    }
}
