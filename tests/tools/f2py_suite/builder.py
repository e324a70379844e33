"""Builds the modules of NumPy's f2py tests: stands in for the two functions of its `util` that call f2py."""

import atexit
import fcntl
import hashlib
import importlib
import importlib.machinery
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# What NumPy's `util` passes on to f2py; other files only have to lie beside them.
BUILT_FROM = (".f90", ".f95", ".f", ".c", ".pyf")
BUILD_FAILED = "the build failed:"
IMPORT_FAILED = "the import failed:"


def import_util():
    """`numpy.f2py.tests.util`, whose import asks meson three times for compilers: they are known to be there."""
    name = "numpy.f2py.tests.util"
    if name in sys.modules:
        return sys.modules[name]
    run = subprocess.run

    def run_unless_meson(command, *arguments, **keywords):
        if list(command)[:2] == ["meson", "setup"]:
            return subprocess.CompletedProcess(command, 0)
        return run(command, *arguments, **keywords)

    subprocess.run = run_unless_meson
    try:
        return importlib.import_module(name)
    finally:
        subprocess.run = run


def separate_words(options):
    """Some tests write several words as one: `--include-paths DIR`, `--f77flags='-ffixed-form -O2'`."""
    for option in options:
        name, is_pair, value = option.partition("=")
        if is_pair and option.startswith("--") and " " not in name:
            yield f"{name}={value.strip(chr(39) + chr(34))}"
        elif option.startswith("--"):
            yield from option.split(None, 1)
        else:
            yield option


class Builder:
    """Runs `COMMAND -m NAME --out-dir DIR [--skip A,B] [--only A,B] [OPTION...] SRC...` and imports what it leaves.

    A build is kept in a directory that is named after all that it depends on, so that tests in separate processes, and
    later runs, share it.
    """

    def __init__(self, command, directory, timeout):
        self.command = shlex.split(command)
        self.timeout = timeout
        if directory is None:
            directory = tempfile.mkdtemp(prefix="f2py-suite-")
            owner = os.getpid()
            atexit.register(lambda: os.getpid() == owner and shutil.rmtree(directory, ignore_errors=True))
        self.directory = Path(directory).resolve()
        self.directory.mkdir(parents=True, exist_ok=True)

    def build_module(self, source_files, options=(), skip=(), only=(), module_name=None):
        """The module of these sources; a build that fails is a RuntimeError, as NumPy's tests expect it."""
        name = module_name or import_util().get_temp_module_name()
        sources = [Path(path) for path in source_files]
        for path in sources:
            if not path.is_file():
                raise RuntimeError(f"{path} is not a file")
        # On an interpreter with a GIL, NumPy's `--freethreading-compatible` says nothing.
        arguments = list(separate_words(options))
        for option, names in (("--skip", skip), ("--only", only)):
            if names:
                arguments += [option, ",".join(names)]
        place = self.directory / f"{name}-{self.key(name, arguments, sources)}"
        place.mkdir(exist_ok=True)
        with open(place / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (place / "status").exists():
                self.run(place, name, arguments, sources)
        if (place / "status").read_text() != "0":
            raise RuntimeError(f"{BUILD_FAILED} {name}\n{(place / 'log').read_text(errors='replace')}")
        return load(name, place / "out")

    def build_code(self, source_code, options=(), skip=(), only=(), suffix=None, module_name=None):
        """The module of one source that is given as a text."""
        folder = self.directory / f"code-{hashlib.sha256(source_code.encode()).hexdigest()[:16]}"
        folder.mkdir(exist_ok=True)
        path = folder / f"code{suffix or '.f'}"
        path.write_text(source_code)
        return self.build_module([path], options, skip, only, module_name)

    def key(self, name, arguments, sources):
        """Names a build."""
        key = hashlib.sha256(json.dumps([self.command, name, arguments]).encode())
        for path in sources:
            key.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return key.hexdigest()[:16]

    def run(self, place, name, arguments, sources):
        """Runs the command where copies of all files lie, and notes how it went."""
        scratch, out = place / "sources", place / "out"
        for directory in (scratch, out):
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir()
        copies = [shutil.copy(path, scratch) for path in sources]
        built = [copy for copy in copies if copy.endswith(BUILT_FROM)]
        command = [*self.command, "-m", name, "--out-dir", str(out), *arguments, *built]
        environment = {**os.environ, "FWRAP_PYTHON": sys.executable}
        start = time.perf_counter()
        with open(place / "log", "wb") as log:
            log.write(f"$ {shlex.join(command)}\n".encode())
            log.flush()
            try:
                status = subprocess.run(
                    command, cwd=scratch, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=self.timeout,
                    env=environment,
                ).returncode
            except subprocess.TimeoutExpired:
                status = f"no end after {self.timeout} s"
        with open(self.directory / "builds", "a") as builds:
            builds.write(json.dumps({"name": name, "status": status, "seconds": time.perf_counter() - start}) + "\n")
        # As with f2py, the sources are gone when the module is used.
        shutil.rmtree(scratch, ignore_errors=True)
        (place / "status").write_text(str(status))


def load(name, directory):
    """Imports the module from this directory, in place of another one with its name."""
    importlib.invalidate_caches()
    known = sys.modules.get(name)
    if known is not None and str(getattr(known, "__file__", "")).startswith(str(directory)):
        return known
    for other in [other for other in sys.modules if other == name or other.startswith(f"{name}.")]:
        del sys.modules[other]
    if importlib.machinery.PathFinder.find_spec(name, [str(directory)]) is None:
        raise ImportError(f"{IMPORT_FAILED} the command left {sorted(path.name for path in directory.iterdir())}")
    if str(directory) not in sys.path:
        sys.path.insert(0, str(directory))
    try:
        return importlib.import_module(name)
    except ImportError as error:
        error.msg = f"{IMPORT_FAILED} {error.msg}"
        raise
