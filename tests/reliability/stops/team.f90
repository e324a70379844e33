!> Stops in and behind OpenMP regions.
module team
  use omp_lib
contains
  subroutine stop_in_loop(n)
    integer, intent(in) :: n
    integer :: i
    !$omp parallel do
    do i = 1, n
      if (i == 3) error stop 7
    end do
  end subroutine stop_in_loop

  subroutine stop_on_master(threads)
    integer, intent(in) :: threads
    !$omp parallel num_threads(threads)
    !$omp master
    stop 9
    !$omp end master
    !$omp end parallel
  end subroutine stop_on_master

  subroutine write_in_region(threads)
    integer, intent(in) :: threads
    character(2) :: text
    !$omp parallel num_threads(threads) private(text)
    write (text, '(a)') 'no'
    write (text, '(a, i5)') text, 12345
    !$omp end parallel
  end subroutine write_in_region

  subroutine stop_behind(n)
    integer, intent(in) :: n
    integer :: i, total
    total = 0
    !$omp parallel do reduction(+: total)
    do i = 1, n
      total = total + i
    end do
    stop total
  end subroutine stop_behind
end module team
