//! The files of a build: told apart by suffix, read as text.

use std::fs;
use std::path::{Path, PathBuf};

use fwrap_core::source::SourceFile;

use crate::error::BuildError;

/// What a file is, by its suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// Fortran in fixed form.
    FixedForm,
    /// Fortran in free form.
    FreeForm,
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
            "f" | "for" | "ftn" | "f77" | "fpp" => Self::FixedForm,
            "f90" | "f95" | "f03" | "f08" | "f18" => Self::FreeForm,
            "c" => Self::C,
            "o" | "a" => Self::Object,
            "so" => Self::SharedLibrary,
            // `libx.so.3.11`
            _ if name.split('.').skip(1).any(|part| part == "so") => Self::SharedLibrary,
            _ => return None,
        })
    }

    pub(crate) fn is_fortran(self) -> bool {
        matches!(self, Self::FixedForm | Self::FreeForm)
    }
}

/// The files of a build by what is done with them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// Fortran sources, read.
    pub fortran: Vec<SourceFile>,
    /// C sources.
    pub c: Vec<PathBuf>,
    /// Objects and archives.
    pub objects: Vec<PathBuf>,
    /// Shared libraries.
    pub shared_libraries: Vec<PathBuf>,
}

/// Sorts and reads what was given. With `link_only` empty but present, no source is compiled.
pub(crate) fn read_inputs(files: &[PathBuf], link_only: Option<&[PathBuf]>) -> Result<Inputs, BuildError> {
    let mut inputs = Inputs::default();
    let all_link_only = link_only.is_some_and(<[PathBuf]>::is_empty);
    let given = files.iter().map(|path| (path, all_link_only));
    let only_read = link_only.unwrap_or_default().iter().map(|path| (path, true));
    for (path, link_only) in given.chain(only_read) {
        match FileKind::of(path).ok_or_else(|| missing_or_unknown(path))? {
            FileKind::FixedForm | FileKind::FreeForm => {
                let mut source = SourceFile::new(path.to_string_lossy(), read_text(path)?);
                source.link_only = link_only;
                // A file that is named twice is one file; as link-only, its code is not compiled.
                match inputs.fortran.iter_mut().find(|known| known.path == source.path) {
                    Some(known) => known.link_only |= link_only,
                    None => inputs.fortran.push(source),
                }
            }
            FileKind::C => inputs.c.push(readable(path)?),
            FileKind::Object => inputs.objects.push(readable(path)?),
            FileKind::SharedLibrary => inputs.shared_libraries.push(readable(path)?),
        }
    }
    if inputs.fortran.is_empty() { Err(BuildError::NoSources) } else { Ok(inputs) }
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

/// The notes: the file named, else `fwrap.toml` here, else beside the first source.
pub(crate) fn read_notes(named: Option<&Path>, files: &[&Path]) -> Result<Option<SourceFile>, BuildError> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => {
            let here = PathBuf::from("fwrap.toml");
            let beside = files.first().map(|first| first.with_file_name("fwrap.toml"));
            match [Some(here), beside].into_iter().flatten().find(|path| path.is_file()) {
                Some(path) => path,
                None => return Ok(None),
            }
        }
    };
    Ok(Some(SourceFile::new(path.to_string_lossy(), read_text(&path)?)))
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
        assert_eq!(kind("fwrap.toml"), None);
        assert_eq!(kind("makefile"), None);
    }

    #[test]
    fn latin_1_is_read_and_files_are_named_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("old.f");
        fs::write(&path, b"C     f\xfcr\n").unwrap();
        let inputs = read_inputs(&[path.clone(), path.clone()], None).unwrap();
        assert_eq!(inputs.fortran.len(), 1);
        assert_eq!(inputs.fortran[0].text, "C     für\n");
        assert!(read_inputs(std::slice::from_ref(&path), Some(&[])).unwrap().fortran[0].link_only);
        assert!(matches!(read_inputs(&[], None), Err(BuildError::NoSources)));
    }

    #[test]
    fn a_missing_file_is_told_from_an_unknown_one() {
        let directory = tempfile::tempdir().unwrap();
        let unknown = directory.path().join("notes.txt");
        assert!(matches!(read_inputs(std::slice::from_ref(&unknown), None), Err(BuildError::Unreadable { .. })));
        fs::write(&unknown, "").unwrap();
        assert!(matches!(read_inputs(&[unknown], None), Err(BuildError::UnknownSuffix { .. })));
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
