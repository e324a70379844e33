//! Main programs and block data units (F2018 14.1, 14.3).

use crate::ir::name::Name;
use crate::ir::procedure::{Procedure, Scope};
use crate::source::Span;

/// A main program or block data unit: nothing that can be called, but its internal procedures and COMMON blocks count.
#[derive(Clone, Debug)]
pub struct Program {
    /// Which of the two.
    pub kind: ProgramKind,
    /// The name, if it has one.
    pub name: Option<Name>,
    /// Where it begins.
    pub span: Span,
    /// What its specification part declares.
    pub scope: Scope,
    /// Internal procedures, in order.
    pub internal: Vec<Procedure>,
}

/// A main program or block data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramKind {
    /// A main program.
    Main,
    /// A block data unit.
    BlockData,
}
