//! Who supplies each dummy argument: the caller, the shapes of other arguments, a note, or the wrapper itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::facts::{DataType, DummyFacts, IntentFact, Shape};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::entity::Intent;
use crate::ir::extent::{Extent, Operator};
use crate::ir::name::Name;
use crate::plan::wrapper::Access;

/// Who supplies a dummy argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The caller.
    Argument(Access),
    /// The wrapper makes it and returns it.
    Output,
    /// An integer that follows from the shape of an array. The shape check that comes later says so if it does not
    /// divide.
    Solved(Extent),
    /// A note says its value.
    Computed(Extent),
    /// The wrapper makes it and throws it away.
    Scratch,
}

/// The extents of the array that crosses: `None` where an extent is free (assumed-size, assumed-shape).
#[must_use]
pub fn crossing_extents(facts: &DummyFacts) -> Vec<Option<Extent>> {
    if let Some(shape) = &facts.noted.shape {
        return shape.iter().cloned().map(Some).collect();
    }
    match &facts.shape {
        Shape::Scalar => Vec::new(),
        Shape::Explicit(extents) => extents.iter().cloned().map(Some).collect(),
        Shape::AssumedSize(leading) => leading.iter().cloned().map(Some).chain([None]).collect(),
        Shape::AssumedShape(rank) => vec![None; *rank],
    }
}

/// The role of every dummy argument, in order.
///
/// # Errors
/// Says which extents would have to be known and are not.
pub fn choose_roles(dummies: &[DummyFacts]) -> Result<Vec<Role>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut roles: Vec<Role> = dummies.iter().map(|facts| first_role(facts, &mut problems)).collect();
    solve_sizes(dummies, &mut roles);
    // What the wrapper makes must have extents that are known before the call; else the caller supplies it.
    let available = available_names(dummies, &roles);
    let known = |extent: &Extent| extent.dummies().iter().all(|name| available.contains(*name));
    for (facts, role) in dummies.iter().zip(&mut roles) {
        match role {
            Role::Output if !made_extents(facts).iter().all(|extent| extent.as_ref().is_some_and(known)) => {
                *role = Role::Argument(Access::Update);
            }
            Role::Scratch if !made_extents(facts).iter().all(|extent| extent.as_ref().is_some_and(known)) => {
                problems.push(unknown_shape(facts));
            }
            Role::Computed(value) if !known(value) => problems.push(unknown_value(facts, value)),
            Role::Argument(_) if !crossing_extents(facts).iter().flatten().all(known) => {
                problems.push(unknown_shape(facts));
            }
            _ => {}
        }
    }
    if problems.is_empty() { Ok(roles) } else { Err(problems) }
}

fn first_role(facts: &DummyFacts, problems: &mut Vec<Diagnostic>) -> Role {
    let is_array = facts.shape != Shape::Scalar;
    if let Some(value) = &facts.noted.value {
        if is_array || !matches!(facts.data_type, DataType::Integer(_)) {
            problems.push(
                Diagnostic::warning(
                    Code::NotesConflict,
                    facts.entity.span,
                    format!("a note gives `{}` a value, but it is no integer scalar", facts.name()),
                )
                .label("declared here")
                .help("only integer scalars can be computed from other arguments"),
            );
        }
        return Role::Computed(value.clone());
    }
    if facts.noted.scratch {
        if !is_array {
            problems.push(
                Diagnostic::warning(
                    Code::NotesConflict,
                    facts.entity.span,
                    format!("a note makes `{}` scratch, but it is no array", facts.name()),
                )
                .label("declared here")
                .help("only arrays can be scratch"),
            );
        }
        return Role::Scratch;
    }
    match facts.intent {
        IntentFact::Known(Intent::In) => Role::Argument(Access::Read),
        IntentFact::Known(Intent::InOut) if facts.noted.copy => {
            if matches!(facts.data_type, DataType::Character(_)) {
                let title = format!("a note copies `{}`, which is text", facts.name());
                problems.push(
                    Diagnostic::warning(Code::NotesConflict, facts.entity.span, title)
                        .label("declared here")
                        .help("write `intent = \"inout\"`: text is updated in a bytearray"),
                );
            }
            Role::Argument(Access::Copied)
        }
        IntentFact::Known(Intent::InOut) => Role::Argument(Access::Update),
        IntentFact::Known(Intent::Out) => Role::Output,
        IntentFact::Unknown => Role::Argument(Access::Tentative),
    }
}

/// An intent as Fortran writes it.
#[must_use]
pub fn choose_intent_text(intent: Intent) -> &'static str {
    match intent {
        Intent::In => "in",
        Intent::Out => "out",
        Intent::InOut => "inout",
    }
}

/// Extents (or the length) of something that the wrapper makes.
fn made_extents(facts: &DummyFacts) -> Vec<Option<Extent>> {
    let mut extents = crossing_extents(facts);
    if let DataType::Character(length) = &facts.data_type {
        extents.push(length.clone());
    }
    extents
}

/// f2py's rule: an integer that is the only variable of some extent, and linear there, is solved from the first
/// such array that the caller supplies; one that shares an extent with another variable stays required.
fn solve_sizes(dummies: &[DummyFacts], roles: &mut [Role]) {
    let candidates: BTreeMap<&Name, usize> = dummies
        .iter()
        .enumerate()
        .filter(|(index, facts)| {
            facts.shape == Shape::Scalar
                && matches!(facts.data_type, DataType::Integer(_))
                && !facts.entity.attributes.optional
                && matches!(roles[*index], Role::Argument(Access::Read | Access::Tentative))
        })
        .map(|(index, facts)| (facts.name(), index))
        .collect();
    let mut settled: BTreeSet<&Name> = BTreeSet::new();
    for (index, facts) in dummies.iter().enumerate() {
        if facts.entity.attributes.optional || !matches!(roles[index], Role::Argument(_)) {
            continue;
        }
        for (dimension, extent) in crossing_extents(facts).into_iter().enumerate() {
            let Some(extent) = extent else { continue };
            let variables: Vec<&Name> =
                candidates.keys().copied().filter(|name| extent.dummies().contains(*name)).collect();
            let others = extent.dummies().len() - variables.len();
            for name in &variables {
                if !settled.insert(*name) {
                    continue;
                }
                if let ([_], 0, Some((slope, offset))) = (&variables[..], others, extent.linear_in(name)) {
                    let value = Extent::OfArray(facts.name().clone(), dimension);
                    let value = Extent::binary(Operator::Subtract, value, Extent::Constant(offset));
                    let value = Extent::binary(Operator::Divide, value, Extent::Constant(slope));
                    roles[candidates[*name]] = Role::Solved(value);
                }
            }
        }
    }
}

/// The dummy arguments whose values or extents are known before the call.
fn available_names<'a>(dummies: &'a [DummyFacts], roles: &[Role]) -> BTreeSet<&'a Name> {
    let given = |facts: &DummyFacts, role: &Role| match role {
        Role::Argument(_) => !facts.entity.attributes.optional,
        Role::Solved(_) | Role::Computed(_) => true,
        Role::Output | Role::Scratch => false,
    };
    dummies.iter().zip(roles).filter(|(facts, role)| given(facts, role)).map(|(facts, _)| facts.name()).collect()
}

fn unknown_shape(facts: &DummyFacts) -> Diagnostic {
    let title = format!("the shape of `{}` is not known before the call", facts.name());
    Diagnostic::warning(Code::UnknownExtent, facts.entity.span, title)
        .label("an extent depends on something that the caller does not give")
        .help(format!("say it in `fwrap.toml`: `{} = {{ shape = \"(n)\" }}`", facts.name()))
}

fn unknown_value(facts: &DummyFacts, value: &Extent) -> Diagnostic {
    let title = format!("the value `{value}` of `{}` is not known before the call", facts.name());
    Diagnostic::warning(Code::NotesExpression, facts.entity.span, title)
        .label("declared here")
        .help("use arguments that the caller gives")
}
