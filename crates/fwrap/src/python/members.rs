//! Members that a module has and does not list: `from NAME import *` leaves them alone (PEP 562).
//!
//! They are the classes of results, which are made when somebody asks for one, and in f2py's terms what no Fortran source
//! has: exceptions and `interruptible`.

use std::ffi::{CStr, c_void};
use std::ptr;

use pyo3_ffi as ffi;

use super::failure::{Exception, Failure};
use super::module::Module;
use super::object::{Object, Owned, clear_exception, string};
use super::raised::{raised, restore};

/// What the functions `__getattr__` and `__dir__` of a module know. It lives as long as the process.
pub(crate) struct Unlisted {
    module: Owned,
    made_of: &'static Module,
    objects: Vec<(&'static CStr, Owned)>,
}

impl Unlisted {
    /// Adds the two functions to a module, if it has such members.
    pub(crate) fn add_to(
        module: Object<'_>,
        made_of: &'static Module,
        objects: Vec<(&'static CStr, Owned)>,
    ) -> Result<(), Failure> {
        if objects.is_empty() && made_of.methods.iter().all(|method| (method.signature)().results().is_none()) {
            return Ok(());
        }
        let unlisted = Box::leak(Box::new(Self { module: module.to_owned(), made_of, objects }));
        let pointer: *mut c_void = ptr::from_mut(unlisted).cast();
        // SAFETY: a pointer that is not null, and no name.
        let raw = unsafe { ffi::PyCapsule_New(pointer, ptr::null(), None) };
        // SAFETY: a new reference, or null with an exception.
        let capsule = unsafe { Owned::take(raw) }?;
        let row = |name: &'static CStr, function, flags| ffi::PyMethodDef {
            ml_name: name.as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: function },
            ml_flags: flags,
            ml_doc: ptr::null(),
        };
        let rows = Box::leak(Box::new([
            row(c"__getattr__", get_attribute, ffi::METH_O),
            row(c"__dir__", list_members, ffi::METH_NOARGS),
        ]));
        // What the interpreter lists by itself is complete where there are only classes of results.
        let wanted = if unlisted.objects.is_empty() { 1 } else { 2 };
        for row in &mut rows[..wanted] {
            // SAFETY: an entry that lives for ever, and an object.
            let raw = unsafe { ffi::PyCFunction_NewEx(row, capsule.as_ptr(), ptr::null_mut()) };
            // SAFETY: a new reference, or null with an exception.
            let function = unsafe { Owned::take(raw) }?;
            // SAFETY: an object, a C string and an object.
            if unsafe { ffi::PyObject_SetAttrString(module.as_ptr(), row.ml_name, function.as_ptr()) } < 0 {
                return Err(Failure::Raised);
            }
        }
        Ok(())
    }

    /// The member of this name.
    fn find(&self, name: &str) -> Option<Result<Owned, Failure>> {
        if let Some((_, object)) = self.objects.iter().find(|(own, _)| own.to_bytes() == name.as_bytes()) {
            return Some(Ok(object.as_object().to_owned()));
        }
        let mut results = self.made_of.methods.iter().filter_map(|method| (method.signature)().results());
        let class = results.find(|results| results.name() == name)?;
        Some(class.class().map(Object::to_owned))
    }

    /// The names in the module's dictionary, and those of the objects.
    fn list(&self) -> Result<Owned, Failure> {
        let dictionary = self.module.as_object().attribute(c"__dict__")?;
        // SAFETY: a module's dictionary.
        let raw = unsafe { ffi::PyDict_Keys(dictionary.as_ptr()) };
        // SAFETY: a new reference, or null with an exception.
        let names = unsafe { Owned::take(raw) }?;
        for (name, _) in &self.objects {
            let name = string(&name.to_string_lossy())?;
            // SAFETY: a list and a `str`.
            let status = match unsafe { ffi::PySequence_Contains(names.as_ptr(), name.as_ptr()) } {
                // SAFETY: the same.
                0 => unsafe { ffi::PyList_Append(names.as_ptr(), name.as_ptr()) },
                status => status,
            };
            if status < 0 {
                return Err(Failure::Raised);
            }
        }
        Ok(names)
    }
}

/// # Safety
/// `capsule` is what [`Unlisted::add_to`] made.
unsafe fn unlisted(capsule: *mut ffi::PyObject) -> Result<&'static Unlisted, Failure> {
    // SAFETY: the caller's promise.
    let pointer = unsafe { ffi::PyCapsule_GetPointer(capsule, ptr::null()) };
    // SAFETY: what was leaked for the capsule, or null with an exception.
    unsafe { pointer.cast::<Unlisted>().as_ref() }.ok_or(Failure::Raised)
}

/// `__getattr__(name)`, which the interpreter calls for what is not in the module's dictionary.
unsafe extern "C" fn get_attribute(capsule: *mut ffi::PyObject, name: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: this function's own capsule.
    let Ok(unlisted) = (unsafe { unlisted(capsule) }) else { return ptr::null_mut() };
    // SAFETY: alive while the interpreter calls.
    let name = unsafe { Object::borrowed(name) };
    let Ok(text) = name.utf8() else { return ptr::null_mut() };
    let found = unlisted.find(text).unwrap_or_else(|| Err(raise_missing(&unlisted.module, name, text)));
    found.map_or(ptr::null_mut(), Owned::into_ptr)
}

/// Raises as a module without `__getattr__` does, so that the interpreter can suggest a name.
#[cold]
fn raise_missing(module: &Owned, name: Object<'_>, text: &str) -> Failure {
    let own = module.as_object().attribute(c"__name__").map(|own| own.as_object().text());
    let own = own.unwrap_or_else(|_| {
        clear_exception();
        "?".to_owned()
    });
    let failure = Exception::Attribute.raise(&format!("module '{own}' has no attribute '{text}'"));
    if let Some(error) = raised() {
        for (attribute, value) in [(c"name", name), (c"obj", module.as_object())] {
            // SAFETY: an object, a C string and an object.
            if unsafe { ffi::PyObject_SetAttrString(error.as_ptr(), attribute.as_ptr(), value.as_ptr()) } < 0 {
                clear_exception();
            }
        }
        restore(error);
    }
    failure
}

/// `__dir__()`
unsafe extern "C" fn list_members(capsule: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: this function's own capsule.
    unsafe { unlisted(capsule) }.and_then(Unlisted::list).map_or(ptr::null_mut(), Owned::into_ptr)
}
