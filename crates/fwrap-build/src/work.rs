//! The directory for a build's files in between: taken away at the end, or by a later build where this one was killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::error::BuildError;
use crate::interruption::Part;
use crate::lock::Lock;

/// What the names of these directories begin with.
const PREFIX: &str = "fwrap-work-";
/// The file inside whose lock the build holds: without it, the directory is somebody else's.
const LOCK: &str = ".fwrap-lock";
/// A directory that is younger may not have its lock yet.
const YOUNG: Duration = Duration::from_secs(60);

/// A directory of its own for a build.
#[derive(Debug)]
pub(crate) struct WorkDirectory {
    // In this order: the directory goes before the lock, and both before an interruption may go on.
    directory: TempDir,
    _lock: Option<Lock>,
    _part: Part,
}

impl WorkDirectory {
    /// Makes one in the system's directory for such files (`TMPDIR`).
    pub(crate) fn new() -> Result<Self, BuildError> {
        Self::new_in(&std::env::temp_dir())
    }

    fn new_in(room: &Path) -> Result<Self, BuildError> {
        remove_abandoned(room);
        let part = Part::begin()?;
        let directory = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(room)
            .map_err(|error| BuildError::unwritable(room, &error))?;
        let lock = Lock::try_exclusive(&directory.path().join(LOCK));
        Ok(Self { directory, _lock: lock, _part: part })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// Removes the directories of builds that were killed.
fn remove_abandoned(room: &Path) {
    for entry in fs::read_dir(room).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && is_older(&entry.path(), YOUNG) {
            let lock = entry.path().join(LOCK);
            if lock.is_file()
                && let Some(_held) = Lock::try_exclusive(&lock)
            {
                // It may belong to somebody else, who will take it away.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Whether a file has not been changed for this long.
pub(crate) fn is_older(path: &Path, age: Duration) -> bool {
    let modified = fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|elapsed| elapsed > age))
}

/// Removes files in a directory whose names begin like this and that are older than any build takes to write them.
pub(crate) fn remove_old_files(directory: &Path, prefix: &str, age: Duration) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let old: Vec<PathBuf> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
        .filter(|path| is_older(path, age))
        .collect();
    for path in old {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::SystemTime;

    fn make_old(path: &Path) {
        File::open(path).unwrap().set_modified(SystemTime::now() - 2 * YOUNG).unwrap();
    }

    #[test]
    fn what_killed_builds_left_goes_and_nothing_else() {
        let room = tempfile::tempdir().unwrap();
        let (killed, other) = (room.path().join("fwrap-work-killed"), room.path().join("fwrap-work-other"));
        for directory in [&killed, &other] {
            fs::create_dir(directory).unwrap();
            fs::write(directory.join("x.o"), "").unwrap();
        }
        fs::write(killed.join(LOCK), "").unwrap();
        let at_work = WorkDirectory::new_in(room.path()).unwrap();
        assert!(killed.exists(), "it is young");
        for directory in [&killed, &other, at_work.path()] {
            make_old(directory);
        }
        let second = WorkDirectory::new_in(room.path()).unwrap();
        assert!(!killed.exists() && other.exists() && at_work.path().exists() && second.path().exists());
        let paths = [at_work.path().to_owned(), second.path().to_owned()];
        drop((at_work, second));
        assert!(paths.iter().all(|path| !path.exists()));
    }

    #[test]
    fn old_files_go_by_their_prefix() {
        let room = tempfile::tempdir().unwrap();
        for name in [".fwrap-old", ".fwrap-new", "kept"] {
            fs::write(room.path().join(name), "").unwrap();
        }
        make_old(&room.path().join(".fwrap-old"));
        make_old(&room.path().join("kept"));
        remove_old_files(room.path(), ".fwrap-", YOUNG);
        assert!(!room.path().join(".fwrap-old").exists());
        assert!(room.path().join(".fwrap-new").exists() && room.path().join("kept").exists());
    }

    #[test]
    fn a_place_that_is_not_there_is_named() {
        let error = WorkDirectory::new_in(Path::new("/nonexistent/tmp")).unwrap_err();
        assert!(error.to_string().starts_with("cannot write `/nonexistent/tmp`: "), "{error}");
    }
}
