"""Lets a block of heat spread on a periodic grid with the Fortran kernel in diffusion.f90, and with NumPy to compare.

fwrap build diffusion.f90 -m kernels
python spread.py [DIRECTORY of the module and of the picture]
"""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import png

SIZE, STEPS, DT, DIFFUSIVITY = 512, 100, 0.1, 2.0


def start_field():
    field = np.zeros((SIZE, SIZE), order="F")
    field[SIZE // 2 - 40 : SIZE // 2 + 40, :60] = 1.0
    field[: SIZE // 8, SIZE // 2 : SIZE // 2 + 90] = 0.5
    return field


def numpy_step(field, dt, diffusivity):
    neighbours = np.roll(field, 1, 0) + np.roll(field, -1, 0) + np.roll(field, 1, 1) + np.roll(field, -1, 1)
    return field + dt * diffusivity * (neighbours - 4 * field)


def main(directory):
    sys.path.insert(0, str(directory))
    from kernels import diffusion

    field, next_field = start_field(), np.empty((SIZE, SIZE), order="F")
    start = perf_counter()
    for _ in range(STEPS):
        diffusion.step(field, next_field, DT, diffusivity=DIFFUSIVITY)  # n and m come from the arrays
        field, next_field = next_field, field
    fortran = perf_counter() - start

    expected = start_field()
    start = perf_counter()
    for _ in range(STEPS):
        expected = numpy_step(expected, DT, DIFFUSIVITY)
    numpy = perf_counter() - start

    difference = np.abs(field - expected).max()
    print(f"Diffusion, {STEPS} steps on a periodic {SIZE}x{SIZE} grid")
    print(f"  sum of the field   {diffusion.total(field):.6f}   (every other: {diffusion.total(field[::2, ::2]):.6f})")
    print(f"  largest difference {difference:.1e} from NumPy's")
    print(f"  fwrap + Fortran    {1e3 * fortran:8.1f} ms")
    print(f"  NumPy              {1e3 * numpy:8.1f} ms   ({numpy / fortran:.1f}x)")
    png.write(directory / "diffusion.png", png.colour(field))
    print(f"  picture            {directory / 'diffusion.png'}")
    if not difference < 1e-12:
        sys.exit("the field must be NumPy's to within 1e-12")
    if not np.isclose(diffusion.total(field[::2, ::2]), expected[::2, ::2].sum(), rtol=1e-12):
        sys.exit("the sum of a strided view is not NumPy's")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
