//! Lines to statements: joins continuation lines, sets comments apart, follows INCLUDE files.

use std::ops::Range;
use std::rc::Rc;

use crate::front::fortran::cursor::Cursor;
use crate::front::origin::Origin;
use crate::source::SourceForm;

/// The end mark of old files.
pub(super) const CONTROL_Z: u8 = 0x1a;

/// A text with what is needed to find its places in files.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) text: Rc<str>,
    pub(super) origin: Origin,
    /// Columns are bytes, if so.
    pub(super) ascii: bool,
}

/// A comment line, or a comment that follows code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment {
    source: usize,
    start: usize,
    end: usize,
    /// The line, from 0.
    pub(super) line: usize,
}

/// One statement, without continuation marks and (in fixed form) without blanks.
#[derive(Debug, Default)]
pub(super) struct Statement {
    pub(super) text: Vec<u8>,
    /// The offset in the source of every byte of `text`.
    pub(super) offsets: Vec<u32>,
    pub(super) source: usize,
    pub(super) fixed: bool,
    /// Lines with the position in `text` where each begins.
    pub(super) lines: Vec<(usize, usize)>,
    /// Comment lines before it.
    pub(super) leading: Range<usize>,
    /// Comments on its lines and between them.
    pub(super) beside: Range<usize>,
    /// Where a character constant begins that does not end.
    pub(super) unterminated: Option<usize>,
}

impl Statement {
    pub(super) fn first_line(&self) -> usize {
        self.lines.first().map_or(0, |(line, _)| *line)
    }

    /// The positions of the text that stand on a line.
    pub(super) fn positions_on(&self, line: usize) -> Range<usize> {
        let first = self.lines.partition_point(|(known, _)| *known < line);
        let after = self.lines.partition_point(|(known, _)| *known <= line);
        let start = |index: usize| self.lines.get(index).map_or(self.text.len(), |(_, start)| *start);
        start(first)..start(after)
    }

    pub(super) fn push(&mut self, byte: u8, offset: usize) {
        self.text.push(byte);
        self.offsets.push(offset as u32);
    }

    fn clear(&mut self) {
        self.text.clear();
        self.offsets.clear();
        self.lines.clear();
        self.unterminated = None;
    }
}

/// One line of a text, without its end mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) number: usize,
}

/// Where a character constant or Hollerith constant is open.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Open {
    /// The quote and the position in the statement's text where it stands.
    pub(super) quote: Option<(u8, usize)>,
    /// Characters of a Hollerith constant that are still to come.
    pub(super) hollerith: usize,
}

/// A text that is being read.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) source: usize,
    pub(super) form: SourceForm,
    next: usize,
    number: usize,
    /// A line that was read ahead.
    pub(super) pending: Option<Line>,
    /// What follows a `;`, from this offset on.
    pub(super) rest: Option<(usize, Line)>,
}

/// Reads statements one after another.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    /// The last column of a statement in fixed form, if it is not 72.
    pub(super) last_column: Option<usize>,
    pub(super) sources: Vec<Rc<Source>>,
    frames: Vec<Frame>,
    pub(super) comments: Vec<Comment>,
    pub(super) statement: Statement,
    unread: bool,
    /// Comments that are already given to a statement.
    pub(super) given: usize,
}

impl Scanner {
    /// Reads this text next, then goes on with the one that is being read now.
    pub(super) fn enter(&mut self, text: Rc<str>, origin: Origin, form: SourceForm) {
        let ascii = text.is_ascii();
        self.sources.push(Rc::new(Source { text, origin, ascii }));
        let source = self.sources.len() - 1;
        // a byte order mark is no text
        let next = if self.sources[source].text.starts_with('\u{feff}') { 3 } else { 0 };
        self.frames.push(Frame { source, form, next, number: 0, pending: None, rest: None });
    }

    /// How many texts are open.
    pub(super) fn nesting(&self) -> usize {
        self.frames.len()
    }

    /// The form of the text that is being read.
    pub(super) fn form(&self) -> SourceForm {
        self.frames.last().map_or(SourceForm::Free, |frame| frame.form)
    }

    /// Makes `advance` give the same statement once more.
    pub(super) fn unread(&mut self) {
        self.unread = true;
    }

    /// Reads the next statement; false at the end of the last text.
    pub(super) fn advance(&mut self) -> bool {
        if std::mem::take(&mut self.unread) {
            return true;
        }
        while let Some(mut frame) = self.frames.pop() {
            let source = Rc::clone(&self.sources[frame.source]);
            self.statement.clear();
            self.statement.source = frame.source;
            self.statement.fixed = frame.form == SourceForm::Fixed;
            let found = match frame.form {
                SourceForm::Fixed => self.next_fixed(&mut frame, &source),
                SourceForm::Free => self.next_free(&mut frame, &source),
            };
            if found {
                self.frames.push(frame);
                return true;
            }
        }
        self.statement.clear();
        false
    }

    /// A cursor at the start of the statement.
    pub(super) fn cursor(&self) -> Cursor<'_> {
        let statement = &self.statement;
        let origin = &self.sources[statement.source].origin;
        Cursor::new(&statement.text, &statement.offsets, origin, statement.fixed)
    }

    /// The text of a comment with its mark.
    pub(super) fn comment_text(&self, comment: &Comment) -> &str {
        self.sources.get(comment.source).and_then(|source| source.text.get(comment.start..comment.end)).unwrap_or("")
    }

    /// A comment from `start` to the end of the line.
    pub(super) fn add_comment(&mut self, source: usize, start: usize, line: Line) {
        self.comments.push(Comment { source, start, end: line.end, line: line.number });
    }

    /// A line is added to the statement: comments up to here are its own.
    pub(super) fn begin_line(&mut self, line: Line) {
        if self.statement.lines.is_empty() {
            self.statement.leading = self.given..self.comments.len();
            self.statement.beside = self.comments.len()..self.comments.len();
        }
        self.statement.lines.push((line.number, self.statement.text.len()));
    }

    /// Comments up to here stand beside the statement.
    pub(super) fn end_line(&mut self) {
        self.given = self.comments.len();
        self.statement.beside.end = self.given;
    }
}

impl Frame {
    /// The next line of the text.
    pub(super) fn line(&mut self, text: &str) -> Option<Line> {
        if let Some(line) = self.pending.take() {
            return Some(line);
        }
        let rest = text.get(self.next..).filter(|rest| !rest.is_empty())?;
        let start = self.next;
        let length = rest.find('\n');
        self.next = length.map_or(text.len(), |length| start + length + 1);
        let mut end = length.map_or(text.len(), |length| start + length);
        if end > start && text.as_bytes()[end - 1] == b'\r' {
            end -= 1;
        }
        self.number += 1;
        Some(Line { start, end, number: self.number - 1 })
    }
}

/// The number of characters of a Hollerith constant, if `text` ends with its count and the next byte is its `H`.
pub(super) fn hollerith_count(text: &[u8]) -> Option<usize> {
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, count) = text.split_at(text.len() - digits);
    let count: usize = std::str::from_utf8(count).ok()?.parse().ok()?;
    let previous = *before.last()?;
    let opens = match previous {
        b'(' | b',' | b'/' | b'=' => true,
        // `data x /3*4hABCD/`, but not `real*8 height`
        b'*' => before.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"data")),
        _ => false,
    };
    (opens && count > 0 && count <= 2000).then_some(count)
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::lines::Scanner;
    use crate::front::origin::Origin;
    use crate::source::{FileId, SourceForm};

    /// The statements of a text; each byte must stand where its offset says.
    fn statements(form: SourceForm, text: &str) -> Vec<String> {
        let mut scanner = Scanner::default();
        scanner.enter(text.into(), Origin::identity(FileId(0)), form);
        let mut found = Vec::new();
        while scanner.advance() {
            let statement = &scanner.statement;
            assert_eq!(statement.text.len(), statement.offsets.len());
            for (byte, offset) in statement.text.iter().zip(&statement.offsets) {
                let original = text.as_bytes()[*offset as usize];
                assert!(original == *byte || *byte == b' ', "{byte} at {offset} of {text:?}");
            }
            found.push(String::from_utf8(statement.text.clone()).expect("UTF-8"));
        }
        found
    }

    #[test]
    fn fixed_form() {
        let text = "\
C     a comment
      REAL X, Y
     1  ,Z
* another
c
     $ , W
   10 A B = 1 000; CALL S
      X = 'A  B' ! beside
\tY = 1
\t1 + 2
D     DEBUG
      END
";
        let expected = ["REALX,Y,Z,W", "AB=1000", "CALLS", "X='A  B'", "Y=1+2", "END"];
        assert_eq!(statements(SourceForm::Fixed, text), expected);
        assert_eq!(statements(SourceForm::Fixed, &text.replace('\n', "\r\n")), expected);
    }

    #[test]
    fn column_73_is_a_comment_in_fixed_form() {
        let text = format!("      X = 1{}SEQUENCE\n      Y = 2\n", " ".repeat(61));
        assert_eq!(statements(SourceForm::Fixed, &text), ["X=1", "Y=2"]);
        let cut = format!("      X = '{}AB'\n     1C'\n", "-".repeat(60));
        assert_eq!(statements(SourceForm::Fixed, &cut), [format!("X='{}AC'", "-".repeat(60).split_at(60).0)]);
    }

    #[test]
    fn a_string_goes_on_at_column_73() {
        let statement = &statements(SourceForm::Fixed, "      X = 'A\n     1B'\n")[0];
        assert_eq!(*statement, format!("X='A{}B'", " ".repeat(72 - 12)));
    }

    #[test]
    fn hollerith_constants_keep_their_blanks_and_quotes() {
        let text =
            "      CALL S(5HI'M A, 3)\n      REAL*8 HX\n      DATA X /2*4H A' /\n   1  FORMAT(5H DON'T)\n      END\n";
        let expected = ["CALLS(5HI'M A,3)", "REAL*8HX", "DATAX/2*4H A' /", "FORMAT(5H DON'T)", "END"];
        assert_eq!(statements(SourceForm::Fixed, text)[..3], expected[..3]);
    }

    #[test]
    fn free_form() {
        let text = "\
real :: x, & ! the x
  ! between

        y
call s('a &
       & b', in&
       &ner); 10 continue
x = 'it''s; & ! no comment' ! a comment
  &y
# 1 \"file.f90\"
s = \"!\"
";
        let expected =
            ["real :: x, y", "call s('a  b', inner)", "continue", "x = 'it''s; & ! no comment'", "&y", "s = \"!\""];
        assert_eq!(statements(SourceForm::Free, text), expected);
    }

    #[test]
    fn an_open_string_ends_with_its_line() {
        let mut scanner = Scanner::default();
        scanner.enter("x = 'abc\ny = 1\n".into(), Origin::identity(FileId(0)), SourceForm::Free);
        assert!(scanner.advance());
        assert_eq!(scanner.statement.unterminated, Some(4));
        assert!(scanner.advance());
        assert_eq!(scanner.statement.text, b"y = 1");
    }
}
