//! Borrowed and owned references to Python objects, for code that holds the interpreter.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use pyo3_ffi as ffi;

use super::failure::Failure;

/// A borrowed reference: somebody else owns the object for as long as `'py` lasts, and this thread holds the
/// interpreter. That is what makes the methods safe.
#[derive(Clone, Copy, Debug)]
pub struct Object<'py> {
    pointer: NonNull<ffi::PyObject>,
    held: PhantomData<(&'py (), *mut ())>,
}

impl<'py> Object<'py> {
    /// # Safety
    /// `pointer` is an object that lives for `'py`, and this thread holds the interpreter for as long.
    #[inline]
    pub(crate) unsafe fn borrowed(pointer: *mut ffi::PyObject) -> Self {
        // SAFETY: objects are not null (said by the caller).
        Self { pointer: unsafe { NonNull::new_unchecked(pointer) }, held: PhantomData }
    }

    #[inline]
    pub(crate) fn as_ptr(self) -> *mut ffi::PyObject {
        self.pointer.as_ptr()
    }

    #[inline]
    pub(crate) fn type_pointer(self) -> *mut ffi::PyTypeObject {
        // SAFETY: the object is alive.
        unsafe { ffi::Py_TYPE(self.as_ptr()) }
    }

    /// Whether the object's type is exactly `wanted`.
    #[inline]
    pub(crate) fn is_exactly(self, wanted: *mut ffi::PyTypeObject) -> bool {
        self.type_pointer() == wanted
    }

    /// Whether the object is an instance of `wanted` or of a subclass.
    pub(crate) fn is_instance(self, wanted: *mut ffi::PyTypeObject) -> bool {
        // SAFETY: both are alive; types are never null here.
        self.is_exactly(wanted) || unsafe { ffi::PyType_IsSubtype(self.type_pointer(), wanted) } != 0
    }

    /// Whether the object's type was made by a `class` statement, or as one would make it.
    pub(crate) fn is_of_class(self) -> bool {
        // SAFETY: the type is alive as long as its instance.
        unsafe { ffi::PyType_HasFeature(self.type_pointer(), ffi::Py_TPFLAGS_HEAPTYPE) != 0 }
    }

    #[inline]
    pub(crate) fn is_none(self) -> bool {
        // SAFETY: the address of a static object.
        self.as_ptr() == unsafe { ffi::Py_None() }
    }

    /// The name of the object's type, as messages show it.
    pub(crate) fn type_name(self) -> String {
        if self.is_none() {
            return "None".to_owned();
        }
        // SAFETY: the type is alive as long as its instance.
        let head = unsafe { &*self.type_pointer() };
        // SAFETY: `tp_name` is a C string that lives as long as the type.
        let name = unsafe { std::ffi::CStr::from_ptr(head.tp_name) }.to_string_lossy();
        name.rsplit('.').next().unwrap_or_default().to_owned()
    }

    /// A reference of our own.
    pub(crate) fn to_owned(self) -> Owned {
        // SAFETY: the object is alive.
        unsafe { ffi::Py_INCREF(self.as_ptr()) };
        Owned { pointer: self.pointer }
    }

    /// `str(object)`, or the type's name where that fails.
    pub(crate) fn text(self) -> String {
        // SAFETY: the object is alive.
        let raw = unsafe { ffi::PyObject_Str(self.as_ptr()) };
        // SAFETY: a new reference or null.
        let text = unsafe { Owned::take(raw) };
        match text.and_then(|text| text.as_object().utf8().map(str::to_owned)) {
            Ok(text) => text,
            Err(_) => {
                clear_exception();
                self.type_name()
            }
        }
    }

    /// The UTF-8 form of a `str`; an exception is raised if it has none.
    pub(crate) fn utf8(self) -> Result<&'py str, Failure> {
        let mut length = 0;
        // SAFETY: the object is alive; anything but a `str` raises.
        let start = unsafe { ffi::PyUnicode_AsUTF8AndSize(self.as_ptr(), &raw mut length) };
        if start.is_null() {
            return Err(Failure::Raised);
        }
        // SAFETY: the buffer is cached in the object, which lives for `'py`, and is never changed.
        let bytes = unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length.unsigned_abs()) };
        // SAFETY: the interpreter made it as UTF-8.
        Ok(unsafe { std::str::from_utf8_unchecked(bytes) })
    }

    /// An attribute, or an exception.
    pub(crate) fn attribute(self, name: &std::ffi::CStr) -> Result<Owned, Failure> {
        // SAFETY: the object is alive and the name is a C string.
        let raw = unsafe { ffi::PyObject_GetAttrString(self.as_ptr(), name.as_ptr()) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    }

    /// The truth of the object.
    pub(crate) fn truth(self) -> Result<bool, Failure> {
        // SAFETY: the object is alive.
        match unsafe { ffi::PyObject_IsTrue(self.as_ptr()) } {
            -1 => Err(Failure::Raised),
            truth => Ok(truth != 0),
        }
    }
}

/// A reference of our own to a Python object, given up when dropped. It stays on the thread that holds the interpreter.
#[derive(Debug)]
pub struct Owned {
    pointer: NonNull<ffi::PyObject>,
}

impl Owned {
    /// A result of the interpreter: null means that an exception was raised.
    ///
    /// # Safety
    /// `pointer` is null with an exception set, or a reference that the caller owns and gives up.
    #[inline]
    pub(crate) unsafe fn take(pointer: *mut ffi::PyObject) -> Result<Self, Failure> {
        match NonNull::new(pointer) {
            Some(pointer) => Ok(Self { pointer }),
            None => Err(Failure::Raised),
        }
    }

    #[inline]
    pub(crate) fn as_object(&self) -> Object<'_> {
        Object { pointer: self.pointer, held: PhantomData }
    }

    #[inline]
    pub(crate) fn as_ptr(&self) -> *mut ffi::PyObject {
        self.pointer.as_ptr()
    }

    /// The pointer, with the reference it owns.
    #[inline]
    pub(crate) fn into_ptr(self) -> *mut ffi::PyObject {
        ManuallyDrop::new(self).pointer.as_ptr()
    }

    /// `None`.
    #[inline]
    pub(crate) fn none() -> Self {
        // SAFETY: the address of a static object.
        let none = unsafe { ffi::Py_None() };
        // SAFETY: `None` lives as long as the interpreter.
        unsafe { Object::borrowed(none) }.to_owned()
    }
}

impl Drop for Owned {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and this thread holds the interpreter.
        unsafe { ffi::Py_DECREF(self.pointer.as_ptr()) };
    }
}

/// A module by its name, imported if need be.
pub(crate) fn import(name: &std::ffi::CStr) -> Result<Owned, Failure> {
    // SAFETY: the name is a C string.
    let raw = unsafe { ffi::PyImport_ImportModule(name.as_ptr()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// A `str`.
pub(crate) fn string(text: &str) -> Result<Owned, Failure> {
    // SAFETY: the pointer and the length are those of a UTF-8 text.
    let raw = unsafe { ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// Forgets the exception that is set, if any.
pub(crate) fn clear_exception() {
    // SAFETY: this thread holds the interpreter.
    unsafe { ffi::PyErr_Clear() };
}
