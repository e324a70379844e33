//! The declarations of components, through types that extend one another.

use crate::analysis::inquiry::find_type_spec;
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::analysis::simple::Simple;
use crate::ir::derived_type::DerivedType;
use crate::ir::entity::Entity;
use crate::ir::name::Name;
use crate::ir::types::BaseType;

/// How many types may extend one another.
const MAX_ANCESTORS: usize = 50;

/// The declaration of `base % name`, with the scopes that it sees.
pub(super) fn find_component<'ir>(
    modules: &Modules<'ir>,
    base: &Simple<'ir>,
    name: &Name,
) -> Option<(&'ir Entity, ScopeChain<'ir>)> {
    let (spec, chain) = find_type_spec(modules, base)?;
    let (BaseType::Derived(type_name) | BaseType::Class(type_name)) = &spec.base else { return None };
    let Some(Meaning::Type(found, chain)) = modules.find_derived_type(type_name, &chain) else { return None };
    find_in_type(modules, found, chain, name)
}

fn find_in_type<'ir>(
    modules: &Modules<'ir>,
    derived_type: &'ir DerivedType,
    chain: ScopeChain<'ir>,
    name: &Name,
) -> Option<(&'ir Entity, ScopeChain<'ir>)> {
    let (mut derived_type, mut chain) = (derived_type, chain);
    for _ in 0..MAX_ANCESTORS {
        if let Some(found) = derived_type.components.iter().find(|component| component.name == *name) {
            return Some((found, chain));
        }
        let Some(Meaning::Type(parent, outer)) = modules.find_derived_type(derived_type.extends.as_ref()?, &chain)
        else {
            return None;
        };
        (derived_type, chain) = (parent, outer);
    }
    None
}
