! Scalars of every type, read, written and returned.
function twice_i1(x) result(y)
  integer(1), intent(in) :: x
  integer(1) :: y
  y = 2_1*x
end function
function twice_i2(x) result(y)
  integer(2), intent(in) :: x
  integer(2) :: y
  y = 2_2*x
end function
function twice_i4(x) result(y)
  integer, intent(in) :: x
  integer :: y
  y = 2*x
end function
function twice_i8(x) result(y)
  integer(8), intent(in) :: x
  integer(8) :: y
  y = 2*x
end function
function twice_r4(x) result(y)
  real, intent(in) :: x
  real :: y
  y = 2*x
end function
function twice_r8(x) result(y)
  real(8), intent(in) :: x
  real(8) :: y
  y = 2*x
end function
function twice_c8(x) result(y)
  complex(8), intent(in) :: x
  complex(8) :: y
  y = 2*x
end function
function invert(x) result(y)
  logical, intent(in) :: x
  logical :: y
  y = .not. x
end function
subroutine parts(z, re, im)
  complex, intent(in) :: z
  real, intent(out) :: re, im
  re = real(z)
  im = aimag(z)
end subroutine
subroutine increase(n, x)
  integer, intent(inout) :: n
  real(8), intent(inout) :: x
  n = n + 1
  x = x + 0.5d0
end subroutine
subroutine follow(n, m)
  integer n, m
!f2py intent(in,out) n
!f2py integer, optional :: m = 5
  n = n + m
end subroutine
