//! Generic interfaces (F2018 15.4.3.4).

use std::fmt;

use crate::ir::documentation::Documentation;
use crate::ir::name::Name;
use crate::source::Span;

/// What stands for several specific procedures.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GenericSpec {
    /// A name.
    Name(Name),
    /// `operator(+)`, `operator(.cross.)`: the operator in lower case, defined ones with their points.
    Operator(String),
    /// `assignment(=)`
    Assignment,
    /// `read(formatted)`; false: unformatted.
    Read(bool),
    /// `write(formatted)`; false: unformatted.
    Write(bool),
}

/// A generic interface.
#[derive(Clone, Debug)]
pub struct Generic {
    /// What stands for the specific procedures.
    pub spec: GenericSpec,
    /// Where it is written.
    pub span: Span,
    /// The specific procedures in order: those named, and those whose interface bodies stand in the block.
    pub specifics: Vec<Name>,
    /// The comment that describes it.
    pub documentation: Documentation,
}

/// As Fortran writes it.
impl fmt::Display for GenericSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = |formatted: &bool| if *formatted { "formatted" } else { "unformatted" };
        match self {
            Self::Name(name) => write!(formatter, "{name}"),
            Self::Operator(operator) => write!(formatter, "operator({operator})"),
            Self::Assignment => formatter.write_str("assignment(=)"),
            Self::Read(formatted) => write!(formatter, "read({})", form(formatted)),
            Self::Write(formatted) => write!(formatter, "write({})", form(formatted)),
        }
    }
}
