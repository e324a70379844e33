//! An example for every code, with the line to write; `fwrap explain` prints it below the explanation.

use crate::diagnostic::code::Code;

/// The example of a code: source that has the diagnostic, and what mends it.
#[must_use]
pub fn example(code: Code) -> &'static str {
    EXAMPLES.iter().find(|(known, _)| *known == code).map_or("", |(_, text)| text.trim_start_matches('\n'))
}

/// In the order of the codes.
const EXAMPLES: &[(Code, &str)] = &[
    (
        Code::SyntaxError,
        "
    real, intent( :: x        ! the parenthesis is not closed
Write:
    real, intent(in) :: x",
    ),
    (
        Code::UnclosedUnit,
        "
    subroutine s(x)
      real :: x
                              ! the file ends here
Write at the end:
    end subroutine s",
    ),
    (
        Code::Preprocessor,
        "
    #if defined(REAL_IS_8     ! the parenthesis is not closed
Write:
    #if defined(REAL_IS_8)
or let the compiler do it:
    gfortran -E -cpp k.F90 -o k.f90 && fwrap check k.f90",
    ),
    (
        Code::IncludeMissing,
        "
    include 'sizes.inc'       ! lies in another folder
Write:
    fwrap build k.f90 -m k -I the/folder/of/sizes",
    ),
    (
        Code::DuplicateUnit,
        "
    fwrap build old/dgemm.f new/dgemm.f -m k
Write:
    fwrap build new/dgemm.f -m k",
    ),
    (
        Code::UnknownKind,
        "
    real(wp) :: x             ! nothing says what wp is
Write:
    use, intrinsic :: iso_fortran_env, only: wp => real64
or give the file that defines wp:
    fwrap build kinds.f90 k.f90 -m k",
    ),
    (
        Code::UnsupportedKind,
        "
    real(16), intent(in) :: x
Write a procedure beside it that converts:
    subroutine s8(x)
      real(8), intent(in) :: x
      call s(real(x, 16))
    end subroutine",
    ),
    (
        Code::UntypedName,
        "
    subroutine s(n)
      implicit none           ! and no declaration of n
Write:
      integer, intent(in) :: n",
    ),
    (
        Code::UnknownModule,
        "
    use kinds, only: wp       ! kinds.f90 was not given
Write:
    fwrap build kinds.f90 k.f90 -m k
or name the folder of its compiled kinds.mod:
    fwrap build k.f90 -m k -I the/folder/of/kinds",
    ),
    (
        Code::UnknownName,
        "
    real, intent(out) :: x(length_of(n))    ! a function that the wrapper cannot call
Write in fwrap.toml:
    [s]
    x = { shape = \"(2*n)\" }",
    ),
    (
        Code::UnknownExtent,
        "
    real, intent(out) :: x(*)               ! how long is it?
Write in fwrap.toml:
    [s]
    x = { shape = \"(n)\" }",
    ),
    (
        Code::DocumentationDisagrees,
        "
    !> @param[in] x the values, which are scaled
    subroutine scale(n, x)
      integer n
      real x(n)
      x = 2 * x               ! x gets a value
    end subroutine
Write:
    !> @param[in,out] x the values, which are scaled",
    ),
    (
        Code::CallsDisagree,
        "
    subroutine s(f, x)
      real x
      call f(x)
      call f(x, 1)            ! another number of arguments
Write, with the arguments that `f` has:
    interface
      subroutine f(x, n)
        real x
        integer n
      end subroutine
    end interface",
    ),
    (
        Code::UnsupportedType,
        "
    type(particle), intent(in) :: p
Write a procedure beside it that takes the parts:
    subroutine move_at(x, y)
      real(8), intent(in) :: x, y
      call move(particle(x, y))
    end subroutine",
    ),
    (
        Code::UnsupportedAttribute,
        "
    real, allocatable, intent(in) :: x(:)
Write a procedure beside it:
    subroutine s_of(x)
      real, intent(in) :: x(:)
      real, allocatable :: copy(:)
      copy = x
      call s(copy)
    end subroutine",
    ),
    (
        Code::ProcedureArgument,
        "
    subroutine integrate(f, neq, t, y)
      external :: f
      integer :: neq
      real(8) :: t, y(*)
      call f(neq, t, y)           ! how many elements has y?
Write in `fwrap.toml`:
    [integrate]
    f = { interface = \"\"\"
    subroutine f(neq, t, y)
      integer :: neq
      real(8) :: t, y(neq)
    end subroutine\"\"\" }",
    ),
    (
        Code::UnsupportedLength,
        "
    character(:), allocatable, intent(out) :: text
Write:
    character(len=80), intent(out) :: text",
    ),
    (
        Code::UnsupportedProcedure,
        "
    subroutine s(x, *)                      ! an alternate return
Write a procedure beside it:
    subroutine s_with_status(x, status)
      real, intent(inout) :: x
      integer, intent(out) :: status
      status = 0
      call s(x, *10)
      return
   10 status = 1
    end subroutine",
    ),
    (
        Code::PrivateProcedure,
        "
    module m
      private
    contains
      subroutine s(x)
Write in the module:
      public :: s",
    ),
    (
        Code::NothingToWrap,
        "
    fwrap build main.f90 -m k               ! holds a main program only
Write:
    fwrap build main.f90 kernels.f90 -m k",
    ),
    (
        Code::PrebuiltStop,
        "
    fwrap check solve.f90 libold.a
Write:
    fwrap check solve.f90 old.f90",
    ),
    (
        Code::UnreachableData,
        "
    module grid
      type(mesh) :: m         ! Python gets no attribute `grid.m`
Write:
    private :: m
or a procedure for what you need of it:
    function cells() result(n)
      integer :: n
      n = m%cells",
    ),
    (
        Code::NotesSyntax,
        "
    [dgesv]
    n = value = \"size(a, 1)\"
Write:
    [dgesv]
    n = { value = \"size(a, 1)\" }",
    ),
    (
        Code::NotesUnknownName,
        "
    [dgesw]                                 # there is no such procedure
Write:
    [dgesv]",
    ),
    (
        Code::NotesExpression,
        "
    n = { value = \"length(a)\" }
Write:
    n = { value = \"size(a)\" }",
    ),
    (
        Code::NotesConflict,
        "
    x = { intent = \"in\" }                   # the source says intent(out)
Write nothing: the source says it already.",
    ),
    (
        Code::SignatureSyntax,
        "
    real*8 intnet(out) :: x   ! the word is misspelt
Write:
    real*8 intent(out) :: x",
    ),
    (
        Code::SignatureTemplate,
        "
    subroutine <p>axpy(n, x)  ! nothing says what p stands for
Write before the subroutine:
    ! <p=s,d>",
    ),
    (
        Code::KindMap,
        "
    {'real': {'wp': 'doubel'}}
Write:
    {'real': {'wp': 'double'}}",
    ),
    (
        Code::SignatureCircle,
        "
    integer optional, depend(m) :: n = m
    integer optional, depend(n) :: m = n    ! each needs the other
Write:
    integer :: n
    integer optional, depend(n) :: m = n",
    ),
];

#[cfg(test)]
mod tests {
    use super::{EXAMPLES, example};
    use crate::diagnostic::Code;

    #[test]
    fn every_code_has_an_example_with_the_line_to_write() {
        let missing: Vec<&str> =
            Code::ALL.iter().filter(|code| !example(**code).contains("Write")).map(|code| code.as_str()).collect();
        assert!(EXAMPLES.iter().all(|(_, text)| text.starts_with("\n    ")), "examples are indented");
        assert!(missing.is_empty(), "no example for {missing:?}: add one to EXAMPLES");
        let mut codes: Vec<Code> = EXAMPLES.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), EXAMPLES.len(), "a code has two examples");
    }
}
