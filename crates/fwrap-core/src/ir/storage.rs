//! Storage association (F2018 19.5.3): COMMON, EQUIVALENCE; and NAMELIST groups.

use crate::ir::expr::Expr;
use crate::ir::name::Name;
use crate::source::Span;

/// A COMMON block as one scoping unit sees it. The shapes that its statements give stand in the entities.
#[derive(Clone, Debug)]
pub struct Common {
    /// The name; `None`: blank common.
    pub name: Option<Name>,
    /// Where it is first named.
    pub span: Span,
    /// The variables in the order of storage.
    pub members: Vec<(Name, Span)>,
    /// `bind(c, name=...)`: the label, empty for the name in lower case.
    pub bind: Option<String>,
    /// SAVE
    pub save: bool,
}

/// One set of an EQUIVALENCE statement.
#[derive(Clone, Debug)]
pub struct Equivalence {
    /// The variables, array elements and substrings that share their storage.
    pub objects: Vec<Expr>,
    /// Where the set stands.
    pub span: Span,
}

/// A NAMELIST group.
#[derive(Clone, Debug)]
pub struct Namelist {
    /// The name.
    pub name: Name,
    /// Where it is first named.
    pub span: Span,
    /// The variables.
    pub members: Vec<Name>,
}
