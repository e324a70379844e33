//! The whole file of the safe Rust API.

use proc_macro2::TokenStream;
use quote::quote;

use crate::back::render::{blank_line, print_file};
use crate::back::rust::documentation::{expand_lines, paragraphs};
use crate::back::rust::ffi::{expand_ffi, wrappers};
use crate::back::rust::function::expand_wrapper;
use crate::back::rust::imports::expand_imports;
use crate::back::rust::types::identifier;
use crate::plan::lock::{LibraryLock, choose_lock};
use crate::plan::wrapper::{Namespace, Plan};

/// The file as text.
#[must_use]
pub fn print_rust(plan: &Plan) -> String {
    let blank = blank_line();
    let locked = wrappers(&plan.root).iter().any(|wrapper| wrapper.locked);
    let lock = locked.then(|| {
        let visible = (choose_lock(plan) == LibraryLock::OfRust).then(|| quote! { pub(crate) });
        quote! {
            #blank
            /// Held during every call into the library, which may keep state between calls.
            #visible static LIBRARY: Lock = Lock::new();
        }
    });
    let root = expand_wrappers(&plan.root, &TokenStream::new());
    let modules = plan.root.modules.iter().map(expand_module);
    let ffi = expand_ffi(&plan.root);
    let imports = expand_imports(&quote! { #lock #root });
    let items = quote! { #blank #imports #lock #root #(#blank #modules)* #blank #ffi };
    let header = [
        format!("Safe Rust API of {}.", plan.sources.join(", ")),
        format!("Written by fwrap {}: generate it again instead of editing it.", env!("CARGO_PKG_VERSION")),
    ];
    print_file(&header, items)
}

fn expand_wrappers(namespace: &Namespace, root: &TokenStream) -> TokenStream {
    let wrappers = namespace.wrappers.iter().map(|wrapper| expand_wrapper(wrapper, root));
    let blank = blank_line();
    quote! { #(#blank #wrappers)* }
}

fn expand_module(namespace: &Namespace) -> TokenStream {
    let name = identifier(&namespace.rust);
    let mut lines = paragraphs(&namespace.documentation);
    if lines.is_empty() {
        let module = namespace.fortran.as_ref().map_or("", |name| name.lower());
        lines.push(format!("The Fortran module `{module}`."));
    }
    let documentation = expand_lines(&lines);
    let wrappers = expand_wrappers(namespace, &quote! { super:: });
    let imports = expand_imports(&wrappers);
    quote! { #documentation pub mod #name { #imports #wrappers } }
}
