//! The subcommand `check`: every procedure with its signature, or why it is left out and what to write.

use std::process::ExitCode;

use fwrap_build::{BuildError, Reading, read};
use fwrap_core::Texts;
use fwrap_core::diagnostic::{Finding, to_findings};
use serde_json::{Value, json};

use crate::arguments::{self, Format};
use crate::exit_code;
use crate::speech::{Speech, failure, sarif_log};
use crate::terminal::print_out;

/// The number of the JSON's form; it grows when a key is taken away or changes its meaning.
const FORM: u32 = 1;

/// Reads the sources and reports on every procedure. For machines, all of it is one document on standard output.
pub fn check(arguments: &arguments::Check) -> ExitCode {
    let reading = read(&arguments.sources.options(), Texts::None);
    let people = Speech::new(Format::Human);
    let text = match (arguments.format(), &reading) {
        (Format::Human, Ok(reading)) => {
            people.diagnostics(&reading.generated.diagnostics, &reading.generated.sources);
            to_text(reading)
        }
        (Format::Human, Err(error)) => {
            people.error(error);
            String::new()
        }
        (Format::Json, reading) => format!("{:#}\n", to_json(reading)),
        (Format::Sarif, reading) => format!("{}\n", sarif_log(&findings(reading))),
    };
    let printed = print_out(&text);
    if let Err(error) = &printed {
        people.error(error);
    }
    exit_code(&reading.and_then(|reading| printed.map(|()| !reading.generated.diagnostics.has_errors())))
}

/// What there is to say of the sources, or why they were not read.
fn findings(reading: &Result<Reading, BuildError>) -> Vec<Finding> {
    match reading {
        Ok(reading) => to_findings(&reading.generated.diagnostics, &reading.generated.sources),
        Err(error) => vec![failure(error)],
    }
}

/// One paragraph per procedure and a last line with the counts.
fn to_text(reading: &Reading) -> String {
    let mut text = String::new();
    for procedure in &reading.generated.procedures {
        let (name, path, line) = (&procedure.name, &procedure.path, procedure.line);
        if procedure.wrapped {
            text.push_str(&format!("{path}:{line}: {name}: wrapped\n"));
            if let Some(signature) = &procedure.python {
                text.push_str(&format!("    {signature}\n"));
            }
            continue;
        }
        text.push_str(&format!("{path}:{line}: {name}: not wrapped\n"));
        for reason in &procedure.reasons {
            text.push_str(&format!("    [{}] {}\n", reason.code, reason.title));
            for line in reason.help.iter().flat_map(|help| help.lines()) {
                text.push_str(&format!("        help: {line}\n"));
            }
        }
    }
    let (wrapped, all) = reading.counts();
    text.push_str(&format!("{wrapped} of {all} procedures wrapped\n"));
    text
}

/// One object:
///
/// * `form`: 1; `module`; `wrapped` and `total`: counts;
/// * `procedures`: objects with `name` (`module::procedure`), `path`, `line`, `wrapped`, `python` and `rust`
///   (signatures, or null), `reasons` (objects with `code`, `title`, `help`);
/// * `diagnostics`: the findings; where the sources could not be read, the failure.
fn to_json(reading: &Result<Reading, BuildError>) -> Value {
    let procedures = reading.as_ref().map_or(&[][..], |reading| &reading.generated.procedures);
    let (wrapped, total) = reading.as_ref().map_or((0, 0), Reading::counts);
    let module = reading.as_ref().ok().map(|reading| &reading.module);
    json!({
        "form": FORM, "module": module, "wrapped": wrapped, "total": total,
        "procedures": procedures, "diagnostics": findings(reading),
    })
}
