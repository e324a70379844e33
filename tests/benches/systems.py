"""Builds the same kernels for f2py, for a hand-written C module and for fwrap, over the same object files."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
FLAGS = ["-O3", "-fPIC"]


def run(*command, cwd=None, env=None):
    """Runs a command; when it fails, shows what it printed and ends."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done


def load(name, directory):
    (library,) = directory.glob(f"{name}*.so")
    spec = importlib.util.spec_from_file_location(name, library)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compile_kernels(directory):
    for name in ("kernels", "strided"):
        run("gfortran", *FLAGS, "-c", HERE / f"{name}.f90", "-J", directory, "-o", directory / f"{name}.o")
    return [directory / "kernels.o", directory / "strided.o"]


def python_includes():
    return ["-I", sysconfig.get_path("include"), "-I", np.get_include()]


def build_by_hand(directory, objects):
    shim, glue = directory / "total_shim.o", directory / "byhand.o"
    run("gfortran", *FLAGS, "-I", directory, "-c", HERE / "total_shim.f90", "-o", shim)
    run("gcc", *FLAGS, *python_includes(), "-c", HERE / "byhand.c", "-o", glue)
    run("gfortran", "-shared", glue, shim, *objects, "-o", directory / "byhand.so")
    return load("byhand", directory)


def build_f2py(directory, objects):
    """f2py writes the sources; they are compiled here with the same flags, so that only they differ."""
    run(
        sys.executable,
        "-m",
        "numpy.f2py",
        HERE / "kernels.f90",
        HERE / "strided.f90",
        "-m",
        "byf2py",
        "--lower",
        cwd=directory,
    )
    support = Path(np.__file__).parent / "f2py" / "src"
    parts = []
    for source in (directory / "byf2pymodule.c", support / "fortranobject.c"):
        parts.append(directory / f"{source.stem}.o")
        run("gcc", *FLAGS, *python_includes(), "-I", support, "-c", source, "-o", parts[-1])
    for source in sorted(directory.glob("byf2py-f2pywrappers*")):
        parts.append(directory / f"{source.stem}.o")
        run("gfortran", *FLAGS, "-I", directory, "-c", source, "-o", parts[-1])
    run("gfortran", "-shared", *parts, *objects, "-o", directory / "byf2py.so")
    return load("byf2py", directory)


def fwrap_binary():
    return os.environ.get("FWRAP") or shutil.which("fwrap")


def build_fwrap(directory, objects, name="byfwrap", options=()):
    sources = [HERE / "kernels.f90", HERE / "strided.f90"]
    environment = {**os.environ, "FWRAP_PYTHON": sys.executable}
    run(
        fwrap_binary(),
        "build",
        *objects,
        "--link-only",
        *sources,
        "-I",
        directory,
        "-m",
        name,
        *options,
        "--out-dir",
        directory,
        env=environment,
    )
    return load(name, directory)


def build_all(directory):
    """The modules, as {system: {procedure: callable}}; without fwrap if there is no binary."""
    objects = compile_kernels(directory)
    modules = {"C": build_by_hand(directory, objects), "f2py": build_f2py(directory, objects)}
    if fwrap_binary():
        modules["fwrap"] = build_fwrap(directory, objects)
        modules["terms"] = build_fwrap(directory, objects, "byterms", ["--compat", "f2py"])
    procedures = {}
    for system, module in modules.items():
        found = {name: getattr(module, name) for name in ("add", "scale", "dot", "axpy", "diffuse")}
        found["total"] = module.total if system == "C" else module.strided.total
        procedures[system] = found
    return procedures
