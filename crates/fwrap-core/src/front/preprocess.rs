//! The C preprocessor, as far as Fortran sources use it: what `gfortran -cpp` makes of a file.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Diagnostics;
use crate::front::directive::{Conditional, PREPROCESS_FIRST, directive};
use crate::front::include::Loader;
use crate::front::line_mark::{LineOrigin, Marked};
use crate::front::macros::{Macro, Macros, Place, Problem, begins_word, word_length};
use crate::front::origin::Origin;
use crate::front::predefined::{OPENMP, PREDEFINED};
use crate::front::splice::Spliced;
use crate::source::{FileId, SourceForm, Span};

/// How much longer than the file its preprocessed text may become, and how long in any case.
const GROWTH: usize = 50;
const ALWAYS_ALLOWED: usize = 4_000_000;

/// The text of a file after preprocessing, and where it comes from. With `only_marks` the lines stay as they are, and
/// marks such as `# 12 "file.fypp"` say where they come from.
pub(super) fn preprocess(
    file: FileId,
    form: SourceForm,
    only_marks: bool,
    loader: &mut Loader<'_>,
    diagnostics: &mut Diagnostics,
) -> (Rc<str>, Origin) {
    let mut macros = Macros::new();
    let mut define = |name: &str, text: &str| macros.define(name, Macro::object(text));
    match &loader.options.predefined {
        Some(asked) => asked.iter().for_each(|(name, text)| define(name, text)),
        None => {
            PREDEFINED.iter().for_each(|(name, text)| define(name, text));
            if loader.options.openmp {
                define(OPENMP.0, OPENMP.1);
            }
        }
    }
    for (name, text) in &loader.options.defines {
        macros.define(name, Macro::object(text.as_deref().unwrap_or("1")));
    }
    let most = loader.file(file).text.len() * GROWTH + ALWAYS_ALLOWED;
    let mut preprocessor = Preprocessor {
        loader,
        diagnostics,
        macros,
        form,
        output: String::new(),
        origin: Origin::unknown(),
        most,
        only_marks,
        expands: true,
        told: false,
        marked: HashMap::new(),
    };
    preprocessor.read(file, 0);
    (Rc::from(preprocessor.output), preprocessor.origin)
}

/// Reads a file and those that it includes.
pub(super) struct Preprocessor<'p, 'o> {
    pub(super) loader: &'p mut Loader<'o>,
    pub(super) diagnostics: &'p mut Diagnostics,
    pub(super) macros: Macros,
    form: SourceForm,
    output: String,
    origin: Origin,
    /// How long the output may become.
    most: usize,
    /// Nothing but line marks is followed.
    only_marks: bool,
    /// Macros are expanded: no expansion has gone wrong beyond mending.
    expands: bool,
    /// It has been said that the compiler was not asked.
    pub(super) told: bool,
    /// Files that line marks name.
    pub(super) marked: HashMap<String, Option<Rc<Marked>>>,
}

/// A file that is being read.
pub(super) struct Reading {
    pub(super) file: FileId,
    spliced: Spliced,
    /// The path and the number of the line, as `__FILE__` and `__LINE__` give them.
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) conditionals: Vec<Conditional>,
    pub(super) nesting: usize,
    /// The file that a line mark names.
    pub(super) mark: Option<Rc<Marked>>,
    /// Where the line comes from, if a mark says so.
    origin: LineOrigin,
}

impl Reading {
    /// Where a part of the line stands.
    fn span(&self, text: Range<usize>) -> Span {
        if let Some(span) = self.origin.span(text.clone()) {
            return span;
        }
        let last = self.spliced.offset(text.end.saturating_sub(1).max(text.start));
        let start = self.spliced.offset(text.start);
        Span::new(self.file, start, (last + 1).max(start))
    }

    /// Whether the lines here are read.
    pub(super) fn is_active(&self) -> bool {
        self.conditionals.last().is_none_or(|conditional| conditional.active)
    }

    /// What `__FILE__` and `__LINE__` stand for.
    pub(super) fn place(&self) -> Place<'_> {
        Place { file: &self.path, line: self.line }
    }
}

impl Preprocessor<'_, '_> {
    /// Reads a file to its end.
    pub(super) fn read(&mut self, file: FileId, nesting: usize) {
        let text = self.loader.text(file);
        let spliced = if self.only_marks { Spliced::whole(text) } else { Spliced::new(text, self.form) };
        let text = Rc::clone(&spliced.text);
        let path = self.loader.file(file).path.clone();
        let (conditionals, origin) = (Vec::new(), LineOrigin::Own);
        let mut reading = Reading { file, spliced, path, line: 1, conditionals, nesting, mark: None, origin };
        let mut at = 0;
        while at < text.len() {
            let end = text[at..].find('\n').map_or(text.len(), |length| at + length + 1);
            let mut next = end;
            reading.origin = LineOrigin::find(reading.mark.as_deref(), reading.line, &text, at..end);
            if text[at..end].starts_with('#') {
                let directive = directive(&text[at..end], reading.span(at..at + text[at..end].trim_ascii_end().len()));
                if self.only_marks {
                    self.follow_mark(&directive, &mut reading);
                } else {
                    self.follow(&directive, &mut reading);
                }
                self.line_ends(&text, at..end, &reading);
            } else if !reading.is_active() {
                self.line_ends(&text, at..end, &reading);
            } else if self.only_marks || self.is_comment(&text[at..end]) || self.is_full() {
                self.copy(&text, at..end, &reading);
            } else {
                next = self.expand_line(&text, at..end, &reading);
            }
            reading.line += text[at..next].matches('\n').count();
            at = next;
        }
        if !self.output.is_empty() && !self.output.ends_with('\n') && nesting > 0 {
            self.output.push('\n');
        }
        if self.is_full() && nesting == 0 {
            let title = "the macros of this file expand to more than fwrap reads";
            self.error(Span::new(file, 0, 0), title, PREPROCESS_FIRST);
        }
        for conditional in reading.conditionals {
            self.error(conditional.span, "this condition has no `#endif`", "write `#endif` behind its last line");
        }
    }

    /// The output has become too long: macros and included files stay as they are.
    pub(super) fn is_full(&self) -> bool {
        self.output.len() > self.most
    }

    /// Copies text that stays as it is.
    fn copy(&mut self, text: &str, range: Range<usize>, reading: &Reading) {
        if self.origin.assigned(self.output.len(), &reading.origin, range.clone()) {
            self.output.push_str(&text[range]);
            return;
        }
        let mut at = range.start;
        while at < range.end {
            let end = reading.spliced.next_segment(at).min(range.end);
            self.origin.copied(self.output.len(), reading.file, reading.spliced.offset(at));
            self.output.push_str(&text[at..end]);
            at = end;
        }
    }

    /// Keeps the lines' ends, so that lines keep their numbers.
    fn line_ends(&mut self, text: &str, lines: Range<usize>, reading: &Reading) {
        for (index, _) in text[lines.clone()].match_indices('\n') {
            self.copy(text, lines.start + index..lines.start + index + 1, reading);
        }
    }

    /// A comment line of fixed form, unless a macro stands in its first columns.
    fn is_comment(&self, line: &str) -> bool {
        self.form == SourceForm::Fixed
            && line.starts_with(['c', 'C', '*', 'd', 'D'])
            && !self.macros.is_defined(&line[..word_length(line)])
    }

    /// Copies a line with its macros expanded, except in comments and character constants. Gives the offset of the
    /// next line: the arguments of a macro may take more than one.
    fn expand_line(&mut self, text: &str, line: Range<usize>, reading: &Reading) -> usize {
        let bytes = text.as_bytes();
        let (mut quote, mut at, mut copied) = (None, line.start, line.start);
        let mut line_ends = Vec::new();
        while at < bytes.len() && bytes[at] != b'\n' {
            let byte = bytes[at];
            match quote {
                Some(open) if byte == open => quote = None,
                Some(_) => {}
                None if byte == b'!' => {
                    at += text[at..].find('\n').unwrap_or(text.len() - at);
                    break;
                }
                None if matches!(byte, b'\'' | b'"') => quote = Some(byte),
                None if begins_word(byte) => {
                    let start = at;
                    at += word_length(&text[at..]);
                    let Some((expansion, used)) = self.expansion(text, start..at, reading) else { continue };
                    self.copy(text, copied..start, reading);
                    line_ends.extend(text[at..at + used].match_indices('\n').map(|(index, _)| at + index));
                    at += used;
                    self.origin.expanded(self.output.len(), reading.span(start..at));
                    self.output.push_str(&expansion);
                    copied = at;
                    continue;
                }
                None => {}
            }
            at += 1;
        }
        let next = (at + 1).min(text.len());
        self.copy(text, copied..next, reading);
        for end in line_ends {
            self.copy(text, end..end + 1, reading);
        }
        next
    }

    /// What a name stands for, if it is a macro, and how much of the text behind it are its arguments.
    fn expansion(&mut self, text: &str, name: Range<usize>, reading: &Reading) -> Option<(String, usize)> {
        if !self.expands {
            return None;
        }
        let problem = match self.macros.expand(&text[name.clone()], &text[name.end..], reading.place())? {
            Ok(expansion) => return Some(expansion),
            Err(problem) => problem,
        };
        // what follows would be looked through once more for every macro
        self.expands = !matches!(problem, Problem::Unclosed | Problem::TooLong);
        let title = format!("the macro `{}` cannot be expanded: {}", &text[name.clone()], reason(&problem));
        self.error(reading.span(name), title, "write the macro with the arguments that its `#define` names");
        None
    }
}

/// Why a macro is not expanded, in words.
pub(super) fn reason(problem: &Problem) -> String {
    match problem {
        Problem::Unclosed => "the parenthesis of a macro's arguments does not close".to_owned(),
        Problem::Count(parameters, found) => format!("{found} arguments are given, and it has {parameters} parameters"),
        Problem::TooLong => "its text becomes too long".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Severity;
    use crate::front::fortran::testing::{entity, read_with, text_of};
    use crate::ir::expr::ExprKind;

    /// The labels of the entities that a text declares, and what is wrong with it.
    fn names(text: &str, defines: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let text = format!("subroutine s()\n{text}end\n");
        let includes = [("i.h", "#define INCLUDED\nreal from_include\n"), ("loop.h", "#include \"loop.h\"\n")];
        let (library, diagnostics, _) = read_with("a.F90", &text, &includes, defines);
        let entities = library.procedures[0].scope.entities.iter();
        (
            entities.map(|entity| entity.name.lower().to_owned()).collect(),
            diagnostics.iter().map(|diagnostic| diagnostic.title.clone()).collect(),
        )
    }

    #[test]
    fn conditions_choose_lines() {
        let text = "\
#if defined(A) && N > 2
real a
#  ifdef B
real b
#  else
real no_b
#  endif
#elif N == 2
real two
#else /* otherwise */
real other
#if nonsense(((
#endif
#endif
#ifndef A
real no_a
#endif
";
        let chosen = |defines: &[(&str, &str)]| {
            let (names, wrong) = names(text, defines);
            (names.join(" "), wrong.len())
        };
        assert_eq!(chosen(&[("A", "1"), ("N", "3")]), ("a no_b".to_owned(), 0));
        assert_eq!(chosen(&[("A", "1"), ("N", "3"), ("B", "")]), ("a b".to_owned(), 0));
        assert_eq!(chosen(&[("N", "2")]), ("two no_a".to_owned(), 0));
        assert_eq!(chosen(&[("N", "0x1")]), ("other no_a".to_owned(), 1), "only this branch holds the nonsense");
    }

    #[test]
    fn macros_are_expanded_as_whole_names() {
        let text = "\
subroutine s(x)
#define WP 8
#define KIND_OF_X WP
real(KIND_OF_X) :: x(WPP) ! WP
character(3) :: c = 'WP'
#undef WP
real(WP) :: y
end
";
        let (library, diagnostics, sources) = read_with("a.F90", text, &[], &[]);
        assert!(diagnostics.is_empty());
        let procedure = &library.procedures[0];
        let kind = |name: &str| match &entity(procedure, name).type_spec.as_ref().and_then(|spec| spec.kind.clone()) {
            Some(crate::ir::types::KindSelector::Expr(kind)) => (kind.kind.clone(), text_of(&sources, kind.span)),
            _ => panic!("a kind"),
        };
        assert!(matches!(kind("x"), (ExprKind::Integer(8, None), text) if text == "KIND_OF_X"));
        assert!(matches!(kind("y"), (ExprKind::Name(_), text) if text == "WP"));
        let x = entity(procedure, "x");
        assert_eq!(text_of(&sources, x.span), "x");
        assert_eq!(x.documentation, "WP");
        assert!(matches!(&entity(procedure, "c").value.as_ref().map(|value| &value.kind),
            Some(ExprKind::Character(text, None)) if text == "WP"));
    }

    #[test]
    fn included_text_is_preprocessed() {
        let (found, wrong) = names("#include \"i.h\"\n#ifdef INCLUDED\nreal x\n#endif\n", &[]);
        assert_eq!((found.join(" "), wrong.len()), ("from_include x".to_owned(), 0));
        let (_, wrong) = names("#include \"loop.h\"\n#include \"missing.h\"\n", &[]);
        assert_eq!(wrong, ["the included file `missing.h` was not found", "`#include` nests more than 32 deep"]);
    }

    #[test]
    fn what_cannot_be_evaluated_is_said() {
        for (text, severity) in [
            ("#ifdef\n#endif\n", Severity::Error),
            ("#if F(1)\n#endif\n", Severity::Error),
            ("#if 1\n", Severity::Error),
            ("#else\n", Severity::Error),
            ("#endif\n", Severity::Error),
            ("#error no\n", Severity::Error),
            ("#define F(x, ...) x\n", Severity::Error),
            ("#define F(x) x\nreal F(1, 2)\n", Severity::Error),
            ("#if 1\n#else\n#else\n#endif\n", Severity::Error),
            ("#if __GNUC__ > 4 && __GNUC__ < 9\n#endif\n#if __GNUC__\n#endif\n", Severity::Warning),
            ("#define\n", Severity::Error),
            ("#if 0\n#include <x\n#elif\n#endif\n", Severity::Error),
            ("#ifdef A\n#unknown\n#endif\n#unknown\n", Severity::Error),
        ] {
            let text = format!("subroutine s()\n{text}end\n");
            let (_, diagnostics, _) = read_with("a.F90", &text, &[], &[]);
            let severities: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.severity).collect();
            assert_eq!(severities, [severity], "{text}");
        }
    }

    #[test]
    fn macros_that_grow_are_cut() {
        let mut text = "#define A0 xxxxxxxxxx\n".to_owned();
        for level in 1..30 {
            text.push_str(&format!("#define A{level} A{0} A{0}\n", level - 1));
        }
        text.push_str("#define SELF SELF\nreal A29\nreal SELF\n");
        assert!(names(&text, &[]).0.contains(&"self".to_owned()));
    }
}
