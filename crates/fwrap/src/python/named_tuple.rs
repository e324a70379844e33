//! Results of several values: tuples whose items have names.
//!
//! The class is what `collections.namedtuple` makes, when it is first needed: a module of many functions is imported as
//! fast as before. Its instances are made here, nearly as fast as plain tuples: see
//! [`recycled_tuple`](super::recycled_tuple).

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::failure::{Failure, Outcome};
use super::object::{Object, Owned, import, string};
use super::recycled_tuple::{self, is_collected, new_instance};

/// The class of a function's results.
#[derive(Debug)]
pub(crate) struct NamedTuple {
    name: &'static str,
    fields: &'static [&'static str],
    /// `__module__`, a `str` that lives as long as the process; set when the module is made.
    module: AtomicPtr<ffi::PyObject>,
    class: AtomicPtr<ffi::PyTypeObject>,
}

impl NamedTuple {
    pub(crate) const fn new(name: &'static str, fields: &'static [&'static str]) -> Self {
        Self { name, fields, module: AtomicPtr::new(ptr::null_mut()), class: AtomicPtr::new(ptr::null_mut()) }
    }

    /// The class's name.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The items' names, as they are declared.
    pub(crate) fn fields(&self) -> &'static [&'static str] {
        self.fields
    }

    /// Says in which module the class is found.
    pub(crate) fn set_module(&self, module: Object<'_>) {
        if self.module.load(Ordering::Relaxed).is_null() {
            self.module.store(module.to_owned().into_ptr(), Ordering::Relaxed);
        }
    }

    /// The class.
    pub(crate) fn class(&self) -> Result<Object<'static>, Failure> {
        let mut class = self.class.load(Ordering::Relaxed);
        if class.is_null() {
            class = self.make_class()?;
        }
        // SAFETY: the class is kept as long as the process.
        Ok(unsafe { Object::borrowed(class.cast()) })
    }

    /// `collections.namedtuple(name, fields, rename=True, module=module)`
    #[cold]
    #[inline(never)]
    fn make_class(&self) -> Result<*mut ffi::PyTypeObject, Failure> {
        let make = import(c"collections")?.as_object().attribute(c"namedtuple")?;
        let positional = tuple_of([string(self.name)?, string(&self.fields.join(" "))?])?;
        // SAFETY: this thread holds the interpreter.
        let raw = unsafe { ffi::PyDict_New() };
        // SAFETY: a new reference, or null with an exception.
        let named = unsafe { Owned::take(raw) }?;
        // SAFETY: a constant object that lives for ever.
        let yes = unsafe { ffi::Py_True() };
        let module = self.module.load(Ordering::Relaxed);
        for (name, value) in [(c"rename", yes), (c"module", module)] {
            if value.is_null() {
                continue;
            }
            // SAFETY: a dictionary, a C string and an object, which it borrows.
            if unsafe { ffi::PyDict_SetItemString(named.as_ptr(), name.as_ptr(), value) } < 0 {
                return Err(Failure::Raised);
            }
        }
        // SAFETY: a callable, a tuple and a dictionary.
        let raw = unsafe { ffi::PyObject_Call(make.as_ptr(), positional.as_ptr(), named.as_ptr()) };
        // SAFETY: a new reference, or null with an exception.
        let made = unsafe { Owned::take(raw) }?;
        // Another thread may have made one while this one was made.
        let class = self.class.load(Ordering::Relaxed);
        if !class.is_null() {
            return Ok(class);
        }
        let class: *mut ffi::PyTypeObject = made.into_ptr().cast();
        // SAFETY: a class that has no instance and no subclass yet; its own way is that of any class, and slower.
        unsafe { (*class).tp_dealloc = Some(recycled_tuple::release) };
        self.class.store(class, Ordering::Relaxed);
        Ok(class)
    }

    /// An instance.
    #[inline]
    pub(crate) fn instance<const K: usize>(&self, items: [Owned; K]) -> Outcome {
        let class = self.class()?;
        debug_assert_eq!(K, self.fields.len(), "as many names as items");
        let tuple = new_instance(class, K)?;
        // As with plain tuples, the collector need not know of what holds no other collected object.
        let is_collected = items.iter().any(|item| is_collected(item.as_object()));
        fill(&tuple, items);
        if is_collected {
            // SAFETY: an object of the collector's allocator, not tracked yet and filled.
            unsafe { ffi::PyObject_GC_Track(tuple.as_ptr().cast()) };
        }
        Ok(tuple)
    }
}

/// A tuple of the objects.
#[inline]
pub(crate) fn tuple_of<const K: usize>(items: [Owned; K]) -> Outcome {
    // SAFETY: this thread holds the interpreter.
    let raw = unsafe { ffi::PyTuple_New(K as isize) };
    // SAFETY: a new reference, or null with an exception.
    let tuple = unsafe { Owned::take(raw) }?;
    fill(&tuple, items);
    Ok(tuple)
}

/// Gives a new tuple its items.
#[inline]
fn fill<const K: usize>(tuple: &Owned, items: [Owned; K]) {
    for (index, item) in items.into_iter().enumerate() {
        // SAFETY: a new tuple that nobody else has seen, with `K` places; the item's reference goes over to it.
        unsafe { ffi::PyTuple_SET_ITEM(tuple.as_ptr(), index as isize, item.into_ptr()) };
    }
}
