//! The wrapper of one procedure.

use std::collections::BTreeMap;

use crate::analysis::facts::{DataType, DummyFacts, ProcedureFacts, Shape};
use crate::analysis::label::find_symbol;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::extent::Extent;
use crate::ir::name::Name;
use crate::ir::procedure::ProcedureKind;
use crate::plan::documentation::choose_documentation;
use crate::plan::dummy_procedure::{check_captured, choose_callbacks};
use crate::plan::element::choose_element;
use crate::plan::face::{choose_apart, choose_parameters, choose_returns};
use crate::plan::name::{RESERVED_LOCALS, Taken, camel_case, derived_name, python_identifier, rust_identifier};
use crate::plan::passing::choose_callee;
use crate::plan::role::{Role, choose_roles, crossing_extents};
use crate::plan::sequence::{Placed, choose_sequence, choose_size_steps};
use crate::plan::wrapper::{Access, Argument, ArgumentKind, Output, OutputKind, Wrapper, WrapperNames};

/// Names that are taken in the printed files, across wrappers.
pub struct Scopes<'a> {
    /// Functions and modules of the Rust module that the wrapper stands in.
    pub functions: &'a mut Taken,
    /// Functions and modules of the Python module that the wrapper stands in.
    pub python: &'a mut Taken,
    /// Foreign functions of the library.
    pub foreign: &'a mut Taken,
    /// Types of the Python glue.
    pub glue: &'a mut Taken,
}

/// What a wrapper needs to know beyond its procedure.
pub struct Setting<'a> {
    /// The library's name.
    pub library: &'a str,
    /// The source file's name.
    pub source: String,
    /// `threadsafe` of the notes.
    pub threadsafe: Option<bool>,
    /// `stop` of the notes: whether a plain STOP ends the call as RETURN would.
    pub returns_at_stop: bool,
    /// Whether callbacks may be called from several threads at once.
    pub openmp: bool,
    /// The procedure's number in the library.
    pub index: usize,
}

/// The wrapper of one procedure.
///
/// # Errors
/// Says what is not known and would have to be.
pub fn choose_wrapper(
    facts: &ProcedureFacts,
    setting: &Setting,
    scopes: &mut Scopes,
) -> Result<Wrapper, Vec<Diagnostic>> {
    let roles = choose_roles(&facts.dummies)?;
    let mut locals = Taken::with(RESERVED_LOCALS);
    let rust: Vec<String> = facts.dummies.iter().map(|dummy| locals.take(&rust_identifier(dummy.name()))).collect();
    let placed: Vec<Placed> =
        facts.dummies.iter().zip(&roles).zip(&rust).map(|((facts, role), rust)| Placed { facts, role, rust }).collect();
    let sizes = choose_size_steps(&placed).ok_or_else(|| vec![circular_sizes(facts)])?;
    check_result(facts, &placed)?;
    check_captured(facts, &roles)?;
    let result_local = locals.take("result");
    let callbacks = choose_callbacks(facts, setting.openmp, scopes.functions, &mut locals);
    let sequence = choose_sequence(facts, &placed, sizes, &result_local, &callbacks, &mut locals);
    let (arguments, places) = choose_arguments(facts, &placed);
    let outputs = choose_outputs(facts, &placed, &result_local);
    let names = choose_names(facts, scopes, &mut locals, result_local);
    let callee = choose_callee(facts, scopes.foreign.take(&foreign_name(facts)), setting.library, setting.index);
    let placed_arguments: Vec<_> = places.iter().copied().zip(&arguments).collect();
    let placed_outputs: Vec<_> = outputs.iter().map(|(place, output)| (*place, output)).collect();
    let returns = choose_returns(&placed_arguments, &placed_outputs);
    Ok(Wrapper {
        names,
        documentation: facts.procedure.documentation.text.clone(),
        source: setting.source.clone(),
        target: find_symbol(facts.procedure, facts.module, facts.label.as_deref()),
        threadsafe: setting.threadsafe,
        locked: setting.threadsafe != Some(true),
        beside_callbacks: false,
        returns_at_stop: setting.returns_at_stop && facts.procedure.kind == ProcedureKind::Subroutine,
        checked: false,
        parameters: choose_parameters(&arguments),
        callbacks,
        apart: choose_apart(&arguments),
        bindings: choose_bindings(&placed),
        arguments,
        before: sequence.before,
        callee,
        actuals: sequence.actuals,
        after: sequence.after,
        outputs: outputs.into_iter().map(|(_, output)| output).collect(),
        returns,
        named_tuple: None,
    })
}

fn choose_names(facts: &ProcedureFacts, scopes: &mut Scopes, locals: &mut Taken, value: String) -> WrapperNames {
    let name = &facts.procedure.name;
    let (module, qualified) = match facts.module {
        Some(module) => (module.name.lower(), format!("{}::{name}", module.name)),
        None => ("", name.to_string()),
    };
    let function = scopes.functions.take(&rust_identifier(name));
    let inner = scopes.functions.take(&derived_name(&rust_identifier(name), "with"));
    let glue = scopes.glue.take(&format!("{}{}", camel_case(module), camel_case(name.lower())));
    let signature = match module {
        "" => name.lower().to_ascii_uppercase(),
        module => format!("{module}_{name}").to_ascii_uppercase(),
    };
    WrapperNames {
        fortran: name.clone(),
        qualified,
        result: scopes.functions.take(&format!("{}Result", camel_case(name.lower()))),
        signature: scopes.glue.take(&signature),
        python: scopes.python.take(&python_identifier(name)),
        face: locals.take("face"),
        guard: locals.take("held"),
        value,
        function,
        inner,
        glue,
    }
}

/// The name in `mod ffi`: the shim's, or the procedure's own.
fn foreign_name(facts: &ProcedureFacts) -> String {
    match facts.module {
        Some(module) => format!("{}_{}", module.name, facts.procedure.name),
        None => rust_identifier(&facts.procedure.name),
    }
}

/// What the inner function takes, with the place of each among the dummy arguments.
fn choose_arguments(facts: &ProcedureFacts, placed: &[Placed]) -> (Vec<Argument>, Vec<usize>) {
    let mut arguments = Vec::new();
    let mut places = Vec::new();
    let mut taken = Taken::default();
    for (place, dummy) in placed.iter().enumerate() {
        let element = choose_element(&dummy.facts.data_type);
        let rank = crossing_extents(dummy.facts).len();
        let kind = match (dummy.role, element) {
            (Role::Argument(access), None) => match dummy.facts.data_type {
                DataType::Procedure(at) => ArgumentKind::Procedure(at),
                _ => ArgumentKind::Text(*access),
            },
            (Role::Argument(access), Some(element)) if rank > 0 => ArgumentKind::Array(element, rank, *access),
            (Role::Argument(access), Some(element)) => ArgumentKind::Scalar(element, *access),
            (Role::Solved(_), Some(element)) => ArgumentKind::Solved(element),
            _ => continue,
        };
        arguments.push(Argument {
            fortran: dummy.facts.name().clone(),
            rust: dummy.rust.to_owned(),
            python: taken.take(&python_identifier(dummy.facts.name())),
            kind,
            optional: dummy.facts.entity.attributes.optional,
            returned: choose_field(dummy.facts),
            documentation: choose_documentation(dummy.facts, facts),
        });
        places.push(place);
    }
    (arguments, places)
}

/// What is returned: the function result (without a place), then what the wrapper makes for `intent(out)`.
fn choose_outputs(facts: &ProcedureFacts, placed: &[Placed], result: &str) -> Vec<(Option<usize>, Output)> {
    let output = |dummy: &DummyFacts, rust: &str| Output {
        rust: rust.to_owned(),
        field: choose_field(dummy),
        kind: match (choose_element(&dummy.data_type), crossing_extents(dummy).len()) {
            (None, _) => OutputKind::Text,
            (Some(element), 0) => OutputKind::Scalar(element),
            (Some(element), rank) => OutputKind::Array(element, rank),
        },
        documentation: choose_documentation(dummy, facts),
    };
    let result = facts.result.iter().map(|facts| (None, output(facts, result)));
    let dummies = placed.iter().enumerate().filter(|(_, dummy)| *dummy.role == Role::Output);
    result.chain(dummies.map(|(place, dummy)| (Some(place), output(dummy.facts, dummy.rust)))).collect()
}

/// What a returned value is called.
fn choose_field(facts: &DummyFacts) -> String {
    rust_identifier(facts.noted.result.as_ref().unwrap_or(facts.name()))
}

/// The extents and length of a function result must be known before the call.
fn check_result(facts: &ProcedureFacts, placed: &[Placed]) -> Result<(), Vec<Diagnostic>> {
    let Some(result) = &facts.result else { return Ok(()) };
    let mut needed: Vec<Extent> = crossing_extents(result).into_iter().flatten().collect();
    let is_open = match (&result.data_type, &result.shape) {
        (DataType::Character(None), _) | (_, Shape::AssumedShape(_) | Shape::AssumedSize(_)) => true,
        (DataType::Character(Some(length)), _) => {
            needed.push(length.clone());
            false
        }
        _ => false,
    };
    let is_given = |name| {
        placed.iter().any(|dummy| {
            dummy.facts.name() == name
                && !dummy.facts.entity.attributes.optional
                && !matches!(dummy.role, Role::Output | Role::Scratch)
        })
    };
    if !is_open && needed.iter().all(|extent| extent.dummies().into_iter().all(is_given)) {
        return Ok(());
    }
    let title = format!("the size of the result `{}` is not known before the call", result.name());
    Err(vec![
        Diagnostic::warning(Code::UnknownExtent, result.entity.span, title)
            .label("declared here")
            .help("give the result a length or shape that depends on input arguments only"),
    ])
}

fn circular_sizes(facts: &ProcedureFacts) -> Diagnostic {
    let title = format!("the sizes of `{}` depend on one another in a circle", facts.procedure.name);
    Diagnostic::warning(Code::UnknownExtent, facts.procedure.span, title)
        .label("no size can be computed first")
        .help("break the circle with a `value` in `fwrap.toml`")
}

/// The values of dummy arguments as the printed Rust reads them: the local, and whether it is a reference.
fn choose_bindings(placed: &[Placed]) -> BTreeMap<Name, (String, bool)> {
    let is_reference = |dummy: &Placed| {
        dummy.facts.shape == Shape::Scalar
            && matches!(dummy.role, Role::Argument(access) if *access != Access::Read)
            && !matches!(dummy.facts.data_type, DataType::Character(_))
    };
    placed.iter().map(|dummy| (dummy.facts.name().clone(), (dummy.rust.to_owned(), is_reference(dummy)))).collect()
}
