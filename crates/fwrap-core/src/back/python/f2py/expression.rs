//! C expressions of signature files as Rust, over the locals of a routine.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::back::python::f2py::c_call::expand_c_value;
use crate::back::python::f2py::comparison::expand_comparison;
use crate::back::rust::types::identifier;
use crate::plan::f2py::c_value::Wanted;
use crate::plan::f2py::expression::{BinaryOperator, Expression, Value, ValueKind, ValueType, choose_value};
use crate::plan::f2py::routine::{ElementType, LocalKind, VariablePlan};

/// An `i64`. A real number loses its fraction, as in C.
pub fn expand_integer(expression: &Expression, variables: &[VariablePlan]) -> TokenStream {
    match choose_value(expression, variables) {
        Some(value) => Printer { variables }.integer(&value).tokens,
        None => expand_c_value(expression, Wanted::Integer, variables),
    }
}

/// An `f64`.
pub fn expand_real(expression: &Expression, variables: &[VariablePlan]) -> TokenStream {
    match choose_value(expression, variables) {
        Some(value) => Printer { variables }.real(&value).tokens,
        None => expand_c_value(expression, Wanted::Real, variables),
    }
}

/// A `bool`: whether it is not 0.
pub fn expand_condition(expression: &Expression, variables: &[VariablePlan]) -> TokenStream {
    match choose_value(expression, variables) {
        Some(value) => Printer { variables }.condition(&value).tokens,
        None => expand_c_value(expression, Wanted::Truth, variables),
    }
}

/// An `f2py::Complex<f64>`.
pub fn expand_complex(expression: &Expression, variables: &[VariablePlan]) -> TokenStream {
    match choose_value(expression, variables) {
        Some(value) => Printer { variables }.complex(&value),
        None => expand_c_value(expression, Wanted::Complex, variables),
    }
}

/// A `&[u8]`: what a text or character begins with.
pub fn expand_bytes(expression: &Expression, variables: &[VariablePlan]) -> TokenStream {
    match choose_value(expression, variables) {
        Some(value) => Printer { variables }.bytes(&value),
        None => expand_c_value(expression, Wanted::Text, variables),
    }
}

/// Tokens, and whether they need parentheses as an operand.
pub(super) struct Printed {
    pub(super) tokens: TokenStream,
    binding: Binding,
}

/// How tightly tokens hold together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binding {
    /// A primary.
    Tight,
    /// A sum, a product, a sign.
    Arithmetic,
    /// Anything else: casts, comparisons, conditionals.
    Loose,
}

impl Printed {
    pub(super) fn simple(tokens: TokenStream) -> Self {
        Self { tokens, binding: Binding::Tight }
    }

    pub(super) fn arithmetic(tokens: TokenStream) -> Self {
        Self { tokens, binding: Binding::Arithmetic }
    }

    pub(super) fn compound(tokens: TokenStream) -> Self {
        Self { tokens, binding: Binding::Loose }
    }

    /// As an operand.
    pub(super) fn operand(self) -> TokenStream {
        let tokens = self.tokens;
        if self.binding == Binding::Tight {
            tokens
        } else {
            quote! { (#tokens) }
        }
    }

    /// As one side of a comparison.
    pub(super) fn side(self) -> TokenStream {
        if self.binding == Binding::Arithmetic { self.tokens } else { self.operand() }
    }
}

/// Prints over these variables.
pub(super) struct Printer<'v> {
    pub(super) variables: &'v [VariablePlan],
}

impl Printer<'_> {
    pub(super) fn local(&self, index: usize) -> Ident {
        identifier(&self.variables[index].local)
    }

    pub(super) fn dims(&self, index: usize) -> Ident {
        match &self.variables[index].kind {
            LocalKind::Array { dims, .. } => identifier(dims),
            _ => unreachable!("only arrays have extents"),
        }
    }

    /// The text or array itself: one that may be absent is an `Option`.
    pub(super) fn present(&self, index: usize) -> TokenStream {
        let (variable, local) = (&self.variables[index], self.local(index));
        let name = variable.name.lower();
        let is_option = variable.given.is_some() && matches!(variable.kind, LocalKind::Array { .. });
        if is_option {
            quote! { f2py::present(&#local, #name)? }
        } else {
            quote! { #local }
        }
    }

    pub(super) fn condition(&self, value: &Value) -> Printed {
        match &value.kind {
            ValueKind::Comparison(operator, left, right) => expand_comparison(self, *operator, left, right),
            ValueKind::Given(slot) => {
                let slot = Literal::usize_unsuffixed(*slot);
                Printed::simple(quote! { arguments.f2py_is_given(#slot) })
            }
            ValueKind::Logic(operator, left, right) => {
                let (left, right) = (self.condition(left), self.condition(right));
                // `a && b || c` needs none.
                let (left, right) = match operator {
                    BinaryOperator::And => (left.operand_of_and(), right.operand_of_and()),
                    _ => (left.tokens, right.tokens),
                };
                let sign = sign(*operator);
                Printed::compound(quote! { #left #sign #right })
            }
            ValueKind::Not(inner) => {
                let inner = self.condition(inner).operand();
                Printed::compound(quote! { !#inner })
            }
            ValueKind::Integer(constant) => {
                let truth = *constant != 0;
                Printed::simple(quote! { #truth })
            }
            ValueKind::Scalar(index, element) if value.value_type == ValueType::Integer => {
                let _ = element;
                let local = self.local(*index);
                Printed::compound(quote! { #local != 0 })
            }
            _ => match value.value_type {
                ValueType::Integer => {
                    let whole = self.of_integer(value).side();
                    Printed::compound(quote! { #whole != 0 })
                }
                ValueType::Real => {
                    let real = self.of_real(value).side();
                    Printed::compound(quote! { #real != 0.0 })
                }
                ValueType::Complex | ValueType::Text | ValueType::Any => mismatch("a condition"),
            },
        }
    }
}

impl Printed {
    fn operand_of_and(self) -> TokenStream {
        let Self { tokens, binding } = self;
        // Comparisons bind more than `&&`; only `||` binds less.
        let has_or = binding == Binding::Loose && tokens.clone().into_iter().any(|token| token.to_string() == "|");
        if has_or || tokens.to_string().starts_with("if ") {
            quote! { (#tokens) }
        } else {
            tokens
        }
    }
}

/// The Rust type of an element that expressions can read.
pub(super) fn rust_type(element: ElementType) -> TokenStream {
    match element {
        ElementType::Integer(1) | ElementType::Logical(1) => quote! { i8 },
        ElementType::Integer(2) | ElementType::Logical(2) => quote! { i16 },
        ElementType::Integer(4) | ElementType::Logical(4) => quote! { i32 },
        ElementType::Unsigned(1) | ElementType::Character => quote! { u8 },
        ElementType::Unsigned(2) => quote! { u16 },
        ElementType::Unsigned(4) => quote! { u32 },
        ElementType::Unsigned(_) => quote! { u64 },
        ElementType::Integer(_) | ElementType::Logical(_) => quote! { i64 },
        ElementType::Real(4) => quote! { f32 },
        ElementType::Real(_) => quote! { f64 },
        ElementType::Complex(4) => quote! { f2py::Complex<f32> },
        ElementType::Complex(_) => quote! { f2py::Complex<f64> },
    }
}

pub(super) fn sign(operator: BinaryOperator) -> TokenStream {
    match operator.spelled().parse() {
        Ok(tokens) => tokens,
        Err(error) => unreachable!("an operator: {error}"),
    }
}

/// A text or complex number where a number stands.
pub(super) fn mismatch(wanted: &str) -> Printed {
    Printed::simple(quote! { f2py::mismatch(#wanted)? })
}

#[cfg(test)]
mod tests {
    use super::{expand_bytes, expand_complex, expand_condition, expand_integer, expand_real};
    use crate::analysis::f2py::expression::parse_expression;
    use crate::analysis::f2py::signature::ElementType;
    use crate::ir::name::Name;
    use crate::plan::f2py::routine::{LocalKind, VariablePlan};

    fn variables() -> Vec<VariablePlan> {
        let array = |name: &str, element, rank| LocalKind::Array {
            element,
            rank,
            dims: format!("{name}_dims"),
            spec: String::new(),
            intents: Vec::new(),
        };
        let kinds = [
            ("n", LocalKind::Scalar(ElementType::Integer(4))),
            ("m", LocalKind::Scalar(ElementType::Integer(4))),
            ("big", LocalKind::Scalar(ElementType::Integer(8))),
            ("flag", LocalKind::Scalar(ElementType::Logical(4))),
            ("r", LocalKind::Scalar(ElementType::Real(8))),
            ("f", LocalKind::Scalar(ElementType::Real(4))),
            ("z", LocalKind::Scalar(ElementType::Complex(8))),
            ("t", LocalKind::Character),
            ("name", LocalKind::Text),
            ("x", array("x", ElementType::Real(8), 1)),
            ("a", array("a", ElementType::Real(8), 2)),
            ("w", array("w", ElementType::Character, 1)),
        ];
        let plan = |(name, kind): (&str, LocalKind)| VariablePlan {
            name: Name::new(name),
            c_name: name.to_owned(),
            returned_name: name.to_owned(),
            local: name.to_owned(),
            given: None,
            slot: Some(0),
            kind,
        };
        kinds.into_iter().map(plan).collect()
    }

    /// As prettyplease prints it.
    fn shown(tokens: proc_macro2::TokenStream) -> String {
        let file: syn::File = syn::parse2(quote::quote! { const X: T = #tokens; }).expect("an expression");
        let text = prettyplease::unparse(&file);
        let text = text.trim().strip_prefix("const X: T =").and_then(|rest| rest.strip_suffix(';'));
        text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }

    #[test]
    fn conditions_read_as_if_written_by_hand() {
        for (c, rust) in [
            ("n>=0 && n<=5", "n >= 0 && n <= 5"),
            ("shape(a,0)==shape(a,1)", "a_dims[0] == a_dims[1]"),
            ("len(x)==n", "(x_dims[0] as i64) == i64::from(n)"),
            (
                "len(x)-n>(m-1)*abs(n)",
                "(x_dims[0] as i64) - i64::from(n) > (i64::from(m) - 1) * i64::abs(i64::from(n))",
            ),
            ("n", "n != 0"),
            ("!n", "!(n != 0)"),
            ("n==0||m==0&&flag", "n == 0 || m == 0 && flag != 0"),
            ("(n==0||m==0)&&flag", "(n == 0 || m == 0) && flag != 0"),
            ("*t=='L'||t=='U'", "t == b'L' || t == b'U'"),
            ("name[0]=='a'", "name.byte(0) == b'a'"),
            ("x[n-1]<=r", "x.element::<f64>(i64::from(n) - 1)? <= r"),
            ("r>=0.0", "r >= 0.0"),
            ("n>r", "f64::from(n) > r"),
            ("n/m", "f2py::quotient(i64::from(n), i64::from(m))? != 0"),
            ("x_capi == Py_None", "!arguments.f2py_is_given(0)"),
            ("n?m:0", "(if n != 0 { i64::from(m) } else { 0 }) != 0"),
            ("n?m>0:0", "(if n != 0 { i64::from(m > 0) } else { 0 }) != 0"),
            ("1", "true"),
            ("z", "f2py::mismatch(\"a condition\")?"),
        ] {
            assert_eq!(shown(expand_condition(&parse_expression(c), &variables())), rust, "{c}");
        }
    }

    #[test]
    fn integers_are_those_of_c() {
        for (c, rust) in [
            ("len(x)", "x_dims[0] as i64"),
            ("(len(x)-n)/2", "((x_dims[0] as i64) - i64::from(n)) / 2"),
            ("MAX(1,n)", "i64::max(1, i64::from(n))"),
            ("-n", "-i64::from(n)"),
            ("-big", "f2py::difference(0, big)?"),
            ("big*2", "f2py::product(big, 2)?"),
            ("3.0", "3"),
            ("r", "f2py::truncated(r)?"),
            ("n>0", "i64::from(n > 0)"),
            ("'N'", "78"),
            ("t", "i64::from(t.cast_signed())"),
            ("size(a)", "f2py::size(&a_dims)?"),
            ("shape(a,n)", "f2py::extent(&a_dims, i64::from(n))?"),
            ("slen(name)", "name.len()"),
            ("slen(w)", "w.element_length()"),
            ("w[1]", "i64::from(w.byte(1)?.cast_signed())"),
            ("_i[0]+1", "i[0] + 1"),
            ("n ? 2*n : 1", "if n != 0 { 2 * i64::from(n) } else { 1 }"),
            ("n**2", "f2py::power(i64::from(n), 2)?"),
            ("~n", "!i64::from(n)"),
            ("n<<1", "f2py::shifted_left(i64::from(n), 1)?"),
            ("name", "f2py::mismatch(\"an integer\")?"),
        ] {
            assert_eq!(shown(expand_integer(&parse_expression(c), &variables())), rust, "{c}");
        }
    }

    #[test]
    fn real_and_complex_numbers_are_double() {
        let real = |c: &str| shown(expand_real(&parse_expression(c), &variables()));
        assert_eq!(real("n"), "f64::from(n)");
        assert_eq!(real("f*2"), "f64::from(f) * 2.0");
        assert_eq!(real("-1.5e-3"), "-0.0015");
        assert_eq!(real("sqrt(m/2)"), "f64::sqrt((i64::from(m) / 2) as f64)");
        assert_eq!(real("pow(n,2)"), "f64::powf(f64::from(n), 2.0)");
        assert_eq!(real("max(r,1)"), "f2py::larger(r, 1.0)");
        assert_eq!(real("abs(r)"), "f64::abs(r)");
        let complex = |c: &str| shown(expand_complex(&parse_expression(c), &variables()));
        assert_eq!(complex("(1.0,-n)"), "f2py::Complex::new(1.0, (-i64::from(n)) as f64)");
        assert_eq!(complex("z"), "z");
        assert_eq!(complex("0"), "f2py::Complex::new(0.0, 0.0)");
    }

    #[test]
    fn texts_are_bytes() {
        let bytes = |c: &str| shown(expand_bytes(&parse_expression(c), &variables()));
        assert_eq!(bytes("\"abc\""), "b\"abc\"");
        assert_eq!(bytes("'N'"), "b\"N\"");
        assert_eq!(bytes("n?\"L\":\"UP\""), "if n != 0 { b\"L\".as_slice() } else { b\"UP\".as_slice() }");
        assert_eq!(bytes("name"), "name.bytes()");
        assert_eq!(bytes("t"), "&[t]");
        assert_eq!(bytes("name[0]"), "&[name.byte(0)]");
    }

    #[test]
    fn real_c_is_called() {
        let text = shown(expand_integer(&parse_expression("helper(n, x, slen(name))"), &variables()));
        assert!(text.contains("unsafe extern \"C-unwind\""), "{text}");
        assert!(text.contains("f2py::c_integer( fwrap_value_"), "{text}");
        assert!(text.contains("(&raw const n).cast_mut().cast(), name.bytes()"), "{text}");
        assert!(text.contains("f2py::number(name.len())"), "{text}");
    }
}
