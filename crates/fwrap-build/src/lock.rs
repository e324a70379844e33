//! Locks between builds: files that one build holds, and that the system lets go when the build ends, however it ends.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How often a lock that another build holds is tried again.
const POLL: Duration = Duration::from_millis(20);

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Waits until nobody else holds the lock; `None` as soon as `given_up` says that nobody wants it any more.
    pub(crate) fn exclusive(path: &Path, mut given_up: impl FnMut() -> bool) -> io::Result<Option<Self>> {
        loop {
            if let Some(lock) = take(path, File::try_lock)? {
                return Ok(Some(lock));
            }
            if given_up() {
                return Ok(None);
            }
            std::thread::sleep(POLL);
        }
    }

    /// The lock if nobody else holds it now.
    pub(crate) fn try_exclusive(path: &Path) -> Option<Self> {
        take(path, File::try_lock).ok().flatten()
    }

    /// A lock that several hold, and that keeps an exclusive one away; `None` while somebody has that one. An error
    /// where there can be no lock.
    pub(crate) fn try_shared(path: &Path) -> io::Result<Option<Self>> {
        take(path, File::try_lock_shared)
    }

    /// Says that what the lock is for is used now. Who may only read does not say it.
    pub(crate) fn touch(&self) {
        let _ = self.file.set_modified(SystemTime::now());
    }
}

/// Takes a lock by `how`; `None` where another build is in the way.
fn take(path: &Path, how: impl Fn(&File) -> Result<(), TryLockError>) -> io::Result<Option<Lock>> {
    // A directory that is only readable has its locks as well, if the files are there.
    let created = File::options().create(true).truncate(false).write(true).open(path);
    let file = created.or_else(|error| File::open(path).map_err(|_| error))?;
    match how(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // Who held it before may have removed the file: then this is a lock that nobody else will ever see.
    let (held, there) = (file.metadata()?, path.metadata());
    let is_same = there.is_ok_and(|there| (there.dev(), there.ino()) == (held.dev(), held.ino()));
    Ok(is_same.then_some(Lock { file }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_or_several_share_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.lock");
        let first = Lock::exclusive(&path, || true).unwrap().unwrap();
        assert!(Lock::try_exclusive(&path).is_none() && Lock::try_shared(&path).unwrap().is_none());
        assert!(Lock::exclusive(&path, || true).unwrap().is_none());
        drop(first);
        let shared = [Lock::try_shared(&path), Lock::try_shared(&path)].map(|lock| lock.unwrap().unwrap());
        assert!(Lock::try_exclusive(&path).is_none());
        drop(shared);
        assert!(Lock::try_exclusive(&path).is_some());
    }

    #[test]
    fn a_lock_that_was_removed_is_taken_anew() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.lock");
        let held = Lock::try_exclusive(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let new = Lock::try_exclusive(&path).unwrap();
        assert!(Lock::try_exclusive(&path).is_none());
        drop((held, new));
    }

    #[test]
    fn a_place_that_is_not_there_is_an_error() {
        assert!(Lock::exclusive(Path::new("/nonexistent/x.lock"), || true).is_err());
        assert!(Lock::try_shared(Path::new("/nonexistent/x.lock")).is_err());
    }
}
