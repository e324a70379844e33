"""gfortran's dump (-fdump-fortran-original, gcc/fortran/dump-parse-tree.cc) as scopes with their symbols."""

import re
import threading

from expressions import DumpExpression, expression_text

TYPES = {
    "INTEGER": "integer", "REAL": "real", "COMPLEX": "complex", "LOGICAL": "logical", "CHARACTER": "character",
    "DERIVED": "derived", "CLASS": "class", "UNKNOWN": "unknown", "HOLLERITH": "hollerith",
    "PROCEDURE": "procedure", "TYPE(*)": "type(*)", "VOID": "void", "ASSUMED": "type(*)",
}  # fmt: skip
SHAPES = {
    "AS_EXPLICIT": "explicit", "AS_ASSUMED_SIZE": "assumed_size", "AS_ASSUMED_SHAPE": "assumed_shape",
    "AS_DEFERRED": "deferred", "AS_ASSUMED_RANK": "assumed_rank", "AS_IMPLIED_SHAPE": "implied_shape",
}  # fmt: skip
OPEN_UPPER = {"assumed_size": "*", "assumed_shape": ":", "deferred": ":"}

SYMBOL = re.compile(r"symtree: '(.*?)'\s*\|\| symbol: '(.*?)'\s*(?:from namespace '(.*?)')?\s*(Ambiguous)?$")
COMMON = re.compile(r"common: /(.*?)/ ?(.*)$")
OPERATOR = re.compile(r"Operator interfaces for (.*?): ?(.*)$")
USER_OPERATOR = re.compile(r"\w+:( \w+)*$")
GENERIC = re.compile(r"GENERIC, (\w+) :: (.*?) => (.*)$")
BINDING = re.compile(r"PROCEDURE(.*?) :: (\S+)(?: => (\S+))?")
AFTER_COMPONENTS = re.compile(r"(hash|Procedure bindings|Operator bindings|symtree|Formal arglist|code)\b")
PROCEDURE_NAME = "procedure name = "

# What a class container `__class_...` of the dump that is being read stands for; a dump is read by one thread.
_reading = threading.local()


class Symbol:
    __slots__ = (
        "attributes", "bindings", "components", "finals", "formal", "from_scope", "generic_bindings", "generics",
        "name", "result", "shape", "symbol", "type", "value",
    )  # fmt: skip

    def __init__(self, name, symbol, from_scope):
        self.name, self.symbol, self.from_scope = name, symbol, from_scope
        self.type = self.attributes = self.shape = self.formal = self.result = self.value = self.generics = None
        self.components, self.bindings, self.generic_bindings, self.finals = None, [], {}, []

    def words(self):
        return attribute_words(self.attributes)


class Scope:
    """A namespace: of a module, a procedure or a program."""

    def __init__(self, name, depth, implicit):
        self.name, self.depth, self.implicit = name, depth, implicit
        self.symbols, self.children, self.parent = {}, [], None
        self.commons, self.operators = {}, {}

    def implicit_none(self):
        return self.implicit.startswith("A-Z: (UNKNOWN")


def split_words(text):
    """Splits at blanks outside brackets and quotes."""
    words, depth, word, quote = [], 0, "", None
    for character in text:
        if quote:
            word += character
            if character == quote:
                quote = None
        elif character == " " and depth <= 0:
            if word:
                words.append(word)
            word = ""
        else:
            word += character
            if character in "'\"":
                quote = character
            elif character in "([":
                depth += 1
            elif character in ")]":
                depth -= 1
    return [*words, word] if word else words


def attribute_words(text):
    """'(VARIABLE  DIMENSION DUMMY(IN))' -> list of words"""
    if not text:
        return []
    text = text.strip().removeprefix("(").removesuffix(")")
    text = re.sub(r"USE-ASSOC\(.*?\)", lambda found: found.group(0).replace(" ", ""), text)
    return text.split()


# ---------------------------------------------------------------------------------------------------------------- types


def class_suffix(container):
    """'__class_m_T_1_0a' -> (rank, corank, 'a')"""
    found = re.match(r"__class_.*?(?:_(\d+)_(\d+))?_?([tap])$", container)
    if not found:
        return 0, 0, "t"
    return int(found.group(1) or 0), int(found.group(2) or 0), found.group(3)


def class_of(container):
    """The declared type behind a class container; None for class(*)."""
    known = getattr(_reading, "classes", {}).get(container)
    if known and known != "star":
        return known
    if "__STAR" in container:
        return None
    found = re.match(r"__class_(.*?)_(?:t|a|p|\d+_\d+[tap]|\d+[tap])$", container)
    if not found:
        return container
    full = found.group(1)  # module_Type: gfortran capitalizes the type's first letter
    capitals = [mark.start() for mark in re.finditer(r"_(?=[A-Z])", full)]
    return full[capitals[0] + 1 :] if capitals else full


def parse_type(text):
    """'(REAL 8)' '(CHARACTER 8 1)' '(CHARACTER () 1)' '(DERIVED t)' '(CLASS __class_m_T_t)' -> dict"""
    text = text.strip()
    found = {"type": "unknown", "kind": None, "len": None, "derived": None}
    if text.startswith("(TYPE(*)"):
        found["type"] = "type(*)"
        return found
    body = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    parts = split_words(body)
    if not parts:
        return found
    found["type"] = TYPES.get(parts[0], parts[0].lower())
    if parts[0] in ("DERIVED", "CLASS", "UNION"):
        name = parts[1] if len(parts) > 1 else None
        if parts[0] == "CLASS" and name:
            found["container"] = name
            name = class_of(name)
            if name is None:
                found["type"] = "class(*)"
        found["derived"] = name.lower() if name else None
    elif parts[0] == "CHARACTER":
        parse_character(parts, found)
    elif len(parts) > 1 and parts[1].isdigit():
        found["kind"] = int(parts[1])
    return found


def parse_character(parts, found):
    if len(parts) < 2:
        return
    found["len"] = "*" if parts[1] == "()" else expression_text(parts[1])
    if len(parts) == 2:
        found["kind"] = 1
    elif parts[2].isdigit():
        found["kind"] = int(parts[2])
    if "DEFERRED" in parts:
        found["len"] = ":"


def parse_shape(text):
    """'(2 [0] AS_ASSUMED_SIZE 1 dgesv:lda 1 () )' -> rank, corank, shape_kind, dims"""
    body = text.strip().removeprefix("(").removesuffix(")")
    found = re.match(r"\s*(-?\d+) \[(\d+)\]\s*(\S+)?\s*(.*)$", body, re.S)
    if not found:
        return None
    rank, corank, kind = int(found.group(1)), int(found.group(2)), SHAPES.get(found.group(3) or "")
    dims = []
    if rank + corank > 0:
        bounds = read_bounds(found.group(4))
        for lower, upper in zip(bounds[::2], bounds[1::2]):
            if upper is None and len(dims) < rank:
                upper = OPEN_UPPER.get(kind)
            dims.append([lower, upper])
    return {"rank": rank, "corank": corank, "shape_kind": kind, "dims": dims[: max(rank, 0)]}


def read_bounds(text):
    expressions, bounds = DumpExpression(text), []
    try:
        while not expressions.at_end():
            bounds.append(expressions.next())
    except (ValueError, IndexError, AttributeError, RecursionError):
        return ["?" + text]
    return bounds


def learn_classes(scopes):
    """Remembers, for parse_type(), which types the class containers of this dump stand for."""
    _reading.classes = {}
    todo = list(scopes)
    while todo:
        scope = todo.pop()
        todo += scope.children
        for symbol in scope.symbols.values():
            if symbol.name.startswith("__class_") and symbol.components:
                data = re.match(r"\(_data \(DERIVED (\w+)\)", symbol.components[0])
                if data:
                    _reading.classes[symbol.name] = data.group(1).lower()


# --------------------------------------------------------------------------------------------------------------- scopes


class DumpReader:
    """Reads the lines of a dump; `tops` are the scopes of its program units."""

    def __init__(self, text):
        self.lines = text.split("\n")
        self.at = 0
        self.tops, self.stack = [], []
        self.scope = self.symbol = None
        self.in_code = self.in_operators = False
        self.skipping = None  # the indentation of a scope without a name (a parameterized type's, a BLOCK's)

    def read(self):
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.read_line(line.strip(), len(line) - len(line.lstrip(" ")))
        learn_classes(self.tops)
        return self.tops

    def skips(self, indent):
        return self.skipping is not None and indent > self.skipping

    def read_line(self, text, indent):
        self.at += 1
        if text.startswith("Namespace:"):
            self.open_scope(text[10:].strip(), indent)
        elif text.startswith("symtree: "):
            self.open_symbol(text, indent)
        elif text == "code:":
            self.in_code, self.symbol, self.in_operators = not self.skips(indent), None, False
        elif self.in_code:
            self.in_code = not (text == "CONTAINS" or text.startswith("-----"))
        elif not self.skips(indent):
            self.read_declaration(text)

    def open_scope(self, implicit, indent):
        name = self.lines[self.at].strip() if self.at < len(self.lines) else ""
        if not name.startswith(PROCEDURE_NAME):
            self.skipping = indent
            return
        self.at += 1
        scope = Scope(name[len(PROCEDURE_NAME) :], indent, implicit)
        while self.stack and self.stack[-1].depth >= indent:
            self.stack.pop()
        if self.stack:
            scope.parent = self.stack[-1]
            scope.parent.children.append(scope)
        else:
            self.tops.append(scope)
        self.stack.append(scope)
        self.scope, self.symbol, self.skipping = scope, None, None
        self.in_code = self.in_operators = False

    def open_symbol(self, text, indent):
        if self.skips(indent):
            ends = ("symtree:", "Namespace:", "code:", "CONTAINS")
            while self.at < len(self.lines) and not self.lines[self.at].strip().startswith(ends):
                self.at += 1
            return
        found = SYMBOL.match(text)
        if found and self.scope is not None and not (self.in_code and indent > self.scope.depth + 2):
            self.in_code, self.skipping = False, None
            self.symbol = Symbol(*found.group(1, 2, 3))
            self.scope.symbols[self.symbol.name] = self.symbol

    def read_declaration(self, text):
        if self.scope is None:
            return
        if text.startswith("common: ") and self.symbol is None:
            found = COMMON.match(text)
            if found and not re.match(r"_\d+_", found.group(1)):  # /_1_BLOCK/ is a module's that is used
                variables = [name.strip() for name in found.group(2).split(",")]
                self.scope.commons[found.group(1).strip()] = [name for name in variables if name]
        elif text.startswith("Operator interfaces for "):
            found = OPERATOR.match(text)
            if found:
                self.scope.operators[found.group(1)] = found.group(2).split()
            self.symbol = None
        elif text.startswith(("User operators", "Equivalence:")):
            self.symbol, self.in_operators = None, text.startswith("User")
        elif self.in_operators and USER_OPERATOR.match(text):
            name, specifics = text.split(":")
            self.scope.operators[f".{name}."] = specifics.split()
        elif self.symbol is not None:
            self.read_property(self.symbol, text)

    def read_property(self, symbol, text):
        for prefix, field in (
            ("type spec : ", "type"), ("attributes: ", "attributes"), ("Array spec:", "shape"),
            ("Formal arglist:", "formal"), ("result: ", "result"), ("value: ", "value"),
        ):  # fmt: skip
            if text.startswith(prefix):
                setattr(symbol, field, text[len(prefix) :].strip())
                return
        if text.startswith("Generic interfaces:"):
            symbol.generics = text[19:].split()
        elif text.startswith("components:"):
            symbol.components = self.read_components()
        elif text.startswith("FINAL "):
            symbol.finals.append(text[6:].strip())
        elif text.startswith("GENERIC"):
            found = GENERIC.match(text)
            if found:
                specifics = [name.strip() for name in found.group(3).split(",")]
                symbol.generic_bindings.setdefault(found.group(2), []).extend(specifics)
        elif text.startswith("PROCEDURE") and "::" in text:
            found = BINDING.match(text)
            if found:
                words = [word.strip().lower() for word in found.group(1).split(",")]
                binding = {"name": found.group(2), "target": found.group(3) or found.group(2)}
                symbol.bindings.append({**binding, "attrs": [word for word in words if word]})

    def read_components(self):
        components = []
        while self.at < len(self.lines):
            text = self.lines[self.at].strip()
            if not text:
                self.at += 1
                break
            if not text.startswith("(") and not (components and not AFTER_COMPONENTS.match(text)):
                break
            components.append(text)
            self.at += 1
        return components


def parse_dump(text):
    """The scopes of the dump's program units."""
    return DumpReader(text).read()
