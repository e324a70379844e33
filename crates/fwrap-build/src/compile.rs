//! Compiling Fortran and C sources to objects: in the order of their modules, in parallel where that allows it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use fwrap_core::Generated;
use fwrap_core::front::find_form_beside_suffix;
use fwrap_core::source::{SourceFile, SourceForm};

use crate::cache::{Cache, key, stamp};
use crate::command::{Monitor, Role, run, work_in};
use crate::error::BuildError;
use crate::options::Options;
use crate::redirect::redirect_object;
use crate::source::{FileKind, FortranInput, Inputs};
use crate::stack::{storage_flags, with_static_storage};
use crate::toolchain::{C, Compiler, FORTRAN, c_compiler};

/// What every source is compiled with, before the user's own flags.
const OWN_FLAGS: &[&str] =
    &["-c", "-fPIC", "-O3", "-ffunction-sections", "-fdata-sections", "-fasynchronous-unwind-tables"];
/// What finds errors in the sources themselves (`--checked`).
const CHECKING_FLAGS: &[&str] = &["-g", "-fcheck=bounds,do,mem,pointer"];
/// The shim only passes arguments on; higher levels take three times as long for the same code.
const SHIM_FLAGS: &[&str] =
    &["-c", "-fPIC", "-O1", "-foptimize-sibling-calls", "-ffunction-sections", "-frecursive", "-w"];

/// One directory of objects and module files, made anew for each build: a stale module file would hide a wrong order.
pub(crate) struct Compilation<'a> {
    fortran: &'a Compiler,
    options: &'a Options,
    work: &'a Path,
    monitor: &'a dyn Monitor,
    jobs: usize,
    /// Whether an object calls what `compile_stops` defines.
    has_stops: AtomicBool,
}

/// One call of a compiler.
struct Task {
    command: Command,
    role: Role,
    source: String,
    object: Option<PathBuf>,
    /// Whether the build goes on without it: whoever needs its module files will say so.
    may_fail: bool,
}

impl<'a> Compilation<'a> {
    /// Objects and module files go below `work`.
    pub(crate) fn new(
        fortran: &'a Compiler,
        options: &'a Options,
        work: &'a Path,
        monitor: &'a dyn Monitor,
    ) -> Result<Self, BuildError> {
        let compilation = Self { fortran, options, work, monitor, jobs: jobs(), has_stops: AtomicBool::new(false) };
        let modules = compilation.modules();
        let fresh = |directory: &Path| match fs::remove_dir_all(directory) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => fs::create_dir_all(directory),
        };
        fresh(&modules).map_err(|error| BuildError::unwritable(&modules, &error))?;
        Ok(compilation)
    }

    fn modules(&self) -> PathBuf {
        self.work.join("modules")
    }

    /// Compiles all sources, level by level; C sources go with the first. `headers` are directories for them.
    pub(crate) fn compile_sources(
        &self,
        inputs: &Inputs,
        generated: &Generated,
        headers: &[PathBuf],
    ) -> Result<Vec<PathBuf>, BuildError> {
        let c_tasks = inputs.c.iter().enumerate().map(|(index, source)| self.c_task(index, source, headers));
        let mut waiting: Vec<Task> = c_tasks.collect();
        let total = waiting.len() + inputs.fortran.iter().filter(|source| !source.link_only).count();
        let (mut objects, done) = (Vec::new(), AtomicUsize::new(0));
        let texts: Vec<&SourceFile> = generated.sources.iter().map(|(_, file)| file).collect();
        for level in &generated.order {
            let sources = level.iter().filter_map(|&index| Some((index, inputs.fortran.get(index)?)));
            let tasks = sources.filter_map(|(index, input)| self.fortran_task(index, input, texts[index]).transpose());
            let mut tasks = tasks.collect::<Result<Vec<Task>, _>>()?;
            tasks.append(&mut waiting);
            objects.extend(tasks.iter().filter_map(|task| task.object.clone()));
            self.run_all(tasks, &done, total)?;
        }
        let tasks: Vec<Task> = std::mem::take(&mut waiting);
        objects.extend(tasks.iter().filter_map(|task| task.object.clone()));
        self.run_all(tasks, &done, total)?;
        Ok(objects)
    }

    /// Compiles the shim, unless the cache has the object for the same text and module files.
    pub(crate) fn compile_shim(&self, name: &str, text: &str, cache: Option<&Cache>) -> Result<PathBuf, BuildError> {
        let source = self.work.join(format!("{name}_shim.f90"));
        let object = self.work.join(format!("{name}_shim.o"));
        fs::write(&source, text).map_err(|error| BuildError::unwritable(&source, &error))?;
        let kept = cache.map(|cache| (cache, self.shim_key(text)));
        if kept.as_ref().is_some_and(|(cache, key)| cache.fetch_object(key, &object)) {
            return Ok(object);
        }
        self.monitor.stage("compiling the shim");
        let mut command = self.fortran.command();
        command.args(SHIM_FLAGS).arg(&source).arg("-o").arg(&object);
        self.add_module_directories(&mut command);
        let (source, made) = (format!("{name}_shim.f90"), Some(object.clone()));
        self.run_task(Task { command, role: FORTRAN, source, object: made, may_fail: false })?;
        if let Some((cache, key)) = kept {
            cache.store_object(&key, &object);
        }
        Ok(object)
    }

    /// The shim's object depends on the module files it reads: on ours by content, on the user's by time.
    fn shim_key(&self, text: &str) -> String {
        let mut parts = vec![text.as_bytes().to_vec(), self.fortran.identity.as_bytes().to_vec()];
        parts.extend(SHIM_FLAGS.iter().map(|flag| flag.as_bytes().to_vec()));
        for file in module_files(&self.modules()) {
            parts.push(file.file_name().unwrap_or_default().to_string_lossy().into_owned().into_bytes());
            parts.push(fs::read(file).unwrap_or_default());
        }
        let theirs = self.options.include_directories.iter().flat_map(|directory| module_files(directory));
        parts.extend(theirs.filter_map(|file| stamp(&file)).map(String::into_bytes));
        key(parts.iter().map(Vec::as_slice))
    }

    /// How a source is compiled; `None` where it is not.
    fn fortran_task(
        &self,
        index: usize,
        input: &FortranInput,
        source: &SourceFile,
    ) -> Result<Option<Task>, BuildError> {
        if input.kind == FileKind::Signatures || input.link_only && !defines_module(&source.text) {
            return Ok(None);
        }
        let mut command = self.fortran.command();
        let object = (!input.link_only).then(|| self.work.join(format!("{index}_{}.o", source.stem())));
        match &object {
            Some(object) => command.args(OWN_FLAGS).arg("-o").arg(object),
            // Its code is in a library; its module files are needed all the same.
            None => command.args(["-fsyntax-only", "-w"]),
        };
        self.add_module_directories(&mut command);
        self.add_defines(&mut command);
        let (other_form, has_directives) = find_form_beside_suffix(source);
        let is_fixed = match other_form {
            Some(form) => form == SourceForm::Fixed,
            None => input.kind == FileKind::FixedForm,
        };
        command.args(other_form.map(|_| if is_fixed { "-ffixed-form" } else { "-ffree-form" }));
        command.args(has_directives.then_some("-cpp"));
        let flags = if is_fixed { &self.options.fixed_form_flags } else { &self.options.free_form_flags };
        command.args(if self.options.checked && object.is_some() { CHECKING_FLAGS } else { &[] });
        command.args(if object.is_some() { storage_flags(flags) } else { &[] }).args(flags);
        match source.suffix().to_ascii_lowercase().as_str() {
            "f77" => command.args(["-x", "f77"]),
            "f18" | "f23" => command.args(["-x", "f95"]),
            _ => &mut command,
        };
        if input.kind == FileKind::Fypp {
            let file = self.work.join(format!("{index}_{}.{}", source.stem(), source.suffix()));
            fs::write(&file, &source.text).map_err(|error| BuildError::unwritable(&file, &error))?;
            // Files that it includes lie beside the source itself.
            let beside = input.path.parent().filter(|parent| !parent.as_os_str().is_empty());
            command.arg("-I").arg(beside.unwrap_or(Path::new("."))).arg(file);
        } else {
            command.arg(relative(&source.path));
        }
        let source = input.path.to_string_lossy().into_owned();
        Ok(Some(Task { command, role: FORTRAN, source, object, may_fail: input.link_only }))
    }

    fn c_task(&self, index: usize, source: &Path, headers: &[PathBuf]) -> Task {
        let stem = source.file_stem().unwrap_or_default().to_string_lossy();
        let object = self.work.join(format!("c{index}_{stem}.o"));
        let mut command = c_compiler().command();
        command.args(OWN_FLAGS).arg("-o").arg(&object);
        for directory in headers {
            command.arg("-I").arg(directory);
        }
        self.add_defines(&mut command);
        command.args(&self.options.c_flags).arg(relative(source));
        Task { command, role: C, source: source.display().to_string(), object: Some(object), may_fail: false }
    }

    fn add_module_directories(&self, command: &mut Command) {
        command.arg("-J").arg(self.modules()).arg("-I").arg(self.modules());
        for directory in &self.options.include_directories {
            command.arg("-I").arg(directory);
        }
    }

    fn add_defines(&self, command: &mut Command) {
        command.args(macro_flags(self.options));
    }

    /// Runs tasks that do not need each other; reports every one that failed.
    fn run_all(&self, tasks: Vec<Task>, done: &AtomicUsize, total: usize) -> Result<(), BuildError> {
        let threads = self.jobs.min(tasks.len());
        let (next, failures) = (Mutex::new(tasks.into_iter().enumerate()), Mutex::new(Vec::new()));
        let take = || next.lock().ok()?.next();
        let work = || {
            while let Some((index, task)) = take() {
                let number = done.fetch_add(1, Ordering::Relaxed) + 1;
                self.monitor.stage(&format!("compiling {} ({}/{total})", task.source, number.min(total)));
                if let (Err(error), Ok(mut failures)) = (self.run_task(task), failures.lock()) {
                    failures.push((index, error));
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        let mut failures = failures.into_inner().unwrap_or_default();
        failures.sort_by_key(|(index, _)| *index);
        merge(failures.into_iter().map(|(_, error)| error).collect())
    }

    fn run_task(&self, mut task: Task) -> Result<(), BuildError> {
        let ran = run(work_in(&mut task.command, self.work), task.role, self.monitor)?;
        if !ran.success && task.may_fail {
            return Ok(());
        }
        let failed = |output: String| {
            let (role, source_name) = (task.role.name, task.source.clone());
            Err(BuildError::CompilerFailed { role, source_name, output })
        };
        if !ran.success {
            return failed(ran.output());
        }
        if !ran.stderr.trim().is_empty() {
            self.monitor.remark(ran.stderr.trim_end());
        }
        if let Some(mut command) = task.object.as_deref().and_then(|object| with_static_storage(&task.command, object))
        {
            let ran = run(work_in(&mut command, self.work), task.role, self.monitor)?;
            if !ran.success {
                return failed(ran.output());
            }
        }
        if let Some(object) = &task.object
            && redirect_object(object)?
        {
            self.has_stops.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Whether what was compiled here may end the process, so that it needs the object of `compile_stops`.
    pub(crate) fn has_stops(&self) -> bool {
        self.has_stops.load(Ordering::Relaxed)
    }
}

/// Several sources that failed are one failure with the output of all.
fn merge(failures: Vec<BuildError>) -> Result<(), BuildError> {
    let mut failures = failures.into_iter();
    let Some(mut first) = failures.next() else { return Ok(()) };
    for other in failures {
        if let (
            BuildError::CompilerFailed { source_name, output, .. },
            BuildError::CompilerFailed { source_name: other_name, output: other_output, .. },
        ) = (&mut first, other)
        {
            source_name.push_str(&format!("`, `{other_name}"));
            output.push_str(&format!("\n{other_output}"));
        }
    }
    Err(first)
}

/// The flags that define and undefine macros.
pub(crate) fn macro_flags(options: &Options) -> impl Iterator<Item = String> {
    let defined = options.defines.iter().map(|(name, value)| match value {
        Some(value) => format!("-D{name}={value}"),
        None => format!("-D{name}"),
    });
    defined.chain(options.undefines.iter().map(|name| format!("-U{name}")))
}

/// A path that no compiler takes for a flag.
fn relative(path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    if path.to_string_lossy().starts_with('-') { Path::new(".").join(path) } else { path.to_owned() }
}

fn module_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|suffix| suffix == "mod" || suffix == "smod")).collect();
    files.sort();
    files
}

/// Whether a source may define a module; a false yes costs a call of the compiler, nothing else.
fn defines_module(text: &str) -> bool {
    text.lines().any(|line| {
        let start: String = line.trim_start().chars().take(10).collect::<String>().to_ascii_lowercase();
        start.starts_with("module ") || start.starts_with("submodule")
    })
}

/// How many compilers run at once.
pub(crate) fn jobs() -> usize {
    let given = std::env::var("NUM_JOBS").ok().and_then(|jobs| jobs.parse().ok());
    given.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_seen_and_file_names_are_never_flags() {
        assert!(defines_module("! x\n  MODULE kernels\n"));
        assert!(!defines_module("      SUBROUTINE DGESV\n"));
        assert_eq!(relative("-x.f90"), Path::new("./-x.f90"));
        assert_eq!(relative("a/x.f90"), Path::new("a/x.f90"));
    }

    #[test]
    fn all_failures_are_told_at_once() {
        let failed = |name: &str| BuildError::CompilerFailed {
            role: "the compiler",
            source_name: name.to_owned(),
            output: format!("in {name}"),
        };
        assert!(merge(vec![]).is_ok());
        let text = merge(vec![failed("a.f90"), failed("b.f90")]).unwrap_err().to_string();
        assert_eq!(text, "the compiler failed on `a.f90`, `b.f90`\nin a.f90\nin b.f90");
    }
}
