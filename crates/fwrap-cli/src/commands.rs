//! The subcommands `generate`, `build` and `explain`. Each says whether it succeeded.

use fwrap_build::{BuildError, Options, Reading, build_extension, read, write_texts};
use fwrap_core::Texts;

use crate::arguments;
use crate::terminal::{Terminal, print_diagnostics};

/// Writes the generated texts.
pub fn generate(arguments: &arguments::Generate) -> Result<bool, BuildError> {
    let module = arguments.module.clone().unwrap_or_default();
    let reading = read(&Options { module, ..arguments.sources.options() }, Texts::RustAndPython)?;
    if !report(&reading) {
        return Ok(false);
    }
    for path in write_texts(&arguments.output, &reading.texts())? {
        println!("{}", path.display());
    }
    Ok(true)
}

/// Builds an extension module.
pub fn build(arguments: &arguments::Build) -> Result<bool, BuildError> {
    let options = arguments.options();
    let reading = read(&options, Texts::RustAndPython)?;
    if !report(&reading) {
        return Ok(false);
    }
    let terminal = Terminal::new(arguments.verbose);
    let built = build_extension(&reading, &options, &arguments.out_dir, &terminal);
    terminal.finish();
    let (wrapped, all) = reading.counts();
    println!("{}: {wrapped} of {all} procedures wrapped", built?.extension.display());
    Ok(true)
}

/// Prints what a code means.
pub fn explain(code: &str) -> Result<bool, BuildError> {
    match fwrap_core::diagnostic::explain(code).or_else(|| fwrap_build::explain(code)) {
        Some(text) => println!("{text}"),
        None => {
            eprintln!("error: there is no code `{code}`\n  = help: codes look like FW0301");
            return Ok(false);
        }
    }
    Ok(true)
}

/// Shows the diagnostics; says whether there is something to go on with.
fn report(reading: &Reading) -> bool {
    print_diagnostics(&reading.generated.diagnostics, &reading.generated.sources);
    reading.generated.files.is_some()
}
