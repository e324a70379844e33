//! From files to generated texts: reads what core needs, and keeps what the build needs besides.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fwrap_core::analysis::question::Question;
use fwrap_core::source::{SourceFile, SourceMap};
use fwrap_core::{Files, Generated, Request, Texts, generate};

use crate::error::BuildError;
use crate::expectation;
use crate::options::{Options, check_module_name};
use crate::predefined::predefined_macros;
use crate::question::{OpenQuestions, run_with_answers};
use crate::source::{FileKind, Inputs, load_include, read_inputs, read_kind_map, read_notes};

/// Sources that have been read, and the texts that were generated from them.
pub struct Reading {
    /// The module's name.
    pub module: String,
    /// What core made of the sources.
    pub generated: Generated,
    pub(crate) inputs: Inputs,
    /// The procedures that keep no state, as the texts were printed: what an earlier build has found, if there was one.
    pub(crate) expected: Option<BTreeSet<String>>,
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
        let Files { rust, shim, glue, stub, c_code } = files;
        let name = &self.module;
        [
            (format!("{name}.rs"), Some(rust)),
            (format!("{name}_shim.f90"), shim.as_ref()),
            (format!("{name}_python.rs"), glue.as_ref()),
            (format!("{name}_code.c"), c_code.as_ref()),
            (format!("{name}.pyi"), stub.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?.as_str())))
        .collect()
    }

    /// Every file that was read: a change of any of them may change what is generated.
    #[must_use]
    pub fn files_read(&self) -> Vec<PathBuf> {
        let fortran = self.inputs.fortran.iter().map(|source| source.path.clone());
        let included = self.generated.read.iter().map(PathBuf::from);
        let others = [&self.inputs.c, &self.inputs.objects, &self.inputs.shared_libraries].into_iter().flatten();
        let mut files: Vec<PathBuf> =
            fortran.chain(included).chain(others.cloned()).chain(self.notes.iter().cloned()).collect();
        files.sort();
        files.dedup();
        files
    }
}

impl OpenQuestions for Generated {
    fn questions(&self) -> &[Question] {
        &self.questions
    }

    fn into_sources(self) -> SourceMap {
        self.sources
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
    read_expecting(options, texts, |_, _| None)
}

/// The same for `fwrap build`: which procedures keep state will be found in the objects, and is expected to be what it was
/// the last time.
pub fn read_for_build(options: &Options) -> Result<Reading, BuildError> {
    read_expecting(options, Texts::RustAndPython, expectation::load)
}

fn read_expecting(
    options: &Options,
    texts: Texts,
    expect: impl FnOnce(&str, &Inputs) -> Option<BTreeSet<String>>,
) -> Result<Reading, BuildError> {
    let (inputs, sources) = read_inputs(options)?;
    let module = module_name(options, &sources)?;
    if texts != Texts::None {
        check_one_module(options, &sources)?;
    }
    let notes = read_notes(options, &inputs)?;
    let notes_path = notes.as_ref().map(|notes| PathBuf::from(&notes.path));
    let expected = expect(&module, &inputs);
    let stateless = expected.clone().unwrap_or_default();
    let request = Request { module: module.clone(), notes, texts, stateless, ..request(options, &sources)? };
    let load = |name: &str, from: &str| load_include(name, from, &options.include_directories);
    let generated = run_with_answers(options, sources, |sources, answers| {
        generate(Request { sources, answers, ..request.clone() }, &load)
    })?;
    Ok(Reading { module, generated, inputs, expected, notes: notes_path })
}

/// The module's name: that of a signature file, else that of the options, else the first source's.
pub(crate) fn module_name(options: &Options, sources: &[SourceFile]) -> Result<String, BuildError> {
    let module = match (sources.iter().find_map(name_in_signatures), options.module.as_str()) {
        (Some(name), _) => name,
        (None, "") => default_module_name(sources[0].stem()),
        (None, name) => name.to_owned(),
    };
    check_module_name(&module)?;
    Ok(module)
}

/// A build makes one module, which has a name.
fn check_one_module(options: &Options, sources: &[SourceFile]) -> Result<(), BuildError> {
    let mut names: Vec<String> = sources.iter().filter_map(name_in_signatures).collect();
    names.sort();
    names.dedup();
    match names.len() {
        0 if options.needs_module_name && options.module.is_empty() => Err(BuildError::NoModuleName),
        0 | 1 => Ok(()),
        _ => Err(BuildError::SeveralModules { names }),
    }
}

/// The name that a signature file gives to the Python module: `python module NAME`, which holds no `__user__`.
fn name_in_signatures(source: &SourceFile) -> Option<String> {
    if !FileKind::of(Path::new(&source.path)).is_some_and(|kind| kind == FileKind::Signatures) {
        return None;
    }
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    source.text.lines().find_map(|line| {
        let line = line.trim_start();
        let rest = line.get(..6).filter(|word| word.eq_ignore_ascii_case("python")).map(|_| line[6..].trim_start())?;
        let rest = rest.get(..6).filter(|word| word.eq_ignore_ascii_case("module")).map(|_| rest[6..].trim_start())?;
        let name = &rest[..rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len())];
        (!name.is_empty() && !name.contains("__user__")).then(|| name.to_owned())
    })
}

/// What the options say of a request; the sources are to be put in, as they are too long to be copied.
pub(crate) fn request(options: &Options, sources: &[SourceFile]) -> Result<Request, BuildError> {
    options.check_forms(sources)?;
    Ok(Request {
        only: options.only.clone(),
        skip: options.skip.clone(),
        deny: options.deny.clone(),
        defines: options.defines.iter().filter(|(name, _)| !options.undefines.contains(name)).cloned().collect(),
        predefined: predefined_macros(sources, options),
        openmp: options.openmp(),
        checked: options.checked,
        is_compatible: options.is_compatible,
        lower: options.lower,
        fixed_line_length: options.fixed_line_length(),
        default_kinds: options.default_kinds()?,
        f2cmap: read_kind_map(options)?,
        ..Request::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_file_names_the_module() {
        let name = |path: &str, text: &str| name_in_signatures(&SourceFile::new(path, text));
        let text = "! python module no\npython module f__user__routines\nend\n  Python  MODULE dop ! in\n";
        assert_eq!(name("a.pyf", text).as_deref(), Some("dop"));
        assert_eq!(name("a.pyf.src", "python module _flapack\n").as_deref(), Some("_flapack"));
        assert_eq!(name("a.pyf", "pythonic\nsubroutine f\n"), None);
        assert_eq!(name("a.f90", text), None);
    }

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
