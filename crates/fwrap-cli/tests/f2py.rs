//! What users of f2py type: `fwrap f2py` with f2py's own words, and `.pyf` files and f2py's options in `fwrap build`.

mod project;

use project::{ADD, Outcome, Project, python};

/// `add` with a signature file that makes its second argument optional.
const PYF: &str = "python module adder\ninterface\nfunction add(a, b)\n  double precision :: a\n  \
                   double precision, optional :: b = 40\n  double precision :: add\nend function\nend interface\n\
                   end python module adder\n";
const FREE_ADD: &str = "function add(a, b)\n  double precision, intent(in) :: a, b\n  double precision :: add\n  \
                        add = a + b\nend function\n";
const TWO: &str = "module m\ncontains\nsubroutine first(x)\n  real(8), intent(out) :: x\n  x = 1\nend subroutine\n\
                   subroutine second(x)\n  real(8), intent(out) :: x\n  x = 2\nend subroutine\nend module\n";

fn f2py(project: &Project, words: &str) -> Outcome {
    project.run_with("FWRAP_PYTHON", python(), &format!("f2py {words}"))
}

#[test]
fn a_module_is_built_here_by_f2pys_own_words() {
    let project = Project::new(&[("k.f90", ADD), ("two.f90", TWO)]);
    let built = f2py(&project, "-c -m k k.f90 --opt=-O1 --backend meson").succeeds();
    assert!(built.stdout.contains("1 of 1 procedures wrapped"), "{}", built.stdout);
    assert!(built.stderr.contains("note: `--backend` has no effect"), "{}", built.stderr);
    assert_eq!(project.python("import k; print(k.add(1.5, b=2))"), "3.5");
    let quiet = f2py(&project, "-c two.f90 skip: second : --quiet").succeeds();
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    let members = "import untitled; print([name for name in dir(untitled.m) if name in ('first', 'second')])";
    assert_eq!(project.python(members), "['first']");
}

#[test]
fn a_signature_file_names_the_module_and_decides_what_is_in_it() {
    let project = Project::new(&[("add.pyf", PYF), ("add.f90", FREE_ADD)]);
    let built = project.build("add.pyf add.f90 -m other").succeeds();
    assert!(built.stderr.contains("note: the signature file names the module `adder`"), "{}", built.stderr);
    assert_eq!(project.python("import adder; print(adder.add(2), adder.add(2, 3))"), "42.0 5.0");
    project.build("add.pyf add.f90 --build-dir texts").succeeds();
    assert!(project.path("texts/adder_python.rs").is_file());
    project.write("b.pyf", PYF.replace("adder", "b"));
    project.build("add.pyf b.pyf add.f90").fails(2, &["FW0704", "`adder`, `b`"]);
    project.build("add.f90").fails(2, &["FW0704", "-m <NAME>"]);
}

#[test]
fn signatures_are_written_and_not_overwritten() {
    let project = Project::new(&[("two.f90", TWO)]);
    let printed = f2py(&project, "-h stdout -m k two.f90 only: second").succeeds().stdout;
    assert!(printed.contains("python module k") && printed.contains("second") && !printed.contains("first"));
    assert_eq!(f2py(&project, "-h k.pyf -m k two.f90").succeeds().stdout, "k.pyf\n");
    f2py(&project, "-h k.pyf -m k two.f90").fails(2, &["`k.pyf` exists", "--overwrite-signature"]);
    f2py(&project, "-h k.pyf -m k two.f90 --overwrite-signature").succeeds();
    // What was written is what a module is built from.
    f2py(&project, "-c k.pyf two.f90").succeeds();
    assert_eq!(project.python("import k; print(k.m.first(), k.m.second())"), "1.0 2.0");
}

#[test]
fn without_c_the_texts_are_written() {
    let project = Project::new(&[("k.f90", ADD)]);
    let written = f2py(&project, "-m k k.f90 --build-dir out").succeeds().stdout;
    assert_eq!(written.lines().collect::<Vec<_>>(), ["out/k.rs", "out/k_python.rs", "out/k.pyi"]);
}

#[test]
fn what_cannot_be_wrapped_is_a_warning_and_the_rest_is_built() {
    let source = format!("{ADD}\nsubroutine hopeless(x)\n  class(*) :: x\nend subroutine\n");
    let project = Project::new(&[("k.f90", &source)]);
    let built = f2py(&project, "-c -m k k.f90").succeeds();
    assert!(built.stderr.contains("warning[FW0401]") && built.stderr.contains("class(*)"), "{}", built.stderr);
    assert!(built.stdout.contains("1 of 2 procedures wrapped"), "{}", built.stdout);
    assert_eq!(project.python("import k; print(k.add(1, 2), hasattr(k, 'hopeless'))"), "3.0 False");
}

#[test]
fn what_would_mislead_is_refused() {
    let project = Project::new(&[("k.f90", ADD)]);
    f2py(&project, "-c -m k k.f90 --f90exec=/opt/ifx").fails(2, &["FW0705", "`--f90exec`", "FC="]);
    f2py(&project, "-c -m k k.f90 -DUPPERCASE_FORTRAN").fails(2, &["FW0705", "UPPERCASE_FORTRAN"]);
    f2py(&project, "-c -m k k.f90 --dep nowhere").fails(2, &["FW0705", "-l nowhere"]);
    f2py(&project, "-c -m k k.f90 --lowr").fails(2, &["FW0705", "`--lowr` is no option of f2py"]);
    f2py(&project, "-c -m k missing.f90").fails(1, &["cannot read `missing.f90`"]);
    assert!(f2py(&project, "").succeeds().stdout.contains("f2py's command line"));
    assert_eq!(f2py(&project, "-v").succeeds().stdout, concat!(env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn macros_are_defined_and_undefined_as_for_the_compiler() {
    let source = "function f()\n  integer :: f\n#ifdef X\n  f = X\n#else\n  f = -1\n#endif\n#ifndef __GFORTRAN__\n  \
                  f = -f\n#endif\nend function\n";
    let project = Project::new(&[("k.F90", source)]);
    for (flags, value) in [("-DX=3", "3"), ("-D X=3 -U X", "-1"), ("-DX=3 -U__GFORTRAN__", "-3")] {
        project.build(&format!("k.F90 -m k --compat f2py {flags}")).succeeds();
        assert_eq!(project.python("import k; print(k.f())"), value, "{flags}");
    }
}

#[test]
fn c_sources_and_c_code_find_the_headers() {
    let pyf = "python module k\nusercode '''\n#include <numpy/arrayobject.h>\n#include \"own.h\"\n\
               static double twice(double x) { return FACTOR * x; }\n'''\ninterface\nfunction half(x)\n  intent(c) half\n  \
               double precision, intent(c) :: x = twice(4)\n  double precision :: half\nend function\nend interface\n\
               end python module\n";
    let c = "#include <Python.h>\ndouble half(double x) { return x / 2; }\n";
    let project = Project::new(&[("s/k.pyf", pyf), ("s/own.h", "#define FACTOR 2\n"), ("k.c", c)]);
    project.build("s/k.pyf k.c").succeeds();
    assert_eq!(project.python("import k; print(k.half(), k.half(3))"), "4.0 1.5");
}
