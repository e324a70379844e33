//! Line marks such as `# 12 "file.fypp"`: which line of which file a line of the text stands for.

use std::ops::Range;
use std::rc::Rc;

use crate::front::directive::Directive;
use crate::front::preprocess::{Preprocessor, Reading};
use crate::source::{FileId, Span};

/// A file that line marks name.
#[derive(Debug)]
pub(super) struct Marked {
    file: FileId,
    text: Rc<str>,
    /// Where each line begins.
    starts: Vec<usize>,
}

/// Where a line of the text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LineOrigin {
    /// From the file itself.
    Own,
    /// It is the line of another file that begins at `start`, byte for byte.
    Copied {
        file: FileId,
        start: usize,
        /// The line in the text.
        line: Range<usize>,
    },
    /// It was made from a line of another file.
    Whole(Span),
}

impl Marked {
    fn new(file: FileId, text: Rc<str>) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        Self { file, text, starts }
    }

    /// A line without its end, by its number from 1.
    fn line(&self, number: usize) -> Option<Range<usize>> {
        let start = *self.starts.get(number.checked_sub(1)?)?;
        let end = self.starts.get(number).map_or(self.text.len(), |next| next - 1);
        Some(start..start + self.text[start..end].trim_end_matches('\r').len())
    }
}

impl LineOrigin {
    /// Where a line of the text comes from, if it stands for line `number` of a marked file.
    pub(super) fn find(mark: Option<&Marked>, number: usize, text: &str, line: Range<usize>) -> Self {
        let found = mark.and_then(|marked| Some((marked, marked.line(number)?)));
        let Some((marked, original)) = found else { return Self::Own };
        let written = text[line.clone()].trim_end_matches(['\n', '\r']);
        if marked.text[original.clone()] == *written {
            Self::Copied { file: marked.file, start: original.start, line: line.start..line.start + written.len() }
        } else {
            Self::Whole(Span::new(marked.file, original.start, original.end))
        }
    }

    /// Where a part of the text stands, if another file has it.
    pub(super) fn span(&self, text: Range<usize>) -> Option<Span> {
        match self {
            Self::Own => None,
            Self::Copied { file, start, line } => {
                let place = |at: usize| start + at.clamp(line.start, line.end) - line.start;
                Some(Span::new(*file, place(text.start), place(text.end)))
            }
            Self::Whole(span) => Some(*span),
        }
    }
}

impl Preprocessor<'_, '_> {
    /// Follows `#line 12 "file"` or `# 12 "file"`: what the next line is.
    pub(super) fn follow_mark(&mut self, directive: &Directive<'_>, reading: &mut Reading) {
        let (number, rest) = match directive.word {
            "line" => {
                let rest = directive.rest.trim_ascii_start();
                rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count())
            }
            number => (number, directive.rest),
        };
        let Ok(number) = number.parse::<usize>() else { return };
        // the line of the mark itself is still to be counted
        reading.line = number.saturating_sub(1);
        let quoted = rest.trim_ascii().strip_prefix('"').and_then(|path| path.split_once('"'));
        let Some((path, _)) = quoted else { return };
        if path.starts_with('<') {
            return;
        }
        path.clone_into(&mut reading.path);
        reading.mark = match self.marked.get(path) {
            Some(known) => known.clone(),
            None => {
                let file = self.loader.load(path, reading.file).filter(|file| *file != reading.file);
                let marked = file.map(|file| Rc::new(Marked::new(file, self.loader.text(file))));
                self.marked.insert(path.to_owned(), marked.clone());
                marked
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{entity, read_with, text_of};

    #[test]
    fn spans_stand_in_the_file_that_the_marks_name() {
        let original = "#:def X\nsubroutine s(abc, d)\nreal abc\n$:made\n  integer y\n";
        let text = "# 2 \"a.fypp\"\nsubroutine s(abc, d)\nreal abc\n# 4 \"a.fypp\"\nreal d\n# 5 \"a.fypp\" 2\n  integer y\n\
            # 1 \"missing\"\nreal own\nend\n";
        let (library, diagnostics, sources) = read_with("a.fypp.f90", text, &[("a.fypp", original)], &[]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let place = |name: &str| {
            let span = entity(&library.procedures[0], name).span;
            (sources.file(span.file).path.as_str(), text_of(&sources, span))
        };
        assert_eq!(place("abc"), ("a.fypp", "abc".to_owned()));
        assert_eq!(place("d"), ("a.fypp", "$:made".to_owned()));
        assert_eq!(place("y"), ("a.fypp", "y".to_owned()));
        assert_eq!(place("own"), ("a.fypp.f90", "own".to_owned()));
    }
}
