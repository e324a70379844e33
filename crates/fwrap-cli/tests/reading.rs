//! `generate`, `check` and `explain`: no compiler, no Python, and the same bytes each time.

mod project;

use std::fs;

use project::{ADD, Outcome, Project};

const UNSUPPORTED: &str = "subroutine s(f)\n  external f\nend subroutine\n";

#[test]
fn generate_needs_no_tools_and_writes_the_same_bytes() {
    let project = Project::new(&[("sums.f90", ADD)]);
    let run = |arguments: &str| -> Outcome { project.fwrap(arguments).env("PATH", "").output().unwrap().into() };
    run("generate sums.f90").succeeds();
    assert_eq!(project.names(), ["sums.f90", "sums.pyi", "sums.rs", "sums_python.rs"]);
    run("generate sums.f90 -m other -o out").succeeds();
    run("generate sums.f90 -o again").succeeds();
    for name in ["sums.pyi", "sums.rs", "sums_python.rs"] {
        let first = fs::read(project.path(name)).unwrap();
        assert!(!first.is_empty() && first == fs::read(project.path("again").join(name)).unwrap(), "{name}");
    }
    assert!(project.path("out/other.rs").is_file());
}

#[test]
fn generate_writes_a_shim_where_one_is_needed() {
    let module = "module m\ncontains\n  subroutine f(x)\n    real, intent(inout) :: x(:)\n    x = 0\n\
                  end subroutine\nend module\n";
    let project = Project::new(&[("m.f90", module)]);
    project.run("generate m.f90 -m wrapped").succeeds();
    let names = ["m.f90", "wrapped.pyi", "wrapped.rs", "wrapped_python.rs", "wrapped_shim.f90"];
    assert_eq!(project.names(), names);
}

#[test]
fn check_says_what_is_wrapped_and_what_is_not_and_why() {
    let project = Project::new(&[("k.f90", &format!("{ADD}{UNSUPPORTED}"))]);
    let outcome = project.run("check k.f90").succeeds();
    for line in ["add: wrapped", "    add = add(a, b)", "s: not wrapped", "    [FW0403] ", "1 of 2 procedures wrapped"]
    {
        assert!(outcome.stdout.contains(line), "`{line}` is missing from:\n{}", outcome.stdout);
    }
    assert_eq!(project.names(), ["k.f90"]);
}

#[test]
fn check_for_machines() {
    let project = Project::new(&[("k.f90", &format!("{ADD}{UNSUPPORTED}"))]);
    let outcome = project.run("check --json k.f90").succeeds();
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("one JSON object");
    assert_eq!((&report["form"], &report["wrapped"], &report["total"]), (&1.into(), &1.into(), &2.into()));
    assert_eq!(report["module"], "k");
    let procedures = report["procedures"].as_array().unwrap();
    let find = |name: &str| procedures.iter().find(|procedure| procedure["name"] == name).unwrap();
    assert_eq!((&find("add")["wrapped"], &find("add")["line"]), (&true.into(), &1.into()));
    assert_eq!(find("s")["wrapped"], false);
    assert_eq!(find("s")["reasons"][0]["code"], "FW0403");
    assert!(report["diagnostics"].as_array().unwrap().iter().any(|diagnostic| diagnostic["path"] == "k.f90"));
    // Errors are in the object as well, and the exit code says so.
    let denied = project.run("check --json k.f90 --deny FW0403");
    assert_eq!(denied.code, Some(1));
    assert!(serde_json::from_str::<serde_json::Value>(&denied.stdout).is_ok());
}

#[test]
fn notes_are_found_here_and_beside_the_source() {
    let project = Project::new(&[("src/k.f90", ADD), ("src/fwrap.toml", "not TOML at all [")]);
    project.run("check src/k.f90").fails(1, &["FW0501", "src/fwrap.toml:1"]);
    project.write("fwrap.toml", "");
    project.run("check src/k.f90").succeeds();
    project.run("check src/k.f90 --config src/fwrap.toml").fails(1, &["FW0501"]);
}

#[test]
fn codes_are_explained() {
    let project = Project::new(&[]);
    for code in ["FW0401", "fw0201", "FW0713"] {
        assert!(!project.run(&format!("explain {code}")).succeeds().stdout.trim().is_empty());
    }
    project.run("explain FW9999").fails(1, &["FW9999"]);
    project.run("--version").succeeds();
    project.run("").fails(2, &["Usage"]);
}
