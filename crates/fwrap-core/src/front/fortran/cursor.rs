//! A cursor over the characters of one statement: keywords, names, marks, and their spans.

use crate::diagnostic::{Code, Diagnostic};
use crate::front::origin::Origin;
use crate::ir::name::Name;
use crate::source::Span;

/// What could not be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) span: Span,
    pub(super) label: String,
    pub(super) help: Option<String>,
}

/// A part of a statement, or what is wrong with it.
pub(super) type Parsed<T> = Result<T, SyntaxError>;

impl SyntaxError {
    /// With the line to write.
    pub(super) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The error as a diagnostic.
    pub(super) fn into_diagnostic(self) -> Diagnostic {
        let help = self.help.unwrap_or_else(|| {
            "correct the statement; if the compiler takes it as it is, report this as a bug of fwrap".to_owned()
        });
        Diagnostic::error(Code::SyntaxError, self.span, "this statement cannot be read").label(self.label).help(help)
    }
}

/// From `position` on, the bytes of a statement stand in the source from `offset` on, up to the next run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) position: u32,
    pub(super) offset: u32,
}

/// The offset in the source of the byte at a position of a statement.
pub(super) fn offset_of(runs: &[Run], position: usize) -> Option<u32> {
    let after = runs.partition_point(|run| run.position as usize <= position);
    let run = runs.get(after.checked_sub(1)?)?;
    Some(run.offset + (position as u32 - run.position))
}

/// Where the bytes of a statement stand in the source.
#[derive(Clone, Copy, Debug)]
enum Offsets<'s> {
    /// Each byte's offset.
    Each(&'s [u32]),
    Runs(&'s [Run]),
}

/// A place in a statement. In fixed form the text has no blanks, in free form single ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'s> {
    text: &'s [u8],
    offsets: Offsets<'s>,
    origin: &'s Origin,
    pub(super) fixed: bool,
    position: usize,
    /// How deep the expression is nested at this point.
    pub(super) depth: usize,
    /// The height of the expression that was read last.
    pub(super) height: usize,
}

pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

impl<'s> Cursor<'s> {
    pub(super) fn new(text: &'s [u8], offsets: &'s [u32], origin: &'s Origin, fixed: bool) -> Self {
        Self { text, offsets: Offsets::Each(offsets), origin, fixed, position: 0, depth: 0, height: 0 }
    }

    /// A cursor over a text whose bytes stand where `runs` says.
    pub(super) fn of_statement(text: &'s [u8], runs: &'s [Run], origin: &'s Origin, fixed: bool) -> Self {
        Self { text, offsets: Offsets::Runs(runs), origin, fixed, position: 0, depth: 0, height: 0 }
    }

    /// The place of the byte at a position.
    fn place(&self, position: usize) -> Option<Span> {
        let offset = match self.offsets {
            Offsets::Each(offsets) => *offsets.get(position)?,
            Offsets::Runs(runs) => offset_of(runs, position).filter(|_| position < self.text.len())?,
        };
        Some(self.origin.place(offset))
    }

    /// The whole statement.
    pub(super) fn text(&self) -> &'s [u8] {
        self.text
    }

    /// The position of the next character that is not a blank.
    pub(super) fn position(&mut self) -> usize {
        while self.text.get(self.position) == Some(&b' ') {
            self.position += 1;
        }
        self.position
    }

    /// Goes back to (or on to) a position.
    pub(super) fn seek(&mut self, position: usize) {
        self.position = position;
    }

    /// What is left, from the next character that is not a blank.
    pub(super) fn rest(&mut self) -> &'s [u8] {
        let position = self.position();
        self.text.get(position..).unwrap_or(&[])
    }

    /// What is left, blanks included.
    pub(super) fn rest_exact(&self) -> &'s [u8] {
        self.text.get(self.position..).unwrap_or(&[])
    }

    /// The next character that is not a blank; 0 at the end.
    pub(super) fn peek(&mut self) -> u8 {
        self.rest().first().copied().unwrap_or(0)
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&mut self) -> bool {
        self.rest().is_empty()
    }

    /// Goes over bytes.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.position = (self.position() + bytes).min(self.text.len());
    }

    /// Takes a mark such as `::`, if it stands here.
    pub(super) fn eat(&mut self, mark: &str) -> bool {
        let found = self.rest().starts_with(mark.as_bytes());
        if found {
            self.skip(mark.len());
        }
        found
    }

    /// Takes a mark that must stand here.
    pub(super) fn expect(&mut self, mark: &str) -> Parsed<()> {
        if self.eat(mark) { Ok(()) } else { Err(self.expected(&format!("`{mark}`"))) }
    }

    /// Takes a keyword, if it stands here; a blank in the pattern stands for any number of blanks.
    pub(super) fn eat_keyword(&mut self, keyword: &str) -> bool {
        match match_keyword(self.rest(), keyword, self.fixed) {
            Some(length) => {
                self.skip(length);
                true
            }
            None => false,
        }
    }

    /// Takes `keyword =`, as in `kind = 8`.
    pub(super) fn eat_argument_keyword(&mut self, keyword: &str) -> bool {
        let start = self.position();
        if self.eat_keyword(keyword) && self.peek() == b'=' && !self.rest().starts_with(b"==") {
            self.skip(1);
            return true;
        }
        self.seek(start);
        false
    }

    /// Takes a name, if one stands here.
    pub(super) fn eat_name(&mut self) -> Option<(Name, Span)> {
        let rest = self.rest();
        if !rest.first()?.is_ascii_alphabetic() {
            return None;
        }
        let length = rest.iter().take_while(|byte| is_name_byte(**byte)).count();
        let start = self.position();
        self.skip(length);
        // letters, digits and such marks are ASCII
        Some((Name::new(std::str::from_utf8(&rest[..length]).unwrap_or_default()), self.span(start)))
    }

    /// Takes a name that must stand here.
    pub(super) fn name(&mut self, what: &str) -> Parsed<(Name, Span)> {
        self.eat_name().ok_or_else(|| self.expected(what))
    }

    /// Takes digits, if they stand here.
    pub(super) fn digits(&mut self) -> Option<u32> {
        let rest = self.rest();
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let value = std::str::from_utf8(&rest[..length]).ok()?.parse().ok()?;
        self.skip(length);
        Some(value)
    }

    /// The place of the bytes from `start` to here.
    pub(super) fn span(&self, start: usize) -> Span {
        self.span_between(start, self.position)
    }

    /// The place of the bytes from `start` to `end`.
    pub(super) fn span_between(&self, start: usize, end: usize) -> Span {
        let Some(last_index) = self.text.len().checked_sub(1) else { return Span::default() };
        let Some(first) = self.place(start) else {
            // past the end: the place behind the last character
            let last = self.place(last_index).unwrap_or_default();
            return Span { file: last.file, start: last.end, end: last.end };
        };
        let last = self.place(end.saturating_sub(1).clamp(start, last_index)).unwrap_or(first);
        if first.file == last.file && last.end >= first.start { first.to(last) } else { first }
    }

    /// The place of the whole statement.
    pub(super) fn whole(&self) -> Span {
        self.span_between(0, self.text.len())
    }

    /// An error at the next token.
    pub(super) fn expected(&mut self, what: &str) -> SyntaxError {
        let rest = self.rest();
        let start = self.position();
        let word = rest.iter().take_while(|byte| is_name_byte(**byte)).count();
        let span = self.span_between(start, start + word.max(1));
        SyntaxError { span, label: format!("expected {what}"), help: None }
    }

    /// An error unless nothing is left.
    pub(super) fn expect_end(&mut self) -> Parsed<()> {
        if self.at_end() { Ok(()) } else { Err(self.expected("the end of the statement")) }
    }

    /// Goes over a parenthesis with all that is in it; false if none stands here or it does not close.
    pub(super) fn skip_parenthesis(&mut self) -> bool {
        match closing_parenthesis(self.rest()) {
            Some(length) => {
                self.skip(length);
                true
            }
            None => false,
        }
    }
}

/// The length of a keyword at the start of `text`, if it stands there as a word.
pub(super) fn match_keyword(text: &[u8], keyword: &str, fixed: bool) -> Option<usize> {
    let mut at = 0;
    for byte in keyword.bytes() {
        if byte == b' ' {
            if text.get(at) == Some(&b' ') {
                at += 1;
            }
        } else if text.get(at)?.eq_ignore_ascii_case(&byte) {
            at += 1;
        } else {
            return None;
        }
    }
    let ends = fixed || !text.get(at).is_some_and(|byte| is_name_byte(*byte));
    ends.then_some(at)
}

/// The length of a parenthesis or bracket at the start of `text`, character constants read over.
pub(super) fn closing_parenthesis(text: &[u8]) -> Option<usize> {
    if !matches!(text.first(), Some(b'(' | b'[')) {
        return None;
    }
    let (mut depth, mut quote) = (0usize, None);
    for (index, &byte) in text.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(' | b'[') => depth += 1,
            (None, b')' | b']') => {
                depth -= 1;
                if depth == 0 {
                    return Some(index + 1);
                }
            }
            _ => {}
        }
    }
    None
}
