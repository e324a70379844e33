"""LAPACK's ordered Schur drivers, whose SELECT is a logical function: linked from the system's library."""

from pathlib import Path

import numpy as np
import pytest

NOTES = Path(__file__).with_name("schur.toml")


@pytest.fixture(scope="module")
def lapack(build, corpora):
    sources = [corpora / "lapack" / "SRC" / f"{name}.f" for name in ("dgees", "zgees")]
    return build("lapack_schur", "--link-only", *sources, "-llapack", "--config", NOTES)


@pytest.mark.parametrize("n", [1, 2, 9, 40])
def test_stable_eigenvalues_come_first(lapack, n):
    a = np.random.default_rng(n).standard_normal((n, n))
    seen = []

    def select(wr, wi):
        seen.append((wr, wi))
        return wr < 0

    t, sdim, wr, wi, vs, info = lapack.dgees("V", "S", select, a)
    assert info == 0 and len(seen) >= n
    assert sdim == np.sum(np.linalg.eigvals(a).real < 0) == np.sum(wr < 0)
    assert np.all(wr[:sdim] < 0) and np.all(wr[sdim:] >= 0)
    np.testing.assert_allclose(vs @ t @ vs.T, a, atol=1e-11)


def test_complex_eigenvalues_are_complex_numbers(lapack):
    random = np.random.default_rng(7)
    a = random.standard_normal((8, 8)) + 1j * random.standard_normal((8, 8))
    t, sdim, w, vs, info = lapack.zgees("V", "S", lambda w: abs(w) < 2, a)
    assert info == 0 and np.all(np.abs(w[:sdim]) < 2) and np.all(np.abs(w[sdim:]) >= 2)
    np.testing.assert_allclose(vs @ t @ vs.conj().T, a, atol=1e-11)


def test_what_select_raises_is_raised(lapack):
    def select(wr, wi):
        raise KeyError((wr, wi))

    with pytest.raises(KeyError):
        lapack.dgees("V", "S", select, np.eye(3))
    with pytest.raises(TypeError, match="select"):
        lapack.dgees("V", "S", lambda wr: True, np.eye(3))
    assert lapack.dgees("V", "S", lambda wr, wi: True, np.eye(3))[1] == 3
