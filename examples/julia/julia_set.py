"""Draws a Julia set with the Fortran kernel in julia.f90, and counts it with NumPy to compare.

fwrap build julia.f90 -m kernels
python julia_set.py [DIRECTORY of the module and of the picture]
"""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import png

C = complex(-0.62772, -0.42193)
LIMIT = 300
EXPECTED = 33219980  # the sum of the counts on the 1000x1000 grid of *High Performance Python*


def axes(width):
    """The coordinates of that book: made by repeated addition, x upwards from -1.8, y downwards from 1.8."""
    x, y = [], []
    value = -1.8
    while value < 1.8:
        x.append(value)
        value += (1.8 - -1.8) / width
    value = 1.8
    while value > -1.8:
        y.append(value)
        value += (-1.8 - 1.8) / width
    return np.array(x), np.array(y)


def numpy_counts(x, y, c, limit):
    """The same counts in NumPy, working on the points that are still inside."""
    z = (x[:, None] + 1j * y[None, :]).ravel()
    counts = np.zeros(z.size, np.int32)
    inside = np.arange(z.size)
    for _ in range(limit):
        still = z.real**2 + z.imag**2 < 4.0
        z, inside = z[still], inside[still]
        z = z * z + c
        counts[inside] += 1
    return counts.reshape(x.size, y.size)


def main(directory):
    sys.path.insert(0, str(directory))
    import kernels

    x, y = axes(1000)
    start = perf_counter()
    counts = kernels.julia.escape_counts(x, y, C, LIMIT)
    fortran = perf_counter() - start
    start = perf_counter()
    expected = numpy_counts(x, y, C, LIMIT)
    numpy = perf_counter() - start

    print(f"Julia set, {x.size}x{y.size} points, {LIMIT} steps at most")
    print(f"  sum of the counts  {counts.sum()}")
    print(f"  fwrap + Fortran    {1e3 * fortran:8.1f} ms")
    print(f"  NumPy              {1e3 * numpy:8.1f} ms   ({numpy / fortran:.1f}x)")
    png.write(directory / "julia.png", png.colour(np.log1p(counts.T)))
    print(f"  picture            {directory / 'julia.png'}")
    if counts.sum() != EXPECTED or not np.array_equal(counts, expected):
        sys.exit(
            f"the sum of the counts must be {EXPECTED}, and NumPy's counts the same (their sum is {expected.sum()})"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
