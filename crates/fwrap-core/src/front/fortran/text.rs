//! The text of a file as the compiler reads it: preprocessed, with included files in the place of INCLUDE lines.

use std::ops::Range;
use std::rc::Rc;

use memchr::memmem;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::front::fortran::form::{has_directives, has_line_marks, is_preprocessed};
use crate::front::include::{Loader, MAXIMUM_NESTING};
use crate::front::origin::Origin;
use crate::front::preprocess::preprocess;
use crate::source::{FileId, SourceForm, Span};

/// How long the text may become by included files; INCLUDE lines beyond are followed one statement at a time.
const LONGEST: usize = 50_000_000;

/// The text of a file and where it comes from. A text with directives is preprocessed whatever its suffix: gfortran
/// would not read a `.f90` file that has them, unless a flag such as `-cpp` makes it preprocess.
pub(super) fn load_text(
    file: FileId,
    form: SourceForm,
    loader: &mut Loader<'_>,
    diagnostics: &mut Diagnostics,
) -> (Rc<str>, Origin) {
    let text = loader.text(file);
    let wanted = is_preprocessed(loader.file(file)) && {
        let marks: [&[u8]; 4] = [b"__", b"/*", b"\\\n", b"\\\r\n"];
        !loader.options.defines.is_empty() || marks.iter().any(|mark| memmem::find(text.as_bytes(), mark).is_some())
    };
    let only_marks = !wanted && !has_directives(&text);
    let (text, origin) = if !only_marks || has_line_marks(&text) {
        preprocess(file, form, only_marks, loader, diagnostics)
    } else {
        (text, Origin::identity(file))
    };
    if !has_include_lines(&text) {
        return (text, origin);
    }
    let mut inclusion =
        Inclusion { loader, diagnostics, output: String::new(), origin: Origin::unknown(), open: vec![file] };
    inclusion.add(&text, &origin);
    (Rc::from(inclusion.output), inclusion.origin)
}

/// Replaces INCLUDE lines (F2018 6.4). The lines of the file take the place of the line, so a statement may go on in
/// them, as it does for compilers.
struct Inclusion<'i, 'o> {
    loader: &'i mut Loader<'o>,
    diagnostics: &'i mut Diagnostics,
    output: String,
    origin: Origin,
    /// Files that are being read.
    open: Vec<FileId>,
}

impl Inclusion<'_, '_> {
    fn add(&mut self, text: &str, origin: &Origin) {
        let mut copied = 0;
        for (line, name) in include_lines(text) {
            let Some(file) = self.load(&text[name.clone()], self.place(origin, name)) else { continue };
            self.copy(text, copied..line.start, origin);
            copied = (line.end + 1).min(text.len());
            let Some(file) = file else { continue };
            self.open.push(file);
            let inner = self.loader.text(file);
            let start = if inner.starts_with('\u{feff}') { 3 } else { 0 };
            let end = memchr::memchr(0x1a, inner.as_bytes()).unwrap_or(inner.len());
            let (inner, inner_origin) = (&inner[start..end], Origin::from(file, start));
            self.add(inner, &inner_origin);
            if !inner.ends_with('\n') {
                self.output.push('\n');
            }
            self.open.pop();
        }
        self.copy(text, copied..text.len(), origin);
    }

    fn copy(&mut self, text: &str, range: Range<usize>, origin: &Origin) {
        if !range.is_empty() {
            self.origin.part(self.output.len(), origin, range.clone());
            self.output.push_str(&text[range]);
        }
    }

    fn place(&self, origin: &Origin, name: Range<usize>) -> Span {
        let (first, last) = (origin.place(name.start as u32 - 1), origin.place(name.end as u32));
        if first.file == last.file { first.to(last) } else { first }
    }

    /// The file to put in the place of a line; `Some(None)` if nothing is to take its place. The line stays if there
    /// is none: who reads the statements reports it.
    fn load(&mut self, name: &str, place: Span) -> Option<Option<FileId>> {
        if self.open.len() > MAXIMUM_NESTING || self.output.len() > LONGEST {
            return None;
        }
        let file = self.loader.load(name, place.file)?;
        if !self.open.contains(&file) {
            return Some(Some(file));
        }
        let title = format!("`{name}` includes itself");
        let diagnostic = Diagnostic::warning(Code::IncludeMissing, place, title).label("included here");
        self.diagnostics.push(diagnostic.help("take the line out"));
        Some(None)
    }
}

fn has_include_lines(text: &str) -> bool {
    // case by case: a search that is blind for it takes ten times as long
    let words: [&[u8]; 2] = [b"nclude", b"NCLUDE"];
    words.iter().any(|word| memmem::find(text.as_bytes(), word).is_some()) && include_lines(text).next().is_some()
}

/// INCLUDE lines, each without its end, with the name that stands in it.
fn include_lines(text: &str) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut seen = 0;
    memchr::memchr2_iter(b'\'', b'"', bytes).filter_map(move |quote| {
        if quote < seen {
            return None;
        }
        let end = memchr::memchr(b'\n', &bytes[quote..]).map_or(text.len(), |length| quote + length);
        seen = end;
        let start = memchr::memrchr(b'\n', &bytes[..quote]).map_or(0, |end| end + 1);
        let keyword = text.get(start..quote)?.trim_ascii();
        if !keyword.eq_ignore_ascii_case("include") {
            return None;
        }
        let name = quote + 1..quote + 1 + memchr::memchr(bytes[quote], &bytes[quote + 1..end])?;
        let behind = text[name.end + 1..end].trim_ascii_start();
        (behind.is_empty() || behind.starts_with('!')).then_some((start..end, name))
    })
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{entity, read_with, text_of};

    #[test]
    fn a_statement_goes_on_in_an_included_file() {
        let text = "subroutine s(a, &\ninclude 'rest.inc'\n  integer a\n  include \"kinds.inc\" ! beside\nend\n";
        let includes = [("rest.inc", "  b)\n  real b"), ("kinds.inc", "\u{feff}  integer k\r\n\u{1a}junk")];
        let (library, diagnostics, sources) = read_with("a.f90", text, &includes, &[]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let procedure = &library.procedures[0];
        for (name, path) in [("a", "a.f90"), ("b", "rest.inc"), ("k", "kinds.inc")] {
            let span = entity(procedure, name).span;
            assert_eq!((sources.file(span.file).path.as_str(), text_of(&sources, span)), (path, name.to_owned()));
        }
    }

    #[test]
    fn lines_that_continue_may_come_from_an_included_file() {
        let text = "      SUBROUTINE S\n      COMMON /B/ X\nINCLUDE 'list'\n      END\n";
        let (library, diagnostics, _) = read_with("a.f", text, &[("list", "     1 , Y\n")], &[]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert_eq!(library.procedures.len(), 1);
    }

    #[test]
    fn what_is_no_include_line_stays() {
        let text = "subroutine s\ncharacter(20) :: c = &\n  'include \"x\" '\ninclude 'y' // c\nend\n";
        let (_, diagnostics, _) = read_with("a.f90", text, &[("x", "real x\n"), ("y", "real y\n")], &[]);
        assert!(diagnostics.iter().all(|diagnostic| !diagnostic.title.contains("include")), "{diagnostics:?}");
    }
}
