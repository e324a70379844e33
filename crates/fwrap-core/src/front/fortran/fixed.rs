//! Fixed source form (F2018 6.3.3): columns, and blanks that mean nothing.

use std::ops::Range;

use crate::front::fortran::lines::{Frame, Line, Open, Scanner, Source, hollerith_count};

/// The last column of a statement (F2018 6.3.3.1).
const LAST_COLUMN: usize = 72;

/// In longer lines character constants that go on are not filled up with blanks.
const LONGEST_PADDED: usize = 10_000;

/// What a line is.
#[derive(Debug)]
enum Role {
    /// Blank, a comment or a line that a preprocessor left.
    Nothing,
    /// A comment from this offset on.
    Comment(usize),
    /// The first line of a statement, whose text begins here, in this column.
    Initial(usize, usize),
    /// A continuation line.
    Continuation(usize, usize),
}

/// What a byte is where no character constant is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Blank,
    Comment,
    Semicolon,
    Quote,
    /// `H`, which may belong to a Hollerith constant.
    Letter,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain; 256];
    let blanks = b" \t\r\x0c\0";
    let mut index = 0;
    while index < blanks.len() {
        classes[blanks[index] as usize] = Class::Blank;
        index += 1;
    }
    classes[b'!' as usize] = Class::Comment;
    classes[b';' as usize] = Class::Semicolon;
    classes[b'\'' as usize] = Class::Quote;
    classes[b'"' as usize] = Class::Quote;
    classes[b'h' as usize] = Class::Letter;
    classes[b'H' as usize] = Class::Letter;
    classes
};

impl Scanner {
    /// Reads the next statement of a text in fixed form.
    pub(super) fn next_fixed(&mut self, frame: &mut Frame, source: &Source) -> bool {
        let last_column = self.last_column.unwrap_or(LAST_COLUMN);
        let bytes = source.text.as_bytes();
        let mut open = Open::default();
        let mut started = false;
        let mut padding = 0;
        if let Some((range, line)) = frame.rest.take() {
            self.begin_line(line);
            let ended = self.append_fixed(frame, bytes, range, line, &mut open);
            self.end_line();
            started = !self.statement.text.is_empty();
            if ended && started {
                return true;
            }
        }
        while let Some(line) = frame.line(&source.text) {
            let (start, column, initial) = match role(bytes, line, self.openmp) {
                Role::Nothing => continue,
                Role::Comment(start) => {
                    self.add_comment(frame.source, start, line);
                    continue;
                }
                Role::Initial(start, column) => (start, column, true),
                Role::Continuation(start, column) => (start, column, false),
            };
            if initial && started {
                frame.pending = Some(line);
                break;
            }
            self.begin_line(line);
            if open.quote.is_some() || open.hollerith > 0 {
                for _ in 0..padding {
                    self.statement.push(b' ', line.start);
                    open.hollerith = open.hollerith.saturating_sub(1);
                }
            }
            let end = last_byte(source, line, start, column, last_column);
            let ended = self.append_fixed(frame, bytes, start..end, line, &mut open);
            padding = if end < line.end { 0 } else { last_column.saturating_sub(column - 1 + (end - start)) };
            if last_column > LONGEST_PADDED {
                padding = 0;
            }
            self.end_line();
            started = !self.statement.text.is_empty();
            if ended && started {
                return true;
            }
            if !started {
                self.statement.lines.clear();
            }
        }
        self.statement.unterminated = open.quote.map(|(_, position)| position);
        started
    }

    /// Adds a line's text; true if a `;` ends the statement.
    fn append_fixed(
        &mut self,
        frame: &mut Frame,
        bytes: &[u8],
        range: Range<usize>,
        line: Line,
        open: &mut Open,
    ) -> bool {
        let mut at = range.start;
        while at < range.end {
            if open.hollerith > 0 {
                self.statement.push(bytes[at], at);
                open.hollerith -= 1;
                at += 1;
                continue;
            }
            if let Some((quote, _)) = open.quote {
                let length = memchr::memchr(quote, &bytes[at..range.end]);
                let end = length.map_or(range.end, |length| at + length + 1);
                self.statement.copy(bytes, at..end);
                at = end;
                if length.is_some() {
                    open.quote = None;
                }
                continue;
            }
            at = self.statement.copy_while(bytes, at..range.end, |byte| CLASSES[usize::from(byte)] == Class::Plain);
            let Some(&byte) = bytes[..range.end].get(at) else { break };
            match CLASSES[usize::from(byte)] {
                Class::Blank => {
                    at += 1;
                    continue;
                }
                Class::Comment => {
                    self.add_comment(frame.source, at, line);
                    return false;
                }
                Class::Semicolon => {
                    frame.rest = Some((at + 1..range.end, line));
                    return true;
                }
                Class::Quote => open.quote = Some((byte, self.statement.text.len())),
                Class::Letter if at > range.start && bytes[at - 1].is_ascii_digit() => {
                    open.hollerith = hollerith_count(&self.statement.text).unwrap_or(0);
                }
                Class::Letter | Class::Plain => {}
            }
            self.statement.push(byte, at);
            at += 1;
        }
        false
    }
}

/// What a line is, by its first six columns.
fn role(bytes: &[u8], line: Line, openmp: bool) -> Role {
    let text = &bytes[line.start..line.end];
    // most lines are seen at a glance
    if let Some(statement) = text.strip_prefix(b"      ") {
        let first = statement.iter().take_while(|byte| **byte == b' ').count();
        match statement.get(first) {
            None => return Role::Nothing,
            Some(b'!') => return Role::Comment(line.start + 6 + first),
            Some(byte) if CLASSES[usize::from(*byte)] != Class::Blank => {
                return Role::Initial(line.start + 6 + first, 7 + first);
            }
            Some(_) => {}
        }
    } else if let Some(b"     ") = text.get(..5)
        && let Some(mark) = text.get(5).filter(|mark| CLASSES[usize::from(**mark)] != Class::Blank)
    {
        let start = line.start + 6;
        return if *mark == b'0' { Role::Initial(start, 7) } else { Role::Continuation(start, 7) };
    }
    match text.first() {
        None | Some(b'#') => return Role::Nothing,
        Some(b'c' | b'C' | b'*' | b'!') if openmp && text.get(1) == Some(&b'$') => {
            return sentinel(text, line).unwrap_or(Role::Comment(line.start));
        }
        Some(b'c' | b'C' | b'*' | b'!' | b'd' | b'D') => return Role::Comment(line.start),
        Some(_) => {}
    }
    let Some(first) = text.iter().position(|byte| CLASSES[usize::from(*byte)] != Class::Blank) else {
        return Role::Nothing;
    };
    if text[first] == b'!' && (first != 5 || text[..5].contains(&b'\t')) {
        return Role::Comment(line.start + first);
    }
    columns(text, line)
}

/// The part of a line that stands behind the label and the mark of a continuation.
fn columns(text: &[u8], line: Line) -> Role {
    let label = text.iter().take(5).position(|byte| !matches!(byte, b' ' | b'0'..=b'9')).unwrap_or(text.len().min(5));
    let labelled = text[..label].iter().any(|byte| *byte != b' ');
    if text.get(label) == Some(&b'\t') {
        // a tab goes to column 6, where a digit continues
        let next = line.start + label + 1;
        return match text.get(label + 1) {
            Some(b'1'..=b'9') if !labelled => Role::Continuation(next + 1, 7),
            _ => Role::Initial(next, 7),
        };
    }
    if label < 5 {
        // Something that is no label in columns 1 to 5: read it, so that it can be reported.
        return Role::Initial(line.start + label, label + 1);
    }
    match text.get(5) {
        None => Role::Nothing,
        Some(b' ' | b'0' | b'\t') => Role::Initial(line.start + 6, 7),
        Some(_) if labelled => Role::Initial(line.start + 6, 7),
        Some(_) => Role::Continuation(line.start + 6, 7),
    }
}

/// A line that is read with OpenMP only: `!$`, then a label or blanks up to column 6 (OpenMP 5.0 2.2.3.1).
fn sentinel(text: &[u8], line: Line) -> Option<Role> {
    let field = text.get(2..5.min(text.len()))?;
    let label = field.iter().position(|byte| !matches!(byte, b' ' | b'0'..=b'9')).unwrap_or(field.len());
    let labelled = field[..label].iter().any(|byte| *byte != b' ');
    if field.get(label) == Some(&b'\t') {
        return Some(Role::Initial(line.start + 3 + label, 7));
    }
    match text.get(5)? {
        _ if label < 3 => None,
        b' ' | b'0' | b'\t' => Some(Role::Initial(line.start + 6, 7)),
        _ if labelled => None,
        _ => Some(Role::Continuation(line.start + 6, 7)),
    }
}

/// One past the last byte that the last column lets through; `start` stands in `column`.
fn last_byte(source: &Source, line: Line, start: usize, column: usize, last_column: usize) -> usize {
    let left = (last_column + 1).saturating_sub(column);
    if start + left >= line.end {
        return line.end.max(start.min(line.end));
    }
    if source.ascii {
        return start + left;
    }
    let rest = source.text.get(start..line.end).unwrap_or("");
    rest.char_indices().nth(left).map_or(line.end, |(at, _)| start + at)
}
