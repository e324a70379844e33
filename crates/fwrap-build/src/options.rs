//! What a user asks for: files, names, flags; the same for the command and for `build.rs`.

use std::path::{Path, PathBuf};

use fwrap_core::analysis::scope::DefaultKinds;
use fwrap_core::front::find_form_beside_suffix;
use fwrap_core::source::{SourceFile, SourceForm};

use crate::error::BuildError;
use crate::source::FileKind;

/// What to read, and how to compile and link it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The module's name; empty means the first source's stem.
    pub module: String,
    /// Whether the name has to be said, by a signature file where not here.
    pub needs_module_name: bool,
    /// Fortran and C sources, objects, archives, shared libraries, in any order.
    pub files: Vec<PathBuf>,
    /// Sources that are only read, because a library holds their code. `Some` and empty: all sources.
    pub link_only: Option<Vec<PathBuf>>,
    /// The notes file; without it, `fwrap.toml` here or beside the first source.
    pub notes: Option<PathBuf>,
    /// The file that says which C types kinds stand for; without it, `.f2py_f2cmap` here.
    pub f2cmap: Option<PathBuf>,
    /// Procedures to wrap; empty means all.
    pub only: Vec<String>,
    /// Procedures to leave out.
    pub skip: Vec<String>,
    /// Codes (or their beginnings) whose warnings are errors.
    pub deny: Vec<String>,
    /// Where included files and `.mod` files are.
    pub include_directories: Vec<PathBuf>,
    /// Preprocessor macros.
    pub defines: Vec<(String, Option<String>)>,
    /// Macros that are not to be defined, not even by the compiler.
    pub undefines: Vec<String>,
    /// Whether Python functions mean what f2py's mean, also where that loses digits or reads an array of another rank.
    pub is_compatible: bool,
    /// Whether Python names are in lower case; without it, those of signature files are as spelled, all others lower.
    pub lower: Option<bool>,
    /// Where libraries are.
    pub library_directories: Vec<PathBuf>,
    /// Libraries to link.
    pub libraries: Vec<String>,
    /// Compiler flags for fixed-form sources.
    pub fixed_form_flags: Vec<String>,
    /// Compiler flags for free-form sources.
    pub free_form_flags: Vec<String>,
    /// Flags for fypp, which preprocesses `.fypp` sources.
    pub fypp_flags: Vec<String>,
    /// Whether to watch for what is written outside of arguments.
    pub checked: bool,
    /// Compiler flags for C sources.
    pub c_flags: Vec<String>,
}

impl Options {
    /// Adds flags for all Fortran sources, behind those that are there.
    pub fn add_flags(&mut self, flags: &[impl AsRef<str>]) {
        for list in [&mut self.fixed_form_flags, &mut self.free_form_flags] {
            list.extend(flags.iter().map(|flag| flag.as_ref().to_owned()));
        }
    }

    /// The last column of fixed form that the flags ask for, if they do.
    pub(crate) fn fixed_line_length(&self) -> Option<usize> {
        /// gfortran's `none` and 0: more than any line has.
        const UNLIMITED: usize = 1 << 30;
        let mut lengths = self.fixed_form_flags.iter().filter_map(|flag| flag.strip_prefix("-ffixed-line-length-"));
        lengths.next_back().map(|length| match length.parse() {
            Ok(0) | Err(_) => UNLIMITED,
            Ok(columns) => columns,
        })
    }

    /// Whether the flags turn OpenMP on.
    pub(crate) fn openmp(&self) -> bool {
        let mut flags = self.fixed_form_flags.iter().chain(&self.free_form_flags);
        flags.any(|flag| flag == "-fopenmp" || flag == "-fopenmp-simd")
    }

    /// Refuses a flag that gives a source another form than the one it is read in.
    pub(crate) fn check_forms(&self, sources: &[SourceFile]) -> Result<(), BuildError> {
        for source in sources {
            let form = match (find_form_beside_suffix(source).0, FileKind::of(Path::new(&source.path))) {
                (Some(form), _) => form,
                (None, Some(FileKind::FixedForm)) => SourceForm::Fixed,
                (None, Some(FileKind::FreeForm)) => SourceForm::Free,
                _ => continue,
            };
            let (flags, other) = match form {
                SourceForm::Fixed => (&self.fixed_form_flags, "-ffree-form"),
                SourceForm::Free => (&self.free_form_flags, "-ffixed-form"),
            };
            if let Some(flag) = flags.iter().find(|flag| *flag == other) {
                return Err(BuildError::UnsupportedFlag { flag: flag.clone() });
            }
        }
        Ok(())
    }

    /// The kinds that undecorated types have under the flags given.
    pub(crate) fn default_kinds(&self) -> Result<DefaultKinds, BuildError> {
        let flags = || self.fixed_form_flags.iter().chain(&self.free_form_flags);
        let unfollowed = |flag: &&String| {
            ["-freal-", "-finteger-4-", "-fdefault-real-1", "-fd-lines-as-code"]
                .iter()
                .any(|start| flag.starts_with(start))
        };
        if let Some(flag) = flags().find(unfollowed) {
            return Err(BuildError::UnsupportedFlag { flag: flag.clone() });
        }
        let has = |name: &str| flags().any(|flag| flag == name);
        let (integer, real, double) = (has("-fdefault-integer-8"), has("-fdefault-real-8"), has("-fdefault-double-8"));
        Ok(DefaultKinds {
            integer: if integer { 8 } else { 4 },
            logical: if integer { 8 } else { 4 },
            real: if real { 8 } else { 4 },
            double: if real && !double { 16 } else { 8 },
        })
    }
}

/// Checks that a name can be a module of Rust and of Python.
pub fn check_module_name(name: &str) -> Result<(), BuildError> {
    let refuse = |reason| Err(BuildError::ModuleName { name: name.to_owned(), reason });
    let mut letters = name.chars();
    let starts_well = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    if !starts_well || !letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_') || name == "_" {
        return refuse("a module's name is letters, digits and underscores, and begins with a letter");
    }
    // The file is named after it, with a suffix.
    if name.len() > 200 {
        return refuse("it is longer than 200 characters");
    }
    if KEYWORDS.contains(&name) {
        return refuse("it is a keyword of Python or Rust");
    }
    if matches!(name, "fwrap" | "std" | "core" | "alloc") {
        return refuse("a Rust crate has this name");
    }
    Ok(())
}

const KEYWORDS: &[&str] = &[
    "False", "None", "Self", "True", "abstract", "and", "as", "assert", "async", "await", "become", "box", "break",
    "class", "const", "continue", "crate", "def", "del", "do", "dyn", "elif", "else", "enum", "except", "extern",
    "false", "final", "finally", "fn", "for", "from", "gen", "global", "if", "impl", "import", "in", "is", "lambda",
    "let", "loop", "macro", "match", "mod", "move", "mut", "nonlocal", "not", "or", "override", "pass", "priv", "pub",
    "raise", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe",
    "unsized", "use", "virtual", "where", "while", "with", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_neither_language_takes_are_refused() {
        for good in ["kernels", "_x1", "K2", "a_b"] {
            assert!(check_module_name(good).is_ok(), "{good}");
        }
        for bad in ["", "1a", "a-b", "a.b", "_", "match", "class", "fwrap", "é", &"a".repeat(201)] {
            assert!(check_module_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_flag_may_say_the_form_that_a_source_has() {
        let check = |flag: &str, path: &str, text: &str| {
            let flags = vec![flag.to_owned()];
            let options = Options { fixed_form_flags: flags.clone(), free_form_flags: flags, ..Options::default() };
            options.check_forms(&[SourceFile::new(path, text)]).is_ok()
        };
        assert!(check("-ffixed-form", "k.f", "      end\n") && !check("-ffree-form", "k.f", "      end\n"));
        assert!(check("-ffree-form", "k.f90", "end\n") && !check("-ffixed-form", "k.f90", "end\n"));
        assert!(check("-ffixed-form", "k.f95", "C     old\n      subroutine s(\n     & x)\n      end\n"));
    }

    #[test]
    fn flags_decide_the_default_kinds() {
        let kinds = |flags: &[&str]| {
            let free_form_flags = flags.iter().map(|&flag| flag.to_owned()).collect();
            Options { free_form_flags, ..Options::default() }.default_kinds()
        };
        assert_eq!(kinds(&["-O3"]).unwrap(), DefaultKinds { integer: 4, real: 4, double: 8, logical: 4 });
        assert_eq!(kinds(&["-fdefault-real-8"]).unwrap().double, 16);
        let all = kinds(&["-fdefault-integer-8", "-fdefault-real-8", "-fdefault-double-8"]).unwrap();
        assert_eq!(all, DefaultKinds { integer: 8, real: 8, double: 8, logical: 8 });
        assert!(kinds(&["-freal-4-real-8"]).is_err());
    }
}
