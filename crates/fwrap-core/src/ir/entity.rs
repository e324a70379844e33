//! Named data entities and dummy procedures: everything that declarations say of one name, gathered.

use crate::ir::array::ArraySpec;
use crate::ir::expr::Expr;
use crate::ir::f2py::EntitySignature;
use crate::ir::name::Name;
use crate::ir::procedure::{Bind, Procedure};
use crate::ir::types::TypeSpec;
use crate::source::Span;

/// What the specification part says of one name.
#[derive(Clone, Debug)]
pub struct Entity {
    /// The name.
    pub name: Name,
    /// The place of its (first) declaration; for an undeclared dummy its place in the argument list.
    pub span: Span,
    /// The declared type; `None` where implicit typing decides.
    pub type_spec: Option<TypeSpec>,
    /// The declared shape.
    pub shape: Option<ArraySpec>,
    /// The corank: coarrays have one above 0.
    pub corank: usize,
    /// INTENT.
    pub intent: Option<Intent>,
    /// The other attributes.
    pub attributes: Attributes,
    /// The value of a PARAMETER or an initialiser; what `=>` names for a pointer.
    pub value: Option<Expr>,
    /// BIND(C) of a variable.
    pub bind: Option<Bind>,
    /// The interface body of a dummy procedure or external.
    pub interface: Option<Box<Procedure>>,
    /// The comment at its declaration.
    pub documentation: String,
    /// What a signature file or directive comments of f2py say of it.
    pub f2py: Option<Box<EntitySignature>>,
}

impl Entity {
    /// An entity of which nothing is known but its name.
    #[must_use]
    pub fn undeclared(name: Name, span: Span) -> Self {
        Self {
            name,
            span,
            type_spec: None,
            shape: None,
            corank: 0,
            intent: None,
            attributes: Attributes::default(),
            value: None,
            bind: None,
            interface: None,
            documentation: String::new(),
            f2py: None,
        }
    }
}

/// INTENT (F2018 8.5.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// `intent(in)`
    In,
    /// `intent(out)`
    Out,
    /// `intent(inout)`
    InOut,
}

/// Attributes that are there or not (F2018 8.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// ALLOCATABLE
    pub allocatable: bool,
    /// POINTER
    pub pointer: bool,
    /// TARGET
    pub target: bool,
    /// OPTIONAL
    pub optional: bool,
    /// VALUE
    pub value: bool,
    /// CONTIGUOUS
    pub contiguous: bool,
    /// PARAMETER
    pub parameter: bool,
    /// EXTERNAL
    pub external: bool,
    /// INTRINSIC
    pub intrinsic: bool,
    /// SAVE
    pub save: bool,
    /// VOLATILE
    pub volatile: bool,
    /// ASYNCHRONOUS
    pub asynchronous: bool,
    /// PROTECTED
    pub protected: bool,
    /// PASS or NOPASS of a procedure pointer component: NOPASS.
    pub nopass: bool,
    /// AUTOMATIC, of DEC Fortran
    pub automatic: bool,
    /// PRIVATE (`Some(false)`: PUBLIC; `None`: not said).
    pub private: Option<bool>,
}
