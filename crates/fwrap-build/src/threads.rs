//! What `fwrap check --threads` asks: which procedures keep state, and why.

use crate::cache::Cache;
use crate::command::Monitor;
use crate::compile::Compilation;
use crate::error::BuildError;
use crate::extension::find_headers;
use crate::generation::Reading;
use crate::options::Options;
use crate::state::{Finding, find_state};
use crate::toolchain::find_fortran;
use crate::work::WorkDirectory;

/// Compiles the sources to a directory that goes again and says of every procedure, in the order of
/// [`Generated::procedures`](fwrap_core::Generated::procedures), why it keeps state; `None`: it keeps none.
pub fn find_threads(
    reading: &Reading,
    options: &Options,
    monitor: &dyn Monitor,
) -> Result<Vec<Option<Finding>>, BuildError> {
    let work = WorkDirectory::new()?;
    let fortran = find_fortran(false, monitor)?;
    // Sources in C may include `Python.h`. Where there is no Python, they may do without it.
    let with_python = || find_headers(reading, None, options, &Cache::open()?, monitor);
    let headers = with_python().unwrap_or_else(|_| options.include_directories.clone());
    let compilation = Compilation::new(&fortran, options, work.path(), monitor)?;
    let objects = compilation.compile_sources(&reading.inputs, &reading.generated, &headers)?;
    let state = find_state(objects.iter().chain(&reading.inputs.objects));
    Ok(reading.generated.procedures.iter().map(|procedure| state.of(&procedure.symbol)).collect())
}
