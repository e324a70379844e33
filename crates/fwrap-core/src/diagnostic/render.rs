//! Diagnostics as text for people: each with its source line, caret and help.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diagnostic::report::{Diagnostic, Diagnostics, Label, Severity};
use crate::source::{SourceMap, Span};

/// How many lines may lie between two places that are shown as one excerpt.
const SAME_EXCERPT: usize = 500;

/// Every diagnostic with its source line, caret and help.
#[must_use]
pub fn to_human(diagnostics: &Diagnostics, sources: &SourceMap, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        text.push_str(&renderer.render(&[group(diagnostic, sources)]).to_string());
        text.push_str("\n\n");
    }
    text
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(diagnostic.title.as_str()).id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    if let Some(span) = diagnostic.span {
        let (near, far): (Vec<&Label>, Vec<&Label>) =
            diagnostic.labels.iter().partition(|label| is_near(label.span, span, sources));
        let all = near.iter().map(|label| label.span).chain([span]).reduce(Span::to).unwrap_or(span);
        let (first, mut snippet) = excerpt(all, sources);
        let mark = |kind: AnnotationKind, span: Span| kind.span(byte_range(sources, span, first));
        snippet = snippet.annotation(mark(AnnotationKind::Primary, span).label(diagnostic.label.as_str()));
        for label in near {
            snippet = snippet.annotation(mark(AnnotationKind::Context, label.span).label(label.text.as_str()));
        }
        group = group.element(snippet);
        for label in far {
            let (first, snippet) = excerpt(label.span, sources);
            let range = byte_range(sources, label.span, first);
            group = group.element(snippet.annotation(AnnotationKind::Context.span(range).label(label.text.as_str())));
        }
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// Whether two places are shown together.
fn is_near(other: Span, span: Span, sources: &SourceMap) -> bool {
    let line = |span: Span| sources.line_and_column(span.file, span.start).0;
    other.file == span.file && line(other).abs_diff(line(span)) <= SAME_EXCERPT
}

/// The lines of a place, and the byte at which they start: the whole file would be gone through for every diagnostic.
fn excerpt<'a, A: Clone>(span: Span, sources: &'a SourceMap) -> (usize, Snippet<'a, A>) {
    let file = sources.file(span.file);
    let line = |offset| sources.line_and_column(span.file, offset).0;
    let (first, last) = (line(span.start), line(span.end.max(span.start)));
    let bytes = sources.lines(span.file, first, last);
    (bytes.start, Snippet::source(&file.text[bytes]).line_start(first).path(file.path.as_str()))
}

/// The span as a range that certainly lies in the text behind `first`, on character boundaries.
fn byte_range(sources: &SourceMap, span: Span, first: usize) -> Range<usize> {
    let text = &sources.file(span.file).text;
    let fit = |offset: u32| {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset - first
    };
    let (start, end) = (fit(span.start), fit(span.end));
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::to_human;
    use crate::diagnostic::{Code, Diagnostic, Diagnostics};
    use crate::source::{SourceFile, SourceMap, Span};

    #[test]
    fn places_far_apart_are_shown_apart() {
        let mut sources = SourceMap::default();
        let text = format!("first\n{}last\n", "\n".repeat(2000));
        let id = sources.add(SourceFile::new("k.f90", text.as_str()));
        let last = text.len() - 5;
        let span = |at: usize| Span::new(id, at, at + 4);
        let mut diagnostics = Diagnostics::default();
        let diagnostic = Diagnostic::error(Code::DuplicateUnit, span(last), "twice").label("here");
        diagnostics.push(diagnostic.also(span(0), "and here").help("take one out"));
        let report = to_human(&diagnostics, &sources, false);
        for line in ["--> k.f90:2002:1", "2002 | last", "^^^^ here", "   1 | first", "---- and here", "help: take one"]
        {
            assert!(report.contains(line), "`{line}` is missing from\n{report}");
        }
    }
}
