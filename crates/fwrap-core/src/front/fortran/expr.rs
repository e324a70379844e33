//! Expressions (F2018 10.1) by precedence climbing.

use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::token::{DEFINED_UNARY, NOT, POWER, SIGN};
use crate::ir::expr::{Expr, ExprKind, UnaryOperator};
use crate::ir::name::Name;

/// How deep parentheses and operators may nest while reading.
const MAXIMUM_DEPTH: usize = 100;
/// How high the tree of an expression may grow (`a + a + a + ...` grows by one each time).
const MAXIMUM_HEIGHT: usize = 1000;

impl Cursor<'_> {
    /// An expression.
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.binary(0)
    }

    /// An expression whose operators bind at least as strongly as `least`.
    fn binary(&mut self, least: u8) -> Parsed<Expr> {
        self.descend()?;
        let start = self.position();
        let mut left = self.operand()?;
        while let Some((operator, strength, length)) = self.peek_operator().filter(|found| found.1 >= least) {
            self.skip(length);
            let height = self.height;
            let right = self.binary(if strength == POWER { POWER } else { strength + 1 })?;
            self.height = height.max(self.height);
            self.grow()?;
            let kind = ExprKind::Binary(operator, Box::new(left), Box::new(right));
            left = Expr { kind, span: self.span(start) };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn descend(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            let error = self.expected("less nesting here");
            return Err(error.help(format!("split the expression: fwrap reads {MAXIMUM_DEPTH} levels of nesting")));
        }
        Ok(())
    }

    /// The expression that was read last is part of a higher one.
    pub(super) fn grow(&mut self) -> Parsed<()> {
        self.height += 1;
        if self.height > MAXIMUM_HEIGHT {
            let error = self.expected("the end of the expression");
            return Err(error.help(format!("split the expression: fwrap reads {MAXIMUM_HEIGHT} operators in a row")));
        }
        Ok(())
    }

    /// An operand with the unary operators before it.
    fn operand(&mut self) -> Parsed<Expr> {
        let start = self.position();
        let (operator, strength, length) = match self.peek() {
            b'-' => (UnaryOperator::Minus, SIGN + 1, 1),
            b'+' => (UnaryOperator::Plus, SIGN + 1, 1),
            b'.' => match self.dotted_word() {
                Some(word) if word == "not" => (UnaryOperator::Not, NOT, 5),
                Some(word) if word != "true" && word != "false" => {
                    let length = word.len() + 2;
                    (UnaryOperator::Defined(Name::new(word)), DEFINED_UNARY, length)
                }
                _ => return self.primary(),
            },
            _ => return self.primary(),
        };
        self.skip(length);
        let operand = self.binary(strength)?;
        self.grow()?;
        Ok(Expr { kind: ExprKind::Unary(operator, Box::new(operand)), span: self.span(start) })
    }
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::fragment::parse_expression;
    use crate::ir::expr::{Actual, Expr, ExprKind, UnaryOperator};
    use crate::source::{FileId, Span};

    /// The expression with every operation in brackets.
    fn show(expr: &Expr) -> String {
        let kind = |kind: &Option<Box<Expr>>| kind.as_ref().map_or(String::new(), |kind| format!("_{}", show(kind)));
        let list = |list: &[Expr]| list.iter().map(show).collect::<Vec<_>>().join(", ");
        match &expr.kind {
            ExprKind::Integer(value, suffix) => format!("{value}{}", kind(suffix)),
            ExprKind::Real { text, exponent, kind: suffix } => format!("{text}:{exponent:?}{}", kind(suffix)),
            ExprKind::Logical(value, suffix) => format!("{value}{}", kind(suffix)),
            ExprKind::Character(value, prefix) => format!("{value:?}{}", kind(prefix)),
            ExprKind::Complex(re, im) => format!("complex({}, {})", show(re), show(im)),
            ExprKind::Name(name) => name.lower().to_owned(),
            ExprKind::Reference(name, actuals) => {
                format!("{name}({})", actuals.iter().map(show_actual).collect::<Vec<_>>().join(", "))
            }
            ExprKind::Component(base, name) => format!("{}%{name}", show(base)),
            ExprKind::Unary(UnaryOperator::Defined(name), operand) => format!("[.{name}. {}]", show(operand)),
            ExprKind::Unary(operator, operand) => format!("[{operator:?} {}]", show(operand)),
            ExprKind::Binary(operator, left, right) => format!("[{} {operator:?} {}]", show(left), show(right)),
            ExprKind::Parenthesized(inner) => format!("({})", show(inner)),
            ExprKind::ArrayConstructor(None, values) => format!("array({})", list(values)),
            ExprKind::ArrayConstructor(Some(spec), values) => format!("array({:?}: {})", spec.base, list(values)),
            ExprKind::ImpliedDo(one) => {
                let step = one.step.as_ref().map_or(String::new(), |step| format!(", {}", show(step)));
                let ends = format!("{}, {}{step}", show(&one.first), show(&one.last));
                format!("do({}; {} = {ends})", list(&one.values), one.variable)
            }
            ExprKind::Boz(digits, bits) => format!("boz<{digits}:{bits}>"),
            ExprKind::Hollerith(text) => format!("hollerith<{text}>"),
            ExprKind::Subscripted(base, actuals) => {
                format!("<{}>({})", show(base), actuals.iter().map(show_actual).collect::<Vec<_>>().join(", "))
            }
            ExprKind::Other(text) => format!("other<{text}>"),
        }
    }

    fn show_actual(actual: &Actual) -> String {
        let keyword = actual.keyword.as_ref().map_or(String::new(), |name| format!("{name}="));
        let value = actual.value.as_ref().map_or(String::new(), show);
        let range = if actual.is_range { ".." } else { "" };
        let upper = actual.upper.as_ref().map_or(String::new(), show);
        let stride = actual.stride.as_ref().map_or(String::new(), |stride| format!(" by {}", show(stride)));
        let is_nothing = actual.value.is_none() && !actual.is_range;
        format!("{keyword}{}{value}{range}{upper}{stride}", if is_nothing { "*" } else { "" })
    }

    fn parsed(text: &str) -> String {
        match parse_expression(text, Span::new(FileId(0), 0, text.len())) {
            Ok(expr) => show(&expr),
            Err(error) => format!("error: {}", error.label),
        }
    }

    #[test]
    fn operators_bind_as_the_standard_says() {
        for (text, expected) in [
            ("a + b * c ** d ** e", "[a Add [b Multiply [c Power [d Power e]]]]"),
            ("a - b - c", "[[a Subtract b] Subtract c]"),
            ("-a ** 2 + b", "[[Minus [a Power 2]] Add b]"),
            ("-a * b", "[Minus [a Multiply b]]"),
            ("a ** -b", "[a Power [Minus b]]"),
            (".not. a .and. b .or. c .eqv. d", "[[[[Not a] And b] Or c] Equivalent d]"),
            ("a // b == c // d", "[[a Concatenate b] Equal [c Concatenate d]]"),
            (".not. a == b", "[Not [a Equal b]]"),
            ("a .cross. b + c", "[a Defined(`cross`) [b Add c]]"),
            (".inv. a * b", "[[.inv. a] Multiply b]"),
            ("(a + b) * c", "[([a Add b]) Multiply c]"),
            ("a.gt.1.and.b.le.2.0", "[[a Greater 1] And [b LessEqual 2.0:None]]"),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
    }

    #[test]
    fn constants() {
        for (text, expected) in [
            ("12_int64", "12_int64"),
            ("1.e5", "1.e5:Some('e')"),
            (".5D-3", ".5D-3:Some('d')"),
            ("1.0_wp", "1.0:None_wp"),
            ("1.eq.2", "[1 Equal 2]"),
            ("1..eq.2", "[1.:None Equal 2]"),
            ("'it''s'", "\"it's\""),
            ("c_char_'x'", "\"x\"_c_char"),
            (".true._c_bool", "true_c_bool"),
            ("(1.0, -2.0)", "complex(1.0:None, [Minus 2.0:None])"),
            ("z'ff'", "boz<ff:4>"),
            ("'FF'x", "boz<FF:4>"),
            ("b\"101\"", "boz<101:1>"),
            ("o'17'", "boz<17:3>"),
            ("3habc", "hollerith<abc>"),
            ("4_'x'", "\"x\"_4"),
            ("(a, 1.0)", "complex(a, 1.0:None)"),
            ("'abc'(2:3)", "<\"abc\">(2..3)"),
            ("[1, 2]", "array(1, 2)"),
            ("(/ 1, a/b /)", "array(1, [a Divide b])"),
            ("[real :: 1, 2]", "array(Real: 1, 2)"),
            ("[character(len=3) :: 'a', 'bcd']", "array(Character: \"a\", \"bcd\")"),
            ("[t(4) :: x]", "array(Derived(`t`): x)"),
            ("[type(t) :: x]", "array(Derived(`t`): x)"),
            ("[integer ::]", "array(Integer: )"),
            ("[real(x), y]", "array(real(x), y)"),
            ("['::', 'a']", "array(\"::\", \"a\")"),
            ("[(i, i = 1, 3)]", "array(do(i; i = 1, 3))"),
            ("[((i*j, k, i = 1, 3), j = 1, n, 2), 4]", "array(do(do([i Multiply j], k; i = 1, 3); j = 1, n, 2), 4)"),
            ("[(i, integer(8) :: i = 1, 3)]", "array(do(i; i = 1, 3))"),
            ("99999999999999999999999999999999999999999", "other<99999999999999999999999999999999999999999>"),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
    }

    #[test]
    fn references() {
        for (text, expected) in [
            ("f()", "f()"),
            ("size(a, dim=1)", "size(a, dim=1)"),
            ("a(2:n, :)", "a(2..n, ..)"),
            ("a(::2, :3, i:, 1:n:-1)", "a(.. by 2, ..3, i.., 1..n by [Minus 1])"),
            ("f(*10, &20, x)", "f(*, *, x)"),
            ("x%y(3)%z(2)", "<<x%y>(3)%z>(2)"),
            ("a[1]", "other<a[1]>"),
            ("x%y%n", "x%y%n"),
            ("a(1)%n", "a(1)%n"),
            ("s(1)(2:3)", "<s(1)>(2..3)"),
            ("kind(0d0)", "kind(0d0:Some('d'))"),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_is_an_error() {
        for text in ["", "a +", "(a", "a)", "f(a", "[1, 2", "'abc", "1_", "a b", "%", ".foo", "*"] {
            assert!(parsed(text).starts_with("error: "), "{text}: {}", parsed(text));
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_an_overflow() {
        let count = 10_000;
        for text in [
            format!("{}1{}", "(".repeat(count), ")".repeat(count)),
            "(".repeat(count),
            format!("{}1{}", "f(".repeat(count), ")".repeat(count)),
            format!("{}1{}", "[".repeat(count), "]".repeat(count)),
            format!("{}1{}", "[type(real([".repeat(count), "]".repeat(count)),
            format!("{}1{}", "[real([".repeat(count), "]".repeat(count)),
            format!("{}1", "-".repeat(count)),
            format!("{}1", ".not.".repeat(count)),
            format!("{}1", "2**".repeat(count)),
            format!("{}1", "a+".repeat(count)),
            format!("a{}", "%b".repeat(count)),
        ] {
            assert!(parsed(&text).starts_with("error: "), "{}", &text[..10]);
        }
        assert!(!parsed(&format!("{}1", "a+".repeat(500))).starts_with("error: "));
    }
}
