//! Names as C code has them: f2py gives another spelling to what C or its own macros take.

use crate::ir::name::Name;

/// The names that f2py replaces.
const TAKEN: [&str; 51] = [
    "_i",
    "auto",
    "break",
    "case",
    "char",
    "complex_double",
    "const",
    "continue",
    "default",
    "delete",
    "do",
    "double",
    "else",
    "extern",
    "flen",
    "float",
    "float_double",
    "for",
    "fshape",
    "goto",
    "if",
    "index",
    "inline",
    "int",
    "len",
    "long",
    "max",
    "min",
    "new",
    "rank",
    "register",
    "return",
    "shape",
    "short",
    "signed",
    "size",
    "sizeof",
    "slen",
    "static",
    "stderr",
    "stdin",
    "stdout",
    "string",
    "struct",
    "switch",
    "type",
    "typedef",
    "union",
    "unsigned",
    "void",
    "while",
];

/// What f2py adds to them.
const ENDING: &str = "_bn";

/// Whether f2py replaces a name; in lower case.
#[must_use]
pub fn is_taken(name: &str) -> bool {
    TAKEN.contains(&name)
}

/// The name in C code and in Python: `long_bn` for `long`.
#[must_use]
pub fn c_name(name: &Name) -> String {
    let spelled = name.lower();
    if TAKEN.contains(&spelled) { format!("{spelled}{ENDING}") } else { spelled.to_owned() }
}

/// The Fortran name behind one that C code has: `long` for `long_bn`.
pub(super) fn fortran_name(name: &Name) -> Option<Name> {
    let original = name.lower().strip_suffix(ENDING)?;
    TAKEN.contains(&original).then(|| Name::new(original))
}

#[cfg(test)]
mod tests {
    use super::{c_name, fortran_name};
    use crate::ir::name::Name;

    #[test]
    fn names_of_c_are_replaced() {
        assert_eq!(c_name(&Name::new("Long")), "long_bn");
        assert_eq!(c_name(&Name::new("longer")), "longer");
        assert_eq!(fortran_name(&Name::new("long_bn")), Some(Name::new("long")));
        assert_eq!(fortran_name(&Name::new("x_bn")), None);
    }
}
