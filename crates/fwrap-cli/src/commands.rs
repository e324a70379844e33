//! The subcommands `generate` and `build`. Each says whether it succeeded.

use std::path::Path;

use fwrap_build::{BuildError, Options, Reading, build_extension, read, read_for_build, write_texts};
use fwrap_core::Texts;

use crate::arguments;
use crate::speech::Speech;
use crate::terminal::{Terminal, print_out};

/// Writes the generated texts.
pub fn generate(arguments: &arguments::Generate, speech: &Speech) -> Result<bool, BuildError> {
    let module = arguments.module.clone().unwrap_or_default();
    write_generated(&Options { module, ..arguments.sources.options() }, &arguments.output, speech)
}

/// Writes the texts that these options ask for, and prints their names.
pub fn write_generated(options: &Options, directory: &Path, speech: &Speech) -> Result<bool, BuildError> {
    let reading = read(options, Texts::RustAndPython)?;
    if !report(&reading, options, speech) {
        return Ok(false);
    }
    for path in write_texts(directory, &reading.texts())? {
        print_out(&format!("{}\n", path.display()))?;
    }
    Ok(true)
}

/// Builds an extension module.
pub fn build(arguments: &arguments::Build, speech: &Speech) -> Result<bool, BuildError> {
    if arguments.freethreading_compatible {
        speech.note("`--freethreading-compatible` declares nothing: importing the module turns the GIL on");
    }
    let place = Place {
        directory: &arguments.out_dir,
        texts: arguments.build_dir.as_deref(),
        is_verbose: arguments.verbose,
        is_quiet: false,
    };
    build_module(&arguments.options(), place, speech)
}

/// Where the parts of a build go, and how much is said.
pub struct Place<'a> {
    /// The extension and its stub.
    pub directory: &'a Path,
    /// The generated texts, if anybody wants them.
    pub texts: Option<&'a Path>,
    /// Whether every command is shown.
    pub is_verbose: bool,
    /// Whether what was made is not named.
    pub is_quiet: bool,
}

/// Builds the extension module that these options ask for.
pub fn build_module(options: &Options, place: Place<'_>, speech: &Speech) -> Result<bool, BuildError> {
    let mut reading = read_for_build(options)?;
    if !report(&reading, options, speech) {
        return Ok(false);
    }
    if let Some(directory) = place.texts {
        write_texts(directory, &reading.texts())?;
    }
    let terminal = Terminal::new(place.is_verbose, speech);
    let built = build_extension(&mut reading, options, place.directory, &terminal);
    terminal.finish();
    let (wrapped, all) = reading.counts();
    let path = built?.extension;
    if !place.is_quiet {
        print_out(&format!("{}: {wrapped} of {all} procedures wrapped\n", path.display()))?;
    }
    Ok(true)
}

/// Shows the diagnostics; says whether there is something to go on with.
fn report(reading: &Reading, options: &Options, speech: &Speech) -> bool {
    if !options.module.is_empty() && options.module != reading.module {
        let (given, module) = (&options.module, &reading.module);
        speech.note(&format!("the signature file names the module `{module}`: `-m {given}` is ignored"));
    }
    speech.diagnostics(&reading.generated.diagnostics, &reading.generated.sources);
    reading.generated.files.is_some()
}
