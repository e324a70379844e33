! An assumed-shape dummy, which takes a strided view as it is.
module strided
  implicit none
contains
  function total(field)
    double precision, intent(in) :: field(:, :)
    double precision :: total
    integer :: j
    total = 0
    do j = 1, size(field, 2)
      total = total + sum(field(:, j))
    end do
  end function total
end module strided
