#!/usr/bin/env python3
"""flang.py [options] FILES_OR_DIRS... > second.json: what flang says of sources, in the oracle's JSON (see oracle.py).

A second referee, from `-fc1 -fdebug-dump-symbols`: procedures, derived types, generics, constants, COMMON blocks and
access, where flang compiles the file. Bounds are flang's own expressions without kinds. Compare with compare.py.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

from flang_dump import describe, read_scopes
from sources import find_sources, form_of, order_levels, read_names

COMMANDS = ("flang", "flang-new", "flang-21", "flang-20", "flang-new-20", "flang-19", "flang-new-19")


def find_command(named=None):
    """flang, if it is there."""
    return next((command for command in ([named] if named else COMMANDS) if shutil.which(command)), None)


def read_file(path, command, options, folder, defined):
    name = os.path.relpath(path, options.relative_to) if options.relative_to else path
    file = {"path": name, "form": form_of(path), "status": "ok", "errors": [], "units": [], "modules": []}
    arguments = [command, "-fc1", "-fdebug-dump-symbols", "-module-dir", folder, "-I", folder]
    for directory in [os.path.dirname(path) or ".", *options.I]:
        arguments += ["-I", directory]
    arguments += ["-D" + macro for macro in options.D] + ["-cpp"] * bool(options.cpp or options.D)
    try:
        done = subprocess.run([*arguments, path], capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return {**file, "status": "failed", "errors": ["timeout"]}
    if done.returncode:
        said = [line for line in done.stderr.decode("latin-1").split("\n") if "error:" in line]
        return {**file, "status": "failed", "errors": said[:4]}
    top = read_scopes(done.stdout.decode("utf-8", "replace"))
    # a used module is dumped as well
    top.children = [child for child in top.children if child.kind != "Module" or child.name in defined]
    describe(top, None, file["units"], file["modules"])
    return file


def read_all(paths, command, options):
    """FILEs; with `isolated`, each on its own."""
    files = find_sources(paths)
    names = {path: read_names(path) for path in files}
    levels = [[path] for path in files] if options.isolated else order_levels(names)
    answers = {}
    with tempfile.TemporaryDirectory(prefix="flang") as folder:
        for level in levels:
            for path in level:
                with tempfile.TemporaryDirectory(dir=folder) as own:
                    place = own if options.isolated else folder
                    answers[path] = read_file(path, command, options, place, names[path][0])
    return [answers[path] for path in files]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("files", nargs="+")
    add("-I", action="append", default=[], metavar="DIR")
    add("-D", action="append", default=[], metavar="NAME[=V]")
    add("--cpp", action="store_true")
    add("--isolated", action="store_true", help="every file on its own")
    add("--relative-to", metavar="DIR", help="paths in the JSON are relative to it")
    add("--flang", metavar="CMD", help="the compiler (default: the first of " + ", ".join(COMMANDS) + ")")
    options = parser.parse_args()
    command = find_command(options.flang)
    if command is None:
        sys.exit("flang: not there, nothing is compared with it (it is optional: `apt-get install flang-19`)")
    files = read_all(options.files, command, options)
    json.dump({"schema": 1, "compiler": command, "files": files}, sys.stdout)
    accepted = sum(file["status"] == "ok" for file in files)
    print(f"flang: {accepted} of {len(files)} files compiled", file=sys.stderr)


if __name__ == "__main__":
    main()
