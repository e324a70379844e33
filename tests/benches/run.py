"""Runs the benchmarks against f2py and a hand-written C module: `make bench`, or `python run.py [calls] [callbacks] [builds]`.

FWRAP names the binary to measure; without one, fwrap's columns stay empty. Tables are printed and left in bench-out/.
"""

import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import builds
import callbacks
import calls
import systems

OUT = Path(__file__).resolve().parents[2] / "bench-out"


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    gfortran = subprocess.run(["gfortran", "-dumpfullversion"], capture_output=True, text=True).stdout.strip()
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout.split()[1]
    return f"{model}; Python {platform.python_version()}, NumPy {np.__version__}, gfortran {gfortran}, rustc {rustc}"


def report(name, title, body):
    OUT.mkdir(exist_ok=True)
    text = f"# {title}\n\n{machine()}\n\n{body}"
    (OUT / f"{name}.md").write_text(text)
    print(text, flush=True)


def main(wanted):
    if "calls" in wanted:
        with tempfile.TemporaryDirectory(prefix="fwrap-bench-") as directory:
            report("calls", "One call", calls.table(systems.build_all(Path(directory))))
    if "callbacks" in wanted:
        with tempfile.TemporaryDirectory(prefix="fwrap-bench-") as directory:
            report("callbacks", "Callbacks", callbacks.table(Path(directory)))
    if "builds" in wanted:
        report("builds", "Builds", builds.table())


if __name__ == "__main__":
    main(sys.argv[1:] or ["calls", "callbacks", "builds"])
