//! Lines to statements: joins continuation lines, sets comments apart, follows INCLUDE files.

use std::ops::Range;
use std::rc::Rc;

use memchr::{memchr, memchr2};

use crate::front::fortran::cursor::{Cursor, Run};
use crate::front::origin::Origin;
use crate::source::SourceForm;

/// The end mark of old files.
const CONTROL_Z: u8 = 0x1a;

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
    source: u32,
    start: u32,
    end: u32,
    /// The line, from 0.
    pub(super) line: u32,
}

/// One statement, without continuation marks and (in fixed form) without blanks.
#[derive(Debug, Default)]
pub(super) struct Statement {
    pub(super) text: Vec<u8>,
    /// Where the bytes of `text` stand in the source.
    pub(super) runs: Vec<Run>,
    pub(super) source: usize,
    pub(super) fixed: bool,
    /// Lines with the position in `text` where each begins.
    pub(super) lines: Vec<(u32, usize)>,
    /// Comment lines before it.
    pub(super) leading: Range<usize>,
    /// Comments on its lines and between them.
    pub(super) beside: Range<usize>,
    /// Where a character constant begins that does not end.
    pub(super) unterminated: Option<usize>,
}

impl Statement {
    pub(super) fn first_line(&self) -> u32 {
        self.lines.first().map_or(0, |(line, _)| *line)
    }

    /// The positions of the text that stand on a line.
    pub(super) fn positions_on(&self, line: u32) -> Range<usize> {
        let first = self.lines.partition_point(|(known, _)| *known < line);
        let after = self.lines.partition_point(|(known, _)| *known <= line);
        let start = |index: usize| self.lines.get(index).map_or(self.text.len(), |(_, start)| *start);
        start(first)..start(after)
    }

    /// The offsets in the source from its first byte to behind its last.
    pub(super) fn range(&self) -> Range<usize> {
        let (Some(first), Some(last)) = (self.runs.first(), self.runs.last()) else { return 0..0 };
        let length = self.text.len() - last.position as usize;
        first.offset as usize..last.offset as usize + length
    }

    /// Adds a byte that stands at `offset`, or stands for what is there.
    pub(super) fn push(&mut self, byte: u8, offset: usize) {
        self.begin_run(offset);
        self.text.push(byte);
    }

    /// Adds bytes of the source.
    pub(super) fn copy(&mut self, bytes: &[u8], range: Range<usize>) {
        if !range.is_empty() {
            self.begin_run(range.start);
            self.text.extend_from_slice(&bytes[range]);
        }
    }

    /// Adds bytes of the source as long as they are plain; gives the offset behind them. Words are short: byte by byte
    /// is faster than to measure first.
    #[inline]
    pub(super) fn copy_while(&mut self, bytes: &[u8], range: Range<usize>, is_plain: impl Fn(u8) -> bool) -> usize {
        let start = range.start;
        let plain = bytes[range].iter().take_while(|byte| is_plain(**byte));
        let before = self.text.len();
        let position = before as u32;
        self.text.extend(plain);
        let length = self.text.len() - before;
        let follows = |run: &Run| run.offset + (position - run.position) == start as u32;
        if length > 0 && !self.runs.last().is_some_and(follows) {
            self.runs.push(Run { position, offset: start as u32 });
        }
        start + length
    }

    fn begin_run(&mut self, offset: usize) {
        let position = self.text.len() as u32;
        let follows = |run: &Run| run.offset + (position - run.position) == offset as u32;
        if !self.runs.last().is_some_and(follows) {
            self.runs.push(Run { position, offset: offset as u32 });
        }
    }

    /// Takes the last byte away.
    pub(super) fn pop(&mut self) {
        self.text.pop();
        if self.runs.last().is_some_and(|run| run.position as usize >= self.text.len()) {
            self.runs.pop();
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.runs.clear();
        self.lines.clear();
        self.unterminated = None;
    }
}

/// One line of a text, without its end mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) number: u32,
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
    /// Where the text ends.
    end: usize,
    /// Lines end with a carriage return alone.
    returns: bool,
    number: u32,
    /// A line that was read ahead.
    pub(super) pending: Option<Line>,
    /// What follows a `;`, between these offsets.
    pub(super) rest: Option<(Range<usize>, Line)>,
}

/// Reads statements one after another.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    /// The last column of a statement in fixed form, if it is not 72.
    pub(super) last_column: Option<usize>,
    /// Lines with the sentinel `!$` are read.
    pub(super) openmp: bool,
    pub(super) sources: Vec<Rc<Source>>,
    #[expect(clippy::vec_box, reason = "a frame is taken out and put back for every statement")]
    frames: Vec<Box<Frame>>,
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
        let bytes = text.as_bytes();
        // a byte order mark is no text
        let next = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let end = memchr(CONTROL_Z, bytes).unwrap_or(text.len());
        let returns =
            memchr2(b'\r', b'\n', bytes).is_some_and(|at| bytes[at] == b'\r' && memchr(b'\n', bytes).is_none());
        // a comment line has about so many bytes
        self.comments.reserve(text.len() / 64);
        self.sources.push(Rc::new(Source { text, origin, ascii }));
        let source = self.sources.len() - 1;
        let frame = Frame { source, form, next, end, returns, number: 0, pending: None, rest: None };
        self.frames.push(Box::new(frame));
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
        Cursor::of_statement(&statement.text, &statement.runs, origin, statement.fixed)
    }

    /// The text of a comment with its mark.
    pub(super) fn comment_text(&self, comment: &Comment) -> &str {
        let source = self.sources.get(comment.source as usize);
        source.and_then(|source| source.text.get(comment.start as usize..comment.end as usize)).unwrap_or("")
    }

    /// The index of a comment's text among the sources, where it begins there, and the comment.
    pub(super) fn comment_place(&self, comment: &Comment) -> (usize, usize, &str) {
        (comment.source as usize, comment.start as usize, self.comment_text(comment))
    }

    /// A comment from `start` to the end of the line.
    pub(super) fn add_comment(&mut self, source: usize, start: usize, line: Line) {
        let (source, start, end) = (source as u32, start as u32, line.end as u32);
        self.comments.push(Comment { source, start, end, line: line.number });
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
        if self.next >= self.end {
            return None;
        }
        let bytes = &text.as_bytes()[..self.end];
        let start = self.next;
        let found = memchr(if self.returns { b'\r' } else { b'\n' }, &bytes[start..]);
        let mut end = found.map_or(self.end, |length| start + length);
        self.next = end + 1;
        if end > start && bytes[end - 1] == b'\r' {
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
        // `format(1x5hDON'T)`, but not `format(i5h...`, which is nothing
        b'x' | b'X' | b'\'' | b'"' | b')' | b'$' | b':' => is_format(before),
        // `data x /3*4hABCD/`, but not `real*8 height`
        b'*' => before.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"data")),
        _ => false,
    };
    (opens && count > 0 && count <= 2000).then_some(count)
}

fn is_format(text: &[u8]) -> bool {
    text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case(b"format("))
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::cursor::offset_of;
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
            for (position, byte) in statement.text.iter().enumerate() {
                let offset = offset_of(&statement.runs, position).expect("a place");
                let original = text.as_bytes()[offset as usize];
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
    fn a_tab_ends_in_column_6() {
        let text = "\tX = 1\n \t1+ 2\n     \t2+ 3\n10\tY = 1\n";
        assert_eq!(statements(SourceForm::Fixed, text), ["X=1+2+3", "Y=1"]);
        let long = format!("      X\n     \t1{};Y\n", "A".repeat(65));
        assert_eq!(statements(SourceForm::Fixed, &long), [format!("X{}", "A".repeat(65))]);
    }

    #[test]
    fn lines_end_in_several_ways() {
        assert_eq!(statements(SourceForm::Free, "x = 1\ry = 2\r"), ["x = 1", "y = 2"]);
        assert_eq!(statements(SourceForm::Fixed, "      X = 1\r\n\u{c}\n      Y\n\u{1a}      Z\n"), ["X=1", "Y"]);
        assert_eq!(statements(SourceForm::Free, "x = &\n  &\n  & ! nothing\n  & 1\n"), ["x = 1"]);
    }

    #[test]
    fn sentinels_of_openmp_are_read_if_it_is_on() {
        let read = |form, text: &str| {
            let mut scanner = Scanner { openmp: true, ..Scanner::default() };
            scanner.enter(text.into(), Origin::identity(FileId(0)), form);
            let mut found = Vec::new();
            while scanner.advance() {
                found.push(String::from_utf8(scanner.statement.text.clone()).expect("UTF-8"));
            }
            found
        };
        let fixed = "!$    A\nc$    B\nC$   1C\n*$ 10 D\n!$omp flush\n!$\tE\n";
        assert_eq!(read(SourceForm::Fixed, fixed), ["A", "BC", "D", "E"]);
        assert!(statements(SourceForm::Fixed, fixed).is_empty());
        let free = " !$ a, &\n!$ & b\n!$c\n!$omp flush\n!$\td\n";
        assert_eq!(read(SourceForm::Free, free), ["a, b", "d"]);
        assert!(statements(SourceForm::Free, free).is_empty());
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
