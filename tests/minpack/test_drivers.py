"""MINPACK's drivers, which take callbacks that nothing declares: from the calls alone, and with notes.

The problems and their results are those of MINPACK's own examples.
"""

import traceback
from pathlib import Path

import numpy as np
import pytest

NOTES = Path(__file__).with_name("drivers.toml")
DATA = np.array([0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39])
U = np.arange(1.0, 16.0)
V = 16.0 - U
W = np.minimum(U, V)
FITTED = [0.08241058, 1.133037, 2.343695]


@pytest.fixture(scope="module")
def sources(corpora):
    return sorted((corpora / "minpack").glob("*.f"))


@pytest.fixture(scope="module")
def plain(build, sources):
    return build("minpack_called", *sources)


@pytest.fixture(scope="module")
def noted(build, sources):
    return build("minpack_callbacks", *sources, "--config", NOTES)


def tridiagonal(x):
    padded = np.concatenate([[0.0], x, [0.0]])
    return (3 - 2 * x) * x - padded[:-2] - 2 * padded[2:] + 1


def tridiagonal_jacobian(x):
    return np.diag(3 - 4 * x) - np.eye(x.size, k=-1) - 2 * np.eye(x.size, k=1)


def residuals(x):
    return DATA - (x[0] + U / (V * x[1] + W * x[2]))


def residuals_jacobian(x):
    square = (V * x[1] + W * x[2]) ** 2
    return np.stack([-np.ones(15), U * V / square, U * W / square], axis=1)


def test_hybrd1(noted):
    x, fvec, info = noted.hybrd1(lambda n, x, iflag: tridiagonal(x), np.full(9, -1.0), 1e-10)
    assert info == 1 and np.linalg.norm(fvec) < 1e-7
    assert x[:3] == pytest.approx([-0.5706545, -0.6816283, -0.7017325], abs=1e-6)


def test_hybrd1_without_notes(plain):
    sizes = set()

    def fcn(n, x, fvec, iflag):
        sizes.add((n, x.shape, fvec.shape, iflag.ndim))
        fvec[...] = tridiagonal(x)

    x, fvec, info, wa = np.full(9, -1.0), np.zeros(9), np.array(0, np.int32), np.zeros(180)
    plain.hybrd1(fcn, x, fvec, 1e-10, info, wa)
    assert info == 1 and np.linalg.norm(tridiagonal(x)) < 1e-7
    assert sizes == {(9, (9,), (9,), 0)}


def test_hybrj_passes_a_jacobian(plain):
    def fcn(n, x, fvec, fjac, ldfjac, iflag):
        if iflag == 1:
            fvec[...] = tridiagonal(x)
        elif iflag == 2:
            fjac[:n] = tridiagonal_jacobian(x)

    x, fvec, fjac = np.full(9, -1.0), np.zeros(9), np.zeros((9, 9), order="F")
    info = np.array(0, np.int32)
    plain.hybrj1(fcn, x, fvec, fjac, 1e-10, info, np.zeros(9 * 22 // 2))
    assert info == 1 and np.linalg.norm(fvec) < 1e-7


def test_lmder1(noted):
    def fcn(m, n, x, fvec, fjac, ldfjac, iflag):
        assert fjac.shape == (ldfjac, n) == (15, 3)
        if iflag == 1:
            fvec[...] = residuals(x)
        else:
            fjac[...] = residuals_jacobian(x)

    x, fvec, fjac, info = noted.lmder1(fcn, 15, np.ones(3), 1e-10)
    assert x == pytest.approx(FITTED, rel=1e-5) and np.linalg.norm(fvec) == pytest.approx(0.09063596, rel=1e-6)
    assert info in (1, 2, 3) and fjac.shape == (15, 3)


def test_lmdif1_and_lmstr1_without_notes(plain):
    def fcn(m, n, x, fvec, iflag):
        fvec[...] = residuals(x)

    x, fvec, iwa, info = np.ones(3), np.zeros(15), np.zeros(3, np.int32), np.array(0, np.int32)
    plain.lmdif1(fcn, x, fvec, 1e-10, info, iwa, np.zeros(15 * 3 + 5 * 3 + 15))
    assert x == pytest.approx(FITTED, rel=1e-5)

    def row(m, n, x, fvec, fjrow, iflag):
        if iflag == 1:
            fvec[...] = residuals(x)
        else:
            fjrow[...] = residuals_jacobian(x)[iflag - 2]

    x, fjac, ipvt = np.ones(3), np.zeros((3, 3), order="F"), np.zeros(3, np.int32)
    plain.lmstr1(row, x, fvec, fjac, 1e-10, info, ipvt, np.zeros(5 * 3 + 15))
    assert x == pytest.approx(FITTED, rel=1e-5)


def test_an_exception_comes_back_as_it_was(noted):
    class Stop(Exception):
        pass

    calls = []

    def fcn(n, x, iflag):
        calls.append(x)
        if len(calls) == 5:
            raise Stop("enough")
        return tridiagonal(x)

    with pytest.raises(Stop, match="enough") as caught:
        noted.hybrd1(fcn, np.full(9, -1.0), 1e-10)
    assert len(calls) == 5
    assert "raise Stop" in "".join(traceback.format_tb(caught.tb))
    test_hybrd1(noted)


def test_iflag_ends_the_iteration(plain):
    def fcn(n, x, fvec, iflag):
        fvec[...] = tridiagonal(x)
        iflag[...] = -7

    info = np.array(0, np.int32)
    plain.hybrd1(fcn, np.full(9, -1.0), np.zeros(9), 1e-10, info, np.zeros(180))
    assert info == -7


def test_a_callback_may_solve_another_problem(noted):
    def fcn(n, x, iflag):
        inner, _, _ = noted.hybrd1(lambda n, y, iflag: y**2 - x**2 - 1, np.ones(n), 1e-12)
        return inner - 2

    x, _, info = noted.hybrd1(fcn, np.full(2, 0.5), 1e-8)
    assert info == 1 and np.abs(x) == pytest.approx(np.sqrt([3.0, 3.0]), rel=1e-6)
