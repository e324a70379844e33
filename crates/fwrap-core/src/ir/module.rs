//! Modules.

use crate::ir::documentation::Documentation;
use crate::ir::name::Name;
use crate::ir::procedure::{Procedure, Scope};
use crate::source::Span;

/// A module or submodule.
#[derive(Clone, Debug)]
pub struct Module {
    /// The name.
    pub name: Name,
    /// Where the name stands in the MODULE statement.
    pub span: Span,
    /// The ancestor module of a submodule.
    pub ancestor: Option<Name>,
    /// What its specification part declares.
    pub scope: Scope,
    /// A bare PRIVATE statement: what is not said PUBLIC is private.
    pub private_by_default: bool,
    /// Names in PUBLIC and PRIVATE statements that are not entities of the scope (procedures, generics): name, private.
    pub access: Vec<(Name, bool)>,
    /// Module procedures after CONTAINS, in order.
    pub procedures: Vec<Procedure>,
    /// Generic interfaces: name and specific procedures.
    pub generics: Vec<(Name, Vec<Name>)>,
    /// The comment that describes it.
    pub documentation: Documentation,
}

impl Module {
    /// Whether a procedure of this name can be reached by USE.
    #[must_use]
    pub fn is_public(&self, name: &Name) -> bool {
        let said = self.access.iter().rev().find(|(known, _)| known == name).map(|(_, private)| *private);
        let of_entity = || self.scope.entity(name).and_then(|entity| entity.attributes.private);
        !said.or_else(of_entity).unwrap_or(self.private_by_default)
    }
}
