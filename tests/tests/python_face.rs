//! Every fixture's `check.py`: the extension that `fwrap build` leaves, imported and called, and its stub.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, OnceLock};

mod cases {
    include!(concat!(env!("OUT_DIR"), "/python.rs"));
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").canonicalize().expect("the folder `fixtures` is there")
}

/// Where the extensions of all cases are left.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("extensions")
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn expect_success(command: &mut Command) -> String {
    let output = run(command);
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

/// The Python to test with, which must have NumPy.
fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let python = PathBuf::from(env::var_os("FWRAP_TEST_PYTHON").unwrap_or_else(|| "python3".into()));
        let found = run(Command::new(&python).args(["-c", "import numpy"]));
        assert!(
            found.status.success(),
            "{} cannot import NumPy: run `make test`, or set FWRAP_TEST_PYTHON to an interpreter that can\n{}",
            python.display(),
            String::from_utf8_lossy(&found.stderr)
        );
        python
    })
}

/// The command `fwrap` of this checkout.
fn fwrap() -> &'static Path {
    static FWRAP: OnceLock<PathBuf> = OnceLock::new();
    FWRAP.get_or_init(|| {
        // target/debug/deps/python_face-1234 -> target/debug
        let test = env::current_exe().expect("the test's own path");
        let profile = test.parent().and_then(Path::parent).expect("target/PROFILE/deps/TEST");
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--bin", "fwrap", "--manifest-path"]).arg(manifest);
        cargo.arg("--target-dir").arg(profile.parent().expect("target/PROFILE"));
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        expect_success(&mut cargo);
        profile.join("fwrap")
    })
}

/// Builds a case's extension, once per run.
fn build(case: &str) {
    static BUILT: Mutex<BTreeMap<String, Arc<OnceLock<()>>>> = Mutex::new(BTreeMap::new());
    let built = Arc::clone(BUILT.lock().expect("no panic in between").entry(case.to_owned()).or_default());
    built.get_or_init(|| {
        let folder = fixtures().join(case);
        let mut command = Command::new(fwrap());
        command.arg("build").current_dir(&folder).env("FWRAP_PYTHON", python());
        let mut sources: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        sources.retain(|name| {
            let name = name.to_string_lossy().to_lowercase();
            [".f", ".for", ".f90", ".f95", ".f03", ".f08", ".pyf", ".pyf.src"]
                .iter()
                .any(|suffix| name.ends_with(suffix))
        });
        sources.sort();
        command.args(sources).args(["-m", case, "--out-dir"]).arg(target());
        let arguments = std::fs::read_to_string(folder.join("arguments.txt")).unwrap_or_default();
        command.args(arguments.split_whitespace());
        expect_success(&mut command);
    });
}

/// Builds a case and runs its `check.py`.
fn check(case: &str) {
    build(case);
    let paths = env::join_paths([target(), fixtures()]).expect("paths without a colon");
    let mut command = Command::new(python());
    command.arg("-B").arg(fixtures().join(case).join("check.py")).env("PYTHONPATH", paths);
    let text = expect_success(&mut command);
    assert!(text.is_empty(), "`{case}` prints:\n{text}");
}

/// The names of all cases with a `check.py`.
fn cases() -> Vec<String> {
    let folders = fixtures().read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<String> = folders
        .filter(|folder| folder.join("check.py").is_file())
        .map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    cases.sort();
    cases
}

/// Builds all cases, two at a time.
fn build_all(cases: &[String]) {
    std::thread::scope(|scope| {
        for half in [0, 1] {
            scope.spawn(move || cases.iter().skip(half).step_by(2).for_each(|case| build(case)));
        }
    });
}

#[test]
fn stubs_say_what_the_extensions_have() {
    let cases = cases();
    build_all(&cases);
    let mut command = Command::new(python());
    command.args(["-m", "mypy.stubtest", "--concise", "--allowlist"]).arg(fixtures().join("stubtest.txt"));
    command.args(&cases).current_dir(target());
    command.env("MYPYPATH", target()).env("PYTHONPATH", target());
    expect_success(&mut command);
}

#[test]
fn no_argument_crashes_the_interpreter() {
    let cases = cases();
    build_all(&cases);
    let mut command = Command::new(python());
    command.args(["-B", "-X", "faulthandler", "-W", "ignore"]).arg(fixtures().join("abuse.py")).args(&cases);
    expect_success(command.env("PYTHONPATH", target()));
}
