//! How fast Fortran is read: LAPACK's SRC and BLAS on one thread, or a made-up library where they are not unpacked.
//!
//! `tests/tools/fetch_corpora.sh` unpacks them; `FWRAP_CORPORA` names the folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use fwrap_core::front::{Options, parse_library};
use fwrap_core::source::{SourceFile, SourceMap};
use fwrap_core::{Request, inspect};

/// The folder of `fetch_corpora.sh`.
fn corpora() -> Option<PathBuf> {
    let given = env::var_os("FWRAP_CORPORA").map(PathBuf::from);
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cache"));
    given.or_else(|| Some(cache.or_else(home)?.join("fwrap/corpora")))
}

/// A file's text as `fwrap` reads it: as UTF-8, or else as Latin-1.
fn read(path: &Path) -> SourceFile {
    let bytes = fs::read(path).expect("a readable file");
    let text =
        String::from_utf8(bytes).unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect());
    SourceFile::new(path.to_string_lossy(), text)
}

/// The Fortran files of LAPACK's and BLAS's SRC folders, without those that need a newer compiler's suffix.
fn lapack() -> Option<Vec<SourceFile>> {
    let root = corpora()?.join("lapack");
    let mut files = Vec::new();
    for folder in [root.join("SRC"), root.join("BLAS/SRC")] {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let is_fortran = |path: &&PathBuf| {
            let suffix = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            matches!(suffix.as_str(), "f" | "f90")
        };
        files.extend(paths.iter().filter(is_fortran).map(|path| read(path)));
    }
    (!files.is_empty()).then_some(files)
}

/// Files like LAPACK's: as many, as long, with as many comments.
fn made_up() -> Vec<SourceFile> {
    let body: String = (0..150)
        .map(|line| format!("      IF( X( I+{line} ).GT.ZERO ) CALL DAXPY( N-J, ALPHA, X( {line}, J ), INCX, Y, 1 )\n"))
        .collect();
    let comment: String =
        (0..170).map(|line| format!("*>          The value {line} of the array A( LDA, * ).\n")).collect();
    let file = |number: usize| {
        let text = format!(
            "*> \\brief Does something.\n{comment}      SUBROUTINE MADE{number}( N, ALPHA, X, INCX, Y )\n      \
             INTEGER            N, INCX\n      DOUBLE PRECISION   ALPHA, X( INCX, * ), Y( N )\n{body}      END\n"
        );
        SourceFile::new(format!("made{number}.f"), text)
    };
    (0..1300).map(file).collect()
}

fn reading(criterion: &mut Criterion) {
    let (name, files) = lapack().map_or_else(
        || {
            eprintln!(
                "reading: LAPACK is not unpacked (tests/tools/fetch_corpora.sh lapack): a made-up library is read"
            );
            ("made-up", made_up())
        },
        |files| ("lapack", files),
    );
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    eprintln!("reading: {} files of {name}, {:.1} MB", files.len(), bytes as f64 / 1e6);
    let mut group = criterion.benchmark_group("reading");
    group.throughput(Throughput::Bytes(bytes as u64)).sample_size(10);
    let mut sources = SourceMap::default();
    for file in &files {
        sources.add(file.clone());
    }
    group.bench_function(format!("{name}, scan and parse"), |bencher| {
        let load_include = |_: &str, _: &str| None;
        let options = Options {
            defines: Vec::new(),
            predefined: None,
            openmp: false,
            fixed_line_length: None,
            load_include: &load_include,
        };
        bencher.iter_batched_ref(
            || sources.clone(),
            |sources| parse_library(sources, &options),
            BatchSize::PerIteration,
        );
    });
    group.bench_function(format!("{name}, inspect"), |bencher| {
        bencher.iter_batched(
            || Request { module: "lapack".to_owned(), sources: files.clone(), ..Request::default() },
            |request| inspect(request, &|_, _| None),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
