!> Stops in C sources, on other threads, and from inside libgfortran.
module ends
  use, intrinsic :: iso_c_binding, only: c_int
  implicit none
  private
  public :: end_in_c, stop_on_thread, write_item, wait_for_answer, nest

  interface
    function end_process(way) bind(c) result(twice)
      import :: c_int
      integer(c_int), value :: way
      integer(c_int) :: twice
    end function end_process
    subroutine stop_elsewhere() bind(c)
    end subroutine stop_elsewhere
  end interface

  type :: item
    integer :: number
  contains
    procedure :: write_formatted
    generic :: write(formatted) => write_formatted
  end type item
contains
  function end_in_c(way) result(twice)
    integer, intent(in) :: way
    integer :: twice
    twice = end_process(int(way, c_int))
  end function end_in_c

  subroutine stop_here() bind(c)
    stop 11
  end subroutine stop_here

  subroutine stop_on_thread()
    call stop_elsewhere()
  end subroutine stop_on_thread

  subroutine write_formatted(dtv, unit, iotype, v_list, iostat, iomsg)
    class(item), intent(in) :: dtv
    integer, intent(in) :: unit
    character(*), intent(in) :: iotype
    integer, intent(in) :: v_list(:)
    integer, intent(out) :: iostat
    character(*), intent(inout) :: iomsg
    if (dtv%number < 0) stop 12
    write (unit, '(a, i0)', iostat=iostat, iomsg=iomsg) 'item ', dtv%number
  end subroutine write_formatted

  !> Writes with a procedure that libgfortran calls.
  function write_item(number) result(text)
    integer, intent(in) :: number
    character(20) :: text
    write (text, *) item(number)
  end function write_item

  subroutine wait_for_answer(n)
    integer, intent(inout) :: n
    pause 7
    n = n + 1
  end subroutine wait_for_answer

  !> Statements in statements: deeper than there is room for without asking for memory.
  recursive function nest(depth, stops) result(text)
    integer, intent(in) :: depth
    logical, intent(in) :: stops
    character(200) :: text
    text = '.'
    if (depth == 0 .and. stops) stop 'nested'
    if (depth > 0) write (text, '(i1, a)') mod(depth, 10), trim(nest(depth - 1, stops))
  end function nest
end module ends
