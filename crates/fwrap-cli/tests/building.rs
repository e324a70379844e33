//! What `fwrap build` can be given, and that what comes out can be imported and called.

mod project;
mod stage;

use std::fs;
use std::process::Stdio;

use project::{ADD, Outcome, Project, python};
use stage::{newest_runtime, warm_cache};

#[test]
fn quiet_in_a_pipe_and_every_command_with_v() {
    let project = Project::new(&[("k.f90", ADD)]);
    let quiet = project.build("k.f90 -m k --out-dir deep/er").succeeds();
    assert_eq!(quiet.stderr, "");
    assert_eq!(quiet.stdout.lines().count(), 1, "{}", quiet.stdout);
    assert!(quiet.stdout.starts_with("deep/er/k.") && quiet.stdout.contains("1 of 1 procedures wrapped"));
    let mut left: Vec<_> =
        fs::read_dir(project.path("deep/er")).unwrap().flatten().map(|entry| entry.file_name()).collect();
    left.sort();
    assert_eq!(left.len(), 2, "the extension and its stub: {left:?}");
    let verbose = project.build("k.f90 -m k -v").succeeds();
    assert!(
        verbose.stderr.contains("gfortran -c ") && verbose.stderr.contains("gfortran -shared "),
        "{}",
        verbose.stderr
    );
    assert_eq!(project.python("import k; print(k.add(1.5, b=2))"), "3.5");
}

#[test]
fn a_body_is_edited_and_a_signature_is_edited() {
    let project = Project::new(&[("k.f90", ADD)]);
    project.build("k.f90 -m k").succeeds();
    project.write("k.f90", ADD.replace("a + b", "a - b"));
    project.build("k.f90 -m k").succeeds();
    assert_eq!(project.python("import k; print(k.add(1, 2))"), "-1.0");
    project.write("k.f90", ADD.replace("(a, b)", "(b, a)"));
    project.build("k.f90 -m k").succeeds();
    assert_eq!(project.python("import k; print(k.add(a=1, b=2), k.add.__text_signature__)"), "3.0 (b, a)");
}

#[test]
fn modules_are_compiled_in_the_order_of_their_use() {
    let project = Project::new(&[
        (
            "a.f90",
            "module a\n  use b, only: two\ncontains\n  subroutine f(x)\n    real(8), intent(inout) :: x\n\
             x = x * two\n  end subroutine\nend module\n",
        ),
        ("b.f90", "module b\n  use c, only: wp\n  real(wp), parameter :: two = 2\nend module\n"),
        ("c.f90", "module c\n  integer, parameter :: wp = 8\nend module\n"),
    ]);
    for files in ["a.f90 b.f90 c.f90", "c.f90 a.f90 b.f90"] {
        project.build(&format!("{files} -m k")).succeeds();
        let statements = "import k, numpy; x = numpy.array(3.0); k.a.f(x); print(x)";
        assert_eq!(project.python(statements), "6.0");
    }
    // The `.mod` files of an earlier build are not there to help.
    project.build("a.f90 c.f90 -m k2").fails(1, &["b"]);
}

const CALLS_C: &str = "\
subroutine twice(x)
  use iso_c_binding
  double precision, intent(inout) :: x
  interface
    function c_twice(x) bind(C, name=\"c_twice\") result(y)
      import
      real(c_double), value :: x
      real(c_double) :: y
    end function
  end interface
  x = c_twice(x)
end subroutine
";
const C_TWICE: &str = "#include \"factor.h\"\ndouble c_twice(double x) { return FACTOR * SCALE * x; }\n";

#[test]
fn c_sources_objects_archives_and_shared_libraries() {
    let project = Project::new(&[("k.f90", CALLS_C), ("t.c", C_TWICE), ("include/factor.h", "#define FACTOR 2\n")]);
    project.tool("gcc -c -fPIC -Iinclude -DSCALE=1 t.c -o t.o");
    project.tool("ar crs libt.a t.o");
    fs::create_dir(project.path("lib")).unwrap();
    project.tool("gcc -shared -fPIC -Iinclude -DSCALE=1 t.c -o lib/libt.so");
    project.tool("gcc -shared -fPIC -Iinclude -DSCALE=1 -Wl,-soname,libnamed.so t.c -o lib/libnamed.so");
    let ways = ["t.c -Iinclude -DSCALE=1", "t.o", "libt.a", "lib/libt.so", "lib/libnamed.so", "-Llib -lt"];
    for (number, way) in ways.iter().enumerate() {
        project.build(&format!("k.f90 {way} -m k{number}")).succeeds();
        let statements = format!("import k{number}, numpy; x = numpy.array(3.0); k{number}.twice(x); print(x)");
        assert_eq!(project.python(&statements), "6.0", "{way}");
    }
    project.build("k.f90 -m k").fails(1, &["FW0723", "c_twice"]);
}

#[test]
fn signatures_of_a_library() {
    let other =
        "double precision function mul(a, b)\n  double precision, intent(in) :: a, b\n  mul = a * b\nend function\n";
    let module = "module m\ncontains\n  real(8) function neg(a)\n    real(8), intent(in) :: a\n    neg = -a\n\
                  end function\nend module\n";
    let project = Project::new(&[("add.f90", ADD), ("mul.f90", other), ("m.f90", module)]);
    fs::create_dir(project.path("lib")).unwrap();
    project.tool("gfortran -shared -fPIC add.f90 m.f90 -J lib -o lib/libadd.so");
    project.build("add.f90 -m k1 --link-only -Llib -ladd").succeeds();
    assert_eq!(project.python("import k1; print(k1.add(1, 2))"), "3.0");
    project.build("mul.f90 --link-only add.f90 m.f90 -m k2 -Llib -ladd").succeeds();
    assert_eq!(project.python("import k2; print(k2.add(1, 2), k2.mul(2, 3), k2.m.neg(1))"), "3.0 6.0 -1.0");
    project.build("--link-only mul.f90 -m k3 -Llib -ladd").fails(1, &["FW0723", "`mul`"]);
    project.build("--link-only m.f90 -m k4").fails(1, &["FW0723", "m::neg"]);
}

#[test]
fn macros_old_bytes_and_flags() {
    let fixed =
        b"C     f\xfcr alte Zeiten\n      SUBROUTINE OLD(N)\n      INTEGER N\n      N = N + FACTOR\n      END\n";
    let project = Project::new(&[]);
    project.write("old.F", fixed);
    project.build("old.F -m k -DFACTOR=5").succeeds();
    let statements = "import k, numpy; n = numpy.array(1, 'i4'); k.old(n); print(n)";
    assert_eq!(project.python(statements), "6");
    project.build("old.F -m k -DFACTOR=5 --f77flags=-fdefault-integer-8").succeeds();
    assert_eq!(project.python(&statements.replace("i4", "i8")), "6");
}

#[test]
fn internal_procedures_that_are_passed_on() {
    // Needs an executable stack, which not every linker gives.
    let nested = "\
subroutine total(n, factor, sum)
  integer, intent(in) :: n
  double precision, intent(in) :: factor
  double precision, intent(out) :: sum
  sum = 0
  call each(n, add_one)
contains
  subroutine add_one(i)
    integer, intent(in) :: i
    sum = sum + factor * i
  end subroutine
end subroutine
subroutine each(n, visit)
  integer, intent(in) :: n
  external visit
  integer :: i
  do i = 1, n
    call visit(i)
  end do
end subroutine
";
    let project = Project::new(&[("k.f90", nested)]);
    project.build("k.f90 -m k").succeeds();
    assert_eq!(project.python("import k; print(k.total(4, 0.5))"), "5.0");
}

#[test]
fn only_and_skip() {
    let project = Project::new(&[("k.f90", &format!("{ADD}{}", ADD.replace("add", "other")))]);
    project.build("k.f90 -m k --only other").succeeds();
    assert_eq!(project.python("import k; print(hasattr(k, 'add'), k.other(1, 1))"), "False 2.0");
    project.build("k.f90 -m k --skip other").succeeds();
    assert_eq!(project.python("import k; print(hasattr(k, 'other'), k.add(1, 1))"), "False 2.0");
}

#[test]
fn five_first_builds_at_once_after_a_killed_one_and_then_without_cargo() {
    let project = Project::new(&[("k.f90", ADD)]);
    let cache = project.path("cache");
    let build = |name: &str| {
        let mut command = project.fwrap(&format!("build k.f90 -m {name}"));
        command.env("FWRAP_CACHE", &cache).env("FWRAP_PYTHON", python()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    // What is there under the name of the runtime is damaged, and the first build is killed while it makes another.
    let warm = newest_runtime(&warm_cache(&Project::new(&[])));
    let runtime = cache.join("runtime").join(warm.file_name().unwrap());
    fs::create_dir_all(&runtime).unwrap();
    fs::write(runtime.join("libfwrap.a"), "").unwrap();
    let mut killed = build("k0").spawn().unwrap();
    let partial = |name: &String| name.contains(".partial");
    let names = || -> Vec<String> {
        let entries = fs::read_dir(cache.join("runtime")).unwrap().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    while !names().iter().any(partial) {
        assert!(killed.try_wait().unwrap().is_none(), "it ended without compiling the runtime");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let all = ["k1", "k2", "k3", "k1", "k2"].map(|name| build(name).spawn().unwrap());
    for child in all {
        Outcome::from(child.wait_with_output().unwrap()).succeeds();
    }
    let statements = "import k1, k2, k3; print(k1.add(1, 2) + k2.add(3, 4) + k3.add(5, 6))";
    assert_eq!(project.python(statements), "21.0");
    let runtimes = names().into_iter().filter(|name| cache.join("runtime").join(name).is_dir());
    assert_eq!(runtimes.count(), 1, "one runtime and no leftovers");
    // Everything third-party is in the cache: no cargo and no network are needed any more.
    let mut later = build("k4");
    later
        .env("CARGO", "/nonexistent")
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_HOME", project.path("no-cargo-home"));
    Outcome::from(later.output().unwrap()).succeeds();
    assert_eq!(project.python("import k4; print(k4.add(1, 2))"), "3.0");
}
