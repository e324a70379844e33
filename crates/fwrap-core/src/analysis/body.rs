//! Every body of a library, with what its names mean.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::scope::{Meaning, Modules, Owner, ScopeChain};
use crate::ir::body::Body;
use crate::ir::entity::Entity;
use crate::ir::generic::{Generic, GenericSpec};
use crate::ir::library::Library;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Procedure, Scope};

/// A procedure with a body.
pub(super) struct Unit<'ir> {
    /// The procedure; for a separate module procedure without dummy arguments of its own, its interface.
    pub(super) procedure: Option<&'ir Procedure>,
    /// What it does.
    pub(super) body: &'ir Body,
    /// The scopes that it sees.
    pub(super) chain: ScopeChain<'ir>,
    /// The unit that it is internal to.
    pub(super) host: Option<usize>,
    /// Its dummy arguments and those of its entries.
    pub(super) dummies: FxHashMap<&'ir Name, &'ir Entity>,
}

/// The bodies of a library, and its procedures by name.
pub(super) struct Bodies<'a, 'ir> {
    pub(super) modules: &'a Modules<'ir>,
    pub(super) units: Vec<Unit<'ir>>,
    /// The unit of a procedure, or of the interface of a separate module procedure.
    pub(super) unit_of: FxHashMap<*const Procedure, usize>,
    /// External procedures and their entries by name.
    pub(super) external: FxHashMap<&'ir Name, Vec<(&'ir Procedure, &'ir [Dummy])>>,
    /// Generic interfaces by name, wherever they stand.
    pub(super) generics: FxHashMap<&'ir Name, Vec<(&'ir Generic, ScopeChain<'ir>)>>,
}

impl<'a, 'ir> Bodies<'a, 'ir> {
    /// All of a library.
    pub(super) fn new(library: &'ir Library, modules: &'a Modules<'ir>) -> Self {
        let mut bodies = Self {
            modules,
            units: Vec::new(),
            unit_of: FxHashMap::default(),
            external: FxHashMap::default(),
            generics: FxHashMap::default(),
        };
        for procedure in &library.procedures {
            bodies.add_external(procedure);
            bodies.add(procedure, &ScopeChain::empty(), None);
        }
        for module in &library.modules {
            bodies.add_module(module);
        }
        for program in &library.programs {
            let chain = ScopeChain::empty().enter(&program.scope, Owner::Program(program));
            for procedure in &program.internal {
                bodies.add(procedure, &chain, None);
            }
        }
        bodies
    }

    fn add_external(&mut self, procedure: &'ir Procedure) {
        self.external.entry(&procedure.name).or_default().push((procedure, &procedure.dummies));
        for entry in &procedure.entries {
            self.external.entry(&entry.name).or_default().push((procedure, &entry.dummies));
        }
    }

    fn add_module(&mut self, module: &'ir Module) {
        let chain = self.modules.module_chain(module);
        self.add_generics(&module.scope, &chain);
        for procedure in &module.procedures {
            let unit = self.add(procedure, &chain, None);
            if procedure.prefixes.module
                && let Some(interface) = self.separate_interface(&procedure.name, module)
            {
                self.unit_of.insert(std::ptr::from_ref(interface), unit);
            }
        }
        for separate in &module.separate_bodies {
            let interface = self.separate_interface(&separate.name, module);
            let chain = chain.enter(&separate.scope, Owner::Separate(separate));
            let unit = self.units.len();
            if let Some(interface) = interface {
                self.unit_of.insert(std::ptr::from_ref(interface), unit);
            }
            self.add_generics(&separate.scope, &chain);
            let dummies = interface.map(dummy_entities).unwrap_or_default();
            let (body, chain_of_body) = (&separate.body, chain.clone());
            self.units.push(Unit { procedure: interface, body, chain: chain_of_body, host: None, dummies });
            for internal in &separate.internal {
                self.add(internal, &chain, Some(unit));
            }
        }
    }

    /// The interface of a separate module procedure, in its module or an ancestor.
    fn separate_interface(&self, name: &Name, module: &'ir Module) -> Option<&'ir Procedure> {
        let mut host = Some(module);
        let mut steps = 0;
        while let Some(module) = host.filter(|_| steps < 100) {
            if let Some(interface) = module.separate_interfaces.iter().find(|interface| interface.name == *name) {
                return Some(interface);
            }
            host = self.modules.host(module);
            steps += 1;
        }
        None
    }

    fn add(&mut self, procedure: &'ir Procedure, outer: &ScopeChain<'ir>, host: Option<usize>) -> usize {
        let chain = outer.enter_procedure(procedure);
        let unit = self.units.len();
        self.unit_of.insert(std::ptr::from_ref(procedure), unit);
        self.add_generics(&procedure.scope, &chain);
        let dummies = dummy_entities(procedure);
        let body = &procedure.body;
        self.units.push(Unit { procedure: Some(procedure), body, chain: chain.clone(), host, dummies });
        for internal in &procedure.internal {
            self.add(internal, &chain, Some(unit));
        }
        unit
    }

    fn add_generics(&mut self, scope: &'ir Scope, chain: &ScopeChain<'ir>) {
        for generic in &scope.generics {
            if let GenericSpec::Name(name) = &generic.spec {
                self.generics.entry(name).or_default().push((generic, chain.clone()));
            }
        }
    }

    /// The unit whose dummy argument a name is in the body of `unit`: its own, or that of a host.
    pub(super) fn owner(&self, mut unit: usize, name: &Name) -> Option<(usize, &'ir Entity)> {
        loop {
            if let Some(entity) = self.units[unit].dummies.get(name) {
                return Some((unit, entity));
            }
            // a name that is declared here is not that of the host
            let is_here = || self.units[unit].procedure.is_some_and(|procedure| procedure.scope.entity(name).is_some());
            let host = self.units[unit].host?;
            if is_here() {
                return None;
            }
            unit = host;
        }
    }

    /// The interface that a declaration gives: an interface body, or what `procedure(name)` names.
    pub(super) fn interface(&self, entity: &'ir Entity, chain: &ScopeChain<'ir>) -> Option<&'ir Procedure> {
        use crate::ir::types::BaseType;
        if let Some(interface) = &entity.interface {
            return Some(interface);
        }
        let mut base = entity.type_spec.as_ref().map(|spec| &spec.base);
        let mut chain = chain.clone();
        for _ in 0..8 {
            let Some(BaseType::Procedure(Some(name))) = base else { return None };
            match self.modules.find_interface(name, &chain)? {
                Meaning::Abstract(procedure, _) | Meaning::Procedure(procedure, _) => return Some(procedure),
                Meaning::Entity(entity, outer) => {
                    if let Some(interface) = &entity.interface {
                        return Some(interface);
                    }
                    base = entity.type_spec.as_ref().map(|spec| &spec.base);
                    chain = outer;
                }
                _ => return None,
            }
        }
        None
    }
}

/// All dummy arguments of a procedure and its entries.
pub(super) fn dummies(procedure: &Procedure) -> impl Iterator<Item = &Name> {
    let entries = procedure.entries.iter().flat_map(|entry| &entry.dummies);
    procedure.dummies.iter().chain(entries).filter_map(|dummy| match dummy {
        Dummy::Argument(name, _) => Some(name),
        Dummy::AlternateReturn(_) => None,
    })
}

fn dummy_entities(procedure: &Procedure) -> FxHashMap<&Name, &Entity> {
    let names: FxHashSet<&Name> = dummies(procedure).collect();
    let entities = procedure.scope.entities.iter().filter(|entity| names.contains(&entity.name));
    entities.map(|entity| (&entity.name, entity)).collect()
}
