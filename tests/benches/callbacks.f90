! Procedures that call what they are given n times. f2py reads the interfaces in callbacks.pyf.

subroutine sum_of(f, n, s)
  implicit none
  interface
    function f(x)
      real(8), intent(in) :: x
      real(8) :: f
    end function
  end interface
  integer, intent(in) :: n
  real(8), intent(out) :: s
  integer :: i
  s = 0
  do i = 1, n
    s = s + f(real(i, 8))
  end do
end subroutine

subroutine sum_over(f, m, n, x, s)
  implicit none
  interface
    function f(n, x)
      integer, intent(in) :: n
      real(8), intent(in) :: x(n)
      real(8) :: f
    end function
  end interface
  integer, intent(in) :: m, n
  real(8), intent(in) :: x(n)
  real(8), intent(out) :: s
  integer :: i
  s = 0
  do i = 1, m
    s = s + f(n, x)
  end do
end subroutine

subroutine evaluate(f, m, n, x, y)
  implicit none
  interface
    subroutine f(n, x, y)
      integer, intent(in) :: n
      real(8), intent(in) :: x(n)
      real(8), intent(out) :: y(n)
    end subroutine
  end interface
  integer, intent(in) :: m, n
  real(8), intent(in) :: x(n)
  real(8), intent(out) :: y(n)
  integer :: i
  y = 0
  do i = 1, m
    call f(n, x, y)
  end do
end subroutine
