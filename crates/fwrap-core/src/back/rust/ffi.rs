//! `mod ffi`: the foreign functions.

use proc_macro2::TokenStream;
use quote::quote;

use crate::back::rust::types::{expand_stored, identifier};
use crate::plan::callee::{Callee, ForeignKind, Mutability};
use crate::plan::wrapper::{Namespace, Wrapper};

/// The module with every foreign function of the library.
pub fn expand_ffi(root: &Namespace) -> TokenStream {
    let wrappers: Vec<&Wrapper> = wrappers(root);
    if wrappers.is_empty() {
        return TokenStream::new();
    }
    let functions: Vec<_> = wrappers.iter().map(|wrapper| expand_function(&wrapper.callee)).collect();
    let text = quote! { #(#functions)* }.to_string();
    let complex = ["Complex32", "Complex64"].into_iter().filter(|name| text.contains(name));
    let uses = complex.map(|name| {
        let name = identifier(name);
        quote! { use fwrap::#name; }
    });
    quote! {
        mod ffi {
            #(#uses)*
            unsafe extern "C-unwind" { #(#functions)* }
        }
    }
}

/// Every wrapper below a namespace.
pub fn wrappers(root: &Namespace) -> Vec<&Wrapper> {
    root.wrappers.iter().chain(root.modules.iter().flat_map(|module| &module.wrappers)).collect()
}

fn expand_function(callee: &Callee) -> TokenStream {
    let name = identifier(&callee.ffi);
    let parameters = callee.parameters.iter().map(|parameter| {
        let kind = expand_kind(parameter.kind);
        let name = identifier(&parameter.name);
        quote! { #name: #kind }
    });
    let returns = callee.returns.map(|element| {
        let element = expand_stored(element);
        quote! { -> #element }
    });
    let link_name = (callee.ffi != callee.symbol).then(|| {
        let symbol = &callee.symbol;
        quote! { #[link_name = #symbol] }
    });
    quote! { #link_name pub fn #name(#(#parameters),*) #returns; }
}

fn expand_kind(kind: ForeignKind) -> TokenStream {
    let pointer = |target: TokenStream, mutability| match mutability {
        Mutability::Const => quote! { *const #target },
        Mutability::Mut => quote! { *mut #target },
    };
    match kind {
        ForeignKind::Value(element) => expand_stored(element),
        ForeignKind::Pointer(element, mutability) => pointer(expand_stored(element), mutability),
        ForeignKind::Descriptor(rank, mutability) => {
            let rank = proc_macro2::Literal::usize_unsuffixed(rank);
            pointer(quote! { fwrap::cfi::Descriptor<#rank> }, mutability)
        }
        ForeignKind::Text(mutability) => pointer(quote! { u8 }, mutability),
        ForeignKind::Size => quote! { usize },
        ForeignKind::Procedure => quote! { *const std::ffi::c_void },
    }
}
