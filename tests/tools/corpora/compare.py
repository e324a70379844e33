#!/usr/bin/env python3
"""compare.py TRUTH.json MINE.json [--prefix P] [-v N]: what a front end read against what the compiler says.

Procedures: their dummy arguments (names, order, and each of arguments.FIELDS) and results. Beyond them: derived types,
generics, operators, named constants and their values, module variables, COMMON blocks, interface bodies and access.
"""

import argparse
import collections
import dataclasses
import json
import os

import entities
from arguments import OF_RESULT, Difference, compare_argument, compare_arguments


def compare_procedure(true, mine):
    """What the contract compares of a procedure."""
    name = true["name"]
    if mine is None:
        return [Difference(name, "missing", true["kind"], None)]
    differences = []
    if mine["kind"] != true["kind"]:
        differences.append(Difference(name, "unit kind", true["kind"], mine["kind"]))
    differences += compare_arguments(true["args"], mine["args"], name)
    if true["kind"] == "function" and true["result"] and mine["result"]:
        for field, one, other in compare_argument(true["result"], mine["result"], OF_RESULT):
            differences.append(Difference(f"{name}() result", "result " + field, one, other))
    return differences


def host_name(parent):
    """`ancestor.submodule` -> `submodule`"""
    return (parent or "").split(".")[-1]


@dataclasses.dataclass
class Comparison:
    """What was compared, and the differences as (path, Difference)."""

    procedures: int = 0
    exact: int = 0
    missing: int = 0
    arguments: int = 0
    entities: int = 0
    entities_exact: int = 0
    of_procedures: list = dataclasses.field(default_factory=list)
    of_entities: list = dataclasses.field(default_factory=list)

    def differences(self):
        return self.of_procedures + self.of_entities

    def add_entity(self, path, differences):
        self.entities += 1
        self.entities_exact += not differences
        self.of_entities += [(path, difference) for difference in differences]

    def share(self):
        return self.exact / self.procedures if self.procedures else 1.0


def index_files(read, prefix):
    """path -> FILE, without the prefix"""
    return {file["path"].removeprefix(prefix): file for file in read["files"]}


def index_units(file):
    units = {}
    for unit in file.get("units", []):
        units.setdefault((unit["name"], host_name(unit["parent"])), unit)
    return units


def compare(truth, read, prefix=""):
    """The Comparison of two answers; files that the compiler rejects are no truth."""
    comparison = Comparison()
    files = index_files(read, prefix)
    for file in truth["files"]:
        if file["status"] != "ok":
            continue
        my_file = files.get(file["path"], {})
        compare_units(comparison, file, my_file)
        my_modules = {host_name(module["name"]): module for module in my_file.get("modules", [])}
        for module in file["modules"]:
            name = host_name(module["name"])
            units = [unit for unit in my_file.get("units", []) if host_name(unit["parent"]) == name]
            for differences in entities.compare_module(module, my_modules.get(name), units):
                comparison.add_entity(file["path"], differences)
    return comparison


def compare_units(comparison, file, my_file):
    my_units = index_units(my_file)
    for unit in file["units"]:
        mine = my_units.get((unit["name"], host_name(unit["parent"])))
        if unit["kind"] in ("subroutine", "function"):
            differences = compare_procedure(unit, mine)
            comparison.procedures += 1
            comparison.exact += not differences
            comparison.missing += mine is None
            comparison.arguments += sum(dummy["class"] != "altreturn" for dummy in unit["args"])
            comparison.of_procedures += [(file["path"], difference) for difference in differences]
        if mine is not None or unit["kind"] not in ("subroutine", "function"):
            comparison.add_entity(file["path"], entities.compare_unit(unit, mine))


def summarize(name, comparison):
    """One line."""
    counts = collections.Counter(difference.field for _, difference in comparison.differences())
    return (
        f"{name:16} procedures {comparison.procedures} exact {comparison.exact} ({100 * comparison.share():.2f} %)"
        f" missing {comparison.missing} | entities {comparison.entities} exact {comparison.entities_exact}"
        f" | {dict(counts)}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth")
    parser.add_argument("mine")
    parser.add_argument("--prefix", default="src/", help="what the paths in MINE have before those in TRUTH")
    parser.add_argument("-v", type=int, default=0, metavar="N", help="show N differences of each sort")
    options = parser.parse_args()
    with open(options.truth) as truth, open(options.mine) as mine:
        comparison = compare(json.load(truth), json.load(mine), options.prefix)
    print(summarize(os.path.basename(options.truth).removesuffix(".json"), comparison))
    shown = collections.Counter()
    for path, difference in comparison.differences():
        shown[difference.field] += 1
        if shown[difference.field] <= options.v:
            print(f"    {path}: {difference}")


if __name__ == "__main__":
    main()
