//! The conditions of `#if` and `#elif`.

use crate::front::macros::{Macros, begins_word, is_word};

/// How deep parentheses may nest.
const MAXIMUM_DEPTH: usize = 200;

/// The value of a condition whose macros are expanded, or why it has none.
pub(super) fn evaluate(text: &str, macros: &Macros) -> Result<i64, String> {
    Evaluation { rest: text, macros, depth: 0 }.whole()
}

struct Evaluation<'e> {
    rest: &'e str,
    macros: &'e Macros,
    depth: usize,
}

/// Binary operators, longer ones first, with how strongly they bind.
const OPERATORS: &[(&str, u8)] = &[
    ("||", 1),
    ("&&", 2),
    ("==", 6),
    ("!=", 6),
    ("<<", 8),
    (">>", 8),
    ("<=", 7),
    (">=", 7),
    ("<", 7),
    (">", 7),
    ("|", 3),
    ("^", 4),
    ("&", 5),
    ("+", 9),
    ("-", 9),
    ("*", 10),
    ("/", 10),
    ("%", 10),
];

impl<'e> Evaluation<'e> {
    fn whole(mut self) -> Result<i64, String> {
        let value = self.choice()?;
        self.blank();
        if self.rest.is_empty() { Ok(value) } else { Err(format!("`{}` cannot be evaluated", self.rest.trim_end())) }
    }

    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, mark: &str) -> bool {
        self.blank();
        let found = self.rest.strip_prefix(mark);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn word(&mut self) -> &'e str {
        self.blank();
        let rest = self.rest;
        let end = rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len());
        self.rest = &rest[end..];
        &rest[..end]
    }

    /// `condition ? value : value`, or a value alone.
    fn choice(&mut self) -> Result<i64, String> {
        let condition = self.binary(0)?;
        if !self.eat("?") {
            return Ok(condition);
        }
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            return Err("it nests too deep".to_owned());
        }
        let first = self.choice()?;
        if !self.eat(":") {
            return Err("a `:` is missing".to_owned());
        }
        let second = self.choice()?;
        self.depth -= 1;
        Ok(if condition != 0 { first } else { second })
    }

    fn binary(&mut self, least: u8) -> Result<i64, String> {
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            return Err("it nests too deep".to_owned());
        }
        let mut left = self.unary()?;
        loop {
            self.blank();
            let found = OPERATORS.iter().find(|(mark, _)| self.rest.starts_with(mark));
            let Some((mark, strength)) = found.filter(|(_, strength)| *strength >= least) else { break };
            self.rest = &self.rest[mark.len()..];
            let right = self.binary(strength + 1)?;
            left = apply(mark, left, right)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn unary(&mut self) -> Result<i64, String> {
        let mut marks = Vec::new();
        loop {
            self.blank();
            match self.rest.bytes().next() {
                Some(mark @ (b'!' | b'-' | b'+' | b'~')) => {
                    marks.push(mark);
                    self.rest = &self.rest[1..];
                }
                _ => break,
            }
        }
        let value = self.primary()?;
        Ok(marks.iter().rev().fold(value, |value, mark| match mark {
            b'!' => i64::from(value == 0),
            b'-' => value.wrapping_neg(),
            b'~' => !value,
            _ => value,
        }))
    }

    fn primary(&mut self) -> Result<i64, String> {
        if self.eat("(") {
            let value = self.choice()?;
            return if self.eat(")") { Ok(value) } else { Err("a `)` is missing".to_owned()) };
        }
        if self.eat("'") {
            let value = self.rest.bytes().next().filter(|byte| byte.is_ascii_graphic() || *byte == b' ');
            let closed = value.is_some() && self.rest[1..].starts_with('\'');
            let value = value.filter(|_| closed).ok_or("this is no character")?;
            self.rest = &self.rest[2..];
            return Ok(i64::from(value));
        }
        let word = self.word();
        let Some(first) = word.bytes().next() else { return Err("a value is missing".to_owned()) };
        if word == "defined" {
            let parenthesis = self.eat("(");
            let name = self.word();
            if name.is_empty() || (parenthesis && !self.eat(")")) {
                return Err("`defined` needs a name".to_owned());
            }
            return Ok(i64::from(self.macros.is_defined(name)));
        }
        if !begins_word(first) {
            return integer(word).ok_or_else(|| format!("`{word}` is no integer"));
        }
        let has_arguments = self.rest.trim_ascii_start().starts_with('(');
        if has_arguments { Err(format!("`{word}` is not defined")) } else { Ok(0) }
    }
}

/// `12`, `0x1F`, `017`, `0b1`, with `L` and `U` behind it.
fn integer(word: &str) -> Option<i64> {
    let digits = word.trim_end_matches(['l', 'L', 'u', 'U']).to_ascii_lowercase();
    let (digits, radix) = match digits.as_bytes() {
        [b'0', b'x', ..] => (&digits[2..], 16),
        [b'0', b'b', ..] => (&digits[2..], 2),
        [b'0', _, ..] => (&digits[1..], 8),
        _ => (&*digits, 10),
    };
    u64::from_str_radix(digits, radix).ok().map(u64::cast_signed)
}

fn apply(operator: &str, left: i64, right: i64) -> Result<i64, String> {
    let truth = |value: bool| Ok(i64::from(value));
    match operator {
        "||" => truth(left != 0 || right != 0),
        "&&" => truth(left != 0 && right != 0),
        "==" => truth(left == right),
        "!=" => truth(left != right),
        "<=" => truth(left <= right),
        ">=" => truth(left >= right),
        "<" => truth(left < right),
        ">" => truth(left > right),
        "|" => Ok(left | right),
        "^" => Ok(left ^ right),
        "&" => Ok(left & right),
        "<<" => Ok(shift(left, right)),
        ">>" => Ok(shift(left, right.wrapping_neg())),
        "+" => Ok(left.wrapping_add(right)),
        "-" => Ok(left.wrapping_sub(right)),
        "*" => Ok(left.wrapping_mul(right)),
        _ if right == 0 => Err("it divides by zero".to_owned()),
        "/" => Ok(left.wrapping_div(right)),
        _ => Ok(left.wrapping_rem(right)),
    }
}

/// Shifted to the left, or to the right if `by` is negative.
fn shift(value: i64, by: i64) -> i64 {
    match by {
        0..=63 => value << by,
        -63..=-1 => value >> -by,
        64.. => 0,
        _ => value >> 63,
    }
}

#[cfg(test)]
mod tests {
    use super::evaluate;
    use crate::front::macros::{Macro, Macros, Place};

    /// A condition's value with the macros of the tests.
    fn value(text: &str) -> Result<i64, String> {
        let mut macros = Macros::new();
        let definitions = [("A", "1"), ("N", "A + 2"), ("LOOP", "LOOP"), ("F", "(a,b) a * b"), ("HAS", "defined(A)")];
        for (name, text) in definitions {
            macros.define(name, Macro::parse(text).expect("a macro"));
        }
        let expanded = macros.expand_condition(text, Place { file: "a.F90", line: 7 });
        evaluate(&expanded.map_err(|problem| format!("{problem:?}"))?, &macros)
    }

    #[test]
    fn conditions_have_c_values() {
        for (text, expected) in [
            ("1 + 2 * 3 == 7", 1),
            ("defined(A) && !defined B", 1),
            ("defined ( N ) && defined F && HAS", 1),
            ("N * 2", 5),
            ("(N) * 2", 6),
            ("F(2, (3 + 1)) == 8", 1),
            ("(1 < 2) + (2 >= 3) - -4", 5),
            ("UNKNOWN || 0 || LOOP", 0),
            ("!0 != 0", 1),
            ("1 << 3 | 5 & 4 ^ 1", 13),
            ("~0 == -1 && 0x10 == 020 && 0b11UL == 3", 1),
            ("-8 >> 1", -4),
            ("0 ? 1 : 2 ? 3 : 4", 3),
            ("'a' == 97", 1),
            ("__LINE__", 7),
        ] {
            assert_eq!(value(text), Ok(expected), "{text}");
        }
        let deep = "(".repeat(10_000);
        for text in ["", "1 +", "F(1)", "F(1", "G(1)", "(1", "1 / 0", "'ab'", "08", "1 ? 2", "defined", "A A", &deep] {
            assert!(value(text).is_err(), "{text}");
        }
    }
}
