"""What fwrap infers of LAPACK's arguments, against LAPACK's documentation: every disagreement is in documentation.toml."""

import json
import subprocess
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from conftest import find_fwrap

KNOWN = tomllib.loads(Path(__file__).with_name("documentation.toml").read_text())
SOURCES = ["SRC/*.[fF]", "SRC/*.f90", "BLAS/SRC/*.f", "BLAS/SRC/*.f90", "INSTALL/[ds]lamch.f", "TESTING/MATGEN/*.f"]


@pytest.fixture(scope="module")
def arguments(corpora):
    """(routine, argument as `fwrap inspect` describes it) of all of LAPACK."""
    root = corpora / "lapack"
    paths = [str(path.relative_to(root)) for pattern in SOURCES for path in sorted(root.glob(pattern))]
    assert len(paths) > 2000
    done = subprocess.run([find_fwrap(), "inspect", *paths, "--json"], cwd=root, stdout=subprocess.PIPE, check=True)
    units = [unit for file in json.loads(done.stdout)["files"] for unit in file["units"]]
    found = [(unit["name"], argument) for unit in units for argument in unit["args"] if "inferred" in argument]
    assert len(found) > 25000
    return found


def disagreements(arguments, documented, usages):
    found = defaultdict(list)
    for routine, argument in arguments:
        says = argument.get("documented")
        if argument["intent"] is None and says in documented and argument["inferred"]["usage"] in usages:
            found[routine].append(argument["name"])
    return {routine: sorted(names) for routine, names in found.items()}


def test_what_is_documented_as_written_is_not_inferred_read_only(arguments):
    assert disagreements(arguments, ("out", "inout"), ("read", "untouched")) == KNOWN["never_written"]


def test_what_is_documented_as_input_and_written(arguments):
    assert disagreements(arguments, ("in",), ("written", "both")) == KNOWN["written"]


def test_little_is_unknown(arguments):
    unknown = [(routine, argument["name"]) for routine, argument in arguments
               if argument["inferred"]["usage"] == "unknown"]  # fmt: skip
    # the extended-precision BLAS and the dummy procedures of the Schur routines are not among the sources
    assert len(unknown) < 0.01 * len(arguments)


def test_every_fact_has_its_statement(arguments):
    for routine, argument in arguments:
        inferred = argument["inferred"]
        assert (inferred["usage"] == "untouched") == (inferred["line"] is None), (routine, argument["name"])
