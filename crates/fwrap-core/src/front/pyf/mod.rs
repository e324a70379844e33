//! f2py's signature files to IR: `.pyf`, and `.pyf.src` with their templates. C in them stays text.

mod block;
mod builder;
mod callback;
mod composed;
mod cursor;
mod declaration;
mod directive;
mod lines;
mod saying;
mod statement;
mod template;
#[cfg(test)]
pub(super) mod testing;
mod unit;

pub(super) use callback::resolve_callbacks;
pub(super) use directive::parse_directive;
pub(super) use saying::Saying;

use std::collections::HashSet;

use crate::diagnostic::Diagnostics;
use crate::front::include::Loader;
use crate::front::origin::Origin;
use crate::front::pyf::block::Reader;
use crate::front::pyf::lines::Lines;
use crate::front::pyf::template::{expand_templates, included_name};
use crate::ir::library::Library;
use crate::source::{FileId, Span};

/// Whether a path is that of a signature file.
#[must_use]
pub fn is_signature_file(path: &str) -> bool {
    let ends_with = |suffix: &str| path.len() > suffix.len() && path[..].to_ascii_lowercase().ends_with(suffix);
    ends_with(".pyf") || is_template(path)
}

fn is_template(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".pyf.src")
}

/// The signature files among those given that others include: parts, which are not read on their own.
pub(super) fn find_parts(given: &[FileId], loader: &mut Loader<'_>) -> HashSet<FileId> {
    let mut parts = HashSet::new();
    for &file in given {
        if is_signature_file(&loader.file(file).path) {
            loader.begin_file();
            let text = loader.text(file);
            let names = text.lines().filter_map(included_name);
            parts.extend(names.filter_map(|name| loader.load(name, file)).filter(|part| *part != file));
        }
    }
    parts
}

/// Reads one signature file.
pub(super) fn parse_file(file: FileId, loader: &mut Loader<'_>, library: &mut Library, diagnostics: &mut Diagnostics) {
    loader.begin_file();
    let link_only = loader.file(file).link_only;
    let (text, origin) = if is_template(&loader.file(file).path) {
        expand_templates(file, loader, diagnostics).finish()
    } else {
        (loader.text(file), Origin::identity(file))
    };
    let lines = Lines::new(text, origin, file);
    let mut reader = Reader { lines, loader, diagnostics, nesting: 0, procedure: None, said: HashSet::new() };
    let mut blocks = reader.read_file(Span::new(file, 0, 0));
    blocks.iter_mut().for_each(|block| block.link_only = link_only);
    library.python_modules.append(&mut blocks);
}
