//! C expressions of signature files, as a tree: what `check`, `depend`, dimensions and initial values say.

use std::collections::BTreeSet;

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
