//! Ending a build early: the programs it started are killed, and it takes away what it left in between.

use std::process::{Child, Command};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[cfg(unix)]
use std::os::unix::process::CommandExt;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::error::BuildError;

/// How long a build may take to clean up: what it waits for was killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// What goes on in this process.
struct Work {
    /// Whether somebody listens to signals and will call [`interrupt`].
    is_prepared: bool,
    is_interrupted: bool,
    /// The process groups of the programs that run.
    groups: Vec<Pid>,
    /// How many parts of builds have files to take away.
    parts: usize,
}

static WORK: Mutex<Work> = Mutex::new(Work { is_prepared: false, is_interrupted: false, groups: Vec::new(), parts: 0 });
static ENDED: Condvar = Condvar::new();

fn work() -> MutexGuard<'static, Work> {
    WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on every program runs in a process group of its own, so that [`interrupt`] ends it together with all
/// that it has started. Who calls this must call [`interrupt`] when the user wants the build to end.
pub fn prepare_interrupt() {
    work().is_prepared = true;
}

/// Ends the builds of this process: kills the programs that they run, and returns when they have taken away their
/// temporary files. Every build returns [`BuildError::Interrupted`].
pub fn interrupt() {
    let mut work = work();
    work.is_interrupted = true;
    for &group in &work.groups {
        // It may have ended by itself in the meantime.
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ended = ENDED.wait_timeout_while(work, PATIENCE, |work| work.parts > 0);
}

/// Whether the user wants builds to end.
pub(crate) fn is_interrupted() -> bool {
    work().is_interrupted
}

/// A part of a build that has files to take away: an interruption waits until it is dropped.
#[derive(Debug)]
pub(crate) struct Part(());

impl Part {
    /// Begins, unless the user wants builds to end.
    pub(crate) fn begin() -> Result<Self, BuildError> {
        let mut work = work();
        if work.is_interrupted {
            return Err(BuildError::Interrupted);
        }
        work.parts += 1;
        Ok(Self(()))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        work().parts -= 1;
        ENDED.notify_all();
    }
}

/// A program that an interruption ends.
pub(crate) struct Program {
    pub child: Child,
    group: Option<Pid>,
}

impl Program {
    /// Starts it, unless the user wants builds to end.
    pub(crate) fn start(command: &mut Command) -> std::io::Result<Option<Self>> {
        let mut work = work();
        if work.is_interrupted {
            return Ok(None);
        }
        if work.is_prepared {
            command.process_group(0);
        }
        let child = command.spawn()?;
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let group = id.filter(|_| work.is_prepared);
        work.groups.extend(group);
        Ok(Some(Self { child, group }))
    }

    /// Kills it with all that it has started, as far as it runs in a group of its own.
    pub(crate) fn kill(&mut self) {
        // It may have ended by itself in the meantime: then there is nothing to do.
        let _ = match self.group {
            Some(group) => kill_process_group(group, Signal::KILL).map_err(Into::into),
            None => self.child.kill(),
        };
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        work().groups.retain(|&group| Some(group) != self.group);
    }
}
