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
    #[error("the flag `{flag}` changes the kinds of entities behind fwrap's back")]
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
            Self::UnknownSuffix { .. } | Self::NoSources => "FW0703",
            Self::ModuleName { .. } => "FW0704",
            Self::UnsupportedFlag { .. } => "FW0705",
            Self::MissingProgram { .. } => "FW0710",
            Self::UnusableFortranCompiler { .. } => "FW0711",
            Self::UnusablePython { .. } => "FW0712",
            Self::NoPythonHeaders { .. } => "FW0713",
            Self::CompilerFailed { .. } => "FW0720",
            Self::RustFailed { .. } => "FW0721",
            Self::LinkFailed { .. } => "FW0722",
            Self::UnresolvedSymbols { .. } => "FW0723",
            Self::Diagnostics { .. } | Self::GivenUp => return None,
        })
    }

    /// Whether the command was given what it cannot take, as opposed to a build that failed.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::UnknownSuffix { .. } | Self::NoSources | Self::ModuleName { .. } | Self::UnsupportedFlag { .. }
        )
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::Unreadable { .. } => "check the path; paths are relative to the current directory",
            Self::Unwritable { .. } => {
                "choose a directory that you can write with `--out-dir DIR` (the cache: with `FWRAP_CACHE=DIR`)"
            }
            Self::UnknownSuffix { .. } => {
                "Fortran is `.f .for .ftn .f77 .f90 .f95 .f03 .f08 .f18`, C is `.c`, and `.o .a .so` are linked; \
                 libraries are given as `-l NAME`"
            }
            Self::NoSources => "give at least one Fortran source",
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
            Self::Diagnostics { .. } | Self::GivenUp => return None,
        };
        (!text.is_empty()).then(|| text.to_owned())
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

/// The text behind a code of this crate, such as `FW0713`.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    const TEXTS: &[(&str, &str)] = &[
        ("FW0701", "A file that was given, or that the sources include, cannot be read."),
        ("FW0702", "A file or directory cannot be written. Nothing was left half-written."),
        (
            "FW0703",
            "The files given are not what the command needs: at least one Fortran source, and besides it C \
                    sources (`.c`), objects (`.o`), archives (`.a`) and shared libraries (`.so`).",
        ),
        ("FW0704", "The name of a module must be a Python and Rust identifier and no keyword of either."),
        (
            "FW0705",
            "Flags such as `-freal-4-real-8` change kinds that the source states, so the wrappers would pass \
                    the wrong types. `-fdefault-integer-8`, `-fdefault-real-8` and `-fdefault-double-8` are followed.",
        ),
        ("FW0710", "A program that the build needs is not installed, or is not on PATH."),
        ("FW0711", "fwrap needs GNU Fortran 9 or later; assumed-shape dummies need 12 or later. `FC` names it."),
        ("FW0712", "fwrap needs CPython 3.9 or later. `FWRAP_PYTHON` names it; without it, `python3` is asked."),
        ("FW0713", "The C headers of the Python interpreter are missing. On Debian they are in `python3-dev`."),
        ("FW0720", "The compiler rejected a source. Its own message stands below."),
        (
            "FW0721",
            "The Rust part did not compile: cargo or rustc says why. The first build downloads crates and needs \
                    a network; later ones do not.",
        ),
        ("FW0722", "The linker failed. Its own message stands below."),
        (
            "FW0723",
            "The sources call a procedure that no source, object or library defines. It would fail at import, \
                    so it is an error now.",
        ),
    ];
    TEXTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_readable_and_every_code_is_explained() {
        let error = BuildError::unreadable(Path::new("x.f90"), &io::Error::from_raw_os_error(2));
        assert_eq!(error.to_string(), "cannot read `x.f90`: No such file or directory");
        assert!(format!("{error:?}").contains("\n  = help: "));
        assert!(explain(error.code().unwrap()).unwrap().contains("cannot be read"));
        let failed = |output: &str| BuildError::CompilerFailed {
            role: "the Fortran compiler",
            source_name: "x.f".to_owned(),
            output: output.to_owned(),
        };
        assert!(failed("Error: Type mismatch in argument").help().unwrap().contains("-fallow-argument-mismatch"));
        assert!(failed("Cannot open module file 'm.mod'").help().unwrap().contains("-I DIR"));
        assert!(failed("Error: Unclassifiable").help().unwrap().starts_with("mend the source"));
        assert!(explain("fw0723").is_some() && explain("FW0799").is_none());
    }
}
