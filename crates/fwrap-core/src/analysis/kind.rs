//! The type and kind of an entity: known, or a reason why not. Nothing is ever defaulted beyond what the standard says.

use crate::analysis::constant::{self, NotConstant};
use crate::analysis::scope::{Modules, ScopeChain};
use crate::ir::entity::Entity;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::name::Name;
use crate::ir::types::{BaseType, CharacterLength, KindSelector, TypeSpec};
use crate::source::Span;

/// An intrinsic type with its kind, or something that is not an intrinsic type.
#[derive(Clone, Debug)]
pub enum ResolvedType {
    /// `integer(kind)`
    Integer(u8),
    /// `real(kind)`
    Real(u8),
    /// `complex(kind)`: the kind of each part.
    Complex(u8),
    /// `logical(kind)`
    Logical(u8),
    /// `character(kind=1, len)`
    Character(CharacterLength),
    /// A type that is no intrinsic type, as the source calls it.
    Other(String),
}

impl ResolvedType {
    /// The kind, if it is an intrinsic type.
    #[must_use]
    pub fn kind(&self) -> Option<u8> {
        match self {
            Self::Integer(kind) | Self::Real(kind) | Self::Complex(kind) | Self::Logical(kind) => Some(*kind),
            Self::Character(_) => Some(1),
            Self::Other(_) => None,
        }
    }
}

/// Why a type is not known.
#[derive(Clone, Debug)]
pub enum UnknownType {
    /// No declaration, and no implicit rule for the name.
    Untyped,
    /// The kind expression is not a known constant.
    Kind(NotConstant),
    /// The kind is known, but the type has no such kind: type name, kind, place.
    NoSuchKind(&'static str, i128, Span),
}

/// Where the type of an entity comes from.
#[derive(Clone, Copy, Debug)]
pub enum Typing<'a> {
    /// A declaration or an IMPLICIT statement.
    Spec(&'a TypeSpec),
    /// The default implicit rules: I to N are integers, the others reals.
    Default {
        /// Whether it is an integer.
        is_integer: bool,
    },
    /// Nothing gives it a type.
    Untyped,
}

/// Where the type of an entity comes from: its declaration or implicit typing (F2018 8.7).
#[must_use]
pub fn find_typing<'a, 'ir: 'a>(entity: &'a Entity, chain: &ScopeChain<'ir>) -> Typing<'a> {
    match &entity.type_spec {
        Some(spec) => Typing::Spec(spec),
        None => find_implicit_typing(entity, chain),
    }
}

/// The type that implicit typing would give an entity.
#[must_use]
pub fn find_implicit_typing<'a, 'ir: 'a>(entity: &Entity, chain: &ScopeChain<'ir>) -> Typing<'a> {
    let letter = entity.name.lower().chars().next().unwrap_or('_');
    for scope in chain.implicit_scopes() {
        let mut rules = scope.implicit.rules.iter().rev();
        let covers =
            |first: &char, last: &char| (first.to_ascii_lowercase()..=last.to_ascii_lowercase()).contains(&letter);
        if let Some((_, _, spec)) = rules.find(|(first, last, _)| covers(first, last)) {
            return Typing::Spec(spec);
        }
        if scope.implicit.none {
            return Typing::Untyped;
        }
    }
    if letter.is_ascii_alphabetic() {
        Typing::Default { is_integer: matches!(letter, 'i'..='n') }
    } else {
        Typing::Untyped
    }
}

/// The type of an entity by its declaration or by implicit typing (F2018 8.7).
///
/// # Errors
/// Says why the type is not known.
pub fn find_type<'ir>(
    entity: &Entity,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Result<ResolvedType, UnknownType> {
    match find_typing(entity, chain) {
        Typing::Spec(spec) => resolve(spec, chain, modules),
        Typing::Default { is_integer: true } => Ok(ResolvedType::Integer(modules.default_kinds.integer)),
        Typing::Default { is_integer: false } => Ok(ResolvedType::Real(modules.default_kinds.real)),
        Typing::Untyped => Err(UnknownType::Untyped),
    }
}

/// The kind of a character type.
///
/// # Errors
/// Says why it is not known.
pub fn find_character_kind<'ir>(
    spec: &TypeSpec,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Result<u8, UnknownType> {
    find_kind(spec, "character", 1, &[1, 4], chain, modules)
}

/// The type that a declaration type spec stands for.
///
/// # Errors
/// Says why the type is not known.
pub fn resolve<'ir>(
    spec: &TypeSpec,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Result<ResolvedType, UnknownType> {
    let defaults = modules.default_kinds;
    let kind = |type_name, default, allowed: &[u8]| find_kind(spec, type_name, default, allowed, chain, modules);
    match &spec.base {
        BaseType::Integer => kind("integer", defaults.integer, &[1, 2, 4, 8, 16]).map(ResolvedType::Integer),
        BaseType::Real => kind("real", defaults.real, &[4, 8, 10, 16]).map(ResolvedType::Real),
        BaseType::DoublePrecision => Ok(ResolvedType::Real(defaults.double)),
        BaseType::Complex => match spec.kind {
            // `complex*16` counts the bytes of both parts.
            Some(KindSelector::Star(bytes)) => match bytes {
                8 | 16 | 20 | 32 => Ok(ResolvedType::Complex(u8::try_from(bytes / 2).unwrap_or(0))),
                _ => Err(UnknownType::NoSuchKind("complex", i128::from(bytes), spec.span)),
            },
            _ => kind("complex", defaults.real, &[4, 8, 10, 16]).map(ResolvedType::Complex),
        },
        BaseType::DoubleComplex => Ok(ResolvedType::Complex(defaults.double)),
        BaseType::Logical => kind("logical", defaults.logical, &[1, 2, 4, 8, 16]).map(ResolvedType::Logical),
        BaseType::Character => match kind("character", 1, &[1, 4])? {
            1 => Ok(ResolvedType::Character(spec.length.clone().unwrap_or_else(|| length_one(spec.span)))),
            other => Ok(ResolvedType::Other(format!("character(kind={other})"))),
        },
        BaseType::Derived(name) => Ok(ResolvedType::Other(format!("type({name})"))),
        BaseType::Class(name) => Ok(ResolvedType::Other(format!("class({name})"))),
        BaseType::UnlimitedPolymorphic => Ok(ResolvedType::Other("class(*)".into())),
        BaseType::AssumedType => Ok(ResolvedType::Other("type(*)".into())),
        BaseType::Procedure(name) => {
            Ok(ResolvedType::Other(format!("procedure({})", name.as_ref().map_or("", Name::lower))))
        }
    }
}

fn find_kind<'ir>(
    spec: &TypeSpec,
    type_name: &'static str,
    default: u8,
    allowed: &[u8],
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Result<u8, UnknownType> {
    let (value, span) = match &spec.kind {
        None => return Ok(default),
        Some(KindSelector::Star(bytes)) => (i128::from(*bytes), spec.span),
        Some(KindSelector::Expr(expr)) => {
            let folded = constant::fold(expr, chain, modules);
            let value = modules.known_kinds.settle(type_name, expr, folded).map_err(UnknownType::Kind)?;
            let value = value.as_integer().ok_or(UnknownType::Kind(NotConstant::Form(expr.span)))?;
            (value, expr.span)
        }
    };
    allowed
        .iter()
        .copied()
        .find(|known| i128::from(*known) == value)
        .ok_or(UnknownType::NoSuchKind(type_name, value, span))
}

/// The length of a character without a length selector.
fn length_one(span: Span) -> CharacterLength {
    CharacterLength::Expr(Expr { kind: ExprKind::Integer(1, None), span })
}
