//! How sources are named and read: the part of the command line that several subcommands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fwrap_build::Options;

use crate::arguments::Format;

/// Whose functions those of the module are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Compat {
    /// f2py's
    F2py,
}

/// How sources are read, for every subcommand.
#[derive(Debug, Args)]
pub struct HowRead {
    /// Look for included files and .mod files here
    #[arg(short = 'I', value_name = "DIR")]
    pub include: Vec<PathBuf>,
    /// Define a preprocessor macro
    #[arg(short = 'D', value_name = "NAME[=V]")]
    pub define: Vec<String>,
    /// Do not define this macro, not even if the compiler does
    #[arg(short = 'U', value_name = "NAME")]
    pub undefine: Vec<String>,
    /// The same as -I for several directories, as f2py takes them
    #[arg(long, value_name = "DIR:DIR", value_delimiter = ':')]
    pub include_paths: Vec<PathBuf>,
    /// Which C types kinds stand for, as f2py takes it [default: .f2py_f2cmap here]
    #[arg(long, value_name = "FILE")]
    pub f2cmap: Option<PathBuf>,
    /// Make warnings with this code (or beginning of one, such as FW04) errors
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub deny: Vec<String>,
    /// Flags for fixed-form sources
    #[arg(long, value_name = "FLAGS", allow_hyphen_values = true)]
    pub f77flags: Vec<String>,
    /// Flags for free-form sources
    #[arg(long, value_name = "FLAGS", allow_hyphen_values = true)]
    pub f90flags: Vec<String>,
    /// Flags for fypp, which preprocesses .fypp sources
    #[arg(long, value_name = "FLAGS", allow_hyphen_values = true)]
    pub fypp_flags: Vec<String>,
    /// Flags for all Fortran sources, behind the others: optimization
    #[arg(long, value_name = "FLAGS", allow_hyphen_values = true)]
    pub opt: Vec<String>,
    /// How diagnostics are printed
    ///
    /// They go to standard error; those of `check` in json and sarif go to standard output (`fwrap check --format
    /// sarif src > log.sarif`). json is one object in a line for every diagnostic, with the keys `code`, `severity`
    /// (`error`, `warning`, `note`), `title`, `path`, `line`, `column`, `end_line`, `end_column`, `label`, `help`,
    /// `procedure`, and `related` (further places: `path` ... `end_column`, `label`); for `check` they are in the
    /// object that it prints. Lines and columns count from 1, columns in characters, and the end is the first
    /// character behind it. What is not known is null.
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub format: Format,
}

/// What is read and wrapped.
#[derive(Debug, Args)]
pub struct Sources {
    /// Fortran sources and directories of them, in any order; also C sources (.c), objects (.o), archives (.a),
    /// libraries (.so)
    ///
    /// A directory stands for the Fortran sources in it and below it, in sorted order: .f .for .ftn .f77 .fpp .f90
    /// .f95 .f03 .f08 .f18 .f23 in either case, and .fypp. Signature files (.pyf, .pyf.src) are read where they are
    /// named. The command `fypp` preprocesses .fypp files (`pip install fypp`).
    #[arg(value_name = "SRC", required_unless_present = "link_only")]
    pub files: Vec<PathBuf>,
    /// Only read these sources: a library holds their code. Without files: all sources
    #[arg(long, value_name = "FILE", num_args = 0..)]
    pub link_only: Option<Vec<PathBuf>>,
    /// Wrap only these procedures
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leave these procedures out
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Python functions that do what f2py's do, also where that loses digits
    ///
    /// With `f2py`, every procedure gets the Python signature that f2py gives it, and converts as f2py does: 1.9 becomes
    /// 1, an array of another rank is taken if its size fits. Without it, this holds for what a signature file (.pyf) or
    /// a `!f2py` comment describes, except that what would be lost is an error. docs/from-f2py.md has the differences.
    #[arg(long, value_name = "TOOL", value_enum)]
    pub compat: Option<Compat>,
    /// Python names in lower case, also those of a signature file
    #[arg(long, overrides_with = "no_lower")]
    pub lower: bool,
    /// Python names as the sources spell them
    #[arg(long, overrides_with = "lower")]
    pub no_lower: bool,
    /// The notes file [default: fwrap.toml here, else beside the first source]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub how: HowRead,
}

impl HowRead {
    /// The options that they are.
    pub fn options(&self) -> Options {
        let split =
            |flags: &[String]| flags.iter().flat_map(|flags| fwrap_build::split_flags(flags)).collect::<Vec<String>>();
        let with_optimization = |flags: &[String]| [split(flags), split(&self.opt)].concat();
        Options {
            f2cmap: self.f2cmap.clone(),
            deny: names(&self.deny).iter().map(|code| code.to_ascii_uppercase()).collect(),
            include_directories: [&self.include[..], &self.include_paths].concat(),
            defines: self.define.iter().map(|define| macro_definition(define)).collect(),
            undefines: self.undefine.clone(),
            fixed_form_flags: with_optimization(&self.f77flags),
            free_form_flags: with_optimization(&self.f90flags),
            fypp_flags: split(&self.fypp_flags),
            ..Options::default()
        }
    }
}

impl Sources {
    /// The options that they are.
    pub fn options(&self) -> Options {
        Options {
            files: self.files.clone(),
            link_only: self.link_only.clone(),
            notes: self.config.clone(),
            only: names(&self.only),
            skip: names(&self.skip),
            is_compatible: self.compat.is_some(),
            lower: match (self.lower, self.no_lower) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            },
            ..self.how.options()
        }
    }
}

/// The names of a list, without blanks around them.
fn names(list: &[String]) -> Vec<String> {
    list.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// `NAME` or `NAME=V`.
pub fn macro_definition(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (text.to_owned(), None),
    }
}
