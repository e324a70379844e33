//! What a front end is told besides the sources.

/// Loads the file that an INCLUDE line names: `(name as written, path of the including file)` to `(path, text)`.
pub type LoadInclude<'a> = dyn Fn(&str, &str) -> Option<(String, String)> + 'a;

/// What a front end is told besides the sources.
pub struct Options<'a> {
    /// Preprocessor macros, `-D NAME` or `-D NAME=VALUE`.
    pub defines: Vec<(String, Option<String>)>,
    /// The macros that the compiler itself defines, as `gfortran -cpp -E -dM` lists them. Without them, those that
    /// every gfortran on a 64-bit machine has.
    pub predefined: Option<Vec<(String, String)>>,
    /// Whether OpenMP is on: lines that begin with the sentinel `!$` are read.
    pub openmp: bool,
    /// The last column of a statement in fixed form; 72 unless a compiler flag says otherwise.
    pub fixed_line_length: Option<usize>,
    /// Finds and reads the file that an INCLUDE line or an `#include` directive names.
    pub load_include: &'a LoadInclude<'a>,
}
