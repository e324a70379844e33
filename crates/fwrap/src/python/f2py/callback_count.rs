//! How many arguments a callable takes: f2py passes no more.

use std::ffi::CStr;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use crate::python::object::{Object, Owned, clear_exception};

/// Whether a callable takes as many arguments as there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// As many, or nobody knows: it is written in C.
    All,
    /// Only so many.
    Fewer(usize),
    /// It insists on so many, which are more.
    More(usize),
}

unsafe extern "C" {
    static mut PyMethod_Type: ffi::PyTypeObject;
    fn PyMethod_Function(method: *mut ffi::PyObject) -> *mut ffi::PyObject;
}

/// An attribute's name, interned when it is first used.
struct Name {
    text: &'static CStr,
    object: AtomicPtr<ffi::PyObject>,
}

impl Name {
    const fn new(text: &'static CStr) -> Self {
        Self { text, object: AtomicPtr::new(ptr::null_mut()) }
    }

    /// The attribute of this name, if there is one.
    fn of(&self, object: Object<'_>) -> Option<Owned> {
        let mut name = self.object.load(Ordering::Relaxed);
        if name.is_null() {
            // SAFETY: a C string.
            name = unsafe { ffi::PyUnicode_InternFromString(self.text.as_ptr()) };
            // The reference is kept for as long as the process runs.
            self.object.store(name, Ordering::Relaxed);
        }
        // SAFETY: an object and a `str`, unless there was no memory.
        let raw = if name.is_null() { name } else { unsafe { ffi::PyObject_GetAttr(object.as_ptr(), name) } };
        // SAFETY: a new reference, or null with an exception.
        let found = unsafe { Owned::take(raw) };
        if found.is_err() {
            clear_exception();
        }
        found.ok()
    }

    /// The attribute as a count.
    fn count_of(&self, object: Object<'_>) -> Option<usize> {
        let number = self.of(object)?;
        // SAFETY: an object; what is no integer raises.
        let number = unsafe { ffi::PyLong_AsSsize_t(number.as_ptr()) };
        if number == -1 {
            clear_exception();
        }
        usize::try_from(number).ok()
    }
}

static CODE: Name = Name::new(c"__code__");
static DEFAULTS: Name = Name::new(c"__defaults__");
static CALL: Name = Name::new(c"__call__");
static ARGUMENTS: Name = Name::new(c"co_argcount");
static FLAGS: Name = Name::new(c"co_flags");

/// `CO_VARARGS`: a function with `*args`.
const ANY_NUMBER: usize = 4;

/// Whether the interpreter looks at the depth of calls when it calls the object.
pub(super) fn checks_depth(object: Object<'_>) -> bool {
    let own = [&raw mut ffi::PyFunction_Type, &raw mut PyMethod_Type, &raw mut ffi::PyCFunction_Type];
    own.into_iter().any(|kind| object.is_exactly(kind))
}

/// A function that is written in Python, and how many of its parameters are bound.
struct Function {
    function: Owned,
    code: Owned,
    bound: usize,
}

impl Function {
    /// That which runs when the object is called.
    fn behind(object: Object<'_>) -> Option<Self> {
        if object.is_exactly(&raw mut ffi::PyFunction_Type) {
            return Self::new(object.to_owned(), 0);
        }
        if object.is_exactly(&raw mut ffi::PyCFunction_Type) {
            return None;
        }
        if object.is_exactly(&raw mut PyMethod_Type) {
            // SAFETY: a bound method; the reference is borrowed from it.
            let function = unsafe { PyMethod_Function(object.as_ptr()) };
            // SAFETY: alive as long as the method.
            return Self::new(unsafe { Object::borrowed(function) }.to_owned(), 1);
        }
        if object.is_instance(&raw mut ffi::PyType_Type) {
            return None;
        }
        // SAFETY: the type is alive as long as its instance.
        let kind = unsafe { Object::borrowed(object.type_pointer().cast()) };
        if object.is_of_class()
            && let Some(call) = CALL.of(kind)
            && call.as_object().is_exactly(&raw mut ffi::PyFunction_Type)
        {
            return Self::new(call, 1);
        }
        Self::new(object.to_owned(), 0)
    }

    fn new(function: Owned, bound: usize) -> Option<Self> {
        let code = if function.as_object().is_exactly(&raw mut ffi::PyFunction_Type) {
            // SAFETY: a function; the reference is borrowed from it.
            let code = unsafe { ffi::PyFunction_GetCode(function.as_ptr()) };
            // SAFETY: alive as long as the function.
            unsafe { Object::borrowed(code) }.to_owned()
        } else {
            CODE.of(function.as_object())?
        };
        Some(Self { function, code, bound })
    }

    /// How many arguments it takes at most, `*args` apart.
    fn most(&self) -> Option<usize> {
        Some(ARGUMENTS.count_of(self.code.as_object())?.saturating_sub(self.bound))
    }

    fn takes_any_number(&self) -> bool {
        FLAGS.count_of(self.code.as_object()).is_some_and(|flags| flags & ANY_NUMBER != 0)
    }

    /// How many of its parameters have defaults.
    fn defaults(&self) -> usize {
        let Some(defaults) = DEFAULTS.of(self.function.as_object()) else { return 0 };
        if !defaults.as_object().is_exactly(&raw mut ffi::PyTuple_Type) {
            return 0;
        }
        // SAFETY: a tuple.
        unsafe { ffi::PyTuple_Size(defaults.as_ptr()) }.unsigned_abs()
    }
}

/// Whether the callable takes as many arguments as there are.
pub(super) fn count_parameters(object: Object<'_>, given: usize) -> Count {
    let Some(function) = Function::behind(object) else { return Count::All };
    let Some(most) = function.most() else { return Count::All };
    if most == given || (most < given && function.takes_any_number()) {
        Count::All
    } else if most < given {
        Count::Fewer(most)
    } else {
        match most.saturating_sub(function.defaults()) {
            least if least > given => Count::More(least),
            _ => Count::All,
        }
    }
}

/// How many arguments the callable insists on; `None` if nobody knows.
pub(super) fn required_parameters(object: Object<'_>) -> Option<usize> {
    let function = Function::behind(object)?;
    Some(function.most()?.saturating_sub(function.defaults()))
}
