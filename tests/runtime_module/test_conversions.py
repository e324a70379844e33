"""What a procedure in f2py's terms gets for an object: as f2py has it in the lossy way, no loss in the strict one."""
import decimal
import gc
import sys

import fwrap_conversions as conversions
import numpy as np
import pytest

INTEGERS = {"i8": 8, "i16": 16, "i32": 32, "i64": 64}
REALS, COMPLEX = ["f32", "f64"], ["c64", "c128"]


class Whole:
    def __int__(self):
        return 5


class Float:
    def __float__(self):
        return 2.5


class Sequence:
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return [3, 4][index]


class Failing:
    def __float__(self):
        raise KeyError("mine")

    __int__ = __float__


def function():
    return 1


def both(name):
    return getattr(conversions, f"{name}_lossy"), getattr(conversions, f"{name}_strict")


@pytest.mark.parametrize("name", INTEGERS)
def test_what_stands_for_an_integer(name):
    exact = [(7, 7), (True, 1), (-3, -3), ("12", 12), (b"12", 12), ([9], 9), ((9,), 9), ([[9]], 9), (Whole(), 5),
             (np.int8(4), 4), (np.array(4), 4), (np.array([[4]]), 4), (2.0, 2), (np.float32(6), 6),
             (np.array("11"), 11)]
    for convert in both(name):
        for given, wanted in exact:
            found = convert(given)
            assert type(found) is int and found == wanted, (given, found)


@pytest.mark.parametrize("name", INTEGERS)
def test_what_an_integer_loses(name):
    lossy, strict = both(name)
    cut = [(1.9, 1), (-1.9, -1), (2 + 3j, 2), ([3, 4], 3), (Sequence(), 3), (np.array([8.5, 9]), 8),
           (np.float64(1.5), 1), (decimal.Decimal("2.5"), 2), (np.complex128(3 + 1j), 3), ([6.5], 6)]
    for given, wanted in cut:
        assert lossy(given) == wanted
        with pytest.raises((TypeError, ValueError)) as raised:
            strict(given)
        assert f"{name}_strict() 1st argument (x) can't be converted to" in str(raised.value)


def test_what_does_not_fit_an_integer():
    assert conversions.i8_lossy(300) == 44 and conversions.i16_lossy(70000) == 4464
    assert conversions.u8_lossy(-1) == 255 and conversions.u32_lossy(-1) == 2**32 - 1
    for name, bits in INTEGERS.items():
        lossy, strict = both(name)
        assert strict(2 ** (bits - 1) - 1) == 2 ** (bits - 1) - 1 and strict(-(2 ** (bits - 1))) == -(2 ** (bits - 1))
        for value in [2 ** (bits - 1), -(2 ** (bits - 1)) - 1, 10**23]:
            with pytest.raises(OverflowError):
                strict(value)
        with pytest.raises(OverflowError):
            lossy(10**23)
    for name, bits in {"u8": 8, "u16": 16, "u32": 32, "u64": 64}.items():
        strict = both(name)[1]
        assert strict(2**bits - 1) == 2**bits - 1
        for value in [2**bits, -1]:
            with pytest.raises(OverflowError):
                strict(value)


@pytest.mark.parametrize("name", [*INTEGERS, *REALS])
def test_error_classes_of_numbers(name):
    for convert in both(name):
        for given, error in [([], IndexError), ((), IndexError), (np.array([]), IndexError), (function, TypeError),
                             ({}, TypeError), (None, TypeError), ("abc", ValueError), ("", ValueError)]:
            with pytest.raises(error):
                convert(given)
        nested = []
        nested.append(nested)
        with pytest.raises(ValueError, match="nested too deep"):
            convert(nested)
        with pytest.raises(KeyError, match="mine"):
            convert(Failing())


@pytest.mark.parametrize("name", REALS)
def test_what_stands_for_a_real_number(name):
    lossy, strict = both(name)
    for given, wanted in [(1.5, 1.5), (2, 2.0), (True, 1.0), ("1.5", 1.5), ([2.5], 2.5), (Float(), 2.5),
                          (np.float32(0.5), 0.5), (np.array([[0.5]]), 0.5), (decimal.Decimal("0.25"), 0.25)]:
        for convert in (lossy, strict):
            found = convert(given)
            assert type(found) is float and found == wanted
    for given, wanted in [(1.5 + 2j, 1.5), (np.complex64(2 + 1j), 2.0), ([1.5, 2], 1.5), (np.array([3.0, 4]), 3.0)]:
        assert lossy(given) == wanted
        with pytest.raises(TypeError):
            strict(given)
    with pytest.raises(OverflowError):
        lossy(10**400)


def test_real_numbers_that_are_too_large_for_single_precision():
    assert conversions.f32_lossy(1e300) == float("inf")
    assert conversions.f32_strict(float("inf")) == float("inf") and conversions.f32_strict(1e-300) == 0.0
    with pytest.raises(OverflowError, match="does not fit"):
        conversions.f32_strict(1e300)
    with pytest.raises(OverflowError):
        conversions.c64_strict(1e300j)


@pytest.mark.parametrize("name", COMPLEX)
def test_complex_numbers(name):
    for convert in both(name):
        for given, wanted in [(1 + 2j, 1 + 2j), (2, 2 + 0j), (1.5, 1.5 + 0j), ([1j], 1j),
                              (np.complex64(1 - 1j), 1 - 1j), (np.array(2.5), 2.5 + 0j),
                              (np.array([[1j]]), 1j), (np.int8(3), 3 + 0j)]:
            found = convert(given)
            assert type(found) is complex and found == wanted
        for given, error in [([], IndexError), (function, TypeError), ({}, TypeError), ("abc", TypeError),
                             (10**400, OverflowError)]:
            with pytest.raises(error):
                convert(given)
    assert conversions.c128_lossy([1j, 2]) == 1j
    with pytest.raises(TypeError):
        conversions.c128_strict([1j, 2])


def test_logicals_are_the_truth_of_any_object():
    for given in [True, 1, -2, 0.5, "x", [0], {1: 1}, np.True_, np.array([3]), function]:
        assert conversions.logical(given) == 1 and type(conversions.logical(given)) is int
    for given in [False, 0, 0.0, "", [], None, {}, np.array(0), np.False_]:
        assert conversions.logical(given) == 0
    with pytest.raises(ValueError):
        conversions.logical(np.array([1, 2]))
    assert conversions.flag(0) == (1, 0) and conversions.flag(0, 0) == (0, 1) and conversions.flag(0, None) == (1, 0)


def test_scalars_that_are_updated_in_place():
    for kind in ["i4", "i1", "u8", ">i2"]:
        for convert in both("update"):
            for n in [np.array(5, kind), np.array([5], kind)]:
                convert(n)
                assert n == 6 and n.dtype == kind
    n = np.array(5.5)
    conversions.update_lossy(n)
    assert n == 6.0
    conversions.update_lossy(5)
    for given in [5, [5], np.array(5.0), np.array(5j)]:
        with pytest.raises(TypeError):
            conversions.update_strict(given)
    n = np.array(127, "i1")
    with pytest.raises(OverflowError):
        conversions.update_strict(n)
    n.flags.writeable = False
    for convert in both("update"):
        with pytest.raises(ValueError, match="read-only"):
            convert(n)


def test_values_of_expressions_fit_their_variables():
    assert conversions.expression(-5) == -5 and conversions.truncated(-5.9) == -5
    for call, value in [(conversions.expression, 2**31), (conversions.truncated, 1e10), (conversions.truncated, 1e30),
                        (conversions.truncated, float("nan"))]:
        with pytest.raises(OverflowError, match="of `n` does not fit int"):
            call(value)


def test_conditions():
    assert conversions.checked(0, 5) == 5
    with pytest.raises(conversions.error, match=r"^\(n!=100\) failed for 1st argument x$"):
        conversions.checked(0, 100)
    with pytest.raises(Exception, match=r"^\(n>=0\) failed for 1st keyword n: checked:n=-1$"):
        conversions.checked(0, -1)


def test_texts():
    lossy, strict = both("text")
    for convert in (lossy, strict):
        assert convert("abc", 5) == (b"abc  ", b"abc") and convert(b"a b ", 5) == (b"a b  ", b"a b")
        assert convert("abc") == (b"abc", b"abc") and convert(b"") == (b"", b"")
        assert convert(12.5, 5) == (b"12.5 ", b"12.5")
        assert convert(None, 5) == (b"none ", b"none")
        assert convert(np.array(b"xy", "S4"), 5) == (b"xy   ", b"xy")
        assert convert(np.array("xyz"), 3) == (b"xyz", b"xyz")
        assert convert("x" * 100, 100) == (b"x" * 100, b"x" * 100)
        assert convert("abc  ", 3) == (b"abc", b"abc")
        with pytest.raises(UnicodeEncodeError):
            convert("ä", 5)
    assert lossy("abcdef", 3) == (b"abc", b"abc")
    with pytest.raises(ValueError, match="6 characters are too many"):
        strict("abcdef", 3)
    with pytest.raises(ValueError):
        lossy(np.array([b"a", b"b", b"c"])[::2], 5)


def test_characters():
    lossy, strict = both("character")
    for convert in (lossy, strict):
        for given, wanted in [("a", b"a"), (b"a", b"a"), ("", b"\0"), (["a"], b"a"), (np.array("a"), b"a"),
                              (np.array([b"a"]), b"a"), (np.array(97, "u1"), b"a"), (np.array([["a"]], "c"), b"a"),
                              (" ", b" ")]:
            assert convert(given) == wanted
        with pytest.raises(IndexError, match="got 0-list$"):
            convert([])
        with pytest.raises(TypeError, match="got int instance$"):
            convert(97)
        with pytest.raises(TypeError, match="got f8-float64-scalar$|got float64 instance$"):
            convert(np.float64(1))
    assert lossy("ab") == b"a" and lossy(np.array([b"xy", b"z"])) == b"x"
    with pytest.raises(ValueError):
        strict("ab")


def test_texts_that_are_updated_in_place():
    s = np.array(b"ab", "S2")
    conversions.update_text(s)
    assert s == b"ba"
    s = np.array([b"a", b"b", b"c"], "S1")
    conversions.update_text(s)
    assert s.tolist() == [b"c", b"b", b"a"]
    with pytest.raises(Exception, match="try_pyarr_from_string failed"):
        conversions.update_text("ab")
    c = np.array([b"a", b"b"])
    conversions.update_character(c)
    assert c.tolist() == [b"A", b"b"]
    c = np.array(97, "u1")
    conversions.update_character(c)
    assert c == 65
    with pytest.raises(ValueError, match="try_pyarr_from_character failed"):
        conversions.update_character("a")


def test_shapes_of_arrays():
    lossy, strict = both("shape")
    for convert in (lossy, strict):
        for given, wanted in [((2, 3), (2, 3)), ((3,), (3, 1)), ((), (1, 1)), ((2, 1, 3), (2, 3)), ((0, 3), (0, 3))]:
            assert convert(np.ones(given, order="F"))[:2] == wanted
    assert lossy(np.ones((2, 3, 4)))[:2] == (2, 12)
    with pytest.raises(ValueError, match="too many axes"):
        strict(np.ones((2, 3, 4)))


def test_what_fits_is_not_copied():
    for convert in both("shape"):
        fits = np.ones((2, 3), order="F")
        assert convert(fits)[2] is fits
        for other in [np.ones((2, 3)), np.ones((4, 3), order="F")[::2], np.ones((2, 3), "f4", order="F"), [[1.0, 2.0]]]:
            made = convert(other)[2]
            assert made is not other and made.flags.f_contiguous and (made == other).all() and made.dtype == float


def test_what_arrays_lose():
    lossy, strict = (lambda *given: conversions.call(*given)), (lambda *given: conversions.call_strict(*given))
    integer, single, unsigned, double = (np.dtype(kind).num for kind in ("i4", "f4", "u4", "f8"))
    assert lossy(integer, 4, [-1], 1, np.array([1.9, 2.9])).tolist() == [1, 2]
    assert lossy(integer, 4, [-1], 1, [1.9]).tolist() == [1]
    for given, error in [(np.array([1.0]), TypeError), ([1.9], TypeError), (np.array([2**31]), OverflowError),
                         (np.array([1j]), TypeError), (["1"], TypeError), (None, TypeError)]:
        with pytest.raises(error):
            strict(integer, 4, [-1], 1, given)
    assert strict(single, 4, [-1], 1, np.array([1.1])).dtype == np.float32
    with pytest.raises(OverflowError):
        strict(single, 4, [-1], 1, np.array([1e300]))
    with pytest.raises(OverflowError):
        strict(unsigned, 4, [-1], 1, np.array([-1], "i4"))
    assert strict(unsigned, 4, [-1], 1, np.array([1], "i4")).dtype == np.uint32
    assert strict(integer, 4, [-1], 1, np.array([True, False])).tolist() == [1, 0]
    assert strict(double, 8, [-1], 1, range(3)).tolist() == [0.0, 1.0, 2.0]
    masked = np.ma.array([1.0, 2.0], mask=[True, False])
    assert lossy(double, 8, [-1], 1, masked) is masked
    with pytest.raises(ValueError, match="masked"):
        strict(double, 8, [-1], 1, masked)


def test_arrays_of_characters():
    number = np.dtype("S").num
    for convert in (conversions.call, conversions.call_strict):
        assert convert(number, 3, [-1], 1, ["a", "bcd"]).tolist() == [b"a", b"bcd"]
        assert convert(number, 1, [-1], 1, np.array(["a", "b"])).dtype == "S1"
        assert convert(number, -1, [-1], 1, ["a", "bcd"]).dtype == "S3"
        assert convert(number, -1, [-1], 1, np.array([b"abcd"])).dtype == "S4"
        fits = np.array([b"ab", b"cd"])
        assert convert(number, 2, [-1], 1, fits) is fits
    assert conversions.call(number, 2, [-1], 1, ["abc"]).tolist() == [b"ab"]
    assert conversions.call(number, 1, [-1], 1, np.array([7, 8])).tolist() == [b"7", b"8"]
    with pytest.raises(ValueError, match="3 characters are too many"):
        conversions.call_strict(number, 2, [-1], 1, ["abc"])
    with pytest.raises(TypeError, match="expected characters"):
        conversions.call_strict(number, 1, [-1], 1, np.array([7, 8]))
    assert conversions.call_strict(number, 2, [-1], 1, np.array(["ab", "c"], "U5")).tolist() == [b"ab", b"c"]


def test_strides_are_left_alone():
    whole = np.arange(24.0).reshape(4, 6)
    for x in [whole, whole.T, whole[::2, ::3], whole[::-1], np.asfortranarray(whole), whole[:0], whole[:1]]:
        before = x.copy()
        assert conversions.strided(x) == before.sum() and (x == 2 * before).all()
    record = np.zeros(3, [("a", "f8"), ("b", "i4")])
    with pytest.raises(ValueError):
        conversions.strided(record["a"].reshape(3, 1))
    twice = np.lib.stride_tricks.as_strided(np.ones(1), (3, 2), (0, 0))
    with pytest.raises(ValueError):
        conversions.strided(twice)


def test_any_array_is_updated_in_place():
    changed = [int(part) for part in np.__version__.split(".")[:2]] < [2, 5]
    for convert in both("doubled"):
        for x in [np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 2]], "f4"), np.ones((4, 4))[::2, ::2]]:
            view, before = x[...], x.copy()
            assert convert(x) is x and (x == 2 * before).all()
            if convert is conversions.doubled_strict or not changed:
                assert x.dtype == before.dtype and (view == x).all()
            else:
                # f2py of these versions gives the array other memory; a view of the old one lives on.
                assert x.flags.f_contiguous and x.dtype == float and (view == before).all()
            del x
            assert view.sum() > 0
    with pytest.raises(TypeError):
        conversions.doubled_strict(np.array([[1]]))
    assert (conversions.doubled_lossy(np.array([[1, 2]])) == [[2, 4]]).all()
    for convert in both("doubled"):
        locked = np.ones((2, 3))
        locked.flags.writeable = False
        with pytest.raises(ValueError, match="read-only"):
            convert(locked)


def test_an_update_of_a_copy_is_not_lost_in_silence():
    lossy, strict = both("unsaid")
    for convert in (lossy, strict):
        x = np.ones((2, 3), order="F")
        convert(x, 2.0)
        assert (x == 2.0).all()
    for given in [np.ones((2, 3)), np.ones((2, 3), "f4"), np.ones((2, 3), "i4"), [[1.0, 2.0]], [1, 2], (1.5,),
                  range(1, 4)]:
        lossy(given, 2.0)
        strict(given, 1.0)
        with pytest.raises(ValueError, match="changed its argument `x`, but .* the update would be lost"):
            strict(given, 2.0)
    locked = np.ones((2, 3), order="F")
    locked.flags.writeable = False
    strict(locked, 1.0)
    with pytest.raises(ValueError, match="would be lost"):
        strict(locked, 2.0)
    assert (locked == 1.0).all()


def test_initial_values():
    assert conversions.lettered(2, 3, "ab").tolist() == [b"ab ", b"ab "]
    assert conversions.lettered(2, 1, "xyz").tolist() == [b"x", b"x"]
    x = conversions.filled(2, 3)
    assert x.tolist() == [[0, 1, 2], [10, 11, 12]] and x.flags.f_contiguous
    assert conversions.filled(0, 3).shape == (0, 3)
    with pytest.raises(ValueError, match="must have defined dimensions but got"):
        conversions.filled(-1, 3)
    with pytest.raises((MemoryError, ValueError)):
        conversions.filled(2**40, 2**40)


def test_elements():
    assert conversions.element([5, 6, 7], 2) == 7.0
    for index in [3, -1]:
        with pytest.raises(IndexError):
            conversions.element([5, 6, 7], index)


def test_overlap():
    x = np.ones(8)
    conversions.apart(x[:4], x[4:])
    with pytest.raises(ValueError, match="arguments `x` and `y` overlap"):
        conversions.apart(x[:5], x[4:])
    conversions.apart(x, x[::2].tolist())
    conversions.apart(x[:4], x.astype("f4"))


def test_code_that_runs_during_a_conversion_cannot_pull_memory_away():
    x = np.ones(100_000)

    class Shrinks:
        def __array__(self, dtype=None, copy=None):
            x.resize(100, refcheck=False)
            return np.ones(100_000)

    # The second round sees the array as it is now, which does not match.
    with pytest.raises(ValueError, match="0-th dimension must be fixed to 100 but got 100000"):
        conversions.dot(x, Shrinks())


def test_no_reference_is_lost_or_given_up_twice():
    text, array, column = "abc", np.ones((2, 3)), np.ones(3, "f4")
    integer, characters = np.dtype("i4").num, np.dtype("S").num
    calls = [
        lambda: conversions.i32_lossy([1, 2]), lambda: conversions.f64_lossy("1.5"),
        lambda: conversions.c64_lossy([1j]), lambda: conversions.text_lossy(text, 2),
        lambda: conversions.text_lossy(12, 40), lambda: conversions.logical([]),
        lambda: conversions.character_lossy([text]), lambda: conversions.shape_lossy(array),
        lambda: conversions.shape_strict(column),
        lambda: conversions.doubled_strict(array), lambda: conversions.doubled_lossy(np.ones((2, 3), "i4")),
        lambda: conversions.filled(3, 3), lambda: conversions.call(characters, 5, [-1], 1, [text]),
        lambda: conversions.call_strict(integer, 4, [-1], 1, [1, 2]),
        lambda: conversions.call(integer, 4, [3], 1, [1, 2]),
        lambda: conversions.i32_strict([1, 2]), lambda: conversions.call(integer, 4, [-1], 2, array),
        lambda: conversions.call_strict(integer, 4, [-1], 1, array), lambda: conversions.update_lossy(np.array(1.0)),
        lambda: conversions.update_text(np.array(b"ab")), lambda: conversions.call(integer, 4, [-1, 3], 8, None),
    ]
    watched = [text, array, column, np.dtype("f8"), np.dtype("i4"), np.dtype("S"), None, array.dtype]

    def round_of_calls():
        for call in calls:
            try:
                call()
            except (ValueError, TypeError):
                pass

    for _ in range(100):
        round_of_calls()
    gc.collect()
    before, blocks = [sys.getrefcount(watch) for watch in watched], sys.getallocatedblocks()
    for _ in range(1000):
        round_of_calls()
    gc.collect()
    after = [sys.getrefcount(watch) for watch in watched]
    assert all(abs(now - then) < 20 for now, then in zip(after, before)), (before, after)
    # One block lost in one of the calls would be a thousand.
    assert sys.getallocatedblocks() - blocks < 500
