"""The comparer finds a difference in each field, and none where there is none."""

import pytest

import prove
from compare import compare
from values import Unreadable, same_value


def argument(name, **fields):
    plain = {"name": name, "class": "data", "type": "real", "kind": 8, "len": None, "derived": None, "rank": 0}
    plain |= {"corank": 0, "shape_kind": None, "dims": [], "intent": None, "implicit": False, "attrs": []}
    return plain | fields


def unit(name, kind="subroutine", parent=None, **fields):
    plain = {"name": name, "kind": kind, "parent": parent, "internal": False, "entry_of": None, "attrs": []}
    plain |= {"bind": None, "args": [], "result": None, "commons": {}}
    return plain | fields


def truth():
    """One of everything."""
    matrix = argument("a", rank=2, shape_kind="assumed_size", dims=[["1", "lda"], ["1", "*"]], intent="inout")
    text = argument("s", type="character", kind=1, len="2*n", attrs=["optional"])
    shape = {"kind": "function", "args": [argument("x")], "result": argument("f")}
    call_back = argument("f", **{"class": "procedure", "interface": shape})
    node = argument("p", type="class", kind=None, derived="node", intent="in")
    solve = unit("solve", args=[matrix, text, call_back, node], commons={"blk": ["x", "y"]}, bind="solve_c")
    area = unit("area", "function", "shapes", args=[argument("r")], result=argument("area"), attrs=["pure"])
    tick = unit("tick", entry_of="solve", args=[{"name": "*", "class": "altreturn"}, argument("t")])
    node_type = {
        "name": "node", "attrs": [], "private": False, "pdt": False, "extends": "root", "final": ["destroy"],
        "components": [argument("next", type="derived", kind=None, derived="node", attrs=["pointer"]),
                       argument("at", rank=1, shape_kind="explicit", dims=[["1", "3"]])],
        "bindings": [{"name": "move", "target": "move_node", "attrs": ["nopass", "public"]}],
        "generic": {"=": ["copy"]},
    }  # fmt: skip
    module = {
        "name": "shapes", "kind": "module", "commons": {"mod": ["u"]}, "types": [node_type],
        "parameters": {"pi": {**argument("pi"), "value": "3.1415926535897931e0_8"}},
        "variables": [argument("origin", rank=1, shape_kind="explicit", dims=[["1", "3"]], attrs=["target"])],
        "generics": {"draw": ["draw_circle", "draw_square"]}, "operators": {".cross.": ["cross_node"]},
        "inherited": ["draw_circle"], "interfaces": {"shape": shape}, "access": {"pi": "public", "origin": "private"},
    }  # fmt: skip
    file = {"path": "a.f90", "status": "ok", "units": [solve, area, tick], "modules": [module]}
    return {"files": [file]}


def find(answer, path):
    """The container at `path` and the last key."""
    for key in path[:-1]:
        answer = answer[key]
    return answer, path[-1]


FILE = ("files", 0)
SOLVE, AREA = (*FILE, "units", 0), (*FILE, "units", 1)
MATRIX, TEXT, CALL_BACK, NODE = [(*SOLVE, "args", index) for index in range(4)]
MODULE = (*FILE, "modules", 0)
TYPE = (*MODULE, "types", 0)
OF_PROCEDURES = [
    ((*SOLVE, "name"), "resolve", "missing"),
    ((*AREA, "parent"), "forms", "missing"),
    ((*SOLVE, "kind"), "function", "unit kind"),
    ((*TEXT, "name"), "t", "arg names"),
    ((*MATRIX, "class"), "procedure", "arg class"),
    ((*MATRIX, "type"), "complex", "arg type"),
    ((*MATRIX, "kind"), 4, "arg kind"),
    ((*TEXT, "len"), "n", "arg len"),
    ((*NODE, "derived"), "leaf", "arg derived"),
    ((*MATRIX, "rank"), 1, "arg rank"),
    ((*MATRIX, "shape_kind"), "explicit", "arg shape_kind"),
    ((*MATRIX, "dims", 0, 1), "ldb", "arg dims"),
    ((*MATRIX, "dims", 1, 0), "0", "arg dims"),
    ((*MATRIX, "intent"), "in", "arg intent"),
    ((*MATRIX, "implicit"), True, "arg implicit"),
    ((*TEXT, "attrs"), [], "arg attrs"),
    ((*MATRIX, "attrs"), ["save"], "arg attrs"),
    ((*AREA, "result", "type"), "integer", "result type"),
    ((*AREA, "result", "kind"), 4, "result kind"),
    ((*AREA, "result", "rank"), 1, "result rank"),
    ((*AREA, "result", "dims"), [["1", "3"]], "result dims"),
]
OF_ENTITIES = [
    ((*SOLVE, "commons", "blk"), ["y", "x"], "common"),
    ((*SOLVE, "bind"), None, "bind"),
    ((*SOLVE, "internal"), True, "internal"),
    ((*FILE, "units", 2, "entry_of"), None, "entry_of"),
    ((*AREA, "attrs"), [], "unit attrs"),
    ((*AREA, "result"), None, "result"),
    ((*CALL_BACK, "interface"), None, "interface"),
    ((*MODULE, "interfaces"), {}, "interface"),
    ((*MODULE, "name"), "forms", "missing"),
    ((*MODULE, "parameters"), {}, "parameter missing"),
    ((*MODULE, "parameters", "pi", "kind"), 4, "parameter kind"),
    ((*MODULE, "parameters", "pi", "value"), "3.1415926_8", "parameter value"),
    ((*MODULE, "parameters", "pi", "value"), None, "parameter value"),
    ((*MODULE, "variables", 0, "name"), "centre", "variable missing"),
    ((*MODULE, "variables", 0, "type"), "integer", "variable type"),
    ((*MODULE, "variables", 0, "dims"), [["0", "2"]], "variable dims"),
    ((*MODULE, "variables", 0, "attrs"), [], "variable attrs"),
    ((*MODULE, "types"), [], "type missing"),
    ((*TYPE, "extends"), None, "extends"),
    ((*TYPE, "attrs"), ["bind(c)"], "type attrs"),
    ((*TYPE, "components", 0, "name"), "previous", "components"),
    ((*TYPE, "components", 0, "derived"), "root", "component derived"),
    ((*TYPE, "components", 0, "attrs"), ["allocatable"], "component attrs"),
    ((*TYPE, "components", 1, "kind"), 4, "component kind"),
    ((*TYPE, "components", 1, "rank"), 2, "component rank"),
    ((*TYPE, "components", 1, "dims"), [["1", "4"]], "component dims"),
    ((*TYPE, "bindings"), [], "bindings"),
    ((*TYPE, "bindings", 0, "target"), "shift_node", "binding"),
    ((*TYPE, "bindings", 0, "attrs"), ["pass", "public"], "binding attrs"),
    ((*TYPE, "generic"), {}, "generic binding"),
    ((*TYPE, "final"), [], "final"),
    ((*MODULE, "generics"), {}, "generics"),
    ((*MODULE, "generics", "draw"), ["draw_square", "draw_line"], "generics"),
    ((*MODULE, "operators"), {}, "operators"),
    ((*MODULE, "commons"), {}, "common"),
    ((*MODULE, "access", "pi"), "private", "access"),
    ((*MODULE, "access"), {"pi": "public"}, "access"),
]


def changed(path, value):
    mine = truth()
    container, key = find(mine, path)
    assert container[key] != value, "the change changes something"
    container[key] = value
    return mine


def test_the_same_is_the_same():
    comparison = compare(truth(), truth())
    assert comparison.differences() == []
    assert (comparison.procedures, comparison.exact, comparison.missing, comparison.arguments) == (3, 3, 0, 6)


@pytest.mark.parametrize("path, value, field", OF_PROCEDURES)
def test_a_difference_of_a_procedure_is_found(path, value, field):
    comparison = compare(truth(), changed(path, value))
    assert field in {difference.field for _, difference in comparison.of_procedures}
    assert comparison.exact == comparison.procedures - 1


@pytest.mark.parametrize("path, value, field", OF_ENTITIES)
def test_a_difference_beyond_procedures_is_found(path, value, field):
    comparison = compare(truth(), changed(path, value))
    assert field in {difference.field for _, difference in comparison.of_entities}
    assert comparison.exact == comparison.procedures, "the signature is the same"


def test_what_is_written_otherwise_is_the_same():
    mine = truth()
    solve, module = mine["files"][0]["units"][0], mine["files"][0]["modules"][0]
    solve["args"][1]["len"] = "2 * n"
    solve["args"][0]["dims"][0] = [1, "lda "]
    module["parameters"]["pi"]["value"] = "3.14159265358979312"
    module["generics"]["draw"] = ["draw_square"]  # the other one came with a USE
    mine["files"][0]["path"] = "src/a.f90"
    assert compare(truth(), mine, "src/").differences() == []


def test_a_file_that_the_compiler_rejects_is_no_truth():
    rejected = truth()
    rejected["files"][0]["status"] = "errors"
    assert compare(rejected, {"files": []}).procedures == 0


@pytest.mark.parametrize(
    "one, other, kind, same",
    [
        ("3", 3, 4, True),
        ("3", "4", 4, False),
        ("2_2", "2", 2, True),
        ("1.00000001e0_8", "1.0_8", 8, False),
        ("1.0000001e0", "1.0", 4, True),
        ("-1.5d0", "-1.5e0_8", 8, True),
        (".true.", True, 4, True),
        (".true.", ".false._4", 4, False),
        ("'it''s '", '"it\'s"', 1, True),
        ("'a'", "'b'", 1, False),
        ("(/ 1 , 2 , 3 /)", "[1,2,3]", 4, True),
        ("(/ 1 , 2 , 3 /)", "[1,2]", 4, False),
        ("(/ 0 , 0 /)", "0", 4, True),
        ("(complex 1.0e0_8 -2.0e-5_8)", "(1.0,-2.0e-5)", 8, True),
        ("(complex 1.0 2.0)", "(1.0,-2.0)", 4, False),
    ],
)
def test_values(one, other, kind, same):
    assert same_value(one, other, kind) is same


def test_a_structure_constructor_is_no_value():
    with pytest.raises(Unreadable):
        same_value("node(1, null())", "1")


def exceptions(*entries):
    return prove.Exceptions([{"corpus": "shapes", "reason": "a test", **entry} for entry in entries])


def test_a_difference_that_is_not_listed_is_told():
    corpus = prove.Corpus("shapes", "shapes")
    comparison = compare(truth(), changed((*MODULE, "access", "pi"), "private"))
    (told,) = prove.judge(corpus, comparison, exceptions())
    assert told == "a.f90: shapes.pi: access: gfortran 'public', fwrap 'private'"


def test_an_exception_covers_its_difference_and_no_other():
    corpus = prove.Corpus("shapes", "shapes")
    comparison = compare(truth(), changed((*MODULE, "access", "pi"), "private"))
    listed = exceptions(
        {"file": "a.f90", "where": "shapes.pi", "field": "access"},
        {"file": "a.f90", "where": "shapes.pi", "field": "parameter value"},
    )
    assert prove.judge(corpus, comparison, listed) == []
    assert [entry["field"] for entry in listed.unmet([corpus])] == ["parameter value"]


def test_too_few_exact_procedures_are_told_even_when_listed():
    corpus = prove.Corpus("shapes", "shapes")
    comparison = compare(truth(), changed((*MATRIX, "kind"), 4))
    listed = exceptions({"file": "a.f90", "where": "solve(a)"})
    assert prove.judge(corpus, comparison, listed) == ["66.67 % of the procedures are exact, 99.9 % must be"]
