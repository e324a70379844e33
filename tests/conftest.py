"""What the Python checks share: the `fwrap` under test, the fetched sources, and modules built from them."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def find_fwrap():
    named = os.environ.get("FWRAP") or shutil.which("fwrap")
    assert named, "no `fwrap` to test: run `make test`, or set FWRAP to a built binary"
    return named


@pytest.fixture(scope="session")
def corpora():
    """The folder of the fetched packages (tests/tools/fetch_corpora.sh prints it)."""
    script = ROOT / "tests" / "tools" / "fetch_corpora.sh"
    done = subprocess.run(["bash", script], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


@pytest.fixture(scope="session")
def build(tmp_path_factory):
    """`build(NAME, *arguments)` runs `fwrap build` and imports the module that it leaves."""

    def build_module(name, *arguments, label=""):
        directory = tmp_path_factory.mktemp(name + label)
        command = [find_fwrap(), "build", *map(str, arguments), "-m", name, "--out-dir", str(directory)]
        environment = {"FWRAP_PYTHON": sys.executable, **os.environ}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
        assert (directory / f"{name}.pyi").is_file(), "the stub stands beside the module"
        (library,) = directory.glob(f"{name}*.so")
        spec = importlib.util.spec_from_file_location(name, library)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return build_module


@pytest.fixture(scope="session")
def check_stub():
    """`check_stub(module)`: mypy's stubtest finds no difference between the module and the stub beside it."""

    def check(module):
        directory = Path(module.__file__).parent
        done = subprocess.run(
            [sys.executable, "-m", "mypy.stubtest", module.__name__],
            cwd=directory,
            env={**os.environ, "MYPYPATH": str(directory), "PYTHONPATH": str(directory)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return check
