"""What f2py's docstrings say of a routine, and the calls to make of it."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

HEAD = re.compile(r"^(?:(?P<returns>[\w, ]+?) = )?(?P<name>\w+)\((?P<parameters>.*)\)\s*$")
PARAMETER = re.compile(r"^(?P<name>\w+) : (?P<rest>.+)$")
ARRAY = re.compile(r"rank-(?P<rank>\d+) array\((?:[^']*,)?'(?P<code>\w+)'\)(?: with bounds \((?P<bounds>.*)\))?")
LENGTH = re.compile(r"string\(len=(\d+)\)")
# How long an array is where nothing says it.
EXTENT = 3


@dataclass
class Parameter:
    """One parameter: how it is written, and what f2py says that it takes."""

    name: str
    is_optional: bool
    text: str = ""

    @property
    def array(self):
        """The type code and the bounds, if it is an array."""
        found = ARRAY.search(self.text)
        if not found or found["rank"] == "0":
            return None
        bounds = split_bounds(found["bounds"] or "")
        bounds += ["" for _ in range(int(found["rank"]) - len(bounds))]
        return found["code"], bounds[: int(found["rank"])]

    @property
    def is_rank_0(self):
        """Whether it takes an array that is written to."""
        found = ARRAY.search(self.text)
        return bool(found) and found["rank"] == "0"

    @property
    def code(self):
        """The type code of a rank-0 array."""
        return ARRAY.search(self.text)["code"]


@dataclass
class Routine:
    """A routine: `returns = path(parameters)`."""

    path: str
    parameters: list = field(default_factory=list)
    returns: list = field(default_factory=list)


def split_bounds(text):
    """The extents between commas that stand in no parentheses."""
    parts, depth, start = [], 0, 0
    for position, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]] if text else []


def parse_docstring(path, text):
    """The routine that f2py's docstring describes; `None` if it describes none."""
    lines = (text or "").splitlines()
    head = HEAD.match(lines[0].strip()) if lines else None
    if not head:
        return None
    required, _, optional = head["parameters"].partition("[")
    names = [(name.strip(), False) for name in required.split(",") if name.strip()]
    names += [(name.strip(" ]"), True) for name in optional.split(",") if name.strip(" ]")]
    said = {}
    for line in lines:
        if found := PARAMETER.match(line.strip()):
            said.setdefault(found["name"], found["rest"])
    parameters = [Parameter(name, is_optional, said.get(name, "")) for name, is_optional in names]
    returns = [name.strip() for name in (head["returns"] or "").split(",") if name.strip()]
    return Routine(path, parameters, returns)


def extent(bound, integers):
    """The value of a bound where integers have these values."""
    try:
        value = eval(bound, {"__builtins__": {}}, defaultdict(lambda: EXTENT, integers))  # noqa: S307
        return max(1, min(int(value), 6))
    except Exception:
        return EXTENT


def base_value(parameter):
    """A value that f2py takes, as Python text over `np`."""
    text = parameter.text
    if array := parameter.array:
        code, bounds = array
        shape = tuple(extent(bound, {}) for bound in bounds)
        return array_text(code, shape)
    if parameter.is_rank_0:
        if length := LENGTH.search(text):
            return f"np.array(b'abc', 'S{length[1]}')"
        return f"np.array({scalar_text(parameter.code)}, '{numpy_code(parameter.code)}')"
    if "call-back" in text:
        return "(lambda *a: 1.5)"
    if "tuple" in text:
        return "()"
    for word, value in (("int", "3"), ("float", "1.5"), ("complex", "1.5+2j"), ("string", "b'abc'")):
        if word in text:
            return value
    return "3"


def numpy_code(code):
    """f2py's letter for NumPy: `c` is a character."""
    return "S3" if code in "SUa" else "S1" if code == "c" else code


def scalar_text(code):
    return {"F": "1.5+2j", "D": "1.5+2j", "c": "b'a'", "S": "b'abc'"}.get(code, "1.5" if code in "fd" else "1")


def array_text(code, shape, order="F"):
    """An array of this type with different elements."""
    size = 1
    for part in shape:
        size *= part
    if code in ("c", "S", "U", "a"):
        letters = "np.array([b'abc', b'de', b'f', b'ghi'] * 60)"
        return f"np.array({letters}[:{size}].astype('{numpy_code(code)}').reshape({shape}), order='{order}')"
    return f"np.array((np.arange({size}) + 1).reshape({shape}), '{code}', order='{order}')"


def other_values(parameter):
    """Values of other types and shapes."""
    if array := parameter.array:
        code, bounds = array
        shape = tuple(extent(bound, {}) for bound in bounds)
        longer = (*shape[:-1], shape[-1] + 1)
        flat = 1
        for part in shape:
            flat *= part
        yield from (f"({array_text(code, shape)}).tolist()", array_text(code, shape, "C"), array_text(code, longer))
        yield from (f"{array_text(code, (*shape, 2))}[..., 0]", array_text(code, (flat,)))
        yield array_text(code, (1, *shape))
        yield from (f"np.ones({shape}, '{other}', order='F')" for other in ("i1", "i4", "i8", "f4", "f8", "c16", "?"))
        yield from (f"np.zeros({(0,) * len(shape)}, 'f8')", "[]", "2.5", "'abc'", "None", "{}", "[[1], [1, 2]]", "len")
        return
    yield from ("2", "2.75", "-1", "True", "1+2j", "'7'", "'abc'", "b'x'", "[4]", "[4, 5]", "[]", "()", "{}", "None")
    yield from ("300", "10**10", "10**23", "10**400", "float('nan')", "np.int8(5)", "np.float32(1.5)", "np.array(6.5)")
    yield from ("np.array([7.5])", "np.array([1, 2])", "np.array(b'q')", "len", "object()")


def calls(routine):
    """The calls to make: text of positional arguments and of keyword arguments."""
    required = [parameter for parameter in routine.parameters if not parameter.is_optional]
    optional = [parameter for parameter in routine.parameters if parameter.is_optional]
    base = [base_value(parameter) for parameter in required]
    yield base, {}
    yield [], {parameter.name: value for parameter, value in zip(required, base)}
    yield base[:-1], {}
    yield [*base, "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1"], {}
    yield base, {"no_such_keyword": "1"}
    if required:
        yield base, {required[0].name: base[0]}
    for index, parameter in enumerate(required):
        for value in other_values(parameter):
            yield [*base[:index], value, *base[index + 1 :]], {}
    for parameter in optional:
        for value in [base_value(parameter), *other_values(parameter)]:
            yield base, {parameter.name: value}
