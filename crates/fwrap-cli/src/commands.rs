//! The subcommands `generate` and `build`. Each says whether it succeeded.

use fwrap_build::{BuildError, Options, Reading, build_extension, read, read_for_build, write_texts};
use fwrap_core::Texts;

use crate::arguments;
use crate::speech::Speech;
use crate::terminal::{Terminal, print_out};

/// Writes the generated texts.
pub fn generate(arguments: &arguments::Generate, speech: &Speech) -> Result<bool, BuildError> {
    let module = arguments.module.clone().unwrap_or_default();
    let reading = read(&Options { module, ..arguments.sources.options() }, Texts::RustAndPython)?;
    if !report(&reading, speech) {
        return Ok(false);
    }
    for path in write_texts(&arguments.output, &reading.texts())? {
        print_out(&format!("{}\n", path.display()))?;
    }
    Ok(true)
}

/// Builds an extension module.
pub fn build(arguments: &arguments::Build, speech: &Speech) -> Result<bool, BuildError> {
    let options = arguments.options();
    let mut reading = read_for_build(&options)?;
    if !report(&reading, speech) {
        return Ok(false);
    }
    let terminal = Terminal::new(arguments.verbose, speech);
    let built = build_extension(&mut reading, &options, &arguments.out_dir, &terminal);
    terminal.finish();
    let (wrapped, all) = reading.counts();
    print_out(&format!("{}: {wrapped} of {all} procedures wrapped\n", built?.extension.display()))?;
    Ok(true)
}

/// Shows the diagnostics; says whether there is something to go on with.
fn report(reading: &Reading, speech: &Speech) -> bool {
    speech.diagnostics(&reading.generated.diagnostics, &reading.generated.sources);
    reading.generated.files.is_some()
}
