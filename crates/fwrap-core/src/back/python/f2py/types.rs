//! Rust's and NumPy's names of element types in f2py's terms.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::back::rust::types::identifier;
use crate::plan::f2py::routine::ElementType;

/// The type of a local, and of what a pointer points to.
pub fn stored(element: ElementType) -> TokenStream {
    let name = match element {
        ElementType::Integer(kind) | ElementType::Logical(kind) => format!("i{}", u32::from(kind) * 8),
        ElementType::Unsigned(kind) => format!("u{}", u32::from(kind) * 8),
        ElementType::Real(kind @ (4 | 8)) => format!("f{}", u32::from(kind) * 8),
        ElementType::Complex(4) => "Complex32".to_owned(),
        ElementType::Complex(8) => "Complex64".to_owned(),
        ElementType::Character => "u8".to_owned(),
        // Only arrays have them, and nobody looks at their elements.
        ElementType::Real(_) => "u128".to_owned(),
        ElementType::Complex(_) => return quote! { [u128; 2] },
    };
    let name = identifier(&name);
    quote! { #name }
}

/// NumPy's number of the type, in `fwrap::python::f2py`.
pub fn number_name(element: ElementType) -> Ident {
    identifier(match element {
        ElementType::Integer(1) | ElementType::Logical(1) => "INT8",
        ElementType::Integer(2) | ElementType::Logical(2) => "INT16",
        ElementType::Integer(4) | ElementType::Logical(4) => "INT32",
        ElementType::Integer(_) | ElementType::Logical(_) => "INT64",
        ElementType::Unsigned(1) => "UINT8",
        ElementType::Unsigned(2) => "UINT16",
        ElementType::Unsigned(4) => "UINT32",
        ElementType::Unsigned(_) => "UINT64",
        ElementType::Real(4) => "FLOAT32",
        ElementType::Real(8) => "FLOAT64",
        ElementType::Real(_) => "FLOAT80",
        ElementType::Complex(4) => "COMPLEX64",
        ElementType::Complex(8) => "COMPLEX128",
        ElementType::Complex(_) => "COMPLEX160",
        ElementType::Character => "CHARACTERS",
    })
}

/// The code of the type in a C descriptor.
pub fn type_code(element: ElementType) -> TokenStream {
    let (intrinsic, kind) = match element {
        ElementType::Integer(kind) | ElementType::Unsigned(kind) => ("INTEGER", kind),
        ElementType::Logical(kind) => ("LOGICAL", kind),
        ElementType::Real(kind) => ("REAL", kind),
        ElementType::Complex(kind) => ("COMPLEX", kind),
        ElementType::Character => ("INTEGER", 1),
    };
    let (intrinsic, kind) = (identifier(intrinsic), proc_macro2::Literal::u8_unsuffixed(kind));
    quote! { fwrap::cfi::type_code(fwrap::cfi::#intrinsic, #kind) }
}
