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

/// What a signature says of an argument in both forms.
fn essence(argument: &Argument) -> String {
    let Argument { name, class, data_type, kind, len, rank, dims, .. } = argument;
    format!("{name} {class} {data_type} {kind:?} {len:?} {rank} {dims:?}")
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
        assert_eq!(again.signature_file.as_deref(), Some(text.as_str()), "{name}");
        for unit in units(&again) {
            let same = |known: &&Unit| known.name == unit.name && (known.args.len() == unit.args.len());
            let Some(known) = units(&first).find(same) else { panic!("{name}: {} is new", unit.name) };
            for (one, other) in known.args.iter().zip(&unit.args).filter(|(one, _)| one.class == "data") {
                assert_eq!(essence(one), essence(other), "{name}: {}", unit.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "only {compared} arguments were compared");
}
