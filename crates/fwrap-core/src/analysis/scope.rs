//! The scoping units that a name is looked up in, from the innermost outwards (F2018 19.5.1.4).

use std::rc::Rc;

use crate::ir::module::{Module, SeparateBody};
use crate::ir::procedure::{Import, Procedure, Scope};
use crate::ir::program::Program;

pub use crate::analysis::association::{Meaning, Modules};

/// How many bytes default kinds have; compiler flags may change them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultKinds {
    /// `integer`
    pub integer: u8,
    /// `real`
    pub real: u8,
    /// `double precision`
    pub double: u8,
    /// `logical`
    pub logical: u8,
}

impl Default for DefaultKinds {
    fn default() -> Self {
        Self { integer: 4, real: 4, double: 8, logical: 4 }
    }
}

/// The scoping units that a name is looked up in, innermost first.
#[derive(Clone, Debug)]
pub struct ScopeChain<'ir> {
    innermost: Option<Rc<Level<'ir>>>,
}

/// One scoping unit of a chain.
#[derive(Debug)]
pub(super) struct Level<'ir> {
    /// What is declared here.
    pub scope: &'ir Scope,
    /// Where its procedures stand.
    pub owner: Owner<'ir>,
    /// What is taken from the host.
    import: Option<&'ir Import>,
    /// Whether the implicit typing of the host counts here, too.
    inherits_implicit: bool,
    outer: ScopeChain<'ir>,
}

/// What a scope belongs to.
#[derive(Clone, Copy, Debug)]
pub enum Owner<'ir> {
    /// A module or submodule.
    Module(&'ir Module),
    /// A procedure or interface body.
    Procedure(&'ir Procedure),
    /// The body of a separate module procedure.
    Separate(&'ir SeparateBody),
    /// A main program or block data unit.
    Program(&'ir Program),
    /// A scope alone.
    Scope,
}

impl<'ir> Owner<'ir> {
    /// The procedures that are defined in it.
    pub(super) fn procedures(self) -> &'ir [Procedure] {
        match self {
            Self::Module(module) => &module.procedures,
            Self::Procedure(procedure) => &procedure.internal,
            Self::Separate(body) => &body.internal,
            Self::Program(program) => &program.internal,
            Self::Scope => &[],
        }
    }
}

impl<'ir> ScopeChain<'ir> {
    /// No scope at all.
    #[must_use]
    pub fn empty() -> Self {
        Self { innermost: None }
    }

    /// This chain with a scoping unit inside that sees its host.
    #[must_use]
    pub fn enter(&self, scope: &'ir Scope, owner: Owner<'ir>) -> Self {
        self.with(Level { scope, owner, import: None, inherits_implicit: true, outer: self.clone() })
    }

    /// This chain with an internal or module procedure inside.
    #[must_use]
    pub fn enter_procedure(&self, procedure: &'ir Procedure) -> Self {
        self.enter(&procedure.scope, Owner::Procedure(procedure))
    }

    /// This chain with an interface body inside, which sees only what it imports. The body of a separate module
    /// procedure sees its host (F2018 19.5.1.4).
    #[must_use]
    pub fn enter_interface(&self, body: &'ir Procedure) -> Self {
        let import = &body.scope.import;
        let sees_all = *import == Import::All || (*import == Import::Default && body.prefixes.module);
        self.with(Level {
            scope: &body.scope,
            owner: Owner::Procedure(body),
            import: (!sees_all).then_some(import),
            inherits_implicit: false,
            outer: self.clone(),
        })
    }

    fn with(&self, level: Level<'ir>) -> Self {
        Self { innermost: Some(Rc::new(level)) }
    }

    pub(super) fn level(&self) -> Option<&Level<'ir>> {
        self.innermost.as_deref()
    }

    /// The chain without its innermost scope.
    pub(super) fn outer(&self) -> Option<&Self> {
        self.level().map(|level| &level.outer)
    }

    /// The scopes whose IMPLICIT statements count, innermost first.
    pub fn implicit_scopes(&self) -> impl Iterator<Item = &'ir Scope> + '_ {
        let mut next = self.level();
        std::iter::from_fn(move || {
            let level = next?;
            next = level.outer.level().filter(|_| level.inherits_implicit);
            Some(level.scope)
        })
    }
}

impl Level<'_> {
    /// Whether a name of the host is accessible here.
    pub(super) fn imports(&self, name: &crate::ir::name::Name) -> bool {
        match self.import {
            None | Some(Import::All) => true,
            Some(Import::Only(names)) => names.contains(name),
            Some(Import::Default | Import::None) => false,
        }
    }
}
