//! `fwrap check --threads`, and what builds make of it.

mod project;

use std::path::Path;

use project::Project;

/// The fixture with state of every kind.
fn states() -> Project {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/states");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    Project::new(&[("states.f90", &read("states.f90")), ("states_old.f", &read("states_old.f"))])
}

#[test]
fn every_kind_of_state_is_named_with_the_calls_that_lead_there() {
    let report = states().run("check --threads states.f90 states_old.f").succeeds().stdout;
    let expected = [
        "states::counted: `count`, a static variable of `states::counted`",
        "states::sum_up_to: no state",
        "states::add_twice: `total`, a variable of the module `states`",
        "states::add_twice -> states::add",
        "states::add: `total`, a variable of the module `states`",
        "states::large: `work`, a static variable of `states::large`",
        "states::weighted: no state",
        "states::drawn: `rand`, whose code is in none of the objects",
        "states::even: no state",
        "states::odd: no state",
        "states::met: no state",
        "states::met_alone: `total`, a variable of the module `states`",
        "states::woken: no state",
        "store: COMMON `/shelf/`",
        "fetch: COMMON `/shelf/`",
        "next: `n`, a static variable of `next`",
        "twice: no state",
        "swap: COMMON `/shelf/`",
        "swap -> store",
        "root: no state",
        "readin: the units of I/O (READ)",
        "middling: no state",
    ];
    assert_eq!(told(&report), expected);
    assert!(report.ends_with(" of 21 procedures keep no state between calls\n"), "{report}");
}

/// The lines about procedures, without file and line. A private procedure may be dissolved in those that call it.
fn told(report: &str) -> Vec<String> {
    let lines = report.lines().filter_map(|line| match line.strip_prefix("    ") {
        Some(path) => Some(path.to_owned()),
        None => line.split_once(": ").map(|(_, told)| told.to_owned()),
    });
    lines.filter(|line| !line.starts_with("states::has_met: ")).collect()
}

#[test]
fn json_has_an_object_for_every_procedure() {
    let project = states();
    let report = project.run("check --threads --json states.f90 states_old.f").succeeds().stdout;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let procedures = report["procedures"].as_array().unwrap();
    let of = |name: &str| &procedures.iter().find(|procedure| procedure["name"] == name).unwrap()["threads"];
    assert!(of("twice")["state"].is_null());
    assert_eq!(of("swap")["state"], "COMMON `/shelf/`");
    assert_eq!(of("swap")["path"], serde_json::json!(["swap", "store"]));
    let plain = project.run("check --json states.f90 states_old.f").succeeds().stdout;
    assert!(!plain.contains("\"threads\""));
}

#[test]
fn prebuilt_objects_and_archives_are_looked_into() {
    let project = Project::new(&[
        ("outer.f90", "subroutine outer(n)\n  integer, intent(inout) :: n\n  call inner(n)\nend subroutine\n"),
        (
            "inner.f90",
            "subroutine inner(n)\n  integer, intent(inout) :: n\n  call helper\ncontains\n  subroutine helper\n    \
             integer, save :: k = 0\n    k = k + n\n    n = k\n  end subroutine\nend subroutine\n\
             subroutine other(n)\n  integer, intent(inout) :: n\n  n = 2 * n\nend subroutine\n",
        ),
    ]);
    let report = project.run("check --threads outer.f90").succeeds().stdout;
    assert!(report.contains("outer: `inner`, whose code is in none of the objects"), "{report}");
    // Without sections for each function, a call inside the file leaves no trace.
    for flags in ["-O0", "-O2 -fno-inline", "-O2 -ffunction-sections -fdata-sections"] {
        project.tool(&format!("gfortran -c -fPIC {flags} inner.f90 -o inner.o"));
        project.tool("ar crs libinner.a inner.o");
        for file in ["inner.o", "libinner.a"] {
            let report = project.run(&format!("check --threads outer.f90 {file}")).succeeds().stdout;
            assert!(report.contains("outer: `k`, a static variable of `"), "{flags} {file}\n{report}");
            assert!(report.contains("outer -> inner"), "{flags} {file}\n{report}");
        }
    }
}

#[test]
fn type_bound_procedures_and_procedures_that_are_passed_count_as_called() {
    let text = "\
module m
  type :: base
    integer :: x = 0
  contains
    procedure :: step
  end type
  type, extends(base) :: counting
  contains
    procedure :: step => step_counting
  end type
  integer :: steps = 0
contains
  subroutine step(this)
    class(base), intent(inout) :: this
    this%x = this%x + 1
  end subroutine
  subroutine step_counting(this)
    class(counting), intent(inout) :: this
    steps = steps + 1
  end subroutine
  subroutine dispatched(n)
    integer, intent(inout) :: n
    class(base), allocatable :: object
    if (n > 0) then
      allocate(counting :: object)
    else
      allocate(base :: object)
    end if
    call object%step()
    n = object%x
  end subroutine
  subroutine plain(n)
    integer, intent(inout) :: n
    type(base) :: object
    call object%step()
    n = object%x
  end subroutine
  subroutine apply(f, n)
    interface
      subroutine f(n)
        integer, intent(inout) :: n
      end subroutine
    end interface
    integer, intent(inout) :: n
    call f(n)
  end subroutine
  subroutine passes(n)
    integer, intent(inout) :: n
    call apply(keeps, n)
  end subroutine
  subroutine keeps(n)
    integer, intent(inout) :: n
    steps = steps + n
  end subroutine
end module
";
    let project = Project::new(&[("m.f90", text)]);
    let report = project.run("check --threads m.f90").succeeds().stdout;
    for (name, clean) in
        [("dispatched", false), ("plain", true), ("apply", true), ("passes", false), ("keeps", false), ("step", true)]
    {
        assert_eq!(report.contains(&format!(": m::{name}: no state\n")), clean, "{name}\n{report}");
    }
}

#[test]
fn what_is_edited_into_state_is_locked_by_the_next_build() {
    let body = |statement: &str| {
        format!(
            "integer function f(n)\n  integer, intent(in) :: n\n  integer, save :: kept\n  {statement}\n  f = n\nend function\n"
        )
    };
    let project = Project::new(&[("k.f90", &body("continue"))]);
    // The second build of each expects what the first has found.
    for statement in ["continue", "f = 1", "kept = n; call keep(kept)", "f = 2; call keep(kept)", "continue"] {
        let keep = "subroutine keep(n)\n  integer, intent(inout) :: n\n  n = n + 1\nend subroutine\n";
        project.write("k.f90", format!("{}{keep}", body(statement)));
        project.build("k.f90 -m k").succeeds();
        assert_eq!(project.python("import k; print(k.f(3))"), "3");
    }
}

#[test]
fn locals_that_are_too_large_for_the_stack_are_static_and_found() {
    let text = "\
real(8) function large(n)
  integer, intent(in) :: n
  real(8) :: work(1000000)
  work(1:n) = 1
  large = sum(work(1:n))
end function
";
    let project = Project::new(&[("k.f90", text)]);
    let of = |flags: &str| project.run(&format!("check --threads k.f90 {flags}")).succeeds().stdout;
    assert!(of("").contains("large: `work`, a static variable of `large`"));
    // The user has decided: 8 MB on the stack.
    assert!(of("--f90flags=-fopenmp").contains("large: no state"));
    project.build("k.f90 -m k").succeeds();
    let statements = "import k, threading; threading.stack_size(1 << 20); found = []; \
                      t = threading.Thread(target=lambda: found.append(k.large(1000000))); t.start(); t.join(); print(found)";
    assert_eq!(project.python(statements), "[1000000.0]");
}
