//! What each variable of a callback in f2py's terms is: how Fortran passes it, and what of it is needed.

use std::collections::BTreeSet;

use crate::analysis::f2py::expression::Expression;
use crate::analysis::f2py::signature::{Callback, Dimension, ElementType, Intents, TextLength, Variable, VariableKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::array::{self, ArraySpec};
use crate::ir::name::Name;
use crate::plan::f2py::callback::{CallbackResult, Passed, Passing};
use crate::plan::f2py::module::Setting;
use crate::plan::f2py::routine::{LocalKind, VariablePlan};
use crate::plan::name::{Taken, derived_name, rust_identifier};

/// What each variable is in the printed function.
pub(super) fn choose_variable(
    callback: &Callback<'_>,
    variable: &Variable<'_>,
    prefix: &str,
    taken: &mut Taken,
    setting: &mut Setting<'_>,
) -> VariablePlan {
    let local = taken.take(&rust_identifier(&variable.name));
    let kind = match &variable.kind {
        VariableKind::Scalar(element) => LocalKind::Scalar(*element),
        VariableKind::Text(_) | VariableKind::Procedure(_) => LocalKind::Text,
        VariableKind::Array { element, dimensions, .. } => LocalKind::Array {
            element: *element,
            rank: dimensions.len(),
            dims: taken.take(&derived_name(&local, "dims")),
            spec: setting.glue.take(&derived_name(prefix, &local.to_ascii_uppercase())),
            intents: choose_intents(callback, &variable.intent),
        },
    };
    let (kind, given) = match kind {
        // A scalar that the callable may change is an array without extents.
        LocalKind::Scalar(_) if variable.intent.in_place => {
            (kind, Some(setting.glue.take(&derived_name(prefix, &local.to_ascii_uppercase()))))
        }
        _ => (kind, None),
    };
    VariablePlan {
        name: variable.name.clone(),
        c_name: variable.c_name.clone(),
        returned_name: variable.returned_name.clone(),
        local,
        given,
        slot: None,
        kind,
    }
}

/// The callable's writes are brought back unless Fortran's own declaration says that it only reads: in signature files
/// `intent(in)` is on arrays that callables write, since f2py gives them Fortran's memory whatever is said.
fn choose_intents(callback: &Callback<'_>, intent: &Intents) -> Vec<&'static str> {
    let is_fortran = callback.procedure.is_some_and(|procedure| procedure.f2py.is_none());
    let is_read = is_fortran && intent.input && !intent.output && !intent.is_unsaid;
    let is_only_returned = intent.output && !intent.input && !intent.in_place;
    let mut intents = vec![if is_read || is_only_returned { "IN" } else { "INOUT" }];
    if intent.c_order {
        intents.push("C");
    }
    intents
}

/// How Fortran passes a variable.
pub(super) fn choose_passed(
    callback: &Callback<'_>,
    at: usize,
    variables: &[VariablePlan],
    taken: &mut Taken,
) -> Passed {
    let variable = &callback.variables[at];
    let mut characters = |length: &TextLength| Passing::Characters {
        length: match length {
            TextLength::One => Some(Expression::Integer(1)),
            TextLength::Known(length) => Some(length.clone()),
            TextLength::Assumed => None,
        },
        hidden: (!callback.is_c).then(|| taken.take(&derived_name(&variables[at].local, "hidden"))),
        local: taken.take(&derived_name(&variables[at].local, "length")),
    };
    let (passing, element) = match &variable.kind {
        VariableKind::Scalar(element) if variable.is_value => (Passing::Value, *element),
        VariableKind::Text(length) => (characters(length), ElementType::Character),
        VariableKind::Array { element: ElementType::Character, length, .. } => {
            (characters(length.as_ref().unwrap_or(&TextLength::One)), ElementType::Character)
        }
        VariableKind::Scalar(element) | VariableKind::Array { element, .. } => (Passing::Address, *element),
        VariableKind::Procedure(_) => (Passing::Address, ElementType::Character),
    };
    // What extents and lengths are made of must be there.
    let is_optional =
        (variable.is_optional || variable.is_absent_by_default) && !names_of_sizes(callback).contains(&variable.name);
    Passed { variable: at, passing, element, is_optional }
}

/// The value of a function.
pub(super) fn choose_result(
    callback: &Callback<'_>,
    at: usize,
    variables: &[VariablePlan],
    taken: &mut Taken,
) -> Option<CallbackResult> {
    match callback.variables[at].kind {
        VariableKind::Scalar(element) => Some(CallbackResult::Scalar(element)),
        VariableKind::Text(_) => {
            let length = taken.take(&derived_name(&variables[at].local, "length"));
            Some(CallbackResult::Characters { variable: at, length })
        }
        VariableKind::Array { .. } | VariableKind::Procedure(_) => None,
    }
}

/// Arrays whose extents are needed: those that Python gets or gives.
pub(super) fn choose_shaped(callback: &Callback<'_>) -> Vec<(usize, Vec<Option<Expression>>)> {
    let is_needed = |at: &usize| callback.parameters.contains(at) || callback.returns.contains(at);
    let extents = |at: usize| match &callback.variables[at].kind {
        VariableKind::Array { dimensions, .. } => Some((at, dimensions.iter().map(known_extent).collect())),
        _ => None,
    };
    callback.order.iter().copied().filter(is_needed).filter_map(extents).collect()
}

fn known_extent(dimension: &Dimension) -> Option<Expression> {
    match dimension {
        Dimension::Extent(extent) | Dimension::Later(extent) => Some(extent.clone()),
        Dimension::Open => None,
    }
}

/// The variables that extents and lengths are made of.
fn names_of_sizes(callback: &Callback<'_>) -> BTreeSet<Name> {
    let mut names = BTreeSet::new();
    for (_, extents) in choose_shaped(callback) {
        names.extend(extents.iter().flatten().flat_map(Expression::names));
    }
    for variable in &callback.variables[..callback.dummies] {
        let length = match &variable.kind {
            VariableKind::Text(length) | VariableKind::Array { length: Some(length), .. } => length,
            _ => continue,
        };
        if let TextLength::Known(length) = length {
            names.extend(length.names());
        }
    }
    names
}

/// Scalars whose values are needed: those that Python gets, and those in extents and lengths.
pub(super) fn choose_read(callback: &Callback<'_>) -> Vec<usize> {
    let names = names_of_sizes(callback);
    let is_read = |at: &usize| {
        let variable = &callback.variables[*at];
        let is_scalar = matches!(variable.kind, VariableKind::Scalar(_));
        let is_given = callback.parameters.contains(at) && !variable.intent.in_place;
        is_scalar && (is_given || names.contains(&variable.name))
    };
    (0..callback.dummies).filter(is_read).collect()
}

/// What no callable can be given or asked for.
pub(super) fn find_problem(callback: &Callback<'_>) -> Option<Diagnostic> {
    callback.variables.iter().enumerate().find_map(|(at, variable)| {
        let is_result = callback.result == Some(at);
        if at >= callback.dummies && !is_result {
            return None;
        }
        let what = match &variable.kind {
            VariableKind::Procedure(_) => "is itself a procedure".to_owned(),
            VariableKind::Array { .. } if is_result => "is an array, which no callback returns".to_owned(),
            VariableKind::Array { .. } if callback.procedure.is_some() && is_described(variable) => {
                "is an assumed-shape array, which f2py's terms do not know in a callback".to_owned()
            }
            VariableKind::Scalar(element) | VariableKind::Array { element, .. } if !is_known(*element) => {
                "has a kind that Python does not have".to_owned()
            }
            VariableKind::Text(TextLength::Assumed) if callback.is_c => "has no length".to_owned(),
            _ => return None,
        };
        let title = format!("the argument `{}` of the callback `{}` {what}", variable.name, callback.name);
        let span = variable.span;
        Some(Diagnostic::warning(Code::ProcedureArgument, span, title).label("this argument").help(
            "write an interface with explicit extents in a `__user__` module, or leave the routine out (`skip:`)",
        ))
    })
}

/// Whether its declaration asks for a descriptor.
fn is_described(variable: &Variable<'_>) -> bool {
    let is_colon = |dimension: &array::Dimension| matches!(dimension, array::Dimension::Colon { .. });
    match variable.entity.and_then(|entity| entity.shape.as_ref()) {
        Some(ArraySpec::Dimensions(dimensions)) => dimensions.iter().any(is_colon),
        Some(ArraySpec::AssumedRank) => true,
        None => false,
    }
}

fn is_known(element: ElementType) -> bool {
    match element {
        ElementType::Integer(kind) | ElementType::Unsigned(kind) | ElementType::Logical(kind) => {
            matches!(kind, 1 | 2 | 4 | 8)
        }
        ElementType::Real(kind) | ElementType::Complex(kind) => matches!(kind, 4 | 8),
        ElementType::Character => true,
    }
}
