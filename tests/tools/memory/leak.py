"""Calls of every kind, a million times each: what memory is there after them that was not there before.

`leak.py [CALLS]`. Three measures, each over the calls after a warm-up:

* bytes that the allocator has handed out (`mallinfo2`); with PYTHONMALLOC=malloc, which this script sets for itself,
  these are Python's as well, so one lost object is seen;
* resident memory (/proc/self/statm);
* reference counts of the arguments, and of the objects that everybody shares.
"""

import ctypes
import gc
import importlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
MODULES = "plain", "stops", "callbacks"
# The interpreter and NumPy keep some objects for the next time, and grow a table now and then; the least that can be
# lost in a call is 16 bytes.
BYTES_ALLOWED = 8192
# What is freed leaves holes, and pages come one by one.
PAGES_ALLOWED = 128
WARM_UP = 2000
SHARED = None, True, False, ..., 0, 1, (), "", float, int


class Mallinfo2(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks "
                "fordblks keepcost".split()]


LIBC = ctypes.CDLL(None)
LIBC.mallinfo2.restype = Mallinfo2


def bytes_in_use():
    information = LIBC.mallinfo2()
    return information.uordblks + information.hblkhd


def pages_resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1])


def references(objects):
    return [sys.getrefcount(each) for each in objects]


def repeat(call, times):
    for _ in range(times):
        call()


def measure(call, times, held):
    """Bytes, pages and references that are there more than before, and the nanoseconds of a call."""
    repeat(call, WARM_UP)
    gc.collect()
    before = bytes_in_use(), pages_resident(), references(held), references(SHARED)
    started = time.perf_counter_ns()
    repeat(call, times)
    spent = (time.perf_counter_ns() - started) / times
    gc.collect()
    lost = bytes_in_use() - before[0]
    pages = pages_resident() - before[1]
    moved = [after - was for was, after in zip(before[2], references(held))]
    shared = [after - was for was, after in zip(before[3], references(SHARED))]
    return lost, pages, max(map(abs, moved), default=0), max(map(abs, shared)), spent


def is_leak(lost, pages, moved, shared, known):
    grows = lost - known > BYTES_ALLOWED or pages - known // 4096 > PAGES_ALLOWED
    return grows or moved > 1 or shared > 100


def build(name, directory):
    command = [os.environ.get("FWRAP", "fwrap"), "build", str(HERE / f"{name}.f90"), "-m", f"memory_{name}"]
    environment = {"FWRAP_PYTHON": sys.executable, **os.environ}
    environment.pop("PYTHONMALLOC", None)
    subprocess.run([*command, "--out-dir", directory], env=environment, check=True, stdout=subprocess.DEVNULL)


def main(times):
    import cases

    failures = 0
    print(f"{'bytes':>9} {'pages':>6} {'refs':>5} {'ns/call':>8}  after {times} calls")
    with tempfile.TemporaryDirectory() as directory:
        sys.path.insert(0, directory)
        for name in MODULES:
            build(name, directory)
            calls, held = getattr(cases, name)(importlib.import_module(f"memory_{name}"))
            for case, call in calls.items():
                known = cases.EXPECTED.get(case, 0) * times
                # What grows once is no leak: that grows each time.
                for _ in range(3):
                    found = measure(call, times, held)
                    wrong = is_leak(*found[:4], known)
                    if not wrong:
                        break
                failures += wrong
                lost, pages, moved, shared, spent = found
                refs = max(moved, shared)
                print(f"{lost:9} {pages:6} {refs:5} {spent:8.0f}  {case}{'  LEAKS' if wrong else ''}", flush=True)
    if failures:
        sys.exit(f"memory is lost in {failures} of the cases")


if __name__ == "__main__":
    if os.environ.get("PYTHONMALLOC") != "malloc":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONMALLOC": "malloc"})
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
