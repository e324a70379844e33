//! The statements of an inner function that watches its arguments (`--checked`).

use proc_macro2::TokenStream;
use quote::quote;

use crate::back::rust::step::{expand_length, passed_method, shown_name};
use crate::back::rust::types::{expand_element, identifier};
use crate::plan::step::{Before, Passed, Transfer};
use crate::plan::value::Element;
use crate::plan::wrapper::Wrapper;

/// A statement before the call where it differs from that of other wrappers.
pub fn expand_watched(step: &Before, wrapper: &Wrapper) -> Option<TokenStream> {
    let bindings = &wrapper.bindings;
    Some(match step {
        Before::Pack(passed) => expand_passed(passed, "pack", wrapper),
        Before::Describe(passed) => expand_passed(passed, "describe", wrapper),
        Before::Pad { name, optional, length, written } => {
            let (local, shown) = (identifier(name), shown_name(name, bindings));
            let length = match length {
                Some(length) => expand_length(name, length, bindings),
                None => quote! { #local.len() },
            };
            let (function, mutable) = if *written { ("pad_mut", Some(quote! { mut })) } else { ("pad", None) };
            let function = identifier(function);
            let before = quote! { fwrap::checked::#function(#shown, #local, #length) };
            if *optional {
                quote! { let #mutable #local = #local.map(|#local| #before).transpose()?; }
            } else {
                quote! { let #mutable #local = #before?; }
            }
        }
        Before::Blank { name, length } => {
            let (local, shown) = (identifier(name), shown_name(name, bindings));
            let length = expand_length(name, length, bindings);
            quote! { let mut #local = fwrap::checked::blank(#shown, #length)?; }
        }
        Before::Local { name, element } if !matches!(element, Element::Logical(_)) => {
            let (local, element) = (identifier(name), expand_element(*element));
            quote! { let mut #local = fwrap::checked::undefined::<#element>(); }
        }
        _ => return None,
    })
}

/// `checked_pack("x")`, `checked_pack_out_logical::<i32>("p")` and so on.
fn expand_passed(passed: &Passed, verb: &str, wrapper: &Wrapper) -> TokenStream {
    let (name, local) = (identifier(&passed.name), identifier(&passed.passed));
    let shown = shown_name(&passed.name, &wrapper.bindings);
    let (method, kind) = passed_method(passed, &format!("checked_{verb}"), passed.transfer == Transfer::Out);
    let mutable = (passed.transfer != Transfer::In).then(|| quote! { mut });
    if passed.allocated {
        quote! { let #mutable #local = #name.view_mut().#method #kind(#shown); }
    } else if passed.optional {
        quote! { let #mutable #local = #name.map(|#name| #name.#method #kind(#shown)); }
    } else {
        quote! { let #mutable #local = #name.#method #kind(#shown); }
    }
}

/// What stands at once behind the call: nothing is brought back before all arguments are found as they should be.
pub fn expand_verification(wrapper: &Wrapper) -> TokenStream {
    let watched: Vec<_> = wrapper
        .before
        .iter()
        .filter_map(|step| match step {
            Before::Pack(passed) | Before::Describe(passed) => Some(identifier(&passed.passed)),
            Before::Pad { name, .. } | Before::Blank { name, .. } => Some(identifier(name)),
            _ => None,
        })
        .collect();
    let texts = wrapper.before.iter().filter_map(|step| match step {
        Before::Blank { name, .. } => {
            let local = identifier(name);
            Some(quote! { let #local = #local.into_vec(); })
        }
        // Where the caller's own text is passed otherwise, nothing else brings it back.
        Before::Pad { name, optional, length: None, written: true } => {
            let local = identifier(name);
            Some(if *optional {
                quote! { if let Some(#local) = #local { #local.restore()?; } }
            } else {
                quote! { #local.restore()?; }
            })
        }
        _ => None,
    });
    let verify = (!watched.is_empty()).then(|| quote! { fwrap::checked::verify(&[#(&#watched),*])?; });
    quote! { #verify #(#texts)* }
}
