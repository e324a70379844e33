//! The whole of `fwrap build`: from what was read to an importable extension with its stub.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use crate::c_code::{compile_c_code, header_directories};
use crate::cache::Cache;
use crate::command::Monitor;
use crate::compile::Compilation;
use crate::error::BuildError;
use crate::expectation;
use crate::generation::Reading;
use crate::glue::{Texts, compile_glue};
use crate::link::Link;
use crate::options::Options;
use crate::output::{NewFile, prepare_directory, publish};
use crate::python::{Python, find_python};
use crate::runtime::Runtime;
use crate::source::read_text;
use crate::state::find_state;
use crate::stops::compile_stops;
use crate::toolchain::{Compiler, Rust, find_fortran, find_rust};
use crate::work::WorkDirectory;

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
    /// The glue as it was expected; `None` if it turned out otherwise before.
    object: Option<PathBuf>,
}

/// The other half: the objects, and the procedures that keep no state.
struct NativeHalf {
    objects: Vec<PathBuf>,
    stateless: BTreeSet<String>,
}

/// What the other half has to say to the Rust half.
#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    /// The texts will be those that were expected.
    AsExpected,
    /// They will be others.
    Otherwise,
    /// There will be no extension.
    Failed,
}

/// Builds the extension module of what was read into `directory`. Nothing appears there unless all succeeds.
///
/// Which procedures keep state is found in the compiled sources. The glue depends on it, but need not wait: it is compiled
/// as the last build has found it, and again where that has changed.
pub fn build_extension(
    reading: &mut Reading,
    options: &Options,
    directory: &Path,
    monitor: &dyn Monitor,
) -> Result<Built, BuildError> {
    let Some(files) = &reading.generated.files else { return Err(BuildError::GivenUp) };
    let cache = Cache::open()?;
    prepare_directory(directory)?;
    let work = WorkDirectory::new()?;
    let work = work.path();
    let fortran = find_fortran(files.rust.contains("cfi::"), monitor)?;
    let (tell, news) = mpsc::channel();
    let reading_now: &Reading = reading;
    let (rust_half, native) = std::thread::scope(|scope| {
        let rust_half = scope.spawn(|| build_rust_half(reading_now, &cache, work, news, monitor));
        let native = build_native_half(reading_now, &fortran, options, &cache, work, &tell, monitor);
        if native.is_err() {
            let _ = tell.send(News::Failed);
        }
        (rust_half.join(), native)
    });
    let NativeHalf { mut objects, stateless } = native?;
    let half = rust_half.unwrap_or(Err(BuildError::GivenUp))?;
    let glue = match half.object.filter(|_| reading.expected.as_ref() == Some(&stateless)) {
        Some(object) => object,
        None => {
            reading.generated.apply_state(&stateless);
            expectation::store(&cache, &reading.module, &reading.inputs, &stateless);
            compile_glue(&glue_texts(reading), &half.rust, &half.runtime, &cache, work, monitor, || false)?
        }
    };
    objects.insert(0, glue);
    let extension = format!("{}{}", reading.module, half.python.extension_suffix);
    let link =
        Link { module: &reading.module, objects: &objects, runtime: &half.runtime, inputs: &reading.inputs, options };
    let linked = work.join(&extension);
    link.run(&fortran, &half.rust, work, &linked, monitor)?;
    let bytes = std::fs::read(&linked).map_err(|error| BuildError::unreadable(&linked, &error))?;
    let stub_name = format!("{}.pyi", reading.module);
    let stub = reading.generated.files.as_ref().and_then(|files| files.stub.as_ref());
    let stub = stub.map(|stub| NewFile { name: &stub_name, bytes: stub.as_bytes(), executable: false });
    let extension = NewFile { name: &extension, bytes: &bytes, executable: true };
    let mut published = publish(directory, &[extension].into_iter().chain(stub).collect::<Vec<_>>())?.into_iter();
    match published.next() {
        Some(extension) => Ok(Built { extension, stub: published.next() }),
        None => unreachable!("the extension is always among the files"),
    }
}

/// Compiles the sources and the shim, and finds out which procedures keep state. C sources may include `Python.h`, so they
/// wait for the interpreter's answer; Fortran does not.
fn build_native_half(
    reading: &Reading,
    fortran: &Compiler,
    options: &Options,
    cache: &Cache,
    work: &Path,
    tell: &mpsc::Sender<News>,
    monitor: &dyn Monitor,
) -> Result<NativeHalf, BuildError> {
    let files = reading.generated.files.as_ref();
    let c_code = files.and_then(|files| files.c_code.as_deref());
    let headers = find_headers(reading, c_code, options, cache, monitor)?;
    let compilation = Compilation::new(fortran, options, work, monitor)?;
    let mut objects = compilation.compile_sources(&reading.inputs, &reading.generated, &headers)?;
    let state = find_state(objects.iter().chain(&reading.inputs.objects));
    let stateless = state.stateless(reading.generated.symbols());
    let is_expected = reading.expected.as_ref() == Some(&stateless);
    let _ = tell.send(if is_expected { News::AsExpected } else { News::Otherwise });
    if let Some(shim) = files.and_then(|files| files.shim.as_ref()) {
        objects.push(compilation.compile_shim(&reading.module, shim, Some(cache))?);
    }
    if let Some(text) = c_code {
        objects.push(compile_c_code(&reading.module, text, options, &headers, cache, work, monitor)?);
    }
    objects.push(compile_stops(fortran, work, Some(cache), monitor)?);
    Ok(NativeHalf { objects, stateless })
}

/// Where the headers are that the C sources and the module's own C code include; there need not be any C.
pub(crate) fn find_headers(
    reading: &Reading,
    c_code: Option<&str>,
    options: &Options,
    cache: &Cache,
    monitor: &dyn Monitor,
) -> Result<Vec<PathBuf>, BuildError> {
    if reading.inputs.c.is_empty() && c_code.is_none() {
        return Ok(Vec::new());
    }
    let sources = reading.inputs.c.iter().map(|path| read_text(path)).collect::<Result<Vec<String>, _>>()?;
    let texts: Vec<&str> = sources.iter().map(String::as_str).chain(c_code).collect();
    header_directories(&texts, &reading.inputs, options, &find_python(cache, monitor)?, cache, monitor)
}

/// Finds the interpreter and the Rust compiler and compiles the glue, while the other thread compiles the sources.
/// A runtime that is still to be compiled waits for the sources: their errors should not take that long to appear.
fn build_rust_half(
    reading: &Reading,
    cache: &Cache,
    work: &Path,
    news: mpsc::Receiver<News>,
    monitor: &dyn Monitor,
) -> Result<RustHalf, BuildError> {
    let (rust, python) = std::thread::scope(|scope| {
        let rust = scope.spawn(|| find_rust(cache, monitor));
        let python = find_python(cache, monitor);
        (rust.join().unwrap_or(Err(BuildError::GivenUp)), python)
    });
    let (rust, python): (Rust, Python) = (rust?, python?);
    let mut runtime = Runtime::locate(&rust, &python, cache);
    let mut is_useful = reading.expected.is_some();
    if !runtime.is_ready() {
        match news.recv() {
            Ok(News::AsExpected) => {}
            Ok(News::Otherwise) => is_useful = false,
            Ok(News::Failed) | Err(_) => return Err(BuildError::GivenUp),
        }
    }
    runtime.prepare(&rust, &python, cache, monitor)?;
    let is_useless = || news.try_iter().any(|news| news != News::AsExpected);
    let object = match is_useful {
        true => compile_glue(&glue_texts(reading), &rust, &runtime, cache, work, monitor, is_useless),
        false => Err(BuildError::GivenUp),
    };
    match object {
        Ok(object) => Ok(RustHalf { rust, python, runtime, object: Some(object) }),
        Err(BuildError::GivenUp) => Ok(RustHalf { rust, python, runtime, object: None }),
        Err(error) => Err(error),
    }
}

fn glue_texts(reading: &Reading) -> Texts<'_> {
    let files = reading.generated.files.as_ref();
    let glue = files.and_then(|files| files.glue.as_deref()).unwrap_or_default();
    Texts { module: &reading.module, rust: files.map_or("", |files| &files.rust), glue }
}
