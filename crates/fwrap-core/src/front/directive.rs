//! Directives of the preprocessor: conditions, definitions, included files.

use crate::diagnostic::{Code, Diagnostic};
use crate::front::condition::evaluate;
use crate::front::include::MAXIMUM_NESTING;
use crate::front::macros::{Macro, is_word, word_length};
use crate::front::predefined::OF_THE_COMPILER;
use crate::front::preprocess::{Preprocessor, Reading, reason};
use crate::source::Span;

/// What to do where the built-in preprocessor does not suffice.
pub(super) const PREPROCESS_FIRST: &str = "preprocess the file first: `gfortran -E -cpp file.F90 -o file.f90`";

/// A condition that is open.
#[derive(Debug)]
pub(super) struct Conditional {
    /// The lines are read.
    pub(super) active: bool,
    /// A branch was active already.
    taken: bool,
    /// The lines around it are read.
    outer: bool,
    /// `#else` was there.
    last: bool,
    pub(super) span: Span,
}

/// A directive.
pub(super) struct Directive<'t> {
    pub(super) word: &'t str,
    /// What follows the word.
    pub(super) rest: &'t str,
    span: Span,
}

impl Preprocessor<'_, '_> {
    pub(super) fn error(&mut self, span: Span, title: impl Into<String>, help: &str) {
        self.diagnostics.push(Diagnostic::error(Code::Preprocessor, span, title).help(help));
    }

    /// Does what a directive says.
    pub(super) fn follow(&mut self, directive: &Directive<'_>, reading: &mut Reading) {
        let active = reading.is_active();
        match directive.word {
            "if" | "ifdef" | "ifndef" => {
                let holds = active && self.holds(directive, reading);
                let span = directive.span;
                let conditional = Conditional { active: holds, taken: holds, outer: active, last: false, span };
                reading.conditionals.push(conditional);
            }
            "elif" | "else" => {
                let Some(mut conditional) = reading.conditionals.pop() else {
                    self.error(directive.span, "there is no `#if` before this directive", "take the line out");
                    return;
                };
                if conditional.last {
                    self.error(directive.span, "this directive follows the `#else` of its `#if`", "take the line out");
                }
                let open = conditional.outer && !conditional.taken && !conditional.last;
                conditional.last |= directive.word == "else";
                conditional.active = open && (conditional.last || self.holds(directive, reading));
                conditional.taken |= conditional.active;
                reading.conditionals.push(conditional);
            }
            "endif" if reading.conditionals.pop().is_none() => {
                self.error(directive.span, "there is no `#if` before this directive", "take the line out");
            }
            "endif" => {}
            _ if active => self.follow_active(directive, reading),
            _ => {}
        }
    }

    fn follow_active(&mut self, directive: &Directive<'_>, reading: &mut Reading) {
        let rest = directive.rest.trim_ascii();
        match directive.word {
            "define" => self.define(directive),
            "undef" => self.macros.undefine(&rest[..word_length(rest)]),
            "include" => self.include(directive, reading),
            "error" => {
                let title = format!("the source says `#error {rest}`");
                self.error(directive.span, title, "define the macros that it asks for with `-D NAME`");
            }
            "line" => self.follow_mark(directive, reading),
            "" | "pragma" | "warning" | "ident" | "sccs" | "assert" | "unassert" => {}
            word if word.bytes().all(|byte| byte.is_ascii_digit()) => self.follow_mark(directive, reading),
            word => {
                let title = format!("the preprocessor directive `#{word}` is not known");
                self.error(directive.span, title, PREPROCESS_FIRST);
            }
        }
    }

    /// Whether a condition is true; false, and reported, if it cannot be evaluated.
    fn holds(&mut self, directive: &Directive<'_>, reading: &Reading) -> bool {
        let text = directive.rest.trim_ascii();
        self.warn_of_the_compiler(directive);
        if matches!(directive.word, "ifdef" | "ifndef") {
            let name = &text[..word_length(text)];
            if name.is_empty() {
                let help = format!("write `#{} NAME`", directive.word);
                self.error(directive.span, format!("`#{}` needs a name", directive.word), &help);
            }
            return !name.is_empty() && self.macros.is_defined(name) == (directive.word == "ifdef");
        }
        let expanded = self.macros.expand_condition(text, reading.place()).map_err(|problem| reason(&problem));
        match expanded.and_then(|expanded| evaluate(&expanded, &self.macros)) {
            Ok(value) => value != 0,
            Err(reason) => {
                let title = format!("this condition cannot be evaluated: {reason}");
                self.error(directive.span, title, PREPROCESS_FIRST);
                false
            }
        }
    }

    /// Says once that a condition asks for what only the compiler knows, if the compiler was not asked.
    fn warn_of_the_compiler(&mut self, directive: &Directive<'_>) {
        if self.told || self.loader.options.predefined.is_some() {
            return;
        }
        let rest = directive.rest;
        let names_of = |name: &&&str| {
            rest.split(|letter: char| !letter.is_ascii() || !is_word(letter as u8)).any(|word| word == **name)
        };
        let Some(name) = OF_THE_COMPILER.iter().filter(names_of).find(|name| !self.macros.is_defined(name)) else {
            return;
        };
        self.told = true;
        let title =
            format!("the value of `{name}` is the compiler's, and no compiler was asked: it counts as undefined");
        let warning = Diagnostic::warning(Code::Preprocessor, directive.span, title);
        self.diagnostics.push(warning.help(format!("install gfortran, or give the value with `-D {name}=VALUE`")));
    }

    fn define(&mut self, directive: &Directive<'_>) {
        let rest = directive.rest.trim_ascii_start();
        let (name, text) = rest.split_at(word_length(rest));
        if name.is_empty() || name == "defined" {
            self.error(directive.span, "`#define` needs a name", "write `#define NAME value`");
            return;
        }
        match Macro::parse(text) {
            Some(meaning) => self.macros.define(name, meaning),
            None => {
                let title = format!("the parameters of the macro `{name}` are no list of names");
                let help = format!("write `#define {name}(A, B) text`; gfortran takes no `...` here");
                self.error(directive.span, title, &help);
            }
        }
    }

    fn include(&mut self, directive: &Directive<'_>, reading: &Reading) {
        let written = directive.rest.trim_ascii();
        let expanded = match written.starts_with(['"', '<']) {
            true => None,
            false => self.macros.expand_condition(written, reading.place()).ok(),
        };
        let rest = expanded.as_deref().unwrap_or(written).trim_ascii();
        let quoted = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let Some((name, _)) = quoted.or_else(|| rest.strip_prefix('<').and_then(|rest| rest.split_once('>'))) else {
            self.error(directive.span, "`#include` needs a file in quotes", "write `#include \"file\"`");
            return;
        };
        if reading.nesting >= MAXIMUM_NESTING {
            let title = format!("`#include` nests more than {MAXIMUM_NESTING} deep");
            self.error(directive.span, title, "break the circle of files");
            return;
        }
        if self.is_full() {
            return;
        }
        match self.loader.load(name, directive.span.file) {
            Some(file) => self.read(file, reading.nesting + 1),
            None => {
                let title = format!("the included file `{name}` was not found");
                let diagnostic = Diagnostic::warning(Code::IncludeMissing, directive.span, title);
                self.diagnostics.push(diagnostic.label("included here").help("give its folder with `-I DIR`"));
            }
        }
    }
}

/// The directive on a line.
pub(super) fn directive(line: &str, span: Span) -> Directive<'_> {
    let text = line[1..].trim_start_matches([' ', '\t']);
    let length = text.bytes().take_while(|byte| is_word(*byte)).count();
    let (word, rest) = text.split_at(length);
    Directive { word, rest, span }
}
