//! Where NumPy's C headers are: asked of the interpreter once, for C code that includes them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::{Cache, key};
use crate::command::{Monitor, Role, run};
use crate::error::BuildError;
use crate::python::Python;

/// Looks where NumPy lies without importing it, which would take ten times as long.
const QUESTION: &str = "\
import importlib.util, os
spec = importlib.util.find_spec('numpy')
for root in (spec.submodule_search_locations if spec else ()):
    for core in ('_core', 'core'):
        path = os.path.join(root, core, 'include')
        if os.path.isfile(os.path.join(path, 'numpy', 'arrayobject.h')):
            print(path)
            raise SystemExit
";

const ROLE: Role = Role { name: "the Python interpreter", help: "" };

/// The directory of `numpy/arrayobject.h`.
pub(crate) fn find_numpy_headers(python: &Python, cache: &Cache, monitor: &dyn Monitor) -> Result<PathBuf, BuildError> {
    let has_headers = |directory: &Path| directory.join("numpy/arrayobject.h").is_file();
    let paths = std::env::var_os("PYTHONPATH").unwrap_or_default();
    let parts = [QUESTION, &python.executable.to_string_lossy(), &python.abi, &paths.to_string_lossy()];
    let question = key(parts.map(str::as_bytes));
    // What was answered once holds as long as the headers are there.
    if let Some(kept) = cache.text("answers", &question).map(PathBuf::from).filter(|kept| has_headers(kept)) {
        return Ok(kept);
    }
    let ran = run(Command::new(&python.executable).args(["-c", QUESTION]), ROLE, monitor)?;
    let found = PathBuf::from(ran.stdout.trim());
    if !has_headers(&found) {
        return Err(BuildError::NoNumpyHeaders { python: python.executable.clone() });
    }
    cache.store("answers", &question, ran.stdout.trim().as_bytes());
    Ok(found)
}

/// Whether a C text includes headers of NumPy.
pub(crate) fn includes_numpy(text: &str) -> bool {
    text.lines().any(|line| {
        let Some(directive) = line.trim_start().strip_prefix('#') else { return false };
        let Some(file) = directive.trim_start().strip_prefix("include") else { return false };
        file.trim_start().trim_start_matches(['<', '"']).starts_with("numpy/")
    })
}

#[cfg(test)]
mod tests {
    use super::includes_numpy;

    #[test]
    fn only_directives_include() {
        assert!(includes_numpy("int x;\n #  include <numpy/arrayobject.h>\n"));
        assert!(includes_numpy("#include \"numpy/npy_math.h\""));
        assert!(!includes_numpy("/* numpy/arrayobject.h */\n#include <math.h>\n"));
    }
}
