//! Modules and submodules.

use crate::ir::body::Body;
use crate::ir::documentation::Documentation;
use crate::ir::generic::GenericSpec;
use crate::ir::name::Name;
use crate::ir::procedure::{Entry, Procedure, Scope};
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
    /// The parent submodule of a submodule, where it is not the ancestor module itself.
    pub parent: Option<Name>,
    /// What its specification part declares.
    pub scope: Scope,
    /// A bare PRIVATE statement: what is not said PUBLIC is private.
    pub private_by_default: bool,
    /// Names in PUBLIC and PRIVATE statements that are not entities of the scope (procedures, generics): name, private.
    pub access: Vec<(Name, bool)>,
    /// Operators and assignment in PUBLIC and PRIVATE statements: spec, private.
    pub operator_access: Vec<(GenericSpec, bool)>,
    /// Module procedures after CONTAINS, in order.
    pub procedures: Vec<Procedure>,
    /// Interface bodies of separate module procedures, whose bodies stand here or in submodules.
    pub separate_interfaces: Vec<Procedure>,
    /// Bodies of separate module procedures that repeat nothing of their interface: `module procedure f`.
    pub separate_bodies: Vec<SeparateBody>,
    /// The comment that describes it.
    pub documentation: Documentation,
}

/// The body of a separate module procedure whose interface stands in an ancestor (F2018 15.6.2.5).
#[derive(Clone, Debug)]
pub struct SeparateBody {
    /// The name.
    pub name: Name,
    /// Where the name stands.
    pub span: Span,
    /// What its specification part declares besides the interface.
    pub scope: Scope,
    /// ENTRY statements in its body.
    pub entries: Vec<Entry>,
    /// Internal procedures, in order.
    pub internal: Vec<Procedure>,
    /// What its execution part does with names.
    pub body: Body,
}

impl Module {
    /// The procedures that can be called: each separate module procedure once, by its interface.
    pub fn callable(&self) -> impl Iterator<Item = &Procedure> {
        let own = self.procedures.iter().filter(|procedure| !procedure.prefixes.module);
        self.separate_interfaces.iter().chain(own)
    }

    /// Whether a procedure of this name can be reached by USE.
    #[must_use]
    pub fn is_public(&self, name: &Name) -> bool {
        let said = self.access.iter().rev().find(|(known, _)| known == name).map(|(_, private)| *private);
        let of_entity = || self.scope.entity(name).and_then(|entity| entity.attributes.private);
        !said.or_else(of_entity).unwrap_or(self.private_by_default)
    }
}
