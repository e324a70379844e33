//! Embeds the runtime's source, so that an installed `fwrap` can compile it away from the checkout.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    // Asked when this runs: another checkout with the same target directory runs the same executable.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").expect("CARGO_MANIFEST_DIR");
    let workspace = Path::new(&manifest).join("../..").canonicalize().expect("the workspace");
    let mut list = String::from("&[\n");
    let mut embed = |name: &str, text: &str| writeln!(list, "    ({name:?}, {text:?}),").expect("a string");
    let runtime = workspace.join("crates/fwrap");
    for watched in ["Cargo.toml", "Cargo.lock", "crates/fwrap"] {
        println!("cargo:rerun-if-changed={}", workspace.join(watched).display());
    }
    embed("Cargo.toml", &only_the_runtime(&read(&workspace.join("Cargo.toml"))));
    embed("Cargo.lock", &read(&workspace.join("Cargo.lock")));
    embed("crates/fwrap/Cargo.toml", &without_tests(&read(&runtime.join("Cargo.toml"))));
    let mut sources = Vec::new();
    collect(&runtime.join("src"), &mut sources);
    sources.extend(Some(runtime.join("build.rs")).filter(|path| path.is_file()));
    sources.sort();
    for path in sources {
        let name = path.strip_prefix(&workspace).expect("below the workspace").to_str().expect("a UTF-8 path");
        embed(name, &read(&path));
    }
    list.push(']');
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("OUT_DIR")).join("runtime_source.rs");
    fs::write(out, list).expect("OUT_DIR can be written");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

fn collect(directory: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("the runtime's source").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|suffix| suffix == "rs") {
            sources.push(path);
        }
    }
}

/// The workspace's manifest with the runtime as its only member.
fn only_the_runtime(manifest: &str) -> String {
    let line = |line: &str| match line.starts_with("members = ") {
        true => "members = [\"crates/fwrap\"]\n".to_owned(),
        false => format!("{line}\n"),
    };
    manifest.lines().map(line).collect()
}

/// The manifest without what only its own tests need: that would be resolved, and perhaps fetched, for nothing.
fn without_tests(manifest: &str) -> String {
    let mut kept = String::new();
    let mut dropped = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            dropped =
                ["[dev-dependencies", "[[bench", "[[test", "[[example"].iter().any(|start| line.starts_with(start));
        }
        if !dropped {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
