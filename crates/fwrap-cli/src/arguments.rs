//! The command line: what each subcommand takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fwrap_build::Options;

use crate::source_arguments::{HowRead, Sources};

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
    /// Take f2py's own command line: -c, -m, -h, only:, skip: and all that is said there
    ///
    /// `fwrap f2py -c -m fib fib.f` does what `f2py -c -m fib fib.f` does, with --compat f2py. `fwrap f2py --help` lists
    /// the options.
    #[command(disable_help_flag = true)]
    F2py {
        /// f2py's words
        #[arg(value_name = "WORD", trailing_var_arg = true, allow_hyphen_values = true, num_args = 0..)]
        words: Vec<String>,
    },
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
    /// The module's name; a signature file (.pyf) says its own
    #[arg(short, value_name = "NAME")]
    pub module: Option<String>,
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
    /// Compile the sources for a debugger: the same as --opt='-g -O0'
    #[arg(long)]
    pub debug: bool,
    /// Leave the generated texts here as well
    #[arg(long, value_name = "DIR")]
    pub build_dir: Option<PathBuf>,
    /// Taken as f2py takes it, and without effect: modules say nothing of free threading
    #[arg(long, overrides_with = "no_freethreading_compatible")]
    pub freethreading_compatible: bool,
    /// The other of the two
    #[arg(long, hide = true)]
    pub no_freethreading_compatible: bool,
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
        let mut options = Options {
            module: self.module.clone().unwrap_or_default(),
            needs_module_name: true,
            library_directories: self.library_directory.clone(),
            libraries: self.library.clone(),
            checked: self.checked,
            ..self.sources.options()
        };
        if self.debug {
            options.add_flags(&["-g", "-O0"]);
        }
        options
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
        let options = super::tests::build("fwrap build a.f90 -m k --f90flags=-O1 --opt=-Ofast --debug").options();
        assert_eq!(options.free_form_flags, ["-O1", "-Ofast", "-g", "-O0"]);
        assert_eq!(options.fixed_form_flags, ["-Ofast", "-g", "-O0"]);
        let options = super::tests::build("fwrap build a.f90 -m k --only f,g --skip h --deny fw04").options();
        assert_eq!(
            (options.only, options.skip, options.deny),
            (vec!["f".into(), "g".into()], vec!["h".into()], vec!["FW04".into()])
        );
    }

    #[test]
    fn f2pys_options_are_taken() {
        let options = build("fwrap build k.pyf --compat f2py --no-lower --lower -UX --include-paths a:b -Ic").options();
        assert!(options.is_compatible && options.needs_module_name && options.module.is_empty());
        assert_eq!((options.lower, options.undefines), (Some(true), vec!["X".to_owned()]));
        assert_eq!(options.include_directories, ["c", "a", "b"].map(PathBuf::from));
        let options = build("fwrap build k.f90 -m k --freethreading-compatible --no-lower").options();
        assert_eq!((options.is_compatible, options.lower), (false, Some(false)));
        assert!(Arguments::try_parse_from(["fwrap", "build", "k.f90", "-m", "k", "--compat", "swig"]).is_err());
    }

    #[test]
    fn link_only_is_all_sources_or_those_named() {
        assert_eq!(build("fwrap build a.f -m k --link-only -llapack").options().link_only, Some(vec![]));
        let options = build("fwrap build --link-only a.f b.f -m k -llapack").options();
        assert_eq!(options.link_only, Some(vec![PathBuf::from("a.f"), PathBuf::from("b.f")]));
        assert!(Arguments::try_parse_from(["fwrap", "build", "-m", "k"]).is_err());
    }
}
