//! The statements around one call, in an order in which every value is there when it is needed.

use std::collections::BTreeSet;

use crate::analysis::facts::{DataType, DummyFacts, IntentFact, ProcedureFacts, Shape};
use crate::ir::extent::Extent;
use crate::ir::name::Name;
use crate::plan::callback::Callback;
use crate::plan::callee::{Mutability, ResultForm};
use crate::plan::element::choose_element;
use crate::plan::name::{Taken, derived_name};
use crate::plan::passing::{
    Passing, choose_passing, choose_result_form, is_called_directly, mutability, result_extents,
};
use crate::plan::role::{Role, crossing_extents};
use crate::plan::step::{Actual, After, Before, Passed, Transfer};
use crate::plan::value::Element;

/// The statements of one inner function.
#[derive(Debug, Default)]
pub struct Sequence {
    /// Before the call.
    pub before: Vec<Before>,
    /// The actual arguments.
    pub actuals: Vec<Actual>,
    /// Behind the call.
    pub after: Vec<After>,
}

/// One dummy argument with its role and the local that holds it.
pub struct Placed<'a, 'ir> {
    /// The facts.
    pub facts: &'a DummyFacts<'ir>,
    /// Who supplies it.
    pub role: &'a Role,
    /// The Rust local.
    pub rust: &'a str,
}

/// The sizes in an order in which each depends on earlier ones only; `None` if they depend on one another in a circle.
#[must_use]
pub fn choose_size_steps(placed: &[Placed]) -> Option<Vec<Before>> {
    let is_size = |role: &Role| matches!(role, Role::Solved(_) | Role::Computed(_));
    let mut known: BTreeSet<&Name> =
        placed.iter().filter(|dummy| !is_size(dummy.role)).map(|dummy| dummy.facts.name()).collect();
    let mut waiting: Vec<&Placed> = placed.iter().filter(|dummy| is_size(dummy.role)).collect();
    let mut steps = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |dummy: &Placed| match dummy.role {
            Role::Solved(value) | Role::Computed(value) => value.dummies().iter().all(|name| known.contains(name)),
            _ => unreachable!("only sizes wait"),
        };
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|dummy| is_ready(dummy));
        if ready.is_empty() {
            return None;
        }
        for dummy in ready {
            let name = dummy.rust.to_owned();
            let element = choose_element(&dummy.facts.data_type).unwrap_or(Element::Integer(4));
            steps.push(match dummy.role {
                Role::Solved(value) => Before::Solve { name, element, value: value.clone() },
                Role::Computed(value) => Before::Compute { name, element, value: value.clone() },
                _ => unreachable!("only sizes wait"),
            });
            known.insert(dummy.facts.name());
        }
        waiting = rest;
    }
    Some(steps)
}

/// Everything around the call of one procedure, behind the size steps.
pub fn choose_sequence(
    facts: &ProcedureFacts,
    placed: &[Placed],
    sizes: Vec<Before>,
    result_local: &str,
    callbacks: &[Callback],
    locals: &mut Taken,
) -> Sequence {
    let mut builder = Builder { sequence: Sequence { before: sizes, ..Sequence::default() }, callbacks, locals };
    let is_given = |dummy: &&Placed| {
        !dummy.facts.entity.attributes.optional && !matches!(dummy.role, Role::Output | Role::Scratch)
    };
    let given: Vec<&Name> = placed.iter().filter(is_given).map(|dummy| dummy.facts.name()).collect();
    for dummy in placed {
        builder.check(dummy, &given);
    }
    for dummy in placed {
        builder.make(dummy);
    }
    let mut lengths = Vec::new();
    let direct = is_called_directly(facts);
    let form = facts.result.as_ref().map(choose_result_form);
    if let (Some(result), Some(form)) = (&facts.result, &form) {
        builder.result(result, form, result_local);
    }
    for dummy in placed {
        let length = builder.pass(dummy);
        match length {
            Some(length) if direct => lengths.push(length),
            Some(length) => builder.sequence.actuals.push(length),
            None => {}
        }
    }
    builder.sequence.actuals.extend(lengths);
    if let Some(form) = &form {
        builder.pass_lengths(result_local, result_extents(form).to_vec());
    }
    // What is brought back comes first, so that an error further down loses no update.
    builder.sequence.after.sort_by_key(|step| matches!(step, After::Unchanged { .. } | After::RestoreText { .. }));
    // A callback that has failed makes everything else void.
    builder.sequence.after.sort_by_key(|step| !matches!(step, After::Finish { .. }));
    builder.sequence
}

struct Builder<'a> {
    sequence: Sequence,
    callbacks: &'a [Callback],
    locals: &'a mut Taken,
}

impl Builder<'_> {
    fn check(&mut self, dummy: &Placed, given: &[&Name]) {
        if !matches!(dummy.role, Role::Argument(_)) {
            return;
        }
        let name = dummy.rust.to_owned();
        let optional = dummy.facts.entity.attributes.optional;
        let expected = crossing_extents(dummy.facts);
        if expected.iter().any(Option::is_some) {
            let (name, unless_empty) = (name.clone(), false);
            self.sequence.before.push(Before::Check { name, optional, expected: expected.clone(), unless_empty });
        }
        // A noted shape must agree with the declared leading extents, or columns would not lie where they are sought.
        let leading = declared_leading_extents(dummy.facts);
        let is_known = |extent: &Extent| extent.dummies().iter().all(|name| given.contains(name));
        if dummy.facts.noted.shape.is_some()
            && leading.len() + 1 == expected.len()
            && !leading.is_empty()
            && leading.iter().all(is_known)
        {
            let expected = leading.into_iter().map(Some).chain([None]).collect();
            self.sequence.before.push(Before::Check { name, optional, expected, unless_empty: true });
        }
    }

    /// What the wrapper makes: results and work arrays.
    fn make(&mut self, dummy: &Placed) {
        let name = dummy.rust.to_owned();
        let extents: Vec<Extent> = crossing_extents(dummy.facts).into_iter().flatten().collect();
        let step = match (dummy.role, &dummy.facts.data_type) {
            (Role::Output, DataType::Character(length)) => {
                Before::Blank { name, length: length.clone().unwrap_or(Extent::Constant(0)) }
            }
            (Role::Output, data_type) => {
                let element = choose_element(data_type).unwrap_or(Element::Integer(4));
                if extents.is_empty() {
                    Before::Local { name, element }
                } else {
                    Before::Allocate { name, element, extents }
                }
            }
            (Role::Scratch, data_type) => {
                let element = choose_element(data_type).unwrap_or(Element::Integer(4));
                Before::Scratch { name, element, extents }
            }
            _ => return,
        };
        self.sequence.before.push(step);
    }

    fn result(&mut self, result: &DummyFacts, form: &ResultForm, local: &str) {
        let name = local.to_owned();
        match form {
            ResultForm::Scalar if matches!(result.data_type, DataType::Logical(_)) => {
                self.sequence.after.push(After::Truth { name });
            }
            ResultForm::Scalar | ResultForm::TextArray(_) | ResultForm::Made { .. } => {}
            ResultForm::Text => {
                let DataType::Character(length) = &result.data_type else {
                    unreachable!("text results are characters")
                };
                let length = length.clone().unwrap_or(Extent::Constant(0));
                self.sequence.before.push(Before::Blank { name: name.clone(), length });
                self.sequence.actuals.push(Actual::Pointer { name: name.clone(), written: true, optional: false });
                self.sequence.actuals.push(Actual::Length { name: name.clone(), optional: false });
                self.sequence.after.push(After::Trim { name });
            }
            ResultForm::Array(extents) => {
                let element = choose_element(&result.data_type).unwrap_or(Element::Integer(4));
                let extents = extents.clone();
                self.sequence.before.push(Before::Allocate { name: name.clone(), element, extents });
                let passed = self.locals.take("result_packed");
                self.pack(Passed {
                    name,
                    passed,
                    transfer: Transfer::Out,
                    logical: logical(element),
                    optional: false,
                    allocated: true,
                });
            }
        }
    }

    fn pack(&mut self, passed: Passed) {
        let written = passed.transfer != Transfer::In;
        let name = passed.passed.clone();
        let optional = passed.optional;
        self.sequence.before.push(Before::Pack(passed));
        self.sequence.actuals.push(Actual::Pointer { name: name.clone(), written, optional });
        if written {
            self.sequence.after.push(After::Restore { passed: name, optional, described: false });
        }
    }

    /// The steps and actual arguments of one dummy; the length of text is returned, since its place differs.
    fn pass(&mut self, dummy: &Placed) -> Option<Actual> {
        match choose_passing(dummy.facts) {
            Passing::Text => return Some(self.pass_text(dummy)),
            Passing::Value | Passing::Reference => self.pass_scalar(dummy),
            Passing::Storage => self.pass_storage(dummy),
            Passing::StorageAndExtents => self.pass_storage_and_extents(dummy),
            Passing::Descriptor => self.pass_descriptor(dummy),
            Passing::Procedure => self.pass_procedure(dummy),
        }
        None
    }

    fn passed(&mut self, dummy: &Placed) -> Passed {
        let element = choose_element(&dummy.facts.data_type).unwrap_or(Element::Integer(4));
        let transfer = match (dummy.role, mutability(dummy.facts)) {
            (Role::Output | Role::Scratch, _) => Transfer::Out,
            (_, Mutability::Const) => Transfer::In,
            (_, Mutability::Mut) => Transfer::InOut,
        };
        Passed {
            name: dummy.rust.to_owned(),
            passed: self.locals.take(&derived_name(dummy.rust, "passed")),
            transfer,
            logical: logical(element),
            optional: is_optional(dummy),
            allocated: matches!(dummy.role, Role::Output | Role::Scratch),
        }
    }

    /// A callback holds its slot until the call is over.
    fn pass_procedure(&mut self, dummy: &Placed) {
        let DataType::Procedure(callback) = dummy.facts.data_type else {
            unreachable!("only procedures pass like that")
        };
        let sizes = self.callbacks[callback].captured.iter().map(|(_, _, size)| size.clone()).collect();
        self.sequence.before.push(Before::Install { callback, name: dummy.rust.to_owned(), sizes });
        self.sequence.actuals.push(Actual::Callback { callback });
        self.sequence.after.push(After::Finish { callback });
    }

    fn pass_storage(&mut self, dummy: &Placed) {
        let passed = self.passed(dummy);
        self.pack(passed);
    }

    fn pass_storage_and_extents(&mut self, dummy: &Placed) {
        let extents: Vec<Actual> = if matches!(dummy.role, Role::Argument(_)) {
            let optional = is_optional(dummy);
            let passed = self.locals.take(&derived_name(dummy.rust, "extents"));
            let name = dummy.rust.to_owned();
            self.sequence.before.push(Before::Extents { name, passed: passed.clone(), optional });
            let extent = |dimension| Actual::Extent { name: passed.clone(), dimension, optional };
            (0..dummy.facts.shape.rank()).map(extent).collect()
        } else {
            Vec::new()
        };
        self.pass_storage(dummy);
        self.sequence.actuals.extend(extents);
        if !matches!(dummy.role, Role::Argument(_)) {
            self.pass_lengths(dummy.rust, crossing_extents(dummy.facts).into_iter().flatten().collect());
        }
    }

    /// Extents that are computed: a size that does not exist must be found before the call.
    fn pass_lengths(&mut self, name: &str, extents: Vec<Extent>) {
        for (dimension, extent) in extents.into_iter().enumerate() {
            let passed = self.locals.take(&derived_name(name, &format!("extent_{}", dimension + 1)));
            self.sequence.before.push(Before::Length { passed: passed.clone(), extent });
            self.sequence.actuals.push(Actual::Value(passed));
        }
    }

    fn pass_descriptor(&mut self, dummy: &Placed) {
        let passed = self.passed(dummy);
        let written = passed.transfer != Transfer::In;
        let (name, optional) = (passed.passed.clone(), passed.optional);
        self.sequence.before.push(Before::Describe(passed));
        self.sequence.actuals.push(Actual::Pointer { name: name.clone(), written, optional });
        if written {
            self.sequence.after.push(After::Restore { passed: name, optional, described: true });
        }
    }

    fn pass_scalar(&mut self, dummy: &Placed) {
        let element = choose_element(&dummy.facts.data_type).unwrap_or(Element::Integer(4));
        let name = dummy.rust.to_owned();
        let optional = is_optional(dummy);
        let written = mutability(dummy.facts) == Mutability::Mut;
        let by_value = choose_passing(dummy.facts) == Passing::Value;
        match dummy.role {
            Role::Output => {
                if logical(element).is_some() {
                    self.sequence.after.push(After::Truth { name: name.clone() });
                }
                self.sequence.actuals.push(Actual::Mutable(name));
            }
            Role::Solved(_) | Role::Computed(_) if dummy.facts.intent == IntentFact::Unknown => {
                let passed = self.locals.take(&derived_name(&name, "passed"));
                let argument = dummy.facts.name().lower().to_owned();
                self.sequence.before.push(Before::Duplicate { name: name.clone(), passed: passed.clone() });
                self.sequence.actuals.push(Actual::Mutable(passed.clone()));
                self.sequence.after.push(After::Unchanged { name, argument, passed });
            }
            Role::Argument(_) if logical(element).is_some() => {
                self.pass_logical(dummy, logical(element).unwrap_or(4), written, by_value);
            }
            Role::Argument(_) if optional => self.sequence.actuals.push(Actual::Optional { name, written }),
            _ if by_value => self.sequence.actuals.push(Actual::Value(name)),
            Role::Argument(_) if written => self.sequence.actuals.push(Actual::Value(name)),
            _ if written => self.sequence.actuals.push(Actual::Mutable(name)),
            _ => self.sequence.actuals.push(Actual::Reference(name)),
        }
    }

    fn pass_logical(&mut self, dummy: &Placed, kind: u8, written: bool, by_value: bool) {
        let name = dummy.rust.to_owned();
        let optional = is_optional(dummy);
        let passed = self.locals.take(&derived_name(&name, "passed"));
        self.sequence.before.push(Before::Store {
            name: name.clone(),
            passed: passed.clone(),
            kind,
            optional,
            written,
        });
        self.sequence.actuals.push(match (optional, by_value, written) {
            (true, _, true) => Actual::OptionalLocal(passed.clone()),
            (true, _, false) => Actual::Optional { name: passed.clone(), written },
            (false, true, _) => Actual::Value(passed.clone()),
            (false, false, true) => Actual::Mutable(passed.clone()),
            (false, false, false) => Actual::Reference(passed.clone()),
        });
        if written {
            self.sequence.after.push(After::Load { name, passed, optional });
        }
    }

    fn pass_text(&mut self, dummy: &Placed) -> Actual {
        let name = dummy.rust.to_owned();
        let optional = is_optional(dummy) && matches!(dummy.role, Role::Argument(_));
        let written = mutability(dummy.facts) == Mutability::Mut;
        let DataType::Character(length) = &dummy.facts.data_type else { unreachable!("text is of type character") };
        if matches!(dummy.role, Role::Argument(_)) {
            let length = length.clone();
            self.sequence.before.push(Before::Pad { name: name.clone(), optional, length: length.clone(), written });
            if written && length.is_some() {
                self.sequence.after.push(After::RestoreText { name: name.clone(), optional });
            }
        } else {
            self.sequence.after.push(After::Trim { name: name.clone() });
        }
        self.sequence.actuals.push(Actual::Pointer { name: name.clone(), written, optional });
        Actual::Length { name, optional }
    }
}

/// The declared extents of all dimensions but the last.
fn declared_leading_extents(facts: &DummyFacts) -> Vec<Extent> {
    match &facts.shape {
        Shape::AssumedSize(leading) => leading.clone(),
        Shape::Explicit(extents) => extents.split_last().map_or_else(Vec::new, |(_, leading)| leading.to_vec()),
        Shape::Scalar | Shape::AssumedShape(_) => Vec::new(),
    }
}

/// Whether the argument may be absent when the call is made: what the wrapper makes is always there.
fn is_optional(dummy: &Placed) -> bool {
    dummy.facts.entity.attributes.optional && matches!(dummy.role, Role::Argument(_))
}

fn logical(element: Element) -> Option<u8> {
    match element {
        Element::Logical(kind) => Some(kind),
        _ => None,
    }
}
