//! The subcommand `check`: every procedure with its signature, or why it is left out and what to write.

use std::process::ExitCode;

use fwrap_build::{BuildError, Reading, note_prebuilt_stops, read};
use fwrap_core::Texts;
use fwrap_core::diagnostic::{Finding, to_findings};
use serde_json::{Value, json};

use crate::arguments::{self, Format};
use crate::exit_code;
use crate::signals::wait_for_end;
use crate::speech::{Speech, failure, sarif_log};
use crate::terminal::print_out;
use crate::threads;

/// The number of the JSON's form; it grows when a key is taken away or changes its meaning.
const FORM: u32 = 1;

/// Reads the sources and reports on every procedure. For machines, all of it is one document on standard output.
pub fn check(arguments: &arguments::Check) -> ExitCode {
    let mut options = arguments.sources.options();
    options.library_directories.clone_from(&arguments.library_directory);
    options.libraries.clone_from(&arguments.library);
    let reading = read(&options, Texts::None).and_then(|mut reading| {
        note_prebuilt_stops(&mut reading, &options);
        let threads = if arguments.threads { threads::find(&reading, &options)? } else { None };
        Ok(Checked { reading, threads })
    });
    if let Err(BuildError::Interrupted) = &reading {
        wait_for_end();
    }
    let people = Speech::new(Format::Human);
    let text = match (arguments.format(), &reading) {
        (Format::Human, Ok(Checked { reading, threads })) => {
            people.diagnostics(&reading.generated.diagnostics, &reading.generated.sources);
            threads.as_ref().map_or_else(|| to_text(reading), |threads| threads::to_text(reading, threads))
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
    exit_code(&reading.and_then(|checked| printed.map(|()| !checked.reading.generated.diagnostics.has_errors())))
}

/// What was read, and of every procedure why it keeps state, if that was asked for.
struct Checked {
    reading: Reading,
    threads: Option<threads::Findings>,
}

/// What there is to say of the sources, or why they were not read.
fn findings(checked: &Result<Checked, BuildError>) -> Vec<Finding> {
    match checked {
        Ok(Checked { reading, .. }) => to_findings(&reading.generated.diagnostics, &reading.generated.sources),
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
            for (at, line) in reason.help.iter().flat_map(|help| help.lines().enumerate()) {
                // what is to be pasted stands alone
                text.push_str(&if at == 0 { format!("        help: {line}\n") } else { format!("{line}\n") });
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
///   (signatures, or null), `reasons` (objects with `code`, `title`, `help`); with `--threads` also `threads` (an object
///   with `state`, `path`, `threadsafe`);
/// * `diagnostics`: the findings; where the sources could not be read, the failure.
fn to_json(checked: &Result<Checked, BuildError>) -> Value {
    let reading = checked.as_ref().ok().map(|checked| &checked.reading);
    let threads = checked.as_ref().ok().and_then(|checked| checked.threads.as_ref());
    let reports = reading.map_or(&[][..], |reading| &reading.generated.procedures);
    let procedures: Vec<Value> = reports
        .iter()
        .enumerate()
        .map(|(index, report)| {
            let mut value = json!(report);
            if let Some(threads) = threads {
                value["threads"] = threads::to_json(report, threads[index].as_ref());
            }
            value
        })
        .collect();
    let (wrapped, total) = reading.map_or((0, 0), Reading::counts);
    json!({
        "form": FORM, "module": reading.map(|reading| &reading.module), "wrapped": wrapped, "total": total,
        "procedures": procedures, "diagnostics": findings(checked),
    })
}
