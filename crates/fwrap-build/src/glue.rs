//! The Rust half of an extension: one object file, compiled against the cached runtime and itself cached.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::{Cache, key};
use crate::command::{Monitor, Role, run_unless, work_in};
use crate::error::BuildError;
use crate::runtime::Runtime;
use crate::toolchain::Rust;

const FLAGS: &[&str] = &[
    "--edition=2024",
    "--crate-type=cdylib",
    "--emit=obj",
    "--cap-lints=allow",
    "-Ccodegen-units=1",
    "-Cpanic=unwind",
    "-Crelocation-model=pic",
    "-Cdebuginfo=0",
    "-Cembed-bitcode=no",
];

/// So many routines in f2py's terms are a large module.
const LARGE: usize = 150;

/// How far the glue is optimized. The runtime, which does the work of a call, always is; a large module (LAPACK's has
/// 589 routines) would take longer to compile than f2py takes for all of its own.
fn optimization(glue: &str) -> &'static str {
    let routines = glue.matches("Method::routine::<").count();
    if routines > LARGE { "-Copt-level=0" } else { "-Copt-level=3" }
}

/// What is compiled.
pub(crate) struct Texts<'a> {
    pub module: &'a str,
    pub rust: &'a str,
    pub glue: &'a str,
}

/// Compiles the crate root `NAME_python.rs` and the module `NAME.rs` beside it, unless the cache has the object.
/// `given_up` says whether the build has failed elsewhere in the meantime.
pub(crate) fn compile_glue(
    texts: &Texts<'_>,
    rust: &Rust,
    runtime: &Runtime,
    cache: &Cache,
    work: &Path,
    monitor: &dyn Monitor,
    given_up: impl FnMut() -> bool,
) -> Result<PathBuf, BuildError> {
    let Texts { module, glue, rust: rust_text } = *texts;
    let parts = [module, glue, rust_text, &runtime.key].map(str::as_bytes);
    let optimization = optimization(glue);
    let flags = FLAGS.iter().chain([&optimization]);
    let key = key(flags.clone().map(|flag| flag.as_bytes()).chain(parts));
    let object = work.join("glue.o");
    if cache.fetch_object(&key, &object) {
        return Ok(object);
    }
    monitor.stage("compiling the glue");
    let directory = work.join("glue");
    let root = format!("{module}_python.rs");
    let write = |name: &str, text: &str| fs::write(directory.join(name), text);
    fs::create_dir_all(&directory)
        .and_then(|()| write(&root, glue))
        .and_then(|()| write(&format!("{module}.rs"), rust_text))
        .map_err(|error| BuildError::unwritable(&directory, &error))?;
    let mut command = Command::new(&rust.rustc);
    // Relative paths: what panics say must not depend on where this build happened to work.
    work_in(&mut command, work).current_dir(&directory).args(flags).arg(&root);
    command.arg("--crate-name").arg(format!("{module}_python")).arg("-o").arg(&object);
    command.arg("--extern").arg(path_argument("fwrap=", &runtime.rlib()));
    command.arg("-L").arg(path_argument("dependency=", &runtime.dependencies()));
    let ran = run_unless(&mut command, Role { name: "the Rust compiler", help: "" }, monitor, given_up)?;
    if !ran.success {
        return Err(BuildError::RustFailed {
            what: "the generated glue",
            output: ran.output(),
            help: "this is a bug of fwrap: report it with the source; `--skip NAME` leaves the procedure out",
        });
    }
    cache.store_object(&key, &object);
    Ok(object)
}

fn path_argument(start: &str, path: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from(start);
    argument.push(path);
    argument
}

#[cfg(test)]
mod tests {
    use super::{LARGE, optimization};

    #[test]
    fn large_modules_are_compiled_fast() {
        let glue = |routines: usize| "Method::routine::<Add>(std::ptr::null()),\n".repeat(routines);
        assert_eq!(optimization(&glue(LARGE)), "-Copt-level=3");
        assert_eq!(optimization(&glue(LARGE + 1)), "-Copt-level=0");
    }
}
