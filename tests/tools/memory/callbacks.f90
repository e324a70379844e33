module callbacks
  implicit none
  abstract interface
    double precision function curve(x)
      double precision, intent(in) :: x
    end function
    subroutine visitor(n, x)
      integer, intent(in) :: n
      double precision, intent(inout) :: x(n)
    end subroutine
  end interface
contains
  double precision function at_two(f)
    procedure(curve) :: f
    at_two = f(2d0)
  end function

  subroutine visit(f, n, x)
    integer, intent(in) :: n
    procedure(visitor) :: f
    double precision, intent(inout) :: x(n)
    call f(n, x)
  end subroutine
end module
