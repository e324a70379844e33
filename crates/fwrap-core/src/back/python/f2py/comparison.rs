//! Comparisons of C expressions as Rust: without a conversion where both sides are of one type.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::f2py::expression::{Printed, Printer, sign};
use crate::plan::f2py::expression::{BinaryOperator, Value, ValueKind, ValueType};
use crate::plan::f2py::routine::ElementType;

/// The type that a side has as it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Native {
    Integer(ElementType),
    Extent,
    /// A constant of this value: of any type that holds it.
    Constant(i64),
}

/// `left operator right`
pub(super) fn expand_comparison(
    printer: &Printer<'_>,
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
) -> Printed {
    let sign = sign(operator);
    let is_equality = matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
    let pair = if left.value_type == ValueType::Real || right.value_type == ValueType::Real {
        (printer.real(left).side(), printer.real(right).side())
    } else if let (true, Some(left), Some(right)) = (is_equality, printer.byte(left), printer.byte(right)) {
        (left, right)
    } else if let Some(pair) = native_pair(printer, left, right) {
        pair
    } else {
        (printer.integer(left).side(), printer.integer(right).side())
    };
    let (left, right) = pair;
    Printed::compound(quote! { #left #sign #right })
}

fn native_pair(printer: &Printer<'_>, left: &Value, right: &Value) -> Option<(TokenStream, TokenStream)> {
    let (left_type, right_type) = (native(left)?, native(right)?);
    let fits = |native: Native, constant: i64| match native {
        Native::Integer(ElementType::Integer(bytes) | ElementType::Logical(bytes)) => {
            bytes >= 8 || constant.unsigned_abs() < 1 << (8 * u32::from(bytes) - 1)
        }
        Native::Integer(_) => (0..256).contains(&constant),
        Native::Extent => true,
        Native::Constant(_) => false,
    };
    let agree = match (left_type, right_type) {
        (native, Native::Constant(constant)) | (Native::Constant(constant), native) => fits(native, constant),
        (left, right) => left == right,
    };
    agree.then(|| (print(printer, left), print(printer, right)))
}

fn native(value: &Value) -> Option<Native> {
    match value.kind {
        ValueKind::Scalar(_, element) => Some(Native::Integer(element)),
        ValueKind::Extent(..) => Some(Native::Extent),
        ValueKind::Integer(constant) => Some(Native::Constant(constant)),
        _ => None,
    }
}

fn print(printer: &Printer<'_>, value: &Value) -> TokenStream {
    match &value.kind {
        ValueKind::Scalar(index, _) => {
            let local = printer.local(*index);
            quote! { #local }
        }
        ValueKind::Extent(index, dimension) => {
            let (dims, dimension) = (printer.dims(*index), Literal::usize_unsuffixed(*dimension));
            quote! { #dims[#dimension] }
        }
        _ => printer.integer(value).tokens,
    }
}
