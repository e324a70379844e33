! The kernels that every system of the benchmark calls: external procedures, so that all three call the same symbols.
double precision function add(a, b)
  implicit none
  double precision, intent(in) :: a, b
  add = a + b
end function add

subroutine scale(n, x, a)
  implicit none
  integer, intent(in) :: n
  double precision, intent(inout) :: x(n)
  double precision, intent(in) :: a
  x = a*x
end subroutine scale

double precision function dot(n, x, y)
  implicit none
  integer, intent(in) :: n
  double precision, intent(in) :: x(n), y(n)
  dot = sum(x*y)
end function dot

subroutine axpy(n, a, x, y, z)
  implicit none
  integer, intent(in) :: n
  double precision, intent(in) :: a, x(n), y(n)
  double precision, intent(out) :: z(n)
  z = a*x + y
end subroutine axpy

! One sweep of diffusion in place, with the column to the left kept as it was.
subroutine diffuse(n, m, field, rate)
  implicit none
  integer, intent(in) :: n, m
  double precision, intent(inout) :: field(n, m)
  double precision, intent(in) :: rate
  double precision :: left(n), here(n)
  integer :: j
  left = field(:, 1)
  do j = 2, m - 1
    here = field(:, j)
    field(2:n - 1, j) = here(2:n - 1) + rate*(here(1:n - 2) + here(3:n) + left(2:n - 1) + field(2:n - 1, j + 1) &
      - 4d0*here(2:n - 1))
    left = here
  end do
end subroutine diffuse
