//! Lines as the preprocessor sees them: those that `\` joins are one, and `/* */` comments are gone.

use std::rc::Rc;

use crate::source::SourceForm;

/// A text without joined lines and C comments, and where its bytes come from.
#[derive(Debug)]
pub(super) struct Spliced {
    pub(super) text: Rc<str>,
    /// Offsets in `text` from which on bytes stand at offsets of the file, in order.
    segments: Vec<(usize, usize)>,
}

impl Spliced {
    /// A text that stays as it is.
    pub(super) fn whole(text: Rc<str>) -> Self {
        Self { text, segments: vec![(0, 0)] }
    }

    /// Joins lines and takes comments out. Line ends that go are put behind the line, so that lines keep their numbers.
    pub(super) fn new(text: Rc<str>, form: SourceForm) -> Self {
        if !text.contains("/*") && !text.contains("\\\n") && !text.contains("\\\r\n") {
            return Self::whole(text);
        }
        let mut splicer = Splicer { source: &text, form, output: String::new(), segments: Vec::new(), no_end: false };
        let mut at = 0;
        while at < text.len() {
            at = splicer.line(at);
        }
        Self { text: Rc::from(splicer.output), segments: splicer.segments }
    }

    /// Where the byte at this offset stands in the file.
    pub(super) fn offset(&self, at: usize) -> usize {
        let after = self.segments.partition_point(|(start, _)| *start <= at);
        self.segments.get(after.wrapping_sub(1)).map_or(at, |(start, source)| at - start + source)
    }

    /// The next offset after `at` from which on bytes come from elsewhere.
    pub(super) fn next_segment(&self, at: usize) -> usize {
        let after = self.segments.partition_point(|(start, _)| *start <= at);
        self.segments.get(after).map_or(usize::MAX, |(start, _)| *start)
    }
}

struct Splicer<'s> {
    source: &'s str,
    form: SourceForm,
    output: String,
    segments: Vec<(usize, usize)>,
    /// No `*/` follows.
    no_end: bool,
}

impl Splicer<'_> {
    fn copy(&mut self, start: usize, end: usize) {
        if start < end {
            self.segments.push((self.output.len(), start));
            self.output.push_str(&self.source[start..end]);
        }
    }

    /// Copies one line with all that is joined to it; gives the offset of the next one.
    fn line(&mut self, start: usize) -> usize {
        let bytes = self.source.as_bytes();
        let is_comment = self.form == SourceForm::Fixed && matches!(bytes[start], b'c' | b'C' | b'*' | b'd' | b'D');
        let directive = self.source[start..].strip_prefix('#').map(|rest| rest.trim_start_matches([' ', '\t']));
        let is_definition = directive.is_some_and(|rest| rest.starts_with("define"));
        let (mut at, mut copied) = (start, start);
        let (mut quote, mut comment) = (None, is_comment);
        let mut line_ends = Vec::new();
        while let Some(&byte) = bytes.get(at) {
            let rest = &bytes[at..];
            match byte {
                b'\n' => {
                    at += 1;
                    break;
                }
                b'\\' if rest.starts_with(b"\\\n") || rest.starts_with(b"\\\r\n") => {
                    self.copy(copied, at);
                    at += if rest[1] == b'\n' { 2 } else { 3 };
                    line_ends.push(at - 1);
                    copied = at;
                    continue;
                }
                b'/' if !comment && quote.is_none() && !self.no_end && rest.starts_with(b"/*") => {
                    match self.source[at + 2..].find("*/") {
                        // in the text of a macro it parts words, and goes later
                        Some(length) if is_definition && !self.source[at..at + length + 4].contains('\n') => {
                            at += length + 4;
                            continue;
                        }
                        Some(length) => {
                            self.copy(copied, at);
                            let end = at + 2 + length + 2;
                            line_ends.extend(self.source[at..end].match_indices('\n').map(|(index, _)| at + index));
                            at = end;
                            copied = end;
                            continue;
                        }
                        None => self.no_end = true,
                    }
                }
                b'!' if quote.is_none() && bytes[start] != b'#' => comment = true,
                b'\'' | b'"' if !comment => {
                    quote = match quote {
                        None => Some(byte),
                        Some(open) if open == byte => None,
                        open => open,
                    }
                }
                _ => {}
            }
            at += 1;
        }
        self.copy(copied, at);
        for end in line_ends {
            self.copy(end, end + 1);
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::Spliced;
    use crate::source::SourceForm;

    fn spliced(text: &str) -> String {
        let spliced = Spliced::new(text.into(), SourceForm::Free);
        for (at, byte) in spliced.text.bytes().enumerate() {
            assert_eq!(text.as_bytes()[spliced.offset(at)], byte, "{at} of {text:?}");
        }
        spliced.text.to_string()
    }

    #[test]
    fn lines_are_joined_and_comments_go() {
        assert_eq!(spliced("a \\\nb\\\r\nc\nd\n"), "a bc\n\n\nd\n");
        assert_eq!(spliced("a/* x\n y */b\nc"), "ab\n\nc");
        assert_eq!(spliced("'/*' ! /* \\\nx\n*/"), "'/*' ! /* x\n\n*/");
        assert_eq!(spliced("x /* never ends"), "x /* never ends");
        assert_eq!(spliced("#if !A /* x */\n"), "#if !A \n");
        assert_eq!(spliced("#define A(x) x/**/_y /* \n */ z\n"), "#define A(x) x/**/_y  z\n\n");
        assert_eq!(spliced("\\"), "\\");
    }
}
