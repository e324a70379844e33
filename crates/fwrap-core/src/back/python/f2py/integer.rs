//! C expressions of type integer as Rust: an `i64`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::f2py::expression::{Printed, Printer, mismatch, rust_type, sign};
use crate::back::rust::types::identifier;
use crate::plan::f2py::expression::{BinaryOperator, Function, Value, ValueKind, ValueType};
use crate::plan::f2py::routine::{ElementType, LocalKind};

impl Printer<'_> {
    pub(super) fn integer(&self, value: &Value) -> Printed {
        match value.value_type {
            ValueType::Integer => self.of_integer(value),
            ValueType::Real => {
                let real = self.real(value).tokens;
                match value.kind {
                    ValueKind::Real(constant) if constant.abs() < 9e15 => {
                        // Exact: there are enough digits.
                        #[allow(clippy::cast_possible_truncation, reason = "the guard says so")]
                        let whole = constant as i64;
                        literal(whole)
                    }
                    _ => Printed::simple(quote! { f2py::truncated(#real)? }),
                }
            }
            ValueType::Complex | ValueType::Text | ValueType::Any => mismatch("an integer"),
        }
    }

    pub(super) fn of_integer(&self, value: &Value) -> Printed {
        match &value.kind {
            ValueKind::Integer(constant) => literal(*constant),
            // C's `char` has a sign.
            ValueKind::Byte(byte) => literal(i64::from(byte.cast_signed())),
            ValueKind::Scalar(index, element) => {
                let local = self.local(*index);
                widened(*element, quote! { #local })
            }
            ValueKind::Character(index) => {
                let local = self.local(*index);
                Printed::simple(quote! { i64::from(#local.cast_signed()) })
            }
            ValueKind::Index(dimension) => {
                let dimension = Literal::usize_unsuffixed(*dimension);
                Printed::simple(quote! { i[#dimension] })
            }
            ValueKind::Element(index, element, position) => {
                let (array, position) = (self.present(*index), self.of_integer(position).tokens);
                let element_type = rust_type(*element);
                widened(*element, quote! { #array.element::<#element_type>(#position)? })
            }
            ValueKind::ByteOf(..) => {
                let byte = self.byte(value).unwrap_or_default();
                Printed::simple(quote! { i64::from(#byte.cast_signed()) })
            }
            ValueKind::Extent(index, dimension) => {
                let (dims, dimension) = (self.dims(*index), Literal::usize_unsuffixed(*dimension));
                Printed::compound(quote! { #dims[#dimension] as i64 })
            }
            ValueKind::ExtentAt(index, position) => {
                let (dims, position) = (self.dims(*index), self.of_integer(position).tokens);
                Printed::simple(quote! { f2py::extent(&#dims, #position)? })
            }
            ValueKind::Size(index) => {
                let dims = self.dims(*index);
                Printed::simple(quote! { f2py::size(&#dims)? })
            }
            ValueKind::Length(index) => {
                let text = self.present(*index);
                Printed::simple(match self.variables[*index].kind {
                    LocalKind::Text => quote! { #text.len() },
                    _ => quote! { #text.element_length() },
                })
            }
            ValueKind::Negated(inner, is_checked) => {
                let inner = self.of_integer(inner);
                if *is_checked {
                    let inner = inner.tokens;
                    return Printed::simple(quote! { f2py::difference(0, #inner)? });
                }
                let inner = inner.operand();
                Printed::arithmetic(quote! { -#inner })
            }
            ValueKind::Complement(inner) => {
                let inner = self.of_integer(inner).operand();
                Printed::arithmetic(quote! { !#inner })
            }
            ValueKind::Arithmetic(operator, left, right, is_checked) => {
                self.arithmetic(*operator, left, right, *is_checked)
            }
            ValueKind::Not(_) | ValueKind::Comparison(..) | ValueKind::Logic(..) | ValueKind::Given(_) => {
                let condition = self.condition(value).tokens;
                Printed::simple(quote! { i64::from(#condition) })
            }
            ValueKind::Conditional(condition, left, right) => {
                let condition = self.condition(condition).tokens;
                let (left, right) = (self.integer(left).tokens, self.integer(right).tokens);
                Printed::compound(quote! { if #condition { #left } else { #right } })
            }
            ValueKind::Function(function, arguments) => self.integer_function(*function, arguments),
            ValueKind::Real(_) | ValueKind::Text(_) | ValueKind::Complex(..) | ValueKind::Bytes(_) => {
                unreachable!("not of type integer")
            }
        }
    }

    fn arithmetic(&self, operator: BinaryOperator, left: &Value, right: &Value, is_checked: bool) -> Printed {
        let (left, right) = (self.of_integer(left), self.of_integer(right));
        if is_checked || matches!(operator, BinaryOperator::ShiftLeft | BinaryOperator::ShiftRight) {
            let name = identifier(match operator {
                BinaryOperator::Add => "sum",
                BinaryOperator::Subtract => "difference",
                BinaryOperator::Multiply => "product",
                BinaryOperator::Divide => "quotient",
                BinaryOperator::Remainder => "remainder",
                BinaryOperator::ShiftLeft => "shifted_left",
                BinaryOperator::ShiftRight => "shifted_right",
                _ => unreachable!("bits cannot overflow"),
            });
            let (left, right) = (left.tokens, right.tokens);
            return Printed::simple(quote! { f2py::#name(#left, #right)? });
        }
        let (left, sign, right) = (left.operand(), sign(operator), right.operand());
        Printed::arithmetic(quote! { #left #sign #right })
    }

    fn integer_function(&self, function: Function, arguments: &[Value]) -> Printed {
        let name = identifier(match function {
            Function::Int => {
                let real = self.real(&arguments[0]).tokens;
                return Printed::simple(quote! { f2py::truncated(#real)? });
            }
            Function::Abs if arguments[0].bound < 1 << 63 => {
                let inner = self.of_integer(&arguments[0]).tokens;
                return Printed::simple(quote! { i64::abs(#inner) });
            }
            Function::Abs => {
                let inner = self.of_integer(&arguments[0]).tokens;
                return Printed::simple(quote! { f2py::absolute(#inner)? });
            }
            Function::Max => "max",
            Function::Min => "min",
            _ => {
                let (base, exponent) = (self.of_integer(&arguments[0]).tokens, self.of_integer(&arguments[1]).tokens);
                return Printed::simple(quote! { f2py::power(#base, #exponent)? });
            }
        });
        let arguments = arguments.iter().map(|argument| self.of_integer(argument).tokens);
        let nested = arguments.reduce(|left, right| quote! { i64::#name(#left, #right) });
        Printed::simple(nested.unwrap_or_default())
    }
}

fn literal(value: i64) -> Printed {
    let Some(magnitude) = value.checked_abs() else { return Printed::simple(quote! { i64::MIN }) };
    let literal = Literal::i64_unsuffixed(magnitude);
    if value < 0 { Printed::arithmetic(quote! { -#literal }) } else { Printed::simple(quote! { #literal }) }
}

/// An element as `i64`.
fn widened(element: ElementType, tokens: TokenStream) -> Printed {
    Printed::simple(match element {
        ElementType::Integer(8) | ElementType::Logical(8) => tokens,
        ElementType::Unsigned(8) => quote! { f2py::signed(#tokens)? },
        _ => quote! { i64::from(#tokens) },
    })
}
