//! What a dummy procedure becomes: a callback of the wrapper, and how a shim hands it on.

use std::collections::BTreeSet;

use crate::analysis::facts::{CallbackArgument, CallbackFacts, DataType, IntentFact, ProcedureFacts, Shape};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::entity::Intent;
use crate::ir::extent::Extent;
use crate::ir::name::Name;
use crate::ir::procedure::ProcedureKind;
use crate::plan::callback::{
    Callback, CallbackAccess, CallbackKind, CallbackNames, CallbackParameter, CallbackPassing,
};
use crate::plan::callee::{ShimDummy, ShimInterface, ShimProcedure};
use crate::plan::element::{choose_element, fortran_shape};
use crate::plan::name::{Taken, camel_case, derived_name, rust_identifier};
use crate::plan::role::{Role, choose_intent_text};

/// Locals of the printed functions that stand beside the parameters, in either face.
const LOCALS: &[&str] = &["slot", "sizes", "result", "call", "value", "values"];

/// The callbacks of a procedure. `functions` holds the names that are taken around the wrapper, `locals` those in it.
pub fn choose_callbacks(
    facts: &ProcedureFacts,
    shared: bool,
    functions: &mut Taken,
    locals: &mut Taken,
) -> Vec<Callback> {
    facts.callbacks.iter().map(|callback| choose_callback(facts, callback, shared, functions, locals)).collect()
}

fn choose_callback(
    facts: &ProcedureFacts,
    callback: &CallbackFacts,
    shared: bool,
    functions: &mut Taken,
    locals: &mut Taken,
) -> Callback {
    let name = &callback.entity.name;
    let whole = Name::new(format!("{}_{name}", facts.procedure.name));
    let mut taken = Taken::with(LOCALS);
    let closure = taken.take(&rust_identifier(name));
    let captured = captured_names(callback);
    let captured: Vec<_> = captured
        .into_iter()
        .map(|shown| {
            let value = Extent::Dummy(Name::new(shown.lower().trim_start_matches('^')));
            let local = taken.take(&rust_identifier(&Name::new(shown.lower().trim_start_matches('^'))));
            (shown, local, value)
        })
        .collect();
    let parameters = callback.arguments.iter().map(|argument| choose_parameter(callback, argument, &mut taken));
    let parameters: Vec<_> = parameters.collect();
    let plain = rust_identifier(&whole);
    Callback {
        names: CallbackNames {
            closure_type: functions.take(&camel_case(whole.lower())),
            slots: functions.take(&plain.to_ascii_uppercase()),
            called: functions.take(&derived_name(&plain, "called")),
            entry: functions.take(&plain),
            passed: locals.take(&derived_name(&rust_identifier(name), "passed")),
            closure,
        },
        fortran: name.clone(),
        parameters,
        result: callback.result.as_ref().and_then(choose_element),
        shared,
        optional: callback.entity.attributes.optional,
        captured,
    }
}

/// The names in shapes that are no argument of the callback.
fn captured_names(callback: &CallbackFacts) -> BTreeSet<Name> {
    let of = |argument: &CallbackArgument| {
        let mut extents = match &argument.shape {
            Shape::Explicit(extents) => extents.clone(),
            _ => Vec::new(),
        };
        if let DataType::Character(Some(length)) = &argument.data_type {
            extents.push(length.clone());
        }
        extents
    };
    let is_argument = |name: &Name| callback.arguments.iter().any(|argument| argument.name == *name);
    let extents: Vec<Extent> = callback.arguments.iter().flat_map(of).collect();
    extents.iter().flat_map(Extent::dummies).filter(|name| !is_argument(name)).cloned().collect()
}

fn choose_parameter(callback: &CallbackFacts, argument: &CallbackArgument, taken: &mut Taken) -> CallbackParameter {
    let access = match argument.intent {
        IntentFact::Known(Intent::In) => CallbackAccess::Read,
        IntentFact::Known(Intent::Out) => CallbackAccess::Output,
        IntentFact::Known(Intent::InOut) | IntentFact::Unknown => CallbackAccess::Update,
    };
    let kind = match (choose_element(&argument.data_type), argument.shape.rank()) {
        (None, _) => CallbackKind::Text(access),
        (Some(element), 0) => CallbackKind::Scalar(element, access),
        (Some(element), rank) => CallbackKind::Array(element, rank, access),
    };
    let passing = match (&argument.shape, argument.is_value) {
        (Shape::Scalar, true) => CallbackPassing::Value,
        (Shape::Scalar, false) => CallbackPassing::Reference,
        (Shape::AssumedShape(_), _) if callback.is_bind => CallbackPassing::CDescriptor,
        (Shape::AssumedShape(_), _) => CallbackPassing::Descriptor,
        (Shape::Explicit(_) | Shape::AssumedSize(_), _) => CallbackPassing::Storage,
    };
    let rust = taken.take(&rust_identifier(&argument.name));
    let is_text = matches!(kind, CallbackKind::Text(_));
    let hidden_length = (is_text && !callback.is_bind).then(|| taken.take(&derived_name(&rust, "length")));
    CallbackParameter {
        fortran: argument.name.clone(),
        value: taken.take(&derived_name(&rust, "value")),
        rust,
        kind,
        passing,
        shape: match &argument.shape {
            Shape::Explicit(extents) => extents.clone(),
            _ => Vec::new(),
        },
        length: match &argument.data_type {
            DataType::Character(length) => length.clone(),
            _ => None,
        },
        hidden_length,
    }
}

/// What is captured must be known before the call.
///
/// # Errors
/// Says which extent is not.
pub fn check_captured(facts: &ProcedureFacts, roles: &[Role]) -> Result<(), Vec<Diagnostic>> {
    let is_given = |name: &Name| {
        let place = facts.dummies.iter().position(|dummy| dummy.name() == name);
        place.is_some_and(|place| {
            !facts.dummies[place].entity.attributes.optional
                && matches!(roles[place], Role::Argument(_) | Role::Solved(_) | Role::Computed(_))
        })
    };
    let mut problems = Vec::new();
    for callback in &facts.callbacks {
        for name in captured_names(callback) {
            let name = Name::new(name.lower().trim_start_matches('^'));
            if !is_given(&name) {
                let of = &callback.entity.name;
                let title = format!("an array that the callback `{of}` gets has the size `{name}`, which is not known");
                problems.push(
                    Diagnostic::warning(Code::ProcedureArgument, callback.entity.span, title)
                        .label(format!("`{name}` is not given when the procedure is called"))
                        .help(format!("say its interface in `fwrap.toml`: `{of} = {{ interface = \"...\" }}`")),
                );
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// How a shim declares a dummy procedure.
#[must_use]
pub fn choose_shim_procedure(callback: &CallbackFacts) -> ShimProcedure {
    let Some(interface) = callback.interface else {
        let result = callback.result.as_ref().map(ToString::to_string);
        return result.map_or(ShimProcedure::Subroutine, ShimProcedure::Function);
    };
    let dummies = callback.arguments.iter().map(|argument| {
        let entity = interface.scope.entity(&argument.name);
        let attributes = entity.map(|entity| entity.attributes.clone()).unwrap_or_default();
        let mut text = argument.data_type.to_string();
        if let Some(intent) = entity.and_then(|entity| entity.intent) {
            text.push_str(&format!(", intent({})", choose_intent_text(intent)));
        }
        for (there, attribute) in [
            (attributes.value, ", value"),
            (attributes.contiguous, ", contiguous"),
            (attributes.target, ", target"),
            (attributes.volatile, ", volatile"),
            (attributes.asynchronous, ", asynchronous"),
        ] {
            if there {
                text.push_str(attribute);
            }
        }
        ShimDummy {
            name: argument.name.clone(),
            type_name: text,
            shape: interface_shape(callback, argument),
            is_size: argument.shape == Shape::Scalar && matches!(argument.data_type, DataType::Integer(_)),
        }
    });
    let result = match &interface.kind {
        ProcedureKind::Function { result } => {
            callback.result.as_ref().map(|data_type| (result.clone(), data_type.to_string()))
        }
        ProcedureKind::Subroutine => None,
    };
    ShimProcedure::Explicit(ShimInterface {
        is_pure: interface.prefixes.pure,
        is_bind: callback.is_bind,
        dummies: dummies.collect(),
        result,
    })
}

/// The shape as the source declares it; a note may have said more.
fn interface_shape(callback: &CallbackFacts, argument: &CallbackArgument) -> String {
    match (&argument.shape, callback.declared_shapes.iter().find(|(name, _)| *name == argument.name)) {
        (Shape::Scalar, _) => String::new(),
        (_, Some((_, Shape::AssumedSize(leading)))) => {
            fortran_shape(&leading.iter().cloned().map(Some).chain([None]).collect::<Vec<_>>(), "*")
        }
        (Shape::AssumedShape(rank), _) => fortran_shape(&vec![None; *rank], ":"),
        (_, Some((_, Shape::Explicit(extents)))) | (Shape::Explicit(extents), _) => {
            fortran_shape(&extents.iter().cloned().map(Some).collect::<Vec<_>>(), "*")
        }
        (Shape::AssumedSize(leading), _) => {
            fortran_shape(&leading.iter().cloned().map(Some).chain([None]).collect::<Vec<_>>(), "*")
        }
    }
}
