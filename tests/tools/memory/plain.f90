module plain
  implicit none
contains
  integer function next(i)
    integer, intent(in) :: i
    next = i + 1
  end function

  subroutine scalars(a, b, total, is_even)
    double precision, intent(in) :: a
    integer, intent(in) :: b
    complex(8), intent(out) :: total
    logical, intent(out) :: is_even
    total = a + b
    is_even = mod(b, 2) == 0
  end subroutine

  subroutine count_up(n)
    integer, intent(inout) :: n
    n = n + 1
  end subroutine

  double precision function total(x)
    double precision, intent(in) :: x(:)
    total = sum(x)
  end function

  double precision function flat_total(n, x)
    integer, intent(in) :: n
    double precision, intent(in) :: x(n)
    flat_total = sum(x)
  end function

  subroutine scale(n, x, factor)
    integer, intent(in) :: n
    double precision, intent(inout) :: x(n)
    double precision, intent(in) :: factor
    x = x * factor
  end subroutine

  subroutine shift(x)
    double precision, intent(inout) :: x(:)
    x = x + 1
  end subroutine

  subroutine grid(n, m, x, y)
    integer, intent(in) :: n, m
    double precision, intent(out) :: x(n, m)
    integer, intent(out) :: y(n)
    x = 1
    y = 2
  end subroutine

  function doubled(x) result(y)
    double precision, intent(in) :: x(:)
    double precision :: y(size(x))
    y = 2 * x
  end function

  subroutine old_style(n, x)
    integer :: n
    double precision :: x(n)
    if (n > 0) x(1) = x(1) + 1
  end subroutine

  subroutine greet(name, greeting)
    character(len=*), intent(in) :: name
    character(len=32), intent(out) :: greeting
    greeting = "hello " // name
  end subroutine

  subroutine raise_case(text)
    character(len=*), intent(inout) :: text
    integer :: i
    do i = 1, len(text)
      if (text(i:i) >= "a" .and. text(i:i) <= "z") text(i:i) = char(ichar(text(i:i)) - 32)
    end do
  end subroutine

  integer function given(x, k)
    double precision, intent(in), optional :: x(:)
    integer, intent(in), optional :: k
    given = 0
    if (present(x)) given = size(x)
    if (present(k)) given = given + k
  end function
end module
