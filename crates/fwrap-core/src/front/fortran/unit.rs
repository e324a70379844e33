//! Program units (F2018 5.2.2): modules, programs, and what stands in them.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::front::fortran::body::Names;
use crate::front::fortran::cursor::{Cursor, Parsed, SyntaxError};
use crate::front::fortran::directive::has_directives;
use crate::front::fortran::lines::Scanner;
use crate::front::fortran::statement::{Ending, Kind, classify};
use crate::front::fortran::suggestion::{closed, nearest};
use crate::front::include::{Loader, MAXIMUM_NESTING};
use crate::front::origin::Origin;
use crate::ir::library::Library;
use crate::ir::program::ProgramKind;
use crate::source::Span;

/// Why reading a part of a unit stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    End(Ending),
    Contains,
    Executable,
    /// The first statement of another unit.
    Unit,
    EndOfFile,
}

/// Words with which a statement of the specification part may have been meant to begin.
const KEYWORDS: &[&str] = &[
    "allocatable",
    "character",
    "common",
    "complex",
    "contains",
    "dimension",
    "double",
    "elemental",
    "end",
    "external",
    "function",
    "implicit",
    "integer",
    "intent",
    "interface",
    "intrinsic",
    "logical",
    "module",
    "optional",
    "parameter",
    "pointer",
    "private",
    "procedure",
    "program",
    "public",
    "pure",
    "real",
    "recursive",
    "return",
    "save",
    "subroutine",
    "target",
    "type",
    "use",
    "value",
];

/// A unit that is open, for messages.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    /// `subroutine`, `function`, `module`...
    pub(super) what: &'static str,
    pub(super) name: String,
    pub(super) span: Span,
}

/// Reads the units of one file.
pub(super) struct Reader<'r, 'o> {
    pub(super) scanner: Scanner,
    pub(super) loader: &'r mut Loader<'o>,
    pub(super) diagnostics: &'r mut Diagnostics,
    /// The procedure that is being read, for messages.
    pub(super) procedure: Option<String>,
    pub(super) module: Option<String>,
    /// How many interface bodies are open.
    pub(super) nesting: usize,
    /// How many units are open that what is read now has host association with.
    pub(super) hosts: usize,
    /// The names that internal procedures see, for each host that is open.
    pub(super) host_names: Vec<Names>,
    /// An INCLUDE line of the procedure that is being read whose file is not there.
    pub(super) missing_include: Option<Span>,
    /// Whether the file has `!f2py` comments.
    pub(super) has_directives: bool,
    /// Comments whose directives have been given to a procedure.
    pub(super) taken: Vec<Range<usize>>,
}

impl Reader<'_, '_> {
    /// Every unit of the file.
    pub(super) fn read_file(&mut self, library: &mut Library) {
        let mut in_garbage = false;
        while self.scanner.advance() {
            let kind = classify(self.scanner.cursor());
            match kind {
                Kind::Header => library.procedures.extend(self.procedure()),
                Kind::Module | Kind::Submodule => library.modules.extend(self.module(kind == Kind::Submodule)),
                Kind::Program => library.programs.push(self.program(ProgramKind::Main)),
                Kind::BlockData => library.programs.push(self.program(ProgramKind::BlockData)),
                Kind::Include => self.include(),
                Kind::Unknown if in_garbage => {}
                Kind::Unknown => self.unknown_statement(),
                Kind::End(Ending::Bare | Ending::Program) => {}
                Kind::End(_) | Kind::Contains => {
                    self.report_here("there is no program unit that this statement could belong to");
                }
                _ => {
                    self.scanner.unread();
                    library.programs.push(self.program_without_name());
                }
            }
            in_garbage = kind == Kind::Unknown;
        }
    }

    /// Reports an error in the statement.
    pub(super) fn report(&mut self, mut error: SyntaxError) {
        if error.help.is_none() && error.span.start == error.span.end {
            error.help = closed(&self.written()).map(|statement| format!("write `{statement}`"));
        }
        let mut diagnostic = error.into_diagnostic();
        if let Some(position) = self.scanner.statement.unterminated {
            let cursor = self.scanner.cursor();
            let span = cursor.span_between(position, cursor.text().len());
            diagnostic = Diagnostic::error(Code::SyntaxError, span, "this statement cannot be read")
                .label("this character constant does not end")
                .help("close it with the quote that opens it");
        }
        self.push(diagnostic);
    }

    /// The statement as it stands in the source, if it stands on one line.
    fn written(&self) -> String {
        let statement = &self.scanner.statement;
        let text = &self.scanner.sources[statement.source].text;
        let line = text.get(statement.range()).filter(|line| line.len() < 200 && !line.contains('\n'));
        line.unwrap_or("").to_owned()
    }

    pub(super) fn push(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.procedure = match (&self.module, &self.procedure) {
            (Some(module), Some(procedure)) => Some(format!("{module}::{procedure}")),
            (module, procedure) => procedure.clone().or_else(|| module.clone()),
        };
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn report_here(&mut self, label: &str) {
        let span = self.scanner.cursor().whole();
        self.report(SyntaxError { span, label: label.to_owned(), help: None });
    }

    pub(super) fn unknown_statement(&mut self) {
        let mut cursor = self.scanner.cursor();
        let mut error = cursor.expected("a Fortran statement");
        // in fixed form the statement itself has no blanks that would end its first word
        let written = self.written();
        let word = written.split(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or("");
        if let Some(known) = nearest(word, KEYWORDS.iter().copied()) {
            error.span.end = error.span.start + word.len() as u32;
            error.help = Some(format!("write `{known}`"));
        }
        self.report(error);
    }

    /// Reads a statement; what is wrong with it is reported.
    pub(super) fn parse<T>(&mut self, parse: impl FnOnce(&mut Cursor<'_>) -> Parsed<T>) -> Option<T> {
        let mut cursor = self.scanner.cursor();
        let parsed = parse(&mut cursor);
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.report(error);
                None
            }
        }
    }

    /// Goes on in the file that an INCLUDE line names.
    pub(super) fn include(&mut self) {
        let Some((name, span)) = self.parse(|cursor| {
            cursor.eat_keyword("include");
            let start = cursor.position();
            let name = cursor.character_constant()?;
            Ok((name, cursor.span(start)))
        }) else {
            return;
        };
        let too_deep = self.scanner.nesting() > MAXIMUM_NESTING;
        let found = if too_deep { None } else { self.loader.load(&name, span.file) };
        let Some(file) = found else {
            let title = if too_deep {
                format!("INCLUDE lines nest more than {MAXIMUM_NESTING} deep at `{name}`")
            } else {
                format!("the included file `{name}` was not found")
            };
            let diagnostic = Diagnostic::warning(Code::IncludeMissing, span, title).label("included here");
            self.push(diagnostic.help("give its folder with `-I DIR`"));
            self.missing_include = Some(span);
            return;
        };
        let form = self.scanner.form();
        let text = self.loader.text(file);
        self.has_directives |= has_directives(&text);
        self.scanner.enter(text, Origin::identity(file), form);
    }

    /// Reports a unit without END, and leaves the statement that stopped it to the next reader.
    pub(super) fn unclosed(&mut self, stop: Stop, opened: &Opened) {
        let Opened { what, name, span } = opened;
        let title = if name.is_empty() { format!("the {what}") } else { format!("the {what} `{name}`") };
        let ending = if *what == "main program" { "end".to_owned() } else { format!("end {what} {name}") };
        let mut diagnostic = Diagnostic::error(Code::UnclosedUnit, *span, format!("{title} has no END statement"))
            .label("it begins here")
            .help(format!("write `{}` behind its last statement", ending.trim_end()));
        if stop != Stop::EndOfFile {
            let here = self.scanner.cursor().whole();
            diagnostic = diagnostic.also(here, "this cannot stand in it");
            self.scanner.unread();
        }
        self.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Code, Severity};
    use crate::front::fortran::testing::{complaints, read, read_with, text_of};
    use crate::ir::name::Name;
    use crate::ir::program::ProgramKind;

    #[test]
    fn a_module_with_everything() {
        let text = "\
module m
  use, intrinsic :: iso_fortran_env
  implicit none
  private
  public :: f, g, operator(+)
  integer, parameter, public :: dp = kind(0d0)
  type, public :: t
    integer :: n
  contains
    procedure :: end => f
  end type t
  interface g
    module procedure f
    procedure h
  end interface g
  interface operator(+)
    module procedure f
  end interface
  enum, bind(c)
    enumerator :: red = 4, green
    enumerator blue
  end enum
  interface
    module subroutine later(x)
      real :: x
    end subroutine
    subroutine c_call(y) bind(c)
      import
      integer, value :: y
    end subroutine
  end interface
contains
  real function f(x)
    real, intent(in) :: x
    f = x
  end function f
  subroutine h
  end subroutine h
end module m
submodule (m) s
contains
  module procedure later
    x = 1
  end procedure later
end submodule s
program p
  call x
contains
  subroutine inner
  end subroutine
end program p
";
        let library = read("a.f90", text);
        let module = &library.modules[0];
        let names: Vec<_> = module.procedures.iter().map(|one| (one.name.lower(), one.prefixes.module)).collect();
        assert_eq!(names, [("f", false), ("h", false)]);
        assert_eq!(module.separate_interfaces[0].name, Name::new("later"));
        assert!(module.is_public(&Name::new("F")) && !module.is_public(&Name::new("h")));
        assert!(module.is_public(&Name::new("dp")));
        assert_eq!(module.scope.generics[0].spec.to_string(), "g");
        assert_eq!(module.scope.generics[0].specifics, [Name::new("f"), Name::new("h")]);
        let types: Vec<_> = module.scope.derived_types.iter().map(|one| one.name.lower()).collect();
        assert_eq!(types, ["t"]);
        let call = module.scope.entity(&Name::new("c_call")).expect("the interface body");
        assert!(call.attributes.external);
        let body = call.interface.as_ref().expect("the body");
        assert!(body.bind.is_some() && body.scope.entities[0].attributes.value);
        let value =
            |name: &str| format!("{:?}", module.scope.entity(&Name::new(name)).and_then(|one| one.value.clone()));
        assert!(value("green").contains("Integer(5"), "{}", value("green"));
        assert!(value("blue").contains("Integer(6"), "{}", value("blue"));
        assert_eq!(library.modules[1].ancestor, Some(Name::new("m")));
        assert_eq!(library.programs[0].name, Some(Name::new("p")));
    }

    #[test]
    fn programs_without_a_program_statement() {
        assert_eq!(read("a.f90", "integer :: i\nprint *, i\nend\n").programs[0].name, None);
        assert_eq!(read("a.f90", "print *, 1\ncontains\nsubroutine s\nend\nend\n").procedures.len(), 0);
        let library = read("a.f", "      BLOCK DATA B\n      COMMON /X/ Y\n      DATA Y /1/\n      END\n");
        assert_eq!(library.programs[0].name, Some(Name::new("b")));
        assert_eq!(read("a.f", "      BLOCK DATA\n      END\n").programs[0].kind, ProgramKind::BlockData);
    }

    #[test]
    fn interfaces_of_dummy_procedures() {
        let text = "\
subroutine s(f, x)
  interface
    function f(y) result(z)
      real, intent(in) :: y
      real z
    end function
  end interface
  abstract interface
    subroutine a()
    end subroutine
  end interface
  real x
  x = f(x)
end subroutine
";
        let library = read("a.f90", text);
        let procedure = &library.procedures[0];
        assert_eq!(procedure.scope.entities.len(), 2);
        assert!(procedure.scope.entities[0].interface.is_some());
    }

    #[test]
    fn included_files_have_their_own_spans() {
        let text =
            "      SUBROUTINE S(N)\n      INCLUDE 'n.inc'\n      INCLUDE 'missing.inc'\n      REAL X\n      END\n";
        let (library, diagnostics, sources) = read_with("a.f", text, &[("n.inc", "C hi\n      INTEGER N\n")], &[]);
        let entity = &library.procedures[0].scope.entities[0];
        assert_eq!(sources.file(entity.span.file).path, "n.inc");
        assert_eq!(text_of(&sources, entity.span), "N");
        let found: Vec<_> = diagnostics.iter().map(|one| (one.code, one.severity)).collect();
        assert_eq!(found, [(Code::IncludeMissing, Severity::Warning)]);
        assert_eq!(
            text_of(&sources, diagnostics.iter().next().and_then(|one| one.span).expect("a span")),
            "'missing.inc'"
        );
        assert!(library.procedures[0].scope.entity(&Name::new("x")).is_some());
    }

    #[test]
    fn a_file_that_includes_itself_ends() {
        let (_, diagnostics, _) = read_with("a.f90", "include 'b'\n", &[("b", "include 'b'\n")], &[]);
        assert_eq!(diagnostics.iter().count(), 1);
    }

    #[test]
    fn files_that_include_each_other_twice_end() {
        let includes = [("b", "include 'c'\ninclude 'c'\n"), ("c", "include 'b'\ninclude 'b'\n")];
        let (_, diagnostics, _) = read_with("a.f90", "include 'b'\n", &includes, &[]);
        assert!(diagnostics.has_errors() || diagnostics.iter().count() > 1);
    }

    #[test]
    fn marks_of_editors_are_no_text() {
        assert_eq!(read("a.f90", "\u{feff}subroutine s\nend\n\u{1a}").procedures.len(), 1);
        assert_eq!(read("a.f", "\u{feff}      SUBROUTINE S\n      END\n\u{1a}\n").procedures.len(), 1);
    }

    #[test]
    fn module_procedures_may_be_included() {
        let text = "module m\ncontains\ninclude 'b'\nend module\n";
        let (library, diagnostics, _) = read_with("a.f90", text, &[("b", "subroutine s(x)\nend subroutine\n")], &[]);
        assert!(diagnostics.is_empty());
        assert_eq!(library.modules[0].procedures.len(), 1);
    }

    #[test]
    fn garbage_is_one_error() {
        let found = complaints("a.f90", "%PDF-1.4\n\u{1}\u{2}\n@@\nsubroutine s\nend\n%%\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], ("%".to_owned(), "expected a Fortran statement".to_owned()));
    }

    #[test]
    fn units_that_end_wrongly() {
        for text in [
            "module m\n",
            "module m\ncontains\nsubroutine s\nend module\n",
            "module m\ninterface\nsubroutine s\nend interface\nend module\n",
            "module m\ntype t\nend module\n",
            "module m\nenum, bind(c)\nend module\n",
            "module m\nx = 1\nend module\n",
            "subroutine s\ninterface\nend\n",
            &"interface\nsubroutine s\n".repeat(10_000),
            "end if\n",
            "contains\n",
            "end module\n",
        ] {
            assert!(!complaints("a.f90", text).is_empty(), "{text}");
        }
    }
}
