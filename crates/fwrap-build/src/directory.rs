//! Directories among the sources: the Fortran files in them and below them, in sorted order.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::BuildError;
use crate::source::FileKind;

/// The files that were given, with the Fortran files of directories in their place. A file that is named twice, also
/// through its directory, is one file.
pub fn expand_directories(given: &[PathBuf]) -> Result<Vec<PathBuf>, BuildError> {
    let (mut files, mut known) = (Vec::with_capacity(given.len()), HashSet::new());
    for path in given {
        if path.as_os_str() == "-" {
            return Err(BuildError::StandardInput);
        }
        if !path.is_dir() {
            if known.insert(without_dots(path)) {
                files.push(path.clone());
            }
            continue;
        }
        let mut found = Vec::new();
        collect(path, &mut found)?;
        if found.is_empty() {
            return Err(BuildError::EmptyDirectory { path: path.clone() });
        }
        found.sort();
        files.extend(found.into_iter().filter(|file| known.insert(without_dots(file))));
    }
    Ok(files)
}

/// The same place without `./`.
fn without_dots(path: &Path) -> PathBuf {
    path.components().filter(|component| *component != std::path::Component::CurDir).collect()
}

/// Hidden directories are not entered, nor are links to directories, which may lead round in a circle.
fn collect(directory: &Path, found: &mut Vec<PathBuf>) -> Result<(), BuildError> {
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        let unreadable = |error: std::io::Error| BuildError::unreadable(&directory, &error);
        for entry in fs::read_dir(&directory).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let kind = entry.file_type().map_err(unreadable)?;
            if kind.is_dir() {
                if !entry.file_name().to_string_lossy().starts_with('.') {
                    waiting.push(entry.path());
                }
                continue;
            }
            let path = entry.path();
            // A link may lead to a directory, or nowhere; what is named like a source and is a pipe would never end.
            if FileKind::is_found_in_directories(&path) && (kind.is_file() || kind.is_symlink() && path.is_file()) {
                found.push(path);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::expand_directories;
    use crate::error::BuildError;
    use std::fs;
    use std::path::PathBuf;

    #[test]
    fn directories_stand_for_the_sources_below_them() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for folder in ["src/b", "src/.git", "src/empty.f90", "none"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for file in
            ["src/b/z.F", "src/b.f90", "src/a.FOR", "src/c.fypp", "src/k.pyf", "src/x.c", "src/n.ins", "src/.git/g.f"]
        {
            fs::write(root.join(file), "").unwrap();
        }
        std::os::unix::fs::symlink(root.join("src"), root.join("src/circle")).unwrap();
        std::os::unix::fs::symlink(root.join("nowhere"), root.join("src/broken.f")).unwrap();
        let expand = |given: &[&str]| {
            let given: Vec<PathBuf> = given.iter().map(|path| root.join(path)).collect();
            let files = expand_directories(&given)?.into_iter();
            let name = |path: PathBuf| path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            Ok::<Vec<String>, BuildError>(files.map(name).collect())
        };
        let sources = ["src/a.FOR", "src/b/z.F", "src/b.f90", "src/c.fypp"];
        assert_eq!(expand(&["src"]).unwrap(), sources);
        assert_eq!(expand(&["src/b.f90", "src", "src/k.pyf"]).unwrap()[..2], ["src/b.f90", "src/a.FOR"]);
        assert_eq!(expand(&["src", "src/./b.f90", "src/k.pyf"]).unwrap().len(), 5);
        assert!(matches!(expand(&["none"]), Err(BuildError::EmptyDirectory { .. })));
        assert!(matches!(expand_directories(&["-".into()]), Err(BuildError::StandardInput)));
        // What is not there is said where it is opened.
        assert_eq!(expand(&["missing.f90"]).unwrap(), ["missing.f90"]);
    }
}
