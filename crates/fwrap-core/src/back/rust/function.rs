//! The public function and the struct of its results.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::render::{blank_line, print_file};
use crate::back::rust::callback::{expand_callback, expand_public_parameter};
use crate::back::rust::documentation::{expand_lines, function_lines, output_lines};
use crate::back::rust::inner::{expand_inner, expand_many_arguments, expand_plain_type};
use crate::back::rust::types::{expand_element, identifier};
use crate::plan::wrapper::{Access, Argument, ArgumentKind, Output, OutputKind, Wrapper};

/// Everything that is printed for one procedure.
pub fn expand_wrapper(wrapper: &Wrapper, root: &TokenStream) -> TokenStream {
    let (result, function, inner) =
        (expand_result_struct(wrapper), expand_function(wrapper), expand_inner(wrapper, root));
    let callbacks = wrapper.callbacks.iter().map(|callback| expand_callback(callback, wrapper));
    let blank = blank_line();
    quote! { #result #blank #function #blank #inner #(#callbacks)* }
}

fn expand_result_struct(wrapper: &Wrapper) -> TokenStream {
    if wrapper.outputs.len() < 2 {
        return TokenStream::new();
    }
    let name = identifier(&wrapper.names.result);
    let documentation = format!(" What [`{}`] returns.", wrapper.names.function);
    let fields = wrapper.outputs.iter().map(|output| {
        let (field, kind) = (identifier(&output.field), expand_output(output));
        let mut lines = output_lines(output);
        if let Some(first) = lines.first_mut() {
            *first = first.trim_start_matches("* ").to_owned();
        }
        for line in &mut lines {
            *line = line.trim_start().to_owned();
        }
        let documentation = expand_lines(&lines);
        quote! { #documentation pub #field: #kind }
    });
    let blank = blank_line();
    quote! {
        #blank
        #[doc = #documentation]
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name { #(#fields),* }
    }
}

/// The public function's signature on one line, as `fwrap check` shows it.
#[must_use]
pub fn rust_signature(wrapper: &Wrapper) -> String {
    let name = identifier(&wrapper.names.function);
    let parameters = expand_parameters(wrapper, false);
    let returns = expand_public_type(wrapper);
    let text = print_file(&[], quote! { pub fn #name(#(#parameters),*) -> Result<#returns> {} });
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_end_matches(" {}").replace("( ", "(").replace(", )", ")")
}

fn expand_function(wrapper: &Wrapper) -> TokenStream {
    let (name, inner) = (identifier(&wrapper.names.function), identifier(&wrapper.names.inner));
    let documentation = expand_lines(&function_lines(wrapper));
    let shown = |argument: &&Argument| !matches!(argument.kind, ArgumentKind::Solved(_));
    let parameters = expand_parameters(wrapper, true);
    let passed = wrapper.arguments.iter().map(|argument| {
        let name = identifier(&argument.rust);
        match argument.kind {
            ArgumentKind::Solved(_) => quote! { None },
            ArgumentKind::Text(Access::Read) if argument.optional => quote! { #name.map(str::as_bytes) },
            ArgumentKind::Text(Access::Read) => quote! { #name.as_bytes() },
            ArgumentKind::Procedure(at) if !wrapper.callbacks[at].optional => {
                let reference = if wrapper.callbacks[at].shared {
                    quote! { & }
                } else {
                    quote! { &mut }
                };
                quote! { #reference #name }
            }
            _ => quote! { #name },
        }
    });
    let call = quote! { #inner(&Rust, #(#passed),*) };
    let many = expand_many_arguments(wrapper.arguments.iter().filter(shown).count());
    let returns = expand_public_type(wrapper);
    let body = match &wrapper.outputs[..] {
        [one] if matches!(one.kind, OutputKind::Text) => {
            let (local, name) = (identifier(&one.rust), &one.field);
            quote! { let #local = #call?; fwrap::text::into_string(#name, #local) }
        }
        [one] if matches!(one.kind, OutputKind::Array(_, 1)) => {
            let local = identifier(&one.rust);
            let converted = expand_conversion(one);
            quote! { let #local = #call?; Ok(#converted) }
        }
        [] | [_] => call,
        several => {
            let locals = several.iter().map(|output| identifier(&output.rust));
            let fields = several.iter().map(|output| {
                let (field, value) = (identifier(&output.field), expand_conversion(output));
                if value.to_string() == output.field {
                    quote! { #field }
                } else {
                    quote! { #field: #value }
                }
            });
            quote! { let (#(#locals),*) = #call?; Ok(#returns { #(#fields),* }) }
        }
    };
    quote! { #documentation #many pub fn #name(#(#parameters),*) -> Result<#returns> { #body } }
}

/// The parameters of the public function; those of its body may be `mut`.
fn expand_parameters(wrapper: &Wrapper, is_body: bool) -> Vec<TokenStream> {
    let shown = wrapper.arguments.iter().filter(|argument| !matches!(argument.kind, ArgumentKind::Solved(_)));
    shown
        .map(|argument| {
            let name = identifier(&argument.rust);
            if let ArgumentKind::Procedure(at) = argument.kind {
                let callback = &wrapper.callbacks[at];
                let kind = expand_public_parameter(callback);
                let mutable = (is_body && !callback.optional && !callback.shared).then(|| quote! { mut });
                return quote! { #mutable #name: #kind };
            }
            let kind = expand_plain_type(argument.kind);
            if argument.optional {
                quote! { #name: Option<#kind> }
            } else {
                quote! { #name: #kind }
            }
        })
        .collect()
}

/// What the public function returns.
fn expand_public_type(wrapper: &Wrapper) -> TokenStream {
    match &wrapper.outputs[..] {
        [] => quote! { () },
        [one] => expand_output(one),
        _ => {
            let name = identifier(&wrapper.names.result);
            quote! { #name }
        }
    }
}

/// The public type of a result.
fn expand_output(output: &Output) -> TokenStream {
    match output.kind {
        OutputKind::Scalar(element) => expand_element(element),
        OutputKind::Array(element, 1) => {
            let element = expand_element(element);
            quote! { Vec<#element> }
        }
        OutputKind::Array(element, rank) => {
            let (element, rank) = (expand_element(element), Literal::usize_unsuffixed(rank));
            quote! { Array<#element, #rank> }
        }
        OutputKind::Text => quote! { String },
    }
}

fn expand_conversion(output: &Output) -> TokenStream {
    let local = identifier(&output.rust);
    match output.kind {
        OutputKind::Array(_, 1) => quote! { #local.into_vec() },
        OutputKind::Text => {
            let name = &output.field;
            quote! { fwrap::text::into_string(#name, #local)? }
        }
        OutputKind::Scalar(_) | OutputKind::Array(..) => quote! { #local },
    }
}
