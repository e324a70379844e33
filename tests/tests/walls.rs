//! The walls of the house: which room may import which, and what may not occur where.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of `fwrap-core`, each with those that it may import. `lib.rs` and `report.rs` stand on top.
const ROOMS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("ir", &["source", "diagnostic"]),
    ("front", &["source", "diagnostic", "ir"]),
    ("analysis", &["source", "diagnostic", "ir"]),
    ("plan", &["source", "diagnostic", "ir", "analysis"]),
    ("inspect", &["source", "diagnostic", "ir", "analysis"]),
    ("back", &["plan"]),
];

/// What only `fwrap-build` and `fwrap-cli` may touch.
const WORLD: &[&str] = &["std::fs", "std::process", "std::env", "std::net", "std::thread", "std::io"];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates").canonicalize().expect("the folder `crates` is there")
}

/// Every Rust file below a folder, with its path from there and its text.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|suffix| suffix == "rs") {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(!found.is_empty(), "{} has no Rust files", folder.display());
    found
}

/// The lines that count as code: without comments, and without the unit tests at the end of the file.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").enumerate();
    lines.map(|(number, line)| (number + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// The rooms that a line names, as in `use crate::ir::name::Name` or `crate::back::render::print_file(..)`.
fn rooms_named(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("crate::").map(|(start, prefix)| {
        let rest = &line[start + prefix.len()..];
        &rest[..rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len())]
    })
}

#[test]
fn a_room_imports_only_rooms_below_it() {
    let mut problems = Vec::new();
    let mut rooms_seen = Vec::new();
    for (path, text) in files(&crates().join("fwrap-core/src")) {
        let Some((room, _)) = path.split_once('/') else { continue };
        let Some((_, below)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            problems.push(format!("{path}: the table of rooms has no `{room}`"));
            continue;
        };
        rooms_seen.push(room.to_owned());
        // what only tests use reads sources, too
        if path.ends_with("/testing.rs") {
            continue;
        }
        for (number, line) in code(&text) {
            for named in rooms_named(line).filter(|named| *named != room && !below.contains(named)) {
                problems.push(format!("{path}:{number}: `{room}` imports `{named}`: {}", line.trim()));
            }
        }
    }
    for (room, _) in ROOMS {
        assert!(rooms_seen.iter().any(|seen| seen == room), "the room `{room}` is gone: correct the table");
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn rooms_are_entered_by_full_paths() {
    let mut problems = Vec::new();
    for (path, text) in files(&crates().join("fwrap-core/src")) {
        for (number, line) in code(&text) {
            let imports = line.trim_start().trim_start_matches("pub ").starts_with("use ");
            if imports
                && (line.contains("crate::{") || line.trim_end().ends_with("::*;") || line.contains("super::super"))
            {
                problems.push(format!("{path}:{number}: {}", line.trim()));
            }
        }
    }
    assert!(problems.is_empty(), "one path per room, no glob:\n{}", problems.join("\n"));
}

#[test]
fn the_core_is_text_in_and_text_out() {
    let mut problems = Vec::new();
    for (path, text) in files(&crates().join("fwrap-core/src")) {
        for (number, line) in code(&text) {
            for world in WORLD.iter().filter(|world| line.contains(*world)) {
                problems.push(format!("fwrap-core/{path}:{number}: {world}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The generator prints the words `unsafe` and `SAFETY`; everywhere else they would be ours.
#[test]
fn unsafe_is_written_in_the_runtime_only() {
    for name in ["fwrap-core", "fwrap-build", "fwrap-cli"] {
        let roots = ["lib.rs", "main.rs"].map(|root| crates().join(name).join("src").join(root));
        for root in roots.iter().filter(|root| root.is_file()) {
            let text = fs::read_to_string(root).unwrap();
            assert!(
                text.lines().any(|line| line == "#![forbid(unsafe_code)]"),
                "{} does not forbid unsafe code",
                root.display()
            );
        }
    }
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut problems = Vec::new();
    for entry in fs::read_dir(crates()).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        for (path, text) in files(&folder) {
            if !text.starts_with("//! ") {
                problems.push(format!("{name}/{path}: the first line is no `//!` that says its one thing"));
            }
            let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
            if lines > 400 {
                problems.push(format!("{name}/{path}: {lines} lines before the tests: split it by purpose"));
            }
            let stem = Path::new(&path).file_stem().unwrap().to_string_lossy().into_owned();
            if ["utils", "util", "helpers", "helper", "common", "misc"].contains(&stem.as_str()) {
                problems.push(format!("{name}/{path}: the name says nothing"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
