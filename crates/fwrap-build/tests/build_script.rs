//! `Build` as cargo runs it: in a process of its own, with `OUT_DIR`, its standard output read line by line.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// What stands in `build.rs`: run by the other tests in a process of its own, never by itself.
#[test]
#[ignore = "the other tests run it as a build script"]
fn script() -> Result<(), Box<dyn std::error::Error>> {
    let mut build = fwrap_build::Build::new();
    build.include("include").define("SCALE", "3").define("UNUSED", None).flag("-O1").link_search("lib").link_lib("m");
    build.files(["src/user.f90", "src/base.F90", "src/help.c"]);
    build.compile("kernel")?;
    Ok(())
}

/// Runs [`script`] in a package with these files.
fn run(package: &Path) -> (bool, String, String) {
    let output: Output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--ignored", "--exact", "script", "--nocapture"])
        .current_dir(package)
        .env("OUT_DIR", package.join("out"))
        .env_remove("FC")
        .output()
        .expect("the test runs itself");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

fn package(user: &str) -> TempDir {
    let package = tempfile::tempdir().expect("a temporary folder");
    let files = [
        ("src/user.f90", user),
        (
            "src/base.F90",
            "module base\n  integer, parameter :: wp = 8\n  real(wp), parameter :: factor = SCALE\nend module\n",
        ),
        ("src/help.c", "#include \"help.h\"\nint help(void) { return SCALE; }\n"),
        ("include/help.h", "int help(void);\n"),
        ("include/sizes.inc", "integer, parameter :: most = 4\n"),
        ("src/fwrap.toml", ""),
        ("lib/empty", ""),
        ("out/stale.txt", ""),
    ];
    for (name, text) in files {
        let path = package.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    package
}

const USER: &str = "\
module user
  use base
contains
  subroutine scale(x)
    include 'sizes.inc'
    real(wp), intent(inout) :: x(most)
    x = x * factor
  end subroutine
  subroutine later(f)
    external f
  end subroutine
end module
";

fn files_below(directory: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => names.extend(files_below(&path)),
            path => names.push(path.display().to_string()),
        }
    }
    names.sort();
    names
}

#[test]
fn everything_lands_in_out_dir_and_cargo_hears_of_every_file() {
    let package = package(USER);
    let outside = || {
        let all = files_below(package.path());
        all.into_iter().filter(|name| !name.contains("/out/")).collect::<Vec<_>>()
    };
    let before = outside();
    let (success, stdout, stderr) = run(package.path());
    assert!(success, "{stdout}\n{stderr}");
    assert_eq!(outside(), before);
    let out = package.path().join("out");
    let rust = fs::read_to_string(out.join("kernel.rs")).expect("the wrappers");
    assert!(rust.contains("pub fn scale"), "{rust}");
    let lines: Vec<&str> = stdout.lines().collect();
    let watched = ["src/user.f90", "src/base.F90", "src/help.c", "include/sizes.inc", "src/fwrap.toml"];
    let mut expected: Vec<String> = watched.iter().map(|name| format!("cargo:rerun-if-changed={name}")).collect();
    expected.extend(["FC", "CC", "AR", "FFLAGS"].map(|name| format!("cargo:rerun-if-env-changed={name}")));
    expected.push(format!("cargo:rustc-link-search=native={}", out.display()));
    for line in ["static=fwrap_kernel", "dylib=gfortran", "m"] {
        expected.push(format!("cargo:rustc-link-lib={line}"));
    }
    for line in &expected {
        assert!(lines.contains(&line.as_str()), "`{line}` is missing from:\n{stdout}");
    }
    let place = |line: &str| lines.iter().position(|known| known.ends_with(line)).expect("the line");
    assert!(place("static=fwrap_kernel") < place("dylib=gfortran"), "a library comes before those it needs");
    let warning = lines.iter().find(|line| line.starts_with("cargo:warning=")).expect("a warning about `later`");
    assert!(warning.contains("src/user.f90:10:") && warning.contains("[FW0403]"), "{warning}");
    let symbols = Command::new("nm").arg(out.join("libfwrap_kernel.a")).output().expect("nm runs");
    let symbols = String::from_utf8_lossy(&symbols.stdout).into_owned();
    for symbol in ["__user_MOD_scale", " help", "fwrap_user_scale"] {
        assert!(symbols.lines().any(|line| line.contains(symbol) && line.contains(" T ")), "`{symbol}`:\n{symbols}");
    }
}

#[test]
fn an_error_is_readable_and_complete() {
    let wrong = USER.replace("real(wp), intent", "real(unknown), intent").replace("external f", "real(nobody) f(2)");
    let package = package(&wrong);
    fs::write(package.path().join("src/base.F90"), "module base\n  integer, parameter( :: wp = 8\nend module\n")
        .unwrap();
    let (success, stdout, stderr) = run(package.path());
    assert!(!success);
    let report = format!("{stdout}{stderr}");
    for part in ["the sources cannot be wrapped", "FW0101", "src/base.F90:2:", "FW0201", "unknown"] {
        assert!(report.contains(part), "`{part}` is missing from:\n{report}");
    }
    assert!(!report.contains("\\n"), "the report has real line breaks:\n{report}");
    assert!(stdout.contains("cargo:rerun-if-changed=src/base.F90"), "a mended file must start it again:\n{stdout}");
    assert!(!package.path().join("out/kernel.rs").exists());
}
