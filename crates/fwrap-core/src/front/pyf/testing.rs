//! What the tests of this folder share.

use crate::diagnostic::{Diagnostics, to_human};
use crate::front::options::{LoadInclude, Options};
use crate::front::parse_library;
use crate::ir::entity::Entity;
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::{SourceFile, SourceMap};

/// Options with nothing but a loader.
pub(super) fn options<'a>(load_include: &'a LoadInclude<'a>) -> Options<'a> {
    Options { defines: Vec::new(), predefined: None, openmp: false, fixed_line_length: None, load_include }
}

/// Reads one file.
pub(super) fn read_with(path: &str, text: &str, includes: &[(&str, &str)]) -> (Library, Diagnostics, SourceMap) {
    let mut sources = SourceMap::default();
    sources.add(SourceFile::new(path, text));
    let load = |name: &str, _: &str| {
        let (name, text) = includes.iter().find(|(known, _)| *known == name)?;
        Some(((*name).to_owned(), (*text).to_owned()))
    };
    let (library, diagnostics) = parse_library(&mut sources, &options(&load));
    (library, diagnostics, sources)
}

/// Reads one signature file in which nothing is wrong.
pub(super) fn read(text: &str) -> Library {
    let (library, diagnostics, sources) = read_with("a.pyf", text, &[]);
    assert!(diagnostics.is_empty(), "{}", to_human(&diagnostics, &sources, false));
    library
}

/// The only procedure of a text.
pub(super) fn procedure(text: &str) -> Procedure {
    let library = read(text);
    let procedures = library.python_modules[0].procedures();
    assert_eq!(procedures.len(), 1);
    procedures[0].clone()
}

/// The entity of a name.
pub(super) fn entity<'p>(procedure: &'p Procedure, name: &str) -> &'p Entity {
    procedure.scope.entity(&Name::new(name)).unwrap_or_else(|| panic!("{name} has no entity"))
}

/// The labels of all diagnostics of a signature file with the text they stand at.
pub(super) fn complaints(text: &str) -> Vec<(String, String)> {
    let (_, diagnostics, sources) = read_with("a.pyf", text, &[]);
    let place =
        |span: crate::source::Span| sources.file(span.file).text[span.start as usize..span.end as usize].to_owned();
    let complaint = |one: &crate::diagnostic::Diagnostic| (one.span.map_or(String::new(), place), one.label.clone());
    diagnostics.iter().map(complaint).collect()
}
