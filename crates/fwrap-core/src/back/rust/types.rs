//! Rust's names for the types of arguments.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::plan::value::Element;

/// An identifier of the plan.
pub fn identifier(name: &str) -> Ident {
    format_ident!("{name}")
}

/// The element as users see it: logicals are `bool`.
pub fn expand_element(element: Element) -> TokenStream {
    let name = match element {
        Element::Logical(_) => "bool",
        Element::Complex(4) => "Complex32",
        Element::Complex(_) => "Complex64",
        Element::Integer(_) | Element::Real(_) => return expand_stored(element),
    };
    let name = identifier(name);
    quote! { #name }
}

/// The element as Fortran stores it: logicals are integers.
pub fn expand_stored(element: Element) -> TokenStream {
    let name = match element {
        Element::Integer(kind) | Element::Logical(kind) => format!("i{}", u32::from(kind) * 8),
        Element::Real(kind) => format!("f{}", u32::from(kind) * 8),
        Element::Complex(_) => return expand_element(element),
    };
    let name = identifier(&name);
    quote! { #name }
}

/// A zero of the element as Fortran stores it.
pub fn expand_zero(element: Element) -> TokenStream {
    match element {
        Element::Integer(kind) | Element::Logical(kind) => literal(&format!("0_i{}", u32::from(kind) * 8)),
        Element::Real(kind) => literal(&format!("0.0_f{}", u32::from(kind) * 8)),
        Element::Complex(kind) => {
            let zero = expand_zero(Element::Real(kind));
            quote! { fwrap::Complex::new(#zero, #zero) }
        }
    }
}

/// A literal with its suffix.
pub fn literal(text: &str) -> TokenStream {
    match text.parse() {
        Ok(tokens) => tokens,
        Err(error) => unreachable!("`{text}` is a literal: {error}"),
    }
}
