!> Diffusion on a periodic grid with unit spacing.
module diffusion
  use, intrinsic :: iso_fortran_env, only: real64
  implicit none
contains
  !> Takes one explicit Euler step of `du/dt = D laplacian(u)`.
  subroutine step(n, m, field, next, dt, diffusivity)
    integer, intent(in) :: n                            !! rows of the grid
    integer, intent(in) :: m                            !! columns of the grid
    real(real64), intent(in) :: field(n, m)             !! `u` now
    real(real64), intent(inout) :: next(n, m)           !! `u` one step later
    real(real64), intent(in) :: dt                      !! length of the step
    real(real64), intent(in), optional :: diffusivity   !! `D`; 1 if absent
    real(real64) :: weight
    integer :: i, j, west, east

    weight = dt
    if (present(diffusivity)) weight = dt*diffusivity
    do j = 1, m
      west = merge(m, j - 1, j == 1)
      east = merge(1, j + 1, j == m)
      next(1, j) = field(1, j) + weight*(field(n, j) + field(min(2, n), j) + field(1, west) + field(1, east) &
        - 4*field(1, j))
      do i = 2, n - 1
        next(i, j) = field(i, j) + weight*(field(i - 1, j) + field(i + 1, j) + field(i, west) + field(i, east) &
          - 4*field(i, j))
      end do
      if (n > 1) then
        next(n, j) = field(n, j) + weight*(field(n - 1, j) + field(1, j) + field(n, west) + field(n, east) &
          - 4*field(n, j))
      end if
    end do
  end subroutine step

  !> Sums a field, or any part of one: an assumed-shape dummy takes `u[::2, 5:]` as it is, without a copy.
  function total(field)
    real(real64), intent(in) :: field(:, :)
    real(real64) :: total

    total = sum(field)
  end function total
end module diffusion
