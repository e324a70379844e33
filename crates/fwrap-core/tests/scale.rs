//! Reading costs what the source is long: no text makes it quadratic, and none makes it overflow the stack.
//!
//! Eight times the text may take eight times the time; a quadratic reader would take 64 times as long, and the bar stands
//! between the two. Times are compared in an optimized build only (`make test-scale`), where the texts are long.

use std::time::{Duration, Instant};

use fwrap_core::front::{Options, parse_library};
use fwrap_core::source::{SourceFile, SourceMap};
use fwrap_core::{Request, inspect};

/// How many times longer the longer one of two texts is.
const TIMES: usize = 8;

/// So many times as long may it take: memory that has to be fetched anew makes it more than [`TIMES`].
const RATIO: f64 = 24.0;

/// The longer one of two texts, in bytes.
const LENGTH: usize = 8_000_000;

/// Repeats what `part` makes of a number, up to about `length` bytes.
fn repeat(length: usize, part: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(length + 1000);
    let mut number = 0;
    while text.len() < length {
        text.push_str(&part(number));
        number += 1;
    }
    text
}

fn read(path: &str, text: &str) -> (SourceMap, usize) {
    let mut sources = SourceMap::default();
    sources.add(SourceFile::new(path, text));
    let load_include =
        |name: &str, _: &str| (name == "x.inc").then(|| (name.to_owned(), "      integer x\n".to_owned()));
    let options = Options {
        defines: Vec::new(),
        predefined: None,
        openmp: true,
        fixed_line_length: None,
        load_include: &load_include,
    };
    let (library, diagnostics) = parse_library(&mut sources, &options);
    let units = library.procedures.len() + library.modules.len() + diagnostics.iter().count();
    (sources, units)
}

/// The shortest of some runs.
fn time(mut act: impl FnMut()) -> Duration {
    let run = |act: &mut dyn FnMut()| {
        let start = Instant::now();
        act();
        start.elapsed()
    };
    (0..3).map(|_| run(&mut act)).min().unwrap_or_default()
}

/// Says how much longer the longer text takes, and whether that is too much in each of some tries: other work on the
/// machine can disturb one.
fn check(what: &str, act: impl Fn(usize)) -> Option<String> {
    let mut said = String::new();
    for _ in 0..4 {
        let (short, long) = (time(|| act(LENGTH / TIMES)), time(|| act(LENGTH)));
        let ratio = long.as_secs_f64() / short.as_secs_f64().max(1e-6);
        said = format!("{what}: {LENGTH} bytes in {long:.1?}, {ratio:.1} times what an eighth of it takes");
        if ratio < RATIO || long < Duration::from_millis(5) {
            println!("{said}");
            return None;
        }
    }
    Some(said)
}

/// A text of a length, by what it consists of.
type Maker = fn(usize) -> String;

/// Texts that a careless reader would take too long for.
const TEXTS: &[(&str, &str, Maker)] = &[
    ("procedures in fixed form", "a.f", |length| {
        repeat(length, |number| {
            format!(
                "*> \\brief About it.\n*> \\param[in] N\n*>          N is INTEGER\n      SUBROUTINE S{number}( N, X )\n      \
                 INTEGER N\n      REAL X( N, * )\n      X( 1, 2 ) = N * 3\n      CALL S{number}( N, X )\n      END\n"
            )
        })
    }),
    ("modules", "a.f90", |length| {
        repeat(length, |number| {
            format!(
                "module m{number}\nuse m{}, only: r => p\ninteger, parameter :: p = 3\ntype t\n real :: x(p)\nend type\n\
                 contains\nsubroutine s(x)\nreal, intent(in) :: x(p)\nend subroutine\nend module\n",
                number.saturating_sub(1)
            )
        })
    }),
    ("one module of many constants", "a.f90", |length| {
        let constants = repeat(length, |number| format!("integer, parameter :: p{number} = {number} + 1\n"));
        format!("module m\n{constants}end module\n")
    }),
    ("one module of many procedures", "a.f90", |length| {
        let procedures = repeat(length, |number| format!("subroutine s{number}(x)\nreal x\nend subroutine\n"));
        format!("module m\ncontains\n{procedures}end module\n")
    }),
    ("continuation lines in fixed form", "a.f", |length| {
        let lines = repeat(length, |number| format!("     &, X{number}\n"));
        format!("      SUBROUTINE S( N )\n      REAL Y\n{lines}      END\n")
    }),
    ("continuation lines in free form", "a.f90", |length| {
        let lines = repeat(length, |number| format!("  & x{number}, & ! beside\n"));
        format!("subroutine s(n)\ncall c( &\n{lines}  & y)\nend\n")
    }),
    ("dummy arguments", "a.f90", |length| {
        let names = repeat(length, |number| format!("a{number}, &\n"));
        format!("subroutine s({names} z)\nend\n")
    }),
    ("one line", "a.f90", |length| format!("subroutine s\n{}end\n", repeat(length, |_| "x = 1; ".to_owned()))),
    ("a name", "a.f90", |length| format!("subroutine {}\nend\n", "x".repeat(length))),
    ("a character constant that does not end", "a.f90", |length| format!("x = '{}", "& & ".repeat(length / 4))),
    ("parentheses that do not close", "a.f90", |length| format!("real x{}\nend\n", "(".repeat(length))),
    ("parentheses", "a.f", |length| {
        let (open, close) = ("(".repeat(length / 2), ")".repeat(length / 2));
        format!("      X = {open}1{close}\n      END\n")
    }),
    ("brackets that nest", "a.f90", |length| {
        format!("integer, parameter :: p(1) = {}\nend\n", "[(".repeat(length / 2))
    }),
    ("comments", "a.f90", |length| {
        format!("{}subroutine s\nend\n", repeat(length, |_| "! @param[in] x about <b>it</b> and \\c more\n".to_owned()))
    }),
    ("comments between declarations", "a.f90", |length| {
        let lines = repeat(length, |number| format!("! about it\nreal x{number} ! beside\n"));
        format!("subroutine s\n{lines}end\n")
    }),
    ("blanks", "a.f", |length| format!("{}\n      END\n", " ".repeat(length))),
    ("lines of nothing", "a.f", |length| format!("      REAL X\n{}      END\n", " \n\t\n\n".repeat(length / 5))),
    ("includes", "a.f90", |length| repeat(length, |_| "subroutine s\ninclude 'missing.inc'\nend\n".to_owned())),
    ("quotes", "a.f90", |length| format!("! {}\nend\n", "'\"".repeat(length / 2))),
    ("macros", "a.F90", |length| {
        let lines = repeat(length, |number| format!("#define M{number}(x) x\nM{number}(real) :: x{number}\n"));
        format!("subroutine s\n{lines}end\n")
    }),
    ("arguments of macros that do not end", "a.F90", |length| format!("#define F(x) x\n{}", "F(".repeat(length / 2))),
    ("macros inside macros", "a.F90", |length| format!("#define F(x) x\n{}\n", "F(F(F(1))) ".repeat(length / 11))),
    ("conditions", "a.F90", |length| "#if 1\n#else\n#endif\n".repeat(length / 19)),
    ("conditions that stay open", "a.F90", |length| "#if 1\n".repeat(length / 60)),
    ("comments of C that do not end", "a.F90", |length| format!("#if 1\n#endif\n{}", "/* ".repeat(length / 3))),
    ("joined lines", "a.F90", |length| "#define A\nx\\\n".repeat(length / 13)),
    ("line marks", "a.f90", |length| repeat(length, |number| format!("# {number} \"b.fypp\"\nx = 1\n"))),
];

#[test]
#[cfg_attr(debug_assertions, ignore = "compares times: `make test-scale` runs it in an optimized build")]
fn the_time_grows_like_the_text() {
    let slow: Vec<String> = TEXTS
        .iter()
        .filter_map(|(what, path, make)| {
            check(what, |length| {
                let text = make(length);
                let _ = read(path, &text);
            })
        })
        .collect();
    assert!(slow.is_empty(), "more than {RATIO} times as long for {TIMES} times the text:\n{}", slow.join("\n"));
}

#[test]
#[cfg_attr(debug_assertions, ignore = "compares times: `make test-scale` runs it in an optimized build")]
fn what_is_read_is_described_in_linear_time() {
    let mut slow = Vec::new();
    for (what, path, make) in &TEXTS[..4] {
        slow.extend(check(what, |length| {
            let sources = vec![SourceFile::new(*path, make(length / 4))];
            let request = Request { module: "m".to_owned(), sources, ..Request::default() };
            let _ = inspect(request, &|_, _| None);
        }));
    }
    assert!(slow.is_empty(), "more than {RATIO} times as long for {TIMES} times the text:\n{}", slow.join("\n"));
}

#[test]
fn ten_thousand_of_anything_is_read() {
    let deep = 10_000;
    for (path, text) in [
        ("a.f90", format!("subroutine s(x)\nreal x({}1{})\nend\n", "(".repeat(deep), ")".repeat(deep))),
        ("a.f90", format!("subroutine s(x)\nreal x({}1)\nend\n", "-".repeat(deep))),
        ("a.f90", format!("subroutine s(x)\nreal x({}1)\nend\n", "2**".repeat(deep))),
        ("a.f90", format!("subroutine s(x)\nreal x({}n{})\nend\n", "f(".repeat(deep), ")".repeat(deep))),
        ("a.f90", format!("subroutine s(x)\nx{} = 1\nend\n", "%y".repeat(deep))),
        ("a.f90", "if (x) then\n".repeat(deep)),
        ("a.f90", "interface\nsubroutine s\n".repeat(deep)),
        ("a.f90", "subroutine s\ncontains\n".repeat(deep)),
        ("a.f90", "type t\n".repeat(deep)),
        ("a.f90", "block\n".repeat(deep)),
        ("a.f", format!("      SUBROUTINE S(A{})\n      END\n", "\n     1, B".repeat(deep))),
        ("a.F90", format!("#if {}1{}\n#endif\n", "(".repeat(deep), ")".repeat(deep))),
        ("a.F90", format!("#if {}1\n#endif\n", "1 ? 2 : ".repeat(deep))),
        ("a.F90", "#if 1\n".repeat(deep)),
        ("a.F90", format!("#define F(x) x\n{}1{}\n", "F(".repeat(deep), ")".repeat(deep))),
    ] {
        // what a thread of a test has of stack would hide nothing, and what a main thread has is more
        println!("{}...", &text[..60.min(text.len())].replace('\n', " "));
        let (_, units) = read(path, &text);
        assert!(units > 0, "nothing is read, and nothing is said: {}", &text[..60]);
    }
}

/// The most memory the process has had, in bytes; Linux says it.
fn most_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<usize>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Files as long and with as many comments and statements as LAPACK's.
fn library(length: usize) -> String {
    repeat(length, |number| {
        let comment = "*>          The leading part of A( LDA, * ) is not referenced.\n".repeat(70);
        let statement = "         IF( A( I, J ).GT.ZERO ) CALL DAXPY( N-J, ALPHA, A( 1, J ), 1, X, INCX )\n".repeat(60);
        format!(
            "*> \\brief Does something.\n*>\n*> \\param[in] N\n*> \\verbatim\n{comment}*> \\endverbatim\n      \
             SUBROUTINE S{number}( N, ALPHA, A, LDA, X, INCX )\n      INTEGER            INCX, LDA, N\n      \
             DOUBLE PRECISION   ALPHA, A( LDA, * ), X( * )\n{statement}      END\n"
        )
    })
}

#[test]
fn memory_is_at_most_ten_times_the_source() {
    let text = library(if cfg!(debug_assertions) { 3_000_000 } else { 30_000_000 });
    let Some(before) = most_memory() else {
        println!("/proc/self/status is not there: memory is not measured");
        return;
    };
    let start = Instant::now();
    let (_, units) = read("a.f", &text);
    let took = start.elapsed();
    assert!(units > 100);
    let used = most_memory().unwrap_or(0).saturating_sub(before);
    let times = used as f64 / text.len() as f64;
    println!("{} bytes in {took:.1?}: {times:.1} times as much memory", text.len());
    assert!(times <= 10.0, "{} bytes take {used} bytes of memory", text.len());
}
