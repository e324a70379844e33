//! Names that are printed: identifiers of Rust and Python that no user's name can meet.

use std::collections::HashSet;

use crate::ir::name::Name;
use crate::plan::wrapper::NamedTuple;

/// Names that are taken in one scope of printed text.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    names: HashSet<String>,
}

impl Taken {
    /// A scope in which these names have a meaning already.
    #[must_use]
    pub fn with(reserved: &[&str]) -> Self {
        Self { names: reserved.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// `wanted`, or `wanted` with as many underscores as make it new; taken from now on.
    pub fn take(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while !self.names.insert(name.clone()) {
            name.push('_');
        }
        name
    }
}

/// The Rust identifier for a Fortran name; a keyword gets an underscore, and two underscores in the middle, which
/// Rust's lints refuse, become one.
#[must_use]
pub fn rust_identifier(name: &Name) -> String {
    let mut plain = with_underscore_if(name.lower(), RUST_KEYWORDS);
    let end = plain.trim_end_matches('_').len();
    let behind = plain.split_off(end);
    while plain.contains("__") {
        plain = plain.replace("__", "_");
    }
    plain + &behind
}

/// A name made from another: `x` and `passed` give `x_passed`, and so does `x_`.
#[must_use]
pub fn derived_name(name: &str, suffix: &str) -> String {
    format!("{}_{suffix}", name.trim_end_matches('_'))
}

/// The Python identifier for a Fortran name; a keyword gets an underscore.
#[must_use]
pub fn python_identifier(name: &Name) -> String {
    with_underscore_if(name.lower(), PYTHON_KEYWORDS)
}

/// `wrap_positions` as `WrapPositions`.
#[must_use]
pub fn camel_case(name: &str) -> String {
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    name.split(['_', '$']).map(capitalized).collect()
}

/// Whether Python's grammar takes no such name.
#[must_use]
pub fn is_python_keyword(name: &str) -> bool {
    PYTHON_KEYWORDS.contains(&name)
}

/// The class of tuples that a Python function of several results returns, and the names of their items: those that
/// cannot be attributes are renamed as `collections.namedtuple(..., rename=True)` does it.
#[must_use]
pub fn choose_named_tuple<'a>(
    function: &str,
    fields: impl ExactSizeIterator<Item = &'a str>,
    taken: &mut Taken,
) -> Option<NamedTuple> {
    if fields.len() < 2 {
        return None;
    }
    let mut seen = HashSet::new();
    let fields = fields.enumerate().map(|(index, field)| {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let is_bad = !field.starts_with(|first: char| first.is_ascii_alphabetic())
            || !field.chars().all(is_letter)
            || PYTHON_KEYWORDS.contains(&field);
        let field = if is_bad || seen.contains(field) { format!("_{index}") } else { field.to_owned() };
        seen.insert(field.clone());
        field
    });
    let fields = fields.collect();
    Some(NamedTuple { class: taken.take(&format!("{function}_result")), fields })
}

/// `$`, which compilers take in names as an extension, is no letter anywhere else.
fn with_underscore_if(name: &str, keywords: &[&str]) -> String {
    if keywords.contains(&name) { format!("{name}_") } else { name.replace('$', "_") }
}

/// Names of modules that would hide a crate or a primitive type in the generated Rust.
pub const RESERVED_MODULES: &[&str] = &[
    "ffi", "fwrap", "std", "core", "alloc", "pyo3", "bool", "char", "str", "f32", "f64", "i8", "i16", "i32", "i64",
    "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
];

/// Names of locals that the generated glue uses itself.
pub const RESERVED_LOCALS: &[&str] = &["arguments"];

/// Types that the generated glue imports.
pub const RESERVED_GLUE: &[&str] = &[
    "Arguments",
    "Complex32",
    "Complex64",
    "Face",
    "Lock",
    "Method",
    "Module",
    "Outcome",
    "Procedure",
    "PyObject",
    "Signature",
    "LIBRARY",
    "LOSSY",
    "MODULE",
];

const RUST_KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

const PYTHON_KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

/// The library's name as a part of Fortran names, which have at most 63 characters (F2018 C601). Of a longer one, what is
/// cut off is put into a number (FNV-1a), so that names with the same beginning stay apart.
#[must_use]
pub fn fortran_prefix(library: &str) -> String {
    const LONGEST: usize = 40;
    if library.len() <= LONGEST {
        return library.to_owned();
    }
    let hash = library.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let end = (0..=LONGEST - 9).rev().find(|at| library.is_char_boundary(*at)).unwrap_or_default();
    format!("{}_{hash:08x}", &library[..end])
}

#[cfg(test)]
mod tests {
    use super::fortran_prefix;
    use super::{Name, Taken, camel_case, choose_named_tuple, derived_name, python_identifier, rust_identifier};

    #[test]
    fn long_names_of_libraries_stay_apart_where_they_are_cut() {
        assert_eq!(fortran_prefix("k"), "k");
        let long = "_test_abstract_interface_TestAbstractInterface_ext_module";
        let cut = fortran_prefix(long);
        assert!(cut.len() == 40 && cut.starts_with("_test_abstract_interface_TestAb"), "{cut}");
        assert_ne!(cut, fortran_prefix(&format!("{long}2")));
    }

    #[test]
    fn keywords_get_an_underscore() {
        assert_eq!(rust_identifier(&Name::new("TYPE")), "type_");
        assert_eq!(python_identifier(&Name::new("lambda")), "lambda_");
        assert_eq!(python_identifier(&Name::new("type")), "type");
        assert_eq!(python_identifier(&Name::new("dec$info")), "dec_info");
        assert_eq!(rust_identifier(&Name::new("a$$b")), "a_b");
    }

    #[test]
    fn two_underscores_in_the_middle_are_one_in_rust() {
        assert_eq!(rust_identifier(&Name::new("a___b__")), "a_b__");
        assert_eq!(python_identifier(&Name::new("a___b__")), "a___b__");
        assert_eq!(derived_name("true_", "passed"), "true_passed");
    }

    #[test]
    fn names_of_items_can_be_attributes() {
        let mut taken = Taken::with(&["solve_result"]);
        let fields = ["x", "in", "_y", "x", "info"];
        let tuple = choose_named_tuple("solve", fields.into_iter(), &mut taken).unwrap();
        assert_eq!(tuple.class, "solve_result_");
        assert_eq!(tuple.fields, ["x", "_1", "_2", "_3", "info"]);
        assert_eq!(choose_named_tuple("solve", ["x"].into_iter(), &mut taken), None);
    }

    #[test]
    fn a_taken_name_is_changed_until_it_is_new() {
        let mut taken = Taken::with(&["face"]);
        assert_eq!(taken.take("face"), "face_");
        assert_eq!(taken.take("face"), "face__");
    }

    #[test]
    fn camel_case_drops_underscores() {
        assert_eq!(camel_case("wrap_positions"), "WrapPositions");
    }
}
