//! A callback in f2py's terms: the functions that Fortran calls, and what a routine does with what was given for one.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::f2py::expression::expand_integer;
use crate::back::python::f2py::types::{number_name, stored};
use crate::back::render::{blank_line, comment};
use crate::back::rust::inner::expand_many_arguments;
use crate::back::rust::types::identifier;
use crate::plan::f2py::callback::{CallbackPlan, CallbackResult, CallbackUse, Entry, Passed, Passing};
use crate::plan::f2py::routine::ElementType;
use crate::plan::f2py::routine::LocalKind;

/// The items of one callback.
pub fn expand_callback(callback: &CallbackPlan) -> TokenStream {
    if callback.problem.is_some() {
        return TokenStream::new();
    }
    let specs = expand_specs(callback);
    let names = callback.parameters.iter().map(|at| callback.variables[*at].name.lower());
    let names = quote! { &[#(#names),*] };
    let entries = callback.entries.iter().enumerate().map(|(place, entry)| {
        let item = expand_item(callback, entry, &names);
        let exported = [&callback.symbol, &callback.c_symbol].into_iter().flatten().filter(|_| place == 0);
        let mut exported: Vec<&String> = exported.collect();
        let own = (!exported.is_empty()).then(|| exported.remove(0));
        let others = exported.iter().map(|symbol| expand_other(callback, entry, symbol));
        let function = expand_entry(callback, entry, own);
        quote! { #item #function #(#others)* }
    });
    quote! { #specs #(#entries)* }
}

/// `static F_CALLED: f2py::Callback = f2py::Callback::new("f", &["t", "y"], false, f_called as *const c_void);`
fn expand_item(callback: &CallbackPlan, entry: &Entry, names: &TokenStream) -> TokenStream {
    let (item, function) = (identifier(&entry.item), identifier(&entry.function));
    let (name, is_lossy) = (&callback.name, callback.is_lossy);
    let blank = blank_line();
    quote! {
        #blank
        static #item: f2py::Callback =
            f2py::Callback::new(#name, #names, #is_lossy, #function as *const std::ffi::c_void);
    }
}

/// What is known of its arrays.
fn expand_specs(callback: &CallbackPlan) -> TokenStream {
    let spec = |item: &str, name: &str, element: ElementType, intents: &[&'static str]| {
        let (item, number) = (identifier(item), number_name(element));
        let intents = intents.iter().map(|intent| identifier(intent));
        let blank = blank_line();
        quote! {
            #blank
            static #item: f2py::ArraySpec = f2py::ArraySpec::new(#name, f2py::#number, #(f2py::#intents)|*);
        }
    };
    let specs = callback.variables.iter().enumerate().filter_map(|(at, variable)| {
        let is_needed = callback.parameters.contains(&at) || callback.returns.contains(&at);
        match (&variable.kind, &variable.given) {
            (LocalKind::Array { element, spec: item, intents, .. }, _) if is_needed => {
                Some(spec(item, variable.name.lower(), *element, intents))
            }
            (LocalKind::Scalar(element), Some(item)) if is_needed => {
                Some(spec(item, variable.name.lower(), *element, &["INOUT"]))
            }
            _ => None,
        }
    });
    quote! { #(#specs)* }
}

/// The function that Fortran calls.
fn expand_entry(callback: &CallbackPlan, entry: &Entry, symbol: Option<&String>) -> TokenStream {
    let (item, function) = (identifier(&entry.item), identifier(&entry.function));
    let parameters = foreign_parameters(callback);
    let (names, types) = split(&parameters);
    let many = expand_many_arguments(parameters.len());
    let returns = expand_return(callback);
    let fallback = expand_fallback(callback);
    let body = expand_body(callback);
    let export = symbol.map(|symbol| quote! { #[unsafe(export_name = #symbol)] });
    let safety = comment("SAFETY: a capsule has the address of a procedure with the interface of this one.");
    let (parameter_count, arrays) = (callback.parameters.len(), count_arrays(callback));
    let (parameter_count, arrays) = (Literal::usize_unsuffixed(parameter_count), Literal::usize_unsuffixed(arrays));
    let blank = blank_line();
    quote! {
        #blank
        #many
        #export
        extern "C-unwind" fn #function(#(#names: #types),*) #returns {
            #item.call(
                || #fallback,
                |address| {
                    type Direct = extern "C-unwind" fn(#(#types),*) #returns;
                    #safety
                    let direct = unsafe { std::mem::transmute::<*const std::ffi::c_void, Direct>(address) };
                    direct(#(#names),*)
                },
                |call: &mut f2py::Call<'_, #parameter_count, #arrays>| { #body },
            )
        }
    }
}

/// The same function under another symbol.
fn expand_other(callback: &CallbackPlan, entry: &Entry, symbol: &str) -> TokenStream {
    let function = identifier(&entry.function);
    let other = identifier(&format!("{}_in_c", entry.function));
    let parameters = foreign_parameters(callback);
    let (names, types) = split(&parameters);
    let many = expand_many_arguments(parameters.len());
    let returns = expand_return(callback);
    let blank = blank_line();
    quote! {
        #blank
        #many
        #[unsafe(export_name = #symbol)]
        extern "C-unwind" fn #other(#(#names: #types),*) #returns {
            #function(#(#names),*)
        }
    }
}

/// How many of the parameters are lent as arrays.
fn count_arrays(callback: &CallbackPlan) -> usize {
    let is_array = |at: &&usize| {
        let variable = &callback.variables[**at];
        matches!(variable.kind, LocalKind::Array { .. }) || variable.given.is_some()
    };
    callback.parameters.iter().filter(is_array).count()
}

fn split(parameters: &[(String, TokenStream)]) -> (Vec<proc_macro2::Ident>, Vec<&TokenStream>) {
    parameters.iter().map(|(name, kind)| (identifier(name), kind)).unzip()
}

/// Name and type of each parameter of the function.
fn foreign_parameters(callback: &CallbackPlan) -> Vec<(String, TokenStream)> {
    let mut all = Vec::new();
    if let Some(CallbackResult::Characters { variable, length }) = &callback.result {
        all.push((callback.variables[*variable].local.clone(), quote! { f2py::Passed<u8> }));
        all.push((length.clone(), quote! { usize }));
    }
    for passed in &callback.passed {
        let (local, element) = (callback.variables[passed.variable].local.clone(), stored(passed.element));
        match passed.passing {
            Passing::Value => all.push((local, element)),
            Passing::Address | Passing::Characters { .. } => all.push((local, quote! { f2py::Passed<#element> })),
        }
    }
    for passed in &callback.passed {
        if let Passing::Characters { hidden: Some(hidden), .. } = &passed.passing {
            all.push((hidden.clone(), quote! { usize }));
        }
    }
    all
}

fn expand_return(callback: &CallbackPlan) -> Option<TokenStream> {
    match callback.result {
        Some(CallbackResult::Scalar(element)) => {
            let element = stored(element);
            Some(quote! { -> #element })
        }
        _ => None,
    }
}

/// What is returned where a callback has failed already.
fn expand_fallback(callback: &CallbackPlan) -> TokenStream {
    match callback.result {
        Some(CallbackResult::Scalar(ElementType::Real(4))) => quote! { f32::NAN },
        Some(CallbackResult::Scalar(ElementType::Real(_))) => quote! { f64::NAN },
        Some(CallbackResult::Scalar(ElementType::Complex(4))) => quote! { Complex32::new(f32::NAN, f32::NAN) },
        Some(CallbackResult::Scalar(ElementType::Complex(_))) => quote! { Complex64::new(f64::NAN, f64::NAN) },
        Some(CallbackResult::Scalar(_)) => quote! { 0 },
        _ => quote! { () },
    }
}

/// Reads what is passed, calls, and takes what is returned.
fn expand_body(callback: &CallbackPlan) -> TokenStream {
    let optional = |at: usize| callback.passed.iter().any(|passed| passed.variable == at && passed.is_optional);
    let reads = callback.read.iter().map(|&at| expand_read(callback, at, optional(at)));
    let lengths = callback.passed.iter().filter_map(|passed| expand_length(callback, passed));
    let shapes = callback.shaped.iter().map(|(at, extents)| {
        let LocalKind::Array { dims, .. } = &callback.variables[*at].kind else { return TokenStream::new() };
        let dims = identifier(dims);
        let extents = extents.iter().map(|extent| match extent {
            Some(extent) => {
                let extent = expand_integer(extent, &callback.variables);
                quote! { (#extent) as isize }
            }
            None => quote! { 0 },
        });
        quote! { let #dims = [#(#extents),*]; }
    });
    let gives = callback.parameters.iter().map(|&at| expand_give(callback, at, optional(at)));
    let run = expand_run(callback);
    quote! { #(#reads)* #(#lengths)* #(#shapes)* #(#gives)* #run }
}

/// `let n = n.read("n")?;`
fn expand_read(callback: &CallbackPlan, at: usize, is_optional: bool) -> TokenStream {
    let is_value = matches!(passing(callback, at), Some(Passing::Value));
    let variable = &callback.variables[at];
    // What Python gets only if it is passed is read when it is given.
    if is_value || is_optional {
        return TokenStream::new();
    }
    let (local, name) = (identifier(&variable.local), variable.name.lower());
    // The value has the name of its address, which is needed once more where it gets a new one.
    let address = callback.addresses.get(&at).map(|address| {
        let address = identifier(address);
        quote! { let #address = #local; }
    });
    quote! { #address let #local = #local.read(#name)?; }
}

fn passing(callback: &CallbackPlan, at: usize) -> Option<&Passing> {
    callback.passed.iter().find(|passed| passed.variable == at).map(|passed| &passed.passing)
}

/// `let c_length = c_hidden;`
fn expand_length(callback: &CallbackPlan, passed: &Passed) -> Option<TokenStream> {
    let Passing::Characters { length, hidden, local } = &passed.passing else { return None };
    let at = passed.variable;
    let is_needed = callback.parameters.contains(&at) || callback.returns.contains(&at) || length.is_some();
    if !is_needed {
        return None;
    }
    let local = identifier(local);
    let declared = length.as_ref().map(|length| match length.as_integer().map(usize::try_from) {
        Some(Ok(length)) => {
            let length = Literal::usize_unsuffixed(length);
            quote! { #length }
        }
        _ => {
            let length = expand_integer(length, &callback.variables);
            quote! { f2py::length((#length) as isize) }
        }
    });
    let hidden = hidden.as_deref().map(identifier);
    let value = match (declared, hidden) {
        (Some(declared), Some(hidden)) => quote! { #hidden.min(#declared) },
        (Some(declared), None) => declared,
        (None, Some(hidden)) => quote! { #hidden },
        (None, None) => quote! { 1 },
    };
    let text = match callback.variables[at].kind {
        LocalKind::Text => {
            let text = identifier(&callback.variables[at].local);
            Some(quote! { let #text = #text.with_length(#local); })
        }
        _ => None,
    };
    Some(quote! { let #local = #value; #text })
}

fn length_local(callback: &CallbackPlan, at: usize) -> proc_macro2::Ident {
    match passing(callback, at) {
        Some(Passing::Characters { local, .. }) => identifier(local),
        _ => unreachable!("characters have a length"),
    }
}

/// `call.scalar(t)?;`
fn expand_give(callback: &CallbackPlan, at: usize, is_optional: bool) -> TokenStream {
    let variable = &callback.variables[at];
    let (local, name) = (identifier(&variable.local), variable.name.lower());
    match (&variable.kind, &variable.given) {
        (LocalKind::Scalar(_), Some(spec)) => {
            let spec = identifier(spec);
            let local = callback.addresses.get(&at).map_or(local, |address| identifier(address));
            quote! { call.array(&#spec, #local, &[])?; }
        }
        (LocalKind::Array { element: ElementType::Character, dims, spec, .. }, _) => {
            let (dims, spec, length) = (identifier(dims), identifier(spec), length_local(callback, at));
            quote! { call.texts(&#spec, #local, #length, &#dims)?; }
        }
        (LocalKind::Array { dims, spec, .. }, _) => {
            let (dims, spec) = (identifier(dims), identifier(spec));
            quote! { call.array(&#spec, #local, &#dims)?; }
        }
        (LocalKind::Text, _) => quote! { call.text(#local)?; },
        _ if is_optional => quote! {
            if #local.is_absent() {
                call.nothing()?;
            } else {
                call.scalar(#local.read(#name)?)?;
            }
        },
        _ => quote! { call.scalar(#local)?; },
    }
}

/// Calls, and takes what is returned, in order.
fn expand_run(callback: &CallbackPlan) -> TokenStream {
    let is_result = |at: usize| at >= callback.passed.len();
    let takes = callback
        .returns
        .iter()
        .map(|&at| if is_result(at) { expand_value(callback) } else { expand_take(callback, at) });
    let value = match callback.result {
        Some(CallbackResult::Scalar(_)) => quote! { Ok(value) },
        _ => quote! { Ok(()) },
    };
    if callback.returns.is_empty() {
        return quote! { call.run()?; Ok(()) };
    }
    quote! { let mut returned = call.run()?; #(#takes)* #value }
}

/// The value of a function.
fn expand_value(callback: &CallbackPlan) -> TokenStream {
    match &callback.result {
        Some(CallbackResult::Scalar(element)) => {
            let (method, kind) = match element {
                ElementType::Logical(_) => ("truth", stored(*element)),
                _ => ("value", stored(*element)),
            };
            let method = identifier(method);
            quote! { let value = returned.#method::<#kind>()?; }
        }
        Some(CallbackResult::Characters { variable, length }) => {
            let (local, length) = (identifier(&callback.variables[*variable].local), identifier(length));
            quote! { returned.text_value(#local.with_length(#length))?; }
        }
        None => TokenStream::new(),
    }
}

/// `returned.array(&F_YDOT, ydot, &ydot_dims)?;`
fn expand_take(callback: &CallbackPlan, at: usize) -> TokenStream {
    let variable = &callback.variables[at];
    let (name, local) = (variable.name.lower(), identifier(&variable.local));
    match &variable.kind {
        LocalKind::Array { element: ElementType::Character, dims, spec, .. } => {
            let (dims, spec, length) = (identifier(dims), identifier(spec), length_local(callback, at));
            quote! { returned.texts(&#spec, #local, #length, &#dims)?; }
        }
        LocalKind::Array { dims, spec, .. } => {
            let (dims, spec) = (identifier(dims), identifier(spec));
            quote! { returned.array(&#spec, #local, &#dims)?; }
        }
        LocalKind::Text => quote! { returned.text(#name, #local)?; },
        LocalKind::Scalar(element) => {
            let method = identifier(if matches!(element, ElementType::Logical(_)) { "truth_of" } else { "scalar" });
            let address = callback.addresses.get(&at).map_or(local, |address| identifier(address));
            quote! { returned.#method(#name, #address)?; }
        }
        _ => unreachable!("a callback returns scalars, texts and arrays"),
    }
}

/// `let f = arguments.f2py_callable(0, 4, &F_CALLED)?;`
pub fn expand_use_read(callback: &CallbackPlan, of: &CallbackUse) -> TokenStream {
    let (local, item) = (identifier(&of.local), identifier(&callback.entries[of.entry].item));
    let Some(slot) = of.slot else {
        return quote! { let #local = arguments.f2py_hidden_callable(&#item)?; };
    };
    let method = identifier(match (of.is_invoked, of.is_optional) {
        (true, _) => "f2py_invoked_callable",
        (false, true) => "f2py_optional_callable",
        (false, false) => "f2py_callable",
    });
    let slot = Literal::usize_unsuffixed(slot);
    let extra = match of.extra_slot {
        Some(extra) => {
            let extra = Literal::usize_unsuffixed(extra);
            quote! { Some(#extra) }
        }
        None => quote! { None },
    };
    quote! { let #local = arguments.#method(#slot, #extra, &#item)?; }
}

/// `let f_passed = unsafe { f.install() };`
pub fn expand_use_install(of: &CallbackUse) -> TokenStream {
    let (local, installed) = (identifier(&of.local), identifier(&of.installed));
    let safety = comment("SAFETY: it is dropped at the end of this function, before those that were made before it.");
    quote! {
        #safety
        let #installed = unsafe { #local.install() };
    }
}

/// The actual argument, and what C code gets: a `*const c_void`.
pub fn expand_use_actual(of: &CallbackUse) -> TokenStream {
    let installed = identifier(&of.installed);
    quote! { #installed.as_ptr() }
}

/// `f_passed.finish()?;`
pub fn expand_use_finish(of: &CallbackUse) -> TokenStream {
    let installed = identifier(&of.installed);
    quote! { #installed.finish()?; }
}
