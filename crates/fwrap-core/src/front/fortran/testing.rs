//! What the tests of this folder share: reads text and gives what it declares.

use crate::diagnostic::{Diagnostics, to_human};
use crate::front::options::Options;
use crate::front::parse_library;
use crate::ir::entity::Entity;
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Procedure};
use crate::source::{SourceFile, SourceMap, Span};

/// The text of include files by name.
pub(in crate::front) type Includes<'a> = &'a [(&'a str, &'a str)];

/// Reads one file.
pub(in crate::front) fn read_with(
    path: &str,
    text: &str,
    includes: Includes<'_>,
    defines: &[(&str, &str)],
) -> (Library, Diagnostics, SourceMap) {
    let mut sources = SourceMap::default();
    sources.add(SourceFile::new(path, text));
    let load = |name: &str, _: &str| {
        let (name, text) = includes.iter().find(|(known, _)| *known == name)?;
        Some(((*name).to_owned(), (*text).to_owned()))
    };
    let defines = defines.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))).collect();
    let (library, diagnostics) = parse_library(
        &mut sources,
        &Options { defines, predefined: None, openmp: false, fixed_line_length: None, load_include: &load },
    );
    (library, diagnostics, sources)
}

/// Reads one file in which nothing is wrong.
pub(in crate::front) fn read(path: &str, text: &str) -> Library {
    let (library, diagnostics, sources) = read_with(path, text, &[], &[]);
    assert!(diagnostics.is_empty(), "{}", to_human(&diagnostics, &sources, false));
    library
}

/// The only procedure of a text in free form.
pub(in crate::front) fn free(text: &str) -> Procedure {
    only(read("a.f90", text))
}

/// The only procedure of a text in fixed form.
pub(in crate::front) fn fixed(text: &str) -> Procedure {
    only(read("a.f", text))
}

fn only(mut library: Library) -> Procedure {
    assert_eq!(library.procedures.len(), 1);
    library.procedures.remove(0)
}

/// The entity of a name.
pub(in crate::front) fn entity<'p>(procedure: &'p Procedure, name: &str) -> &'p Entity {
    procedure.scope.entity(&Name::new(name)).unwrap_or_else(|| panic!("{name} has no entity"))
}

/// The names of the dummy arguments.
pub(in crate::front) fn dummies(procedure: &Procedure) -> String {
    let name = |dummy: &Dummy| match dummy {
        Dummy::Argument(name, _) => name.lower().to_owned(),
        Dummy::AlternateReturn(_) => "*".to_owned(),
    };
    procedure.dummies.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// The source text of a place.
pub(in crate::front) fn text_of(sources: &SourceMap, span: Span) -> String {
    sources.file(span.file).text[span.start as usize..span.end as usize].to_owned()
}

/// The labels of all diagnostics with the text they stand at.
pub(in crate::front) fn complaints(path: &str, text: &str) -> Vec<(String, String)> {
    let (_, diagnostics, sources) = read_with(path, text, &[], &[]);
    let complaint = |diagnostic: &crate::diagnostic::Diagnostic| {
        (diagnostic.span.map_or(String::new(), |span| text_of(&sources, span)), diagnostic.label.clone())
    };
    diagnostics.iter().map(complaint).collect()
}
