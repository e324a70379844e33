//! A temporary folder with sources in which the tests run `fwrap`, and the Python that imports what it builds.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

/// The interpreter of the tests: `FWRAP_TEST_PYTHON`, else `python3`. It must have NumPy.
pub fn python() -> &'static str {
    static PYTHON: OnceLock<String> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let python = std::env::var("FWRAP_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let found = Command::new(&python).args(["-c", "import numpy"]).output();
        assert!(
            found.as_ref().is_ok_and(|output| output.status.success()),
            "these tests need a Python with NumPy, and `{python}` is none: set FWRAP_TEST_PYTHON to one ({found:?})"
        );
        python
    })
}

/// The cache that tests share: the runtime is compiled once for all of them.
pub fn shared_cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("fwrap-cache")
}

/// A temporary folder.
pub struct Project {
    directory: TempDir,
}

/// What a command left behind.
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Outcome {
    /// It succeeded.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// It failed with this exit code, and its messages hold all of these words.
    #[track_caller]
    pub fn fails(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "`{word}` is missing from:\n{}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}

impl Project {
    /// A folder with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { directory: tempfile::tempdir().expect("a temporary folder") };
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Writes a shell script that can be run, and gives its path.
    pub fn script(&self, name: &str, text: &str) -> PathBuf {
        self.write(name, format!("#!/bin/sh\n{text}\n"));
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).expect("permissions");
        self.path(name)
    }

    /// The names in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).expect("the folder").flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// `fwrap` in the folder, with the shared cache.
    pub fn fwrap(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fwrap"));
        command.current_dir(self.directory.path()).args(arguments.split_whitespace());
        command.env("FWRAP_CACHE", shared_cache());
        for variable in ["FC", "CC", "FWRAP_PYTHON"] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs `fwrap`.
    pub fn run(&self, arguments: &str) -> Outcome {
        self.fwrap(arguments).output().expect("fwrap runs").into()
    }

    /// Runs `fwrap` with a variable set.
    pub fn run_with(&self, name: &str, value: impl AsRef<OsStr>, arguments: &str) -> Outcome {
        self.fwrap(arguments).env(name, value).output().expect("fwrap runs").into()
    }

    /// Runs `fwrap build` for the Python of the tests.
    pub fn build(&self, arguments: &str) -> Outcome {
        self.run_with("FWRAP_PYTHON", python(), &format!("build {arguments}"))
    }

    /// Runs Python statements in another folder, with this one on the path.
    #[track_caller]
    pub fn python(&self, statements: &str) -> String {
        let output = Command::new(python())
            .args(["-c", statements])
            .current_dir("/")
            .env("PYTHONPATH", self.directory.path())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .expect("Python runs");
        let outcome = Outcome::from(output).succeeds();
        outcome.stdout.trim_end().to_owned()
    }

    /// Runs a tool in the folder.
    #[track_caller]
    pub fn tool(&self, line: &str) {
        let mut words = line.split_whitespace();
        let program = words.next().expect("a program");
        let output = Command::new(program).args(words).current_dir(self.directory.path()).output().expect("it runs");
        Outcome::from(output).succeeds();
    }
}

/// A kernel that every build can take.
pub const ADD: &str = "\
double precision function add(a, b)
  double precision, intent(in) :: a, b
  add = a + b
end function
";
