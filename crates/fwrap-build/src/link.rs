//! Linking an extension: one shared library that exports one symbol and leaves nothing unresolved but Python's.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::{Object, ObjectSymbol, SymbolKind};

use crate::command::{Monitor, run, work_in};
use crate::error::BuildError;
use crate::options::Options;
use crate::runtime::Runtime;
use crate::source::Inputs;
use crate::toolchain::{Compiler, FORTRAN, Rust};

/// Flags for compiling that mean something to the linker as well.
const SHARED_FLAGS: &[&str] = &[
    "-fopenmp",
    "-fopenacc",
    "-flto",
    "-fsanitize",
    "-fuse-ld",
    "-m",
    "-B",
    "-Wl,",
    "-pg",
    "--coverage",
    "-fprofile",
    "-static-",
];

/// What is linked into one extension.
pub(crate) struct Link<'a> {
    pub module: &'a str,
    pub objects: &'a [PathBuf],
    pub runtime: &'a Runtime,
    pub inputs: &'a Inputs,
    pub options: &'a Options,
}

impl Link<'_> {
    /// Links to `target`. The Fortran compiler drives the linker, so that its libraries are found. The linker that
    /// comes with Rust takes half the time; whatever it does not take, the system's own linker decides about.
    pub(crate) fn run(
        &self,
        fortran: &Compiler,
        rust: &Rust,
        work: &Path,
        target: &Path,
        monitor: &dyn Monitor,
    ) -> Result<(), BuildError> {
        monitor.stage("linking");
        let exports = work.join("exports.map");
        let entry = format!("PyInit_{}", self.module);
        fs::write(&exports, format!("{{ global: {entry}; local: *; }};\n"))
            .map_err(|error| BuildError::unwritable(&exports, &error))?;
        let chooses_itself = |flag: &String| ["-flto", "-fuse-ld", "-B"].iter().any(|start| flag.starts_with(start));
        let is_fit = !self.flags().any(chooses_itself) && !self.has_common_of_threads();
        if let Some(directory) = rust.linker.as_deref().filter(|_| is_fit) {
            let mut command = self.command(fortran, &exports, target)?;
            command.arg(joined("-B", directory)).arg("-fuse-ld=lld");
            let ran = run(work_in(&mut command, work), FORTRAN, monitor)?;
            if ran.success && unresolved_symbols(&ran.stderr).is_empty() {
                return Ok(());
            }
        }
        let ran = run(work_in(&mut self.command(fortran, &exports, target)?, work), FORTRAN, monitor)?;
        let unresolved = unresolved_symbols(&ran.stderr);
        if !unresolved.is_empty() {
            return Err(BuildError::UnresolvedSymbols { symbols: unresolved });
        }
        if !ran.success {
            return Err(BuildError::LinkFailed { role: "the linker", output: without_python(&ran.output()) });
        }
        Ok(())
    }

    /// Whether an object has COMMON storage for each thread (`!$omp threadprivate(/block/)`): ld.lld puts it where all
    /// threads share it, and says nothing.
    fn has_common_of_threads(&self) -> bool {
        let is_one = |symbol: object::Symbol<'_, '_>| symbol.kind() == SymbolKind::Tls && symbol.is_common();
        let has_one = |path: &PathBuf| {
            let bytes = fs::read(path).unwrap_or_default();
            object::File::parse(&*bytes).is_ok_and(|file| file.symbols().any(is_one))
        };
        self.flags().any(|flag| flag.starts_with("-fopenmp"))
            && self.objects.iter().chain(&self.inputs.objects).any(has_one)
    }

    fn command(&self, fortran: &Compiler, exports: &Path, target: &Path) -> Result<Command, BuildError> {
        let mut command = fortran.command();
        command.arg("-shared").arg("-o").arg(target).args(self.shared_flags());
        command.arg(joined("-Wl,--version-script=", exports));
        // Every unresolved symbol is named by a warning, and those that are not Python's are errors.
        command.args(["-Wl,--gc-sections", "-Wl,-z,defs", "-Wl,--warn-unresolved-symbols"]);
        if !self.wants_debug_information() {
            command.arg("-Wl,--strip-debug");
        }
        command.args(self.objects).args(&self.inputs.objects);
        command.arg(self.runtime.archive());
        for library in &self.inputs.shared_libraries {
            let library = library.canonicalize().map_err(|error| BuildError::unreadable(library, &error))?;
            if let Some(directory) = library.parent() {
                command.arg(joined("-Wl,-rpath,", directory));
            }
            command.arg(library);
        }
        self.add_libraries(&mut command);
        Ok(command)
    }

    fn add_libraries(&self, command: &mut Command) {
        for directory in &self.options.library_directories {
            command.arg(joined("-L", directory));
            // A library that is found here at build time is found here at import as well.
            let is_here = |library: &String| directory.join(format!("lib{library}.so")).is_file();
            if self.options.libraries.iter().any(is_here)
                && let Ok(directory) = directory.canonicalize()
            {
                command.arg(joined("-Wl,-rpath,", &directory));
            }
        }
        command.args(self.options.libraries.iter().map(|library| format!("-l{library}")));
        command.args(["-lm", "-lgcc_s", "-lpthread", "-ldl", "-lc"]);
    }

    fn flags(&self) -> impl Iterator<Item = &String> {
        let options = self.options;
        options.fixed_form_flags.iter().chain(&options.free_form_flags).chain(&options.c_flags)
    }

    fn shared_flags(&self) -> impl Iterator<Item = &String> {
        self.flags().filter(|flag| SHARED_FLAGS.iter().any(|start| flag.starts_with(start)))
    }

    fn wants_debug_information(&self) -> bool {
        self.flags().any(|flag| flag.starts_with("-g") && flag != "-g0")
    }
}

fn joined(start: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(start);
    argument.push(path);
    argument
}

/// The symbol that a line of the linker (GNU ld, gold or lld) says is unresolved.
fn unresolved_in(line: &str) -> Option<&str> {
    let announcements = ["undefined reference to `", "undefined reference to '", "undefined symbol: "];
    let after = announcements
        .iter()
        .chain(&["undefined references to `", "undefined references to '"])
        .find_map(|words| line.split_once(words).map(|(_, after)| after))?;
    let name = after.split(['\'', ' ', '\t']).next()?;
    (!name.is_empty()).then_some(name)
}

fn is_python(symbol: &str) -> bool {
    symbol.starts_with("Py") || symbol.starts_with("_Py")
}

/// What nobody defines, apart from Python's own symbols, as the source spells it.
fn unresolved_symbols(output: &str) -> Vec<String> {
    let symbols = output.lines().filter_map(unresolved_in).filter(|symbol| !is_python(symbol));
    symbols.collect::<BTreeSet<_>>().into_iter().map(source_name).collect()
}

/// The name in the source behind gfortran's symbol, where it is one.
fn source_name(symbol: &str) -> String {
    if let Some((module, procedure)) = symbol.strip_prefix("__").and_then(|rest| rest.split_once("_MOD_")) {
        return format!("{module}::{procedure}");
    }
    symbol.strip_suffix('_').unwrap_or(symbol).to_owned()
}

/// What the linker says apart from Python's symbols and the places that it names for them.
fn without_python(output: &str) -> String {
    let (mut kept, mut place) = (Vec::new(), None);
    for line in output.lines() {
        if line.contains(": in function ") && line.ends_with(':') {
            place = Some(line);
        } else if unresolved_in(line).is_some_and(is_python) {
            place = None;
        } else {
            kept.extend(place.take());
            kept.push(line);
        }
    }
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unresolved_symbols_are_found_in_what_linkers_print() {
        let output = "ld: k.o: in function `sub_':\nk.f90:(.text+0x5): warning: undefined reference to `dgemm_'\n\
             ld.lld: warning: undefined symbol: __m_MOD_f\n>>> referenced by k.f90\n\
             k.f90:3: warning: undefined reference to 'PyList_New'\nx: warning: undefined reference to `dgemm_'";
        assert_eq!(unresolved_symbols(output), ["m::f", "dgemm"]);
        assert!(unresolved_symbols("warning: undefined symbol: _PyThing").is_empty());
        assert_eq!(without_python("a\nundefined symbol: PyX\nb"), "a\nb");
        let output = "ld: a.o: in function `f':\na: warning: undefined reference to `PyX'\n\
             a: warning: more undefined references to `_PyX' follow\n\
             ld: b.o: in function `g_':\nb.f:(.text+0x0): multiple definition of `g_'; c.o: first defined here";
        assert_eq!(without_python(output), output.lines().skip(3).collect::<Vec<_>>().join("\n"));
    }
}
