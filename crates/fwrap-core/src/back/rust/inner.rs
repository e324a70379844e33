//! The function behind both faces: sizes, checks, packing, lock, call.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::render::comment;
use crate::back::rust::callback::expand_inner_parameter;
use crate::back::rust::checked::expand_verification;
use crate::back::rust::step::{expand_actual, expand_after, expand_before};
use crate::back::rust::types::{expand_element, identifier};
use crate::plan::callback::Callback;
use crate::plan::step::Before;
use crate::plan::wrapper::{Access, Argument, ArgumentKind, Output, OutputKind, Wrapper};

/// The inner function. `root` leads from its module to the root of the file.
pub fn expand_inner(wrapper: &Wrapper, root: &TokenStream) -> TokenStream {
    let names = &wrapper.names;
    let (name, face, value) = (identifier(&names.inner), identifier(&names.face), identifier(&names.value));
    let documentation = format!(" The call behind [`{}`], for either face.", names.function);
    let callbacks = &wrapper.callbacks;
    let parameters = wrapper.arguments.iter().map(|argument| expand_parameter(argument, callbacks));
    let before = wrapper.before.iter().map(|step| expand_before(step, wrapper));
    let after = wrapper.after.iter().map(|step| expand_after(step, callbacks));
    let safety = comment(&safety_text(wrapper));
    let foreign = identifier(&wrapper.callee.ffi);
    let actuals = wrapper.actuals.iter().map(|actual| expand_actual(actual, callbacks));
    let way = identifier(if wrapper.is_free() { "call_freely" } else { "call" });
    let call = quote! { #face.#way(|| unsafe { #root ffi::#foreign(#(#actuals),*) }) };
    // The comment stands in front of the statement with the unsafe block.
    let (safety, call) = if wrapper.returns_at_stop {
        (TokenStream::new(), quote! { fwrap::until_stop(|| { #safety #call })? })
    } else {
        (safety, quote! { #call? })
    };
    let call = if wrapper.callee.returns.is_some() {
        quote! { let #value = #call; }
    } else {
        quote! { #call; }
    };
    let (hold, release) = if wrapper.locked {
        let guard = identifier(&names.guard);
        let enter = identifier(match (wrapper.callbacks.is_empty(), wrapper.beside_callbacks) {
            (false, _) => "enter_with_callbacks",
            (true, true) => "enter_beside_callbacks",
            (true, false) => "enter",
        });
        (quote! { let #guard = #face.#enter(&#root LIBRARY)?; }, quote! { std::mem::drop(#guard); })
    } else {
        (TokenStream::new(), TokenStream::new())
    };
    let verification = wrapper.checked.then(|| expand_verification(wrapper));
    let many = expand_many_arguments(wrapper.arguments.len() + 1);
    let complex = expand_many_results(&wrapper.outputs);
    let returns = expand_returns(&wrapper.outputs);
    let results: Vec<_> = wrapper.outputs.iter().map(|output| identifier(&output.rust)).collect();
    let results = match &results[..] {
        [] => quote! { () },
        [one] => quote! { #one },
        several => quote! { (#(#several),*) },
    };
    quote! {
        #[doc = #documentation]
        #many
        #complex
        pub(crate) fn #name<F: Face>(#face: &F, #(#parameters),*) -> Result<#returns> {
            #(#before)*
            #hold
            #safety
            #call
            #release
            #verification
            #(#after)*
            Ok(#results)
        }
    }
}

/// A parameter of the inner function.
fn expand_parameter(argument: &Argument, callbacks: &[Callback]) -> TokenStream {
    let name = identifier(&argument.rust);
    let plain = match argument.kind {
        ArgumentKind::Text(Access::Read) => quote! { &[u8] },
        ArgumentKind::Solved(element) => {
            let element = expand_element(element);
            return quote! { #name: Option<#element> };
        }
        ArgumentKind::Procedure(at) => {
            let plain = expand_inner_parameter(&callbacks[at]);
            return quote! { #name: #plain };
        }
        kind => expand_plain_type(kind),
    };
    if argument.optional {
        quote! { #name: Option<#plain> }
    } else {
        quote! { #name: #plain }
    }
}

/// The type of an argument in the public function, without `Option`.
pub fn expand_plain_type(kind: ArgumentKind) -> TokenStream {
    match kind {
        ArgumentKind::Scalar(element, Access::Read) | ArgumentKind::Solved(element) => expand_element(element),
        ArgumentKind::Scalar(element, _) => {
            let element = expand_element(element);
            quote! { &mut #element }
        }
        ArgumentKind::Array(element, rank, access) => {
            let (element, rank) = (expand_element(element), Literal::usize_unsuffixed(rank));
            let view = identifier(if access == Access::Read { "View" } else { "ViewMut" });
            quote! { #view<'_, #element, #rank> }
        }
        ArgumentKind::Text(Access::Read) => quote! { &str },
        ArgumentKind::Text(_) => quote! { &mut [u8] },
        ArgumentKind::Procedure(_) => unreachable!("the type of a callback is its wrapper's"),
    }
}

fn expand_returns(outputs: &[Output]) -> TokenStream {
    let types: Vec<_> = outputs
        .iter()
        .map(|output| match output.kind {
            OutputKind::Scalar(element) => expand_element(element),
            OutputKind::Array(element, rank) => {
                let (element, rank) = (expand_element(element), Literal::usize_unsuffixed(rank));
                quote! { F::Array<#element, #rank> }
            }
            OutputKind::Text => quote! { Vec<u8> },
        })
        .collect();
    match &types[..] {
        [] => quote! { () },
        [one] => quote! { #one },
        several => quote! { (#(#several),*) },
    }
}

/// The facts that make the call sound, and where each was checked.
fn safety_text(wrapper: &Wrapper) -> String {
    let arrays = |checked: bool| -> Vec<String> {
        let is_checked = |argument: &Argument| {
            wrapper.before.iter().any(|step| match step {
                Before::Check { name, expected, .. } => *name == argument.rust && expected.iter().all(Option::is_some),
                _ => false,
            })
        };
        wrapper
            .arguments
            .iter()
            .filter(|argument| matches!(argument.kind, ArgumentKind::Array(..)))
            .filter(|argument| is_checked(argument) == checked)
            .map(|argument| format!("`{}`", argument.rust))
            .collect()
    };
    let mut facts = vec!["SAFETY: the signature is the one that the source declares.".to_owned()];
    let (checked, free) = (arrays(true), arrays(false));
    if !checked.is_empty() {
        facts.push(format!("The extents of {} are checked above.", checked.join(", ")));
    }
    if !free.is_empty() {
        facts.push(format!("The procedure takes the size of {} as it comes and stays inside.", free.join(", ")));
    }
    facts.push("Every pointer lives until the call returns.".to_owned());
    if !wrapper.callbacks.is_empty() {
        facts.push("The callbacks keep their slots as long.".to_owned());
    }
    if wrapper.locked {
        facts.push("The library's lock is held.".to_owned());
    }
    facts.join(" ")
}

/// Fortran procedures have many arguments; clippy objects to more than seven.
pub fn expand_many_arguments(count: usize) -> Option<TokenStream> {
    (count > 7).then(|| quote! { #[expect(clippy::too_many_arguments, reason = "the Fortran procedure has as many")] })
}

/// A tuple of many results is what clippy calls a complex type: above 250 points, counted as it counts them.
fn expand_many_results(outputs: &[Output]) -> Option<TokenStream> {
    let points = |output: &Output| match output.kind {
        OutputKind::Scalar(_) => 30,
        OutputKind::Text => 70,
        OutputKind::Array(..) => 110,
    };
    let sum: u32 = 30 + outputs.iter().map(points).sum::<u32>();
    (outputs.len() > 1 && sum > 250)
        .then(|| quote! { #[expect(clippy::type_complexity, reason = "the Fortran procedure has as many results")] })
}
