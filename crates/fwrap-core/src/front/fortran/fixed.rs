//! Fixed source form (F2018 6.3.3): columns, and blanks that mean nothing.

use crate::front::fortran::lines::{CONTROL_Z, Frame, Line, Open, Scanner, Source, hollerith_count};

/// The last column of a statement (F2018 6.3.3.1).
const LAST_COLUMN: usize = 72;

/// What a line is.
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

impl Scanner {
    /// Reads the next statement of a text in fixed form.
    pub(super) fn next_fixed(&mut self, frame: &mut Frame, source: &Source) -> bool {
        let last_column = self.last_column.unwrap_or(LAST_COLUMN);
        let bytes = source.text.as_bytes();
        let mut open = Open::default();
        let mut started = false;
        let mut padding = 0;
        if let Some((start, line)) = frame.rest.take() {
            self.begin_line(line);
            let ended = self.append_fixed(
                frame,
                bytes,
                start,
                last_byte(source, line, line.start, 1, last_column),
                line,
                &mut open,
            );
            self.end_line();
            started = !self.statement.text.is_empty();
            if ended && started {
                return true;
            }
        }
        while let Some(line) = frame.line(&source.text) {
            let (start, column, initial) = match role(bytes, line) {
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
            let ended = self.append_fixed(frame, bytes, start, end, line, &mut open);
            padding = if end < line.end { 0 } else { last_column.saturating_sub(column - 1 + (end - start)) };
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
        start: usize,
        end: usize,
        line: Line,
        open: &mut Open,
    ) -> bool {
        for (offset, &byte) in (start..end).zip(&bytes[start..end]) {
            if open.hollerith > 0 {
                self.statement.push(byte, offset);
                open.hollerith -= 1;
                continue;
            }
            if let Some((quote, _)) = open.quote {
                self.statement.push(byte, offset);
                if byte == quote {
                    open.quote = None;
                }
                continue;
            }
            match byte {
                b' ' | b'\t' | b'\r' | 0x0c | CONTROL_Z => continue,
                b'!' => {
                    self.add_comment(frame.source, offset, line);
                    return false;
                }
                b';' => {
                    frame.rest = Some((offset + 1, line));
                    return true;
                }
                b'\'' | b'"' => open.quote = Some((byte, self.statement.text.len())),
                b'h' | b'H' if offset > start && bytes[offset - 1].is_ascii_digit() => {
                    open.hollerith = hollerith_count(&self.statement.text).unwrap_or(0);
                }
                _ => {}
            }
            self.statement.push(byte, offset);
        }
        false
    }
}

/// What a line is, by its first six columns.
fn role(bytes: &[u8], line: Line) -> Role {
    let text = &bytes[line.start..line.end];
    match text.first() {
        None | Some(b'#') => return Role::Nothing,
        Some(b'c' | b'C' | b'*' | b'!' | b'd' | b'D') => return Role::Comment(line.start),
        Some(_) => {}
    }
    let Some(first) = text.iter().position(|byte| !matches!(*byte, b' ' | b'\t' | b'\r' | 0x0c | CONTROL_Z)) else {
        return Role::Nothing;
    };
    if text[first] == b'!' && first != 5 {
        return Role::Comment(line.start + first);
    }
    let label = text.iter().take(5).position(|byte| !matches!(byte, b' ' | b'0'..=b'9')).unwrap_or(text.len().min(5));
    if text.get(label) == Some(&b'\t') {
        let next = line.start + label + 1;
        return match text.get(label + 1) {
            Some(b'1'..=b'9') if label == 0 => Role::Continuation(next + 1, 7),
            _ => Role::Initial(next, 7),
        };
    }
    if label < 5 {
        // Something that is no label in columns 1 to 5: read it, so that it can be reported.
        return Role::Initial(line.start + label, label + 1);
    }
    match text.get(5) {
        None => Role::Nothing,
        Some(b' ' | b'0') => Role::Initial(line.start + 6, 7),
        Some(b'\t') => Role::Initial(line.start + 6, 7),
        Some(_) if first < 5 => Role::Initial(line.start + 6, 7),
        Some(_) => Role::Continuation(line.start + 6, 7),
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
