//! Fortran source to IR: statements by a scanner, then recursive descent over the specification part.

mod association;
mod attribute;
mod body;
mod comment;
mod cursor;
mod declaration;
mod derived_type;
mod directive;
mod documentation;
mod expr;
mod fixed;
mod form;
mod fragment;
mod free;
mod generic;
mod header;
mod interface;
mod lines;
mod module;
mod primary;
mod procedure;
mod program;
mod scope;
mod shape;
mod specification;
mod statement;
mod storage;
mod structure;
mod suggestion;
#[cfg(test)]
pub(super) mod testing;
mod text;
mod token;
mod type_spec;
mod unit;
mod within;

pub use form::find_form_beside_suffix;
pub use fragment::{parse_expression, parse_expression_list};
pub(super) use within::{parse_implicit, parse_type, parse_whole_expression};

use crate::diagnostic::Diagnostics;
use crate::front::fortran::lines::Scanner;
use crate::front::fortran::text::load_text;
use crate::front::fortran::unit::Reader;
use crate::front::include::Loader;
use crate::ir::library::Library;
use crate::source::FileId;

/// Reads one file.
pub(super) fn parse_file(file: FileId, loader: &mut Loader<'_>, library: &mut Library, diagnostics: &mut Diagnostics) {
    loader.begin_file();
    let form = form::source_form(loader.file(file));
    let (text, origin) = load_text(file, form, loader, diagnostics);
    let mut scanner = Scanner::default();
    scanner.last_column = loader.options.fixed_line_length;
    scanner.openmp = loader.options.openmp;
    let has_directives = directive::has_directives(&text);
    scanner.enter(text, origin, form);
    Reader {
        scanner,
        loader,
        diagnostics,
        procedure: None,
        module: None,
        nesting: 0,
        hosts: 0,
        host_names: Vec::new(),
        missing_include: None,
        has_directives,
        taken: Vec::new(),
    }
    .read_file(library);
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::read_with;

    const FREE: &str = "\
!> @brief About m.
module m
  use, intrinsic :: iso_c_binding, only: c_int, d => c_double
  implicit real(8) (a-h), character*4 (s)
  type, public :: t
  end type
  enum, bind(c); enumerator :: a = 1, b; end enum
  interface g
    module procedure f
    real function ext(x); real x; end function
  end interface
contains
  real(d) pure function f(x, y, n) result(r) bind(c, name='f') !! Adds.
    integer(c_int), intent(in), value :: n !< the size
    real(kind=d), dimension(n, 0:*), optional :: x & ! the x
      , y(2*n, (n + 1)/2)
    character(len=*, kind=c_char) s; data s /'it''s'/
    parameter (q = (1.0_8, -2d0), z = .not. .true. .or. 3hab' == \"x\")
    call s('a &
      &b')
  contains
    subroutine inner
    end subroutine
  end function
end module m
";

    const FIXED: &str = "\
*> \\param[in,out] A
*> \\verbatim
*>  text
*> \\endverbatim
      DOUBLE PRECISION FUNCTION F(A,*,
     $   B)
#if defined(USE_N) && (1 + 2 * 3 >= 7)
#define N 3
#include \"x.inc\"
#else
C     comment
#endif
\tREAL*8 A(N,*), B*4
      CHARACTER*(*) S
      IMPLICIT REAL*8 (A-H,O-Z)
      COMMON /B/ X(3)
      INCLUDE 'x.inc'
      EXTERNAL G
      ENTRY E(A)
   10 F = A .EQ. 1.D0; CALL S(3HI'M)
      END
";

    const TYPES: &str = "\
submodule (m:p) s
type, abstract, extends(b) :: t(k, n)
integer, kind :: k = 4
private
procedure(f), pointer, pass(x) :: p => null()
real(k) :: x(n)[*] = [real :: (i, i = 1, 3)]
contains
procedure(f), deferred :: g => h
generic :: operator(.x.) => g
final :: e
end type
structure /a/ b(2)
union
map
end map
end union
end structure
record /a/ c, /b/ d
generic, private :: write(formatted) => w
common /c/ x(3), // y
equivalence (a(1), b(2:3)(1:2)), (c, d)
namelist /n/ a, /o/ b
bind(c, name='x'//y) :: /c/, v
import, only: a
contains
module procedure f
pointer (p, q(3))
h(i) = i
entry e(a, *) result(r)
end procedure
end submodule
";

    fn read_every_prefix(path: &str, text: &str) {
        let includes = [("x.inc", "      INTEGER X\n")];
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            for suffix in ["", "\n      END\n", "'", "("] {
                let text = format!("{}{suffix}", &text[..end]);
                let (_, diagnostics, sources) = read_with(path, &text, &includes, &[("USE_N", "1")]);
                for diagnostic in diagnostics.iter() {
                    let span = diagnostic.span.expect("a place");
                    let length = sources.file(span.file).text.len();
                    assert!(span.start <= span.end && span.end as usize <= length, "{diagnostic:?} in {text:?}");
                }
            }
        }
    }

    #[test]
    fn every_prefix_is_read() {
        for path in ["a.f90", "a.f", "a.F90"] {
            read_every_prefix(path, FREE);
            read_every_prefix(path, TYPES);
            read_every_prefix(path, FIXED);
        }
    }

    #[test]
    fn the_whole_is_right() {
        let (library, diagnostics, _) = read_with("a.F", FIXED, &[("x.inc", "      INTEGER X\n")], &[("USE_N", "1")]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert_eq!(library.procedures[0].entries.len(), 1);
        let (library, diagnostics, _) = read_with("a.f90", FREE, &[], &[]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert_eq!(library.modules[0].procedures[0].internal.len(), 1);
        let (library, diagnostics, _) = read_with("a.f90", TYPES, &[], &[]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert_eq!(library.modules[0].scope.derived_types.len(), 2);
    }

    #[test]
    fn bytes_without_sense_are_read() {
        let mut state = 12345_u32;
        for round in 0..300 {
            let mut text = String::new();
            for _ in 0..200 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let byte = (state >> 24) as u8;
                // more of the marks that matter, then bytes read as Latin-1
                let marks = b"\n\n'\"&!;(),=:%*#/.  \trealendsubroutine00";
                let pick = if round % 2 == 0 { marks[usize::from(byte) % marks.len()] } else { byte };
                text.push(char::from(pick));
            }
            for path in ["a.f", "a.f90", "a.F90"] {
                let (_, diagnostics, sources) = read_with(path, &text, &[], &[]);
                let _ = crate::diagnostic::to_human(&diagnostics, &sources, false);
            }
        }
    }
}
