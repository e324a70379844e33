//! The context manager `NAME.interruptible`.

use std::ptr;

use pyo3_ffi as ffi;

use super::failure::{Exception, Failure};
use super::interrupt;
use super::object::{Object, Owned};

const DOC: &std::ffi::CStr = c"interruptible()\n--\n\n\
    Context manager: calls into this module can be interrupted by Ctrl-C.\n\n\
    A call on the main thread then ends with KeyboardInterrupt as soon as that is safe: while code of this module runs,\n\
    outside of OpenMP regions and of other libraries. What it was to return or update is not defined. Without it, Ctrl-C\n\
    is seen when the call returns. Fortran's allocated memory is not freed by an interrupted call.";

/// Makes the type. Its name is the module's and `interruptible`.
pub(crate) fn make_type(name: &std::ffi::CStr) -> Result<Owned, Failure> {
    let methods = Box::leak(Box::new([
        method(c"__enter__", enter, ffi::METH_NOARGS),
        method(c"__exit__", exit, ffi::METH_VARARGS),
        ffi::PyMethodDef::zeroed(),
    ]));
    let mut slots = [
        ffi::PyType_Slot { slot: ffi::Py_tp_doc, pfunc: DOC.as_ptr().cast_mut().cast() },
        ffi::PyType_Slot { slot: ffi::Py_tp_methods, pfunc: methods.as_mut_ptr().cast() },
        ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() },
    ];
    let mut spec = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: size_of::<ffi::PyObject>() as i32,
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE) as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: a complete specification; the interpreter copies what it keeps, apart from the methods, which are leaked.
    let raw = unsafe { ffi::PyType_FromSpec(&raw mut spec) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

fn method(name: &'static std::ffi::CStr, function: ffi::PyCFunction, flags: std::ffi::c_int) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: function },
        ml_flags: flags,
        ml_doc: ptr::null(),
    }
}

unsafe extern "C" fn enter(this: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    if let Err(error) = interrupt::open() {
        Exception::Runtime.raise(&interrupt::refusal(&error));
        return ptr::null_mut();
    }
    // SAFETY: alive while the interpreter calls.
    unsafe { Object::borrowed(this) }.to_owned().into_ptr()
}

unsafe extern "C" fn exit(_: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    interrupt::close();
    Owned::none().into_ptr()
}
