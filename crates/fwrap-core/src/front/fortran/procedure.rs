//! Procedures: header, specification part, and the way over the execution part to END.

use crate::front::fortran::association::{parse_implicit, parse_use};
use crate::front::fortran::attribute::{parse_access, parse_attribute_statement, parse_intent, parse_parameter};
use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::declaration::parse_type_declaration;
use crate::front::fortran::documentation::UnitDocumentation;
use crate::front::fortran::header::{Header, dummy_arguments, parse_header};
use crate::front::fortran::invocation::Invocations;
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::statement::{Ending, Kind, classify, first_word};
use crate::front::fortran::unit::{Opened, Reader, Stop};
use crate::ir::body::Body;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Entry, Procedure, ProcedureKind};
use crate::source::Span;

type Entries = Vec<Entry>;

impl Reader<'_, '_> {
    /// A procedure with a body; the scanner's statement is its first.
    pub(super) fn procedure(&mut self) -> Option<Procedure> {
        self.procedure_or_body(true)
    }

    /// A procedure, or (without `executable`) an interface body.
    pub(super) fn procedure_or_body(&mut self, executable: bool) -> Option<Procedure> {
        let mut scope = ScopeBuilder::default();
        let whole = self.scanner.cursor().whole();
        let header = self.parse(parse_header);
        let outer = self.procedure.clone();
        if let Some(header) = &header {
            self.procedure = Some(header.name.lower().to_owned());
            enter_dummies(header, &mut scope);
        }
        let mut comments = UnitDocumentation::of_unit(&self.scanner, &mut scope);
        if let Some(header) = &header {
            enter_result(header, &mut scope);
        }
        let opened = opened(header.as_ref(), whole);
        let mut entries = Vec::new();
        let mut internal = Vec::new();
        let mut stop = self.specification_part(&mut scope, &mut comments, &mut entries, executable);
        let mut invocations = Invocations::of(undeclared_dummies(header.as_ref(), &scope));
        if stop == Stop::Executable {
            invocations.visit(self.scanner.cursor().text());
            stop = self.execution_part(&mut entries, &mut invocations);
        }
        if stop == Stop::Contains && executable {
            stop = self.internal_procedures(&mut internal);
        }
        if !matches!(stop, Stop::End(Ending::Bare | Ending::Procedure)) {
            self.unclosed(stop, &opened);
        }
        self.procedure = outer;
        scope.settle_access();
        let documentation = comments.finish(&mut scope);
        let header = header?;
        if header.is_function {
            // Implicit typing may be all that there is to say of the result.
            let (result, span) = header.result.clone().unwrap_or_else(|| (header.name.clone(), header.span));
            scope.add_dummy(&result, span, 0);
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
            invoked: invocations.finish(),
            body: Body::default(),
        })
    }

    /// Statements up to the first that is executable, CONTAINS or END.
    pub(super) fn specification_part(
        &mut self,
        scope: &mut ScopeBuilder,
        comments: &mut UnitDocumentation,
        entries: &mut Entries,
        executable: bool,
    ) -> Stop {
        while self.scanner.advance() {
            let kind = classify(self.scanner.cursor());
            let declares = matches!(kind, Kind::TypeDeclaration | Kind::Attribute(_) | Kind::Intent | Kind::Parameter);
            let about = comments.before_statement(&self.scanner, scope, declares);
            scope.mentioned.clear();
            match kind {
                Kind::End(ending @ (Ending::Construct | Ending::DerivedType | Ending::Enum)) => {
                    if executable && ending == Ending::Construct {
                        return Stop::Executable;
                    }
                    self.report_here("there is nothing that this statement could end");
                }
                Kind::End(ending) => return Stop::End(ending),
                Kind::Contains => return Stop::Contains,
                Kind::Executable if executable => return Stop::Executable,
                Kind::Executable => self.report_here("no executable statement can stand here"),
                Kind::Header | Kind::Program | Kind::Module | Kind::Submodule | Kind::BlockData => return Stop::Unit,
                Kind::Entry => self.entry(entries),
                Kind::Include => self.include(),
                Kind::Interface | Kind::AbstractInterface => self.interface_block(scope, kind == Kind::Interface),
                Kind::DerivedType => self.derived_type(scope),
                Kind::Enum => self.enumeration(scope),
                Kind::Unknown => self.unknown_statement(),
                Kind::Ignored => {}
                _ => {
                    self.parse(|cursor| parse_specification(cursor, scope, kind));
                }
            }
            comments.after_statement(&self.scanner, scope, &about);
        }
        Stop::EndOfFile
    }

    /// Reads over executable statements up to CONTAINS or the END of the unit. END without a word, or with that of a
    /// unit, never ends a construct, so constructs need no count.
    pub(super) fn execution_part(&mut self, entries: &mut Entries, invocations: &mut Invocations) -> Stop {
        while self.scanner.advance() {
            match first_word(self.scanner.cursor()) {
                Some(Kind::End(ending @ (Ending::Bare | Ending::Procedure | Ending::Module | Ending::Program))) => {
                    return Stop::End(ending);
                }
                Some(Kind::Contains) => return Stop::Contains,
                Some(Kind::Entry) => self.entry(entries),
                // in a BLOCK construct, or in a unit whose declarations do not matter
                Some(Kind::Interface | Kind::AbstractInterface) => self.skip_interface_block(),
                Some(Kind::DerivedType) => self.derived_type(&mut ScopeBuilder::default()),
                Some(Kind::Header | Kind::Program | Kind::Module | Kind::Submodule | Kind::BlockData) => {
                    return Stop::Unit;
                }
                _ => invocations.visit(self.scanner.cursor().text()),
            }
        }
        Stop::EndOfFile
    }

    /// Internal procedures up to the END of their host.
    pub(super) fn internal_procedures(&mut self, procedures: &mut Vec<Procedure>) -> Stop {
        while self.scanner.advance() {
            match classify(self.scanner.cursor()) {
                Kind::Header => procedures.extend(self.procedure()),
                Kind::ModuleProcedure => self.skip_procedure(),
                Kind::End(ending) => return Stop::End(ending),
                Kind::Program | Kind::Module | Kind::Submodule | Kind::BlockData => return Stop::Unit,
                Kind::Include => self.include(),
                _ => self.report_here("only internal procedures can stand behind CONTAINS"),
            }
        }
        Stop::EndOfFile
    }

    /// Procedures of a module up to its END.
    pub(super) fn module_procedures(&mut self, procedures: &mut Vec<Procedure>) -> Stop {
        while self.scanner.advance() {
            match classify(self.scanner.cursor()) {
                Kind::Header => procedures.extend(self.procedure()),
                // the interface of `module procedure f` is that of the ancestor's interface body
                Kind::ModuleProcedure => self.skip_procedure(),
                Kind::End(ending) => return Stop::End(ending),
                Kind::Program | Kind::Module | Kind::Submodule | Kind::BlockData => return Stop::Unit,
                Kind::Include => self.include(),
                _ => self.report_here("only procedures can stand behind the CONTAINS of a module"),
            }
        }
        Stop::EndOfFile
    }

    fn skip_procedure(&mut self) {
        let whole = self.scanner.cursor().whole();
        let header = parse_header(&mut self.scanner.cursor()).ok();
        let opened = opened(header.as_ref(), whole);
        let mut stop = self.execution_part(&mut Vec::new(), &mut Invocations::default());
        if stop == Stop::Contains {
            stop = self.internal_procedures(&mut Vec::new());
        }
        if !matches!(stop, Stop::End(Ending::Bare | Ending::Procedure)) {
            self.unclosed(stop, &opened);
        }
    }

    fn entry(&mut self, entries: &mut Entries) {
        let entry = self.parse(|cursor| {
            cursor.eat_keyword("entry");
            let (name, span) = cursor.name("the name of the entry")?;
            let dummies = if cursor.peek() == b'(' { dummy_arguments(cursor)? } else { Vec::new() };
            let dummies = dummies.into_iter().map(|(dummy, _)| dummy).collect();
            Ok(Entry { name, span, dummies, result: None, bind: None })
        });
        entries.extend(entry);
    }
}

/// A statement of the specification part that fills one line of the scope.
pub(super) fn parse_specification(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder, kind: Kind) -> Parsed<()> {
    match kind {
        Kind::TypeDeclaration => parse_type_declaration(cursor, scope),
        Kind::Attribute(attribute) => parse_attribute_statement(cursor, scope, attribute),
        Kind::Intent => parse_intent(cursor, scope),
        Kind::Parameter => parse_parameter(cursor, scope),
        Kind::Public => parse_access(cursor, scope, false),
        Kind::Private => parse_access(cursor, scope, true),
        Kind::Use => parse_use(cursor, &mut scope.scope),
        Kind::Implicit => parse_implicit(cursor, &mut scope.scope.implicit),
        _ => Err(cursor.expected("a statement of a specification part")),
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

fn enter_dummies(header: &Header, scope: &mut ScopeBuilder) {
    for (dummy, position) in &header.dummies {
        if let Dummy::Argument(name, span) = dummy {
            scope.add_dummy(name, *span, *position);
        }
    }
}

/// Dummy arguments that may be procedures for all that the declarations say.
fn undeclared_dummies<'a>(header: Option<&'a Header>, scope: &'a ScopeBuilder) -> impl Iterator<Item = Name> + 'a {
    let dummies = header.into_iter().flat_map(|header| &header.dummies);
    dummies.filter_map(|(dummy, _)| match dummy {
        Dummy::Argument(name, _) => {
            let is_plain = scope.scope.entity(name).is_none_or(|entity| entity.shape.is_none());
            is_plain.then(|| name.clone())
        }
        Dummy::AlternateReturn(_) => None,
    })
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
}
