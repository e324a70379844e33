//! What the glue prints once for everything in f2py's terms: tables, callbacks, foreign functions, routines.

use proc_macro2::TokenStream;
use quote::quote;

use crate::back::python::f2py::call::expand_ffi;
use crate::back::python::f2py::callback::expand_callback;
use crate::back::python::f2py::data::expand_tables;
use crate::back::python::f2py::routine::expand_routine;
use crate::back::render::blank_line;
use crate::back::rust::types::identifier;
use crate::plan::f2py::module::PythonPlan;
use crate::plan::f2py::routine::RoutinePlan;

/// The items behind the procedures of the ordinary wrappers. `lock` is the path of the library's lock.
pub fn expand_items(plan: &PythonPlan, lock: &TokenStream) -> TokenStream {
    let blank = blank_line();
    let is_lossy = plan.is_lossy;
    let routines: Vec<_> = plan.routines().map(|routine| expand_routine(routine, plan, lock)).collect();
    let callbacks = plan.callbacks.iter().map(expand_callback);
    let tables = expand_tables(plan.members().map(|members| &members.data));
    let items = quote! { #(#callbacks)* #(#blank #routines)* };
    let lossy = items.to_string().contains("LOSSY").then(|| {
        quote! {
            #blank
            /// Whether numbers are narrowed without a word, as f2py does it.
            const LOSSY: bool = #is_lossy;
        }
    });
    quote! { #lossy #items #tables }
}

/// `mod ffi`, if foreign functions are called.
pub fn expand_foreign(plan: &PythonPlan) -> TokenStream {
    let ffi = expand_ffi(plan.routines());
    if ffi.is_empty() {
        return ffi;
    }
    let blank = blank_line();
    quote! { #blank #ffi }
}

/// `Method::routine::<Dgesv>(ffi::dgesv as *const std::ffi::c_void)`
pub fn expand_method(routine: &RoutinePlan) -> TokenStream {
    let glue = identifier(&routine.names.glue);
    match &routine.callee {
        Some(callee) if callee.shim.is_none() => {
            let ffi = identifier(&callee.ffi);
            quote! { Method::routine::<#glue>(ffi::#ffi as *const std::ffi::c_void) }
        }
        _ => quote! { Method::routine::<#glue>(std::ptr::null()) },
    }
}
