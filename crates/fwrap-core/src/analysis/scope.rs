//! Which declaration a name means: host association and use association (F2018 19.5.1).

use std::collections::HashMap;

use crate::analysis::intrinsic;
use crate::ir::entity::Entity;
use crate::ir::library::Library;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Scope, Use};
use crate::source::Span;

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

/// The modules of the library, by name.
pub struct Modules<'ir> {
    by_name: HashMap<&'ir Name, &'ir Module>,
    /// The kinds of undecorated types.
    pub default_kinds: DefaultKinds,
}

/// The scopes that a name is looked up in, innermost first.
#[derive(Clone, Debug)]
pub struct ScopeChain<'ir> {
    scopes: Vec<&'ir Scope>,
}

/// What a name means.
#[derive(Clone, Debug)]
pub enum Meaning<'ir> {
    /// A declared entity, with the scopes that its declaration sees.
    Entity(&'ir Entity, ScopeChain<'ir>),
    /// A constant of an intrinsic module.
    Constant(i128),
    /// It may come from this module, which is not among the sources.
    MissingModule(Name, Span),
}

impl<'ir> ScopeChain<'ir> {
    /// A chain from the innermost scope outwards.
    #[must_use]
    pub fn new(scopes: Vec<&'ir Scope>) -> Self {
        Self { scopes }
    }

    /// The scopes, innermost first.
    pub fn scopes(&self) -> impl Iterator<Item = &'ir Scope> + '_ {
        self.scopes.iter().copied()
    }
}

impl<'ir> Modules<'ir> {
    /// The modules of a library.
    #[must_use]
    pub fn new(library: &'ir Library, default_kinds: DefaultKinds) -> Self {
        let by_name = library.modules.iter().map(|module| (&module.name, module)).collect();
        Self { by_name, default_kinds }
    }

    /// The module with this name.
    #[must_use]
    pub fn module(&self, name: &Name) -> Option<&'ir Module> {
        self.by_name.get(name).copied()
    }

    /// The scopes a procedure of `module` sees: its own, the module's, and a submodule's ancestors'.
    #[must_use]
    pub fn chain(&self, scope: &'ir Scope, module: Option<&'ir Module>) -> ScopeChain<'ir> {
        let mut scopes = vec![scope];
        let mut host = module;
        while let Some(module) = host {
            if scopes.iter().any(|known| std::ptr::eq(*known, &raw const module.scope)) {
                break;
            }
            scopes.push(&module.scope);
            host = module.ancestor.as_ref().and_then(|name| self.module(name));
        }
        ScopeChain { scopes }
    }

    /// What `name` means in `chain`; `None`: nothing declares it.
    #[must_use]
    pub fn find(&self, name: &Name, chain: &ScopeChain<'ir>) -> Option<Meaning<'ir>> {
        let mut missing = None;
        for (level, scope) in chain.scopes.iter().enumerate() {
            if let Some(entity) = scope.entity(name) {
                let outer = ScopeChain { scopes: chain.scopes[level..].to_vec() };
                return Some(Meaning::Entity(entity, outer));
            }
            match self.find_used(name, &scope.uses, &mut Vec::new()) {
                Some(Meaning::MissingModule(module, span)) => {
                    missing.get_or_insert(Meaning::MissingModule(module, span));
                }
                Some(found) => return Some(found),
                None => {}
            }
        }
        missing
    }

    fn find_used(&self, name: &Name, uses: &'ir [Use], visited: &mut Vec<(Name, Name)>) -> Option<Meaning<'ir>> {
        let mut missing = None;
        for used in uses {
            let Some(original) = original_name(name, used) else { continue };
            match self.module(&used.module).filter(|_| !used.intrinsic) {
                Some(module) => match self.find_in_module(original, module, visited) {
                    Some(Meaning::MissingModule(name, span)) => {
                        missing.get_or_insert(Meaning::MissingModule(name, span));
                    }
                    Some(found) => return Some(found),
                    None => {}
                },
                None => match intrinsic::find_module_constant(&used.module, original) {
                    Some(value) => return Some(Meaning::Constant(value)),
                    None if intrinsic::is_module(&used.module) => {}
                    None => {
                        missing.get_or_insert(Meaning::MissingModule(used.module.clone(), used.span));
                    }
                },
            }
        }
        missing
    }

    fn find_in_module(
        &self,
        name: &Name,
        module: &'ir Module,
        visited: &mut Vec<(Name, Name)>,
    ) -> Option<Meaning<'ir>> {
        let key = (module.name.clone(), name.clone());
        if visited.contains(&key) {
            return None;
        }
        visited.push(key);
        if let Some(entity) = module.scope.entity(name) {
            return Some(Meaning::Entity(entity, ScopeChain { scopes: vec![&module.scope] }));
        }
        self.find_used(name, &module.scope.uses, visited)
    }
}

/// The name in the module that `name` stands for, if the USE statement makes it accessible.
fn original_name<'a>(name: &'a Name, used: &'a Use) -> Option<&'a Name> {
    if let Some((_, original)) = used.names.iter().find(|(local, _)| local == name) {
        return Some(original);
    }
    let renamed_away = used.names.iter().any(|(local, original)| original == name && local != name);
    (!used.only && !renamed_away).then_some(name)
}
