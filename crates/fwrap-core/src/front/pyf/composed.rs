//! Text that is put together from parts of files, and where each part comes from.

use std::ops::Range;
use std::rc::Rc;

use crate::front::origin::Origin;
use crate::source::{FileId, Span};

/// Text that is put together from parts of files.
#[derive(Clone, Debug, Default)]
pub(super) struct Composed {
    pub(super) text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    at: usize,
    file: FileId,
    start: usize,
    /// `Some`: all of it stands for the source bytes up to here.
    end: Option<usize>,
}

impl Composed {
    /// Adds a part of a file as it is.
    pub(super) fn push_file(&mut self, file: FileId, text: &str, range: Range<usize>) {
        if !range.is_empty() {
            self.pieces.push(Piece { at: self.text.len(), file, start: range.start, end: None });
            self.text.push_str(&text[range]);
        }
    }

    /// Adds a part of another composed text as it is.
    pub(super) fn push_part(&mut self, from: &Self, range: Range<usize>) {
        let mut at = range.start;
        let mut index = from.pieces.partition_point(|piece| piece.at <= at);
        while at < range.end {
            let end = from.pieces.get(index).map_or(from.text.len(), |next| next.at).min(range.end);
            let Some(piece) = index.checked_sub(1).and_then(|index| from.pieces.get(index)) else { break };
            let start = if piece.end.is_some() { piece.start } else { piece.start + at - piece.at };
            self.pieces.push(Piece { at: self.text.len(), start, ..*piece });
            self.text.push_str(&from.text[at..end]);
            at = end;
            index += 1;
        }
    }

    /// Adds text that stands for something else in a file.
    pub(super) fn push_replaced(&mut self, text: &str, span: Span) {
        if !text.is_empty() {
            let (start, end) = (span.start as usize, Some(span.end as usize));
            self.pieces.push(Piece { at: self.text.len(), file: span.file, start, end });
            self.text.push_str(text);
        }
    }

    /// The place of a part.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let place = |at: usize| {
            let index = self.pieces.partition_point(|piece| piece.at <= at).checked_sub(1)?;
            let piece = self.pieces.get(index)?;
            let start = piece.start + at - piece.at;
            Some(
                piece
                    .end
                    .map_or(Span::new(piece.file, start, start + 1), |end| Span::new(piece.file, piece.start, end)),
            )
        };
        let last = place(range.end.saturating_sub(1).max(range.start));
        match (place(range.start), last) {
            (Some(first), Some(last)) if first.file == last.file && first.start <= last.end => first.to(last),
            (first, _) => first.unwrap_or_default(),
        }
    }

    /// The text, with where it comes from as the cursor wants it.
    pub(super) fn finish(self) -> (Rc<str>, Origin) {
        let mut origin = Origin::unknown();
        for piece in &self.pieces {
            match piece.end {
                Some(end) => origin.expanded(piece.at, Span::new(piece.file, piece.start, end)),
                None => origin.copied(piece.at, piece.file, piece.start),
            }
        }
        (Rc::from(self.text), origin)
    }
}

#[cfg(test)]
mod tests {
    use super::Composed;
    use crate::source::{FileId, Span};

    #[test]
    fn parts_keep_their_places() {
        let mut first = Composed::default();
        first.push_file(FileId(3), "abcdef", 2..6);
        first.push_replaced("xyz", Span::new(FileId(4), 10, 12));
        first.push_file(FileId(4), "0123", 1..3);
        assert_eq!(first.text, "cdefxyz12");
        let mut second = Composed::default();
        second.push_part(&first, 1..8);
        assert_eq!(second.text, "defxyz1");
        assert_eq!(second.span(0..3), Span::new(FileId(3), 3, 6));
        assert_eq!(second.span(4..5), Span::new(FileId(4), 10, 12));
        assert_eq!(second.span(6..7), Span::new(FileId(4), 1, 2));
        let (text, origin) = second.finish();
        assert_eq!((&*text, origin.place(1)), ("defxyz1", Span::new(FileId(3), 4, 5)));
    }
}
