"""MINPACK, compiled from its own FORTRAN 77 files: its routines without a callback, checked against NumPy.

The others are in test_drivers.py. Once with no notes at all, where f2py's habits hold, and once with a small fwrap.toml.
"""

from pathlib import Path

import numpy as np
import pytest

NOTES = Path(__file__).with_name("fwrap.toml")


@pytest.fixture(scope="module")
def sources(corpora):
    found = sorted((corpora / "minpack").glob("*.f"))
    assert len(found) == 23
    return found


@pytest.fixture(scope="module")
def plain(build, sources):
    return build("minpack", *sources)


@pytest.fixture(scope="module")
def noted(build, sources):
    return build("minpack_noted", *sources, "--config", NOTES)


@pytest.fixture
def random():
    return np.random.default_rng(1980)


def upper(qr, rdiag):
    """R: its diagonal is apart, and below lie the Householder vectors."""
    n = rdiag.size
    r = np.triu(qr[:n, :n], 1)
    np.fill_diagonal(r, rdiag)
    return r


def check_factors(a, qr, ipvt, rdiag, acnorm, pivot):
    permuted = a[:, ipvt - 1] if pivot else a
    r = upper(qr, rdiag)
    np.testing.assert_allclose(r.T @ r, permuted.T @ permuted, atol=1e-12 * np.abs(a.T @ a).max())
    np.testing.assert_allclose(acnorm, np.linalg.norm(a, axis=0), rtol=1e-14)
    np.testing.assert_allclose(np.abs(rdiag), np.abs(np.diag(np.linalg.qr(permuted)[1])), rtol=1e-10)
    if pivot:
        assert sorted(ipvt) == list(range(1, a.shape[1] + 1))
        assert np.all(np.diff(np.abs(rdiag)) <= 1e-14)


@pytest.mark.parametrize("n", [1, 2, 9, 1000])
def test_enorm(plain, noted, random, n):
    x = random.standard_normal(n)
    for module in (plain, noted):
        assert module.enorm(x) == pytest.approx(np.linalg.norm(x), rel=1e-14)
        assert module.enorm(list(x)) == module.enorm(x)
        assert module.enorm(np.repeat(x, 3)[::3]) == module.enorm(x)
    assert plain.enorm(x, n) == plain.enorm(x) == plain.enorm(x, n=n)


def test_enorm_checks_its_size(plain):
    with pytest.raises(ValueError, match="`x`"):
        plain.enorm([1.0, 2.0], n=3)  # f2py's habit of reading past the end is not one of ours
    with pytest.raises(ValueError):
        plain.enorm([[1.0, 2.0]])


def test_enorm_neither_overflows_nor_underflows(noted):
    assert noted.enorm([3e200, 4e200]) == pytest.approx(5e200, rel=1e-14)
    assert noted.enorm([3e-200, 4e-200]) == pytest.approx(5e-200, rel=1e-14)


def test_dpmpar(plain, noted):
    limits = np.finfo(float)
    for module in (plain, noted):
        assert [module.dpmpar(i) for i in (1, 2, 3)] == pytest.approx([limits.eps, limits.tiny, limits.max], rel=1e-10)
        with pytest.raises(TypeError):
            module.dpmpar(1.9)


@pytest.mark.parametrize("m, n", [(1, 1), (3, 3), (10, 4), (60, 25)])
@pytest.mark.parametrize("pivot", [False, True])
@pytest.mark.parametrize("order", ["C", "F"])
def test_qrfac_without_notes(plain, random, m, n, pivot, order):
    a = random.standard_normal((m, n))
    qr = a.copy(order=order)
    ipvt = np.zeros(n, np.int32)
    rdiag, acnorm, wa = np.zeros(n), np.zeros(n), np.zeros(n)
    assert plain.qrfac(m, qr, pivot, ipvt, rdiag, acnorm, wa) is None  # nothing is declared a result: all is in place
    check_factors(a, qr, ipvt, rdiag, acnorm, pivot)


def test_qrfac_in_place_on_a_strided_view(plain, random):
    m, n = 8, 5
    a = random.standard_normal((m, n))
    big = np.full((2 * m, 3 * n), 7.0)
    view = big[::2, 1::3]
    view[...] = a
    ipvt, rdiag, acnorm, wa = np.zeros(n, np.int32), np.zeros(n), np.zeros(2 * n)[::2], np.zeros(n)
    plain.qrfac(m, view, True, ipvt, rdiag, acnorm, wa)
    check_factors(a, view, ipvt, rdiag, acnorm, True)
    assert np.all(big[1::2] == 7.0) and np.all(big[:, ::3] == 7.0)


def test_qrfac_refuses_updates_that_would_be_lost(plain):
    a = [[1.0, 2.0], [3.0, 4.0]]
    with pytest.raises(ValueError, match="`a`"):  # a list cannot be updated
        plain.qrfac(2, a, False, np.zeros(2, np.int32), np.zeros(2), np.zeros(2), np.zeros(2))
    room = np.zeros(2)
    with pytest.raises(ValueError, match="`(rdiag|acnorm)`"):  # one array cannot hold both
        plain.qrfac(2, np.array(a), False, np.zeros(2, np.int32), room, room, np.zeros(2))
    with pytest.raises(ValueError):
        plain.qrfac(2, np.array(a), False, np.zeros(2, np.int32), np.zeros(3), np.zeros(2), np.zeros(2))


@pytest.mark.parametrize("m, n", [(1, 1), (3, 3), (10, 4), (60, 25)])
@pytest.mark.parametrize("pivot", [False, True])
def test_qrfac_with_notes(noted, random, m, n, pivot):
    a = random.standard_normal((m, n))
    before = a.copy()
    qr, ipvt, rdiag, acnorm = noted.qrfac(a, pivot)
    check_factors(a, qr, ipvt, rdiag, acnorm, pivot)
    assert np.array_equal(a, before)


def least_squares(a, b, diagonal):
    """The x that makes |a x - b| and |diagonal x| small together."""
    stacked = np.vstack([a, np.diag(diagonal)])
    return np.linalg.lstsq(stacked, np.concatenate([b, np.zeros(diagonal.size)]), rcond=None)[0]


@pytest.mark.parametrize("m, n", [(1, 1), (4, 4), (12, 5)])
def test_qrsolv(plain, noted, random, m, n):
    a, b, diagonal = random.standard_normal((m, n)), random.standard_normal(m), random.uniform(0.5, 2.0, n)
    qr, ipvt, rdiag, _ = noted.qrfac(a, True)
    r = upper(qr, rdiag)
    qtb = np.linalg.solve(r.T, a[:, ipvt - 1].T @ b)  # Q'b, from R'Q'b = (A P)'b
    expected = least_squares(a, b, diagonal)

    _, x, _ = noted.qrsolv(r, ipvt, diagonal, qtb)
    np.testing.assert_allclose(x, expected, atol=1e-10)

    work, x, sdiag, wa = np.asfortranarray(r), np.zeros(n), np.zeros(n), np.zeros(n)
    assert plain.qrsolv(work, ipvt, diagonal, qtb, x, sdiag, wa) is None
    np.testing.assert_allclose(x, expected, atol=1e-10)
    s = np.tril(work, -1).T
    np.fill_diagonal(s, sdiag)  # S'S = P'(A'A + D D)P
    both = a.T @ a + np.diag(diagonal**2)
    np.testing.assert_allclose(s.T @ s, both[np.ix_(ipvt - 1, ipvt - 1)], atol=1e-10)


def test_procedures_with_callbacks_sink_nobody(plain):
    for name in ("qform", "r1mpyq", "r1updt", "rwupdt", "dogleg", "lmpar", "chkder"):
        assert callable(getattr(plain, name))


@pytest.mark.parametrize(
    "name", "fdjac1 fdjac2 hybrd hybrd1 hybrj hybrj1 lmder lmder1 lmdif lmdif1 lmstr lmstr1".split()
)
def test_callbacks_are_never_taken_for_numbers(plain, name):
    """Five of them call `fcn` without declaring it EXTERNAL: by implicit typing alone it would be a real variable."""
    assert "fcn : callable" in getattr(plain, name).__doc__
