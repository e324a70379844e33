//! The subcommand `check`: every procedure with its signature, or why it is left out and what to write.

use fwrap_build::{BuildError, Options, Reading, read};
use fwrap_core::Texts;
use fwrap_core::diagnostic::to_json_lines;
use serde_json::{Value, json};

use crate::arguments;
use crate::terminal::print_diagnostics;

/// The number of the JSON's form; it grows when a key is taken away or changes its meaning.
const FORM: u32 = 1;

/// Reads the sources and reports on every procedure.
pub fn check(arguments: &arguments::Check) -> Result<bool, BuildError> {
    let reading = read(&Options { ..arguments.sources.options() }, Texts::None)?;
    if arguments.json {
        println!("{:#}", to_json(&reading));
    } else {
        print_diagnostics(&reading.generated.diagnostics, &reading.generated.sources);
        print!("{}", to_text(&reading));
    }
    Ok(!reading.generated.diagnostics.has_errors())
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
/// * `diagnostics`: objects with `code`, `severity` (`error`, `warning`, `note`), `title`, `path`, `line`, `column`,
///   `label`, `help`, `procedure`; what is not known is null.
fn to_json(reading: &Reading) -> Value {
    let generated = &reading.generated;
    let procedures: Vec<Value> = generated
        .procedures
        .iter()
        .map(|procedure| {
            let reasons = procedure.reasons.iter();
            let reasons: Vec<Value> = reasons
                .map(|reason| json!({"code": reason.code, "title": reason.title, "help": reason.help}))
                .collect();
            json!({
                "name": procedure.name, "path": procedure.path, "line": procedure.line, "wrapped": procedure.wrapped,
                "python": procedure.python, "rust": procedure.rust, "reasons": reasons,
            })
        })
        .collect();
    let diagnostics: Vec<Value> = to_json_lines(&generated.diagnostics, &generated.sources)
        .map(|line| serde_json::to_value(line).unwrap_or(Value::Null))
        .collect();
    let (wrapped, total) = reading.counts();
    json!({
        "form": FORM, "module": reading.module, "wrapped": wrapped, "total": total,
        "procedures": procedures, "diagnostics": diagnostics,
    })
}
