//! What the world does to a build: every fault ends in a clear message and no half-written module, and the next run
//! works.

mod project;
mod stage;

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use project::{ADD, Outcome, Project, python};
use stage::{Stage, warm_cache};

const SUBTRACT: &str = "double precision function add(a, b)\n  double precision, intent(in) :: a, b\n  add = a - b\n\
                        end function\n";

/// `fwrap build k.f90 -m k` with a cache and a directory for files in between that are the test's own.
fn build(project: &Project, cache: &Path) -> Command {
    let mut command = project.fwrap("build k.f90 -m k --out-dir out");
    fs::create_dir_all(project.path("tmp")).unwrap();
    command.env("FWRAP_CACHE", cache).env("FWRAP_PYTHON", python()).env("TMPDIR", project.path("tmp"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn outcome(command: &mut Command) -> Outcome {
    command.output().unwrap().into()
}

fn sum(project: &Project) -> String {
    project.python("import sys; sys.path.insert(0, sys.path[1] + '/out'); import k; print(k.add(3, 1))")
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Runs a script of the shell as root of a namespace of its own, where mounts are nobody else's; `None`, with the
/// reason, where the system does not let us.
fn in_namespace(flags: &str, script: &str, command: &Command) -> Option<Outcome> {
    let unshare = |script: &str| {
        let mut shell = Command::new("unshare");
        shell.args([flags, "sh", "-euc", script, "sh"]).arg(command.get_program()).args(command.get_args());
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.current_dir(command.get_current_dir().unwrap_or(Path::new(".")));
        shell
    };
    let can = unshare("mount -t tmpfs none /mnt").output();
    if !can.as_ref().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: `unshare {flags}` with a mount is not permitted here ({can:?})");
        return None;
    }
    Some(unshare(script).output().unwrap().into())
}

#[test]
fn killed_at_any_moment_there_is_the_old_module_or_the_new_one() {
    let project = Project::new(&[("k.f90", ADD)]);
    let cache = warm_cache(&project);
    let started = Instant::now();
    outcome(&mut build(&project, &cache)).succeeds();
    let whole = started.elapsed();
    for moment in 0..16 {
        let text = if moment % 2 == 0 { SUBTRACT } else { ADD };
        // A source that was never compiled before, so that nothing comes from the cache.
        project.write("k.f90", format!("! {moment}\n{}", text.replace("(a, b)\n", &format!("(a, b) ! {moment}\n"))));
        let mut child = build(&project, &cache).spawn().unwrap();
        std::thread::sleep(whole * moment / 14);
        let _ = child.kill();
        let status = child.wait().unwrap();
        assert!(status.signal() == Some(9) || status.success(), "{status}");
        assert!(["4.0", "2.0"].contains(&sum(&project).as_str()));
        let left = names(&project.path("out"));
        assert!(left.iter().all(|name| name.starts_with("k.") || name.starts_with(".fwrap-")), "{left:?}");
        outcome(&mut build(&project, &cache)).succeeds();
        assert_eq!(sum(&project), if moment % 2 == 0 { "2.0" } else { "4.0" });
    }
}

#[test]
fn killed_in_every_stage_the_next_run_works_and_leaves_nothing() {
    for stage in Stage::ALL {
        let project = Project::new(&[("k.f90", stage.source())]);
        let cache = warm_cache(&project);
        let mut child = stage.stop_in(&project, &mut build(&project, &cache)).spawn().unwrap();
        let programs = stage.wait(&project);
        child.kill().unwrap();
        child.wait().unwrap();
        // Nobody ends what the build had started, but it is not in the way of the next one.
        assert!(names(&project.path("out")).is_empty(), "{stage:?}");
        outcome(&mut build(&project, &cache)).succeeds();
        assert_eq!(project.python(stage.call()), "4.0", "{stage:?}");
        assert_eq!(names(&project.path("out")).len(), 2, "{stage:?}");
        stage::end(&programs);
        // What the killed build left goes as soon as it cannot be anybody's any more.
        let left: Vec<PathBuf> =
            names(&project.path("tmp")).iter().map(|name| project.path("tmp").join(name)).collect();
        assert!(!left.is_empty(), "{stage:?}: a killed build cannot clean up");
        for path in &left {
            let file = fs::File::open(path).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
        }
        outcome(&mut build(&project, &cache)).succeeds();
        assert!(names(&project.path("tmp")).is_empty(), "{stage:?}: {:?}", names(&project.path("tmp")));
    }
}

#[test]
fn interrupted_in_every_stage_its_programs_end_and_nothing_is_left() {
    for (stage, signal) in Stage::ALL.into_iter().zip([2, 15, 1, 2, 15]) {
        let project = Project::new(&[("k.f90", stage.source())]);
        let cache = warm_cache(&project);
        let before = [names(&cache.join("runtime")), names(&cache.join("objects"))];
        let mut child = stage.stop_in(&project, &mut build(&project, &cache)).spawn().unwrap();
        let programs = stage.wait(&project);
        let started = Instant::now();
        project.tool(&format!("kill -{signal} {}", child.id()));
        let status = child.wait().unwrap();
        assert!(started.elapsed() < Duration::from_secs(30), "{stage:?}");
        assert_eq!(status.signal(), Some(signal), "{stage:?}: ended as the signal would have ended it");
        assert!(stage::have_ended(&programs), "{stage:?}: {programs:?}");
        assert!(names(&project.path("tmp")).is_empty(), "{stage:?}: {:?}", names(&project.path("tmp")));
        assert!(names(&project.path("out")).is_empty(), "{stage:?}");
        let unfinished = |name: &String| name.contains(".unfinished-") || name.contains(".partial");
        for (room, before) in ["runtime", "objects"].into_iter().zip(before) {
            let after = names(&cache.join(room));
            assert!(!after.iter().any(unfinished) && after.len() <= before.len() + 2, "{stage:?}: {after:?}");
        }
        outcome(&mut build(&project, &cache)).succeeds();
        assert_eq!(project.python(stage.call()), "4.0", "{stage:?}");
    }
}

#[test]
fn a_compiler_that_the_system_kills_is_told_from_a_wrong_source() {
    for stage in Stage::ALL {
        let project = Project::new(&[("k.f90", stage.source())]);
        let cache = warm_cache(&project);
        let ended = outcome(stage.kill_in(&project, &mut build(&project, &cache)));
        let ended = ended.fails(1, &["SIGKILL", "want of memory", "NUM_JOBS=1"]);
        assert!(
            !ended.stderr.contains("bug of fwrap") && !ended.stderr.contains("mend the source"),
            "{}",
            ended.stderr
        );
        assert!(names(&project.path("out")).is_empty() && names(&project.path("tmp")).is_empty(), "{stage:?}");
        outcome(&mut build(&project, &cache)).succeeds();
    }
}

#[test]
fn five_builds_of_the_same_and_of_other_modules_at_once() {
    let project = Project::new(&[("k.f90", ADD), ("other.f90", SUBTRACT)]);
    let cache = warm_cache(&project);
    for _ in 0..3 {
        let _ = fs::remove_dir_all(cache.join("objects"));
        let same = (0..3).map(|_| build(&project, &cache));
        let others = ["m1", "m2"].map(|name| {
            let mut command = project.fwrap(&format!("build other.f90 -m {name} --out-dir out"));
            command.env("FWRAP_CACHE", &cache).env("FWRAP_PYTHON", python()).stderr(Stdio::piped());
            command.stdout(Stdio::piped());
            command
        });
        let children: Vec<_> = same.chain(others).map(|mut command| command.spawn().unwrap()).collect();
        for child in children {
            Outcome::from(child.wait_with_output().unwrap()).succeeds();
        }
        assert_eq!(names(&project.path("out")).len(), 6, "{:?}", names(&project.path("out")));
        let statements = "import sys; sys.path.insert(0, sys.path[1] + '/out'); import k, m1, m2; \
                          print(k.add(3, 1), m1.add(3, 1), m2.add(3, 1))";
        assert_eq!(project.python(statements), "4.0 2.0 2.0");
    }
}

#[test]
fn files_that_may_not_grow_are_a_message() {
    let project = Project::new(&[("k.f90", ADD)]);
    let cache = warm_cache(&project);
    let mut failures = 0;
    // In blocks of 512 bytes: too little for the source, the objects, the extension; enough.
    for blocks in [0, 1, 4, 16, 64, 256, 1024, 1_000_000] {
        let _ = fs::remove_dir_all(cache.join("objects"));
        let limited = build(&project, &cache);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -f {blocks}; exec \"$@\""), "sh"]).arg(limited.get_program());
        shell.args(limited.get_args()).envs(limited.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let ended = outcome(shell.current_dir(limited.get_current_dir().unwrap()));
        if ended.code == Some(0) {
            assert_eq!(sum(&project), "4.0");
            fs::remove_dir_all(project.path("out")).unwrap();
        } else {
            failures += 1;
            ended.fails(1, &["error[FW07", "help: make room"]);
            assert!(names(&project.path("out")).is_empty(), "{blocks}");
        }
        assert!(names(&project.path("tmp")).is_empty(), "{blocks}");
    }
    assert!((3..8).contains(&failures), "{failures}");
    let unfinished = names(&cache.join("objects")).into_iter().find(|name| name.contains("unfinished"));
    assert_eq!(unfinished, None);
    outcome(&mut build(&project, &cache)).succeeds();
    assert_eq!(sum(&project), "4.0");
}

/// Mounts a small file system at `$FULL`, runs the build, gives it room, and runs it again.
const ON_A_FULL_DISK: &str = "\
mount -t tmpfs -o size=$ROOM none \"$FULL\"
if [ -n \"$WITH\" ]; then cp -a \"$WITH\"/. \"$FULL\"; fi
head -c 1G /dev/zero > \"$FULL/filler\" 2>/dev/null || :
truncate -s -$FREE \"$FULL/filler\"
code=0; \"$@\" || code=$?
ls -A \"$FULL\" | sed 's/^/left /' >&2
rm \"$FULL/filler\"
\"$@\"
ls -A out | sed 's/^/left /' >&2
PYTHONPATH=out $FWRAP_PYTHON -c 'import k; print(k.add(3, 1))'
echo code $code
";

#[test]
fn a_full_disk_under_output_work_and_cache() {
    for (place, free, code) in [("out", 4096, 1), ("tmp", 4096, 1), ("tmp", 65536, 1), ("cache", 4096, 0)] {
        let project = Project::new(&[("k.f90", ADD)]);
        let warm = warm_cache(&project);
        fs::create_dir(project.path("out")).unwrap();
        let with = if place == "cache" { warm.clone() } else { PathBuf::new() };
        let full = project.path(if place == "cache" { "full" } else { place });
        fs::create_dir_all(&full).unwrap();
        let mut command = build(&project, if place == "cache" { &full } else { &warm });
        command.env("FULL", &full).env("WITH", with).env("FREE", free.to_string()).env("ROOM", "80m");
        let Some(ended) = in_namespace("-rm", ON_A_FULL_DISK, &command) else { return };
        let ended = ended.succeeds();
        assert!(ended.stdout.ends_with(&format!("4.0\ncode {code}\n")), "{place}: {}\n{}", ended.stdout, ended.stderr);
        // An object that finds no room in the cache costs time, not the build.
        let words = if code == 1 { &["No space left on device", "help: make room"][..] } else { &[] };
        assert!(words.iter().all(|word| ended.stderr.contains(word)), "{place}: {}", ended.stderr);
        assert!(
            !ended.stderr.contains("left fwrap-work") && !ended.stderr.contains("left .fwrap-"),
            "{place}: {}",
            ended.stderr
        );
    }
}

#[test]
fn a_read_only_cache_serves_when_it_is_warm_and_is_named_when_it_is_cold() {
    let script = "mount --bind $FWRAP_CACHE $FWRAP_CACHE; mount -o remount,ro,bind $FWRAP_CACHE; \"$@\"";
    let project = Project::new(&[("k.f90", ADD)]);
    let cache = warm_cache(&project);
    for _ in 0..2 {
        let Some(ended) = in_namespace("-rm", script, &build(&project, &cache)) else { return };
        assert_eq!(ended.succeeds().stderr, "");
        assert_eq!(sum(&project), "4.0");
    }
    let cold = project.path("cold");
    fs::create_dir(&cold).unwrap();
    let ended = in_namespace("-rm", script, &build(&project, &cold)).unwrap();
    ended.fails(1, &["cannot write `", "/cold/", "Read-only file system", "FWRAP_CACHE=DIR"]);
    for room in ["runtime", "objects", "answers"] {
        fs::create_dir(cold.join(room)).unwrap();
    }
    let ended = in_namespace("-rm", script, &build(&project, &cold)).unwrap();
    ended.fails(1, &["cannot write `", "/cold/runtime/", "Read-only file system", "FWRAP_CACHE=DIR"]);
}

#[test]
fn what_is_damaged_in_the_cache_is_made_again() {
    let project = Project::new(&[("k.f90", stage::WITH_SHIM)]);
    let cache = warm_cache(&project);
    outcome(&mut build(&project, &cache)).succeeds();
    let damages: [fn(&Path); 4] = [
        |path| fs::write(path, "").unwrap(),
        |path| fs::File::options().write(true).open(path).unwrap().set_len(100).unwrap(),
        |path| {
            let mut bytes = fs::read(path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x10;
            fs::write(path, bytes).unwrap();
        },
        |path| fs::write(path, "another version's form\n").unwrap(),
    ];
    for damage in damages {
        for room in ["objects", "answers"] {
            let entries = names(&cache.join(room));
            assert!(!entries.is_empty(), "{room}");
            entries.iter().for_each(|name| damage(&cache.join(room).join(name)));
        }
        outcome(&mut build(&project, &cache)).succeeds();
        assert_eq!(project.python(Stage::Shim.call()), "4.0");
    }
    // What another version left beside it is in nobody's way.
    fs::create_dir_all(cache.join("runtime/0123/dependencies")).unwrap();
    fs::write(cache.join("objects/0123.o"), "x").unwrap();
    fs::create_dir(cache.join("answers/0123")).unwrap();
    outcome(&mut build(&project, &cache)).succeeds();
}

#[test]
fn a_damaged_runtime_is_not_linked() {
    let project = Project::new(&[("k.f90", ADD)]);
    let cache = warm_cache(&project);
    outcome(&mut build(&project, &cache)).succeeds();
    let cargo = project.script("cargo", "echo cargo was called >&2; exit 1");
    let runtimes = names(&cache.join("runtime"));
    let current = cache.join("runtime").join(runtimes.iter().find(|name| !name.contains('.')).unwrap());
    let dependency = names(&current.join("dependencies")).pop().unwrap();
    for name in ["libfwrap.a", "libfwrap.rlib", "seal", &format!("dependencies/{dependency}")] {
        let whole = fs::read(current.join(name)).unwrap();
        for damaged in [&whole[..whole.len() / 2], &[&whole[..10], &vec![0; whole.len() - 10]].concat()] {
            fs::write(current.join(name), damaged).unwrap();
            fs::write(project.path("k.f90"), format!("{ADD}! {name} {}\n", damaged.len())).unwrap();
            let ended = outcome(build(&project, &cache).env("CARGO", &cargo));
            ended.fails(1, &["fwrap's runtime did not compile", "cargo was called"]);
        }
        fs::write(current.join(name), &whole).unwrap();
        outcome(build(&project, &cache).env("CARGO", &cargo)).succeeds();
    }
}

#[test]
fn without_a_network_once_the_cache_is_warm() {
    let project = Project::new(&[("k.f90", ADD)]);
    let cache = warm_cache(&project);
    let mut offline = build(&project, &cache);
    offline.env("CARGO", "/nonexistent").env("CARGO_NET_OFFLINE", "true");
    outcome(&mut offline).succeeds();
    if let Some(ended) = in_namespace("-rmn", "\"$@\"", &build(&project, &cache)) {
        ended.succeeds();
    }
    // And a cold one says what it needs a network for.
    let mut cold = build(&project, &project.path("cold"));
    cold.env("CARGO_NET_OFFLINE", "true").env("CARGO_HOME", project.path("empty"));
    outcome(&mut cold).fails(1, &["fwrap's runtime did not compile", "it needs a network once"]);
    assert!(names(&project.path("cold/runtime")).iter().all(|name| !name.contains(".partial")));
}

#[test]
fn without_a_home_the_cache_is_kept_among_temporary_files() {
    let project = Project::new(&[("k.f90", ADD)]);
    let warm = warm_cache(&project);
    fs::create_dir_all(project.path("tmp")).unwrap();
    let user = project.python("import os; print(os.getuid())");
    let private = project.path("tmp").join(format!("fwrap-cache-{user}"));
    project.tool(&format!("cp -a {} {}", warm.display(), private.display()));
    project.tool(&format!("chmod 700 {}", private.display()));
    let home = std::env::var("HOME").unwrap_or_default();
    let rustup = std::env::var("RUSTUP_HOME").unwrap_or_else(|_| format!("{home}/.rustup"));
    let mut command = build(&project, &warm);
    // A file is no home either, also for those who may write anywhere.
    command.env_remove("FWRAP_CACHE").env_remove("XDG_CACHE_HOME").env("HOME", project.path("k.f90"));
    outcome(command.env("RUSTUP_HOME", rustup).env("CARGO", "/nonexistent")).succeeds();
    assert_eq!(sum(&project), "4.0");
    assert_eq!(names(&project.path("tmp")), [format!("fwrap-cache-{user}")]);
}

#[test]
fn a_directory_for_files_in_between_that_is_not_there_is_named() {
    let asks = "subroutine s(x)\n  real(selected_real_kind(precision(1.0d0)-2+huge(1_1)-huge(1_1))) :: x\n\
                end subroutine\n";
    for source in [ADD, asks] {
        let project = Project::new(&[("k.f90", source)]);
        let cache = warm_cache(&project);
        let missing = project.path("nowhere");
        let ended = outcome(build(&project, &cache).env("TMPDIR", &missing));
        ended.fails(1, &["error[FW0702]: cannot write `", "/nowhere`: No such file or directory", "TMPDIR=DIR"]);
    }
}

#[test]
fn an_output_directory_that_vanishes_is_made_again() {
    let project = Project::new(&[("k.f90", ADD)]);
    let cache = warm_cache(&project);
    let script = "case \"$*\" in *-shared*) rm -r out;; esac; exec gfortran \"$@\"";
    let compiler = project.script("fc", script);
    outcome(build(&project, &cache).env("FC", compiler)).succeeds();
    assert_eq!(sum(&project), "4.0");
    let compiler = project.script("fc", &script.replace("rm -r out", "rm -r out; echo > out"));
    outcome(build(&project, &cache).env("FC", compiler)).fails(1, &["error[FW0702]: cannot write `out`"]);
    fs::remove_file(project.path("out")).unwrap();
    outcome(&mut build(&project, &cache)).succeeds();
}
