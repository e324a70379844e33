//! State that outlives a call, found in compiled objects: which procedure reaches it, and through which calls.

mod external;
mod graph;
mod name;
mod object;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub use graph::Finding;
pub(crate) use graph::State;

/// Reads objects and archives. What is no ELF object is not understood: what it defines counts as unknown.
pub(crate) fn find_state<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> State {
    let files = paths.into_iter().filter_map(|path| std::fs::read(path).ok());
    graph::connect(files.flat_map(|bytes| object::read_objects(&bytes)).collect())
}

impl State {
    /// Those of the symbols whose procedures keep no state.
    pub(crate) fn stateless<'a>(&self, symbols: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
        let symbols = symbols.into_iter().filter(|symbol| self.of(symbol).is_none());
        symbols.map(str::to_owned).collect()
    }
}
