"""Makes the calls of one built module, each where a crash is noticed, and prints what became of them.

    python caller.py DIRECTORY NAME signatures            the routines of the module
    python caller.py DIRECTORY NAME calls < CALLS.json    the outcomes of calls
"""

import importlib
import inspect
import io
import json
import os
import re
import signal
import sys
import types

import numpy as np

# A call that takes longer is ended.
SECONDS = 3


def is_module(value):
    """Whether it stands for a Fortran module or a COMMON block: f2py has one type for these and for routines."""
    is_routine = hasattr(value, "_cpointer") or getattr(value, "__text_signature__", None)
    return isinstance(value, types.ModuleType) or type(value).__name__ == "fortran" and not is_routine


def routines(value, path=""):
    """Every routine in a module and its Fortran modules, by its path."""
    for name in sorted(dir(value)):
        if name.startswith("_"):
            continue
        try:
            member = getattr(value, name)
        except Exception:
            continue
        if is_module(member):
            yield from routines(member, f"{name}.") if not path else ()
        elif callable(member) and not isinstance(member, type):
            yield f"{path}{name}", member


def signatures(module):
    """The docstring of each routine, and what `inspect.signature` says."""
    found = {}
    for path, routine in routines(module):
        try:
            parameters = inspect.signature(routine).parameters.values()
            known = [(parameter.name, parameter.default is not parameter.empty) for parameter in parameters]
        except (TypeError, ValueError):
            known = None
        found[path] = {"docstring": routine.__doc__ or "", "parameters": known}
    return found


def describe(value):
    """A value as text in which equal values are equal: an array with its type and shape, a tuple as a tuple."""
    if isinstance(value, tuple):
        return "(" + ", ".join(describe(part) for part in value) + ")"
    if isinstance(value, np.ndarray):
        return f"array {value.dtype} {value.shape} {value.ravel(order='F').tolist()!r}"
    if callable(value):
        return "callable"
    # Of `object()`, the address is another one in each process.
    return f"{type(value).__name__} {re.sub('0x[0-9a-f]+', '0x', repr(value))}"


def outcome(routine, positional, keywords):
    """What becomes of one call: the result and what is then in the arguments, or the class of the exception."""
    scope = {"np": np}
    positional = [eval(text, scope) for text in positional]  # noqa: S307
    keywords = {name: eval(text, scope) for name, text in keywords.items()}  # noqa: S307
    try:
        result = routine(*positional, **keywords)
    except BaseException as error:
        is_own = type(error).__module__ not in ("builtins", "numpy")
        return {"error": "error" if is_own else type(error).__name__, "message": str(error)[:200]}
    changed = [describe(value) for value in [*positional, *keywords.values()] if isinstance(value, np.ndarray)]
    return {"result": describe(result), "changed": changed}


def find(module, path):
    for name in path.split("."):
        module = getattr(module, name)
    return module


def make_call(module, path, positional, keywords):
    """The outcome of a call in a child process: what it does to memory, and how it ends, is no other call's matter."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        signal.alarm(SECONDS)
        with io.open(writer, "w") as stream:
            json.dump(outcome(find(module, path), positional, keywords), stream)
        os._exit(0)
    os.close(writer)
    with io.open(reader) as stream:
        text = stream.read()
    status = os.waitpid(child, 0)[1]
    return json.loads(text) if status == 0 else {"error": "crash", "message": f"status {status}"}


def main():
    directory, name, task = sys.argv[1:]
    sys.path.insert(0, directory)
    module = importlib.import_module(name)
    # What Fortran prints is nobody's.
    output = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    answer = signatures(module) if task == "signatures" else [make_call(module, *call) for call in json.load(sys.stdin)]
    with io.open(output, "w") as stream:
        json.dump(answer, stream)


if __name__ == "__main__":
    main()
