module kinds
  use, intrinsic :: iso_fortran_env, only: wp => real64, ik => int32, integer_kinds, real_kinds
  implicit none
  private
  public :: wp, ik, qp, myint, nmax, t_base, t_ext, gen, operator(+), lk, assignment(=), iface
  integer, parameter :: qp = selected_real_kind(30, 200), sp = kind(1.0)
  integer, parameter :: myint = integer_kinds(size(integer_kinds)-1), nmax = 2**10, lk = kind(.true._1)
  type :: t_base
    integer :: n = 0
    real(wp), allocatable :: x(:)
  end type
  type, extends(t_base) :: t_ext
    character(len=:), allocatable :: name
  end type
  interface gen
    procedure gen_i
    module procedure gen_r
  end interface
  interface operator(+)
    module procedure add
  end interface
  interface assignment(=)
    module procedure asg
  end interface
  abstract interface
    subroutine iface(x, f)
      import wp
      real(wp), intent(inout) :: x(:)
      procedure(real(wp)) :: f
    end subroutine
    function ifun(n) result(r)
      import
      integer(ik), intent(in) :: n
      real(wp) :: r(n)
    end function
  end interface
  enum, bind(c)
    enumerator :: red = 4, blue, green = 9
    enumerator :: last
  end enum
contains
  elemental function gen_i(i) result(r)
    integer, intent(in) :: i
    integer(kind(red)) :: r
    r = i
  end function
  pure real(sp) function gen_r(x)
    real(sp), intent(in) :: x
    gen_r = x
  end function
  function add(a, b) result(c)
    type(t_base), intent(in) :: a, b
    type(t_base) :: c
    c = a
  end function
  subroutine asg(a, b)
    type(t_base), intent(out) :: a
    integer, intent(in) :: b
    a%n = b
  end subroutine
  recursive subroutine rec(s, p, q, r)
    procedure(iface) :: s
    procedure(ifun), pointer, intent(in) :: p
    procedure(gen_r) :: q
    procedure(), optional :: r
  end subroutine
end module kinds

module user
  use kinds, only: rp => wp, base => t_base, t_ext, cb => iface, gen
  use kinds, only: nm => nmax
  use iso_c_binding, only: c_int, p => c_ptr, c_funptr, c_char, c_double
  implicit none
  integer :: i
  integer, parameter :: arr(3) = [ (i*i, i=1,3) ]
  real(rp), parameter :: tab(2,2) = reshape([1.0_rp, 2.0_rp, 3.0_rp, 4.0_rp], [2,2])
  character(*), parameter :: names(2) = [character(len=6) :: 'ab', 'cdef']
  type(base), parameter :: b0 = base(n=7, x=null())
  integer :: modvar
contains
  subroutine s(a, b, c, d, e, f, g, h)
    real(rp), intent(in) :: a(nm), b(arr(2), size(tab,2))
    type(base), intent(inout) :: c
    class(t_ext), intent(in), optional :: d
    type(p), value :: e
    type(c_funptr), intent(in) :: f
    character(len=len(names)), intent(in) :: g
    integer, intent(in) :: h(b0%n)
  contains
    subroutine inner(x, y)
      real(rp) :: x(size(a)), y(size(h)+modvar)
      character(kind=c_char) :: z
    end subroutine
    integer(c_int) function ifn(k) bind(c)
      integer(c_int), value :: k
      ifn = k
    end function
  end subroutine
  function fn(n, m) result(res)
    integer, intent(in) :: n, m
    real(rp), dimension(n, m) :: res
    dimension :: loc(3)
    real :: loc
    res = 0
  end function
  function fptr(n) result(ptr)
    integer, intent(in) :: n
    real(rp), pointer, contiguous :: ptr(:,:)
    ptr => null()
  end function
  function fal(n)
    integer, intent(in) :: n
    character(len=:), allocatable :: fal
    fal = 'a'
  end function
  subroutine attrs(a,b,c,d,e,f,g,h,i,j)
    real, target :: a(:)
    real, contiguous :: b(:)
    real, pointer, intent(inout) :: c(:)
    real, allocatable, intent(out) :: d(:,:)
    real, volatile :: e
    real, asynchronous :: f(*)
    integer, value :: g
    class(*), intent(in) :: h(..)
    type(*) :: i(*)
    class(base), pointer :: j
  end subroutine
  subroutine classes(a,b,c,d,e)
    class(base) :: a(:)
    class(base), allocatable :: b(:)
    class(*), pointer :: c(:,:)
    class(base) :: d(3, *)
    class(base), intent(in) :: e(2:, 0:)
  end subroutine
  subroutine dims(n, a, b, c, d)
    integer, intent(in) :: n
    real, dimension(n) :: a, b(n,2)
    dimension c(n:2*n, 0:*)
    real :: c
    real, dimension(:,-1:) :: d
  end subroutine
end module user
module parentmod
  integer, parameter :: wq = 8, kk = 2
  interface
    module subroutine sep(x, y)
      real(wq), intent(in) :: x
      real(wq), intent(out) :: y
    end subroutine
    module subroutine sep2(a, n)
      integer, intent(in) :: n
      real(wq), intent(inout) :: a(n)
    end subroutine
    module function sep3(x)
      real(wq), intent(in) :: x(:)
      real(wq) :: sep3
    end function
  end interface
end module
submodule (parentmod) child
  implicit none
contains
  module procedure sep
    y = x
  end procedure
  module subroutine sep2(a, n)
    integer, intent(in) :: n
    real(wq), intent(inout) :: a(n)
  end subroutine
  integer function helper(k)
    integer(kk) :: k
    helper = 1
  end function
end submodule
submodule (parentmod:child) grand
contains
  module procedure sep3
    sep3 = x(1)
  contains
    subroutine in3(z)
      real(wq) :: z(size(x))
    end subroutine
  end procedure
end submodule
program main
  use user
  implicit none
contains
  subroutine pin(x)
    real(kind(1d0)) x
  end subroutine
end program
