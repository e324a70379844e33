//! `fwrap.toml`: what a user adds to the declarations.
//!
//! ```toml
//! threadsafe = true                                   # of the whole library
//!
//! [dgesv]                                             # a procedure, or [module.procedure]
//! n = { value = "size(a, 1)" }                        # computed, no argument any more
//! a = { shape = "(n, n)", intent = "inout, copy", result = "lu" }
//! work = { shape = "(lwork)", role = "scratch" }      # made by the wrapper, seen by nobody
//! ```

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::front::fortran::{parse_expression, parse_expression_list};
use crate::ir::entity::Intent;
use crate::ir::name::Name;
use crate::ir::note::{ArgumentNote, Notes, ProcedureNote};
use crate::source::{FileId, SourceFile, Span};

/// Reads a notes file.
#[must_use]
pub fn parse_notes(file: &SourceFile, id: FileId) -> (Notes, Diagnostics) {
    let mut reader = Reader { id, diagnostics: Diagnostics::default() };
    let notes = match DeTable::parse(&file.text) {
        Ok(table) => reader.library(table.get_ref()),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let diagnostic =
                Diagnostic::error(Code::NotesSyntax, reader.span(&span), "the notes file is not valid TOML");
            reader
                .diagnostics
                .push(diagnostic.label(error.message().to_owned()).help("see https://toml.io for the syntax"));
            Notes::default()
        }
    };
    (notes, reader.diagnostics)
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

struct Reader {
    id: FileId,
    diagnostics: Diagnostics,
}

impl Reader {
    fn library(&mut self, table: &DeTable<'_>) -> Notes {
        let mut notes = Notes::default();
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("threadsafe", DeValue::Boolean(threadsafe)) => notes.threadsafe = *threadsafe,
                (_, DeValue::Table(inner)) => self.unit(key, inner, &mut notes),
                _ => self.unknown_key(key, "write `threadsafe = true`, or a table `[procedure]`"),
            }
        }
        notes
    }

    /// A procedure, or a module with tables for its procedures.
    fn unit<'a>(&mut self, key: &Key<'a>, table: &DeTable<'a>, notes: &mut Notes) {
        let mut own = DeTable::new();
        for (inner_key, value) in table {
            match value.get_ref() {
                DeValue::Table(inner) if is_procedure(inner) => {
                    let module = Some(Name::new(key.get_ref().as_ref()));
                    let note = self.procedure(module, inner_key, inner);
                    notes.procedures.push(note);
                }
                _ => {
                    own.insert(inner_key.clone(), value.clone());
                }
            }
        }
        if !own.is_empty() || table.is_empty() {
            let note = self.procedure(None, key, &own);
            notes.procedures.push(note);
        }
    }

    fn procedure(&mut self, module: Option<Name>, key: &Key<'_>, table: &DeTable<'_>) -> ProcedureNote {
        let mut note = ProcedureNote {
            module,
            name: Name::new(key.get_ref().as_ref()),
            span: self.span(&key.span()),
            threadsafe: None,
            arguments: Vec::new(),
        };
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("threadsafe", DeValue::Boolean(threadsafe)) => note.threadsafe = Some(*threadsafe),
                (_, DeValue::Table(inner)) => {
                    let argument = self.argument(key, inner);
                    note.arguments.push(argument);
                }
                _ => self.unknown_key(key, "write `threadsafe = true`, or `argument = { intent = \"in\" }`"),
            }
        }
        note
    }

    fn argument(&mut self, key: &Key<'_>, table: &DeTable<'_>) -> ArgumentNote {
        let mut note = ArgumentNote {
            name: Name::new(key.get_ref().as_ref()),
            span: self.span(&key.span()),
            value: None,
            shape: None,
            intent: None,
            copy: false,
            result: None,
            scratch: false,
        };
        for (key, value) in table {
            let DeValue::String(text) = value.get_ref() else {
                self.unknown_value(value, "write a text in quotes");
                continue;
            };
            match key.get_ref().as_ref() {
                "value" => note.value = self.parsed(parse_expression(text, self.inside(value))),
                "shape" => note.shape = self.parsed(parse_expression_list(text, self.inside(value))),
                "intent" => self.intent(text, value, &mut note),
                "result" if is_name(text) => note.result = Some(Name::new(text.as_ref())),
                "result" => self.unknown_value(value, "write a name of letters, digits and underscores"),
                "role" if text == "scratch" => note.scratch = true,
                "role" => self.unknown_value(value, "write `role = \"scratch\"`"),
                _ => self.unknown_key(key, "known keys are `value`, `shape`, `intent`, `result` and `role`"),
            }
        }
        note
    }

    fn intent(&mut self, text: &str, value: &Value<'_>, note: &mut ArgumentNote) {
        let words: Vec<&str> = text.split(',').map(str::trim).collect();
        note.intent = match words.first() {
            Some(&"in") => Some(Intent::In),
            Some(&"out") => Some(Intent::Out),
            Some(&"inout") => Some(Intent::InOut),
            _ => None,
        };
        note.copy = words.get(1) == Some(&"copy");
        let is_known = match words.len() {
            1 => note.intent.is_some(),
            2 => note.copy && note.intent == Some(Intent::InOut),
            _ => false,
        };
        if !is_known {
            self.unknown_value(value, "write `in`, `out`, `inout`, or `inout, copy`");
        }
    }

    fn parsed<T>(&mut self, result: Result<T, Box<Diagnostic>>) -> Option<T> {
        result.map_err(|diagnostic| self.diagnostics.push(*diagnostic)).ok()
    }

    /// The text of a string value without its quotes.
    fn inside(&self, value: &Value<'_>) -> Span {
        let span = value.span();
        self.span(&(span.start + 1..span.end.saturating_sub(1).max(span.start + 1)))
    }

    fn span(&self, range: &std::ops::Range<usize>) -> Span {
        Span::new(self.id, range.start, range.end)
    }

    fn unknown_key(&mut self, key: &Key<'_>, help: &str) {
        let title = format!("`{}` is not understood here", key.get_ref());
        let diagnostic = Diagnostic::error(Code::NotesSyntax, self.span(&key.span()), title);
        self.diagnostics.push(diagnostic.label("unknown key").help(help));
    }

    fn unknown_value(&mut self, value: &Value<'_>, help: &str) {
        let diagnostic = Diagnostic::error(Code::NotesSyntax, self.span(&value.span()), "this value is not understood");
        self.diagnostics.push(diagnostic.label("unknown value").help(help));
    }
}

/// Whether a table below another is a procedure of a module: it holds tables or `threadsafe`, not an argument's keys.
fn is_procedure(table: &DeTable<'_>) -> bool {
    !table.is_empty()
        && table.iter().all(|(key, value)| {
            matches!(value.get_ref(), DeValue::Table(_))
                || (key.get_ref() == "threadsafe" && matches!(value.get_ref(), DeValue::Boolean(_)))
        })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::parse_notes;
    use crate::ir::entity::Intent;
    use crate::source::{FileId, SourceFile};

    fn parse(text: &str) -> (crate::ir::note::Notes, Vec<String>) {
        let (notes, diagnostics) = parse_notes(&SourceFile::new("fwrap.toml", text), FileId(0));
        (notes, diagnostics.iter().map(|diagnostic| diagnostic.title.clone()).collect())
    }

    #[test]
    fn reads_procedures_of_modules_and_external_ones() {
        let (notes, problems) = parse(
            "threadsafe = true\n[dgesv]\nn = { value = \"size(a, 1)\" }\na = { shape = \"(n, n)\", intent = \"inout, copy\", \
             result = \"lu\" }\n[heat.step]\nthreadsafe = false\nwork = { shape = \"(n)\", role = \"scratch\" }\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        assert!(notes.threadsafe);
        let [dgesv, step] = &notes.procedures[..] else { panic!("two procedures") };
        let Some(a) = dgesv.arguments.iter().find(|argument| argument.name == *"a") else { panic!("a note on a") };
        assert!(dgesv.module.is_none() && a.copy);
        assert_eq!(a.intent, Some(Intent::InOut));
        assert_eq!(step.module.as_ref().map(|name| name.lower()), Some("heat"));
        assert_eq!(step.threadsafe, Some(false));
        assert!(step.arguments[0].scratch);
    }

    #[test]
    fn every_mistake_is_reported() {
        let (_, problems) =
            parse("thread = 1\n[f]\nn = { valeu = \"1\", intent = \"inn\", result = \"1x\", value = \"max(1,\" }\n");
        assert_eq!(problems.len(), 5, "{problems:?}");
        let (_, problems) = parse("[f\n");
        assert_eq!(problems, ["the notes file is not valid TOML"]);
    }
}
