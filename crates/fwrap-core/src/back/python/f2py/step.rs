//! The statements before the call of a routine in f2py's terms.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::f2py::callback::expand_use_read;
use crate::back::python::f2py::expression::{
    expand_bytes, expand_complex, expand_condition, expand_integer, expand_real,
};
use crate::back::python::f2py::types::stored;
use crate::back::rust::types::{identifier, literal};
use crate::plan::f2py::expression::{ValueType, find_value_type};
use crate::plan::f2py::module::PythonPlan;
use crate::plan::f2py::routine::{
    ArrayStep, CheckStep, ElementType, Expression, LocalKind, RoutinePlan, ScalarStep, ShapeStep, Step, TextStep,
    VariablePlan,
};

/// One statement before the call.
pub fn expand_step(step: &Step, routine: &RoutinePlan, plan: &PythonPlan) -> TokenStream {
    match step {
        Step::Given(at, slot) => {
            let Some(given) = &routine.variables[*at].given else { return TokenStream::new() };
            let (given, slot) = (identifier(given), Literal::usize_unsuffixed(*slot));
            quote! { let #given = arguments.f2py_is_given(#slot); }
        }
        Step::Scalar(step) => expand_scalar(step, routine, plan.is_lossy),
        Step::Text(step) => expand_text(step, routine),
        Step::Array(step) => expand_array(step, routine),
        Step::Made(at) => expand_made(&routine.variables[*at]),
        Step::Callback(at) => {
            expand_use_read(&plan.callbacks[routine.callbacks[*at].callback], &routine.callbacks[*at])
        }
        Step::Check(step) => expand_check(step, routine),
        Step::Shape(step) => expand_shape(step, routine),
    }
}

fn expand_scalar(step: &ScalarStep, routine: &RoutinePlan, is_lossy: bool) -> TokenStream {
    let variable = &routine.variables[step.variable];
    let local = identifier(&variable.local);
    let mutable = routine.is_mutable(step.variable).then(|| quote! { mut });
    let (element, initial) = match variable.kind {
        LocalKind::Scalar(element) => {
            (element, expand_value(element, step.initial.as_ref(), variable.name.lower(), &routine.variables))
        }
        _ => (ElementType::Character, expand_character(step.initial.as_ref(), &routine.variables)),
    };
    let kind = stored(element);
    let Some(slot) = step.slot else { return quote! { let #mutable #local: #kind = #initial; } };
    // f2py takes the truth of anything, and writes back where it can.
    let in_place = step.in_place && !(is_lossy && matches!(element, ElementType::Logical(_)));
    let read = expand_scalar_read(variable, element, slot, in_place);
    match (&variable.given, step.is_optional) {
        (Some(given), _) => {
            let given = identifier(given);
            quote! { let #mutable #local: #kind = if #given { #read } else { #initial }; }
        }
        (None, true) => {
            let slot = Literal::usize_unsuffixed(slot);
            quote! { let #mutable #local: #kind = if arguments.f2py_is_given(#slot) { #read } else { #initial }; }
        }
        (None, false) => quote! { let #mutable #local = #read; },
    }
}

/// `arguments.f2py_scalar::<i32, LOSSY>(0)?`
fn expand_scalar_read(variable: &VariablePlan, element: ElementType, slot: usize, in_place: bool) -> TokenStream {
    let slot = Literal::usize_unsuffixed(slot);
    let kind = stored(element);
    match variable.kind {
        LocalKind::Character => quote! { arguments.f2py_character::<LOSSY>(#slot)? },
        _ if in_place => quote! { arguments.f2py_scalar_in_place::<#kind, LOSSY>(#slot)? },
        _ if matches!(element, ElementType::Logical(_)) => quote! { arguments.f2py_logical::<#kind>(#slot)? },
        _ => quote! { arguments.f2py_scalar::<#kind, LOSSY>(#slot)? },
    }
}

/// An initial value as an element of a type; zero where there is none.
fn expand_value(
    element: ElementType,
    initial: Option<&Expression>,
    name: &str,
    variables: &[VariablePlan],
) -> TokenStream {
    let kind = stored(element);
    let Some(initial) = initial else { return zero(element) };
    let value_type = find_value_type(initial, variables);
    match element {
        ElementType::Integer(_) | ElementType::Unsigned(_) | ElementType::Logical(_) => match (value_type, initial) {
            (_, Expression::Integer(value)) if fits(element, *value) => literal(&value.to_string()),
            (ValueType::Real | ValueType::Complex, _) => {
                let value = expand_real(initial, variables);
                quote! { arguments.f2py_truncated::<#kind>(#value, #name)? }
            }
            _ => {
                let value = expand_integer(initial, variables);
                quote! { arguments.f2py_integer::<#kind>(#value, #name)? }
            }
        },
        ElementType::Real(8) => expand_real(initial, variables),
        ElementType::Real(_) => {
            let value = expand_real(initial, variables);
            quote! { (#value) as #kind }
        }
        ElementType::Complex(8) => expand_complex(initial, variables),
        ElementType::Complex(_) => {
            let value = expand_complex(initial, variables);
            quote! { f2py::single(#value) }
        }
        ElementType::Character => expand_character(Some(initial), variables),
    }
}

fn fits(element: ElementType, value: i64) -> bool {
    let (ElementType::Integer(kind) | ElementType::Logical(kind) | ElementType::Unsigned(kind)) = element else {
        return false;
    };
    let bits = u32::from(kind.min(8)) * 8;
    match element {
        ElementType::Unsigned(_) => value >= 0 && (bits >= 63 || value < 1 << bits),
        _ => bits == 64 || (-(1_i64 << (bits - 1)) <= value && value < 1 << (bits - 1)),
    }
}

fn zero(element: ElementType) -> TokenStream {
    match element {
        ElementType::Real(_) => quote! { 0.0 },
        ElementType::Complex(_) => {
            let kind = stored(element);
            quote! { #kind::new(0.0, 0.0) }
        }
        _ => quote! { 0 },
    }
}

/// The initial value of a single character: the first one of a text.
fn expand_character(initial: Option<&Expression>, variables: &[VariablePlan]) -> TokenStream {
    match initial {
        None => quote! { 0 },
        Some(Expression::Character(byte)) => {
            let byte = Literal::byte_character(*byte);
            quote! { #byte }
        }
        Some(Expression::Text(bytes)) => {
            let byte = Literal::byte_character(bytes.first().copied().unwrap_or(0));
            quote! { #byte }
        }
        Some(initial) if find_value_type(initial, variables) == ValueType::Integer => {
            let value = expand_integer(initial, variables);
            quote! { (#value) as u8 }
        }
        Some(initial) => {
            let bytes = expand_bytes(initial, variables);
            quote! { #bytes.first().copied().unwrap_or(0) }
        }
    }
}

fn expand_text(step: &TextStep, routine: &RoutinePlan) -> TokenStream {
    let variable = &routine.variables[step.variable];
    let local = identifier(&variable.local);
    let length = step.length.as_ref().map(|length| expand_extent(length, &routine.variables));
    let length = length.unwrap_or_else(|| quote! { -1 });
    let initial = match &step.initial {
        Some(initial) => expand_bytes(initial, &routine.variables),
        None => quote! { b"" },
    };
    let padded = step.is_c.then(|| quote! { .padded_with_nuls() });
    let made = quote! { f2py::Text::new(#length, #initial)?#padded };
    let Some(slot) = step.slot else { return quote! { let mut #local = #made; } };
    let slot = Literal::usize_unsuffixed(slot);
    let read = quote! { arguments.f2py_text::<LOSSY>(#slot, #length, #initial)?#padded };
    match &variable.given {
        Some(given) => {
            let given = identifier(given);
            quote! { let mut #local = if #given { #read } else { #made }; }
        }
        None => quote! { let mut #local = #read; },
    }
}

/// An extent or length as `isize`.
fn expand_extent(extent: &Expression, variables: &[VariablePlan]) -> TokenStream {
    match extent {
        Expression::Integer(value) => literal(&value.to_string()),
        _ if find_value_type(extent, variables) == ValueType::Real => {
            let value = expand_real(extent, variables);
            quote! { (#value) as isize }
        }
        _ => {
            let value = expand_integer(extent, variables);
            quote! { (#value) as isize }
        }
    }
}

fn expand_array(step: &ArrayStep, routine: &RoutinePlan) -> TokenStream {
    let variable = &routine.variables[step.variable];
    let LocalKind::Array { rank, dims, spec, .. } = &variable.kind else { return TokenStream::new() };
    let (local, dims, spec) = (identifier(&variable.local), identifier(dims), identifier(spec));
    let variables = &routine.variables;
    let shape = expand_shape_local(step, variable, *rank, variables);
    let number = Literal::usize_unsuffixed(*rank);
    let fill = expand_fill(step, routine);
    let Some(slot) = step.slot else {
        let length = match &step.length {
            Some(Some(length)) => {
                let length = expand_extent(length, variables);
                quote! { f2py::length(#length) }
            }
            _ => quote! { 0 },
        };
        return quote! {
            #shape
            let mut #local = arguments.f2py_new_array(&#spec, #length, &#dims)?;
            #fill
        };
    };
    let slot = Literal::usize_unsuffixed(slot);
    let flags = match step.overwrite {
        None => quote! { 0 },
        Some((flag, default)) => {
            let flag = Literal::usize_unsuffixed(flag);
            quote! { if arguments.f2py_flag(#flag, #default)? { 0 } else { f2py::COPY } }
        }
    };
    let read = match &step.length {
        None => quote! { arguments.f2py_array::<LOSSY, #number>(#slot, &#spec, &mut #dims, #flags)? },
        Some(length) => {
            let length = length.as_ref().map_or_else(|| quote! { -1 }, |length| expand_extent(length, variables));
            quote! { arguments.f2py_characters::<LOSSY, #number>(#slot, &#spec, #length, &mut #dims, #flags)? }
        }
    };
    match &variable.given {
        Some(given) => {
            let given = identifier(given);
            quote! {
                #shape
                let mut #local = if #given {
                    Some(#read)
                } else {
                    #dims = #dims.map(|extent| extent.max(0));
                    None
                };
            }
        }
        None if step.initial.is_some() => quote! {
            #shape
            let mut #local = #read;
            if !arguments.f2py_is_given(#slot) { #fill }
        },
        None => quote! { #shape let mut #local = #read; },
    }
}

/// The local with the extents.
fn expand_shape_local(
    step: &ArrayStep,
    variable: &VariablePlan,
    rank: usize,
    variables: &[VariablePlan],
) -> TokenStream {
    let LocalKind::Array { dims, .. } = &variable.kind else { return TokenStream::new() };
    let (dims, number) = (identifier(dims), Literal::usize_unsuffixed(rank));
    let extents = step.extents.iter().map(|extent| match extent {
        Some(extent) => expand_extent(extent, variables),
        None => quote! { -1 },
    });
    let names_itself =
        |extent: &Option<Expression>| extent.as_ref().is_some_and(|extent| extent.names().contains(&variable.name));
    if step.extents.iter().any(names_itself) {
        // An extent of its own, as far as it is known by then.
        let places = (0..rank).map(Literal::usize_unsuffixed);
        return quote! {
            let mut #dims: [isize; #number] = [-1; #number];
            #(#dims[#places] = #extents;)*
        };
    }
    let mutable = step.slot.is_some().then(|| quote! { mut });
    quote! { let #mutable #dims: [isize; #number] = [#(#extents),*]; }
}

/// Gives every element its initial value.
fn expand_fill(step: &ArrayStep, routine: &RoutinePlan) -> TokenStream {
    let (Some(initial), variable) = (&step.initial, &routine.variables[step.variable]) else {
        return TokenStream::new();
    };
    let LocalKind::Array { element, rank, dims, .. } = &variable.kind else { return TokenStream::new() };
    let (local, dims) = (identifier(&variable.local), identifier(dims));
    if *element == ElementType::Character {
        let bytes = expand_bytes(initial, &routine.variables);
        return quote! { #local.fill_with_text(#bytes); };
    }
    let (kind, rank) = (stored(*element), Literal::usize_unsuffixed(*rank));
    let value = expand_value(*element, Some(initial), variable.name.lower(), &routine.variables);
    let index = if initial.is_by_element() {
        quote! { i }
    } else {
        quote! { _ }
    };
    quote! { #local.fill_with::<#kind, #rank>(&#dims, |#index| Ok(#value))?; }
}

fn expand_made(variable: &VariablePlan) -> TokenStream {
    let local = identifier(&variable.local);
    match &variable.kind {
        LocalKind::Made { spec, .. } if !spec.is_empty() => {
            let spec = identifier(spec);
            quote! { let mut #local = f2py::Made::new(&#spec); }
        }
        _ => quote! { let mut #local = f2py::MadeText::new(); },
    }
}

fn expand_shape(step: &ShapeStep, routine: &RoutinePlan) -> TokenStream {
    let LocalKind::Array { dims, .. } = &routine.variables[step.variable].kind else { return TokenStream::new() };
    let (dims, slot) = (identifier(dims), Literal::usize_unsuffixed(step.slot));
    let extents = step.extents.iter().map(|extent| match extent {
        Some(extent) => expand_extent(extent, &routine.variables),
        None => quote! { -1 },
    });
    quote! { arguments.f2py_check_shape(#slot, &#dims, [#(#extents),*], LOSSY)?; }
}

fn expand_check(step: &CheckStep, routine: &RoutinePlan) -> TokenStream {
    let variable = &routine.variables[step.variable];
    let condition = expand_condition(&step.condition, &routine.variables);
    let (text, place) = (&step.text, &step.place);
    let local = identifier(&variable.local);
    let check = match variable.kind {
        LocalKind::Scalar(_) => quote! { arguments.f2py_check_value(#condition, #text, #place, &#local)?; },
        _ => quote! { arguments.f2py_check(#condition, #text, #place)?; },
    };
    match &variable.given {
        Some(given) => {
            let given = identifier(given);
            quote! { if #given { #check } }
        }
        None => check,
    }
}
