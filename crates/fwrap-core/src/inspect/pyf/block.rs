//! Blocks of signature files as they were read: the same meaning once more.

use crate::analysis::scope::{Owner, ScopeChain};
use crate::inspect::entity::Describer;
use crate::inspect::pyf::declaration::Attributes;
use crate::inspect::pyf::writer::Writer;
use crate::ir::entity::Entity;
use crate::ir::f2py::{BlockKind, Member, ProcedureSignature, SignatureBlock, Verbatim};
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Entry, Procedure, ProcedureKind, Scope, Use};

/// Prints blocks of signature files.
pub(super) struct BlockPrinter<'w, 'a, 'ir> {
    pub(super) writer: &'w mut Writer,
    pub(super) describer: Describer<'a, 'ir>,
}

impl<'ir> BlockPrinter<'_, '_, 'ir> {
    /// A Python module, an interface, or what stands outside of both.
    pub(super) fn block(&mut self, block: &'ir SignatureBlock) {
        let word = match block.kind {
            BlockKind::PythonModule => "python module",
            BlockKind::Interface => "interface",
            BlockKind::AbstractInterface => "abstract interface",
            BlockKind::File => "",
        };
        let name = block.name.as_ref().map_or(String::new(), Name::spelled);
        if !word.is_empty() {
            self.writer.open(&format!("{word} {name}"));
        }
        for code in &block.user_code {
            self.writer.kept("usercode", &code.text);
        }
        if let Some(rows) = &block.method_definitions {
            self.writer.kept("pymethoddef", &rows.text);
        }
        for text in &block.documentation {
            self.writer.kept("", &text.text);
        }
        let chain = ScopeChain::empty().enter(&block.scope, Owner::Scope);
        self.scope(&block.scope, &[], &chain);
        for member in &block.members {
            self.member(member);
        }
        if !word.is_empty() {
            self.writer.close(&format!("end {word} {name}"));
        }
    }

    fn member(&mut self, member: &'ir Member) {
        match member {
            Member::Block(block) => self.block(block),
            Member::Module(module) => self.module(module),
            Member::Procedure(procedure) => self.procedure(procedure, &ScopeChain::empty()),
            Member::BlockData(program) => {
                let name = program.name.as_ref().map_or(String::new(), Name::spelled);
                self.writer.open(&format!("block data {name}"));
                let chain = ScopeChain::empty().enter(&program.scope, Owner::Program(program));
                self.scope(&program.scope, &[], &chain);
                self.writer.close(&format!("end block data {name}"));
            }
        }
    }

    fn module(&mut self, module: &'ir Module) {
        let name = module.name.spelled();
        self.writer.open(&format!("module {name}"));
        if module.private_by_default {
            self.writer.line("private");
        }
        let chain = ScopeChain::empty().enter(&module.scope, Owner::Module(module));
        self.scope(&module.scope, &[], &chain);
        for procedure in &module.procedures {
            self.procedure(procedure, &chain);
        }
        self.writer.close(&format!("end module {name}"));
    }

    fn procedure(&mut self, procedure: &'ir Procedure, host: &ScopeChain<'ir>) {
        let word = procedure_word(procedure);
        let name = procedure.name.spelled();
        self.writer.open(&first_statement(procedure));
        if let Some(signature) = &procedure.f2py {
            print_signature(self.writer, signature, &name);
        }
        let dummies: Vec<&Name> = procedure.dummies.iter().filter_map(dummy_name).collect();
        self.scope(&procedure.scope, &dummies, &host.enter_procedure(procedure));
        for entry in &procedure.entries {
            self.entry(entry);
        }
        self.writer.close(&format!("end {word} {name}"));
    }

    fn entry(&mut self, entry: &Entry) {
        let names: Vec<String> = entry.dummies.iter().filter_map(dummy_name).map(Name::spelled).collect();
        self.writer.line(&format!("entry {}({})", entry.name.spelled(), names.join(",")));
    }

    /// USE statements, declarations, COMMON blocks; what an interface block in the procedure said.
    fn scope(&mut self, scope: &'ir Scope, dummies: &[&Name], chain: &ScopeChain<'ir>) {
        for used in &scope.uses {
            self.writer.line(&use_text(used));
        }
        let uses_callbacks = scope.uses.iter().any(|used| used.module.lower().contains("__user__"));
        for entity in &scope.entities {
            match entity.interface.as_deref() {
                Some(interface) if !uses_callbacks => {
                    self.writer.open("interface");
                    self.procedure(interface, &ScopeChain::empty());
                    self.writer.close("end interface");
                    if dummies.contains(&&entity.name) {
                        self.external(entity, chain);
                    }
                }
                _ if entity.attributes.external => self.external(entity, chain),
                _ => self.entity(entity, chain),
            }
        }
        for common in &scope.commons {
            let members: Vec<String> = common.members.iter().map(|(name, _)| name.spelled()).collect();
            let name = common.name.as_ref().map_or(String::new(), |name| format!("/{}/ ", name.spelled()));
            self.writer.line(&format!("common {name}{}", members.join(",")));
        }
    }

    fn external(&mut self, entity: &'ir Entity, chain: &ScopeChain<'ir>) {
        let name = entity.name.spelled();
        let attributes = Attributes::of(entity);
        if !attributes.intents.is_empty() {
            self.writer.line(&format!("intent({}) {name}", attributes.intents.join(",")));
        }
        self.writer.line(&format!("external {name}"));
        if attributes.words.contains(&"optional") {
            self.writer.line(&format!("optional {name}"));
        }
        if entity.type_spec.is_some()
            && let Some(type_text) = self.describer.type_text(entity, chain)
        {
            self.writer.line(&format!("{type_text} :: {name}"));
        }
    }

    fn entity(&mut self, entity: &'ir Entity, chain: &ScopeChain<'ir>) {
        let name = entity.name.spelled();
        match self.describer.type_text(entity, chain) {
            Some(type_text) => self.writer.line(&Attributes::of(entity).declaration(&type_text, &name)),
            None => self.writer.line(&format!("! {name} has no type that is known")),
        }
    }
}

/// `subroutine` or `function`.
pub(super) fn procedure_word(procedure: &Procedure) -> &'static str {
    if procedure.kind == ProcedureKind::Subroutine { "subroutine" } else { "function" }
}

fn dummy_name(dummy: &Dummy) -> Option<&Name> {
    match dummy {
        Dummy::Argument(name, _) => Some(name),
        Dummy::AlternateReturn(_) => None,
    }
}

/// `function f(x) result (y)`
fn first_statement(procedure: &Procedure) -> String {
    let names: Vec<String> = procedure.dummies.iter().filter_map(dummy_name).map(Name::spelled).collect();
    let result = match &procedure.kind {
        ProcedureKind::Function { result } if *result != procedure.name => format!(" result ({})", result.spelled()),
        _ => String::new(),
    };
    let bind = procedure.bind.as_ref().map_or(String::new(), |bind| match &bind.label {
        Some(label) => format!(" bind(c, name=\"{label}\")"),
        None => " bind(c)".to_owned(),
    });
    format!("{} {}({}){result}{bind}", procedure_word(procedure), procedure.name.spelled(), names.join(","))
}

/// The statements of a procedure that only f2py knows.
pub(super) fn print_signature(writer: &mut Writer, signature: &ProcedureSignature, name: &str) {
    if let Some(fortran_name) = &signature.fortran_name {
        writer.line(format!("fortranname {}", fortran_name.text).trim_ascii_end());
    }
    if signature.threadsafe {
        writer.line("threadsafe");
    }
    let mut code = |word: &str, text: &Option<Verbatim>| match text {
        Some(text) if text.text.contains('\n') => writer.kept(word, &text.text),
        Some(text) => writer.line(&format!("{word} {}", text.text)),
        None => {}
    };
    code("callstatement", &signature.call_statement);
    code("callprotoargument", &signature.call_prototype);
    for code in &signature.user_code {
        writer.kept("usercode", &code.text);
    }
    if let Some(rows) = &signature.method_definitions {
        writer.kept("pymethoddef", &rows.text);
    }
    for text in &signature.documentation {
        writer.kept("", &text.text);
    }
    if !signature.intents.is_empty() {
        let words: Vec<String> = signature.intents.iter().map(|intent| intent.spelled()).collect();
        writer.line(&format!("intent({}) {name}", words.join(",")));
    }
}

fn use_text(used: &Use) -> String {
    let name = |(local, original): &(Name, Name)| {
        if local == original { local.spelled() } else { format!("{}=>{}", local.spelled(), original.spelled()) }
    };
    let names: Vec<String> = used.names.iter().map(name).collect();
    let only = if used.only { " only:" } else { "" };
    let list = if used.only || !names.is_empty() { format!(",{only} {}", names.join(", ")) } else { String::new() };
    format!("use {}{list}", used.module.spelled())
}
