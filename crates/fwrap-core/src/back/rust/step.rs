//! The statements of an inner function.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::back::rust::callback::{expand_callback_actual, expand_finish, expand_install};
use crate::back::rust::checked::expand_watched;
use crate::back::rust::extent::{Bindings, expand_size};
use crate::back::rust::types::{expand_element, expand_stored, expand_zero, identifier};
use crate::plan::callback::Callback;
use crate::plan::step::{Actual, After, Before, Passed, Transfer};
use crate::plan::value::{Element, Extent};
use crate::plan::wrapper::Wrapper;

/// One statement before the call.
pub fn expand_before(step: &Before, wrapper: &Wrapper) -> TokenStream {
    let (face, bindings) = (wrapper.names.face.as_str(), &wrapper.bindings);
    let size = |extent: &Extent| expand_size(extent, bindings);
    if wrapper.checked
        && let Some(statement) = expand_watched(step, wrapper)
    {
        return statement;
    }
    match step {
        Before::Solve { name, element, value } => {
            let (local, element, value) = (identifier(name), expand_stored(*element), size(value));
            let shown = shown_name(name, bindings);
            quote! { let #local: #element = fwrap::solve(#shown, #local, #value)?; }
        }
        Before::Compute { name, element, value } => {
            let (local, element) = (identifier(name), expand_stored(*element));
            let value = parenthesized(value, size(value));
            let shown = shown_name(name, bindings);
            quote! { let #local: #element = #value.fit(#shown)?; }
        }
        Before::Check { name, optional, expected, unless_empty } => {
            expand_check(name, *optional, expected, *unless_empty, bindings)
        }
        Before::Allocate { name, element, extents } => {
            let face = identifier(face);
            let shown = shown_name(name, bindings);
            expand_allocation(&quote! { #face }, (name, shown), *element, extents.iter().map(size))
        }
        Before::Scratch { name, element, extents } => {
            let shown = shown_name(name, bindings);
            expand_allocation(&quote! { Rust }, (name, shown), *element, extents.iter().map(size))
        }
        Before::Pack(passed) => expand_passed(passed, "pack"),
        Before::Describe(passed) => expand_passed(passed, "describe"),
        Before::Pad { name, optional, length, written } => expand_pad(name, *optional, length, *written, bindings),
        Before::Blank { name, length } => expand_blank(name, length, bindings),
        Before::Extents { name, passed, optional } => expand_extents(name, passed, *optional),
        Before::Store { name, passed, kind, optional, written } => {
            expand_store((name, passed), *kind, *optional, *written)
        }
        Before::Local { name, element } => {
            let (local, zero) = (identifier(name), expand_zero(*element));
            quote! { let mut #local = #zero; }
        }
        Before::Length { passed, extent } => {
            let local = identifier(passed);
            let size = parenthesized(extent, size(extent));
            quote! { let #local = #size.length("result")?; }
        }
        Before::Duplicate { name, passed } => {
            let (local, copy) = (identifier(name), identifier(passed));
            quote! { let mut #copy = #local; }
        }
        Before::Install { callback, name, sizes } => {
            expand_install(&wrapper.callbacks[*callback], name, sizes, bindings)
        }
    }
}

fn expand_blank(name: &str, length: &Extent, bindings: &Bindings) -> TokenStream {
    let (local, length) = (identifier(name), expand_length(name, length, bindings));
    let shown = shown_name(name, bindings);
    quote! { let mut #local = fwrap::text::try_blank(#shown, #length)?; }
}

fn expand_extents(name: &str, passed: &str, optional: bool) -> TokenStream {
    let (view, local) = (identifier(name), identifier(passed));
    if optional {
        quote! { let #local = #view.as_ref().map(|#view| #view.extents()); }
    } else {
        quote! { let #local = #view.extents(); }
    }
}

/// One statement behind the call.
pub fn expand_after(step: &After, callbacks: &[Callback]) -> TokenStream {
    match step {
        After::Restore { passed, optional, described } => {
            let local = identifier(passed);
            let method = identifier(if *described { "restore" } else { "unpack" });
            if *optional {
                quote! { if let Some(#local) = #local { #local.#method(); } }
            } else {
                quote! { #local.#method(); }
            }
        }
        After::RestoreText { name, optional } => {
            let local = identifier(name);
            if *optional {
                quote! { if let Some(#local) = #local { #local.restore()?; } }
            } else {
                quote! { #local.restore()?; }
            }
        }
        After::Load { name, passed, optional } => {
            let (local, stored) = (identifier(name), identifier(passed));
            if *optional {
                quote! {
                    if let (Some(#local), Some(#stored)) = (#local, #stored) { *#local = #stored != 0; }
                }
            } else {
                quote! { *#local = #stored != 0; }
            }
        }
        After::Truth { name } => {
            let local = identifier(name);
            quote! { let #local = #local != 0; }
        }
        After::Trim { name } => {
            let local = identifier(name);
            quote! { let #local = fwrap::text::trim(#local); }
        }
        After::Finish { callback } => expand_finish(&callbacks[*callback]),
        After::Unchanged { name, argument, passed } => {
            let (local, passed) = (identifier(name), identifier(passed));
            quote! { fwrap::unchanged(#argument, &#local, &#passed)?; }
        }
    }
}

fn expand_check(
    name: &str,
    optional: bool,
    expected: &[Option<Extent>],
    unless_empty: bool,
    bindings: &Bindings,
) -> TokenStream {
    let (local, shown) = (identifier(name), shown_name(name, bindings));
    let method = identifier(if unless_empty { "check_unless_empty" } else { "check" });
    let expected = expected.iter().map(|extent| match extent {
        Some(extent) => expand_size(extent, bindings),
        None => quote! { Size::ANY },
    });
    let check = quote! { #local.#method(#shown, [#(#expected),*])?; };
    if optional {
        quote! { if let Some(#local) = &#local { #check } }
    } else {
        check
    }
}

fn expand_store((name, passed): (&str, &str), kind: u8, optional: bool, written: bool) -> TokenStream {
    let (local, stored) = (identifier(name), identifier(passed));
    let integer = expand_stored(Element::Integer(kind));
    match (optional, written) {
        (false, false) => quote! { let #stored = #integer::from(#local); },
        (false, true) => quote! { let mut #stored = #integer::from(*#local); },
        (true, false) => quote! { let #stored = #local.map(#integer::from); },
        (true, true) => quote! { let mut #stored = #local.as_ref().map(|#local| #integer::from(**#local)); },
    }
}

fn expand_allocation(
    face: &TokenStream,
    (name, shown): (&str, &str),
    element: Element,
    extents: impl ExactSizeIterator<Item = TokenStream>,
) -> TokenStream {
    let (local, element) = (identifier(name), expand_element(element));
    let rank = Literal::usize_unsuffixed(extents.len());
    quote! { let mut #local = #face.allocate::<#element, #rank>(#shown, [#(#extents),*])?; }
}

/// What messages call a local: the dummy argument that it stands for.
pub fn shown_name<'a>(local: &'a str, bindings: &'a Bindings) -> &'a str {
    bindings.iter().find(|(_, (known, _))| known == local).map_or(local, |(name, _)| name.lower())
}

/// `pack`, `pack_out`, `pack_logical::<i32>` and so on.
fn expand_passed(passed: &Passed, verb: &str) -> TokenStream {
    let (name, local) = (identifier(&passed.name), identifier(&passed.passed));
    let (method, kind) = passed_method(passed, verb, passed.transfer == Transfer::Out && verb == "pack");
    let mutable = (passed.transfer != Transfer::In).then(|| quote! { mut });
    if passed.allocated {
        quote! { let #mutable #local = #name.view_mut().#method #kind(); }
    } else if passed.optional {
        quote! { let #mutable #local = #name.map(|#name| #name.#method #kind()); }
    } else {
        quote! { let #mutable #local = #name.#method #kind(); }
    }
}

/// The name of a method of views, and its type parameter.
pub fn passed_method(passed: &Passed, verb: &str, is_out: bool) -> (Ident, Option<TokenStream>) {
    let out = if is_out { "_out" } else { "" };
    match passed.logical {
        None => (identifier(&format!("{verb}{out}")), None),
        Some(kind) => {
            let integer = expand_stored(Element::Integer(kind));
            (identifier(&format!("{verb}{out}_logical")), Some(quote! { ::<#integer> }))
        }
    }
}

fn expand_pad(name: &str, optional: bool, length: &Option<Extent>, written: bool, bindings: &Bindings) -> TokenStream {
    let local = identifier(name);
    let Some(length) = length else {
        return if optional && written {
            quote! { let mut #local = #local; }
        } else {
            TokenStream::new()
        };
    };
    let length = expand_length(name, length, bindings);
    let shown = shown_name(name, bindings);
    let (function, mutable) = if written { ("pad_mut", Some(quote! { mut })) } else { ("pad", None) };
    let function = identifier(function);
    if optional {
        quote! {
            let #mutable #local = #local.map(|#local| fwrap::text::#function(#shown, #local, #length)).transpose()?;
        }
    } else {
        quote! { let #mutable #local = fwrap::text::#function(#shown, #local, #length)?; }
    }
}

/// A character length of type `usize`.
pub fn expand_length(name: &str, length: &Extent, bindings: &Bindings) -> TokenStream {
    match length {
        Extent::Constant(value) => {
            let value = Literal::u64_unsuffixed(u64::try_from(*value).unwrap_or(0));
            quote! { #value }
        }
        other => {
            let size = parenthesized(other, expand_size(other, bindings));
            let shown = shown_name(name, bindings);
            quote! { #size.length(#shown)? }
        }
    }
}

/// Parentheses before a method call where the expression needs them.
fn parenthesized(extent: &Extent, size: TokenStream) -> TokenStream {
    use crate::plan::value::Operator::{Add, Divide, Multiply, Subtract};
    match extent {
        Extent::Binary(Add | Subtract | Multiply | Divide, ..) | Extent::Negated(_) => quote! { (#size) },
        _ => size,
    }
}

/// One actual argument of the foreign call.
pub fn expand_actual(actual: &Actual, callbacks: &[Callback]) -> TokenStream {
    match actual {
        Actual::Reference(name) => {
            let local = identifier(name);
            quote! { &raw const #local }
        }
        Actual::Mutable(name) => {
            let local = identifier(name);
            quote! { &raw mut #local }
        }
        Actual::Value(name) => {
            let local = identifier(name);
            quote! { #local }
        }
        Actual::Pointer { name, written, optional } => {
            let local = identifier(name);
            match (optional, written) {
                (false, false) => quote! { #local.as_ptr() },
                (false, true) => quote! { #local.as_mut_ptr() },
                (true, false) => {
                    quote! { #local.as_ref().map_or(std::ptr::null(), |#local| #local.as_ptr()) }
                }
                (true, true) => {
                    quote! { #local.as_mut().map_or(std::ptr::null_mut(), |#local| #local.as_mut_ptr()) }
                }
            }
        }
        Actual::Optional { name, written } => {
            let local = identifier(name);
            if *written {
                quote! { #local.map_or(std::ptr::null_mut(), std::ptr::from_mut) }
            } else {
                quote! { #local.as_ref().map_or(std::ptr::null(), std::ptr::from_ref) }
            }
        }
        Actual::OptionalLocal(name) => {
            let local = identifier(name);
            quote! { #local.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut) }
        }
        Actual::Length { name, optional } => {
            let local = identifier(name);
            if *optional {
                quote! { #local.as_ref().map_or(0, |#local| #local.len()) }
            } else {
                quote! { #local.len() }
            }
        }
        Actual::Callback { callback } => expand_callback_actual(&callbacks[*callback]),
        Actual::Extent { name, dimension, optional } => {
            let local = identifier(name);
            let dimension = Literal::usize_unsuffixed(*dimension);
            if *optional {
                quote! { #local.map_or(0, |extents| extents[#dimension]) }
            } else {
                quote! { #local[#dimension] }
            }
        }
    }
}
