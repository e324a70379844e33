//! Extents as Rust expressions of type `fwrap::Size`.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::back::rust::types::{identifier, literal};
use crate::plan::value::{Extent, Name, Operator};

/// The Rust local of each dummy argument, and whether it is a reference.
pub type Bindings = BTreeMap<Name, (String, bool)>;

/// An expression of type `Size`.
pub fn expand_size(extent: &Extent, bindings: &Bindings) -> TokenStream {
    match extent {
        Extent::Constant(value) => {
            let value = expand_constant(*value);
            quote! { Size::from(#value) }
        }
        Extent::Dummy(name) => {
            let (local, is_reference) = binding(name, bindings);
            let local = identifier(local);
            if is_reference {
                quote! { Size::from(*#local) }
            } else {
                quote! { Size::from(#local) }
            }
        }
        Extent::OfArray(name, dimension) => {
            let local = identifier(binding(name, bindings).0);
            let dimension = proc_macro2::Literal::usize_unsuffixed(*dimension);
            quote! { Size::from(#local.extent(#dimension)) }
        }
        Extent::SizeOfArray(name) | Extent::OfCharacter(name) => {
            let local = identifier(binding(name, bindings).0);
            quote! { Size::from(#local.len()) }
        }
        Extent::Negated(inner) => {
            let inner = operand(inner, bindings);
            quote! { -#inner }
        }
        Extent::Binary(operator, left, right) => expand_binary(*operator, left, right, bindings),
    }
}

fn expand_binary(operator: Operator, left: &Extent, right: &Extent, bindings: &Bindings) -> TokenStream {
    let argument = |extent: &Extent| match extent {
        Extent::Constant(value) => expand_constant(*value),
        other => expand_size(other, bindings),
    };
    match operator {
        Operator::Add => {
            let (left, right) = (expand_size(left, bindings), right_operand(right, bindings));
            quote! { #left + #right }
        }
        Operator::Subtract => {
            let (left, right) = (expand_size(left, bindings), right_operand(right, bindings));
            quote! { #left - #right }
        }
        Operator::Multiply => {
            let (left, right) = (operand(left, bindings), right_operand(right, bindings));
            quote! { #left * #right }
        }
        Operator::Divide => {
            let (left, right) = (operand(left, bindings), right_operand(right, bindings));
            quote! { #left / #right }
        }
        Operator::Power => {
            let (left, right) = (operand(left, bindings), argument(right));
            quote! { #left.pow(#right) }
        }
        Operator::Min => {
            let (left, right) = (operand(left, bindings), argument(right));
            quote! { #left.min(#right) }
        }
        Operator::Max => {
            let (left, right) = (operand(left, bindings), argument(right));
            quote! { #left.max(#right) }
        }
        Operator::Mod => {
            let (left, right) = (operand(left, bindings), argument(right));
            quote! { #left.rem(#right) }
        }
    }
}

/// A left operand of a tight operator or a method: in parentheses where Rust would read it otherwise.
fn operand(extent: &Extent, bindings: &Bindings) -> TokenStream {
    let inner = expand_size(extent, bindings);
    match extent {
        Extent::Binary(Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide, ..)
        | Extent::Negated(_) => quote! { (#inner) },
        _ => inner,
    }
}

/// A right operand: constants need no `Size::from`.
fn right_operand(extent: &Extent, bindings: &Bindings) -> TokenStream {
    match extent {
        Extent::Constant(value) => expand_constant(*value),
        other => operand(other, bindings),
    }
}

fn expand_constant(value: i64) -> TokenStream {
    literal(&format!("{value}_i64"))
}

fn binding<'a>(name: &Name, bindings: &'a Bindings) -> (&'a str, bool) {
    match bindings.get(name) {
        Some((local, is_reference)) => (local, *is_reference),
        None => unreachable!("the plan binds every dummy argument, also {name}"),
    }
}
