//! What of Fortran a signature file has no words for, and what f2py makes wrong code of.

use crate::inspect::description::Argument;

/// Functions that f2py understands in dimensions.
const FUNCTIONS: [&str; 6] = ["max", "min", "abs", "size", "len", "shape"];

/// Why a dummy argument cannot stand in a signature file; `dummies` are the names of all.
pub(super) fn find_obstacle(argument: &Argument, dummies: &[&str]) -> Option<String> {
    let name = &argument.name;
    let has = |attribute: &str| argument.attrs.contains(&attribute);
    if argument.class == "altreturn" {
        return Some("it has an alternate return".to_owned());
    }
    if argument.class == "procedure" {
        return None;
    }
    if let Some(reason) = type_obstacle(argument) {
        return Some(reason);
    }
    if argument.rank < 0 {
        return Some(format!("`{name}` has assumed rank"));
    }
    if argument.corank > 0 {
        return Some(format!("`{name}` is a coarray"));
    }
    if has("allocatable") || has("pointer") {
        return Some(format!("`{name}` is allocatable or a pointer"));
    }
    let bounds = argument.dims.iter().flat_map(|(lower, upper)| [lower, upper]).flatten();
    let texts = bounds.chain(&argument.len);
    texts
        .into_iter()
        .find_map(|text| unknown_name(text, dummies))
        .map(|unknown| format!("a bound or length of `{name}` is made of `{unknown}`, which is no argument"))
}

/// Why a variable or result of this type cannot be declared.
pub(super) fn type_obstacle(argument: &Argument) -> Option<String> {
    let name = &argument.name;
    let is_known = match (argument.data_type, argument.kind) {
        ("integer" | "logical", Some(kind)) => kind <= 8,
        ("real" | "complex", Some(kind)) => matches!(kind, 4 | 8),
        ("character", Some(kind)) => kind == 1 && argument.len.as_deref() != Some(":"),
        ("integer" | "logical" | "real" | "complex" | "character", None) => {
            return Some(format!("the kind of `{name}` is not known"));
        }
        _ => false,
    };
    let kind = argument.kind.map_or(String::new(), |kind| format!("({kind})"));
    (!is_known).then(|| format!("`{name}` is of type {}{kind}", argument.data_type))
}

/// A name in an expression that is neither of these nor a function that f2py understands.
fn unknown_name(text: &str, known: &[&str]) -> Option<String> {
    if text.contains(['?', '%', '\'']) {
        return Some(text.to_owned());
    }
    let mut names = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    let found = names.find(|name| {
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            && !known.contains(name)
            && !FUNCTIONS.contains(name)
    });
    found.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{find_obstacle, unknown_name};
    use crate::inspect::description::Argument;

    #[test]
    fn bounds_are_made_of_arguments() {
        assert_eq!(unknown_name("max(1,n)*(m+2)", &["n", "m"]), None);
        assert_eq!(unknown_name("mod(n,2)", &["n"]).as_deref(), Some("mod"));
        assert_eq!(unknown_name("nx", &["n"]).as_deref(), Some("nx"));
    }

    #[test]
    fn what_has_no_words_is_found() {
        let plain =
            Argument { name: "x".to_owned(), class: "data", data_type: "real", kind: Some(8), ..Argument::default() };
        assert_eq!(find_obstacle(&plain, &["x"]), None);
        let of = |change: fn(&mut Argument)| {
            let mut argument = plain.clone();
            change(&mut argument);
            find_obstacle(&argument, &["x"])
        };
        assert!(of(|argument| argument.kind = Some(16)).is_some());
        assert!(of(|argument| argument.data_type = "derived").is_some());
        assert!(of(|argument| argument.rank = -1).is_some());
        assert!(of(|argument| argument.attrs = vec!["pointer"]).is_some());
        assert!(of(|argument| argument.dims = vec![(None, Some("k".to_owned()))]).is_some());
    }
}
