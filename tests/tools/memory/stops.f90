module stops
  implicit none
  double precision, allocatable :: kept(:)
contains
  subroutine stop_with(kind)
    integer, intent(in) :: kind
    double precision, allocatable :: x(:)
    integer :: unit
    select case (kind)
    case (1)
      stop 3
    case (2)
      stop "by a text"
    case (3)
      error stop 4
    case (4)
      error stop "by an error"
    case (5)
      if (.not. allocated(kept)) allocate (kept(10))
      allocate (kept(10))
    case (6)
      open (newunit=unit, file="/nonexistent/file", status="old")
    case (7)
      allocate (x(10))
      x = kind
      if (sum(x) > 0) stop 3
    end select
  end subroutine

  recursive subroutine stop_deep(depth)
    integer, intent(in), value :: depth
    if (depth == 0) error stop "deep"
    call stop_deep(depth - 1)
  end subroutine
end module
