//! Running a program: shown when asked for, its output captured.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::error::{BuildError, reason};
use crate::interruption::{Program, is_interrupted};

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

/// Lets a program put its own temporary files where the build's are: they go with them, also when it is killed.
pub(crate) fn work_in<'c>(command: &'c mut Command, work: &Path) -> &'c mut Command {
    command.env(TMPDIR, work)
}

const TMPDIR: &str = "TMPDIR";

/// Runs a command to its end. Messages are asked for in the C locale.
pub(crate) fn run(command: &mut Command, role: Role, monitor: &dyn Monitor) -> Result<Ran, BuildError> {
    let (mut program, readers) = start(command, role, monitor)?;
    let status = program.child.wait();
    finish(status.map_err(|error| missing(command, role, &error))?, readers)
}

/// Runs a command to its end, or ends it as soon as `given_up` says that nobody wants its result any more.
pub(crate) fn run_unless(
    command: &mut Command,
    role: Role,
    monitor: &dyn Monitor,
    mut given_up: impl FnMut() -> bool,
) -> Result<Ran, BuildError> {
    let (mut program, readers) = start(command, role, monitor)?;
    let status = loop {
        match program.child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if given_up() => {
                program.kill();
                let _ = program.child.wait();
                return Err(BuildError::GivenUp);
            }
            Ok(None) => std::thread::sleep(POLL),
            Err(error) => return Err(missing(command, role, &error)),
        }
    };
    finish(status, readers)
}

/// The threads that read what a program says: a full pipe would stop it.
type Readers = [JoinHandle<Vec<u8>>; 2];

fn start(command: &mut Command, role: Role, monitor: &dyn Monitor) -> Result<(Program, Readers), BuildError> {
    announce(command, monitor);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Program::start(command).map_err(|error| missing(command, role, &error))?;
    let mut program = started.ok_or(BuildError::Interrupted)?;
    let readers = [read_to_end(program.child.stdout.take()), read_to_end(program.child.stderr.take())];
    Ok((program, readers))
}

fn finish(status: ExitStatus, readers: Readers) -> Result<Ran, BuildError> {
    // Whoever ended it did not mean this program: what it says of its end is of no use.
    if is_interrupted() {
        return Err(BuildError::Interrupted);
    }
    let [stdout, stderr] =
        readers.map(|reader| String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned());
    Ok(ran(status, stdout, stderr))
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

fn ran(status: ExitStatus, stdout: String, mut stderr: String) -> Ran {
    if !status.success() && status.code().is_none() {
        stderr.push_str(&format!("\n({status})"));
    }
    Ran { success: status.success(), stdout, stderr }
}

/// The command as a line for a shell.
pub(crate) fn shell_line(command: &Command) -> String {
    let mut words = Vec::new();
    for (name, value) in command.get_envs() {
        match value {
            Some(value) if name != "LC_ALL" && name != TMPDIR => {
                words.push(format!("{}={}", name.to_string_lossy(), quote(value)))
            }
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
