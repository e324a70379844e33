//! The runtime that every extension links: compiled once per Rust compiler and Python.
//!
//! Its source travels with us, so that an installed `fwrap` needs no checkout.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::cache::{Cache, key};
use crate::command::{Monitor, Role, run, work_in};
use crate::error::BuildError;
use crate::interruption::{Part, is_interrupted};
use crate::lock::Lock;
use crate::python::Python;
use crate::seal::{is_intact, seal};
use crate::toolchain::{CARGO, Rust};

/// The runtime's source: path and text of every file.
const SOURCE: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/runtime_source.rs"));

/// Changes when the way of compiling changes.
const RECIPE: &str = "2";

/// How many runtimes are kept: there is one for each version of fwrap, Rust and Python.
const KEPT: usize = 6;
/// What stands behind the key in the name of a directory that is being written or taken away.
const PARTIAL: &str = ".partial";

const OFFLINE: &str = "the first build downloads crates: it needs a network once (later builds need none)";

/// The compiled runtime.
#[derive(Debug)]
pub(crate) struct Runtime {
    /// Names this runtime; whatever is compiled against it depends on it.
    pub key: String,
    directory: PathBuf,
    is_ready: bool,
    /// Keeps other builds from removing it. There is none where nobody can write, as nobody can remove it there.
    in_use: Option<Lock>,
}

impl Runtime {
    /// The runtime for this compiler and interpreter, compiled or not.
    pub(crate) fn locate(rust: &Rust, python: &Python, cache: &Cache) -> Self {
        let source = SOURCE.iter().flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()]);
        let key = key([RECIPE.as_bytes(), rust.identity.as_bytes(), python.abi.as_bytes()].into_iter().chain(source));
        let directory = cache.path("runtime", &key);
        let mut runtime = Self { key, directory, is_ready: false, in_use: None };
        runtime.look(cache);
        runtime
    }

    /// Whether it is compiled: the directory appears whole or not at all, and its files are what they were then.
    pub(crate) fn is_ready(&self) -> bool {
        self.is_ready
    }

    /// Finds out whether it is compiled, and if so holds it.
    fn look(&mut self, cache: &Cache) {
        if !self.directory.is_dir() {
            return;
        }
        let held = match Lock::try_shared(&lock_of(cache, &self.key)) {
            Ok(None) => return,
            Ok(held) => held,
            Err(_) => None,
        };
        self.is_ready = is_intact(&self.directory);
        self.in_use = held.filter(|_| self.is_ready).inspect(Lock::touch);
    }

    /// The library to link.
    pub(crate) fn archive(&self) -> PathBuf {
        self.directory.join("libfwrap.a")
    }

    /// The library to compile against.
    pub(crate) fn rlib(&self) -> PathBuf {
        self.directory.join("libfwrap.rlib")
    }

    /// Where the crates that it uses are.
    pub(crate) fn dependencies(&self) -> PathBuf {
        self.directory.join("dependencies")
    }

    /// Compiles it unless another build has: builds that start together wait for the first.
    pub(crate) fn prepare(
        &mut self,
        rust: &Rust,
        python: &Python,
        cache: &Cache,
        monitor: &dyn Monitor,
    ) -> Result<(), BuildError> {
        monitor.stage("compiling the runtime (first build with this Rust and Python)");
        let path = lock_of(cache, &self.key);
        while !self.is_ready {
            let lock = Lock::exclusive(&path, is_interrupted).map_err(|error| BuildError::unwritable(&path, &error))?;
            let Some(lock) = lock else { return Err(BuildError::Interrupted) };
            // Whoever held the lock before may have made it.
            if !is_intact(&self.directory) {
                self.make(rust, python, cache, monitor)?;
            }
            lock.touch();
            drop(lock);
            self.look(cache);
        }
        Ok(())
    }

    /// Compiles it while its lock is held.
    fn make(&self, rust: &Rust, python: &Python, cache: &Cache, monitor: &dyn Monitor) -> Result<(), BuildError> {
        let room = cache.path("runtime", "");
        let failed = |error: std::io::Error| BuildError::unwritable(&room, &error);
        let _part = Part::begin()?;
        let prefix = format!("{}{PARTIAL}", self.key);
        remove_leftovers(&room, &prefix);
        drop_oldest(cache, &self.key);
        let work = tempfile::Builder::new().prefix(&prefix).tempdir_in(&room).map_err(failed)?;
        write_source(&work.path().join("source")).map_err(failed)?;
        let messages = compile(work.path(), rust, python, monitor)?;
        let finished = work.path().join("finished");
        gather(&messages, &finished).map_err(failed)?;
        drop_debug_information(&finished.join("libfwrap.a"), monitor);
        seal(&finished).map_err(failed)?;
        // What is there is damaged.
        let damaged = work.path().join("damaged");
        match fs::rename(&self.directory, &damaged) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error)),
            _ => fs::rename(&finished, &self.directory).map_err(failed),
        }
    }
}

/// The file whose lock protects a runtime, and whose time is that of its last use.
fn lock_of(cache: &Cache, key: &str) -> PathBuf {
    cache.path("runtime", &format!("{key}.lock"))
}

/// Removes what builds left that were killed; nobody else works on this key while its lock is held.
fn remove_leftovers(room: &Path, prefix: &str) {
    for name in names(room).iter().filter(|name| name.starts_with(prefix)) {
        let _ = fs::remove_dir_all(room.join(name));
    }
}

fn names(room: &Path) -> Vec<String> {
    let entries = fs::read_dir(room).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Removes the runtimes that were not used for longest, and what killed builds left of any. What another build uses
/// or compiles is locked, and stays. The runtime `but` is about to come.
fn drop_oldest(cache: &Cache, but: &str) {
    let room = cache.path("runtime", "");
    let all = names(&room);
    let mut keys: Vec<&str> = all.iter().filter_map(|name| name.split('.').next()).filter(|key| *key != but).collect();
    keys.sort_unstable();
    keys.dedup();
    let last_use = |key: &str| {
        let metadata = lock_of(cache, key).metadata().or_else(|_| room.join(key).metadata());
        metadata.and_then(|metadata| metadata.modified()).ok()
    };
    // Those that are not there come first, then the oldest.
    keys.sort_by_cached_key(|key| (room.join(key).is_dir(), last_use(key)));
    let surplus = (keys.len() + 1).saturating_sub(KEPT);
    for (index, key) in keys.into_iter().enumerate() {
        let path = lock_of(cache, key);
        let Some(_held) = Lock::try_exclusive(&path) else { continue };
        let directory = room.join(key);
        if index < surplus || !directory.is_dir() {
            // In one step, so that nobody finds half of it.
            let _ = fs::rename(&directory, room.join(format!("{key}{PARTIAL}")));
            let _ = fs::remove_file(&path);
        }
        remove_leftovers(&room, &format!("{key}{PARTIAL}"));
    }
}

fn write_source(directory: &Path) -> std::io::Result<()> {
    for (name, text) in SOURCE {
        let path = directory.join(name);
        fs::create_dir_all(path.parent().unwrap_or(directory))?;
        fs::write(path, text)?;
    }
    Ok(())
}

fn compile(work: &Path, rust: &Rust, python: &Python, monitor: &dyn Monitor) -> Result<String, BuildError> {
    let mut command = Command::new(&rust.cargo);
    work_in(&mut command, work).current_dir(work.join("source"));
    command.args(["rustc", "--release", "--package", "fwrap", "--lib", "--features", "python"]);
    command.args(["--crate-type", "staticlib,rlib", "--message-format", "json-render-diagnostics", "--target-dir"]);
    command.arg(work.join("target"));
    command.env("RUSTC", &rust.rustc).env("PYO3_PYTHON", &python.executable).env("PYO3_BUILD_EXTENSION_MODULE", "1");
    for (name, value) in
        [("LTO", "off"), ("CODEGEN_UNITS", "4"), ("OPT_LEVEL", "3"), ("DEBUG", "0"), ("PANIC", "unwind")]
    {
        command.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
    }
    // The user's own flags would make another library than the one the key names.
    for name in
        ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_BUILD_TARGET", "CARGO_TARGET_DIR"]
    {
        command.env_remove(name);
    }
    let ran = run(&mut command, CARGO, monitor)?;
    if ran.success {
        return Ok(ran.stdout);
    }
    let mentions = |words: &[&str]| words.iter().any(|word| ran.stderr.contains(word));
    let help = if mentions(&["download", "network", "offline", "resolve host"]) {
        OFFLINE
    } else if mentions(&["requires rustc", "is not supported by the following"]) {
        "update Rust: `rustup update`"
    } else {
        ""
    };
    Err(BuildError::RustFailed { what: "fwrap's runtime", output: without_progress(&ran.stderr), help })
}

/// What cargo said apart from what it was doing.
fn without_progress(output: &str) -> String {
    let is_progress = |line: &&str| {
        ["   Compiling ", " Downloading ", "  Downloaded ", "    Updating ", "     Locking ", "    Removing "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    output.trim_end().lines().filter(|line| !is_progress(line)).collect::<Vec<_>>().join("\n")
}

/// Moves what cargo says it made to where it is kept.
fn gather(messages: &str, finished: &Path) -> std::io::Result<()> {
    let dependencies = finished.join("dependencies");
    fs::create_dir_all(&dependencies)?;
    for message in messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if message["reason"] != "compiler-artifact" {
            continue;
        }
        let is_runtime = message["target"]["name"] == "fwrap";
        for file in message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str).map(Path::new) {
            let suffix = file.extension().unwrap_or_default();
            match (is_runtime, suffix.to_str()) {
                (true, Some("a")) => fs::rename(file, finished.join("libfwrap.a"))?,
                (true, Some("rlib")) => fs::rename(file, finished.join("libfwrap.rlib"))?,
                // Metadata is all that compiling against a crate needs; procedural macros have it in their library.
                (false, Some("rmeta" | "so")) => {
                    fs::rename(file, dependencies.join(file.file_name().unwrap_or_default()))?
                }
                _ => {}
            }
        }
    }
    for needed in ["libfwrap.a", "libfwrap.rlib"] {
        fs::metadata(finished.join(needed))?;
    }
    Ok(())
}

/// The standard library's debug information is most of the archive, and every link would read it.
fn drop_debug_information(archive: &Path, monitor: &dyn Monitor) {
    const OBJCOPY: Role = Role { name: "objcopy", help: "" };
    // Only links become slower where there is no objcopy, so a failure is no failure of the build.
    let _ = run(Command::new("objcopy").arg("--strip-debug").arg(archive), OBJCOPY, monitor);
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn the_runtimes_used_last_stay_and_so_does_what_another_build_uses() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open_at(directory.path().join("cache")).unwrap();
        let room = cache.path("runtime", "");
        for age in 0..10 {
            let key = format!("key{age}");
            fs::create_dir(room.join(&key)).unwrap();
            let lock = fs::File::create(lock_of(&cache, &key)).unwrap();
            lock.set_modified(SystemTime::now() - Duration::from_secs(100 * (age + 1))).unwrap();
        }
        // What killed builds left: a runtime of which there is no more, and one that is compiled at this moment.
        for name in ["gone.partialx/source", "now.partialx/source"] {
            fs::create_dir_all(room.join(name)).unwrap();
        }
        let _in_use = Lock::try_shared(&lock_of(&cache, "key8")).unwrap().unwrap();
        let _at_work = Lock::try_exclusive(&lock_of(&cache, "now")).unwrap();
        drop_oldest(&cache, "new");
        let mut left = names(&room);
        left.sort();
        let kept = ["key0", "key1", "key2", "key3", "key4", "key8"].map(|key| [key.to_owned(), format!("{key}.lock")]);
        let mut expected: Vec<String> = kept.into_iter().flatten().collect();
        expected.extend(["now.lock".to_owned(), "now.partialx".to_owned()]);
        assert_eq!(left, expected);
    }

    #[test]
    fn the_source_travels_with_us() {
        let names: Vec<&str> = SOURCE.iter().map(|(name, _)| *name).collect();
        for needed in ["Cargo.toml", "Cargo.lock", "crates/fwrap/Cargo.toml", "crates/fwrap/src/lib.rs"] {
            assert!(names.contains(&needed), "{needed} is missing from {names:?}");
        }
        let manifest = SOURCE.iter().find(|(name, _)| *name == "crates/fwrap/Cargo.toml").unwrap().1;
        assert!(!manifest.contains("dev-dependencies"));
    }

    #[test]
    fn artifacts_are_gathered_and_a_missing_one_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = directory.path().join(name);
            fs::write(&path, name).unwrap();
            path.display().to_string()
        };
        let message = |target: &str, files: &[String]| {
            serde_json::json!({"reason": "compiler-artifact", "target": {"name": target}, "filenames": files})
                .to_string()
        };
        let other = message("pyo3", &[file("libpyo3-1.rlib"), file("libpyo3-1.rmeta"), file("libmacros-1.so")]);
        let finished = directory.path().join("finished");
        assert!(gather(&other, &finished).is_err());
        file("libpyo3-1.rmeta");
        file("libmacros-1.so");
        let ours = message("fwrap", &[file("libfwrap.rlib"), file("libfwrap.a")]);
        gather(&format!("{other}\nnot JSON\n{ours}"), &finished).unwrap();
        for kept in ["dependencies/libpyo3-1.rmeta", "dependencies/libmacros-1.so", "libfwrap.a", "libfwrap.rlib"] {
            assert!(finished.join(kept).is_file(), "{kept}");
        }
    }
}
