//! The interface of a dummy procedure as far as it is known, to be pasted into `fwrap.toml`.

use crate::analysis::actual::{Form, Found};
use crate::analysis::called_shape::{Because, CalledShape, argument_place};
use crate::analysis::dummy_procedure::CalledInterface;
use crate::analysis::facts::{CallbackArgument, CallbackFacts, DataType, DummyFacts, IntentFact, Shape};
use crate::analysis::kind::ResolvedType;
use crate::analysis::support;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::entity::{Entity, Intent};
use crate::ir::extent::Extent;
use crate::ir::name::Name;
use crate::source::Span;

impl Because {
    /// In words, for the argument at a place counted from 1.
    pub fn explain(self, place: usize) -> String {
        match self {
            Self::Element => format!("argument {place} is an array element: a scalar, or an array that begins there"),
            Self::AssumedSize => format!("argument {place} is an array whose size its caller does not declare"),
            Self::Expression => format!("the extents of argument {place} do not follow from arguments"),
            Self::Disagree => format!("argument {place} has different extents in different calls"),
            Self::Exposed => format!("it is passed on, and argument {place} may have other extents there"),
        }
    }
}

/// What is known of a dummy procedure of `procedure` is not all: `why`, and where that is to be seen.
pub fn unknown_interface(
    procedure: &Name,
    entity: &Entity,
    called: Option<&CalledInterface>,
    place: Option<Span>,
    why: &str,
) -> Diagnostic {
    let name = &entity.name;
    let title = format!("the interface of the dummy procedure `{name}` is not known");
    let mut diagnostic = Diagnostic::warning(Code::ProcedureArgument, entity.span, title).label(why.to_owned());
    if let Some(place) = place.or(called.map(|called| called.span)) {
        diagnostic = diagnostic
            .also(place, if called.is_some_and(|called| called.span == place) { "called here" } else { "here" });
    }
    let text = called.map_or_else(
        || format!("subroutine {name}(...)\n  ...\nend subroutine\n"),
        |called| interface_text(name, called),
    );
    diagnostic.help(format!(
        "say it in `fwrap.toml`, with what is missing:\n[{procedure}]\n{name} = {{ interface = \"\"\"\n{text}\"\"\" }}"
    ))
}

/// An array of a declared interface whose extents are not known.
pub fn open_array(procedure: &Name, entity: &Entity, facts: &CallbackFacts, argument: &CallbackArgument) -> Diagnostic {
    let (name, array) = (&entity.name, &argument.name);
    let place = facts.interface.and_then(|interface| interface.scope.entity(array)).map_or(entity.span, |of| of.span);
    let title = format!("the extents of `{array}`, an argument of the callback `{name}`, are not known");
    let text = declared_text(name, facts);
    Diagnostic::warning(Code::ProcedureArgument, place, title)
        .label("a callback gets arrays with their extents")
        .also(entity.span, "the dummy procedure")
        .help(format!("say them in `fwrap.toml`:\n[{procedure}]\n{name} = {{ interface = \"\"\"\n{text}\"\"\" }}"))
}

/// A declared interface as Fortran, with `?` where an extent is missing.
fn declared_text(name: &Name, facts: &CallbackFacts) -> String {
    let names: Vec<String> = facts.arguments.iter().map(|argument| argument.name.to_string()).collect();
    let unit = if facts.result.is_some() { "function" } else { "subroutine" };
    let mut lines = vec![format!("{unit} {name}({})", names.join(", "))];
    if let Some(result) = &facts.result {
        lines.push(format!("  {} :: {name}", result));
    }
    for argument in &facts.arguments {
        let known = |extents: &[Extent]| extents.iter().map(Extent::to_string).collect::<Vec<_>>();
        let extents = match &argument.shape {
            Shape::Scalar => Vec::new(),
            Shape::Explicit(extents) => known(extents),
            Shape::AssumedSize(leading) => [known(leading), vec!["?".to_owned()]].concat(),
            Shape::AssumedShape(rank) => vec![":".to_owned(); *rank],
        };
        let shape = if extents.is_empty() { String::new() } else { format!("({})", extents.join(", ")) };
        let intent = match argument.intent {
            IntentFact::Known(Intent::In) => ", intent(in)",
            IntentFact::Known(Intent::Out) => ", intent(out)",
            IntentFact::Known(Intent::InOut) => ", intent(inout)",
            IntentFact::Unknown => "",
        };
        let value = if argument.is_value { ", value" } else { "" };
        let data_type = match &argument.data_type {
            DataType::Procedure(_) => "external".to_owned(),
            data_type => data_type.to_string(),
        };
        lines.push(format!("  {data_type}{intent}{value} :: {}{shape}", argument.name));
    }
    lines.push(format!("end {unit}\n"));
    lines.join("\n")
}

/// An argument of a declared interface that no callback gets.
pub fn unsupported(callback: &Name, facts: &DummyFacts, is_bind: bool) -> Option<Diagnostic> {
    let attributes = &facts.entity.attributes;
    let what = match (&facts.data_type, &facts.shape) {
        _ if attributes.optional => "OPTIONAL",
        (DataType::Logical(_), shape) if *shape != Shape::Scalar => "an array of logicals",
        (DataType::Character(_), _) if attributes.value => "VALUE text",
        (DataType::Character(length), _) if is_bind && *length != Some(Extent::Constant(1)) => "BIND(C) text",
        _ => return None,
    };
    Some(support::callback_argument(callback, facts.name(), what, facts.entity.span))
}

/// The interface as Fortran, with `?` where something is missing.
fn interface_text(name: &Name, called: &CalledInterface) -> String {
    let argument_name = |place: usize| match &called.arguments[place].name {
        Some(known) if !called.arguments[..place].iter().any(|other| other.name.as_ref() == Some(known)) => {
            known.to_string()
        }
        _ => format!("arg{}", place + 1),
    };
    let names: Vec<String> = (0..called.arguments.len()).map(argument_name).collect();
    let unit = if called.is_function { "function" } else { "subroutine" };
    let mut lines = vec![format!("{unit} {name}({})", names.join(", "))];
    if let Some(result) = &called.result {
        lines.push(format!("  {} :: {name}", type_text(result)));
    }
    for (place, actual) in called.arguments.iter().enumerate() {
        let shape = match (actual.form, called.shapes.get(place).map(|(shape, _)| shape)) {
            (_, Some(CalledShape::Known(extents))) => {
                let extents: Vec<String> = extents.iter().map(|extent| extent_text(extent, &names)).collect();
                format!("({})", extents.join(", "))
            }
            (Form::Array(rank), _) => format!("({})", vec!["?"; rank].join(", ")),
            (Form::Scalar, Some(CalledShape::Scalar | CalledShape::Unknown(_, Because::Element))) => String::new(),
            (Form::Element, _) => "  ! scalar, or an array: with its extents".to_owned(),
            _ => "(?)".to_owned(),
        };
        lines.push(format!("  {} :: {}{shape}", type_text(&actual.data_type), names[place]));
    }
    lines.push(format!("end {unit}\n"));
    lines.join("\n")
}

fn extent_text(extent: &Extent, names: &[String]) -> String {
    let name = |name: &Name| match argument_place(name) {
        Some(place) => names.get(place).map(Name::new),
        None => Some(name.clone()),
    };
    extent.rename(&name).map_or_else(|| "?".to_owned(), |extent| extent.to_string())
}

fn type_text(found: &Found) -> String {
    match found {
        Found::Known(ResolvedType::Integer(kind)) => format!("integer({kind})"),
        Found::Known(ResolvedType::Real(kind)) => format!("real({kind})"),
        Found::Known(ResolvedType::Complex(kind)) => format!("complex({kind})"),
        Found::Known(ResolvedType::Logical(kind)) => format!("logical({kind})"),
        Found::Known(ResolvedType::Character(_)) => "character(len=*)".to_owned(),
        Found::Known(ResolvedType::Other(name)) => name.clone(),
        Found::Unknown => "?".to_owned(),
    }
}
