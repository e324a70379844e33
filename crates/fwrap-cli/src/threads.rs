//! `fwrap check --threads`: which procedures keep state between calls, and what shows it.

use fwrap_build::{BuildError, Finding, Options, Quiet, Reading, find_threads};
use fwrap_core::report::ProcedureReport;
use serde_json::{Value, json};

/// Of every procedure, why it keeps state.
pub type Findings = Vec<Option<Finding>>;

/// Compiles what was read and looks. Sources with errors are not compiled: the errors are what there is to say.
pub fn find(reading: &Reading, options: &Options) -> Result<Option<Findings>, BuildError> {
    if reading.generated.diagnostics.iter().any(is_fatal) {
        return Ok(None);
    }
    find_threads(reading, options, &Quiet).map(Some)
}

/// Whether no compiler needs to be asked. That nothing can be wrapped does not stand in the way.
fn is_fatal(diagnostic: &fwrap_core::diagnostic::Diagnostic) -> bool {
    use fwrap_core::diagnostic::{Code, Severity};
    diagnostic.severity == Severity::Error && diagnostic.code != Code::NothingToWrap
}

/// One line per procedure, one more with the calls that lead to the state, and a last line with the counts.
pub fn to_text(reading: &Reading, findings: &Findings) -> String {
    let procedures = &reading.generated.procedures;
    let mut text = String::new();
    for (procedure, finding) in procedures.iter().zip(findings) {
        let ProcedureReport { path, line, name, .. } = procedure;
        let note = match procedure.threadsafe {
            Some(safe) => format!(" (`threadsafe = {safe}` in the notes counts more)"),
            None => String::new(),
        };
        match finding {
            None => text.push_str(&format!("{path}:{line}: {name}: no state{note}\n")),
            Some(Finding { state, path: calls }) => {
                text.push_str(&format!("{path}:{line}: {name}: {state}{note}\n"));
                if calls.len() > 1 {
                    text.push_str(&format!("    {}\n", calls.join(" -> ")));
                }
            }
        }
    }
    let clean = findings.iter().filter(|finding| finding.is_none()).count();
    text.push_str(&format!("{clean} of {} procedures keep no state between calls\n", procedures.len()));
    text
}

/// What is added to the object of a procedure: `state` (null: it keeps none), `path` of calls, and `threadsafe` of the
/// notes.
pub fn to_json(procedure: &ProcedureReport, finding: Option<&Finding>) -> Value {
    json!({
        "state": finding.map(|finding| &finding.state),
        "path": finding.map_or(&[][..], |finding| &finding.path),
        "threadsafe": procedure.threadsafe,
    })
}
