"""What is called a million times, by the module that it needs: (name, function without arguments, objects it holds)."""

import numpy as np


# Nobody frees what a frame had allocated that a STOP leaves: 80 bytes, and what the allocator needs around them.
PAST_LOCALS = "STOP past an allocated local (of 80 bytes)"
EXPECTED = {PAST_LOCALS: 96}


def raising(function, *arguments, **keywords):
    """The call as a function that fails where nothing is raised."""

    def call():
        try:
            function(*arguments, **keywords)
        except Exception:
            return
        raise AssertionError(f"{function.__name__}{arguments} raises nothing")

    return call


def calling(function, *arguments, **keywords):
    return lambda: function(*arguments, **keywords)


def plain(module):
    """Scalars, arrays in every way they cross, text, and what is refused."""
    f = module.plain
    line, ints, single = np.arange(8.0), np.arange(8, dtype="i4"), np.arange(8, dtype="f4")
    spaced, back = np.zeros(16)[::2], np.zeros(8)[::-1]
    wide, flat, record = np.zeros((4, 4))[::2, ::2], np.zeros((2, 2)), np.zeros(8, [("a", "f8"), ("b", "f8")])["b"]
    fixed, number, objects = np.zeros(8), np.array(3, "i4"), np.array([1.0, None], object)
    fixed.flags.writeable = False
    text, letters = "wörld", np.array("abc", "S8")
    large = np.zeros(1024)[::2]
    held = [line, ints, single, spaced, back, wide, flat, record, fixed, number, objects, text, letters, large]
    cases = {
        "scalar in, integer result": calling(f.next, 41),
        "scalars in and out": calling(f.scalars, 1.5, 2),
        "scalar updated in place": calling(f.count_up, number),
        "keywords": calling(f.scalars, b=2, a=1.5),
        "optional arguments absent": calling(f.given),
        "optional arguments present": calling(f.given, line, k=3),
        "array in, contiguous": calling(f.flat_total, line),
        "array in, by descriptor": calling(f.total, spaced),
        "array in, strided, packed": calling(f.flat_total, spaced),
        "array in, large, strided, packed": calling(f.flat_total, large),
        "array in, converted from integers": calling(f.flat_total, ints),
        "array in, converted from float32": calling(f.flat_total, single),
        "array in, from a list": calling(f.flat_total, [1.0, 2.0, 3.0]),
        "array in, field of records": calling(f.flat_total, record),
        "array in, empty": calling(f.flat_total, line[:0]),
        "array inout, contiguous": calling(f.scale, line, 1.0),
        "array inout, strided, packed and unpacked": calling(f.scale, spaced, 1.0),
        "array inout, reversed, by descriptor": calling(f.shift, back),
        "arrays out, made by the wrapper": calling(f.grid, 3, 4),
        "array result": calling(f.doubled, line),
        "array without intent, updated": calling(f.old_style, line),
        "array without intent, read-only": calling(raising(f.old_style, fixed)),
        "text in and out": calling(f.greet, text),
        "text updated in place": calling(f.raise_case, letters),
        "refused: wrong type": raising(f.next, "x"),
        "refused: fraction for an integer": raising(f.next, 1.5),
        "refused: too large an integer": raising(f.next, 2**40),
        "refused: wrong rank": raising(f.flat_total, flat),
        "refused: object array": raising(f.flat_total, objects),
        "refused: read-only for inout": raising(f.scale, fixed, 2.0),
        "refused: wrong kind for inout": raising(f.scale, single, 2.0),
        "refused: size that contradicts": raising(f.flat_total, line, n=9),
        "refused: negative size": raising(f.grid, -(2**31), 2**31),
        "refused: too few arguments": raising(f.scale),
        "refused: too many arguments": raising(f.next, 1, 2),
        "refused: unknown keyword": raising(f.next, i=1, j=2),
        "refused: no text": raising(f.greet, 3),
    }
    return cases, held


def stops(module):
    """STOP, ERROR STOP and errors of the Fortran runtime, as exceptions."""
    names = "STOP 3", "STOP with a text", "ERROR STOP 4", "ERROR STOP with a text"
    names += "ALLOCATE of what is allocated", "OPEN of no file", PAST_LOCALS
    f = module.stops
    cases = {name: raising(f.stop_with, kind) for kind, name in enumerate(names, 1)}
    return {**cases, "ERROR STOP 20 frames deep": raising(f.stop_deep, 20)}, []


def callbacks(module):
    """Python callables called from Fortran, that return and that raise."""
    f = module.callbacks
    line = np.zeros(4)
    def square(x):
        return x * x

    def add_one(n, x):
        x += n

    def fail_anew(*_):
        raise KeyError("of the callable")

    cases = {
        "callback: scalar function": calling(f.at_two, square),
        "callback: array updated": calling(f.visit, add_one, line),
        "callback: a new function each time": lambda: f.at_two(lambda x: x + 1),
        "callback: raises": raising(f.at_two, fail_anew),
        "callback: raises over an array": raising(f.visit, fail_anew, line),
        "callback: result that cannot be converted": raising(f.at_two, lambda x: 1j),
        "callback: wrong result": raising(f.at_two, lambda x: "x"),
        "callback: wrong arity": raising(f.at_two, lambda: 1.0),
        "callback: no callable": raising(f.at_two, 3),
    }
    return cases, [line, square, add_one, fail_anew]
