//! What analysis finds out about a procedure: side tables to the IR.

use crate::diagnostic::Diagnostic;
use crate::ir::entity::{Entity, Intent};
use crate::ir::extent::Extent;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;

/// Facts about one procedure.
#[derive(Debug)]
pub struct ProcedureFacts<'ir> {
    /// The declaration.
    pub procedure: &'ir Procedure,
    /// The module that holds it.
    pub module: Option<&'ir Module>,
    /// The dummy arguments in order. Complete only if `problems` is empty.
    pub dummies: Vec<DummyFacts<'ir>>,
    /// The dummy procedures among them.
    pub callbacks: Vec<CallbackFacts<'ir>>,
    /// The function result.
    pub result: Option<DummyFacts<'ir>>,
    /// The binding label, if it has BIND(C).
    pub label: Option<String>,
    /// Why it cannot be wrapped; empty if it can.
    pub problems: Vec<Diagnostic>,
}

/// Facts about one dummy argument (or a function result).
#[derive(Debug)]
pub struct DummyFacts<'ir> {
    /// The declaration.
    pub entity: &'ir Entity,
    /// The type.
    pub data_type: DataType,
    /// The shape.
    pub shape: Shape,
    /// The intent.
    pub intent: IntentFact,
    /// Nobody says the intent: no statement of the library can change the argument.
    pub is_inferred: bool,
    /// What notes add.
    pub noted: NotedFacts,
}

/// Facts about a dummy procedure.
#[derive(Clone, Debug)]
pub struct CallbackFacts<'ir> {
    /// The declaration of the dummy procedure.
    pub entity: &'ir Entity,
    /// The explicit interface, if the source declares one.
    pub interface: Option<&'ir Procedure>,
    /// Whether that has BIND(C).
    pub is_bind: bool,
    /// The shapes in that interface, where a note says more.
    pub declared_shapes: Vec<(Name, Shape)>,
    /// What it is called with, in order.
    pub arguments: Vec<CallbackArgument>,
    /// The type of a function.
    pub result: Option<DataType>,
}

/// Facts about one argument that a dummy procedure is called with.
#[derive(Clone, Debug)]
pub struct CallbackArgument {
    /// Its name in the interface, or one that its calls suggest.
    pub name: Name,
    /// The type.
    pub data_type: DataType,
    /// The shape. Names that are no argument of the interface are dummy arguments of the procedure; one with the name
    /// of an argument is spelled [`outer_name`](crate::analysis::callback::outer_name).
    pub shape: Shape,
    /// The intent.
    pub intent: IntentFact,
    /// VALUE
    pub is_value: bool,
}

/// What a note adds to a declaration.
#[derive(Clone, Debug, Default)]
pub struct NotedFacts {
    /// The value of a hidden argument.
    pub value: Option<Extent>,
    /// The extents of the array that crosses.
    pub shape: Option<Vec<Extent>>,
    /// Python passes a copy and returns it.
    pub copy: bool,
    /// The name of the returned value.
    pub result: Option<Name>,
    /// A work array that the wrapper makes.
    pub scratch: bool,
}

impl DummyFacts<'_> {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.entity.name
    }
}

/// An intrinsic type of a kind that Rust and NumPy know; the number is the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataType {
    /// Kinds 1, 2, 4, 8.
    Integer(u8),
    /// Kinds 4, 8.
    Real(u8),
    /// Kinds 4, 8 (of each part).
    Complex(u8),
    /// Kinds 1, 2, 4, 8.
    Logical(u8),
    /// Default character; `None`: the length is assumed.
    Character(Option<Extent>),
    /// A dummy procedure: its place in [`ProcedureFacts::callbacks`].
    Procedure(usize),
}

/// As Fortran declares it, such as `real(8)` or `character(len=*)`.
impl std::fmt::Display for DataType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(kind) => write!(f, "integer({kind})"),
            Self::Real(kind) => write!(f, "real({kind})"),
            Self::Complex(kind) => write!(f, "complex({kind})"),
            Self::Logical(kind) => write!(f, "logical({kind})"),
            Self::Character(None) => f.write_str("character(len=*)"),
            Self::Character(Some(length)) => write!(f, "character(len={length})"),
            Self::Procedure(_) => f.write_str("procedure"),
        }
    }
}

/// The shape of a dummy argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No array.
    Scalar,
    /// Every extent is declared.
    Explicit(Vec<Extent>),
    /// Every extent but the last is declared.
    AssumedSize(Vec<Extent>),
    /// The rank is declared.
    AssumedShape(usize),
}

impl Shape {
    /// The rank; 0 for a scalar.
    #[must_use]
    pub fn rank(&self) -> usize {
        match self {
            Self::Scalar => 0,
            Self::Explicit(extents) => extents.len(),
            Self::AssumedSize(leading) => leading.len() + 1,
            Self::AssumedShape(rank) => *rank,
        }
    }
}

/// What is known of the direction of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntentFact {
    /// The source, or a note where the source is silent, says it; or the bodies prove that it is only read.
    Known(Intent),
    /// Nobody says it: it counts as written.
    Unknown,
}
