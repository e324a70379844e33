//! A directory of files that are what they were when it was sealed, or are noticed not to be.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::cache::checksum;

/// The file with the checksums of all others.
const SEAL: &str = "seal";
/// The file that says how the others looked when their checksums were last found right.
const CHECKED: &str = "checked";

/// Writes down what is in the directory.
pub(crate) fn seal(directory: &Path) -> io::Result<()> {
    let mut lines = String::new();
    for name in files_below(directory)? {
        let sum = checksum(&fs::read(directory.join(&name))?);
        let _ = writeln!(lines, "{sum} {}", name.to_string_lossy());
    }
    fs::write(directory.join(SEAL), format!("{}\n{lines}", checksum(lines.as_bytes())))?;
    let changed = || io::Error::other("its files do not hold what was written to them");
    if is_intact(directory) { Ok(()) } else { Err(changed()) }
}

/// Whether every file is as it was sealed. Reading all of them takes longer than a link, so files that nobody has
/// touched since they were last found right are taken to be right.
pub(crate) fn is_intact(directory: &Path) -> bool {
    let text = fs::read_to_string(directory.join(SEAL)).unwrap_or_default();
    let Some((sum, lines)) = text.split_once('\n') else { return false };
    if sum != checksum(lines.as_bytes()) {
        return false;
    }
    let files: Vec<(&str, PathBuf)> =
        lines.lines().filter_map(|line| line.split_once(' ')).map(|(sum, name)| (sum, directory.join(name))).collect();
    let Some(looks) = files.iter().map(|(_, path)| look(path)).collect::<Option<String>>() else { return false };
    let checked = directory.join(CHECKED);
    if fs::read_to_string(&checked).is_ok_and(|before| before == looks) {
        return true;
    }
    let is_right = files.iter().all(|(sum, path)| fs::read(path).is_ok_and(|bytes| checksum(&bytes) == *sum));
    if is_right {
        // Where it cannot be written, they are read each time.
        let _ = fs::write(checked, looks);
    }
    is_right
}

/// What no writing to a file leaves as it is.
fn look(path: &Path) -> Option<String> {
    let found = fs::metadata(path).ok()?;
    let times = [found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()];
    Some(format!("{} {} {times:?}\n", found.ino(), found.len()))
}

/// The files in it and one level deeper, by their names relative to it.
fn files_below(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = PathBuf::from(entry.file_name());
        if entry.file_type()?.is_dir() {
            for inner in fs::read_dir(entry.path())? {
                files.push(name.join(inner?.file_name()));
            }
        } else {
            files.push(name);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_damage_is_noticed() {
        let directory = tempfile::tempdir().unwrap();
        let (archive, inner) = (directory.path().join("libx.a"), directory.path().join("inner/y.rmeta"));
        let write = || {
            let _ = fs::remove_file(directory.path().join(SEAL));
            let _ = fs::remove_file(directory.path().join(CHECKED));
            fs::create_dir_all(inner.parent().unwrap()).unwrap();
            fs::write(&archive, "archive").unwrap();
            fs::write(&inner, "metadata").unwrap();
            seal(directory.path()).unwrap();
            assert!(is_intact(directory.path()));
            assert!(is_intact(directory.path()), "also by their looks");
        };
        for path in [&archive, &inner, &directory.path().join(SEAL)] {
            let damages: [fn(&Path); 4] = [
                |path| fs::remove_file(path).unwrap(),
                |path| fs::write(path, "").unwrap(),
                |path| fs::write(path, "metadat").unwrap(),
                |path| {
                    let mut bytes = fs::read(path).unwrap();
                    bytes[0] ^= 1;
                    let modified = path.metadata().unwrap().modified().unwrap();
                    fs::write(path, bytes).unwrap();
                    // As old as it was: that is not enough to be believed.
                    fs::File::options().append(true).open(path).unwrap().set_modified(modified).unwrap();
                },
            ];
            for damage in damages {
                write();
                damage(path);
                assert!(!is_intact(directory.path()), "{}", path.display());
            }
        }
        write();
        fs::write(directory.path().join(CHECKED), "").unwrap();
        assert!(is_intact(directory.path()), "then they are read");
        assert!(!is_intact(&directory.path().join("nowhere")));
    }
}
