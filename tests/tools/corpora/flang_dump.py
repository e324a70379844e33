"""flang's dump of symbols (-fc1 -fdebug-dump-symbols) as the UNITs and MODULEs of the oracle's JSON."""

import re

SCOPE = re.compile(r"( *)(\w+) scope:(?: (.*?))?(?= size=| sourceRange=|$)")
COMMON = re.compile(r"( *)(\S*) ?size=\d+ offset=\d+: CommonBlockDetails.*?: ?(.*)$")
SYMBOL = re.compile(r"( *)([^\s,:]+|operator\(\S+\))((?:, [A-Z_]+(?:\([A-Z]+\))?)*)((?: \([^)]*\))*)"
                    r"(?: size=\d+ offset=(\d+))?: (\w.*)$")  # fmt: skip
OBJECT = re.compile(
    r"ObjectEntity(?: dummy| funcResult)?(?: type: (.*?))?(?: shape: (.*?))?(?: coshape.*?)?(?: init:.*)?$"
)
ATTRIBUTES = {
    "ALLOCATABLE": "allocatable", "POINTER": "pointer", "TARGET": "target", "CONTIGUOUS": "contiguous",
    "OPTIONAL": "optional", "VALUE": "value", "VOLATILE": "volatile", "ASYNCHRONOUS": "asynchronous",
    "EXTERNAL": "external", "PROTECTED": "protected", "ELEMENTAL": "elemental", "PURE": "pure",
    "RECURSIVE": "recursive", "ABSTRACT": "abstract", "BIND(C)": "bind(c)", "PRIVATE": "private",
}  # fmt: skip
OF_UNIT = {"elemental", "pure", "recursive", "bind(c)"}
INTENTS = {"INTENT(IN)": "in", "INTENT(OUT)": "out", "INTENT(INOUT)": "inout"}
OPERATORS = {"Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/", "Power": "**", "Concat": "//", "EQ": "==",
             "NE": "/=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">=", "AND": ".and.", "OR": ".or.", "NOT": ".not.",
             "EQV": ".eqv.", "NEQV": ".neqv.", "Assignment": "="}  # fmt: skip


class Symbol:
    def __init__(self, name, attributes, flags, place, details):
        self.name, self.details = name, details
        self.place = int(place) if place else None
        self.words = [word for word in attributes.split(", ") if word]
        self.flags = set(re.findall(r"\w+", flags))

    def attributes(self):
        return sorted(ATTRIBUTES[word] for word in self.words if word in ATTRIBUTES)


class Scope:
    def __init__(self, kind, name, depth):
        self.kind, self.name, self.depth = kind, name, depth
        self.symbols, self.commons, self.children = {}, {}, []


def read_scopes(text):
    """The global scope of a dump."""
    stack = []
    for line in text.split("\n"):
        found = SCOPE.match(line)
        if found:
            scope = Scope(found.group(2), found.group(3), len(found.group(1)))
            while stack and stack[-1].depth >= scope.depth:
                stack.pop()
            if stack:
                stack[-1].children.append(scope)
            stack.append(scope)
            continue
        found = COMMON.match(line)
        if found and stack:
            stack[-1].commons[found.group(2)] = found.group(3).split()
            continue
        found = SYMBOL.match(line)
        if found and stack:
            while len(stack) > 1 and stack[-1].depth >= len(found.group(1)):
                stack.pop()
            stack[-1].symbols.setdefault(found.group(2), Symbol(*found.group(2, 3, 4, 5, 6)))
    return stack[0] if stack else Scope("Global", None, 0)


def split_list(text):
    """Splits at commas outside brackets and quotes."""
    parts, depth, part, quote = [], 0, "", None
    for character in text:
        if quote:
            quote = None if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "," and depth == 0:
            parts.append(part)
            part = ""
            continue
        else:
            depth += (character in "([") - (character in ")]")
        part += character
    return [*parts, part] if part else parts


# --------------------------------------------------------------------------------------------------------- descriptions


def plain_expression(text):
    """Without kinds: int(n-1_4,kind=8) -> n-1"""
    text = re.sub(r"(?<![\w.])(\d[\d.]*(?:e[-+]?\d+)?)_\d+\b", r"\1", text.strip())
    start = 0
    while True:
        found = re.compile(r"\bint\(").search(text, start)
        if not found:
            break
        end = closing(text, found.end() - 1)
        inner = text[found.end() : end]
        start = found.end()
        if inner.endswith(",kind=8"):
            inner = inner.removesuffix(",kind=8")
            alone = found.start() == 0 and end == len(text) - 1
            simple = alone or re.fullmatch(r"\w+", inner) or (inner.endswith(")") and re.match(r"\w+\(", inner))
            inner = inner if simple else f"({inner})"
            text = text[: found.start()] + inner + text[end + 1 :]
            start = found.start()
    text = re.sub(r"\bsize\((\w+),dim=(\w+),kind=8\)", r"size(\1,\2)", text)
    return text or None


def closing(text, at):
    """The place of the bracket that closes the one at `at`."""
    depth = 0
    for index in range(at, len(text)):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth == 0:
            return index
    return len(text)


def describe_type(text):
    """'REAL(8)' 'CHARACTER(*,1)' 'TYPE(t)' -> dict"""
    described = {"type": "unknown", "kind": None, "len": None, "derived": None}
    found = re.match(r"(\w+)\((.*)\)$", text.strip())
    if not found:
        return described
    name, inside = found.group(1).lower(), found.group(2)
    described["type"] = name
    if name in ("type", "class"):
        if inside == "*":
            described["type"] = f"{name}(*)"
        else:
            described |= {"type": {"type": "derived"}.get(name, name), "derived": inside.split("(")[0]}
    elif name == "character":
        length, kind = split_list(inside)
        described |= {"kind": int(kind), "len": plain_expression(length)}
    else:
        described["kind"] = int(inside) if inside.isdigit() else None
    return described


def describe_shape(text, deferred):
    described = {"rank": 0, "corank": 0, "shape_kind": None, "dims": []}
    if text == "..":
        return {**described, "rank": -1, "shape_kind": "assumed_rank"}
    for part in split_list(text or ""):
        lower, _, upper = part.partition(":")
        described["dims"].append([plain_expression(lower), plain_expression(upper) or ":"])
    if described["dims"]:
        last = described["dims"][-1][1]
        kinds = {"*": "assumed_size", ":": "deferred" if deferred else "assumed_shape"}
        if last == ":" and not deferred:  # `:` for `1:`
            described["dims"] = [[lower or "1", upper] for lower, upper in described["dims"]]
        described |= {"rank": len(described["dims"]), "shape_kind": kinds.get(last, "explicit")}
    return described


def describe_object(symbol):
    found = OBJECT.match(symbol.details)
    attributes = symbol.attributes()
    described = {"name": symbol.name, "class": "data", **describe_type((found and found.group(1)) or "")}
    described |= describe_shape(found and found.group(2), {"allocatable", "pointer"} & set(attributes))
    described["intent"] = next((INTENTS[word] for word in symbol.words if word in INTENTS), None)
    described |= {"implicit": "Implicit" in symbol.flags, "attrs": attributes}
    return described


def describe_dummy(name, scope):
    symbol = scope.symbols.get(name) if scope else None
    if name == "*":
        return {"name": "*", "class": "altreturn"}
    if symbol is None:
        return {"name": name, "class": "data", "type": "unknown", "unresolved": True}
    if symbol.details.startswith("ObjectEntity"):
        return describe_object(symbol)
    attributes = [word for word in symbol.attributes() if word not in OF_UNIT]
    described = {"name": name, "class": "procedure", "type": "procedure", "attrs": attributes, "intent": None}
    described |= {"kind": None, "derived": None, "implicit": "Implicit" in symbol.flags}
    if symbol.details.startswith("Subprogram"):
        unit = describe_unit(symbol, scope, None, False)
        described["interface"] = {field: unit[field] for field in ("kind", "args", "result")}
    typed = re.match(r"ProcEntity ([A-Z]+\(.*\))", symbol.details)
    result = re.search(r"result:(\S+\(.*?\)) ", symbol.details)
    if (typed or result) and "Subroutine" not in symbol.flags:
        found = describe_type((typed or result).group(1))
        described |= {field: found[field] for field in ("type", "kind", "derived")}
    return described


def dummy_names(details):
    """The names in 'Subprogram result:REAL(8) f (INTEGER(4) n,*)'"""
    end = len(details)
    depth = 0
    for index in range(end - 1, -1, -1):
        depth += (details[index] == ")") - (details[index] == "(")
        if depth == 0:
            return [part.split()[-1] for part in split_list(details[index + 1 : end - 1])]
    return []


def describe_unit(symbol, holder, parent, internal):
    """The UNIT of a Subprogram symbol; its dummies are in the scope of its name, or of what it is an ENTRY of."""
    entry = re.search(r"entry in (\w+)", symbol.details)
    owner = entry.group(1) if entry else symbol.name
    scope = next((child for child in holder.children if child.kind == "Subprogram" and child.name == owner), None)
    kind = "function" if "Function" in symbol.flags else "subroutine"
    label = re.search(r"bindName:(\S+)", symbol.details)
    result = re.search(r"result:(.*?\)|\w+) (\w+)(?:, [A-Z, ]+)? \(", symbol.details)
    described = None
    if kind == "function" and result:
        named = scope.symbols.get(result.group(2)) if scope else None
        if named is not None and named.details.startswith("ObjectEntity"):
            described = describe_object(named)
        else:
            described = {"name": result.group(2), "class": "data", **describe_type(result.group(1)), "rank": 0}
            described["dims"] = []
    return {
        "name": symbol.name,
        "kind": kind,
        "parent": parent,
        "internal": internal,
        "entry_of": owner if entry else None,
        "attrs": [word for word in symbol.attributes() if word in OF_UNIT],
        "bind": label.group(1) if label else None,
        "args": [describe_dummy(name, scope) for name in dummy_names(symbol.details)],
        "result": described,
        "commons": {name: names for name, names in (scope.commons if scope else {}).items() if name},
        "private": "PRIVATE" in symbol.words,
    }


def describe_program(scope):
    commons = {name: names for name, names in scope.commons.items() if name}
    return {"name": scope.name or "MAIN__", "kind": "program", "parent": None, "args": [], "commons": commons}


def describe_derived(symbol, scope):
    names = symbol.details.partition("components: ")[2].split(",")
    if names == [""]:  # a generic interface has the type's name: in the order of their places
        placed = [found for found in scope.symbols.values() if found.place is not None]
        names = [found.name for found in sorted(placed, key=lambda found: found.place)]
    listed = [scope.symbols[name] for name in names if name in scope.symbols]
    parent = next((found.name for found in listed if "ParentComp" in found.flags), None)
    described = {
        "name": symbol.name,
        "attrs": [word for word in symbol.attributes() if word in ("abstract", "bind(c)")],
    }
    described |= {"private": "PRIVATE" in symbol.words, "pdt": False, "extends": parent, "final": [], "generic": {}}
    described["components"] = [
        describe_dummy(found.name, scope)
        | ({} if found.details.startswith("Obj") else {"attrs": ["procedure pointer"]})
        for found in listed
        if "ParentComp" not in found.flags
    ]
    described["bindings"] = []
    for found in scope.symbols.values():
        words = [word.lower() for word in found.words] + ([] if "NOPASS" in found.words else ["pass"])
        if found.details.startswith("ProcBinding"):
            target = found.details.split("=>")[1].split()[0]
            described["bindings"].append({"name": found.name, "target": target, "attrs": words})
        elif found.details.startswith("Generic"):
            kind, specifics = re.match(r"Generic (\w+)(?: .*?)? procs: ?(.*)$", found.details).groups()
            described["generic"][OPERATORS.get(kind, found.name)] = specifics.split(",")
    return described


def describe_module(scope):
    module = {"name": scope.name, "kind": "module", "parameters": {}, "variables": [], "types": [], "generics": {}}
    module |= {"operators": {}, "inherited": [], "interfaces": {}, "access": {}}
    module["commons"] = {name: names for name, names in scope.commons.items() if name}
    types = {child.name: child for child in scope.children if child.kind == "DerivedType"}
    for symbol in scope.symbols.values():
        if symbol.name.startswith(".") and not symbol.details.startswith("Generic"):
            continue
        if symbol.details.startswith("ObjectEntity"):
            described = {**describe_object(symbol), "private": "PRIVATE" in symbol.words}
            if "PARAMETER" in symbol.words:
                described["value"] = read_value(symbol.details.partition(" init:")[2])
                module["parameters"][symbol.name] = described
            else:
                module["variables"].append(described)
        elif symbol.details.startswith("DerivedType") and symbol.name in types:
            module["types"].append(describe_derived(symbol, types[symbol.name]))
        elif symbol.details.startswith("Generic"):
            if symbol.name in types:
                module["types"].append(describe_derived(symbol, types[symbol.name]))
            kind, specifics = re.match(r"Generic (\w+)(?: .*?)? procs: ?(.*)$", symbol.details).groups()
            if kind == "Name":
                module["generics"][symbol.name] = sorted(specifics.split(","))
            else:
                module["operators"][OPERATORS.get(kind, symbol.name)] = sorted(specifics.split(","))
                continue
        elif symbol.details.startswith("Subprogram isInterface"):
            unit = describe_unit(symbol, scope, None, False)
            module["interfaces"][symbol.name] = unit
        elif not symbol.details.startswith("Subprogram"):
            continue
        module["access"][symbol.name] = "private" if "PRIVATE" in symbol.words else "public"
    local = {child.name for child in scope.children} | set(module["interfaces"])
    named = [*module["generics"].values(), *module["operators"].values()]
    module["inherited"] = sorted({name for specifics in named for name in specifics} - local)
    return module


def read_value(text):
    """`[INTEGER(4)::1_4,2_4]` -> `[1_4,2_4]`; None for what compare.py does not read (reshape(...))."""
    text = re.sub(r"\[[A-Z]+(?:\([^)]*\))?::", "[", text)
    return None if re.match(r"[a-z]\w*\(", text) else text or None


def describe(scope, parent, units, modules, internal=False):
    for symbol in scope.symbols.values():
        if symbol.details.startswith("Subprogram") and "isInterface" not in symbol.details:
            units.append(describe_unit(symbol, scope, parent, internal))
    for child in scope.children:
        if child.kind == "Module":
            if not child.name.startswith("__fortran"):
                modules.append(describe_module(child))
                describe(child, child.name, units, modules)
        elif child.kind == "Global":  # a bind(C) procedure's
            describe(child, parent, units, modules)
        elif child.kind in ("Subprogram", "MainProgram"):
            if child.kind == "MainProgram":
                units.append(describe_program(child))
            describe(child, child.name or "", units, modules, internal=True)
