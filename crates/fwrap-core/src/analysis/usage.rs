//! What procedures do with their dummy arguments: facts with the statement that proves each.

use rustc_hash::FxHashMap;
use std::fmt;

use crate::ir::entity::Intent;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::Span;

/// What is known of the use of one dummy argument.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// The declared intent, which always wins.
    pub declared: Option<Intent>,
    /// Its value is used.
    pub read: Option<Proof>,
    /// It gets a value.
    pub written: Option<Proof>,
    /// It may get a value, for all that is known.
    pub unknown: Option<Proof>,
}

/// A statement, and what it says.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Where it stands.
    pub span: Span,
    /// Why it proves what it does.
    pub because: Because,
}

/// Why a statement proves something of a dummy argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// The statement itself uses or sets it.
    Statement,
    /// The statement is not followed, or gives it another name.
    Exposed,
    /// VOLATILE or ASYNCHRONOUS.
    Attribute,
    /// It is passed to this procedure, as this dummy argument.
    Passed(Name, Name),
    /// It is passed to this procedure, which is not among the sources.
    NotGiven(Name),
    /// It is passed to this dummy procedure, of which nothing is declared.
    DummyProcedure(Name),
    /// It is passed to one of several procedures with this name.
    Several(Name),
    /// It is passed to this type-bound procedure.
    TypeBound(Name),
    /// It is passed to this procedure, which has no such dummy argument.
    NoSuchArgument(Name),
}

/// The use of a dummy argument in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    /// Neither its value is used nor does it get one.
    Untouched,
    /// Its value is used, and it gets none.
    Read,
    /// It gets a value; where its own value is used is not to be seen.
    Written,
    /// Both.
    Both,
    /// It may get a value.
    Unknown,
}

/// The use of every dummy argument of a library.
#[derive(Clone, Debug, Default)]
pub struct Usages<'ir> {
    pub(super) list: Vec<Usage>,
    pub(super) index: FxHashMap<(*const Procedure, &'ir Name), usize>,
}

impl<'ir> Usages<'ir> {
    /// The use of a dummy argument of a procedure or of one of its entries. A procedure without a body has none.
    #[must_use]
    pub fn of(&self, procedure: &Procedure, dummy: &Name) -> Option<&Usage> {
        self.index.get(&(std::ptr::from_ref(procedure), dummy)).map(|index| &self.list[*index])
    }
}

impl Usage {
    /// In one word. A write that is proven counts more than one that is possible.
    #[must_use]
    pub fn summary(&self) -> Summary {
        match (&self.written, &self.unknown, &self.read) {
            (Some(_), _, Some(_)) => Summary::Both,
            (Some(_), _, None) => Summary::Written,
            (None, Some(_), _) => Summary::Unknown,
            (None, None, Some(_)) => Summary::Read,
            (None, None, None) => Summary::Untouched,
        }
    }

    /// The statement that proves the summary.
    #[must_use]
    pub fn proof(&self) -> Option<&Proof> {
        self.written.as_ref().or(self.unknown.as_ref()).or(self.read.as_ref())
    }

    /// Whether nothing in the body, nor in what it calls, can change it.
    #[must_use]
    pub fn is_never_written(&self) -> bool {
        self.written.is_none() && self.unknown.is_none()
    }
}

impl Summary {
    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::Read => "read",
            Self::Written => "written",
            Self::Both => "both",
            Self::Unknown => "unknown",
        }
    }
}

impl Because {
    /// The word on a statement that gives a value to a dummy argument.
    #[must_use]
    pub fn as_write(&self) -> String {
        match self {
            Self::Statement => "gets a value here".to_owned(),
            Self::Passed(procedure, dummy) => format!("passed to `{procedure}`, which changes its `{dummy}`"),
            other => other.to_string(),
        }
    }
}

/// As the end of a sentence: `it is ...`.
impl fmt::Display for Because {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Statement => formatter.write_str("used by this statement"),
            Self::Exposed => formatter.write_str("given another name, or used by a statement that is not followed"),
            Self::Attribute => formatter.write_str("VOLATILE or ASYNCHRONOUS"),
            Self::Passed(procedure, dummy) => write!(formatter, "passed to `{procedure}` as `{dummy}`"),
            Self::NotGiven(procedure) => write!(formatter, "passed to `{procedure}`, which is not among the sources"),
            Self::DummyProcedure(procedure) => write!(formatter, "passed to the dummy procedure `{procedure}`"),
            Self::Several(procedure) => write!(formatter, "passed to one of several procedures `{procedure}`"),
            Self::TypeBound(procedure) => write!(formatter, "passed to the type-bound procedure `{procedure}`"),
            Self::NoSuchArgument(procedure) => {
                write!(formatter, "passed to `{procedure}`, which has no dummy argument for it")
            }
        }
    }
}
