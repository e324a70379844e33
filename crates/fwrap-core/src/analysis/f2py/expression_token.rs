//! Words of C expressions in signature files, those of Fortran that users mix in included.

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Integer(i64),
    Real(f64),
    /// `2j`: Python's spelling of an imaginary number.
    Imaginary(f64),
    Character(u8),
    Text(Vec<u8>),
    Word(String),
    /// An operator or bracket.
    Mark(&'static str),
}

/// Longer marks stand before those that they begin with.
const MARKS: &[&str] = &[
    "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "/=", "&&", "||", "**", "+=", "-=",
    "*=", "%=", "&=", "|=", "^=", "+", "-", "*", "/", "%", "<", ">", "!", "~", "&", "|", "^", "?", ":", "(", ")", "[",
    "]", "{", "}", ",", ".", "=", ";",
];

/// Fortran's operators and constants between dots.
const DOTTED: &[(&str, &str)] = &[
    (".and.", "&&"),
    (".or.", "||"),
    (".not.", "!"),
    (".eq.", "=="),
    (".ne.", "!="),
    (".lt.", "<"),
    (".le.", "<="),
    (".gt.", ">"),
    (".ge.", ">="),
    (".eqv.", "=="),
    (".neqv.", "!="),
];

/// The words; `None` if there is something that no C expression has.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = blanks(rest);
        let Some(first) = rest.bytes().next() else { return Some(joined(found)) };
        let (token, length) = match first {
            b'"' | b'\'' => quoted(rest)?,
            b'0'..=b'9' => number(rest)?,
            b'.' if rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => number(rest)?,
            b'.' if dotted(rest).is_some() => dotted(rest)?,
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                let length = word(rest);
                (Token::Word(rest[..length].to_owned()), length)
            }
            _ => {
                let mark = MARKS.iter().find(|mark| rest.starts_with(**mark))?;
                (Token::Mark(mark), mark.len())
            }
        };
        found.push(token);
        rest = &rest[length..];
    }
}

/// Skips blanks, C comments, and the mark of a continued line with that of the line that continues it.
fn blanks(mut text: &str) -> &str {
    loop {
        let trimmed = text.trim_start();
        if let Some((_, behind)) = trimmed.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
            text = behind;
        } else if let Some(behind) = trimmed.strip_prefix('&')
            && let Some(next) = behind.trim_start_matches([' ', '\t', '\r']).strip_prefix('\n')
        {
            let next = next.trim_start();
            text = next.strip_prefix('&').filter(|behind| !behind.starts_with('&')).unwrap_or(next);
        } else {
            return trimmed;
        }
    }
}

fn word(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

fn dotted(text: &str) -> Option<(Token, usize)> {
    let starts = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    for (word, value) in [(".true.", 1), (".false.", 0)] {
        if starts(word) {
            return Some((Token::Integer(value), word.len()));
        }
    }
    DOTTED.iter().find(|(word, _)| starts(word)).map(|(word, mark)| (Token::Mark(mark), word.len()))
}

fn number(text: &str) -> Option<(Token, usize)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(hexadecimal) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let length = hexadecimal.bytes().take_while(u8::is_ascii_hexdigit).count();
        let value = i64::from_str_radix(&hexadecimal[..length], 16).ok()?;
        return Some((Token::Integer(value), 2 + length + suffix(&hexadecimal[length..], "uUlL")));
    }
    let mut length = digits(text);
    let mut is_real = false;
    // Not `1.and.2`.
    if text[length..].starts_with('.') && dotted(&text[length..]).is_none() {
        is_real = true;
        length += 1;
        length += digits(&text[length..]);
    }
    let mantissa = length;
    let mut exponent = 0;
    if let Some(letter) = text[length..].bytes().next().filter(|letter| b"eEdDqQ".contains(letter)) {
        let signed = usize::from(text[length + 1..].starts_with(['+', '-']));
        let count = digits(&text[length + 1 + signed..]);
        if count > 0 {
            is_real = true;
            exponent = 1 + signed + count;
        } else if letter.eq_ignore_ascii_case(&b'e') {
            return None;
        }
    }
    length += exponent;
    let value = || {
        let scale = if exponent > 0 { &text[mantissa + 1..mantissa + exponent] } else { "0" };
        format!("{}e{scale}", &text[..mantissa]).parse::<f64>().ok()
    };
    if text[length..].starts_with(['j', 'J']) && word(&text[length..]) == 1 {
        return Some((Token::Imaginary(value()?), length + 1));
    }
    // `1_8`, `1.0_dp`: the value is what counts here.
    let kind = if text[length..].starts_with('_') { word(&text[length..]) } else { 0 };
    if is_real {
        let end = length + kind + suffix(&text[length + kind..], "fFlL");
        return Some((Token::Real(value()?), end)).filter(|_| word(&text[end..]) == 0);
    }
    let end = length + kind + suffix(&text[length + kind..], "uUlL");
    // C11 6.4.4.1: a leading zero means octal.
    let radix = if length > 1 && text.starts_with('0') { 8 } else { 10 };
    let value = i64::from_str_radix(&text[..length], radix).ok()?;
    Some((Token::Integer(value), end)).filter(|_| word(&text[end..]) == 0)
}

fn suffix(text: &str, letters: &str) -> usize {
    text.chars().take_while(|letter| letters.contains(*letter)).count()
}

/// A character constant or a string with C's escapes.
fn quoted(text: &str) -> Option<(Token, usize)> {
    let bytes = text.as_bytes();
    let quote = bytes[0];
    let (mut content, mut position) = (Vec::new(), 1);
    loop {
        match *bytes.get(position)? {
            byte if byte == quote => break,
            b'\\' => {
                let (byte, length) = escape(&bytes[position + 1..])?;
                content.push(byte);
                position += 1 + length;
            }
            byte => {
                content.push(byte);
                position += 1;
            }
        }
    }
    let token = match content[..] {
        [byte] if quote == b'\'' => Token::Character(byte),
        _ => Token::Text(content),
    };
    Some((token, position + 1))
}

fn escape(bytes: &[u8]) -> Option<(u8, usize)> {
    let simple = |byte| Some((byte, 1));
    match *bytes.first()? {
        b'n' => simple(b'\n'),
        b't' => simple(b'\t'),
        b'r' => simple(b'\r'),
        b'a' => simple(7),
        b'b' => simple(8),
        b'f' => simple(12),
        b'v' => simple(11),
        byte @ (b'\\' | b'\'' | b'"' | b'?') => simple(byte),
        b'0'..=b'7' => {
            let length = bytes.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte)).count();
            let value = bytes[..length].iter().fold(0_u32, |value, byte| value * 8 + u32::from(byte - b'0'));
            Some((u8::try_from(value).ok()?, length))
        }
        b'x' => {
            let length = bytes[1..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            let digits = std::str::from_utf8(&bytes[1..=length]).ok()?;
            Some((u8::from_str_radix(digits, 16).ok()?, 1 + length))
        }
        _ => None,
    }
}

/// Joins operators that a continued line has split: `& &`, `< =`. No expression has the two beside each other.
fn joined(tokens: Vec<Token>) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if let (Some(Token::Mark(before)), Token::Mark(mark)) = (found.last(), &token) {
            let together = match (*before, *mark) {
                ("&", "&") => Some("&&"),
                ("|", "|") => Some("||"),
                ("<", "=") => Some("<="),
                (">", "=") => Some(">="),
                ("=", "=") => Some("=="),
                ("!", "=") => Some("!="),
                _ => None,
            };
            if let Some(together) = together {
                found.pop();
                found.push(Token::Mark(together));
                continue;
            }
        }
        found.push(token);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};

    fn one(text: &str) -> Option<Token> {
        tokens(text).filter(|tokens| tokens.len() == 1).and_then(|mut tokens| tokens.pop())
    }

    #[test]
    fn numbers_are_those_of_c_and_fortran() {
        for (text, value) in [("12", 12), ("010", 8), ("0", 0), ("0x1F", 31), ("10L", 10), ("7UL", 7), ("1_8", 1)] {
            assert_eq!(one(text), Some(Token::Integer(value)), "{text}");
        }
        for (text, value) in [("1.5", 1.5), ("1.", 1.0), (".5", 0.5), ("1d-3", 1e-3), ("2.0D0", 2.0), ("1e3f", 1e3)] {
            assert_eq!(one(text), Some(Token::Real(value)), "{text}");
        }
        assert_eq!(one("1.0_dp"), Some(Token::Real(1.0)));
        assert_eq!(one("2j"), Some(Token::Imaginary(2.0)));
        assert_eq!(one(".TRUE."), Some(Token::Integer(1)));
        for text in ["1abc", "1e", "99999999999999999999", "0x", "#", "'a", "\"a", "'\\q'"] {
            assert_eq!(one(text), None, "{text}");
        }
    }

    #[test]
    fn characters_have_the_escapes_of_c() {
        assert_eq!(one("'N'"), Some(Token::Character(b'N')));
        assert_eq!(one("'\\n'"), Some(Token::Character(b'\n')));
        assert_eq!(one("'\\101'"), Some(Token::Character(b'A')));
        assert_eq!(one("'\\x41'"), Some(Token::Character(b'A')));
        assert_eq!(one("'ab'"), Some(Token::Text(b"ab".to_vec())));
        assert_eq!(one("''"), Some(Token::Text(Vec::new())));
        assert_eq!(one("\"a\\\"b\""), Some(Token::Text(b"a\"b".to_vec())));
    }

    #[test]
    fn continued_lines_split_nothing() {
        let expected = tokens("a<=1&&b");
        for text in ["a< =1& &b", "a &\n  <=1&&b", "a<&\n&=1 &&b", "a /* why */ <=1&&b", "a.le.1.and.b"] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }
}
