//! Running a program: shown when asked for, its output captured.

use std::ffi::OsStr;
use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::error::{BuildError, reason};

/// Who is told what a build does. Called from several threads.
pub trait Monitor: Sync {
    /// A command is about to run; the line can be pasted into a shell.
    fn command(&self, line: &str) {
        let _ = line;
    }
    /// A part of the work begins.
    fn stage(&self, text: &str) {
        let _ = text;
    }
    /// A compiler had something to say about a source that it took.
    fn remark(&self, text: &str) {
        let _ = text;
    }
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Monitor for Quiet {}

/// What a program left behind.
pub(crate) struct Ran {
    pub success: bool,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Everything it said; how it ended if it said nothing.
    pub(crate) fn output(&self) -> String {
        let text = format!("{}{}", self.stdout, self.stderr);
        if text.trim().is_empty() { "(it printed nothing)".to_owned() } else { text.trim_end().to_owned() }
    }
}

/// A program with its role in words and what to do if it is missing.
#[derive(Clone, Copy)]
pub(crate) struct Role {
    pub name: &'static str,
    pub help: &'static str,
}

/// Runs a command to its end. Messages are asked for in the C locale.
pub(crate) fn run(command: &mut Command, role: Role, monitor: &dyn Monitor) -> Result<Ran, BuildError> {
    announce(command, monitor);
    let ended = command.output().map_err(|error| missing(command, role, &error))?;
    Ok(ran(&ended))
}

/// Runs a command to its end, or ends it as soon as `given_up` says that nobody wants its result any more.
pub(crate) fn run_unless(
    command: &mut Command,
    role: Role,
    monitor: &dyn Monitor,
    mut given_up: impl FnMut() -> bool,
) -> Result<Ran, BuildError> {
    announce(command, monitor);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| missing(command, role, &error))?;
    // What it says is read on threads of their own: a full pipe would stop it.
    let (stdout, stderr) = (read_to_end(child.stdout.take()), read_to_end(child.stderr.take()));
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if given_up() => {
                // It may have ended by itself in the meantime: then there is nothing to do.
                let _ = child.kill();
                let _ = child.wait();
                return Err(BuildError::GivenUp);
            }
            Ok(None) => std::thread::sleep(POLL),
            Err(error) => return Err(missing(command, role, &error)),
        }
    };
    let joined = |reader: JoinHandle<Vec<u8>>| reader.join().unwrap_or_default();
    Ok(ran(&Output { status, stdout: joined(stdout), stderr: joined(stderr) }))
}

/// How often a command is looked at that may be given up.
const POLL: Duration = Duration::from_millis(2);

fn read_to_end(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is all that there is to show.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn announce(command: &mut Command, monitor: &dyn Monitor) {
    command.env("LC_ALL", "C").stdin(Stdio::null());
    monitor.command(&shell_line(command));
}

fn missing(command: &Command, role: Role, error: &std::io::Error) -> BuildError {
    BuildError::MissingProgram {
        role: role.name,
        program: command.get_program().to_string_lossy().into_owned(),
        reason: reason(error),
        help: role.help,
    }
}

fn ran(ended: &Output) -> Ran {
    let stdout = String::from_utf8_lossy(&ended.stdout).into_owned();
    let mut stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
    if !ended.status.success() && ended.status.code().is_none() {
        stderr.push_str(&format!("\n({})", ended.status));
    }
    Ran { success: ended.status.success(), stdout, stderr }
}

/// The command as a line for a shell.
pub(crate) fn shell_line(command: &Command) -> String {
    let mut words = Vec::new();
    for (name, value) in command.get_envs() {
        match value {
            Some(value) if name != "LC_ALL" => words.push(format!("{}={}", name.to_string_lossy(), quote(value))),
            _ => {}
        }
    }
    words.push(quote(command.get_program()));
    words.extend(command.get_args().map(quote));
    let line = words.join(" ");
    match command.get_current_dir() {
        Some(directory) => format!("(cd {} && {line})", quote(directory.as_os_str())),
        None => line,
    }
}

fn quote(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    shlex::try_quote(&word).map_or_else(|_| word.clone().into_owned(), std::borrow::Cow::into_owned)
}

/// Splits flags as a shell does; a text that no shell would take is one flag.
pub fn split_flags(text: &str) -> Vec<String> {
    shlex::split(text).unwrap_or_else(|| vec![text.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_can_be_pasted_into_a_shell() {
        let mut command = Command::new("gfortran");
        command.arg("-DNAME=a b").arg("it's.f90").env("X", "1 2").env("LC_ALL", "C").current_dir("/tmp");
        assert_eq!(shell_line(&command), "(cd /tmp && X='1 2' gfortran '-DNAME=a b' \"it's.f90\")");
    }

    #[test]
    fn a_command_that_nobody_wants_any_more_is_ended() {
        let role = Role { name: "a shell", help: "" };
        let shell = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        let given_up = run_unless(&mut shell("sleep 600"), role, &Quiet, || true);
        assert!(matches!(given_up, Err(BuildError::GivenUp)));
        let ran = run_unless(&mut shell("echo out; echo err >&2; exit 3"), role, &Quiet, || false).unwrap();
        assert_eq!((ran.success, ran.stdout.as_str(), ran.stderr.as_str()), (false, "out\n", "err\n"));
    }

    #[test]
    fn flags_are_split_as_a_shell_does() {
        assert_eq!(split_flags("-O3 '-DA=b c'"), ["-O3", "-DA=b c"]);
        assert_eq!(split_flags("-O3 'open"), ["-O3 'open"]);
    }
}
