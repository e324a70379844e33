//! Gathers what many statements say of one name.

use std::collections::HashMap;

use crate::front::pyf::saying::Saying;
use crate::ir::entity::Entity;
use crate::ir::name::Name;
use crate::ir::procedure::Scope;
use crate::ir::storage::Common;
use crate::source::Span;

/// The scope of a block that is being read.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) scope: Scope,
    index: HashMap<Name, usize>,
}

impl Builder {
    /// The entity of a name.
    pub(super) fn entity(&mut self, name: &Name, span: Span) -> &mut Entity {
        let index = *self.index.entry(name.clone()).or_insert_with(|| {
            self.scope.entities.push(Entity::undeclared(name.clone(), span));
            self.scope.entities.len() - 1
        });
        &mut self.scope.entities[index]
    }

    /// The entity of a name, if there is one.
    pub(super) fn entity_if_known(&mut self, name: &Name) -> Option<&mut Entity> {
        let index = *self.index.get(name)?;
        self.scope.entities.get_mut(index)
    }

    /// Adds what a statement says.
    pub(super) fn say(&mut self, saying: Saying) {
        let entity = self.entity(&saying.name, saying.span);
        if entity.f2py.is_none() {
            entity.span = saying.span;
        }
        saying.settle(entity);
    }

    /// Adds the members of a COMMON block, to those of statements before.
    pub(super) fn add_common(&mut self, name: Option<Name>, span: Span, members: Vec<Saying>) {
        let known = self.scope.commons.iter().position(|common| common.name == name);
        let index = known.unwrap_or_else(|| {
            self.scope.commons.push(Common { name, span, members: Vec::new(), bind: None, save: false });
            self.scope.commons.len() - 1
        });
        for member in members {
            self.scope.commons[index].members.push((member.name.clone(), member.span));
            self.say(member);
        }
    }

    /// The scope, with the intent that Fortran has for f2py's words.
    pub(super) fn finish(mut self) -> Scope {
        for entity in &mut self.scope.entities {
            entity.intent = entity.f2py.as_ref().and_then(|signature| signature.fortran_intent());
        }
        self.scope
    }
}
