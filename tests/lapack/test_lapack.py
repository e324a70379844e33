"""Eight LAPACK drivers, read from their own sources and linked from the system's library, checked against NumPy."""

from pathlib import Path

import numpy as np
import pytest

ROUTINES = ["dgesv", "dgels", "dsyev", "dgesvd", "zheev", "dgetrf", "dgetri", "dpotrf"]
SIZES = [1, 2, 5, 17, 64, 130]  # 130 is beyond LAPACK's block sizes
NOTES = Path(__file__).with_name("fwrap.toml")


@pytest.fixture(scope="module")
def lapack(build, corpora):
    sources = [corpora / "lapack" / "SRC" / f"{name}.f" for name in ROUTINES]
    return build("lapack8", "--link-only", *sources, "-llapack", "--config", NOTES)


@pytest.fixture
def random():
    return np.random.default_rng(20240611)


def layouts(matrix):
    """The same values as a C-order array, a Fortran-order one, and views with steps and reversed axes."""
    rows, columns = matrix.shape
    wide = np.zeros((2 * rows, 3 * columns), matrix.dtype)
    wide[::2, ::3] = matrix
    return {
        "C": np.ascontiguousarray(matrix),
        "F": np.asfortranarray(matrix),
        "strided": wide[::2, ::3],
        "reversed": np.ascontiguousarray(matrix[::-1, ::-1])[::-1, ::-1],
        "transposed": np.ascontiguousarray(matrix.T).T,
    }


def same(found, expected, scale=1.0):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11 * max(1.0, scale))


def test_all_are_there_with_docs(lapack):
    for name in ROUTINES:
        assert name in getattr(lapack, name).__doc__
    assert "solution to a real system" in lapack.dgesv.__doc__  # LAPACK's own words reach the docstring


@pytest.mark.parametrize("n", SIZES)
def test_dgesv(lapack, random, n):
    a, b = random.standard_normal((n, n)) + n * np.eye(n), random.standard_normal((n, 3))
    for name, view in layouts(a).items():
        before = view.copy()
        lu, piv, x, info = lapack.dgesv(view, b)
        assert info == 0, name
        same(x, np.linalg.solve(a, b))
        assert piv.dtype == np.int32 and piv.shape == (n,)
        lower, upper = np.tril(lu, -1) + np.eye(n), np.triu(lu)
        permuted = a.copy()
        for row, pivot in enumerate(piv):
            permuted[[row, pivot - 1]] = permuted[[pivot - 1, row]]
        same(lower @ upper, permuted, n)
        assert np.array_equal(view, before), f"{name}: the caller's matrix was changed"


def test_dgesv_takes_lists_and_other_dtypes(lapack):
    _, piv, x, info = lapack.dgesv([[4, 1], [2, 3]], [[1], [2]])
    same(x, [[0.1], [0.6]])
    assert (list(piv), info) == ([1, 2], 0) and isinstance(info, int)
    same(lapack.dgesv(np.float32([[4, 1], [2, 3]]), b=np.array([[1], [2]], ">f8"))[2], [[0.1], [0.6]])


def test_dgesv_overwrites_what_it_may(lapack):
    a, b = np.asfortranarray([[4.0, 1.0], [2.0, 3.0]]), np.asfortranarray([[1.0], [2.0]])
    lu, _, x, _ = lapack.dgesv(a, b, overwrite_a=True, overwrite_b=True)
    assert np.shares_memory(lu, a) and np.shares_memory(x, b)
    same(b, [[0.1], [0.6]])


def test_singular_matrices_set_info(lapack):
    assert lapack.dgesv(np.zeros((3, 3)), np.ones((3, 1)))[-1] == 1
    assert lapack.dgetrf([[1.0, 2.0], [2.0, 4.0]])[-1] == 2
    lu, piv, _ = lapack.dgetrf([[1.0, 2.0], [2.0, 4.0]])
    assert lapack.dgetri(lu, piv)[-1] == 2
    assert lapack.dpotrf("L", [[1.0, 2.0], [2.0, 1.0]])[-1] == 2


def test_empty_systems(lapack):
    lu, piv, x, info = lapack.dgesv(np.zeros((0, 0)), np.zeros((0, 2)))
    assert (lu.shape, piv.shape, x.shape, info) == ((0, 0), (0,), (0, 2), 0)


@pytest.mark.parametrize(
    "call",
    [
        lambda m: m.dgesv(np.eye(3)[:, :2], np.ones((3, 1))),  # not square
        lambda m: m.dgesv(np.eye(3), np.ones((2, 1))),  # too few rows
        lambda m: m.dgesv(np.eye(3), np.ones(3)),  # rank
        lambda m: m.dgesv(np.ones(3), np.ones((3, 1))),
        lambda m: m.dgels("N", np.ones((2, 4)), np.ones((2, 1))),  # room for the solution is missing
        lambda m: m.dsyev("V", "U", np.ones((2, 3))),
        lambda m: m.dgetri(np.eye(3), [1, 2]),
        lambda m: m.dpotrf("U", np.ones((4, 3))),
        lambda m: m.zheev("V", "U", np.ones((4, 3))),
    ],
)
def test_wrong_shapes_raise(lapack, call):
    with pytest.raises(ValueError, match=r"`(a|b|ipiv)`"):
        call(lapack)


def test_wrong_types_raise(lapack):
    with pytest.raises(TypeError):
        lapack.dgesv(np.eye(2) * 1j, np.ones((2, 1)))
    with pytest.raises(TypeError):
        lapack.dgesv("a matrix", np.ones((2, 1)))
    with pytest.raises(TypeError):
        lapack.dgesv(np.eye(2))
    with pytest.raises(TypeError):
        lapack.dsyev(1, "U", np.eye(2))
    with pytest.raises(ValueError):
        lapack.dsyev("Vectors", "U", np.eye(2))  # `jobz` has one character


@pytest.mark.parametrize("m, n", [(1, 1), (7, 3), (3, 7), (80, 80), (150, 40), (40, 150)])
def test_dgels(lapack, random, m, n):
    a, b = random.standard_normal((m, n)), random.standard_normal((m, 2))
    expected = np.linalg.lstsq(a, b, rcond=None)[0]
    room = np.zeros((max(m, n), 2))
    room[:m] = b
    for name, view in layouts(a).items():
        qr, x, info = lapack.dgels("N", view, room)
        assert info == 0 and qr.shape == (m, n), name
        same(x[:n], expected, np.abs(expected).max() * 1e3)


@pytest.mark.parametrize("n", SIZES)
def test_dsyev(lapack, random, n):
    a = random.standard_normal((n, n))
    a = a + a.T
    for name, view in layouts(a).items():
        v, w, info = lapack.dsyev("V", "U", view)
        assert info == 0, name
        same(w, np.linalg.eigvalsh(a), n)
        same(v @ np.diag(w) @ v.T, a, n)
        same(v.T @ v, np.eye(n), n)
        same(lapack.dsyev(b"N", "L", view)[1], w, n)


@pytest.mark.parametrize("n", SIZES)
def test_zheev(lapack, random, n):
    a = random.standard_normal((n, n)) + 1j * random.standard_normal((n, n))
    a = a + a.conj().T
    for name, view in layouts(a).items():
        v, w, info = lapack.zheev("V", "L", view)
        assert info == 0 and v.dtype == np.complex128, name
        same(w, np.linalg.eigvalsh(a), n)
        same(v @ np.diag(w) @ v.conj().T, a, n)


@pytest.mark.parametrize("m, n", [(1, 1), (4, 4), (9, 4), (4, 9), (100, 70), (20, 120)])
def test_dgesvd(lapack, random, m, n):
    a = random.standard_normal((m, n))
    for name, view in layouts(a).items():
        _, s, u, vt, info = lapack.dgesvd("A", "A", view)
        assert info == 0, name
        same(s, np.linalg.svd(a, compute_uv=False), m + n)
        middle = np.zeros((m, n))
        np.fill_diagonal(middle, s)
        same(u @ middle @ vt, a, m + n)
        assert np.array_equal(lapack.dgesvd("N", "N", view)[1].shape, s.shape)


@pytest.mark.parametrize("m, n", [(1, 1), (6, 6), (8, 3), (3, 8), (129, 129)])
def test_dgetrf(lapack, random, m, n):
    a = random.standard_normal((m, n))
    for name, view in layouts(a).items():
        lu, piv, info = lapack.dgetrf(view)
        assert info == 0 and piv.shape == (min(m, n),), name
        small = min(m, n)
        product = (np.tril(lu, -1)[:, :small] + np.eye(m, small)) @ np.triu(lu)[:small]
        permuted = a.copy()
        for row, pivot in enumerate(piv):
            permuted[[row, pivot - 1]] = permuted[[pivot - 1, row]]
        same(product, permuted, m)


@pytest.mark.parametrize("n", SIZES)
def test_dgetri(lapack, random, n):
    a = random.standard_normal((n, n)) + n * np.eye(n)
    lu, piv, info = lapack.dgetrf(a)
    inverse, info = lapack.dgetri(lu, piv)
    assert info == 0
    same(inverse, np.linalg.inv(a))


@pytest.mark.parametrize("n", SIZES)
def test_dpotrf(lapack, random, n):
    a = random.standard_normal((n, n))
    a = a @ a.T + n * np.eye(n)
    for name, view in layouts(a).items():
        c, info = lapack.dpotrf("L", view)
        assert info == 0, name
        same(np.tril(c), np.linalg.cholesky(a), n)
        same(np.triu(lapack.dpotrf(uplo="U", a=view)[0]), np.linalg.cholesky(a).T, n)


def test_stub(lapack, check_stub):
    check_stub(lapack)
