//! The command `fwrap`: reads its arguments, runs one subcommand, and turns the outcome into an exit code.
#![forbid(unsafe_code)]

mod arguments;
mod check;
mod commands;
mod terminal;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::arguments::{Arguments, Command};

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
    let outcome = match arguments.command {
        Command::Generate(arguments) => commands::generate(&arguments),
        Command::Build(arguments) => commands::build(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Explain { code } => commands::explain(&code),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            terminal::print_error(&error);
            ExitCode::from(if error.is_usage() { 2 } else { 1 })
        }
    }
}
