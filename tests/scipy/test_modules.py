"""SciPy's extension modules made by fwrap against those that f2py has made: the same names, parameters and results."""

import inspect
import keyword
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, interpolate, linalg, optimize, special, stats  # noqa: F401

from modules import MODULES
from replace_modules import load

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def ours():
    loaded = {}

    def get(short):
        if short not in loaded:
            (module,) = [module for module in MODULES if module.short == short]
            loaded[short] = load(module, os.environ["FWRAP_SCIPY_MODULES"])
        return loaded[short]

    return get


def theirs(module):
    return __import__(module.name, fromlist=["_"])


def f2py_signature(function):
    """What the first line of f2py's documentation says: results, required and optional parameters."""
    line = function.__doc__.splitlines()[0]
    match = re.fullmatch(r"(?:(?P<out>[^=]*) = )?\w+\((?P<parameters>.*)\)", line.strip())
    if not match:
        return None  # a COMMON block
    required, _, optional = match["parameters"].partition("[")
    names = lambda text: [name.strip() for name in text.strip("[]").split(",") if name.strip()]
    return names(match["out"] or ""), names(required), names(optional)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.short)
def test_names_and_parameters(module, ours):
    made, known = ours(module.short), theirs(module)
    functions = {name: value for name, value in vars(known).items() if type(value).__name__ == "fortran"}
    assert functions
    differences = []
    for name, value in functions.items():
        ours_value = getattr(made, name, None)
        if ours_value is None:
            differences.append(f"{name} is missing")
        elif signature := f2py_signature(value):
            _, required, optional = signature
            parameters = inspect.signature(ours_value).parameters.values()
            # A keyword of Python gets an underscore: `is_`.
            plain = lambda name: name[:-1] if name[-1] == "_" and keyword.iskeyword(name[:-1]) else name
            given = [plain(one.name) for one in parameters if one.default is one.empty]
            rest = [plain(one.name) for one in parameters if one.default is not one.empty]
            if (given, rest) != (required, optional):
                differences.append(f"{name}: {given}, {rest} and not {required}, {optional}")
        else:
            members = [member for member in dir(ours_value) if member[0] != "_"]
            if sorted(members) != sorted(re.findall(r"^(\w+) : ", value.__doc__, re.M)):
                differences.append(f"{name} has the members {members}")
    assert not differences, "\n".join(differences)


def same(first, second):
    if isinstance(first, tuple):
        assert len(first) == len(second)
        for one, other in zip(first, second):
            same(one, other)
    elif isinstance(first, np.ndarray):
        assert (first.dtype, first.shape, first.flags.f_contiguous) == (second.dtype, second.shape,
                                                                        second.flags.f_contiguous)
        np.testing.assert_allclose(first, second, rtol=1e-10, atol=1e-12)
    else:
        assert type(first) is type(second)
        assert first == pytest.approx(second, nan_ok=True) if isinstance(first, (float, complex)) else first == second


A = np.array([[4.0, 1, 2], [1, 5, 3], [2, 3, 6]])
B = np.array([[1.0, 2], [3, 4], [5, 6]])
X = np.linspace(0, 3, 12)

CALLS = [
    ("_flapack", "dgesv", (A, B), {}),
    ("_flapack", "dgesv", (A, B[:, 0]), {"overwrite_a": 1}),
    ("_flapack", "zheev", (A.astype(complex),), {"lower": 1, "compute_v": 0}),
    ("_flapack", "dgesdd", (B,), {"compute_uv": 0}),
    ("_flapack", "sgetrf", (A.astype("f"),), {}),
    ("_flapack", "dpotrf", (A,), {"lower": 1, "clean": 0}),
    ("_flapack", "dgees", (lambda re, im: re > 4, A), {}),
    ("_flapack", "dgbtrf", (np.vstack([A, A[:2]]), 1, 1), {}),
    ("_flapack", "dlange", (b"1", A), {}),
    ("_flapack", "dlamch", ("e",), {}),
    ("_fblas", "dgemm", (2.0, A, B), {"trans_a": 1}),
    ("_fblas", "dgemv", (1.5, A, B[:, 1]), {}),
    ("_fblas", "ddot", (X, X), {"n": 3, "incx": 2}),
    ("_fblas", "zdotc", (X + 1j, X - 2j), {}),
    ("_fblas", "drotg", (3.0, 4.0), {}),
    ("_fblas", "idamax", (-X,), {}),
    ("_fblas", "daxpy", (X, X[::-1].copy()), {"a": 3.0}),
    ("_flinalg", "ddet_c", (A,), {}),
    ("_minpack2", "dcstep", (0.0, 1.0, -1.0, 0.5, 0.5, 0.5, 0.5, 0.4, 0.3, False, 0.0, 1.0), {}),
    ("_statlib", "swilk", (np.sort(np.sin(X)), np.zeros(6)), {}),
    ("_statlib", "gscale", (5, 7), {}),
    ("_statlib", "prho", (12, 100), {}),
    ("_specfun", "clpmn", (2, 3, 0.5, 0.2, 3), {}),
    ("_specfun", "airyzo", (4, 1), {}),
    ("_specfun", "segv", (2, 4, 1.5, 1), {}),
    ("dfitpack", "splev", (np.r_[[0.0] * 4, [3.0] * 4], np.arange(8.0), 3, X), {}),
    ("dfitpack", "regrid_smth", (X, X, np.outer(X, X).ravel()), {}),
    ("_dop", "dopri5", (lambda t, y: -y, 0.0, np.ones(2), 1.0, [1e-8], [1e-8], lambda *a: 1, 0, np.zeros(60),
                        np.zeros(40, "i")), {}),
]


@pytest.mark.parametrize("short, name, arguments, keywords", CALLS)
def test_the_same_call(short, name, arguments, keywords, ours):
    (module,) = [module for module in MODULES if module.short == short]
    copies = lambda: [np.copy(one, order="K") if isinstance(one, np.ndarray) else one for one in arguments]
    first, second = copies(), copies()
    same(getattr(ours(short), name)(*first, **keywords), getattr(theirs(module), name)(*second, **keywords))
    for one, other in zip(first, second):
        if isinstance(one, np.ndarray):
            np.testing.assert_allclose(one, other, err_msg="what was left of an argument")


WRONG = [
    ("_flapack", "dgesv", (B, B), {}),
    ("_flapack", "dgesv", (A,), {}),
    ("_flapack", "dgesv", (A, "text"), {}),
    ("_fblas", "ddot", (X, np.zeros(500)), {"n": 100}),
    ("_fblas", "ddot", (X, X), {"incx": 0}),
    ("_fblas", "dgemm", (1.0, A, B.T), {}),
    ("_statlib", "swilk", (X, np.zeros(2)), {}),
]


@pytest.mark.parametrize("short, name, arguments, keywords", WRONG)
def test_the_same_refusal(short, name, arguments, keywords, ours):
    (module,) = [module for module in MODULES if module.short == short]
    with pytest.raises(Exception) as expected:
        getattr(theirs(module), name)(*arguments, **keywords)
    with pytest.raises(Exception) as raised:
        getattr(ours(short), name)(*arguments, **keywords)
    assert [base.__name__ for base in type(raised.value).__mro__][-4:] == [
        base.__name__ for base in type(expected.value).__mro__
    ][-4:] or type(raised.value).__name__ == type(expected.value).__name__
    if type(expected.value).__name__ == "error":
        assert str(raised.value) == str(expected.value)
