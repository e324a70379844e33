//! The compilers: which they are, whether they can be used, and what names their output.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::{Cache, key, stamp};
use crate::command::{Monitor, Role, run, split_flags};
use crate::error::BuildError;

/// The oldest GNU Fortran whose output the wrappers understand.
const OLDEST_FORTRAN: u32 = 9;
/// The oldest GNU Fortran that passes descriptors of optional dummies correctly.
const OLDEST_FOR_DESCRIPTORS: u32 = 12;

pub(crate) const FORTRAN: Role = Role {
    name: "the Fortran compiler",
    help: "install it (`apt install gfortran`), or name another with `FC=/path/to/gfortran`",
};
pub(crate) const C: Role =
    Role { name: "the C compiler", help: "install it (`apt install gcc`), or name another with `CC=/path/to/gcc`" };
const RUST: Role = Role {
    name: "the Rust compiler",
    help: "install Rust (https://rustup.rs), or name a compiler with `RUSTC=/path/to/rustc`",
};
pub(crate) const CARGO: Role = Role {
    name: "cargo",
    help: "the first build compiles fwrap's runtime with it: install Rust (https://rustup.rs), or name it with \
           `CARGO=/path/to/cargo`",
};

/// A compiler that is called with some first arguments (`CC="ccache gcc"`).
#[derive(Clone, Debug)]
pub(crate) struct Compiler {
    program: String,
    arguments: Vec<String>,
    /// What tells its output from another compiler's.
    pub identity: String,
}

impl Compiler {
    fn from_environment(variable: &str, default: &str) -> Self {
        let value = std::env::var(variable).ok().filter(|value| !value.trim().is_empty());
        let mut words = value.as_deref().map(split_flags).unwrap_or_default().into_iter();
        let program = words.next().unwrap_or_else(|| default.to_owned());
        Self { program, arguments: words.collect(), identity: String::new() }
    }

    /// A command that starts with it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }
}

/// The C compiler: `CC`, else `gcc`.
pub(crate) fn c_compiler() -> Compiler {
    Compiler::from_environment("CC", "gcc")
}

/// What tells a compiler's output from another's without asking it; `None` where that cannot be told (a script).
pub(crate) fn compiler_stamp(compiler: &Compiler) -> Option<String> {
    let found = find_on_path(Path::new(&compiler.program)).filter(|found| is_executable_image(found))?;
    Some(format!("{} {}", stamp(&found.canonicalize().ok()?)?, compiler.arguments.join(" ")))
}

/// The Fortran compiler, whatever it is: `FC`, else `gfortran`.
pub(crate) fn fortran_compiler() -> Compiler {
    Compiler::from_environment("FC", "gfortran")
}

/// Finds GNU Fortran: `FC`, else `gfortran`. Wrappers that pass descriptors need a newer one.
pub(crate) fn find_fortran(passes_descriptors: bool, monitor: &dyn Monitor) -> Result<Compiler, BuildError> {
    let mut compiler = fortran_compiler();
    let ran = run(compiler.command().arg("--version"), FORTRAN, monitor)?;
    let unusable = |found: String| BuildError::UnusableFortranCompiler { program: compiler.program.clone(), found };
    if !ran.success {
        return Err(unusable(format!("it failed when asked for its version\n{}", ran.output())));
    }
    let first = ran.stdout.lines().next().unwrap_or_default().to_owned();
    let Some(version) = major_version(&first) else {
        return Err(unusable(format!("it is `{first}`, not GNU Fortran")));
    };
    if version < OLDEST_FORTRAN {
        return Err(unusable(format!("it is `{first}`, and version {OLDEST_FORTRAN} or later is needed")));
    }
    if passes_descriptors && version < OLDEST_FOR_DESCRIPTORS {
        return Err(unusable(format!(
            "it is `{first}`, and assumed-shape dummies need version {OLDEST_FOR_DESCRIPTORS} or later"
        )));
    }
    compiler.identity = format!("{} {first}", compiler.arguments.join(" "));
    Ok(compiler)
}

/// The major version in the first line of `gfortran --version`.
fn major_version(line: &str) -> Option<u32> {
    if !line.starts_with("GNU Fortran") {
        return None;
    }
    line.split_whitespace().rev().find_map(|word| {
        let (major, _) = word.split_once('.')?;
        major.parse().ok()
    })
}

/// The Rust toolchain itself, not rustup's proxy for it: the proxy costs more than a link.
#[derive(Clone, Debug)]
pub(crate) struct Rust {
    pub rustc: PathBuf,
    pub cargo: OsString,
    /// Where `ld.lld` is, for toolchains that bring it.
    pub linker: Option<PathBuf>,
    /// `rustc -vV`.
    pub identity: String,
}

impl Rust {
    fn new(rustc: PathBuf, identity: String) -> Self {
        let host = identity.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        let sysroot = rustc.parent().and_then(Path::parent);
        let linker = sysroot.map(|sysroot| sysroot.join("lib/rustlib").join(host).join("bin/gcc-ld"));
        let linker = linker.filter(|directory| directory.join("ld.lld").is_file());
        Self { cargo: cargo_beside(&rustc), linker, rustc, identity }
    }
}

/// Finds the Rust compiler: `RUSTC`, else `rustc`. Asked in the cache's directory, so that the toolchain does not
/// depend on where the user stands; the answer is kept as long as nothing that it depends on changes.
pub(crate) fn find_rust(cache: &Cache, monitor: &dyn Monitor) -> Result<Rust, BuildError> {
    let program = std::env::var_os("RUSTC").filter(|value| !value.is_empty()).unwrap_or_else(|| "rustc".into());
    let found = find_on_path(Path::new(&program));
    let question = found.as_deref().and_then(|found| rust_question(found, cache));
    if let Some(rust) = question.as_ref().and_then(|question| kept_rust(cache, question)) {
        return Ok(rust);
    }
    let ask = |program: &Path, arguments: &[&str]| {
        let ran = run(Command::new(program).args(arguments).current_dir(cache.root()), RUST, monitor)?;
        if ran.success { Ok(ran.stdout) } else { Err(rust_failed(ran.output())) }
    };
    // A relative path would be looked for in the cache's directory.
    let program = found.unwrap_or_else(|| PathBuf::from(program));
    let sysroot = ask(&program, &["--print", "sysroot"])?;
    let inside = Path::new(sysroot.trim()).join("bin/rustc");
    let rustc = if inside.is_file() { inside } else { program };
    let identity = ask(&rustc, &["-vV"])?;
    if let (Some(question), Some(stamp)) = (question, stamp(&rustc)) {
        cache.store("answers", &question, format!("{}\n{stamp}\n{identity}", rustc.display()).as_bytes());
    }
    Ok(Rust::new(rustc, identity))
}

fn rust_failed(output: String) -> BuildError {
    BuildError::RustFailed { what: "the question for the Rust compiler's version", output, help: RUST.help }
}

fn kept_rust(cache: &Cache, question: &str) -> Option<Rust> {
    let answer = cache.text("answers", question)?;
    let mut lines = answer.splitn(3, '\n');
    let rustc = PathBuf::from(lines.next()?);
    if stamp(&rustc)? != lines.next()? {
        return None;
    }
    let identity = lines.next()?.to_owned();
    Some(Rust::new(rustc, identity))
}

fn cargo_beside(rustc: &Path) -> OsString {
    if let Some(cargo) = std::env::var_os("CARGO").filter(|value| !value.is_empty()) {
        return cargo;
    }
    let beside = rustc.with_file_name("cargo");
    if beside.is_file() { beside.into_os_string() } else { "cargo".into() }
}

/// Everything that decides which toolchain answers; `None` where that cannot be told (a script, a toolchain file).
fn rust_question(found: &Path, cache: &Cache) -> Option<String> {
    let toolchain_file =
        |directory: &Path| directory.join("rust-toolchain").exists() || directory.join("rust-toolchain.toml").exists();
    if !is_executable_image(found) || cache.root().ancestors().any(toolchain_file) {
        return None;
    }
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let rustup = match variable("RUSTUP_HOME") {
        home if home.is_empty() => Path::new(&variable("HOME")).join(".rustup"),
        home => PathBuf::from(home),
    };
    let settings = std::fs::read(rustup.join("settings.toml")).unwrap_or_default();
    let parts = ["rustc", &stamp(found)?, &variable("RUSTUP_TOOLCHAIN"), &rustup.to_string_lossy()].map(str::to_owned);
    Some(key(parts.iter().map(String::as_bytes).chain([settings.as_slice()])))
}

/// The file that the system would run for this name.
pub(crate) fn find_on_path(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return std::path::absolute(program).ok().filter(|path| path.is_file());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|candidate| is_executable(candidate))
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Whether the file is a program of the machine, not a script that may answer differently each time.
pub(crate) fn is_executable_image(path: &Path) -> bool {
    let mut start = [0; 4];
    std::fs::File::open(path).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut start)).is_ok()
        && start == *b"\x7fELF"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_distributions_print() {
        assert_eq!(major_version("GNU Fortran (Debian 12.2.0-14+deb12u1) 12.2.0"), Some(12));
        assert_eq!(major_version("GNU Fortran (GCC) 9.4.1 20200101"), Some(9));
        assert_eq!(major_version("GNU Fortran (SUSE Linux) 13.2.1 20240206 [revision 67ac78caf31f]"), Some(13));
        assert_eq!(major_version("flang version 18.1.3"), None);
        assert_eq!(major_version(""), None);
    }

    #[test]
    fn programs_are_found_on_the_path_and_scripts_told_apart() {
        let shell = find_on_path(Path::new("sh")).expect("a shell");
        assert!(is_executable_image(&shell));
        assert!(find_on_path(Path::new("no-such-program-anywhere")).is_none());
        let script = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(script.path(), "#!/bin/sh\n").unwrap();
        assert!(!is_executable_image(script.path()));
    }
}
