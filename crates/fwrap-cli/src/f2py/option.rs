//! f2py's options: the effect of each, or why it has none.

use crate::f2py::line::Refusal;

/// What an option does.
#[derive(Debug)]
pub enum Effect<'a> {
    Build,
    Overwrite,
    Signatures,
    Module,
    Lower(bool),
    KindMap,
    BuildDirectory,
    /// The directories, where they stand in the same word.
    IncludePaths(Option<&'a str>),
    FixedFormFlags(&'a str),
    FreeFormFlags(&'a str),
    /// Flags for all Fortran sources.
    Flags(&'a str),
    /// A header for the module's C code.
    CHeader(&'a str),
    /// A library by the name that build systems give it.
    Dependency(Option<&'a str>),
    Quiet,
    Verbose,
    /// Something is asked, and nothing is to be done.
    Answer(String),
    /// Nothing; a word that belongs to it is passed over.
    None {
        takes_word: bool,
        note: Option<String>,
    },
    /// It would mislead to go on.
    Refused(Refusal),
}

/// What an option does; `None` for what is none of those with names.
pub fn effect(word: &str) -> Option<Effect<'_>> {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    };
    let nothing = |why: &str| Effect::None { takes_word: false, note: Some(format!("`{word}` has no effect: {why}")) };
    Some(match (name, value) {
        ("-c", None) => Effect::Build,
        ("-h", None) => Effect::Signatures,
        ("-m", None) => Effect::Module,
        ("-v" | "--version", None) => Effect::Answer(format!("{}\n", env!("CARGO_PKG_VERSION"))),
        ("--overwrite-signature", None) => Effect::Overwrite,
        ("--lower", None) => Effect::Lower(true),
        ("--no-lower", None) => Effect::Lower(false),
        ("--f2cmap", None) => Effect::KindMap,
        ("--build-dir", None) => Effect::BuildDirectory,
        ("--include-paths" | "--include_paths", paths) => Effect::IncludePaths(paths),
        ("--quiet", None) => Effect::Quiet,
        ("--verbose", None) => Effect::Verbose,
        ("--f77flags", Some(flags)) => Effect::FixedFormFlags(flags),
        ("--f90flags", Some(flags)) => Effect::FreeFormFlags(flags),
        ("--opt" | "--arch", Some(flags)) => Effect::Flags(flags),
        ("--noopt", None) => Effect::Flags("-O0"),
        ("--debug", None) => Effect::Flags("-g -O0"),
        ("--noarch", None) => nothing("no flags for the machine are added"),
        ("--dep", name) => Effect::Dependency(name),
        ("--backend", value) => Effect::None {
            takes_word: value.is_none(),
            note: Some("`--backend` has no effect: fwrap calls the compilers itself".to_owned()),
        },
        _ => return documentation_effect(word).or_else(|| compiler_effect(word, name, value)),
    })
}

/// Options about what f2py writes besides modules.
fn documentation_effect(word: &str) -> Option<Effect<'_>> {
    let none =
        |takes_word: bool, why: &str| Effect::None { takes_word, note: Some(format!("`{word}` has no effect: {why}")) };
    Some(match word {
        "--latex-doc" | "--short-latex" | "--rest-doc" => {
            none(false, "the documentation is in the module's docstrings")
        }
        "--debug-capi" => none(false, "wrappers do not trace; `fwrap build --checked` watches what Fortran writes"),
        "--no-wrap-functions" => none(false, "shims are written only where a call needs them"),
        "--no-latex-doc" | "--no-rest-doc" | "--wrap-functions" | "--skip-empty-wrappers" => {
            Effect::None { takes_word: false, note: None }
        }
        "--freethreading-compatible" => none(false, "importing the module turns the GIL on"),
        "--no-freethreading-compatible" => Effect::None { takes_word: false, note: None },
        "--coutput" | "--f2py-wrapper-output" => none(true, "no such file is written"),
        word if word.starts_with("--debug-") => none(false, "it is for f2py's own reader"),
        word if word.starts_with("-include") => {
            Effect::CHeader(word["-include".len()..].trim_matches(['<', '>', '"', '\'']))
        }
        "--show-compilers" | "--help-fcompiler" | "--help-compiler" | "--help-link" => Effect::Answer(
            "fwrap compiles with GNU Fortran: `FC=gfortran-12 fwrap f2py ...` names another one.\nLibraries are given \
             as -l NAME, or by the name that pkg-config knows: --dep NAME.\n"
                .to_owned(),
        ),
        "--help" => Effect::Answer(HELP.to_owned()),
        _ => return None,
    })
}

/// Options that choose compilers and libraries by name.
fn compiler_effect<'a>(word: &'a str, name: &'a str, value: Option<&'a str>) -> Option<Effect<'a>> {
    const CHOOSE: &str = "write `FC=/path/to/gfortran fwrap f2py ...` (fwrap builds with GNU Fortran)";
    let refused = |title: String, help: &str| Effect::Refused(Refusal::new(title, help));
    Some(match (name, value) {
        ("--fcompiler", Some("gnu" | "gnu95" | "gfortran")) => Effect::None {
            takes_word: false,
            note: Some(format!("`{word}` has no effect: GNU Fortran it is in any case")),
        },
        ("--fcompiler", Some(other)) => refused(format!("`{other}` is not GNU Fortran"), CHOOSE),
        ("--f77exec" | "--f90exec", Some(_)) => refused(format!("`{name}` does not choose the compiler"), CHOOSE),
        ("--compiler", Some(_)) => Effect::None {
            takes_word: false,
            note: Some(format!("`{word}` has no effect: `CC=/path/to/gcc` names the C compiler")),
        },
        (name, None) if name.starts_with("--link-") => Effect::Dependency(Some(&name["--link-".len()..])),
        _ => return None,
    })
}

/// What `fwrap f2py` says of itself.
pub const HELP: &str = "\
f2py's command line:

  fwrap f2py -c [options] [-m NAME] SOURCES [only: a b :] [skip: a b :]   build NAME here
  fwrap f2py -m NAME SOURCES                                              write the generated texts
  fwrap f2py -h FILE.pyf|stdout [-m NAME] SOURCES                         write a signature file

  -m NAME                    the module [default: untitled; a .pyf says its own]
  --overwrite-signature      -h may replace a file
  --[no-]lower               Python names in lower case, or as spelled
  --build-dir DIR            where generated texts go
  --f2cmap FILE              which C types kinds stand for [default: .f2py_f2cmap here]
  --include-paths DIR:DIR    where included files are; also -I DIR
  --f77flags= --f90flags=    flags for fixed and for free form
  --opt= --arch= --noopt --debug
                             flags for all Fortran sources
  -L DIR -l NAME -D NAME[=V] -U NAME, objects, archives, libraries
  --dep NAME, --link-NAME    a library by the name that pkg-config or f2py knows
  -include<FILE>             a header for the module's C code
  --quiet, --verbose, -v

Other options of f2py are taken, and one line says that they have no effect.
docs/from-f2py.md has every difference; `fwrap build` and `fwrap inspect --pyf` do the same in fwrap's terms.
";
