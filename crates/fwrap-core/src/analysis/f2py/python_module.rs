//! The Python module: from a signature file, or from Fortran sources.

use crate::analysis::f2py::data_place::add_data;
use crate::analysis::f2py::finder::Finder;
use crate::analysis::f2py::signature::PythonModule;
use crate::analysis::scope::Modules;
use crate::diagnostic::Diagnostics;
use crate::ir::library::Library;
use crate::ir::name::Name;

/// What is to be in the Python module.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The name, where no signature file says one.
    pub name: &'a str,
    /// All procedures of the sources are wrapped in f2py's terms, not only those with directive comments.
    pub is_compatible: bool,
    /// Only these procedures or modules, if there are any.
    pub only: &'a [Name],
    /// Not these.
    pub skip: &'a [Name],
    /// Whether Python names are in lower case; without it, those of signature files are as spelled, all others lower.
    pub lower: Option<bool>,
    /// Variables, and COMMON blocks in slashes, of which every thread has its own.
    pub thread_private: &'a [Name],
}

/// What f2py's terms say of the library. Without a signature file, and unless all is wanted, that is the procedures
/// with directive comments, the variables of modules and the COMMON blocks.
#[must_use]
pub fn find_python_module<'ir>(
    library: &'ir Library,
    modules: &Modules<'ir>,
    wanted: Wanted<'_>,
) -> (PythonModule<'ir>, Diagnostics) {
    let mut finder = Finder::new(library, modules, wanted);
    let mut python = PythonModule { name: wanted.name.to_owned(), ..PythonModule::default() };
    if library.python_modules.is_empty() {
        finder.sources(&mut python);
    } else {
        finder.signature_files(&mut python);
    }
    python.root.hidden_callbacks = finder.invoked;
    python.callbacks = finder.callbacks;
    add_data(library, modules, wanted, &mut python, &mut finder.diagnostics);
    (python, finder.diagnostics)
}
