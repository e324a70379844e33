//! Diagnostics as text for people and as JSON lines for machines.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use crate::diagnostic::report::{Diagnostic, Diagnostics, Severity};
use crate::source::{SourceMap, Span};

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
        let file = sources.file(span.file);
        let mut snippet = Snippet::source(file.text.as_str())
            .path(file.path.as_str())
            .annotation(AnnotationKind::Primary.span(byte_range(&file.text, span)).label(diagnostic.label.as_str()));
        for label in diagnostic.labels.iter().filter(|label| label.span.file == span.file) {
            let range = byte_range(&file.text, label.span);
            snippet = snippet.annotation(AnnotationKind::Context.span(range).label(label.text.as_str()));
        }
        group = group.element(snippet);
        for label in diagnostic.labels.iter().filter(|label| label.span.file != span.file) {
            let other = sources.file(label.span.file);
            let range = byte_range(&other.text, label.span);
            group = group.element(
                Snippet::source(other.text.as_str())
                    .path(other.path.as_str())
                    .annotation(AnnotationKind::Context.span(range).label(label.text.as_str())),
            );
        }
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// The span as a range that certainly lies in the text, on character boundaries.
fn byte_range(text: &str, span: Span) -> std::ops::Range<usize> {
    let fit = |offset: u32| {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let (start, end) = (fit(span.start), fit(span.end));
    start..end.max(start)
}

#[derive(Serialize)]
struct Line<'a> {
    code: &'static str,
    severity: &'static str,
    title: &'a str,
    path: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    label: &'a str,
    help: Option<&'a str>,
    procedure: Option<&'a str>,
}

/// One JSON object per line and diagnostic, ready for `serde_json`.
pub fn to_json_lines<'a>(
    diagnostics: &'a Diagnostics,
    sources: &'a SourceMap,
) -> impl Iterator<Item = impl Serialize + 'a> {
    diagnostics.iter().map(|diagnostic| {
        let place = diagnostic.span.map(|span| sources.line_and_column(span.file, span.start));
        Line {
            code: diagnostic.code.as_str(),
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            },
            title: &diagnostic.title,
            path: diagnostic.span.map(|span| sources.file(span.file).path.as_str()),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            label: &diagnostic.label,
            help: diagnostic.help.as_deref(),
            procedure: diagnostic.procedure.as_deref(),
        }
    })
}
