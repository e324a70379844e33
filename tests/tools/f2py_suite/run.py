"""Runs NumPy's own f2py tests with `fwrap build --compat f2py` in f2py's place, and compares with `expected.tsv`.

    FWRAP=target/debug/fwrap python tests/tools/f2py_suite/run.py [--verbose] [--jobs N] [-- PYTEST OPTIONS]

Every test of a module's behaviour has to pass; of the tests of wording, those that `expected.tsv` does not list. A
listed test that passes is an error, too. `SUITE_COMMAND` runs another generator (`--no-compare` shows what it passes).
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from plugin import read_table  # noqa: E402


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many processes run tests")
    parser.add_argument("--builds", help="keep builds here between runs")
    parser.add_argument("--runtime", help="a module with fwrap's array conversion, for the tests of f2py's")
    parser.add_argument("--docs", help="NumPy's doc/source/f2py/code, for the tests of the manual's examples")
    parser.add_argument("--tag", help="only tests with this tag: behaviour, wording, runtime")
    parser.add_argument("--verbose", action="store_true", help="show what pytest prints")
    parser.add_argument("--no-compare", action="store_true", help="do not look at expected.tsv")
    parser.add_argument("pytest", nargs="*", help="options for pytest")
    return parser.parse_args()


def suite_command():
    """The command under test, and the directory below which its builds are kept: another binary, another one."""
    if command := os.environ.get("SUITE_COMMAND"):
        return command, hashlib.sha256(command.encode()).hexdigest()[:16]
    fwrap = os.environ.get("FWRAP") or shutil.which("fwrap")
    if not fwrap:
        sys.exit("no `fwrap` to test: set FWRAP to a built binary")
    return f"{Path(fwrap).resolve()} build --compat f2py", hashlib.sha256(Path(fwrap).read_bytes()).hexdigest()[:16]


def builds_directory(root, key):
    """Where this binary's builds are kept; those of others go."""
    root = Path(root).resolve()
    root.mkdir(parents=True, exist_ok=True)
    for other in root.iterdir():
        if other.name != key:
            shutil.rmtree(other, ignore_errors=True)
    return root / key


def run_all(arguments, work, command, builds):
    """Runs the tests in several processes, which take class by class; what became of each."""
    claims = work / "claims"
    claims.mkdir()
    path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    runs = []
    for number in range(max(1, arguments.jobs or 1)):
        words = [sys.executable, "-m", "pytest", "--noconftest", "-q", "-p", "no:cacheprovider", "-p", "plugin"]
        # NumPy's fixtures are older than pytest.
        words += ["-W", "ignore::pytest.PytestRemovedIn10Warning"]
        words += ["--suite-command", command, "--suite-builds", str(builds), "--suite-claims", str(claims)]
        words += ["--suite-report", str(work / f"report-{number}")]
        for option in ("runtime", "docs", "tag"):
            if value := getattr(arguments, option):
                words += [f"--suite-{option}", value]
        words += [*arguments.pytest, "--pyargs", "numpy.f2py.tests"]
        output = open(work / f"output-{number}", "w+")
        runs.append((subprocess.Popen(words, cwd=work, env=environment, stdout=output, stderr=output), output))
    results, failed = {}, False
    for number, (process, output) in enumerate(runs):
        # 1: tests failed; 5: the others were faster.
        failed |= process.wait() not in (0, 1, 5)
        output.seek(0)
        if arguments.verbose or failed:
            print(output.read())
        report = work / f"report-{number}"
        results |= json.loads(report.read_text()) if report.exists() else {}
    if failed:
        sys.exit("pytest itself failed")
    return results


def compare(results, expected):
    """What is not as expected, a line for each."""
    for name, result in sorted(results.items()):
        reason = expected.get(name)
        if result["outcome"] != "passed" and reason is None:
            yield f"{name}: {result['outcome']} ({result['stage']}): {result['message']}"
        elif result["outcome"] == "passed" and reason is not None:
            yield f"{name}: passed, and expected.tsv says that it fails: take the line away"
    for name in sorted(expected.keys() - results.keys()):
        yield f"{name}: is in expected.tsv, and there is no such test"


def print_summary(results, builds):
    counts = Counter((result["tag"], result["outcome"]) for result in results.values())
    for tag in sorted({tag for tag, _ in counts}):
        total = sum(count for (of, _), count in counts.items() if of == tag)
        print(f"{tag}: {counts[tag, 'passed']} of {total} passed")
    log = builds / "builds"
    if log.exists():
        all_builds = [json.loads(line) for line in log.read_text().splitlines()]
        seconds = sorted(build["seconds"] for build in all_builds)
        print(f"builds: {len(seconds)}, {sum(seconds):.0f} s in all, {seconds[len(seconds) // 2]:.2f} s in the middle")


def main():
    arguments = parse_arguments()
    command, key = suite_command()
    with tempfile.TemporaryDirectory(prefix="f2py-suite-") as work:
        work = Path(work)
        builds = builds_directory(arguments.builds, key) if arguments.builds else work / "builds"
        results = run_all(arguments, work, command, builds)
        print_summary(results, builds)
    is_whole = not (arguments.tag or arguments.pytest)
    expected = {name: row[0] for name, row in read_table("expected.tsv").items()}
    if not is_whole:
        expected = {name: reason for name, reason in expected.items() if name in results}
    problems = [] if arguments.no_compare else list(compare(results, expected))
    for problem in problems:
        print(problem)
    if not results:
        sys.exit("no test was run")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
