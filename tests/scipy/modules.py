"""SciPy 1.11.4's extension modules that are made from signature files, and how they are built with fwrap.

    python modules.py SCIPY-SOURCES DIRECTORY [NAME...]

builds them, or those whose names are given, below DIRECTORY, and prints what became of each.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

LAPACK = ("-llapack", "-lblas")
# Functions that return complex numbers, in the calling convention that SciPy's signature files expect.
WRAPPED_COMPLEX = "_build_utils/src/wrap_dummy_g77_abi.f"
LEGACY = "--f77flags=-std=legacy -w"


@dataclass(frozen=True)
class Module:
    """One extension module."""

    name: str  # where SciPy imports it
    signatures: str
    sources: tuple = ()  # patterns
    options: tuple = ()

    @property
    def short(self):
        return self.name.rpartition(".")[2]


def propack(letter, folder):
    name = f"scipy.sparse.linalg._propack._{letter}propack"
    base = "sparse/linalg/_propack"
    # There are two implementations of one file, for two kinds of processor.
    sources = (f"{base}/PROPACK/{folder}/*.F", f"!{base}/PROPACK/{folder}/*.pentium.F", WRAPPED_COMPLEX)
    return Module(name, f"{base}/{letter}propack.pyf", sources, LAPACK)


MODULES = [
    Module("scipy.linalg._flapack", "linalg/flapack.pyf.src", (WRAPPED_COMPLEX,), LAPACK),
    Module("scipy.linalg._fblas", "linalg/fblas.pyf.src", (WRAPPED_COMPLEX,), LAPACK),
    Module("scipy.linalg._flinalg", "linalg/src/flinalg.pyf", ("linalg/src/det.f", "linalg/src/lu.f"), LAPACK),
    Module("scipy.linalg._interpolative", "linalg/interpolative.pyf", ("linalg/src/id_dist/src/*.f",), LAPACK),
    Module("scipy.integrate._vode", "integrate/vode.pyf", ("integrate/odepack/vode.f", "integrate/odepack/zvode.f"),
           LAPACK),
    Module("scipy.integrate._lsoda", "integrate/lsoda.pyf",
           ("integrate/odepack/*.f", "!integrate/odepack/*vode.f", "integrate/mach/*.f"), LAPACK),
    Module("scipy.integrate._test_odeint_banded", "integrate/tests/banded5x5.pyf",
           ("integrate/tests/banded5x5.f", "integrate/odepack/*.f", "!integrate/odepack/*vode.f",
            "integrate/mach/*.f"), LAPACK),
    Module("scipy.integrate._dop", "integrate/dop.pyf", ("integrate/dop/*.f",)),
    Module("scipy.optimize._lbfgsb", "optimize/lbfgsb_src/lbfgsb.pyf", ("optimize/lbfgsb_src/*.f",), LAPACK),
    Module("scipy.optimize._cobyla", "optimize/cobyla/cobyla.pyf", ("optimize/cobyla/*.f",)),
    Module("scipy.optimize._minpack2", "optimize/minpack2/minpack2.pyf", ("optimize/minpack2/*.f",)),
    Module("scipy.optimize._slsqp", "optimize/slsqp/slsqp.pyf", ("optimize/slsqp/*.f",)),
    Module("scipy.optimize.__nnls", "optimize/__nnls/nnls.pyf", ("optimize/__nnls/*.f",)),
    Module("scipy.interpolate.dfitpack", "interpolate/src/fitpack.pyf", ("interpolate/fitpack/*.f",)),
    Module("scipy.stats._statlib", "stats/statlib.pyf", ("stats/statlib/*.f",)),
    Module("scipy.stats._mvn", "stats/mvn.pyf", ("stats/mvndst.f",)),
    Module("scipy.special._specfun", "special/specfun.pyf", ("special/specfun/specfun.f",)),
    Module("scipy.io._test_fortran", "io/_test_fortran.pyf", ("io/_test_fortran.f",)),
    Module("scipy.sparse.linalg._eigen.arpack._arpack", "sparse/linalg/_eigen/arpack/arpack.pyf.src",
           ("sparse/linalg/_eigen/arpack/ARPACK/*/*.f", WRAPPED_COMPLEX), LAPACK),
    Module("scipy.sparse.linalg._isolve._iterative", "sparse/linalg/_isolve/iterative/_iterative.pyf.src",
           ("sparse/linalg/_isolve/iterative/*.f.src", WRAPPED_COMPLEX), LAPACK),
    propack("s", "single"),
    propack("d", "double"),
    propack("c", "complex8"),
    propack("z", "complex16"),
]


def expand(scipy, patterns, directory):
    """The files that patterns name, those with `!` left out; templates are expanded into `directory`."""
    without = {path for pattern in patterns if pattern[0] == "!" for path in scipy.glob(pattern[1:])}
    files = [path for pattern in patterns if pattern[0] != "!" for path in sorted(scipy.glob(pattern))]
    assert files or not patterns, f"no file matches {patterns}"
    return [expand_template(path, directory) for path in files if path not in without]


def expand_template(path, directory):
    if path.suffix != ".src":
        return path
    from numpy.f2py._src_pyf import process_str

    directory.mkdir(parents=True, exist_ok=True)
    expanded = directory / path.stem
    expanded.write_text(process_str(path.read_text()))
    return expanded


def build(module, scipy, directory, *options):
    """Builds one module into `directory/SHORT-NAME`; returns what the command said and the seconds it took."""
    out = directory / module.short
    sources = expand(scipy, module.sources, directory / f"{module.short}-sources")
    command = [os.environ.get("FWRAP", "fwrap"), "build", scipy / module.signatures, *sources, "--out-dir", out,
               "--compat", "f2py", LEGACY, "-I", scipy / "sparse/linalg/_eigen/arpack/ARPACK/SRC", *module.options, *options]
    environment = {"FWRAP_PYTHON": sys.executable, **os.environ}
    start = time.perf_counter()
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise RuntimeError(f"{module.name}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr, seconds


def main(scipy, directory, *names):
    scipy, directory = Path(scipy) / "scipy", Path(directory)
    wanted = [module for module in MODULES if not names or module.short in names]
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        built = [(module, pool.submit(build, module, scipy, directory)) for module in wanted]
        for module, future in built:
            try:
                said, seconds = future.result()
                print(f"{module.name}: built in {seconds:.1f} s")
                if names:
                    print(said)
            except RuntimeError as error:
                failed += 1
                print(f"{module.name}: FAILED\n{str(error) if names else str(error)[:2000]}")
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)
