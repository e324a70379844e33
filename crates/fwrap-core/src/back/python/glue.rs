//! The crate root of the extension: one function per procedure, and the module.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::callback::{expand_closure, expand_closure_actual};
use crate::back::python::docstring::docstring;
use crate::back::render::{blank_line, print_file};
use crate::back::rust::imports::expand_imports;
use crate::back::rust::types::{expand_element, identifier};
use crate::plan::value::Element;
use crate::plan::wrapper::{Access, Argument, ArgumentKind, Namespace, ParameterRole, Plan, Return, Wrapper};

/// The file as text.
#[must_use]
pub fn print_glue(plan: &Plan) -> String {
    let library = identifier(&plan.name);
    let blank = blank_line();
    let root = plan.root.wrappers.iter().map(|wrapper| expand_procedure(wrapper, &quote! { #library }));
    let modules = plan.root.modules.iter().flat_map(|namespace| {
        let module = identifier(&namespace.rust);
        let library = &library;
        namespace.wrappers.iter().map(move |wrapper| expand_procedure(wrapper, &quote! { #library::#module }))
    });
    let procedures: Vec<_> = root.chain(modules).collect();
    let module = expand_module(&plan.root);
    let initialize = identifier(&format!("PyInit_{}", plan.name));
    let make = identifier(if plan.interruptible { "initialize_interruptible" } else { "initialize" });
    let imports = if procedures.is_empty() {
        quote! { use fwrap::python::{Module, PyObject}; }
    } else {
        quote! { use fwrap::python::{Arguments, Method, Module, Outcome, Procedure, PyObject, Signature}; }
    };
    let elements = expand_imports(&quote! { #(#procedures)* });
    let items = quote! {
        #blank
        pub mod #library;
        #blank
        #elements
        #imports
        #(#blank #procedures)*
        #blank
        static MODULE: Module = #module;
        #blank
        /// Makes the module when the interpreter imports it.
        #[unsafe(no_mangle)]
        pub extern "C" fn #initialize() -> *mut PyObject {
            MODULE.#make()
        }
    };
    let header = [
        format!(
            "Python module `{}`: the crate root of the extension, over the safe API in `{}.rs`.",
            plan.name, plan.name
        ),
        format!("Written by fwrap {}: generate it again instead of editing it.", env!("CARGO_PKG_VERSION")),
    ];
    print_file(&header, items)
}

fn expand_module(namespace: &Namespace) -> TokenStream {
    let (name, doc) = (c_string(&namespace.python), c_string(&module_doc(namespace)));
    let methods = namespace.wrappers.iter().map(|wrapper| {
        let name = identifier(&wrapper.names.glue);
        quote! { Method::of::<#name>() }
    });
    let modules = namespace.modules.iter().map(expand_module);
    quote! { Module { name: #name, doc: #doc, methods: &[#(#methods),*], modules: &[#(#modules),*] } }
}

fn module_doc(namespace: &Namespace) -> String {
    match (namespace.documentation.trim(), &namespace.fortran) {
        ("", Some(module)) => format!("The Fortran module `{module}`."),
        ("", None) => "Fortran procedures wrapped by fwrap.".to_owned(),
        (text, _) => text.to_owned(),
    }
}

fn expand_procedure(wrapper: &Wrapper, path: &TokenStream) -> TokenStream {
    let names = &wrapper.names;
    let (glue, signature, inner) = (identifier(&names.glue), identifier(&names.signature), identifier(&names.inner));
    let (name, doc) = (c_string(&names.python), c_string(&docstring(wrapper)));
    let parameters = wrapper.parameters.iter().map(|parameter| &parameter.name);
    let required = wrapper.parameters.iter().filter(|parameter| !parameter.optional).count();
    let required = Literal::usize_unsuffixed(required);
    let reads = (0..wrapper.arguments.len()).map(|index| expand_read(wrapper, index));
    let apart = wrapper.apart.iter().map(|apart| {
        let (written, other) = (&wrapper.arguments[apart.written], &wrapper.arguments[apart.other]);
        let (first, second) = (identifier(&written.rust), identifier(&other.rust));
        match (apart.separate, written.optional) {
            (true, false) => quote! { #first.separate(&#second)?; },
            (true, true) => quote! { if let Some(#first) = &mut #first { #first.separate(&#second)?; } },
            (false, false) => quote! { #first.disjoint(&#second)?; },
            (false, true) => quote! { fwrap::python::disjoint(&#first, &#second)?; },
        }
    });
    let closures = wrapper.arguments.iter().filter_map(|argument| match argument.kind {
        ArgumentKind::Procedure(at) => Some(expand_closure(&wrapper.callbacks[at], &argument.rust)),
        _ => None,
    });
    let actuals = wrapper.arguments.iter().map(|argument| expand_actual(argument, wrapper));
    let face = expand_face(wrapper);
    let call = quote! { #path::#inner(&#face, #(#actuals),*)? };
    let outputs: Vec<_> = wrapper.outputs.iter().map(|output| identifier(&output.rust)).collect();
    let call = match &outputs[..] {
        [] => quote! { #call; },
        [one] => quote! { let #one = #call; },
        several => quote! { let (#(#several),*) = #call; },
    };
    let settle = wrapper.arguments.iter().map(expand_settle);
    let result = expand_result(wrapper);
    let blank = blank_line();
    quote! {
        struct #glue;
        #blank
        static #signature: Signature = Signature::new(#name, #glue::PARAMETERS, #glue::REQUIRED, #doc);
        #blank
        impl Procedure for #glue {
            const PARAMETERS: &'static [&'static str] = &[#(#parameters),*];
            const REQUIRED: usize = #required;
            #blank
            fn signature() -> &'static Signature {
                &#signature
            }
            #blank
            fn call(arguments: &Arguments<'_>) -> Outcome {
                #(#reads)*
                #(#apart)*
                #(#closures)*
                #call
                #(#settle)*
                #result
            }
        }
    }
}

/// `let x = arguments.input::<f64, 1>(1)?;`
fn expand_read(wrapper: &Wrapper, index: usize) -> TokenStream {
    let argument = &wrapper.arguments[index];
    let local = identifier(&argument.rust);
    let place = |role| wrapper.parameters.iter().position(|parameter| parameter.role == role).unwrap_or(0);
    let slot = Literal::usize_unsuffixed(place(ParameterRole::Argument(index)));
    let verb = match argument.kind {
        ArgumentKind::Scalar(_, Access::Read) | ArgumentKind::Solved(_) => "scalar",
        ArgumentKind::Scalar(_, Access::Update) => "update_scalar",
        ArgumentKind::Scalar(_, Access::Tentative) => "tentative_scalar",
        ArgumentKind::Scalar(_, Access::Copied) => "copied_scalar",
        ArgumentKind::Array(_, _, Access::Read) => "input",
        ArgumentKind::Array(_, _, Access::Update) => "update",
        ArgumentKind::Array(_, _, Access::Tentative) => "tentative",
        ArgumentKind::Array(_, _, Access::Copied) => "copied",
        ArgumentKind::Text(Access::Read) => "text",
        ArgumentKind::Text(Access::Update) => "update_text",
        ArgumentKind::Text(Access::Tentative) => "tentative_text",
        ArgumentKind::Text(Access::Copied) => unreachable!("the plan copies no text"),
        ArgumentKind::Procedure(at) if wrapper.callbacks[at].shared => "shared_callable",
        ArgumentKind::Procedure(_) => "callable",
    };
    let optional = argument.optional || matches!(argument.kind, ArgumentKind::Solved(_));
    let method = identifier(&if optional { format!("optional_{verb}") } else { verb.to_owned() });
    let types = match argument.kind {
        ArgumentKind::Scalar(element, _) | ArgumentKind::Solved(element) => {
            let element = expand_element(element);
            quote! { ::<#element> }
        }
        ArgumentKind::Array(element, rank, _) => {
            let (element, rank) = (expand_element(element), Literal::usize_unsuffixed(rank));
            quote! { ::<#element, #rank> }
        }
        ArgumentKind::Text(_) | ArgumentKind::Procedure(_) => TokenStream::new(),
    };
    let mutable = is_written(argument).then(|| quote! { mut });
    if let ArgumentKind::Array(_, _, Access::Copied) = argument.kind {
        let flag = Literal::usize_unsuffixed(place(ParameterRole::Overwrite(index)));
        return quote! { let #mutable #local = arguments.#method #types(#slot, arguments.flag(#flag)?)?; };
    }
    quote! { let #mutable #local = arguments.#method #types(#slot)?; }
}

fn is_written(argument: &Argument) -> bool {
    match argument.kind {
        ArgumentKind::Scalar(_, access) | ArgumentKind::Array(_, _, access) | ArgumentKind::Text(access) => {
            access != Access::Read
        }
        ArgumentKind::Solved(_) | ArgumentKind::Procedure(_) => false,
    }
}

/// The face; where the interpreter may be let go, with all that tells how long the call takes.
fn expand_face(wrapper: &Wrapper) -> TokenStream {
    if wrapper.callbacks.iter().any(|callback| callback.shared) {
        return quote! { arguments.released_face() };
    }
    if !wrapper.is_free() {
        return quote! { arguments.face() };
    }
    let tells = |argument: &&Argument| {
        matches!(argument.kind, ArgumentKind::Array(..) | ArgumentKind::Scalar(Element::Integer(_), Access::Read))
    };
    let telling = wrapper.arguments.iter().filter(tells).map(|argument| identifier(&argument.rust));
    quote! { arguments.free_face() #(.with(&#telling))* }
}

/// What is passed to the inner function.
fn expand_actual(argument: &Argument, wrapper: &Wrapper) -> TokenStream {
    let local = identifier(&argument.rust);
    let (borrow, method) = match argument.kind {
        ArgumentKind::Scalar(_, Access::Read) | ArgumentKind::Solved(_) => return quote! { #local },
        ArgumentKind::Procedure(at) => return expand_closure_actual(&wrapper.callbacks[at], &argument.rust),
        ArgumentKind::Scalar(_, Access::Copied) => {
            return if argument.optional {
                quote! { #local.as_mut() }
            } else {
                quote! { &mut #local }
            };
        }
        ArgumentKind::Scalar(..) => ("as_mut", "value_mut"),
        ArgumentKind::Array(_, _, Access::Read) => ("as_ref", "view"),
        ArgumentKind::Array(..) => ("as_mut", "view_mut"),
        ArgumentKind::Text(Access::Read) => ("as_ref", "bytes"),
        ArgumentKind::Text(_) => ("as_mut", "value_mut"),
    };
    let (borrow, method) = (identifier(borrow), identifier(method));
    let is_written_text = matches!(argument.kind, ArgumentKind::Text(access) if access != Access::Read);
    if argument.optional && is_written_text {
        quote! { #local.#borrow().map(|#local| #local.#method().as_mut_slice()) }
    } else if argument.optional {
        quote! { #local.#borrow().map(|#local| #local.#method()) }
    } else {
        quote! { #local.#method() }
    }
}

/// Writes updated values back, or raises where that cannot be.
fn expand_settle(argument: &Argument) -> TokenStream {
    let settles = match argument.kind {
        ArgumentKind::Scalar(_, access) | ArgumentKind::Text(access) => {
            matches!(access, Access::Update | Access::Tentative)
        }
        ArgumentKind::Array(_, _, access) => access == Access::Tentative,
        ArgumentKind::Solved(_) | ArgumentKind::Procedure(_) => false,
    };
    let local = identifier(&argument.rust);
    match (settles, argument.optional) {
        (false, _) => TokenStream::new(),
        (true, false) => quote! { #local.settle()?; },
        (true, true) => quote! { if let Some(#local) = &#local { #local.settle()?; } },
    }
}

fn expand_result(wrapper: &Wrapper) -> TokenStream {
    let values: Vec<_> = wrapper
        .returns
        .iter()
        .map(|value| match value {
            Return::Output(index) => identifier(&wrapper.outputs[*index].rust),
            Return::Copied(index) => identifier(&wrapper.arguments[*index].rust),
        })
        .collect();
    match &values[..] {
        [] => quote! { Ok(arguments.none()) },
        [one] => quote! { arguments.result(#one) },
        several => quote! { arguments.result((#(#several),*)) },
    }
}

/// A C string literal. A NUL in a comment would end it early and is left out.
fn c_string(text: &str) -> Literal {
    let bytes: Vec<u8> = text.bytes().filter(|byte| *byte != 0).collect();
    match std::ffi::CString::new(bytes) {
        Ok(text) => Literal::c_string(&text),
        Err(_) => unreachable!("the NULs are gone"),
    }
}
