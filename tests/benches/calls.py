"""Times calls: median thread-CPU nanoseconds per call, net of the loop, over interleaved rounds in random order."""

import gc
import os
import random
import statistics
from itertools import repeat
from time import thread_time_ns

import numpy as np

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "41"))


class Case:
    """One row of the table: a call, how often a sample repeats it, fwrap's bar as a ratio to the C module, and that in
    f2py's terms as a ratio to f2py."""

    def __init__(self, title, procedure, arguments, names, repeats, bar, result, terms_bar=1.05):
        self.title, self.procedure, self.repeats, self.bar, self.terms_bar = title, procedure, repeats, bar, terms_bar
        self.arguments, self.result = arguments, result
        actual = [f"a{i}" if name is None else f"{name}=a{i}" for i, name in enumerate(names)]
        unpack = ", ".join(f"a{i}" for i in range(len(names)))
        call = f"def sample(f, arguments, n):\n ({unpack},) = arguments\n start = now()\n for _ in repeat(None, n): "
        space = {"now": thread_time_ns, "repeat": repeat}
        exec(call + f"f({', '.join(actual)})\n return now() - start", space)
        self.sample = space["sample"]

    def takes(self, f, system):
        """Whether the system can do it at all (f2py refuses C order in place); its answer must then be right."""
        copies = [a.copy(order="K") if isinstance(a, np.ndarray) and a.size < 10**5 else a for a in self.arguments]
        try:
            found = f(*copies)
        except ValueError:
            assert system in ("f2py", "terms")
            return False
        expected = self.result
        if callable(expected):
            found, expected = expected(copies)
        assert found is None or np.allclose(found, expected), f"{system}: wrong result of {self.title}"
        return True


def empty_loop(n):
    start = thread_time_ns()
    for _ in repeat(None, n):
        pass
    return thread_time_ns() - start


def cases():
    generator = np.random.default_rng(8)
    x, y = generator.standard_normal(8), generator.standard_normal(8)
    z = np.ones(8)
    big_x, big_y = generator.standard_normal(10**6), generator.standard_normal(10**6)
    view = generator.standard_normal((1000, 1000))[::2, ::2]
    field = generator.standard_normal((512, 512))
    small = [
        ("add(a, b)", "add", [1.5, 2.5], ["a", "b"], 4.0),
        ("scale(x[8], a) in place", "scale", [z, 1.0], ["x", "a"], lambda copies: (copies[0], z)),
        ("dot(x[8], y[8])", "dot", [x, y], ["x", "y"], x @ y),
        ("y = axpy(a, x[8], y[8])", "axpy", [2.0, x, y], ["a", "x", "y"], 2 * x + y),
    ]
    rows = []
    for title, procedure, arguments, names, result in small:
        rows.append(Case(title, procedure, arguments, [None] * len(names), 50_000, 1.15, result, 0.25))
        rows.append(Case(title + " by keyword", procedure, arguments, names, 50_000, 1.15, result, 0.25))
    rows += [
        Case("sum of a 500x500 strided view, assumed-shape", "total", [view], [None], 10, 1.05, view.sum()),
        Case("axpy, 10^6 elements", "axpy", [2.0, big_x, big_y], [None] * 3, 5, 1.05, 2 * big_x + big_y),
        Case("512x512 in C order, in place, explicit-shape", "diffuse", [field, 0.0], [None] * 2, 5, 0.6, None),
    ]
    return rows


def measure(procedures):
    """Median nanoseconds per call, as {(title, system): ns}."""
    rows = cases()
    jobs = [
        (case, system)
        for case in rows
        for system, found in procedures.items()
        if case.takes(found[case.procedure], system)
    ]
    samples = {(case.title, system): [] for case, system in jobs}
    order = random.Random(1)
    gc.disable()
    for round_number in range(ROUNDS + 1):
        order.shuffle(jobs)
        for case, system in jobs:
            spent = case.sample(procedures[system][case.procedure], case.arguments, case.repeats)
            net = (spent - empty_loop(case.repeats)) / case.repeats
            if round_number:  # the first round warms up
                samples[case.title, system].append(net)
    gc.enable()
    return rows, {key: statistics.median(values) for key, values in samples.items()}


def readable(nanoseconds):
    if nanoseconds < 10_000:
        return f"{nanoseconds:.1f} ns"
    return f"{nanoseconds / 1000:.1f} us"


def table(procedures):
    rows, medians = measure(procedures)
    lines = [
        f"Median thread-CPU time per call, net of the loop, over {ROUNDS} rounds in random order in one process.",
        "In f2py's terms: `fwrap build --compat f2py`.",
        "",
        "| call | C module | f2py | fwrap | f2py / C | fwrap / C | bar | | in f2py's terms | / f2py | bar | |",
        "|---|--:|--:|--:|--:|--:|--:|---|--:|--:|--:|---|",
    ]
    for case in rows:
        c, f2py, fwrap = (medians.get((case.title, system)) for system in ("C", "f2py", "fwrap"))
        cells = [readable(c), readable(f2py) if f2py else "refused", readable(fwrap) if fwrap else "-"]
        cells += [f"{time / c:.2f}" if time else "-" for time in (f2py, fwrap)]
        verdict = ("ok" if fwrap / c <= case.bar else "MISS") if fwrap else ""
        terms = medians.get((case.title, "terms"))
        cells += [str(case.bar), verdict, readable(terms) if terms else "refused" if fwrap else "-"]
        ratio = terms / f2py if terms and f2py else None
        verdict = ("ok" if ratio <= case.terms_bar else "MISS") if ratio else "-"
        cells += [f"{ratio:.2f}" if ratio else "-", str(case.terms_bar), verdict]
        lines.append(f"| {case.title} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
