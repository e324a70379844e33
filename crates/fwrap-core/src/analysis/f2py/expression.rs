//! C expressions of signature files, as a tree: what `check`, `depend`, dimensions and initial values say.

use std::collections::BTreeSet;

pub use crate::analysis::f2py::expression_linear::{Linear, solve_linear};
pub use crate::analysis::f2py::expression_parser::parse_expression;
use crate::ir::name::Name;

/// A C expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `12`
    Integer(i64),
    /// `1.5e3`, `2d0`: its value.
    Real(f64),
    /// `(1.0, 0.0)`, `{1.0, 0.0}`
    Complex(Box<Expression>, Box<Expression>),
    /// `'a'`
    Character(u8),
    /// `"abc"`, without quotes and escapes.
    Text(Vec<u8>),
    /// A variable.
    Name(Name),
    /// `x_capi != Py_None`: whether the caller has given it.
    Given(Name),
    /// `_i[0]`: the index of the element that gets an initial value.
    Index(usize),
    /// `x[i]`, and `*x` as `x[0]`.
    Element(Name, Box<Expression>),
    /// `shape(x, 0)`, `max(a, b)`: a function of the grammar, in lower case.
    Call(Function, Vec<Expression>),
    /// `-x`
    Unary(UnaryOperator, Box<Expression>),
    /// `x + y`
    Binary(BinaryOperator, Box<Expression>, Box<Expression>),
    /// `c ? x : y`
    Conditional(Box<Expression>, Box<Expression>, Box<Expression>),
    /// What only a C compiler understands, with the names of variables in it.
    Verbatim(String, BTreeSet<Name>),
}

/// The functions of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `shape(x, i)`
    Shape,
    /// `len(x)`: the first extent.
    Len,
    /// `size(x)`, `size(x, i)`
    Size,
    /// `rank(x)`
    Rank,
    /// `slen(x)`: the length of characters.
    TextLength,
    /// `abs(x)`
    Abs,
    /// `max(x, y)`, `MAX`
    Max,
    /// `min(x, y)`, `MIN`
    Min,
    /// `pow(x, y)`
    Pow,
    /// `sqrt(x)`
    Sqrt,
    /// `int(x)`, `(int)x`
    Int,
    /// `double(x)`, `(double)x`
    Double,
    /// `(float)x`: rounded to single precision.
    Float,
    /// `f2py_itemsize(x)`: bytes of an element.
    ItemSize,
    /// Fortran's `x**y`: an integer if both operands are.
    Power,
    /// `fabs(x)`: a real number.
    RealAbs,
    /// `floor(x)`: a real number.
    Floor,
    /// `ceil(x)`: a real number.
    Ceil,
    /// `exp(x)`
    Exp,
    /// `log(x)`: the natural logarithm.
    Log,
    /// `log10(x)`
    Log10,
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `!`
    Not,
    /// `~`
    Complement,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
}

impl Expression {
    /// The variable of this name.
    #[must_use]
    pub fn name(name: &Name) -> Self {
        Self::Name(name.clone())
    }

    /// `shape(array, dimension)`; dimensions are counted from 0.
    #[must_use]
    pub fn shape(array: &Name, dimension: usize) -> Self {
        let dimension = i64::try_from(dimension).unwrap_or(i64::MAX);
        Self::Call(Function::Shape, vec![Self::name(array), Self::Integer(dimension)])
    }

    /// `len(array)`
    #[must_use]
    pub fn len(array: &Name) -> Self {
        Self::Call(Function::Len, vec![Self::name(array)])
    }

    /// `slen(text)`
    #[must_use]
    pub fn text_length(text: &Name) -> Self {
        Self::Call(Function::TextLength, vec![Self::name(text)])
    }

    /// `left operator right`; sums, differences and products of constants are computed, and what adds 0 or multiplies
    /// by 1 is left out.
    #[must_use]
    pub fn binary(operator: BinaryOperator, left: Self, right: Self) -> Self {
        use BinaryOperator::{Add, Divide, Multiply, Subtract};
        let folded = match (operator, &left, &right) {
            (Add, Self::Integer(x), Self::Integer(y)) => x.checked_add(*y),
            (Subtract, Self::Integer(x), Self::Integer(y)) => x.checked_sub(*y),
            (Multiply, Self::Integer(x), Self::Integer(y)) => x.checked_mul(*y),
            (Divide, Self::Integer(x), Self::Integer(y)) => x.checked_div(*y),
            _ => None,
        };
        match (operator, &left, &right) {
            _ if folded.is_some() => folded.map_or(left, Self::Integer),
            (Add | Subtract, _, Self::Integer(0)) | (Multiply | Divide, _, Self::Integer(1)) => left,
            (Add, Self::Integer(0), _) | (Multiply, Self::Integer(1), _) => right,
            (Subtract, Self::Integer(0), _) => Self::negated(right),
            (Add, _, Self::Integer(value)) if *value < 0 && *value != i64::MIN => {
                Self::binary(Subtract, left, Self::Integer(-value))
            }
            (Subtract, _, Self::Integer(value)) if *value < 0 && *value != i64::MIN => {
                Self::binary(Add, left, Self::Integer(-value))
            }
            _ => Self::Binary(operator, Box::new(left), Box::new(right)),
        }
    }

    /// `-value`
    #[must_use]
    pub fn negated(value: Self) -> Self {
        match value {
            Self::Integer(value) if value != i64::MIN => Self::Integer(-value),
            Self::Unary(UnaryOperator::Minus, inner) => *inner,
            other => Self::Unary(UnaryOperator::Minus, Box::new(other)),
        }
    }

    /// The extent of `lower:upper`.
    #[must_use]
    pub fn between(lower: Self, upper: Self) -> Self {
        match (lower, upper) {
            (Self::Integer(lower), Self::Binary(operator, base, offset))
                if matches!(operator, BinaryOperator::Add | BinaryOperator::Subtract)
                    && matches!(*offset, Self::Integer(_)) =>
            {
                // `0:n-1` is `n`.
                let Self::Integer(offset) = *offset else { unreachable!("the guard says so") };
                let signed = if operator == BinaryOperator::Add { Some(offset) } else { offset.checked_neg() };
                match signed.and_then(|offset| offset.checked_sub(lower)?.checked_add(1)) {
                    Some(sum) => Self::binary(BinaryOperator::Add, *base, Self::Integer(sum)),
                    None => Self::Binary(operator, base, Box::new(Self::Integer(offset))),
                }
            }
            (Self::Integer(lower), upper) => match 1_i64.checked_sub(lower) {
                Some(offset) => Self::binary(BinaryOperator::Add, upper, Self::Integer(offset)),
                None => upper,
            },
            (lower, upper) => Self::binary(
                BinaryOperator::Add,
                Self::binary(BinaryOperator::Subtract, upper, lower),
                Self::Integer(1),
            ),
        }
    }

    /// The value, if it is an integer constant.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Unary(UnaryOperator::Minus, inner) => inner.as_integer()?.checked_neg(),
            Self::Unary(UnaryOperator::Plus, inner) => inner.as_integer(),
            _ => None,
        }
    }

    /// The variables in it, those of which it only asks the shape, too.
    #[must_use]
    pub fn names(&self) -> BTreeSet<Name> {
        let mut found = BTreeSet::new();
        self.visit(&mut |part| match part {
            Self::Name(name) | Self::Element(name, _) => {
                found.insert(name.clone());
            }
            Self::Verbatim(_, names) => found.extend(names.iter().cloned()),
            _ => {}
        });
        found
    }

    /// Whether `_i[..]` is in it.
    #[must_use]
    pub fn is_by_element(&self) -> bool {
        let mut found = false;
        self.visit(&mut |part| match part {
            Self::Index(_) => found = true,
            Self::Verbatim(text, _) => found |= text.contains("_i["),
            _ => {}
        });
        found
    }

    /// Whether only a C compiler understands it.
    #[must_use]
    pub fn is_verbatim(&self) -> bool {
        let mut found = false;
        self.visit(&mut |part| found |= matches!(part, Self::Verbatim(..)));
        found
    }

    /// The expression and all its parts, from outside.
    pub fn visit(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        match self {
            Self::Complex(left, right) | Self::Binary(_, left, right) => {
                left.visit(visit);
                right.visit(visit);
            }
            Self::Element(_, inner) | Self::Unary(_, inner) => inner.visit(visit),
            Self::Call(_, arguments) => arguments.iter().for_each(|argument| argument.visit(visit)),
            Self::Conditional(condition, left, right) => {
                condition.visit(visit);
                left.visit(visit);
                right.visit(visit);
            }
            _ => {}
        }
    }

    /// The same with other expressions in place of some names: named constants, for example. In `shape(x, 0)` and
    /// `x[i]` the name stays.
    #[must_use]
    pub fn substitute(&self, replacement: &dyn Fn(&Name) -> Option<Self>) -> Self {
        let inside = |inner: &Self| Box::new(inner.substitute(replacement));
        match self {
            Self::Name(name) => replacement(name).unwrap_or_else(|| self.clone()),
            Self::Complex(left, right) => Self::Complex(inside(left), inside(right)),
            Self::Element(name, index) => Self::Element(name.clone(), inside(index)),
            Self::Call(function, arguments) => {
                let kept = usize::from(function.is_inquiry());
                let (asked, values) = arguments.split_at(kept.min(arguments.len()));
                let values = values.iter().map(|value| value.substitute(replacement));
                Self::Call(*function, asked.iter().cloned().chain(values).collect())
            }
            Self::Unary(UnaryOperator::Minus, inner) => Self::negated(*inside(inner)),
            Self::Unary(operator, inner) => Self::Unary(*operator, inside(inner)),
            Self::Binary(operator, left, right) => Self::binary(*operator, *inside(left), *inside(right)),
            Self::Conditional(condition, left, right) => {
                Self::Conditional(inside(condition), inside(left), inside(right))
            }
            other => other.clone(),
        }
    }
}
