"""Builds the same sources with f2py and with `fwrap build --compat f2py`, makes the same calls, and compares.

    FWRAP=target/debug/fwrap python tests/tools/differential/compare.py [--jobs N] [--verbose] [FIXTURE...]

Compared are the parameters of every routine, and of each of some hundred calls (right ones, wrong types, shapes and
numbers of arguments) the result, what is then in the arguments, and the class of the exception. Differences that are
meant stand in `known.tsv` with their reasons; any other is an error, and so is a line there that nothing needs.
"""

import argparse
import concurrent.futures
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE))

from signature import calls, parse_docstring  # noqa: E402

SUFFIXES = (".f", ".for", ".f90", ".f95", ".f03", ".f08", ".pyf")
# Fixtures whose procedures run until they are interrupted.
ENDLESS = ("interrupts", "interruptible")


@dataclass
class Difference:
    """Where f2py and fwrap differ: `fixture/routine`, what kind of difference, and both outcomes."""

    place: str
    kind: str
    call: str
    f2py: str
    fwrap: str

    def __str__(self):
        return f"{self.place}: {self.kind}: {self.call}\n    f2py:  {self.f2py}\n    fwrap: {self.fwrap}"


def run(words, directory, **keywords):
    environment = {**os.environ, "FWRAP_PYTHON": sys.executable, "PYTHONDONTWRITEBYTECODE": "1"}
    path = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    environment |= {"PATH": path}
    return subprocess.run(
        [str(word) for word in words], cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=600, **keywords,
    )


def build(folder, work, fwrap):
    """Both modules of a fixture; of each, its name or what its builder said."""
    name = folder.name
    sources = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    built = {}
    for tool, words in (
        ("f2py", [sys.executable, "-m", "numpy.f2py", "-c", "-m", name, *sources, "--backend", "meson"]),
        ("fwrap", [fwrap, "build", "--compat", "f2py", "-m", name, *sources]),
    ):
        directory = work / tool / name
        directory.mkdir(parents=True)
        for extra in folder.glob(".f2py_f2cmap"):
            shutil.copy(extra, directory)
        done = run(words, directory)
        modules = list(directory.glob("*.so"))
        built[tool] = modules[0].name.split(".")[0] if done.returncode == 0 and modules else None
        (work / tool / f"{name}.log").write_text(done.stdout)
    return built


def ask(work, tool, folder, module, task, text=""):
    """What a module says of itself, or of calls."""
    directory = work / tool / folder.name
    words = [sys.executable, "-B", HERE / "caller.py", directory, module, task]
    done = run(words, work, input=text)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return None


def compare_signatures(folder, f2py, fwrap):
    """Parameters: their names, their order, and which may be left out."""
    for path, said in f2py.items():
        place = f"{folder.name}/{path}"
        if path not in fwrap:
            yield Difference(place, "missing", path, said["docstring"].split("\n")[0], "no such routine")
            continue
        routine = parse_docstring(path, said["docstring"])
        known = fwrap[path]["parameters"]
        if routine is None or known is None:
            continue
        ours = ", ".join(f"{name}{'?' if is_optional else ''}" for name, is_optional in known)
        theirs = ", ".join(f"{one.name}{'?' if one.is_optional else ''}" for one in routine.parameters)
        if ours != theirs:
            yield Difference(place, "signature", path, theirs, ours)


def kind_of(theirs, ours):
    """How two outcomes differ; `None` if they do not."""
    if theirs.get("error") == "crash" and ours.get("error") != "crash":
        return None
    if "error" in theirs and "error" in ours:
        return None if theirs["error"] == ours["error"] else "class"
    if "error" in ours:
        return "refused"
    if "error" in theirs:
        return "accepted"
    if theirs["result"] != ours["result"]:
        return "result"
    return None if theirs["changed"] == ours["changed"] else "changed"


def compare_calls(folder, work, built, routines):
    """The outcomes of the same calls."""
    made = [
        (routine.path, positional, keywords) for routine in routines for positional, keywords in calls(routine)
    ]
    text = json.dumps(made)
    theirs, ours = (ask(work, tool, folder, built[tool], "calls", text) for tool in ("f2py", "fwrap"))
    if theirs is None or ours is None:
        yield Difference(folder.name, "crash", "all calls", str(theirs)[:80], str(ours)[:80])
        return
    for (path, positional, keywords), f2py, fwrap in zip(made, theirs, ours):
        if kind := kind_of(f2py, fwrap):
            arguments = ", ".join([*positional, *(f"{name}={value}" for name, value in keywords.items())])
            outcomes = [one.get("result") or f"{one['error']}: {one['message']}" for one in (f2py, fwrap)]
            if kind == "changed":
                outcomes = [str(one["changed"]) for one in (f2py, fwrap)]
            yield Difference(f"{folder.name}/{path}", kind, f"{path}({arguments})", *outcomes)


def examine(folder, work, fwrap):
    """What became of a fixture: a word, the number of calls, and the differences."""
    built = build(folder, work, fwrap)
    if built["f2py"] is None:
        return "f2py cannot build it", 0, []
    if built["fwrap"] is None:
        log = (work / "fwrap" / f"{folder.name}.log").read_text()
        return "compared", 0, [Difference(folder.name, "build", "fwrap build", "builds it", log.strip()[:400])]
    f2py, ours = (ask(work, tool, folder, built[tool], "signatures") for tool in ("f2py", "fwrap"))
    if f2py is None:
        return "f2py's module cannot be imported", 0, []
    if ours is None:
        return "compared", 0, [Difference(folder.name, "import", "import", "imports it", "does not")]
    differences = list(compare_signatures(folder, f2py, ours))
    parsed = (parse_docstring(path, said["docstring"]) for path, said in f2py.items() if path in ours)
    routines = [routine for routine in parsed if routine]
    number = sum(1 for routine in routines for _ in calls(routine))
    return "compared", number, differences + list(compare_calls(folder, work, built, routines))


def read_known():
    """Patterns of differences that are meant: place, kind, call, f2py's outcome; the reason."""
    lines = (HERE / "known.tsv").read_text().splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def judge(differences, known):
    """Those that are not meant, and how often each pattern was used."""
    used, unknown = Counter(), []
    for difference in differences:
        said = (difference.place, difference.kind, difference.call, difference.f2py)
        found = next((row for row in known if all(map(fnmatch.fnmatchcase, said, row[:4]))), None)
        if found:
            used[tuple(found)] += 1
        else:
            unknown.append(difference)
    return unknown, used


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many fixtures at once")
    parser.add_argument("--verbose", action="store_true", help="every fixture, and every unmeant difference")
    parser.add_argument("--keep", help="leave what is built in this directory")
    parser.add_argument("fixtures", nargs="*", help="names of fixtures; all without")
    arguments = parser.parse_args()
    fwrap = Path(os.environ.get("FWRAP") or shutil.which("fwrap") or sys.exit("set FWRAP to a built binary")).resolve()
    places = [*(HERE / "sources").iterdir(), *(ROOT / "fixtures").iterdir()]
    places = [path for path in places if path.name not in ENDLESS]
    folders = sorted(path for path in places if any(one.suffix.lower() in SUFFIXES for one in path.glob("*.*")))
    folders = [path for path in folders if not arguments.fixtures or path.name in arguments.fixtures]
    known = read_known()
    with tempfile.TemporaryDirectory(prefix="differential-") as scratch:
        work = Path(arguments.keep or scratch).resolve()
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            examined = pool.map(lambda folder: examine(folder, work, fwrap), folders)
            states, unknown, used, number = Counter(), [], Counter(), 0
            for folder, (state, made, differences) in zip(folders, examined):
                problems, uses = judge(differences, known)
                states[state] += 1
                unknown, used, number = unknown + problems, used + uses, number + made
                if arguments.verbose:
                    print(f"{folder.name}: {state}, {made} calls, {len(differences)} differences", flush=True)
                for difference in problems[: None if arguments.verbose else 10]:
                    print(difference, flush=True)
    unused = [row for row in known if tuple(row) not in used] if not arguments.fixtures else []
    for row in unused:
        print(f"known.tsv: nothing needs the line {row[:4]}")
    print(f"{', '.join(f'{count} {state}' for state, count in sorted(states.items()))}")
    print(f"{number} calls, {sum(used.values())} differences that are meant, {len(unknown)} others")
    sys.exit(bool(unknown or unused))


if __name__ == "__main__":
    main()
