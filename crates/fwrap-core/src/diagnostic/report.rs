//! One diagnostic, and the bag that collects all of a run.

use crate::diagnostic::code::Code;
use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written.
    Error,
    /// Something is left out or needs care.
    Warning,
    /// For information.
    Note,
}

/// A further place with a word on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
}

/// Something that a user can mend in their source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Lower case, says what is so.
    pub title: String,
    /// The place; `None` where no file is at fault.
    pub span: Option<Span>,
    /// The word at the caret; may be empty.
    pub label: String,
    /// Further places.
    pub labels: Vec<Label>,
    /// The exact line to write.
    pub help: Option<String>,
    /// The procedure it concerns, such as `module::name`.
    pub procedure: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, span: Span, title: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, Some(span), title.into())
    }

    /// A warning at a place.
    pub fn warning(code: Code, span: Span, title: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, Some(span), title.into())
    }

    fn new(severity: Severity, code: Code, span: Option<Span>, title: String) -> Self {
        Self { code, severity, title, span, label: String::new(), labels: Vec::new(), help: None, procedure: None }
    }

    /// With a word at the caret.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// With a further place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// With the line to write.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// With the procedure it concerns.
    #[must_use]
    pub fn in_procedure(mut self, name: impl Into<String>) -> Self {
        self.procedure = Some(name.into());
        self
    }
}

/// All diagnostics of a run, in the order of the source.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    all: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.all.push(diagnostic);
    }

    /// Adds all of another bag.
    pub fn append(&mut self, mut other: Self) {
        self.all.append(&mut other.all);
    }

    /// Whether any of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Makes every warning whose code starts with `prefix` an error (`--deny FW04`).
    pub fn deny(&mut self, prefix: &str) {
        for diagnostic in &mut self.all {
            if diagnostic.severity == Severity::Warning && diagnostic.code.as_str().starts_with(prefix) {
                diagnostic.severity = Severity::Error;
            }
        }
    }

    /// Sorts by file and place; those without a place come last.
    pub fn sort(&mut self) {
        self.all.sort_by_key(|diagnostic| (diagnostic.span.is_none(), diagnostic.span));
    }

    /// Every diagnostic.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.all.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
