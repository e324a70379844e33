//! The user's cache: what is compiled once and used by every later build.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};

use crate::error::BuildError;

/// The most objects that are kept.
const OBJECTS_KEPT: usize = 1000;

/// A directory whose entries appear whole or not at all, named by the hash of all that they depend on.
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    /// Opens `FWRAP_CACHE`, else the user's cache directory.
    pub(crate) fn open() -> Result<Self, BuildError> {
        let root = match std::env::var_os("FWRAP_CACHE").filter(|value| !value.is_empty()) {
            Some(directory) => std::path::absolute(PathBuf::from(directory)).unwrap_or_default(),
            None => etcetera::choose_base_strategy()
                .map(|strategy| strategy.cache_dir().join("fwrap"))
                .unwrap_or_else(|_| std::env::temp_dir().join("fwrap-cache")),
        };
        Self::open_at(root)
    }

    /// Opens the cache in this directory.
    pub(crate) fn open_at(root: PathBuf) -> Result<Self, BuildError> {
        for room in ["runtime", "objects", "answers"] {
            let directory = root.join(room);
            fs::create_dir_all(&directory).map_err(|error| BuildError::unwritable(&directory, &error))?;
        }
        Ok(Self { root })
    }

    /// The directory itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the entry with this key is or would be.
    pub(crate) fn path(&self, room: &str, key: &str) -> PathBuf {
        self.root.join(room).join(key)
    }

    /// A small text kept under a key.
    pub(crate) fn text(&self, room: &str, key: &str) -> Option<String> {
        fs::read_to_string(self.path(room, key)).ok()
    }

    /// Keeps a file under a key; another build that does the same writes the same bytes.
    pub(crate) fn store(&self, room: &str, key: &str, bytes: &[u8]) -> Result<PathBuf, BuildError> {
        let path = self.path(room, key);
        let failed = |error: &std::io::Error| BuildError::unwritable(&path, error);
        let mut file = tempfile::NamedTempFile::new_in(self.root.join(room)).map_err(|error| failed(&error))?;
        file.write_all(bytes).map_err(|error| failed(&error))?;
        file.persist(&path).map_err(|error| failed(&error.error))?;
        Ok(path)
    }

    /// Keeps a copy of an object file and makes room for it.
    pub(crate) fn store_object(&self, key: &str, object: &Path) -> Result<(), BuildError> {
        let bytes = fs::read(object).map_err(|error| BuildError::unreadable(object, &error))?;
        self.store("objects", key, &bytes)?;
        self.drop_oldest_objects();
        Ok(())
    }

    /// Copies the object with this key to `target`, if there is one.
    pub(crate) fn fetch_object(&self, key: &str, target: &Path) -> bool {
        let path = self.path("objects", key);
        if fs::copy(&path, target).is_err() {
            return false;
        }
        // The time of last use decides what goes first; a cache that cannot be touched still serves.
        let _ =
            File::options().append(true).open(&path).and_then(|file| file.set_modified(std::time::SystemTime::now()));
        true
    }

    fn drop_oldest_objects(&self) {
        let Ok(entries) = fs::read_dir(self.root.join("objects")) else { return };
        let mut objects: Vec<_> = entries
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        if objects.len() > OBJECTS_KEPT {
            objects.sort();
            for (_, path) in &objects[..objects.len() - OBJECTS_KEPT / 2] {
                let _ = fs::remove_file(path);
            }
        }
    }

    /// Waits for the lock of this name; it is held until the file is dropped, also by a build that is killed.
    pub(crate) fn lock(&self, room: &str, name: &str) -> Result<File, BuildError> {
        let path = self.root.join(room).join(format!("{name}.lock"));
        let failed = |error: std::io::Error| BuildError::unwritable(&path, &error);
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(file)
    }
}

/// The key of something that depends on all these parts. Parts cannot run into each other.
pub(crate) fn key<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// What changes when a file is replaced: its path, size and time.
pub(crate) fn stamp(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    let time = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", path.display(), metadata.len(), time.as_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_key_do_not_run_together() {
        assert_ne!(key([b"ab".as_slice(), b"c"]), key([b"a".as_slice(), b"bc"]));
        assert_eq!(key([b"ab".as_slice()]).len(), 32);
    }

    #[test]
    fn objects_come_back_and_the_oldest_go() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open_at(directory.path().join("cache")).unwrap();
        let object = directory.path().join("x.o");
        fs::write(&object, "object").unwrap();
        assert!(!cache.fetch_object("k", &object));
        cache.store_object("k", &object).unwrap();
        let copy = directory.path().join("y.o");
        assert!(cache.fetch_object("k", &copy));
        assert_eq!(fs::read_to_string(copy).unwrap(), "object");
        for number in 0..OBJECTS_KEPT + 1 {
            fs::write(cache.path("objects", &format!("old{number}")), "").unwrap();
        }
        cache.drop_oldest_objects();
        assert!(fs::read_dir(cache.root().join("objects")).unwrap().count() <= OBJECTS_KEPT / 2 + 1);
    }

    #[test]
    fn a_directory_below_a_file_is_an_error_with_its_path() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Cache::open_at(file.path().join("cache")).err().unwrap();
        assert!(error.to_string().starts_with("cannot write `"), "{error}");
    }
}
