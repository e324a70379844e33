//! What stands in for a dummy procedure: the type of the closure, its slots, and the functions that Fortran calls.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::render::{blank_line, comment};
use crate::back::rust::documentation::expand_lines;
use crate::back::rust::extent::{Bindings, expand_size};
use crate::back::rust::inner::expand_many_arguments;
use crate::back::rust::types::{expand_element, expand_stored, expand_zero, identifier};
use crate::plan::callback::{Callback, CallbackAccess, CallbackKind, CallbackParameter, CallbackPassing};
use crate::plan::value::{Element, Extent};
use crate::plan::wrapper::Wrapper;

/// The items of one callback.
pub fn expand_callback(callback: &Callback, wrapper: &Wrapper) -> TokenStream {
    let names = &callback.names;
    let (closure_type, slots) = (identifier(&names.closure_type), identifier(&names.slots));
    let (name, function) = (callback.fortran.lower(), &wrapper.names.function);
    let documentation = expand_lines(&[format!("What [`{function}`] calls as `{name}`.")]);
    let signature = expand_signature(callback);
    let bounds = if callback.shared {
        quote! { + Sync + 'a }
    } else {
        quote! { + 'a }
    };
    let kind = slots_type(callback);
    let called = expand_called(callback);
    let entry = expand_entry(callback);
    let blank = blank_line();
    quote! {
        #blank
        #documentation
        pub type #closure_type<'a> = dyn #signature #bounds;
        #blank
        static #slots: #kind<#closure_type<'static>> = #kind::new(#name);
        #blank
        #called
        #blank
        #entry
    }
}

fn slots_type(callback: &Callback) -> TokenStream {
    let name = identifier(if callback.shared { "SharedSlots" } else { "Slots" });
    quote! { #name }
}

/// `FnMut(i32, View<'_, f64, 1>) -> CallbackResult`
pub fn expand_signature(callback: &Callback) -> TokenStream {
    let kind = identifier(if callback.shared { "Fn" } else { "FnMut" });
    let parameters = callback.parameters.iter().map(|parameter| expand_type(parameter.kind));
    let result = callback.result.map(|element| {
        let element = expand_element(element);
        quote! { <#element> }
    });
    quote! { #kind(#(#parameters),*) -> CallbackResult #result }
}

/// The parameter of the public function.
pub fn expand_public_parameter(callback: &Callback) -> TokenStream {
    let closure_type = identifier(&callback.names.closure_type);
    match (callback.optional, callback.shared) {
        (true, false) => quote! { Option<&mut #closure_type<'_>> },
        (true, true) => quote! { Option<&#closure_type<'_>> },
        (false, _) => {
            let signature = expand_signature(callback);
            let sync = callback.shared.then(|| quote! { + Sync });
            quote! { impl #signature #sync }
        }
    }
}

/// The parameter of the inner function.
pub fn expand_inner_parameter(callback: &Callback) -> TokenStream {
    let closure_type = identifier(&callback.names.closure_type);
    let reference = if callback.shared {
        quote! { & }
    } else {
        quote! { &mut }
    };
    if callback.optional {
        quote! { Option<#reference #closure_type<'_>> }
    } else {
        quote! { #reference #closure_type<'_> }
    }
}

/// `let fcn_passed = unsafe { HYBRD1_FCN.install(..) }?;`
pub fn expand_install(callback: &Callback, name: &str, sizes: &[Extent], bindings: &Bindings) -> TokenStream {
    let names = &callback.names;
    let (local, passed) = (identifier(name), identifier(&names.passed));
    let (slots, entry) = (identifier(&names.slots), identifier(&names.entry));
    let shown = callback.fortran.lower();
    let sizes = sizes.iter().map(|size| {
        let value = expand_size(size, bindings);
        quote! { #value.fit(#shown)? }
    });
    let safety = comment(&format!(
        "SAFETY: the entries are those of these slots, and `{}` gives its slot back before `{name}` ends.",
        names.passed
    ));
    let install = quote! { unsafe { #slots.install(fwrap::entries!(#entry), #local, &[#(#sizes),*]) } };
    if callback.optional {
        quote! {
            let #passed = match #local {
                Some(#local) => {
                    #safety
                    Some(#install?)
                }
                None => None,
            };
        }
    } else {
        quote! { #safety let #passed = #install?; }
    }
}

/// What is passed to Fortran.
pub fn expand_callback_actual(callback: &Callback) -> TokenStream {
    let passed = identifier(&callback.names.passed);
    if callback.optional {
        quote! { #passed.as_ref().map_or(std::ptr::null(), fwrap::Installed::as_ptr) }
    } else {
        quote! { #passed.as_ptr() }
    }
}

/// `fcn_passed.finish()?;`
pub fn expand_finish(callback: &Callback) -> TokenStream {
    let passed = identifier(&callback.names.passed);
    if callback.optional {
        quote! { if let Some(#passed) = #passed { #passed.finish()?; } }
    } else {
        quote! { #passed.finish()?; }
    }
}

/// One function for each slot: Fortran knows no closures, so the function itself has to tell whose it is.
fn expand_entry(callback: &Callback) -> TokenStream {
    let (entry, called) = (identifier(&callback.names.entry), identifier(&callback.names.called));
    let names = foreign_parameters(callback).into_iter().map(|(name, _, _)| identifier(&name));
    let parameters = expand_foreign_parameters(callback, false);
    let returns = expand_return(callback);
    quote! {
        extern "C-unwind" fn #entry<const SLOT: usize>(#(#parameters),*) #returns {
            #called(SLOT, #(#names),*)
        }
    }
}

/// What all these functions do: find the closure, and call it with what Fortran passes.
fn expand_called(callback: &Callback) -> TokenStream {
    let names = &callback.names;
    let (called, slots, closure) = (identifier(&names.called), identifier(&names.slots), identifier(&names.closure));
    let parameters: Vec<_> = expand_foreign_parameters(callback, true).collect();
    let many = expand_many_arguments(parameters.len() + 1);
    let returns = expand_return(callback);
    let fallback = match callback.result {
        None => quote! { || () },
        Some(Element::Real(kind)) => {
            let name = identifier(&format!("f{}", u32::from(kind) * 8));
            quote! { || #name::NAN }
        }
        Some(Element::Complex(kind)) => {
            let name = identifier(&format!("f{}", u32::from(kind) * 8));
            quote! { || fwrap::Complex::new(#name::NAN, #name::NAN) }
        }
        Some(element) => {
            let zero = expand_zero(element);
            quote! { || #zero }
        }
    };
    let sizes = if callback.captured.is_empty() {
        quote! { _ }
    } else {
        quote! { sizes }
    };
    let body = expand_body(callback);
    quote! {
        #many
        fn #called(slot: usize, #(#parameters),*) #returns {
            #slots.call(slot, #fallback, |#closure, #sizes| { #body })
        }
    }
}

fn expand_body(callback: &Callback) -> TokenStream {
    let bindings = bindings(callback);
    let closure = identifier(&callback.names.closure);
    let captured = callback.captured.iter().enumerate().map(|(at, (_, local, _))| {
        let (local, at) = (identifier(local), Literal::usize_unsuffixed(at));
        quote! { let #local = sizes[#at]; }
    });
    let read = callback.parameters.iter().map(expand_read);
    let views = callback.parameters.iter().map(|parameter| expand_view(parameter, &bindings));
    let actuals = callback.parameters.iter().map(expand_actual);
    let call = quote! { #closure(#(#actuals),*) };
    let writes: Vec<_> = callback.parameters.iter().filter_map(expand_write).collect();
    let truth = match callback.result {
        Some(element @ Element::Logical(_)) => {
            let stored = expand_stored(element);
            Some(quote! { .map(#stored::from) })
        }
        _ => None,
    };
    if writes.is_empty() {
        quote! { #(#captured)* #(#read)* #(#views)* #call #truth }
    } else if callback.result.is_some() {
        quote! { #(#captured)* #(#read)* #(#views)* let result = #call #truth?; #(#writes)* Ok(result) }
    } else {
        quote! { #(#captured)* #(#read)* #(#views)* #call?; #(#writes)* Ok(()) }
    }
}

/// The local of each name in extents.
fn bindings(callback: &Callback) -> Bindings {
    let own = callback.parameters.iter().map(|parameter| {
        let is_value = matches!(parameter.kind, CallbackKind::Scalar(_, access) if access != CallbackAccess::Read);
        let local = if is_value { &parameter.value } else { &parameter.rust };
        (parameter.fortran.clone(), (local.clone(), false))
    });
    let captured = callback.captured.iter().map(|(shown, local, _)| (shown.clone(), (local.clone(), false)));
    own.chain(captured).collect()
}

/// The value of a scalar.
fn expand_read(parameter: &CallbackParameter) -> TokenStream {
    let CallbackKind::Scalar(element, access) = parameter.kind else { return TokenStream::new() };
    let (local, value, name) = (identifier(&parameter.rust), identifier(&parameter.value), parameter.fortran.lower());
    let truth = matches!(element, Element::Logical(_)).then(|| quote! { != 0 });
    match (access, parameter.passing) {
        (CallbackAccess::Read, CallbackPassing::Value) => match truth {
            Some(truth) => quote! { let #local = #local #truth; },
            None => TokenStream::new(),
        },
        (CallbackAccess::Read, _) => quote! { let #local = #local.read(#name)? #truth; },
        (_, CallbackPassing::Value) => quote! { let mut #value = #local #truth; },
        (CallbackAccess::Update, _) => quote! { let mut #value = #local.read(#name)? #truth; },
        (CallbackAccess::Output, _) => {
            let zero = match element {
                Element::Logical(_) => quote! { false },
                element => expand_zero(element),
            };
            quote! { let mut #value = #zero; }
        }
    }
}

/// Brings a written scalar back. Fortran may have passed one variable twice, so the closure gets no reference to it.
fn expand_write(parameter: &CallbackParameter) -> Option<TokenStream> {
    let CallbackKind::Scalar(element, access) = parameter.kind else { return None };
    if access == CallbackAccess::Read || parameter.passing == CallbackPassing::Value {
        return None;
    }
    let (local, value, name) = (identifier(&parameter.rust), identifier(&parameter.value), parameter.fortran.lower());
    let stored = match element {
        Element::Logical(_) => {
            let integer = expand_stored(element);
            quote! { #integer::from(#value) }
        }
        _ => quote! { #value },
    };
    Some(quote! { #local.write(#name, #stored)?; })
}

/// What the closure gets.
fn expand_actual(parameter: &CallbackParameter) -> TokenStream {
    let (local, value) = (identifier(&parameter.rust), identifier(&parameter.value));
    match parameter.kind {
        CallbackKind::Scalar(_, access) if access != CallbackAccess::Read => quote! { &mut #value },
        _ => quote! { #local },
    }
}

/// An array or text with its extents.
fn expand_view(parameter: &CallbackParameter, bindings: &Bindings) -> TokenStream {
    let (local, name) = (identifier(&parameter.rust), parameter.fortran.lower());
    match parameter.kind {
        CallbackKind::Scalar(..) => TokenStream::new(),
        CallbackKind::Array(element, _, access) => {
            let method = identifier(if access == CallbackAccess::Read { "view" } else { "view_mut" });
            if parameter.passing == CallbackPassing::Storage {
                let extents = parameter.shape.iter().map(|extent| expand_size(extent, bindings));
                quote! { let #local = #local.#method(#name, [#(#extents),*])?; }
            } else {
                let element = expand_element(element);
                quote! { let #local = #local.#method::<#element>(#name)?; }
            }
        }
        CallbackKind::Text(access) => {
            let method = identifier(if access == CallbackAccess::Read { "text" } else { "text_mut" });
            let length = expand_length(parameter, bindings);
            quote! { let #local = #local.#method(#name, #length)?; }
        }
    }
}

/// The declared length of text, and never more than there is.
fn expand_length(parameter: &CallbackParameter, bindings: &Bindings) -> TokenStream {
    let name = parameter.fortran.lower();
    let hidden = parameter.hidden_length.as_deref().map(identifier);
    let Some(length) = &parameter.length else {
        return hidden.map_or_else(|| quote! { 1 }, |hidden| quote! { #hidden });
    };
    let declared = expand_size(length, bindings);
    match hidden {
        Some(hidden) => quote! { (#declared).min(#hidden).length(#name)? },
        None => quote! { (#declared).length(#name)? },
    }
}

fn expand_return(callback: &Callback) -> Option<TokenStream> {
    callback.result.map(|element| {
        let element = expand_stored(element);
        quote! { -> #element }
    })
}

/// Name, type, and whether it is borrowed mutably.
fn foreign_parameters(callback: &Callback) -> Vec<(String, TokenStream, bool)> {
    let own = callback.parameters.iter().map(|parameter| {
        let target = match (parameter.kind, parameter.passing) {
            (CallbackKind::Scalar(element, _), CallbackPassing::Value) => {
                return (parameter.rust.clone(), expand_stored(element), false);
            }
            (CallbackKind::Array(_, rank, _), CallbackPassing::Descriptor) => {
                let rank = Literal::usize_unsuffixed(rank);
                quote! { fwrap::gfortran::Descriptor<#rank> }
            }
            (CallbackKind::Array(_, rank, _), CallbackPassing::CDescriptor) => {
                let rank = Literal::usize_unsuffixed(rank);
                quote! { fwrap::cfi::Descriptor<#rank> }
            }
            (CallbackKind::Scalar(element, _) | CallbackKind::Array(element, _, _), _) => expand_stored(element),
            (CallbackKind::Text(_), _) => quote! { u8 },
        };
        let is_written = parameter.access() != CallbackAccess::Read;
        (parameter.rust.clone(), quote! { Address<#target> }, is_written)
    });
    let lengths = callback.parameters.iter().filter_map(|parameter| {
        parameter.hidden_length.as_ref().map(|length| (length.clone(), quote! { usize }, false))
    });
    own.chain(lengths).collect()
}

fn expand_foreign_parameters(callback: &Callback, is_body: bool) -> impl Iterator<Item = TokenStream> {
    foreign_parameters(callback).into_iter().map(move |(name, kind, is_written)| {
        let (name, mutable) = (identifier(&name), (is_body && is_written).then(|| quote! { mut }));
        quote! { #mutable #name: #kind }
    })
}

/// The types that a closure gets.
pub fn expand_type(kind: CallbackKind) -> TokenStream {
    match kind {
        CallbackKind::Scalar(element, access) => {
            let element = expand_element(element);
            if access == CallbackAccess::Read {
                element
            } else {
                quote! { &mut #element }
            }
        }
        CallbackKind::Array(element, rank, access) => {
            let view = identifier(if access == CallbackAccess::Read { "View" } else { "ViewMut" });
            let (element, rank) = (expand_element(element), Literal::usize_unsuffixed(rank));
            quote! { #view<'_, #element, #rank> }
        }
        CallbackKind::Text(CallbackAccess::Read) => quote! { &[u8] },
        CallbackKind::Text(_) => quote! { &mut [u8] },
    }
}
