//! C expressions of types real, complex and text as Rust.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::f2py::expression::{Printed, Printer, mismatch, rust_type, sign};
use crate::back::rust::types::identifier;
use crate::plan::f2py::expression::{Function, Value, ValueKind, ValueType};
use crate::plan::f2py::routine::{ElementType, LocalKind};

impl Printer<'_> {
    pub(super) fn real(&self, value: &Value) -> Printed {
        match value.value_type {
            ValueType::Real => self.of_real(value),
            ValueType::Integer => match &value.kind {
                ValueKind::Integer(constant) => real_literal(*constant as f64),
                ValueKind::Scalar(index, ElementType::Integer(1 | 2 | 4) | ElementType::Logical(1 | 2 | 4)) => {
                    let local = self.local(*index);
                    Printed::simple(quote! { f64::from(#local) })
                }
                _ => {
                    let whole = self.of_integer(value).operand();
                    Printed::compound(quote! { #whole as f64 })
                }
            },
            ValueType::Complex | ValueType::Text | ValueType::Any => mismatch("a real number"),
        }
    }

    pub(super) fn of_real(&self, value: &Value) -> Printed {
        match &value.kind {
            ValueKind::Real(constant) => real_literal(*constant),
            ValueKind::Scalar(index, element) => {
                let local = self.local(*index);
                widened_real(*element, quote! { #local })
            }
            ValueKind::Element(index, element, position) => {
                let (array, position) = (self.present(*index), self.of_integer(position).tokens);
                let element_type = rust_type(*element);
                widened_real(*element, quote! { #array.element::<#element_type>(#position)? })
            }
            ValueKind::Negated(inner, _) => {
                let inner = self.real(inner).operand();
                Printed::arithmetic(quote! { -#inner })
            }
            ValueKind::Arithmetic(operator, left, right, _) => {
                let (left, sign, right) = (self.real(left).operand(), sign(*operator), self.real(right).operand());
                Printed::arithmetic(quote! { #left #sign #right })
            }
            ValueKind::Conditional(condition, left, right) => {
                let condition = self.condition(condition).tokens;
                let (left, right) = (self.real(left).tokens, self.real(right).tokens);
                Printed::compound(quote! { if #condition { #left } else { #right } })
            }
            ValueKind::Function(function, arguments) => self.real_function(*function, arguments),
            _ => unreachable!("not of type real"),
        }
    }

    fn real_function(&self, function: Function, arguments: &[Value]) -> Printed {
        let first = || self.real(&arguments[0]).tokens;
        let name = identifier(match function {
            Function::Double => return self.real(&arguments[0]),
            Function::Float => {
                let inner = self.real(&arguments[0]).operand();
                return Printed::simple(quote! { f64::from(#inner as f32) });
            }
            Function::Max | Function::Min => {
                let name = identifier(if function == Function::Max { "larger" } else { "smaller" });
                let arguments = arguments.iter().map(|argument| self.real(argument).tokens);
                let nested = arguments.reduce(|left, right| quote! { f2py::#name(#left, #right) });
                return Printed::simple(nested.unwrap_or_default());
            }
            Function::Pow | Function::Power => {
                let (base, exponent) = (first(), self.real(&arguments[1]).tokens);
                return Printed::simple(quote! { f64::powf(#base, #exponent) });
            }
            Function::Sqrt => "sqrt",
            Function::Floor => "floor",
            Function::Ceil => "ceil",
            Function::Exp => "exp",
            Function::Log => "ln",
            Function::Log10 => "log10",
            _ => "abs",
        });
        let inner = first();
        Printed::simple(quote! { f64::#name(#inner) })
    }

    pub(super) fn complex(&self, value: &Value) -> TokenStream {
        match &value.kind {
            ValueKind::Complex(real, imaginary) => {
                let (real, imaginary) = (self.real(real).tokens, self.real(imaginary).tokens);
                quote! { f2py::Complex::new(#real, #imaginary) }
            }
            ValueKind::Scalar(index, ElementType::Complex(bytes)) => {
                let local = self.local(*index);
                if *bytes == 8 {
                    quote! { #local }
                } else {
                    quote! { f2py::widened(#local) }
                }
            }
            ValueKind::Element(index, ElementType::Complex(bytes), position) => {
                let (array, position) = (self.present(*index), self.of_integer(position).tokens);
                let element_type = rust_type(ElementType::Complex(*bytes));
                let element = quote! { #array.element::<#element_type>(#position)? };
                if *bytes == 8 {
                    element
                } else {
                    quote! { f2py::widened(#element) }
                }
            }
            ValueKind::Conditional(condition, left, right) if value.value_type == ValueType::Complex => {
                let (condition, left, right) =
                    (self.condition(condition).tokens, self.complex(left), self.complex(right));
                quote! { if #condition { #left } else { #right } }
            }
            _ => {
                let real = self.real(value).tokens;
                quote! { f2py::Complex::new(#real, 0.0) }
            }
        }
    }

    pub(super) fn bytes(&self, value: &Value) -> TokenStream {
        match &value.kind {
            ValueKind::Text(bytes) => {
                let literal = Literal::byte_string(bytes);
                quote! { #literal }
            }
            ValueKind::Byte(byte) => {
                let literal = Literal::byte_string(&[*byte]);
                quote! { #literal }
            }
            ValueKind::Bytes(index) => {
                let text = self.present(*index);
                quote! { #text.bytes() }
            }
            ValueKind::Conditional(condition, left, right) => {
                let condition = self.condition(condition).tokens;
                // Byte strings of different lengths are of different types.
                let (left, right) = (self.slice(left), self.slice(right));
                quote! { if #condition { #left } else { #right } }
            }
            _ if self.byte(value).is_some() => {
                let byte = self.byte(value);
                quote! { &[#byte] }
            }
            _ => {
                let whole = self.integer(value).tokens;
                quote! { &[f2py::character(#whole)?] }
            }
        }
    }

    fn slice(&self, value: &Value) -> TokenStream {
        let bytes = self.bytes(value);
        match value.kind {
            ValueKind::Text(_) | ValueKind::Byte(_) => quote! { #bytes.as_slice() },
            _ => bytes,
        }
    }

    /// A single character as `u8`.
    pub(super) fn byte(&self, value: &Value) -> Option<TokenStream> {
        Some(match &value.kind {
            ValueKind::Byte(byte) => {
                let literal = Literal::byte_character(*byte);
                quote! { #literal }
            }
            ValueKind::Character(index) => {
                let local = self.local(*index);
                quote! { #local }
            }
            ValueKind::ByteOf(index, position) => {
                let (text, position) = (self.present(*index), self.of_integer(position).tokens);
                match self.variables[*index].kind {
                    LocalKind::Text => quote! { #text.byte(#position) },
                    _ => quote! { #text.byte(#position)? },
                }
            }
            _ => return None,
        })
    }
}

fn real_literal(value: f64) -> Printed {
    if value.is_nan() {
        return Printed::simple(quote! { f64::NAN });
    }
    if value.is_infinite() {
        return Printed::simple(if value > 0.0 {
            quote! { f64::INFINITY }
        } else {
            quote! { f64::NEG_INFINITY }
        });
    }
    let literal = Literal::f64_unsuffixed(value.abs());
    if value.is_sign_negative() {
        Printed::arithmetic(quote! { -#literal })
    } else {
        Printed::simple(quote! { #literal })
    }
}

/// An element as `f64`.
fn widened_real(element: ElementType, tokens: TokenStream) -> Printed {
    Printed::simple(if element == ElementType::Real(4) {
        quote! { f64::from(#tokens) }
    } else {
        tokens
    })
}
