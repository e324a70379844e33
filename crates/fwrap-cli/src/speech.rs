//! What is said to the user, in the format asked for: for people at once, for machines as data.

use std::sync::Mutex;

use fwrap_build::BuildError;
use fwrap_core::diagnostic::{Code, Diagnostics, Finding, Place, Rule, Severity, example, to_findings, to_sarif};
use fwrap_core::source::SourceMap;

use crate::arguments::Format;
use crate::terminal::{print_diagnostics, print_error, print_error_line};

/// Says what there is to say on standard error; a SARIF log is printed at the end, as it is one document.
pub struct Speech {
    format: Format,
    findings: Mutex<Vec<Finding>>,
}

impl Speech {
    /// In this format.
    pub fn new(format: Format) -> Self {
        Self { format, findings: Mutex::default() }
    }

    /// Whether people read it.
    pub fn is_for_people(&self) -> bool {
        self.format == Format::Human
    }

    /// Says what is to be said of the sources.
    pub fn diagnostics(&self, diagnostics: &Diagnostics, sources: &SourceMap) {
        match self.format {
            Format::Human => print_diagnostics(diagnostics, sources),
            _ => self.say(to_findings(diagnostics, sources)),
        }
    }

    /// Says why the command failed.
    pub fn error(&self, error: &BuildError) {
        match (self.format, error) {
            (_, BuildError::GivenUp) => {}
            (Format::Human, error) => print_error(error),
            (_, error) => self.say(vec![failure(error)]),
        }
    }

    /// Says what became of an option.
    pub fn note(&self, text: &str) {
        match self.format {
            Format::Human => print_error_line(&format!("note: {text}")),
            _ => self.say(vec![plain(Severity::Note, text)]),
        }
    }

    /// Passes on what a compiler said of a source that it took.
    pub fn remark(&self, text: &str) {
        match self.format {
            Format::Human => print_error_line(text),
            _ => self.say(vec![plain(Severity::Note, text)]),
        }
    }

    fn say(&self, findings: Vec<Finding>) {
        if self.format == Format::Json {
            for finding in &findings {
                print_error_line(&to_line(finding));
            }
        } else if let Ok(mut all) = self.findings.lock() {
            all.extend(findings);
        }
    }

    /// Says what had to wait for the end.
    pub fn finish(&self) {
        if let (Format::Sarif, Ok(findings)) = (self.format, self.findings.lock()) {
            print_error_line(&sarif_log(&findings));
        }
    }
}

/// One JSON object in one line.
fn to_line(finding: &Finding) -> String {
    serde_json::to_string(finding).unwrap_or_else(|error| unreachable!("plain data is JSON: {error}"))
}

/// The findings as a SARIF log of this command.
pub fn sarif_log(findings: &[Finding]) -> String {
    let root = std::env::current_dir().unwrap_or_default();
    let log = to_sarif(findings, &rules(), &root.to_string_lossy());
    serde_json::to_string_pretty(&log).unwrap_or_else(|error| unreachable!("plain data is JSON: {error}"))
}

/// Every code: those of the sources, then those of the world.
pub fn rules() -> Vec<Rule> {
    let of_sources = Code::ALL.iter().map(|code| Rule {
        code: code.as_str(),
        explanation: code.explanation(),
        example: example(*code).to_owned(),
    });
    let of_builds = fwrap_build::CODES.iter().map(|code| Rule {
        code: code.code,
        explanation: code.explanation,
        example: code.example.to_owned(),
    });
    of_sources.chain(of_builds).collect()
}

/// A failure of the command as a finding.
pub fn failure(error: &BuildError) -> Finding {
    let message = error.to_string();
    let (title, label) = message.split_once('\n').unwrap_or((&message, ""));
    Finding {
        code: error.code(),
        help: error.help(),
        label: label.to_owned(),
        place: Place { path: error.path().map(|path| path.to_string_lossy().into_owned()), ..Place::default() },
        ..plain(Severity::Error, title)
    }
}

fn plain(severity: Severity, text: &str) -> Finding {
    Finding {
        code: None,
        severity: severity.as_str(),
        title: text.to_owned(),
        place: Place::default(),
        label: String::new(),
        help: None,
        procedure: None,
        related: Vec::new(),
    }
}
