//! Free source form (F2018 6.3.2): `&` continues, `!` comments.

use std::ops::Range;

use crate::front::fortran::lines::{Frame, Line, Open, Scanner, Source, hollerith_count};

/// How a line ends.
enum End {
    /// The statement ends here.
    Statement,
    /// `&`: it goes on.
    Continued,
}

/// Bytes that are more than part of a word or mark, where no character constant is open.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let bytes = b" \t\r\x0c\0!;&'\"hH";
    let mut index = 0;
    while index < bytes.len() {
        special[bytes[index] as usize] = true;
        index += 1;
    }
    special
};

impl Scanner {
    /// Reads the next statement of a text in free form.
    pub(super) fn next_free(&mut self, frame: &mut Frame, source: &Source) -> bool {
        let bytes = source.text.as_bytes();
        let mut open = Open::default();
        let mut continued = false;
        loop {
            let (mut range, line) = match frame.rest.take() {
                Some(rest) => rest,
                None => match frame.line(&source.text) {
                    Some(line) => (line.start..line.end, line),
                    None => break,
                },
            };
            let Some(mut first) = first_of(bytes, range.clone()) else { continue };
            match bytes[first] {
                b'!' => match self.behind_sentinel(bytes, first, line) {
                    Some(behind) => first = behind,
                    None => {
                        self.add_comment(frame.source, first, line);
                        continue;
                    }
                },
                b'#' if first == line.start => continue,
                _ => {}
            }
            if continued {
                if bytes[first] == b'&' {
                    range.start = first + 1;
                    if self.is_empty_continuation(frame, bytes, range.clone(), line, &open) {
                        continue;
                    }
                } else if open.quote.is_none() {
                    self.blank(first);
                    range.start = first;
                }
            } else {
                range.start = after_label(bytes, first, line.end);
            }
            self.begin_line(line);
            let end = self.append_free(frame, bytes, range, line, &mut open);
            self.end_line();
            match end {
                End::Continued => continued = true,
                End::Statement if self.statement.text.is_empty() => {
                    self.statement.lines.clear();
                    continued = false;
                }
                End::Statement => break,
            }
        }
        while self.statement.text.last() == Some(&b' ') && open.quote.is_none() {
            self.statement.pop();
        }
        self.statement.unterminated = open.quote.map(|(_, position)| position);
        !self.statement.text.is_empty()
    }

    /// A line that has nothing behind the `&` with which it begins. It is no Fortran, and most compilers take it.
    fn is_empty_continuation(
        &mut self,
        frame: &Frame,
        bytes: &[u8],
        range: Range<usize>,
        line: Line,
        open: &Open,
    ) -> bool {
        match first_of(bytes, range) {
            None => true,
            Some(comment) if bytes[comment] == b'!' && open.quote.is_none() => {
                self.add_comment(frame.source, comment, line);
                true
            }
            Some(_) => false,
        }
    }

    /// What follows the sentinel `!$` and a blank, if OpenMP is on (OpenMP 5.0 2.2.3.2).
    fn behind_sentinel(&self, bytes: &[u8], first: usize, line: Line) -> Option<usize> {
        let behind = bytes[first..line.end].strip_prefix(b"!$").filter(|_| self.openmp)?;
        let is_sentinel = behind.first().is_some_and(|&byte| is_blank(byte));
        first_of(bytes, first + 2..line.end).filter(|_| is_sentinel)
    }

    fn append_free(
        &mut self,
        frame: &mut Frame,
        bytes: &[u8],
        range: Range<usize>,
        line: Line,
        open: &mut Open,
    ) -> End {
        let Range { start, end } = range;
        let mut at = start;
        while at < end {
            if open.hollerith > 0 {
                self.statement.push(bytes[at], at);
                open.hollerith -= 1;
                at += 1;
                continue;
            }
            if let Some((quote, _)) = open.quote {
                let length = memchr::memchr2(quote, b'&', &bytes[at..end]);
                let stop = length.map_or(end, |length| at + length);
                if bytes[..end].get(stop) == Some(&b'&') && first_of(bytes, stop + 1..end).is_none() {
                    self.statement.copy(bytes, at..stop);
                    return End::Continued;
                }
                if bytes[..end].get(stop) == Some(&quote) {
                    open.quote = None;
                }
                let stop = (stop + 1).min(end);
                self.statement.copy(bytes, at..stop);
                at = stop;
                continue;
            }
            at = self.statement.copy_while(bytes, at..end, |byte| !SPECIAL[usize::from(byte)]);
            let Some(&byte) = bytes[..end].get(at) else { break };
            match byte {
                _ if is_blank(byte) => {
                    self.blank(at);
                    at += 1;
                    continue;
                }
                b'!' => {
                    self.add_comment(frame.source, at, line);
                    return End::Statement;
                }
                b';' => {
                    frame.rest = Some((at + 1..end, line));
                    return End::Statement;
                }
                b'&' => match first_of(bytes, at + 1..end) {
                    None => return End::Continued,
                    Some(comment) if bytes[comment] == b'!' => {
                        self.add_comment(frame.source, comment, line);
                        return End::Continued;
                    }
                    Some(_) => {}
                },
                b'\'' | b'"' => open.quote = Some((byte, self.statement.text.len())),
                b'h' | b'H' if at > start && bytes[at - 1].is_ascii_digit() => {
                    open.hollerith = hollerith_count(&self.statement.text).unwrap_or(0);
                }
                _ => {}
            }
            self.statement.push(byte, at);
            at += 1;
        }
        End::Statement
    }

    /// Any number of blanks is one.
    fn blank(&mut self, offset: usize) {
        if self.statement.text.last().is_some_and(|last| *last != b' ') {
            self.statement.push(b' ', offset);
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | 0x0c | 0)
}

/// The first byte that is no blank.
fn first_of(bytes: &[u8], range: Range<usize>) -> Option<usize> {
    let start = range.start;
    bytes[range].iter().position(|&byte| !is_blank(byte)).map(|length| start + length)
}

/// Where the statement begins after a label.
fn after_label(bytes: &[u8], first: usize, end: usize) -> usize {
    let digits = bytes[first..end].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if (1..=5).contains(&digits) && bytes[first..end].get(digits).is_some_and(|&byte| is_blank(byte)) {
        first + digits
    } else {
        first
    }
}
