"""Times callbacks: median thread-CPU nanoseconds per callback, over interleaved rounds in random order."""

import os
import random
import statistics
import sys
from pathlib import Path
from time import thread_time_ns

import numpy as np

from systems import FLAGS, HERE, fwrap_binary, load, python_includes, run

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "41"))
CALLS = 100_000


def build_f2py(directory, objects):
    run(sys.executable, "-m", "numpy.f2py", HERE / "callbacks.pyf", "--lower", cwd=directory)
    support = Path(np.__file__).parent / "f2py" / "src"
    parts = []
    for source in (directory / "calledbyf2pymodule.c", support / "fortranobject.c"):
        parts.append(directory / f"{source.stem}.o")
        run("gcc", *FLAGS, *python_includes(), "-I", support, "-c", source, "-o", parts[-1])
    run("gfortran", "-shared", *parts, *objects, "-o", directory / "calledbyf2py.so")
    return load("calledbyf2py", directory)


def build_fwrap(directory, objects):
    command = [fwrap_binary(), "build", *objects, "--link-only", HERE / "callbacks.f90", "-m", "calledbyfwrap"]
    run(*command, "--out-dir", directory, env={**os.environ, "FWRAP_PYTHON": sys.executable})
    return load("calledbyfwrap", directory)


def build_fwrap_in_f2py_terms(directory, objects):
    """The same signature file as f2py's, but for the name of the module."""
    signatures = directory / "calledinterms.pyf"
    signatures.write_text((HERE / "callbacks.pyf").read_text().replace("calledbyf2py", "calledinterms"))
    command = [fwrap_binary(), "build", signatures, *objects, "--out-dir", directory]
    run(*command, env={**os.environ, "FWRAP_PYTHON": sys.executable})
    return load("calledinterms", directory)


def build_all(directory):
    objects = [directory / "callbacks.o"]
    run("gfortran", *FLAGS, "-c", HERE / "callbacks.f90", "-o", *objects)
    modules = {"f2py": build_f2py(directory, objects)}
    if fwrap_binary():
        modules["fwrap"] = build_fwrap(directory, objects)
        modules["fwrap, f2py's terms"] = build_fwrap_in_f2py_terms(directory, objects)
    return modules


class Problem(Exception):
    pass


def fail(x):
    raise Problem


def raise_each(module, calls):
    """f2py prints two lines for each."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    for _ in range(calls):
        try:
            module.sum_of(fail, 1)
        except Problem:
            pass
    os.dup2(kept, 2)
    os.close(kept)
    os.close(nowhere)


def cases():
    """Title, a call of so many callbacks, how many, and fwrap's bar as a ratio to f2py."""
    x = np.arange(10.0)
    many = np.arange(1000.0)
    return [
        ("f(x)", lambda m, n: m.sum_of(lambda x: x, n), CALLS, 0.59),
        ("f(x), a builtin", lambda m, n: m.sum_of(abs, n), CALLS, 0.59),
        ("f(n, x[10])", lambda m, n: m.sum_over(lambda n, x: 1.0, n, x), CALLS, 1.0),
        ("y[10] = f(n, x[10])", lambda m, n: m.evaluate(lambda n, x: x, n, x), CALLS, 1.0),
        ("f(n, x[1000])", lambda m, n: m.sum_over(lambda n, x: 1.0, n, many), CALLS, 1.6),
        ("one call with one callback", lambda m, n: [m.sum_of(abs, 1) for _ in range(n)], 10_000, 1.0),
        ("an exception", raise_each, 10_000, None),
    ]


def measure(modules):
    """Median nanoseconds per callback, as {(title, system): ns}."""
    rows = cases()
    jobs = [(case, system) for case in rows for system in modules]
    samples = {(case[0], system): [] for case, system in jobs}
    order = random.Random(1)
    for round_number in range(ROUNDS + 1):
        order.shuffle(jobs)
        for (title, call, count, _), system in jobs:
            start = thread_time_ns()
            call(modules[system], count)
            spent = thread_time_ns() - start
            if round_number:  # the first round warms up
                samples[title, system].append(spent / count)
    return rows, {key: statistics.median(values) for key, values in samples.items()}


def table(directory):
    modules = build_all(directory)
    for module in modules.values():
        assert module.sum_of(lambda x: 2 * x, 3) == 12.0
        assert module.sum_over(lambda n, x: x.sum(), 2, [1.0, 2.0]) == 6.0
        assert module.evaluate(lambda n, x: 2 * x, 1, [1.0, 2.0]).tolist() == [2.0, 4.0]
    rows, medians = measure(modules)
    ways = [system for system in modules if system != "f2py"]
    heads = "".join(f" {way} | / f2py | |" for way in ways)
    lines = [
        f"Median thread-CPU time per callback, over {ROUNDS} rounds in random order in one process.",
        "",
        f"| callback | f2py | bar |{heads}",
        f"|---|--:|--:|{'--:|--:|---|' * len(ways)}",
    ]
    for title, _, _, bar in rows:
        f2py = medians[title, "f2py"]
        cells = [f"{f2py:.1f} ns", f"{bar or '-'}"]
        for way in ways:
            ratio = medians[title, way] / f2py
            verdict = ("ok" if ratio <= bar else "MISS") if bar else ""
            cells += [f"{medians[title, way]:.1f} ns", f"{ratio:.2f}", verdict]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
