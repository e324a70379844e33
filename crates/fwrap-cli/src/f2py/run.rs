//! Does what f2py's command line asks for.

use std::path::{Path, PathBuf};

use fwrap_build::{BuildError, Options, write_texts};

use crate::commands::{Place, build_module, write_generated};
use crate::f2py::line::{Line, Refusal, parse_line};
use crate::f2py::option::HELP;
use crate::speech::Speech;
use crate::terminal::print_out;

/// The name that f2py gives to a module without one.
const UNTITLED: &str = "untitled";

/// Runs the command. A refused option is told with what to write in its place.
pub fn run(words: &[String], speech: &Speech) -> Result<bool, BuildError> {
    let read = parse_line(words).and_then(|line| Ok((options(&line)?, line)));
    let (options, line) = match read {
        Ok(read) => read,
        Err(Refusal { title, help }) => return Err(BuildError::Option { title, help }),
    };
    let help = words.is_empty().then_some(HELP);
    if let Some(answer) = line.answer.as_deref().or(help) {
        print_out(answer)?;
        return Ok(true);
    }
    for note in line.notes.iter().filter(|_| !line.is_quiet) {
        speech.note(note);
    }
    if let Some(file) = line.signatures.as_deref().filter(|_| !line.build) {
        return write_signatures(&options, &line, file, speech);
    }
    match line.build {
        true => {
            let texts = line.build_directory.as_deref();
            let place =
                Place { directory: Path::new("."), texts, is_verbose: line.is_verbose, is_quiet: line.is_quiet };
            build_module(&options, place, speech)
        }
        false => write_generated(&options, line.build_directory.as_deref().unwrap_or(Path::new(".")), speech),
    }
}

/// The options that the line stands for.
fn options(line: &Line) -> Result<Options, Refusal> {
    let mut options = Options {
        module: line.module.clone().unwrap_or_default(),
        files: line.files.clone(),
        f2cmap: line.f2cmap.clone(),
        only: line.only.clone(),
        skip: line.skip.clone(),
        include_directories: line.include.clone(),
        defines: line.defines.clone(),
        undefines: line.undefines.clone(),
        is_compatible: true,
        lower: line.lower,
        library_directories: line.library_directories.clone(),
        libraries: line.libraries.clone(),
        fixed_form_flags: line.fixed_form_flags.clone(),
        free_form_flags: line.free_form_flags.clone(),
        c_flags: line.c_flags.clone(),
        ..Options::default()
    };
    options.add_flags(&line.flags);
    for dependency in &line.dependencies {
        dependency.add_to(&mut options)?;
    }
    let has_signatures = line.files.iter().any(|file| {
        let name = file.to_string_lossy();
        name.ends_with(".pyf") || name.ends_with(".pyf.src")
    });
    if options.module.is_empty() && !has_signatures {
        options.module = UNTITLED.to_owned();
    }
    Ok(options)
}

/// Writes a signature file, or prints it.
fn write_signatures(options: &Options, line: &Line, file: &str, speech: &Speech) -> Result<bool, BuildError> {
    let inspected = fwrap_build::inspect(options, true)?;
    speech.diagnostics(&inspected.diagnostics, &inspected.sources);
    let text = inspected.signature_file.unwrap_or_default();
    let is_done = !inspected.diagnostics.has_errors();
    if file == "stdout" {
        print_out(&text)?;
        return Ok(is_done);
    }
    let path = line.build_directory.as_deref().unwrap_or(Path::new("")).join(file);
    if path.exists() && !line.overwrite {
        let title = format!("`{}` exists", path.display());
        return Err(BuildError::Option { title, help: "`--overwrite-signature` replaces it".to_owned() });
    }
    let directory = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for path in write_texts(&directory, &[(name, &text)])? {
        if !line.is_quiet {
            print_out(&format!("{}\n", path.display()))?;
        }
    }
    Ok(is_done)
}
