//! Making the extension module: functions, submodules and documentation, when the interpreter imports it.

use std::ffi::{CStr, CString, c_int};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::check_error;
use super::f2py::{Data, make_block, make_module};
use super::failure::{Exception, Failure};
use super::function;
use super::interrupt;
use super::interruptible::make_type;
use super::members::Unlisted;
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
    /// Whether all of it is in f2py's terms: `from NAME import *` then gives what the library has, and nothing else.
    pub is_f2py: bool,
    /// Runs when everything else is made, with the module; gives -1 and sets an exception if it fails.
    pub start: Option<unsafe extern "C" fn(*mut ffi::PyObject) -> c_int>,
    /// Its variables and COMMON blocks.
    pub data: Data,
}

/// The extension, which lives as long as the process.
static ROOT: AtomicPtr<ffi::PyObject> = AtomicPtr::new(ptr::null_mut());

/// The extension, once it is made.
pub(crate) fn root() -> Option<Object<'static>> {
    let root = ROOT.load(Ordering::Acquire);
    // SAFETY: a module that is never given up; whoever asks holds the interpreter.
    (!root.is_null()).then(|| unsafe { Object::borrowed(root) })
}

impl Module {
    /// A module without members, for what a module does not say: `..Module::NATIVE`.
    pub const NATIVE: Self =
        Self { name: c"", doc: c"", methods: &[], modules: &[], is_f2py: false, start: None, data: Data::NONE };

    /// [`Self::NATIVE`], in f2py's terms.
    pub const F2PY: Self = Self { is_f2py: true, ..Self::NATIVE };

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
        ROOT.store(module.as_object().to_owned().into_ptr(), Ordering::Release);
        let mut unlisted = Vec::new();
        for (name, object) in self.make_own(module.as_object())? {
            if self.is_f2py {
                unlisted.push((name, object));
            } else {
                set(module.as_object(), name, &object)?;
            }
        }
        if self.has_routines() {
            let error = check_error::make(module.as_object())?;
            let name = CString::new(format!("_{}_error", self.name.to_string_lossy())).unwrap_or_default();
            set(module.as_object(), &name, &error)?;
            unlisted.push((c"error", error));
        }
        set(module.as_object(), c"__version__", &string(env!("CARGO_PKG_VERSION"))?)?;
        self.fill(module.as_object(), unlisted)?;
        if let Some(start) = self.start {
            // SAFETY: a module; the hook is C code of the extension's, which was told what it must do.
            succeeded(unsafe { start(module.as_ptr()) })?;
        }
        Ok(module)
    }

    /// What every extension has besides the library's members, which take their places where names are the same.
    fn make_own(&self, module: Object<'_>) -> Result<Vec<(&'static CStr, Owned)>, Failure> {
        let own_name = module.attribute(c"__name__")?;
        let name = CString::new(format!("{}.interruptible", own_name.as_object().utf8()?)).unwrap_or_default();
        let [stop, error] = stop::make(module)?;
        Ok(vec![(c"interruptible", make_type(&name)?), (c"FortranStop", stop), (c"FortranError", error)])
    }

    /// Whether some function is in f2py's terms.
    fn has_routines(&self) -> bool {
        let inner = || self.modules.iter().any(Self::has_routines);
        self.is_f2py || self.methods.iter().any(|method| method.is_routine) || inner()
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

    /// Adds the functions, the submodules and the documentation.
    fn fill(&'static self, module: Object<'_>, unlisted: Vec<(&'static CStr, Owned)>) -> Result<(), Failure> {
        for block in self.data.blocks {
            set(module, block.name, &make_block(block)?)?;
        }
        let own_name = module.attribute(c"__name__")?;
        let mut builtins = Vec::with_capacity(self.methods.len() + 1);
        for method in self.methods {
            let signature = (method.signature)();
            signature.intern()?;
            if let Some(results) = signature.results() {
                results.set_module(own_name.as_object());
            }
            if method.is_routine {
                let function = function::make(method, own_name.as_object())?;
                set(module, signature.c_name(), &function)?;
            } else {
                builtins.push(method.builtin());
            }
        }
        builtins.push(ffi::PyMethodDef::zeroed());
        // Functions keep a pointer to their entry.
        let builtins = Box::leak(builtins.into_boxed_slice());
        // SAFETY: a module, and a table with an empty entry at its end that lives for ever.
        succeeded(unsafe { ffi::PyModule_AddFunctions(module.as_ptr(), builtins.as_mut_ptr()) })?;
        for submodule in self.modules {
            submodule.add_to(module)?;
        }
        set(module, c"__doc__", &string(&self.documentation())?)?;
        Unlisted::add_to(module, self, unlisted)
    }

    /// The documentation, with the calls of all functions.
    fn documentation(&self) -> String {
        let mut text = self.doc.to_string_lossy().into_owned();
        if !self.methods.is_empty() {
            text.push_str("\n\nFunctions:\n");
        }
        for method in self.methods {
            text.push_str(&format!("  {}\n", method.example()));
        }
        text
    }

    /// Makes this submodule an attribute of its parent, and known to `import` and `pickle` under its full name.
    fn add_to(&'static self, parent: Object<'_>) -> Result<(), Failure> {
        let parent_name = parent.attribute(c"__name__")?;
        let name = format!("{}.{}", parent_name.as_object().utf8()?, self.name.to_string_lossy());
        let name = string(&name)?;
        let module = match &self.data.variables {
            Some(variables) => make_module(&name, variables)?,
            None => new_module(&name)?,
        };
        self.fill(module.as_object(), Vec::new())?;
        // SAFETY: this thread holds the interpreter; the dictionary is borrowed from it.
        let known = unsafe { ffi::PyImport_GetModuleDict() };
        // SAFETY: a dictionary and two objects, which it borrows.
        succeeded(unsafe { ffi::PyDict_SetItem(known, name.as_ptr(), module.as_ptr()) })?;
        set(parent, self.name, &module)
    }
}

/// A module without members.
fn new_module(name: &Owned) -> Result<Owned, Failure> {
    // SAFETY: a `str`.
    let raw = unsafe { ffi::PyModule_NewObject(name.as_ptr()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// Sets an attribute.
fn set(object: Object<'_>, name: &CStr, value: &Owned) -> Result<(), Failure> {
    // SAFETY: an object, a C string and an object.
    succeeded(unsafe { ffi::PyObject_SetAttrString(object.as_ptr(), name.as_ptr(), value.as_ptr()) })
}

fn succeeded(status: std::ffi::c_int) -> Result<(), Failure> {
    if status < 0 { Err(Failure::Raised) } else { Ok(()) }
}
