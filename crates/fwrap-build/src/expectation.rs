//! What the last build has found of the procedures' state, so that the next one need not wait for its own findings.

use std::collections::BTreeSet;

use crate::cache::{Cache, key};
use crate::source::Inputs;

/// What was found when this module was built from these sources; `None`: it was not, or nobody remembers.
pub(crate) fn load(module: &str, inputs: &Inputs) -> Option<BTreeSet<String>> {
    let text = Cache::open().ok()?.text("answers", &key_of(module, inputs))?;
    Some(text.lines().map(str::to_owned).collect())
}

/// Remembers what was found. Where that cannot be written, the next build takes a little longer.
pub(crate) fn store(cache: &Cache, module: &str, inputs: &Inputs, stateless: &BTreeSet<String>) {
    let lines: Vec<&str> = stateless.iter().map(String::as_str).collect();
    cache.store("answers", &key_of(module, inputs), lines.join("\n").as_bytes());
}

fn key_of(module: &str, inputs: &Inputs) -> String {
    let paths = inputs.fortran.iter().map(|source| std::path::absolute(&source.path).unwrap_or_default());
    let mut parts = vec!["state".to_owned(), module.to_owned()];
    parts.extend(paths.map(|path| path.to_string_lossy().into_owned()));
    key(parts.iter().map(String::as_bytes))
}
