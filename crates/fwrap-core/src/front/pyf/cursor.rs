//! A cursor over one statement of a signature file: words, names, balanced parentheses; C is read over.

use std::ops::Range;

use crate::front::origin::Origin;
use crate::ir::f2py::Verbatim;
use crate::ir::name::Name;
use crate::source::Span;

/// What could not be read: the place and a word on it.
pub(in crate::front) type Problem = (Span, String);

/// A place in a statement, up to its end or to that of a part.
#[derive(Clone, Copy, Debug)]
pub(in crate::front) struct Cursor<'s> {
    text: &'s [u8],
    offsets: &'s [u32],
    origin: &'s Origin,
    at: usize,
    end: usize,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

impl<'s> Cursor<'s> {
    pub(in crate::front) fn new(text: &'s [u8], offsets: &'s [u32], origin: &'s Origin) -> Self {
        Self { text, offsets, origin, at: 0, end: text.len() }
    }

    /// A cursor over a part.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        Self { at: range.start, end: range.end, ..*self }
    }

    /// Where the next byte that is not a blank stands.
    pub(super) fn position(&mut self) -> usize {
        while self.at < self.end && self.text[self.at] == b' ' {
            self.at += 1;
        }
        self.at
    }

    /// Goes back to a position.
    pub(super) fn seek(&mut self, position: usize) {
        self.at = position;
    }

    /// What is left, without blanks in front of it.
    pub(super) fn rest(&mut self) -> Range<usize> {
        self.position()..self.end
    }

    /// The bytes of what is left with their places.
    pub(super) fn raw(&mut self) -> (&'s [u8], &'s [u32], &'s Origin) {
        let rest = self.rest();
        (&self.text[rest.clone()], &self.offsets[rest], self.origin)
    }

    pub(super) fn at_end(&mut self) -> bool {
        self.position() >= self.end
    }

    /// The next byte that is not a blank; 0 at the end.
    pub(super) fn peek(&mut self) -> u8 {
        let at = self.position();
        if at < self.end { self.text[at] } else { 0 }
    }

    /// Takes a mark, if it stands here.
    pub(super) fn eat(&mut self, mark: &str) -> bool {
        let at = self.position();
        let found = self.text[at..self.end].starts_with(mark.as_bytes());
        self.at += if found { mark.len() } else { 0 };
        found
    }

    /// Goes over bytes.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = (self.position() + bytes).min(self.end);
    }

    /// Takes a word, if it stands here; a blank in it stands for a blank or none.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        let mut at = self.position();
        for byte in word.bytes() {
            match self.text.get(at).filter(|_| at < self.end) {
                Some(b' ') if byte == b' ' => at += 1,
                _ if byte == b' ' => {}
                Some(found) if found.eq_ignore_ascii_case(&byte) => at += 1,
                _ => return false,
            }
        }
        if at < self.end && is_word(self.text[at]) {
            return false;
        }
        self.at = at;
        true
    }

    /// The letters and digits here; empty if there are none.
    pub(super) fn word(&mut self) -> &'s [u8] {
        let at = self.position();
        let length = self.text[at..self.end].iter().take_while(|byte| is_word(**byte)).count();
        &self.text[at..at + length]
    }

    /// Takes a name, if one stands here.
    pub(super) fn name(&mut self) -> Option<(Name, Span)> {
        let word = self.word();
        if word.first().is_none_or(u8::is_ascii_digit) {
            return None;
        }
        let start = self.at;
        self.at += word.len();
        Some((Name::new(String::from_utf8_lossy(word)), self.span(start..self.at)))
    }

    /// Takes a parenthesis; gives what stands in it.
    pub(super) fn parenthesis(&mut self) -> Option<Range<usize>> {
        let start = self.position();
        if self.peek() != b'(' {
            return None;
        }
        let rest = &self.text[start..self.end];
        let length = closing(rest, true).or_else(|| closing(rest, false))?;
        self.at = start + length;
        Some(start + 1..start + length - 1)
    }

    /// The parts of a range between marks outside of parentheses and quotes.
    pub(super) fn split(&self, range: Range<usize>, mark: u8) -> Vec<Range<usize>> {
        let (mut parts, mut start) = (Vec::new(), range.start);
        let mut walk = Walk::default();
        for at in range.clone() {
            if walk.is_outside() && self.text[at] == mark {
                parts.push(start..at);
                start = at + 1;
            }
            walk.step(self.text[at]);
        }
        parts.push(start..range.end);
        if walk.quote.is_some() {
            // a quote that does not end is an apostrophe
            return self.text[range.clone()]
                .split(|byte| *byte == mark)
                .fold((Vec::new(), range.start), |(mut parts, start), part| {
                    parts.push(start..start + part.len());
                    (parts, start + part.len() + 1)
                })
                .0;
        }
        parts
    }

    /// Where `mark` first stands outside of parentheses and quotes.
    pub(super) fn find(&mut self, mark: &str) -> Option<usize> {
        let rest = self.rest();
        let mut walk = Walk::default();
        rest.clone().find(|&at| {
            let found = walk.is_outside() && self.text[at..rest.end].starts_with(mark.as_bytes());
            walk.step(self.text[at]);
            found
        })
    }

    /// The text of a range without blanks around it.
    pub(super) fn text(&self, range: Range<usize>) -> String {
        String::from_utf8_lossy(self.text[range].trim_ascii()).into_owned()
    }

    /// The text of a range, with its place.
    pub(super) fn verbatim(&self, range: Range<usize>) -> Verbatim {
        let text = &self.text[range.clone()];
        let start = range.start + text.len() - text.trim_ascii_start().len();
        let end = start + text.trim_ascii().len();
        Verbatim { text: self.text(range), span: self.span(start..end) }
    }

    /// The place of a range.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let place = |index: usize| self.offsets.get(index).map(|offset| self.origin.place(*offset));
        let Some(last) = self.offsets.len().checked_sub(1) else { return Span::default() };
        let Some(first) = place(range.start) else {
            let last = place(last).unwrap_or_default();
            return Span { file: last.file, start: last.end, end: last.end };
        };
        let last = place(range.end.saturating_sub(1).clamp(range.start, last)).unwrap_or(first);
        if first.file == last.file && last.end >= first.start { first.to(last) } else { first }
    }

    /// The place of the whole statement.
    pub(super) fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// What should stand here and does not.
    pub(super) fn expected(&mut self, what: &str) -> Problem {
        let start = self.position();
        let length = self.word().len().max(1);
        (self.span(start..start + length), format!("expected {what}"))
    }
}

/// Goes through C and Fortran text, aware of parentheses and quotes.
#[derive(Default)]
struct Walk {
    depth: usize,
    quote: Option<u8>,
    escaped: bool,
}

impl Walk {
    fn is_outside(&self) -> bool {
        self.depth == 0 && self.quote.is_none()
    }

    fn step(&mut self, byte: u8) {
        let escaped = std::mem::take(&mut self.escaped);
        match (self.quote, byte) {
            (Some(_), b'\\') => self.escaped = !escaped,
            (Some(open), _) if byte == open && !escaped => self.quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => self.quote = Some(byte),
            (None, b'(' | b'[' | b'{') => self.depth += 1,
            (None, b')' | b']' | b'}') => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// The length of the parenthesis at the start.
fn closing(text: &[u8], quotes: bool) -> Option<usize> {
    let mut walk = Walk::default();
    for (index, byte) in text.iter().enumerate() {
        if quotes || !matches!(byte, b'\'' | b'"') {
            walk.step(*byte);
        }
        if walk.is_outside() {
            return Some(index + 1);
        }
    }
    None
}

/// Where one of the marks first stands outside of quotes; nowhere, if a quote before it does not end.
pub(super) fn find_unquoted(text: &[u8], marks: &[u8]) -> Option<usize> {
    let mut walk = Walk::default();
    text.iter().position(|byte| {
        let found = walk.quote.is_none() && marks.contains(byte);
        if matches!(byte, b'\'' | b'"' | b'\\') || walk.quote.is_some() {
            walk.step(*byte);
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use super::{Cursor, find_unquoted};
    use crate::front::origin::Origin;
    use crate::source::FileId;

    fn with<T>(text: &str, act: impl FnOnce(Cursor<'_>) -> T) -> T {
        let offsets: Vec<u32> = (0..).take(text.len()).collect();
        act(Cursor::new(text.as_bytes(), &offsets, &Origin::identity(FileId(0))))
    }

    #[test]
    fn parentheses_hold_c() {
        let inner = |text: &str| with(text, |mut cursor| cursor.parenthesis().map(|range| cursor.text(range)));
        assert_eq!(inner("(x[0]=='(' ? f(\"\\\")\") : b) y").as_deref(), Some("x[0]=='(' ? f(\"\\\")\") : b"));
        assert_eq!(inner("(don't) y").as_deref(), Some("don't"));
        assert_eq!(inner("(x"), None);
    }

    #[test]
    fn lists_are_split_outside_of_parentheses() {
        let parts = |text: &str| {
            with(text, |cursor| {
                let parts = cursor.split(0..text.len(), b',');
                parts.into_iter().map(|part| cursor.text(part)).collect::<Vec<_>>()
            })
        };
        assert_eq!(parts("a, f(b,c), ',', {1,2}"), ["a", "f(b,c)", "','", "{1,2}"]);
        assert_eq!(parts("don't, x"), ["don't", "x"]);
    }

    #[test]
    fn comments_begin_outside_of_quotes() {
        assert_eq!(find_unquoted(b"a '!' ! b", b"!"), Some(6));
        assert_eq!(find_unquoted(b"don't ! b", b"!"), None);
        assert_eq!(find_unquoted(b"f(a!b", b"!"), Some(3));
    }

    #[test]
    fn words_end_where_names_end() {
        with("python  module", |mut cursor| assert!(!cursor.keyword("python module")));
        with("python module m", |mut cursor| {
            assert!(cursor.keyword("python module"));
            assert_eq!(cursor.name().map(|(name, _)| name.spelled()).as_deref(), Some("m"));
            assert!(cursor.at_end());
        });
        with("ending", |mut cursor| assert!(!cursor.keyword("end")));
    }
}
