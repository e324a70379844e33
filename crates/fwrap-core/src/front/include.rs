//! Files that sources include: loaded once, kept in the source map.

use std::collections::HashMap;
use std::rc::Rc;

use crate::front::options::Options;
use crate::source::{FileId, SourceFile, SourceMap};

/// How deep INCLUDE lines and `#include` directives may nest.
pub(super) const MAXIMUM_NESTING: usize = 32;

/// How many files one file may include, counted each time: files that include each other twice would never end.
const MAXIMUM_INCLUDES: usize = 5_000;

/// Loads included files into the source map.
pub(super) struct Loader<'a> {
    sources: &'a mut SourceMap,
    pub(super) options: &'a Options<'a>,
    loaded: HashMap<(String, FileId), Option<FileId>>,
    /// Every file of the map by its path.
    known: HashMap<String, FileId>,
    /// How many more files the file that is being read may include.
    left: usize,
}

impl<'a> Loader<'a> {
    pub(super) fn new(sources: &'a mut SourceMap, options: &'a Options<'a>) -> Self {
        let known = sources.iter().map(|(id, file)| (file.path.clone(), id)).collect();
        Self { sources, options, loaded: HashMap::new(), known, left: MAXIMUM_INCLUDES }
    }

    /// A file of those given is read now.
    pub(super) fn begin_file(&mut self) {
        self.left = MAXIMUM_INCLUDES;
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
        self.left = self.left.checked_sub(1)?;
        let key = (name.to_owned(), from);
        if let Some(known) = self.loaded.get(&key) {
            return *known;
        }
        let including = self.sources.file(from);
        let link_only = including.link_only;
        let found =
            (self.options.load_include)(name, &including.path).map(|(path, text)| match self.known.get(&path) {
                Some(id) => *id,
                None => {
                    let mut file = SourceFile::new(path.clone(), text);
                    file.link_only = link_only;
                    let id = self.sources.add(file);
                    self.known.insert(path, id);
                    id
                }
            });
        self.loaded.insert(key, found);
        found
    }
}
