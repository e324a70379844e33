//! The user's cache: what is compiled once and used by every later build.
//!
//! Nothing in it is needed: what is missing is made again, what is damaged counts as missing, and a cache that cannot
//! be written only costs time. Every entry carries the checksum of its bytes, as files may be cut off or overwritten
//! by what happens to a disk.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};

use crate::error::BuildError;
use crate::work::remove_old_files;

/// The rooms whose entries are files, with the most entries that each keeps.
const ROOMS: &[(&str, usize)] = &[("objects", 1000), ("answers", 4000)];
/// Changes when the form of the entries does: another version's entries are never read.
const FORM: &[u8] = b"2";
/// What a file is called until all of it is written, and how old it is when its build must have been killed.
const UNFINISHED: &str = ".unfinished-";
const LONG_AGO: Duration = Duration::from_secs(3600);

/// A directory whose entries appear whole or not at all, named by the hash of all that they depend on.
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    /// Opens `FWRAP_CACHE`, else the user's cache directory, else one that is the user's alone among the temporary
    /// files: a user without a home builds as well.
    pub(crate) fn open() -> Result<Self, BuildError> {
        if let Some(directory) = std::env::var_os("FWRAP_CACHE").filter(|value| !value.is_empty()) {
            return Self::open_at(std::path::absolute(PathBuf::from(directory)).unwrap_or_default());
        }
        let usual = etcetera::choose_base_strategy().ok().map(|strategy| strategy.cache_dir().join("fwrap"));
        let opened = usual.filter(|root| root.is_absolute()).map(Self::open_at);
        match opened {
            Some(Ok(cache)) => Ok(cache),
            other => Self::open_private(&std::env::temp_dir()).ok_or(()).or_else(|()| other.unwrap_or_else(no_place)),
        }
    }

    /// Opens the cache in this directory.
    pub(crate) fn open_at(root: PathBuf) -> Result<Self, BuildError> {
        for room in ROOMS.iter().map(|(room, _)| *room).chain(["runtime"]) {
            let directory = root.join(room);
            fs::create_dir_all(&directory).map_err(|error| BuildError::unwritable(&directory, &error))?;
        }
        Ok(Self { root })
    }

    /// Opens a cache in a directory where everybody writes: what others have put there is not to be linked.
    fn open_private(room: &Path) -> Option<Self> {
        let user = fs::metadata("/proc/self").or_else(|_| tempfile::tempfile()?.metadata()).ok()?.uid();
        let root = room.join(format!("fwrap-cache-{user}"));
        // It may be there already; whose it is is asked in any case.
        let _ = fs::DirBuilder::new().mode(0o700).create(&root);
        let found = fs::symlink_metadata(&root).ok()?;
        let is_private = found.is_dir() && found.uid() == user && found.mode() & 0o022 == 0;
        if is_private { Self::open_at(root).ok() } else { None }
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
        String::from_utf8(self.bytes(room, key)?).ok()
    }

    /// What is kept under a key, if it is whole.
    fn bytes(&self, room: &str, key: &str) -> Option<Vec<u8>> {
        let path = self.path(room, key);
        let mut bytes = fs::read(&path).ok()?;
        let start = bytes.iter().position(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        if bytes[..start.saturating_sub(1)] != *checksum(&bytes[start..]).as_bytes() {
            // Whoever may not remove it makes it anew each time.
            let _ = fs::remove_file(&path);
            return None;
        }
        // The time of last use decides what goes first; a cache that cannot be touched still serves.
        let _ = File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        bytes.drain(..start);
        Some(bytes)
    }

    /// Keeps bytes under a key; another build that does the same writes the same bytes. Where that is not possible,
    /// nothing is kept, and a later build does the work again.
    pub(crate) fn store(&self, room: &str, key: &str, bytes: &[u8]) {
        let write = || -> std::io::Result<()> {
            let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(self.root.join(room))?;
            file.write_all(checksum(bytes).as_bytes())?;
            file.write_all(b"\n")?;
            file.write_all(bytes)?;
            file.persist(self.path(room, key)).map_err(|error| error.error)?;
            Ok(())
        };
        if write().is_ok() {
            self.drop_oldest(room);
        }
    }

    /// Keeps a copy of an object file and makes room for it.
    pub(crate) fn store_object(&self, key: &str, object: &Path) {
        if let Ok(bytes) = fs::read(object) {
            self.store("objects", key, &bytes);
        }
    }

    /// Writes the object with this key to `target`, if there is one.
    pub(crate) fn fetch_object(&self, key: &str, target: &Path) -> bool {
        // What cannot be written here cannot be written by a compiler either, which says why.
        self.bytes("objects", key).is_some_and(|bytes| fs::write(target, bytes).is_ok())
    }

    fn drop_oldest(&self, room: &str) {
        let directory = self.root.join(room);
        let most = ROOMS.iter().find(|(name, _)| *name == room).map_or(usize::MAX, |(_, most)| *most);
        let Ok(entries) = fs::read_dir(&directory) else { return };
        let paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        if paths.len() > most {
            let time = |path: PathBuf| Some((path.metadata().ok()?.modified().ok()?, path));
            let mut files: Vec<_> = paths.into_iter().filter_map(time).collect();
            files.sort();
            for (_, path) in &files[..files.len().saturating_sub(most / 2)] {
                let _ = fs::remove_file(path);
            }
        }
        remove_old_files(&directory, UNFINISHED, LONG_AGO);
    }
}

fn no_place() -> Result<Cache, BuildError> {
    Err(BuildError::Unwritable {
        path: std::env::temp_dir(),
        reason: "there is no home directory, and no cache can be kept there either".to_owned(),
    })
}

/// What tells bytes from others.
pub(crate) fn checksum(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The key of something that depends on all these parts. Parts cannot run into each other.
pub(crate) fn key<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in [FORM].into_iter().chain(parts) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hexadecimal(&hash.finalize()[..16])
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

    const OBJECTS_KEPT: usize = ROOMS[0].1;

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
        cache.store_object("k", &object);
        let copy = directory.path().join("y.o");
        assert!(cache.fetch_object("k", &copy));
        assert_eq!(fs::read_to_string(copy).unwrap(), "object");
        for number in 0..OBJECTS_KEPT + 1 {
            fs::write(cache.path("objects", &format!("old{number}")), "").unwrap();
        }
        cache.drop_oldest("objects");
        assert!(fs::read_dir(cache.root().join("objects")).unwrap().count() <= OBJECTS_KEPT / 2 + 1);
    }

    #[test]
    fn what_is_damaged_counts_as_missing_and_goes() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open_at(directory.path().join("cache")).unwrap();
        let path = cache.path("answers", "k");
        let damages: [fn(&mut Vec<u8>); 5] = [
            Vec::clear,
            |bytes| bytes.truncate(70),
            |bytes| *bytes.last_mut().unwrap() ^= 1,
            |bytes| bytes.push(b'x'),
            |bytes| bytes.fill(0),
        ];
        for damage in damages {
            cache.store("answers", "k", b"an answer");
            assert_eq!(cache.text("answers", "k").as_deref(), Some("an answer"));
            let mut bytes = fs::read(&path).unwrap();
            damage(&mut bytes);
            fs::write(&path, bytes).unwrap();
            assert_eq!(cache.text("answers", "k"), None);
            assert!(!path.exists());
        }
        fs::write(&path, "an answer of another version\n").unwrap();
        assert_eq!(cache.text("answers", "k"), None);
    }

    #[test]
    fn a_cache_that_cannot_be_written_keeps_nothing_and_fails_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open_at(directory.path().join("cache")).unwrap();
        fs::remove_dir(cache.root().join("objects")).unwrap();
        cache.store("objects", "k", b"object");
        assert!(!cache.fetch_object("k", &directory.path().join("x.o")));
    }

    #[test]
    fn a_directory_below_a_file_is_an_error_with_its_path() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Cache::open_at(file.path().join("cache")).err().unwrap();
        assert!(error.to_string().starts_with("cannot write `"), "{error}");
    }

    #[test]
    fn a_cache_where_everybody_writes_is_the_users_alone() {
        let room = tempfile::tempdir().unwrap();
        let root = Cache::open_private(room.path()).unwrap().root().to_owned();
        assert_eq!(fs::metadata(&root).unwrap().mode() & 0o777, 0o700);
        assert!(Cache::open_private(room.path()).is_some());
        fs::set_permissions(&root, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
        assert!(Cache::open_private(room.path()).is_none(), "others may have put something there");
        fs::remove_dir_all(&root).unwrap();
        std::os::unix::fs::symlink("/tmp", &root).unwrap();
        assert!(Cache::open_private(room.path()).is_none(), "it leads elsewhere");
    }
}
