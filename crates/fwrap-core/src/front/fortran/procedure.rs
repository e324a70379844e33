//! Procedures (F2018 15.6.2): header, specification part, and the way over the execution part to END.

use crate::front::fortran::body::BodyReader;
use crate::front::fortran::documentation::UnitDocumentation;
use crate::front::fortran::header::{EntryStatement, Header, parse_entry, parse_header};
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::statement::{Ending, Kind, classify, first_word};
use crate::front::fortran::unit::{Opened, Reader, Stop};
use crate::ir::procedure::{Entry, Procedure, ProcedureKind};
use crate::source::Span;

/// How deep procedures may stand in each other: in a module two levels (F2018 C1571), and some that are forgiven.
const MAXIMUM_HOSTS: usize = 20;

impl Reader<'_, '_> {
    /// A procedure with a body; the scanner's statement is its first.
    pub(super) fn procedure(&mut self) -> Option<Procedure> {
        self.procedure_or_body(true)
    }

    /// A procedure, or (without `executable`) an interface body.
    pub(super) fn procedure_or_body(&mut self, executable: bool) -> Option<Procedure> {
        let mut scope = ScopeBuilder::default();
        let whole = self.scanner.cursor().whole();
        let first_comment = self.scanner.statement.leading.end;
        let header = self.parse(parse_header);
        let outer = self.procedure.clone();
        let outer_missing = self.missing_include.take();
        if let Some(header) = &header {
            self.procedure = Some(header.name.lower().to_owned());
            scope.mention_dummies(&header.dummies);
        }
        let mut comments = UnitDocumentation::of_unit(&self.scanner, &mut scope);
        if let Some(header) = &header {
            enter_result(header, &mut scope);
        }
        let opened = opened(header.as_ref(), whole);
        let mut entries = Vec::new();
        let mut internal = Vec::new();
        let mut stop = self.specification_part(&mut scope, &mut comments, &mut entries, executable);
        let mut body = self.body_reader(header.as_ref(), &entries, &scope);
        if stop == Stop::Executable {
            self.scanner.unread();
            stop = self.execution_part(&mut entries, &mut scope, &mut body);
        }
        if stop == Stop::Contains && executable {
            stop = self.internal_procedures(&mut internal, &body);
        }
        if !matches!(stop, Stop::End(Ending::Bare | Ending::Procedure)) {
            self.unclosed(stop, &opened);
        }
        self.procedure = outer;
        let is_function = header.as_ref().is_some_and(|header| header.is_function);
        finish_entries(&mut entries, is_function, &mut scope);
        scope.settle();
        let documentation = comments.finish(&mut scope);
        if let Some(span) = std::mem::replace(&mut self.missing_include, outer_missing) {
            body.expose_everything(span);
        }
        let (body, invoked) = body.finish();
        let f2py = header.as_ref().and_then(|header| self.procedure_directives(first_comment, header, &mut scope));
        let header = header?;
        if header.is_function {
            // Implicit typing may be all that there is to say of the result.
            let (result, span) = header.result.clone().unwrap_or_else(|| (header.name.clone(), header.span));
            scope.mention(&result, span, 0);
        }
        let kind = match (header.is_function, header.result) {
            (false, _) => ProcedureKind::Subroutine,
            (true, Some((result, _))) => ProcedureKind::Function { result },
            (true, None) => ProcedureKind::Function { result: header.name.clone() },
        };
        Some(Procedure {
            name: header.name,
            span: header.span,
            kind,
            dummies: header.dummies.into_iter().map(|(dummy, _)| dummy).collect(),
            prefixes: header.prefixes,
            bind: header.bind,
            scope: scope.scope,
            documentation,
            entries,
            internal,
            invoked,
            body,
            f2py,
        })
    }

    /// Reads over executable statements up to CONTAINS or the END of the unit. END without a word, or with that of a
    /// unit, never ends a construct, so constructs need no count.
    pub(super) fn execution_part(
        &mut self,
        entries: &mut Vec<Entry>,
        scope: &mut ScopeBuilder,
        body: &mut BodyReader,
    ) -> Stop {
        while self.scanner.advance() {
            let kind = first_word(self.scanner.cursor());
            match kind {
                Some(Kind::End(ending @ (Ending::Bare | Ending::Procedure | Ending::Module | Ending::Program))) => {
                    return Stop::End(ending);
                }
                Some(Kind::Contains) => return Stop::Contains,
                Some(Kind::Entry) => {
                    self.entry(entries, scope);
                    body.enter_entry(entries.last(), scope);
                }
                Some(Kind::Include) => self.include(),
                // in a BLOCK construct
                Some(Kind::Interface | Kind::AbstractInterface) => self.skip_interface_block(),
                Some(Kind::DerivedType) => self.derived_type(&mut ScopeBuilder::default()),
                Some(Kind::Header | Kind::Program | Kind::Module | Kind::Submodule | Kind::BlockData) => {
                    return Stop::Unit;
                }
                _ => body.visit(self.scanner.cursor(), kind, scope),
            }
        }
        Stop::EndOfFile
    }

    /// What reads the execution part of a procedure whose specification part is read.
    fn body_reader(&self, header: Option<&Header>, entries: &[Entry], scope: &ScopeBuilder) -> BodyReader {
        let own = header.into_iter().flat_map(|header| header.dummies.iter().map(|(dummy, _)| dummy));
        let dummies = own.chain(entries.iter().flat_map(|entry| &entry.dummies));
        BodyReader::new(dummies, scope, self.host_names.last(), self.hosts > 0)
    }

    /// Internal procedures up to the END of their host.
    pub(super) fn internal_procedures(&mut self, procedures: &mut Vec<Procedure>, host: &BodyReader) -> Stop {
        if self.host_names.len() >= MAXIMUM_HOSTS {
            self.report_here("internal procedures cannot have internal procedures");
            while self.scanner.advance() {}
            return Stop::EndOfFile;
        }
        self.hosts += 1;
        self.host_names.push(host.names().clone());
        let stop = self.internal_subprogram_part(procedures);
        self.host_names.pop();
        self.hosts -= 1;
        stop
    }

    fn internal_subprogram_part(&mut self, procedures: &mut Vec<Procedure>) -> Stop {
        while self.scanner.advance() {
            match classify(self.scanner.cursor()) {
                Kind::Header => procedures.extend(self.procedure()),
                Kind::End(ending) => return Stop::End(ending),
                Kind::Program | Kind::Module | Kind::Submodule | Kind::BlockData => return Stop::Unit,
                Kind::Include => self.include(),
                Kind::Ignored => {}
                _ => self.report_here("only internal procedures can stand behind CONTAINS"),
            }
        }
        Stop::EndOfFile
    }

    /// An ENTRY statement. Declarations of its dummy arguments may follow, and stand in the procedure's scope.
    pub(super) fn entry(&mut self, entries: &mut Vec<Entry>, scope: &mut ScopeBuilder) {
        let Some(EntryStatement { mut entry, dummies, result }) = self.parse(parse_entry) else { return };
        scope.mention_dummies(&dummies);
        if let Some((result, span)) = result {
            scope.mention(&result, span, 0);
            entry.result = Some(result);
        }
        entries.push(entry);
    }
}

/// An entry to a function has a result variable: its own name, where RESULT gives no other.
pub(super) fn finish_entries(entries: &mut [Entry], is_function: bool, scope: &mut ScopeBuilder) {
    for entry in entries.iter_mut().filter(|entry| is_function && entry.result.is_none()) {
        scope.mention(&entry.name, entry.span, 0);
        entry.result = Some(entry.name.clone());
    }
}

fn opened(header: Option<&Header>, whole: Span) -> Opened {
    match header {
        Some(header) => Opened {
            what: if header.is_function { "function" } else { "subroutine" },
            name: header.name.lower().to_owned(),
            span: header.span,
        },
        None => Opened { what: "procedure", name: String::new(), span: whole },
    }
}

/// The type that a prefix gives is the type of the result.
fn enter_result(header: &Header, scope: &mut ScopeBuilder) {
    if let Some(type_spec) = &header.type_spec {
        let (name, span) = header.result.clone().unwrap_or_else(|| (header.name.clone(), header.span));
        scope.declare(&name, span, 0).type_spec = Some(type_spec.clone());
    }
    scope.mentioned.clear();
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{complaints, dummies, entity, fixed, free, read, read_with};
    use crate::ir::name::Name;
    use crate::ir::procedure::{Dummy, ProcedureKind};
    use crate::ir::types::BaseType;

    #[test]
    fn function_prefixes_in_any_order() {
        for text in [
            "real(dp) pure elemental recursive function f(x) result(r) bind(c, name='F')",
            "recursive pure elemental real(dp) function f(x) bind(c, name=\"F\") result(r)",
        ] {
            let procedure = free(&format!("{text}\nend function f\n"));
            let prefixes = &procedure.prefixes;
            assert!(prefixes.pure && prefixes.elemental && prefixes.recursive && !prefixes.module && !prefixes.impure);
            assert_eq!(procedure.kind, ProcedureKind::Function { result: Name::new("r") });
            assert_eq!(procedure.bind.as_ref().and_then(|bind| bind.label.as_deref()), Some("F"));
            let spec = entity(&procedure, "r").type_spec.as_ref().expect("the type of the prefix");
            assert_eq!(spec.base, BaseType::Real);
            assert_eq!(dummies(&procedure), "x");
        }
    }

    #[test]
    fn functions_of_old() {
        let procedure = fixed("      DOUBLE PRECISION FUNCTION F(N,X)\n      F = X\n      END\n");
        assert_eq!(procedure.kind, ProcedureKind::Function { result: Name::new("f") });
        let spec = entity(&procedure, "f").type_spec.as_ref().expect("a type");
        assert_eq!(spec.base, BaseType::DoublePrecision);
        let procedure = fixed("      FUNCTION F(X)\n      REAL*8 F\n      F = X\n      END\n");
        assert!(entity(&procedure, "f").type_spec.is_some());
        assert_eq!(fixed("      CHARACTER*(*) FUNCTION F()\n      END\n").dummies.len(), 0);
        assert!(matches!(fixed("      SUBROUTINE S(*)\n      END\n").dummies[..], [Dummy::AlternateReturn(_)]));
    }

    #[test]
    fn executable_statements_are_read_over() {
        let text = "\
      SUBROUTINE S(REAL, END, DATA)
      REAL REAL, END, DATA(3)
      INTEGER TYPE
      REAL = 3
      TYPE = 1
      DATA(1) = 2
      END = 5
      IF (X) = 3
      ENDDO = 4
      DO 10 I = 1, 5
   10 CONTINUE
      IF (A .EQ. B) THEN
        CALL X('END')
      ENTRY E1(A)
      END IF
      INCLUDE = 3
  20  FORMAT (5H END , I3)
  99  END
      SUBROUTINE T
      END
";
        let library = read("a.f", text);
        let names: Vec<_> = library.procedures.iter().map(|procedure| procedure.name.lower()).collect();
        assert_eq!(names, ["s", "t"]);
        assert_eq!(library.procedures[0].entries.len(), 1);
    }

    #[test]
    fn constructs_do_not_end_units() {
        let text = "\
subroutine s(x)
  real :: x
  outer: do i = 1, 3
    block
      interface
        subroutine t(y)
        end subroutine t
      end interface
      type :: u
      contains
        procedure :: v
      end type
      x = 1
    end block
  end do outer
  select type (x)
  type is (integer)
    x = 2
  class default
    x = 3
  end select
  where (m) x = 1; forall (i=1:3) x = 2
  associate (y => x)
  end associate
  critical
  endcritical
contains
  subroutine inner()
    end = 3
  end subroutine
  pure function other(x) result(y)
  endfunction
end subroutine s
subroutine last
end
";
        let library = read("a.f90", text);
        let found: Vec<_> = library.procedures.iter().map(|one| (one.name.lower(), !one.internal.is_empty())).collect();
        assert_eq!(found, [("s", true), ("last", false)]);
    }

    #[test]
    fn a_missing_end_is_said_once_and_reading_goes_on() {
        let text = "subroutine s(x)\nx = 1\nsubroutine t(y)\nend subroutine\nfunction f(z)\n";
        let (library, diagnostics, _) = read_with("a.f90", text, &[], &[]);
        assert_eq!(library.procedures.len(), 3);
        let titles: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.title.as_str()).collect();
        assert_eq!(titles, ["the subroutine `s` has no END statement", "the function `f` has no END statement"]);
        let help = diagnostics.iter().next().and_then(|diagnostic| diagnostic.help.as_deref());
        assert_eq!(help, Some("write `end subroutine s` behind its last statement"));
    }

    #[test]
    fn a_broken_header_is_said() {
        let found = complaints("a.f90", "subroutine s(a b)\nreal a\nend\nsubroutine t\nend\n");
        assert_eq!(found, [("b".to_owned(), "expected `,`".to_owned())]);
        assert!(!complaints("a.f90", "subroutine s(a,\nend\n").is_empty());
        assert!(!complaints("a.f", "      FUNCTION 3\n      END\n").is_empty());
    }

    #[test]
    fn entries_have_their_own_dummies_and_result() {
        let text = "\
real function f(a, n) result(r)
  entry g(b, n) result(q) bind(c, name='G')
  real :: a, b, n
  entry h(c)
  q = 1
  entry e
  entry k(*, late)
end function
";
        let procedure = free(text);
        let show = |one: &crate::ir::procedure::Entry| {
            let result = one.result.as_ref().map_or(String::new(), |result| format!(" {result}"));
            format!("{} {}{result}", one.name, one.dummies.len())
        };
        let entries: Vec<_> = procedure.entries.iter().map(show).collect();
        assert_eq!(entries, ["g 2 q", "h 1 h", "e 0 e", "k 2 k"]);
        assert_eq!(procedure.entries[0].bind.as_ref().and_then(|bind| bind.label.as_deref()), Some("G"));
        for name in ["a", "b", "n", "c", "late", "r", "q", "h", "e", "k"] {
            assert!(procedure.scope.entity(&Name::new(name)).is_some(), "{name}");
        }
        assert!(entity(&procedure, "b").type_spec.is_some() && entity(&procedure, "c").type_spec.is_none());
        assert_eq!(dummies(&procedure), "a n");
    }

    #[test]
    fn arrays_may_begin_with_the_word_function() {
        let procedure = fixed(
            "      REALFUNCTIONF(M,N)\n      REALFUNCTIONF(M,N)\n      REAL FUNCTIONG(3)\n      FUNCTIONF(1,1)=1\n\
             \x20     F=FUNCTIONF(1,1)\n      END\n",
        );
        assert!(entity(&procedure, "functionf").shape.is_some() && entity(&procedure, "functiong").shape.is_some());
        assert!(!complaints("a.f", "      SUBROUTINE S\n      REAL FUNCTION F(X)\n      END\n").is_empty());
    }

    #[test]
    fn statement_functions_end_no_specification_part() {
        let procedure = fixed(
            "      SUBROUTINE S(X,N)\n      REAL F,V(3)\n      F(A,B)=A+B\n      G(C)=F(C,1.0)\n      REAL*8 X(N)\n\
             \x20     DATA V /3*1.0/\n      V(I)=2\n      INTEGER LATE\n      END\n",
        );
        assert!(entity(&procedure, "x").shape.is_some());
        assert!(procedure.scope.entity(&Name::new("late")).is_none(), "an execution part has begun");
    }

    #[test]
    fn names_of_hosts_may_be_arrays() {
        let library = read(
            "a.f90",
            "module m\nreal :: v(3)\ncontains\nsubroutine s\nreal :: f\nf(x) = x\nreal :: w(2)\nv(i) = f(1.0)\n\
             end subroutine\nend module\n",
        );
        assert_eq!(library.modules[0].procedures[0].scope.entities.len(), 2);
    }

    #[test]
    fn bodies_of_separate_module_procedures() {
        let text = "\
submodule (m:parent) s
contains
  module procedure f
    use other
    real :: w
    w = 1
  contains
    subroutine inner
    end subroutine
  end procedure f
  module procedure g
  end
end submodule
";
        let module = &read("a.f90", text).modules[0];
        assert_eq!(
            (module.ancestor.as_ref(), module.parent.as_ref()),
            (Some(&Name::new("m")), Some(&Name::new("parent")))
        );
        let bodies = &module.separate_bodies;
        assert_eq!((bodies[0].name.lower(), bodies[1].name.lower()), ("f", "g"));
        assert_eq!((bodies[0].scope.uses.len(), bodies[0].scope.entities.len(), bodies[0].internal.len()), (1, 1, 1));
    }

    #[test]
    fn included_statements_belong_to_the_body() {
        let text = "subroutine s\nx = 1\ninclude 'b'\nend subroutine\n";
        let include = [("b", "y = 2\ncontains\nsubroutine t\nend subroutine\n")];
        let (library, diagnostics, _) = read_with("a.f90", text, &include, &[]);
        assert!(diagnostics.is_empty());
        assert_eq!(library.procedures[0].internal.len(), 1);
    }

    #[test]
    fn lengths_behind_the_name_of_a_function() {
        let procedure = fixed("      INTEGER FUNCTION F*8(X)\n      END\n");
        let spec = entity(&procedure, "f").type_spec.as_ref().expect("a type");
        assert!(matches!(spec.kind, Some(crate::ir::types::KindSelector::Star(8))));
        let procedure = fixed("      CHARACTER FUNCTION F*(*)(X)\n      END\n");
        assert!(entity(&procedure, "f").type_spec.as_ref().is_some_and(|spec| spec.length.is_some()));
    }
}
