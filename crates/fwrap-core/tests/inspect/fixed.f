      SUBROUTINE S1(F, G, H, X, N, *, A, *)
      IMPLICIT DOUBLE PRECISION (A-B)
      EXTERNAL F, G
      INTEGER H
      REAL F
      DIMENSION A(N,*)
      DIMENSION X(N)
      Y = F(X(1))
      CALL G(X)
      Z = H(3)
      RETURN 1
      END
      REAL FUNCTION FF(X)
      ENTRY GG(X, Y)
      FF = X
      RETURN
      ENTRY HH(Z)
      FF = Z
      END
      FUNCTION CH(C, D, N)
      CHARACTER*(*) CH, C*10, D(N)*(N)
      CHARACTER E*4
      CH = C(1:3)
      END
      CHARACTER*8 FUNCTION CH8(I)
      CH8 = ' '
      END
      DOUBLE PRECISION FUNCTION DDD(X, FUN, SUBR, UNUSED, PASSED)
      DOUBLE PRECISION X(0:*), FUN, UNUSED
      EXTERNAL FUN, SUBR, UNUSED, PASSED
      CALL OTHER(PASSED)
      DDD = FUN(X)
      END
      SUBROUTINE UNDECL(FUN, SUBR, V, W)
      CALL SUBR(V)
      Q = FUN(V)
      W = V + Q
      END
      COMPLEX*16 FUNCTION ZZ(Z, C)
      COMPLEX*16 Z
      COMPLEX C
      LOGICAL*1 L1
      INTEGER*2 I2
      ZZ = Z
      END
      SUBROUTINE PARM(A, B, C, IW)
      PARAMETER (N=10, M=N*2, X=1.5)
      INTEGER LDA
      PARAMETER (LDA = M + 1)
      REAL A(LDA, N), B(-N:N), C(INT(X*2))
      CHARACTER*(*) S
      PARAMETER (S = 'hello')
      DIMENSION IW(LEN(S))
      COMMON /BLK/ U(3), V
      COMMON W
      END
      SUBROUTINE IMP(A, I, C, L, Z, X)
      IMPLICIT CHARACTER*4 (C), LOGICAL (L), COMPLEX (Z)
      IMPLICIT INTEGER*8 (X-Y)
      END
      SUBROUTINE IMP2(A, I)
      IMPLICIT REAL*8 (A-H, O-Z)
      DIMENSION A(I, I+1)
      END
      BLOCK DATA BD
      COMMON /BLK/ U(3), V
      DATA V /1.0/
      END
      SUBROUTINE ADJ(A, LDA, N, IA, K)
      INTEGER LDA, N, IA(*), K
      REAL A(LDA, IA(1)), B
      COMMON /SZ/ MM
      END
      SUBROUTINE CADJ(A, MM)
      COMMON /SZ/ NN
      REAL A(NN, MM)
      END
      SUBROUTINE LATER(N, A, M)
      REAL A(N, M)
      INTEGER*4 N, M
      END
      SUBROUTINE LAT2(A, L, C)
      CHARACTER C*(L)
      REAL A(L)
      INTEGER L
      END
      INTEGER FUNCTION STFN(A, B, N)
      INTEGER A, N
      REAL B(N)
      SF(X) = X*2
      STFN = SF(B(1)) + A
      END
      SUBROUTINE INTR(SIN2, MAX, F)
      REAL MAX(3), F
      INTRINSIC SIN
      Y = SIN(1.0)
      X = F(1.0)
      END
