!> Julia sets by escape time.
module julia
  use, intrinsic :: iso_fortran_env, only: real64
  implicit none
contains
  !> Counts how many steps of `z <- z*z + c` keep each point of a grid inside the circle of radius 2.
  !>
  !> The point `(i, j)` of the result starts at `x(i) + y(j)*sqrt(-1)`; a point that never leaves has `limit` steps.
  subroutine escape_counts(n, m, x, y, c, limit, counts)
    integer, intent(in) :: n                  !! points along the real axis
    integer, intent(in) :: m                  !! points along the imaginary axis
    real(real64), intent(in) :: x(n)          !! real parts
    real(real64), intent(in) :: y(m)          !! imaginary parts
    complex(real64), intent(in) :: c          !! the constant that names the set
    integer, intent(in) :: limit              !! the most steps to take
    integer, intent(out) :: counts(n, m)      !! steps taken from each point
    complex(real64) :: z
    integer :: i, j, steps

    do j = 1, m
      do i = 1, n
        z = cmplx(x(i), y(j), real64)
        steps = 0
        do while (steps < limit .and. real(z)**2 + aimag(z)**2 < 4.0_real64)
          z = z*z + c
          steps = steps + 1
        end do
        counts(i, j) = steps
      end do
    end do
  end subroutine escape_counts
end module julia
