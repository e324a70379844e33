//! The object that stands for what ends a process: `native/stops.c`, compiled once per compiler.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cache::{Cache, key};
use crate::command::{Monitor, Role, run, work_in};
use crate::error::BuildError;
use crate::toolchain::Compiler;

/// Its source, in two parts.
pub(crate) const SOURCE: &str = concat!(include_str!("../native/stops.c"), include_str!("../native/statements.c"));

const FLAGS: &[&str] =
    &["-c", "-fPIC", "-O2", "-fexceptions", "-fasynchronous-unwind-tables", "-ffunction-sections", "-w", "-x", "c"];

/// GNU Fortran compiles C, too; no other compiler has to be there.
const COMPILER: Role = Role { name: "the Fortran compiler", help: "install all of it (`apt install gfortran gcc`)" };

/// Compiles it, unless the cache has it.
pub(crate) fn compile_stops(
    fortran: &Compiler,
    work: &Path,
    cache: Option<&Cache>,
    monitor: &dyn Monitor,
) -> Result<PathBuf, BuildError> {
    let (source, object) = (work.join("fwrap_stops.c"), work.join("fwrap_stops.o"));
    let parts = [SOURCE, &fortran.identity].into_iter().chain(FLAGS.iter().copied());
    let key = key(parts.map(str::as_bytes));
    if cache.is_some_and(|cache| cache.fetch_object(&key, &object)) {
        return Ok(object);
    }
    fs::write(&source, SOURCE).map_err(|error| BuildError::unwritable(&source, &error))?;
    let mut command = fortran.command();
    command.args(FLAGS).arg(&source).arg("-o").arg(&object);
    let ran = run(work_in(&mut command, work), COMPILER, monitor)?;
    if !ran.success {
        let source_name = "fwrap_stops.c".to_owned();
        return Err(BuildError::CompilerFailed { role: COMPILER.name, source_name, output: ran.output() });
    }
    if let Some(cache) = cache {
        cache.store_object(&key, &object);
    }
    Ok(object)
}
