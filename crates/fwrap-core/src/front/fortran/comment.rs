//! Comments to documentation: takes off marks, decoration and the commands of Doxygen and FORD.

use std::borrow::Cow;

use crate::ir::documentation::{ArgumentDocumentation, Documentation};
use crate::ir::entity::Intent;
use crate::ir::name::Name;

/// What the mark of a comment says of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `!`, `c`, `*`
    Plain,
    /// `!>`: about what follows.
    Before,
    /// `!!`, `!<`: about what stands before it (or goes on with a `!>`).
    After,
    /// `!$omp`, `!dir$`, `!f2py`: no documentation.
    Directive,
}

/// The mark of a comment, and its text.
pub(super) fn strip_mark(comment: &str) -> (Mark, &str) {
    let mut characters = comment.chars();
    characters.next();
    let rest = characters.as_str();
    let mark = match rest.as_bytes().first() {
        Some(b'$') => return (Mark::Directive, rest),
        Some(b'>' | b'|') => Mark::Before,
        Some(b'!' | b'<') => Mark::After,
        _ => {
            let word = rest.trim_ascii_start().as_bytes().get(..4).unwrap_or_default();
            let words: [&[u8]; 6] = [b"dir$", b"dec$", b"gcc$", b"ibm*", b"pgi$", b"f2py"];
            let directive = words.iter().any(|known| word.eq_ignore_ascii_case(known));
            return (if directive { Mark::Directive } else { Mark::Plain }, rest);
        }
    };
    (mark, rest.get(1..).unwrap_or(""))
}

/// A line without words: `*****`, `=====`, `. . .`.
fn is_decoration(line: &str) -> bool {
    let is_mark = |byte: u8| matches!(byte, b'*' | b'=' | b'-' | b'_' | b'#' | b'~' | b'+' | b'!' | b'/' | b'.' | b' ');
    !line.is_empty() && line.bytes().all(is_mark)
}

/// LAPACK's headings of declarations (`.. Scalar Arguments ..`) and of routines (`-- LAPACK driver routine --`).
fn is_heading(line: &str) -> bool {
    let wrapped = |mark: &str| line.len() > 4 && line.starts_with(mark) && line.ends_with(mark);
    wrapped("..") || wrapped("--")
}

/// Where the lines of a comment go.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Text,
    Arguments(Vec<Name>, Option<Intent>),
    /// Dropped up to the next blank line.
    DroppedParagraph,
    /// Dropped up to the next command.
    Dropped,
}

/// A line that is kept.
#[derive(Debug)]
struct Line<'c> {
    text: Cow<'c, str>,
    /// How many blanks it begins with; `None` if nothing else is in it.
    indentation: Option<usize>,
}

impl<'c> Line<'c> {
    /// A line without blanks at its end, before fonts and tags are taken out.
    fn new(text: &'c str, indentation: Option<usize>) -> Self {
        match clean_inline(text) {
            Cow::Borrowed(text) => Self { text: Cow::Borrowed(text), indentation },
            Cow::Owned(text) => {
                let trimmed = text.trim_ascii();
                let indentation = (!trimmed.is_empty()).then(|| text.len() - text.trim_ascii_start().len());
                Self { text: Cow::Owned(text), indentation }
            }
        }
    }
}

/// Lines of one target.
#[derive(Debug)]
struct Section {
    target: Target,
    /// Where they begin among all lines.
    start: usize,
}

/// Reads the lines of a comment, marks taken off.
#[derive(Debug)]
struct CommentReader<'c> {
    sections: Vec<Section>,
    lines: Vec<Line<'c>>,
    html: bool,
    verbatim: bool,
}

/// The documentation in the lines of a comment, marks taken off.
pub(super) fn parse_comment(lines: &[&str]) -> Documentation {
    let says_nothing = |line: &&str| {
        let line = line.trim_ascii();
        line.is_empty() || is_decoration(line) || is_heading(line)
    };
    if lines.iter().all(says_nothing) {
        return Documentation::default();
    }
    let first = Section { target: Target::Text, start: 0 };
    let kept = Vec::with_capacity(lines.len());
    let mut reader = CommentReader { sections: vec![first], lines: kept, html: false, verbatim: false };
    for line in lines {
        reader.line(line.trim_ascii_end());
    }
    reader.finish()
}

impl<'c> CommentReader<'c> {
    fn open(&mut self, target: Target, text: &'c str) {
        self.sections.push(Section { target, start: self.lines.len() });
        let text = text.trim_ascii();
        if !text.is_empty() {
            self.lines.push(Line::new(text, Some(0)));
        }
    }

    /// A new section of text that begins with words of ours.
    fn open_with(&mut self, text: String) {
        self.sections.push(Section { target: Target::Text, start: self.lines.len() });
        self.lines.push(Line { text: Cow::Owned(clean_inline(&text).into_owned()), indentation: Some(0) });
    }

    fn line(&mut self, line: &'c str) {
        let trimmed = line.trim_ascii();
        if self.html {
            self.html = !trimmed.contains("endhtmlonly");
            return;
        }
        if is_decoration(trimmed) || is_heading(trimmed) {
            return;
        }
        if let Some(command) = trimmed.strip_prefix(['\\', '@']) {
            let length = command.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'_').count();
            let (word, rest) = command.split_at(length);
            if self.command(&word.to_ascii_lowercase(), rest) {
                return;
            }
        }
        let Some(section) = self.sections.last() else { return };
        if trimmed.is_empty() && !self.verbatim {
            let ends = match section.target {
                Target::Arguments(..) => self.lines.len() > section.start,
                Target::DroppedParagraph => true,
                Target::Text | Target::Dropped => false,
            };
            if ends {
                self.open(Target::Text, "");
                return;
            }
        }
        let indentation = (!trimmed.is_empty()).then(|| line.len() - trimmed.len());
        self.lines.push(Line::new(line, indentation));
    }

    /// Follows a command; false if it is text.
    fn command(&mut self, word: &str, rest: &'c str) -> bool {
        match word {
            "htmlonly" => self.html = true,
            "verbatim" | "code" => self.verbatim = true,
            "endverbatim" | "endcode" => {
                self.verbatim = false;
                if matches!(self.sections.last(), Some(Section { target: Target::Arguments(..), .. })) {
                    self.open(Target::Text, "");
                }
            }
            "param" => self.param(rest),
            "brief" | "short" | "details" | "summary" => self.open(Target::Text, rest),
            "par" => {
                let title = rest.trim_ascii().to_ascii_lowercase();
                if title.starts_with("contributor") || title.starts_with("author") {
                    self.open(Target::Dropped, "");
                } else if title.starts_with("purpose") {
                    self.open(Target::Text, "");
                } else {
                    self.open(Target::Text, rest);
                }
            }
            "return" | "returns" | "result" if !rest.trim_ascii().is_empty() => {
                self.open_with(format!("Returns {}", rest.trim_ascii()));
            }
            "note" | "warning" | "remark" | "see" | "sa" if !rest.trim_ascii().is_empty() => {
                let mut heading = if word == "sa" { "see".to_owned() } else { word.to_owned() };
                heading[..1].make_ascii_uppercase();
                self.open_with(format!("{heading}: {}", rest.trim_ascii()));
            }
            "author" | "authors" | "ingroup" | "date" | "version" | "defgroup" | "addtogroup" | "copyright"
            | "file" | "license" | "internal" | "meta" | "category" | "callgraph" | "callergraph" => {
                self.open(Target::DroppedParagraph, "");
            }
            _ => return word.starts_with("end"),
        }
        true
    }

    /// `[in,out] a, b text`
    fn param(&mut self, rest: &'c str) {
        let mut rest = rest.trim_ascii_start();
        let mut intent = None;
        if let Some((direction, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let direction: String = direction.to_ascii_lowercase().split([',', ' ', '/']).collect();
            intent = match direction.as_str() {
                "in" => Some(Intent::In),
                "out" => Some(Intent::Out),
                "inout" => Some(Intent::InOut),
                _ => None,
            };
            rest = behind.trim_ascii_start();
        }
        let mut names = Vec::new();
        loop {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let word = rest[..end].trim_end_matches(':');
            names.extend(word.split(',').filter(|name| !name.is_empty()).map(Name::new));
            let more = word.ends_with(',');
            rest = rest[end..].trim_ascii_start();
            if !more || rest.is_empty() {
                break;
            }
        }
        let text = rest.strip_prefix(['-', ':']).unwrap_or(rest);
        self.open(Target::Arguments(names, intent), text);
    }

    fn finish(self) -> Documentation {
        let mut documentation = Documentation::default();
        let ends: Vec<usize> = self.sections.iter().skip(1).map(|next| next.start).chain([self.lines.len()]).collect();
        for (section, end) in self.sections.into_iter().zip(ends) {
            if matches!(section.target, Target::DroppedParagraph | Target::Dropped) {
                continue;
            }
            let text = paragraphs(&self.lines[section.start..end]);
            match section.target {
                Target::Text => append_paragraph(&mut documentation.text, &text),
                Target::Arguments(names, intent) => {
                    for name in names {
                        documentation.arguments.push(ArgumentDocumentation { name, intent, text: text.clone() });
                    }
                }
                Target::DroppedParagraph | Target::Dropped => {}
            }
        }
        documentation
    }
}

/// Adds text behind a blank line.
pub(super) fn append_paragraph(text: &mut String, more: &str) {
    text.reserve(more.len() + 2);
    if !text.is_empty() && !more.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}

/// The lines without the indentation that all have, at most one blank line in a row, none at the ends.
fn paragraphs(lines: &[Line<'_>]) -> String {
    let common = lines.iter().filter_map(|line| line.indentation).min().unwrap_or(0);
    // the text of a tag begins on the tag's line, without the indentation of the lines below it
    let common = match lines.split_first() {
        Some((Line { indentation: Some(0), .. }, below)) => {
            below.iter().filter_map(|line| line.indentation).min().unwrap_or(0)
        }
        _ => common,
    };
    let mut text = String::with_capacity(lines.iter().map(|line| line.text.len() + 1).sum());
    let mut gap = false;
    for line in lines {
        let Some(indentation) = line.indentation else {
            gap = !text.is_empty();
            continue;
        };
        if !text.is_empty() {
            text.push_str(if gap { "\n\n" } else { "\n" });
        }
        gap = false;
        text.push_str(line.text[indentation.min(common)..].trim_ascii_end());
    }
    text
}

/// Takes out HTML tags and the commands that only change the font.
fn clean_inline(line: &str) -> Cow<'_, str> {
    const TAGS: [&str; 11] = ["<b>", "</b>", "<i>", "</i>", "<em>", "</em>", "<br>", "<p>", "</p>", "<tt>", "</tt>"];
    const COMMANDS: [&str; 6] = ["b ", "c ", "e ", "a ", "p ", "em "];
    let mut text = String::new();
    let (mut copied, mut at) = (0, 0);
    let bytes = line.as_bytes();
    while let Some(next) = memchr::memchr3(b'<', b'\\', b'@', &bytes[at..]) {
        at += next;
        let skipped = if bytes[at] == b'<' {
            TAGS.iter().find(|tag| line[at..].starts_with(**tag)).map_or(0, |tag| tag.len())
        } else if at == 0 || bytes[at - 1] == b' ' {
            COMMANDS.iter().find(|command| line[at + 1..].starts_with(**command)).map_or(0, |command| command.len() + 1)
        } else {
            0
        };
        if skipped > 0 {
            text.push_str(&line[copied..at]);
            copied = at + skipped;
        }
        at += skipped.max(1);
    }
    if copied == 0 {
        return Cow::Borrowed(line);
    }
    text.push_str(&line[copied..]);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::{Mark, clean_inline, parse_comment, strip_mark};

    #[test]
    fn marks() {
        for (comment, mark, text) in [
            ("! text", Mark::Plain, " text"),
            ("!> text", Mark::Before, " text"),
            ("!! text", Mark::After, " text"),
            ("!< text", Mark::After, " text"),
            ("C> text", Mark::Before, " text"),
            ("* text", Mark::Plain, " text"),
            ("!", Mark::Plain, ""),
            ("!$omp parallel", Mark::Directive, "$omp parallel"),
            ("cf2py intent(out) x", Mark::Directive, "f2py intent(out) x"),
        ] {
            assert_eq!(strip_mark(comment), (mark, text), "{comment}");
        }
    }

    #[test]
    fn fonts_and_tags_are_taken_out() {
        for (line, expected) in [
            ("\\b DGESV <b>solves</b> a <= b", "DGESV solves a <= b"),
            ("see @c x and \\em y", "see x and y"),
            ("a\\b c", "a\\b c"),
            ("me@example.org", "me@example.org"),
            ("<b>", ""),
        ] {
            assert_eq!(clean_inline(line), expected);
        }
    }

    #[test]
    fn paragraphs_keep_their_shape() {
        let lines = ["  First:", "", "", "    * an item", "  ----------", "  last  ", ""];
        assert_eq!(parse_comment(&lines).text, "First:\n\n  * an item\nlast");
        assert_eq!(parse_comment(&["***", "...", ""]).text, "");
    }
}
