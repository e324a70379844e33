//! Diagnostics for machines: JSON objects and SARIF logs, with the same findings as people see.

mod project;

use std::collections::BTreeSet;

use project::{ADD, Project};
use serde_json::Value;

/// A syntax error, a warning with a second place, and a character that is more than one byte before it.
const BAD: &str = "\
module m
  use elsewhere, only: wp
contains
  subroutine s(x)
    real(wp), intent(in) :: x
  end subroutine
end module
subroutine t(y)
  character(2) :: c = '\u{e4}\u{1F600}'; real, intent( :: y
end subroutine
";

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in:\n{text}"))
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(parse).collect()
}

#[test]
fn json_is_one_object_in_a_line_on_standard_error() {
    let project = Project::new(&[("src/bad.f90", BAD)]);
    for command in ["generate src --format json", "build src/bad.f90 -m k --format=json"] {
        let outcome = project.run(command);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
        let findings = lines(&outcome.stderr);
        let codes: BTreeSet<&str> = findings.iter().filter_map(|finding| finding["code"].as_str()).collect();
        assert!(codes.contains("FW0101") && codes.contains("FW0204"), "{codes:?}");
        let error = findings.iter().find(|finding| finding["code"] == "FW0101").unwrap();
        assert_eq!((&error["severity"], &error["path"]), (&"error".into(), &"src/bad.f90".into()));
        assert_eq!(error["line"], 9);
        let column = |finding: &Value, key: &str| finding[key].as_u64().unwrap();
        assert!(column(error, "end_column") >= column(error, "column"));
        // Characters are counted, not bytes: the statement begins behind `c = '..'; `.
        assert!((28..=45).contains(&column(error, "column")), "{error}");
        let unknown = findings.iter().find(|finding| finding["code"] == "FW0204").unwrap();
        assert_eq!((column(unknown, "line"), column(unknown, "column"), column(unknown, "end_column")), (2, 7, 16));
        assert_eq!(
            (&unknown["related"][0]["line"], &unknown["related"][0]["label"]),
            (&5.into(), &"declared here".into())
        );
        assert!(unknown["help"].as_str().unwrap().contains("elsewhere"));
    }
}

#[test]
fn failures_of_the_command_are_findings_as_well() {
    let project = Project::new(&[("k.f90", ADD)]);
    for (command, code) in [("generate none.f90", 1), ("build none.f90 -m k", 1), ("generate k.txt", 1), ("build -", 2)]
    {
        let command = if code == 2 { "build - -m k".to_owned() } else { command.to_owned() };
        let outcome = project.run(&format!("{command} --format json"));
        assert_eq!(outcome.code, Some(code), "{command}: {}", outcome.stderr);
        let findings = lines(&outcome.stderr);
        assert_eq!(findings.len(), 1, "{command}");
        assert!(findings[0]["code"].as_str().unwrap().starts_with("FW07") && findings[0]["help"].is_string());
    }
    let checked = project.run("check none.f90 --format json");
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(1), ""));
    let report = parse(&checked.stdout);
    assert_eq!((&report["total"], &report["module"]), (&0.into(), &Value::Null));
    let finding = &report["diagnostics"][0];
    assert_eq!(
        (&finding["code"], &finding["path"], &finding["line"]),
        (&"FW0701".into(), &"none.f90".into(), &Value::Null)
    );
}

#[test]
fn json_of_check_is_one_document() {
    let project = Project::new(&[("bad.f90", BAD)]);
    let short = project.run("check --json bad.f90");
    let long = project.run("check --format json bad.f90");
    assert_eq!((short.code, &short.stdout), (long.code, &long.stdout));
    assert_eq!(short.code, Some(1));
    let report = parse(&short.stdout);
    assert!(report["diagnostics"].as_array().unwrap().iter().all(|finding| finding["end_line"].is_u64()));
    project.run("check --json --format sarif bad.f90").fails(2, &["--json", "--format"]);
}

#[test]
fn what_the_compiler_remarks_is_a_note() {
    // Under -Wall the compiler has something to say of a dummy argument that is not used.
    let text = "subroutine s(x, y)\n  real(8), intent(in) :: x\n  real(8), intent(out) :: y\n  y = 1\nend subroutine\n";
    let project = Project::new(&[("k.f90", text)]);
    let outcome = project.build("k.f90 -m k --f90flags=-Wall --format json").succeeds();
    let notes = lines(&outcome.stderr);
    assert!(notes.iter().any(|note| note["severity"] == "note" && note["title"].as_str().unwrap().contains("Wunused")));
    let outcome = project.build("k.f90 -m k -v --f90flags=-Wall --format sarif").succeeds();
    assert_eq!(check_log(&parse(&outcome.stderr)).len(), 1);
}

/// What SARIF 2.1.0 demands of the parts that are used (sections 3.13 to 3.52); gives the results.
fn check_log(log: &Value) -> Vec<Value> {
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-2.1.0.json"));
    let [run] = log["runs"].as_array().unwrap().as_slice() else { panic!("one run") };
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let base = run["originalUriBaseIds"]["%SRCROOT%"]["uri"].as_str().unwrap();
    assert!(base.starts_with("file:///") && base.ends_with('/'), "{base}");
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "fwrap");
    let rules = driver["rules"].as_array().unwrap();
    let mut known = BTreeSet::new();
    for rule in rules {
        assert!(known.insert(rule["id"].as_str().unwrap()), "{rule} stands there twice");
        for key in ["shortDescription", "fullDescription", "help"] {
            assert!(!rule[key]["text"].as_str().unwrap().is_empty(), "{rule}");
        }
    }
    let results = run["results"].as_array().unwrap();
    let errors = results.iter().any(|result| result["level"] == "error");
    assert_eq!(run["invocations"][0]["executionSuccessful"], !errors);
    for result in results {
        if let Some(id) = result["ruleId"].as_str() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], id);
        }
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        for location in result["locations"].as_array().into_iter().flatten() {
            check_location(location);
        }
        for related in result["relatedLocations"].as_array().into_iter().flatten() {
            assert!(related["id"].is_u64() && related["message"]["text"].is_string());
            check_location(related);
        }
    }
    results.clone()
}

fn check_location(location: &Value) {
    let physical = &location["physicalLocation"];
    let artifact = &physical["artifactLocation"];
    let uri = artifact["uri"].as_str().unwrap();
    assert!(!uri.contains([' ', '\\']), "{uri}");
    match artifact["uriBaseId"].as_str() {
        Some(base) => assert!(base == "%SRCROOT%" && !uri.starts_with('/') && !uri.contains(".."), "{uri}"),
        None => assert!(uri.starts_with("file:///"), "{uri}"),
    }
    if let Some(region) = physical["region"].as_object() {
        let at = |key: &str| region[key].as_u64().unwrap();
        assert!(at("startLine") >= 1 && at("startColumn") >= 1);
        assert!((at("startLine"), at("startColumn")) <= (at("endLine"), at("endColumn")), "{region:?}");
    }
}

#[test]
fn sarif_of_check_is_a_log_on_standard_output() {
    let project = Project::new(&[("my src/bad.f90", BAD), ("work/k.f90", ADD)]);
    let mut command = project.fwrap("check --format sarif --deny FW0204");
    let outcome: project::Outcome = command.arg("my src/bad.f90").output().unwrap().into();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    let results = check_log(&parse(&outcome.stdout));
    let result = |id: &str| results.iter().find(|result| result["ruleId"] == id).unwrap();
    let unknown = result("FW0204");
    assert_eq!(unknown["level"], "error");
    assert!(unknown["message"]["text"].as_str().unwrap().contains("\nhelp: "));
    let physical = &unknown["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "my%20src/bad.f90");
    let region = &physical["region"];
    assert_eq!(
        (&region["startLine"], &region["startColumn"], &region["endColumn"]),
        (&2.into(), &7.into(), &16.into())
    );
    assert_eq!(unknown["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 5);
    assert_eq!(result("FW0101")["locations"][0]["physicalLocation"]["region"]["startLine"], 9);
    // Files outside of the current directory, and a run without findings.
    let mut command = project.fwrap("check --format sarif ../work/k.f90 ../none.f90");
    command.current_dir(project.path("my src"));
    let outcome: project::Outcome = command.output().unwrap().into();
    let results = check_log(&parse(&outcome.stdout));
    let uri = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.starts_with("file:///") && uri.ends_with("/none.f90"), "{uri}");
    let clean = project.run("check --format sarif work/k.f90").succeeds();
    assert!(check_log(&parse(&clean.stdout)).is_empty());
}

#[test]
fn sarif_of_the_others_goes_to_standard_error() {
    let project =
        Project::new(&[("bad.f90", BAD), ("k.f90", "subroutine s(x)\n  real :: x\n  x = x +* 2\nend subroutine\n")]);
    let outcome = project.run("generate bad.f90 --format sarif");
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
    assert!(!check_log(&parse(&outcome.stderr)).is_empty());
    // The compiler's own message is in the log, behind the diagnostics.
    let outcome = project.build("k.f90 -m k --format sarif");
    assert_eq!(outcome.code, Some(1));
    let results = check_log(&parse(&outcome.stderr));
    assert!(
        results
            .iter()
            .any(|result| result["ruleId"] == "FW0720"
                && result["message"]["text"].as_str().unwrap().contains("k.f90:3:"))
    );
}

#[test]
fn every_code_is_explained_with_an_example() {
    let project = Project::new(&[("k.f90", ADD)]);
    let list = project.run("explain").succeeds().stdout;
    let codes: Vec<&str> = list.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert!(codes.len() > 30 && codes.is_sorted(), "{list}");
    let log = parse(&project.run("check k.f90 --format sarif").succeeds().stdout);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), codes.len());
    for code in codes {
        let text = project.run(&format!("explain {code}")).succeeds().stdout;
        let good =
            text.starts_with(&format!("{code}: ")) && text.contains("\nFor example:\n") && text.contains("Write");
        assert!(good, "{text}");
    }
    let some = project.run("explain fw05").succeeds().stdout;
    assert!(some.lines().count() >= 4 && some.lines().all(|line| line.starts_with("FW05")), "{some}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let project = Project::new(&[("bad.f90", BAD)]);
    let fwrap = env!("CARGO_BIN_EXE_fwrap");
    for line in ["explain | true", "check --json bad.f90 | true", "check bad.f90 2>&1 | true"] {
        let script = format!("sleep 0.05 | {fwrap} {line}; exit ${{PIPESTATUS[1]}}");
        let output = std::process::Command::new("bash").args(["-c", &script]).current_dir(project.path("")).output();
        let outcome = project::Outcome::from(output.unwrap());
        assert!(
            !outcome.stderr.contains("panicked") && outcome.code.is_some_and(|code| code < 2),
            "{}",
            outcome.stderr
        );
    }
}

/// The codes of sources have their fixtures; those of the world have these tests.
#[test]
fn every_code_of_the_world_has_a_test() {
    let tests = [include_str!("bad_input.rs"), include_str!("sources.rs"), include_str!("building.rs")].concat();
    let list = Project::new(&[]).run("explain FW07").succeeds().stdout;
    for code in list.lines().map(|line| line.split_whitespace().next().unwrap()) {
        assert!(tests.contains(code), "no test shows {code}");
    }
}
