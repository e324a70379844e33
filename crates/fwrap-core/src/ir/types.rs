//! Type specifications, as written.

use crate::ir::expr::{Actual, Expr};
use crate::ir::name::Name;
use crate::source::Span;

/// A declaration type spec (F2018 7.3.2).
#[derive(Clone, Debug)]
pub struct TypeSpec {
    /// The type.
    pub base: BaseType,
    /// `(kind=...)` or `*8`.
    pub kind: Option<KindSelector>,
    /// `(len=...)` or `*(*)`, for characters.
    pub length: Option<CharacterLength>,
    /// `type(matrix(8, n))`: the parameters of a parameterized derived type.
    pub parameters: Vec<Actual>,
    /// Where it stands.
    pub span: Span,
}

/// The type itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaseType {
    /// `integer`
    Integer,
    /// `real`
    Real,
    /// `double precision`
    DoublePrecision,
    /// `complex`
    Complex,
    /// `double complex`
    DoubleComplex,
    /// `logical`
    Logical,
    /// `character`
    Character,
    /// `type(name)`
    Derived(Name),
    /// `class(name)`
    Class(Name),
    /// `class(*)`
    UnlimitedPolymorphic,
    /// `type(*)`
    AssumedType,
    /// `procedure(interface)`
    Procedure(Option<Name>),
}

/// How a kind is selected.
#[derive(Clone, Debug)]
pub enum KindSelector {
    /// `real*8`: bytes (of the whole number for `complex*16`).
    Star(u32),
    /// `real(kind=expr)`.
    Expr(Expr),
}

/// The length of a character entity.
#[derive(Clone, Debug)]
pub enum CharacterLength {
    /// An expression.
    Expr(Expr),
    /// `*`: taken from the actual argument.
    Assumed,
    /// `:`: deferred.
    Deferred,
}
