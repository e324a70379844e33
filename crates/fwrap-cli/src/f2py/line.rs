//! What f2py's words mean: files, lists of names, and options in any order.

use std::path::PathBuf;

use crate::f2py::dependency::Dependency;
use crate::f2py::option::{Effect, effect};
use crate::source_arguments::macro_definition;

/// f2py's command line, understood.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// `-c`: a module is built. Without it, texts are written.
    pub build: bool,
    /// `-h FILE`: a signature file is written, and nothing else. `stdout` is no file.
    pub signatures: Option<String>,
    /// `--overwrite-signature`
    pub overwrite: bool,
    /// `-m NAME`
    pub module: Option<String>,
    /// Sources, objects, libraries.
    pub files: Vec<PathBuf>,
    /// The names behind `only:`.
    pub only: Vec<String>,
    /// The names behind `skip:`.
    pub skip: Vec<String>,
    /// `--lower`, `--no-lower`
    pub lower: Option<bool>,
    /// `--f2cmap FILE`
    pub f2cmap: Option<PathBuf>,
    /// `--build-dir DIR`
    pub build_directory: Option<PathBuf>,
    /// `-I DIR`, `--include-paths DIR:DIR`
    pub include: Vec<PathBuf>,
    /// `-L DIR`
    pub library_directories: Vec<PathBuf>,
    /// `-l NAME`
    pub libraries: Vec<String>,
    /// `-D NAME=V`
    pub defines: Vec<(String, Option<String>)>,
    /// `-U NAME`
    pub undefines: Vec<String>,
    /// `--f77flags=`
    pub fixed_form_flags: Vec<String>,
    /// `--f90flags=`
    pub free_form_flags: Vec<String>,
    /// `--opt=`, `--noopt`, `--debug`, `--arch=`
    pub flags: Vec<String>,
    /// `-include<FILE>`
    pub c_flags: Vec<String>,
    /// `--dep NAME`, `--link-NAME`
    pub dependencies: Vec<Dependency>,
    /// `--quiet`
    pub is_quiet: bool,
    /// `--verbose`
    pub is_verbose: bool,
    /// What is to be printed before all else, and nothing is done.
    pub answer: Option<String>,
    /// Options that are taken without effect, each with what is so.
    pub notes: Vec<String>,
}

/// An option that cannot be taken: what is so, and what to write.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is so.
    pub title: String,
    /// What to write in its place.
    pub help: String,
}

impl Refusal {
    pub fn new(title: impl Into<String>, help: impl Into<String>) -> Self {
        Self { title: title.into(), help: help.into() }
    }
}

/// To which list words that are no options belong.
#[derive(Clone, Copy)]
enum List {
    Files,
    Only,
    Skip,
}

/// Reads f2py's words.
pub fn parse_line(words: &[String]) -> Result<Line, Refusal> {
    let (mut line, mut list) = (Line::default(), List::Files);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "" => {}
            "only:" => list = List::Only,
            "skip:" => list = List::Skip,
            ":" => list = List::Files,
            word if word.starts_with('-') => {
                let mut next = || {
                    let missing = || Refusal::new(format!("nothing stands behind `{word}`"), "write its value");
                    words.next().cloned().ok_or_else(missing)
                };
                line.option(word, &mut next)?;
            }
            word => match list {
                List::Files => line.files.push(PathBuf::from(word)),
                List::Only => line.only.push(word.to_owned()),
                List::Skip => line.skip.push(word.to_owned()),
            },
        }
    }
    Ok(line)
}

impl Line {
    /// Takes one option; `next` gives the word behind it.
    fn option(&mut self, word: &str, next: &mut dyn FnMut() -> Result<String, Refusal>) -> Result<(), Refusal> {
        if let Some(effect) = effect(word) {
            return self.apply(effect, next);
        }
        let mut attached = |start: &str| match &word[start.len()..] {
            "" => next(),
            value => Ok(value.to_owned()),
        };
        match word.as_bytes().get(1) {
            Some(b'I') => self.include.push(PathBuf::from(attached("-I")?)),
            Some(b'L') => self.library_directories.push(PathBuf::from(attached("-L")?)),
            Some(b'l') => self.libraries.push(attached("-l")?),
            Some(b'D') => self.define(&attached("-D")?)?,
            Some(b'U') => self.undefines.push(attached("-U")?),
            _ => return Err(Refusal::new(format!("`{word}` is no option of f2py"), "`fwrap f2py --help` lists them")),
        }
        Ok(())
    }

    fn define(&mut self, text: &str) -> Result<(), Refusal> {
        let (name, value) = macro_definition(text);
        match name.as_str() {
            "PREPEND_FORTRAN" | "NO_APPEND_FORTRAN" | "UPPERCASE_FORTRAN" => {
                let title = format!("`-D{name}` describes the symbols of another compiler");
                return Err(Refusal::new(title, "leave it out: fwrap compiles with GNU Fortran and knows its symbols"));
            }
            name if name.starts_with("F2PY_REPORT_") => {
                self.notes.push(format!("`-D{name}` has no effect: wrappers report neither times nor copies"));
            }
            _ => self.defines.push((name, value)),
        }
        Ok(())
    }

    fn apply(&mut self, effect: Effect, next: &mut dyn FnMut() -> Result<String, Refusal>) -> Result<(), Refusal> {
        let split = |flags: &str| {
            // f2py's users quote twice: `--f90flags='"-O3 -g"'`
            let bare = flags.trim_matches(|quote| quote == '\'' || quote == '"');
            fwrap_build::split_flags(bare)
        };
        match effect {
            Effect::Build => self.build = true,
            Effect::Overwrite => self.overwrite = true,
            Effect::Signatures => self.signatures = Some(next()?),
            Effect::Module => self.module = Some(next()?),
            Effect::Lower(lower) => self.lower = Some(lower),
            Effect::KindMap => self.f2cmap = Some(next()?.into()),
            Effect::BuildDirectory => self.build_directory = Some(next()?.into()),
            Effect::IncludePaths(paths) => {
                let paths = paths.map_or_else(next, |paths| Ok(paths.to_owned()))?;
                self.include.extend(paths.split(':').filter(|path| !path.is_empty()).map(PathBuf::from));
            }
            Effect::FixedFormFlags(flags) => self.fixed_form_flags.extend(split(flags)),
            Effect::FreeFormFlags(flags) => self.free_form_flags.extend(split(flags)),
            Effect::Flags(flags) => self.flags.extend(split(flags)),
            Effect::CHeader(file) => self.c_flags.extend(["-include".to_owned(), file.to_owned()]),
            Effect::Dependency(name) => {
                let name = name.map_or_else(next, |name| Ok(name.to_owned()))?;
                self.dependencies.push(Dependency { name });
            }
            Effect::Quiet => self.is_quiet = true,
            Effect::Verbose => self.is_verbose = true,
            Effect::Answer(text) => self.answer = Some(text),
            Effect::None { takes_word, note } => {
                if takes_word {
                    next()?;
                }
                self.notes.extend(note);
            }
            Effect::Refused(refusal) => return Err(refusal),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        parse_line(&fwrap_build::split_flags(text)).unwrap()
    }

    fn refusal(text: &str) -> String {
        parse_line(&fwrap_build::split_flags(text)).unwrap_err().title
    }

    #[test]
    fn the_lines_of_the_manual_are_read() {
        let built = line("-c -m fib1 fib1.f only: fib fob : skip: foo : fib2.f -L/opt/lib -llapack x.o --lower");
        assert_eq!((built.build, built.module.as_deref(), built.lower), (true, Some("fib1"), Some(true)));
        assert_eq!(built.files, ["fib1.f", "fib2.f", "x.o"].map(PathBuf::from));
        assert_eq!((built.only, built.skip), (vec!["fib".to_owned(), "fob".into()], vec!["foo".to_owned()]));
        assert_eq!((built.libraries, built.library_directories), (vec!["lapack".to_owned()], vec!["/opt/lib".into()]));
        let written = line("fib1.f -m fib2 -h fib1.pyf --overwrite-signature --build-dir out");
        assert_eq!((written.build, written.signatures.as_deref()), (false, Some("fib1.pyf")));
        assert!(written.overwrite && written.build_directory == Some("out".into()));
    }

    #[test]
    fn flags_are_split_also_where_they_are_quoted_twice() {
        let line = line(
            "-c k.f --f77flags='-ffixed-form -O2' --f90flags=\"'-O3 -g'\" --opt=-Ofast --debug -DA=1 -D B -UC \
             -I inc --include-paths a:b --include-paths=c -include'<x.h>' --dep lapack --link-blas_opt",
        );
        assert_eq!(line.fixed_form_flags, ["-ffixed-form", "-O2"]);
        assert_eq!(line.free_form_flags, ["-O3", "-g"]);
        assert_eq!(line.flags, ["-Ofast", "-g", "-O0"]);
        assert_eq!(line.defines, [("A".to_owned(), Some("1".to_owned())), ("B".to_owned(), None)]);
        assert_eq!(line.undefines, ["C"]);
        assert_eq!(line.include, ["inc", "a", "b", "c"].map(PathBuf::from));
        assert_eq!(line.c_flags, ["-include", "x.h"]);
        let names: Vec<&str> = line.dependencies.iter().map(|dependency| dependency.name.as_str()).collect();
        assert_eq!(names, ["lapack", "blas_opt"]);
    }

    #[test]
    fn what_has_no_meaning_is_said_and_what_would_mislead_is_refused() {
        let line = line("-c -m k k.f --latex-doc --backend meson --fcompiler=gnu95 --coutput x.c -DF2PY_REPORT_ATEXIT");
        assert_eq!(line.notes.len(), 5, "{:?}", line.notes);
        assert_eq!(line.files, [PathBuf::from("k.f")]);
        assert!(refusal("-c k.f --f90exec=/opt/ifx").contains("--f90exec"));
        assert!(refusal("-c k.f --fcompiler=intelem").contains("intelem"));
        assert!(refusal("-c k.f -DUPPERCASE_FORTRAN").contains("UPPERCASE_FORTRAN"));
        assert!(refusal("-c k.f --nonsense").contains("is no option of f2py"));
        assert_eq!(refusal("k.f -m"), "nothing stands behind `-m`");
    }
}
