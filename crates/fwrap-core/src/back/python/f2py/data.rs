//! What the glue says of variables of modules and COMMON blocks: tables of names, types and shapes.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::glue::c_string;
use crate::back::render::blank_line;
use crate::back::rust::types::identifier;
use crate::plan::f2py::data::{CommonPlan, DataPlan, Datum, DatumAccess, ElementType, VariablesPlan};

/// The tables of all data, and the procedures of the shim behind them; nothing where there is no data.
pub fn expand_tables<'a>(plans: impl Iterator<Item = &'a DataPlan>) -> TokenStream {
    let (mut foreign, mut tables) = (Vec::new(), Vec::new());
    for plan in plans {
        if let Some(variables) = &plan.variables {
            foreign.push(expand_find(&variables.find));
            foreign.extend(variables.change.as_deref().map(expand_change));
            let data = variables.data.iter().map(|datum| expand_datum(datum, datum.name.lower()));
            tables.push(expand_table(&variables.table, data));
        }
        for common in &plan.commons {
            foreign.push(expand_find(&common.find));
            let data = visible(common).map(|(attribute, datum)| expand_datum(datum, attribute));
            tables.push(expand_table(&common.table, data));
        }
    }
    if tables.is_empty() {
        return TokenStream::new();
    }
    let blank = blank_line();
    quote! {
        #blank
        unsafe extern "C" { #(#foreign)* }
        #(#blank #tables)*
    }
}

/// The `data` of a module, if it has some.
pub fn expand_data(plan: &DataPlan, is_lossy: bool) -> Option<TokenStream> {
    let variables = plan.variables.as_ref().map(|variables| expand_variables(variables, is_lossy));
    let commons = plan.commons.iter().map(|common| expand_common(common, is_lossy));
    match (variables, plan.commons.is_empty()) {
        (None, true) => None,
        (Some(variables), true) => Some(quote! { f2py::Data { variables: Some(#variables), ..f2py::Data::NONE } }),
        (None, false) => Some(quote! { f2py::Data { blocks: &[#(#commons),*], ..f2py::Data::NONE } }),
        (Some(variables), false) => {
            Some(quote! { f2py::Data { variables: Some(#variables), blocks: &[#(#commons),*] } })
        }
    }
}

/// What the documentation of a module says of its data: a line for each, as f2py writes it.
#[must_use]
pub fn describe_data(plan: &DataPlan) -> Vec<String> {
    let variables = plan.variables.iter().flat_map(|variables| &variables.data);
    variables.map(|datum| describe(datum, datum.name.lower())).collect()
}

/// What the documentation of a module says of its COMMON blocks: `/block/ a,b(3)`.
#[must_use]
pub fn describe_commons(plan: &DataPlan) -> Vec<String> {
    let line = |common: &CommonPlan| {
        let members: Vec<String> = visible(common).map(|(name, datum)| format!("{name}{}", shape(datum))).collect();
        format!("/{}/ {}", common.python, members.join(","))
    };
    plan.commons.iter().map(line).collect()
}

fn visible(common: &CommonPlan) -> impl Iterator<Item = (&str, &Datum)> {
    common.members.iter().filter_map(|(attribute, datum)| Some((attribute.as_deref()?, datum)))
}

fn expand_find(name: &str) -> TokenStream {
    let name = identifier(name);
    quote! { fn #name(number: i32, receive: f2py::Receive, place: *mut std::ffi::c_void); }
}

fn expand_change(name: &str) -> TokenStream {
    let name = identifier(name);
    quote! { fn #name(number: i32, anew: i32, extents: *const usize, length: usize) -> i32; }
}

fn expand_table(name: &str, data: impl Iterator<Item = TokenStream>) -> TokenStream {
    let name = identifier(name);
    let data: Vec<_> = data.collect();
    quote! { static #name: &[f2py::Datum] = &[#(#data),*]; }
}

fn expand_variables(variables: &VariablesPlan, is_lossy: bool) -> TokenStream {
    let (table, find) = (identifier(&variables.table), identifier(&variables.find));
    let change = match &variables.change {
        Some(change) => {
            let change = identifier(change);
            quote! { Some(#change) }
        }
        None => quote! { None },
    };
    quote! { f2py::Variables { table: #table, find: #find, change: #change, is_lossy: #is_lossy } }
}

fn expand_common(common: &CommonPlan, is_lossy: bool) -> TokenStream {
    let (table, find) = (identifier(&common.table), identifier(&common.find));
    let name = c_string(&common.python);
    let doc: Vec<String> = visible(common).map(|(attribute, datum)| describe(datum, attribute) + "\n").collect();
    let doc = c_string(&doc.concat());
    quote! {
        f2py::Block {
            name: #name,
            doc: #doc,
            members: f2py::Variables { table: #table, find: #find, change: None, is_lossy: #is_lossy },
        }
    }
}

/// `Datum::new(c"x", FLOAT64, 2)`
fn expand_datum(datum: &Datum, attribute: &str) -> TokenStream {
    let (name, rank) = (c_string(attribute), Literal::usize_unsuffixed(datum.rank));
    let number = identifier(match datum.element {
        ElementType::Integer(1) | ElementType::Logical(1) => "INT8",
        ElementType::Integer(2) | ElementType::Logical(2) => "INT16",
        ElementType::Integer(4) | ElementType::Logical(4) => "INT32",
        ElementType::Integer(_) | ElementType::Logical(_) => "INT64",
        ElementType::Unsigned(1) => "UINT8",
        ElementType::Unsigned(2) => "UINT16",
        ElementType::Unsigned(4) => "UINT32",
        ElementType::Unsigned(_) => "UINT64",
        ElementType::Real(4) => "FLOAT32",
        ElementType::Real(_) => "FLOAT64",
        ElementType::Complex(4) => "COMPLEX64",
        ElementType::Complex(_) => "COMPLEX128",
        ElementType::Character => "CHARACTERS",
    });
    let logical = matches!(datum.element, ElementType::Logical(_)).then(|| quote! { .logical() });
    let access = match datum.access {
        DatumAccess::Live => TokenStream::new(),
        DatumAccess::Protected => quote! { .protected() },
        DatumAccess::Constant => quote! { .constant() },
        DatumAccess::Allocatable => quote! { .allocatable() },
        DatumAccess::ProtectedAllocatable => quote! { .allocatable().protected() },
    };
    let deferred = datum.access.is_allocatable() && datum.element == ElementType::Character && datum.length.is_none();
    let deferred = deferred.then(|| quote! { .of_any_length() });
    quote! { f2py::Datum::new(#name, f2py::#number, #rank)#logical #access #deferred }
}

/// `x : 'd'-array(2,3)`
fn describe(datum: &Datum, attribute: &str) -> String {
    let letter = letter(datum.element);
    let kind = match (datum.access.is_allocatable(), datum.rank) {
        (_, 0) => "scalar".to_owned(),
        _ => format!("array{}", shape(datum)),
    };
    let more = if datum.access.is_allocatable() { ", allocatable" } else { "" };
    format!("{attribute} : '{letter}'-{kind}{more}")
}

/// `(2,3)`; extents that are not declared are -1.
fn shape(datum: &Datum) -> String {
    if datum.rank == 0 {
        return String::new();
    }
    let extents: Vec<String> = match &datum.extents {
        Some(extents) => extents.iter().map(u64::to_string).collect(),
        None => vec!["-1".to_owned(); datum.rank],
    };
    format!("({})", extents.join(","))
}

/// NumPy's letter of a type.
fn letter(element: ElementType) -> char {
    match element {
        ElementType::Integer(1) | ElementType::Logical(1) => 'b',
        ElementType::Integer(2) | ElementType::Logical(2) => 'h',
        ElementType::Integer(4) | ElementType::Logical(4) => 'i',
        ElementType::Integer(_) | ElementType::Logical(_) => 'l',
        ElementType::Unsigned(1) => 'B',
        ElementType::Unsigned(2) => 'H',
        ElementType::Unsigned(4) => 'I',
        ElementType::Unsigned(_) => 'L',
        ElementType::Real(4) => 'f',
        ElementType::Real(_) => 'd',
        ElementType::Complex(4) => 'F',
        ElementType::Complex(_) => 'D',
        ElementType::Character => 'S',
    }
}
