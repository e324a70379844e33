! Arrays of every intent, with sizes that f2py solves.
subroutine total(n, x, s)
  integer, intent(in) :: n
  real(8), intent(in) :: x(n)
  real(8), intent(out) :: s
  s = sum(x)
end subroutine
subroutine total_f4(n, x, s)
  integer, intent(in) :: n
  real, intent(in) :: x(n)
  real, intent(out) :: s
  s = sum(x)
end subroutine
subroutine total_i4(n, x, s)
  integer, intent(in) :: n, x(n)
  integer, intent(out) :: s
  s = sum(x)
end subroutine
subroutine total_c16(n, x, s)
  integer, intent(in) :: n
  complex(8), intent(in) :: x(n)
  complex(8), intent(out) :: s
  s = sum(x)
end subroutine
subroutine count_true(n, x, s)
  integer, intent(in) :: n
  logical, intent(in) :: x(n)
  integer, intent(out) :: s
  s = count(x)
end subroutine
subroutine rows(n, m, x, s)
  integer, intent(in) :: n, m
  real(8), intent(in) :: x(n, m)
  real(8), intent(out) :: s(n)
  s = sum(x, 2)
end subroutine
subroutine scale(n, x, a)
  integer, intent(in) :: n
  real(8), intent(inout) :: x(n)
  real(8), intent(in) :: a
  x = a*x
end subroutine
subroutine scaled(n, x, a)
  integer n
  real(8) x(n), a
!f2py intent(in,out,copy) x
!f2py real(8), optional :: a = 2.0
  x = a*x
end subroutine
subroutine overwritten(n, x)
  integer n
  real(8) x(n)
!f2py intent(in,out,overwrite) x
  x = x + 1
end subroutine
subroutine ramp(n, x)
  integer, intent(in) :: n
  real(8), intent(out) :: x(n)
  integer :: i
  x = [(i, i = 1, n)]
end subroutine
subroutine three(x, s)
  real(8), intent(in) :: x(3)
  real(8), intent(out) :: s
  s = x(1) - x(3)
end subroutine
subroutine twos(n, x, s)
  integer, intent(in) :: n
  real(8), intent(in) :: x(2*n)
  real(8), intent(out) :: s
  s = sum(x)/n
end subroutine
subroutine both(n, x, y, s)
  integer, intent(in) :: n
  real(8), intent(in) :: x(n), y(n)
  real(8), intent(out) :: s
  s = dot_product(x, y)
end subroutine
subroutine work(n, x, w, s)
  integer n
  real(8) x(n), w(n), s
!f2py intent(hide,cache) w
!f2py intent(out) s
  w = x
  s = sum(w)
end subroutine
module shaped
contains
  subroutine sum_of(x, s)
    real(8), intent(in) :: x(:, :)
    real(8), intent(out) :: s
    s = sum(x)
  end subroutine
  function first(x) result(y)
    integer, intent(in) :: x(:)
    integer :: y
    y = x(1)
  end function
end module
