//! The scopes whose COMMON blocks count, in the order of the sources.

use crate::analysis::f2py::python_module::Wanted;
use crate::analysis::scope::{Modules, Owner, ScopeChain};
use crate::ir::f2py::{BlockKind, Member, SignatureBlock};
use crate::ir::library::Library;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Procedure, Scope};
use crate::ir::program::{Program, ProgramKind};
use crate::source::Span;

/// A scope with the scopes that its names are looked up in.
pub(super) struct Source<'ir> {
    pub(super) scope: &'ir Scope,
    pub(super) chain: ScopeChain<'ir>,
    span: Span,
}

/// The scopes of the signature files if there are some, else those of the sources that are wanted.
pub(super) fn find_sources<'ir>(library: &'ir Library, modules: &Modules<'ir>, wanted: Wanted<'_>) -> Vec<Source<'ir>> {
    let mut finder = Finder { modules, wanted, found: Vec::new() };
    if library.python_modules.is_empty() {
        for procedure in &library.procedures {
            finder.visit_procedure(procedure, None);
        }
        for module in &library.modules {
            finder.visit_module(module);
        }
        for program in &library.programs {
            finder.visit_program(program);
        }
        finder.found.sort_by_key(|source| (source.span.file, source.span.start));
    } else {
        for block in &library.python_modules {
            finder.visit_block(block);
        }
    }
    finder.found
}

struct Finder<'a, 'ir> {
    modules: &'a Modules<'ir>,
    wanted: Wanted<'a>,
    found: Vec<Source<'ir>>,
}

impl<'ir> Finder<'_, 'ir> {
    fn wants(&self, name: &Name, module: Option<&Name>) -> bool {
        let lists = |names: &[Name]| names.contains(name) || module.is_some_and(|module| names.contains(module));
        (self.wanted.only.is_empty() || lists(self.wanted.only)) && !lists(self.wanted.skip)
    }

    fn add(&mut self, scope: &'ir Scope, chain: ScopeChain<'ir>, span: Span) {
        if !scope.commons.is_empty() {
            self.found.push(Source { scope, chain, span });
        }
    }

    fn visit_procedure(&mut self, procedure: &'ir Procedure, module: Option<&'ir Module>) {
        if self.wants(&procedure.name, module.map(|module| &module.name)) {
            self.visit_nested(procedure, &self.modules.chain(procedure, module));
        }
    }

    fn visit_nested(&mut self, procedure: &'ir Procedure, chain: &ScopeChain<'ir>) {
        self.add(&procedure.scope, chain.clone(), procedure.span);
        for internal in &procedure.internal {
            self.visit_nested(internal, &chain.enter_procedure(internal));
        }
    }

    fn visit_module(&mut self, module: &'ir Module) {
        let only = self.wanted.only;
        if (only.is_empty() || only.contains(&module.name)) && !self.wanted.skip.contains(&module.name) {
            self.add(&module.scope, self.modules.module_chain(module), module.span);
        }
        for procedure in &module.procedures {
            self.visit_procedure(procedure, Some(module));
        }
    }

    fn visit_program(&mut self, program: &'ir Program) {
        if program.kind == ProgramKind::BlockData {
            let chain = ScopeChain::empty().enter(&program.scope, Owner::Program(program));
            self.add(&program.scope, chain, program.span);
        }
    }

    fn visit_block(&mut self, block: &'ir SignatureBlock) {
        if block.is_of_callbacks() {
            return;
        }
        self.add(&block.scope, ScopeChain::empty().enter(&block.scope, Owner::Scope), block.span);
        for member in &block.members {
            match member {
                Member::Block(inner) if inner.kind != BlockKind::AbstractInterface => self.visit_block(inner),
                Member::Block(_) => {}
                Member::Module(module) => self.visit_module(module),
                Member::Procedure(procedure) => self.visit_procedure(procedure, None),
                Member::BlockData(program) => self.visit_program(program),
            }
        }
    }
}
