"""Times builds: from an edited file to an importable module, and the first build of all with nothing cached."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from systems import HERE, fwrap_binary, run

ROUNDS = int(os.environ.get("BENCH_BUILD_ROUNDS", "5"))
FIRST_ROUNDS = int(os.environ.get("BENCH_FIRST_ROUNDS", "2"))
SOURCE = (HERE / "kernels.f90").read_text()
BODY, SIGNATURE, DECLARATION = "z = a*x + y", "axpy(n, a, x, y, z)", "double precision, intent(in) :: a, x(n), y(n)"


def edit_body(number):
    """A version of the file whose interface is the same."""
    assert BODY in SOURCE
    return SOURCE.replace(BODY, f"{BODY} + {number}d0")


def edit_signature(number):
    """A version of the file in which one procedure has another argument."""
    assert SIGNATURE in SOURCE and DECLARATION in SOURCE
    changed = SOURCE.replace(SIGNATURE, f"axpy(n, a, x, y, extra{number}, z)")
    return changed.replace(DECLARATION, f"{DECLARATION}, extra{number}").replace(BODY, f"{BODY} + extra{number}")


def timed(*command, cwd, env=None):
    start = perf_counter()
    run(*command, cwd=cwd, env=env)
    return perf_counter() - start


def build_f2py(directory):
    return timed(
        sys.executable, "-m", "numpy.f2py", "-c", "kernels.f90", "-m", "edited", "--backend", "meson", cwd=directory
    )


def build_fwrap(directory, **changes):
    environment = {**os.environ, "FWRAP_PYTHON": sys.executable, **changes}
    return timed(fwrap_binary(), "build", "kernels.f90", "-m", "edited", cwd=directory, env=environment)


def check_import(directory, arguments):
    code = f"import edited; assert len(edited.axpy({arguments})) == 2"
    run(sys.executable, "-c", code, cwd=directory)


def edits(workplace):
    """Seconds per edit, interleaved: {(edit, system): [seconds]}."""
    systems = {"f2py": build_f2py} | ({"fwrap": build_fwrap} if fwrap_binary() else {})
    directories = {}
    for system, build in systems.items():
        directories[system] = workplace / system
        directories[system].mkdir()
        (directories[system] / "kernels.f90").write_text(SOURCE)
        build(directories[system])
    times = {}
    for number in range(1, ROUNDS + 1):
        for name, edit, arguments in (
            ("body edited", edit_body, "2.0, [1.0, 2.0], [3.0, 4.0]"),
            ("signature edited", edit_signature, "2.0, [1.0, 2.0], [3.0, 4.0], 5.0"),
        ):
            for system, build in systems.items():
                (directories[system] / "kernels.f90").write_text(edit(number))
                times.setdefault((name, system), []).append(build(directories[system]))
                check_import(directories[system], arguments)
    return times


def fresh_cargo_home(directory):
    """An empty cargo home with the settings (which registry to ask) of the present one."""
    directory.mkdir()
    present = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    for name in ("config.toml", "config", "credentials.toml"):
        if (present / name).is_file() and not name.startswith("credentials"):
            shutil.copy(present / name, directory / name)
    return directory


def first_builds(workplace):
    """Seconds of the first build ever: an empty cache, no crate downloaded."""
    times = []
    for number in range(FIRST_ROUNDS):
        directory = workplace / f"first{number}"
        directory.mkdir()
        (directory / "kernels.f90").write_text(SOURCE)
        home = fresh_cargo_home(directory / "cargo")
        times.append(build_fwrap(directory, FWRAP_CACHE=str(directory / "cache"), CARGO_HOME=str(home)))
        check_import(directory, "2.0, [1.0, 2.0], [3.0, 4.0]")
    return times


def generate_times(workplace):
    """Milliseconds of `fwrap generate` on one file, the start of the process included."""
    source, out, times = workplace / "kernels.f90", workplace / "generated", []
    source.write_text(SOURCE)
    for _ in range(21):
        start = perf_counter()
        subprocess.run([fwrap_binary(), "generate", source, "-o", out], check=True, capture_output=True)
        times.append(1e3 * (perf_counter() - start))
    return times


def table():
    with tempfile.TemporaryDirectory(prefix="fwrap-bench-") as name:
        workplace = Path(name)
        times = edits(workplace)
        first = first_builds(workplace) if fwrap_binary() else []
        generate = generate_times(workplace) if fwrap_binary() else []
    lines = [
        f"Wall time, medians of {ROUNDS} interleaved rounds (first build: {FIRST_ROUNDS}). f2py: meson.",
        "",
        "| | f2py | fwrap | fwrap / f2py | bar | |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for edit, bar, text in (("body edited", 1 / 8, "1/8"), ("signature edited", 1 / 3, "1/3")):
        f2py = statistics.median(times[edit, "f2py"])
        if (edit, "fwrap") in times:
            fwrap = statistics.median(times[edit, "fwrap"])
            verdict = "ok" if fwrap <= bar * f2py else "MISS"
            lines.append(f"| {edit} | {f2py:.2f} s | {fwrap:.3f} s | {fwrap / f2py:.3f} | {text} | {verdict} |")
        else:
            lines.append(f"| {edit} | {f2py:.2f} s | - | - | {text} | |")
    if first:
        seconds, milliseconds = statistics.median(first), statistics.median(generate)
        lines.append(
            f"| first build, nothing cached | | {seconds:.1f} s | | 20 s | {'ok' if seconds <= 20 else 'MISS'} |"
        )
        lines.append(
            f"| `fwrap generate` | | {milliseconds:.1f} ms | | 20 ms | {'ok' if milliseconds < 20 else 'MISS'} |"
        )
    return "\n".join(lines) + "\n"
