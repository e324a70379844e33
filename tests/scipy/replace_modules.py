"""A pytest plugin: SciPy's extension modules are those that fwrap has built (FWRAP_SCIPY_MODULES).

SciPy's own tests then judge them: `python -m pytest -p replace_modules --pyargs scipy.linalg.tests.test_lapack`.
"""

import importlib.util
import os
import sys
from pathlib import Path

from modules import MODULES


def load(module, directory):
    """Imports what was built for `module`, under the name that SciPy knows it by."""
    (library,) = (Path(directory) / module.short).glob(f"{module.short}.*.so")
    spec = importlib.util.spec_from_file_location(module.short, library)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def replace(directory, names=()):
    """Puts the modules in SciPy's places, before SciPy is imported; returns how many."""
    assert not any(name.startswith("scipy.") for name in sys.modules), "SciPy was imported too early"
    count = 0
    for module in MODULES:
        if names and module.short not in names:
            continue
        if (Path(directory) / module.short).is_dir():
            sys.modules[module.name] = load(module, directory)
            count += 1
    return count


def pytest_configure(config):
    names = [name for name in os.environ.get("FWRAP_SCIPY_ONLY", "").split(",") if name]
    config.fwrap_replaced = replace(os.environ["FWRAP_SCIPY_MODULES"], names)


def pytest_report_header(config):
    return f"fwrap: {config.fwrap_replaced} of SciPy's extension modules are built by fwrap"
