"""The oracle reads gfortran's dump and .mod files as they are meant."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from expressions import expression_text

HERE = Path(__file__).resolve().parent
BASE = """
module base
  implicit none
  type :: circle
    real :: radius
  end type
  interface operator(.cross.)
    module procedure cross_circle
  end interface
contains
  function cross_circle(a, b) result(c)
    type(circle), intent(in) :: a, b
    type(circle) :: c
    c = a
  end function
end module
"""
SHAPES = """
module shapes
  use base
  implicit none
  private
  integer, parameter, public :: n = 3
  real(8), parameter :: list(n) = [1.0d0, 2.5d0, -1.0d-3]
  type, extends(circle), public :: ball
    class(circle), allocatable :: parts(:, :)
    class(*), pointer :: other => null()
  end type
  type, public :: ring
    type(circle) :: circle
    integer, private :: inner(n)
  end type
  interface draw
    module procedure draw_integer
  end interface
  interface operator(.cross.)
    module procedure cross
  end interface
  public :: draw, solve
contains
  subroutine draw_integer(i)
    integer, intent(in) :: i
  end subroutine
  function cross(a, b) result(c)
    type(ring), intent(in) :: a, b
    type(ring) :: c
    c = a
  end function
  subroutine solve(f, a, m, *)
    integer, intent(in) :: m
    real(8), intent(inout) :: a(2*m, 0:*)
    interface
      function f(x) bind(c)
        real(8), value :: x
        real(8) :: f
      end function
    end interface
    real(8) :: t
    common /shared/ t
    entry resolve(a)
  end subroutine
end module
"""


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """name -> (MODULE, its UNITs by name), of the two sources above; `shapes` is named first."""
    folder = tmp_path_factory.mktemp("oracle")
    for name, text in (("a_shapes.f90", SHAPES), ("b_base.f90", BASE)):
        (folder / name).write_text(text)
    command = [sys.executable, "-B", str(HERE / "oracle.py"), "-q", str(folder)]
    answer = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    assert [file["status"] for file in answer["files"]] == ["ok", "ok"], "read in the order of their modules"
    found = {}
    for file in answer["files"]:
        units = {unit["name"]: unit for unit in file["units"]}
        found |= {module["name"]: (module, units) for module in file["modules"]}
    return found


def describe(components):
    fields = ("name", "type", "derived", "rank", "shape_kind", "attrs")
    return [tuple(component[field] for field in fields) for component in components]


def test_parent_types_are_told_from_components_of_their_name(modules):
    ball, ring = modules["shapes"][0]["types"]
    assert (ball["name"], ball["extends"], ring["name"], ring["extends"]) == ("ball", "circle", "ring", None)
    assert describe(ring["components"])[0] == ("circle", "derived", "circle", 0, None, [])


def test_polymorphic_components_have_their_rank_and_attributes(modules):
    ball, _ = modules["shapes"][0]["types"]
    assert describe(ball["components"]) == [
        ("parts", "class", "circle", 2, "deferred", ["allocatable"]),
        ("other", "class(*)", None, 0, None, ["pointer"]),
    ]


def test_access_follows_a_private_statement(modules):
    access = modules["shapes"][0]["access"]
    assert {name for name, said in access.items() if said == "private"} == {"cross", "draw_integer", "list"}
    assert access["ball"] == access["draw"] == access["solve"] == "public"


def test_generics_and_operators_are_those_of_the_module(modules):
    module = modules["shapes"][0]
    assert module["generics"] == {"draw": ["draw_integer"]}
    assert sorted(module["operators"][".cross."]) == ["cross", "cross_circle"]
    assert module["inherited"] == ["cross_circle"]


def test_constants_have_values(modules):
    parameters = modules["shapes"][0]["parameters"]
    assert parameters["n"]["value"] == "3"
    assert parameters["list"]["value"].count(",") == 2


def test_signatures(modules):
    units = modules["shapes"][1]
    solve = units["solve"]
    assert [dummy["name"] for dummy in solve["args"]] == ["f", "a", "m", "*"]
    assert solve["args"][1]["dims"] == [["1", "2*m"], ["0", "*"]]
    assert solve["commons"] == {"shared": ["t"]}
    assert [dummy["name"] for dummy in solve["args"][0]["interface"]["args"]] == ["x"]
    assert units["resolve"]["entry_of"] == "solve"


@pytest.mark.parametrize(
    "dump, text",
    [
        ("(+ dgesv:n 1)", "n+1"),
        ("(/ (* s:n (+ s:n 3)) 2)", "n*(n+3)/2"),
        ("__max_i4[[((1) (s:n))]]", "max(1,n)"),
        ("__len_trim1[[((s:t))]]", "len_trim(t)"),
        ("__atan2_r8[[((s:x) (s:y))]]", "atan2(x,y)"),
        ("_gfortran_size0[[((s:x))]]", "_gfortran_size0(x)"),
        ("__convert_i4_i8[[((s:n))]]", "n"),
        ("(/ 1 , 2 /)", "(/1,2/)"),
        ("s:a(2)", "a(2)"),
        ("s:t % n", "t%n"),
        ("(parens (+ s:n 1))", "n+1"),
        ("1.5e-3_8", "1.5e-3"),
        ("()", None),
    ],
)
def test_expressions(dump, text):
    assert expression_text(dump) == text
