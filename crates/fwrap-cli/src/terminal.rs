//! What people see: progress on a terminal, commands when asked for, errors in one style.

use std::io::{ErrorKind, IsTerminal, Write};
use std::time::Duration;

use fwrap_build::{BuildError, Monitor};
use fwrap_core::diagnostic::{Diagnostics, to_human};
use fwrap_core::source::SourceMap;
use indicatif::{ProgressBar, ProgressStyle};

use crate::speech::Speech;

/// Whether to colour what goes to standard error.
fn colored() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Shows the work on a terminal; in a pipe only what was asked for.
pub struct Terminal<'s> {
    verbose: bool,
    bar: ProgressBar,
    speech: &'s Speech,
}

impl<'s> Terminal<'s> {
    /// With `verbose`, every command is printed, unless machines read what is said.
    pub fn new(verbose: bool, speech: &'s Speech) -> Self {
        let verbose = verbose && speech.is_for_people();
        // A spinner between printed commands would only be in the way.
        let bar = if verbose || !speech.is_for_people() || !std::io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            let style = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}");
            let bar = ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        };
        Self { verbose, bar, speech }
    }

    /// Takes the progress away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Monitor for Terminal<'_> {
    fn command(&self, line: &str) {
        if self.verbose {
            print_error_line(line);
        }
    }

    fn stage(&self, text: &str) {
        self.bar.set_message(text.to_owned());
    }

    fn remark(&self, text: &str) {
        self.bar.suspend(|| self.speech.remark(text));
    }
}

/// Prints a text on standard output. A reader that has seen enough (`fwrap check src | head`) is no failure.
pub fn print_out(text: &str) -> Result<(), BuildError> {
    let mut output = std::io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(BuildError::Unwritable { path: "standard output".into(), reason: error.to_string() })
        }
        _ => Ok(()),
    }
}

/// Prints a line on standard error; if nobody can read it, there is nobody to be told.
pub fn print_error_line(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints diagnostics with their source lines.
pub fn print_diagnostics(diagnostics: &Diagnostics, sources: &SourceMap) {
    if !diagnostics.is_empty() {
        let _ = std::io::stderr().write_all(to_human(diagnostics, sources, colored()).as_bytes());
    }
}

/// Prints an error in the style of the diagnostics.
pub fn print_error(error: &BuildError) {
    print_error_line(&error_text(error, colored()));
}

fn error_text(error: &BuildError, color: bool) -> String {
    let paint = |style: &str, text: &str| match color {
        true => format!("\u{1b}[{style}m{text}\u{1b}[0m"),
        false => text.to_owned(),
    };
    let level = error.code().map_or_else(|| "error".to_owned(), |code| format!("error[{code}]"));
    let message = error.to_string();
    let (title, rest) = message.split_once('\n').unwrap_or((&message, ""));
    let mut text = format!("{}{}", paint("1;91", &level), paint("1", &format!(": {title}")));
    for line in rest.lines() {
        text.push_str(&format!("\n  {line}"));
    }
    if let Some(help) = error.help() {
        text.push_str(&format!("\n  {} {}: {help}", paint("1;94", "="), paint("1", "help")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_code_cause_and_help() {
        let error = BuildError::Unreadable { path: "x.f90".into(), reason: "No such file or directory".to_owned() };
        let text = error_text(&error, false);
        assert!(
            text.starts_with("error[FW0701]: cannot read `x.f90`: No such file or directory\n  = help: "),
            "{text}"
        );
        assert!(error_text(&error, true).contains("\u{1b}[1;91merror[FW0701]"));
    }
}
