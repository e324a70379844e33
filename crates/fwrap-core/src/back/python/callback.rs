//! A dummy procedure in Python: the closure around a callable, and what is said of it.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::docstring::{dtype, scalar_name};
use crate::back::rust::callback::expand_type;
use crate::back::rust::types::{expand_element, identifier};
use crate::plan::callback::{Callback, CallbackAccess, CallbackKind, CallbackParameter};
use crate::plan::value::Element;

/// `let mut fcn = |n: i32, ...| { ... };` around the callable that `local` holds.
pub fn expand_closure(callback: &Callback, local: &str) -> TokenStream {
    let (name, inside) = (identifier(local), identifier(&callback.names.closure));
    let mutable = (!callback.shared).then(|| quote! { mut });
    let parameters = callback.parameters.iter().map(|parameter| {
        let (name, kind) = (identifier(&parameter.rust), expand_type(parameter.kind));
        quote! { #name: #kind }
    });
    let result = callback.result.map(|element| {
        let element = expand_element(element);
        quote! { <#element> }
    });
    let body = expand_body(callback);
    let closure = quote! { |#(#parameters),*| -> CallbackResult #result { #body } };
    match (callback.optional, inside == name) {
        (true, _) => quote! { let #mutable #name = #name.map(|#inside| move #closure); },
        (false, true) => quote! { let #mutable #name = #closure; },
        (false, false) => quote! { let #inside = #name; let #mutable #name = move #closure; },
    }
}

/// What is passed to the inner function.
pub fn expand_closure_actual(callback: &Callback, local: &str) -> TokenStream {
    let local = identifier(local);
    let reference = if callback.shared {
        quote! { & }
    } else {
        quote! { &mut }
    };
    if callback.optional {
        quote! { match #reference #local { Some(#local) => Some(#local), None => None } }
    } else {
        quote! { #reference #local }
    }
}

/// Whether the callable gets the argument: what only gets a value is returned by it.
fn is_passed(parameter: &CallbackParameter) -> bool {
    parameter.access() != CallbackAccess::Output
}

fn expand_body(callback: &Callback) -> TokenStream {
    let callable = identifier(&callback.names.closure);
    let hold = callback.shared.then(|| quote! { let #callable = #callable.hold(); });
    let passed: Vec<_> = callback.parameters.iter().filter(|parameter| is_passed(parameter)).collect();
    let outputs: Vec<_> = callback.parameters.iter().filter(|parameter| !is_passed(parameter)).collect();
    let names = passed.iter().map(|parameter| parameter.fortran.lower());
    let gives = passed.iter().map(|parameter| expand_give(parameter));
    let updates: Vec<_> =
        passed.iter().enumerate().filter_map(|(place, parameter)| expand_update(place, parameter)).collect();
    let run = expand_run(callback, &outputs, &updates);
    quote! {
        #hold
        let mut call = #callable.begin(&[#(#names),*]);
        #(#gives)*
        #run
    }
}

/// `call.scalar(n)?;`
fn expand_give(parameter: &CallbackParameter) -> TokenStream {
    let local = identifier(&parameter.rust);
    let is_read = parameter.access() == CallbackAccess::Read;
    match (parameter.kind, is_read) {
        (CallbackKind::Scalar(..), true) => quote! { call.scalar(#local)?; },
        (CallbackKind::Scalar(..), false) => quote! { call.variable(*#local)?; },
        (CallbackKind::Array(..), true) => quote! { call.array(#local)?; },
        (CallbackKind::Array(..), false) => quote! { call.written_array(&#local)?; },
        (CallbackKind::Text(_), true) => quote! { call.text(#local)?; },
        (CallbackKind::Text(_), false) => quote! { call.written_text(#local)?; },
    }
}

/// `call.update(2, fvec)?;`
fn expand_update(place: usize, parameter: &CallbackParameter) -> Option<TokenStream> {
    let method = match parameter.kind {
        _ if parameter.access() == CallbackAccess::Read => return None,
        CallbackKind::Scalar(..) => "update_variable",
        CallbackKind::Array(..) => "update",
        CallbackKind::Text(_) => "update_text",
    };
    let (method, place) = (identifier(method), Literal::usize_unsuffixed(place));
    let local = identifier(&parameter.rust);
    Some(quote! { call.#method(#place, #local)?; })
}

/// Calls, and takes what is returned.
fn expand_run(callback: &Callback, outputs: &[&CallbackParameter], updates: &[TokenStream]) -> TokenStream {
    match (callback.result, outputs) {
        (None, []) => quote! { call.run()?.nothing()?; #(#updates)* Ok(()) },
        (Some(_), []) if updates.is_empty() => quote! { Ok(call.run()?.value()?) },
        (Some(_), []) => quote! { let value = call.run()?.value()?; #(#updates)* Ok(value) },
        (result, outputs) => {
            let own = result.map(|_| callback.fortran.lower());
            let names = own.into_iter().chain(outputs.iter().map(|parameter| parameter.fortran.lower()));
            let first = usize::from(result.is_some());
            let takes = outputs.iter().enumerate().map(|(place, parameter)| expand_take(first + place, parameter));
            let value = if result.is_some() {
                quote! { values.scalar(0)? }
            } else {
                quote! { () }
            };
            quote! {
                let values = call.run()?.values(&[#(#names),*])?;
                #(#updates)*
                #(#takes)*
                Ok(#value)
            }
        }
    }
}

/// `values.array(0, fvec)?;`
fn expand_take(place: usize, parameter: &CallbackParameter) -> TokenStream {
    let (place, local) = (Literal::usize_unsuffixed(place), identifier(&parameter.rust));
    match parameter.kind {
        CallbackKind::Scalar(..) => quote! { *#local = values.scalar(#place)?; },
        CallbackKind::Array(..) => quote! { values.array(#place, #local)?; },
        CallbackKind::Text(_) => quote! { values.text(#place, #local)?; },
    }
}

/// How the callable is called, for its entry in the docstring.
pub fn callable_text(callback: &Callback) -> String {
    let passed: Vec<_> = callback.parameters.iter().filter(|parameter| is_passed(parameter)).collect();
    let names: Vec<&str> = passed.iter().map(|parameter| parameter.fortran.lower()).collect();
    let call = format!("{}({})", callback.fortran.lower(), names.join(", "));
    let mut text = format!("Called as `{call}`");
    let described = |parameter: &&CallbackParameter| {
        let (name, kind) = (parameter.fortran.lower(), argument_name(parameter.kind));
        format!("{name} : {kind}")
    };
    if !passed.is_empty() {
        let arguments: Vec<String> = passed.iter().map(described).collect();
        text.push_str(&format!(" with {}", arguments.join("; ")));
    }
    let written: Vec<String> = passed
        .iter()
        .filter(|parameter| parameter.access() != CallbackAccess::Read)
        .map(|parameter| format!("`{}`", parameter.fortran.lower()))
        .collect();
    if !written.is_empty() {
        text.push_str(&format!(". It may write into {}", written.join(", ")));
    }
    let own = callback.result.map(|element| scalar_name(element).to_owned());
    let outputs = callback.parameters.iter().filter(|parameter| !is_passed(parameter));
    let returned: Vec<String> = own.into_iter().chain(outputs.map(|parameter| described(&parameter))).collect();
    match &returned[..] {
        [] => text.push_str(". It returns None."),
        returned => text.push_str(&format!(". It returns {}.", returned.join("; "))),
    }
    text
}

/// What the callable gets.
fn argument_name(kind: CallbackKind) -> String {
    match kind {
        CallbackKind::Scalar(element, CallbackAccess::Read | CallbackAccess::Output) => scalar_name(element).to_owned(),
        CallbackKind::Scalar(element, CallbackAccess::Update) => format!("0-d ndarray of {}", dtype(element)),
        CallbackKind::Array(element, rank, _) => format!("ndarray of {}, rank {rank}", dtype(element)),
        CallbackKind::Text(CallbackAccess::Update) => "bytearray".to_owned(),
        CallbackKind::Text(_) => "str".to_owned(),
    }
}

/// `Callable[[int, npt.NDArray[np.float64]], None]`
pub fn callable_type(callback: &Callback, array_type: impl Fn(Element) -> String) -> String {
    let arguments =
        callback.parameters.iter().filter(|parameter| is_passed(parameter)).map(|parameter| match parameter.kind {
            CallbackKind::Scalar(element, CallbackAccess::Read) => scalar_name(element).to_owned(),
            CallbackKind::Scalar(element, _) | CallbackKind::Array(element, ..) => array_type(element),
            CallbackKind::Text(CallbackAccess::Read) => "str".to_owned(),
            CallbackKind::Text(_) => "bytearray".to_owned(),
        });
    let own = callback.result.map(|element| scalar_name(element).to_owned());
    let outputs = callback.parameters.iter().filter(|parameter| !is_passed(parameter));
    let outputs = outputs.map(|parameter| match parameter.kind {
        CallbackKind::Scalar(element, _) => scalar_name(element).to_owned(),
        CallbackKind::Array(..) => "npt.ArrayLike".to_owned(),
        CallbackKind::Text(_) => "str | bytes".to_owned(),
    });
    let returned: Vec<String> = own.into_iter().chain(outputs).collect();
    let returned = match &returned[..] {
        [] => "None".to_owned(),
        [one] => one.clone(),
        several => format!("tuple[{}]", several.join(", ")),
    };
    format!("Callable[[{}], {returned}]", arguments.collect::<Vec<_>>().join(", "))
}
