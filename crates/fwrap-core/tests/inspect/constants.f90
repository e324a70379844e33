module p
  use iso_c_binding
  use iso_fortran_env
  implicit none
  integer :: jj
  integer, parameter :: i1 = 7/2, i2 = -7/2, i3 = mod(-7,2), i4 = modulo(-7,2), i5 = 2**10, i6 = (-2)**3, i7 = 2**(-1), i8 = huge(1), i9 = -huge(1)-1
  integer(8), parameter :: l1 = huge(1_8), l2 = int(3.9), l3 = nint(-2.5), l4 = 2_8**40
  integer(1), parameter :: b1 = 127_1, b2 = int(z'7f',1)
  real, parameter :: r1 = 0.1, r2 = 1.0/3.0, r3 = 1e10, r4 = -0.0, r5 = 1e-40, r6 = 16777217, r7 = 2.0**0.5, r8 = sqrt(2.0), r9 = exp(1.0)
  double precision, parameter :: d1 = 0.1d0, d2 = 1.0d0/3, d3 = 0.1, d4 = acos(-1.0d0), d5 = 4*atan(1.0d0), d6 = 1d300, d7 = tiny(1d0), d8 = epsilon(1d0), d9 = log(2.0d0), d10 = sin(1d0), d11 = 2d0**0.5d0, d12 = 10d0**(-3), d13=exp(1d0), d14=tan(0.5d0), d15 = cosh(1d0), d16=log10(3d0), d17=atan2(1d0,-2d0)
  complex, parameter :: c1 = (1.0,2.0), c2 = (1.0,2.0)*(3.0,4.0), c3 = cmplx(1,2), c4 = conjg(c1), c5 = c1**2, c6 = (1.0,2.0)/(3.0,4.0)
  complex(8), parameter :: z1 = (1d0, 0d0), z2 = cmplx(1.5d0, 2, 8), z3 = c1
  logical, parameter :: t1 = 3 > 2, t2 = .not. t1, t3 = t1 .eqv. t2, t4 = 'a' < 'b'
  logical(1), parameter :: lb = .true.
  character(5), parameter :: s1 = 'abc', s2 = 'abcdefg'
  character(*), parameter :: s3 = trim(s1)//'!', s4 = repeat('xy',3), s5 = adjustr(s1), s6 = s2(2:3), s7 = achar(65)//char(10), s8 = "quote'd", s9 = 'tab'//achar(9), s10 = ''
  integer, parameter :: n1 = len(s3), n2 = len_trim(s1), n3 = index(s2,'cd'), n4 = scan('hello','lo'), n5 = verify('aab','a'), n6 = ichar('A'), n7 = iachar('z')
  integer, parameter :: a1(3) = [1,2,3], a2(0:2) = [4,5,6], a3(2,3) = reshape([1,2,3,4,5,6],[2,3]), a4(*) = [(jj*2,jj=1,3)]
  integer, parameter :: m1 = a1(2), m2 = a2(0), m3 = a3(2,3), m4 = sum(a1), m5 = maxval(a3), m6 = size(a3,2), m7 = product(a1), m8 = count(a1>1), m9 = ubound(a2,1)
  integer, parameter :: a5(3) = a1*2, a6(3) = a1+a2, a7(2) = a3(:,2), a8(3) = a3(1,:), a9(4) = 7, a10(2) = a1(2:3), a11(2)=a1([3,1]), a12(3)=a1(3:1:-1)
  real, parameter :: ra(3) = [1,2,3], rb(2) = [1.5, 2.5], rc(3) = real(a1)/2, rd(3) = sqrt([1.0,4.0,9.0])
  integer, parameter :: k1 = selected_int_kind(9), k2 = selected_real_kind(15,307), k3 = selected_real_kind(p=6), k4 = kind(1.0d0), k5 = selected_char_kind('ASCII'), k6 = selected_int_kind(40), k7=selected_real_kind(40)
  integer, parameter :: e1 = iand(12,10), e2 = ior(12,10), e3 = ieor(12,10), e4 = not(0), e5 = ishft(1,4), e6 = ishft(-1,-28), e7 = ibset(0,3), e8 = ibits(255,4,4), e9 = popcnt(255), e10 = leadz(1), e11 = merge(1,2,.true.), e12 = transfer(1.0, 1), e13 = shiftl(1,5), e14 = ishftc(3,1,4)
  integer, parameter :: f1 = floor(-1.5), f2 = ceiling(-1.5), f3 = nint(2.5), f4 = int(-1.9), f5 = sign(3,-1), f6 = dim(5,3), f7 = abs(-3), f8 = max(1,5,3), f9 = min(1,5,3), f10 = digits(1.0), f11 = range(1.0d0), f12 = precision(1d0), f13 = bit_size(1_8), f14 = storage_size(1d0), f15 = radix(1), f16 = maxexponent(1.0), f17 = minexponent(1d0), f18 = exponent(8.0)
  integer(c_size_t), parameter :: cs = c_sizeof(1.0d0)
  integer, parameter :: boz = int(z'ff'), boz2 = int(b'101'), boz3 = int(o'17')
  type t
    integer :: a = 1
    real :: b(2) = [1.0, 2.0]
    character(3) :: c = 'xy'
  end type
  type, extends(t) :: te
    logical :: d = .false.
  end type
  type(t), parameter :: p1 = t(), p2 = t(2,[3.0,4.0],'q'), p3 = t(c='zzzz'), p4(2) = [t(1), t(2)]
  type(te), parameter :: q_1 = te(a=5, d=.true.)
  integer, parameter :: pa = p2%a, pb = int(p2%b(2)), pc = p4(2)%a, pd = q_1%a
  type(c_ptr), parameter :: np = c_null_ptr
  integer, parameter :: rk(*) = real_kinds, ik2 = integer_kinds(3), nk = size(real_kinds)
  character(len=2), parameter :: ca(2) = ['ab','cd'], cb(3) = [character(2) :: 'a', 'bcd', '']
  character(c_char), parameter :: nul = c_null_char, nl = new_line('a')
  real(real32), parameter :: inf = huge(1.0)
  integer, parameter :: sh(2) = shape(a3), any1 = merge(1,0,any(a1==2)), all1 = merge(1,0,all(a1>0)), ml(1) = maxloc(a1), dp1 = dot_product(a1,a2), tr(3,2) = transpose(a3), sp1(2,3)=spread(a1,1,2), cshift1(3)=cshift(a1,1), pk(2)=pack(a1,a1/=2)

contains
end module
