"""Bad input: the page's rows under a debugging allocator; random arguments give the right answer or raise."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASE = Path(__file__).resolve().parents[2] / "fixtures" / "bad_input"
EXPECTED = TypeError, ValueError, OverflowError, MemoryError
MANY = settings(max_examples=1000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
KINDS = ["?", "i1", "i2", "i4", "i8", "u1", "u8", "f2", "f4", "f8", "g", "c8", "c16", "G"]
KINDS += [">i4", ">f8", ">c16", "O", "S3", "U2", "M8[s]", "V8", "f8, i4"]


@pytest.fixture(scope="module")
def module(build):
    return build("bad_input", CASE / "bad_input.f90")


@pytest.fixture(scope="module")
def forms(module):
    return module.bad_input_forms


def test_every_row_of_the_page_holds_under_a_debugging_allocator(module):
    environment = os.environ | {"PYTHONMALLOC": "debug", "PYTHONPATH": str(Path(module.__file__).parent)}
    command = [sys.executable, "-B", "-X", "faulthandler", str(CASE / "check.py"), "--count"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)


@st.composite
def arrays(draw, kinds=KINDS, ranks=(0, 1, 2, 3)):
    """Arrays of any type, shape, strides, byte order, alignment and flags."""
    kind = np.dtype(draw(st.sampled_from(kinds)))
    shape = draw(st.lists(st.integers(0, 4), min_size=min(ranks), max_size=max(ranks)))
    steps = [draw(st.sampled_from([1, 1, 2, 3, -1, -2])) for _ in shape]
    room = [extent * abs(step) for extent, step in zip(shape, steps)]
    offset = draw(st.sampled_from([0, 0, 0, 1, 4]))
    memory = bytearray(offset + max(1, int(np.prod(room))) * kind.itemsize + 8)
    order = draw(st.sampled_from("CF"))
    array = np.ndarray(room, kind, memory, offset, order=order) if kind != "O" else np.zeros(room, kind, order)
    if kind.kind in "biufc":
        values = draw(st.lists(st.sampled_from([0, 1, 2, 5, 100]), min_size=1, max_size=4))
        array[...] = np.resize(values, room)
    array = array[(*(slice(None, None, step) for step in steps), ...)]
    if shape and draw(st.integers(0, 9)) == 0:
        array = np.broadcast_to(array, [2, *array.shape])
    if draw(st.integers(0, 9)) == 0 and array.flags.writeable:
        array.flags.writeable = False
    if draw(st.integers(0, 9)) == 0:
        array = array.view(draw(st.sampled_from([np.ma.MaskedArray, np.recarray])))
    return array


OBJECTS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=10),
    st.binary(max_size=10),
    st.binary(max_size=10).map(bytearray),
    st.lists(st.one_of(st.integers(-300, 300), st.floats(width=32), st.booleans()), max_size=5),
    st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=3),
    st.lists(st.none(), max_size=2).map(iter),
    st.dictionaries(st.integers(), st.integers(), max_size=2),
    st.sampled_from([np.float32(1), np.int8(3), np.uint64(2**63), np.bool_(1), np.str_("a"), object(), int, ...]),
    arrays(),
)
SUMS = {"sum_bytes": "i8", "sum_integers": "i8", "sum_longs": "i8", "sum_singles": "f8", "sum_reals": "f8"}
SUMS |= {"sum_matrix": "f8", "sum_complexes": "c16", "sum_fixed": "f8"}


def same(found, expected):
    return np.allclose(found, expected, rtol=1e-6, equal_nan=True)


@MANY
@given(st.sampled_from(sorted(SUMS)), st.one_of(arrays(ranks=(1, 2)), OBJECTS))
def test_what_is_only_read_is_read_rightly(forms, name, value):
    try:
        found = getattr(forms, name)(value)
    except EXPECTED:
        return
    with np.errstate(all="ignore"):
        assert same(found, np.asarray(value).astype(SUMS[name]).sum())


@MANY
@given(st.sampled_from(["add_reals", "add_shape", "add_matrix", "add_complexes", "add_integers", "flip"]), OBJECTS)
def test_what_is_updated_is_updated_rightly_or_not_at_all(forms, name, value):
    before = np.array(value, subok=False) if isinstance(value, np.ndarray) else None
    try:
        assert getattr(forms, name)(value) is None
    except EXPECTED:
        if before is not None:
            assert np.asarray(value).tobytes() == before.tobytes()
        return
    expected = {"flip": np.logical_not, "add_complexes": lambda z: z + (1 + 1j)}.get(name, lambda x: x + 1)(before)
    assert same(value, expected)


@MANY
@given(OBJECTS, st.sampled_from(["i1", "i2", "i4", "i8"]))
def test_integers_come_through_or_raise(forms, value, kind):
    take = {"i1": forms.take_byte, "i2": forms.take_short, "i4": forms.take_integer, "i8": forms.take_long}[kind]
    try:
        found = take(value)
    except EXPECTED:
        return
    assert found == int(np.asarray(value, object)[()]) and np.iinfo(kind).min <= found <= np.iinfo(kind).max


@MANY
@given(st.data())
def test_no_combination_of_arguments_does_anything_else(module, data):
    functions = [f for holder in (module, module.bad_input_forms) for f in vars(holder).values() if callable(f)]
    # Assumed-size arrays trust their caller with the size.
    functions = [f for f in functions if not isinstance(f, type) and "*)" not in (f.__doc__ or "*)")]
    functions.sort(key=lambda f: f.__name__)
    function = data.draw(st.sampled_from(functions))
    shared = data.draw(arrays(kinds=["f8", "f8", "i4", "?"], ranks=(1, 2)))
    values = st.one_of(OBJECTS, st.just(shared), st.sampled_from([shared[:2], shared[::-1], shared.T]))
    values = values if shared.ndim else OBJECTS
    try:
        function(*data.draw(st.lists(values, min_size=1, max_size=4)))
    except EXPECTED:
        pass
