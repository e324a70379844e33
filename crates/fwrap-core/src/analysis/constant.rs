//! Constants and the value of constant expressions (F2018 10.1.12).

use std::rc::Rc;

use crate::analysis::phrase;
use crate::analysis::real::Real;
use crate::analysis::scope::{Modules, ScopeChain};
use crate::analysis::simplify::Simplifier;
use crate::ir::expr::Expr;
use crate::ir::name::Name;
use crate::source::Span;

/// A constant with its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// An integer.
    Integer(i128, u8),
    /// A real.
    Real(Real),
    /// A logical.
    Logical(bool, u8),
    /// A character string.
    Character(Rc<str>, u8),
    /// A complex number.
    Complex(Real, Real),
    /// `z'ff'`: bits without a type.
    Boz(u128),
    /// An array.
    Array(Rc<ArrayConstant>),
    /// A value of a derived type.
    Structure(Rc<StructureConstant>),
    /// `null()`
    Null,
}

/// An array of constants.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayConstant {
    /// The extents.
    pub shape: Vec<usize>,
    /// The lower bounds of a named constant; where there are none they are 1.
    pub lower: Vec<i128>,
    /// The elements in array element order.
    pub elements: Vec<Constant>,
    /// An element that says the type of an array without elements.
    pub model: Option<Constant>,
}

/// A value of a derived type.
#[derive(Clone, Debug, PartialEq)]
pub struct StructureConstant {
    /// The name of the type where it is defined.
    pub type_name: Name,
    /// The components in order, that of the parent type first; `None`: without a value.
    pub components: Vec<(Name, Option<Constant>)>,
}

/// Why an expression is not a known constant.
#[derive(Clone, Debug, PartialEq)]
pub enum NotConstant {
    /// This name is not a constant.
    Variable(Name, Span),
    /// Nothing declares this name.
    Undeclared(Name, Span),
    /// The name may come from a module that is not among the sources.
    MissingModule(Name, Span),
    /// A form that is not folded.
    Form(Span),
}

/// The value of a constant expression.
///
/// # Errors
/// Says which part of it is not a known constant.
pub fn fold<'ir>(expr: &Expr, chain: &ScopeChain<'ir>, modules: &Modules<'ir>) -> Result<Constant, NotConstant> {
    let simple = Simplifier::new(modules).simplify(expr, chain);
    match simple.into_constant() {
        Ok(value) => Ok(value),
        Err(open) => {
            let reason = open.reason(expr.span);
            phrase::ask(expr, &reason, chain, modules).ok_or(reason)
        }
    }
}

impl Constant {
    /// A string.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Character(text.into(), 1)
    }

    /// The value, if it is an integer.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        match self {
            Self::Integer(value, _) => Some(*value),
            _ => None,
        }
    }

    /// The value as a kind number or another small count.
    #[must_use]
    pub fn as_kind(&self) -> Option<u8> {
        self.as_integer().and_then(|value| u8::try_from(value).ok())
    }

    pub(super) fn as_logical(&self) -> Option<bool> {
        match self {
            Self::Logical(value, _) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Character(text, _) => Some(text),
            _ => None,
        }
    }

    /// The value as a real of a kind, if it is a number.
    pub(super) fn as_real(&self, kind: u8) -> Option<Real> {
        match self {
            Self::Integer(value, _) => Real::from_integer(*value, kind),
            Self::Real(value) | Self::Complex(value, _) => value.with_kind(kind),
            _ => None,
        }
    }

    pub(super) fn as_array(&self) -> Option<&ArrayConstant> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The number of dimensions.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.as_array().map_or(0, |array| array.shape.len())
    }

    /// The kind; 0 for what has none.
    #[must_use]
    pub fn kind(&self) -> u8 {
        match self {
            Self::Integer(_, kind) | Self::Logical(_, kind) | Self::Character(_, kind) => *kind,
            Self::Real(value) | Self::Complex(value, _) => value.kind(),
            Self::Array(array) => array.sample().map_or(0, Self::kind),
            Self::Boz(_) | Self::Structure(_) | Self::Null => 0,
        }
    }

    /// Applies `change` to the value or to every element.
    pub(super) fn map(&self, change: &mut dyn FnMut(&Self) -> Option<Self>) -> Option<Self> {
        let Self::Array(array) = self else { return change(self) };
        let elements = array.elements.iter().map(&mut *change).collect::<Option<Vec<_>>>()?;
        let model = array.model.as_ref().and_then(change);
        Some(Self::Array(Rc::new(ArrayConstant { shape: array.shape.clone(), lower: Vec::new(), elements, model })))
    }

    /// An array of this shape.
    pub(super) fn array(shape: Vec<usize>, elements: Vec<Self>, model: Option<Self>) -> Self {
        Self::Array(Rc::new(ArrayConstant { shape, lower: Vec::new(), elements, model }))
    }

    /// An array of one dimension.
    #[must_use]
    pub fn vector(elements: Vec<Self>) -> Self {
        Self::Array(Rc::new(ArrayConstant { shape: vec![elements.len()], lower: Vec::new(), elements, model: None }))
    }
}

impl ArrayConstant {
    /// The lower bound of a dimension counted from 0.
    pub(super) fn lower(&self, dimension: usize) -> i128 {
        self.lower.get(dimension).copied().unwrap_or(1)
    }

    /// Some element, for the type.
    pub(super) fn sample(&self) -> Option<&Constant> {
        self.elements.first().or(self.model.as_ref())
    }
}
