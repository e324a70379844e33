//! Writing files so that all of them appear or none.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

use crate::error::BuildError;
use crate::interruption::Part;
use crate::work::remove_old_files;

/// What the names of files begin with that are not yet in their place.
const PREFIX: &str = ".fwrap-";
/// A file of that age was left by a build that was killed: writing takes no time.
const LONG_AGO: Duration = Duration::from_secs(3600);

/// A file that is to appear in a directory.
pub(crate) struct NewFile<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
    pub executable: bool,
}

/// Makes the directory if it is missing, and finds out whether files can be made in it: no long work should be in vain.
pub(crate) fn prepare_directory(directory: &Path) -> Result<PathBuf, BuildError> {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let failed = |error: std::io::Error| BuildError::unwritable(directory, &error);
    fs::create_dir_all(directory).map_err(failed)?;
    remove_old_files(directory, PREFIX, LONG_AGO);
    let _part = Part::begin()?;
    temporary_file(directory, false).map_err(failed)?;
    Ok(directory.to_owned())
}

fn temporary_file(directory: &Path, executable: bool) -> std::io::Result<NamedTempFile> {
    let mode = if executable { 0o777 } else { 0o666 };
    tempfile::Builder::new().prefix(PREFIX).permissions(fs::Permissions::from_mode(mode)).tempfile_in(directory)
}

/// Writes files under temporary names, and renames them only when all of them are written.
pub(crate) fn publish(directory: &Path, files: &[NewFile<'_>]) -> Result<Vec<PathBuf>, BuildError> {
    let directory = prepare_directory(directory)?;
    let _part = Part::begin()?;
    let mut written = Vec::new();
    for file in files {
        let target = match directory.as_path() {
            here if here == Path::new(".") => PathBuf::from(file.name),
            directory => directory.join(file.name),
        };
        // A rename does not replace a directory, and that must be known before the first of them.
        if target.is_dir() {
            return Err(BuildError::Unwritable { path: target, reason: "it is a directory".to_owned() });
        }
        let write = || {
            let mut temporary = temporary_file(&directory, file.executable)?;
            temporary.write_all(file.bytes)?;
            Ok(temporary)
        };
        let temporary = write().map_err(|error: std::io::Error| BuildError::unwritable(&target, &error))?;
        written.push((temporary, target));
    }
    let mut published = Vec::new();
    for (temporary, target) in written {
        temporary.persist(&target).map_err(|error| BuildError::unwritable(&target, &error.error))?;
        published.push(target);
    }
    Ok(published)
}

/// Writes texts into a directory: all of them or none.
pub fn write_texts(directory: &Path, texts: &[(String, &str)]) -> Result<Vec<PathBuf>, BuildError> {
    let files: Vec<NewFile<'_>> =
        texts.iter().map(|(name, text)| NewFile { name, bytes: text.as_bytes(), executable: false }).collect();
    publish(directory, &files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_appear_or_none() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("new/folder");
        let written = write_texts(&target, &[("a.rs".to_owned(), "a"), ("b.pyi".to_owned(), "b")]).unwrap();
        assert_eq!(written, [target.join("a.rs"), target.join("b.pyi")]);
        fs::create_dir(target.join("c.rs")).unwrap();
        let error = write_texts(&target, &[("a.rs".to_owned(), "new"), ("c.rs".to_owned(), "c")]).unwrap_err();
        assert!(error.to_string().contains("c.rs"), "{error}");
        assert_eq!(fs::read_to_string(target.join("a.rs")).unwrap(), "a");
        assert_eq!(fs::read_dir(&target).unwrap().count(), 3);
    }

    #[test]
    fn extensions_are_executable_and_texts_are_not() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name, executable| NewFile { name, bytes: b"x", executable };
        let written = publish(directory.path(), &[file("k.so", true), file("k.pyi", false)]).unwrap();
        let modes: Vec<u32> =
            written.iter().map(|path| path.metadata().unwrap().permissions().mode() & 0o500).collect();
        assert_eq!(modes, [0o500, 0o400]);
    }

    #[test]
    fn a_directory_below_a_file_cannot_be_written() {
        let file = NamedTempFile::new().unwrap();
        assert!(matches!(write_texts(&file.path().join("x"), &[]), Err(BuildError::Unwritable { .. })));
    }
}
