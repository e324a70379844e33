//! `fwrap inspect`: what it prints for people and for machines, and what it says when sources are wrong.

mod project;

use project::{ADD, Outcome, Project};
use serde_json::Value;

const MODULE: &str = "\
module shapes
  implicit none
  integer, parameter :: wp = kind(1.0d0)
  type :: point
    real(wp) :: x, y
  end type
contains
  subroutine move(n, p, by)
    integer, intent(in) :: n
    type(point), intent(inout) :: p(2*n)
    real(wp), intent(in), optional :: by(:)
  end subroutine
end module
";

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error} in:\n{}", outcome.stdout))
}

/// The names of all units of a description.
fn units(description: &Value) -> Vec<&str> {
    let files = description["files"].as_array().expect("files").iter();
    files.flat_map(|file| file["units"].as_array().expect("units")).filter_map(|unit| unit["name"].as_str()).collect()
}

#[test]
fn json_has_the_signatures_as_read() {
    let project = Project::new(&[("shapes.f90", MODULE), ("add.f90", ADD)]);
    let outcome = project.run("inspect shapes.f90 add.f90 --json").succeeds();
    assert_eq!(outcome.stderr, "");
    let description = json(&outcome);
    assert_eq!(description["schema"], 1);
    assert_eq!(units(&description), ["move", "add"]);
    let file = &description["files"][0];
    assert_eq!((&file["path"], &file["form"], &file["status"]), (&"shapes.f90".into(), &"free".into(), &"ok".into()));
    let unit = &file["units"][0];
    assert_eq!((&unit["kind"], &unit["parent"]), (&"subroutine".into(), &"shapes".into()));
    let [n, p, by] = unit["args"].as_array().unwrap().as_slice() else { panic!("{unit}") };
    assert_eq!(
        (&n["type"], &n["kind"], &n["intent"], &n["rank"]),
        (&"integer".into(), &4.into(), &"in".into(), &0.into())
    );
    assert_eq!((&p["type"], &p["derived"], &p["dims"][0][1]), (&"derived".into(), &"point".into(), &"2*n".into()));
    assert_eq!((&by["kind"], &by["shape_kind"]), (&8.into(), &"assumed_shape".into()));
    assert!(by["attrs"].as_array().unwrap().contains(&"optional".into()), "{by}");
    let module = &file["modules"][0];
    assert_eq!((&module["name"], &module["parameters"]["wp"]["kind"]), (&"shapes".into(), &4.into()));
    assert_eq!(description["files"][1]["units"][0]["result"]["kind"], 8);
}

#[test]
fn people_see_one_line_for_each() {
    let project = Project::new(&[("src/shapes.f90", MODULE), ("src/add.f90", ADD)]);
    let outcome = project.run("inspect src").succeeds();
    assert_eq!(outcome.stderr, "");
    for word in ["shapes", "point", "move", "add"] {
        assert!(outcome.stdout.contains(word), "`{word}` is missing from:\n{}", outcome.stdout);
    }
    assert!(outcome.stdout.lines().count() < 20, "{}", outcome.stdout);
}

#[test]
fn sources_may_be_directories_and_need_no_tools() {
    let project = Project::new(&[("src/b/shapes.f90", MODULE), ("src/add.f90", ADD), ("none/x.c", "")]);
    let run = |arguments: &str| -> Outcome { project.fwrap(arguments).env("PATH", "").output().unwrap().into() };
    let description = json(&run("inspect src --json").succeeds());
    assert_eq!(units(&description), ["add", "move"]);
    run("inspect none").fails(2, &["FW0703", "there is no Fortran source in `none`"]);
    run("inspect none.f90 --json").fails(1, &["FW0701", "`none.f90`"]);
    run("inspect src none.f90").fails(1, &["FW0701", "`none.f90`"]);
    run("inspect none/x.c").fails(2, &["FW0703", "no Fortran source was given"]);
    run("inspect -").fails(2, &["FW0703", "standard input is not read"]);
    run("inspect").fails(2, &["<SRC>"]);
    assert_eq!(project.names(), ["none", "src"]);
}

#[test]
fn what_is_wrong_is_told_and_the_rest_is_printed() {
    let project =
        Project::new(&[("bad.f90", "subroutine s(x)\n  real, intent( :: x\nend subroutine\n"), ("add.f90", ADD)]);
    for form in ["--json", ""] {
        let outcome = project.run(&format!("inspect bad.f90 add.f90 {form}"));
        assert!(outcome.stdout.contains("add"), "{}", outcome.stdout);
        outcome.fails(1, &["error[FW0101]", "--> bad.f90:2:"]);
    }
    let description = json(&project.run("inspect bad.f90 add.f90 --json"));
    assert_eq!(
        (&description["files"][0]["status"], &description["files"][1]["status"]),
        (&"errors".into(), &"ok".into())
    );
    // The signatures are on standard output, the diagnostics on standard error in the form asked for.
    let outcome = project.run("inspect bad.f90 --json --format json");
    let finding: Value = serde_json::from_str(outcome.stderr.lines().next().unwrap()).unwrap();
    assert_eq!((&finding["code"], &finding["line"]), (&"FW0101".into(), &2.into()));
    let outcome = project.run("inspect bad.f90 --format sarif");
    let log: Value = serde_json::from_str(&outcome.stderr).unwrap();
    assert_eq!((outcome.code, &log["runs"][0]["results"][0]["ruleId"]), (Some(1), &"FW0101".into()));
}

#[test]
fn isolated_files_know_nothing_of_each_other() {
    let user = |name: &str| {
        format!("subroutine {name}(x)\n  use kinds, only: wp\n  real(wp), intent(in) :: x\nend subroutine\n")
    };
    let kinds = |kind: u8| format!("module kinds\n  integer, parameter :: wp = {kind}\nend module\n");
    let (one, other) = (format!("{}{}", kinds(4), user("f")), format!("{}{}", kinds(8), user("g")));
    let project = Project::new(&[("tests/one.f90", &one), ("tests/other.f90", &other)]);
    let together = project.run("inspect tests --json").succeeds();
    assert!(together.stderr.contains("warning[FW0105]: there are two modules called `kinds`"), "{}", together.stderr);
    for sources in ["tests", "tests/one.f90 tests/other.f90"] {
        let description = json(&project.run(&format!("inspect {sources} --isolated --json")).succeeds());
        let kind = |file: usize| &description["files"][file]["units"][0]["args"][0]["kind"];
        assert_eq!((kind(0), kind(1)), (&4.into(), &8.into()), "{description}");
    }
}

#[test]
fn macros_flags_and_compiled_modules_count() {
    let text = "subroutine s(x, n)\n  use kinds, only: wp\n#ifdef LONG\n  real(wp), intent(in) :: x(WIDTH)\n#else\n  \
                real(4), intent(in) :: x\n#endif\n  integer :: n\nend subroutine\n";
    let project = Project::new(&[
        ("s.F90", text),
        ("mods/kinds.f90", "module kinds\n  integer, parameter :: wp = 8\nend module\n"),
    ]);
    project.tool("gfortran -fsyntax-only -J mods mods/kinds.f90");
    let argument = |arguments: &str, index: usize| {
        let description = json(&project.run(&format!("inspect s.F90 --json {arguments}")).succeeds());
        description["files"][0]["units"][0]["args"][index].clone()
    };
    assert_eq!(argument("", 0)["kind"], 4);
    let x = argument("-DLONG -D WIDTH=3 -I mods", 0);
    assert_eq!((&x["kind"], &x["dims"][0][1]), (&8.into(), &"3".into()));
    assert_eq!(argument("--f90flags=-fdefault-integer-8", 1)["kind"], 8);
    assert_eq!(argument("", 1)["kind"], 4);
}

#[test]
fn a_disk_that_is_full_is_an_error() {
    let project = Project::new(&[("add.f90", ADD)]);
    let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has /dev/full");
    let outcome: Outcome = project.fwrap("inspect add.f90 --json").stdout(full).output().unwrap().into();
    outcome.fails(1, &["FW0702", "standard output"]);
}

#[test]
fn what_is_included_counts_to_the_file_that_includes_it() {
    let template = "#:for kind in ['4', '8']\nsubroutine s${kind}$(x)\n  real(${kind}$), intent(in) :: x\n\
                    end subroutine\n#:endfor\n";
    let project = Project::new(&[
        ("k.fypp", template),
        ("m.F90", "module m\ncontains\n#include \"body.h\"\nend module\n"),
        ("e.f90", "include 'body.h'\n"),
        ("body.h", "subroutine inside(x)\n  real :: x\nend subroutine\n"),
    ]);
    let description = json(&project.run("inspect k.fypp m.F90 e.f90 --json").succeeds());
    let names = |file: usize| {
        let units = description["files"][file]["units"].as_array().unwrap();
        units.iter().map(|unit| unit["name"].as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((names(0), names(1), names(2)), (vec!["s4", "s8"], vec!["inside"], vec!["inside"]));
    assert_eq!(description["files"][0]["path"], "k.fypp");
}

#[test]
fn signature_files_are_written_and_read() {
    let module = MODULE.replace("type(point)", "real(wp)");
    let project = Project::new(&[("m.f90", &module), ("add.f90", ADD)]);
    let outcome = project.run("inspect m.f90 add.f90 --pyf -m sums").succeeds();
    for line in ["python module sums", "subroutine move(", "function add(", "end python module sums"] {
        assert!(outcome.stdout.contains(line), "`{line}` is missing from:\n{}", outcome.stdout);
    }
    project.write("sums.pyf", &outcome.stdout);
    let description = json(&project.run("inspect sums.pyf --json").succeeds());
    assert_eq!(units(&description), ["add", "move"]);
    assert!(project.run("inspect add.f90 --pyf").succeeds().stdout.contains("python module add"));
    project.run("inspect add.f90 --pyf --json").fails(2, &["--pyf", "--json"]);
    project.run("inspect add.f90 -m sums").fails(2, &["--pyf"]);
    project.run("inspect add.f90 --pyf -m 1a").fails(2, &["FW0704"]);
}

#[test]
fn kinds_that_the_user_knows() {
    let text = "subroutine s(x)\n  use elsewhere\n  real(wp), intent(in) :: x\nend subroutine\n";
    let project = Project::new(&[("s.f90", text), ("other/map", "{'real': {'wp': 'float'}}\n")]);
    let kind = |arguments: &str| {
        let description = json(&project.run(&format!("inspect s.f90 --json {arguments}")).succeeds());
        description["files"][0]["units"][0]["args"][0]["kind"].clone()
    };
    assert_eq!(kind(""), Value::Null);
    assert_eq!(kind("--f2cmap other/map"), 4);
    project.write(".f2py_f2cmap", "dict(real=dict(wp='double'))\n");
    assert_eq!(kind(""), 8);
    assert_eq!(kind("--f2cmap other/map"), 4);
    project.run("inspect s.f90 --f2cmap none").fails(1, &["FW0701", "`none`"]);
}
