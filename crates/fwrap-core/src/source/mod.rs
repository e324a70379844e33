//! Source text: files, positions in them, and their form.

mod file;
mod span;

pub use file::{SourceFile, SourceForm, SourceMap};
pub use span::{FileId, Span};
