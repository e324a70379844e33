//! The call of a routine in f2py's terms, and what it returns.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::f2py::c_call::{expand_arguments, expand_foreign_call, expand_outcome};
use crate::back::python::f2py::callback::{expand_use_actual, expand_use_finish, expand_use_install};
use crate::back::python::f2py::types::{stored, type_code};
use crate::back::render::comment;
use crate::back::rust::types::identifier;
use crate::plan::f2py::routine::{Actual, ElementType, ForeignFunction, LocalKind, RoutinePlan};

/// The statements of the call: descriptors, callbacks, the lock, the C code, the foreign function.
pub fn expand_call(routine: &RoutinePlan, lock: &TokenStream) -> TokenStream {
    let is_called = routine.callee.as_ref().is_some_and(|callee| !callee.is_opaque);
    if !is_called && routine.c_call.is_none() {
        return TokenStream::new();
    }
    let installs = routine.callbacks.iter().map(expand_use_install);
    let finishes = routine.callbacks.iter().map(expand_use_finish);
    let face = identifier(&routine.names.face);
    let make_face = expand_face(routine);
    let (enter, leave) = expand_guard(routine, lock);
    let way = identifier(if routine.is_free() { "call_freely" } else { "call" });
    let c_code = routine.c_call.as_ref().map(|c_call| {
        let (arguments, call) = (expand_arguments(c_call, routine), expand_foreign_call(c_call));
        let outcome = expand_outcome(c_call);
        let safety = comment("SAFETY: the C code knows the variables by the table of their addresses, which all live.");
        quote! { #arguments #safety let c_status = #face.#way(|| unsafe { #call })?; #outcome }
    });
    let call = routine.callee.as_ref().filter(|callee| !callee.is_opaque).map(|callee| {
        let descriptors = callee.actuals.iter().map(|actual| expand_descriptor(*actual, routine));
        let name = identifier(&callee.ffi);
        let actuals = callee.actuals.iter().map(|actual| expand_actual(*actual, routine));
        let call = quote! { #face.#way(|| unsafe { ffi::#name(#(#actuals),*) })? };
        let safety = comment(
            "SAFETY: the signature is the one that the declaration gives. Every pointer lives until the call returns.",
        );
        match callee.returns {
            Some(at) if routine.is_mutable(at) => {
                let local = identifier(&routine.variables[at].local);
                quote! { #(#descriptors)* #safety #local = #call; }
            }
            Some(at) => {
                let local = identifier(&routine.variables[at].local);
                quote! { #(#descriptors)* #safety let #local = #call; }
            }
            None => quote! { #(#descriptors)* #safety #call; },
        }
    });
    quote! {
        #(#installs)*
        #make_face
        #enter
        #c_code
        #call
        #leave
        #(#finishes)*
    }
}

/// The face; where the interpreter may be let go, with all that tells how long the call takes.
fn expand_face(routine: &RoutinePlan) -> TokenStream {
    let face = identifier(&routine.names.face);
    if !routine.callbacks.is_empty() {
        let make = identifier(if routine.is_threadsafe { "released_face" } else { "face" });
        return quote! { let #face = arguments.#make(); };
    }
    if !routine.is_free() {
        return quote! { let #face = arguments.face(); };
    }
    let result = routine.callee.as_ref().and_then(|callee| callee.returns);
    // The value of a function is not there yet.
    let known = routine.variables.iter().enumerate().filter(|(at, _)| result != Some(*at));
    let telling = known.filter_map(|(_, variable)| {
        let local = identifier(&variable.local);
        match (&variable.kind, &variable.given) {
            (LocalKind::Array { .. }, None) => Some(quote! { #local.size() }),
            (LocalKind::Scalar(ElementType::Integer(_)), None) => Some(quote! { #local }),
            _ => None,
        }
    });
    quote! { let #face = arguments.free_face() #(.with(&#telling))*; }
}

/// What is held during the call.
fn expand_guard(routine: &RoutinePlan, lock: &TokenStream) -> (TokenStream, TokenStream) {
    let (face, guard) = (identifier(&routine.names.face), identifier(&routine.names.guard));
    match (routine.locked, routine.callbacks.is_empty(), routine.beside_callbacks) {
        (true, false, _) => {
            (quote! { let #guard = #face.enter_with_callbacks(&#lock)?; }, quote! { std::mem::drop(#guard); })
        }
        (true, true, true) => (quote! { #face.enter_beside_callbacks(&#lock)?; }, TokenStream::new()),
        _ => (TokenStream::new(), TokenStream::new()),
    }
}

/// The statement that makes a C descriptor, or asks for the length of an array's characters: neither can be done while
/// the interpreter is let go.
fn expand_descriptor(actual: Actual, routine: &RoutinePlan) -> TokenStream {
    let (Actual::Descriptor(at) | Actual::Length(at)) = actual else { return TokenStream::new() };
    if matches!(actual, Actual::Length(_)) {
        let variable = &routine.variables[at];
        let LocalKind::Array { .. } = variable.kind else { return TokenStream::new() };
        let (local, length) = (identifier(&variable.local), length_name(routine, at));
        return if variable.given.is_some() {
            quote! { let #length = #local.as_ref().map_or(0, |#local| #local.element_length() as usize); }
        } else {
            quote! { let #length = #local.element_length() as usize; }
        };
    }
    let variable = &routine.variables[at];
    let LocalKind::Array { element, rank, dims, .. } = &variable.kind else { return TokenStream::new() };
    let (local, dims, code) = (identifier(&variable.local), identifier(dims), type_code(*element));
    let (rank, descriptor) = (Literal::usize_unsuffixed(*rank), descriptor_name(routine, at));
    if variable.given.is_some() {
        quote! { let mut #descriptor = #local.as_mut().map(|#local| #local.descriptor::<#rank>(#code, &#dims)); }
    } else {
        quote! { let mut #descriptor = #local.descriptor::<#rank>(#code, &#dims); }
    }
}

fn length_name(routine: &RoutinePlan, at: usize) -> proc_macro2::Ident {
    identifier(&crate::plan::name::derived_name(&routine.variables[at].local, "length"))
}

fn descriptor_name(routine: &RoutinePlan, at: usize) -> proc_macro2::Ident {
    identifier(&crate::plan::name::derived_name(&routine.variables[at].local, "descriptor"))
}

/// One actual argument.
fn expand_actual(actual: Actual, routine: &RoutinePlan) -> TokenStream {
    let (Actual::Value(at)
    | Actual::Reference(at)
    | Actual::Storage(at)
    | Actual::Descriptor(at)
    | Actual::Text(at)
    | Actual::Length(at)
    | Actual::Extent(at, _)
    | Actual::Procedure(at)
    | Actual::Maker(at)
    | Actual::Handle(at)) = actual;
    let variable = &routine.variables[at];
    let local = identifier(&variable.local);
    let given = variable.given.as_ref().map(|given| identifier(given));
    match (actual, given) {
        (Actual::Value(_), _) => quote! { #local },
        (Actual::Reference(_), None) => quote! { &raw mut #local },
        (Actual::Reference(_), Some(given)) => {
            quote! { if #given { &raw mut #local } else { std::ptr::null_mut() } }
        }
        (Actual::Storage(_), None) => quote! { #local.as_mut_ptr() },
        (Actual::Storage(_), Some(_)) => {
            quote! { #local.as_mut().map_or(std::ptr::null_mut(), |#local| #local.as_mut_ptr()) }
        }
        (Actual::Descriptor(_), None) => {
            let descriptor = descriptor_name(routine, at);
            quote! { &raw mut #descriptor }
        }
        (Actual::Descriptor(_), Some(_)) => {
            let descriptor = descriptor_name(routine, at);
            quote! { #descriptor.as_mut().map_or(std::ptr::null_mut(), |descriptor| &raw mut *descriptor) }
        }
        (Actual::Text(_), None) => quote! { #local.as_mut_ptr() },
        (Actual::Text(_), Some(given)) => {
            quote! { if #given { #local.as_mut_ptr() } else { std::ptr::null_mut() } }
        }
        (Actual::Length(_), _) => match variable.kind {
            LocalKind::Character => quote! { 1 },
            LocalKind::Array { .. } => {
                let length = length_name(routine, at);
                quote! { #length }
            }
            _ => quote! { #local.len() as usize },
        },
        (Actual::Extent(_, dimension), _) => {
            let LocalKind::Array { dims, .. } = &variable.kind else { return TokenStream::new() };
            let (dims, dimension) = (identifier(dims), Literal::usize_unsuffixed(dimension));
            quote! { f2py::length(#dims[#dimension]) }
        }
        (Actual::Procedure(_), _) => {
            let LocalKind::Procedure(callback) = variable.kind else { return TokenStream::new() };
            expand_use_actual(&routine.callbacks[callback])
        }
        (Actual::Maker(_), _) => match &variable.kind {
            LocalKind::Made { spec, .. } if !spec.is_empty() => quote! { f2py::make_array },
            _ => quote! { f2py::make_text },
        },
        (Actual::Handle(_), _) => quote! { #local.as_handle() },
    }
}

/// `mod ffi` with the foreign functions of all routines.
pub fn expand_ffi<'a>(routines: impl Iterator<Item = &'a RoutinePlan>) -> TokenStream {
    let functions: Vec<_> = routines
        .filter_map(|routine| Some((routine, routine.callee.as_ref()?)))
        .map(|(routine, callee)| expand_function(callee, routine))
        .collect();
    if functions.is_empty() {
        return TokenStream::new();
    }
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

fn expand_function(callee: &ForeignFunction, routine: &RoutinePlan) -> TokenStream {
    let name = identifier(&callee.ffi);
    let link_name = (callee.ffi != callee.symbol).then(|| {
        let symbol = &callee.symbol;
        quote! { #[link_name = #symbol] }
    });
    if callee.is_opaque {
        return quote! { #link_name pub fn #name(); };
    }
    let parameters = callee.actuals.iter().map(|actual| expand_parameter(*actual, routine));
    let returns = callee.returns.map(|at| match routine.variables[at].kind {
        LocalKind::Scalar(element) => {
            let element = stored(element);
            quote! { -> #element }
        }
        _ => TokenStream::new(),
    });
    quote! { #link_name pub fn #name(#(#parameters),*) #returns; }
}

fn expand_parameter(actual: Actual, routine: &RoutinePlan) -> TokenStream {
    let named = |at: usize, suffix: &str, kind: TokenStream| {
        let local = &routine.variables[at].local;
        let name = if suffix.is_empty() { local.clone() } else { crate::plan::name::derived_name(local, suffix) };
        let name = identifier(&name);
        quote! { #name: #kind }
    };
    let element = |at: usize| match routine.variables[at].kind {
        LocalKind::Scalar(element) | LocalKind::Array { element, .. } | LocalKind::Made { element, .. } => {
            stored(element)
        }
        _ => quote! { u8 },
    };
    match actual {
        Actual::Value(at) => named(at, "", element(at)),
        Actual::Reference(at) | Actual::Storage(at) => {
            let element = element(at);
            named(at, "", quote! { *mut #element })
        }
        Actual::Text(at) => named(at, "", quote! { *mut u8 }),
        Actual::Descriptor(at) => {
            let LocalKind::Array { rank, .. } = routine.variables[at].kind else { return TokenStream::new() };
            let rank = Literal::usize_unsuffixed(rank);
            named(at, "", quote! { *mut fwrap::cfi::Descriptor<#rank> })
        }
        Actual::Length(at) => named(at, "length", quote! { usize }),
        Actual::Extent(at, dimension) => named(at, &format!("{}", dimension + 1), quote! { usize }),
        Actual::Procedure(at) => named(at, "", quote! { *const std::ffi::c_void }),
        Actual::Maker(at) => {
            let is_text = matches!(&routine.variables[at].kind, LocalKind::Made { spec, .. } if spec.is_empty());
            let kind = identifier(if is_text { "MakeText" } else { "MakeArray" });
            named(at, "make", quote! { fwrap::python::f2py::#kind })
        }
        Actual::Handle(at) => named(at, "handle", quote! { *mut std::ffi::c_void }),
    }
}

/// The last statement: what is returned.
pub fn expand_returned(routine: &RoutinePlan) -> TokenStream {
    let values: Vec<_> = routine.returns.iter().map(|at| expand_value(*at, routine)).collect();
    match &values[..] {
        [] => quote! { Ok(arguments.none()) },
        [one] => quote! { arguments.result(#one) },
        several if several.len() <= 16 => quote! { arguments.result((#(#several),*)) },
        several => quote! { arguments.results([#(f2py::object(#several)?),*]) },
    }
}

fn expand_value(at: usize, routine: &RoutinePlan) -> TokenStream {
    let variable = &routine.variables[at];
    let local = identifier(&variable.local);
    let value = match variable.kind {
        LocalKind::Character => quote! { f2py::Character(#local) },
        _ => quote! { #local },
    };
    match (&variable.given, &variable.kind) {
        (Some(given), LocalKind::Scalar(_) | LocalKind::Character | LocalKind::Text) => {
            let given = identifier(given);
            quote! { #given.then_some(#value) }
        }
        _ => value,
    }
}
