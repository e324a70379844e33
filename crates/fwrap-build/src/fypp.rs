//! The preprocessor fypp: turns `.fypp` sources into Fortran with marks that lead back to their lines.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{Monitor, Quiet, Role, run, split_flags};
use crate::error::BuildError;
use crate::options::Options;

const FYPP: Role = Role {
    name: "the preprocessor of `.fypp` sources",
    help: "install it (`pip install fypp`), or name it with `FYPP=/path/to/fypp`",
};

/// The Fortran that fypp makes of a source. `FYPP` names the program, else it is `fypp`.
pub(crate) fn run_fypp(source: &Path, options: &Options, monitor: &dyn Monitor) -> Result<String, BuildError> {
    let named = std::env::var("FYPP").ok().filter(|value| !value.trim().is_empty());
    let mut words = named.as_deref().map_or_else(|| vec!["fypp".to_owned()], split_flags).into_iter();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).arg("--line-numbering");
    for directory in &options.include_directories {
        command.arg("-I").arg(directory);
    }
    command.args(&options.fypp_flags);
    // A name that begins with a hyphen would be taken for a flag.
    let name = if source.to_string_lossy().starts_with('-') { Path::new(".").join(source) } else { source.to_owned() };
    // It is a Python program: what it prints is UTF-8 whatever the user's locale.
    let ran = run(command.arg(name).env("PYTHONUTF8", "1"), FYPP, monitor)?;
    if ran.success {
        Ok(ran.stdout)
    } else {
        Err(BuildError::FyppFailed { path: source.to_owned(), output: ran.output() })
    }
}

/// What fypp makes of all these sources, in their order; several at once, as each takes a tenth of a second.
pub(crate) fn run_fypp_on_all(sources: &[PathBuf], options: &Options) -> Result<Vec<String>, BuildError> {
    let threads = crate::compile::jobs().min(sources.len()).max(1);
    let mut texts = std::thread::scope(|scope| {
        let part = |start: usize| {
            let one = |source: &PathBuf| run_fypp(source, options, &Quiet);
            move || sources.iter().skip(start).step_by(threads).map(one).collect::<Vec<_>>()
        };
        let handles: Vec<_> = (0..threads).map(|start| scope.spawn(part(start))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap_or_default().into_iter()).collect::<Vec<_>>()
    });
    (0..sources.len()).map(|index| texts[index % threads].next().unwrap_or(Err(BuildError::GivenUp))).collect()
}

/// The name of the Fortran that stands for a `.fypp` source: its marks lead back to the source itself.
pub(crate) fn name_of_output(source: &Path, text: &str) -> String {
    let has_directives = text.lines().any(|line| {
        let after = line.strip_prefix('#').map(str::trim_start);
        after.is_some_and(|after| after.starts_with(|first: char| first.is_ascii_alphabetic()))
    });
    format!("{}{}", source.display(), if has_directives { ".F90" } else { ".f90" })
}

#[cfg(test)]
mod tests {
    use super::name_of_output;
    use std::path::Path;

    #[test]
    fn what_still_has_directives_is_for_the_other_preprocessor() {
        let name = |text: &str| name_of_output(Path::new("a/k.fypp"), text);
        assert_eq!(name("# 1 \"a/k.fypp\" 1\nend\n"), "a/k.fypp.f90");
        assert_eq!(name("# 1 \"a/k.fypp\" 1\n#ifdef X\nend\n#endif\n"), "a/k.fypp.F90");
    }
}
