//! The modules that a file uses, wherever in it.

use std::collections::BTreeSet;

use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Procedure, Scope};
use crate::ir::program::Program;

/// Collects the names of modules.
#[derive(Default)]
pub(super) struct Uses<'ir> {
    names: BTreeSet<&'ir Name>,
}

impl<'ir> Uses<'ir> {
    /// What a module or submodule and its procedures use; the ancestors of a submodule count, too.
    pub(super) fn visit_module(&mut self, module: &'ir Module) {
        self.visit_scope(&module.scope);
        self.names.extend(module.ancestor.iter().chain(&module.parent));
        self.visit_procedures(&module.procedures);
        self.visit_procedures(&module.separate_interfaces);
        for body in &module.separate_bodies {
            self.visit_scope(&body.scope);
            self.visit_procedures(&body.internal);
        }
    }

    /// What procedures and their internal procedures use.
    pub(super) fn visit_procedures(&mut self, procedures: &'ir [Procedure]) {
        for procedure in procedures {
            self.visit_scope(&procedure.scope);
            self.visit_procedures(&procedure.internal);
        }
    }

    /// What main programs and block data units use.
    pub(super) fn visit_programs(&mut self, programs: &'ir [Program]) {
        for program in programs {
            self.visit_scope(&program.scope);
            self.visit_procedures(&program.internal);
        }
    }

    fn visit_scope(&mut self, scope: &'ir Scope) {
        self.names.extend(scope.uses.iter().map(|used| &used.module));
        for body in scope.entities.iter().filter_map(|entity| entity.interface.as_deref()) {
            self.visit_scope(&body.scope);
        }
        for body in &scope.abstract_interfaces {
            self.visit_scope(&body.scope);
        }
    }

    /// The names in lower case, in the order of the alphabet.
    pub(super) fn into_names(self) -> Vec<String> {
        self.names.into_iter().map(|name| name.lower().to_owned()).collect()
    }
}
