//! The glue of one routine in f2py's terms.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::f2py::call::{expand_call, expand_returned};
use crate::back::python::f2py::docstring::docstring;
use crate::back::python::f2py::step::expand_step;
use crate::back::python::f2py::types::number_name;
use crate::back::python::glue::c_string;
use crate::back::render::blank_line;
use crate::back::rust::types::identifier;
use crate::plan::f2py::module::PythonPlan;
use crate::plan::f2py::routine::{After, LocalKind, RoutinePlan, VariablePlan};
use crate::plan::wrapper::NamedTuple;

/// The type, the statics and the call of a routine. `lock` is the path of the library's lock.
pub fn expand_routine(routine: &RoutinePlan, plan: &PythonPlan, lock: &TokenStream) -> TokenStream {
    let names = &routine.names;
    let (glue, signature) = (identifier(&names.glue), identifier(&names.signature));
    let (name, doc) = (c_string(&names.python), c_string(&docstring(&routine.documentation)));
    let parameters = routine.parameters.iter().map(|parameter| &parameter.name);
    let required = routine.parameters.iter().filter(|parameter| !parameter.is_optional).count();
    let required = Literal::usize_unsuffixed(required);
    let specs = routine.variables.iter().filter_map(expand_spec);
    let steps = routine.steps.iter().map(|step| expand_step(step, routine, plan));
    let apart = routine.apart.iter().map(|&(written, other)| expand_apart(routine, written, other));
    let call = expand_call(routine, lock);
    let after = routine.after.iter().map(|after| expand_after(*after, routine));
    let returned = expand_returned(routine);
    let blank = blank_line();
    let returning = routine.named_tuple.as_ref().map(|NamedTuple { class, fields }| {
        quote! { .returning(#class, &[#(#fields),*]) }
    });
    quote! {
        struct #glue;
        #blank
        static #signature: Signature = Signature::new(#name, #glue::PARAMETERS, #glue::REQUIRED, #doc)#returning;
        #(#specs)*
        #blank
        #[allow(
            unused_mut, unused_variables, clippy::double_comparisons, clippy::eq_op, clippy::manual_range_contains,
            clippy::nonminimal_bool,
            reason = "the user's declarations and expressions, as they are"
        )]
        impl Procedure for #glue {
            const PARAMETERS: &'static [&'static str] = &[#(#parameters),*];
            const REQUIRED: usize = #required;
            #blank
            fn signature() -> &'static Signature {
                &#signature
            }
            #blank
            fn call(arguments: &Arguments<'_>) -> Outcome {
                #(#steps)*
                #(#apart)*
                #call
                #(#after)*
                #returned
            }
        }
    }
}

/// `static DGESV_A: f2py::ArraySpec = f2py::ArraySpec::new("a", f2py::FLOAT64, f2py::IN);`
fn expand_spec(variable: &VariablePlan) -> Option<TokenStream> {
    let (element, spec, intents) = match &variable.kind {
        LocalKind::Array { element, spec, intents, .. } => (*element, spec, &intents[..]),
        LocalKind::Made { element, spec, .. } if !spec.is_empty() => (*element, spec, &["OUT", "HIDE"][..]),
        _ => return None,
    };
    let (spec, number, name) = (identifier(spec), number_name(element), variable.name.lower());
    let intents = intents.iter().map(|intent| identifier(intent));
    Some(quote! {
        static #spec: f2py::ArraySpec = f2py::ArraySpec::new(#name, f2py::#number, #(f2py::#intents)|*);
    })
}

/// Arrays that must not overlap.
fn expand_apart(routine: &RoutinePlan, written: usize, other: usize) -> TokenStream {
    let slot = |at| Literal::usize_unsuffixed(routine.slot(at).unwrap_or(0));
    let (first, second) = (&routine.variables[written], &routine.variables[other]);
    let (first_slot, second_slot) = (slot(written), slot(other));
    let (one, two) = (identifier(&first.local), identifier(&second.local));
    match (&first.given, &second.given) {
        (None, None) => quote! { arguments.f2py_disjoint((#first_slot, &#one), (#second_slot, &#two))?; },
        (Some(_), None) => {
            quote! { if let Some(#one) = &#one { arguments.f2py_disjoint((#first_slot, #one), (#second_slot, &#two))?; } }
        }
        (None, Some(_)) => {
            quote! { if let Some(#two) = &#two { arguments.f2py_disjoint((#first_slot, &#one), (#second_slot, #two))?; } }
        }
        (Some(_), Some(_)) => quote! {
            if let (Some(#one), Some(#two)) = (&#one, &#two) {
                arguments.f2py_disjoint((#first_slot, #one), (#second_slot, #two))?;
            }
        },
    }
}

/// What happens behind the call.
fn expand_after(after: After, routine: &RoutinePlan) -> TokenStream {
    let (After::Update(at, _) | After::Settle(at) | After::Unchanged(at, _)) = after;
    let variable = &routine.variables[at];
    let local = identifier(&variable.local);
    let is_array = matches!(variable.kind, LocalKind::Array { .. });
    let inner = if is_array && variable.given.is_some() {
        quote! { #local }
    } else {
        quote! { &#local }
    };
    let statement = match (after, &variable.kind) {
        (After::Update(_, slot), LocalKind::Scalar(element)) => {
            let (slot, element) = (Literal::usize_unsuffixed(slot), super::types::stored(*element));
            quote! { arguments.f2py_update::<#element, LOSSY>(#slot, #local)?; }
        }
        (After::Update(_, slot), LocalKind::Character) => {
            let slot = Literal::usize_unsuffixed(slot);
            quote! { arguments.f2py_update_character(#slot, #local)?; }
        }
        (After::Update(_, slot), _) => {
            let slot = Literal::usize_unsuffixed(slot);
            quote! { arguments.f2py_update_text(#slot, &#local)?; }
        }
        (After::Settle(_), _) => quote! { #local.settle()?; },
        (After::Unchanged(_, slot), _) => {
            let slot = Literal::usize_unsuffixed(slot);
            quote! { arguments.f2py_unchanged(#slot, #inner)?; }
        }
    };
    match (&variable.given, is_array) {
        (None, _) => statement,
        (Some(_), true) if matches!(after, After::Settle(_)) => {
            quote! { if let Some(#local) = &mut #local { #statement } }
        }
        (Some(_), true) => quote! { if let Some(#local) = &#local { #statement } },
        (Some(given), false) => {
            let given = identifier(given);
            quote! { if #given { #statement } }
        }
    }
}
