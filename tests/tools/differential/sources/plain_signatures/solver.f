C     What the signature file describes.
      subroutine move(n, a, x, ldx, info)
      integer n, ldx, info, i
      double precision a, x(ldx, n)
      info = n
      do i = 1, n
        x(1, i) = x(1, i) + a
      end do
      end
      double precision function norm(n, x, inc)
      integer n, inc, i
      double precision x(*)
      norm = 0
      do i = 1, n
        norm = norm + abs(x(1 + (i - 1)*inc))
      end do
      end
