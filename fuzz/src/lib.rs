//! What every fuzz target does with its bytes: the whole pipeline, and what must hold of its result.

use fwrap_core::diagnostic::Diagnostics;
use fwrap_core::diagnostic::to_human;
use fwrap_core::source::{SourceFile, SourceMap};
use fwrap_core::{Request, Texts, generate, inspect};

/// Included files by name.
const INCLUDED: &[(&str, &str)] = &[
    ("a.h", "#define INCLUDED 1\n#define F(x) (x + 1)\n"),
    ("b.inc", "      integer n\n      real x(n)\n"),
    ("loop", "#include \"loop\"\n      include 'loop'\n"),
];

/// Bytes as `fwrap` reads them from a file: as UTF-8, or else as Latin-1.
#[must_use]
pub fn text_of(data: &[u8]) -> String {
    match std::str::from_utf8(data) {
        Ok(text) => text.to_owned(),
        Err(_) => data.iter().copied().map(char::from).collect(),
    }
}

/// Reads the bytes as a file of this name, and does with it all that `fwrap` would do.
///
/// # Panics
///
/// If a place of a diagnostic does not lie in its file, or nothing is written and nothing is said.
pub fn run(path: &str, data: &[u8]) {
    // texts are written for some inputs only: that is the slowest part by far
    let writes = data.len() % 4 == 0;
    let request = Request {
        module: "fuzzed".to_owned(),
        sources: vec![SourceFile::new(path, text_of(data))],
        defines: vec![("DEFINED".to_owned(), None), ("N".to_owned(), Some("3".to_owned()))],
        openmp: data.len() % 3 == 0,
        texts: if writes { Texts::RustAndPython } else { Texts::None },
        ..Request::default()
    };
    let load_include = |name: &str, _from: &str| {
        let found = INCLUDED.iter().find(|(known, _)| *known == name)?;
        Some((found.0.to_owned(), found.1.to_owned()))
    };
    if data.len() % 2 == 1 {
        let inspected = inspect(request, &load_include);
        check(&inspected.diagnostics, &inspected.sources);
        return;
    }
    let generated = generate(request, &load_include);
    let report = check(&generated.diagnostics, &generated.sources);
    assert!(!writes || generated.files.is_some() || report.contains("error"), "nothing is written, nothing is said");
}

/// Prints the diagnostics, each of which must lie in its file.
fn check(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    for diagnostic in diagnostics.iter() {
        let Some(span) = diagnostic.span else { continue };
        let text = &sources.file(span.file).text;
        assert!(span.start <= span.end && span.end as usize <= text.len(), "{diagnostic:?}");
    }
    to_human(diagnostics, sources, false)
}
