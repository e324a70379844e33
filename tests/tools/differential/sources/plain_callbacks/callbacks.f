C     Procedures that call back.
      subroutine apply(f, x, y)
      external f
      double precision f, x, y
Cf2py intent(out) y
Cf2py double precision y
      y = f(x)
      end
      subroutine twice(f, n, s)
      external f
      integer n, i
      double precision f, s
Cf2py intent(out) s
      s = 0
      do i = 1, n
        s = s + f(i, s)
      end do
      end
      subroutine plain(f)
      external f
      call f()
      end
