//! All facts about one procedure.

use crate::analysis::callback::Sources;
use crate::analysis::dummy_procedure::DummyProcedures;
use crate::analysis::extent::ExtentScope;
use crate::analysis::facts::{CallbackFacts, DataType, DummyFacts, IntentFact, NotedFacts, ProcedureFacts, Shape};
use crate::analysis::intent::{documented_intent, find_intent};
use crate::analysis::kind::{self, ResolvedType};
use crate::analysis::label::find_label;
use crate::analysis::scope::{Modules, ScopeChain};
use crate::analysis::support;
use crate::analysis::usage::Usages;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::entity::{Entity, Intent};
use crate::ir::expr::Expr;
use crate::ir::extent::Extent;
use crate::ir::module::Module;
use crate::ir::note::{ArgumentNote, ProcedureNote};
use crate::ir::procedure::{Dummy, Procedure, ProcedureKind};
use crate::ir::types::CharacterLength;

/// What is known about `procedure`, and every reason why it cannot be wrapped.
#[must_use]
pub fn find_procedure_facts<'ir>(
    procedure: &'ir Procedure,
    module: Option<&'ir Module>,
    modules: &Modules<'ir>,
    note: Option<&'ir ProcedureNote>,
    uses: &Uses<'ir>,
) -> ProcedureFacts<'ir> {
    let chain = modules.chain(procedure, module);
    let surroundings = Surroundings { chain: &chain, modules, uses };
    let mut finder = Finder::new(procedure, surroundings);
    finder.note = note;
    if module.is_some_and(|module| !module.is_public(&procedure.name)) {
        finder.problems.push(support::private_procedure(&procedure.name, procedure.span));
    }
    let dummies = finder.dummies();
    let result = match &procedure.kind {
        ProcedureKind::Subroutine => None,
        ProcedureKind::Function { result } => match procedure.scope.entity(result) {
            Some(entity) => {
                finder.facts(entity).map(|facts| DummyFacts { intent: IntentFact::Known(Intent::Out), ..facts })
            }
            None => unreachable!("the front end declares the result of every function"),
        },
    };
    let label = find_label(&procedure.name, procedure.bind.as_ref(), &chain, modules).unwrap_or_else(|reason| {
        finder.problems.push(support::unknown_label(procedure, &reason));
        None
    });
    for problem in &mut finder.problems {
        problem.procedure = Some(qualified_name(procedure, module));
    }
    let (callbacks, problems) = (finder.callbacks, finder.problems);
    ProcedureFacts { procedure, module, dummies, callbacks, result, label, problems }
}

/// What the bodies of a library show.
#[derive(Debug)]
pub struct Uses<'ir> {
    /// What procedures do with their dummy arguments.
    pub usages: Usages<'ir>,
    /// What dummy procedures are called with.
    pub dummy_procedures: DummyProcedures<'ir>,
}

/// What a procedure sees, and what is known of its library.
#[derive(Clone, Copy)]
pub struct Surroundings<'a, 'ir> {
    /// The scopes.
    pub chain: &'a ScopeChain<'ir>,
    /// The modules.
    pub modules: &'a Modules<'ir>,
    /// What the bodies show.
    pub uses: &'a Uses<'ir>,
}

/// What an interface declares.
pub struct InterfaceFacts<'ir> {
    /// The dummy arguments. Complete only if `problems` is empty.
    pub dummies: Vec<DummyFacts<'ir>>,
    /// The function result.
    pub result: Option<DummyFacts<'ir>>,
    /// What is not known.
    pub problems: Vec<Diagnostic>,
}

/// What the interface of a dummy procedure declares; extents may use the dummy arguments of `host`.
#[must_use]
pub fn find_interface_facts<'ir>(
    interface: &'ir Procedure,
    host: &'ir Procedure,
    surroundings: Surroundings<'_, 'ir>,
) -> InterfaceFacts<'ir> {
    let mut finder = Finder::new(interface, surroundings);
    finder.host = Some(host);
    let dummies = finder.dummies();
    let result = match &interface.kind {
        ProcedureKind::Subroutine => None,
        ProcedureKind::Function { result } => interface.scope.entity(result).and_then(|entity| finder.facts(entity)),
    };
    InterfaceFacts { dummies, result, problems: finder.problems }
}

/// `module::name`, or the name alone.
#[must_use]
pub fn qualified_name(procedure: &Procedure, module: Option<&Module>) -> String {
    match module {
        Some(module) => format!("{}::{}", module.name, procedure.name),
        None => procedure.name.to_string(),
    }
}

struct Finder<'a, 'ir> {
    procedure: &'ir Procedure,
    /// The procedure whose dummy procedure this is the interface of.
    host: Option<&'ir Procedure>,
    surroundings: Surroundings<'a, 'ir>,
    note: Option<&'ir ProcedureNote>,
    callbacks: Vec<CallbackFacts<'ir>>,
    problems: Vec<Diagnostic>,
}

impl<'a, 'ir> Finder<'a, 'ir> {
    fn new(procedure: &'ir Procedure, surroundings: Surroundings<'a, 'ir>) -> Self {
        Self { procedure, host: None, surroundings, note: None, callbacks: Vec::new(), problems: Vec::new() }
    }

    fn dummies(&mut self) -> Vec<DummyFacts<'ir>> {
        let mut dummies = Vec::new();
        for dummy in &self.procedure.dummies {
            match dummy {
                Dummy::AlternateReturn(span) => self.problems.push(
                    Diagnostic::warning(Code::UnsupportedProcedure, *span, "an alternate return cannot be wrapped")
                        .label("alternate return")
                        .help("write a subroutine around it that returns a status instead"),
                ),
                Dummy::Argument(name, span) => match self.procedure.scope.entity(name) {
                    Some(entity) => dummies.extend(self.facts(entity)),
                    None => unreachable!("the front end declares every dummy argument, also {name} at {span:?}"),
                },
            }
        }
        let is_character = |facts: &DummyFacts| matches!(facts.data_type, DataType::Character(_));
        let clash = dummies.iter().find(|facts| facts.entity.attributes.optional && facts.entity.attributes.value);
        if let Some(facts) = clash.filter(|_| dummies.iter().any(is_character)) {
            let title = format!("`{}` is OPTIONAL and VALUE beside a character dummy", facts.name());
            self.problems.push(
                Diagnostic::warning(Code::UnsupportedProcedure, facts.entity.span, title)
                    .label("gfortran 12 passes such arguments wrongly")
                    .help("drop VALUE, or pass the character in a procedure of its own"),
            );
        }
        dummies
    }

    /// A dummy procedure.
    fn callback(&mut self, entity: &'ir Entity) -> Option<DummyFacts<'ir>> {
        if self.host.is_some() {
            self.problems.push(support::nested_procedure(entity));
            return None;
        }
        let called = self.surroundings.uses.dummy_procedures.of(self.procedure, &entity.name);
        let note = self.argument_note(entity);
        if let Some(note) = note.filter(|note| !note.is_of_procedure()) {
            self.problems.push(support::note_of_data(entity, note));
        }
        let sources = Sources { procedure: self.procedure, surroundings: self.surroundings, note, called };
        match sources.find(entity) {
            Ok(facts) => self.callbacks.push(facts),
            Err(problems) => {
                self.problems.extend(problems);
                return None;
            }
        }
        let (data_type, shape) = (DataType::Procedure(self.callbacks.len() - 1), Shape::Scalar);
        let (intent, is_inferred, noted) = (IntentFact::Known(Intent::In), false, NotedFacts::default());
        Some(DummyFacts { entity, data_type, shape, intent, is_inferred, noted })
    }

    fn facts(&mut self, entity: &'ir Entity) -> Option<DummyFacts<'ir>> {
        let is_called = self.surroundings.uses.dummy_procedures.of(self.procedure, &entity.name).is_some();
        if is_called || support::is_procedure(entity, self.procedure) {
            return self.callback(entity);
        }
        if let Some(obstacle) = support::find_obstacle(entity) {
            self.problems.push(obstacle);
            return None;
        }
        let resolved = match kind::find_type(entity, self.surroundings.chain, self.surroundings.modules) {
            Ok(resolved) => resolved,
            Err(reason) => {
                self.problems.push(support::unknown_type(entity, reason));
                return None;
            }
        };
        let note = self.argument_note(entity);
        if let Some(note) = note.filter(|note| note.interface.is_some()) {
            self.problems.push(support::note_of_procedure(entity, note));
            return None;
        }
        let data_type = match support::find_data_type(entity, &resolved) {
            Ok(DataType::Character(_)) => self.character(entity, &resolved)?,
            Ok(data_type) => data_type,
            Err(problem) => {
                self.problems.push(*problem);
                return None;
            }
        };
        let shape = self.shape(entity, note)?;
        if matches!(data_type, DataType::Character(_)) && shape != Shape::Scalar {
            self.problems.push(support::character_array(entity));
            return None;
        }
        let usage = self.surroundings.uses.usages.of(self.procedure, &entity.name);
        let documented = documented_intent(&self.procedure.documentation, &entity.name);
        let found = find_intent(entity, note, usage, documented);
        self.problems.extend(found.conflict);
        let noted = self.noted(note)?;
        let (intent, is_inferred) = (found.fact, found.is_inferred);
        Some(DummyFacts { entity, data_type, shape, intent, is_inferred, noted })
    }

    fn noted(&mut self, note: Option<&ArgumentNote>) -> Option<NotedFacts> {
        let Some(note) = note else { return Some(NotedFacts::default()) };
        let value = match &note.value {
            Some(value) => Some(self.noted_extent(note, value)?),
            None => None,
        };
        let shape = match &note.shape {
            Some(shape) => Some(shape.iter().map(|extent| self.noted_extent(note, extent)).collect::<Option<_>>()?),
            None => None,
        };
        Some(NotedFacts { value, shape, copy: note.copy, result: note.result.clone(), scratch: note.scratch })
    }

    fn noted_extent(&mut self, note: &ArgumentNote, expr: &Expr) -> Option<Extent> {
        let Surroundings { chain, modules, .. } = self.surroundings;
        let scope = ExtentScope { procedure: self.procedure, host: self.host, chain, modules };
        let reason = match scope.find(expr) {
            Ok(extent) => return Some(extent),
            Err(reason) => reason,
        };
        self.problems.push(support::unknown_note(&note.name, reason));
        None
    }

    fn argument_note(&self, entity: &Entity) -> Option<&'ir ArgumentNote> {
        self.note.and_then(|note| note.arguments.iter().find(|argument| argument.name == entity.name))
    }

    fn character(&mut self, entity: &Entity, resolved: &ResolvedType) -> Option<DataType> {
        match resolved {
            ResolvedType::Character(CharacterLength::Assumed) => Some(DataType::Character(None)),
            ResolvedType::Character(CharacterLength::Expr(expr)) => {
                let length = self.extent(entity, "length", expr)?;
                if entity.attributes.value && !matches!(length, Extent::Constant(_)) {
                    self.problems.push(support::variable_length_value(entity));
                    return None;
                }
                Some(DataType::Character(Some(length)))
            }
            _ => {
                self.problems.push(support::unsupported_length(entity));
                None
            }
        }
    }

    /// The shape as declared; where a declared extent is not known, a note's shape stands in for it.
    fn shape(&mut self, entity: &Entity, note: Option<&ArgumentNote>) -> Option<Shape> {
        let dimensions = match &entity.shape {
            None => return Some(Shape::Scalar),
            Some(ArraySpec::Dimensions(dimensions)) => dimensions,
            Some(ArraySpec::AssumedRank) => unreachable!("assumed rank is an obstacle"),
        };
        if matches!(dimensions.first(), Some(Dimension::Colon { .. })) {
            return Some(Shape::AssumedShape(dimensions.len()));
        }
        let has_noted_shape = note.is_some_and(|note| note.shape.is_some());
        let known_problems = self.problems.len();
        let mut extents = Vec::new();
        for dimension in dimensions {
            match dimension {
                Dimension::Explicit { lower, upper } => {
                    let lower = match lower {
                        Some(lower) => self.extent(entity, "shape", lower),
                        None => Some(Extent::Constant(1)),
                    };
                    match (lower, self.extent(entity, "shape", upper)) {
                        (Some(lower), Some(upper)) => extents.push(Extent::between(lower, upper)),
                        _ if has_noted_shape => {
                            self.problems.truncate(known_problems);
                            return Some(Shape::AssumedSize(Vec::new()));
                        }
                        _ => return None,
                    }
                }
                Dimension::AssumedSize { .. } => return Some(Shape::AssumedSize(extents)),
                Dimension::Colon { .. } => return Some(Shape::AssumedShape(dimensions.len())),
            }
        }
        Some(Shape::Explicit(extents))
    }

    fn extent(&mut self, entity: &Entity, what: &str, expr: &Expr) -> Option<Extent> {
        let Surroundings { chain, modules, .. } = self.surroundings;
        let scope = ExtentScope { procedure: self.procedure, host: self.host, chain, modules };
        match scope.find(expr) {
            Ok(extent) => Some(extent),
            Err(reason) => {
                self.problems.push(support::unknown_extent(entity, what, reason));
                None
            }
        }
    }
}
