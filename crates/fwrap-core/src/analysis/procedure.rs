//! All facts about one procedure.

use crate::analysis::extent::ExtentScope;
use crate::analysis::facts::{DataType, DummyFacts, IntentFact, NotedFacts, ProcedureFacts, Shape};
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
    note: Option<&ProcedureNote>,
    usages: &Usages<'_>,
) -> ProcedureFacts<'ir> {
    let chain = modules.chain(procedure, module);
    let mut finder = Finder { procedure, chain, modules, note, usages, problems: Vec::new() };
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
    let label = find_label(&procedure.name, procedure.bind.as_ref(), &finder.chain, modules).unwrap_or_else(|reason| {
        finder.problems.push(support::unknown_label(procedure, &reason));
        None
    });
    for problem in &mut finder.problems {
        problem.procedure = Some(qualified_name(procedure, module));
    }
    ProcedureFacts { procedure, module, dummies, result, label, problems: finder.problems }
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
    chain: ScopeChain<'ir>,
    modules: &'a Modules<'ir>,
    note: Option<&'a ProcedureNote>,
    usages: &'a Usages<'a>,
    problems: Vec<Diagnostic>,
}

impl<'a, 'ir> Finder<'a, 'ir> {
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

    fn facts(&mut self, entity: &'ir Entity) -> Option<DummyFacts<'ir>> {
        if let Some(obstacle) = support::find_obstacle(entity, self.procedure) {
            self.problems.push(obstacle);
            return None;
        }
        let resolved = match kind::find_type(entity, &self.chain, self.modules) {
            Ok(resolved) => resolved,
            Err(reason) => {
                self.problems.push(support::unknown_type(entity, reason));
                return None;
            }
        };
        let note = self.argument_note(entity);
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
        let usage = self.usages.of(self.procedure, &entity.name);
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
        let scope = ExtentScope { procedure: self.procedure, chain: &self.chain, modules: self.modules };
        let reason = match scope.find(expr) {
            Ok(extent) => return Some(extent),
            Err(reason) => reason,
        };
        self.problems.push(support::unknown_note(&note.name, reason));
        None
    }

    fn argument_note(&self, entity: &Entity) -> Option<&'a ArgumentNote> {
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
        let scope = ExtentScope { procedure: self.procedure, chain: &self.chain, modules: self.modules };
        match scope.find(expr) {
            Ok(extent) => Some(extent),
            Err(reason) => {
                self.problems.push(support::unknown_extent(entity, what, reason));
                None
            }
        }
    }
}
