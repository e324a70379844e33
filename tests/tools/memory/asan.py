"""Every fixture's `check.py` with its Fortran compiled for AddressSanitizer, which also watches every block that the
runtime, Python and NumPy allocate. Ends with 1 where it finds something.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import fixtures

FLAGS = ["--f90flags=-fsanitize=address -g", "--f77flags=-fsanitize=address -g"]
# Blocks that are lost are valgrind's part: an interpreter that ends leaves too many of its own.
OPTIONS = "detect_leaks=0:allocator_may_return_null=1:exitcode=99"
# Instrumented objects refer to what the sanitizer keeps, so every procedure counts as keeping state and is locked.
LEFT_OUT = {"states": "it looks at which procedures are locked, and here all are",
            "callback_threads": "it calls procedures from several threads at once, and here all are locked"}
PATIENCE = 300


def library():
    command = [os.environ.get("CC", "gcc"), "-print-file-name=libasan.so"]
    found = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return found if os.path.isabs(found) else None


def run(case, directory, preloaded):
    environment = {**os.environ, "PYTHONMALLOC": "malloc", "PYTHONDONTWRITEBYTECODE": "1", "ASAN_OPTIONS": OPTIONS}
    environment["PYTHONPATH"] = os.pathsep.join([str(directory), str(fixtures.FIXTURES)])
    environment["LD_PRELOAD"] = preloaded
    command = [sys.executable, str(fixtures.FIXTURES / case / "check.py")]
    try:
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return [f"{case}: not done after {PATIENCE} s"]
    return [f"{case}: ended with {done.returncode}\n{done.stdout[-4000:]}"] if done.returncode else []


def main():
    preloaded = library()
    if not preloaded:
        print("skipped: the C compiler has no libasan")
        return
    with tempfile.TemporaryDirectory() as directory:
        built = sys.argv[1] if len(sys.argv) > 1 else directory
        if built == directory:
            fixtures.build_all(built, FLAGS)
        for case, reason in LEFT_OUT.items():
            print(f"left out: {case}: {reason}")
        cases = [case for case in fixtures.cases() if case not in LEFT_OUT]
        with ThreadPoolExecutor(2) as pool:
            wrong = [line for lines in pool.map(lambda case: run(case, built, preloaded), cases) for line in lines]
    print(*wrong, sep="\n")
    print(f"AddressSanitizer: {len(cases)} fixtures, {len(wrong)} with an error")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
