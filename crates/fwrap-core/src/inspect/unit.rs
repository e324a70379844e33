//! Program units other than modules: procedures with their entries and internal procedures, programs, block data.

use std::collections::BTreeMap;

use crate::analysis::accessibility::Accessibility;
use crate::analysis::scope::{Meaning, Owner, ScopeChain};
use crate::inspect::description::Unit;
use crate::inspect::entity::{Describer, prefixes};
use crate::inspect::inference::Inference;
use crate::ir::module::{Module, SeparateBody};
use crate::ir::procedure::{Entry, Procedure, ProcedureKind, Scope};
use crate::ir::program::{Program, ProgramKind};
use crate::source::{SourceMap, Span};

/// Collects the units of a library, each with its place.
pub(super) struct Units<'a, 'ir> {
    pub(super) describer: Describer<'a, 'ir>,
    pub(super) sources: &'a SourceMap,
    pub(super) inference: Inference<'a, 'ir>,
    pub(super) found: Vec<(Span, Unit)>,
}

/// Where a procedure stands.
#[derive(Clone, Copy)]
struct Host<'a, 'ir> {
    name: Option<&'a str>,
    is_internal: bool,
    accessibility: Option<&'a Accessibility<'ir>>,
}

impl<'ir> Units<'_, 'ir> {
    /// An external procedure.
    pub(super) fn external(&mut self, procedure: &'ir Procedure) {
        let host = Host { name: None, is_internal: false, accessibility: None };
        self.procedure(procedure, &ScopeChain::empty(), host);
    }

    /// A procedure of a signature file, with the Python module that it stands in.
    pub(super) fn signature(&mut self, procedure: &'ir Procedure, python_module: Option<&str>) {
        let host = Host { name: python_module, is_internal: false, accessibility: None };
        self.procedure(procedure, &ScopeChain::empty(), host);
    }

    /// The procedures of a module or submodule.
    pub(super) fn module(&mut self, module: &'ir Module) {
        let name = module_name(module);
        let chain = self.describer.modules.module_chain(module);
        let accessibility = Accessibility::of(module);
        let host = Host { name: Some(&name), is_internal: false, accessibility: Some(&accessibility) };
        for procedure in &module.procedures {
            self.procedure(procedure, &chain, host);
        }
        for body in &module.separate_bodies {
            self.separate(body, &chain, host);
        }
    }

    /// A main program or block data unit with its internal procedures.
    pub(super) fn program(&mut self, program: &'ir Program) {
        let name = program.name.as_ref().map_or("", |name| name.lower());
        let (kind, unnamed) = match program.kind {
            ProgramKind::Main => ("program", "MAIN__"),
            ProgramKind::BlockData => ("block data", ""),
        };
        let name = if name.is_empty() { unnamed } else { name };
        let chain = ScopeChain::empty().enter(&program.scope, Owner::Program(program));
        let unit = Unit { name: name.to_owned(), kind, ..self.unit(program.span, &program.scope, &chain) };
        self.found.push((program.span, unit));
        for procedure in &program.internal {
            self.procedure(procedure, &chain, Host { name: Some(name), is_internal: true, accessibility: None });
        }
    }

    fn procedure(&mut self, procedure: &'ir Procedure, host_chain: &ScopeChain<'ir>, host: Host<'_, 'ir>) {
        let chain = host_chain.enter_procedure(procedure);
        let unit = self.callable(procedure, procedure, &chain, host);
        self.found.push((procedure.span, unit));
        self.entries(&procedure.entries, procedure, &chain, host);
        self.internal(&procedure.internal, procedure.name.lower(), &chain);
    }

    /// A body that takes its interface from the ancestor (F2018 15.6.2.5).
    fn separate(&mut self, body: &'ir SeparateBody, host_chain: &ScopeChain<'ir>, host: Host<'_, 'ir>) {
        let inner = match self.describer.modules.find_interface(&body.name, host_chain) {
            Some(Meaning::Procedure(interface, outer)) => {
                let chain = outer.enter_interface(interface);
                let mut unit = self.callable(interface, interface, &chain, host);
                unit.line = self.line(body.span);
                unit.commons = commons(&body.scope);
                self.found.push((body.span, unit));
                self.entries(&body.entries, interface, &chain, host);
                // The body sees the dummy arguments of its interface and what its own scope declares.
                host_chain.enter_procedure(interface).enter(&body.scope, Owner::Separate(body))
            }
            _ => host_chain.enter(&body.scope, Owner::Separate(body)),
        };
        self.internal(&body.internal, body.name.lower(), &inner);
    }

    fn internal(&mut self, procedures: &'ir [Procedure], host: &str, chain: &ScopeChain<'ir>) {
        for procedure in procedures {
            self.procedure(procedure, chain, Host { name: Some(host), is_internal: true, accessibility: None });
        }
    }

    fn entries(
        &mut self,
        entries: &'ir [Entry],
        procedure: &'ir Procedure,
        chain: &ScopeChain<'ir>,
        host: Host<'_, 'ir>,
    ) {
        for entry in entries {
            let mut unit = self.callable(procedure, procedure, chain, host);
            unit.name = entry.name.lower().to_owned();
            unit.entry_of = Some(procedure.name.lower().to_owned());
            unit.args = self.describer.dummies(&entry.dummies, procedure, chain, 0);
            self.inference.add(&mut unit.args, procedure);
            unit.bind = self.describer.label(&entry.name, entry.bind.as_ref(), chain);
            unit.private = host.accessibility.is_some_and(|known| known.is_private(&entry.name));
            unit.line = self.line(entry.span);
            if let ProcedureKind::Function { .. } = procedure.kind {
                let result = entry.result.as_ref().unwrap_or(&entry.name);
                unit.result = self.describer.result(result, procedure, chain).or(unit.result);
            }
            self.found.push((entry.span, unit));
        }
    }

    fn callable(
        &self,
        procedure: &'ir Procedure,
        interface: &'ir Procedure,
        chain: &ScopeChain<'ir>,
        host: Host<'_, 'ir>,
    ) -> Unit {
        let mut unit = self.unit(procedure.span, &procedure.scope, chain);
        unit.name = procedure.name.lower().to_owned();
        unit.parent = host.name.map(str::to_owned);
        unit.internal = host.is_internal;
        unit.private = host.accessibility.is_some_and(|known| known.is_private(&procedure.name));
        unit.attrs = prefixes(interface);
        unit.bind = self.describer.label(&interface.name, interface.bind.as_ref(), chain);
        unit.args = self.describer.dummies(&interface.dummies, interface, chain, 0);
        self.inference.add(&mut unit.args, procedure);
        match &interface.kind {
            ProcedureKind::Subroutine => unit.kind = "subroutine",
            ProcedureKind::Function { result } => {
                unit.kind = "function";
                unit.result = self.describer.result(result, interface, chain);
            }
        }
        unit
    }

    /// What every unit has.
    fn unit(&self, span: Span, scope: &'ir Scope, chain: &ScopeChain<'ir>) -> Unit {
        Unit {
            commons: commons(scope),
            implicit_none: is_implicit_none(chain),
            line: self.line(span),
            ..Unit::default()
        }
    }

    pub(super) fn line(&self, span: Span) -> usize {
        self.sources.line_and_column(span.file, span.start).0
    }
}

/// `name`, or `ancestor.name` for a submodule.
pub(super) fn module_name(module: &Module) -> String {
    match &module.ancestor {
        Some(ancestor) => format!("{ancestor}.{}", module.name),
        None => module.name.lower().to_owned(),
    }
}

/// The COMMON blocks of a scope with their variables.
pub(super) fn commons(scope: &Scope) -> BTreeMap<String, Vec<String>> {
    let members = |common: &crate::ir::storage::Common| {
        common.members.iter().map(|(name, _)| name.lower().to_owned()).collect::<Vec<_>>()
    };
    let name = |common: &crate::ir::storage::Common| {
        common.name.as_ref().map_or_else(String::new, |name| name.lower().to_owned())
    };
    scope.commons.iter().map(|common| (name(common), members(common))).collect()
}

/// Whether no implicit type is left.
pub(super) fn is_implicit_none(chain: &ScopeChain<'_>) -> bool {
    for scope in chain.implicit_scopes() {
        if scope.implicit.none {
            return true;
        }
        if !scope.implicit.rules.is_empty() {
            return false;
        }
    }
    false
}
