#!/usr/bin/env python3
"""Compares how fwrap and f2py read signature files and Fortran sources.

    compare_signatures.py [options] FILES...

Every file is read twice by f2py's own reader (numpy.f2py.crackfortran): as it is, and as `fwrap inspect FILE --pyf`
prints it again. Both must say the same: blocks, names, argument order, types, kinds, dimensions, intents, checks,
dependences, initial values, call statements, callbacks. So one comparison proves the reading and the printing.

Options
  --fwrap CMD        the command that prints (default: `fwrap inspect {} --pyf -m {name}`); {} is the file
  --sources          the files are Fortran sources: their procedures are compared, each by its name
  --expected FILE    lines `file: block: text  # reason`: differences that are known, with their reason
  --show N           how many differences are shown per file (default 20)

The exit status is 1 if there is a difference that is not expected, or an expected one that is not there.
"""
import argparse
import contextlib
import copy
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile

from numpy.f2py import capi_maps, crackfortran
from numpy.f2py._src_pyf import process_file

# the reader changes its own rules for implicit types
RULES = copy.deepcopy(crackfortran.defaultimplicitrules)
# crackfortran keeps these words among the attributes of a variable
WORDS = {"optional", "required", "parameter", "allocatable", "pointer", "target", "value", "private", "external"}


def crack(path, module=None):
    """f2py's tree of a file, and what f2py says on the way. `module`: as `f2py -m NAME` reads sources."""
    said = io.StringIO()
    crackfortran.f77modulename = module
    crackfortran.dolowercase = 0 if path.endswith(".pyf") else 1
    crackfortran.defaultimplicitrules = copy.deepcopy(RULES)
    crackfortran.usermodules = []
    crackfortran.f90modulevars = {}
    crackfortran.quiet, crackfortran.verbose = 1, 0
    crackfortran.include_paths = [os.path.dirname(path) or "."]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        return crackfortran.crackfortran([path]), said.getvalue()


def squeeze(text):
    """Text without the blanks that do not matter."""
    text = re.sub(r"\s+", " ", str(text)).strip()
    return re.sub(r"\s*([^\w\s'\"])\s*", r"\1", text)


def c_type(var):
    """The C type that f2py gives to a variable."""
    if "external" in var.get("attrspec", []) and "typespec" not in var:
        return "external"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return capi_maps.getctype(var)


def length(var):
    selector = var.get("charselector") or {}
    return squeeze(selector.get("*", selector.get("len", ""))).strip("()") + squeeze(selector.get("f2py_len", ""))


def variable(var):
    """What matters of a variable."""
    attributes = [squeeze(one) for one in var.get("attrspec", [])]
    return {
        "type": c_type(var),
        "length": length(var),
        "dimension": [squeeze(one) for one in var.get("dimension", [])],
        "intent": sorted(set(var.get("intent", []))),
        "check": sorted(squeeze(one) for one in var.get("check", [])),
        "depend": sorted(one for one in var.get("depend", []) if one),
        "value": squeeze(var["="]) if "=" in var else None,
        "words": sorted({one for one in attributes if one in WORDS}),
    }


def enhancements(block):
    found = {}
    for word, text in block.get("f2pyenhancements", {}).items():
        texts = text if isinstance(text, list) else [text]
        found[word] = [squeeze(re.sub(r"^\s*'''|'''\s*$", "", one)) for one in texts]
    return found


def flatten(blocks, where, into):
    """Every block by its path, with what matters of it."""
    for block in blocks:
        kind, name = block["block"], block.get("name", "")
        if name == "unknown_interface" or kind in ("interface", "abstract interface"):
            name = "interface"
        path = f"{where}/{name}"
        while path in into:
            path += "'"
        callbacks = set(block.get("externals", []))
        into[path] = {
            "kind": kind,
            "args": block.get("args", []),
            "result": block.get("result"),
            "variables": {n: variable(v) for n, v in block.get("vars", {}).items() if n},
            "callbacks": sorted(callbacks),
            "use": {m: dict(u.get("map") or {}) for m, u in block.get("use", {}).items()},
            "common": block.get("common", {}),
            "entry": block.get("entry", {}),
            "intent": sorted(block.get("intent", [])),
            **enhancements(block),
        }
        flatten(block.get("body", []), path, into)
    return into


def procedures(blocks, module, into):
    """The procedures that can be called, each by its module and name; of their variables the arguments and results."""
    for block in blocks:
        kind, name = block["block"], block.get("name", "")
        if "__user__" in name:
            continue
        if kind in ("function", "subroutine"):
            path = f"{module}/{name}"
            entry = flatten([block | {"body": []}], module, {})[path]
            wanted = set(entry["args"]) | {entry["result"] or name}
            kept = {n: v for n, v in entry["variables"].items() if n in wanted and n not in entry["callbacks"]}
            into[path] = {"kind": kind, "args": entry["args"], "variables": kept, "callbacks": entry["callbacks"]}
            for word in ("callstatement", "callprotoargument", "fortranname", "threadsafe", "intent"):
                into[path][word] = entry.get(word)
        elif kind != "program":
            procedures(block.get("body", []), f"{module}/{name}" if kind == "module" else module, into)
    return into


def without_inference(truth, mine):
    """f2py takes `in` for granted; fwrap writes it where the source proves that the argument is never written."""
    for path in truth.keys() & mine.keys():
        for name, var in mine[path]["variables"].items():
            known = truth[path]["variables"].get(name)
            if known and not known["intent"] and var["intent"] == ["in"]:
                var["intent"] = []
    return truth, mine


def differences(truth, mine):
    """Lines that say where two trees differ."""
    for path in sorted(truth.keys() | mine.keys()):
        if path not in mine or path not in truth:
            yield f"{path}: only {'f2py' if path in truth else 'fwrap'} has it"
            continue
        for key in sorted(truth[path].keys() | mine[path].keys()):
            left, right = truth[path].get(key), mine[path].get(key)
            if key != "variables":
                if left != right:
                    yield f"{path}: {key}: {left!r} != {right!r}"
                continue
            for name in sorted(left.keys() | right.keys()):
                one, other = left.get(name), right.get(name)
                if one is None or other is None:
                    yield f"{path}: {name}: only {'f2py' if one else 'fwrap'} has it"
                    continue
                for part in one:
                    if one[part] != other[part]:
                        yield f"{path}: {name}: {part}: {one[part]!r} != {other[part]!r}"


def expanded(path, folder):
    """The file itself, or what f2py's template expansion makes of it."""
    if not path.endswith(".pyf.src"):
        return path
    target = os.path.join(folder, os.path.basename(path)[: -len(".src")])
    with open(target, "w") as file:
        file.write(process_file(path))
    return target


def compare(path, command, folder, sources=False):
    """The differences of one file."""
    name = re.sub(r"\W", "_", os.path.basename(path).split(".")[0])
    words = [word.format(path, name=name) for word in shlex.split(command)]
    printed = subprocess.run(words, capture_output=True, text=True)
    target = os.path.join(folder, "printed.pyf")
    with open(target, "w") as file:
        file.write(printed.stdout)
    truth, _ = crack(expanded(path, folder), name if sources else None)
    mine, said = crack(target)
    for line in said.splitlines():
        if "No pattern" in line or "could not" in line:
            yield f"printed: f2py says {line.strip()}"
    if sources:
        left_out = set(re.findall(r"^ *! (\w+) is left out", printed.stdout, re.M))
        truth, mine = without_inference(procedures(truth, "", {}), procedures(mine, "", {}))
        truth = {path: block for path, block in truth.items() if path.rsplit("/", 1)[1] not in left_out}
        yield from differences(truth, mine)
        return
    yield from differences(flatten(truth, "", {}), flatten(mine, "", {}))


def expectations(path):
    """File, difference: reason."""
    found = {}
    for line in open(path) if path else []:
        text, mark, reason = line.rstrip("\n").partition("  # ")
        if mark:
            file, _, difference = text.partition(": ")
            found[file, difference] = reason
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--fwrap", default="fwrap inspect {} --pyf -m {name}")
    parser.add_argument("--expected")
    parser.add_argument("--sources", action="store_true")
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    expected = expectations(options.expected)
    met, wrong, blocks = set(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for path in options.files:
            short = os.path.basename(path)
            try:
                found = list(compare(path, options.fwrap, folder, options.sources))
            except Exception as error:  # f2py's reader raises whatever comes to it
                reason = re.sub(r"/\S+/", "", str(error).splitlines()[0])
                found = [f"f2py fails: {type(error).__name__}: {reason}"]
            known = [one for one in found if (short, one) in expected]
            met |= {(short, one) for one in known}
            new = [one for one in found if (short, one) not in expected]
            wrong += len(new)
            blocks += 1
            print(f"{short}: {len(new)} differences, {len(known)} expected")
            for one in new[: options.show]:
                print(f"  {one}")
    here = {os.path.basename(path) for path in options.files}
    gone = [key for key in expected if key not in met and key[0] in here]
    for file, difference in gone:
        print(f"{file}: expected and not there: {difference}")
    print(f"{blocks} files, {wrong} differences, {len(met)} expected")
    sys.exit(1 if wrong or gone else 0)


if __name__ == "__main__":
    main()
