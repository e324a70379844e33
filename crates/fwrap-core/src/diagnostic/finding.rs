//! Diagnostics as plain data with their places worked out: what the formats for machines print.

use serde::Serialize;

use crate::diagnostic::report::{Diagnostic, Diagnostics, Severity};
use crate::source::{SourceMap, Span};

/// A place in a file. Lines and columns count from 1, columns in characters; the end is the first character behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as the user called it.
    pub path: Option<String>,
    /// The line; `None`: the file as a whole.
    pub line: Option<usize>,
    /// The column.
    pub column: Option<usize>,
    /// The last line.
    pub end_line: Option<usize>,
    /// The column behind the last character.
    pub end_column: Option<usize>,
}

/// A further place with a word on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RelatedPlace {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is to be seen there.
    pub label: String,
}

/// Something to be said to the user: a diagnostic, or a failure of the command itself. What is not known is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The code, if it has one.
    pub code: Option<&'static str>,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// What is so.
    pub title: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// The word at the place.
    pub label: String,
    /// What to do: the line to write.
    pub help: Option<String>,
    /// The procedure that it concerns.
    pub procedure: Option<String>,
    /// Further places.
    pub related: Vec<RelatedPlace>,
}

impl Severity {
    /// As it is printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Every diagnostic as data, in order.
#[must_use]
pub fn to_findings(diagnostics: &Diagnostics, sources: &SourceMap) -> Vec<Finding> {
    diagnostics.iter().map(|diagnostic| finding(diagnostic, sources)).collect()
}

fn finding(diagnostic: &Diagnostic, sources: &SourceMap) -> Finding {
    let labels = diagnostic.labels.iter();
    Finding {
        code: Some(diagnostic.code.as_str()),
        severity: diagnostic.severity.as_str(),
        title: diagnostic.title.clone(),
        place: diagnostic.span.map(|span| place(span, sources)).unwrap_or_default(),
        label: diagnostic.label.clone(),
        help: diagnostic.help.clone(),
        procedure: diagnostic.procedure.clone(),
        related: labels
            .map(|label| RelatedPlace { place: place(label.span, sources), label: label.text.clone() })
            .collect(),
    }
}

fn place(span: Span, sources: &SourceMap) -> Place {
    let (line, column) = sources.line_and_column(span.file, span.start);
    let (end_line, end_column) = sources.line_and_column(span.file, span.end.max(span.start));
    Place {
        path: Some(sources.file(span.file).path.clone()),
        line: Some(line),
        column: Some(column),
        end_line: Some(end_line),
        end_column: Some(end_column),
    }
}
