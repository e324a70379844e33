"""Compares what is not a procedure's signature: modules, derived types, constants, COMMON blocks, access."""

import dataclasses
import re

from arguments import Difference, compare_argument, compare_arguments
from values import Unreadable, same_value

OF_VARIABLE = ["type", "kind", "len", "derived", "rank", "shape_kind", "dims"]
OF_PARAMETER = ["type", "kind", "len", "derived", "rank", "dims"]
VARIABLE_ATTRIBUTES = {"allocatable", "pointer", "target", "contiguous", "volatile", "asynchronous", "protected"}
COMPONENT_ATTRIBUTES = {"allocatable", "pointer", "contiguous", "procedure pointer"}
UNIT_ATTRIBUTES = {"elemental", "pure", "recursive", "bind(c)"}


def compare_words(where, field, true, mine, considered):
    one, other = sorted(set(true or []) & considered), sorted(set(mine or []) & considered)
    return [] if one == other else [Difference(where, field, one, other)]


def compare_equal(where, field, true, mine):
    return [] if true == mine else [Difference(where, field, true, mine)]


def compare_sets(where, field, true, mine):
    one, other = sorted(true or []), sorted(mine or [])
    return [] if one == other else [Difference(where, field, one, other)]


# ---------------------------------------------------------------------------------------------------------------- units


def compare_unit(true, mine):
    """What the contract's fields of a procedure leave out, and the COMMON blocks of a program unit."""
    where = true["name"]
    if mine is None:
        return [Difference(where, "missing", true["kind"], None)]
    differences = compare_commons(where, true["commons"], mine.get("commons"))
    if true["kind"] not in ("subroutine", "function"):
        return differences
    differences += compare_equal(where, "entry_of", true["entry_of"], mine.get("entry_of"))
    differences += compare_equal(where, "internal", true["internal"], mine.get("internal"))
    words, my_words = [imply_pure(unit.get("attrs") or []) for unit in (true, mine)]
    differences += compare_words(where, "unit attrs", words, my_words, UNIT_ATTRIBUTES)
    if true["bind"] is not None:
        differences += compare_equal(where, "bind", true["bind"], mine.get("bind"))
    if true["kind"] == "function" and true["result"] and not mine.get("result"):
        differences.append(Difference(where, "result", true["result"]["name"], None))
    for dummy, my_dummy in zip(true["args"], mine["args"]):
        interface, my_interface = dummy.get("interface") or {}, my_dummy.get("interface") or {}
        if interface.get("args"):
            name = f"{where}({dummy['name']})"
            differences += compare_interface(name, interface, my_interface)
    return differences


def imply_pure(words):
    """ELEMENTAL says PURE, whether or not that is written too."""
    return [word for word in words if word != "pure" or "elemental" not in words]


def compare_commons(where, true, mine):
    """Names and order of the variables of each named COMMON block (the dump does not show blank COMMON)."""
    differences = []
    mine = {name.lower(): names for name, names in (mine or {}).items()}
    for block, names in true.items():
        differences += compare_equal(f"{where} /{block}/", "common", names, mine.pop(block.lower(), None))
    for block, names in mine.items():
        if block.strip() not in ("", "__blnk__"):
            differences.append(Difference(f"{where} /{block}/", "common", None, names))
    return differences


def compare_interface(where, true, mine):
    if not mine.get("args"):
        return [Difference(where, "interface", [dummy["name"] for dummy in true["args"]], None)]
    found = compare_arguments(true["args"], mine["args"], where)
    return [dataclasses.replace(difference, field="interface " + difference.field) for difference in found]


# -------------------------------------------------------------------------------------------------------------- modules


def compare_module(true, mine, my_units):
    """Yields the differences of each entity of a module: a list for each, empty where all is the same."""
    name = true["name"]
    if mine is None:
        yield [Difference(name, "missing", true["kind"], None)]
        return
    yield compare_commons(name, true["commons"], mine.get("commons"))
    yield from compare_parameters(name, true, mine)
    yield from compare_variables(name, true, mine)
    my_types = {described["name"].lower(): described for described in mine.get("types") or []}
    yield from compare_missing(name, "type", [described["name"] for described in true["types"]], my_types)
    for described in true["types"]:
        if described["name"] in my_types and not described["pdt"]:
            yield compare_type(f"{name}.{described['name']}", described, my_types[described["name"]])
    yield from compare_generics(name, true, mine)
    my_interfaces = {**(mine.get("abstract") or {}), **(mine.get("interfaces") or {})}
    for interface, described in (true.get("interfaces") or {}).items():
        where = f"{name}.{interface}"
        if interface not in my_interfaces:
            yield [Difference(where, "interface", described.get("kind"), None)]
        else:
            yield compare_arguments(described["args"], my_interfaces[interface]["args"], where)
    yield from compare_access(name, true, mine, my_units)


def compare_missing(module, what, true, mine):
    """Names that one side has and the other has not."""
    for name in sorted(set(true) - set(mine)):
        yield [Difference(f"{module}.{name}", f"{what} missing", name, None)]
    for name in sorted(set(mine) - set(true)):
        yield [Difference(f"{module}.{name}", f"{what} not there", None, name)]


def compare_parameters(module, true, mine):
    mine = mine.get("parameters") or {}
    yield from compare_missing(module, "parameter", true["parameters"], mine)
    for name, described in true["parameters"].items():
        if name in mine:
            yield compare_parameter(f"{module}.{name}", described, mine[name])


def compare_parameter(where, true, mine):
    found = compare_argument(true, mine, OF_PARAMETER)
    differences = [Difference(where, "parameter " + field, one, other) for field, one, other in found]
    if true["type"] == "derived" or true["value"] is None:
        return differences
    try:
        same = mine.get("value") is not None and same_value(true["value"], mine["value"], true["kind"])
    except Unreadable:
        same = re.sub(r"\s", "", str(true["value"])) == re.sub(r"\s", "", str(mine["value"]))
    if not same:
        differences.append(Difference(where, "parameter value", true["value"], mine.get("value")))
    return differences


def compare_variables(module, true, mine):
    mine = {variable["name"]: variable for variable in mine.get("variables") or []}
    yield from compare_missing(module, "variable", [variable["name"] for variable in true["variables"]], mine)
    for variable in true["variables"]:
        if variable["name"] in mine:
            other = mine[variable["name"]]
            where = f"{module}.{variable['name']}"
            found = compare_argument(variable, other, OF_VARIABLE)
            differences = [Difference(where, "variable " + field, one, two) for field, one, two in found]
            yield differences + compare_words(
                where, "variable attrs", variable["attrs"], other.get("attrs"), VARIABLE_ATTRIBUTES
            )


def compare_type(where, true, mine):
    differences = compare_equal(where, "extends", true["extends"], mine.get("extends"))
    differences += compare_sets(where, "type attrs", true["attrs"], mine.get("attrs"))
    components, my_components = true["components"], mine.get("components") or []
    names, my_names = [[component["name"] for component in listed] for listed in (components, my_components)]
    if names != my_names:
        differences.append(Difference(where, "components", names, my_names))
    else:
        for component, other in zip(components, my_components):
            differences += compare_component(f"{where}%{component['name']}", component, other)
    differences += compare_bindings(where, true, mine)
    for name, specifics in true["generic"].items():
        found = (mine.get("generic") or {}).get(name)
        differences += compare_sets(f"{where}%{name}", "generic binding", specifics, found)
    return differences + compare_sets(where, "final", true["final"], mine.get("final"))


def compare_component(where, true, mine):
    fields = [] if "procedure pointer" in true["attrs"] else OF_VARIABLE
    found = compare_argument(true, mine, fields)
    differences = [Difference(where, "component " + field, one, other) for field, one, other in found]
    # The dump shows PRIVATE of a component only where it is written at the component.
    considered = COMPONENT_ATTRIBUTES | {"private"} & set(true["attrs"])
    return differences + compare_words(where, "component attrs", true["attrs"], mine.get("attrs"), considered)


def binding_words(binding):
    words = {word.replace(" ", "") for word in binding.get("attrs") or []}
    return sorted(word for word in words if word in ("nopass", "non_overridable", "private") or "pass(" in word)


def compare_bindings(where, true, mine):
    bindings, mine = [
        {binding["name"]: binding for binding in described.get("bindings") or []} for described in (true, mine)
    ]
    differences = compare_sets(where, "bindings", bindings, mine)
    for name, binding in bindings.items():
        if name in mine:
            other = mine[name]
            if "deferred" not in (other.get("attrs") or []):
                differences += compare_equal(f"{where}%{name}", "binding", binding["target"], other.get("target"))
            differences += compare_equal(
                f"{where}%{name}", "binding attrs", binding_words(binding), binding_words(other)
            )
    return differences


def compare_generics(module, true, mine):
    """Generic interfaces and operators: the specifics that a USE brought may be named or not."""
    inherited = set(true.get("inherited") or [])
    types = {described["name"] for described in true["types"]}
    for field in ("generics", "operators"):
        found = {spell_operator(name): specifics for name, specifics in (mine.get(field) or {}).items()}
        for name, specifics in true[field].items():
            every = set(specifics) - types
            if not every - inherited:
                continue
            own = set(found.get(spell_operator(name)) or []) - types
            same = every - inherited <= own <= every
            yield [] if same else [Difference(f"{module}.{name}", field, sorted(every), sorted(own))]


def spell_operator(name):
    """One spelling for an operator: `.eq.` -> `==`; without `operator(...)`."""
    name = re.sub(r"^(operator|assignment)\((.*)\)$", r"\2", name.lower().replace(" ", ""))
    relations = {".eq.": "==", ".ne.": "/=", ".lt.": "<", ".le.": "<=", ".gt.": ">", ".ge.": ">="}
    name = relations.get(name, name)
    return f".{name}." if name in ("not", "and", "or", "eqv", "neqv") else name


def compare_access(module, true, mine, my_units):
    """Access as an `access` says it, or as the `private` of what it names."""
    said = {}
    for described in [*(mine.get("variables") or []), *(mine.get("types") or []), *my_units]:
        said[described["name"]] = described.get("private")
    for name, described in (mine.get("parameters") or {}).items():
        said[name] = described.get("private")
    access = {name: "private" if private else "public" for name, private in said.items() if private is not None}
    access |= mine.get("access") or {}
    for name, true_access in (true.get("access") or {}).items():
        yield compare_equal(f"{module}.{name}", "access", true_access, access.get(name))
