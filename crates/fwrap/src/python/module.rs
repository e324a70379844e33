//! Making the extension module: functions, submodules and documentation, when the interpreter imports it.

use std::ffi::{CStr, CString};
use std::ptr;

use pyo3_ffi as ffi;

use super::failure::{Exception, Failure};
use super::interrupt;
use super::interruptible::make_type;
use super::numpy;
use super::object::{Object, Owned, string};
use super::procedure::Method;
use super::raised::{raised, restore};
use super::stop;

/// A Python module: the extension itself, or one for a Fortran module inside it.
///
/// It declares no support for free threading: an interpreter without the global lock turns that lock on when it
/// imports the module, because the lock is what keeps two calls from being in the library at once.
#[derive(Debug)]
pub struct Module {
    /// The last part of the module's name.
    pub name: &'static CStr,
    /// The module's documentation.
    pub doc: &'static CStr,
    /// Its functions.
    pub methods: &'static [Method],
    /// Its submodules.
    pub modules: &'static [Module],
}

impl Module {
    /// What `PyInit_<name>` returns: the module, or null with an exception set. The interpreter calls it once, when it
    /// imports the module.
    pub fn initialize(&'static self) -> *mut ffi::PyObject {
        let made = std::panic::catch_unwind(|| self.make());
        match made {
            Ok(Ok(module)) => module.into_ptr(),
            Ok(Err(_)) => ptr::null_mut(),
            Err(_) => {
                Exception::Runtime.raise("internal error while the module was made");
                ptr::null_mut()
            }
        }
    }

    /// [`Self::initialize`] for a module whose calls Ctrl-C ends at any time, not only in `with NAME.interruptible():`.
    pub fn initialize_interruptible(&'static self) -> *mut ffi::PyObject {
        if let Err(error) = interrupt::open() {
            Exception::Runtime.raise(&interrupt::refusal(&error));
            return ptr::null_mut();
        }
        self.initialize()
    }

    fn make(&'static self) -> Result<Owned, Failure> {
        numpy::load().map_err(|_| self.explain())?;
        let definition = ffi::PyModuleDef {
            m_base: ffi::PyModuleDef_HEAD_INIT,
            m_name: self.name.as_ptr(),
            m_doc: self.doc.as_ptr(),
            m_size: -1,
            m_methods: ptr::null_mut(),
            m_slots: ptr::null_mut(),
            m_traverse: None,
            m_clear: None,
            m_free: None,
        };
        // The interpreter keeps a pointer to the definition for as long as it runs.
        let definition = Box::leak(Box::new(definition));
        // SAFETY: the definition lives for ever, and the version is that of the headers it was written for.
        let raw = unsafe { ffi::PyModule_Create2(definition, ffi::PYTHON_API_VERSION) };
        // SAFETY: a new reference, or null with an exception.
        let module = unsafe { Owned::take(raw) }?;
        self.add_interruptible(module.as_object())?;
        stop::add_to(module.as_object())?;
        self.fill(module.as_object())?;
        Ok(module)
    }

    /// The context manager, which a procedure of the same name would replace.
    fn add_interruptible(&self, module: Object<'_>) -> Result<(), Failure> {
        let name = CString::new(format!("{}.interruptible", self.name.to_string_lossy())).unwrap_or_default();
        let made = make_type(&name)?;
        // SAFETY: an object, a C string and an object.
        succeeded(unsafe { ffi::PyObject_SetAttrString(module.as_ptr(), c"interruptible".as_ptr(), made.as_ptr()) })
    }

    /// An `ImportError` that says what is missing, caused by the exception that is set.
    fn explain(&self) -> Failure {
        let cause = raised();
        let reason = cause.as_ref().map_or_else(String::new, |cause| cause.as_object().text());
        let name = self.name.to_string_lossy();
        let failure = Exception::Import.raise(&format!(
            "{name} needs NumPy 1.23 or later (`python -m pip install numpy`), which cannot be imported: {reason}"
        ));
        if let (Some(cause), Some(error)) = (cause, raised()) {
            // SAFETY: both are exceptions; the cause's reference goes over to the error.
            unsafe { ffi::PyException_SetCause(error.as_ptr(), cause.into_ptr()) };
            restore(error);
        }
        failure
    }

    /// Adds the functions and the submodules.
    fn fill(&'static self, module: Object<'_>) -> Result<(), Failure> {
        let mut methods = Vec::with_capacity(self.methods.len() + 1);
        for method in self.methods {
            let signature = (method.signature)();
            signature.intern()?;
            methods.push(ffi::PyMethodDef {
                ml_name: signature.c_name().as_ptr(),
                ml_meth: ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: method.call },
                ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
                ml_doc: signature.doc().as_ptr(),
            });
        }
        methods.push(ffi::PyMethodDef::zeroed());
        // Functions keep a pointer to their entry.
        let methods = Box::leak(methods.into_boxed_slice());
        // SAFETY: a module, and a table with an empty entry at its end that lives for ever.
        succeeded(unsafe { ffi::PyModule_AddFunctions(module.as_ptr(), methods.as_mut_ptr()) })?;
        for submodule in self.modules {
            submodule.add_to(module)?;
        }
        Ok(())
    }

    /// Makes this submodule an attribute of its parent, and known to `import` and `pickle` under its full name.
    fn add_to(&'static self, parent: Object<'_>) -> Result<(), Failure> {
        let parent_name = parent.attribute(c"__name__")?;
        let name = format!("{}.{}", parent_name.as_object().utf8()?, self.name.to_string_lossy());
        let name = string(&name)?;
        // SAFETY: a `str`.
        let raw = unsafe { ffi::PyModule_NewObject(name.as_ptr()) };
        // SAFETY: a new reference, or null with an exception.
        let module = unsafe { Owned::take(raw) }?;
        // SAFETY: a module and a C string.
        succeeded(unsafe { ffi::PyModule_SetDocString(module.as_ptr(), self.doc.as_ptr()) })?;
        self.fill(module.as_object())?;
        // SAFETY: this thread holds the interpreter; the dictionary is borrowed from it.
        let known = unsafe { ffi::PyImport_GetModuleDict() };
        // SAFETY: a dictionary and two objects, which it borrows.
        succeeded(unsafe { ffi::PyDict_SetItem(known, name.as_ptr(), module.as_ptr()) })?;
        // SAFETY: an object, a C string and an object.
        succeeded(unsafe { ffi::PyObject_SetAttrString(parent.as_ptr(), self.name.as_ptr(), module.as_ptr()) })
    }
}

fn succeeded(status: std::ffi::c_int) -> Result<(), Failure> {
    if status < 0 { Err(Failure::Raised) } else { Ok(()) }
}
