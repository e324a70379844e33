//! The stages of a build, each of which can be made to stop or to die while it is under way, and caches to build with.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;
use std::time::{Duration, Instant};

use crate::project::{ADD, Project, shared_cache};

/// A kernel that needs a shim.
pub const WITH_SHIM: &str = "\
module m
  implicit none
contains
  double precision function add(a, b)
    double precision, intent(in) :: a(:), b
    add = a(1) + b
  end function
end module
";

/// What a build does, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Source,
    Shim,
    Glue,
    Link,
    Runtime,
}

impl Stage {
    pub const ALL: [Self; 5] = [Self::Source, Self::Shim, Self::Glue, Self::Link, Self::Runtime];

    /// A source whose build has this stage.
    pub fn source(self) -> &'static str {
        if self == Self::Shim { WITH_SHIM } else { ADD }
    }

    /// Statements that call what was built into `out`.
    pub fn call(self) -> &'static str {
        match self {
            Self::Shim => {
                "import sys, numpy; sys.path.insert(0, sys.path[1] + '/out'); import k; \
                 print(k.m.add(numpy.array([3.0]), 1))"
            }
            _ => "import sys; sys.path.insert(0, sys.path[1] + '/out'); import k; print(k.add(3, 1))",
        }
    }

    /// Lets the stage's program write its id and that of a program it starts into `stopped`, and stop.
    pub fn stop_in<'c>(self, project: &Project, command: &'c mut Command) -> &'c mut Command {
        self.intrude(project, command, "sleep 600 & echo $$ $! > stopped.new; mv stopped.new stopped; wait")
    }

    /// Lets the stage's program die as from a want of memory.
    pub fn kill_in<'c>(self, project: &Project, command: &'c mut Command) -> &'c mut Command {
        self.intrude(project, command, "kill -9 $$")
    }

    /// Lets the stage's program do something else. Paths are relative, as programs start in the build's directory or
    /// know the project's.
    fn intrude<'c>(self, project: &Project, command: &'c mut Command, action: &str) -> &'c mut Command {
        let action = format!("cd '{}'; {action}", project.path("").display());
        let when =
            |words: &str, program: &str| format!("case \"$*\" in {words}) {action};; esac\nexec {program} \"$@\"");
        match self {
            Self::Source => command.env("FC", project.script("fc", &when("*-c*k.f90*", "gfortran"))),
            Self::Shim => command.env("FC", project.script("fc", &when("*k_shim.f90*", "gfortran"))),
            Self::Link => command.env("FC", project.script("fc", &when("*-shared*", "gfortran"))),
            // A compiler that says it is in no toolchain is called itself, and not what lies behind it.
            Self::Glue => {
                let no_toolchain = "case \"$*\" in *sysroot*) echo /nowhere; exit;; esac";
                let script = format!("{no_toolchain}\n{}", when("*k_python.rs*", "rustc"));
                command.env("RUSTC", project.script("rustc", &script))
            }
            Self::Runtime => {
                let cargo = project.script("cargo", &action);
                command.env("CARGO", cargo).env("FWRAP_CACHE", project.path("cold"))
            }
        }
    }

    /// Waits until the stage's program has stopped; the ids of it and of what it started.
    pub fn wait(self, project: &Project) -> Vec<u32> {
        let started = Instant::now();
        loop {
            if let Ok(text) = fs::read_to_string(project.path("stopped")) {
                return text.split_whitespace().map(|id| id.parse().expect("an id")).collect();
            }
            assert!(started.elapsed() < Duration::from_secs(60), "{self:?} was not reached");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Whether none of these programs runs any more; they may take a moment to end.
pub fn have_ended(programs: &[u32]) -> bool {
    let runs = |id: &u32| {
        let status = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let state = status.rsplit(')').next().and_then(|rest| rest.split_whitespace().next());
        state.is_some_and(|state| state != "Z")
    };
    let started = Instant::now();
    while programs.iter().any(runs) {
        if started.elapsed() > Duration::from_secs(30) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

/// Ends programs that a killed build has left.
pub fn end(programs: &[u32]) {
    for id in programs {
        // It may have ended in the meantime.
        let _ = Command::new("kill").args(["-9", &id.to_string()]).output();
    }
}

/// A cache of the test's own with the compiled runtime in it.
pub fn warm_cache(project: &Project) -> PathBuf {
    static WARMED: Once = Once::new();
    WARMED.call_once(|| {
        let project = Project::new(&[("k.f90", ADD)]);
        project.build("k.f90 -m k").succeeds();
    });
    let (shared, cache) = (shared_cache(), project.path("cache"));
    for room in ["runtime", "objects", "answers"] {
        fs::create_dir_all(cache.join(room)).expect("a folder");
    }
    let newest = newest_runtime(&shared);
    project.tool(&format!("cp -a {} {}", newest.display(), cache.join("runtime").display()));
    cache
}

/// The runtime that was used last.
pub fn newest_runtime(cache: &Path) -> PathBuf {
    let entries = fs::read_dir(cache.join("runtime")).expect("the runtimes").flatten().map(|entry| entry.path());
    let last_use = |path: &PathBuf| path.with_extension("lock").metadata().and_then(|lock| lock.modified()).ok();
    entries.filter(|path| path.is_dir() && path.extension().is_none()).max_by_key(last_use).expect("a runtime")
}
