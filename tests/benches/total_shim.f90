! What the hand-written C module needs to reach an assumed-shape dummy: an interoperable procedure.
function total_shim(field) bind(C, name="bench_total") result(sum_of_all)
  use, intrinsic :: iso_c_binding, only: c_double
  use strided, only: total
  implicit none
  real(c_double), intent(in) :: field(:, :)
  real(c_double) :: sum_of_all
  sum_of_all = total(field)
end function total_shim
