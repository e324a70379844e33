//! What a user adds to a declaration, wherever it was written (`fwrap.toml` today).

use crate::ir::entity::Intent;
use crate::ir::expr::Expr;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::Span;

/// All notes of a run.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// `threadsafe = true`: the library keeps no state between calls; `false`: it does, whatever is found.
    pub threadsafe: Option<bool>,
    /// `stop = "return"`.
    pub stop: Option<Stop>,
    /// `interruptible = true`: Ctrl-C ends calls from Python.
    pub interruptible: bool,
    /// Notes on procedures.
    pub procedures: Vec<ProcedureNote>,
}

/// What a plain STOP does: one without a code, or with 0. Any other is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// `stop = "return"`: it ends the call as RETURN would.
    Return,
    /// `stop = "error"`.
    Error,
}

/// Notes on one procedure.
#[derive(Clone, Debug)]
pub struct ProcedureNote {
    /// The module, where the note names one.
    pub module: Option<Name>,
    /// The procedure.
    pub name: Name,
    /// Where the note stands.
    pub span: Span,
    /// `threadsafe = true`.
    pub threadsafe: Option<bool>,
    /// `stop = "return"`.
    pub stop: Option<Stop>,
    /// Notes on its arguments.
    pub arguments: Vec<ArgumentNote>,
}

/// Notes on one argument.
#[derive(Clone, Debug)]
pub struct ArgumentNote {
    /// The argument.
    pub name: Name,
    /// Where the note stands.
    pub span: Span,
    /// `value = "size(a, 1)"`: not an argument any more, computed.
    pub value: Option<Expr>,
    /// `shape = "(n, n)"`: the extents of the array that crosses.
    pub shape: Option<Vec<Expr>>,
    /// `intent = "inout"`.
    pub intent: Option<Intent>,
    /// `intent = "inout, copy"`: Python passes a copy and returns it (f2py's `in,out,copy`).
    pub copy: bool,
    /// `result = "lu"`: what the returned value is called.
    pub result: Option<Name>,
    /// `role = "scratch"`: a work array that the wrapper makes and nobody sees.
    pub scratch: bool,
    /// `interface = "subroutine f(x) ..."`: what a dummy procedure is called with.
    pub interface: Option<Box<Procedure>>,
}

impl ArgumentNote {
    /// Whether nothing is said that only data can have.
    #[must_use]
    pub fn is_of_procedure(&self) -> bool {
        let has_data = self.value.is_some() || self.shape.is_some() || self.intent.is_some() || self.result.is_some();
        !has_data && !self.copy && !self.scratch
    }
}
