//! Builds every fixture that has a `check.rs` as a user's build script would, and lists the cases for the tests.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The case whose state is found in the objects.
const FOUND: &str = "states";

fn main() -> Result<(), Box<dyn Error>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").canonicalize()?;
    println!("cargo:rerun-if-changed={}", fixtures.display());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    let [mut wrappers, mut checks, mut glue, mut python] = [const { String::new() }; 4];
    for folder in folders(&fixtures)? {
        let case = folder.file_name().ok_or("a folder has a name")?.to_string_lossy().into_owned();
        if folder.join("check.rs").is_file() {
            let mut build = build(&folder)?;
            // The others are compared with what `fwrap generate` prints, which has not seen the objects.
            if case != FOUND {
                build.always_lock();
            }
            build.compile(&case)?;
            writeln!(wrappers, "pub mod {case} {{ fwrap::include_wrappers!(\"{case}\"); }}")?;
            module(&mut checks, "mod", &case, &folder.join("check.rs"))?;
        }
        let golden = folder.join("golden").join(format!("{case}_python.rs"));
        if golden.is_file() {
            module(&mut glue, "pub mod", &format!("{case}_python"), &golden)?;
        }
        if folder.join("check.py").is_file() {
            writeln!(python, "#[test]\nfn {case}() {{ super::check(\"{case}\") }}")?;
            println!("cargo:rerun-if-changed={}", folder.join("check.py").display());
        }
    }
    fs::write(out.join("wrappers.rs"), wrappers)?;
    fs::write(out.join("checks.rs"), checks)?;
    fs::write(out.join("glue.rs"), glue)?;
    fs::write(out.join("python.rs"), python)?;
    Ok(())
}

fn folders(fixtures: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(fixtures)? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("__pycache__") {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// The build of a case: its sources, its notes, and the macros of its command line.
fn build(folder: &Path) -> Result<fwrap_build::Build, Box<dyn Error>> {
    let mut build = fwrap_build::Build::new();
    let mut sources: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    sources.retain(|path| {
        let suffix = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        matches!(suffix.as_str(), "f" | "for" | "f90" | "f95" | "f03" | "f08")
    });
    sources.sort();
    build.files(sources);
    let arguments = fs::read_to_string(folder.join("arguments.txt")).unwrap_or_default();
    for argument in arguments.split_whitespace() {
        if let Some(define) = argument.strip_prefix("-D") {
            let (name, value) = define.split_once('=').map_or((define, None), |(name, value)| (name, Some(value)));
            build.define(name, value);
        } else if let Some(names) = argument.strip_prefix("--only=") {
            build.only(names.split(','));
        } else if let Some(names) = argument.strip_prefix("--skip=") {
            build.skip(names.split(','));
        } else if let Some(flag) = argument.strip_prefix("--f90flags=") {
            build.flag(flag);
        } else if argument == "--checked" {
            build.checked(true);
        }
    }
    Ok(build)
}

fn module(text: &mut String, keyword: &str, name: &str, path: &Path) -> Result<(), std::fmt::Error> {
    writeln!(text, "#[path = {path:?}]\n{keyword} {name};")
}
