#!/usr/bin/env python3
"""Builds extensions with f2py from the signature files that fwrap prints, and calls them.

    build_signatures.py CORPUS=FOLDER... [--fwrap CMD]

CORPUS is one of minpack, lbfgsb, fitpack (the folder holds the sources) and lapack (the folder is SRC; the system's
liblapack is linked). CMD prints the signature file of the files {} as module {name}
(default: `fwrap inspect {} --pyf -m {name}`). Needs gfortran and numpy.
"""
import argparse
import glob
import importlib
import os
import shlex
import subprocess
import sys
import tempfile

import numpy as np


def call_minpack(minpack):
    """A callback whose interface is known from the calls of it, two levels deep."""

    def fcn(x, fvec, iflag):
        fvec[:] = [x[0] ** 2 - 2, x[0] * x[1] - 1]

    x, fvec, info = np.ones(2), np.zeros(2), np.array(0, dtype="i4")
    minpack.hybrd1(fcn, x, fvec, 1e-10, info, np.zeros(30), lwa=30)
    assert np.allclose(x, [2**0.5, 0.5**0.5]), x
    assert abs(minpack.enorm([3.0, 4.0]) - 5) < 1e-12
    assert 0 < minpack.dpmpar(1) < 1e-15


def call_lbfgsb(lbfgsb):
    """Arrays that are updated in place."""
    t, order = np.array([3.0, 1.0, 2.0, 5.0]), np.arange(1, 5, dtype="i4")
    lbfgsb.hpsolb(t, order, 0)
    assert t[3] == 1 and order[3] == 2, (t, order)


def call_fitpack(fitpack):
    """A spline through points of a sine."""
    m, k = 20, 3
    n = m + k + 1
    x = np.linspace(0, 3, m)
    t, c, work, iwork = np.zeros(n), np.zeros(n), np.zeros(m * (k + 1) + n * (7 + 3 * k)), np.zeros(n, dtype="i4")
    fitpack.curfit(0, x, np.sin(x), np.ones(m), 0.0, 3.0, k, 0.0, 0, t, c, 0.0, work, iwork, 0)
    points, values = np.linspace(0, 3, 5), np.zeros(5)
    fitpack.splev(t, c, k, points, values, 0, 0)
    assert np.allclose(values, np.sin(points), atol=1e-5), values


def call_lapack(lapack):
    """Drivers with leading dimensions and character arguments."""
    n = 4
    a = np.asfortranarray(np.random.default_rng(0).random((n, n)) + n * np.eye(n))
    b = np.asfortranarray(np.ones((n, 1)))
    x, pivots, w = b.copy(order="F"), np.zeros(n, dtype="i4"), np.zeros(n)
    lapack.dgesv(n, 1, a.copy(order="F"), pivots, x, 0)
    assert np.allclose(a @ x, b)
    s = np.asfortranarray(a + a.T)
    expected = np.linalg.eigvalsh(s)
    lapack.dsyev("N", "U", n, s, w, np.zeros(100), 100, 0)
    assert np.allclose(w, expected), (w, expected)
    assert abs(lapack.dlange("M", n, n, a, np.zeros(n)) - a.max()) < 1e-12


LAPACK = ["dgesv.f", "dgetrs.f", "dgels.f", "dsyev.f", "zheev.f", "dgesvd.f", "dlange.f"]
CORPORA = {
    "minpack": (call_minpack, lambda folder: sorted(glob.glob(f"{folder}/*.f")), []),
    "lbfgsb": (call_lbfgsb, lambda folder: sorted(glob.glob(f"{folder}/*.f")), ["-llapack", "-lblas"]),
    "fitpack": (call_fitpack, lambda folder: sorted(glob.glob(f"{folder}/*.f")), []),
    "lapack": (call_lapack, lambda folder: [f"{folder}/{name}" for name in LAPACK], ["-llapack", "-lblas"]),
}


def build(name, sources, compiled, libraries, command, folder):
    """The extension that f2py makes of the signature file, imported."""
    words = shlex.split(command)
    at = words.index("{}")
    words = [word.replace("{name}", name) for word in words[:at] + sources + words[at + 1 :]]
    text = subprocess.run(words, capture_output=True, text=True).stdout
    with open(os.path.join(folder, f"{name}.pyf"), "w") as file:
        file.write(text)
    made = subprocess.run(
        [sys.executable, "-m", "numpy.f2py", "-c", f"{name}.pyf", *compiled, *libraries],
        cwd=folder, capture_output=True, text=True,
    )
    if made.returncode:
        sys.exit(f"{name}: f2py does not build it\n{made.stdout[-3000:]}{made.stderr[-3000:]}")
    sys.path.insert(0, folder)
    return importlib.import_module(name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+")
    parser.add_argument("--fwrap", default="fwrap inspect {} --pyf -m {name}")
    options = parser.parse_args()
    for corpus in options.corpora:
        name, _, folder = corpus.partition("=")
        call, find, libraries = CORPORA[name]
        sources = [os.path.abspath(path) for path in find(folder) if "driver" not in os.path.basename(path)]
        compiled = [] if name == "lapack" else sources
        with tempfile.TemporaryDirectory() as target:
            call(build(f"{name}_signatures", sources, compiled, libraries, options.fwrap, target))
        print(f"{name}: built by f2py from fwrap's signature file, and called")


if __name__ == "__main__":
    main()
