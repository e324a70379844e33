//! What objects, archives and libraries that fwrap does not compile do at a STOP: a note for each that ends the process.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fwrap_core::diagnostic::{Code, Diagnostic, Severity};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};

use crate::command::{Quiet, run};
use crate::generation::Reading;
use crate::options::Options;
use crate::toolchain::{FORTRAN, fortran_compiler};

/// How many members of an archive are named.
const MOST_NAMED: usize = 3;

/// What Fortran calls what ends the process, in the order of the messages.
const WAYS: &[(&str, &[&str])] = &[
    ("STOP", &["_gfortran_stop_numeric", "_gfortran_stop_string"]),
    ("ERROR STOP", &["_gfortran_error_stop_numeric", "_gfortran_error_stop_string"]),
    ("EXIT", &["_gfortran_exit_i4", "_gfortran_exit_i8", "exit", "_exit"]),
    ("ABORT", &["_gfortran_abort", "abort"]),
    (
        "errors of ALLOCATE and of checks",
        &["_gfortran_runtime_error", "_gfortran_runtime_error_at", "_gfortran_os_error", "_gfortran_os_error_at"],
    ),
    ("I/O errors", &["_gfortran_st_open", "_gfortran_st_read", "_gfortran_st_write"]),
];

/// Says of every prebuilt input whether a STOP in it ends the process.
pub fn note_prebuilt_stops(reading: &mut Reading, options: &Options) {
    let files = reading.inputs.objects.iter().chain(&reading.inputs.shared_libraries);
    let files = files.map(|path| (format!("`{}`", path.display()), Some(path.clone())));
    let libraries = options.libraries.iter().map(|name| (format!("`-l{name}`"), find_library(name, options)));
    let notes: Vec<Diagnostic> =
        files.chain(libraries).filter_map(|(name, path)| find_note(&name, path.as_deref())).collect();
    for note in notes {
        reading.generated.diagnostics.push(note);
    }
}

fn find_note(name: &str, path: Option<&Path>) -> Option<Diagnostic> {
    let title = match path {
        Some(path) => {
            let ways = find_ways(&fs::read(path).ok()?);
            let said: Vec<String> = ways.into_iter().map(|((_, way), members)| describe(way, &members)).collect();
            if said.is_empty() {
                return None;
            }
            format!("{name} is not compiled here, and ends the process at: {}", said.join("; "))
        }
        None => format!("{name} is not compiled here, and was not found: a STOP in it would end the process"),
    };
    Some(Diagnostic {
        severity: Severity::Note,
        code: Code::PrebuiltStop,
        title,
        span: None,
        label: String::new(),
        labels: Vec::new(),
        help: Some("give the sources instead: what fwrap compiles raises an error there".to_owned()),
        procedure: None,
    })
}

/// The ways to end the process that an object, the members of an archive, or a shared library have.
fn find_ways(bytes: &[u8]) -> BTreeMap<(usize, &'static str), Vec<String>> {
    let mut ways: BTreeMap<_, Vec<String>> = BTreeMap::new();
    let mut note = |object: &[u8], name: Option<String>| {
        let Ok(file) = object::File::parse(object) else { return };
        let undefined: Vec<&str> = file
            .symbols()
            .chain(file.dynamic_symbols())
            .filter(|symbol| symbol.is_undefined())
            .filter_map(|symbol| symbol.name().ok())
            .collect();
        for (index, (way, symbols)) in WAYS.iter().enumerate() {
            if undefined.iter().any(|symbol| symbols.contains(symbol)) {
                ways.entry((index, *way)).or_default().extend(name.clone());
            }
        }
    };
    match ArchiveFile::parse(bytes) {
        Ok(archive) => {
            for member in archive.members().flatten() {
                if let Ok(object) = member.data(bytes) {
                    note(object, Some(String::from_utf8_lossy(member.name()).into_owned()));
                }
            }
        }
        Err(_) => note(bytes, None),
    }
    ways
}

/// `STOP (xerbla.o, dgesv.o, and 3 more)`
fn describe(way: &str, members: &[String]) -> String {
    let named = members.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    match members.len() {
        0 => way.to_owned(),
        count if count > MOST_NAMED => format!("{way} ({named}, and {} more)", count - MOST_NAMED),
        _ => format!("{way} ({named})"),
    }
}

/// The file behind `-lNAME`: in the directories given, else where the compiler finds it.
fn find_library(name: &str, options: &Options) -> Option<PathBuf> {
    let files = [format!("lib{name}.so"), format!("lib{name}.a")];
    let given = options.library_directories.iter().flat_map(|directory| files.iter().map(|file| directory.join(file)));
    given.into_iter().find(|path| path.is_file()).or_else(|| {
        files.iter().find_map(|file| {
            let mut command = fortran_compiler().command();
            let ran = run(command.arg(format!("-print-file-name={file}")), FORTRAN, &Quiet).ok()?;
            let path = PathBuf::from(ran.stdout.trim());
            (path.is_absolute() && path.is_file()).then_some(path)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_told_in_order_with_the_first_members() {
        let members: Vec<String> = ["a.o", "b.o", "c.o", "d.o", "e.o"].map(str::to_owned).to_vec();
        assert_eq!(describe("STOP", &[]), "STOP");
        assert_eq!(describe("STOP", &members[..2]), "STOP (a.o, b.o)");
        assert_eq!(describe("STOP", &members), "STOP (a.o, b.o, c.o, and 2 more)");
        assert!(find_ways(b"GROUP ( /lib/libm.so.6 )").is_empty());
    }

    #[test]
    fn a_library_that_is_not_found_is_said_to_be_so() {
        let note = find_note("`-lnowhere`", None).unwrap();
        assert!(note.severity == Severity::Note && note.title.contains("was not found"), "{}", note.title);
    }
}
