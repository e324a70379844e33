//! Where each byte of preprocessed text comes from.

use std::ops::Range;

use crate::front::line_mark::LineOrigin;
use crate::source::{FileId, Span};

/// A stretch of text with one origin, up to the next one.
#[derive(Clone, Debug)]
struct Segment {
    at: u32,
    file: FileId,
    start: u32,
    /// `Some`: all of it stands for the source bytes up to here (an expanded macro).
    end: Option<u32>,
}

/// Maps offsets of a text to places in source files.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    segments: Vec<Segment>,
}

impl Origin {
    /// The text is that of a file, byte for byte.
    pub(super) fn identity(file: FileId) -> Self {
        Self { segments: vec![Segment { at: 0, file, start: 0, end: None }] }
    }

    /// The text is that of a file from `start` on.
    pub(super) fn from(file: FileId, start: usize) -> Self {
        Self { segments: vec![Segment { at: 0, file, start: start as u32, end: None }] }
    }

    /// Nothing known yet; `copied` and `expanded` are to follow in the order of the text.
    pub(super) fn unknown() -> Self {
        Self { segments: Vec::new() }
    }

    /// From offset `at` on, the text is that of `file` from `start` on.
    pub(super) fn copied(&mut self, at: usize, file: FileId, start: usize) {
        if let Some(last) = self.segments.last() {
            let follows = last.end.is_none() && last.file == file;
            if follows && at as u32 - last.at == (start as u32).wrapping_sub(last.start) {
                return;
            }
        }
        self.push(Segment { at: at as u32, file, start: start as u32, end: None });
    }

    /// From offset `at` on, the text stands for the source bytes of `span`.
    pub(super) fn expanded(&mut self, at: usize, span: Span) {
        self.push(Segment { at: at as u32, file: span.file, start: span.start, end: Some(span.end) });
    }

    /// From offset `at` on, the text is that of a line which a mark assigns to another file; false if none does.
    pub(super) fn assigned(&mut self, at: usize, line: &LineOrigin, text: Range<usize>) -> bool {
        match line {
            LineOrigin::Own => false,
            LineOrigin::Copied { file, start, line } if text.end <= line.end + 1 => {
                self.copied(at, *file, start + (text.start - line.start));
                true
            }
            LineOrigin::Copied { .. } | LineOrigin::Whole(_) => {
                self.expanded(at, line.span(text).unwrap_or_default());
                true
            }
        }
    }

    /// From offset `at` on, the text is a part of another one.
    pub(super) fn part(&mut self, at: usize, other: &Origin, range: Range<usize>) {
        let (start, end) = (range.start as u32, range.end as u32);
        let first = other.segments.partition_point(|segment| segment.at <= start).saturating_sub(1);
        for segment in other.segments[first..].iter().take_while(|segment| segment.at < end) {
            let cut = start.saturating_sub(segment.at);
            let begins = (at as u32) + (segment.at + cut - start);
            match segment.end {
                None => self.copied(begins as usize, segment.file, (segment.start + cut) as usize),
                Some(end) => {
                    self.push(Segment { at: begins, file: segment.file, start: segment.start, end: Some(end) })
                }
            }
        }
    }

    fn push(&mut self, segment: Segment) {
        if self.segments.last().is_some_and(|last| last.at == segment.at) {
            self.segments.pop();
        }
        self.segments.push(segment);
    }

    /// The place of the byte at `offset`.
    pub(super) fn place(&self, offset: u32) -> Span {
        let after = self.segments.partition_point(|segment| segment.at <= offset);
        let Some(segment) = after.checked_sub(1).and_then(|index| self.segments.get(index)) else {
            return Span::default();
        };
        match segment.end {
            Some(end) => Span { file: segment.file, start: segment.start, end },
            None => {
                let start = segment.start.saturating_add(offset - segment.at);
                Span { file: segment.file, start, end: start.saturating_add(1) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;
    use crate::source::{FileId, Span};

    #[test]
    fn an_expanded_macro_stands_for_its_name() {
        let mut origin = Origin::unknown();
        origin.copied(0, FileId(3), 0);
        origin.expanded(5, Span::new(FileId(3), 5, 7));
        origin.copied(15, FileId(3), 7);
        assert_eq!(origin.place(4), Span::new(FileId(3), 4, 5));
        assert_eq!(origin.place(14), Span::new(FileId(3), 5, 7));
        assert_eq!(origin.place(16), Span::new(FileId(3), 8, 9));
    }
}
