"""Compares dummy arguments and results field by field."""

import dataclasses
import re

FIELDS = ["class", "type", "kind", "len", "derived", "rank", "shape_kind", "dims", "intent", "implicit", "attrs"]
OF_RESULT = ["type", "kind", "len", "derived", "rank", "dims"]
ATTRIBUTES = ("allocatable", "pointer", "target", "contiguous", "optional", "value", "volatile", "asynchronous")
KINDLESS = ("derived", "class", "procedure", "class(*)", "type(*)", "unknown")
NOT_OF_PROCEDURES = ("rank", "dims", "shape_kind", "len", "implicit")


@dataclasses.dataclass(frozen=True)
class Difference:
    """`where` is the procedure or entity, `field` what of it differs."""

    where: str
    field: str
    true: object
    mine: object

    def __str__(self):
        return f"{self.where}: {self.field}: gfortran {self.true!r}, fwrap {self.mine!r}"


def normalize(text):
    """Without blanks and with one sort of quotes; gfortran's own name of LEN_TRIM is as good."""
    if text is None:
        return None
    return re.sub(r"__len_trim\d", "len_trim", re.sub(r"\s", "", str(text)).replace('"', "'"))


def normalize_field(field, true, mine):
    """The two values of a field as they are compared."""
    if field == "attrs":
        return (
            sorted(word for word in true or [] if word in ATTRIBUTES),
            sorted(word for word in mine or [] if word != "external"),
        )
    if field == "dims":
        return tuple([[normalize(bound) for bound in bounds] for bounds in dims or []] for dims in (true, mine))
    if field == "len":
        return normalize(true), normalize(mine)
    return true, mine


def compare_argument(true, mine, fields=FIELDS):
    """(field, true value, my value) of each difference."""
    differences = []
    for field in fields:
        if true.get("class") == "procedure" and field in NOT_OF_PROCEDURES:
            continue
        if field == "kind" and true.get("type") in KINDLESS:
            continue
        one, other = normalize_field(field, true.get(field), mine.get(field))
        if one != other:
            differences.append((field, one, other))
    return differences


def compare_arguments(true, mine, name):
    """Differences of two argument lists; one only if the names differ."""
    names, my_names = [[dummy["name"] for dummy in dummies] for dummies in (true, mine)]
    if names != my_names:
        return [Difference(name, "arg names", names, my_names)]
    differences = []
    for one, other in zip(true, mine):
        if one["class"] != "altreturn":
            for field, true_value, my_value in compare_argument(one, other):
                differences.append(Difference(f"{name}({one['name']})", "arg " + field, true_value, my_value))
    return differences
