"""Fortran text from the expressions of gfortran's dump (show_expr() of gcc/fortran/dump-parse-tree.cc).

The text is lower case, constants folded, kind conversions dropped, with the fewest parentheses and no blanks: n*(n+3)/2
"""

import re

ATOM = 20
UNARY = 7
PRECEDENCE = {
    "**": 9, "*": 8, "/": 8, "+": 6, "-": 6, "//": 5,
    "==": 4, "/=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "=": 4,
    "not": 3, "and": 2, "or": 1, "eqv": 0, "neqv": 0,
}  # fmt: skip
NOT_PRESENT = "arg not-present"
OPERATOR = re.compile(r"(U\+|U-|\*\*|//|/=|<=|>=|==|[-+*/<>=]|NOT|AND|OR|EQV|NEQV|not|and|or|eqv|neqv|parens)(?= )")
STRING = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"]|\"\")*\"")
BOZ = re.compile(r"\{[^}]*\}(_\d+)?")
TOKEN = re.compile(
    r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?(?:_\d+)?"
    r"|\.(?:true|false)\.(?:_\d+)?"
    r"|[A-Za-z_][\w.@$]*(?::[A-Za-z_][\w.@$]*)?|\S"
)
KEYWORD = re.compile(r"([A-Za-z_]\w*) = ")
COMPONENT = re.compile(r"[A-Za-z_]\w*")
LIBRARY_NAME = re.compile(r"__([a-z]+(?:\d+|(?:_[a-z]+)*?))(?:_[a-z]?\d\w*|_1)?$")


def print_binary(operator, left, right):
    """(text, precedence) of an operation from those of its operands."""
    level = PRECEDENCE[operator]
    power = operator == "**"
    left = left[0] if left[1] > level or (left[1] == level and not power) else f"({left[0]})"
    right = right[0] if right[1] > level or (right[1] == level and power) else f"({right[0]})"
    sign = {"=": "=="}.get(operator, operator)
    if sign in ("and", "or", "eqv", "neqv"):
        sign = f".{sign}."
    return left + sign + right, level


def print_unary(operator, operand):
    """(text, precedence) of a sign or `.not.` before an operand."""
    if operator == "U+":
        return operand
    text = operand[0] if operand[1] > UNARY else f"({operand[0]})"
    return (".not." if operator == "not" else "-") + text, UNARY


class DumpExpression:
    """A cursor over the text of one or more dumped expressions."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def at_end(self):
        self.skip_blanks()
        return self.at >= len(self.text)

    def skip_blanks(self):
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1

    def sees(self, token):
        return self.text.startswith(token, self.at)

    def take(self, token):
        if self.sees(token):
            self.at += len(token)
            return True
        return False

    def expect(self, token):
        if not self.take(token):
            raise ValueError(f"expected {token!r} at {self.text[self.at : self.at + 40]!r}")

    def match(self, pattern):
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def next(self):
        """The text of the next expression; None where it is absent."""
        read = self.read()
        return read[0] if read else None

    def read(self):
        """(text, precedence) of the next expression; None for '()' (absent)."""
        self.skip_blanks()
        if self.sees("(/ ") and self.opens_constructor():
            return self.read_constructor()
        if self.take("("):
            return self.read_parenthesized()
        if self.text[self.at] in "'\"":
            return self.match(STRING).group(0), ATOM
        if self.sees("{"):
            return self.match(BOZ).group(0), ATOM
        token = self.match(TOKEN).group(0)
        if re.match(r"[-+]?\d", token):
            token = re.sub(r"_\d+$", "", token)
            return token, UNARY if token[0] == "-" else ATOM
        if token.startswith("."):
            return re.sub(r"_\d+$", "", token), ATOM
        return self.read_suffixes(token.split(":")[-1])

    def read_until(self, close):
        items = []
        while True:
            self.skip_blanks()
            if self.take(close):
                return [item for item in items if item is not None]
            items.append(self.read())

    def read_constructor(self):
        """`(/ a , b /)`"""
        self.at += 2
        parts = []
        while True:
            self.skip_blanks()
            if self.take("/)"):
                return f"(/{','.join(parts)}/)", ATOM
            if not self.take(","):
                parts.append(self.next() or "")

    def opens_constructor(self):
        """'(/ a , b /)' is a constructor, '(/ a b)' a division."""
        depth = 0
        for index in range(self.at, len(self.text)):
            if self.text[index] == "(":
                depth += 1
            elif self.text[index] == ")":
                depth -= 1
                if depth == 0:
                    return self.text[index - 1] == "/"
        return False

    def read_parenthesized(self):
        self.skip_blanks()
        if self.take(")") or self.take(NOT_PRESENT + ")"):
            return None
        operator = self.match(OPERATOR)
        if operator:
            return self.read_operation(operator.group(1))
        if self.take("complex "):
            return f"({','.join(part[0] for part in self.read_until(')'))})", ATOM
        items = self.read_until(")")
        if len(items) == 1:
            return items[0]
        return f"({','.join(item[0] for item in items)})", ATOM

    def read_operation(self, operator):
        if len(operator) > 2:
            operator = operator.lower()
        operands = self.read_until(")")
        if operator == "parens":
            return operands[0] if operands else None
        if operator in ("U-", "U+") or len(operands) == 1:
            return print_unary(operator, operands[0])
        return print_binary(operator, operands[0], operands[1])

    def read_suffixes(self, name):
        """What follows a name: calls `f[[((a) (b))]]` or `f[((a))]`, subscripts `(..)`, components ` % c`."""
        text, conversion = name, None
        while True:
            if self.sees("["):
                text, conversion = self.read_call(text)
                if conversion:
                    return conversion
            elif self.take("(FULL)"):
                pass
            elif self.take("("):
                text += self.read_subscripts()
            elif self.take(" % "):
                text += "%" + self.match(COMPONENT).group(0)
            else:
                return text, ATOM

    def read_call(self, name):
        """(text of the call, None), or (_, the argument) for a conversion, which is not written."""
        close = "]]" if self.take("[[") else "]"
        if close == "]":
            self.expect("[")
        arguments = []
        self.skip_blanks()
        if self.take("("):
            while True:
                self.skip_blanks()
                if self.take(")"):
                    break
                arguments.append(self.read_argument())
        self.skip_blanks()
        self.expect(close)
        if name.startswith("__convert_") and len(arguments) == 1:
            return name, arguments[0]
        texts = [argument[0] for argument in arguments if argument]
        return f"{plain_name(name)}({','.join(texts)})", None

    def read_argument(self):
        """An actual argument; None where it is not present."""
        self.expect("(")
        self.skip_blanks()
        value = None
        if not self.take(NOT_PRESENT):
            self.match(KEYWORD)
            value = self.read()
        self.skip_blanks()
        self.expect(")")
        return value

    def read_subscripts(self):
        parts = []
        while True:
            self.skip_blanks()
            if self.take(")"):
                return f"({','.join(parts)})".replace(",:,", ":")
            if self.take(","):
                continue
            parts.append(":" if self.take(":") else self.next() or "")


def plain_name(name):
    """The intrinsic's name of a library function: __max_i4 -> max"""
    if name.startswith("__len_trim"):  # __len_trim1
        return "len_trim"
    if name.startswith("__"):
        found = LIBRARY_NAME.match(name)
        name = found.group(1) if found else name
    return re.sub(r"^_gfortran_([a-z]+)(?:_\w+)?$", r"\1", name.replace("_F.", ""))


def expression_text(text):
    """The Fortran text of a dumped expression; '?' and the dump's own text if it cannot be read."""
    try:
        return DumpExpression(text).next()
    except (ValueError, IndexError, AttributeError, RecursionError):
        return "?" + text
