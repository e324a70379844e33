! Variables of modules and COMMON blocks, through procedures.
module state
  integer :: counter = 3
  real(8) :: values(4) = [1, 2, 3, 4]
  real(8), parameter :: half = 0.5
contains
  subroutine step(by)
    integer, intent(in) :: by
    counter = counter + by
  end subroutine
  function sum_values() result(s)
    real(8) :: s
    s = sum(values)
  end function
end module
subroutine put(i, x)
  integer, intent(in) :: i
  real(8), intent(in) :: x
  integer :: n
  real(8) :: y
  common /block/ n, y
  n = i
  y = x
end subroutine
