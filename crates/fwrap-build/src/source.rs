//! The files of a build: told apart by suffix, read as text.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};

use fwrap_core::source::SourceFile;

use crate::directory::expand_directories;
use crate::error::BuildError;
use crate::fypp::{name_of_output, run_fypp_on_all};
use crate::options::Options;

/// What a file is, by its suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// Fortran in fixed form.
    FixedForm,
    /// Fortran in free form.
    FreeForm,
    /// Fortran for the preprocessor fypp.
    Fypp,
    /// A signature file: interfaces without code.
    Signatures,
    /// C.
    C,
    /// An object or archive.
    Object,
    /// A shared library.
    SharedLibrary,
}

impl FileKind {
    /// Tells what a file is.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy();
        let suffix = name.rsplit_once('.').map_or("", |(_, suffix)| suffix);
        Some(match suffix.to_ascii_lowercase().as_str() {
            "f" | "for" | "ftn" | "f77" | "fpp" | "ins" => Self::FixedForm,
            "f90" | "f95" | "f03" | "f08" | "f18" | "f23" => Self::FreeForm,
            "fypp" => Self::Fypp,
            "pyf" => Self::Signatures,
            "src" if name.to_ascii_lowercase().ends_with(".pyf.src") => Self::Signatures,
            "c" => Self::C,
            "o" | "a" => Self::Object,
            "so" => Self::SharedLibrary,
            // `libx.so.3.11`
            _ if name.split('.').skip(1).any(|part| part == "so") => Self::SharedLibrary,
            _ => return None,
        })
    }

    /// Whether core reads it.
    pub(crate) fn is_fortran(self) -> bool {
        matches!(self, Self::FixedForm | Self::FreeForm | Self::Fypp | Self::Signatures)
    }

    /// Whether a directory that was given stands for the file.
    pub(crate) fn is_found_in_directories(path: &Path) -> bool {
        // `.ins` is Fortran in few places, and many other things in more.
        let is_sure = !path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("ins"));
        is_sure && matches!(Self::of(path), Some(Self::FixedForm | Self::FreeForm | Self::Fypp))
    }
}

/// A source that core has read, as the compiler is given it. Its text is in the map of the sources.
#[derive(Clone, Debug)]
pub(crate) struct FortranInput {
    /// As the user named it.
    pub path: PathBuf,
    /// What it is.
    pub kind: FileKind,
    /// Whether a library holds its code.
    pub link_only: bool,
}

/// The files of a build by what is done with them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// Fortran sources.
    pub fortran: Vec<FortranInput>,
    /// C sources.
    pub c: Vec<PathBuf>,
    /// Objects and archives.
    pub objects: Vec<PathBuf>,
    /// Shared libraries.
    pub shared_libraries: Vec<PathBuf>,
}

/// Sorts and reads what was given: the files, and the texts of the Fortran sources in their order. With `link_only`
/// empty but present, no source is compiled.
pub(crate) fn read_inputs(options: &Options) -> Result<(Inputs, Vec<SourceFile>), BuildError> {
    let link_only = options.link_only.as_deref();
    let all_link_only = link_only.is_some_and(<[PathBuf]>::is_empty);
    let given = expand_directories(&options.files)?.into_iter().map(|path| (path, all_link_only));
    let only_read = expand_directories(link_only.unwrap_or_default())?.into_iter().map(|path| (path, true));
    let (mut inputs, mut known) = (Inputs::default(), HashMap::new());
    for (path, link_only) in given.chain(only_read) {
        let kind = FileKind::of(&path).ok_or_else(|| missing_or_unknown(&path))?;
        match kind {
            FileKind::C => inputs.c.push(readable(&path)?),
            FileKind::Object => inputs.objects.push(readable(&path)?),
            FileKind::SharedLibrary => inputs.shared_libraries.push(readable(&path)?),
            _ => match known.entry(path.clone()) {
                // A file that is named twice is one file; as link-only, its code is not compiled.
                Entry::Occupied(entry) => {
                    let known: &mut FortranInput = &mut inputs.fortran[*entry.get()];
                    known.link_only |= link_only;
                }
                Entry::Vacant(entry) => {
                    entry.insert(inputs.fortran.len());
                    let link_only = link_only || kind == FileKind::Signatures;
                    inputs.fortran.push(FortranInput { path, kind, link_only });
                }
            },
        }
    }
    if inputs.fortran.is_empty() {
        return Err(BuildError::NoSources);
    }
    let texts = read_texts(&inputs.fortran, options)?;
    Ok((inputs, texts))
}

/// The texts of the sources, as core is to read them.
fn read_texts(inputs: &[FortranInput], options: &Options) -> Result<Vec<SourceFile>, BuildError> {
    let fypp: Vec<PathBuf> =
        inputs.iter().filter(|input| input.kind == FileKind::Fypp).map(|input| input.path.clone()).collect();
    // What cannot be read is said before fypp, which says it less well.
    for path in &fypp {
        readable(path)?;
    }
    let mut outputs = run_fypp_on_all(&fypp, options)?.into_iter();
    let source = |input: &FortranInput| {
        let (path, text) = match input.kind {
            FileKind::Fypp => {
                let text = outputs.next().unwrap_or_default();
                (name_of_output(&input.path, &text), text)
            }
            _ => (input.path.to_string_lossy().into_owned(), read_text(&input.path)?),
        };
        Ok(SourceFile { link_only: input.link_only, ..SourceFile::new(path, text) })
    };
    inputs.iter().map(source).collect()
}

fn missing_or_unknown(path: &Path) -> BuildError {
    match fs::metadata(path) {
        Err(error) => BuildError::unreadable(path, &error),
        Ok(_) => BuildError::UnknownSuffix { path: path.to_owned() },
    }
}

fn readable(path: &Path) -> Result<PathBuf, BuildError> {
    match fs::File::open(path) {
        Ok(_) => Ok(path.to_owned()),
        Err(error) => Err(BuildError::unreadable(path, &error)),
    }
}

/// Reads a text; bytes that are not UTF-8 are read as Latin-1, which is what old sources hold.
pub(crate) fn read_text(path: &Path) -> Result<String, BuildError> {
    let bytes = fs::read(path).map_err(|error| BuildError::unreadable(path, &error))?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| error.as_bytes().iter().map(|&byte| char::from(byte)).collect()))
}

/// The notes: the file named, else `fwrap.toml` here, in the directory given first, or beside the first source.
pub(crate) fn read_notes(options: &Options, inputs: &Inputs) -> Result<Option<SourceFile>, BuildError> {
    let path = match &options.notes {
        Some(path) => path.clone(),
        None => {
            let first = options.files.iter().chain(options.link_only.iter().flatten()).next();
            let inside = first.map(|first| first.join("fwrap.toml"));
            let beside = inputs.fortran.first().map(|first| first.path.with_file_name("fwrap.toml"));
            let candidates = [Some(PathBuf::from("fwrap.toml")), inside, beside];
            match candidates.into_iter().flatten().find(|path| path.is_file()) {
                Some(path) => path,
                None => return Ok(None),
            }
        }
    };
    Ok(Some(SourceFile::new(path.to_string_lossy(), read_text(&path)?)))
}

/// What the user knows of kinds: the file named, else `.f2py_f2cmap` here, as f2py has it.
pub(crate) fn read_kind_map(options: &Options) -> Result<Option<SourceFile>, BuildError> {
    let here = Path::new(".f2py_f2cmap");
    let path = options.f2cmap.as_deref().or_else(|| here.is_file().then_some(here));
    path.map(|path| Ok(SourceFile::new(path.to_string_lossy(), read_text(path)?))).transpose()
}

/// Finds an included file beside the file that includes it, in the directories given, or here.
pub(crate) fn load_include(name: &str, from: &str, directories: &[PathBuf]) -> Option<(String, String)> {
    let beside = Path::new(from).parent().map(Path::to_owned);
    let candidates = beside.into_iter().chain(directories.iter().cloned()).chain([PathBuf::new()]);
    candidates
        .map(|directory| directory.join(name))
        .find(|path| path.is_file())
        .and_then(|path| Some((path.to_string_lossy().into_owned(), read_text(&path).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_tell_what_a_file_is() {
        let kind = |name: &str| FileKind::of(Path::new(name));
        assert_eq!(kind("a/b.F"), Some(FileKind::FixedForm));
        assert_eq!(kind("x.y.f90"), Some(FileKind::FreeForm));
        assert_eq!(kind("liblapack.so.3.11"), Some(FileKind::SharedLibrary));
        assert_eq!(kind("libx.a"), Some(FileKind::Object));
        assert_eq!(kind("k.c"), Some(FileKind::C));
        assert_eq!((kind("k.fypp"), kind("k.f23")), (Some(FileKind::Fypp), Some(FileKind::FreeForm)));
        assert_eq!((kind("k.pyf"), kind("k.pyf.src")), (Some(FileKind::Signatures), Some(FileKind::Signatures)));
        assert_eq!(kind("k.src"), None);
        assert_eq!(kind("fwrap.toml"), None);
        assert_eq!(kind("makefile"), None);
    }

    fn read(files: &[PathBuf], link_only: Option<&[PathBuf]>) -> Result<(Inputs, Vec<SourceFile>), BuildError> {
        let link_only = link_only.map(<[PathBuf]>::to_vec);
        read_inputs(&Options { files: files.to_vec(), link_only, ..Options::default() })
    }

    #[test]
    fn latin_1_is_read_and_files_are_named_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("old.f");
        fs::write(&path, b"C     f\xfcr\n").unwrap();
        let (inputs, texts) = read(&[path.clone(), path.clone()], None).unwrap();
        assert_eq!((inputs.fortran.len(), texts.len()), (1, 1));
        assert_eq!(texts[0].text, "C     f\u{fc}r\n");
        assert!(read(std::slice::from_ref(&path), Some(&[])).unwrap().1[0].link_only);
        assert!(read(std::slice::from_ref(&path), Some(std::slice::from_ref(&path))).unwrap().1[0].link_only);
        assert!(matches!(read(&[], None), Err(BuildError::NoSources)));
    }

    #[test]
    fn a_missing_file_is_told_from_an_unknown_one() {
        let directory = tempfile::tempdir().unwrap();
        let unknown = directory.path().join("notes.txt");
        assert!(matches!(read(std::slice::from_ref(&unknown), None), Err(BuildError::Unreadable { .. })));
        fs::write(&unknown, "").unwrap();
        assert!(matches!(read(&[unknown], None), Err(BuildError::UnknownSuffix { .. })));
    }

    #[test]
    fn includes_are_found_beside_the_file_first() {
        let directory = tempfile::tempdir().unwrap();
        let (near, far) = (directory.path().join("near"), directory.path().join("far"));
        for folder in [&near, &far] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("sizes.inc"), folder.file_name().unwrap().to_str().unwrap()).unwrap();
        }
        let from = near.join("k.f90");
        let load = |name: &str| load_include(name, from.to_str().unwrap(), std::slice::from_ref(&far));
        assert_eq!(load("sizes.inc").unwrap().1, "near");
        fs::remove_file(near.join("sizes.inc")).unwrap();
        assert_eq!(load("sizes.inc").unwrap().1, "far");
        assert!(load("other.inc").is_none());
    }
}
