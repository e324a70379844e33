//! How each argument crosses: by the procedure's own symbol where the calling convention is plain, else by a shim.

use crate::analysis::facts::{DataType, DummyFacts, IntentFact, ProcedureFacts, Shape};
use crate::ir::entity::Intent;
use crate::ir::name::Name;
use crate::plan::callee::ShimResult;
use crate::plan::callee::{
    Callee, ForeignKind, ForeignParameter, Mutability, ResultForm, Shim, ShimArgument, ShimForm,
};
use crate::plan::dummy_procedure::choose_shim_procedure;
use crate::plan::element::{choose_element, declared_shape};
use crate::plan::name::{Taken, rust_identifier};
use crate::plan::role::choose_intent_text;
use crate::plan::value::{Element, Extent};

/// The longest name that Fortran allows (F2018 6.2.2).
const LONGEST_NAME: usize = 63;

/// How one dummy argument is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// A scalar by value.
    Value,
    /// The address of a scalar.
    Reference,
    /// The address of contiguous storage.
    Storage,
    /// Contiguous storage and its extents.
    StorageAndExtents,
    /// A C descriptor.
    Descriptor,
    /// Characters and their length.
    Text,
    /// The address of a procedure.
    Procedure,
}

/// How a dummy argument is handed over; `optional` ones never by value.
#[must_use]
pub fn choose_passing(facts: &DummyFacts) -> Passing {
    let attributes = &facts.entity.attributes;
    match (&facts.data_type, &facts.shape) {
        (DataType::Character(_), _) => Passing::Text,
        (DataType::Procedure(_), _) => Passing::Procedure,
        (_, Shape::Scalar) if attributes.value && !attributes.optional => Passing::Value,
        (_, Shape::Scalar) => Passing::Reference,
        (_, Shape::AssumedShape(_)) if attributes.contiguous => Passing::StorageAndExtents,
        (_, Shape::AssumedShape(_)) => Passing::Descriptor,
        (_, Shape::Explicit(_) | Shape::AssumedSize(_)) => Passing::Storage,
    }
}

/// Whether the procedure's own symbol is called: external, and nothing in it needs an explicit interface.
#[must_use]
pub fn is_called_directly(facts: &ProcedureFacts) -> bool {
    if facts.module.is_some() {
        return false;
    }
    let has_bind = facts.procedure.bind.is_some();
    let is_plain = |dummy: &DummyFacts| match choose_passing(dummy) {
        Passing::Reference | Passing::Storage | Passing::Procedure => !dummy.entity.attributes.optional || has_bind,
        Passing::Text => !dummy.entity.attributes.optional && !has_bind,
        Passing::Value => has_bind,
        Passing::StorageAndExtents | Passing::Descriptor => false,
    };
    let plain_result = facts.result.as_ref().is_none_or(|result| {
        result.shape == Shape::Scalar && !(has_bind && matches!(result.data_type, DataType::Character(_)))
    });
    facts.dummies.iter().all(is_plain) && plain_result
}

/// What is called for a procedure. `library` names the shims, `index` makes a long name unique.
#[must_use]
pub fn choose_callee(facts: &ProcedureFacts, ffi: String, library: &str, index: usize) -> Callee {
    let direct = is_called_directly(facts);
    let procedure = facts.procedure;
    let form = facts.result.as_ref().map(choose_result_form);
    let parameters = choose_parameters(facts, direct, form.as_ref());
    let returns = facts.result.as_ref().filter(|_| matches!(form, Some(ResultForm::Scalar)));
    let returns = returns.and_then(|result| choose_element(&result.data_type));
    if direct {
        let symbol = facts.label.clone().unwrap_or_else(|| format!("{}_", procedure.name.lower()));
        return Callee { ffi, symbol, parameters, returns, shim: None };
    }
    let shim = choose_shim(facts, &ffi, library, index, form);
    Callee { ffi, symbol: shim.name.clone(), parameters, returns, shim: Some(shim) }
}

/// The parameters of the foreign function: those of a result in front, lengths of text behind all others where the
/// procedure's own symbol is called.
fn choose_parameters(facts: &ProcedureFacts, direct: bool, form: Option<&ResultForm>) -> Vec<ForeignParameter> {
    let mut parameters = Vec::new();
    let mut taken = Taken::default();
    let mut parameter = |name: &str, kind| {
        let name = taken.take(&rust_identifier(&Name::new(name)));
        parameters.push(ForeignParameter { name, kind });
    };
    match form {
        Some(ResultForm::Text) => {
            parameter("fwrap_result", ForeignKind::Text(Mutability::Mut));
            parameter("fwrap_result_length", ForeignKind::Size);
        }
        Some(ResultForm::Array(_)) => {
            let element = facts.result.as_ref().and_then(|result| choose_element(&result.data_type));
            let element = element.unwrap_or(Element::Integer(1));
            parameter("fwrap_result", ForeignKind::Pointer(element, Mutability::Mut));
        }
        _ => {}
    }
    let mut hidden_lengths = Vec::new();
    for dummy in &facts.dummies {
        let name = dummy.name().lower();
        let mut kinds = choose_foreign_kinds(dummy).into_iter();
        if let Some(kind) = kinds.next() {
            parameter(name, kind);
        }
        for (at, kind) in kinds.enumerate() {
            match choose_passing(dummy) {
                Passing::Text if direct => hidden_lengths.push(format!("{name}_length")),
                Passing::Text => parameter(&format!("{name}_length"), kind),
                _ => parameter(&format!("{name}_{}", at + 1), kind),
            }
        }
    }
    for name in hidden_lengths {
        parameter(&name, ForeignKind::Size);
    }
    for dimension in 1..=form.map_or(0, |form| result_extents(form).len()) {
        parameter(&format!("fwrap_result_{dimension}"), ForeignKind::Size);
    }
    parameters
}

/// What crosses for one dummy argument: itself, then its length or extents.
fn choose_foreign_kinds(dummy: &DummyFacts) -> Vec<ForeignKind> {
    let mutability = mutability(dummy);
    match (choose_passing(dummy), choose_element(&dummy.data_type)) {
        (Passing::Value, Some(element)) => vec![ForeignKind::Value(element)],
        (Passing::Reference | Passing::Storage, Some(element)) => vec![ForeignKind::Pointer(element, mutability)],
        (Passing::StorageAndExtents, Some(element)) => {
            let mut kinds = vec![ForeignKind::Size; dummy.shape.rank() + 1];
            kinds[0] = ForeignKind::Pointer(element, mutability);
            kinds
        }
        (Passing::Descriptor, Some(_)) => vec![ForeignKind::Descriptor(dummy.shape.rank(), mutability)],
        (Passing::Text, _) => vec![ForeignKind::Text(mutability), ForeignKind::Size],
        (Passing::Procedure, _) => vec![ForeignKind::Procedure],
        (_, None) => unreachable!("only characters and procedures have no element"),
    }
}

/// How a function result crosses.
#[must_use]
pub fn choose_result_form(result: &DummyFacts) -> ResultForm {
    match (&result.data_type, &result.shape) {
        (DataType::Character(_), _) => ResultForm::Text,
        (_, Shape::Explicit(extents)) => ResultForm::Array(extents.clone()),
        _ => ResultForm::Scalar,
    }
}

fn choose_shim(facts: &ProcedureFacts, ffi: &str, library: &str, index: usize, form: Option<ResultForm>) -> Shim {
    let procedure = facts.procedure;
    // The name in `mod ffi` is one of its kind.
    let mut name = format!("fwrap_{ffi}");
    if name.len() > LONGEST_NAME {
        let suffix = format!("_{library}_{index}");
        name.truncate(LONGEST_NAME.saturating_sub(suffix.len()));
        name.push_str(&suffix);
        name.truncate(LONGEST_NAME);
    }
    let arguments = facts.dummies.iter().map(|dummy| choose_shim_argument(dummy, facts)).collect();
    let result = facts.result.as_ref().zip(form).map(|(result, form)| ShimResult {
        type_name: result.data_type.to_string(),
        name: result.name().lower().to_owned(),
        declared: (result.data_type.to_string(), declared_shape(result)),
        form,
    });
    Shim {
        name,
        callee: procedure.name.clone(),
        module: facts.module.map(|module| module.name.clone()),
        bind: facts.label.clone(),
        arguments,
        result,
    }
}

fn choose_shim_argument(facts: &DummyFacts, procedure: &ProcedureFacts) -> ShimArgument {
    let form = match choose_passing(facts) {
        Passing::Value | Passing::Reference => ShimForm::Scalar,
        Passing::Storage => ShimForm::AssumedSize,
        Passing::StorageAndExtents => ShimForm::Extents(facts.shape.rank()),
        Passing::Descriptor => ShimForm::AssumedShape(facts.shape.rank()),
        Passing::Text if facts.entity.attributes.value => ShimForm::TextValue,
        Passing::Text => ShimForm::Text,
        Passing::Procedure => {
            let DataType::Procedure(at) = facts.data_type else { unreachable!("only procedures pass like that") };
            ShimForm::Procedure(choose_shim_procedure(&procedure.callbacks[at]))
        }
    };
    let attributes = &facts.entity.attributes;
    ShimArgument {
        name: facts.name().clone(),
        type_name: facts.data_type.to_string(),
        intent: facts.entity.intent.map(choose_intent_text),
        optional: attributes.optional,
        value: attributes.value,
        form,
        declared: (facts.data_type.to_string(), declared_shape(facts)),
    }
}

/// Whether the procedure may write through the pointer.
#[must_use]
pub fn mutability(facts: &DummyFacts) -> Mutability {
    match facts.intent {
        IntentFact::Known(Intent::In) => Mutability::Const,
        _ => Mutability::Mut,
    }
}

/// The extents that an array result needs as actual arguments.
#[must_use]
pub fn result_extents(form: &ResultForm) -> &[Extent] {
    match form {
        ResultForm::Array(extents) => extents,
        _ => &[],
    }
}
