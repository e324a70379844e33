//! `Build`: Fortran and C sources with their safe wrappers, from a `build.rs`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fwrap_core::Texts;
use fwrap_core::diagnostic::{Severity, to_human};

use crate::command::{Quiet, Role, run};
use crate::compile::Compilation;
use crate::error::BuildError;
use crate::generation::{Reading, read};
use crate::options::Options;
use crate::output::write_texts;
use crate::source::FileKind;
use crate::state::find_state;
use crate::stops::compile_stops;
use crate::toolchain::{Compiler, FORTRAN, find_fortran};

const ARCHIVER: Role =
    Role { name: "the archiver", help: "install it (`apt install binutils`), or name another with `AR=/path/to/ar`" };

/// The variables that a build reads.
const VARIABLES: &[&str] = &["FC", "CC", "AR", "FFLAGS", "FYPP"];

/// Compiles Fortran and C sources and generates their safe wrappers, for a `build.rs`.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// fwrap_build::Build::new().file("src/kernel.f90").flag("-O3").compile("kernel")?;
/// # Ok(())
/// # }
/// ```
///
/// The library then says `fwrap::include_wrappers!("kernel");`. Nothing is written outside `OUT_DIR`.
#[derive(Clone, Debug, Default)]
pub struct Build {
    options: Options,
    always_lock: bool,
}

impl Build {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a Fortran or C source, a directory of Fortran sources, an object or an archive.
    pub fn file(&mut self, path: impl AsRef<Path>) -> &mut Self {
        self.options.files.push(path.as_ref().to_owned());
        self
    }

    /// Adds several of them, in any order.
    pub fn files(&mut self, paths: impl IntoIterator<Item = impl AsRef<Path>>) -> &mut Self {
        self.options.files.extend(paths.into_iter().map(|path| path.as_ref().to_owned()));
        self
    }

    /// Adds a source that is only read, because a library holds its code.
    pub fn link_only(&mut self, path: impl AsRef<Path>) -> &mut Self {
        self.options.link_only.get_or_insert_default().push(path.as_ref().to_owned());
        self
    }

    /// Adds a directory of included files and module files.
    pub fn include(&mut self, directory: impl AsRef<Path>) -> &mut Self {
        self.options.include_directories.push(directory.as_ref().to_owned());
        self
    }

    /// Defines a preprocessor macro, with or without a value.
    pub fn define<'a>(&mut self, name: &str, value: impl Into<Option<&'a str>>) -> &mut Self {
        self.options.defines.push((name.to_owned(), value.into().map(str::to_owned)));
        self
    }

    /// Adds a flag for the Fortran compiler, such as `-O3`.
    pub fn flag(&mut self, flag: impl AsRef<str>) -> &mut Self {
        self.options.fixed_form_flags.push(flag.as_ref().to_owned());
        self.options.free_form_flags.push(flag.as_ref().to_owned());
        self
    }

    /// Adds a flag for fypp, which preprocesses `.fypp` sources, such as `-DWITH_QUAD=1`.
    pub fn fypp_flag(&mut self, flag: impl AsRef<str>) -> &mut Self {
        self.options.fypp_flags.push(flag.as_ref().to_owned());
        self
    }

    /// Links a library, such as `lapack`.
    pub fn link_lib(&mut self, name: impl AsRef<str>) -> &mut Self {
        self.options.libraries.push(name.as_ref().to_owned());
        self
    }

    /// Adds a directory in which libraries are looked for.
    pub fn link_search(&mut self, directory: impl AsRef<Path>) -> &mut Self {
        self.options.library_directories.push(directory.as_ref().to_owned());
        self
    }

    /// Reads notes from this file instead of `fwrap.toml`.
    pub fn notes(&mut self, path: impl AsRef<Path>) -> &mut Self {
        self.options.notes = Some(path.as_ref().to_owned());
        self
    }

    /// Wraps only the procedures named.
    pub fn only(&mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> &mut Self {
        self.options.only.extend(names.into_iter().map(|name| name.as_ref().to_owned()));
        self
    }

    /// Leaves out the procedures named.
    pub fn skip(&mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> &mut Self {
        self.options.skip.extend(names.into_iter().map(|name| name.as_ref().to_owned()));
        self
    }

    /// Takes the library's lock in every call, as `fwrap generate` prints it. Without this, the objects are read, and what
    /// keeps no state between calls takes no lock.
    pub fn always_lock(&mut self) -> &mut Self {
        self.always_lock = true;
        self
    }

    /// Watches what every procedure writes: its arguments lie between guard zones, what it is to define starts as NaN, and
    /// the sources are compiled with gfortran's checks of bounds and pointers. Slow, and for finding errors.
    pub fn checked(&mut self, checked: bool) -> &mut Self {
        self.options.checked = checked;
        self
    }

    /// Compiles all of it and writes `NAME.rs` for `fwrap::include_wrappers!("NAME")`.
    pub fn compile(&self, name: &str) -> Result<(), BuildError> {
        for variable in VARIABLES {
            println!("cargo:rerun-if-env-changed={variable}");
        }
        let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_else(|| "target/fwrap".into()));
        let mut options = Options { module: name.to_owned(), ..self.options.clone() };
        if let Ok(flags) = std::env::var("FFLAGS") {
            let flags = crate::command::split_flags(&flags);
            options.fixed_form_flags.splice(0..0, flags.iter().cloned());
            options.free_form_flags.splice(0..0, flags);
        }
        print_watched(&options);
        let mut reading = read(&options, Texts::Rust)?;
        for file in reading.files_read() {
            println!("cargo:rerun-if-changed={}", file.display());
        }
        report(&reading)?;
        let Some(files) = &reading.generated.files else { return Err(BuildError::GivenUp) };
        let work = out.join(format!("fwrap-{name}"));
        let fortran = find_fortran(files.rust.contains("cfi::"), &Quiet)?;
        let compilation = Compilation::new(&fortran, &options, &work, &Quiet)?;
        let mut objects =
            compilation.compile_sources(&reading.inputs, &reading.generated, &options.include_directories)?;
        let state = find_state(objects.iter().chain(&reading.inputs.objects));
        if let Some(shim) = &files.shim {
            objects.push(compilation.compile_shim(name, shim, None)?);
        }
        if compilation.has_stops() {
            objects.push(compile_stops(&fortran, &work, None, &Quiet)?);
        }
        objects.extend(reading.inputs.objects.iter().filter(|path| is_object(path)).cloned());
        archive(&out.join(format!("libfwrap_{name}.a")), &objects)?;
        if !self.always_lock {
            let stateless = state.stateless(reading.generated.symbols());
            reading.generated.apply_state(&stateless);
        }
        let rust = reading.generated.files.as_ref().map_or("", |files| &files.rust);
        write_texts(&out, &[(format!("{name}.rs"), rust)])?;
        print_link_lines(name, &out, &options, &reading, &fortran)
    }
}

/// What is named is watched before it is read, so that a build that fails runs again when the file is mended.
fn print_watched(options: &Options) {
    let named = options.files.iter().chain(options.link_only.iter().flatten()).chain(&options.notes);
    for path in named {
        println!("cargo:rerun-if-changed={}", path.display());
    }
    // Watched also while it does not exist: it counts as soon as it does.
    let sources = options.files.iter().chain(options.link_only.iter().flatten());
    if options.notes.is_none()
        && let Some(first) = sources.into_iter().find(|path| FileKind::of(path).is_some_and(FileKind::is_fortran))
    {
        let beside = first.with_file_name("fwrap.toml");
        for path in [Path::new("fwrap.toml"), &beside].iter().filter(|path| path.exists()) {
            println!("cargo:rerun-if-changed={}", path.display());
        }
    }
}

/// Errors fail the build with the complete report; warnings go to cargo, which prints one line each.
fn report(reading: &Reading) -> Result<(), BuildError> {
    let generated = &reading.generated;
    if generated.diagnostics.has_errors() {
        let report = to_human(&generated.diagnostics, &generated.sources, false).trim_end().to_owned();
        return Err(BuildError::Diagnostics { report });
    }
    for diagnostic in generated.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Warning) {
        let place = diagnostic.span.map_or_else(String::new, |span| {
            let (line, column) = generated.sources.line_and_column(span.file, span.start);
            format!("{}:{line}:{column}: ", generated.sources.file(span.file).path)
        });
        let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!(" (help: {})", one_line(help)));
        println!("cargo:warning={place}[{}] {}{help}", diagnostic.code.as_str(), one_line(&diagnostic.title));
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn is_object(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("o"))
}

/// Makes the archive anew, as `ar` would keep members of sources that are gone, and puts it in its place when it is
/// whole.
fn archive(target: &Path, objects: &[PathBuf]) -> Result<(), BuildError> {
    let new = target.with_extension("a.new");
    if let Err(error) = fs::remove_file(&new)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(BuildError::unwritable(&new, &error));
    }
    let archiver = std::env::var_os("AR").filter(|value| !value.is_empty()).unwrap_or_else(|| "ar".into());
    let ran = run(Command::new(archiver).arg("crs").arg(&new).args(objects), ARCHIVER, &Quiet)?;
    if !ran.success {
        return Err(BuildError::LinkFailed { role: ARCHIVER.name, output: ran.output() });
    }
    fs::rename(&new, target).map_err(|error| BuildError::unwritable(target, &error))
}

fn print_link_lines(
    name: &str,
    out: &Path,
    options: &Options,
    reading: &Reading,
    fortran: &Compiler,
) -> Result<(), BuildError> {
    println!("cargo:rustc-link-search=native={}", out.display());
    println!("cargo:rustc-link-lib=static=fwrap_{name}");
    for directory in &options.library_directories {
        println!("cargo:rustc-link-search=native={}", directory.display());
    }
    for library in reading.inputs.objects.iter().filter(|path| !is_object(path)) {
        print_library(library, "static")?;
    }
    for library in &reading.inputs.shared_libraries {
        print_library(library, "dylib")?;
    }
    for library in &options.libraries {
        println!("cargo:rustc-link-lib={library}");
    }
    let ran = run(fortran.command().arg("-print-file-name=libgfortran.so"), FORTRAN, &Quiet)?;
    let found = PathBuf::from(ran.stdout.trim());
    // Without a directory in front, the compiler did not find it, and the linker looks for it as for any other.
    if let Some(directory) = found.parent().filter(|directory| directory.is_absolute()) {
        let directory = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
        println!("cargo:rustc-link-search=native={}", directory.display());
    }
    println!("cargo:rustc-link-lib=dylib=gfortran");
    if options.fixed_form_flags.iter().any(|flag| flag == "-fopenmp") {
        println!("cargo:rustc-link-lib=dylib=gomp");
    }
    Ok(())
}

/// A library given as a file, as cargo wants it: a directory and a name.
fn print_library(path: &Path, kind: &str) -> Result<(), BuildError> {
    let path = path.canonicalize().map_err(|error| BuildError::unreadable(path, &error))?;
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let name = file.strip_prefix("lib").and_then(|name| name.split_once('.')).map(|(name, _)| name);
    let (Some(directory), Some(name)) = (path.parent(), name) else {
        return Err(BuildError::UnknownSuffix { path });
    };
    println!("cargo:rustc-link-search=native={}", directory.display());
    println!("cargo:rustc-link-lib={kind}={name}");
    Ok(())
}
