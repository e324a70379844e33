//! Generic specs, and what gives them specific procedures (F2018 15.4.3).

use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::scope::ScopeBuilder;
use crate::ir::generic::GenericSpec;
use crate::ir::name::Name;
use crate::source::Span;

/// The first statement of an interface block.
#[derive(Debug)]
pub(super) enum InterfaceKind {
    /// `interface`
    Specific,
    /// `interface g`, `interface operator(+)`
    Generic(GenericSpec),
    /// `abstract interface`
    Abstract,
}

/// `interface [spec]`, `abstract interface`
pub(super) fn parse_interface(cursor: &mut Cursor<'_>) -> Parsed<InterfaceKind> {
    if cursor.eat_keyword("abstract interface") {
        return cursor.expect_end().map(|()| InterfaceKind::Abstract);
    }
    cursor.eat_keyword("interface");
    if cursor.at_end() {
        return Ok(InterfaceKind::Specific);
    }
    let spec = cursor.generic_spec()?;
    cursor.expect_end()?;
    Ok(InterfaceKind::Generic(spec))
}

/// `[module] procedure [::] a, b`
pub(super) fn parse_procedure_names(cursor: &mut Cursor<'_>) -> Parsed<Vec<Name>> {
    cursor.eat_keyword("module");
    cursor.eat_keyword("procedure");
    cursor.eat("::");
    let names = cursor.names("the name of a procedure")?;
    Ok(names.into_iter().map(|(name, _)| name).collect())
}

/// What a GENERIC statement says.
#[derive(Debug)]
pub(super) struct GenericStatement {
    pub(super) spec: GenericSpec,
    pub(super) span: Span,
    pub(super) private: Option<bool>,
    pub(super) specifics: Vec<Name>,
}

/// `generic [, access] :: spec => names`
pub(super) fn parse_generic_statement(cursor: &mut Cursor<'_>) -> Parsed<GenericStatement> {
    cursor.eat_keyword("generic");
    let mut private = None;
    if cursor.eat(",") {
        private = Some(cursor.access()?);
    }
    cursor.expect("::")?;
    let start = cursor.position();
    let spec = cursor.generic_spec()?;
    let span = cursor.span(start);
    cursor.expect("=>")?;
    let specifics = cursor.names("the name of a procedure")?.into_iter().map(|(name, _)| name).collect();
    Ok(GenericStatement { spec, span, private, specifics })
}

/// A GENERIC statement in a specification part (F2018 15.4.3.3).
pub(super) fn parse_generic(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    let statement = parse_generic_statement(cursor)?;
    scope.generic(&statement.spec, statement.span).specifics.extend(statement.specifics);
    match (statement.private, statement.spec) {
        (None, _) => {}
        (Some(private), GenericSpec::Name(name)) => scope.access.push((name, private)),
        (Some(private), spec) => scope.operator_access.push((spec, private)),
    }
    Ok(())
}

impl Cursor<'_> {
    /// `operator(+)`, `assignment(=)`, `read(formatted)`, or a name.
    pub(super) fn generic_spec(&mut self) -> Parsed<GenericSpec> {
        match self.eat_operator_spec()? {
            Some(spec) => Ok(spec),
            None => Ok(GenericSpec::Name(self.name("a generic name")?.0)),
        }
    }

    /// `operator(+)`, `assignment(=)`, `read(formatted)`, if one stands here.
    pub(super) fn eat_operator_spec(&mut self) -> Parsed<Option<GenericSpec>> {
        let start = self.position();
        for word in ["operator", "assignment", "read", "write"] {
            if self.eat_keyword(word) && self.eat("(") {
                let spec = match word {
                    "operator" => GenericSpec::Operator(self.operator_text()?),
                    "assignment" => {
                        self.expect("=")?;
                        GenericSpec::Assignment
                    }
                    _ => {
                        let formatted = self.formatted()?;
                        if word == "read" { GenericSpec::Read(formatted) } else { GenericSpec::Write(formatted) }
                    }
                };
                self.expect(")")?;
                return Ok(Some(spec));
            }
            self.seek(start);
        }
        Ok(None)
    }

    /// The operator in `operator(...)`, in lower case and without blanks.
    fn operator_text(&mut self) -> Parsed<String> {
        let rest = self.rest();
        let length = rest.iter().position(|byte| *byte == b')').unwrap_or(rest.len());
        let text: Vec<u8> = rest[..length].iter().filter(|byte| **byte != b' ').map(u8::to_ascii_lowercase).collect();
        let is_word = text.first() == Some(&b'.') && text.last() == Some(&b'.') && text.len() > 2;
        let known: [&[u8]; 12] = [b"+", b"-", b"*", b"/", b"**", b"//", b"==", b"/=", b"<", b"<=", b">", b">="];
        if !is_word && !known.contains(&text.as_slice()) {
            return Err(self.expected("an operator such as `+` or `.cross.`"));
        }
        self.skip(length);
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn formatted(&mut self) -> Parsed<bool> {
        if self.eat_keyword("formatted") {
            Ok(true)
        } else if self.eat_keyword("unformatted") {
            Ok(false)
        } else {
            Err(self.expected("`formatted` or `unformatted`"))
        }
    }

    /// `public` (false) or `private` (true).
    pub(super) fn access(&mut self) -> Parsed<bool> {
        if self.eat_keyword("public") {
            Ok(false)
        } else if self.eat_keyword("private") {
            Ok(true)
        } else {
            Err(self.expected("`public` or `private`"))
        }
    }

    /// Names up to the end of the statement.
    pub(super) fn names(&mut self, what: &str) -> Parsed<Vec<(Name, Span)>> {
        let mut names = vec![self.name(what)?];
        while self.eat(",") {
            names.push(self.name(what)?);
        }
        self.expect_end()?;
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{complaints, free, read};
    use crate::ir::procedure::{Import, Scope};

    fn generics(scope: &Scope) -> Vec<String> {
        let names = |names: &[crate::ir::name::Name]| {
            names.iter().map(|name| name.lower().to_owned()).collect::<Vec<_>>().join(" ")
        };
        scope.generics.iter().map(|one| format!("{} => {}", one.spec, names(&one.specifics))).collect()
    }

    const MODULE: &str = "\
module m
  !> Does something.
  interface g
    module procedure a, b
    procedure :: c
    module procedure :: d
    subroutine ext(x)
      import, none
      real :: x
    end subroutine
  end interface g
  interface operator( + )
    procedure a
  end interface operator(+)
  interface operator(.CROSS.)
    module procedure b
  end interface
  interface assignment (=)
    module procedure b
  end interface assignment(=)
  interface write(formatted)
    module procedure w
  end interface
  interface g
    procedure :: e
  end interface
  abstract interface
    function f(x) result(y)
      import :: wp, t
      import other
      real(wp) :: x, y
    end function
  end interface
  generic, private :: h => a, b
  generic :: operator(-) => a
  public :: operator(+), assignment(=), g
  private operator(.cross.)
  procedure(f), pointer :: p => null()
  procedure(real(8)), pointer :: q
  real, protected :: shared
  protected other
end module
";

    #[test]
    fn generics_of_all_kinds() {
        let library = read("a.f90", MODULE);
        let module = &library.modules[0];
        let expected = [
            "g => a b c d ext e",
            "operator(+) => a",
            "operator(.cross.) => b",
            "assignment(=) => b",
            "write(formatted) => w",
            "h => a b",
            "operator(-) => a",
        ];
        assert_eq!(generics(&module.scope), expected);
        assert_eq!(module.scope.generics[0].documentation.text, "Does something.");
        let access: Vec<_> =
            module.operator_access.iter().map(|(spec, private)| (spec.to_string(), *private)).collect();
        let said = [("operator(+)", false), ("assignment(=)", false), ("operator(.cross.)", true)];
        assert_eq!(access, said.map(|(spec, private)| (spec.to_owned(), private)));
        assert!(module.access.iter().any(|(name, private)| *name == *"h" && *private));
    }

    #[test]
    fn interfaces_take_names_from_their_host() {
        let library = read("a.f90", MODULE);
        let scope = &library.modules[0].scope;
        let Import::Only(names) = &scope.abstract_interfaces[0].scope.import else { panic!("names") };
        assert_eq!(names.len(), 3);
        let external = scope.entities.iter().find(|one| one.name == *"ext").expect("the external");
        let body = external.interface.as_ref().expect("its interface");
        assert_eq!(body.scope.import, Import::None);
        assert!(scope.entities.iter().filter(|one| one.attributes.protected).count() == 2);
        let pointer = scope.entities.iter().find(|one| one.name == *"q").expect("a procedure pointer");
        assert!(pointer.attributes.external && pointer.attributes.pointer && pointer.type_spec.is_some());
    }

    #[test]
    fn generics_in_procedures() {
        let procedure = free(
            "subroutine s\ninterface g\nsubroutine a(x)\nend subroutine\nend interface\nimport\n\
             use m, only: operator(.x.) => operator(.y.), assignment(=), p => q\nuse, non_intrinsic :: n\nend\n",
        );
        assert_eq!(generics(&procedure.scope), ["g => a"]);
        let uses = &procedure.scope.uses;
        assert_eq!((uses[0].names.len(), uses[0].operators.len(), uses[1].non_intrinsic), (1, 2, true));
        let (local, original) = &uses[0].operators[0];
        assert_eq!((local.to_string(), original.to_string()), ("operator(.x.)".into(), "operator(.y.)".into()));
        assert_eq!(procedure.scope.import, Import::All);
    }

    #[test]
    fn what_is_no_generic_is_said() {
        for text in ["interface operator(x)", "interface read(some)", "generic :: g", "public operator()"] {
            assert!(!complaints("a.f90", &format!("module m\n{text}\nend interface\nend module\n")).is_empty());
        }
    }
}
