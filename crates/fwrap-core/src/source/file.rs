//! Source files as given: their path, text and form.

use crate::source::span::FileId;

/// Fixed or free source form (F2018 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceForm {
    /// Columns 1-5 label, 6 continuation, 7-72 statement.
    Fixed,
    /// Free form.
    Free,
}

/// One source file: text in, as the user gave it.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as the user wrote it, for messages.
    pub path: String,
    /// The text. Bytes that are not UTF-8 have been read as Latin-1.
    pub text: String,
    /// Whether the code behind the signatures comes from a library (`--link-only`).
    pub link_only: bool,
}

impl SourceFile {
    /// A file whose code is compiled with the wrappers.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), link_only: false }
    }

    /// The file's name without folder and suffix.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path);
        name.split('.').next().unwrap_or(name)
    }

    /// What stands after the last dot, as written; empty without one.
    #[must_use]
    pub fn suffix(&self) -> &str {
        let name = self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path);
        name.rsplit_once('.').map_or("", |(_, suffix)| suffix)
    }
}

/// All files of one run, addressed by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(u32::try_from(self.files.len() - 1).expect("fewer than 2^32 source files"))
    }

    /// The file with this id.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Every file with its id, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// Line and column (both from 1, the column in characters) of a byte offset.
    #[must_use]
    pub fn line_and_column(&self, id: FileId, offset: u32) -> (usize, usize) {
        let text = &self.file(id).text;
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}
