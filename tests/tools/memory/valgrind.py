"""Every fixture's `check.py` under valgrind: no invalid access, no use of what was never set, no block lost, in frames
of the extensions. Ends with 1 where there is one.

What Python and NumPy do themselves is not judged (their allocators and their vector code are full of what looks wrong
and is not), so an error counts if the innermost frame outside the allocator and libgfortran is ours.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import fixtures

# They measure real time, of which a call under valgrind takes fifty times as much.
LEFT_OUT = {"interrupts": "it interrupts calls after a time", "threads": "it looks for calls that run side by side",
            "states": "it looks for calls that run side by side"}
# Nobody frees what Fortran has allocated in frames that an error leaves (docs/reliability.md).
LEAVES_FRAMES = {"stops", "callbacks", "callback_failures", "callback_threads"}
# Valgrind computes with 64 bits where the processor has 80: what these say of `long double` is another thing here.
COMPUTES_OTHERWISE = {"bad_input"}
PASSED_ON = "vgpreload", "libgfortran", "libc.so", "ld-linux", "libgcc_s", "libgomp"
OPTIONS = ["--xml=yes", "--leak-check=full", "--show-leak-kinds=definite", "--num-callers=40",
           "--child-silent-after-fork=yes"]
EACH = """
import pathlib, runpy, sys, traceback
failed = False
for folder in sys.argv[1:]:
    sys.path[0] = folder
    try:
        runpy.run_path(str(pathlib.Path(folder) / "check.py"), run_name="__main__")
    except Exception:
        failed = failed or not folder.endswith(TOLERATED)
        traceback.print_exc()
sys.exit(failed)
"""


def frames(stack, directory):
    """The frames: (function, whether it is ours, whether it only passes on)."""
    for frame in stack.findall("frame"):
        library = frame.findtext("obj") or ""
        ours = library.startswith(str(directory))
        yield frame.findtext("fn") or "?", ours, any(name in library for name in PASSED_ON)


def is_rust(function):
    return "::" in function or function.startswith(("PyInit_", "fwrap_", "rust_", "__rust"))


def judge(error, directory):
    """`None` if it is nobody's, else what it is and where."""
    kind = error.findtext("kind")
    if kind.startswith("Leak_") and kind != "Leak_DefinitelyLost":
        return None
    found = list(frames(error.find("stack"), directory))
    responsible = next(((function, ours) for function, ours, passes_on in found if not passes_on), ("", False))
    if not responsible[1]:
        return None
    # The tables of a module live as long as the process: Python never unloads an extension.
    if kind.startswith("Leak_") and any(function.startswith("PyInit_") for function, _, _ in found):
        return None
    return kind, responsible[0]


def run(cases, directory):
    """What is wrong in these fixtures: lines."""
    with tempfile.TemporaryDirectory() as own:
        log, driver = pathlib.Path(own, "log.xml"), pathlib.Path(own, "each.py")
        driver.write_text(f"TOLERATED = {tuple(COMPUTES_OTHERWISE)}\n{EACH}")
        environment = {**os.environ, "PYTHONMALLOC": "malloc", "PYTHONDONTWRITEBYTECODE": "1"}
        environment["PYTHONPATH"] = os.pathsep.join([str(directory), str(fixtures.FIXTURES)])
        folders = [str(fixtures.FIXTURES / case) for case in cases]
        command = ["valgrind", *OPTIONS, f"--xml-file={log}", sys.executable, str(driver), *folders]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        failed = [f"{' '.join(cases)}: ended with {done.returncode}\n{done.stdout[-3000:]}"] if done.returncode else []
        wrong = Counter()
        for error in xml.parse(log).getroot().findall("error"):
            judged = judge(error, directory)
            if judged and (cases[0] not in LEAVES_FRAMES or is_rust(judged[1]) or not judged[0].startswith("Leak_")):
                wrong[judged] += 1
        where = " ".join(cases)
        lines = [f"{kind} in {function} ({times} places; {where})" for (kind, function), times in wrong.items()]
        return failed + lines


def main():
    if not shutil.which("valgrind"):
        print("skipped: there is no `valgrind` (apt install valgrind)")
        return
    with tempfile.TemporaryDirectory() as directory:
        built = sys.argv[1] if len(sys.argv) > 1 else directory
        cases = [case for case in fixtures.cases() if case not in LEFT_OUT]
        if built == directory:
            fixtures.build_all(directory, [])
        for case, reason in LEFT_OUT.items():
            print(f"left out: {case}: {reason}")
        plain = [case for case in cases if case not in LEAVES_FRAMES]
        groups = [plain[::2], plain[1::2], *([case] for case in cases if case in LEAVES_FRAMES)]
        with ThreadPoolExecutor(2) as pool:
            wrong = [line for lines in pool.map(lambda group: run(group, built), groups) for line in lines]
    print(*wrong, sep="\n")
    print(f"valgrind: {len(cases)} fixtures, {len(wrong)} errors in frames of extensions")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
