//! What can stand for a source on the command line: directories and `.fypp` files; and what cannot.

mod project;

use project::{ADD, Project};

const TEMPLATE: &str = "\
#:set KINDS = ['real32', 'real64']
module sums
  use, intrinsic :: iso_fortran_env, only: real32, real64
contains
  #:for kind in KINDS
  function total_${kind}$(n, x) result(t)
    integer, intent(in) :: n
    real(${kind}$), intent(in) :: x(n)
    real(${kind}$) :: t
    include 'body.inc'
  end function
  #:endfor
  subroutine plain(x, y)
    real(real64), intent(in) :: x
    real(unheard_of), intent(out) :: y
    y = x
  end subroutine
end module
";

/// The command `fypp`, which `pip install fypp` puts beside the interpreter of the tests.
fn fypp() -> String {
    let beside = std::path::Path::new(project::python()).with_file_name("fypp");
    let program = if beside.is_file() { beside.to_string_lossy().into_owned() } else { "fypp".to_owned() };
    let found = std::process::Command::new(&program).arg("--version").output();
    assert!(found.is_ok_and(|output| output.status.success()), "these tests need fypp: `pip install fypp`");
    program
}

#[test]
fn a_directory_stands_for_its_sources() {
    let other = ADD.replace("add", "other");
    let project = Project::new(&[
        ("src/b/add.f90", ADD),
        ("src/a.F", "      SUBROUTINE SUB(N)\n      INTEGER N\n      N = K\n      END\n"),
        ("src/notes.txt", ""),
        ("src/.hidden/add.f90", ADD),
        ("src/fwrap.toml", "[sub]\nn = { intent = \"inout\" }\n"),
        ("more/other.f90", &other),
        ("none/readme", ""),
    ]);
    let outcome = project.run("check src more/other.f90 ./src/b/add.f90 src/").succeeds();
    let procedures: Vec<&str> = outcome.stdout.lines().filter(|line| line.ends_with(": wrapped")).collect();
    let expected = ["src/a.F:1: sub: wrapped", "src/b/add.f90:1: add: wrapped", "more/other.f90:1: other: wrapped"];
    assert_eq!(procedures, expected);
    project.build("src more -m k -DK=4").succeeds();
    assert_eq!(project.python("import k; print(k.add(1, 2) + k.other(3, 4))"), "10.0");
    project.run("generate src -o out").succeeds();
    assert!(project.path("out/a.rs").is_file());
    for command in ["check none", "build none -m k", "generate src none"] {
        project.run(command).fails(2, &["FW0703", "there is no Fortran source in `none`", "help: "]);
    }
    project.run("check nowhere/").fails(1, &["FW0701", "`nowhere/`"]);
}

#[test]
fn standard_input_is_refused() {
    let project = Project::new(&[("k.f90", ADD)]);
    for command in ["check -", "generate -", "build - -m k", "check k.f90 --link-only -"] {
        project.run(command).fails(2, &["FW0703", "standard input is not read", "help: write the source to a file"]);
    }
}

#[test]
fn what_cannot_be_read() {
    let project = Project::new(&[("k.f90", ADD), ("d.f90/inside.f90", &ADD.replace("add", "inside"))]);
    // A directory is a directory whatever it is called.
    let outcome = project.run("check d.f90").succeeds();
    assert!(outcome.stdout.contains("d.f90/inside.f90:1: inside: wrapped"), "{}", outcome.stdout);
    std::os::unix::fs::symlink("nowhere", project.path("broken.f90")).unwrap();
    project.run("check k.f90 broken.f90").fails(1, &["FW0701", "`broken.f90`: No such file"]);
    // Whoever is root may read everything.
    let secret = project.script("secret.f90", "");
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o000)).unwrap();
    if std::fs::File::open(&secret).is_err() {
        project.run("check k.f90 secret.f90").fails(1, &["FW0701", "`secret.f90`: Permission denied"]);
    }
}

#[test]
fn fypp_sources_are_preprocessed() {
    let project = Project::new(&[("src/sums.fypp", TEMPLATE), ("src/body.inc", "    t = sum(x)\n")]);
    let outcome = project.run_with("FYPP", fypp(), "check src");
    let outcome = outcome.succeeds();
    assert!(outcome.stdout.contains("sums::total_real32: wrapped"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("2 of 3 procedures wrapped"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("unheard_of"), "{}", outcome.stderr);
    let mut command = project.fwrap("build src/sums.fypp -m k --skip plain");
    command.env("FYPP", fypp()).env("FWRAP_PYTHON", project::python());
    // The compiler reads all of the module, also what is not wrapped.
    project.write("src/sums.fypp", TEMPLATE.replace("unheard_of", "real32"));
    project::Outcome::from(command.output().unwrap()).succeeds();
    assert_eq!(project.python("import k; print(k.sums.total_real64([1, 2.5]))"), "3.5");
}

#[test]
fn diagnostics_point_into_the_fypp_source() {
    let project = Project::new(&[("sums.fypp", TEMPLATE), ("body.inc", "    t = sum(x)\n")]);
    let outcome = project.run_with("FYPP", fypp(), "check sums.fypp").succeeds();
    assert!(outcome.stderr.contains("--> sums.fypp:15:10"), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("sums.fypp:13: sums::plain: not wrapped"), "{}", outcome.stdout);
    // A line that fypp has changed is shown as it stands in the source.
    project.write("sums.fypp", TEMPLATE.replace("real(${kind}$) :: t", "real(${kind}$, :: t"));
    let outcome = project.run_with("FYPP", fypp(), "check sums.fypp");
    assert!(
        outcome.stderr.contains("--> sums.fypp:9:") && outcome.stderr.contains("real(${kind}$, :: t"),
        "{}",
        outcome.stderr
    );
    // The compiler's messages do so as well.
    project.write("sums.fypp", TEMPLATE.replace("unheard_of", "real32").replace("y = x", "y = x +* 2"));
    let mut command = project.fwrap("build sums.fypp -m k");
    command.env("FYPP", fypp()).env("FWRAP_PYTHON", project::python());
    project::Outcome::from(command.output().unwrap()).fails(1, &["FW0720", "sums.fypp:16:"]);
}

#[test]
fn fypp_that_is_missing_or_fails() {
    let project = Project::new(&[("k.fypp", "#:if WANTED\nsubroutine s()\nend subroutine\n#:endif\n")]);
    let words = ["FW0710", "the preprocessor of `.fypp` sources", "`/nonexistent`", "pip install fypp"];
    project.run_with("FYPP", "/nonexistent", "check k.fypp").fails(1, &words);
    let outcome = project.run_with("FYPP", fypp(), "check k.fypp");
    outcome.fails(1, &["FW0714", "fypp failed on `k.fypp`", "WANTED", "--fypp-flags"]);
    let outcome = project.run_with("FYPP", fypp(), "check k.fypp --fypp-flags=-DWANTED=1").succeeds();
    assert!(outcome.stdout.contains("s: wrapped"), "{}", outcome.stdout);
    project.run_with("FYPP", fypp(), "check none.fypp").fails(1, &["FW0701", "`none.fypp`"]);
}
