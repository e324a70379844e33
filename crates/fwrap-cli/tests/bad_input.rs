//! Whatever is wrong with the input or the machine: a message that says what and what to do, and nothing half-written.

mod project;

use std::process::Command;

use project::{ADD, Project, python};

const UNTOUCHED: [&str; 1] = ["k.f90"];

fn kernel(text: &str) -> Project {
    Project::new(&[("k.f90", text)])
}

#[test]
fn a_missing_file() {
    let project = kernel(ADD);
    for command in ["build k.f90 missing.f90 -m k", "generate missing.f90", "check missing.f90"] {
        let words = ["error[FW0701]: cannot read `missing.f90`: No such file or directory", "help: "];
        project.run(command).fails(1, &words);
    }
    project.run("build k.f90 -m k --config none.toml").fails(1, &["cannot read `none.toml`"]);
    assert_eq!(project.names(), UNTOUCHED);
}

#[test]
fn files_that_are_no_sources() {
    let project = Project::new(&[("notes.txt", ""), ("k.c", "int x;")]);
    project.run("build notes.txt -m k").fails(2, &["FW0703", "notes.txt", "help: "]);
    project.run("build k.c -m k").fails(2, &["no Fortran source was given"]);
}

#[test]
fn names_that_no_module_can_have() {
    let project = kernel(ADD);
    for name in ["1a", "a-b", "match", "class", "fwrap"] {
        project.run(&format!("build k.f90 -m {name}")).fails(2, &["FW0704", name]);
    }
    project.run("build k.f90").fails(2, &["-m <NAME>"]);
    project.run("build k.f90 -m k --nonsense").fails(2, &["--nonsense"]);
    assert_eq!(project.names(), UNTOUCHED);
}

#[test]
fn a_syntax_error_in_a_declaration() {
    let project = kernel("subroutine s(x)\n  real, intent( :: x\nend subroutine\n");
    for command in ["build k.f90 -m k", "generate k.f90"] {
        project.run(command).fails(1, &["FW0101", "k.f90:2:", "^"]);
    }
    assert_eq!(project.names(), UNTOUCHED);
}

#[test]
fn a_syntax_error_that_only_the_compiler_sees() {
    let project = kernel("subroutine s(x)\n  real, intent(inout) :: x\n  x = x +* 2\nend subroutine\n");
    let words = ["error[FW0720]: the Fortran compiler failed on `k.f90`", "k.f90:3:", "help: "];
    project.build("k.f90 -m k").fails(1, &words);
    assert_eq!(project.names(), UNTOUCHED);
}

#[test]
fn an_unknown_kind() {
    let project = kernel("subroutine s(x)\n  real(wp), intent(inout) :: x\nend subroutine\n");
    project.run("build k.f90 -m k").fails(1, &["FW0201", "k.f90:2:", "wp", "help: "]);
    assert_eq!(project.names(), UNTOUCHED);
}

#[test]
fn a_type_that_cannot_be_wrapped_does_not_sink_the_others() {
    let unsupported = "\
subroutine s(x)
  type t
    sequence
    integer :: i
  end type
  type(t), intent(inout) :: x
  x%i = 1
end subroutine
";
    let project = kernel(unsupported);
    project.run("build k.f90 -m k").fails(1, &["FW0401", "k.f90:6:", "help: "]);
    assert_eq!(project.names(), UNTOUCHED);
    project.write("k.f90", format!("{unsupported}{ADD}"));
    let outcome = project.build("k.f90 -m k").succeeds();
    assert!(outcome.stderr.contains("FW0401") && outcome.stdout.contains("1 of 2 procedures"), "{}", outcome.stdout);
    assert_eq!(project.python("import k; print(k.add(1, 2), hasattr(k, 's'))"), "3.0 False");
    project.run("check k.f90 --deny FW04").fails(1, &["error[FW0401]"]);
}

#[test]
fn a_compiler_that_fails() {
    let project = kernel(ADD);
    let script = "if [ \"$1\" = --version ]; then gfortran --version; else echo 'f951: out of luck' >&2; exit 1; fi";
    let failing = project.script("failing", script);
    project.run_with("FC", &failing, "build k.f90 -m k").fails(1, &["FW0720", "f951: out of luck"]);
    let broken = project.script("broken", "echo 'no license' >&2; exit 3");
    project.run_with("FC", &broken, "build k.f90 -m k").fails(1, &["FW0711", "no license", "help: "]);
    let other = project.script("other", "echo 'flang version 18.1.3'");
    project.run_with("FC", &other, "build k.f90 -m k").fails(1, &["FW0711", "not GNU Fortran", "apt install gfortran"]);
    let old = project.script("old", "echo 'GNU Fortran (GCC) 8.5.0'");
    project.run_with("FC", &old, "build k.f90 -m k").fails(1, &["FW0711", "8.5.0", "version 9 or later"]);
    assert_eq!(project.names(), ["broken", "failing", "k.f90", "old", "other"]);
}

#[test]
fn no_compiler() {
    let project = kernel(ADD);
    let words = ["error[FW0710]: cannot run the Fortran compiler `/nonexistent`", "apt install gfortran"];
    project.run_with("FC", "/nonexistent", "build k.f90 -m k").fails(1, &words);
    project.write("h.c", "void h(void) {}");
    let words = ["FW0710", "the C compiler `/nonexistent`", "apt install gcc"];
    let outcome =
        project.fwrap("build k.f90 h.c -m k").env("CC", "/nonexistent").env("FWRAP_PYTHON", python()).output();
    project::Outcome::from(outcome.unwrap()).fails(1, &words);
    project.run_with("RUSTC", "/nonexistent", "build k.f90 -m k").fails(1, &["FW0710", "the Rust compiler", "rustup"]);
    assert_eq!(project.names(), ["h.c", "k.f90"]);
}

#[test]
fn a_rust_compiler_that_fails() {
    let project = kernel(ADD);
    let broken = project.script("broken", "echo 'no toolchain' >&2; exit 1");
    project.run_with("RUSTC", broken, "build k.f90 -m k").fails(1, &["error[FW0721]", "no toolchain", "rustup"]);
    assert_eq!(project.names(), ["broken", "k.f90"]);
}

#[test]
fn no_python() {
    let project = kernel(ADD);
    let words = ["FW0710", "the Python interpreter `/nonexistent`", "FWRAP_PYTHON"];
    project.run_with("FWRAP_PYTHON", "/nonexistent", "build k.f90 -m k").fails(1, &words);
    let silent = project.script("silent", "exit 0");
    project.run_with("FWRAP_PYTHON", silent, "build k.f90 -m k").fails(1, &["FW0712", "FWRAP_PYTHON"]);
    assert_eq!(project.names(), ["k.f90", "silent"]);
}

#[test]
fn no_python_headers() {
    let project = kernel(ADD);
    let answer = format!("exec {} \"$@\" | sed '3s,.*,/nonexistent/include,'", python());
    let without_headers = project.script("python-without-headers", &answer);
    let words = ["error[FW0713]", "/nonexistent/include/Python.h", "apt install python3-dev"];
    project.run_with("FWRAP_PYTHON", without_headers, "build k.f90 -m k").fails(1, &words);
    assert_eq!(project.names(), ["k.f90", "python-without-headers"]);
}

#[test]
fn no_numpy_headers() {
    let project = Project::new(&[("k.f90", ADD), ("c.c", "#include <numpy/arrayobject.h>\n")]);
    let made = Command::new(python()).args(["-m", "venv", "--without-pip"]).arg(project.path("venv")).status();
    assert!(made.unwrap().success());
    let words = ["error[FW0715]", "NumPy", "help: "];
    project.run_with("FWRAP_PYTHON", project.path("venv/bin/python"), "build k.f90 c.c -m k").fails(1, &words);
    assert_eq!(project.names(), ["c.c", "k.f90", "venv"]);
}

#[test]
fn directories_that_cannot_be_written() {
    let project = Project::new(&[("k.f90", ADD), ("file", "")]);
    let words = ["error[FW0702]: cannot write `file/out`", "help: "];
    project.build("k.f90 -m k --out-dir file/out").fails(1, &words);
    project.run("generate k.f90 -o file/out").fails(1, &words);
    let cache = project.path("file/cache");
    project.run_with("FWRAP_CACHE", cache, "build k.f90 -m k").fails(1, &["FW0702", "FWRAP_CACHE"]);
    assert_eq!(project.names(), ["file", "k.f90"]);
}

#[test]
fn a_procedure_that_nobody_defines() {
    let calls = "subroutine s(x)\n  double precision, intent(inout) :: x\n  call elsewhere(x)\nend subroutine\n";
    let project = kernel(&format!("{calls}{ADD}"));
    let words = ["error[FW0723]: no object or library defines `elsewhere`", "-l NAME"];
    project.build("k.f90 -m k").fails(1, &words);
    assert_eq!(project.names(), UNTOUCHED);
    // What is left out is not linked, so it may call what it likes.
    project.build("k.f90 -m k --skip s").succeeds();
    assert_eq!(project.python("import k; print(k.add(1, 2))"), "3.0");
}

#[test]
fn a_library_that_is_not_there() {
    let project = kernel(ADD);
    project.build("k.f90 -m k -lno_such_library").fails(1, &["FW0722", "no_such_library"]);
    project.build("k.f90 -m k --link-only -lm").fails(1, &["FW0723", "`add`"]);
    project.build("k.f90 -m k --f90flags=-freal-4-real-8").fails(2, &["FW0705", "-freal-4-real-8"]);
    assert_eq!(project.names(), UNTOUCHED);
}
