"""Which files there are, which form they have, and in which order a compiler can read them."""

import os
import re

FIXED = {".f", ".for", ".ftn", ".f77", ".fpp", ".ins"}
FREE = {".f90", ".f95", ".f03", ".f08", ".f18", ".f23", ".fypp"}
MODULE = re.compile(
    r"^\s*module\s+(?!procedure\b|subroutine\b|function\b|pure\b|elemental\b|recursive\b|impure\b)(\w+)\s*(?:!.*)?$",
    re.I | re.M,
)
SUBMODULE = re.compile(r"^\s*submodule\s*\(\s*(\w+)(?:\s*:\s*(\w+))?\s*\)\s*(\w+)", re.I | re.M)
USE = re.compile(r"^\s*use\s*(?:,\s*(?:non_)?intrinsic\s*)?(?:::\s*)?\s*(\w+)", re.I | re.M)


def find_sources(paths):
    """Files, and the Fortran files of folders."""
    files = []
    for path in paths:
        if not os.path.isdir(path):
            files.append(path)
            continue
        for folder, _, names in os.walk(path):
            files += [os.path.join(folder, name) for name in sorted(names) if suffix(name) in FIXED | FREE]
    return files


def suffix(path):
    return os.path.splitext(path)[1].lower()


def form_of(path, forced="auto"):
    if forced != "auto":
        return forced
    return "fixed" if suffix(path) in FIXED else "free"


def read_names(path):
    """(modules that the file defines, modules that it uses)"""
    try:
        text = open(path, encoding="latin-1").read()
    except OSError:
        return set(), set()
    defined = {found.group(1).lower() for found in MODULE.finditer(text)}
    used = {found.group(1).lower() for found in USE.finditer(text)}
    for found in SUBMODULE.finditer(text):
        used |= {(found.group(2) or found.group(1)).lower(), found.group(1).lower()}
        defined.add(found.group(3).lower())
    return defined, used


def order_levels(names):
    """Lists of files, each needing only files of the lists before it; what a cycle holds comes last."""
    providers = {}
    for path, (defined, _) in names.items():
        for module in defined:
            providers.setdefault(module, path)
    needs = {
        path: {providers[module] for module in used if module in providers} - {path}
        for path, (_, used) in names.items()
    }
    done, levels, rest = set(), [], list(names)
    while rest:
        level = [path for path in rest if needs[path] <= done] or rest
        levels.append(level)
        done |= set(level)
        rest = [path for path in rest if path not in done]
    return levels
