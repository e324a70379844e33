//! Expressions (F2018 10.1) by precedence climbing.

use crate::front::fortran::cursor::{Cursor, Parsed, closing_parenthesis};
use crate::front::fortran::token::{DEFINED_UNARY, NOT, POWER, SIGN};
use crate::ir::expr::{Actual, Expr, ExprKind, UnaryOperator};
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

    fn grow(&mut self) -> Parsed<()> {
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

    fn primary(&mut self) -> Parsed<Expr> {
        let start = self.position();
        self.height = 0;
        let kind = match self.peek() {
            b'0'..=b'9' => return self.number(),
            b'.' if self.rest().get(1).is_some_and(u8::is_ascii_digit) => return self.number(),
            b'.' => self.logical()?,
            b'\'' | b'"' => self.quoted(start)?,
            b'[' => self.array_constructor("]")?,
            b'(' if self.rest().starts_with(b"(/") && !self.rest().starts_with(b"(/=") => {
                self.array_constructor("/)")?
            }
            b'(' => self.parenthesis()?,
            byte if byte.is_ascii_alphabetic() => return self.designator(),
            _ => return Err(self.expected("an expression")),
        };
        Ok(Expr { kind, span: self.span(start) })
    }

    fn logical(&mut self) -> Parsed<ExprKind> {
        let value = match self.dotted_word().as_deref() {
            Some("true") => true,
            Some("false") => false,
            _ => return Err(self.expected("an expression")),
        };
        self.skip(if value { 6 } else { 7 });
        Ok(ExprKind::Logical(value, self.kind_suffix()?.map(Box::new)))
    }

    /// A character constant, or a BOZ constant in the old order (`'ff'x`).
    fn quoted(&mut self, start: usize) -> Parsed<ExprKind> {
        let value = self.character_constant()?;
        let base = self.rest_exact().first().map(u8::to_ascii_lowercase);
        if matches!(base, Some(b'b' | b'o' | b'z' | b'x')) {
            self.skip(1);
            return Ok(self.other(start));
        }
        Ok(ExprKind::Character(value, None))
    }

    fn other(&self, start: usize) -> ExprKind {
        let left = self.rest_exact().len();
        let text = self.text();
        ExprKind::Other(String::from_utf8_lossy(&text[start..text.len() - left]).trim().to_owned())
    }

    /// `(x)`, `(re, im)`; an implied do is read over.
    fn parenthesis(&mut self) -> Parsed<ExprKind> {
        let start = self.position();
        self.expect("(")?;
        let first = self.expression()?;
        if self.eat(")") {
            self.grow()?;
            return Ok(ExprKind::Parenthesized(Box::new(first)));
        }
        let height = self.height;
        if self.eat(",") {
            let second = self.expression()?;
            self.height = height.max(self.height);
            if self.eat(")") {
                self.grow()?;
                return Ok(ExprKind::Complex(Box::new(first), Box::new(second)));
            }
            if matches!(self.peek(), b'=' | b',') {
                self.seek(start);
                if self.skip_parenthesis() {
                    return Ok(self.other(start));
                }
            }
        }
        Err(self.expected("`)`"))
    }

    /// `[a, b]` or `(/ a, b /)`; one with a type is read over.
    fn array_constructor(&mut self, close: &str) -> Parsed<ExprKind> {
        let start = self.position();
        let Some(length) = closing_parenthesis(self.rest()) else { return Err(self.expected("a closed `[ ]`")) };
        let inside = &self.rest()[..length];
        if has_type(inside) {
            self.skip(length);
            return Ok(self.other(start));
        }
        self.skip(close.len());
        let (mut values, mut height) = (Vec::new(), 0);
        while !self.eat(close) {
            if !values.is_empty() {
                self.expect(",")?;
            }
            values.push(self.expression()?);
            height = height.max(self.height);
        }
        self.height = height;
        self.grow()?;
        Ok(ExprKind::ArrayConstructor(None, values))
    }

    /// A name with what follows it: arguments, components, or the text of a constant with a prefix.
    fn designator(&mut self) -> Parsed<Expr> {
        let start = self.position();
        let (name, span) = self.name("a name")?;
        if matches!(self.rest_exact().first(), Some(b'\'' | b'"')) {
            return self.prefixed_constant(start, name);
        }
        let mut left = Expr { kind: ExprKind::Name(name), span };
        loop {
            match (self.peek(), left.kind) {
                (b'(', ExprKind::Name(name)) => {
                    let arguments = self.actual_arguments()?;
                    left.kind = ExprKind::Reference(name, arguments);
                }
                (b'(' | b'[', _) => {
                    // a substring of an element, an element of a component, a coindexed object
                    if !self.skip_parenthesis() {
                        return Err(self.expected("a closed parenthesis"));
                    }
                    left.kind = self.other(start);
                }
                (b'%', kind) => {
                    self.skip(1);
                    let (component, _) = self.name("the name of a component")?;
                    let base = Expr { kind, span: left.span };
                    left.kind = ExprKind::Component(Box::new(base), component);
                }
                (_, kind) => {
                    left.kind = kind;
                    return Ok(left);
                }
            }
            self.grow()?;
            left.span = self.span(start);
        }
    }

    /// `c_char_'text'` or `z'ff'`.
    fn prefixed_constant(&mut self, start: usize, prefix: Name) -> Parsed<Expr> {
        let value = self.character_constant()?;
        let kind = match prefix.spelled().strip_suffix('_') {
            Some(kind) => {
                let span = self.span_between(start, start + kind.len());
                let kind = Expr { kind: ExprKind::Name(Name::new(kind)), span };
                ExprKind::Character(value, Some(Box::new(kind)))
            }
            None => self.other(start),
        };
        Ok(Expr { kind, span: self.span(start) })
    }

    /// `(arguments)`.
    fn actual_arguments(&mut self) -> Parsed<Vec<Actual>> {
        self.expect("(")?;
        let (mut arguments, mut height) = (Vec::new(), 0);
        while !self.eat(")") {
            if !arguments.is_empty() {
                self.expect(",")?;
            }
            arguments.push(self.actual()?);
            height = height.max(self.height);
        }
        self.height = height;
        Ok(arguments)
    }

    fn actual(&mut self) -> Parsed<Actual> {
        self.height = 0;
        let start = self.position();
        let keyword = self.eat_name().map(|(name, _)| name);
        let keyword = keyword.filter(|_| self.peek() == b'=' && !self.rest().starts_with(b"=="));
        if keyword.is_some() {
            self.skip(1);
        } else {
            self.seek(start);
        }
        let value = if self.peek() == b':' { None } else { Some(self.expression()?) };
        let mut height = self.height;
        let (mut upper, mut stride) = (None, None);
        let is_range = self.eat(":");
        if is_range {
            if !matches!(self.peek(), b')' | b',' | b':') {
                upper = Some(self.expression()?);
                height = height.max(self.height);
            }
            if self.eat(":") {
                stride = Some(self.expression()?);
                height = height.max(self.height);
            }
        }
        self.height = height;
        Ok(Actual { keyword, value, is_range, upper, stride })
    }
}

/// Whether `::` stands directly in an array constructor.
fn has_type(constructor: &[u8]) -> bool {
    let (mut depth, mut quote, mut previous) = (0usize, None, 0);
    for &byte in constructor {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(' | b'[') => depth += 1,
            (None, b')' | b']') => depth = depth.saturating_sub(1),
            (None, b':') if previous == b':' && depth == 1 => return true,
            _ => {}
        }
        previous = byte;
    }
    false
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
            ExprKind::ArrayConstructor(_, values) => format!("array({})", list(values)),
            ExprKind::Other(text) => format!("other<{text}>"),
            other => format!("{other:?}"),
        }
    }

    fn show_actual(actual: &Actual) -> String {
        let keyword = actual.keyword.as_ref().map_or(String::new(), |name| format!("{name}="));
        let value = actual.value.as_ref().map_or(":".to_owned(), show);
        let upper = actual.upper.as_ref().map_or(String::new(), |upper| format!("..{}", show(upper)));
        format!("{keyword}{value}{upper}")
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
            ("z'ff'", "other<z'ff'>"),
            ("'ff'x", "other<'ff'x>"),
            ("3habc", "other<3habc>"),
            ("[1, 2]", "array(1, 2)"),
            ("(/ 1, a/b /)", "array(1, [a Divide b])"),
            ("[real :: 1, 2]", "other<[real :: 1, 2]>"),
            ("[(i, i = 1, 3)]", "array(other<(i, i = 1, 3)>)"),
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
            ("a(2:n, :)", "a(2..n, :)"),
            ("x%y%n", "x%y%n"),
            ("a(1)%n", "a(1)%n"),
            ("s(1)(2:3)", "other<s(1)(2:3)>"),
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
