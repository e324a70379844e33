//! Derived type definitions (F2018 7.5).

use crate::ir::documentation::Documentation;
use crate::ir::entity::Entity;
use crate::ir::expr::Expr;
use crate::ir::generic::GenericSpec;
use crate::ir::name::Name;
use crate::source::Span;

/// A derived type.
#[derive(Clone, Debug)]
pub struct DerivedType {
    /// The name.
    pub name: Name,
    /// Where the name stands in the TYPE statement.
    pub span: Span,
    /// What the TYPE statement and the statements before the components say.
    pub attributes: TypeAttributes,
    /// EXTENDS: the parent type.
    pub extends: Option<Name>,
    /// Type parameters; there are some if the type is parameterized.
    pub parameters: Vec<TypeParameter>,
    /// The components in order, those of the parent type apart. `value` is the default initialisation.
    pub components: Vec<Entity>,
    /// What stands behind CONTAINS.
    pub bindings: Vec<Binding>,
    /// The comment that describes it.
    pub documentation: Documentation,
}

/// Attributes of a derived type that are there or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeAttributes {
    /// ABSTRACT
    pub is_abstract: bool,
    /// BIND(C)
    pub bind_c: bool,
    /// SEQUENCE
    pub sequence: bool,
    /// PRIVATE (`Some(false)`: PUBLIC; `None`: not said): who can use the type's name.
    pub private: Option<bool>,
    /// PRIVATE among the components: components are private unless they say PUBLIC.
    pub private_components: bool,
    /// PRIVATE behind CONTAINS: bindings are private unless they say PUBLIC.
    pub private_bindings: bool,
    /// A DEC STRUCTURE, not a type of the standard.
    pub dec_structure: bool,
}

/// A parameter of a parameterized derived type.
#[derive(Clone, Debug)]
pub struct TypeParameter {
    /// The name.
    pub name: Name,
    /// LEN; otherwise KIND.
    pub is_length: bool,
    /// The default.
    pub default: Option<Expr>,
}

/// A type-bound procedure (F2018 7.5.5).
#[derive(Clone, Debug)]
pub enum Binding {
    /// `procedure [(interface)] [, attributes] :: name [=> procedure]`
    Specific(SpecificBinding),
    /// `generic [, access] :: spec => names`
    Generic {
        /// What the names stand for.
        spec: GenericSpec,
        /// The bindings.
        specifics: Vec<Name>,
        /// PRIVATE (`Some(false)`: PUBLIC).
        private: Option<bool>,
        /// Where the statement stands.
        span: Span,
    },
    /// `final :: names`
    Final(Vec<(Name, Span)>),
}

/// A specific type-bound procedure.
#[derive(Clone, Debug)]
pub struct SpecificBinding {
    /// The name of the binding.
    pub name: Name,
    /// Where it stands.
    pub span: Span,
    /// The procedure behind `=>`; without one it has the binding's name, or it is deferred.
    pub procedure: Option<Name>,
    /// The interface of a deferred binding.
    pub interface: Option<Name>,
    /// NOPASS
    pub nopass: bool,
    /// PASS(name)
    pub pass: Option<Name>,
    /// DEFERRED
    pub deferred: bool,
    /// NON_OVERRIDABLE
    pub non_overridable: bool,
    /// PRIVATE (`Some(false)`: PUBLIC; `None`: not said).
    pub private: Option<bool>,
    /// The comment at it.
    pub documentation: String,
}
