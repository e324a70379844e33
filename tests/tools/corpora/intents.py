#!/usr/bin/env python3
"""intents.py [CORPUS...]: arguments that fwrap infers to be only read are declared `intent(in)` in a copy, and compiled.

gfortran refuses every statement that could change such an argument, so an error in a copy, where there is none in the
original, is a wrong inference. By default the FORTRAN 77 libraries of corpora.toml, which declare no intents. One line
for each corpus; ends with 1 if there is an error.
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from prove import HERE, Corpus, fetch, inspect
from sources import form_of, order_levels, read_names

DEFAULT = ["lapack", "minpack", "lbfgsb", "spherepack"]
BEFORE = re.compile(r"\s*(use\b|import\b|implicit\b)(?!\s*[=(%])", re.I)


def only_read(unit):
    """The arguments without a declared intent that nothing changes."""
    names = []
    for argument in unit["args"]:
        usage = (argument.get("inferred") or {}).get("usage")
        if argument["class"] == "data" and argument["intent"] is None and "value" not in argument["attrs"]:
            if usage in ("read", "untouched"):
                names.append(argument["name"])
    return names


class Text:
    """A source as lines, with the columns of its form."""

    def __init__(self, text, fixed):
        self.lines = text.split("\n")
        self.fixed = fixed

    def is_comment(self, at):
        line = self.lines[at]
        return not line.strip() or line.lstrip().startswith(("!", "#")) or (self.fixed and line[0] in "cC*dD")

    def is_continuation(self, at):
        line = self.lines[at]
        if not self.fixed:
            before = [at - 1 - back for back in range(at) if not self.is_comment(at - 1 - back)]
            return bool(before) and self.lines[before[0]].split("!")[0].rstrip().endswith("&")
        if line.startswith("\t"):
            return line[1:2].isdigit() and line[1] != "0"
        return len(line) > 5 and not line[:5].strip() and line[5] not in " 0"

    def behind(self, at):
        """The line behind the statement that begins on a line."""
        at += 1
        while at < len(self.lines) and (self.is_comment(at) or self.is_continuation(at)):
            at += 1
        return at

    def place(self, header):
        """Where declarations may stand behind the statement that begins on line `header` (from 1)."""
        at = place = self.behind(header - 1)
        while at < len(self.lines) and BEFORE.match(self.lines[at]):
            at = place = self.behind(at)
        return place

    def declare(self, units):
        """The text with `intent(in)` for the arguments of units: (line of the header, names)."""
        added = {}
        for header, names in units:
            lines = added.setdefault(self.place(header), [])
            lines += [("      INTENT(IN) " if self.fixed else "  intent(in) :: ") + name for name in names]
        out = []
        for at, line in enumerate(self.lines):
            out += [*added.get(at, []), line]
        return "\n".join(out)


def compiles(path, folder, options):
    command = ["gfortran", "-fsyntax-only", "-w", "-std=legacy", "-fallow-argument-mismatch"]
    command += ["-J", str(folder), "-I", str(path.parent), *options, str(path)]
    return subprocess.run(command, capture_output=True, text=True)


def make_modules(paths, folder, options):
    names = {str(path): read_names(path) for path in paths}
    for level in order_levels(names):
        for path in level:
            if names[path][0]:
                compiles(Path(path), folder, options)


def check_file(file, root, folder, options):
    """(arguments that were declared, what the compiler says against it)"""
    units = {}
    for unit in file["units"]:
        names = only_read(unit) if unit["entry_of"] is None and unit["kind"] in ("subroutine", "function") else []
        if names:
            units[unit["line"]] = names
    if not units:
        return 0, ""
    path = root / file["path"]
    text = Text(path.read_text(encoding="latin-1"), form_of(file["path"]) == "fixed")
    with tempfile.TemporaryDirectory(dir=folder) as private:
        copy = Path(private) / path.name
        copy.write_text(text.declare(units.items()), encoding="latin-1")
        # the copy's modules must not replace those of the others
        done = compiles(copy, private, ["-I", str(folder), "-I", str(path.parent), *options])
        if done.returncode == 0:
            return sum(map(len, units.values())), ""
        if compiles(path, private, ["-I", str(folder), *options]).returncode != 0:
            return 0, ""
    return 0, f"{file['path']}\n{done.stderr}"


def check_corpus(corpus, root, fwrap):
    """True if the compiler agrees."""
    answer, _ = inspect(corpus, root, fwrap)
    options = corpus.options(root) + ["-cpp"] * corpus.cpp
    with tempfile.TemporaryDirectory() as folder:
        make_modules([root / file["path"] for file in answer["files"]], folder, options)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda file: check_file(file, root, folder, options), answer["files"]))
    refused = [said for _, said in results if said]
    checked = sum(count for count, _ in results)
    print(f"{corpus.name}: {checked} arguments that are only read, {len(refused)} files refused", flush=True)
    for said in refused:
        print(said)
    return checked > 0 and not refused


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("corpus", nargs="*")
    wanted = parser.parse_args().corpus or DEFAULT
    entries = tomllib.loads((HERE / "corpora.toml").read_text())["corpus"]
    corpora = [corpus for corpus in (Corpus(**entry) for entry in entries) if corpus.name in wanted]
    fwrap = os.environ.get("FWRAP") or shutil.which("fwrap") or sys.exit("no `fwrap`: set FWRAP to a built binary")
    cache = fetch(corpora)
    agreed = [check_corpus(corpus, cache / corpus.folder(), os.path.abspath(fwrap)) for corpus in corpora]
    sys.exit(not all(agreed) or len(agreed) != len(wanted))


if __name__ == "__main__":
    main()
