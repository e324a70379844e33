//! Which names of a module can be reached by USE (F2018 8.6.1).

use rustc_hash::FxHashMap;

use crate::ir::derived_type::DerivedType;
use crate::ir::module::Module;
use crate::ir::name::Name;

/// What PUBLIC and PRIVATE statements and attributes say, by name.
#[derive(Debug)]
pub struct Accessibility<'ir> {
    private_by_default: bool,
    said: FxHashMap<&'ir Name, bool>,
}

impl<'ir> Accessibility<'ir> {
    /// Of the names of a module.
    #[must_use]
    pub fn of(module: &'ir Module) -> Self {
        let entities = module.scope.entities.iter();
        let mut said: FxHashMap<&Name, bool> =
            entities.filter_map(|entity| Some((&entity.name, entity.attributes.private?))).collect();
        said.extend(module.access.iter().map(|(name, private)| (name, *private)));
        for derived_type in &module.scope.derived_types {
            if let Some(private) = derived_type.attributes.private {
                said.entry(&derived_type.name).or_insert(private);
            }
        }
        Self { private_by_default: module.private_by_default, said }
    }

    /// Whether a name is private.
    #[must_use]
    pub fn is_private(&self, name: &Name) -> bool {
        self.said.get(name).copied().unwrap_or(self.private_by_default)
    }

    /// Whether the name of a type is private.
    #[must_use]
    pub fn is_private_type(&self, derived_type: &DerivedType) -> bool {
        derived_type.attributes.private.unwrap_or_else(|| self.is_private(&derived_type.name))
    }
}
