//! One routine, with every default filled in.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::f2py::finder::Finder;
use crate::analysis::f2py::order::{mark_later, settle_order};
use crate::analysis::f2py::parameter::{find_parameters, find_returns};
use crate::analysis::f2py::signature::{Routine, Target, Variable, VariableKind};
use crate::analysis::f2py::size::{Places, solve_sizes};
use crate::analysis::f2py::target::Home;
use crate::analysis::f2py::unit::Unit;
use crate::analysis::f2py::variable::{Draft, settle_texts};
use crate::analysis::support;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::entity::Entity;
use crate::ir::f2py::SignatureIntent;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Entry, Procedure, ProcedureKind};

/// What is asked of a procedure: itself, or one of its ENTRY statements.
#[derive(Clone, Copy)]
pub(super) struct Callable<'ir> {
    pub name: &'ir Name,
    pub dummies: &'ir [Dummy],
    pub result: Option<&'ir Name>,
    pub entry: Option<&'ir Entry>,
}

impl<'ir> Callable<'ir> {
    /// The procedure itself.
    pub(super) fn of(procedure: &'ir Procedure) -> Self {
        let result = match &procedure.kind {
            ProcedureKind::Subroutine => None,
            ProcedureKind::Function { result } => Some(result),
        };
        Self { name: &procedure.name, dummies: &procedure.dummies, result, entry: None }
    }

    /// One of its entries.
    pub(super) fn of_entry(procedure: &'ir Procedure, entry: &'ir Entry) -> Self {
        let is_function = matches!(procedure.kind, ProcedureKind::Function { .. });
        let result = is_function.then(|| entry.result.as_ref().unwrap_or(&entry.name));
        Self { name: &entry.name, dummies: &entry.dummies, result, entry: Some(entry) }
    }
}

/// The variables of a routine or callback.
pub(super) struct Found<'ir> {
    pub variables: Vec<Variable<'ir>>,
    pub dummies: usize,
    pub result: Option<usize>,
    pub order: Vec<usize>,
    pub problems: Vec<Diagnostic>,
}

impl<'ir> Finder<'_, 'ir> {
    /// A procedure or entry, and what stands in the way.
    pub(super) fn routine(&mut self, unit: &Unit<'_, 'ir>, callable: Callable<'ir>, home: &Home<'ir>) -> Routine<'ir> {
        let procedure = unit.procedure;
        let signature = procedure.f2py.as_deref();
        let says = |word| signature.is_some_and(|signature| signature.intents.contains(word));
        let is_c = says(&SignatureIntent::C);
        let Found { mut variables, dummies, result, order, mut problems } = self.variables(unit, callable);
        if let Some(variable) = result.and_then(|at| variables.get_mut(at)) {
            // a C function may have a value that is of no use, or stands in an argument, too
            variable.intent.output = !(is_c && says(&SignatureIntent::Hide));
        }
        let target = home.target(unit, callable, (&variables, result), is_c).unwrap_or_else(|problem| {
            problems.push(*problem);
            Target::Nothing
        });
        let extra = variables.len() - usize::from(result.is_some());
        let name = if unit.is_lower { callable.name.lower().to_owned() } else { callable.name.spelled() };
        let qualified = home.qualified(callable.name);
        problems.iter_mut().for_each(|problem| problem.procedure = Some(qualified.clone()));
        Routine {
            procedure,
            source: home.source,
            name,
            target,
            is_c,
            parameters: find_parameters(&variables, extra),
            returns: find_returns(&variables, dummies, result),
            variables,
            dummies,
            result,
            order,
            call_statement: signature.and_then(|signature| signature.call_statement.as_ref()),
            call_prototype: signature.and_then(|signature| signature.call_prototype.as_ref()),
            user_code: signature.map_or(Vec::new(), |signature| signature.user_code.iter().collect()),
            is_threadsafe: signature.is_some_and(|signature| signature.threadsafe),
            documentation: documentation(procedure),
            problems,
        }
    }

    /// The variables of a procedure, in their order.
    pub(super) fn variables(&mut self, unit: &Unit<'_, 'ir>, callable: Callable<'ir>) -> Found<'ir> {
        let mut problems = Vec::new();
        let mut entities: Vec<&'ir Entity> = Vec::new();
        let declared: FxHashMap<&Name, &'ir Entity> =
            unit.procedure.scope.entities.iter().rev().map(|entity| (&entity.name, entity)).collect();
        for dummy in callable.dummies {
            match dummy {
                Dummy::Argument(name, _) => entities.extend(declared.get(name)),
                Dummy::AlternateReturn(span) => problems.push(alternate_return(*span)),
            }
        }
        let dummies = entities.len();
        let of_dummies: FxHashSet<&Name> = entities.iter().map(|entity| &entity.name).collect();
        let is_beside = |entity: &&Entity| {
            let says = |word: &SignatureIntent| matches!(word, SignatureIntent::Aux | SignatureIntent::Callback);
            let is_said = entity.f2py.as_ref().is_some_and(|signature| signature.intents.iter().any(says));
            is_said && !of_dummies.contains(&entity.name) && Some(&entity.name) != callable.result
        };
        entities.extend(unit.procedure.scope.entities.iter().filter(is_beside));
        let result = callable.result.and_then(|name| unit.procedure.scope.entity(name)).map(|entity| {
            entities.push(entity);
            entities.len() - 1
        });
        let mut places: Places = entities.iter().enumerate().map(|(at, entity)| (entity.name.clone(), at)).collect();
        if let Some(Entity { name, .. }) = result.map(|at| entities[at]) {
            // a result has no value before the call
            places.remove(name);
        }
        let is_variable = |name: &Name| places.contains_key(name);
        let mut drafts = Vec::new();
        for (at, entity) in entities.into_iter().enumerate() {
            let is_result = result == Some(at);
            let found = if self.is_procedure(unit, entity) && !is_result {
                let kind = self.callback(unit, entity).map(VariableKind::Procedure);
                kind.and_then(|kind| unit.draft(entity, kind, &is_variable))
            } else if is_result {
                unit.find_result(entity, &is_variable)
            } else {
                unit.find_variable(entity, &is_variable)
            };
            match found {
                Ok(draft) => drafts.push(draft),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Found { variables: Vec::new(), dummies: 0, result: None, order: Vec::new(), problems };
        }
        settle(drafts, dummies, result, &places)
    }
}

/// Solves sizes, finds the order.
pub(super) fn settle<'ir>(
    mut drafts: Vec<Draft<'ir>>,
    dummies: usize,
    result: Option<usize>,
    places: &Places,
) -> Found<'ir> {
    settle_texts(&mut drafts);
    solve_sizes(&mut drafts, dummies, places);
    let mut problems = Vec::new();
    let order = settle_order(&mut drafts, places).unwrap_or_else(|problem| {
        problems.push(*problem);
        (0..drafts.len()).collect()
    });
    mark_later(&mut drafts, &order, places);
    let variables = drafts.into_iter().map(|draft| draft.variable).collect();
    Found { variables, dummies, result, order, problems }
}

fn documentation(procedure: &Procedure) -> String {
    let said = procedure.f2py.iter().flat_map(|signature| &signature.documentation);
    let texts = said.map(|text| text.text.clone()).chain([procedure.documentation.text.clone()]);
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn alternate_return(span: crate::source::Span) -> Diagnostic {
    Diagnostic::warning(Code::UnsupportedProcedure, span, "an alternate return cannot be wrapped")
        .label("alternate return")
        .help("write a subroutine around it that returns a status instead")
}

/// A procedure that no code outside its module can call.
pub(super) fn private(procedure: &Procedure) -> Diagnostic {
    support::private_procedure(&procedure.name, procedure.span)
}
