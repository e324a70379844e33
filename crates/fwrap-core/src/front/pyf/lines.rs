//! Lines of a signature file to statements: `!` comments, `&` continues, `'''` holds lines as they are, `;` separates.

use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::front::include::{Loader, MAXIMUM_NESTING};
use crate::front::origin::Origin;
use crate::front::pyf::cursor::{Cursor, find_unquoted};
use crate::ir::f2py::Verbatim;
use crate::source::{FileId, Span};

/// The mark around lines that are kept as they are.
const BLOCK_MARK: &str = "'''";

/// Words before C code, in which a semicolon separates no statements.
const BEFORE_CODE: [&str; 4] = ["callstatement", "callprotoargument", "usercode", "pymethoddef"];

/// A text with what is needed to find its places in files.
struct Source {
    text: Rc<str>,
    origin: Origin,
    /// The file whose folder INCLUDE lines begin in.
    file: FileId,
}

/// A text that is being read, from an offset on.
struct Frame {
    source: usize,
    next: usize,
}

/// One statement.
#[derive(Clone, Default)]
struct Statement {
    text: Vec<u8>,
    offsets: Vec<u32>,
    source: usize,
    block: Option<Verbatim>,
}

/// Reads statements one after another.
pub(super) struct Lines {
    sources: Vec<Source>,
    frames: Vec<Frame>,
    statement: Statement,
    queue: VecDeque<Statement>,
}

impl Lines {
    pub(super) fn new(text: Rc<str>, origin: Origin, file: FileId) -> Self {
        let sources = vec![Source { text, origin, file }];
        Self {
            sources,
            frames: vec![Frame { source: 0, next: 0 }],
            statement: Statement::default(),
            queue: VecDeque::new(),
        }
    }

    /// A cursor at the start of the statement.
    pub(super) fn cursor(&self) -> Cursor<'_> {
        Cursor::new(&self.statement.text, &self.statement.offsets, &self.sources[self.statement.source].origin)
    }

    /// The block in `'''` behind the statement.
    pub(super) fn block(&self) -> Option<Verbatim> {
        self.statement.block.clone()
    }

    /// Reads the next statement; false at the end of the last text.
    pub(super) fn advance(&mut self) -> bool {
        while self.queue.is_empty() {
            let Some(frame) = self.frames.last_mut() else { return false };
            let source = &self.sources[frame.source];
            match read_statement(source, frame) {
                Some(statement) => self.queue.extend(split(statement)),
                None => {
                    self.frames.pop();
                }
            }
        }
        self.statement = self.queue.pop_front().unwrap_or_default();
        true
    }

    /// Goes on in the file that an INCLUDE line names; what f2py passes over in silence is said.
    pub(super) fn include(&mut self, name: &str, span: Span, loader: &mut Loader<'_>, diagnostics: &mut Diagnostics) {
        let from = self.sources[self.statement.source].file;
        let found = if self.frames.len() > MAXIMUM_NESTING { None } else { loader.load(name, from) };
        let Some(file) = found else {
            let title = format!("the included file `{name}` was not found");
            let diagnostic = Diagnostic::warning(Code::IncludeMissing, span, title).label("included here");
            diagnostics.push(diagnostic.help("give its folder with `-I DIR`"));
            return;
        };
        self.sources.push(Source { text: loader.text(file), origin: Origin::identity(file), file });
        self.frames.push(Frame { source: self.sources.len() - 1, next: 0 });
    }
}

/// The next statement of a text, without its comments.
fn read_statement(source: &Source, frame: &mut Frame) -> Option<Statement> {
    let text = &*source.text;
    let mut statement = Statement { source: frame.source, ..Statement::default() };
    let mut continued = false;
    while frame.next < text.len() {
        let start = frame.next;
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        frame.next = (end + 1).min(text.len());
        let (mut range, directive) = without_comment(text, start..end);
        let is_blank = text[range.clone()].trim_ascii().is_empty();
        if is_blank && directive.is_none() {
            continue;
        }
        if !continued && let Some(mark) = text[range.clone()].find(BLOCK_MARK) {
            push(&mut statement, text, start..start + mark);
            let first = start + mark + BLOCK_MARK.len();
            let close = text[first..].find(BLOCK_MARK).map_or(text.len(), |length| first + length);
            let after = (close + BLOCK_MARK.len()).min(text.len());
            frame.next = text[after..].find('\n').map_or(text.len(), |length| after + length + 1);
            let place = source.origin.place(u32::try_from(first).unwrap_or(u32::MAX));
            statement.block = Some(Verbatim { text: text[first..close].to_owned(), span: place });
            return Some(statement);
        }
        if continued {
            let line = &text[range.clone()];
            let blanks = line.len() - line.trim_ascii_start().len();
            range.start += if line[blanks..].starts_with('&') { blanks + 1 } else { 0 };
        }
        let last = directive.clone().unwrap_or_else(|| range.clone());
        let line = text[last.clone()].trim_ascii_end();
        continued = line.ends_with('&');
        let last = last.start..last.start + line.len() - usize::from(continued);
        if directive.is_some() {
            push(&mut statement, text, range);
        }
        push(&mut statement, text, last);
        if !continued && !statement.text.iter().all(|byte| *byte == b' ') {
            return Some(statement);
        }
    }
    (!statement.text.is_empty()).then_some(statement)
}

/// A line up to its comment, and what stands behind `!f2py`.
fn without_comment(text: &str, line: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
    let bytes = &text.as_bytes()[line.clone()];
    let block = text[line.clone()].find(BLOCK_MARK).unwrap_or(bytes.len());
    let Some(at) = find_unquoted(&bytes[..block], b"!") else { return (line, None) };
    let comment = line.start + at;
    let is_directive = bytes[at + 1..].get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"f2py"));
    if !is_directive {
        return (line.start..comment, None);
    }
    let start = comment + 5;
    let end = find_unquoted(&text.as_bytes()[start..line.end], b"!").map_or(line.end, |length| start + length);
    (line.start..comment, Some(start..end))
}

/// Adds a part of a line; outside of quotes any number of blanks is one.
fn push(statement: &mut Statement, text: &str, range: Range<usize>) {
    let mut quote = None;
    for at in range {
        let mut byte = text.as_bytes()[at];
        match (quote, byte) {
            (None, b'\'' | b'"') => quote = Some(byte),
            (Some(open), _) if byte == open => quote = None,
            _ => {}
        }
        if matches!(byte, b'\t' | b'\r' | 0x0c) {
            byte = b' ';
        }
        if byte == b' ' && quote.is_none() && statement.text.last().is_none_or(|last| *last == b' ') {
            continue;
        }
        statement.text.push(byte);
        statement.offsets.push(u32::try_from(at).unwrap_or(u32::MAX));
    }
}

/// The statements that `;` separates.
fn split(statement: Statement) -> Vec<Statement> {
    let text = statement.text.trim_ascii_start();
    let starts = |word: &&str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    if statement.block.is_some() || BEFORE_CODE.iter().any(starts) {
        return vec![statement];
    }
    let (mut parts, mut start) = (Vec::new(), 0);
    loop {
        let end = find_unquoted(&statement.text[start..], b";").map_or(statement.text.len(), |length| start + length);
        let part = Statement {
            text: statement.text[start..end].to_vec(),
            offsets: statement.offsets[start..end].to_vec(),
            source: statement.source,
            block: None,
        };
        if !part.text.trim_ascii().is_empty() {
            parts.push(part);
        }
        if end == statement.text.len() {
            return parts;
        }
        start = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use crate::front::origin::Origin;
    use crate::source::FileId;

    fn statements(text: &str) -> Vec<String> {
        let mut lines = Lines::new(text.into(), Origin::identity(FileId(0)), FileId(0));
        let mut found = Vec::new();
        while lines.advance() {
            let mut cursor = lines.cursor();
            let rest = cursor.rest();
            let block = lines.block().map_or(String::new(), |block| format!("{:?}", block.text));
            found.push(cursor.text(rest) + &block);
        }
        found
    }

    #[test]
    fn comments_and_continuations() {
        let text = "\
 real x , & ! the x
   ! between

   &  y
 check(a<&
   &=1) n; integer m
 x = '!;' ! no
 ! !f2py no directive
 !f2py integer k ! yes
 integer i !f2py, j
 threadsafe";
        let expected =
            ["real x , y", "check(a<=1) n", "integer m", "x = '!;'", "integer k", "integer i , j", "threadsafe"];
        assert_eq!(statements(text), expected);
    }

    #[test]
    fn blocks_are_kept_as_they_are() {
        let text =
            "usercode '''\n  x = 1; ! \"\n'''\ncallstatement {a; b;}\n'''doc''' x\n! '''\nend\nusercode '''open\n";
        let expected =
            ["usercode\"\\n  x = 1; ! \\\"\\n\"", "callstatement {a; b;}", "\"doc\"", "end", "usercode\"open\\n\""];
        assert_eq!(statements(text), expected);
    }
}
