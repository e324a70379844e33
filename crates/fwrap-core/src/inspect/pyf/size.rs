//! Sizes that follow from shapes, as f2py finds them: `n` in `x(n)` is `shape(x, 0)` unless the caller says otherwise.

use std::collections::BTreeMap;

use crate::analysis::f2py::c_name::is_taken;
use crate::inspect::description::Argument;
use crate::inspect::pyf::declaration::Attributes;

/// An argument with the attributes that its declaration will have.
pub(super) struct Declared {
    pub(super) argument: Argument,
    pub(super) attributes: Attributes,
}

impl Declared {
    /// Whether its value comes from the caller, as f2py sees it.
    fn is_input(&self) -> bool {
        let has = |word: &str| self.attributes.intents.iter().any(|intent| intent == word);
        self.attributes.intents.is_empty() || (!has("hide") && (has("in") || has("inout") || has("inplace")))
    }

    fn is_settled(&self) -> bool {
        self.attributes.value.is_some() || self.attributes.depends.is_some()
    }
}

/// Gives sizes the values that f2py would find, where a dimension is nothing but the size. What takes arithmetic is
/// left to f2py, with all that the array in question could say.
pub(super) fn settle_sizes(declared: &mut [Declared]) {
    let index: BTreeMap<String, usize> =
        declared.iter().enumerate().map(|(at, one)| (one.argument.name.clone(), at)).collect();
    let mut solved: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut mentioned = vec![false; declared.len()];
    for (array, one) in declared.iter().enumerate() {
        if one.argument.rank <= 0 || !one.is_input() || one.attributes.checks.is_some() {
            continue;
        }
        for (dimension, text) in one.attributes.dimensions.iter().enumerate() {
            let names = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
            for &size in names.filter_map(|name| index.get(name)) {
                // f2py gives them another spelling, but not in expressions: what they occur in is left to it
                let is_renamed = is_taken(text) || is_taken(&one.argument.name);
                let is_alone = declared[size].argument.name == *text && !is_renamed;
                if is_alone && !mentioned[size] && can_be_solved(&declared[size]) && !depends(one, text) {
                    solved.insert(size, (array, dimension));
                }
                mentioned[size] = true;
            }
        }
    }
    for (&size, &(array, dimension)) in &solved {
        let (size_name, array_name) = (declared[size].argument.name.clone(), declared[array].argument.name.clone());
        let shape = format!("shape({array_name}, {dimension})");
        let attributes = &mut declared[size].attributes;
        attributes.checks.get_or_insert_with(|| vec![format!("{shape} == {size_name}")]);
        attributes.value = Some(shape);
        attributes.depends = Some(vec![array_name]);
        if !attributes.words.iter().any(|word| matches!(*word, "optional" | "required")) {
            attributes.words.push("optional");
        }
    }
    for array in 0..declared.len() {
        let others = solved.iter().filter(|(_, (solver, _))| *solver != array);
        let names = others.map(|(size, _)| declared[*size].argument.name.clone());
        let names: Vec<String> = names.filter(|name| declared[array].attributes.dimensions.contains(name)).collect();
        if !names.is_empty() && !declared[array].is_settled() {
            declared[array].attributes.depends = Some(names);
        }
    }
}

fn can_be_solved(size: &Declared) -> bool {
    let is_integer = size.argument.data_type == "integer" && size.argument.rank == 0 && size.argument.class == "data";
    is_integer && !size.is_settled() && size.is_input() && !size.argument.attrs.contains(&"optional")
}

fn depends(array: &Declared, name: &str) -> bool {
    array.attributes.depends.as_ref().is_some_and(|names| names.iter().any(|known| known == name))
}

#[cfg(test)]
mod tests {
    use super::{Declared, settle_sizes};
    use crate::inspect::description::Argument;
    use crate::inspect::pyf::declaration::Attributes;

    fn declared(name: &str, data_type: &'static str, dimensions: &[&str], intents: &[&str]) -> Declared {
        let rank = i32::try_from(dimensions.len()).expect("few dimensions");
        let argument = Argument { name: name.to_owned(), class: "data", data_type, rank, ..Argument::default() };
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let attributes = Attributes { dimensions: texts(dimensions), intents: texts(intents), ..Attributes::default() };
        Declared { argument, attributes }
    }

    #[test]
    fn the_first_array_gives_the_size() {
        let mut all = [
            declared("n", "integer", &[], &[]),
            declared("m", "integer", &[], &[]),
            declared("x", "real", &["n"], &["in"]),
            declared("y", "real", &["n"], &[]),
            declared("z", "real", &["n", "m"], &["out"]),
            declared("w", "real", &["2*m"], &[]),
        ];
        settle_sizes(&mut all);
        let text = |at: usize| all[at].attributes.declaration("t", &all[at].argument.name);
        assert_eq!(text(0), "t, optional, check(shape(x, 0) == n), depend(x) :: n = shape(x, 0)");
        assert_eq!(text(1), "t :: m");
        assert_eq!(text(2), "t, dimension(n), intent(in) :: x");
        assert_eq!(text(3), "t, dimension(n), depend(n) :: y");
        assert_eq!(text(4), "t, dimension(n,m), intent(out), depend(n) :: z");
    }

    #[test]
    fn names_of_c_are_left_to_f2py() {
        let mut all = [declared("n", "integer", &[], &[]), declared("index", "integer", &["n"], &[])];
        settle_sizes(&mut all);
        assert_eq!(all[0].attributes.value, None);
    }
}
