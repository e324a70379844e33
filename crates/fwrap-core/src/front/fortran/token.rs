//! Constants and operators of expressions.

use crate::front::fortran::cursor::{Cursor, Parsed, SyntaxError, is_name_byte};
use crate::ir::expr::{BinaryOperator, Expr, ExprKind};
use crate::ir::name::Name;

/// How strongly unary `+` and `-` bind: weaker than `*`, like their binary forms.
pub(super) const SIGN: u8 = 8;
/// How strongly `.not.` binds.
pub(super) const NOT: u8 = 5;
/// How strongly a defined unary operator binds: more than anything else.
pub(super) const DEFINED_UNARY: u8 = 12;
/// How strongly `**` binds; its right operand may hold another one.
pub(super) const POWER: u8 = 10;

impl Cursor<'_> {
    /// The binary operator that stands here: what it is, how strongly it binds, its length.
    pub(super) fn peek_operator(&mut self) -> Option<(BinaryOperator, u8, usize)> {
        use BinaryOperator as Op;
        let rest = self.rest();
        let next = rest.get(1).copied().unwrap_or(0);
        Some(match rest.first()? {
            b'*' if next == b'*' => (Op::Power, POWER, 2),
            b'*' => (Op::Multiply, 9, 1),
            b'/' if next == b'/' => (Op::Concatenate, 7, 2),
            b'/' if next == b'=' => (Op::NotEqual, 6, 2),
            b'/' if next == b')' => return None,
            b'/' => (Op::Divide, 9, 1),
            b'+' => (Op::Add, SIGN, 1),
            b'-' => (Op::Subtract, SIGN, 1),
            b'=' if next == b'=' => (Op::Equal, 6, 2),
            b'<' if next == b'=' => (Op::LessEqual, 6, 2),
            b'<' => (Op::Less, 6, 1),
            b'>' if next == b'=' => (Op::GreaterEqual, 6, 2),
            b'>' => (Op::Greater, 6, 1),
            b'.' => {
                let word = self.dotted_word()?;
                let length = word.len() + 2;
                let (operator, strength) = match word.as_str() {
                    "eq" => (Op::Equal, 6),
                    "ne" => (Op::NotEqual, 6),
                    "lt" => (Op::Less, 6),
                    "le" => (Op::LessEqual, 6),
                    "gt" => (Op::Greater, 6),
                    "ge" => (Op::GreaterEqual, 6),
                    "and" => (Op::And, 4),
                    "or" => (Op::Or, 3),
                    "eqv" => (Op::Equivalent, 2),
                    "neqv" => (Op::NotEquivalent, 2),
                    "true" | "false" | "not" => return None,
                    _ => (Op::Defined(Name::new(word)), 1),
                };
                (operator, strength, length)
            }
            _ => return None,
        })
    }

    /// The word in `.word.`, in lower case, if one stands here.
    pub(super) fn dotted_word(&mut self) -> Option<String> {
        let rest = self.rest().strip_prefix(b".")?;
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = rest.get(..length).filter(|word| !word.is_empty())?;
        (rest.get(length) == Some(&b'.')).then(|| String::from_utf8_lossy(word).to_ascii_lowercase())
    }

    /// A number: integer, real, or a Hollerith constant.
    pub(super) fn number(&mut self) -> Parsed<Expr> {
        let start = self.position();
        let rest = self.rest();
        let digits = |from: usize| rest[from.min(rest.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let whole = digits(0);
        if matches!(rest.get(whole), Some(b'h' | b'H')) {
            let count = std::str::from_utf8(&rest[..whole]).ok().and_then(|count| count.parse::<usize>().ok());
            let length = (whole + 1).saturating_add(count.unwrap_or(0)).min(rest.len());
            self.skip(length);
            let text = String::from_utf8_lossy(&rest[whole + 1..length]).into_owned();
            return Ok(Expr { kind: ExprKind::Hollerith(text), span: self.span(start) });
        }
        if rest.get(whole) == Some(&b'_') && matches!(rest.get(whole + 1), Some(b'\'' | b'"')) {
            let kind = std::str::from_utf8(&rest[..whole]).ok().and_then(|kind| kind.parse().ok()).unwrap_or(0);
            self.skip(whole + 1);
            let kind = Expr { kind: ExprKind::Integer(kind, None), span: self.span_between(start, start + whole) };
            let kind = ExprKind::Character(self.character_constant()?, Some(Box::new(kind)));
            return Ok(Expr { kind, span: self.span(start) });
        }
        let mut length = whole;
        let is_operator = |from: usize| {
            let letters = rest[from..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            letters > 0 && rest.get(from + letters) == Some(&b'.')
        };
        let has_point = rest.get(whole) == Some(&b'.') && !is_operator(whole + 1);
        if has_point {
            length += 1 + digits(whole + 1);
        }
        let mut exponent = None;
        if let Some(letter @ (b'e' | b'd' | b'q')) = rest.get(length).map(u8::to_ascii_lowercase) {
            let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
            let power = digits(length + 1 + sign);
            if power > 0 {
                exponent = Some(char::from(letter));
                length += 1 + sign + power;
            }
        }
        let text = String::from_utf8_lossy(&rest[..length]).into_owned();
        self.skip(length);
        let kind = self.kind_suffix()?.map(Box::new);
        let kind = if has_point || exponent.is_some() {
            ExprKind::Real { text, exponent, kind }
        } else {
            match text.parse() {
                Ok(value) => ExprKind::Integer(value, kind),
                Err(_) => ExprKind::Other(text),
            }
        };
        Ok(Expr { kind, span: self.span(start) })
    }

    /// `_8` or `_wp` after a constant.
    pub(super) fn kind_suffix(&mut self) -> Parsed<Option<Expr>> {
        if self.rest_exact().first() != Some(&b'_') {
            return Ok(None);
        }
        self.skip(1);
        let start = self.position();
        let rest = self.rest_exact();
        let length = rest.iter().take_while(|byte| is_name_byte(**byte)).count();
        if length == 0 {
            return Err(self.expected("a kind after `_`"));
        }
        let text = String::from_utf8_lossy(&rest[..length]).into_owned();
        let kind = match text.parse() {
            Ok(value) => ExprKind::Integer(value, None),
            Err(_) if rest[0].is_ascii_alphabetic() => ExprKind::Name(Name::new(text)),
            Err(_) => return Err(self.expected("a kind: digits or a name")),
        };
        self.skip(length);
        Ok(Some(Expr { kind, span: self.span(start) }))
    }

    /// A character constant, quotes resolved; the cursor stands on the quote.
    pub(super) fn character_constant(&mut self) -> Parsed<String> {
        let start = self.position();
        let rest = self.rest();
        let Some(&quote) = rest.first().filter(|byte| matches!(byte, b'\'' | b'"')) else {
            return Err(self.expected("a character constant"));
        };
        let mut value = Vec::new();
        let mut at = 1;
        while let Some(&byte) = rest.get(at) {
            at += 1;
            if byte == quote {
                if rest.get(at) != Some(&quote) {
                    self.skip(at);
                    return Ok(String::from_utf8_lossy(&value).into_owned());
                }
                at += 1;
            }
            value.push(byte);
        }
        let span = self.span_between(start, self.text().len());
        let label = "this character constant does not end".to_owned();
        let mark = char::from(quote);
        let help = format!("close it with `{mark}` on the same line, or continue it with `&`");
        Err(SyntaxError { span, label, help: Some(help) })
    }
}
