//! One executable statement as tokens: words, constants, marks, and which parenthesis closes which.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword; in fixed form a keyword may be run together with what follows it.
    Word,
    /// A number or a character or Hollerith constant.
    Constant,
    /// `(` or `[`.
    Open,
    /// `)` or `]`.
    Close,
    /// `=`, where it is no part of a longer mark.
    Equals,
    /// `=>`
    Arrow,
    /// `%`
    Percent,
    Comma,
    /// `:`, where it is no part of `::`.
    Colon,
    /// `::`
    Colons,
    /// Any other mark or operator.
    Mark(u8),
    /// What is left of a word that was a keyword alone.
    Empty,
}

/// A token of a statement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
    /// For `(` and `[` the token that closes it.
    pub(super) partner: u32,
}

/// The tokens of a statement.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) list: Vec<Token>,
    open: Vec<u32>,
    /// Whether every parenthesis has its partner.
    pub(super) is_balanced: bool,
}

impl Tokens {
    /// Splits a statement.
    pub(super) fn split(&mut self, text: &[u8]) {
        self.list.clear();
        self.open.clear();
        self.is_balanced = true;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let start = at;
            let (kind, end) = match byte {
                b' ' => {
                    at += 1;
                    continue;
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => (Kind::Word, word_end(text, at)),
                b'0'..=b'9' => (Kind::Constant, number_end(text, at)),
                b'\'' | b'"' => (Kind::Constant, quoted_end(text, at)),
                b'.' if text.get(at + 1).is_some_and(u8::is_ascii_digit) => (Kind::Constant, number_end(text, at)),
                b'.' => (Kind::Mark(b'.'), dotted_end(text, at).unwrap_or(at + 1)),
                b'(' | b'[' => {
                    self.open.push(self.list.len() as u32);
                    (Kind::Open, at + 1)
                }
                b')' | b']' => {
                    self.close();
                    (Kind::Close, at + 1)
                }
                b'%' => (Kind::Percent, at + 1),
                b',' => (Kind::Comma, at + 1),
                _ => mark(text, at),
            };
            self.push(kind, start, end);
            at = end;
        }
        self.is_balanced &= self.open.is_empty();
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.list.push(Token { kind, start: start as u32, end: end as u32, partner: 0 });
    }

    fn close(&mut self) {
        let here = self.list.len() as u32;
        match self.open.pop() {
            Some(open) => self.list[open as usize].partner = here,
            None => self.is_balanced = false,
        }
    }
}

fn mark(text: &[u8], at: usize) -> (Kind, usize) {
    let next = text.get(at + 1).copied().unwrap_or(0);
    match (text[at], next) {
        (b'=', b'>') => (Kind::Arrow, at + 2),
        (b'=' | b'/' | b'<' | b'>', b'=') => (Kind::Mark(text[at]), at + 2),
        (b'=', _) => (Kind::Equals, at + 1),
        (b':', b':') => (Kind::Colons, at + 2),
        (b':', _) => (Kind::Colon, at + 1),
        (byte, _) => (Kind::Mark(byte), at + 1),
    }
}

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

fn word_end(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|byte| is_word(byte)).count()
}

fn digits_end(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn quoted_end(text: &[u8], at: usize) -> usize {
    let length = text[at + 1..].iter().position(|byte| *byte == text[at]);
    length.map_or(text.len(), |length| at + length + 2)
}

/// `.and.` and the like; not the point of `1.` or of `a.b`.
fn dotted_end(text: &[u8], at: usize) -> Option<usize> {
    let letters = text[at + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    (letters > 0 && text.get(at + 1 + letters) == Some(&b'.')).then_some(at + letters + 2)
}

/// `12`, `1.5E-3_dp`, `3habc`; `1.eq.x` ends before the point.
fn number_end(text: &[u8], start: usize) -> usize {
    let mut at = digits_end(text, start);
    if matches!(text.get(at), Some(b'h' | b'H')) {
        let count = std::str::from_utf8(&text[start..at]).ok().and_then(|count| count.parse::<usize>().ok());
        if let Some(count) = count.filter(|count| *count > 0 && at + 1 + count <= text.len()) {
            return at + 1 + count;
        }
    }
    if text.get(at) == Some(&b'.') && dotted_end(text, at).is_none() {
        at = digits_end(text, at + 1);
    }
    if matches!(text.get(at), Some(b'e' | b'E' | b'd' | b'D' | b'q' | b'Q')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let end = digits_end(text, (at + 1 + sign).min(text.len()));
        if end > at + 1 + sign {
            at = end;
        }
    }
    if text.get(at) == Some(&b'_') { word_end(text, at) } else { at }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Tokens};

    fn words(text: &str) -> Vec<&str> {
        let mut tokens = Tokens::default();
        tokens.split(text.as_bytes());
        let words = tokens.list.iter().filter(|token| token.kind == Kind::Word);
        words.map(|token| &text[token.start as usize..token.end as usize]).collect()
    }

    #[test]
    fn constants_and_operators_are_no_words() {
        assert_eq!(words("x = 1.5d0*y + 1.e5_dp - .5e3 + 'a''b'//\"c d\""), ["x", "y"]);
        assert_eq!(words("if (x.eq.1.and.1.lt.y.or..true.) z = 1.d0"), ["if", "x", "y", "z"]);
        assert_eq!(words("call s(7hDON'T (,x, 1.e)"), ["call", "s", "x", "e"]);
    }

    #[test]
    fn parentheses_have_partners() {
        let mut tokens = Tokens::default();
        tokens.split(b"a(b(1), [c])");
        assert!(tokens.is_balanced);
        let partners: Vec<u32> =
            tokens.list.iter().filter(|token| token.kind == Kind::Open).map(|token| token.partner).collect();
        assert_eq!(partners, [10, 5, 9]);
        tokens.split(b"a)b(");
        assert!(!tokens.is_balanced);
    }
}
