//! What the execution part of a procedure does with names, as far as interfaces follow from it.

use crate::ir::expr::Actual;
use crate::ir::name::Name;
use crate::source::Span;

/// The execution part of one procedure, without its internal procedures.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Accesses to dummy arguments of the procedure, its entries and its hosts, in the order of the source.
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
    /// It becomes reachable by another name or an address: nothing is known of it from here on.
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
    /// Where it stands.
    pub span: Span,
    /// The actual arguments.
    pub actuals: Vec<Actual>,
}
