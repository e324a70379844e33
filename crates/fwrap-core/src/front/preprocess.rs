//! The C preprocessor, as far as Fortran sources use it: conditions, plain macros, `#include`.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::front::condition::{Macro, Macros, evaluate, is_word};
use crate::front::include::{Loader, MAXIMUM_NESTING};
use crate::front::origin::Origin;
use crate::source::{FileId, SourceForm, Span};

/// How long the text of one expanded macro may become.
const LONGEST_EXPANSION: usize = 10_000;

/// The text of a file after preprocessing, and where it comes from.
pub(super) fn preprocess(
    file: FileId,
    form: SourceForm,
    loader: &mut Loader<'_>,
    diagnostics: &mut Diagnostics,
) -> (Rc<str>, Origin) {
    let defines = &loader.options.defines;
    let value = |value: &Option<String>| Macro::Object(value.clone().unwrap_or_else(|| "1".to_owned()));
    let macros = defines.iter().map(|(name, text)| (name.clone(), value(text))).collect();
    let mut preprocessor =
        Preprocessor { loader, diagnostics, macros, form, output: String::new(), origin: Origin::unknown() };
    preprocessor.read(file, 0);
    (Rc::from(preprocessor.output), preprocessor.origin)
}

struct Preprocessor<'p, 'o> {
    loader: &'p mut Loader<'o>,
    diagnostics: &'p mut Diagnostics,
    macros: Macros,
    form: SourceForm,
    output: String,
    origin: Origin,
}

/// A condition that is open.
struct Conditional {
    /// The lines are read.
    active: bool,
    /// A branch was active already.
    taken: bool,
    /// The lines around it are read.
    outer: bool,
    span: Span,
}

/// A line or a directive with its continuation lines.
struct Directive<'t> {
    word: &'t str,
    /// What follows the word, on one line.
    rest: String,
    span: Span,
}

impl Preprocessor<'_, '_> {
    fn read(&mut self, file: FileId, nesting: usize) {
        let text = self.loader.text(file);
        let mut conditionals = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let end = text[at..].find('\n').map_or(text.len(), |length| at + length + 1);
            let active = conditionals.last().is_none_or(|conditional: &Conditional| conditional.active);
            if text[at..end].starts_with('#') {
                let (directive, next) = directive(&text, at, file);
                self.follow(&directive, &mut conditionals, nesting);
                self.blank_lines(&text, at..next, file);
                at = next;
                continue;
            }
            if !active {
                self.blank_lines(&text, at..end, file);
            } else if self.macros.is_empty() {
                self.origin.copied(self.output.len(), file, at);
                self.output.push_str(&text[at..end]);
            } else {
                self.expand_line(&text, at..end, file);
            }
            at = end;
        }
        if !self.output.is_empty() && !self.output.ends_with('\n') && nesting > 0 {
            self.output.push('\n');
        }
        for conditional in conditionals {
            self.error(conditional.span, "this condition has no `#endif`", "write `#endif` behind its last line");
        }
    }

    /// Keeps the lines' ends, so that lines keep their numbers.
    fn blank_lines(&mut self, text: &str, lines: Range<usize>, file: FileId) {
        for (index, _) in text[lines.clone()].match_indices('\n') {
            self.origin.copied(self.output.len(), file, lines.start + index);
            self.output.push('\n');
        }
    }

    fn error(&mut self, span: Span, title: impl Into<String>, help: &str) {
        self.diagnostics.push(Diagnostic::error(Code::Preprocessor, span, title).help(help));
    }

    fn follow(&mut self, directive: &Directive<'_>, conditionals: &mut Vec<Conditional>, nesting: usize) {
        let active = conditionals.last().is_none_or(|conditional| conditional.active);
        match directive.word {
            "if" | "ifdef" | "ifndef" => {
                let holds = active && self.holds(directive);
                let span = directive.span;
                conditionals.push(Conditional { active: holds, taken: holds, outer: active, span });
            }
            "elif" | "else" => {
                let Some(mut conditional) = conditionals.pop() else {
                    self.error(directive.span, "there is no `#if` before this directive", "take the line out");
                    return;
                };
                let open = conditional.outer && !conditional.taken;
                conditional.active = open && (directive.word == "else" || self.holds(directive));
                conditional.taken |= conditional.active;
                conditionals.push(conditional);
            }
            "endif" => {
                let open = conditionals.pop();
                if open.is_none() {
                    self.error(directive.span, "there is no `#if` before this directive", "take the line out");
                }
            }
            _ if active => self.follow_active(directive, nesting),
            _ => {}
        }
    }

    fn follow_active(&mut self, directive: &Directive<'_>, nesting: usize) {
        match directive.word {
            "define" => self.define(directive),
            "undef" => {
                self.macros.remove(directive.rest.trim());
            }
            "include" => self.include(directive, nesting),
            "error" => {
                let title = format!("the source says `#error {}`", directive.rest.trim());
                self.error(directive.span, title, "define the macros that it asks for with `-D NAME`");
            }
            "" | "pragma" | "line" | "warning" | "ident" => {}
            word if word.bytes().all(|byte| byte.is_ascii_digit()) => {}
            word => {
                let title = format!("the preprocessor directive `#{word}` is not known");
                self.error(directive.span, title, "preprocess the file first: `gfortran -E -cpp file.F90 -o file.f90`");
            }
        }
    }

    /// Whether a condition is true; false, and reported, if it cannot be evaluated.
    fn holds(&mut self, directive: &Directive<'_>) -> bool {
        let name = directive.rest.trim();
        match directive.word {
            "ifdef" => self.macros.contains_key(name),
            "ifndef" => !self.macros.contains_key(name),
            _ => match evaluate(name, &self.macros) {
                Ok(value) => value != 0,
                Err(reason) => {
                    let help = "preprocess the file first: `gfortran -E -cpp file.F90 -o file.f90`";
                    self.error(directive.span, format!("this condition cannot be evaluated: {reason}"), help);
                    false
                }
            },
        }
    }

    fn define(&mut self, directive: &Directive<'_>) {
        let rest = directive.rest.trim_start();
        let end = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
        let (name, text) = rest.split_at(end);
        if name.is_empty() {
            self.error(directive.span, "`#define` needs a name", "write `#define NAME value`");
            return;
        }
        let meaning = if text.starts_with('(') {
            let title = format!("the macro `{name}` has arguments, so it is not expanded");
            let help = "preprocess the file first, if declarations use it: `gfortran -E -cpp file.F90 -o file.f90`";
            self.diagnostics.push(Diagnostic::warning(Code::Preprocessor, directive.span, title).help(help));
            Macro::Function
        } else {
            Macro::Object(text.trim().to_owned())
        };
        self.macros.insert(name.to_owned(), meaning);
    }

    fn include(&mut self, directive: &Directive<'_>, nesting: usize) {
        let rest = directive.rest.trim();
        let quoted = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let Some((name, _)) = quoted.or_else(|| rest.strip_prefix('<').and_then(|rest| rest.split_once('>'))) else {
            self.error(directive.span, "`#include` needs a file in quotes", "write `#include \"file\"`");
            return;
        };
        if nesting >= MAXIMUM_NESTING {
            let title = format!("`#include` nests more than {MAXIMUM_NESTING} deep");
            self.error(directive.span, title, "break the circle of files");
            return;
        }
        match self.loader.load(name, directive.span.file) {
            Some(file) => self.read(file, nesting + 1),
            None => {
                let title = format!("the included file `{name}` was not found");
                let diagnostic = Diagnostic::warning(Code::IncludeMissing, directive.span, title);
                self.diagnostics.push(diagnostic.label("included here").help("give its folder with `-I DIR`"));
            }
        }
    }

    /// Copies a line with its macros expanded, except in comments and character constants.
    fn expand_line(&mut self, text: &str, line: Range<usize>, file: FileId) {
        self.origin.copied(self.output.len(), file, line.start);
        let source = &text[line.clone()];
        let bytes = source.as_bytes();
        if self.form == SourceForm::Fixed && matches!(bytes[0], b'c' | b'C' | b'*' | b'd' | b'D') {
            self.output.push_str(source);
            return;
        }
        let (mut quote, mut at, mut copied) = (None, 0, 0);
        while at < bytes.len() {
            let byte = bytes[at];
            match quote {
                Some(open) if byte == open => quote = None,
                Some(_) => {}
                None if byte == b'!' => break,
                None if matches!(byte, b'\'' | b'"') => quote = Some(byte),
                None if is_word(char::from(byte)) => {
                    let start = at;
                    while at < bytes.len() && is_word(char::from(bytes[at])) {
                        at += 1;
                    }
                    if let Some(expansion) = self.expansion(&source[start..at]) {
                        self.output.push_str(&source[copied..start]);
                        let span = Span::new(file, line.start + start, line.start + at);
                        self.origin.expanded(self.output.len(), span);
                        self.output.push_str(&expansion);
                        self.origin.copied(self.output.len(), file, line.start + at);
                        copied = at;
                    }
                    continue;
                }
                None => {}
            }
            at += 1;
        }
        self.output.push_str(&source[copied..]);
    }

    /// What a name stands for, if it is a macro.
    fn expansion(&self, name: &str) -> Option<String> {
        let Some(Macro::Object(text)) = self.macros.get(name) else { return None };
        let mut output = String::new();
        self.expand(text, &mut vec![name], &mut output);
        Some(output)
    }

    fn expand<'m>(&'m self, text: &'m str, open: &mut Vec<&'m str>, output: &mut String) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if output.len() > LONGEST_EXPANSION {
                return;
            }
            let end = if is_word(first) {
                rest.find(|character| !is_word(character)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            let (word, behind) = rest.split_at(end);
            match self.macros.get(word) {
                Some(Macro::Object(inner)) if open.len() < MAXIMUM_NESTING && !open.contains(&word) => {
                    open.push(word);
                    self.expand(inner, open, output);
                    open.pop();
                }
                _ => output.push_str(word),
            }
            rest = behind;
        }
    }
}

/// The directive at `at`, and where the next line begins.
fn directive(text: &str, at: usize, file: FileId) -> (Directive<'_>, usize) {
    let mut line = String::new();
    let (mut next, mut first_end) = (at, None);
    while next < text.len() {
        let end = text[next..].find('\n').map_or(text.len(), |length| next + length);
        let part = text[next..end].trim_end();
        first_end.get_or_insert(next + part.len());
        next = (end + 1).min(text.len());
        match part.strip_suffix('\\') {
            Some(part) => line.push_str(part),
            None => {
                line.push_str(part);
                break;
            }
        }
    }
    let after_mark = &text[at + 1..];
    let blanks = after_mark.len() - after_mark.trim_start_matches([' ', '\t']).len();
    let start = at + 1 + blanks;
    let length = text[start..].find(|character| !is_word(character)).unwrap_or(text.len() - start);
    let word = &text[start..start + length];
    let rest = line.get(1 + blanks + length..).unwrap_or("");
    let span = Span::new(file, at, first_end.unwrap_or(at + 1));
    (Directive { word, rest: without_comments(rest), span }, next)
}

/// The text without `/* */` comments. `//` stays: in Fortran it is an operator.
fn without_comments(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        result.push_str(before);
        result.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    result.push_str(rest);
    result
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
            ("#if F(1)\n#endif\n", Severity::Error),
            ("#if 1\n", Severity::Error),
            ("#else\n", Severity::Error),
            ("#endif\n", Severity::Error),
            ("#error no\n", Severity::Error),
            ("#define F(x) x\n", Severity::Warning),
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
