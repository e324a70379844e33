//! What is given for a callback: read from the arguments of a call, or found in the module.

use std::ffi::CString;
use std::ptr;

use pyo3_ffi as ffi;

use crate::python::arguments::Arguments;
use crate::python::check_error;
use crate::python::failure::{Exception, Failure};
use crate::python::module::root;
use crate::python::object::{Object, Owned, clear_exception};

use super::callback::Callback;
use super::callback_active::{Active, Given, Installed};
use super::callback_count::{Count, checks_depth, count_parameters, required_parameters};
use super::callback_pointer::address;

/// What was given for a callback, as long as the call lasts.
#[derive(Debug)]
pub struct Callable(Active);

impl Callable {
    /// Lets Fortran call it.
    ///
    /// # Safety
    /// The result is dropped, not forgotten, and before those that were made before it.
    #[inline]
    pub unsafe fn install(&self) -> Installed<'_> {
        // SAFETY: the caller's promise.
        unsafe { Installed::new(&self.0) }
    }
}

impl Arguments<'_> {
    /// What was given for a dummy procedure, with the tuple of further arguments.
    #[inline]
    pub fn f2py_callable(
        &self,
        index: usize,
        extra: Option<usize>,
        callback: &'static Callback,
    ) -> Result<Callable, Failure> {
        let extras = self.f2py_extras(extra)?;
        callback.given(self.object(index), extras).map(|given| Callable(Active::new(callback, given)))
    }

    /// What was given for an OPTIONAL dummy procedure.
    pub fn f2py_optional_callable(
        &self,
        index: usize,
        extra: Option<usize>,
        callback: &'static Callback,
    ) -> Result<Callable, Failure> {
        if self.object(index).is_none() {
            return Ok(Callable(Active::new(callback, Given::Nothing)));
        }
        self.f2py_callable(index, extra, callback)
    }

    /// What was given for a procedure that Fortran invokes by its symbol: without an argument, the attribute of the
    /// module.
    pub fn f2py_invoked_callable(
        &self,
        index: usize,
        extra: Option<usize>,
        callback: &'static Callback,
    ) -> Result<Callable, Failure> {
        if self.object(index).is_none() {
            return self.f2py_hidden_callable(callback);
        }
        self.f2py_callable(index, extra, callback)
    }

    /// The attribute of the module that Fortran invokes by its symbol.
    pub fn f2py_hidden_callable(&self, callback: &'static Callback) -> Result<Callable, Failure> {
        callback.attribute("", false).map(Callable)
    }

    /// The tuple of further arguments, or null.
    #[inline]
    fn f2py_extras(&self, index: Option<usize>) -> Result<*mut ffi::PyObject, Failure> {
        let Some(index) = index else { return Ok(ptr::null_mut()) };
        let object = self.object(index);
        if object.is_none() {
            return Ok(ptr::null_mut());
        }
        if !object.is_instance(&raw mut ffi::PyTuple_Type) {
            let found = object.type_name();
            return Err(self.argument(index).raise(Exception::Type, format_args!("expected a tuple, found {found}")));
        }
        Ok(object.as_ptr())
    }
}

impl Active {
    /// The callable of a procedure that Fortran invokes outside of any call that declares it: an attribute of the module.
    #[cold]
    #[inline(never)]
    pub(super) fn elsewhere(callback: &'static Callback) -> Result<Self, Failure> {
        callback.attribute("cb: ", true)
    }
}

impl Callback {
    /// How the object is to be called with the further arguments (a tuple, or null).
    fn given(&'static self, object: Object<'_>, extras: *mut ffi::PyObject) -> Result<Given, Failure> {
        // SAFETY: a tuple.
        let extra = if extras.is_null() { 0 } else { unsafe { ffi::PyTuple_Size(extras) }.unsigned_abs() };
        if let Some(address) = address(object) {
            if extra > 0 {
                return Err(self.refuse("a capsule takes no further arguments"));
            }
            return address.map(Given::Address);
        }
        // SAFETY: the object is alive.
        if unsafe { ffi::PyCallable_Check(object.as_ptr()) } == 0 {
            return Err(self.refuse(&format!("expected a callable, found {}", object.type_name())));
        }
        let all = self.parameters.len();
        let (parameters, extra) = match count_parameters(object, all + extra) {
            Count::All => (all, extra),
            Count::Fewer(most) => (most.saturating_sub(extra), extra.min(most)),
            Count::More(least) => {
                return Err(self.refuse(&format!("it takes {least} arguments, and gets {}", all + extra)));
            }
        };
        let is_watched = !checks_depth(object);
        Ok(Given::Callable { object: object.as_ptr(), parameters, extras, extra, is_watched })
    }

    /// Raises `NAME.error`.
    #[cold]
    fn refuse(&self, reason: &str) -> Failure {
        check_error::raise(&format!("failed in processing argument list for call-back {}: {reason}", self.name))
    }

    /// The attribute of the module of this name, and `NAME_extra_args`. `before` stands in front of the message if there
    /// is none. A callable that is called without a declaration gets what it insists on.
    #[cold]
    fn attribute(&'static self, before: &str, is_undeclared: bool) -> Result<Active, Failure> {
        let Some(object) = module_attribute(self.name) else {
            let module = root().map(|module| module.attribute(c"__name__"));
            let module = module.and_then(Result::ok).map(|name| name.as_object().text()).unwrap_or_default();
            let name = self.name;
            return Err(check_error::raise(&format!(
                "{before}Callback {name} not defined (as an argument or module {module} attribute)."
            )));
        };
        let extras = match module_attribute(&format!("{}_extra_args", self.name)) {
            Some(extras) => {
                // SAFETY: an object, alive.
                let raw = unsafe { ffi::PySequence_Tuple(extras.as_ptr()) };
                // SAFETY: a new reference, or null with an exception.
                unsafe { Owned::take(raw) }?.into_ptr()
            }
            None => ptr::null_mut(),
        };
        let mut active = Active::new(self, Given::Nothing);
        active.owned = [object.into_ptr(), extras];
        // SAFETY: `active` has a reference of its own.
        let object = unsafe { Object::borrowed(active.owned[0]) };
        active.given = self.given(object, extras)?;
        if let (true, true, Given::Callable { parameters, .. }) = (is_undeclared, self.is_lossy, &mut active.given)
            && let Some(least) = required_parameters(object)
        {
            *parameters = least.min(*parameters);
        }
        Ok(active)
    }
}

/// An attribute of the extension's module, if it has one of the name.
fn module_attribute(name: &str) -> Option<Owned> {
    let name = CString::new(name).ok()?;
    let found = root()?.attribute(&name);
    if found.is_err() {
        clear_exception();
    }
    found.ok()
}
