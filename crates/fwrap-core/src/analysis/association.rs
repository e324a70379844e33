//! Which declaration a name means: host association and use association (F2018 19.5.1).

use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::collections::hash_map::Entry;

use crate::analysis::accessibility::Accessibility;
use crate::analysis::constant::{Constant, NotConstant};
use crate::analysis::effort::Effort;
use crate::analysis::inquiry::Bounds;
use crate::analysis::intrinsic;
use crate::analysis::kind::ResolvedType;
use crate::analysis::known_kind::KnownKinds;
use crate::analysis::question::Inquiries;
use crate::analysis::scope::{DefaultKinds, Owner, ScopeChain};
use crate::ir::derived_type::DerivedType;
use crate::ir::entity::Entity;
use crate::ir::generic::{Generic, GenericSpec};
use crate::ir::library::Library;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Procedure, Scope, Use};
use crate::source::{FileId, Span};

/// The modules of the library, by name, and what has been found out on the way.
pub struct Modules<'ir> {
    /// Several modules of one name are an error, but each file that uses its own one is right.
    by_name: FxHashMap<&'ir Name, Vec<&'ir Module>>,
    /// The kinds of undecorated types.
    pub default_kinds: DefaultKinds,
    /// What is asked of the compiler.
    pub inquiries: Inquiries,
    /// Kinds that the user knows.
    pub known_kinds: KnownKinds,
    /// The values of named constants that have been asked for; `None`: being computed.
    pub(super) values: RefCell<FxHashMap<*const Entity, Option<Result<Constant, NotConstant>>>>,
    /// The types of variables that have been asked for; `None`: not known, or being found.
    pub(super) types: RefCell<FxHashMap<*const Entity, Option<ResolvedType>>>,
    /// Their bounds.
    pub(super) bounds: RefCell<FxHashMap<*const Entity, Option<Bounds>>>,
    /// Their lengths.
    pub(super) lengths: RefCell<FxHashMap<*const Entity, Option<i128>>>,
    /// The scopes whose named constants have been asked for.
    pub(super) visited: RefCell<FxHashSet<*const Scope>>,
    /// How much was done for the expression that is simplified.
    pub(super) effort: Effort,
    /// Who can use the names of modules.
    accessibilities: RefCell<FxHashMap<*const Module, Accessibility<'ir>>>,
    /// The names of long scopes.
    indices: RefCell<FxHashMap<*const Scope, FxHashMap<&'ir Name, Declared<'ir>>>>,
}

/// What a name means.
#[derive(Clone, Debug)]
pub enum Meaning<'ir> {
    /// A declared entity, with the scopes that its declaration sees.
    Entity(&'ir Entity, ScopeChain<'ir>),
    /// A procedure with a body, or the interface body of a separate module procedure, with its host's scopes.
    Procedure(&'ir Procedure, ScopeChain<'ir>),
    /// An abstract interface, with its host's scopes.
    Abstract(&'ir Procedure, ScopeChain<'ir>),
    /// A derived type, with the scopes that its definition sees.
    Type(&'ir DerivedType, ScopeChain<'ir>),
    /// A generic interface, with its scopes.
    Generic(&'ir Generic, ScopeChain<'ir>),
    /// A constant of an intrinsic module.
    Constant(Constant),
    /// A type of an intrinsic module.
    IntrinsicType(Name),
    /// It may come from this module, which is not among the sources.
    MissingModule(Name, Span),
}

/// What one scope declares of a name. A generic may have the name of a type or of one of its procedures.
#[derive(Clone, Copy, Debug, Default)]
struct Declared<'ir> {
    entity: Option<&'ir Entity>,
    procedure: Option<&'ir Procedure>,
    interface: Option<&'ir Procedure>,
    derived_type: Option<&'ir DerivedType>,
    generic: Option<&'ir Generic>,
}

/// What kind of thing is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// Data, procedures.
    Value,
    /// Derived types.
    Type,
    /// Procedures and interfaces whose characteristics `procedure(name)` takes.
    Interface,
}

/// From how many names on a scope gets an index.
const LONG_SCOPE: usize = 24;

impl<'ir> Modules<'ir> {
    /// The modules of a library.
    #[must_use]
    pub fn new(library: &'ir Library, default_kinds: DefaultKinds) -> Self {
        let mut by_name: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for module in &library.modules {
            by_name.entry(&module.name).or_default().push(module);
        }
        let inquiries = Inquiries::default();
        Self {
            by_name,
            default_kinds,
            inquiries,
            known_kinds: KnownKinds::default(),
            values: RefCell::default(),
            types: RefCell::default(),
            bounds: RefCell::default(),
            lengths: RefCell::default(),
            visited: RefCell::default(),
            effort: Effort::default(),
            accessibilities: RefCell::default(),
            indices: RefCell::default(),
        }
    }

    /// The module with this name; of several the last one, as for compilers that overwrite its file.
    #[must_use]
    pub fn module(&self, name: &Name) -> Option<&'ir Module> {
        self.by_name.get(name)?.last().copied()
    }

    /// The module that a USE statement in this file means.
    pub(super) fn module_seen_from(&self, name: &Name, file: FileId) -> Option<&'ir Module> {
        let modules = self.by_name.get(name)?;
        modules.iter().rev().find(|module| module.span.file == file).or(modules.last()).copied()
    }

    /// The scopes a procedure of `module` sees: its own, the module's, and a submodule's ancestors'.
    #[must_use]
    pub fn chain(&self, procedure: &'ir Procedure, module: Option<&'ir Module>) -> ScopeChain<'ir> {
        let host = module.map_or_else(ScopeChain::empty, |module| self.module_chain(module));
        host.enter_procedure(procedure)
    }

    /// The scopes of a module or submodule.
    #[must_use]
    pub fn module_chain(&self, module: &'ir Module) -> ScopeChain<'ir> {
        let mut hosts = vec![module];
        while let Some(host) = hosts.last().and_then(|last| self.host(last)) {
            if hosts.iter().any(|known| std::ptr::eq(*known, host)) {
                break;
            }
            hosts.push(host);
        }
        let scopes = hosts.into_iter().rev();
        scopes.fold(ScopeChain::empty(), |chain, module| chain.enter(&module.scope, Owner::Module(module)))
    }

    /// The module or submodule that a submodule extends.
    #[must_use]
    pub fn host(&self, module: &Module) -> Option<&'ir Module> {
        let name = module.parent.as_ref().or(module.ancestor.as_ref())?;
        self.module_seen_from(name, module.span.file)
    }

    /// What `name` means in `chain`, as data or a procedure; `None`: nothing declares it.
    #[must_use]
    pub fn find(&self, name: &Name, chain: &ScopeChain<'ir>) -> Option<Meaning<'ir>> {
        self.search(name, chain, Wanted::Value)
    }

    /// The derived type of this name in `chain`.
    #[must_use]
    pub fn find_derived_type(&self, name: &Name, chain: &ScopeChain<'ir>) -> Option<Meaning<'ir>> {
        self.search(name, chain, Wanted::Type)
    }

    /// What `procedure(name)` means in `chain`.
    #[must_use]
    pub fn find_interface(&self, name: &Name, chain: &ScopeChain<'ir>) -> Option<Meaning<'ir>> {
        self.search(name, chain, Wanted::Interface)
    }

    fn search(&self, name: &Name, chain: &ScopeChain<'ir>, wanted: Wanted) -> Option<Meaning<'ir>> {
        let mut missing = None;
        let mut next = Some(chain);
        while let Some((chain, level)) = next.and_then(|chain| chain.level().map(|level| (chain, level))) {
            if let Some(found) = self.declared(name, level.scope, level.owner).meaning(wanted, chain) {
                return Some(found);
            }
            match self.find_used(name, &level.scope.uses, wanted, &mut Vec::new()) {
                Some(Meaning::MissingModule(module, span)) => {
                    missing.get_or_insert(Meaning::MissingModule(module, span));
                }
                Some(found) => return Some(found),
                None => {}
            }
            next = chain.outer().filter(|_| level.imports(name));
        }
        missing
    }

    fn find_used(
        &self,
        name: &Name,
        uses: &'ir [Use],
        wanted: Wanted,
        visited: &mut Vec<(*const Module, Name)>,
    ) -> Option<Meaning<'ir>> {
        let mut missing = None;
        // Several USE statements of one module make one: a rename in any of them hides the name from the others.
        for used in uses {
            for original in original_names(name, used, uses) {
                let found = match self.module_seen_from(&used.module, used.span.file).filter(|_| !used.intrinsic) {
                    Some(module) => self.find_in_module(original, module, wanted, visited),
                    None => find_in_intrinsic_module(original, used, wanted),
                };
                match found {
                    Some(Meaning::MissingModule(name, span)) => {
                        missing.get_or_insert(Meaning::MissingModule(name, span));
                    }
                    Some(found) => return Some(found),
                    None => {}
                }
            }
        }
        missing
    }

    fn find_in_module(
        &self,
        name: &Name,
        module: &'ir Module,
        wanted: Wanted,
        visited: &mut Vec<(*const Module, Name)>,
    ) -> Option<Meaning<'ir>> {
        let key = (std::ptr::from_ref(module), name.clone());
        if visited.contains(&key) || !self.is_accessible(name, module) {
            return None;
        }
        visited.push(key);
        let declared = self.declared(name, &module.scope, Owner::Module(module));
        declared
            .meaning(wanted, &self.module_chain(module))
            .or_else(|| self.find_used(name, &module.scope.uses, wanted, visited))
    }

    fn is_accessible(&self, name: &Name, module: &'ir Module) -> bool {
        let mut accessibilities = self.accessibilities.borrow_mut();
        let accessibility =
            accessibilities.entry(std::ptr::from_ref(module)).or_insert_with(|| Accessibility::of(module));
        !accessibility.is_private(name)
    }

    /// What a scope itself declares of a name.
    fn declared(&self, name: &Name, scope: &'ir Scope, owner: Owner<'ir>) -> Declared<'ir> {
        if scope.entities.len() + owner.procedures().len() + scope.generics.len() < LONG_SCOPE {
            let mut declared = Declared::default();
            visit_declarations(scope, owner, &mut |known, add| {
                if known == name {
                    add(&mut declared);
                }
            });
            return declared;
        }
        let mut indices = self.indices.borrow_mut();
        let index = match indices.entry(std::ptr::from_ref(scope)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let mut index: FxHashMap<&'ir Name, Declared<'ir>> = FxHashMap::default();
                visit_declarations(scope, owner, &mut |known, add| add(index.entry(known).or_default()));
                place.insert(index)
            }
        };
        index.get(name).copied().unwrap_or_default()
    }
}

/// Adds a declaration to those of its name.
type Add<'a, 'ir> = &'a dyn Fn(&mut Declared<'ir>);

fn visit_declarations<'ir>(scope: &'ir Scope, owner: Owner<'ir>, visit: &mut dyn FnMut(&'ir Name, Add<'_, 'ir>)) {
    for entity in &scope.entities {
        visit(&entity.name, &|declared| {
            declared.entity.get_or_insert(entity);
        });
    }
    for derived_type in &scope.derived_types {
        visit(&derived_type.name, &|declared| {
            declared.derived_type.get_or_insert(derived_type);
        });
    }
    for interface in &scope.abstract_interfaces {
        visit(&interface.name, &|declared| {
            declared.interface.get_or_insert(interface);
        });
    }
    let separate = match owner {
        Owner::Module(module) => module.separate_interfaces.as_slice(),
        _ => &[],
    };
    for procedure in owner.procedures().iter().chain(separate) {
        visit(&procedure.name, &|declared| {
            declared.procedure.get_or_insert(procedure);
        });
    }
    for generic in &scope.generics {
        if let GenericSpec::Name(name) = &generic.spec {
            visit(name, &|declared| {
                declared.generic.get_or_insert(generic);
            });
        }
    }
}

impl<'ir> Declared<'ir> {
    fn meaning(self, wanted: Wanted, chain: &ScopeChain<'ir>) -> Option<Meaning<'ir>> {
        let derived_type = self.derived_type.map(|found| Meaning::Type(found, chain.clone()));
        if wanted == Wanted::Type {
            return derived_type;
        }
        let interface = self.interface.map(|found| Meaning::Abstract(found, chain.clone()));
        let procedure = self.procedure.map(|found| Meaning::Procedure(found, chain.clone()));
        let generic = self.generic.map(|found| Meaning::Generic(found, chain.clone()));
        // `private :: f` and `public :: f` may have made an entity of a procedure's name.
        let entity = self.entity.map(|found| Meaning::Entity(found, chain.clone()));
        match wanted {
            Wanted::Interface => interface.or(procedure).or(entity),
            _ => procedure.or(entity).or(generic).or(derived_type).or(interface),
        }
    }
}

fn find_in_intrinsic_module<'ir>(name: &Name, used: &Use, wanted: Wanted) -> Option<Meaning<'ir>> {
    if !intrinsic::is_module(&used.module) {
        return Some(Meaning::MissingModule(used.module.clone(), used.span));
    }
    if wanted == Wanted::Type {
        return intrinsic::is_module_type(&used.module, name).then(|| Meaning::IntrinsicType(name.clone()));
    }
    intrinsic::find_module_constant(&used.module, name).map(Meaning::Constant)
}

/// The names in the module that `name` stands for, if the USE statement makes it accessible.
pub(super) fn original_names<'a>(name: &'a Name, used: &'a Use, uses: &'a [Use]) -> impl Iterator<Item = &'a Name> {
    let renamed = used.names.iter().filter(move |(local, _)| local == name).map(|(_, original)| original);
    let of_module = move || uses.iter().filter(|other| other.module == used.module);
    let is_renamed = move || {
        of_module().any(|other| other.names.iter().any(|(local, original)| original == name && local != name))
            && !of_module().any(|other| other.names.iter().any(|(local, original)| original == name && local == name))
    };
    let plain = (!used.only && !is_renamed()).then_some(name);
    renamed.chain(plain)
}
