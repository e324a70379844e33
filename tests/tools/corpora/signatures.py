"""The UNITs, MODULEs and TYPEs of the oracle's JSON (see oracle.py) from the scopes of a dump."""

import re

from dump import attribute_words, class_suffix, parse_shape, parse_type, split_words

ATTRIBUTES = {
    "ALLOCATABLE": "allocatable", "POINTER": "pointer", "TARGET": "target", "CONTIGUOUS": "contiguous",
    "OPTIONAL": "optional", "VALUE": "value", "VOLATILE": "volatile", "ASYNCHRONOUS": "asynchronous",
    "EXTERNAL": "external", "PROTECTED": "protected", "ELEMENTAL": "elemental", "PURE": "pure",
    "RECURSIVE": "recursive", "ABSTRACT": "abstract", "BIND(C)": "bind(c)", "CODIMENSION": "codimension",
    "PROC-POINTER": "procedure pointer", "INTRINSIC": "intrinsic", "CRAY-POINTER": "cray pointer",
    "CRAY-POINTEE": "cray pointee", "IN-COMMON": "common", "IN-EQUIVALENCE": "equivalence", "IN-NAMELIST": "namelist",
}  # fmt: skip
OF_RESULT = ("allocatable", "pointer", "contiguous", "target", "procedure pointer")
OF_PROCEDURE = ("ELEMENTAL", "PURE", "RECURSIVE", "BIND(C)")
OF_COMPONENT = ("ALLOCATABLE", "POINTER", "CONTIGUOUS", "KIND", "LEN", "PRIVATE", "CODIMENSION")
CLASS_SUFFIX = {"a": ["ALLOCATABLE"], "p": ["POINTER"]}
MADE_BY_COMPILER = re.compile(r"__(copy|final|deallocate|vtab|def_init)_")
INTENTS = ("in", "out", "inout")


def describe_class(described, words):
    """Moves rank, shape and attributes of a class container to what it describes."""
    container = described.pop("container", None)
    if not container:
        return words
    rank, corank, suffix = class_suffix(container)
    described["rank"], described["corank"] = rank, corank
    if rank:  # of a component; that of a dummy argument is dumped with it
        described |= {"shape_kind": "deferred", "dims": [[None, ":"] for _ in range(rank)]}
    return words + CLASS_SUFFIX.get(suffix, [])


def describe_variable(name, symbol):
    """The ARG of a dummy argument (or a result, or a variable)."""
    described = {"name": name, "class": "data", **parse_type(symbol.type or "")}
    described |= {"rank": 0, "corank": 0, "shape_kind": None, "dims": []}
    words = describe_class(described, symbol.words())
    described |= (parse_shape(symbol.shape) if symbol.shape else None) or {}
    intents = [word[6:-1].lower() for word in words if word.startswith("DUMMY(")]
    described["intent"] = intents[-1] if intents and intents[-1] in INTENTS else None
    described["implicit"] = "IMPLICIT-TYPE" in words
    described["attrs"] = sorted({ATTRIBUTES[word] for word in words if word in ATTRIBUTES})
    if "PROCEDURE" in words:
        kind = "subroutine" if "SUBROUTINE" in words else "function" if "FUNCTION" in words else None
        described["class"] = "procedure"
        described["interface"] = {"kind": kind, "explicit_args": symbol.formal.split() if symbol.formal else None}
        if kind == "subroutine" or described["type"] == "unknown":
            described["type"] = "procedure"
    return described


def dummy_names(text):
    """'x [Alt Return] f n' -> ['x', None, 'f', 'n']"""
    names = (text or "").replace("[Alt Return]", "\x00").split()
    return [None if name == "\x00" else name for name in names]


# ----------------------------------------------------------------------------------------------------------- procedures


def find_symbol(scope, name):
    """The symbol of the procedure `name`: its own scope's, else its host's."""
    symbol = scope.symbols.get(name)
    if symbol is not None and not symbol.from_scope and (symbol.type is not None or symbol.attributes):
        return symbol
    host = scope.parent
    while host is not None:
        found = host.symbols.get(name)
        if found is not None and found.attributes and not found.from_scope:
            return found
        host = host.parent
    return symbol


def describe_dummies(scope, symbol):
    """(ARGs, whether one of them is not described by the dump)"""
    arguments, missing = [], False
    for name in dummy_names(symbol.formal):
        found = scope.symbols.get(name) if name else None
        if name is None:
            arguments.append({"name": "*", "class": "altreturn"})
        elif found is None or (found.type is None and not found.attributes):
            missing = True
            arguments.append({"name": name, "class": "data", "type": "unknown", "unresolved": True})
        else:
            arguments.append(describe_variable(name, found))
    return arguments, missing


def describe_result(scope, symbol, name):
    result_name = symbol.result or name
    found = symbol if result_name == name else scope.symbols.get(result_name)
    if found is None or found.type is None:
        found = symbol
    result = describe_variable(result_name, found)
    result["class"], result["intent"] = "data", None
    result.pop("interface", None)
    if (found.type or "").startswith("(UNKNOWN") and symbol.type:
        result |= parse_type(symbol.type)
        result.pop("container", None)
    result["attrs"] = [word for word in result["attrs"] if word in OF_RESULT]
    if result["type"] == "unknown" and "procedure pointer" in result["attrs"]:
        result["type"] = "procedure"
    return result


def describe_local_variables(scope):
    local = []
    for name, symbol in scope.symbols.items():
        words = symbol.words()
        if "VARIABLE" in words and not any(word.startswith("DUMMY") for word in words):
            local.append(describe_variable(name, symbol))
    return local


def unit_kind(words):
    kinds = {"BLOCK-DATA": "block data", "PROGRAM": "program", "SUBROUTINE": "subroutine", "FUNCTION": "function"}
    return next((kind for word, kind in kinds.items() if word in words), None)


def describe_unit(scope, parent, internal, name, entry_of=None, with_locals=False):
    """The UNIT of the procedure or program `name`; None if the scope has none."""
    symbol = find_symbol(scope, name)
    words = symbol.words() if symbol else []
    kind = unit_kind(words)
    if kind is None:
        return None
    arguments, missing = describe_dummies(scope, symbol)
    unit = {
        "name": name,
        "kind": kind,
        "parent": parent,
        "internal": internal,
        "entry_of": entry_of,
        "attrs": sorted(ATTRIBUTES[word] for word in set(words) if word in OF_PROCEDURE),
        "private": "PRIVATE" in words,
        "bind": None,
        "args": arguments,
        "result": describe_result(scope, symbol, name) if kind == "function" else None,
        "commons": scope.commons,
        "dummies_incomplete": missing,
        "implicit_none": scope.implicit_none(),
    }
    if with_locals:
        unit["locals"] = describe_local_variables(scope)
    return unit


# -------------------------------------------------------------------------------------------------------------- modules


def is_used(words):
    return any(word.startswith("USE-ASSOC") for word in words)


def is_type(symbol, words):
    if symbol.symbol and re.match("pdt[A-Z]", symbol.symbol):
        return False  # an instance of a parameterized type
    if "UNLIMITED-POLYMORPHIC" in words:
        return False  # what stands behind class(*)
    return "DERIVED" in words or "PDT-TEMPLATE" in words or symbol.components is not None


def describe_parameter(symbol, words):
    declared = parse_type(symbol.type or "")
    shape = (parse_shape(symbol.shape) if symbol.shape else None) or {"rank": 0, "dims": []}
    described = {field: declared[field] for field in ("type", "kind", "len", "derived")}
    described |= {"rank": shape["rank"], "dims": shape["dims"], "value": symbol.value}
    return {**described, "private": "PRIVATE" in words}


def describe_module(scope):
    module = {"name": scope.name, "kind": "module", "parameters": {}, "variables": [], "types": [], "generics": {}}
    module |= {"operators": scope.operators, "commons": scope.commons, "implicit_none": scope.implicit_none()}
    for symbol in scope.symbols.values():
        words = symbol.words()
        if is_used(words) or "ARTIFICIAL" in words or symbol.name.startswith("_") or symbol.from_scope:
            continue
        if "PARAMETER" in words:
            module["parameters"][symbol.name] = describe_parameter(symbol, words)
        elif "VARIABLE" in words and not (symbol.type or "").startswith("(UNKNOWN"):  # a name in PUBLIC only
            module["variables"].append({**describe_variable(symbol.name, symbol), "private": "PRIVATE" in words})
        elif is_type(symbol, words):
            module["types"].append(describe_type(symbol, words, scope))
    types = {described["name"] for described in module["types"]}
    for symbol in scope.symbols.values():
        constructor = symbol.name in types and symbol.generics == [symbol.name]
        special = symbol.name.startswith("_")  # _dtio_..., of defined input and output
        if symbol.generics and not constructor and not special and not is_used(symbol.words()):
            module["generics"][symbol.name] = sorted(symbol.generics)
    module["inherited"] = find_inherited(scope, module)
    if "." in scope.name:  # a submodule is named ANCESTOR.NAME; its generics are the ancestor's
        module |= {"kind": "submodule", "ancestor": scope.name.split(".")[0], "generics": {}}
    return module


def find_inherited(scope, module):
    """Specifics that the module's own interfaces need not name: those that came with a USE or are type-bound."""
    bound = {binding for described in module["types"] for names in described["generic"].values() for binding in names}
    inherited = {
        binding["target"]
        for described in module["types"]
        for binding in described["bindings"]
        if binding["name"] in bound
    }
    for specifics in [*module["generics"].values(), *module["operators"].values()]:
        for name in specifics:
            symbol = scope.symbols.get(name)
            if symbol is None or is_used(symbol.words()):
                inherited.add(name)
    return sorted(inherited)


def describe_type(symbol, words, scope):
    described = {
        "name": symbol.symbol or symbol.name,
        "attrs": sorted({"ABSTRACT": "abstract", "BIND(C)": "bind(c)", "SEQUENCE": "sequence"}[word]
                        for word in set(words) if word in ("ABSTRACT", "BIND(C)", "SEQUENCE")),
        "private": "PRIVATE" in words,
        "pdt": "PDT-TEMPLATE" in words,
        "extends": None,
        "components": [],
        "bindings": symbol.bindings,
        "generic": symbol.generic_bindings,
        "final": symbol.finals,
    }  # fmt: skip
    for text in split_words(" ".join(symbol.components or [])):
        component = describe_component(text)
        if component is None or re.match(r"_\w+_length$", component["name"]):
            continue
        # The first component may be the parent type, or one that is named like its type: module_file.py knows.
        if not described["components"] and not described["extends"] and may_be_parent(component, text, scope):
            described["extends"], described["parent_component"] = component["name"], component
            continue
        described["components"].append(component)
    return described


def may_be_parent(component, text, scope):
    """Whether a first component has the looks of a parent type: the name and the access of the type."""
    if component["name"] != component["derived"] or component["rank"] or component["type"] != "derived":
        return False
    if {"allocatable", "pointer"} & set(component["attrs"]):
        return False
    named = [symbol for symbol in scope.symbols.values() if symbol.symbol == component["name"]]
    parent = next((symbol for symbol in named if is_type(symbol, symbol.words())), None)
    access = {"PUBLIC", "PRIVATE"}
    return parent is None or access & set(parent.words()) == access & set(text[1:-1].split())


def describe_component(text):
    found = re.match(r"\(([A-Za-z_]\w*) (.*)\)$", text, re.S)
    if not found:
        return None
    parts = split_words(found.group(2))
    declared = parse_type(parts[0]) if parts and parts[0].startswith("(") else parse_type("")
    component = {"name": found.group(1), **declared, "rank": 0, "shape_kind": None, "dims": []}
    words = describe_class(component, [])
    component.pop("corank", None)
    attributes, rest = [word.lower() for word in words], iter(parts[1:])
    for part in rest:
        if part == "DIMENSION":
            shape = parse_shape(next(rest, ""))
            if shape:
                component |= {field: shape[field] for field in ("rank", "shape_kind", "dims")}
        elif part == "PPC":
            attributes.append("procedure pointer")
            if component["type"] == "unknown":
                component["type"] = "procedure"
        elif part in OF_COMPONENT:
            attributes.append(part.lower())
        elif part.startswith("kind_expr"):
            component["kind_expr"] = next(rest, None)
    component["attrs"] = attributes
    return component


# -------------------------------------------------------------------------------------------------------------- walking


class Describer:
    """Walks the scopes of a dump and collects UNITs and MODULEs."""

    def __init__(self, with_locals=False):
        self.with_locals = with_locals
        self.units, self.modules = [], []

    def walk(self, scope, parent=None, inside=None):
        if MADE_BY_COMPILER.match(scope.name):
            return
        own = scope.symbols.get(scope.name)
        if own is None and "." in scope.name:
            own = next((symbol for symbol in scope.symbols.values() if symbol.symbol == scope.name), None)
        if own and "MODULE" in own.words() and not parent:
            self.modules.append(describe_module(scope))
            for child in scope.children:
                self.walk(child, scope.name, "module")
            return
        name = self.add_units(scope, parent, inside == "procedure")
        for child in scope.children:
            self.walk(child, name, "procedure")

    def add_units(self, scope, parent, internal):
        """Adds the scope's procedure and its ENTRYs; its name."""
        if not scope.name.startswith("master."):
            self.add(describe_unit(scope, parent, internal, scope.name, with_locals=self.with_locals))
            return scope.name
        main = scope.name.split(".", 2)[2]  # master.0.NAME holds the dummies of NAME and of its ENTRYs
        entries = [symbol.name for symbol in scope.symbols.values() if is_entry(symbol)]
        if main not in entries:
            entries.insert(0, main)
        for symbol in scope.parent.symbols.values() if scope.parent else ():
            # those of a contained procedure are symbols of the host
            if "ENTRY" in symbol.words() and symbol.name in scope.symbols and symbol.name not in entries:
                entries.append(symbol.name)
        for name in entries:
            entry_of = None if name == main else main
            self.add(describe_unit(scope, parent, internal, name, entry_of, self.with_locals))
        return main

    def add(self, unit):
        if unit:
            self.units.append(unit)


def is_entry(symbol):
    words = attribute_words(symbol.attributes)
    return "ENTRY" in words and "ENTRY-MASTER" not in words
