//! How the glue calls the functions of the C file: with a table of the addresses of locals.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::rust::types::identifier;
use crate::plan::f2py::c_call::CCall;
use crate::plan::f2py::c_code::CStart;
use crate::plan::f2py::c_value::{Wanted, choose_c_value};
use crate::plan::f2py::c_variable::CInput;
use crate::plan::f2py::routine::{Expression, LocalKind, RoutinePlan, VariablePlan};

/// The declaration of the C function, and the table of addresses.
pub fn expand_arguments(call: &CCall, routine: &RoutinePlan) -> TokenStream {
    let name = identifier(&call.name);
    let inputs = call.inputs.iter().map(|input| expand_input(*input, routine));
    let function = call.function.as_ref().filter(|function| function.symbol.is_none());
    let address = match (function, &routine.callee) {
        (Some(_), Some(callee)) => {
            let foreign = identifier(&callee.ffi);
            quote! { ffi::#foreign as *const std::ffi::c_void }
        }
        _ => quote! { std::ptr::null() },
    };
    quote! {
        unsafe extern "C-unwind" {
            fn #name(
                variables: *const *mut std::ffi::c_void,
                f2py_func: *const std::ffi::c_void,
            ) -> std::ffi::c_int;
        }
        let c_arguments = f2py::CArguments { variables: &[#(#inputs),*], function: #address };
    }
}

/// The call of the C function; unsafe.
pub fn expand_foreign_call(call: &CCall) -> TokenStream {
    let name = identifier(&call.name);
    quote! { #name(c_arguments.variables.as_ptr(), c_arguments.function) }
}

/// The statement that raises what the C function has set.
pub fn expand_outcome(_call: &CCall) -> TokenStream {
    quote! { f2py::succeeded(c_status)?; }
}

/// The declaration of the function that is run when the module is made.
pub fn expand_start(start: &CStart) -> TokenStream {
    let name = identifier(&start.name);
    quote! {
        unsafe extern "C" {
            fn #name(module: *mut fwrap::python::PyObject) -> std::ffi::c_int;
        }
    }
}

/// What a C function gets of one variable.
fn expand_input(input: CInput, routine: &RoutinePlan) -> TokenStream {
    let Some(variable) = input.variable().and_then(|at| routine.variables.get(at)) else {
        return quote! { std::ptr::null_mut() };
    };
    let local = identifier(&variable.local);
    match (input, &variable.kind) {
        (CInput::Scalar(_), _) => quote! { (&raw mut #local).cast() },
        (CInput::Text(_), _) => quote! { #local.as_mut_ptr().cast() },
        (CInput::Data(_), _) if variable.given.is_some() => {
            quote! { #local.as_mut().map_or(std::ptr::null_mut(), |#local| #local.as_mut_ptr()) }
        }
        (CInput::Data(_), _) => quote! { #local.as_mut_ptr() },
        (CInput::Procedure(_), LocalKind::Procedure(at)) => {
            let installed = identifier(&routine.callbacks[*at].installed);
            quote! { #installed.as_ptr().cast_mut() }
        }
        _ => expand_read(input, variable),
    }
}

/// What a C function gets of a variable that it only reads.
fn expand_read(input: CInput, variable: &VariablePlan) -> TokenStream {
    let local = identifier(&variable.local);
    let is_option = variable.given.is_some();
    match (input, &variable.kind) {
        (CInput::Scalar(_), _) => quote! { (&raw const #local).cast_mut().cast() },
        (CInput::Text(_), _) => quote! { #local.bytes().as_ptr().cast_mut().cast() },
        (CInput::Data(_), _) if is_option => {
            quote! { #local.as_ref().map_or(std::ptr::null_mut(), |#local| #local.as_ptr()) }
        }
        (CInput::Data(_), _) => quote! { #local.as_ptr() },
        (CInput::Extents(_), LocalKind::Array { dims, .. }) => {
            let dims = identifier(dims);
            quote! { (&raw const #dims).cast_mut().cast() }
        }
        (CInput::Length(_), LocalKind::Text) => quote! { f2py::number(#local.len()) },
        (CInput::Length(_), _) if is_option => {
            quote! { f2py::number(#local.as_ref().map_or(0, |#local| #local.element_length())) }
        }
        (CInput::Length(_), _) => quote! { f2py::number(#local.element_length()) },
        (CInput::Object(_), _) if is_option => {
            quote! { #local.as_ref().map_or(std::ptr::null_mut(), |#local| #local.as_object_ptr().cast()) }
        }
        (CInput::Object(_), _) => quote! { #local.as_object_ptr().cast() },
        (CInput::Given(_), _) => match variable.slot {
            Some(slot) => {
                let slot = Literal::usize_unsuffixed(slot);
                quote! { arguments.f2py_given(#slot).cast() }
            }
            None => quote! { std::ptr::null_mut() },
        },
        _ => quote! { std::ptr::null_mut() },
    }
}

/// The value of an expression that only C understands.
pub(super) fn expand_c_value(expression: &Expression, wanted: Wanted, variables: &[VariablePlan]) -> TokenStream {
    let Some(value) = choose_c_value(expression, wanted, variables) else {
        unreachable!("what has a type is printed as Rust")
    };
    let name = identifier(&value.name);
    let inputs = value.inputs.iter().map(|input| match input.variable().and_then(|at| variables.get(at)) {
        Some(variable) => expand_read(*input, variable),
        None => quote! { (&raw const i).cast_mut().cast() },
    });
    let helper = identifier(match wanted {
        Wanted::Integer => "c_integer",
        Wanted::Real => "c_real",
        Wanted::Truth => "c_truth",
        Wanted::Complex => "c_complex",
        Wanted::Text => "c_text",
    });
    quote! {
        {
            unsafe extern "C-unwind" {
                fn #name(
                    variables: *const *mut std::ffi::c_void,
                    value: *mut std::ffi::c_void,
                ) -> std::ffi::c_int;
            }
            f2py::#helper(#name, &[#(#inputs),*])?
        }
    }
}
