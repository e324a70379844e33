//! Where local variables live: on the stack, so that calls do not meet there, unless they are too large for it.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// Locals of a call are its own, whatever their size; and the compiler says how large each frame is.
const ON_STACK: &[&str] = &["-frecursive", "-fstack-usage"];
/// Flags by which the user has decided.
const DECIDED: &[&str] =
    &["-fno-automatic", "-fmax-stack-var-size", "-frecursive", "-fno-recursive", "-fopenmp", "-fopenacc", "-flto"];
/// The largest frame that is left on the stack: threads that Rust starts have 2 MB.
const LARGEST_FRAME: u64 = 256 * 1024;

/// What is added to the user's own flags.
pub(crate) fn storage_flags(flags: &[String]) -> &'static [&'static str] {
    let is_decided = flags.iter().any(|flag| DECIDED.iter().any(|start| flag.starts_with(start)));
    if is_decided { &[] } else { ON_STACK }
}

/// The command that compiles the source again where a frame came out too large: its large locals are static then, and
/// found as such.
pub(crate) fn with_static_storage(command: &Command, object: &Path) -> Option<Command> {
    let is_ours = |argument: &OsStr| argument == OsStr::new(ON_STACK[0]);
    if !command.get_args().any(is_ours) {
        return None;
    }
    let frames = std::fs::read_to_string(object.with_extension("su")).ok()?;
    if largest_frame(&frames) <= LARGEST_FRAME {
        return None;
    }
    let mut again = Command::new(command.get_program());
    again.args(command.get_args().filter(|argument| !is_ours(argument)));
    Some(again)
}

/// The largest frame in what `-fstack-usage` writes: `file:line:column:name`, bytes, kind, with tabs between.
fn largest_frame(frames: &str) -> u64 {
    frames.lines().filter_map(|line| line.split('\t').nth(1)?.parse().ok()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_from_what_the_compiler_writes() {
        let frames = "a.f90:1:15:small\t48\tstatic\na b.f90:7:15:large\t400016\tdynamic,bounded\n";
        assert_eq!(largest_frame(frames), 400_016);
        assert_eq!(largest_frame(""), 0);
    }

    #[test]
    fn the_user_decides_about_storage() {
        let flags = |flag: &str| storage_flags(&[flag.to_owned()]);
        assert_eq!(flags("-O2"), ON_STACK);
        assert!(flags("-fno-automatic").is_empty() && flags("-fopenmp").is_empty());
        assert!(flags("-fmax-stack-var-size=100").is_empty());
    }

    #[test]
    fn a_large_frame_is_compiled_again() {
        let work = tempfile::tempdir().unwrap();
        let object = work.path().join("x.o");
        let mut command = Command::new("gfortran");
        command.args(["-c", "-frecursive", "x.f90"]);
        assert!(with_static_storage(&command, &object).is_none());
        std::fs::write(work.path().join("x.su"), "x.f90:1:1:f\t300000\tstatic\n").unwrap();
        let again = with_static_storage(&command, &object).unwrap();
        assert_eq!(again.get_args().collect::<Vec<_>>(), ["-c", "x.f90"]);
    }
}
