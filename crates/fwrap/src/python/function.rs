//! The type of functions in f2py's terms: called as fast as a builtin, and open to attributes of the caller's.
//!
//! A function of f2py is an object that takes attributes (`dgesv.typecode = "d"`) and gives the address of what it calls
//! (`_cpointer`). A builtin function can do neither, and one of this type is called by a few instructions more: so
//! builtin functions stay for all others. Of both there is no binding to a class, both pickle by name, and
//! `inspect.signature` knows both.

use std::ffi::{CStr, c_int, c_void};
use std::mem::offset_of;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::f2py::callback_pointer::capsule;
use super::failure::{Exception, Failure};
use super::module::root;
use super::object::{Object, Owned, string};
use super::procedure::Method;
use super::signature::Signature;

/// What the interpreter sees.
#[repr(C)]
struct Function {
    head: ffi::PyObject,
    call: Option<ffi::vectorcallfunc>,
    method: Option<&'static Method>,
    /// `__module__`, a `str`.
    module: *mut ffi::PyObject,
    /// What the caller has set, made when it is first needed.
    attributes: *mut ffi::PyObject,
    weak_references: *mut ffi::PyObject,
}

/// The type, made when the first function is, and kept as long as the process.
static TYPE: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(ptr::null_mut());

/// A new function of the module that is called so.
pub(crate) fn make(method: &'static Method, module: Object<'_>) -> Result<Owned, Failure> {
    let mut class = TYPE.load(Ordering::Relaxed);
    if class.is_null() {
        let extension = root().ok_or(Failure::Raised)?.attribute(c"__name__")?;
        class = make_type(extension.as_object().utf8()?)?.into_ptr().cast();
        TYPE.store(class, Ordering::Relaxed);
    }
    // SAFETY: a type that is ready; the object's memory is zero behind its head.
    let raw = unsafe { ffi::PyType_GenericAlloc(class, 0) };
    // SAFETY: a new reference, or null with an exception.
    let function = unsafe { Owned::take(raw) }?;
    let new = function.as_ptr().cast::<Function>();
    // SAFETY: a function that nobody else has seen.
    let new = unsafe { &mut *new };
    new.call = Some(method.call);
    new.method = Some(method);
    new.module = module.to_owned().into_ptr();
    Ok(function)
}

fn make_type(extension: &str) -> Result<Owned, Failure> {
    let name = format!("{extension}.fortran\0");
    let members = Box::leak(Box::new([
        member(c"__vectorcalloffset__", offset_of!(Function, call)),
        member(c"__dictoffset__", offset_of!(Function, attributes)),
        member(c"__weaklistoffset__", offset_of!(Function, weak_references)),
        ffi::PyMemberDef::default(),
    ]));
    let properties = Box::leak(Box::new([
        property(c"__name__", get_name, Some(set_text)),
        property(c"__qualname__", get_name, Some(set_text)),
        property(c"__module__", get_module, Some(set_any)),
        property(c"__doc__", get_doc, Some(set_any)),
        property(c"__text_signature__", get_text_signature, Some(set_any)),
        property(c"_cpointer", get_address, Some(set_any)),
        property(c"__dict__", ffi::PyObject_GenericGetDict, Some(ffi::PyObject_GenericSetDict)),
        ffi::PyGetSetDef::default(),
    ]));
    let reduce = ffi::PyMethodDef {
        ml_name: c"__reduce__".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: reduce },
        ml_flags: ffi::METH_NOARGS,
        ml_doc: ptr::null(),
    };
    let methods = Box::leak(Box::new([reduce, ffi::PyMethodDef::zeroed()]));
    let slot = |slot, pfunc| ffi::PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_new, new as *mut c_void),
        slot(ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
        slot(ffi::Py_tp_repr, repr as *mut c_void),
        slot(ffi::Py_tp_descr_get, get_unbound as *mut c_void),
        slot(ffi::Py_tp_dealloc, release as *mut c_void),
        slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        slot(ffi::Py_tp_clear, clear as *mut c_void),
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(ffi::Py_tp_getset, properties.as_mut_ptr().cast()),
        slot(ffi::Py_tp_methods, methods.as_mut_ptr().cast()),
        slot(0, ptr::null_mut()),
    ];
    let flags = ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_HAVE_GC | ffi::Py_TPFLAGS_HAVE_VECTORCALL;
    let mut spec = ffi::PyType_Spec {
        // Before Python 3.11 the type keeps this pointer.
        name: Box::leak(name.into_boxed_str()).as_ptr().cast(),
        basicsize: size_of::<Function>() as c_int,
        itemsize: 0,
        flags: flags as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: a complete specification; what the interpreter keeps of it is leaked.
    let raw = unsafe { ffi::PyType_FromSpec(&raw mut spec) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

fn member(name: &'static CStr, offset: usize) -> ffi::PyMemberDef {
    ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: offset as ffi::Py_ssize_t,
        flags: ffi::Py_READONLY,
        doc: ptr::null(),
    }
}

/// The name is also what the getter and the setter are given.
fn property(name: &'static CStr, get: ffi::getter, set: Option<ffi::setter>) -> ffi::PyGetSetDef {
    let closure = name.as_ptr().cast_mut().cast();
    ffi::PyGetSetDef { name: name.as_ptr(), get: Some(get), set, doc: ptr::null(), closure }
}

/// # Safety
/// `this` is a function of this type.
unsafe fn method<'a>(this: *mut ffi::PyObject) -> Option<(&'a Function, &'static Method)> {
    // SAFETY: the caller's promise; `new` refuses, so that every function was made by `make`.
    let function = unsafe { &*this.cast::<Function>() };
    function.method.map(|method| (function, method))
}

/// The attribute that the caller has set in place of the function's own, or the function's own.
unsafe fn get(
    this: *mut ffi::PyObject,
    name: *mut c_void,
    own: impl FnOnce(&Function, &'static Method) -> Result<Owned, Failure>,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with a function of this type.
    let Some((function, method)) = (unsafe { method(this) }) else { return ptr::null_mut() };
    if !function.attributes.is_null() {
        // SAFETY: a dictionary and a C string.
        let found = unsafe { ffi::PyDict_GetItemString(function.attributes, name.cast()) };
        if !found.is_null() {
            // SAFETY: borrowed from the dictionary.
            return unsafe { Object::borrowed(found) }.to_owned().into_ptr();
        }
    }
    own(function, method).map_or(ptr::null_mut(), Owned::into_ptr)
}

unsafe extern "C" fn get_name(this: *mut ffi::PyObject, name: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: as the interpreter calls.
    unsafe { get(this, name, |_, method| string((method.signature)().name())) }
}

unsafe extern "C" fn get_module(this: *mut ffi::PyObject, name: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: the function's own `str`, alive as long as it.
    let own = |function: &Function| unsafe { Object::borrowed(function.module) }.to_owned();
    // SAFETY: as the interpreter calls.
    unsafe { get(this, name, |function, _| Ok(own(function))) }
}

unsafe extern "C" fn get_doc(this: *mut ffi::PyObject, name: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: as the interpreter calls.
    unsafe { get(this, name, |_, method| string((method.signature)().documentation())) }
}

unsafe extern "C" fn get_text_signature(this: *mut ffi::PyObject, name: *mut c_void) -> *mut ffi::PyObject {
    let own = |signature: &Signature| signature.text_signature().map_or_else(|| Ok(Owned::none()), string);
    // SAFETY: as the interpreter calls.
    unsafe { get(this, name, |_, method| own((method.signature)())) }
}

unsafe extern "C" fn get_address(this: *mut ffi::PyObject, name: *mut c_void) -> *mut ffi::PyObject {
    let own = |method: &'static Method| {
        let Some(address) = NonNull::new(method.address.cast_mut()) else {
            let name = (method.signature)().name();
            return Err(Exception::Attribute.raise(&format!("{name}: the address of the procedure is not known")));
        };
        capsule(address)
    };
    // SAFETY: as the interpreter calls.
    unsafe { get(this, name, |_, method| own(method)) }
}

/// Sets an attribute in place of the function's own; to delete it brings the own one back.
unsafe extern "C" fn set_any(this: *mut ffi::PyObject, value: *mut ffi::PyObject, name: *mut c_void) -> c_int {
    // SAFETY: the interpreter calls with a function of this type; its dictionary is made if there is none.
    let raw = unsafe { ffi::PyObject_GenericGetDict(this, ptr::null_mut()) };
    // SAFETY: a new reference, or null with an exception.
    let Ok(attributes) = (unsafe { Owned::take(raw) }) else { return -1 };
    if value.is_null() {
        // SAFETY: a dictionary and a C string.
        return match unsafe { ffi::PyDict_DelItemString(attributes.as_ptr(), name.cast()) } {
            0 => 0,
            _ => {
                // SAFETY: a C string from the table of properties.
                let name = unsafe { CStr::from_ptr(name.cast()) };
                Exception::Attribute.raise(&name.to_string_lossy());
                -1
            }
        };
    }
    // SAFETY: a dictionary, a C string and an object.
    unsafe { ffi::PyDict_SetItemString(attributes.as_ptr(), name.cast(), value) }
}

/// [`set_any`] for what must be a `str`.
unsafe extern "C" fn set_text(this: *mut ffi::PyObject, value: *mut ffi::PyObject, name: *mut c_void) -> c_int {
    // SAFETY: an object, where it is not null.
    if !value.is_null() && unsafe { ffi::PyUnicode_Check(value) } == 0 {
        // SAFETY: a C string from the table of properties.
        let name = unsafe { CStr::from_ptr(name.cast()) };
        Exception::Type.raise(&format!("{} must be set to a string object", name.to_string_lossy()));
        return -1;
    }
    // SAFETY: as the interpreter calls.
    unsafe { set_any(this, value, name) }
}

/// The name under which `pickle` and `copy` find the function in its module.
unsafe extern "C" fn reduce(this: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as the interpreter calls, with the name of a property.
    unsafe { get_name(this, c"__qualname__".as_ptr().cast_mut().cast()) }
}

unsafe extern "C" fn repr(this: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with a function of this type.
    let Some((_, method)) = (unsafe { method(this) }) else { return ptr::null_mut() };
    string(&format!("<fortran function {}>", (method.signature)().name())).map_or(ptr::null_mut(), Owned::into_ptr)
}

/// A function that is found in a class stays what it is. `inspect` takes objects with this slot for routines.
unsafe extern "C" fn get_unbound(
    this: *mut ffi::PyObject,
    _: *mut ffi::PyObject,
    _: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: alive while the interpreter calls.
    unsafe { Object::borrowed(this) }.to_owned().into_ptr()
}

unsafe extern "C" fn new(
    class: *mut ffi::PyTypeObject,
    _: *mut ffi::PyObject,
    _: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a type, which is alive while the interpreter calls.
    let class = unsafe { &*class };
    // SAFETY: its name lives as long as it.
    let name = unsafe { CStr::from_ptr(class.tp_name) };
    Exception::Type.raise(&format!("cannot create '{}' instances", name.to_string_lossy()));
    ptr::null_mut()
}

unsafe extern "C" fn traverse(this: *mut ffi::PyObject, visit: ffi::visitproc, argument: *mut c_void) -> c_int {
    // SAFETY: the collector calls with a function of this type.
    let function = unsafe { &*this.cast::<Function>() };
    // SAFETY: alive.
    let class = unsafe { ffi::Py_TYPE(this) };
    for object in [class.cast(), function.attributes].into_iter().filter(|object| !object.is_null()) {
        // SAFETY: as the collector wants it: once for each reference that this object owns.
        let status = unsafe { visit(object, argument) };
        if status != 0 {
            return status;
        }
    }
    0
}

unsafe extern "C" fn clear(this: *mut ffi::PyObject) -> c_int {
    // SAFETY: the collector calls with a function of this type.
    let place = unsafe { &raw mut (*this.cast::<Function>()).attributes };
    // SAFETY: a reference of the function's own or null, taken out before it is given up.
    unsafe { ffi::Py_CLEAR(place) };
    0
}

unsafe extern "C" fn release(this: *mut ffi::PyObject) {
    let function = this.cast::<Function>();
    // SAFETY: nobody else has a reference any more; from here on the collector does not look at it.
    unsafe { ffi::PyObject_GC_UnTrack(this.cast()) };
    // SAFETY: a function of this type, with a place for weak references.
    if unsafe { !(*function).weak_references.is_null() } {
        // SAFETY: the same.
        unsafe { ffi::PyObject_ClearWeakRefs(this) };
    }
    // SAFETY: a function of this type.
    unsafe { clear(this) };
    // SAFETY: the same.
    let module = unsafe { &raw mut (*function).module };
    // SAFETY: a reference of the function's own or null.
    unsafe { ffi::Py_CLEAR(module) };
    // SAFETY: the type of a live object.
    let class = unsafe { ffi::Py_TYPE(this) };
    // SAFETY: what the collector's allocator gave.
    unsafe { ffi::PyObject_GC_Del(this.cast()) };
    // SAFETY: an instance of a type from a specification owns a reference to it.
    unsafe { ffi::Py_DECREF(class.cast()) };
}
