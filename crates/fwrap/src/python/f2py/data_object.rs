//! The Python objects of data: a module whose variables are attributes, and COMMON blocks.
//!
//! Each gets a type of its own with one descriptor for each variable, so that the interpreter finds attributes by its
//! own means, and assignments reach Fortran. Functions stay in the module's dictionary.

use std::ffi::{CStr, CString, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::super::failure::{Exception, Failure, Outcome};
use super::super::object::{Object, Owned, string};
use super::data::{Block, Datum, Variables};
use super::data_assign::Slot;
use super::data_view::view;

/// What a descriptor of a variable knows. It lives as long as the process.
struct Attribute {
    slot: Slot,
    /// The array over it, once somebody has asked; variables that are ALLOCATABLE get a new one each time.
    view: AtomicPtr<ffi::PyObject>,
}

impl Attribute {
    fn read(&self) -> Outcome {
        let known = self.view.load(Ordering::Relaxed);
        if !known.is_null() {
            // SAFETY: an object that is never given up.
            return Ok(unsafe { Object::borrowed(known) }.to_owned());
        }
        let datum = self.slot.datum();
        let Some(found) = self.slot.find()? else { return Ok(Owned::none()) };
        let made = view(datum, &found)?;
        if !datum.is_allocatable {
            self.view.store(made.as_object().to_owned().into_ptr(), Ordering::Relaxed);
        }
        Ok(made)
    }
}

/// A module of this name whose variables are attributes.
pub(crate) fn make_module(name: &Owned, variables: &'static Variables) -> Outcome {
    let owner = name.as_object().utf8()?.to_owned();
    let methods = Box::leak(Box::new([
        ffi::PyMethodDef {
            ml_name: c"__dir__".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: list_members },
            ml_flags: ffi::METH_NOARGS,
            ml_doc: ptr::null(),
        },
        ffi::PyMethodDef::zeroed(),
    ]));
    let more = [ffi::PyType_Slot { slot: ffi::Py_tp_methods, pfunc: methods.as_mut_ptr().cast() }];
    let base = (&raw mut ffi::PyModule_Type).cast();
    let short = owner.rsplit('.').next().unwrap_or(&owner);
    let class = make_type(c"fwrap.module", base, (short, variables), &more)?;
    // SAFETY: a type and a `str`.
    let raw =
        unsafe { ffi::PyObject_CallFunctionObjArgs(class.as_ptr(), name.as_ptr(), ptr::null_mut::<ffi::PyObject>()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// The object of a COMMON block.
pub(crate) fn make_block(block: &'static Block) -> Outcome {
    let name = block.name.to_string_lossy();
    let more = [
        ffi::PyType_Slot { slot: ffi::Py_tp_doc, pfunc: block.doc.as_ptr().cast_mut().cast() },
        ffi::PyType_Slot { slot: ffi::Py_tp_repr, pfunc: describe_block as *mut c_void },
    ];
    let class_name = CString::new(format!("fwrap.{name}")).unwrap_or_default();
    let base = (&raw mut ffi::PyBaseObject_Type).cast();
    let class = make_type(&class_name, base, (&name, &block.members), &more)?;
    // SAFETY: a type.
    let raw = unsafe { ffi::PyObject_CallNoArgs(class.as_ptr()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// A type below `base` with a descriptor for each variable.
fn make_type(
    name: &CStr,
    base: *mut ffi::PyObject,
    (owner, variables): (&str, &'static Variables),
    more: &[ffi::PyType_Slot],
) -> Outcome {
    let mut rows: Vec<ffi::PyGetSetDef> =
        variables.table.iter().enumerate().map(|(index, datum)| row(owner, variables, index, datum)).collect();
    rows.push(ffi::PyGetSetDef::default());
    let rows = Box::leak(rows.into_boxed_slice());
    let mut slots = vec![ffi::PyType_Slot { slot: ffi::Py_tp_getset, pfunc: rows.as_mut_ptr().cast() }];
    slots.extend(more.iter().map(|slot| ffi::PyType_Slot { slot: slot.slot, pfunc: slot.pfunc }));
    slots.push(ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() });
    let mut spec = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: 0,
        itemsize: 0,
        flags: ffi::Py_TPFLAGS_DEFAULT as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: one object.
    let raw = unsafe { ffi::PyTuple_Pack(1, base) };
    // SAFETY: a new reference, or null with an exception.
    let bases = unsafe { Owned::take(raw) }?;
    // SAFETY: a complete specification; the interpreter copies what it keeps, apart from the rows, which are leaked.
    let raw = unsafe { ffi::PyType_FromSpecWithBases(&raw mut spec, bases.as_ptr()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

fn row(owner: &str, variables: &'static Variables, index: usize, datum: &'static Datum) -> ffi::PyGetSetDef {
    let name = format!("{owner}.{}", datum.name.to_string_lossy());
    let slot = Slot { variables, index, name };
    let attribute = Box::leak(Box::new(Attribute { slot, view: AtomicPtr::new(ptr::null_mut()) }));
    ffi::PyGetSetDef {
        name: datum.name.as_ptr(),
        get: Some(read),
        set: Some(assign),
        doc: ptr::null(),
        closure: ptr::from_mut(attribute).cast(),
    }
}

/// # Safety
/// The interpreter calls it with what [`row`] leaked.
unsafe extern "C" fn read(_: *mut ffi::PyObject, closure: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: leaked, and never changed.
    let attribute = unsafe { &*closure.cast::<Attribute>() };
    guard(|| attribute.read()).map_or(ptr::null_mut(), Owned::into_ptr)
}

/// # Safety
/// The interpreter calls it with what [`row`] leaked, and an object, or null to delete.
unsafe extern "C" fn assign(_: *mut ffi::PyObject, value: *mut ffi::PyObject, closure: *mut c_void) -> c_int {
    // SAFETY: leaked, and never changed.
    let attribute = unsafe { &*closure.cast::<Attribute>() };
    // SAFETY: alive while the interpreter calls.
    let value = (!value.is_null()).then(|| unsafe { Object::borrowed(value) });
    guard(|| attribute.slot.assign(value)).map_or(-1, |()| 0)
}

/// A panic must not unwind into the interpreter.
fn guard<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Err(Failure::Error(error))) => Err(Exception::Value.raise(&error.to_string())),
        Ok(result) => result,
        Err(_) => Err(Exception::Runtime.raise("internal error while a variable was read or assigned")),
    }
}

/// `<COMMON block work>`
unsafe extern "C" fn describe_block(block: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: alive while the interpreter calls.
    let name = unsafe { Object::borrowed(block) }.type_name();
    string(&format!("<COMMON block {name}>")).map_or(ptr::null_mut(), Owned::into_ptr)
}

/// `__dir__()`: what a module lists, and the variables.
unsafe extern "C" fn list_members(module: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: alive while the interpreter calls.
    let module = unsafe { Object::borrowed(module) };
    list(module).map_or(ptr::null_mut(), Owned::into_ptr)
}

fn list(module: Object<'_>) -> Outcome {
    let base = (&raw mut ffi::PyModule_Type).cast();
    // SAFETY: a type, which lives as long as the interpreter.
    let own = unsafe { Object::borrowed(base) }.attribute(c"__dir__")?;
    // SAFETY: a function and a module.
    let raw =
        unsafe { ffi::PyObject_CallFunctionObjArgs(own.as_ptr(), module.as_ptr(), ptr::null_mut::<ffi::PyObject>()) };
    // SAFETY: a new reference, or null with an exception.
    let names = unsafe { Owned::take(raw) }?;
    // SAFETY: the type is alive as long as its instance.
    let class = unsafe { Object::borrowed(module.type_pointer().cast()) }.attribute(c"__dict__")?;
    // SAFETY: a mapping.
    let raw = unsafe { ffi::PyMapping_Keys(class.as_ptr()) };
    // SAFETY: a new reference, or null with an exception.
    let own = unsafe { Owned::take(raw) }?;
    // SAFETY: a list.
    let count = unsafe { ffi::PyList_Size(own.as_ptr()) };
    for index in 0..count {
        // SAFETY: a list with more items than the index says; the item is borrowed.
        let name = unsafe { ffi::PyList_GetItem(own.as_ptr(), index) };
        // SAFETY: alive as long as the list.
        let is_variable = !unsafe { Object::borrowed(name) }.utf8()?.starts_with("__");
        // SAFETY: a list and a `str`.
        if is_variable && unsafe { ffi::PyList_Append(names.as_ptr(), name) } < 0 {
            return Err(Failure::Raised);
        }
    }
    Ok(names)
}
