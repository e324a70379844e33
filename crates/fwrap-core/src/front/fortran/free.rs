//! Free source form (F2018 6.3.2): `&` continues, `!` comments.

use crate::front::fortran::lines::{CONTROL_Z, Frame, Line, Open, Scanner, Source, hollerith_count};

/// How a line ends.
enum End {
    /// The statement ends here.
    Statement,
    /// `&`: it goes on.
    Continued,
}

impl Scanner {
    /// Reads the next statement of a text in free form.
    pub(super) fn next_free(&mut self, frame: &mut Frame, source: &Source) -> bool {
        let bytes = source.text.as_bytes();
        let mut open = Open::default();
        let mut continued = false;
        loop {
            let (mut start, line) = match frame.rest.take() {
                Some(rest) => rest,
                None => match frame.line(&source.text) {
                    Some(line) => (line.start, line),
                    None => break,
                },
            };
            let Some(first) = (start..line.end).find(|&at| !is_blank(bytes[at])) else { continue };
            match bytes[first] {
                b'!' => {
                    self.add_comment(frame.source, first, line);
                    continue;
                }
                b'#' if first == line.start => continue,
                _ => {}
            }
            if continued {
                if bytes[first] == b'&' {
                    start = first + 1;
                } else if open.quote.is_none() {
                    self.blank(first);
                    start = first;
                }
            } else {
                start = after_label(bytes, first, line.end);
            }
            self.begin_line(line);
            let end = self.append_free(frame, bytes, start, line, &mut open);
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
            self.statement.text.pop();
            self.statement.offsets.pop();
        }
        self.statement.unterminated = open.quote.map(|(_, position)| position);
        !self.statement.text.is_empty()
    }

    fn append_free(&mut self, frame: &mut Frame, bytes: &[u8], start: usize, line: Line, open: &mut Open) -> End {
        for offset in start..line.end {
            let byte = bytes[offset];
            if open.hollerith > 0 {
                self.statement.push(byte, offset);
                open.hollerith -= 1;
                continue;
            }
            if let Some((quote, _)) = open.quote {
                if byte == b'&' && bytes[offset + 1..line.end].iter().all(|&byte| is_blank(byte)) {
                    return End::Continued;
                }
                self.statement.push(byte, offset);
                if byte == quote {
                    open.quote = None;
                }
                continue;
            }
            match byte {
                b' ' | b'\t' | b'\r' | 0x0c | CONTROL_Z => {
                    self.blank(offset);
                    continue;
                }
                b'!' => {
                    self.add_comment(frame.source, offset, line);
                    return End::Statement;
                }
                b';' => {
                    frame.rest = Some((offset + 1, line));
                    return End::Statement;
                }
                b'&' => {
                    let next = (offset + 1..line.end).find(|&at| !is_blank(bytes[at]));
                    match next {
                        None => return End::Continued,
                        Some(comment) if bytes[comment] == b'!' => {
                            self.add_comment(frame.source, comment, line);
                            return End::Continued;
                        }
                        Some(_) => {}
                    }
                }
                b'\'' | b'"' => open.quote = Some((byte, self.statement.text.len())),
                b'h' | b'H' if offset > start && bytes[offset - 1].is_ascii_digit() => {
                    open.hollerith = hollerith_count(&self.statement.text).unwrap_or(0);
                }
                _ => {}
            }
            self.statement.push(byte, offset);
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
    matches!(byte, b' ' | b'\t' | b'\r' | 0x0c | CONTROL_Z)
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
