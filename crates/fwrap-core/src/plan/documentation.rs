//! What is said of an argument: from its own comment, or from a tag in the procedure's.

use crate::analysis::facts::{CallbackFacts, DataType, DummyFacts, IntentFact, ProcedureFacts};
use crate::ir::entity::Intent;
use crate::plan::element::fortran_shape;
use crate::plan::role::crossing_extents;
use crate::plan::wrapper::ArgumentDocumentation;

/// The words on one argument.
#[must_use]
pub fn choose_documentation(facts: &DummyFacts, procedure: &ProcedureFacts) -> ArgumentDocumentation {
    let tags = &procedure.procedure.documentation.arguments;
    let tagged = tags.iter().find(|tag| tag.name == *facts.name()).map(|tag| tag.text.clone());
    let own = Some(facts.entity.documentation.clone()).filter(|text| !text.trim().is_empty());
    let extents = crossing_extents(facts);
    let free = if matches!(facts.shape, crate::analysis::facts::Shape::AssumedShape(_)) { ":" } else { "*" };
    ArgumentDocumentation {
        text: own.or(tagged).unwrap_or_default(),
        type_name: match &facts.data_type {
            DataType::Procedure(at) => choose_interface_text(&procedure.callbacks[*at]),
            data_type => data_type.to_string(),
        },
        shape: fortran_shape(&extents, free),
        intent: match facts.intent {
            _ if matches!(facts.data_type, DataType::Procedure(_)) => "",
            IntentFact::Known(_) if facts.is_inferred => "only read",
            IntentFact::Known(Intent::In) => "in",
            IntentFact::Known(Intent::Out) => "out",
            IntentFact::Known(Intent::InOut) => "inout",
            IntentFact::Unknown => "not declared",
        }
        .to_owned(),
    }
}

/// A dummy procedure as Fortran calls it: `subroutine(n, x)`, `real(8) function(x)`.
fn choose_interface_text(callback: &CallbackFacts) -> String {
    let unit = callback.result.as_ref().map_or_else(|| "subroutine".to_owned(), |result| format!("{result} function"));
    let names: Vec<&str> = callback.arguments.iter().map(|argument| argument.name.lower()).collect();
    format!("{unit}({})", names.join(", "))
}
