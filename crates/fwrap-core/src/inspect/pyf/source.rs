//! Signatures of what Fortran sources declare: external procedures, modules, COMMON blocks.

use crate::analysis::scope::{Owner, ScopeChain};
use crate::analysis::usage::Usages;
use crate::inspect::description::{Argument, Interface};
use crate::inspect::entity::Describer;
use crate::inspect::pyf::Wanted;
use crate::inspect::pyf::argument::{bind_text, dimensions, obstacle, print_callback, result_obstacle, type_of};
use crate::inspect::pyf::block::print_signature;
use crate::inspect::pyf::callback::CallbackFinder;
use crate::inspect::pyf::declaration::Attributes;
use crate::inspect::pyf::obstacle::{find_obstacle, type_obstacle};
use crate::inspect::pyf::size::{Declared, settle_sizes};
use crate::inspect::pyf::writer::Writer;
use crate::ir::entity::{Entity, Intent};
use crate::ir::f2py::{EntitySignature, SignatureIntent};
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Procedure, ProcedureKind, Scope};
use crate::ir::program::Program;
use crate::ir::types::BaseType;

/// Prints what Fortran sources declare.
pub(super) struct SourcePrinter<'a, 'ir> {
    pub(super) describer: Describer<'a, 'ir>,
    pub(super) usages: &'a Usages<'ir>,
    pub(super) finder: CallbackFinder<'a, 'ir>,
    /// Interfaces of callbacks, each in a Python module of its own.
    pub(super) callbacks: Writer,
    pub(super) main: Writer,
}

impl<'ir> SourcePrinter<'_, 'ir> {
    /// An external procedure or one of a module.
    pub(super) fn procedure(&mut self, procedure: &'ir Procedure, host: &ScopeChain<'ir>, is_free: bool) {
        let chain = host.enter_procedure(procedure);
        let mut arguments = self.describer.dummies(&procedure.dummies, procedure, &chain, 0);
        self.finder.complete(&mut arguments, procedure, &chain);
        self.callable(procedure, procedure.name.lower(), &procedure.dummies, arguments, &chain, is_free);
        for entry in &procedure.entries {
            let mut arguments = self.describer.dummies(&entry.dummies, procedure, &chain, 0);
            self.finder.complete(&mut arguments, procedure, &chain);
            self.callable(procedure, entry.name.lower(), &entry.dummies, arguments, &chain, is_free);
        }
    }

    fn callable(
        &mut self,
        procedure: &'ir Procedure,
        name: &str,
        dummies: &'ir [Dummy],
        arguments: Vec<Argument>,
        chain: &ScopeChain<'ir>,
        is_free: bool,
    ) {
        let result = self.result(procedure, name, chain);
        let obstacle =
            obstacle(&arguments).or_else(|| result.as_ref().and_then(|result| result_obstacle(result, is_free)));
        if let Some(reason) = obstacle {
            self.main.line(&format!("! {name} is left out: {reason}"));
            return;
        }
        let names: Vec<String> = arguments.iter().map(|argument| argument.name.clone()).collect();
        let word = if result.is_some() { "function" } else { "subroutine" };
        let suffix = match &result {
            Some(result) if result.name != name => format!(" result ({})", result.name),
            _ => String::new(),
        };
        self.main.open(&format!("{word} {name}({}){suffix}{}", names.join(","), bind_text(procedure, name)));
        if let Some(signature) = &procedure.f2py {
            print_signature(&mut self.main, signature, name);
        }
        let hidden = self.hidden_callbacks(procedure, chain);
        self.callback_modules(name, &arguments, &hidden);
        let entity =
            |argument: &Argument| procedure.scope.entities.iter().find(|one| one.name == *argument.name.as_str());
        let mut declared: Vec<Declared> = Vec::new();
        for (argument, dummy) in arguments.into_iter().zip(dummies) {
            let mut attributes = entity(&argument).map_or_else(Attributes::default, Attributes::of);
            attributes.dimensions = dimensions(&argument);
            if let Some(intent) = self.intent(&argument, procedure, dummy) {
                attributes.declare_intent(intent);
            }
            declared.push(Declared { argument, attributes });
        }
        settle_sizes(&mut declared);
        for Declared { argument, attributes } in &declared {
            self.dummy(argument, attributes, entity(argument), chain);
        }
        if let Some(result) = &result {
            self.variable(result, entity(result), chain);
        }
        self.hidden(procedure, &names, chain);
        self.commons(&procedure.scope, chain);
        self.main.close(&format!("end {word} {name}"));
    }

    /// The declared intent; otherwise `in` where the sources prove that it is never written.
    fn intent(&self, argument: &Argument, procedure: &'ir Procedure, dummy: &'ir Dummy) -> Option<Intent> {
        match argument.intent {
            Some("in") => return Some(Intent::In),
            Some("out") => return Some(Intent::Out),
            Some("inout") => return Some(Intent::InOut),
            _ => {}
        }
        let Dummy::Argument(name, _) = dummy else { return None };
        let is_data = argument.class == "data";
        let has_words =
            procedure.scope.entity(name)?.f2py.as_ref().is_some_and(|signature| !signature.intents.is_empty());
        let usage = self.usages.of(procedure, name).filter(|_| is_data && !has_words)?;
        usage.is_never_written().then_some(Intent::In)
    }

    fn result(&self, procedure: &'ir Procedure, name: &str, chain: &ScopeChain<'ir>) -> Option<Argument> {
        let ProcedureKind::Function { result } = &procedure.kind else { return None };
        let entry = procedure.entries.iter().find(|entry| entry.name == *name);
        let result = entry.and_then(|entry| entry.result.clone()).unwrap_or_else(|| result.clone());
        self.describer.result(&result, procedure, chain)
    }

    fn dummy(
        &mut self,
        argument: &Argument,
        attributes: &Attributes,
        entity: Option<&'ir Entity>,
        chain: &ScopeChain<'ir>,
    ) {
        let name = &argument.name;
        if argument.class == "procedure" {
            self.main.line(&format!("external {name}"));
            if attributes.words.contains(&"optional") {
                self.main.line(&format!("optional {name}"));
            }
            return;
        }
        let type_text = entity.and_then(|entity| self.describer.type_text(entity, chain));
        let type_text = type_text.unwrap_or_else(|| type_of(argument));
        self.main.line(&attributes.declaration(&type_text, name));
    }

    /// A variable of a module or COMMON block, or a function result.
    fn variable(&mut self, argument: &Argument, entity: Option<&'ir Entity>, chain: &ScopeChain<'ir>) {
        let mut attributes = entity.map_or_else(Attributes::default, Attributes::of);
        attributes.dimensions = dimensions(argument);
        self.dummy(argument, &attributes, entity, chain);
    }

    /// Variables that only directive comments know: `intent(aux)`, `intent(callback)`.
    fn hidden(&mut self, procedure: &'ir Procedure, dummies: &[String], chain: &ScopeChain<'ir>) {
        for entity in &procedure.scope.entities {
            let Some(signature) = &entity.f2py else { continue };
            if dummies.iter().any(|dummy| entity.name == **dummy) {
                continue;
            }
            if signature.intents.contains(&SignatureIntent::Callback) {
                let attributes = Attributes::of(entity);
                self.main.line(&format!("intent({}) {}", attributes.intents.join(","), entity.name));
                self.main.line(&format!("external {}", entity.name));
            } else if signature.intents.contains(&SignatureIntent::Aux)
                && let Some(type_text) = self.describer.type_text(entity, chain)
            {
                self.main.line(&Attributes::of(entity).declaration(&type_text, entity.name.lower()));
            }
        }
    }

    /// COMMON blocks with the declarations of their variables.
    pub(super) fn commons(&mut self, scope: &'ir Scope, chain: &ScopeChain<'ir>) {
        let mut statements = Vec::new();
        for common in &scope.commons {
            let find = |name: &Name| scope.entities.iter().find(|entity| entity.name == *name);
            let members: Vec<&Entity> = common.members.iter().filter_map(|(name, _)| find(name)).collect();
            let described: Vec<Argument> = members.iter().map(|entity| self.describer.data(entity, chain)).collect();
            let label = common.name.as_ref().map_or(String::new(), |name| format!("/{name}/ "));
            let obstacle = described.iter().find_map(|one| type_obstacle(one).or_else(|| find_obstacle(one, &[])));
            if let Some(reason) = obstacle {
                self.main.line(&format!("! common {label}is left out: {reason}"));
                continue;
            }
            for (argument, entity) in described.iter().zip(&members) {
                self.variable(argument, Some(entity), chain);
            }
            let names: Vec<&str> = described.iter().map(|one| one.name.as_str()).collect();
            statements.push(format!("common {label}{}", names.join(",")));
        }
        statements.iter().for_each(|statement| self.main.line(statement));
    }

    /// Procedures that only `intent(callback)` makes arguments.
    fn hidden_callbacks(&self, procedure: &'ir Procedure, chain: &ScopeChain<'ir>) -> Vec<(String, Interface)> {
        let is_callback = |entity: &&Entity| {
            let is_said = |signature: &EntitySignature| signature.intents.contains(&SignatureIntent::Callback);
            entity.f2py.as_deref().is_some_and(is_said)
        };
        let find = |entity: &Entity| {
            Some((entity.name.lower().to_owned(), self.finder.find(&entity.name, procedure, chain, 0)?))
        };
        procedure.scope.entities.iter().filter(is_callback).filter_map(find).collect()
    }

    /// The interfaces of the dummy procedures, and the USE statement that makes them known.
    fn callback_modules(&mut self, procedure: &str, arguments: &[Argument], hidden: &[(String, Interface)]) {
        let of_procedure = |one: &&Argument| one.class == "procedure";
        let callbacks = arguments.iter().filter(of_procedure);
        let callbacks = callbacks.filter_map(|one| Some((one.name.as_str(), one.interface.as_deref()?)));
        let hidden = hidden.iter().map(|(name, interface)| (name.as_str(), interface));
        let callbacks: Vec<_> = callbacks.chain(hidden).collect();
        if callbacks.is_empty() {
            return;
        }
        let module = format!("{procedure}__user__routines");
        self.main.line(&format!("use {module}"));
        let writer = &mut self.callbacks;
        writer.blank();
        writer.open(&format!("python module {module}"));
        writer.open(&format!("interface {procedure}_user_interface"));
        for (name, interface) in callbacks {
            print_callback(writer, name, interface);
        }
        writer.close(&format!("end interface {procedure}_user_interface"));
        writer.close(&format!("end python module {module}"));
    }

    /// A block data unit, for its COMMON blocks.
    pub(super) fn block_data(&mut self, program: &'ir Program) {
        let name = program.name.as_ref().map_or("", |name| name.lower());
        self.main.open(&format!("block data {name}"));
        let chain = ScopeChain::empty().enter(&program.scope, Owner::Program(program));
        self.commons(&program.scope, &chain);
        self.main.close(&format!("end block data {name}"));
    }

    /// A module: its public variables and constants, then its procedures.
    pub(super) fn module(&mut self, module: &'ir Module, wanted: Wanted<'_>) {
        let name = module.name.lower();
        self.main.open(&format!("module {name}"));
        let chain = ScopeChain::empty().enter(&module.scope, Owner::Module(module));
        for entity in module.scope.entities.iter().filter(|entity| module.is_public(&entity.name)) {
            self.module_entity(entity, module, &chain);
        }
        self.commons(&module.scope, &chain);
        let is_printed = |name: &Name| module.is_public(name) && wanted(name, Some(&module.name));
        for procedure in module.procedures.iter().filter(|procedure| is_printed(&procedure.name)) {
            self.procedure(procedure, &chain, false);
        }
        for procedure in &module.separate_interfaces {
            self.main.line(&format!("! {} is left out: its body stands in a submodule", procedure.name));
        }
        self.main.close(&format!("end module {name}"));
    }

    fn module_entity(&mut self, entity: &'ir Entity, module: &Module, chain: &ScopeChain<'ir>) {
        let is_procedure = entity.attributes.external
            || entity.attributes.intrinsic
            || entity.interface.is_some()
            || matches!(entity.type_spec.as_ref().map(|spec| &spec.base), Some(BaseType::Procedure(_)));
        let is_in_common =
            || module.scope.commons.iter().any(|common| common.members.iter().any(|(name, _)| *name == entity.name));
        if is_procedure || entity.type_spec.is_none() || is_in_common() {
            return;
        }
        let argument = self.describer.data(entity, chain);
        let reason = type_obstacle(&argument)
            .or_else(|| argument.attrs.contains(&"pointer").then(|| format!("`{}` is a pointer", argument.name)))
            .or_else(|| {
                let plain = Argument { attrs: Vec::new(), ..argument.clone() };
                find_obstacle(&plain, &[])
            });
        let is_array_constant = entity.attributes.parameter && argument.rank != 0;
        match reason {
            Some(reason) => self.main.line(&format!("! {} is left out: {reason}", argument.name)),
            None if is_array_constant => {
                self.main.line(&format!("! {} is left out: it is an array constant", argument.name))
            }
            None => {
                let mut attributes = Attributes::of(entity);
                attributes.dimensions = dimensions(&argument);
                attributes.words.retain(|word| *word != "target");
                if let Some(value) = entity.value.as_ref().filter(|_| entity.attributes.parameter) {
                    attributes.value = Some(self.describer.expression(value, chain));
                }
                self.dummy(&argument, &attributes, Some(entity), chain);
            }
        }
    }
}
