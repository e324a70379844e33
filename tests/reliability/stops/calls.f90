!> Stops around callbacks.
module calls
  use, intrinsic :: iso_fortran_env, only: real64
  implicit none
  abstract interface
    function callback(x) result(y)
      import :: real64
      real(real64), intent(in) :: x
      real(real64) :: y
    end function callback
  end interface
contains
  !> Calls back, then stops where the answer is negative.
  function stop_behind(f, x) result(y)
    procedure(callback) :: f
    real(real64), intent(in) :: x
    real(real64) :: y
    y = f(x)
    if (y < 0) error stop 'negative'
  end function stop_behind

  subroutine stop_now(code)
    integer, intent(in) :: code
    stop code
  end subroutine stop_now

  !> Calls back while a WRITE waits for its items.
  subroutine write_answer(f, unit, x)
    procedure(callback) :: f
    integer, intent(in) :: unit
    real(real64), intent(in) :: x
    write (unit, '(a, f6.2)') 'answer', f(x)
  end subroutine write_answer

  subroutine open_file(unit, name)
    integer, intent(in) :: unit
    character(*), intent(in) :: name
    open (unit, file=name, action='readwrite')
  end subroutine open_file

  function count_lines(unit) result(n)
    integer, intent(in) :: unit
    integer :: n, status
    n = -1
    status = 0
    rewind (unit)
    do while (status == 0)
      read (unit, *, iostat=status)
      n = n + 1
    end do
    backspace (unit)
  end function count_lines
end module calls
