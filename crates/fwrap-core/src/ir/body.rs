//! What the execution part of a procedure does with names, as far as interfaces follow from it.

use crate::ir::expr::Actual;
use crate::ir::name::Name;
use crate::source::Span;

/// The execution part of one procedure, without its internal procedures.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Accesses to dummy arguments of the procedure, its entries and its hosts: for each name the first of each effect.
    pub accesses: Vec<Access>,
    /// Calls and function references that a dummy argument takes part in, as an actual argument or as what is called.
    pub calls: Vec<Call>,
}

/// What one statement does with a name.
#[derive(Clone, Debug)]
pub struct Access {
    /// The name.
    pub name: Name,
    /// Where the name stands.
    pub span: Span,
    /// What is done.
    pub effect: Effect,
}

/// What is done with a name, apart from passing it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Its value, or a part of it, is used.
    Read,
    /// It, or a part of it, may get a value.
    Written,
    /// Its shape, length, kind or presence is asked for, not its value.
    Inquired,
    /// It becomes reachable by another name or an address, or the statement is not followed: it may get a value.
    Exposed,
}

/// A CALL statement or a function reference. What is called may turn out to be an array.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called: a name, or the last component of `a % b`.
    pub procedure: Name,
    /// Whether it is a component or a type-bound procedure.
    pub of_component: bool,
    /// Whether it stands in an expression.
    pub is_function: bool,
    /// Where its name stands.
    pub span: Span,
    /// How many actual arguments there are.
    pub count: usize,
    /// The dummy arguments among the actual arguments.
    pub passed: Vec<Passed>,
    /// All actual arguments, if what is called is itself a dummy argument.
    pub actuals: Option<Vec<Actual>>,
}

/// A dummy argument, or a part of it, as an actual argument.
#[derive(Clone, Debug)]
pub struct Passed {
    /// The dummy argument.
    pub name: Name,
    /// Where it stands.
    pub span: Span,
    /// The dummy argument that it is associated with.
    pub place: Place,
    /// Whether it is an element, a section or a component.
    pub is_part: bool,
}

/// Which dummy argument an actual argument belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// By its position, from 0.
    Position(usize),
    /// By `keyword =`.
    Keyword(Name),
    /// The object of a type-bound procedure.
    Object,
}
