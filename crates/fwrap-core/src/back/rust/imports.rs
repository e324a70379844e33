//! `use` items with exactly what the printed items name.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use crate::back::rust::types::identifier;

/// Names of the runtime that the generated code writes without a path, in the order of the import.
const IMPORTED: &[&str] = &[
    "Address",
    "Array",
    "CallbackResult",
    "Complex32",
    "Complex64",
    "Face",
    "FaceArray",
    "Lock",
    "Result",
    "Rust",
    "SharedSlots",
    "Size",
    "Slots",
    "View",
    "ViewMut",
];

/// `use fwrap::{...}` with what the items name.
pub fn expand_imports(items: &TokenStream) -> TokenStream {
    let mut words = BTreeSet::new();
    collect_words(items.clone(), &mut words);
    // The trait behind `view_mut` of a face's array; the arrays of the Rust face have a method of their own.
    if items.to_string().contains("F :: Array") {
        words.insert("FaceArray".to_owned());
    }
    let names: Vec<_> = IMPORTED.iter().filter(|name| words.contains(**name)).map(|name| identifier(name)).collect();
    if names.is_empty() {
        TokenStream::new()
    } else {
        quote! { use fwrap::{#(#names),*}; }
    }
}

/// The words that stand for themselves, not behind `::`.
fn collect_words(tokens: TokenStream, words: &mut BTreeSet<String>) {
    let mut is_path = false;
    for token in tokens {
        match &token {
            TokenTree::Ident(word) if !is_path => {
                words.insert(word.to_string());
            }
            TokenTree::Group(group) => collect_words(group.stream(), words),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        is_path = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ':'
            && (is_path || punct.spacing() == proc_macro2::Spacing::Joint));
    }
}
