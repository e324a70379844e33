"""What only a gfortran .mod file (format 15) says: interface bodies, binding labels, access, parent types."""

import gzip
import os
import re

from dump import OPEN_UPPER, SHAPES, TYPES, class_suffix
from expressions import ATOM, PRECEDENCE, UNARY, print_binary

TOKEN = re.compile(r"\s+|\(|\)|'(?:[^']|'')*'|[^\s()']+")
OPERATORS = {"PLUS": "+", "MINUS": "-", "TIMES": "*", "DIVIDE": "/", "POWER": "**"}
EXPRESSIONS = ("CONSTANT", "VARIABLE", "OP", "FUNCTION")
DUMMY_WORDS = ("ALLOCATABLE", "POINTER", "TARGET", "CONTIGUOUS", "OPTIONAL", "VALUE", "EXTERNAL", "VOLATILE",
               "ASYNCHRONOUS")  # fmt: skip
PROCEDURE_WORDS = ("ELEMENTAL", "PURE", "RECURSIVE", "ABSTRACT", "IS_BIND_C")
INTENTS = {"IN": "in", "OUT": "out", "INOUT": "inout"}
EXTENSION = 6  # the place of `extension` among a symbol's attributes


def read_lists(path):
    """The file's nested lists."""
    with gzip.open(path, "rb") as file:
        text = file.read().decode("latin-1").split("\n", 1)[1]
    current, stack = [], []
    for found in TOKEN.finditer(text):
        token = found.group(0)
        if token == "(":
            stack.append(current)
            current.append([])
            current = current[-1]
        elif token == ")":
            current = stack.pop()
        elif not token.isspace():
            current.append(token)
    return [part for part in current if isinstance(part, list)]


def is_symbol_list(part):
    return len(part) >= 6 and isinstance(part[0], str) and part[0].isdigit() and str(part[1]).startswith("'")


def unquote(token):
    return token.strip("'") if isinstance(token, str) else ""


class ModuleFile:
    """The symbols of a module, those included that its public ones refer to."""

    def __init__(self, path):
        self.lists = read_lists(path)
        self.symbols = {}  # number -> (name, module, label, namespace, body)
        symbols = next((part for part in self.lists if is_symbol_list(part)), [])
        for at in range(0, len(symbols) - 5, 6):
            number, name, module, label, namespace, body = symbols[at : at + 6]
            self.symbols[int(number)] = (unquote(name), unquote(module), unquote(label), namespace, body)
        # the last list: 'name' ambiguous number, of what a USE of the module makes accessible
        self.accessible = {unquote(name).lower() for name in self.lists[-1][::3]} if self.lists else set()

    def declared_generics(self, module):
        """Names of the generic interfaces that the module itself declares, not merged from USE, and are public."""
        generics = self.lists[2] if len(self.lists) > 2 else []
        return {unquote(item[0]).lower() for item in generics if len(item) > 1 and unquote(item[1]) == module}

    def fields(self, number):
        """The fields of a symbol's body that are read here (mio_symbol() of gcc/fortran/module.cc)."""
        body = self.symbols[number][4]
        attributes, components = body[0], body[1]
        rest = iter(body[3:] if components else body[2:])  # after components: their access
        fields = {"attributes": attributes, "words": [word for word in attributes if isinstance(word, str)]}
        fields["type"] = next(rest, [])
        next(rest, None)  # the formal namespace
        next(rest, None)  # the next of the common block
        fields["dummies"] = next(rest, [])
        if attributes[0] == "PARAMETER":
            next(rest, None)  # the value
        fields["shape"] = next(rest, [])
        fields["result"] = next(rest, None)
        return fields

    def expression(self, node):
        """(text, precedence) of an expression; None if there is none."""
        if not node:
            return None
        if node[0] == "CONSTANT":
            value = unquote(node[3]) if len(node) > 3 else "?"
            return value or "?", UNARY if value.startswith("-") else ATOM
        if node[0] == "VARIABLE":
            name = self.symbols.get(int(node[3]), ("?",))[0].lower()
            return name + "".join(self.reference(part) for part in (node[4] if len(node) > 4 else [])), ATOM
        if node[0] == "OP":
            return self.operation(node)
        if node[0] == "FUNCTION":
            return self.call(node)
        return "?", ATOM

    def reference(self, part):
        """`%component` or `(subscripts)`"""
        if part[0] == "COMPONENT":
            components = self.symbols[int(part[1])][4][1]
            named = [unquote(component[1]) for component in components if component[0] == part[2]]
            return f"%{named[0].lower()}" if named else "%?"
        if part[0] == "ARRAY" and part[1][0] == "ELEMENT":
            subscripts = [self.expression(node) for node in part[1][2:] if isinstance(node, list)]
            return f"({','.join(text for text, _ in filter(None, subscripts))})"
        return ""

    def operation(self, node):
        operands = [self.expression(operand) for operand in node[4:] if isinstance(operand, list) and operand]
        operands = [operand for operand in operands if operand]
        if node[3] in ("PARENTHESES", "UPLUS") and operands:
            return operands[0]
        if node[3] == "UMINUS" and operands:
            text, level = operands[0]
            return "-" + (text if level > UNARY else f"({text})"), UNARY
        operator = OPERATORS.get(node[3])
        if operator in PRECEDENCE and len(operands) == 2:
            return print_binary(operator, *operands)
        return "?", ATOM

    def call(self, node):
        # (FUNCTION type rank symtree (actuals) 'resolved name' flag symbol|'intrinsic')
        if len(node) > 6 and node[6] == "0" and isinstance(node[-1], str):
            name = unquote(node[-1])
        elif isinstance(node[3], str) and node[3].isdigit() and int(node[3]) in self.symbols:
            name = self.symbols[int(node[3])][0]
        else:
            name = ([unquote(part) for part in node if str(part).startswith("'")] or ["?"])[-1]
        arguments = []
        for actual in node[4] if len(node) > 4 and isinstance(node[4], list) else []:
            parts = [part for part in actual if isinstance(part, list) and part and part[0] in EXPRESSIONS]
            if parts:
                arguments.append(self.expression(parts[0]))
        if name.startswith("__convert") and len(arguments) == 1:
            return arguments[0]
        return f"{name}({','.join(argument[0] for argument in arguments)})", ATOM

    def describe_type(self, described, spec):
        name = spec[0] if spec else "UNKNOWN"
        described["type"] = TYPES.get(name, name.lower())
        if name in ("DERIVED", "CLASS"):
            declared = self.symbols.get(int(spec[1]), ("?",))[0] if spec[1].isdigit() else "?"
            described["derived"] = declared.lower()
            if name == "CLASS":
                self.describe_class(described, int(spec[1]))
        elif name == "CHARACTER":
            described["kind"] = int(spec[1])
            length = spec[6] if len(spec) > 6 else []
            text = self.expression(length[0]) if isinstance(length, list) and length and length[0] else None
            described["len"] = ":" if "DEFERRED_CL" in spec else text[0] if text else "*"
        elif len(spec) > 1 and isinstance(spec[1], str) and spec[1].isdigit():
            described["kind"] = int(spec[1]) or None

    def describe_class(self, described, container):
        """The declared type is that of the container's `_data`; long names are hashed in the container's own."""
        rank, _, suffix = class_suffix(self.symbols[container][0])
        data = self.symbols[container][4][1][0]
        declared = self.symbols[int(data[2][1])][0]
        star = declared == "STAR"
        described |= {"type": "class(*)" if star else "class", "derived": None if star else declared.lower()}
        described["attrs"] = {"a": ["allocatable"], "p": ["pointer"]}.get(suffix, [])
        if rank:
            self.describe_shape(described, data[3])

    def describe_shape(self, described, shape):
        if not shape or not isinstance(shape[0], str):
            return
        kind = SHAPES.get(f"AS_{shape[2]}") if len(shape) > 2 else None
        described |= {"rank": int(shape[0]), "corank": int(shape[1]), "shape_kind": kind}
        bounds = [self.expression(bound) for bound in shape[3 : 3 + 2 * max(described["rank"], 0)]]
        bounds += [None] * (2 * described["rank"] - len(bounds))
        for lower, upper in zip(bounds[::2], bounds[1::2]):
            described["dims"].append([lower[0] if lower else None, upper[0] if upper else OPEN_UPPER.get(kind)])

    def describe_dummy(self, number, as_variable=False):
        """The ARG of a symbol; `as_variable`: of the function's own name as its result."""
        if number not in self.symbols:
            return None
        fields = self.fields(number)
        described = {"name": self.symbols[number][0].lower(), "class": "data", "type": "unknown", "kind": None}
        described |= {"len": None, "derived": None, "rank": 0, "corank": 0, "shape_kind": None, "dims": []}
        self.describe_type(described, fields["type"])
        self.describe_shape(described, fields["shape"])
        words = fields["words"]
        described["intent"] = INTENTS.get(words[1]) if len(words) > 1 else None
        described["implicit"] = "IMPLICIT_TYPE" in words
        attributes = [word.lower() for word in words if word in DUMMY_WORDS]
        described["attrs"] = sorted({*attributes, *described.get("attrs", [])})
        if words[0] == "PROCEDURE" and not as_variable:
            described["class"] = "procedure"
            described["interface"] = self.describe_interface(number)
            if "SUBROUTINE" in words or described["type"] == "unknown":
                described["type"] = "procedure"
        return described

    def describe_interface(self, number):
        fields = self.fields(number)
        words = fields["words"]
        kind = "subroutine" if "SUBROUTINE" in words else "function" if "FUNCTION" in words else None
        other = fields["type"][2] if len(fields["type"]) > 2 and isinstance(fields["type"][2], str) else "0"
        if not fields["dummies"] and other.isdigit() and int(other) in self.symbols and int(other) != number:
            via = self.symbols[int(other)][0].lower()  # procedure(via) :: dummy
            return {**self.describe_interface(int(other)), "via": via}
        altreturn = {"name": "*", "class": "altreturn"}
        dummies = [dummy for dummy in fields["dummies"] if isinstance(dummy, str)]
        result = None
        if kind == "function":
            named = int(fields["result"]) if str(fields["result"]).isdigit() else number
            own = named in (number, 0)
            result = self.describe_dummy(number if own else named, as_variable=own)
            if result:
                result["intent"] = None
        return {
            "kind": kind,
            "args": [self.describe_dummy(int(dummy)) if int(dummy) else altreturn for dummy in dummies],
            "result": result,
            "attrs": sorted(word.lower() for word in words if word in PROCEDURE_WORDS),
            "bind": self.symbols[number][2] or None,
        }


# ----------------------------------------------------------------------------------------------------------- enrichment


def enrich(file, folder):
    """Adds to the FILE of an oracle's answer what the .mod files in `folder` say of its modules."""
    for module in file["modules"]:
        path = os.path.join(folder, module["name"] + ".mod")
        if os.path.exists(path):
            read = ModuleFile(path)
            numbers = {}
            for number, (name, owner, _, namespace, _) in read.symbols.items():
                if owner == module["name"] and namespace == "1":
                    numbers.setdefault((name.lower(), name[:1].isupper()), number)
            enrich_module(module, read, numbers)
            units = [unit for unit in file["units"] if unit["parent"] == module["name"] and not unit["internal"]]
            enrich_units(units, module, read, numbers)
        for described in module["types"]:
            described.pop("parent_component", None)


def enrich_module(module, read, numbers):
    declared = read.declared_generics(module["name"])
    module["generics"] = {name: found for name, found in module["generics"].items() if name in declared}
    module["interfaces"] = {}
    for (name, _), number in numbers.items():
        fields = read.fields(number)
        body = len(fields["words"]) > 3 and fields["words"][3] == "BODY"
        if fields["words"][0] == "PROCEDURE" and (body or "ABSTRACT" in fields["words"]):
            module["interfaces"][name] = read.describe_interface(number)
    module["abstract"] = {
        name: found for name, found in module["interfaces"].items() if "abstract" in found.get("attrs", [])
    }
    names = {*module["parameters"], *module["generics"], *module["interfaces"]}
    names |= {described["name"] for described in module["variables"] + module["types"]}
    # The dump's PRIVATE is only what a statement says of the name itself: a bare PRIVATE is not seen there.
    module["access"] = {name: access_of(name, read, declared) for name in sorted(names)}
    for described in [*module["variables"], *module["types"]]:
        described["private"] = module["access"][described["name"]] == "private"
    for name, described in module["parameters"].items():
        described["private"] = module["access"][name] == "private"
    for described in module["types"]:
        parent = described.get("parent_component")
        number = numbers.get((described["name"], True))
        if parent and number is not None and read.fields(number)["attributes"][EXTENSION] == "0":
            described["extends"] = None  # a component that has the name of its type
            described["components"].insert(0, parent)


def access_of(name, read, generics):
    return "public" if name in read.accessible or name in generics else "private"


def enrich_units(units, module, read, numbers):
    for unit in units:
        if unit["entry_of"]:
            continue  # gfortran takes every ENTRY for public
        unit["private"] = unit["name"] not in read.accessible
        module["access"][unit["name"]] = "private" if unit["private"] else "public"
        number = numbers.get((unit["name"], False))
        if number is None:
            continue
        if "bind(c)" in unit["attrs"]:
            unit["bind"] = read.symbols[number][2] or unit["name"]
        for dummy, described in zip(unit["args"], read.describe_interface(number)["args"]):
            if dummy.get("class") == "procedure" and described and described.get("interface"):
                dummy["interface"] = described["interface"]
