//! The steps before and behind the call of a routine in f2py's terms.

use crate::analysis::f2py::signature::{Dimension, ParameterRole, Routine, Target, TextLength, Variable, VariableKind};
use crate::plan::f2py::routine::{
    After, ArrayStep, CheckStep, Expression, LocalKind, ScalarStep, ShapeStep, Step, TextStep, VariablePlan,
};

/// What stands before the call, in order. `is_in_c`: C code calls the procedure.
#[must_use]
pub fn choose_steps(routine: &Routine<'_>, variables: &[VariablePlan], is_in_c: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    let places = choose_places(routine);
    for &at in &routine.order {
        let (variable, plan) = (&routine.variables[at], &variables[at]);
        let slot = value_slot(routine, at);
        if let (Some(_), Some(slot)) = (&plan.given, slot) {
            steps.push(Step::Given(at, slot));
        }
        steps.extend(choose_value(routine, variables, is_in_c, at));
        for check in &variable.checks {
            steps.push(Step::Check(CheckStep {
                variable: at,
                text: check.text.clone(),
                condition: check.expression.clone(),
                place: format!("{} {}", places[at], variable.name.lower()),
            }));
        }
    }
    steps.extend((0..routine.variables.len()).filter_map(|at| choose_shape(routine, variables, at)));
    steps
}

/// Sizes were found from the shape of an array, so that only some of its extents are known to be right.
fn choose_shape(routine: &Routine<'_>, variables: &[VariablePlan], at: usize) -> Option<Step> {
    let (VariableKind::Array { dimensions, .. }, Some(slot)) = (&routine.variables[at].kind, value_slot(routine, at))
    else {
        return None;
    };
    let is_solved = |extent: &Expression| {
        let is_one = |variable: &Variable<'_>| variable.is_solved && extent.names().contains(&variable.name);
        routine.variables.iter().any(is_one)
    };
    let is_later = |dimension: &Dimension| matches!(dimension, Dimension::Later(extent) if is_solved(extent));
    if dimensions.len() < 2 && !dimensions.iter().any(is_later) || variables[at].given.is_some() {
        return None;
    }
    let extents: Vec<_> = dimensions
        .iter()
        .map(|dimension| match dimension {
            Dimension::Later(extent) => Some(extent.clone()),
            Dimension::Extent(_) | Dimension::Open => None,
        })
        .collect();
    dimensions.iter().any(is_later).then_some(Step::Shape(ShapeStep { variable: at, slot, extents }))
}

/// How one variable gets its value.
fn choose_value(routine: &Routine<'_>, variables: &[VariablePlan], is_in_c: bool, at: usize) -> Option<Step> {
    let variable = &routine.variables[at];
    let slot = value_slot(routine, at);
    let initial = variable.initial.as_ref().map(|initial| initial.expression.clone());
    match &variables[at].kind {
        LocalKind::Made { .. } => Some(Step::Made(at)),
        LocalKind::Procedure(callback) => Some(Step::Callback(*callback)),
        LocalKind::Scalar(_) | LocalKind::Character => {
            let is_result = routine.result == Some(at) && matches!(variables[at].kind, LocalKind::Scalar(_));
            let is_called = is_result && !is_in_c && routine.target != Target::Nothing;
            (!is_called || at < routine.dummies).then(|| {
                Step::Scalar(ScalarStep {
                    variable: at,
                    slot,
                    is_optional: is_left_out(routine, slot),
                    in_place: variable.intent.in_place,
                    initial,
                })
            })
        }
        LocalKind::Text => {
            let length = match &variable.kind {
                VariableKind::Text(length) => known_length(length),
                _ => None,
            };
            Some(Step::Text(TextStep { variable: at, slot, length, initial, is_c: variable.intent.c_order }))
        }
        LocalKind::Array { .. } => Some(Step::Array(choose_array(routine, variable, at, slot, initial))),
    }
}

fn choose_array(
    routine: &Routine<'_>,
    variable: &Variable<'_>,
    at: usize,
    slot: Option<usize>,
    initial: Option<Expression>,
) -> ArrayStep {
    let VariableKind::Array { length, dimensions, .. } = &variable.kind else {
        unreachable!("an array has dimensions")
    };
    let extents = dimensions.iter().map(|dimension| match dimension {
        Dimension::Extent(extent) => Some(extent.clone()),
        Dimension::Later(_) | Dimension::Open => None,
    });
    let overwrite = routine.parameters.iter().enumerate().find_map(|(slot, parameter)| match parameter.role {
        ParameterRole::Overwrite(of, default) if of == at => Some((slot, default)),
        _ => None,
    });
    ArrayStep {
        variable: at,
        slot,
        extents: extents.collect(),
        length: length.as_ref().map(known_length),
        overwrite,
        initial,
    }
}

fn known_length(length: &TextLength) -> Option<Expression> {
    match length {
        TextLength::One => Some(Expression::Integer(1)),
        TextLength::Known(length) => Some(length.clone()),
        TextLength::Assumed => None,
    }
}

/// The parameter that gives a variable.
fn value_slot(routine: &Routine<'_>, at: usize) -> Option<usize> {
    routine.parameters.iter().position(|parameter| parameter.role == ParameterRole::Value(at))
}

fn is_left_out(routine: &Routine<'_>, slot: Option<usize>) -> bool {
    slot.is_none_or(|slot| routine.parameters[slot].is_optional)
}

/// `1st argument`, `2nd keyword`, `hidden`: what messages say of each variable, counted as f2py counts.
fn choose_places(routine: &Routine<'_>) -> Vec<String> {
    let (mut arguments, mut keywords) = (0, 0);
    let place = |at| match value_slot(routine, at) {
        None => "hidden".to_owned(),
        Some(slot) if routine.parameters[slot].is_optional => {
            keywords += 1;
            format!("{} keyword", ordinal(keywords))
        }
        Some(_) => {
            arguments += 1;
            format!("{} argument", ordinal(arguments))
        }
    };
    (0..routine.variables.len()).map(place).collect()
}

/// `1st`, `2nd`, `13th`
fn ordinal(number: usize) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// What stands behind the call, in order.
#[must_use]
pub fn choose_after(routine: &Routine<'_>, is_lossy: bool) -> Vec<After> {
    let mut after = Vec::new();
    for &at in &routine.order {
        let variable = &routine.variables[at];
        let intent = &variable.intent;
        let Some(slot) = value_slot(routine, at) else { continue };
        match &variable.kind {
            VariableKind::Scalar(_) | VariableKind::Text(_) if intent.in_place => after.push(After::Update(at, slot)),
            VariableKind::Array { .. } if intent.write_back => after.push(After::Settle(at)),
            VariableKind::Array { .. } if intent.is_unsaid && !is_lossy => after.push(After::Unchanged(at, slot)),
            _ => {}
        }
    }
    after
}

/// Pairs of arrays that must not overlap (F2018 15.5.2.13): the written one, the other.
#[must_use]
pub fn choose_apart(routine: &Routine<'_>, is_lossy: bool) -> Vec<(usize, usize)> {
    if is_lossy {
        return Vec::new();
    }
    let is_array = |at: &usize| {
        matches!(routine.variables[*at].kind, VariableKind::Array { .. }) && value_slot(routine, *at).is_some()
    };
    let is_written = |at: usize| {
        let intent = &routine.variables[at].intent;
        intent.in_place || intent.write_back || intent.is_unsaid || intent.output
    };
    let arrays: Vec<usize> = (0..routine.dummies).filter(is_array).collect();
    let mut apart = Vec::new();
    for (place, &first) in arrays.iter().enumerate() {
        for &second in &arrays[place + 1..] {
            match (is_written(first), is_written(second)) {
                (true, _) => apart.push((first, second)),
                (false, true) => apart.push((second, first)),
                (false, false) => {}
            }
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::ordinal;

    #[test]
    fn arguments_are_counted_in_english() {
        assert_eq!([1, 2, 3, 4, 11, 12, 21].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st"]);
    }
}
