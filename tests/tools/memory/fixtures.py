"""Builds every fixture that has a `check.py` as an extension: `fixtures.py DIRECTORY [FLAG...]` leaves them there and
prints their names. `FWRAP` is the command, the running Python the one they are for."""

import concurrent.futures
import os
import pathlib
import subprocess
import sys

FIXTURES = pathlib.Path(__file__).resolve().parents[3] / "fixtures"
SOURCES = {".f", ".for", ".f90", ".f95", ".f03", ".f08", ".pyf"}


def cases():
    return sorted(check.parent.name for check in FIXTURES.glob("*/check.py"))


def build(case, directory, flags):
    folder = FIXTURES / case
    sources = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in SOURCES)
    arguments = folder / "arguments.txt"
    given = arguments.read_text().split() if arguments.exists() else []
    command = [os.environ.get("FWRAP", "fwrap"), "build", *sources, "-m", case, "--out-dir", str(directory)]
    command += [*given, *flags]
    environment = {"FWRAP_PYTHON": sys.executable, **os.environ}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{case}: {' '.join(command)}\n{done.stdout}{done.stderr}")
    return case


def build_all(directory, flags):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda case: build(case, directory, flags), cases()))


if __name__ == "__main__":
    print(*build_all(sys.argv[1], sys.argv[2:]), sep="\n")
