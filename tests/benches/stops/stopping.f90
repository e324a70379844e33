! What is called: almost nothing, a STOP, a STOP below other procedures, an error of the runtime, an I/O error.

subroutine advance(n)
  integer, intent(inout) :: n
  n = n + 1
end subroutine advance

subroutine stop_at_once(n)
  integer, intent(in) :: n
  stop n
end subroutine stop_at_once

recursive subroutine stop_below(depth)
  integer, intent(in) :: depth
  if (depth == 0) error stop 'below'
  call stop_below(depth - 1)
  if (depth < 0) print *, depth
end subroutine stop_below

subroutine allocate_twice(n)
  integer, intent(in) :: n
  real, allocatable :: x(:)
  allocate (x(n))
  x = n
  allocate (x(n))
  if (x(n) > n) print *, x
end subroutine allocate_twice

subroutine read_number(text, n)
  character(*), intent(in) :: text
  integer, intent(out) :: n
  read (text, *) n
end subroutine read_number

! The same with an IOSTAT of its own, which nothing has to be added to.
subroutine try_number(text, n, status)
  character(*), intent(in) :: text
  integer, intent(out) :: n, status
  read (text, *, iostat=status) n
end subroutine try_number
