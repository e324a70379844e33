#!/usr/bin/env python3
"""oracle.py [options] FILES_OR_DIRS... > truth.json: what a Fortran front end should read, taken from gfortran.

Runs `gfortran -fsyntax-only -fdump-fortran-original` on every file (modules in dependency order, so that .mod files
exist when a USE needs them), reads the dump, and adds what the .mod files say (interface bodies, binding labels,
access). Python's standard library only. Nothing is linked or executed.

JSON  {"schema":1, "compiler":..., "flags":[...], "files":[FILE...], "summary":{...}}
FILE  {"path","form","status":"ok"|"errors"|"failed","errors":[first lines],
       "uses":[...], "units":[UNIT...], "modules":[MODULE...]}
      status "ok": gfortran accepted the file.  "errors": it rejected something but still dumped: not to be trusted.
      "failed": no dump (crash, missing module).
UNIT  {"name","kind":"subroutine"|"function"|"program"|"block data",
       "parent": module/host name or null, "internal":bool, "entry_of":name|null,
       "attrs":[...], "bind":label|null, "args":[ARG...], "result":ARG|null, "private":bool,
       "commons":{block:[var...]}, "dummies_incomplete":bool}
ARG   {"name","class":"data"|"procedure"|"altreturn",
       "type":"integer"|"real"|"complex"|"logical"|"character"|"derived"|"class"|
              "type(*)"|"class(*)"|"hollerith"|"procedure"|"unknown",
       "kind":int|null, "len":EXPR|"*"|":"|null, "derived":name|null,
       "rank":int (-1 = assumed rank), "corank":int,
       "shape_kind":"explicit"|"assumed_size"|"assumed_shape"|"deferred"|"assumed_rank"|null,
       "dims":[[lower EXPR|null, upper EXPR|"*"|":"|null]...],
       "intent":"in"|"out"|"inout"|null, "implicit":bool,
       "attrs":[optional value allocatable pointer target contiguous volatile asynchronous external ...],
       "interface":{"kind","args":[...],"result"} for dummy procedures where known}
MODULE{"name","kind":"module"|"submodule","parameters":{n:{type,kind,value}},
       "variables":[ARG...],"types":[TYPE...],"generics":{name:[specifics]},
       "operators":{op:[specifics]},"inherited":[specifics that came with a USE],
       "abstract":{name:{args,..}},"interfaces":{name:{args,..}},"access":{name:"public"|"private"}}
TYPE  {"name","attrs":[...],"extends":name|null,"components":[...],
       "bindings":[{"name","target","attrs"}],"generic":{..},"final":[..]}
EXPR  Fortran text rebuilt from gfortran's tree: lower case, constants folded, kind conversions dropped, minimal
      parentheses, no blanks:  n*(n+3)/2
"""

import argparse
import concurrent.futures
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

from dump import parse_dump
from module_file import enrich
from signatures import Describer
from sources import find_sources, form_of, order_levels, read_names

CRASH = b"internal compiler error: show_code_node"
# gfortran 12 cannot dump ASSIGN 10 TO L, GO TO L, PAUSE and a labelled END.
UNDUMPABLE = re.compile(
    r"(?im)^([ \d]{6,}|\s*(?:if\s*\(.*\)\s*)?|[ \d]{5} .*\)\s*)"
    r"(assign\s+\d+\s+to\s+\w+|go\s*to\s+[a-z]\w*(\s*,?\s*\([\d,\s]*\))?|pause\b.*)[ \t]*$"
)
LABELLED_END = re.compile(
    r"(?im)^([ \t]*\d+)([ \t]+)(end(?:[ \t]*(?:subroutine|function|program|if|do)?(?:[ \t]*\w+)?))[ \t]*$"
)


def read_options(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("files", nargs="+")
    add("-o", metavar="FILE", help="write the JSON there, not to stdout")
    add("-j", type=int, default=2, metavar="N", help="gfortran processes at once")
    add("-I", action="append", default=[], metavar="DIR", help="include and module search folder (repeatable)")
    add("-D", action="append", default=[], metavar="NAME[=V]", help="macro; implies --cpp (repeatable)")
    add("--moddir", help="where .mod files go (default: a temporary folder)")
    add("--form", default="auto", choices=["auto", "fixed", "free"], help="source form (default: by suffix)")
    add("--flags", default="", help="further gfortran flags, such as '-fdefault-real-8'")
    add("--cpp", action="store_true", help="preprocess every file")
    add("--std", default="legacy")
    add("--fypp", default="fypp", help="the preprocessor of *.fypp")
    add("--fypp-flags", default="")
    add("--gfortran", default="gfortran", metavar="CMD", help="the compiler")
    add("--timeout", type=float, default=60, metavar="S", help="seconds for each file")
    add("--relative-to", metavar="DIR", help="paths in the JSON are relative to it")
    add("--no-mod", action="store_true", help="do not read .mod files")
    add("--isolated", action="store_true", help="every file on its own, for tests that reuse module names")
    add("--locals", action="store_true", help="keep the local variables of procedures too")
    add("--indent", action="store_true", help="pretty-print")
    add("-q", action="store_true", help="no summary on stderr")
    return parser.parse_args(arguments)


def run_fypp(path, options, folder):
    """(path of the preprocessed source, None) or (None, what went wrong)"""
    output = os.path.join(folder, re.sub(r"\W", "_", path) + ".f90")
    command = [*shlex.split(options.fypp), *shlex.split(options.fypp_flags), path, output]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        return None, f"fypp: {error}"
    return (output, None) if done.returncode == 0 else (None, "fypp: " + done.stderr[:200])


def compile_command(path, source, form, options, folder):
    command = [options.gfortran, "-fsyntax-only", "-fdump-fortran-original", "-w", "-std=" + options.std]
    command += ["-J", folder, "-I", folder, "-I", os.path.dirname(path) or "."]
    if options.form != "auto":
        command.append(f"-f{options.form}-form")
    if form == "free":
        command.append("-ffree-line-length-none")
    for directory in options.I:
        command += ["-I", directory]
    command += ["-D" + macro for macro in options.D]
    if options.cpp or options.D:
        command.append("-cpp")
    return [*command, *shlex.split(options.flags), source]


def without_undumpable(path, source, folder):
    """A copy of the source without the statements that crash the dumper."""
    copy = os.path.join(folder, re.sub(r"\W", "_", path) + os.path.splitext(source)[1])
    text = open(source, encoding="latin-1").read()
    text = LABELLED_END.sub(r"\1\2CONTINUE\n      \3", UNDUMPABLE.sub(r"\1CONTINUE", text))
    with open(copy, "w", encoding="latin-1") as file:
        file.write(text)
    return copy


def read_file(path, options, folder, used):
    """The FILE of a source."""
    name = os.path.relpath(path, options.relative_to) if options.relative_to else path
    form = form_of(path, options.form)
    file = {"path": name, "form": form, "status": "ok", "errors": [], "uses": sorted(used), "units": [], "modules": []}
    source = path
    if path.lower().endswith(".fypp"):
        source, error = run_fypp(path, options, folder)
        if error:
            return {**file, "status": "failed", "errors": [error]}
    command = compile_command(path, source, form, options, folder)
    try:
        done = subprocess.run(command, capture_output=True, timeout=options.timeout)
        if done.returncode and CRASH in done.stderr:
            command[-1] = without_undumpable(path, source, folder)
            done = subprocess.run(command, capture_output=True, timeout=options.timeout)
            file["note"] = "statements that crash the dumper replaced"
    except subprocess.TimeoutExpired:
        return {**file, "status": "failed", "errors": ["timeout"]}
    read_answer(file, done, options.locals)
    return file


def read_answer(file, done, with_locals):
    dump, said = done.stdout.decode("latin-1"), done.stderr.decode("latin-1")
    if done.returncode:
        lines = [line for line in said.splitlines() if re.match(r"(Fatal )?Error|.*internal compiler error", line)]
        file["errors"] = lines[:6]
        whole = "Namespace:" in dump and "Fatal" not in said and "internal compiler" not in said
        file["status"] = "errors" if whole else "failed"
    if "Namespace:" not in dump:
        if file["status"] == "ok":
            file["empty"] = True
        return
    describer = Describer(with_locals)
    for scope in parse_dump(dump):
        describer.walk(scope)
    file["units"], file["modules"] = describer.units, describer.modules


def read_all(files, options, folder):
    """FILEs, in the order of `files`."""
    names = {path: read_names(path) for path in files}
    levels = [files] if options.isolated else order_levels(names)

    def read(path):
        own = tempfile.mkdtemp(dir=folder) if options.isolated else folder
        file = read_file(path, options, own, names[path][1])
        if options.isolated:
            if not options.no_mod:
                enrich(file, own)
            shutil.rmtree(own, ignore_errors=True)
        return file

    answers = {}
    with concurrent.futures.ThreadPoolExecutor(options.j) as executor:
        for level in levels:
            answers.update(zip(level, executor.map(read, level)))
    if not options.no_mod and not options.isolated:
        for path in files:
            enrich(answers[path], folder)
    return [answers[path] for path in files]


def compiler_version(command):
    return subprocess.run([command, "--version"], capture_output=True, text=True).stdout.splitlines()[0]


def summarize(files, seconds):
    summary = {"files": len(files), "seconds": round(seconds, 1)}
    for status in ("ok", "errors", "failed"):
        summary[status] = sum(file["status"] == status for file in files)
    accepted = [file for file in files if file["status"] == "ok"]
    units = [unit for file in accepted for unit in file["units"]]
    modules = [module for file in accepted for module in file["modules"]]
    summary["procedures"] = sum(unit["kind"] in ("subroutine", "function") for unit in units)
    summary["entries"] = sum(unit["entry_of"] is not None for unit in units)
    summary["internal"] = sum(unit["internal"] for unit in units)
    summary["programs"] = sum(unit["kind"] == "program" for unit in units)
    summary["args"] = sum(len(unit["args"]) for unit in units)
    summary["modules"] = len(modules)
    for field in ("types", "generics", "parameters"):
        summary[field] = sum(len(module[field]) for module in modules)
    return summary


def main(arguments):
    options = read_options(arguments)
    files = find_sources(options.files)
    started = time.time()
    temporary = None if options.moddir else tempfile.mkdtemp(prefix="oracle")
    folder = options.moddir or temporary
    os.makedirs(folder, exist_ok=True)
    try:
        answers = read_all(files, options, folder)
    finally:
        if temporary:
            shutil.rmtree(temporary)
    truth = {
        "schema": 1,
        "compiler": compiler_version(options.gfortran),
        "flags": shlex.split(options.flags),
        "summary": summarize(answers, time.time() - started),
        "files": answers,
    }
    with open(options.o, "w") if options.o else sys.stdout as output:
        json.dump(
            truth, output, indent=1 if options.indent else None, separators=None if options.indent else (",", ":")
        )
        output.write("\n")
    if not options.q:
        print(*(f"{name}={count}" for name, count in truth["summary"].items()), file=sys.stderr)
        for file in answers:
            if file["status"] != "ok":
                reason = (file["errors"] or [""])[0][:150]
                print(f"  {file['status']:7} {file['path']}: {reason}", file=sys.stderr)


if __name__ == "__main__":
    sys.setrecursionlimit(20000)
    try:
        main(sys.argv[1:])
    except BrokenPipeError:
        pass
