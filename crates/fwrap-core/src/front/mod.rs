//! Text to IR: what the sources declare, as they declare it.

mod condition;
mod directive;
mod f2cmap;
mod fortran;
mod include;
mod line_mark;
mod macros;
mod noted_interface;
mod notes;
mod options;
mod origin;
mod predefined;
mod preprocess;
mod pyf;
mod splice;

pub use f2cmap::parse_kind_map;
pub use fortran::{find_form_beside_suffix, parse_expression, parse_expression_list};
pub use notes::parse_notes;
pub use options::Options;
pub use pyf::is_signature_file;

use crate::diagnostic::Diagnostics;
use crate::front::include::Loader;
use crate::ir::library::Library;
use crate::source::SourceMap;

/// Reads every file of the map. Files that INCLUDE lines name are added to the map, after those that stand in it.
pub fn parse_library(sources: &mut SourceMap, options: &Options<'_>) -> (Library, Diagnostics) {
    let given: Vec<_> = sources.iter().map(|(id, _)| id).collect();
    let mut loader = Loader::new(sources, options);
    let (mut library, mut diagnostics) = (Library::default(), Diagnostics::default());
    let parts = pyf::find_parts(&given, &mut loader);
    for id in given {
        if parts.contains(&id) {
            continue;
        }
        if is_signature_file(&loader.file(id).path) {
            pyf::parse_file(id, &mut loader, &mut library, &mut diagnostics);
        } else {
            fortran::parse_file(id, &mut loader, &mut library, &mut diagnostics);
        }
        library.end_file(id);
    }
    pyf::resolve_callbacks(&mut library);
    diagnostics.sort();
    (library, diagnostics)
}
