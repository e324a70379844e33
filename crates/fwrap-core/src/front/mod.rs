//! Text to IR: what the sources declare, as they declare it.

mod condition;
mod fortran;
mod include;
mod notes;
mod options;
mod origin;
mod preprocess;

pub use fortran::{parse_expression, parse_expression_list};
pub use notes::parse_notes;
pub use options::Options;

use crate::diagnostic::Diagnostics;
use crate::front::include::Loader;
use crate::ir::library::Library;
use crate::source::SourceMap;

/// Reads every file of the map. Files that INCLUDE lines name are added to the map, after those that stand in it.
pub fn parse_library(sources: &mut SourceMap, options: &Options<'_>) -> (Library, Diagnostics) {
    let given: Vec<_> = sources.iter().map(|(id, _)| id).collect();
    let mut loader = Loader::new(sources, options);
    let (mut library, mut diagnostics) = (Library::default(), Diagnostics::default());
    for id in given {
        fortran::parse_file(id, &mut loader, &mut library, &mut diagnostics);
    }
    diagnostics.sort();
    (library, diagnostics)
}
