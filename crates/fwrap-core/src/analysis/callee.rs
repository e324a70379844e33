//! Which procedure a call invokes, and what that does with an actual argument.

use rustc_hash::FxHashMap;

use crate::analysis::body::Bodies;
use crate::analysis::scope::{Meaning, ScopeChain};
use crate::analysis::usage::Because;
use crate::ir::body::{Call, Effect, Passed, Place};
use crate::ir::derived_type::{Binding, DerivedType};
use crate::ir::entity::{Entity, Intent};
use crate::ir::intrinsic;
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Procedure, Scope};
use crate::ir::types::BaseType;

/// What a call invokes.
#[derive(Clone, Debug)]
pub(super) enum Callee<'ir> {
    /// Nothing: an array, a constructor, or an intrinsic function that uses values.
    Values,
    /// An intrinsic function that asks for a property of its first argument.
    Inquiry,
    /// An intrinsic subroutine with the names and intents of its arguments.
    Intrinsic(&'static [(&'static str, Intent)]),
    /// One of these procedures.
    Procedures(Vec<Target<'ir>>),
    /// Nobody knows.
    Unknown(Because),
}

/// A procedure that may be invoked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'ir> {
    pub(super) procedure: &'ir Procedure,
    /// Its dummy arguments, or those of an entry.
    pub(super) dummies: &'ir [Dummy],
    /// The unit with its body.
    pub(super) unit: Option<usize>,
}

/// What becomes of an actual argument.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// This is said.
    Declared(Intent, Option<Name>),
    /// Nobody uses it.
    Inquired,
    /// What this unit does with this dummy argument. It is certain, or one of several possibilities.
    SameAs { unit: usize, dummy: Name, is_certain: bool },
    /// Nobody knows.
    Unknown(Because),
}

/// What the names behind `%` are, over all derived types of a library.
#[derive(Debug, Default)]
pub(super) struct Components<'ir> {
    /// `true` for data, `false` for what can be called.
    kinds: FxHashMap<&'ir Name, (bool, bool)>,
    /// Every module that is used is among the sources: no derived type is missing.
    is_complete: bool,
}

impl<'ir> Components<'ir> {
    /// Those of a library.
    pub(super) fn new(library: &'ir Library, bodies: &Bodies<'_, 'ir>) -> Self {
        let mut components = Self { kinds: FxHashMap::default(), is_complete: true };
        for module in &library.modules {
            components.add_scope(&module.scope, bodies);
        }
        for unit in &bodies.units {
            if let Some(procedure) = unit.procedure {
                components.add_scope(&procedure.scope, bodies);
            }
        }
        components
    }

    fn add_scope(&mut self, scope: &'ir Scope, bodies: &Bodies<'_, 'ir>) {
        use crate::analysis::intrinsic::is_module;
        self.is_complete &=
            scope.uses.iter().all(|used| is_module(&used.module) || bodies.modules.module(&used.module).is_some());
        scope.derived_types.iter().for_each(|derived_type| self.add_type(derived_type));
    }

    fn add_type(&mut self, derived_type: &'ir DerivedType) {
        for component in &derived_type.components {
            let base = component.type_spec.as_ref().map(|spec| &spec.base);
            let is_procedure = matches!(base, Some(BaseType::Procedure(_))) || component.interface.is_some();
            let kind = self.kinds.entry(&component.name).or_default();
            kind.0 |= !is_procedure;
            kind.1 |= is_procedure;
        }
        for binding in &derived_type.bindings {
            match binding {
                Binding::Specific(specific) => self.kinds.entry(&specific.name).or_default().1 = true,
                Binding::Generic { spec: crate::ir::generic::GenericSpec::Name(name), .. } => {
                    self.kinds.entry(name).or_default().1 = true;
                }
                Binding::Generic { .. } | Binding::Final(_) => {}
            }
        }
    }

    /// Whether a component of this name is data, whatever the type.
    fn is_data(&self, name: &Name) -> bool {
        self.is_complete && self.kinds.get(name) == Some(&(true, false))
    }
}

impl<'ir> Bodies<'_, 'ir> {
    /// What a call in `unit` invokes.
    pub(super) fn find_callee(&self, unit: usize, call: &'ir Call, components: &Components<'ir>) -> Callee<'ir> {
        let name = &call.procedure;
        if call.of_component {
            let is_data = call.is_function && components.is_data(name);
            return if is_data { Callee::Values } else { Callee::Unknown(Because::TypeBound(name.clone())) };
        }
        if let Some((owner, entity)) = self.owner(unit, name) {
            return match self.interface(entity, &self.units[owner].chain) {
                Some(interface) => self.explicit(interface),
                None if entity.shape.is_some() && call.actuals.is_none() => Callee::Values,
                None => Callee::Unknown(Because::DummyProcedure(name.clone())),
            };
        }
        let chain = &self.units[unit].chain;
        let meaning = self.modules.find(name, chain);
        let is_entity =
            |entity: &Entity| entity.shape.is_some() || entity.attributes.external || entity.interface.is_some();
        let is_generic = !matches!(&meaning, Some(Meaning::Entity(entity, _)) if is_entity(entity));
        if let Some(generics) = self.generics.get(name).filter(|_| is_generic) {
            return self.find_generic(call, meaning.as_ref(), generics);
        }
        match meaning {
            Some(Meaning::Procedure(procedure, _)) => Callee::Procedures(vec![self.target(procedure)]),
            Some(Meaning::Abstract(procedure, _)) => self.explicit(procedure),
            Some(Meaning::Entity(entity, outer)) => self.find_entity(call, entity, &outer),
            Some(Meaning::Generic(generic, outer)) => self.find_generic(call, None, &[(generic, outer)]),
            Some(Meaning::Type(derived_type, _)) => find_constructor(name, derived_type),
            Some(Meaning::Constant(_) | Meaning::IntrinsicType(_)) => Callee::Values,
            Some(Meaning::MissingModule(..)) => {
                find_intrinsic(call).unwrap_or_else(|| Callee::Unknown(Because::NotGiven(name.clone())))
            }
            None => self.find_undeclared(call),
        }
    }

    fn target(&self, procedure: &'ir Procedure) -> Target<'ir> {
        let unit = self.unit_of.get(&std::ptr::from_ref(procedure)).copied();
        Target { procedure, dummies: &procedure.dummies, unit }
    }

    /// A procedure with an explicit interface; where that does not declare intents, the body may tell.
    fn explicit(&self, interface: &'ir Procedure) -> Callee<'ir> {
        Callee::Procedures(vec![self.target(interface)])
    }

    fn find_entity(&self, call: &'ir Call, entity: &'ir Entity, chain: &ScopeChain<'ir>) -> Callee<'ir> {
        if let Some(interface) = self.interface(entity, chain) {
            return self.explicit(interface);
        }
        let is_external = entity.attributes.external || !call.is_function;
        let base = entity.type_spec.as_ref().map(|spec| &spec.base);
        let is_procedure = matches!(base, Some(BaseType::Procedure(_)));
        if entity.shape.is_some() && !is_external && !is_procedure {
            return Callee::Values;
        }
        if entity.attributes.pointer || is_procedure {
            return Callee::Unknown(Because::NotGiven(call.procedure.clone()));
        }
        if entity.attributes.external { self.find_external(call) } else { self.find_undeclared(call) }
    }

    /// A name without an explicit interface: an intrinsic procedure, else an external one.
    fn find_undeclared(&self, call: &'ir Call) -> Callee<'ir> {
        match find_intrinsic(call) {
            Some(Callee::Intrinsic(_)) if self.external.contains_key(&call.procedure) => {
                Callee::Unknown(Because::Several(call.procedure.clone()))
            }
            Some(found) => found,
            None => self.find_external(call),
        }
    }

    fn find_external(&self, call: &'ir Call) -> Callee<'ir> {
        match self.external.get(&call.procedure) {
            Some(found) => {
                let unit = |procedure| self.unit_of.get(&std::ptr::from_ref(procedure)).copied();
                let target = |&(procedure, dummies)| Target { procedure, dummies, unit: unit(procedure) };
                Callee::Procedures(found.iter().map(target).collect())
            }
            None => Callee::Unknown(Because::NotGiven(call.procedure.clone())),
        }
    }

    /// Every specific procedure that could be meant: several modules may add to a generic name.
    fn find_generic(
        &self,
        call: &Call,
        meaning: Option<&Meaning<'ir>>,
        generics: &[(&'ir crate::ir::generic::Generic, ScopeChain<'ir>)],
    ) -> Callee<'ir> {
        let unknown = || Callee::Unknown(Because::Several(call.procedure.clone()));
        let mut targets: Vec<Target<'ir>> = Vec::new();
        let mut add = |procedure: &'ir Procedure| {
            if !targets.iter().any(|target| std::ptr::eq(target.procedure, procedure)) {
                targets.push(self.target(procedure));
            }
        };
        match meaning {
            Some(Meaning::Procedure(procedure, _)) => add(procedure),
            Some(Meaning::Generic(generic, _)) if !generics.iter().any(|(known, _)| std::ptr::eq(*known, *generic)) => {
                return unknown();
            }
            Some(Meaning::MissingModule(..)) => return unknown(),
            _ => {}
        }
        for (generic, chain) in generics {
            for specific in &generic.specifics {
                match self.modules.find(specific, chain) {
                    Some(Meaning::Procedure(procedure, _)) => add(procedure),
                    Some(Meaning::Entity(entity, outer)) => match self.interface(entity, &outer) {
                        Some(interface) => add(interface),
                        None => return unknown(),
                    },
                    _ => return unknown(),
                }
            }
        }
        targets.retain(|target| accepts(target, call));
        let is_intrinsic = find_intrinsic(call).is_some();
        if targets.is_empty() || is_intrinsic { unknown() } else { Callee::Procedures(targets) }
    }

    /// What becomes of an actual argument.
    pub(super) fn find_fate(&self, call: &Call, callee: &Callee<'ir>, passed: &Passed) -> Vec<Fate> {
        match callee {
            Callee::Values if passed.place == Place::Object => vec![Fate::Inquired],
            Callee::Values => vec![Fate::Declared(Intent::In, None)],
            Callee::Inquiry if passed.place == Place::Position(0) => vec![Fate::Inquired],
            Callee::Inquiry => vec![Fate::Declared(Intent::In, None)],
            Callee::Intrinsic(arguments) => {
                let found = match &passed.place {
                    Place::Position(position) => arguments.get(*position),
                    Place::Keyword(keyword) => arguments.iter().find(|(name, _)| *name == keyword.lower()),
                    Place::Object => None,
                };
                let no_such = || Fate::Unknown(Because::NoSuchArgument(call.procedure.clone()));
                vec![found.map_or_else(no_such, |(name, intent)| Fate::Declared(*intent, Some(Name::new(name))))]
            }
            Callee::Unknown(because) => vec![Fate::Unknown(because.clone())],
            Callee::Procedures(targets) => {
                let is_certain = targets.len() == 1;
                let fates: Vec<Fate> =
                    targets.iter().map(|target| self.fate_in(call, target, passed, is_certain)).collect();
                let differs = |fate: &Fate| match (fate, &fates[0]) {
                    (Fate::Declared(one, _), Fate::Declared(two, _)) => (*one == Intent::In) != (*two == Intent::In),
                    (Fate::SameAs { .. }, Fate::SameAs { .. }) => false,
                    _ => true,
                };
                if fates.iter().skip(1).any(differs) {
                    vec![Fate::Unknown(Because::Several(call.procedure.clone()))]
                } else {
                    fates
                }
            }
        }
    }

    fn fate_in(&self, call: &Call, target: &Target<'ir>, passed: &Passed, is_certain: bool) -> Fate {
        let dummy = match &passed.place {
            Place::Position(position) => match target.dummies.get(*position) {
                Some(Dummy::Argument(name, _)) => Some(name),
                _ => None,
            },
            Place::Keyword(keyword) => target.dummies.iter().find_map(|dummy| match dummy {
                Dummy::Argument(name, _) if name == keyword => Some(name),
                _ => None,
            }),
            Place::Object => None,
        };
        let entity = dummy.and_then(|dummy| match target.unit {
            Some(unit) => self.units[unit].dummies.get(dummy).copied(),
            None => target.procedure.scope.entity(dummy),
        });
        let Some((dummy, entity)) = dummy.zip(entity) else {
            return Fate::Unknown(Because::NoSuchArgument(call.procedure.clone()));
        };
        let attributes = &entity.attributes;
        match entity.intent {
            // only the association is protected, not the target
            Some(Intent::In) if attributes.pointer => Fate::Unknown(Because::Exposed),
            Some(intent) => Fate::Declared(intent, Some(dummy.clone())),
            None if attributes.value => Fate::Declared(Intent::In, Some(dummy.clone())),
            None => match target.unit {
                Some(unit) => Fate::SameAs { unit, dummy: dummy.clone(), is_certain },
                None => self.fate_of_external(call, target, passed, dummy),
            },
        }
    }

    /// An interface body without intents may describe an external procedure that is among the sources.
    fn fate_of_external(&self, call: &Call, target: &Target<'ir>, passed: &Passed, dummy: &Name) -> Fate {
        let unknown = Fate::Unknown(Because::NotGiven(call.procedure.clone()));
        let is_external = target.procedure.name == call.procedure && target.procedure.bind.is_none();
        let found = self.external.get(&call.procedure).filter(|_| is_external && call.actuals.is_none());
        let Some([(procedure, dummies)]) = found.map(Vec::as_slice) else { return unknown };
        let same_names = dummies.len() == target.dummies.len();
        if !same_names || matches!(passed.place, Place::Keyword(_)) && !names_agree(dummies, target.dummies) {
            return unknown;
        }
        let position = target.dummies.iter().position(|known| is_named(known, dummy));
        match (position.and_then(|position| dummies.get(position)), self.unit_of.get(&std::ptr::from_ref(*procedure))) {
            (Some(Dummy::Argument(name, _)), Some(unit)) => {
                match procedure.scope.entity(name).and_then(|entity| entity.intent) {
                    Some(intent) => Fate::Declared(intent, Some(dummy.clone())),
                    None => Fate::SameAs { unit: *unit, dummy: name.clone(), is_certain: true },
                }
            }
            _ => unknown,
        }
    }
}

fn is_named(dummy: &Dummy, name: &Name) -> bool {
    matches!(dummy, Dummy::Argument(known, _) if known == name)
}

fn names_agree(one: &[Dummy], two: &[Dummy]) -> bool {
    one.len() == two.len()
        && one.iter().zip(two).all(|pair| match pair {
            (Dummy::Argument(one, _), Dummy::Argument(two, _)) => one == two,
            (Dummy::AlternateReturn(_), Dummy::AlternateReturn(_)) => true,
            _ => false,
        })
}

/// Whether a specific procedure can take so many arguments.
fn accepts(target: &Target<'_>, call: &Call) -> bool {
    let is_optional = |dummy: &Dummy| match dummy {
        Dummy::Argument(name, _) => {
            target.procedure.scope.entity(name).is_some_and(|entity| entity.attributes.optional)
        }
        Dummy::AlternateReturn(_) => false,
    };
    let needed = target.dummies.iter().filter(|dummy| !is_optional(dummy)).count();
    (needed..=target.dummies.len()).contains(&call.count)
}

fn find_intrinsic<'ir>(call: &Call) -> Option<Callee<'ir>> {
    if !call.is_function {
        return intrinsic::find_subroutine(call.procedure.lower()).map(Callee::Intrinsic);
    }
    match intrinsic::find_function(call.procedure.lower())? {
        Effect::Inquired => Some(Callee::Inquiry),
        _ => Some(Callee::Values),
    }
}

/// A structure constructor uses values; a pointer component may take what it is given as its target.
fn find_constructor<'ir>(name: &Name, derived_type: &DerivedType) -> Callee<'ir> {
    let is_plain =
        derived_type.extends.is_none() && !derived_type.components.iter().any(|part| part.attributes.pointer);
    if is_plain { Callee::Values } else { Callee::Unknown(Because::TypeBound(name.clone())) }
}
