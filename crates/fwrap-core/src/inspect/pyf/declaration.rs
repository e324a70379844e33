//! Declarations of a signature file: the type, the attributes, the value.

use crate::analysis::scope::ScopeChain;
use crate::inspect::entity::Describer;
use crate::ir::entity::{Entity, Intent};
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::f2py::{EntitySignature, SignatureIntent, Verbatim};
use crate::ir::types::{BaseType, CharacterLength, KindSelector, TypeSpec};

impl<'ir> Describer<'_, 'ir> {
    /// The type of an entity; `None`: it has none that a signature file could say.
    pub(super) fn type_text(self, entity: &'ir Entity, chain: &ScopeChain<'ir>) -> Option<String> {
        let described = self.entity_type(entity, chain);
        let spec = entity.type_spec.as_ref();
        match (described.data_type, described.kind) {
            ("character", _) => Some(self.character(spec, entity.f2py.as_deref(), chain)),
            ("integer", Some(bytes)) if entity.f2py.as_ref().is_some_and(|signature| signature.unsigned) => {
                Some(format!("integer*-{bytes}"))
            }
            (name @ ("integer" | "real" | "complex" | "logical"), Some(kind)) => Some(format!("{name}(kind={kind})")),
            (name @ ("integer" | "real" | "complex" | "logical"), None) => match &spec?.kind {
                Some(KindSelector::Star(bytes)) => Some(format!("{name}*{bytes}")),
                Some(KindSelector::Expr(expr)) => Some(format!("{name}(kind={})", self.bound(expr, chain))),
                None => None,
            },
            _ => match &spec?.base {
                BaseType::Derived(name) => Some(format!("type({})", name.spelled())),
                _ => None,
            },
        }
    }

    /// For f2py a character without a length is another type than one of length 1.
    fn character(
        self,
        spec: Option<&TypeSpec>,
        signature: Option<&EntitySignature>,
        chain: &ScopeChain<'ir>,
    ) -> String {
        if let Some(length) = signature.and_then(|signature| signature.length.as_ref()) {
            return format!("character(f2py_len={})", length.text);
        }
        match spec.and_then(|spec| spec.length.as_ref()) {
            None => "character".to_owned(),
            Some(CharacterLength::Assumed) => "character*(*)".to_owned(),
            Some(CharacterLength::Deferred) => "character*(:)".to_owned(),
            Some(CharacterLength::Expr(expr)) => format!("character(len={})", self.bound(expr, chain)),
        }
    }

    /// An expression of Fortran, or C as it was written.
    fn bound(self, expr: &Expr, chain: &ScopeChain<'ir>) -> String {
        match &expr.kind {
            ExprKind::Other(text) => text.clone(),
            _ => self.expression(expr, chain),
        }
    }
}

/// The attributes of an entity, ready to be joined with commas.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) words: Vec<&'static str>,
    pub(super) dimensions: Vec<String>,
    pub(super) intents: Vec<String>,
    pub(super) checks: Option<Vec<String>>,
    pub(super) depends: Option<Vec<String>>,
    pub(super) notes: Vec<String>,
    pub(super) others: Vec<String>,
    pub(super) value: Option<String>,
}

impl Attributes {
    /// Those of an entity; the dimensions of a signature file are kept as written.
    pub(super) fn of(entity: &Entity) -> Self {
        let attributes = &entity.attributes;
        let signature = entity.f2py.as_deref();
        let says = |test: fn(&EntitySignature) -> bool| signature.is_some_and(test);
        let words = [
            (attributes.parameter, "parameter"),
            (attributes.allocatable, "allocatable"),
            (attributes.pointer, "pointer"),
            (attributes.target, "target"),
            (attributes.value, "value"),
            (attributes.private == Some(true), "private"),
            (attributes.optional || says(|signature| signature.optional), "optional"),
            (says(|signature| signature.required), "required"),
        ];
        let mut found = Self {
            words: words.into_iter().filter_map(|(there, word)| there.then_some(word)).collect(),
            ..Self::default()
        };
        let Some(signature) = signature else { return found };
        let texts = |list: &Vec<Verbatim>| list.iter().map(|text| text.text.clone()).collect();
        found.dimensions = signature.dimensions.as_ref().map(texts).unwrap_or_default();
        found.intents = signature.intents.iter().map(SignatureIntent::spelled).collect();
        found.checks = signature.checks.as_ref().map(texts);
        found.depends = signature.depends.as_ref().map(|names| names.iter().map(|name| name.spelled()).collect());
        found.notes = texts(&signature.notes);
        found.others = texts(&signature.unknown);
        found.value = signature.value.as_ref().map(|value| value.text.clone());
        found
    }

    /// With the intent that the Fortran source declares, before f2py's words.
    pub(super) fn declare_intent(&mut self, intent: Intent) {
        let word = match intent {
            Intent::In => "in",
            Intent::Out => "out",
            Intent::InOut => "inout",
        };
        if !self.intents.iter().any(|known| known == word) {
            self.intents.insert(0, word.to_owned());
        }
    }

    /// `type, attributes :: name = value`
    pub(super) fn declaration(&self, type_text: &str, name: &str) -> String {
        let mut parts: Vec<String> = self.words.iter().map(|word| (*word).to_owned()).collect();
        let mut add = |word: &str, list: &[String]| parts.push(format!("{word}({})", list.join(",")));
        if !self.dimensions.is_empty() {
            add("dimension", &self.dimensions);
        }
        if !self.intents.is_empty() {
            add("intent", &self.intents);
        }
        if let Some(checks) = &self.checks {
            add("check", checks);
        }
        if let Some(depends) = &self.depends {
            add("depend", depends);
        }
        for note in &self.notes {
            add("note", std::slice::from_ref(note));
        }
        parts.extend(self.others.iter().cloned());
        let attributes = if parts.is_empty() { String::new() } else { format!(", {}", parts.join(", ")) };
        let value = self.value.as_ref().map_or(String::new(), |value| format!(" = {value}"));
        format!("{type_text}{attributes} :: {name}{value}")
    }
}
