//! The tree of a simplified expression.

use crate::analysis::constant::{Constant, NotConstant};
use crate::analysis::scope::ScopeChain;
use crate::ir::entity::Entity;
use crate::ir::expr::{BinaryOperator, UnaryOperator};
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::Span;

/// An expression, simplified. Parentheses are gone: the tree says what belongs together.
#[derive(Clone, Debug)]
pub enum Simple<'ir> {
    /// A constant.
    Constant(Constant),
    /// A variable.
    Variable(Variable<'ir>),
    /// `operator x`
    Unary(UnaryOperator, Box<Simple<'ir>>),
    /// `x operator y`
    Binary(BinaryOperator, Box<Simple<'ir>>, Box<Simple<'ir>>),
    /// Elements, sections and substrings.
    Selected(Box<Simple<'ir>>, Vec<Subscript<'ir>>),
    /// `base % component`
    Component(Box<Simple<'ir>>, Name),
    /// A function reference.
    Call(Call<'ir>),
    /// An array constructor.
    Array(Vec<Simple<'ir>>),
    /// Something that is not known.
    Unknown(NotConstant),
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable<'ir> {
    /// The name.
    pub name: Name,
    /// Where it stands.
    pub span: Span,
    /// What declares it, with the scopes that the declaration sees.
    pub entity: Option<(&'ir Entity, ScopeChain<'ir>)>,
}

/// A subscript.
#[derive(Clone, Debug)]
pub enum Subscript<'ir> {
    /// One value.
    Index(Simple<'ir>),
    /// `lower : upper : stride`
    Range(Option<Simple<'ir>>, Option<Simple<'ir>>, Option<Simple<'ir>>),
}

/// A function reference.
#[derive(Clone, Debug)]
pub struct Call<'ir> {
    /// The name.
    pub name: Name,
    /// Where it stands.
    pub span: Span,
    /// The actual arguments, with keywords.
    pub arguments: Vec<(Option<Name>, Simple<'ir>)>,
    /// What is called.
    pub callee: Callee<'ir>,
}

/// What a function reference calls.
#[derive(Clone, Debug)]
pub enum Callee<'ir> {
    /// An intrinsic function.
    Intrinsic,
    /// A procedure that the sources declare, with its host's scopes.
    Procedure(&'ir Procedure, ScopeChain<'ir>),
    /// An external function or dummy function.
    Entity(&'ir Entity, ScopeChain<'ir>),
    /// A generic, a type-bound procedure, or something that was not found.
    Other,
}

impl<'ir> Simple<'ir> {
    /// The constant, if it is one.
    pub fn into_constant(self) -> Result<Constant, Self> {
        match self {
            Self::Constant(value) => Ok(value),
            other => Err(other),
        }
    }

    /// The constant, if it is one.
    pub fn constant(&self) -> Option<&Constant> {
        match self {
            Self::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Why it is not a constant; `span` is where it stands.
    pub fn reason(&self, span: Span) -> NotConstant {
        self.first_reason().unwrap_or(NotConstant::Form(span))
    }

    fn first_reason(&self) -> Option<NotConstant> {
        match self {
            Self::Constant(_) => None,
            Self::Variable(variable) => Some(match variable.entity {
                Some(_) => NotConstant::Variable(variable.name.clone(), variable.span),
                None => NotConstant::Undeclared(variable.name.clone(), variable.span),
            }),
            Self::Unknown(reason) => Some(reason.clone()),
            Self::Unary(_, operand) => operand.first_reason(),
            Self::Component(base, _) | Self::Selected(base, _) if base.constant().is_none() => base.first_reason(),
            Self::Binary(_, left, right) => left.first_reason().or_else(|| right.first_reason()),
            Self::Call(call) => match call.callee {
                Callee::Intrinsic => call.arguments.iter().find_map(|(_, argument)| argument.first_reason()),
                _ => Some(NotConstant::Variable(call.name.clone(), call.span)),
            },
            Self::Array(values) => values.iter().find_map(Self::first_reason),
            Self::Component(..) | Self::Selected(..) => None,
        }
    }
}
