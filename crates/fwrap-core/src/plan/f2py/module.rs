//! The plan of a Python module in f2py's terms.

use std::collections::BTreeSet;

use crate::analysis::f2py::signature::PythonModule;
use crate::plan::f2py::c_code::CCode;
use crate::plan::f2py::callback::CallbackPlan;
use crate::plan::f2py::data::DataPlan;
use crate::plan::f2py::routine::RoutinePlan;
use crate::plan::name::Taken;

/// Everything that is wrapped in f2py's terms.
#[derive(Debug, Default)]
pub struct PythonPlan {
    /// Numbers are narrowed, and arrays change their rank, as f2py does it; else that is an error.
    pub is_lossy: bool,
    /// What stands in the module itself.
    pub root: Members,
    /// Fortran modules: attributes of the module.
    pub modules: Vec<ModuleMembers>,
    /// Interfaces of callbacks.
    pub callbacks: Vec<CallbackPlan>,
    /// The C code that is compiled with it.
    pub c_code: Option<CCode>,
    /// Qualified names (`module::procedure`) of what is wrapped here and not by the ordinary wrappers.
    pub replaced: BTreeSet<String>,
}

/// What a module makes visible.
#[derive(Debug, Default)]
pub struct Members {
    /// Its functions.
    pub routines: Vec<RoutinePlan>,
    /// Its variables and COMMON blocks.
    pub data: DataPlan,
}

/// A Fortran module.
#[derive(Debug)]
pub struct ModuleMembers {
    /// The Python name.
    pub python: String,
    /// What its comments say.
    pub documentation: String,
    /// What stands in it.
    pub members: Members,
}

/// Names that are taken in the printed glue, and what all routines need to know.
pub struct Setting<'a> {
    /// The library's name.
    pub library: &'a str,
    /// Types and statics of the glue.
    pub glue: &'a mut Taken,
    /// Foreign functions.
    pub foreign: &'a mut Taken,
}

/// Chooses how everything in f2py's terms is wrapped.
#[must_use]
pub fn choose_python(module: &PythonModule<'_>, is_lossy: bool, _setting: &mut Setting<'_>) -> PythonPlan {
    let _ = module;
    PythonPlan { is_lossy, ..PythonPlan::default() }
}
