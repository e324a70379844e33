//! The Python interpreter to build for: asked once, in one short call.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::{Cache, key, stamp};
use crate::command::{Monitor, Role, run};
use crate::error::BuildError;
use crate::toolchain::{find_on_path, is_executable_image};

/// Asks without the site's start-up files; what comes back does not depend on installed packages.
const QUESTION: &str = "\
import sys, sysconfig
get = sysconfig.get_config_var
print(sys.executable)
print(get('EXT_SUFFIX'))
print(get('INCLUDEPY') or sysconfig.get_path('include'))
print(sys.implementation.name)
print('%d.%d' % sys.version_info[:2])
print(getattr(sys, 'abiflags', ''))
print(sys.maxsize)
";

const ROLE: Role = Role {
    name: "the Python interpreter",
    help: "install it (`apt install python3`), or name another with `FWRAP_PYTHON=/path/to/python3`",
};

/// What a build needs to know of an interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Python {
    /// The interpreter itself, not a script that finds it.
    pub executable: PathBuf,
    /// Such as `.cpython-311-x86_64-linux-gnu.so`.
    pub extension_suffix: String,
    /// Where `Python.h` is.
    pub include: PathBuf,
    /// What tells its binary interface from another's.
    pub abi: String,
}

/// Asks `FWRAP_PYTHON`, else `python3`.
pub(crate) fn find_python(cache: &Cache, monitor: &dyn Monitor) -> Result<Python, BuildError> {
    let program =
        std::env::var_os("FWRAP_PYTHON").filter(|value| !value.is_empty()).unwrap_or_else(|| "python3".into());
    let found = find_on_path(Path::new(&program));
    let question = found.as_deref().and_then(question_key);
    let kept = question.as_ref().and_then(|question| cache.text("answers", question));
    let name = program.to_string_lossy().into_owned();
    if let Some(python) = kept.and_then(|answer| read_answer(&answer, &name).ok()) {
        return with_headers(python);
    }
    let ran = run(Command::new(&program).args(["-I", "-S", "-c", QUESTION]), ROLE, monitor)?;
    if !ran.success {
        return Err(BuildError::UnusablePython { program: name, found: format!("it failed\n{}", ran.output()) });
    }
    let python = with_headers(read_answer(&ran.stdout, &name)?)?;
    if let Some(question) = question {
        cache.store("answers", &question, ran.stdout.as_bytes());
    }
    Ok(python)
}

/// Everything that decides the answer; `None` where that cannot be told, because a script answers.
fn question_key(found: &Path) -> Option<String> {
    if !is_executable_image(found) {
        return None;
    }
    let real = found.canonicalize().ok()?;
    let environment = found.parent()?.parent()?.join("pyvenv.cfg");
    let parts = [
        QUESTION.to_owned(),
        found.to_string_lossy().into_owned(),
        stamp(&real)?,
        std::fs::read_to_string(environment).unwrap_or_default(),
    ];
    Some(key(parts.iter().map(String::as_bytes)))
}

fn read_answer(answer: &str, program: &str) -> Result<Python, BuildError> {
    let unusable = |found: String| BuildError::UnusablePython { program: program.to_owned(), found };
    let lines: Vec<&str> = answer.lines().collect();
    let [executable, suffix, include, implementation, version, flags, width] = lines[..] else {
        return Err(unusable(format!("it answered\n{answer}")));
    };
    let minor = version.strip_prefix("3.").and_then(|minor| minor.parse::<u32>().ok());
    if implementation != "cpython" || minor.is_none_or(|minor| minor < 9) {
        return Err(unusable(format!("it is {implementation} {version}")));
    }
    Ok(Python {
        executable: PathBuf::from(if executable.is_empty() { program } else { executable }),
        extension_suffix: suffix.to_owned(),
        include: PathBuf::from(include),
        abi: format!("{implementation} {version} {flags} {width} {suffix}"),
    })
}

fn with_headers(python: Python) -> Result<Python, BuildError> {
    let header = python.include.join("Python.h");
    if header.is_file() { Ok(python) } else { Err(BuildError::NoPythonHeaders { header }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "/v/bin/python\n.cpython-311-x86_64-linux-gnu.so\n/usr/include/python3.11\ncpython\n3.11\n\n\
                          9223372036854775807\n";

    #[test]
    fn answers_are_read_and_others_refused() {
        let python = read_answer(ANSWER, "python3").unwrap();
        assert_eq!(python.extension_suffix, ".cpython-311-x86_64-linux-gnu.so");
        assert_eq!(python.executable, Path::new("/v/bin/python"));
        for bad in [ANSWER.replace("cpython\n", "pypy\n"), ANSWER.replace("\n3.11\n", "\n3.6\n"), "x\n".to_owned()] {
            assert!(matches!(read_answer(&bad, "p"), Err(BuildError::UnusablePython { .. })), "{bad}");
        }
        assert!(read_answer(&ANSWER.replace("\n3.11\n", "\n3.14\n"), "p").is_ok());
    }

    #[test]
    fn a_directory_without_headers_names_the_missing_file() {
        let directory = tempfile::tempdir().unwrap();
        let mut python = read_answer(ANSWER, "p").unwrap();
        python.include = directory.path().to_owned();
        assert!(with_headers(python.clone()).unwrap_err().to_string().contains("Python.h"));
        std::fs::write(directory.path().join("Python.h"), "").unwrap();
        assert_eq!(with_headers(python.clone()).unwrap(), python);
    }
}
