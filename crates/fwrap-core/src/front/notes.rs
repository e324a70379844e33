//! `fwrap.toml`: what a user adds to the declarations.
//!
//! ```toml
//! threadsafe = true                                   # of the whole library
//! stop = "return"                                     # a STOP without a code ends the call, and is no error
//! interruptible = true                                # Ctrl-C ends calls from Python
//!
//! [dgesv]                                             # a procedure, or [module.procedure]
//! n = { value = "size(a, 1)" }                        # computed, no argument any more
//! a = { shape = "(n, n)", intent = "inout, copy", result = "lu" }
//! work = { shape = "(lwork)", role = "scratch" }      # made by the wrapper, seen by nobody
//! f = { interface = "real function f(x); real x; end" }  # what a dummy procedure is called with
//! ```

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::front::fortran::{parse_expression, parse_expression_list};
use crate::front::noted_interface::parse_interfaces;
use crate::ir::entity::Intent;
use crate::ir::name::Name;
use crate::ir::note::{ArgumentNote, Notes, ProcedureNote, Stop};
use crate::source::{FileId, SourceFile, Span};

/// Reads a notes file.
#[must_use]
pub fn parse_notes(file: &SourceFile, id: FileId) -> (Notes, Diagnostics) {
    let mut reader = Reader { id, diagnostics: Diagnostics::default(), interfaces: Vec::new() };
    let mut notes = match DeTable::parse(&file.text) {
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
    reader.interfaces(file, &mut notes);
    (notes, reader.diagnostics)
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

const LIBRARY_KEYS: &str =
    "write `threadsafe = true`, `interruptible = true`, `stop = \"return\"`, or a table `[procedure]`";

struct Reader {
    id: FileId,
    diagnostics: Diagnostics,
    /// Where the texts of interfaces stand.
    interfaces: Vec<std::ops::Range<usize>>,
}

impl Reader {
    fn library(&mut self, table: &DeTable<'_>) -> Notes {
        let mut notes = Notes::default();
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("threadsafe", DeValue::Boolean(threadsafe)) => notes.threadsafe = Some(*threadsafe),
                ("interruptible", DeValue::Boolean(interruptible)) => notes.interruptible = *interruptible,
                (_, DeValue::Table(inner)) => self.unit(key, inner, &mut notes),
                ("stop", _) => notes.stop = self.stop(value),
                _ => self.unknown_key(key, LIBRARY_KEYS),
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
            stop: None,
            arguments: Vec::new(),
        };
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("threadsafe", DeValue::Boolean(threadsafe)) => note.threadsafe = Some(*threadsafe),
                (_, DeValue::Table(inner)) => {
                    let argument = self.argument(key, inner);
                    note.arguments.push(argument);
                }
                ("stop", _) => note.stop = self.stop(value),
                _ => self.unknown_key(key, "write `threadsafe = true`, or `argument = { intent = \"in\" }`"),
            }
        }
        note
    }

    fn stop(&mut self, value: &Value<'_>) -> Option<Stop> {
        match value.get_ref().as_str() {
            Some("return") => Some(Stop::Return),
            Some("error") => Some(Stop::Error),
            _ => {
                self.unknown_value(value, "write `stop = \"return\"`, or `stop = \"error\"`");
                None
            }
        }
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
            interface: None,
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
                "interface" => self.interfaces.push(value.span()),
                _ => {
                    let help = "known keys are `value`, `shape`, `intent`, `result`, `role` and `interface`";
                    self.unknown_key(key, help);
                }
            }
        }
        note
    }

    /// Reads the interfaces that stand in the notes: each value holds one procedure.
    fn interfaces(&mut self, file: &SourceFile, notes: &mut Notes) {
        let mut places = std::mem::take(&mut self.interfaces);
        for place in &mut places {
            let text = &file.text[place.clone()];
            let quotes = if text.starts_with("\"\"\"") || text.starts_with("'''") { 3 } else { 1 };
            *place = place.start + quotes..place.end.saturating_sub(quotes).max(place.start + quotes);
        }
        places.sort_by_key(|place| place.start);
        let (procedures, problems) = parse_interfaces(file, self.id, &places);
        let has_problems = problems.has_errors();
        self.diagnostics.append(problems);
        let mut procedures = procedures.into_iter().peekable();
        for place in places {
            let first = procedures.next_if(|one| (one.span.start as usize) < place.end);
            let is_single = procedures.next_if(|one| (one.span.start as usize) < place.end).is_none();
            if (!is_single || first.is_none()) && !has_problems {
                let title = "an interface is one subroutine or function";
                let diagnostic = Diagnostic::error(Code::NotesSyntax, self.span(&place), title);
                let help = "write `interface = \"\"\"subroutine f(x)`, the declarations, and `end subroutine\"\"\"`";
                self.diagnostics.push(diagnostic.label("not one procedure").help(help));
            }
            // the key of an argument stands before what is said of it, and nothing of another argument between
            let arguments = notes.procedures.iter_mut().flat_map(|note| &mut note.arguments);
            let of =
                arguments.filter(|note| (note.span.start as usize) < place.start).max_by_key(|note| note.span.start);
            if let Some(note) = of {
                note.interface = first.map(Box::new);
            }
        }
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

/// Whether a table below another is a procedure of a module: it holds tables, `threadsafe` or `stop`, not an argument's
/// keys.
fn is_procedure(table: &DeTable<'_>) -> bool {
    !table.is_empty()
        && table.iter().all(|(key, value)| {
            matches!(value.get_ref(), DeValue::Table(_))
                || (key.get_ref() == "threadsafe" && matches!(value.get_ref(), DeValue::Boolean(_)))
                || key.get_ref() == "stop"
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
    use crate::ir::note::Stop;
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
        assert_eq!(notes.threadsafe, Some(true));
        let [dgesv, step] = &notes.procedures[..] else { panic!("two procedures") };
        let Some(a) = dgesv.arguments.iter().find(|argument| argument.name == *"a") else { panic!("a note on a") };
        assert!(dgesv.module.is_none() && a.copy);
        assert_eq!(a.intent, Some(Intent::InOut));
        assert_eq!(step.module.as_ref().map(|name| name.lower()), Some("heat"));
        assert_eq!(step.threadsafe, Some(false));
        assert!(step.arguments[0].scratch);
    }

    #[test]
    fn interfaces_are_fortran_text() {
        let (notes, problems) = parse(
            "[hybrd1]\nx = { intent = \"in\" }\nfcn = { interface = \"\"\"\nsubroutine fcn(n, x)\ninteger n\nreal x(n)\n\
             end\"\"\" }\n[m.q]\nf = { interface = 'real function f(x); real x; end' }\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        let interface = |at: usize, name: &str| {
            let note = notes.procedures[at].arguments.iter().find(|argument| argument.name == *name);
            note.and_then(|note| note.interface.as_ref()).map(|interface| interface.dummies.len())
        };
        assert_eq!((interface(0, "fcn"), interface(0, "x"), interface(1, "f")), (Some(2), None, Some(1)));
        let (_, problems) = parse("[a]\nf = { interface = \"\" }\ng = { interface = \"real function g(x\" }\n");
        assert!(!problems.is_empty());
        let (_, problems) = parse("[a]\nf = { interface = \"\" }\n");
        assert_eq!(problems, ["an interface is one subroutine or function"]);
    }

    #[test]
    fn what_a_stop_does_is_a_note_of_the_library_or_of_a_procedure() {
        let (notes, problems) = parse("stop = 'return'\n[a]\nstop = 'error'\n[m.b]\nstop = 'return'\n");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(notes.stop, Some(Stop::Return));
        let stops: Vec<_> = notes.procedures.iter().map(|note| (note.name.lower(), note.stop)).collect();
        assert_eq!(stops, [("a", Some(Stop::Error)), ("b", Some(Stop::Return))]);
        let (notes, problems) = parse("[stop]\nn = { value = '1' }\n");
        assert!(problems.is_empty() && notes.stop.is_none() && notes.procedures.len() == 1, "a procedure of that name");
        for wrong in ["stop = 'go on'", "stop = true", "[a]\nstop = 3", "[m.a]\nstop = ''"] {
            assert_eq!(parse(wrong).1, ["this value is not understood"], "{wrong}");
        }
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
