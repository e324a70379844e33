//! From files to generated texts: reads what core needs, and keeps what the build needs besides.

use std::path::{Path, PathBuf};

use fwrap_core::{Files, Generated, Request, Texts, generate};

use crate::error::BuildError;
use crate::options::{Options, check_module_name};
use crate::source::{FileKind, Inputs, load_include, read_inputs, read_notes};

/// Sources that have been read, and the texts that were generated from them.
pub struct Reading {
    /// The module's name.
    pub module: String,
    /// What core made of the sources.
    pub generated: Generated,
    pub(crate) inputs: Inputs,
    pub(crate) notes: Option<PathBuf>,
}

impl Reading {
    /// How many procedures are wrapped, and how many there are.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let procedures = &self.generated.procedures;
        (procedures.iter().filter(|procedure| procedure.wrapped).count(), procedures.len())
    }

    /// The names and texts of the files that `fwrap generate` writes.
    #[must_use]
    pub fn texts(&self) -> Vec<(String, &str)> {
        let Some(files) = &self.generated.files else { return Vec::new() };
        let Files { rust, shim, glue, stub, .. } = files;
        let name = &self.module;
        [
            (format!("{name}.rs"), Some(rust)),
            (format!("{name}_shim.f90"), shim.as_ref()),
            (format!("{name}_python.rs"), glue.as_ref()),
            (format!("{name}.pyi"), stub.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?.as_str())))
        .collect()
    }

    /// Every file that was read: a change of any of them may change what is generated.
    #[must_use]
    pub fn files_read(&self) -> Vec<PathBuf> {
        let fortran = self.inputs.fortran.iter().map(|source| PathBuf::from(&source.path));
        let included = self.generated.read.iter().map(PathBuf::from);
        let others = [&self.inputs.c, &self.inputs.objects, &self.inputs.shared_libraries].into_iter().flatten();
        let mut files: Vec<PathBuf> =
            fortran.chain(included).chain(others.cloned()).chain(self.notes.iter().cloned()).collect();
        files.sort();
        files.dedup();
        files
    }
}

/// The stem of a file as a name that a module can have.
fn default_module_name(stem: &str) -> String {
    let fit = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let mut name: String = stem.chars().map(fit).take(40).collect();
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name.insert_str(0, "m_");
        name.truncate(40);
    }
    if check_module_name(&name).is_err() {
        name.push('_');
    }
    name
}

/// Reads the sources and notes and generates the texts. Errors in the sources are in the diagnostics of what comes
/// back, not in the `Err`.
pub fn read(options: &Options, texts: Texts) -> Result<Reading, BuildError> {
    let given = options.files.iter().chain(options.link_only.iter().flatten()).map(PathBuf::as_path);
    let fortran: Vec<&Path> = given.filter(|path| FileKind::of(path).is_some_and(FileKind::is_fortran)).collect();
    let inputs = read_inputs(&options.files, options.link_only.as_deref())?;
    let module = match options.module.as_str() {
        "" => default_module_name(inputs.fortran[0].stem()),
        name => name.to_owned(),
    };
    check_module_name(&module)?;
    let notes = read_notes(options.notes.as_deref(), &fortran)?;
    let notes_path = notes.as_ref().map(|notes| PathBuf::from(&notes.path));
    let request = Request {
        module: module.clone(),
        sources: inputs.fortran.clone(),
        notes,
        only: options.only.clone(),
        skip: options.skip.clone(),
        deny: options.deny.clone(),
        defines: options.defines.clone(),
        fixed_line_length: options.fixed_line_length(),
        default_kinds: options.default_kinds()?,
        texts,
    };
    let generated = generate(request, &|name, from| load_include(name, from, &options.include_directories));
    Ok(Reading { module, generated, inputs, notes: notes_path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stem_becomes_a_name() {
        let cases = [("kernel", "kernel"), ("my-file", "my_file"), ("2d", "m_2d"), ("match", "match_"), ("", "m_")];
        for (stem, name) in cases {
            assert_eq!(default_module_name(stem), name);
            assert!(check_module_name(&default_module_name(stem)).is_ok(), "{stem}");
        }
        assert!(check_module_name(&default_module_name(&"é9".repeat(60))).is_ok());
    }
}
