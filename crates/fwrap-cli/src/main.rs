//! The command `fwrap`: reads its arguments, runs one subcommand, and turns the outcome into an exit code.
#![forbid(unsafe_code)]

mod arguments;
mod check;
mod commands;
mod explain;
mod f2py;
mod inspect;
mod signals;
mod source_arguments;
mod speech;
mod terminal;
mod threads;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use fwrap_build::BuildError;

use crate::arguments::{Arguments, Command, Format};
use crate::speech::Speech;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe is no reason to panic.
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    signals::listen();
    match arguments.command {
        Command::Generate(arguments) => {
            run(arguments.sources.how.format, |speech| commands::generate(&arguments, speech))
        }
        Command::Build(arguments) => run(arguments.sources.how.format, |speech| commands::build(&arguments, speech)),
        Command::Check(arguments) => check::check(&arguments),
        Command::Inspect(arguments) => run(arguments.how.format, |speech| inspect::inspect(&arguments, speech)),
        Command::F2py { words } => run(Format::Human, |speech| f2py::run(&words, speech)),
        Command::Explain { code } => run(Format::Human, |_| explain::explain(code.as_deref())),
    }
}

/// Runs a subcommand and says in the format asked for how it went.
fn run(format: Format, command: impl FnOnce(&Speech) -> Result<bool, BuildError>) -> ExitCode {
    let speech = Speech::new(format);
    let outcome = command(&speech);
    match &outcome {
        Err(BuildError::Interrupted) => signals::wait_for_end(),
        Err(error) => speech.error(error),
        Ok(_) => {}
    }
    speech.finish();
    exit_code(&outcome)
}

/// 0: done; 1: the sources or the world stand in the way; 2: the command cannot take what it was given.
fn exit_code(outcome: &Result<bool, BuildError>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Err(error) if error.is_usage() => ExitCode::from(2),
        _ => ExitCode::from(1),
    }
}
