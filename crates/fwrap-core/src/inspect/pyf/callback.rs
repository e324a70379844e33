//! The interface of a dummy procedure that no declaration gives: from the calls of it, here or where it is passed on.

use std::collections::{BTreeSet, HashMap};

use crate::analysis::kind::{self, ResolvedType};
use crate::analysis::scope::ScopeChain;
use crate::analysis::simple::Simple;
use crate::analysis::simplify;
use crate::inspect::description::{Argument, Interface};
use crate::inspect::entity::Describer;
use crate::ir::body::Place;
use crate::ir::entity::Entity;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Procedure};

/// How often a dummy procedure may be passed on.
const MAXIMUM_NESTING: usize = 8;

/// Finds interfaces by calls.
pub(super) struct CallbackFinder<'a, 'ir> {
    describer: Describer<'a, 'ir>,
    external: HashMap<&'ir Name, &'ir Procedure>,
}

impl<'a, 'ir> CallbackFinder<'a, 'ir> {
    pub(super) fn new(describer: Describer<'a, 'ir>, library: &'ir Library) -> Self {
        let external = library.procedures.iter().map(|procedure| (&procedure.name, procedure)).collect();
        Self { describer, external }
    }

    /// Gives dummy procedures without a declared interface the one that the calls show; those whose calls do not show
    /// all of it have none.
    pub(super) fn complete(&self, arguments: &mut [Argument], procedure: &'ir Procedure, chain: &ScopeChain<'ir>) {
        for argument in arguments.iter_mut().filter(|argument| argument.class == "procedure") {
            let entity = procedure.scope.entities.iter().find(|entity| entity.name == *argument.name.as_str());
            let is_declared = entity.is_some_and(|entity| entity.interface.is_some())
                || argument.interface.as_ref().is_some_and(|interface| interface.via.is_some());
            if !is_declared {
                let name = Name::new(&argument.name);
                argument.interface = self.find(&name, procedure, chain, 0).map(Box::new);
            }
        }
    }

    /// The interface of one name.
    pub(super) fn find(
        &self,
        dummy: &Name,
        procedure: &'ir Procedure,
        chain: &ScopeChain<'ir>,
        nesting: usize,
    ) -> Option<Interface> {
        self.find_by_calls(dummy, procedure, chain).or_else(|| self.find_passed_on(dummy, procedure, nesting))
    }

    /// The interface that the calls in this procedure show: each argument by the first call that says what it is.
    fn find_by_calls(&self, dummy: &Name, procedure: &'ir Procedure, chain: &ScopeChain<'ir>) -> Option<Interface> {
        let calls = procedure.body.calls.iter().filter(|call| !call.of_component && call.procedure == *dummy);
        let calls: Vec<_> = calls.filter_map(|call| Some((call, call.actuals.as_ref()?))).collect();
        let Some((first, actuals)) = calls.first() else { return self.find_by_dummies(dummy, procedure, chain) };
        let mut args = Vec::new();
        for position in 0..actuals.len() {
            let values = calls.iter().filter_map(|(_, actuals)| actuals.get(position)?.value.as_ref());
            args.push(values.into_iter().find_map(|value| self.argument(value, position, procedure, chain))?);
        }
        let names: BTreeSet<String> = args.iter().map(|argument: &Argument| argument.name.clone()).collect();
        let is_known = |text: &Option<String>| text.as_ref().is_none_or(|text| is_made_of(text, &names));
        if !args.iter().all(|one| one.dims.iter().all(|(lower, upper)| is_known(lower) && is_known(upper))) {
            return None;
        }
        let mut interface = Interface { kind: Some("subroutine"), args, ..Interface::default() };
        if first.is_function {
            let entity = procedure.scope.entities.iter().find(|entity| entity.name == *dummy)?;
            interface.kind = Some("function");
            interface.result = Some(self.describer.data(entity, chain));
        }
        Some(interface)
    }

    /// The interface of a procedure that is no dummy argument, where dummy arguments are all that it is called with.
    fn find_by_dummies(&self, name: &Name, procedure: &'ir Procedure, chain: &ScopeChain<'ir>) -> Option<Interface> {
        let mut calls = procedure.body.calls.iter().filter(|call| !call.of_component && call.procedure == *name);
        let call = calls.find(|call| call.passed.len() == call.count && call.passed.iter().all(|one| !one.is_part))?;
        let of = |name: &Name| procedure.scope.entities.iter().find(|entity| entity.name == *name);
        let describe = |entity| Argument { intent: None, attrs: Vec::new(), ..self.describer.data(entity, chain) };
        let args = call.passed.iter().map(|passed| of(&passed.name).map(describe)).collect::<Option<Vec<_>>>()?;
        let result = of(name).map(describe).filter(|_| call.is_function);
        let kind = Some(if call.is_function { "function" } else { "subroutine" });
        Some(Interface { kind, args, result, ..Interface::default() })
    }

    /// The interface in the external procedure that the dummy procedure is passed on to.
    fn find_passed_on(&self, dummy: &Name, procedure: &'ir Procedure, nesting: usize) -> Option<Interface> {
        if nesting >= MAXIMUM_NESTING {
            return None;
        }
        procedure.body.calls.iter().filter(|call| !call.of_component).find_map(|call| {
            let passed = call.passed.iter().find(|passed| passed.name == *dummy && !passed.is_part)?;
            let callee = self.external.get(&call.procedure)?;
            let target = match &passed.place {
                Place::Position(position) => match callee.dummies.get(*position)? {
                    Dummy::Argument(name, _) => name.clone(),
                    Dummy::AlternateReturn(_) => return None,
                },
                Place::Keyword(name) => name.clone(),
                Place::Object => return None,
            };
            let chain = ScopeChain::empty().enter_procedure(callee);
            self.find(&target, callee, &chain, nesting + 1)
        })
    }

    /// What an actual argument says of the dummy argument: a variable as a whole, or the value of an expression. An
    /// element may stand for an array that begins there, so it says nothing.
    fn argument(
        &self,
        value: &Expr,
        position: usize,
        procedure: &'ir Procedure,
        chain: &ScopeChain<'ir>,
    ) -> Option<Argument> {
        if let ExprKind::Name(name) = &value.kind {
            if let Some(entity) = procedure.scope.entities.iter().find(|entity| entity.name == *name) {
                let described = self.describer.data(entity, chain);
                let is_data = !entity.attributes.external
                    && !described.dims.iter().any(|(_, upper)| upper.as_deref() == Some("*"));
                return is_data.then(|| Argument { intent: None, attrs: Vec::new(), ..described });
            }
            let implicit = Entity::undeclared(name.clone(), value.span);
            let resolved = kind::find_type(&implicit, chain, self.describer.modules).ok()?;
            return scalar(name.lower().to_owned(), &resolved);
        }
        let simple = self.describer.simple(value, chain);
        if matches!(simple, Simple::Selected(..) | Simple::Array(_) | Simple::Component(..)) {
            return None;
        }
        let resolved = simplify::find_type(&simple, self.describer.modules)?;
        scalar(format!("e{position}"), &resolved)
    }
}

fn scalar(name: String, resolved: &ResolvedType) -> Option<Argument> {
    let data_type = match resolved {
        ResolvedType::Integer(_) => "integer",
        ResolvedType::Real(_) => "real",
        ResolvedType::Complex(_) => "complex",
        ResolvedType::Logical(_) => "logical",
        ResolvedType::Character(..) | ResolvedType::Other(_) => return None,
    };
    Some(Argument { name, class: "data", data_type, kind: resolved.kind(), ..Argument::default() })
}

fn is_made_of(text: &str, names: &BTreeSet<String>) -> bool {
    let mut words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    words.all(|word| !word.starts_with(|first: char| first.is_ascii_alphabetic()) || names.contains(word))
}
