"""LAPACK's XERBLA stops where an argument is wrong: an exception, when LAPACK is compiled from its sources."""

import numpy as np
import pytest

NAMES = ["dgesv", "dgetrf", "dgetrf2", "dgetrs", "dlaswp", "ilaenv", "ieeeck", "iparmq", "xerbla"]


@pytest.fixture(scope="module")
def lapack(build, corpora):
    sources = [corpora / "lapack" / "SRC" / f"{name}.f" for name in NAMES]
    dlamch = corpora / "lapack" / "INSTALL" / "dlamch.f"
    return build("lapack_own", *sources, dlamch, "-lblas", "--only", "dgesv")


def test_a_wrong_argument_is_an_exception_that_is_caught_any_number_of_times(lapack, capfd):
    def solve(n):
        a = np.asfortranarray([[2.0, 1.0], [1.0, 3.0]])
        b = np.asfortranarray([[3.0], [5.0]])
        lapack.dgesv(n, 1, a, np.zeros(2, np.int32), b, np.array(0, np.int32), lda=2, ldb=2)
        return b

    for _ in range(200):
        with pytest.raises(lapack.FortranStop) as stop:
            solve(-1)
        assert str(stop.value) == "dgesv: STOP" and stop.value.code is None
        np.testing.assert_allclose(solve(2), [[0.8], [1.4]])
    # The messages are complete; the last ones are still in the buffer of the unit.
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) > 150
    assert set(lines[:-1]) == {" ** On entry to DGESV parameter number  1 had an illegal value"}
