//! The whole of `fwrap build`: from what was read to an importable extension with its stub.

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use fwrap_core::Files;

use crate::cache::Cache;
use crate::command::Monitor;
use crate::compile::Compilation;
use crate::error::BuildError;
use crate::generation::Reading;
use crate::glue::{Texts, compile_glue};
use crate::link::Link;
use crate::options::Options;
use crate::output::{NewFile, prepare_directory, publish};
use crate::python::{Python, find_python};
use crate::runtime::Runtime;
use crate::toolchain::{Rust, find_fortran, find_rust};

/// What a build left.
#[derive(Clone, Debug)]
pub struct Built {
    /// The extension.
    pub extension: PathBuf,
    /// Its stub, if it has one.
    pub stub: Option<PathBuf>,
}

/// The Rust half of a build: what the link needs of it.
struct RustHalf {
    rust: Rust,
    python: Python,
    runtime: Runtime,
    object: PathBuf,
}

/// Builds the extension module of what was read into `directory`. Nothing appears there unless all succeeds.
pub fn build_extension(
    reading: &Reading,
    options: &Options,
    directory: &Path,
    monitor: &dyn Monitor,
) -> Result<Built, BuildError> {
    let Some(files) = &reading.generated.files else { return Err(BuildError::GivenUp) };
    let cache = Cache::open()?;
    prepare_directory(directory)?;
    let work = tempfile::Builder::new()
        .prefix("fwrap-")
        .tempdir()
        .map_err(|error| BuildError::unwritable(&std::env::temp_dir(), &error))?;
    let work = work.path();
    let fortran = find_fortran(files.rust.contains("cfi::"), monitor)?;
    let (native_done, native) = mpsc::channel();
    // C sources may include `Python.h`, so they wait for the interpreter's answer; Fortran does not.
    let (rust_half, objects) = std::thread::scope(|scope| {
        let rust_half = scope.spawn(|| build_rust_half(reading, files, &cache, work, native, monitor));
        let objects = (|| {
            let headers = if reading.inputs.c.is_empty() { None } else { Some(find_python(&cache, monitor)?.include) };
            let compilation = Compilation::new(&fortran, options, work, monitor)?;
            let mut objects = compilation.compile_sources(&reading.inputs, &reading.generated, headers.as_deref())?;
            if let Some(shim) = &files.shim {
                objects.push(compilation.compile_shim(&reading.module, shim, Some(&cache))?);
            }
            Ok(objects)
        })();
        let _ = native_done.send(objects.is_ok());
        (rust_half.join(), objects)
    });
    let mut objects: Vec<PathBuf> = objects?;
    let half = rust_half.unwrap_or(Err(BuildError::GivenUp))?;
    objects.insert(0, half.object);
    let extension = format!("{}{}", reading.module, half.python.extension_suffix);
    let link =
        Link { module: &reading.module, objects: &objects, runtime: &half.runtime, inputs: &reading.inputs, options };
    let linked = work.join(&extension);
    link.run(&fortran, &half.rust, work, &linked, monitor)?;
    let bytes = std::fs::read(&linked).map_err(|error| BuildError::unreadable(&linked, &error))?;
    let stub_name = format!("{}.pyi", reading.module);
    let stub = files.stub.as_ref().map(|stub| NewFile { name: &stub_name, bytes: stub.as_bytes(), executable: false });
    let extension = NewFile { name: &extension, bytes: &bytes, executable: true };
    let mut published = publish(directory, &[extension].into_iter().chain(stub).collect::<Vec<_>>())?.into_iter();
    match published.next() {
        Some(extension) => Ok(Built { extension, stub: published.next() }),
        None => unreachable!("the extension is always among the files"),
    }
}

/// Finds the interpreter and the Rust compiler and compiles the glue, while the other thread compiles the sources.
/// A runtime that is still to be compiled waits for the sources: their errors should not take that long to appear.
fn build_rust_half(
    reading: &Reading,
    files: &Files,
    cache: &Cache,
    work: &Path,
    native: mpsc::Receiver<bool>,
    monitor: &dyn Monitor,
) -> Result<RustHalf, BuildError> {
    let (rust, python) = std::thread::scope(|scope| {
        let rust = scope.spawn(|| find_rust(cache, monitor));
        let python = find_python(cache, monitor);
        (rust.join().unwrap_or(Err(BuildError::GivenUp)), python)
    });
    let (rust, python): (Rust, Python) = (rust?, python?);
    let runtime = Runtime::locate(&rust, &python, cache);
    if !runtime.is_ready() && !native.recv().unwrap_or(false) {
        return Err(BuildError::GivenUp);
    }
    runtime.prepare(&rust, &python, cache, monitor)?;
    let glue = files.glue.as_deref().unwrap_or_default();
    let texts = Texts { module: &reading.module, rust: &files.rust, glue };
    let given_up = || matches!(native.try_recv(), Ok(false));
    let object = compile_glue(&texts, &rust, &runtime, cache, work, monitor, given_up)?;
    Ok(RustHalf { rust, python, runtime, object })
}
