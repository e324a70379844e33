//! Files that sources include: loaded once, kept in the source map.

use std::collections::HashMap;
use std::rc::Rc;

use crate::front::options::Options;
use crate::source::{FileId, SourceFile, SourceMap};

/// How deep INCLUDE lines and `#include` directives may nest.
pub(super) const MAXIMUM_NESTING: usize = 32;

/// Loads included files into the source map.
pub(super) struct Loader<'a> {
    sources: &'a mut SourceMap,
    pub(super) options: &'a Options<'a>,
    loaded: HashMap<(String, FileId), Option<FileId>>,
}

impl<'a> Loader<'a> {
    pub(super) fn new(sources: &'a mut SourceMap, options: &'a Options<'a>) -> Self {
        Self { sources, options, loaded: HashMap::new() }
    }

    /// A file of the map.
    pub(super) fn file(&self, id: FileId) -> &SourceFile {
        self.sources.file(id)
    }

    /// The text of a file of the map.
    pub(super) fn text(&self, id: FileId) -> Rc<str> {
        Rc::from(self.sources.file(id).text.as_str())
    }

    /// The file that `name` means in the file `from`, if there is one.
    pub(super) fn load(&mut self, name: &str, from: FileId) -> Option<FileId> {
        let key = (name.to_owned(), from);
        if let Some(known) = self.loaded.get(&key) {
            return *known;
        }
        let including = self.sources.file(from);
        let link_only = including.link_only;
        let found = (self.options.load_include)(name, &including.path).map(|(path, text)| {
            let known = self.sources.iter().find(|(_, file)| file.path == path).map(|(id, _)| id);
            known.unwrap_or_else(|| {
                let mut file = SourceFile::new(path, text);
                file.link_only = link_only;
                self.sources.add(file)
            })
        });
        self.loaded.insert(key, found);
        found
    }
}
