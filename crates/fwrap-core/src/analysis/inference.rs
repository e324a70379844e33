//! What becomes of every dummy argument, across all bodies of a library.

use std::collections::HashMap;

use crate::analysis::body::{Bodies, dummies};
use crate::analysis::callee::{Components, Fate};
use crate::analysis::scope::Modules;
use crate::analysis::usage::{Because, Proof, Usage, Usages};
use crate::ir::body::Effect;
use crate::ir::entity::Intent;
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::source::Span;

/// What a dummy argument of one procedure takes over from that of another.
struct Edge {
    /// The dummy argument of the caller.
    to: usize,
    /// Where it is passed.
    span: Span,
    /// What it is passed to, as which dummy argument.
    because: (Name, Name),
    /// Nothing else can be meant by the call.
    is_certain: bool,
}

/// The dummy arguments of all bodies, as a graph.
struct Graph<'a, 'ir> {
    bodies: &'a Bodies<'a, 'ir>,
    usages: Vec<Usage>,
    index: HashMap<(usize, &'ir Name), usize>,
    /// For each dummy argument those that take over from it.
    edges: Vec<Vec<Edge>>,
}

/// What every procedure of a library does with its dummy arguments.
#[must_use]
pub fn find_usages<'ir>(library: &'ir Library, modules: &Modules<'ir>) -> Usages<'ir> {
    let bodies = Bodies::new(library, modules);
    let components = Components::new(library, &bodies);
    let mut graph = Graph { bodies: &bodies, usages: Vec::new(), index: HashMap::new(), edges: Vec::new() };
    for unit in 0..bodies.units.len() {
        graph.enter_dummies(unit);
    }
    for unit in 0..bodies.units.len() {
        graph.enter_accesses(unit);
        graph.enter_calls(unit, &components);
    }
    graph.settle();
    let mut index = HashMap::new();
    for (procedure, unit) in &bodies.unit_of {
        let Some(own) = bodies.units[*unit].procedure else { continue };
        for name in dummies(own) {
            if let Some(usage) = graph.index.get(&(*unit, name)) {
                index.insert((*procedure, name), *usage);
            }
        }
    }
    Usages { list: graph.usages, index }
}

impl<'ir> Graph<'_, 'ir> {
    fn enter_dummies(&mut self, unit: usize) {
        let Some(procedure) = self.bodies.units[unit].procedure else { return };
        for name in dummies(procedure) {
            let known = self.usages.len();
            if *self.index.entry((unit, name)).or_insert(known) != known {
                continue;
            }
            let mut usage = Usage::default();
            if let Some(entity) = procedure.scope.entity(name) {
                usage.declared = entity.intent;
                if entity.attributes.volatile || entity.attributes.asynchronous {
                    usage.unknown = Some(Proof { span: entity.span, because: Because::Attribute });
                }
            }
            self.usages.push(usage);
            self.edges.push(Vec::new());
        }
    }

    /// The dummy argument that a name in the body of `unit` means.
    fn find(&self, unit: usize, name: &Name) -> Option<usize> {
        let (owner, entity) = self.bodies.owner(unit, name)?;
        self.index.get(&(owner, &entity.name)).copied()
    }

    fn enter_accesses(&mut self, unit: usize) {
        for access in &self.bodies.units[unit].body.accesses {
            let Some(index) = self.find(unit, &access.name) else { continue };
            let proof = |because| Proof { span: access.span, because };
            let usage = &mut self.usages[index];
            match access.effect {
                Effect::Read => usage.read.get_or_insert(proof(Because::Statement)),
                Effect::Written => usage.written.get_or_insert(proof(Because::Statement)),
                Effect::Exposed => usage.unknown.get_or_insert(proof(Because::Exposed)),
                Effect::Inquired => continue,
            };
        }
    }

    fn enter_calls(&mut self, unit: usize, components: &Components<'ir>) {
        let bodies = self.bodies;
        for call in &bodies.units[unit].body.calls {
            if call.passed.is_empty() {
                continue;
            }
            let callee = bodies.find_callee(unit, call, components);
            for passed in &call.passed {
                let Some(index) = self.find(unit, &passed.name) else { continue };
                for fate in bodies.find_fate(call, &callee, passed) {
                    self.enter_fate(index, passed.span, &call.procedure, fate);
                }
            }
        }
    }

    fn enter_fate(&mut self, index: usize, span: Span, procedure: &Name, fate: Fate) {
        let usage = &mut self.usages[index];
        match fate {
            Fate::Inquired => {}
            Fate::Declared(intent, dummy) => {
                let passed = |dummy: Name| Because::Passed(procedure.clone(), dummy);
                let proof = Proof { span, because: dummy.map_or(Because::Statement, passed) };
                if intent != Intent::Out {
                    usage.read.get_or_insert_with(|| proof.clone());
                }
                if intent != Intent::In {
                    usage.written.get_or_insert(proof);
                }
            }
            Fate::Unknown(because) => {
                usage.unknown.get_or_insert(Proof { span, because });
            }
            Fate::SameAs { unit, dummy, is_certain } => match self.find(unit, &dummy) {
                Some(from) => {
                    let because = (procedure.clone(), dummy);
                    self.edges[from].push(Edge { to: index, span, because, is_certain });
                }
                None => {
                    let because = Because::NoSuchArgument(procedure.clone());
                    self.usages[index].unknown.get_or_insert(Proof { span, because });
                }
            },
        }
    }

    /// Takes over along the edges until nothing changes. A fact is set once, so every edge is gone three times at most.
    fn settle(&mut self) {
        let mut queue: Vec<usize> = (0..self.usages.len()).collect();
        while let Some(from) = queue.pop() {
            let Usage { read, written, unknown, .. } = &self.usages[from];
            let (read, written, unknown) = (read.is_some(), written.is_some(), unknown.is_some());
            for edge in &self.edges[from] {
                let usage = &mut self.usages[edge.to];
                let (procedure, dummy) = &edge.because;
                let set = |fact: &mut Option<Proof>, because: &dyn Fn() -> Because| {
                    let is_new = fact.is_none();
                    fact.get_or_insert_with(|| Proof { span: edge.span, because: because() });
                    is_new
                };
                let passed = || Because::Passed(procedure.clone(), dummy.clone());
                let several = || Because::Several(procedure.clone());
                let mut changed = read && set(&mut usage.read, &passed);
                changed |= written && edge.is_certain && set(&mut usage.written, &passed);
                changed |= written && !edge.is_certain && set(&mut usage.unknown, &several);
                changed |= unknown && set(&mut usage.unknown, &passed);
                if changed {
                    queue.push(edge.to);
                }
            }
        }
    }
}
