//! What one statement says of one name, before it is known whether a signature file or a comment says it.

use crate::ir::array::ArraySpec;
use crate::ir::entity::{Attributes, Entity};
use crate::ir::expr::Expr;
use crate::ir::f2py::{EntitySignature, SignatureIntent, Verbatim};
use crate::ir::name::Name;
use crate::ir::types::TypeSpec;
use crate::source::Span;

/// What one statement says of one name.
#[derive(Clone, Debug)]
pub(in crate::front) struct Saying {
    pub(in crate::front) name: Name,
    pub(in crate::front) span: Span,
    pub(super) type_spec: Option<TypeSpec>,
    pub(super) attributes: Attributes,
    pub(super) shape: Option<ArraySpec>,
    /// The value of a constant, where it is an expression of Fortran.
    pub(super) constant: Option<Expr>,
    pub(super) signature: EntitySignature,
}

impl Saying {
    pub(in crate::front) fn of(name: Name, span: Span) -> Self {
        Self {
            name,
            span,
            type_spec: None,
            attributes: Attributes::default(),
            shape: None,
            constant: None,
            signature: EntitySignature::default(),
        }
    }

    /// Adds it to an entity of a signature file: Fortran's words are its own.
    pub(super) fn settle(self, entity: &mut Entity) {
        if entity.type_spec.is_none() {
            entity.type_spec = self.type_spec;
        }
        if entity.shape.is_none() {
            entity.shape = self.shape;
        }
        if entity.value.is_none() {
            entity.value = self.constant;
        }
        merge_attributes(&mut entity.attributes, &self.attributes);
        merge(entity.f2py.get_or_insert_default(), self.signature);
    }

    /// The intents that are said.
    pub(in crate::front) fn intents(&self) -> impl Iterator<Item = SignatureIntent> + '_ {
        self.signature.intents.iter().cloned()
    }

    /// Adds it to an entity of Fortran source, which it does not change.
    pub(in crate::front) fn annotate(self, entity: &mut Entity) {
        let signature = entity.f2py.get_or_insert_default();
        if signature.type_spec.is_none() {
            signature.type_spec = self.type_spec;
        }
        merge(signature, self.signature);
    }
}

fn merge_attributes(into: &mut Attributes, from: &Attributes) {
    into.allocatable |= from.allocatable;
    into.pointer |= from.pointer;
    into.target |= from.target;
    into.value |= from.value;
    into.contiguous |= from.contiguous;
    into.parameter |= from.parameter;
    into.external |= from.external;
    into.intrinsic |= from.intrinsic;
    into.save |= from.save;
    into.volatile |= from.volatile;
    into.protected |= from.protected;
    into.private = from.private.or(into.private);
}

/// Lists grow; of two values the first one counts, as f2py has it.
fn merge(into: &mut EntitySignature, from: EntitySignature) {
    for intent in from.intents {
        if !into.intents.contains(&intent) {
            into.intents.push(intent);
        }
    }
    into.optional |= from.optional;
    into.required |= from.required;
    into.unsigned |= from.unsigned;
    merge_lists(&mut into.checks, from.checks);
    merge_lists(&mut into.depends, from.depends);
    into.value = into.value.take().or(from.value);
    into.dimensions = into.dimensions.take().or(from.dimensions);
    into.length = into.length.take().or(from.length);
    into.notes.extend(from.notes);
    into.unknown.extend(from.unknown);
}

fn merge_lists<T>(into: &mut Option<Vec<T>>, from: Option<Vec<T>>) {
    match (into.as_mut(), from) {
        (Some(list), Some(more)) => list.extend(more),
        (None, more) => *into = more,
        (Some(_), None) => {}
    }
}

/// An attribute of a type declaration, or that of a statement of its own.
#[derive(Clone, Debug)]
pub(super) enum Attribute {
    /// One that is there or not, by its word in lower case.
    Word(&'static str),
    Dimension(ArraySpec, Vec<Verbatim>),
    Intent(Vec<SignatureIntent>),
    Check(Vec<Verbatim>),
    Depend(Vec<Name>),
    Note(Verbatim),
    Unknown(Verbatim),
}

/// The attributes that are there or not.
pub(super) const WORDS: [&str; 17] = [
    "optional",
    "required",
    "external",
    "intrinsic",
    "parameter",
    "allocatable",
    "pointer",
    "target",
    "value",
    "contiguous",
    "save",
    "volatile",
    "protected",
    "private",
    "public",
    "static",
    "automatic",
];

impl Attribute {
    /// Adds it to what is said.
    pub(super) fn add_to(&self, saying: &mut Saying) {
        let signature = &mut saying.signature;
        match self {
            Self::Word(word) => set_word(word, &mut saying.attributes, signature),
            Self::Dimension(shape, dimensions) => {
                saying.shape = saying.shape.take().or_else(|| Some(shape.clone()));
                signature.dimensions = signature.dimensions.take().or_else(|| Some(dimensions.clone()));
            }
            Self::Intent(intents) => {
                for intent in intents {
                    if !signature.intents.contains(intent) {
                        signature.intents.push(intent.clone());
                    }
                }
            }
            Self::Check(checks) => signature.checks.get_or_insert_default().extend(checks.iter().cloned()),
            Self::Depend(names) => signature.depends.get_or_insert_default().extend(names.iter().cloned()),
            Self::Note(note) => signature.notes.push(note.clone()),
            Self::Unknown(text) => signature.unknown.push(text.clone()),
        }
    }
}

fn set_word(word: &str, attributes: &mut Attributes, signature: &mut EntitySignature) {
    match word {
        // f2py's `optional` gives a default value, so it is not Fortran's
        "optional" => signature.optional = true,
        "required" => signature.required = true,
        "external" => attributes.external = true,
        "intrinsic" => attributes.intrinsic = true,
        "parameter" => attributes.parameter = true,
        "allocatable" => attributes.allocatable = true,
        "pointer" => attributes.pointer = true,
        "target" => attributes.target = true,
        "value" => attributes.value = true,
        "contiguous" => attributes.contiguous = true,
        "save" | "static" => attributes.save = true,
        "volatile" => attributes.volatile = true,
        "protected" => attributes.protected = true,
        "private" => attributes.private = Some(true),
        "public" => attributes.private = Some(false),
        "automatic" => attributes.automatic = true,
        _ => {}
    }
}
