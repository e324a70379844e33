//! What core cannot know is asked from the compiler, which compiles and runs nothing; without it, it is a diagnostic.

mod project;

use project::{Outcome, Project};

const KINDS: &str = "\
module installed
  implicit none
  integer, parameter :: wp = selected_real_kind(12), long = 8
  integer(8), parameter :: big = 5
  real, parameter :: half = 0.5
  integer, parameter :: table(2) = [4, 8]
  type, public :: point
    real(wp) :: x, y
  end type
end module
";

const USER: &str = "\
module again
  use installed, only: working => wp
end module
module m
  use again, only: r => working
  use installed
  use, intrinsic :: iso_c_binding
  implicit none
  integer, parameter :: derived = kind(1.0_wp) + 0
  integer, parameter :: precise = selected_real_kind(precision(half), range(half))
  type, bind(c) :: pair
    integer(c_int) :: i
    real(c_double) :: x
  end type
  type(pair) :: some_pair
contains
  subroutine renamed(x)
    real(r), intent(in) :: x
  end subroutine
  subroutine computed(x, y)
    real(derived), intent(in) :: x
    real(precise), intent(in) :: y
  end subroutine
  subroutine counted(n, x)
    integer(long), intent(in) :: n
    real(wp), intent(in) :: x(n*big, big + 1)
  end subroutine
  subroutine bytes(buffer)
    integer(1), intent(in) :: buffer(storage_size(some_pair)/8)
  end subroutine
  subroutine no_constant(x)
    real(half), intent(in) :: x
  end subroutine
  subroutine no_scalar(x)
    real(table), intent(in) :: x
  end subroutine
  subroutine element(x)
    real(table(2)), intent(in) :: x
  end subroutine
  subroutine not_there(x)
    real(unheard_of), intent(in) :: x
  end subroutine
end module
";

/// A directory with the compiled module, but not its source, and another with what uses it.
fn project() -> Project {
    let project = Project::new(&[("mods/installed.f90", KINDS), ("user.f90", USER)]);
    project.tool("gfortran -c mods/installed.f90 -J mods -o mods/installed.o");
    project.tool("rm mods/installed.f90");
    project
}

/// The lines of `check` that say what became of procedures.
fn wrapped(outcome: &Outcome) -> Vec<(&str, bool)> {
    let verdicts = outcome.stdout.lines().filter(|line| line.ends_with("wrapped") && line.starts_with("user.f90"));
    verdicts
        .map(|line| (line.split("m::").nth(1).unwrap().split(':').next().unwrap(), !line.contains(" not ")))
        .collect()
}

#[test]
fn modules_that_are_only_there_compiled() {
    let project = project();
    let outcome = project.run("check user.f90 -I mods").succeeds();
    let expected = [
        ("renamed", true),
        ("computed", true),
        ("counted", true),
        ("bytes", true),
        ("no_constant", false),
        ("no_scalar", false),
        ("element", true),
        ("not_there", false),
    ];
    assert_eq!(wrapped(&outcome), expected, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.contains("[FW0201]") || outcome.stderr.contains("[FW0204]"), "{}", outcome.stderr);
    // The directory may also be among the flags; relative to here, as for the compiler.
    assert_eq!(wrapped(&project.run("check user.f90 --f90flags=-Imods")), expected);
}

#[test]
fn without_an_answer_it_is_a_diagnostic() {
    let project = project();
    // Without a compiler nothing is known either, and nothing else fails.
    for (compiler, arguments) in [("gfortran", "check user.f90"), ("/nonexistent", "check user.f90 -I mods")] {
        let outcome = project.run_with("FC", compiler, arguments);
        let outcome = outcome.fails(1, &["[FW0204]", "`installed` is not among the sources", "[FW0407]"]);
        assert!(wrapped(&outcome).iter().all(|(_, wrapped)| !wrapped), "{}", outcome.stdout);
    }
}

#[test]
fn a_module_that_changes_is_asked_again() {
    let text = "subroutine s(x)\n  use k, only: wp\n  real(wp), intent(in) :: x(2)\nend subroutine\n";
    let project = Project::new(&[("k.f90", "module k\n  integer, parameter :: wp = 4\nend module\n"), ("s.f90", text)]);
    let kind = || {
        let outcome = project.run("generate s.f90 -m s -I .").succeeds();
        assert_eq!(outcome.stderr, "");
        let text = std::fs::read_to_string(project.path("s.rs")).unwrap();
        ["f32", "f64"].into_iter().find(|kind| text.contains(&format!("View<'_, {kind}, 1>"))).map(str::to_owned)
    };
    project.tool("gfortran -fsyntax-only k.f90");
    assert_eq!(kind().as_deref(), Some("f32"));
    assert_eq!(kind().as_deref(), Some("f32"));
    project.write("k.f90", "module k\n  integer, parameter :: wp = 4 + 4\nend module\n");
    project.tool("gfortran -fsyntax-only k.f90");
    assert_eq!(kind().as_deref(), Some("f64"));
}

#[test]
fn flags_count_as_they_do_when_the_source_is_compiled() {
    let text = "subroutine s(x)\n  use k, only: wp\n  real(wp), intent(in) :: x\nend subroutine\n";
    let project =
        Project::new(&[("k.f90", "module k\n  integer, parameter :: wp = kind(1.0)\nend module\n"), ("s.f90", text)]);
    project.tool("gfortran -fsyntax-only -fdefault-real-8 k.f90");
    project.run("generate s.f90 --f90flags=-fdefault-real-8").succeeds();
    let text = std::fs::read_to_string(project.path("s.rs")).unwrap();
    assert!(text.contains("x: f64"), "{text}");
}
