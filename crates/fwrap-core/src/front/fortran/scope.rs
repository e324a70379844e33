//! Gathers what many statements say of one name.

use std::collections::HashMap;

use crate::ir::entity::Entity;
use crate::ir::expr::Expr;
use crate::ir::name::Name;
use crate::ir::procedure::{Procedure, Scope};
use crate::source::Span;

/// A scope that is being read.
#[derive(Debug, Default)]
pub(super) struct ScopeBuilder {
    pub(super) scope: Scope,
    index: HashMap<Name, usize>,
    /// Whether a declaration of the entity was seen.
    declared: Vec<bool>,
    /// Entities of the statement that is being read, with their positions in it.
    pub(super) mentioned: Vec<(usize, usize)>,
    /// Interface bodies with the prefix MODULE.
    pub(super) separate: Vec<Procedure>,
    /// Names in PUBLIC (false) and PRIVATE (true) statements.
    pub(super) access: Vec<(Name, bool)>,
    /// A bare PRIVATE statement stands here.
    pub(super) private_by_default: bool,
    /// The last enumerator's value and how many came after it.
    pub(super) enumerator: Option<(Expr, i128)>,
}

impl ScopeBuilder {
    /// The entity of a dummy argument, which nothing declares yet.
    pub(super) fn add_dummy(&mut self, name: &Name, span: Span, position: usize) {
        let index = self.place(name, span);
        self.mentioned.push((index, position));
    }

    /// The entity that a statement declares.
    pub(super) fn declare(&mut self, name: &Name, span: Span, position: usize) -> &mut Entity {
        let index = self.place(name, span);
        if !std::mem::replace(&mut self.declared[index], true) {
            self.scope.entities[index].span = span;
        }
        self.mentioned.push((index, position));
        &mut self.scope.entities[index]
    }

    fn place(&mut self, name: &Name, span: Span) -> usize {
        if let Some(&index) = self.index.get(name) {
            return index;
        }
        let index = self.scope.entities.len();
        self.scope.entities.push(Entity::undeclared(name.clone(), span));
        self.declared.push(false);
        self.index.insert(name.clone(), index);
        index
    }

    /// The entity of this name, if there is one.
    pub(super) fn find(&mut self, name: &Name) -> Option<&mut Entity> {
        let index = *self.index.get(name)?;
        self.scope.entities.get_mut(index)
    }

    /// Splits access statements: what is said of entities goes to them.
    pub(super) fn settle_access(&mut self) {
        let mut others = Vec::new();
        for (name, private) in std::mem::take(&mut self.access) {
            match self.find(&name) {
                Some(entity) => entity.attributes.private = Some(private),
                None => others.push((name, private)),
            }
        }
        self.access = others;
    }
}
