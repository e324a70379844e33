//! Fortran expressions, as written.

use crate::ir::name::Name;
use crate::ir::types::TypeSpec;
use crate::source::Span;

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression that can occur in a specification part.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the line of a variant says what its fields are")]
pub enum ExprKind {
    /// `12`, `12_int64`: the value and the kind suffix.
    Integer(i128, Option<Box<Expr>>),
    /// `1.0d0`, `1.0_wp`: the text without suffix, the exponent letter (`e`, `d`, `q`) if any, the kind suffix.
    Real { text: String, exponent: Option<char>, kind: Option<Box<Expr>> },
    /// `.true.`, `.false.` with the kind suffix.
    Logical(bool, Option<Box<Expr>>),
    /// `'text'`, with doubled quotes resolved, and the kind prefix.
    Character(String, Option<Box<Expr>>),
    /// `(re, im)` complex constant.
    Complex(Box<Expr>, Box<Expr>),
    /// A bare name.
    Name(Name),
    /// `name(arguments)`: a function reference or an array element.
    Reference(Name, Vec<Actual>),
    /// `base % component`.
    Component(Box<Expr>, Name),
    /// `-x`, `+x`, `.not. x`, `.op. x`.
    Unary(UnaryOperator, Box<Expr>),
    /// `x + y` and so on.
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    /// `(x)`.
    Parenthesized(Box<Expr>),
    /// `[a, b]` or `(/ a, b /)`, with the type in front of `::` if there is one.
    ArrayConstructor(Option<Box<TypeSpec>>, Vec<Expr>),
    /// `(values, variable = first, last [, step])` in an array constructor.
    ImpliedDo(Box<ImpliedDo>),
    /// `z'ff'`, `'ff'x`: the digits and how many bits each stands for.
    Boz(String, u32),
    /// `3habc`.
    Hollerith(String),
    /// `c(2)(1:3)`, `a % b(i)`: elements, sections and substrings of something that is not a bare name.
    Subscripted(Box<Expr>, Vec<Actual>),
    /// Something that fwrap reads over, such as a coindexed object.
    Other(String),
}

/// An implied do.
#[derive(Clone, Debug)]
pub struct ImpliedDo {
    /// What is repeated.
    pub values: Vec<Expr>,
    /// The variable.
    pub variable: Name,
    /// Its first value.
    pub first: Expr,
    /// Its last value.
    pub last: Expr,
    /// What is added each time; 1 where not written.
    pub step: Option<Expr>,
}

/// An actual argument: `keyword = value`, a subscript range `lower : upper : stride`, or an alternate return `*10`.
#[derive(Clone, Debug)]
pub struct Actual {
    /// The keyword, if one stands there.
    pub keyword: Option<Name>,
    /// The value; `None` for a range without a lower bound and for an alternate return.
    pub value: Option<Expr>,
    /// Whether it is a range.
    pub is_range: bool,
    /// The upper bound of a range `value : upper`.
    pub upper: Option<Expr>,
    /// The stride of a range.
    pub stride: Option<Expr>,
}

/// Unary operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `.not.`
    Not,
    /// `.name.`
    Defined(Name),
}

/// Binary operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `**`
    Power,
    /// `//`
    Concatenate,
    /// `==`, `.eq.`
    Equal,
    /// `/=`, `.ne.`
    NotEqual,
    /// `<`, `.lt.`
    Less,
    /// `<=`, `.le.`
    LessEqual,
    /// `>`, `.gt.`
    Greater,
    /// `>=`, `.ge.`
    GreaterEqual,
    /// `.and.`
    And,
    /// `.or.`
    Or,
    /// `.eqv.`
    Equivalent,
    /// `.neqv.`
    NotEquivalent,
    /// `.name.`
    Defined(Name),
}
