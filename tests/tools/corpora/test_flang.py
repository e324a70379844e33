"""flang, where it is there, says of a small library what gfortran says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from compare import compare
from flang import find_command
from flang_dump import describe, plain_expression, read_scopes
from test_oracle import BASE, SHAPES

HERE = Path(__file__).resolve().parent
# As `flang -fc1 -fdebug-dump-symbols` writes it.
DUMP = """\
Global scope: size=0 alignment=1 sourceRange=0 bytes
  solve (Subroutine): Subprogram (INTEGER(4) n,REAL(8) a,REAL(8) f,CHARACTER(*,1) s,*)
  Subprogram scope: solve size=160 alignment=8 sourceRange=166 bytes
    a (Implicit) size=72 offset=0: ObjectEntity dummy type: REAL(8) shape: 1_8:int(n*2_4,kind=8),0_8:*
    f, EXTERNAL (Function, Implicit): ProcEntity REAL(8)
    n, INTENT(IN) size=4 offset=104: ObjectEntity dummy type: INTEGER(4)
    s size=24 offset=80: ObjectEntity dummy type: CHARACTER(*,1)
    t (Implicit) size=8 offset=0: ObjectEntity type: REAL(8)
    shared size=8 offset=0: CommonBlockDetails alignment=8: t
"""


def test_a_dump_is_read():
    units = []
    describe(read_scopes(DUMP), None, units, [])
    (solve,) = units
    assert [dummy["name"] for dummy in solve["args"]] == ["n", "a", "f", "s", "*"]
    n, a, f, s, _ = solve["args"]
    assert (n["intent"], n["type"], n["kind"], n["implicit"]) == ("in", "integer", 4, False)
    assert (a["dims"], a["shape_kind"], a["implicit"]) == ([["1", "n*2"], ["0", "*"]], "assumed_size", True)
    assert (f["class"], f["type"], f["kind"], s["len"]) == ("procedure", "real", 8, "*")
    assert solve["commons"] == {"shared": ["t"]}


@pytest.mark.parametrize(
    "flang, plain",
    [("int(n-1_4,kind=8)", "n-1"), ("int(n+1_4,kind=8)*2_8", "(n+1)*2"), ("size(x,dim=1,kind=8)", "size(x,1)")],
)
def test_bounds_lose_their_kinds(flang, plain):
    assert plain_expression(flang) == plain


@pytest.mark.skipif(
    find_command() is None, reason="flang is not there (apt-get install flang-19): nothing to compare with"
)
def test_flang_and_gfortran_agree(tmp_path):
    for name, text in (("a_shapes.f90", SHAPES), ("b_base.f90", BASE)):
        (tmp_path / name).write_text(text)
    answers = []
    for script in ("oracle.py", "flang.py"):
        command = [sys.executable, "-B", str(HERE / script), "--relative-to", ".", "."]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
        answers.append(json.loads(done.stdout))
    comparison = compare(*answers)
    assert (comparison.procedures, comparison.differences()) == (5, [])
