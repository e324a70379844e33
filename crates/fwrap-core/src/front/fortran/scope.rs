//! Gathers what many statements say of one name.

use rustc_hash::FxHashMap;

use crate::ir::documentation::Documentation;
use crate::ir::entity::Entity;
use crate::ir::expr::Expr;
use crate::ir::generic::{Generic, GenericSpec};
use crate::ir::name::Name;
use crate::ir::procedure::{Bind, Dummy, Procedure, Scope};
use crate::ir::storage::{Common, Namelist};
use crate::source::Span;

/// A scope that is being read.
#[derive(Debug, Default)]
pub(super) struct ScopeBuilder {
    pub(super) scope: Scope,
    index: FxHashMap<Name, usize>,
    commons: FxHashMap<Option<Name>, usize>,
    namelists: FxHashMap<Name, usize>,
    generics: FxHashMap<GenericSpec, usize>,
    /// Whether a declaration of the entity was seen.
    declared: Vec<bool>,
    /// Entities of the statement that is being read, with their positions in it.
    pub(super) mentioned: Vec<(usize, usize)>,
    /// Interface bodies with the prefix MODULE.
    pub(super) separate: Vec<Procedure>,
    /// Names in PUBLIC (false) and PRIVATE (true) statements.
    pub(super) access: Vec<(Name, bool)>,
    /// Operators and assignment in PUBLIC and PRIVATE statements.
    pub(super) operator_access: Vec<(GenericSpec, bool)>,
    /// COMMON blocks in SAVE statements, and in BIND statements.
    pub(super) saved_commons: Vec<Name>,
    pub(super) bound_commons: Vec<(Name, Bind)>,
    /// A bare PRIVATE statement stands here.
    pub(super) private_by_default: bool,
    /// The last enumerator's value and how many came after it.
    pub(super) enumerator: Option<(Expr, i128)>,
    /// Statement functions: the name, the statement, and where it stands.
    pub(super) statement_functions: Vec<(Name, Vec<u8>, Span)>,
}

impl ScopeBuilder {
    /// The entity of a name that is mentioned, such as a dummy argument, which nothing declares yet.
    pub(super) fn mention(&mut self, name: &Name, span: Span, position: usize) {
        let index = self.place(name, span);
        self.mentioned.push((index, position));
    }

    /// The entities of dummy arguments.
    pub(super) fn mention_dummies(&mut self, dummies: &[(Dummy, usize)]) {
        for (dummy, position) in dummies {
            if let Dummy::Argument(name, span) = dummy {
                self.mention(name, *span, *position);
            }
        }
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

    /// The entity of this name, to be read only.
    pub(super) fn lookup(&self, name: &Name) -> Option<&Entity> {
        self.scope.entities.get(*self.index.get(name)?)
    }

    /// The entity of this name, if there is one.
    pub(super) fn find(&mut self, name: &Name) -> Option<&mut Entity> {
        let index = *self.index.get(name)?;
        self.scope.entities.get_mut(index)
    }

    /// The COMMON block of this name, which a statement names here. `None` is blank common.
    pub(super) fn common(&mut self, name: Option<&Name>, span: Span) -> &mut Common {
        let commons = &mut self.scope.commons;
        let index = *self.commons.entry(name.cloned()).or_insert_with(|| {
            commons.push(Common { name: name.cloned(), span, members: Vec::new(), bind: None, save: false });
            commons.len() - 1
        });
        &mut commons[index]
    }

    /// The NAMELIST group of this name, which a statement names here.
    pub(super) fn namelist(&mut self, name: &Name, span: Span) -> &mut Namelist {
        let namelists = &mut self.scope.namelists;
        let index = *self.namelists.entry(name.clone()).or_insert_with(|| {
            namelists.push(Namelist { name: name.clone(), span, members: Vec::new() });
            namelists.len() - 1
        });
        &mut namelists[index]
    }

    /// The generic interface that a block or statement gives specific procedures to.
    pub(super) fn generic(&mut self, spec: &GenericSpec, span: Span) -> &mut Generic {
        let generics = &mut self.scope.generics;
        let index = *self.generics.entry(spec.clone()).or_insert_with(|| {
            let documentation = Documentation::default();
            generics.push(Generic { spec: spec.clone(), span, specifics: Vec::new(), documentation });
            generics.len() - 1
        });
        &mut generics[index]
    }

    /// Gives what statements say of other names to what it is about, when all statements are read.
    pub(super) fn settle(&mut self) {
        for name in std::mem::take(&mut self.saved_commons) {
            if let Some(index) = self.commons.get(&Some(name)) {
                self.scope.commons[*index].save = true;
            }
        }
        for (name, bind) in std::mem::take(&mut self.bound_commons) {
            if let Some(index) = self.commons.get(&Some(name)) {
                self.scope.commons[*index].bind = Some(bind.label.unwrap_or_default());
            }
        }
        self.settle_access();
    }

    /// Splits access statements: what is said of entities and derived types goes to them.
    fn settle_access(&mut self) {
        let types = &self.scope.derived_types;
        let types: FxHashMap<Name, usize> = (0..).zip(types).map(|(index, one)| (one.name.clone(), index)).collect();
        let mut others = Vec::new();
        for (name, private) in std::mem::take(&mut self.access) {
            if let Some(index) = types.get(&name) {
                self.scope.derived_types[*index].attributes.private = Some(private);
            }
            match self.find(&name) {
                Some(entity) => entity.attributes.private = Some(private),
                None => others.push((name, private)),
            }
        }
        self.access = others;
    }
}
