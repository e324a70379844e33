//! Expressions that only C understands.

use crate::analysis::f2py::expression::Expression;
use crate::analysis::f2py::signature::ElementType;
use crate::plan::f2py::c_variable::{CInput, CVariable, choose_inputs, replace_characters};
use crate::plan::f2py::c_words::words;
use crate::plan::f2py::callback::Passing;
use crate::plan::f2py::expression::choose_value;
use crate::plan::f2py::module::PythonPlan;
use crate::plan::f2py::routine::{LocalKind, RoutinePlan, Step, VariablePlan};

/// A C function that computes an expression.
#[derive(Clone, Debug)]
pub struct CValue {
    /// Its name.
    pub name: String,
    /// The expression.
    pub text: String,
    /// What it gets.
    pub inputs: Vec<CInput>,
    /// What it gives.
    pub wanted: Wanted,
}

/// What is wanted of a C expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// An `i64`.
    Integer,
    /// An `f64`.
    Real,
    /// Whether it is not 0.
    Truth,
    /// Two `f64`.
    Complex,
    /// A string.
    Text,
}

/// The C functions that an expression needs where this is wanted of it: none, if it is translated.
#[must_use]
pub fn choose_c_value(expression: &Expression, wanted: Wanted, variables: &[VariablePlan]) -> Option<CValue> {
    if choose_value(expression, variables).is_some() {
        return None;
    }
    let text = without_pointers(&expression.to_string(), variables);
    let mentioned = words(&text);
    let mut inputs = choose_inputs(&mentioned, variables);
    if mentioned.contains("_i") {
        inputs.push(CInput::Index);
    }
    // The name is made of all that the function is made of.
    let mut hash = Hash::new();
    hash.add(&text);
    hash.add(&format!("{wanted:?}{inputs:?}"));
    for input in &inputs {
        if let Some(variable) = input.variable().and_then(|at| variables.get(at)) {
            hash.add(&variable.c_name);
            hash.add(&CVariable::of(variable).type_name());
        }
    }
    Some(CValue { name: format!("fwrap_value_{:016x}", hash.value), text, inputs, wanted })
}

/// FNV-1a, which is the same everywhere.
struct Hash {
    value: u64,
}

impl Hash {
    fn new() -> Self {
        Self { value: 0xcbf2_9ce4_8422_2325 }
    }

    fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.value = (self.value ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// `*x` and `x[0]` as `x`, for the same reason.
fn without_pointers(code: &str, variables: &[VariablePlan]) -> String {
    replace_characters(code, variables, |before, name, after| {
        let start = before.trim_end();
        let start = if start.ends_with('*') { start.len() - 1 } else { before.len() };
        let subscript: String = after.chars().take_while(|letter| "[0] ".contains(*letter)).collect();
        let is_first = subscript.split_whitespace().collect::<String>() == "[0]";
        (start, name.to_owned(), if is_first { subscript.trim_end().len() } else { 0 })
    })
}

/// The C functions of expressions, each with the variables of its routine.
#[must_use]
pub fn choose_c_values(plan: &PythonPlan) -> Vec<(CValue, &[VariablePlan])> {
    let mut found = Vec::new();
    for routine in plan.routines() {
        visit_routine(routine, &mut |expression, wanted| {
            found.extend(
                choose_c_value(expression, wanted, &routine.variables).map(|value| (value, &routine.variables[..])),
            );
        });
    }
    for callback in &plan.callbacks {
        let extents = callback.shaped.iter().flat_map(|(_, extents)| extents.iter().flatten());
        let lengths = callback.passed.iter().filter_map(|passed| match &passed.passing {
            Passing::Characters { length, .. } => length.as_ref(),
            _ => None,
        });
        for expression in extents.chain(lengths) {
            let value = choose_c_value(expression, Wanted::Integer, &callback.variables);
            found.extend(value.map(|value| (value, &callback.variables[..])));
        }
    }
    found
}

/// Whether there are any.
#[must_use]
pub fn has_c_values(routine: &RoutinePlan) -> bool {
    let mut found = false;
    visit_routine(routine, &mut |expression, _| found |= choose_value(expression, &routine.variables).is_none());
    found
}

/// Every expression of a routine, with what is wanted of it.
fn visit_routine(routine: &RoutinePlan, visit: &mut dyn FnMut(&Expression, Wanted)) {
    let kind = |at: usize| &routine.variables[at].kind;
    for step in &routine.steps {
        match step {
            Step::Scalar(step) => {
                let wanted = match kind(step.variable) {
                    LocalKind::Scalar(element) => wanted_of(*element),
                    _ => Wanted::Text,
                };
                step.initial.iter().for_each(|initial| visit(initial, wanted));
            }
            Step::Text(step) => {
                step.length.iter().for_each(|length| visit(length, Wanted::Integer));
                step.initial.iter().for_each(|initial| visit(initial, Wanted::Text));
            }
            Step::Array(step) => {
                let lengths = step.extents.iter().chain(&step.length).flatten();
                lengths.for_each(|length| visit(length, Wanted::Integer));
                if let LocalKind::Array { element, .. } = kind(step.variable) {
                    step.initial.iter().for_each(|initial| visit(initial, wanted_of(*element)));
                }
            }
            Step::Check(step) => visit(&step.condition, Wanted::Truth),
            Step::Shape(step) => step.extents.iter().flatten().for_each(|extent| visit(extent, Wanted::Integer)),
            Step::Given(..) | Step::Made(_) | Step::Callback(_) => {}
        }
    }
}

fn wanted_of(element: ElementType) -> Wanted {
    match element {
        ElementType::Integer(_) | ElementType::Unsigned(_) | ElementType::Logical(_) => Wanted::Integer,
        ElementType::Real(_) => Wanted::Real,
        ElementType::Complex(_) => Wanted::Complex,
        ElementType::Character => Wanted::Text,
    }
}
