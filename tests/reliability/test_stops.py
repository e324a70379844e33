"""STOP and its like: the fixture with other flags, C sources, callbacks, and where the original behaviour stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SOURCES = Path(__file__).with_name("stops")
FLAGS = ["-O0", "-O1", "-O2", "-O3 -g", "-g", "-Os", "-fopenmp", "-fPIC -frecursive", "-march=native -funroll-loops"]


def run(module, code, **options):
    """Runs code in an interpreter of its own, which the module may end."""
    environment = os.environ | {"PYTHONPATH": str(Path(module.__file__).parent)}
    code = f"import {module.__name__}; m = {module.__name__}.{module.__name__}\n{code}\nprint('alive')"
    command = [sys.executable, "-B", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, **options)


@pytest.mark.parametrize("flags", FLAGS)
def test_every_kind_of_failure_with_these_flags(build, flags):
    case = FIXTURES / "stops"
    flags += " -fcheck=all,no-recursion"
    module = build("stops", case / "stops.f90", f"--f90flags={flags}", label="".join(filter(str.isalnum, flags)))
    paths = os.pathsep.join([str(Path(module.__file__).parent), str(FIXTURES)])
    command = [sys.executable, "-B", "-X", "faulthandler", str(case / "check.py")]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": paths})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def team(build):
    return build("team", SOURCES / "team.f90", "--f90flags=-fopenmp")


@pytest.mark.parametrize(
    ("call", "code", "message"),
    [
        ("stop_in_loop(8)", 7, "ERROR STOP 7"),
        ("stop_on_master(1)", 9, "STOP 9"),
        ("stop_on_master(2)", 9, "STOP 9"),
        ("write_in_region(2)", 2, "Fortran runtime error: End of record"),
    ],
)
def test_inside_an_openmp_region_the_process_ends(team, call, code, message):
    done = run(team, f"m.{call}")
    assert done.returncode == code and message in done.stderr and "alive" not in done.stdout, done


def test_behind_an_openmp_region_a_stop_is_caught(team):
    for _ in range(100):
        with pytest.raises(team.FortranStop, match="STOP 10") as stop:
            team.team.stop_behind(4)
        assert stop.value.code == 10


@pytest.fixture(scope="module")
def ends(build):
    return build("ends", SOURCES / "ends.f90", SOURCES / "ends.c", "--f90flags=-std=legacy")


def test_c_sources_do_not_end_the_process(ends):
    for _ in range(200):
        for way, statement, code in [(1, "EXIT", 3), (2, "ABORT", None), (4, "EXIT", 4), (5, "EXIT", 5), (6, "EXIT", 6)]:
            with pytest.raises(ends.FortranStop) as stop:
                ends.ends.end_in_c(way)
            assert (stop.value.statement, stop.value.code) == (statement, code)
        with pytest.raises(ends.FortranError, match="Assertion 'way == 0' failed in end_process") as error:
            ends.ends.end_in_c(3)
        assert error.value.location.endswith("ends.c:15")
        assert ends.ends.end_in_c(8) == 16


def test_on_a_thread_that_nobody_guards_the_process_ends(ends):
    done = run(ends, "m.stop_on_thread()")
    assert done.returncode == 11 and "STOP 11" in done.stderr, done


def test_inside_defined_io_the_process_ends_and_nothing_else_is_disturbed(ends):
    assert ends.ends.write_item(5).split() == [b"item", b"5"]
    done = run(ends, "m.write_item(-1)")
    assert done.returncode == 12 and "STOP 12" in done.stderr, done


def test_a_pause_that_nobody_answers_is_a_stop(ends):
    code = "import numpy as np\nn = np.array(1, np.int32)\n"
    done = run(ends, f"{code}m.wait_for_answer(n)\nassert n == 2", input="go\n")
    assert done.returncode == 0 and "alive" in done.stdout and "PAUSE 7" in done.stderr, done
    caught = f"{code}try:\n    m.wait_for_answer(n)\nexcept ends.FortranStop as stop:\n    print(stop)"
    for answer in ["", "no\n"]:
        done = run(ends, caught, input=answer)
        assert done.returncode == 0 and done.stdout == "wait_for_answer: PAUSE 7\nalive\n", done


def test_statements_may_be_nested_to_any_depth(ends):
    for depth in [*range(12), 60] * 20:
        digits = "".join(str(number % 10) for number in range(depth, 0, -1))
        assert ends.ends.nest(depth, False).decode().strip() == digits + "."
        with pytest.raises(ends.FortranStop, match="nested"):
            ends.ends.nest(depth, True)


@pytest.fixture(scope="module")
def calls(build):
    return build("calls", SOURCES / "calls.f90")


def test_stops_around_callbacks(calls):
    m = calls.calls

    def stop_inside(x):
        m.stop_now(int(x))
        return x

    for number in range(300):
        with pytest.raises(calls.FortranStop, match="negative"):
            m.stop_behind(lambda x: -x, 1.0)
        with pytest.raises(calls.FortranStop, match="stop_now: STOP") as stop:
            m.stop_behind(stop_inside, float(number))
        assert stop.value.code == number
        assert m.stop_behind(lambda x: 2 * x, 4.0) == 8.0

    def stop_and_go_on(x):
        with pytest.raises(calls.FortranStop):
            m.stop_now(1)
        return 3 * x

    assert m.stop_behind(stop_and_go_on, 2.0) == 6.0


def test_a_callback_that_raises_in_a_write_leaves_the_unit_usable(calls, tmp_path):
    m = calls.calls
    m.open_file(31, str(tmp_path / "answers"))

    def fail(x):
        if x < 0:
            raise KeyError(x)
        if x == 0:
            m.stop_now(3)
        return x

    for round in range(100):
        m.write_answer(fail, 31, 1.5)
        with pytest.raises(KeyError):
            m.write_answer(fail, 31, -1.0)
        with pytest.raises(calls.FortranStop):
            m.write_answer(fail, 31, 0.0)
    # Each WRITE that was given up has ended its record where it was.
    assert m.count_lines(31) == 300
