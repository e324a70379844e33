//! Expressions as C text: for messages, documentation and the C file.

use std::fmt;

use crate::analysis::f2py::expression::{BinaryOperator, Expression, Function, UnaryOperator};

/// How tightly a unary operator binds; binary operators are below, primaries above.
const UNARY: u8 = 11;
const PRIMARY: u8 = 12;

impl Expression {
    fn precedence(&self) -> u8 {
        match self {
            Self::Conditional(..) => 0,
            Self::Binary(operator, ..) => operator.precedence(),
            Self::Unary(UnaryOperator::Not, inner) if matches!(**inner, Self::Given(_)) => inner.precedence(),
            Self::Unary(..) => UNARY,
            Self::Integer(value) if *value < 0 => UNARY,
            Self::Real(value) if value.is_sign_negative() => UNARY,
            Self::Verbatim(..) => 0,
            Self::Given(_) => BinaryOperator::NotEqual.precedence(),
            _ => PRIMARY,
        }
    }
}

/// As C code with f2py's macros says it.
impl fmt::Display for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => write!(out, "{value}"),
            Self::Real(value) if value.is_nan() => out.write_str("NAN"),
            Self::Real(value) if value.is_infinite() => {
                out.write_str(if *value < 0.0 { "-INFINITY" } else { "INFINITY" })
            }
            Self::Real(value) => write!(out, "{value:?}"),
            Self::Complex(real, imaginary) => write!(out, "(complex_double){{{real}, {imaginary}}}"),
            Self::Character(byte) => quoted(out, &[*byte], '\''),
            Self::Text(bytes) => quoted(out, bytes, '"'),
            Self::Name(name) => write!(out, "{name}"),
            Self::Given(name) => write!(out, "{name}_capi != Py_None"),
            Self::Unary(UnaryOperator::Not, inner) if matches!(**inner, Self::Given(_)) => {
                let Self::Given(name) = &**inner else { unreachable!("the guard says so") };
                write!(out, "{name}_capi == Py_None")
            }
            Self::Index(dimension) => write!(out, "_i[{dimension}]"),
            Self::Element(name, index) => write!(out, "{name}[{index}]"),
            Self::Call(function, arguments) => call(out, *function, arguments),
            Self::Unary(operator, inner) => {
                let space = match (operator, &**inner) {
                    // Not `--x`.
                    (UnaryOperator::Minus | UnaryOperator::Plus, inner) if inner.precedence() == UNARY => " ",
                    _ => "",
                };
                write!(out, "{}{space}{}", operator.spelled(), Operand(inner, UNARY))
            }
            Self::Binary(operator, left, right) => {
                let precedence = operator.precedence();
                let (left, right) = (Operand(left, precedence), Operand(right, precedence + 1));
                if precedence == 10 {
                    write!(out, "{left}{}{right}", operator.spelled())
                } else {
                    write!(out, "{left} {} {right}", operator.spelled())
                }
            }
            Self::Conditional(condition, left, right) => {
                write!(out, "{} ? {} : {}", Operand(condition, 1), Operand(left, 1), Operand(right, 0))
            }
            Self::Verbatim(text, _) => out.write_str(text),
        }
    }
}

fn call(out: &mut fmt::Formatter<'_>, function: Function, arguments: &[Expression]) -> fmt::Result {
    match (function, arguments) {
        (Function::Int, [inner]) => return write!(out, "(int){}", Operand(inner, UNARY)),
        (Function::Double, [inner]) => return write!(out, "(double){}", Operand(inner, UNARY)),
        (Function::Float, [inner]) => return write!(out, "(float){}", Operand(inner, UNARY)),
        // `max` has two arguments in C.
        (Function::Max | Function::Min, [first @ .., last]) if first.len() > 1 => {
            write!(out, "{}(", function.c_name())?;
            call(out, function, first)?;
            return write!(out, ", {last})");
        }
        _ => {}
    }
    write!(out, "{}(", function.c_name())?;
    for (position, argument) in arguments.iter().enumerate() {
        let comma = if position > 0 { ", " } else { "" };
        write!(out, "{comma}{argument}")?;
    }
    out.write_str(")")
}

fn quoted(out: &mut fmt::Formatter<'_>, bytes: &[u8], quote: char) -> fmt::Result {
    write!(out, "{quote}")?;
    for byte in bytes {
        match byte {
            b'\\' => out.write_str("\\\\")?,
            b'\n' => out.write_str("\\n")?,
            byte if char::from(*byte) == quote => write!(out, "\\{quote}")?,
            b' '..=b'~' => write!(out, "{}", char::from(*byte))?,
            // Three octal digits cannot swallow the next character.
            byte => write!(out, "\\{byte:03o}")?,
        }
    }
    write!(out, "{quote}")
}

/// An operand, in parentheses where it binds less than what is around it.
struct Operand<'a>(&'a Expression, u8);

impl fmt::Display for Operand<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.precedence() < self.1 { write!(out, "({})", self.0) } else { write!(out, "{}", self.0) }
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::f2py::expression::parse_expression;

    #[test]
    fn parentheses_stand_where_c_needs_them() {
        let same = [
            "2*(n + 1)",
            "a - (b - c)",
            "a - b - c",
            "x == 0 || y != 1 && z",
            "n > 0 == m",
            "(n == 0) > m",
            "n > 0 ? -1 : m ? 2 : 3",
            "(a ? b : c) ? 1 : 2",
            "-(n + 1)",
            "- -n",
            "!(a && b)",
            "(a & 1) == 0",
            "shape(x, 0)",
            "'\\''",
            "\"a\\\"b\"",
            "(int)(n/2)",
            "1.5",
            "a && y_capi == Py_None",
            "n == (y_capi == Py_None)",
            "y_capi != Py_None ? 1 : 2",
        ];
        for text in same {
            assert_eq!(parse_expression(text).to_string(), text);
        }
        assert_eq!(parse_expression("MAX(a,b,c)").to_string(), "max(max(a, b), c)");
        assert_eq!(parse_expression("*x").to_string(), "x[0]");
    }
}
