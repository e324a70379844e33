//! What sources declare, for people: a tree of files, modules, types and procedures, one line each.

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::inspect::description::{
    Argument, Component, FileDescription, Inspection, Interface, ModuleDescription, Parameter, TypeDescription, Unit,
};

/// The tree of what was read.
#[must_use]
pub fn print_tree(inspection: &Inspection) -> String {
    let mut tree = Tree { text: String::new() };
    for file in &inspection.files {
        tree.file(file);
    }
    tree.text
}

struct Tree {
    text: String,
}

/// A unit with its internal procedures.
type Nest<'a> = (&'a Unit, Vec<&'a Unit>);

impl Tree {
    fn line(&mut self, depth: usize, line: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn file(&mut self, file: &FileDescription) {
        let errors = match file.errors.len() {
            0 => String::new(),
            1 => " (1 error)".to_owned(),
            count => format!(" ({count} errors)"),
        };
        self.line(0, &format!("{}{errors}", file.path));
        let mut nests: HashMap<Option<&str>, Vec<Nest<'_>>> = HashMap::new();
        let mut last = None;
        // An internal procedure stands behind its host.
        for unit in &file.units {
            if !unit.internal {
                last = unit.parent.as_deref();
                nests.entry(last).or_default().push((unit, Vec::new()));
            } else if let Some((_, internal)) = nests.get_mut(&last).and_then(|nests| nests.last_mut()) {
                internal.push(unit);
            }
        }
        for module in &file.modules {
            self.module(module);
            self.nests(2, &nests.remove(&Some(module.name.as_str())).unwrap_or_default());
        }
        let mut others: Vec<_> = nests.into_values().flatten().collect();
        others.sort_by_key(|(unit, _)| unit.line);
        self.nests(1, &others);
    }

    fn nests(&mut self, depth: usize, nests: &[Nest<'_>]) {
        for (unit, internal) in nests {
            self.line(depth, &print_unit(unit));
            self.commons(depth + 1, &unit.commons);
            for unit in internal {
                self.line(depth + 1, &print_unit(unit));
            }
        }
    }

    fn module(&mut self, module: &ModuleDescription) {
        self.line(1, &format!("{} {}", module.kind, module.name));
        for (name, parameter) in &module.parameters {
            self.line(2, &print_parameter(name, parameter));
        }
        for variable in &module.variables {
            let private = if variable.private == Some(true) { " [private]" } else { "" };
            self.line(2, &format!("variable {}{private}", print_argument(variable)));
        }
        for found in &module.types {
            self.line(2, &print_type(found));
        }
        for (word, generics) in [("generic ", &module.generics), ("", &module.operators)] {
            for (name, specifics) in generics {
                self.line(2, &format!("{word}{name} = {}", specifics.join(", ")));
            }
        }
        for (name, interface) in &module.interfaces {
            let kind = interface.kind.unwrap_or("procedure");
            self.line(
                2,
                &format!("interface {kind} {name}{}", print_signature(&interface.args, interface.result.as_ref())),
            );
        }
        self.commons(2, &module.commons);
    }

    fn commons(&mut self, depth: usize, commons: &BTreeMap<String, Vec<String>>) {
        for (name, members) in commons {
            self.line(depth, &format!("common /{name}/ {}", members.join(", ")));
        }
    }
}

fn print_unit(unit: &Unit) -> String {
    let (prefixes, suffixes): (Vec<&str>, Vec<&str>) =
        unit.attrs.iter().partition(|word| matches!(**word, "elemental" | "impure" | "pure" | "recursive" | "module"));
    let mut line: String = prefixes.iter().map(|word| format!("{word} ")).collect();
    line.push_str(&format!("{} {}", unit.kind, unit.name));
    if matches!(unit.kind, "subroutine" | "function") {
        line.push_str(&print_signature(&unit.args, unit.result.as_ref()));
    }
    if let Some(host) = &unit.entry_of {
        line.push_str(&format!(" [entry of {host}]"));
    }
    for word in suffixes.iter().filter(|word| **word != "bind(c)") {
        line.push_str(&format!(" [{word}]"));
    }
    if let Some(label) = &unit.bind {
        line.push_str(&format!(" [bind(c, name=\"{label}\")]"));
    }
    if unit.private {
        line.push_str(" [private]");
    }
    line
}

fn print_signature(arguments: &[Argument], result: Option<&Argument>) -> String {
    let arguments: Vec<String> = arguments.iter().map(print_argument).collect();
    let result = result.map_or_else(String::new, |result| format!(" -> {}", print_data_type(result)));
    format!("({}){result}", arguments.join(", "))
}

/// `x: in optional real(8)(:)`; an intent that is not declared, but seen in the bodies, has a question mark.
fn print_argument(argument: &Argument) -> String {
    if argument.class == "altreturn" {
        return "*".to_owned();
    }
    let mut words = vec![format!("{}:", argument.name)];
    let seen = argument.inferred.as_ref().and_then(|inferred| match inferred.usage {
        "read" => Some("in?"),
        "written" => Some("out?"),
        "both" => Some("inout?"),
        "untouched" => Some("unused"),
        _ => None,
    });
    words.extend(argument.intent.or(seen).map(str::to_owned));
    let plain = argument.attrs.iter().filter(|word| !matches!(**word, "dimension" | "external"));
    words.extend(plain.map(|word| (*word).to_owned()));
    words.push(print_data_type(argument));
    words.join(" ")
}

fn print_data_type(argument: &Argument) -> String {
    if argument.class == "procedure" {
        return argument
            .interface
            .as_ref()
            .map_or_else(|| "procedure".to_owned(), |interface| print_interface(interface));
    }
    let data_type =
        print_type_name(argument.data_type, argument.kind, argument.len.as_deref(), argument.derived.as_deref());
    let corank = if argument.corank > 0 { "[*]" } else { "" };
    format!("{data_type}{}{corank}", print_shape(argument.rank, &argument.dims))
}

/// A dummy procedure: what it takes and gives.
fn print_interface(interface: &Interface) -> String {
    let arguments: Vec<String> = interface
        .args
        .iter()
        .map(|argument| if argument.class == "procedure" { "procedure".to_owned() } else { print_data_type(argument) })
        .collect();
    let result =
        interface.result.as_ref().map_or_else(String::new, |result| format!(" -> {}", print_data_type(result)));
    format!("{}({}){result}", interface.kind.unwrap_or("procedure"), arguments.join(", "))
}

fn print_type_name(data_type: &str, kind: Option<u8>, length: Option<&str>, derived: Option<&str>) -> String {
    match data_type {
        "character" => format!("character({})", length.unwrap_or("1")),
        "derived" => format!("type({})", derived.unwrap_or("?")),
        "class" => format!("class({})", derived.unwrap_or("?")),
        "integer" | "real" | "complex" | "logical" => {
            format!("{data_type}({})", kind.map_or_else(|| "?".to_owned(), |kind| kind.to_string()))
        }
        "unknown" => "?".to_owned(),
        other => other.to_owned(),
    }
}

fn print_shape(rank: i32, dimensions: &[(Option<String>, Option<String>)]) -> String {
    if rank < 0 {
        return "(..)".to_owned();
    }
    if dimensions.is_empty() {
        return String::new();
    }
    let bounds = dimensions.iter().map(|(lower, upper)| {
        let upper = upper.as_deref().unwrap_or(":");
        match lower.as_deref().filter(|lower| *lower != "1") {
            None => upper.to_owned(),
            Some(lower) if upper == ":" => format!("{lower}:"),
            Some(lower) => format!("{lower}:{upper}"),
        }
    });
    format!("({})", bounds.collect::<Vec<_>>().join(", "))
}

fn print_parameter(name: &str, parameter: &Parameter) -> String {
    let data_type =
        print_type_name(parameter.data_type, parameter.kind, parameter.len.as_deref(), parameter.derived.as_deref());
    let shape = print_shape(parameter.rank, &parameter.dims);
    let value = parameter.value.as_deref().unwrap_or("?");
    let private = if parameter.private { " [private]" } else { "" };
    format!("parameter {name}: {data_type}{shape} = {value}{private}")
}

fn print_type(found: &TypeDescription) -> String {
    let component = |component: &Component| {
        let data_type = print_type_name(
            component.data_type,
            component.kind,
            component.len.as_deref(),
            component.derived.as_deref(),
        );
        let attributes = component.attrs.iter().filter(|word| matches!(**word, "allocatable" | "pointer"));
        let attributes: String = attributes.map(|word| format!("{word} ")).collect();
        format!("{}: {attributes}{data_type}{}", component.name, print_shape(component.rank, &component.dims))
    };
    let components: Vec<String> = found.components.iter().map(component).collect();
    let mut line = format!("type {}({})", found.name, components.join(", "));
    if let Some(parent) = &found.extends {
        line.push_str(&format!(" extends {parent}"));
    }
    let bound: Vec<&str> = found
        .bindings
        .iter()
        .map(|binding| binding.name.as_str())
        .chain(found.generic.keys().map(String::as_str))
        .collect();
    if !bound.is_empty() {
        line.push_str(&format!(" with {}", bound.join(", ")));
    }
    if found.private {
        line.push_str(" [private]");
    }
    line
}

#[cfg(test)]
mod tests {
    use crate::inspect::print_tree;
    use crate::source::SourceFile;
    use crate::{Request, inspect};

    const TEXT: &str = "\
module shapes
  implicit none
  integer, parameter :: wp = kind(1.0d0)
  real(wp), save :: origin(0:2)
  type, abstract :: shape
    private
    character(len=:), allocatable :: label
  contains
    procedure :: name => shape_name
  end type
  type, extends(shape) :: circle
    real(wp) :: r
  end type
  interface area
    module procedure circle_area
  end interface
contains
  pure elemental function circle_area(c) result(a)
    type(circle), intent(in) :: c
    real(wp) :: a
    a = helper(c%r)
  contains
    pure real(wp) function helper(r)
      real(wp), intent(in) :: r
      helper = r
    end function
  end function
  function shape_name(this) result(text)
    class(shape), intent(in) :: this
    character(len=8) :: text
    text = this%label
  end function
end module
subroutine old(n, x, f, *) bind(c, name='Old')
  integer n, k
  real*8 x(0:n, *), f
  external f
  common /state/ k
  x(1, 1) = f(n)
end
";

    #[test]
    fn everything_has_one_line() {
        let sources = vec![SourceFile::new("src/k.f90", TEXT)];
        let inspected = inspect(Request { sources, ..Request::default() }, &|_, _| None);
        let expected = "\
src/k.f90
  module shapes
    parameter wp: integer(4) = 8
    variable origin: real(8)(0:2)
    type shape(label: allocatable character(:)) with name
    type circle(r: real(8)) extends shape
    generic area = circle_area
    elemental pure function circle_area(c: in type(circle)) -> real(8)
      pure function helper(r: in real(8)) -> real(8)
    function shape_name(this: in class(shape)) -> character(8)
  subroutine old(n: integer(4), x: out? real(8)(0:n, *), f: function(integer(4)) -> real(8), *) \
            [bind(c, name=\"Old\")]
    common /state/ k
";
        assert_eq!(print_tree(&inspected.description), expected);
    }
}
