//! The command line: what each subcommand takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fwrap_build::Options;

/// Fortran to safe Rust and to Python extension modules.
#[derive(Debug, Parser)]
#[command(name = "fwrap", version, about, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the safe Rust module, the Fortran shim, the Python glue and the stub
    Generate(Generate),
    /// Build an importable Python extension module with its stub
    Build(Box<Build>),
    /// Say for every procedure whether it is wrapped, and if not, why and what to write
    Check(Check),
    /// Show what the sources declare: modules, types, procedures, with their signatures as read
    ///
    /// Without --json and --pyf it prints a tree for people, one line for each module, constant, variable, type,
    /// generic and procedure: `move(n: in integer(4), x: inout? real(8)(n))`. A question mark stands behind an intent
    /// that is not declared but follows from the bodies of the procedures, `unused` before what no body touches.
    Inspect(Inspect),
    /// Explain a diagnostic code such as FW0301, with an example and the line to write
    Explain {
        /// The code, or the beginning of several; without it, all codes are listed
        code: Option<String>,
    },
}

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The source line, a caret and help
    #[default]
    Human,
    /// JSON objects
    Json,
    /// One SARIF 2.1.0 log
    Sarif,
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
    /// The notes file [default: fwrap.toml here, else beside the first source]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub how: HowRead,
}

/// `fwrap generate`
#[derive(Debug, Args)]
pub struct Generate {
    #[command(flatten)]
    pub sources: Sources,
    /// The module's name [default: the first source's, without its suffix]
    #[arg(short, value_name = "NAME")]
    pub module: Option<String>,
    /// Where to write
    #[arg(short, value_name = "DIR", default_value = ".")]
    pub output: PathBuf,
}

/// `fwrap build`
#[derive(Debug, Args)]
pub struct Build {
    #[command(flatten)]
    pub sources: Sources,
    /// The module's name
    #[arg(short, value_name = "NAME")]
    pub module: String,
    /// Where to write
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out_dir: PathBuf,
    /// Look for libraries here
    #[arg(short = 'L', value_name = "DIR")]
    pub library_directory: Vec<PathBuf>,
    /// Link this library
    #[arg(short = 'l', value_name = "LIB")]
    pub library: Vec<String>,
    /// Watch what procedures write, to find errors in the sources: slow
    ///
    /// Every argument is passed as a copy between guard zones, and what a procedure is to define starts as NaN
    /// (integers: 32762, 2147123194; characters: `?`). A procedure that writes outside an argument raises FortranError,
    /// which names the argument, and nothing of what it wrote comes back. The sources are compiled with
    /// -g -fcheck=bounds,do,mem,pointer, whose errors are exceptions, too. Scalars are not watched.
    #[arg(long)]
    pub checked: bool,
    /// Show every command that is run
    #[arg(short)]
    pub verbose: bool,
}

/// `fwrap check`
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub sources: Sources,
    /// Look for libraries here
    #[arg(short = 'L', value_name = "DIR")]
    pub library_directory: Vec<PathBuf>,
    /// A library that will be linked: whether a STOP in it ends the process
    #[arg(short = 'l', value_name = "LIB")]
    pub library: Vec<String>,
    /// The same as --format json: print one JSON object on standard output
    ///
    /// Its keys: `form` (1), `module`, `wrapped` and `total` (counts), `procedures` (objects with `name`, `path`,
    /// `line`, `wrapped`, `python`, `rust`, `reasons`; a reason has `code`, `title`, `help`), and `diagnostics` (the
    /// objects that --format describes). What is not known is null.
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Compile the sources and say which procedures keep state between calls, and where
    ///
    /// State is what outlives a call: SAVE, COMMON, variables of modules, units of I/O, and whatever a procedure does
    /// whose code is not among the sources, objects and archives given. Each procedure that reaches some is printed with
    /// the calls that lead there; calls of it take turns (`fwrap build` finds the same). In JSON every procedure has an
    /// object `threads` with `state` (null: it keeps none), `path` (the calls, itself first) and `threadsafe` (of the
    /// notes).
    #[arg(long)]
    pub threads: bool,
}

/// `fwrap inspect`
#[derive(Debug, Args)]
pub struct Inspect {
    /// Fortran sources and directories of them, in any order
    ///
    /// A directory stands for the Fortran sources in it and below it, in sorted order: .f .for .ftn .f77 .fpp .f90
    /// .f95 .f03 .f08 .f18 .f23 in either case, and .fypp. Signature files (.pyf, .pyf.src) are read where they are
    /// named. The command `fypp` preprocesses .fypp files (`pip install fypp`).
    #[arg(value_name = "SRC", required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub how: HowRead,
    /// Print one JSON object with everything that is known
    ///
    /// It goes to standard output, diagnostics to standard error (see --format); where there are errors, the rest is
    /// printed all the same and the exit code is 1.
    ///
    /// Its keys: `schema` (1) and `files`; a file has `path`, `form`, `status`, `errors`, `uses`, `units` and
    /// `modules`. Expressions are Fortran in lower case without blanks, with everything computed that is constant.
    #[arg(long)]
    pub json: bool,
    /// Print a signature file that f2py and fwrap read
    #[arg(long, conflicts_with_all = ["json", "isolated"])]
    pub pyf: bool,
    /// The name of the Python module in the signature file [default: the first source's, without its suffix]
    #[arg(short, value_name = "NAME", requires = "pyf")]
    pub module: Option<String>,
    /// Read every file on its own, as if there were no other
    #[arg(long)]
    pub isolated: bool,
}

impl HowRead {
    /// The options that they are.
    fn options(&self) -> Options {
        let split =
            |flags: &[String]| flags.iter().flat_map(|flags| fwrap_build::split_flags(flags)).collect::<Vec<_>>();
        Options {
            f2cmap: self.f2cmap.clone(),
            deny: names(&self.deny).iter().map(|code| code.to_ascii_uppercase()).collect(),
            include_directories: self.include.clone(),
            defines: self.define.iter().map(|define| macro_definition(define)).collect(),
            fixed_form_flags: split(&self.f77flags),
            free_form_flags: split(&self.f90flags),
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
            ..self.how.options()
        }
    }
}

/// The names of a list, without blanks around them.
fn names(list: &[String]) -> Vec<String> {
    list.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

impl Check {
    /// How the report is printed.
    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { self.sources.how.format }
    }
}

impl Inspect {
    /// The options that they are.
    pub fn options(&self) -> Options {
        let module = self.module.clone().unwrap_or_default();
        Options { module, files: self.files.clone(), ..self.how.options() }
    }
}

impl Build {
    /// The options that they are.
    pub fn options(&self) -> Options {
        Options {
            module: self.module.clone(),
            library_directories: self.library_directory.clone(),
            libraries: self.library.clone(),
            checked: self.checked,
            ..self.sources.options()
        }
    }
}

/// `NAME` or `NAME=V`.
fn macro_definition(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (text.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(line: &str) -> Build {
        let arguments = Arguments::try_parse_from(line.split_whitespace()).unwrap();
        let Command::Build(build) = arguments.command else { panic!("{line} is a build") };
        *build
    }

    #[test]
    fn the_definition_is_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn attached_forms_are_those_of_compilers() {
        let options = build("fwrap build a.f90 b.c -m k -llapack -L/opt/lib -DFOO=1 -DBAR -Iinc -l blas").options();
        assert_eq!(options.libraries, ["lapack", "blas"]);
        assert_eq!(options.library_directories, [PathBuf::from("/opt/lib")]);
        assert_eq!(options.include_directories, [PathBuf::from("inc")]);
        assert_eq!(options.defines, [("FOO".to_owned(), Some("1".to_owned())), ("BAR".to_owned(), None)]);
        assert_eq!(options.link_only, None);
    }

    #[test]
    fn flags_and_lists_are_split() {
        let arguments = ["fwrap", "build", "a.f90", "-m", "k", "--f90flags=-O3 -fopenmp", "--f77flags", "-std=legacy"];
        let Command::Build(build) = Arguments::try_parse_from(arguments).unwrap().command else { panic!("a build") };
        assert_eq!(build.options().free_form_flags, ["-O3", "-fopenmp"]);
        assert_eq!(build.options().fixed_form_flags, ["-std=legacy"]);
        let options = super::tests::build("fwrap build a.f90 -m k --only f,g --skip h --deny fw04").options();
        assert_eq!(
            (options.only, options.skip, options.deny),
            (vec!["f".into(), "g".into()], vec!["h".into()], vec!["FW04".into()])
        );
    }

    #[test]
    fn link_only_is_all_sources_or_those_named() {
        assert_eq!(build("fwrap build a.f -m k --link-only -llapack").options().link_only, Some(vec![]));
        let options = build("fwrap build --link-only a.f b.f -m k -llapack").options();
        assert_eq!(options.link_only, Some(vec![PathBuf::from("a.f"), PathBuf::from("b.f")]));
        assert!(Arguments::try_parse_from(["fwrap", "build", "-m", "k"]).is_err());
    }
}
