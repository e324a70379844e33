//! Source files as given: their path, text and form.

use std::ops::Range;
use std::sync::OnceLock;

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
    /// Where the lines of each file start, found when the first place of it is asked for.
    line_starts: Vec<OnceLock<Vec<u32>>>,
}

impl SourceMap {
    /// Adds a file.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        self.line_starts.push(OnceLock::new());
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

    /// The files, in the order given.
    #[must_use]
    pub fn into_files(self) -> Vec<SourceFile> {
        self.files
    }

    /// Line and column (both from 1, the column in characters) of a byte offset.
    #[must_use]
    pub fn line_and_column(&self, id: FileId, offset: u32) -> (usize, usize) {
        let text = &self.file(id).text;
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let starts = self.line_starts(id);
        let line = starts.partition_point(|start| *start as usize <= offset);
        let start = starts.get(line.wrapping_sub(1)).map_or(0, |start| *start as usize);
        (line, text[start..offset].chars().count() + 1)
    }

    /// The bytes of some lines, counted from 1, with the end of the last one; those that the file has.
    #[must_use]
    pub fn lines(&self, id: FileId, first: usize, last: usize) -> Range<usize> {
        let (starts, end) = (self.line_starts(id), self.file(id).text.len());
        let start = |line: usize| starts.get(line).map_or(end, |start| *start as usize);
        start(first.saturating_sub(1))..start(last)
    }

    fn line_starts(&self, id: FileId) -> &[u32] {
        self.line_starts[id.0 as usize].get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.file(id).text.as_bytes());
            let after = ends.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX));
            std::iter::once(0).chain(after).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{SourceFile, SourceMap};

    #[test]
    fn places_are_counted_from_one_in_characters() {
        let mut sources = SourceMap::default();
        let id = sources.add(SourceFile::new("k.f90", "! f\u{fc}r\nend\n\nx"));
        let at = |offset| sources.line_and_column(id, offset);
        assert_eq!([at(0), at(5), at(6)], [(1, 1), (1, 5), (1, 6)]);
        // inside of a character, and behind the end
        assert_eq!([at(4), at(900)], [(1, 4), (4, 2)]);
        assert_eq!([at(7), at(9), at(11), at(12)], [(2, 1), (2, 3), (3, 1), (4, 1)]);
        let text = |first, last| &sources.file(id).text[sources.lines(id, first, last)];
        assert_eq!([text(2, 2), text(2, 3), text(4, 4), text(4, 9), text(9, 9)], ["end\n", "end\n\n", "x", "x", ""]);
        let empty = sources.add(SourceFile::new("e.f90", ""));
        assert_eq!(sources.line_and_column(empty, 3), (1, 1));
    }
}
