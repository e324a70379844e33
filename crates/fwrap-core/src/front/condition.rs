//! The conditions of `#if` and `#elif`.

use std::collections::HashMap;

/// How deep parentheses and macros may nest.
const MAXIMUM_DEPTH: usize = 50;

/// What a macro stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Macro {
    /// The text that takes the place of the name.
    Object(String),
    /// A macro with arguments, which is not expanded.
    Function,
}

/// The macros by name.
pub(super) type Macros = HashMap<String, Macro>;

/// The value of a condition, or why it has none.
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
    ("==", 3),
    ("!=", 3),
    ("<=", 4),
    (">=", 4),
    ("<", 4),
    (">", 4),
    ("+", 5),
    ("-", 5),
    ("*", 6),
    ("/", 6),
    ("%", 6),
];

impl<'e> Evaluation<'e> {
    fn whole(mut self) -> Result<i64, String> {
        let value = self.binary(0)?;
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
        let end = rest.find(|character: char| !is_word(character)).unwrap_or(rest.len());
        self.rest = &rest[end..];
        &rest[..end]
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
                Some(mark @ (b'!' | b'-' | b'+')) => {
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
            _ => value,
        }))
    }

    fn primary(&mut self) -> Result<i64, String> {
        if self.eat("(") {
            let value = self.binary(0)?;
            return if self.eat(")") { Ok(value) } else { Err("a `)` is missing".to_owned()) };
        }
        let word = self.word();
        let Some(first) = word.bytes().next() else { return Err("a value is missing".to_owned()) };
        if first.is_ascii_digit() {
            let digits = word.trim_end_matches(['l', 'L', 'u', 'U']);
            let value = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
                Some(hexadecimal) => i64::from_str_radix(hexadecimal, 16),
                None => digits.parse(),
            };
            return value.map_err(|_| format!("`{word}` is no integer"));
        }
        if word == "defined" {
            let parenthesis = self.eat("(");
            let name = self.word();
            if name.is_empty() || (parenthesis && !self.eat(")")) {
                return Err("`defined` needs a name".to_owned());
            }
            return Ok(i64::from(self.macros.contains_key(name)));
        }
        match self.macros.get(word) {
            Some(Macro::Object(text)) if self.depth < MAXIMUM_DEPTH => {
                // an empty macro is no value, as for the C preprocessor
                let inner = Evaluation { rest: text, macros: self.macros, depth: self.depth + 1 };
                inner.whole().map_err(|reason| format!("`{word}` stands for `{text}`: {reason}"))
            }
            Some(Macro::Object(_)) => Err(format!("`{word}` stands for itself")),
            Some(Macro::Function) => Err(format!("`{word}` is a macro with arguments")),
            None if self.rest.trim_start().starts_with('(') => Err(format!("`{word}` is not defined")),
            None => Ok(0),
        }
    }
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
        "+" => Ok(left.wrapping_add(right)),
        "-" => Ok(left.wrapping_sub(right)),
        "*" => Ok(left.wrapping_mul(right)),
        _ if right == 0 => Err("it divides by zero".to_owned()),
        "/" => Ok(left.wrapping_div(right)),
        _ => Ok(left.wrapping_rem(right)),
    }
}

/// Whether a character can be part of a macro's name.
pub(super) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::{Macro, Macros, evaluate};

    #[test]
    fn conditions_have_c_values() {
        let object = |value: &str| Macro::Object(value.to_owned());
        let macros = Macros::from([
            ("A".to_owned(), object("1")),
            ("N".to_owned(), object("A + 2")),
            ("LOOP".to_owned(), object("LOOP")),
            ("F".to_owned(), Macro::Function),
        ]);
        for (text, value) in [
            ("1 + 2 * 3 == 7", 1),
            ("defined(A) && !defined B", 1),
            ("N * 2", 6),
            ("(1 < 2) + (2 >= 3) - -4", 5),
            ("UNKNOWN || 0", 0),
            ("!0 != 0", 1),
        ] {
            assert_eq!(evaluate(text, &macros), Ok(value), "{text}");
        }
        for text in ["", "1 +", "F(1)", "G(1)", "(1", "1 / 0", "LOOP", "'a'", &"(".repeat(10_000)] {
            assert!(evaluate(text, &macros).is_err(), "{text}");
        }
    }
}
