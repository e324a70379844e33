"""Values of named constants, as gfortran's dump, flang or fwrap write them, and whether two of them are the same.

`3`, `2.5e0_8`, `.true.`, `'ab'`, `(/ 1 , 2 /)`, `[1, 2]`, `(complex 1.0 -2.0)`, `(1.0,-2.0)`
"""

import math
import re

TOKEN = re.compile(
    r"\s*(?:(?P<text>(?:\d_)?'(?:[^']|'')*'|(?:\d_)?\"(?:[^\"]|\"\")*\")"
    r"|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[edq][-+]?\d+)?(?:_\w+)?)"
    r"|(?P<logical>\.(?:true|false)\.(?:_\w+)?)"
    r"|(?P<mark>\(/|/\)|[()\[\],])|(?P<word>[-+]?\w[\w%]*(?:\(\))?|::))",
    re.I,
)
# How far apart two decimal texts of one real may be: the digits that each kind prints.
PRECISION = {4: 2e-6, 8: 4e-15, 10: 4e-18, 16: 1e-30}


class Unreadable(ValueError):
    """A value that is none of the above, such as a structure constructor."""


def parse_value(value):
    """Numbers, bools, strings, complex, and lists of them."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, list):
        return [parse_value(item) for item in value]
    tokens = []
    text = str(value).strip()
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise Unreadable(text)
        tokens.append((found.lastgroup, found.group(found.lastgroup)))
        at = found.end()
    parsed, rest = parse_tokens(tokens)
    if rest:
        raise Unreadable(text)
    return parsed


def parse_tokens(tokens):
    if not tokens:
        raise Unreadable("")
    kind, text = tokens[0]
    rest = tokens[1:]
    if kind == "text":
        quoted = re.sub(r"^\d_", "", text)
        return quoted[1:-1].replace(quoted[0] * 2, quoted[0]), rest
    if kind == "number":
        return parse_number(text), rest
    if kind == "logical":
        return text.lower().startswith(".true"), rest
    if text.lower() in ("inf", "+inf", "-inf", "nan", "infinity", "-infinity"):
        return float(text), rest
    if text in ("(/", "["):
        return parse_list(rest, "/)" if text == "(/" else "]")
    if text == "(":
        if rest and rest[0][1].lower() == "complex":
            rest = rest[1:]
        parts, rest = parse_list(rest, ")")
        if len(parts) == 1:
            return parts[0], rest
        if len(parts) == 2 and all(isinstance(part, (int, float)) for part in parts):
            return complex(*parts), rest
    raise Unreadable(text)


def parse_list(tokens, close):
    items = []
    while tokens:
        if tokens[0][1] == close:
            return items, tokens[1:]
        if tokens[0][1] == ",":
            tokens = tokens[1:]
            continue
        item, tokens = parse_tokens(tokens)
        items.append(item)
    raise Unreadable(close)


def parse_number(text):
    text = re.sub(r"_\w+$", "", text).lower()
    if re.fullmatch(r"[-+]?\d+", text):
        return int(text)
    return float(text.replace("d", "e").replace("q", "e"))


def flatten(value):
    if isinstance(value, list):
        return [leaf for item in value for leaf in flatten(item)]
    return [value]


def close_to(one, other, precision):
    if one == other or (math.isnan(one) and math.isnan(other)):
        return True
    return abs(one - other) <= precision * max(abs(one), abs(other))


def same_scalar(one, other, precision):
    if isinstance(one, bool) or isinstance(other, bool):
        return bool(one) == bool(other) and not isinstance(one, str) and not isinstance(other, str)
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and one.rstrip() == other.rstrip()
    if isinstance(one, complex) or isinstance(other, complex):
        one, other = complex(one), complex(other)
        return close_to(one.real, other.real, precision) and close_to(one.imag, other.imag, precision)
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    return close_to(float(one), float(other), precision)


def same_value(one, other, kind=None):
    """Whether two texts say the same value; a scalar is that of each element."""
    one, other = flatten(parse_value(one)), flatten(parse_value(other))
    if len(one) == 1 and one != other:
        one *= max(len(other), 1)
    if len(other) == 1:
        other *= max(len(one), 1)
    precision = PRECISION.get(kind, 2e-6)
    return len(one) == len(other) and all(same_scalar(left, right, precision) for left, right in zip(one, other))
