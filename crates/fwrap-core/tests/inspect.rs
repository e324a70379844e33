//! What `fwrap inspect` shows of sources that have a bit of everything, against files that agree with gfortran's dump.
//! `FWRAP_BLESS=1` writes the files anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use fwrap_core::inspect::description::{Argument, FileDescription, ModuleDescription, Unit};
use fwrap_core::source::SourceFile;
use fwrap_core::{Request, inspect};

fn describe(argument: &Argument) -> String {
    let mut text = format!("{} {}", argument.name, argument.data_type);
    let shape: Vec<String> = argument
        .dims
        .iter()
        .map(|(lower, upper)| format!("{}:{}", lower.as_deref().unwrap_or(""), upper.as_deref().unwrap_or("")))
        .collect();
    let facts = [
        argument.kind.map(|kind| format!("kind={kind}")),
        argument.len.as_ref().map(|len| format!("len={len}")),
        argument.derived.clone(),
        argument.shape_kind.map(|kind| format!("{kind}({})", shape.join(","))),
        argument.intent.map(|intent| format!("intent({intent})")),
        argument.implicit.then(|| "implicit".to_owned()),
        (argument.class != "data").then(|| argument.class.to_owned()),
        (!argument.attrs.is_empty()).then(|| argument.attrs.join(" ")),
    ];
    for fact in facts.into_iter().flatten() {
        write!(text, " {fact}").expect("a string takes all");
    }
    text
}

fn describe_unit(unit: &Unit, text: &mut String) {
    let words = [
        unit.parent.as_ref().map(|parent| format!("in {parent}")),
        unit.internal.then(|| "internal".to_owned()),
        unit.entry_of.as_ref().map(|name| format!("entry of {name}")),
        unit.bind.as_ref().map(|label| format!("bind({label})")),
        unit.private.then(|| "private".to_owned()),
        (!unit.attrs.is_empty()).then(|| unit.attrs.join(" ")),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    writeln!(text, "{} {} {}", unit.kind, unit.name, words.join(" ")).expect("a string takes all");
    for argument in &unit.args {
        writeln!(text, "    {}", describe(argument)).expect("a string takes all");
    }
    if let Some(result) = &unit.result {
        writeln!(text, "    -> {}", describe(result)).expect("a string takes all");
    }
    for (block, members) in &unit.commons {
        writeln!(text, "    common /{block}/ {}", members.join(" ")).expect("a string takes all");
    }
}

fn describe_module(module: &ModuleDescription, text: &mut String) {
    writeln!(text, "{} {}", module.kind, module.name).expect("a string takes all");
    for (name, parameter) in &module.parameters {
        let kind = parameter.kind.map_or_else(String::new, |kind| kind.to_string());
        let value = parameter.value.as_deref().unwrap_or("unknown");
        writeln!(text, "    {name} {}({kind}) rank {} = {value}", parameter.data_type, parameter.rank)
            .expect("a string takes all");
    }
    for variable in &module.variables {
        writeln!(text, "    {}", describe(variable)).expect("a string takes all");
    }
    for derived_type in &module.types {
        let extends = derived_type.extends.as_deref().unwrap_or("nothing");
        writeln!(text, "    type {} extends {extends}", derived_type.name).expect("a string takes all");
        for component in &derived_type.components {
            let dims: Vec<&str> = component.dims.iter().filter_map(|(_, upper)| upper.as_deref()).collect();
            let dims = dims.join(",");
            writeln!(text, "        {} {} ({dims}) {:?}", component.name, component.data_type, component.attrs)
                .expect("a string takes all");
        }
    }
    for (kind, table) in [("generic", &module.generics), ("operator", &module.operators)] {
        for (name, specifics) in table {
            writeln!(text, "    {kind} {name}: {}", specifics.join(" ")).expect("a string takes all");
        }
    }
    for (name, word) in &module.access {
        writeln!(text, "    {word} {name}").expect("a string takes all");
    }
}

fn describe_file(file: &FileDescription) -> String {
    let mut text = String::new();
    for module in &file.modules {
        describe_module(module, &mut text);
    }
    for unit in &file.units {
        describe_unit(unit, &mut text);
    }
    text
}

#[test]
fn everything_is_read_as_the_compiler_reads_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inspect");
    for name in ["fixed.f", "modules.f90", "constants.f90"] {
        let source = SourceFile::new(name, fs::read_to_string(folder.join(name)).expect("the source is there"));
        let inspected = inspect(Request { sources: vec![source], ..Request::default() }, &|_, _| None);
        assert!(inspected.diagnostics.is_empty(), "{:?}", inspected.diagnostics);
        let text: String = inspected.description.files.iter().map(describe_file).collect();
        let golden = folder.join(name).with_extension("txt");
        if std::env::var_os("FWRAP_BLESS").is_some() {
            fs::write(&golden, &text).expect("the golden file can be written");
        }
        let known = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(text, known, "{name} is described otherwise: if that is right, set FWRAP_BLESS=1");
    }
}

fn read(text: &str) -> FileDescription {
    let sources = vec![SourceFile::new("a.f90", text)];
    let mut inspected = inspect(Request { sources, ..Request::default() }, &|_, _| None);
    inspected.description.files.remove(0)
}

/// Every declaration here asks for others, and some for themselves; each must end, soon, and without an answer.
#[test]
fn circles_end() {
    let circles = [
        "subroutine s(a, b)\nreal a(size(b)), b(size(a))\nend",
        "subroutine s(a)\ncharacter(len(a)) a\nend",
        "subroutine s(a)\ninteger(kind(a)) a\nend",
        "subroutine s(x)\ninteger, parameter :: a = b, b = a\nreal x(a)\nend",
        "module a\nuse b\ninteger, parameter :: x = y\nend module\n\
         module b\nuse a\ninteger, parameter :: y = x\nend module",
        "module m\ntype t\ntype(t) :: x = t()\nend type\ntype(t), parameter :: p = t()\nend module",
        "module m\ntype, extends(u) :: t\nend type\ntype, extends(t) :: u\nend type\n\
         type(t), parameter :: p = t(1)\nend module",
        "submodule (b) a\nend submodule\nsubmodule (a) b\ncontains\nsubroutine s(x)\nreal(k) x\nend\nend submodule",
        "subroutine s(p)\nprocedure(p) :: p\nend",
        "subroutine s(f, g)\nprocedure(g) :: f\nprocedure(f) :: g\nend",
    ];
    for text in circles {
        let file = read(text);
        assert!(!file.units.is_empty() || !file.modules.is_empty(), "{text}");
    }
}

/// Declarations that refer to two others each, a hundred deep: what was found out is kept.
#[test]
fn what_is_found_out_is_kept() {
    let mut text = String::from("module m\ninteger, parameter :: c0 = 1\n");
    for at in 1..200 {
        writeln!(text, "integer, parameter :: c{at} = min(c{0} + c{0}, 7)", at - 1).expect("a string takes all");
    }
    text.push_str("contains\nsubroutine s(x, y0");
    for at in 1..100 {
        write!(text, ", &\ny{at}").expect("a string takes all");
    }
    text.push_str(")\nreal x(c199), y0(2)\n");
    for at in 1..100 {
        writeln!(text, "real y{at}(size(y{0}) - size(y{0}) + 2)", at - 1).expect("a string takes all");
    }
    text.push_str("end subroutine\nend module\n");
    let file = read(&text);
    let bounds = |at: usize| file.units[0].args[at].dims.clone();
    assert_eq!(bounds(0), [(Some("1".to_owned()), Some("7".to_owned()))]);
    assert_eq!(bounds(20), [(Some("1".to_owned()), Some("2".to_owned()))]);
    assert_eq!(bounds(100), [(Some("1".to_owned()), Some("2".to_owned()))]);
}
