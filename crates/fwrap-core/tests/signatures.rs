//! Signature files of every case in `fixtures/`: what fwrap prints, it reads back, and it says the same again.

use std::fs;
use std::path::{Path, PathBuf};

use fwrap_core::diagnostic::to_human;
use fwrap_core::inspect::description::{Argument, Unit};
use fwrap_core::source::SourceFile;
use fwrap_core::{Inspected, Request, inspect};

/// The folders of all cases.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let entries = fs::read_dir(&root).expect("the folder `fixtures` is there");
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

/// The Fortran sources of a folder.
fn sources(folder: &Path) -> Vec<SourceFile> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable file").path()).collect();
    paths.sort();
    let suffixes = ["f", "for", "f90", "f95", "f03", "f08"];
    paths.retain(|path| path.extension().is_some_and(|suffix| suffixes.iter().any(|known| suffix == *known)));
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|path| SourceFile::new(name(path), fs::read_to_string(path).expect("a text"))).collect()
}

fn inspected(name: &str, sources: Vec<SourceFile>, folder: &Path) -> Inspected {
    let request = Request { module: name.to_owned(), sources, signature_file: true, ..Request::default() };
    inspect(request, &|name, _from| Some((name.to_owned(), fs::read_to_string(folder.join(name)).ok()?)))
}

/// What a signature says of an argument in both forms. f2py has no lower bounds where the upper one is not declared.
fn essence(argument: &Argument) -> String {
    let Argument { name, class, data_type, kind, len, rank, dims, .. } = argument;
    let bounds = |(lower, upper): &(Option<String>, Option<String>)| match upper.as_deref() {
        Some(upper @ (":" | "*")) => upper.to_owned(),
        _ => format!("{lower:?}:{upper:?}"),
    };
    let dims: Vec<String> = dims.iter().map(bounds).collect();
    format!("{name} {class} {data_type} {kind:?} {len:?} {rank} {dims:?}")
}

/// The lines of a signature file without comments, which say what was left out, and without empty lines.
fn statements(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim_start().starts_with('!') && !line.is_empty()).collect()
}

fn units(inspected: &Inspected) -> impl Iterator<Item = &Unit> {
    inspected.description.files.iter().flat_map(|file| &file.units)
}

#[test]
fn what_is_printed_is_read_back() {
    let mut compared = 0;
    for folder in cases() {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let first = inspected(&name, sources(&folder), &folder);
        let text = first.signature_file.clone().expect("a signature file was wanted");
        let again = inspected(&name, vec![SourceFile::new("a.pyf", text.as_str())], &folder);
        assert!(again.diagnostics.is_empty(), "{name}: {}", to_human(&again.diagnostics, &again.sources, false));
        let printed = again.signature_file.as_deref().unwrap_or_default();
        assert_eq!(statements(printed), statements(&text), "{name}");
        for unit in units(&again) {
            // two files may have procedures of one name
            let known: Vec<&Unit> = units(&first).filter(|known| known.name == unit.name).collect();
            assert!(!known.is_empty(), "{name}: {} is new", unit.name);
            let data =
                |unit: &Unit| unit.args.iter().filter(|one| one.class == "data").map(essence).collect::<Vec<_>>();
            let known: Vec<_> = known.into_iter().map(data).collect();
            assert!(known.contains(&data(unit)), "{name}: {}: {known:?} != {:?}", unit.name, data(unit));
            compared += unit.args.len();
        }
    }
    assert!(compared > 100, "only {compared} arguments were compared");
}

/// The kinds of the arguments of `s`, and what is said, with this map of kinds.
fn with_map(source: &str, map: &str) -> (Vec<Option<u8>>, Vec<String>) {
    let sources = vec![SourceFile::new("a.f90", source)];
    let f2cmap = Some(SourceFile::new(".f2py_f2cmap", map));
    let inspected = inspect(Request { sources, f2cmap, ..Request::default() }, &|_, _| None);
    let kinds = units(&inspected).filter(|unit| unit.name == "s").flat_map(|unit| &unit.args);
    let kinds = kinds.map(|argument| argument.kind).collect();
    let titles = inspected.diagnostics.iter().filter(|one| one.code.as_str() == "FW0508");
    (kinds, titles.map(|one| one.title.clone()).collect())
}

#[test]
fn a_map_says_what_nothing_else_says() {
    let source = "subroutine s(x, z)\n use elsewhere, only: wp\n real(wp) :: x\n complex(kind=wp) :: z\nend\n";
    let map = "{'real': {'WP': 'double'}, 'complex': {'wp': 'complex_float'}}";
    assert_eq!(with_map(source, map), (vec![Some(8), Some(4)], Vec::new()));
    assert_eq!(with_map(source, "{'real': {'dp': 'double'}}").0, [None, None]);
}

#[test]
fn what_the_sources_say_counts_more_than_a_map() {
    let source = "subroutine s(x)\n integer, parameter :: wp = 8\n real(wp) :: x\nend\n";
    let said = "`wp` is kind 8 in the sources, and `float` in the map".to_owned();
    assert_eq!(with_map(source, "{'real': {'wp': 'float'}}"), (vec![Some(8)], vec![said]));
    assert_eq!(with_map(source, "{'real': {'wp': 'double'}}"), (vec![Some(8)], Vec::new()));
}
