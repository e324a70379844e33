//! What is needed to find all of a Python module: the library, and the callbacks that routines share.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use crate::analysis::dummy_procedure::find_dummy_procedures;
use crate::analysis::f2py::python_module::Wanted;
use crate::analysis::f2py::signature::Callback;
use crate::analysis::f2py::unit::Unit;
use crate::analysis::find_usages;
use crate::analysis::procedure::Uses;
use crate::analysis::scope::Modules;
use crate::analysis::support;
use crate::diagnostic::Diagnostics;
use crate::ir::entity::Entity;
use crate::ir::f2py::SignatureIntent;
use crate::ir::library::Library;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;

/// Finds the facts of one Python module.
pub(super) struct Finder<'a, 'ir> {
    pub library: &'ir Library,
    pub modules: &'a Modules<'ir>,
    pub wanted: Wanted<'a>,
    pub callbacks: Vec<Callback<'ir>>,
    /// Callbacks of `__user__` modules, by module and name.
    pub shared: FxHashMap<(Name, Name), usize>,
    /// The external procedures of the sources.
    pub external: FxHashMap<&'ir Name, &'ir Procedure>,
    /// What the bodies show, once it is asked for.
    uses: OnceCell<Uses<'ir>>,
    /// The callbacks that Fortran invokes by their symbols.
    pub invoked: Vec<usize>,
    /// The interface of a callback is being found.
    pub is_within_callback: bool,
    pub diagnostics: Diagnostics,
}

impl<'a, 'ir> Finder<'a, 'ir> {
    pub(super) fn new(library: &'ir Library, modules: &'a Modules<'ir>, wanted: Wanted<'a>) -> Self {
        Self {
            library,
            modules,
            wanted,
            callbacks: Vec::new(),
            shared: FxHashMap::default(),
            external: library.procedures.iter().map(|procedure| (&procedure.name, procedure)).collect(),
            uses: OnceCell::new(),
            invoked: Vec::new(),
            is_within_callback: false,
            diagnostics: Diagnostics::default(),
        }
    }

    /// Whether `--only` and `--skip` leave it.
    pub(super) fn wants(&self, name: &Name, module: Option<&Name>) -> bool {
        let is_in = |list: &[Name]| list.contains(name) || module.is_some_and(|module| list.contains(module));
        (self.wanted.only.is_empty() || is_in(self.wanted.only)) && !is_in(self.wanted.skip)
    }

    /// What the bodies show.
    pub(super) fn uses(&self) -> &Uses<'ir> {
        self.uses.get_or_init(|| {
            let usages = find_usages(self.library, self.modules);
            Uses { dummy_procedures: find_dummy_procedures(self.library, self.modules, &usages), usages }
        })
    }

    /// Whether a variable is a procedure.
    pub(super) fn is_procedure(&self, unit: &Unit<'_, 'ir>, entity: &Entity) -> bool {
        let says_callback = || {
            let signature = entity.f2py.as_ref();
            signature.is_some_and(|signature| signature.intents.contains(&SignatureIntent::Callback))
        };
        support::is_procedure(entity, unit.procedure)
            || says_callback()
            || (!unit.is_signature && self.uses().dummy_procedures.of(unit.procedure, &entity.name).is_some())
    }

    /// The Fortran module of this name, if it was read.
    pub(super) fn module(&self, name: &Name) -> Option<&'ir Module> {
        self.modules.module(name).filter(|module| module.ancestor.is_none())
    }
}
