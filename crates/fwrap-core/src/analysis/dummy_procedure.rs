//! The interface of a dummy procedure that nothing declares: from its call sites, here or where it is passed on.

use rustc_hash::FxHashMap;

use crate::analysis::actual::{Found, FoundActual, find_actual};
use crate::analysis::body::Bodies;
use crate::analysis::called_shape::{Because, CalledShape, Caller};
use crate::analysis::callee::{Callee, Components};
use crate::analysis::kind::{self, ResolvedType};
use crate::analysis::scope::Modules;
use crate::analysis::usage::Usages;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::body::{Call, Place};
use crate::ir::entity::Entity;
use crate::ir::extent::Extent;
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Procedure};
use crate::source::Span;

/// What the call sites say of a dummy procedure.
#[derive(Clone, Debug)]
pub struct CalledInterface {
    /// A function; otherwise a subroutine.
    pub is_function: bool,
    /// What the actual arguments say of each dummy argument, in order. Intents cannot be known.
    pub arguments: Vec<FoundActual>,
    /// The shape of each, and whether a call proves that it is only read.
    pub shapes: Vec<(CalledShape, bool)>,
    /// The type of the function, by its declaration or implicit typing.
    pub result: Option<Found>,
    /// The call that says so.
    pub span: Span,
    /// Calls contradict one another, so that nothing of this is sure.
    pub is_contradicted: bool,
}

/// Dummy procedures without a declared interface, and calls that contradict one another.
#[derive(Debug, Default)]
pub struct DummyProcedures<'ir> {
    list: Vec<CalledInterface>,
    index: FxHashMap<(*const Procedure, &'ir Name), usize>,
    /// What is wrong, with the procedure that it concerns.
    pub conflicts: Vec<(&'ir Procedure, Diagnostic)>,
}

impl DummyProcedures<'_> {
    /// What the call sites say of a dummy procedure; `None` if it is declared, never called, or no procedure.
    #[must_use]
    pub fn of(&self, procedure: &Procedure, dummy: &Name) -> Option<&CalledInterface> {
        self.index.get(&(std::ptr::from_ref(procedure), dummy)).map(|index| &self.list[*index])
    }
}

/// The interfaces of all dummy procedures that nothing declares.
#[must_use]
pub fn find_dummy_procedures<'ir>(
    library: &'ir Library,
    modules: &Modules<'ir>,
    usages: &Usages<'ir>,
) -> DummyProcedures<'ir> {
    let bodies = Bodies::new(library, modules);
    let components = Components::new(library, &bodies);
    let (found, passed_on, exposed) = (DummyProcedures::default(), FxHashMap::default(), Vec::new());
    let mut finder = Finder { bodies: &bodies, usages, found, passed_on, exposed };
    for unit in 0..bodies.units.len() {
        for call in &bodies.units[unit].body.calls {
            if call.actuals.is_some() && !call.of_component {
                finder.enter_call(unit, call);
            }
            finder.enter_passing(unit, call, &components);
        }
    }
    finder.settle();
    finder.found
}

type Key<'ir> = (*const Procedure, &'ir Name);

struct Finder<'a, 'ir> {
    bodies: &'a Bodies<'a, 'ir>,
    usages: &'a Usages<'ir>,
    found: DummyProcedures<'ir>,
    /// For each dummy procedure those that are passed on as it, in which call.
    passed_on: FxHashMap<Key<'ir>, Vec<Passing<'ir>>>,
    /// Those that are passed to where nobody knows what becomes of them.
    exposed: Vec<(Key<'ir>, Span)>,
}

/// A dummy procedure as an actual argument.
#[derive(Clone, Copy)]
struct Passing<'ir> {
    procedure: &'ir Procedure,
    entity: &'ir Entity,
    call: &'ir Call,
    /// The dummy arguments of what is called.
    dummies: &'ir [Dummy],
}

impl<'ir> Finder<'_, 'ir> {
    /// The dummy argument that a name means in a body, if it has no declared interface.
    fn find(&self, unit: usize, name: &Name) -> Option<(&'ir Procedure, &'ir Entity, usize)> {
        let (owner, entity) = self.bodies.owner(unit, name)?;
        let procedure = self.bodies.units[owner].procedure?;
        let is_declared = self.bodies.interface(entity, &self.bodies.units[owner].chain).is_some();
        (!is_declared && entity.shape.is_none()).then_some((procedure, entity, owner))
    }

    fn is_invoked(&self, owner: usize, entity: &Entity) -> bool {
        let procedure = self.bodies.units[owner].procedure;
        entity.attributes.external || procedure.is_some_and(|procedure| procedure.invoked.contains(&entity.name))
    }

    fn enter_call(&mut self, unit: usize, call: &'ir Call) {
        let Some((procedure, entity, owner)) = self.find(unit, &call.procedure) else { return };
        let (modules, chain) = (self.bodies.modules, &self.bodies.units[unit].chain);
        let actuals = call.actuals.as_deref().unwrap_or_default();
        // the arguments of a call that cannot be read say nothing
        if actuals.len() != call.count {
            return;
        }
        let arguments = actuals.iter().map(|actual| find_actual(actual, chain, modules)).collect();
        let result =
            call.is_function.then(|| match kind::find_type(entity, &self.bodies.units[owner].chain, modules) {
                Ok(known) => Found::Known(known),
                Err(_) => Found::Unknown,
            });
        let caller = Caller { procedure, chain, modules, usages: self.usages };
        let mut shapes = caller.find(call);
        if unit != owner {
            shapes.iter_mut().for_each(|(shape, _)| hide_extents(shape, call.span));
        }
        let (is_function, span) = (call.is_function, call.span);
        let interface = CalledInterface { is_function, arguments, shapes, result, span, is_contradicted: false };
        self.unite(procedure, &entity.name, interface);
    }

    /// A dummy procedure as an actual argument: it is what the dummy argument there is.
    fn enter_passing(&mut self, unit: usize, call: &'ir Call, components: &Components<'ir>) {
        let mut callee = None;
        for passed in call.passed.iter().filter(|passed| !passed.is_part) {
            let Some((owner, entity)) = self.bodies.owner(unit, &passed.name) else { continue };
            if entity.shape.is_some() || (entity.type_spec.is_some() && !self.is_invoked(owner, entity)) {
                continue;
            }
            let Some((procedure, entity, _)) = self.find(unit, &passed.name) else { continue };
            let callee = callee.get_or_insert_with(|| self.bodies.find_callee(unit, call, components));
            let key = (std::ptr::from_ref(procedure), &entity.name);
            let target = match callee {
                Callee::Procedures(targets) if targets.len() == 1 => targets[0],
                Callee::Inquiry => continue,
                _ => {
                    self.exposed.push((key, passed.span));
                    continue;
                }
            };
            let dummy = match &passed.place {
                Place::Position(position) => target.dummies.get(*position),
                Place::Keyword(name) => target.dummies.iter().find(|dummy| is_named(dummy, name)),
                Place::Object => None,
            };
            if let Some(Dummy::Argument(name, _)) = dummy {
                let from = (std::ptr::from_ref(target.procedure), name);
                let passing = Passing { procedure, entity, call, dummies: target.dummies };
                self.passed_on.entry(from).or_default().push(passing);
            }
        }
    }

    /// What one dummy procedure is, those are that are passed on as it.
    fn settle(&mut self) {
        let mut queue: Vec<Key<'ir>> = self.found.index.keys().copied().collect();
        queue.sort_by_key(|key| self.found.list[self.found.index[key]].span);
        for ((procedure, name), span) in std::mem::take(&mut self.exposed) {
            if let Some(index) = self.found.index.get(&(procedure, name)) {
                let shapes = &mut self.found.list[*index].shapes;
                shapes.iter_mut().for_each(|(shape, _)| expose(shape, span));
            }
        }
        while let Some(key) = queue.pop() {
            let Some(interface) = self.found.index.get(&key).map(|index| self.found.list[*index].clone()) else {
                continue;
            };
            for passing in self.passed_on.get(&key).cloned().unwrap_or_default() {
                let Passing { procedure, entity, call, .. } = passing;
                let shapes = interface.shapes.iter().map(|(shape, is_fixed)| {
                    (shape.translate(call.span, &|name| self.actual(&passing, name)), *is_fixed)
                });
                let shapes = shapes.collect();
                if self.unite(procedure, &entity.name, CalledInterface { shapes, ..interface.clone() }) {
                    queue.push((std::ptr::from_ref(procedure), &entity.name));
                }
            }
        }
    }

    /// What the caller passes for a dummy argument, if that is a dummy argument that keeps its value.
    fn actual(&self, passing: &Passing<'ir>, dummy: &Name) -> Option<Name> {
        let position = passing.dummies.iter().position(|known| is_named(known, dummy))?;
        let is_place = |place: &Place| match place {
            Place::Position(known) => *known == position,
            Place::Keyword(name) => name == dummy,
            Place::Object => false,
        };
        let passed = passing.call.passed.iter().find(|passed| !passed.is_part && is_place(&passed.place))?;
        let usage = self.usages.of(passing.procedure, &passed.name)?;
        let is_array = passing.procedure.scope.entity(&passed.name)?.shape.is_some();
        (is_array || usage.written.is_none()).then(|| passed.name.clone())
    }

    /// Adds what one call says; true if more is known now.
    fn unite(&mut self, procedure: &'ir Procedure, name: &'ir Name, other: CalledInterface) -> bool {
        let key = (std::ptr::from_ref(procedure), name);
        let Some(index) = self.found.index.get(&key) else {
            self.found.index.insert(key, self.found.list.len());
            self.found.list.push(other);
            return true;
        };
        let known = &mut self.found.list[*index];
        let contradiction = if known.is_function != other.is_function {
            Some("a function in one call and a subroutine in another".to_owned())
        } else if known.arguments.len() != other.arguments.len() {
            let (one, two) = (known.arguments.len(), other.arguments.len());
            Some(format!("called with {} and with {} arguments", one.min(two), one.max(two)))
        } else if let (Some(Found::Known(one)), Some(Found::Known(two))) = (&known.result, &other.result)
            && !is_same_type(one, two)
        {
            Some("a function of one type in one call and of another in another".to_owned())
        } else {
            let pairs = known.arguments.iter().zip(&other.arguments).enumerate();
            let mut differing = pairs.filter_map(|(place, (one, two))| Some((place, one.contradiction(two)?)));
            differing.next().map(|(place, what)| format!("called with {what} as argument {}", place + 1))
        };
        if let Some(what) = contradiction {
            let (first, second) = (known.span, other.span);
            let is_more = !known.is_contradicted;
            known.is_contradicted = true;
            let is_new = !self.found.conflicts.iter().any(|(_, conflict)| conflict.span == Some(second));
            if is_new && first != second {
                self.found.conflicts.push((procedure, conflict(name, &what, first, second)));
            }
            return is_more;
        }
        let mut is_more = other.is_contradicted && !known.is_contradicted;
        known.is_contradicted |= other.is_contradicted;
        for (one, two) in known.arguments.iter_mut().zip(other.arguments) {
            is_more |= one.learn(two);
        }
        for (one, two) in known.shapes.iter_mut().zip(&other.shapes) {
            is_more |= one.0.unite(&two.0, other.span);
            is_more |= two.1 && !one.1;
            one.1 |= two.1;
        }
        if let (Some(one @ Found::Unknown), Some(two @ Found::Known(_))) = (&mut known.result, other.result) {
            *one = two;
            is_more = true;
        }
        is_more
    }
}

/// The extents that an internal procedure sees are not those of its host.
fn hide_extents(shape: &mut CalledShape, span: Span) {
    let is_constant = |extents: &[Extent]| extents.iter().all(|extent| matches!(extent, Extent::Constant(_)));
    if matches!(shape, CalledShape::Known(extents) if !is_constant(extents)) {
        *shape = CalledShape::Unknown(span, Because::Expression);
    }
}

/// Calls that are not seen may pass arrays of other shapes.
fn expose(shape: &mut CalledShape, span: Span) {
    if matches!(shape, CalledShape::Known(_)) {
        *shape = CalledShape::Unknown(span, Because::Exposed);
    }
}

fn is_named(dummy: &Dummy, name: &Name) -> bool {
    matches!(dummy, Dummy::Argument(known, _) if known == name)
}

fn conflict(name: &Name, what: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::warning(Code::CallsDisagree, second, format!("the dummy procedure `{name}` is {what}"))
        .label("this call")
        .also(first, "another call")
        .help(format!("declare what `{name}` is: an interface body, or `procedure(an_abstract_interface) :: {name}`"))
}

/// Whether two types are the same, as far as a call needs it: lengths of characters may differ.
pub(super) fn is_same_type(one: &ResolvedType, two: &ResolvedType) -> bool {
    use ResolvedType as Type;
    match (one, two) {
        (Type::Integer(one), Type::Integer(two))
        | (Type::Real(one), Type::Real(two))
        | (Type::Complex(one), Type::Complex(two))
        | (Type::Logical(one), Type::Logical(two)) => one == two,
        (Type::Character(_), Type::Character(_)) => true,
        (Type::Other(one), Type::Other(two)) => one.eq_ignore_ascii_case(two),
        _ => false,
    }
}
