//! What the world does to a build: every failure with its code, its cause and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a build failed. `Display` is the message, [`BuildError::help`] what to do; `Debug` is both, so that a
/// `build.rs` with `fn main() -> Result<(), Box<dyn Error>>` prints a readable report.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A file could not be read.
    #[error("cannot read `{}`: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// A file or directory could not be written.
    #[error("cannot write `{}`: {reason}", path.display())]
    Unwritable {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// A file is of no kind that can be built or linked.
    #[error("`{}` is neither a source nor something to link", path.display())]
    UnknownSuffix {
        /// The file.
        path: PathBuf,
    },
    /// A directory was given in which there is no Fortran source.
    #[error("there is no Fortran source in `{}`", path.display())]
    EmptyDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// `-` was given.
    #[error("`-` is no source: standard input is not read")]
    StandardInput,
    /// The preprocessor fypp rejected a source.
    #[error("fypp failed on `{}`\n{output}", path.display())]
    FyppFailed {
        /// The source.
        path: PathBuf,
        /// What fypp said.
        output: String,
    },
    /// No Fortran source was given.
    #[error("no Fortran source was given")]
    NoSources,
    /// The module's name cannot be used.
    #[error("`{name}` cannot be the name of a module: {reason}")]
    ModuleName {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The sources or the notes have errors; the report is complete.
    #[error("the sources cannot be wrapped\n{report}")]
    Diagnostics {
        /// All diagnostics, rendered.
        report: String,
    },
    /// A compiler flag changes the meaning of the source in a way that is not followed.
    #[error("the flag `{flag}` changes the meaning of the source behind fwrap's back")]
    UnsupportedFlag {
        /// The flag.
        flag: String,
    },
    /// A program that is needed could not be started.
    #[error("cannot run {role} `{program}`: {reason}")]
    MissingProgram {
        /// What it is needed for, such as `the Fortran compiler`.
        role: &'static str,
        /// The program.
        program: String,
        /// The system's reason.
        reason: String,
        /// What to do.
        help: &'static str,
    },
    /// The Fortran compiler is of no kind, or of a version, that can be used.
    #[error("`{program}` cannot be used as the Fortran compiler: {found}")]
    UnusableFortranCompiler {
        /// The compiler.
        program: String,
        /// What it is.
        found: String,
    },
    /// The interpreter did not answer, or is none that can be used.
    #[error("`{program}` cannot be used as the Python interpreter: {found}")]
    UnusablePython {
        /// The interpreter.
        program: String,
        /// What it said.
        found: String,
    },
    /// The interpreter's C headers are not installed.
    #[error("the headers of Python are not installed: there is no `{}`", header.display())]
    NoPythonHeaders {
        /// The missing `Python.h`.
        header: PathBuf,
    },
    /// C code includes NumPy's headers, and the interpreter has no NumPy.
    #[error("the C code includes headers of NumPy, and `{}` has none", python.display())]
    NoNumpyHeaders {
        /// The interpreter.
        python: PathBuf,
    },
    /// The module has no name.
    #[error("the module needs a name")]
    NoModuleName,
    /// An option cannot be taken.
    #[error("{title}")]
    Option {
        /// What is so.
        title: String,
        /// What to write in its place.
        help: String,
    },
    /// Signature files of several Python modules were given.
    #[error("the signature files are of several Python modules: {}", quoted(names))]
    SeveralModules {
        /// Their names.
        names: Vec<String>,
    },
    /// A compiler rejected a source.
    #[error("{role} failed on `{source_name}`\n{output}")]
    CompilerFailed {
        /// Which compiler.
        role: &'static str,
        /// The source.
        source_name: String,
        /// Its output.
        output: String,
    },
    /// The runtime or the glue did not compile.
    #[error("{what} did not compile\n{output}")]
    RustFailed {
        /// What was compiled.
        what: &'static str,
        /// The output of cargo or rustc.
        output: String,
        /// What to do.
        help: &'static str,
    },
    /// The linker or the archiver failed.
    #[error("{role} failed\n{output}")]
    LinkFailed {
        /// Which program.
        role: &'static str,
        /// Its output.
        output: String,
    },
    /// The linked module calls what nobody defines.
    #[error("no object or library defines {}", quoted(symbols))]
    UnresolvedSymbols {
        /// The symbols, each with where it is used when the linker says so.
        symbols: Vec<String>,
    },
    /// Another part of the same build failed first.
    #[error("the build was given up")]
    GivenUp,
    /// The user ended it ([`interrupt`](crate::interrupt)).
    #[error("interrupted")]
    Interrupted,
}

fn quoted(symbols: &[String]) -> String {
    symbols.iter().map(|symbol| format!("`{symbol}`")).collect::<Vec<_>>().join(", ")
}

/// An I/O error as people say it, without the error number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

impl BuildError {
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), reason: reason(error) }
    }

    pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::Unwritable { path: path.to_owned(), reason: reason(error) }
    }

    /// The code of the message, as `fwrap explain` knows it. A code is never reused.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Unreadable { .. } => "FW0701",
            Self::Unwritable { .. } => "FW0702",
            Self::UnknownSuffix { .. } | Self::EmptyDirectory { .. } | Self::StandardInput | Self::NoSources => {
                "FW0703"
            }
            Self::ModuleName { .. } | Self::NoModuleName | Self::SeveralModules { .. } => "FW0704",
            Self::UnsupportedFlag { .. } | Self::Option { .. } => "FW0705",
            Self::MissingProgram { .. } => "FW0710",
            Self::UnusableFortranCompiler { .. } => "FW0711",
            Self::UnusablePython { .. } => "FW0712",
            Self::NoPythonHeaders { .. } => "FW0713",
            Self::FyppFailed { .. } => "FW0714",
            Self::NoNumpyHeaders { .. } => "FW0715",
            Self::CompilerFailed { .. } => "FW0720",
            Self::RustFailed { .. } => "FW0721",
            Self::LinkFailed { .. } => "FW0722",
            Self::UnresolvedSymbols { .. } => "FW0723",
            Self::Diagnostics { .. } | Self::GivenUp | Self::Interrupted => return None,
        })
    }

    /// The file or directory that is at fault, if it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Unreadable { path, .. }
            | Self::Unwritable { path, .. }
            | Self::UnknownSuffix { path }
            | Self::EmptyDirectory { path }
            | Self::FyppFailed { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Whether the command was given what it cannot take, as opposed to a build that failed.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::UnknownSuffix { .. }
                | Self::EmptyDirectory { .. }
                | Self::StandardInput
                | Self::NoSources
                | Self::ModuleName { .. }
                | Self::NoModuleName
                | Self::SeveralModules { .. }
                | Self::UnsupportedFlag { .. }
                | Self::Option { .. }
        )
    }

    /// What a program that failed said.
    fn output(&self) -> Option<&str> {
        match self {
            Self::CompilerFailed { output, .. }
            | Self::RustFailed { output, .. }
            | Self::LinkFailed { output, .. }
            | Self::FyppFailed { output, .. } => Some(output),
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        if let Some(help) = self.output().and_then(help_for_world) {
            return Some(help.to_owned());
        }
        let text = match self {
            Self::Option { help, .. } => help,
            Self::Unreadable { .. } => "check the path; paths are relative to the current directory",
            Self::Unwritable { reason, .. } => help_for_unwritable(reason),
            Self::UnknownSuffix { .. } => {
                "Fortran is `.f .for .ftn .f77 .fpp .f90 .f95 .f03 .f08 .f18 .f23 .fypp`, signatures are \
                 `.pyf .pyf.src`, C is `.c`, and `.o .a .so` are linked; libraries are given as `-l NAME`"
            }
            Self::EmptyDirectory { .. } => "give a directory with `.f .f90 ...` files in it, or the files themselves",
            Self::StandardInput => "write the source to a file: its suffix tells the source form (`.f`, `.f90`)",
            Self::FyppFailed { .. } => {
                "mend the source, or give the flags that it is meant to have: `--fypp-flags '-D NAME=VALUE'`"
            }
            Self::NoSources => "give at least one Fortran source",
            Self::NoModuleName => "write it: `-m <NAME>`; a signature file (`.pyf`) says it itself",
            Self::SeveralModules { .. } => "build one module at a time",
            Self::NoNumpyHeaders { .. } => {
                "install NumPy (`pip install numpy`), or name an interpreter that has it: `FWRAP_PYTHON=/path/to/python3`"
            }
            Self::ModuleName { .. } => "choose another name with `-m NAME`",
            Self::UnsupportedFlag { .. } => {
                "fwrap does not follow this flag: write the kinds in the source, and give a file the suffix of its form"
            }
            Self::MissingProgram { help, .. } | Self::RustFailed { help, .. } => help,
            Self::UnusableFortranCompiler { .. } => {
                "install GNU Fortran 9 or later (`apt install gfortran`) or name one: `FC=gfortran-12`"
            }
            Self::UnusablePython { .. } => "name a CPython 3.9 or later: `FWRAP_PYTHON=/path/to/python3`",
            Self::NoPythonHeaders { .. } => {
                "install them (`apt install python3-dev`), or name another interpreter: `FWRAP_PYTHON=/path/to/python3`"
            }
            Self::CompilerFailed { output, .. } => help_for_compiler(output),
            Self::UnresolvedSymbols { .. } => {
                "give the source, object or library that defines it (`-L DIR -l NAME`), or leave out the procedure \
                 that calls it with `--skip NAME`"
            }
            Self::LinkFailed { output, .. } if output.contains("multiple definition of") => {
                "give only one of the files that define it; `-v` shows the command"
            }
            Self::LinkFailed { .. } => "`-v` shows the command",
            Self::Diagnostics { .. } | Self::GivenUp | Self::Interrupted => return None,
        };
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// Words by which the system, and programs after it, say that there is no room left for a file.
const NO_ROOM: &[&str] =
    &["No space left on device", "File too large", "Disk quota exceeded", "File size limit exceeded", "(SIGXFSZ)"];

fn help_for_unwritable(reason: &str) -> &'static str {
    if NO_ROOM.iter().any(|words| reason.contains(words)) {
        "make room there, or choose another directory: for the output with `--out-dir DIR`, for the cache with \
         `FWRAP_CACHE=DIR`, for files in between with `TMPDIR=DIR`"
    } else {
        "choose a directory that you can write: for the output with `--out-dir DIR`, for the cache with \
         `FWRAP_CACHE=DIR`, for files in between with `TMPDIR=DIR`"
    }
}

/// What to do about a program that failed for want of room or memory: that is no fault of what it was given.
pub(crate) fn help_for_world(output: &str) -> Option<&'static str> {
    let says = |words: &[&str]| words.iter().any(|words| output.contains(words));
    if says(NO_ROOM) {
        Some(
            "make room on the disk, or work on another: files in between are written to `TMPDIR=DIR`, the cache is \
             `FWRAP_CACHE=DIR`",
        )
    } else if says(&["(SIGKILL)", "Killed signal terminated program", "out of memory", "memory exhausted"]) {
        Some("the system ended it, mostly for want of memory: run fewer at once with `NUM_JOBS=1`")
    } else {
        None
    }
}

/// What to do about the commonest things that a compiler says of sources that are right elsewhere.
fn help_for_compiler(output: &str) -> &'static str {
    if output.contains("Cannot open module file") {
        "give the source of the module as well, or the directory of its `.mod` file with `-I DIR`"
    } else if output.contains("Error: Type mismatch ") || output.contains("Error: Rank mismatch ") {
        "mend the source; old sources that pass one type or rank for another, on purpose, compile with \
         `--f77flags=-fallow-argument-mismatch` (free form: `--f90flags`)"
    } else {
        "mend the source; `-v` shows the command"
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")?;
        match self.help() {
            Some(help) => write!(formatter, "\n  = help: {help}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_readable_and_every_code_is_explained() {
        let error = BuildError::unreadable(Path::new("x.f90"), &io::Error::from_raw_os_error(2));
        assert_eq!(error.to_string(), "cannot read `x.f90`: No such file or directory");
        assert!(format!("{error:?}").contains("\n  = help: "));
        assert!(crate::explanation::explain(error.code().unwrap()).unwrap().contains("cannot be read"));
        let failed = |output: &str| BuildError::CompilerFailed {
            role: "the Fortran compiler",
            source_name: "x.f".to_owned(),
            output: output.to_owned(),
        };
        assert!(failed("Error: Type mismatch in argument").help().unwrap().contains("-fallow-argument-mismatch"));
        assert!(failed("Cannot open module file 'm.mod'").help().unwrap().contains("-I DIR"));
        assert!(failed("Error: Unclassifiable").help().unwrap().starts_with("mend the source"));
        assert!(failed("error writing to /tmp/x.s: No space left on device").help().unwrap().contains("TMPDIR"));
        assert!(failed("\n(signal: 9 (SIGKILL))").help().unwrap().contains("NUM_JOBS=1"));
    }
}
