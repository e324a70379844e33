//! `fwrap check` says of what is already compiled that a STOP in it ends the process.

use std::fs;
use std::path::Path;
use std::process::Command;

fn compile(directory: &Path, name: &str, text: &str) {
    let source = directory.join(format!("{name}.f90"));
    fs::write(&source, text).unwrap();
    let mut command = Command::new(std::env::var_os("FC").unwrap_or_else(|| "gfortran".into()));
    assert!(command.current_dir(directory).args(["-c", "-fPIC"]).arg(source).status().unwrap().success());
}

fn check(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fwrap"));
    let output = command.current_dir(directory).arg("check").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap()
}

#[test]
fn prebuilt_code_that_ends_the_process_is_noted_once_per_input() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    compile(directory, "stopping", "subroutine stopping(n)\ninteger :: n\nif (n > 0) stop 3\nend subroutine\n");
    compile(directory, "clean", "subroutine clean(n)\ninteger :: n\nn = n + 1\nend subroutine\n");
    fs::write(directory.join("kernel.f90"), "subroutine kernel(n)\ninteger, intent(in) :: n\nend subroutine\n")
        .unwrap();
    let archived =
        Command::new("ar").current_dir(directory).args(["crs", "libold.a", "stopping.o", "clean.o"]).status();
    assert!(archived.unwrap().success());

    let said = check(directory, &["kernel.f90", "libold.a"]);
    let note = "note[FW0408]: `libold.a` is not compiled here, and ends the process at: STOP (stopping.o)";
    assert_eq!(said.matches(note).count(), 1, "{said}");
    assert!(said.contains("help: give the sources instead"), "{said}");
    let said = check(directory, &["kernel.f90", "stopping.o", "-L.", "-lold"]);
    assert!(
        said.contains("note[FW0408]: `stopping.o` is not compiled here, and ends the process at: STOP\n"),
        "{said}"
    );
    assert!(said.contains("`-lold` is not compiled here, and ends the process at: STOP (stopping.o)"), "{said}");
    let said = check(directory, &["kernel.f90", "clean.o"]);
    assert!(!said.contains("FW0408"), "{said}");
    let said = check(directory, &["kernel.f90", "-lnowhere_to_be_found"]);
    assert!(said.contains("`-lnowhere_to_be_found` is not compiled here, and was not found"), "{said}");
    // What is compiled from its source is caught.
    assert!(!check(directory, &["kernel.f90", "stopping.f90"]).contains("FW0408"));
    let json = check(directory, &["kernel.f90", "libold.a", "--json"]);
    assert!(json.contains("\"FW0408\"") && json.contains("\"note\""), "{json}");
}
