//! The C file of a module (`NAME_code.c`): what users of f2py write in C, compiled and kept by its text.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cache::{Cache, key};
use crate::command::{Monitor, run, work_in};
use crate::error::BuildError;
use crate::numpy::{find_numpy_headers, includes_numpy};
use crate::options::Options;
use crate::python::Python;
use crate::source::{FileKind, Inputs};
use crate::toolchain::{C, c_compiler, compiler_stamp};

/// Calls into Fortran may end in a stop that unwinds through this code.
const FLAGS: &[&str] = &[
    "-c",
    "-fPIC",
    "-O2",
    "-fexceptions",
    "-fasynchronous-unwind-tables",
    "-fno-strict-aliasing",
    "-fwrapv",
    "-std=gnu11",
    "-ffunction-sections",
    "-fdata-sections",
    "-w",
];

/// The directories of the headers that C text may include: those of the user, those beside signature files and here,
/// Python's, and NumPy's where it asks.
pub(crate) fn header_directories(
    texts: &[&str],
    inputs: &Inputs,
    options: &Options,
    python: &Python,
    cache: &Cache,
    monitor: &dyn Monitor,
) -> Result<Vec<PathBuf>, BuildError> {
    let mut directories = options.include_directories.clone();
    let signatures = inputs.fortran.iter().filter(|input| input.kind == FileKind::Signatures);
    let beside = signatures.filter_map(|input| input.path.parent()).filter(|folder| !folder.as_os_str().is_empty());
    directories.extend(beside.map(Path::to_owned));
    directories.extend([PathBuf::from("."), python.include.clone()]);
    if texts.iter().any(|text| includes_numpy(text)) {
        directories.push(find_numpy_headers(python, cache, monitor)?);
    }
    Ok(directories)
}

/// Compiles it, unless the cache has the object for the same text, compiler and flags. Headers of the user may change
/// without notice: what looks for some is compiled each time.
pub(crate) fn compile_c_code(
    module: &str,
    text: &str,
    options: &Options,
    headers: &[PathBuf],
    cache: &Cache,
    work: &Path,
    monitor: &dyn Monitor,
) -> Result<PathBuf, BuildError> {
    let (source, object) = (work.join(format!("{module}_code.c")), work.join(format!("{module}_code.o")));
    fs::write(&source, text).map_err(|error| BuildError::unwritable(&source, &error))?;
    let compiler = c_compiler();
    let mut command = compiler.command();
    command.args(FLAGS);
    for directory in headers {
        command.arg("-I").arg(directory);
    }
    command.args(crate::compile::macro_flags(options)).args(&options.c_flags);
    let kept = compiler_stamp(&compiler).filter(|_| !has_own_headers(text)).map(|stamp| {
        let arguments = command.get_args().map(|argument| argument.as_encoded_bytes().to_vec());
        let parts: Vec<Vec<u8>> = arguments.chain([stamp.into_bytes(), text.as_bytes().to_vec()]).collect();
        key(parts.iter().map(Vec::as_slice))
    });
    if kept.as_ref().is_some_and(|key| cache.fetch_object(key, &object)) {
        return Ok(object);
    }
    monitor.stage("compiling the C code");
    let ran = run(work_in(command.arg(&source).arg("-o").arg(&object), work), C, monitor)?;
    if !ran.success {
        let source_name = format!("{module}_code.c");
        return Err(BuildError::CompilerFailed { role: C.name, source_name, output: ran.output() });
    }
    if let Some(key) = kept {
        cache.store_object(&key, &object);
    }
    Ok(object)
}

/// Whether it includes a file in quotes, which no compiler brings.
fn has_own_headers(text: &str) -> bool {
    text.lines().any(|line| {
        let directive = line.trim_start().strip_prefix('#').map(str::trim_start);
        directive.is_some_and(|directive| directive.starts_with("include") && directive.contains('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::has_own_headers;

    #[test]
    fn headers_in_quotes_are_the_users() {
        assert!(has_own_headers("#include <math.h>\n  # include \"mine.h\"\n"));
        assert!(!has_own_headers("#include <Python.h>\nchar *x = \"include\";\n"));
    }
}
