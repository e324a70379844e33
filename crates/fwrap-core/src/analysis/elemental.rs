//! Elemental intrinsic functions of constants (F2018 16.9), element by element on arrays.

use crate::analysis::bits;
use crate::analysis::constant::Constant;
use crate::analysis::function::Arguments;
use crate::analysis::numeric;
use crate::analysis::scope::DefaultKinds;
use crate::analysis::text;

/// Scalar actual arguments of an elemental function.
pub(super) struct Scalars<'a> {
    /// Keyword and value in the order written.
    values: Vec<(Option<&'a str>, Constant)>,
    /// The kinds of undecorated types.
    pub(super) defaults: DefaultKinds,
}

impl Scalars<'_> {
    /// The argument with this keyword, or at this position.
    pub(super) fn get(&self, keyword: &str, position: usize) -> Option<&Constant> {
        let by_keyword = self.values.iter().find(|(known, _)| *known == Some(keyword));
        by_keyword.or_else(|| self.values.get(position).filter(|(known, _)| known.is_none())).map(|(_, value)| value)
    }

    /// An integer argument.
    pub(super) fn integer(&self, keyword: &str, position: usize) -> Option<i128> {
        self.get(keyword, position)?.as_integer()
    }

    /// A character argument.
    pub(super) fn text(&self, keyword: &str, position: usize) -> Option<&str> {
        self.get(keyword, position)?.as_text()
    }

    /// A logical argument, or false.
    pub(super) fn flag(&self, keyword: &str, position: usize) -> Option<bool> {
        self.get(keyword, position).map_or(Some(false), Constant::as_logical)
    }

    /// The KIND argument, or the default.
    pub(super) fn kind(&self, position: usize, default: u8) -> Option<u8> {
        self.get("kind", position).map_or(Some(default), Constant::as_kind)
    }

    /// All values.
    pub(super) fn all(&self) -> impl Iterator<Item = &Constant> {
        self.values.iter().map(|(_, value)| value)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }
}

/// The value of an elemental function, if all its arguments are constants.
pub(super) fn find(arguments: Arguments<'_, '_>, defaults: DefaultKinds) -> Option<Constant> {
    let name = arguments.function();
    let given = arguments.keywords_and_constants()?;
    let array = given.iter().find_map(|(_, value)| value.as_array());
    let Some(array) = array else {
        let values = given.into_iter().map(|(keyword, value)| (keyword, value.clone())).collect();
        return scalar(name, &Scalars { values, defaults });
    };
    let at = |index: usize, value: &Constant| match value {
        Constant::Array(other) => {
            (other.shape == array.shape).then(|| other.elements.get(index).or(other.sample()).cloned()).flatten()
        }
        scalar => Some(scalar.clone()),
    };
    let apply = |index: usize| {
        let values = given.iter().map(|(keyword, value)| Some((*keyword, at(index, value)?)));
        scalar(name, &Scalars { values: values.collect::<Option<_>>()?, defaults })
    };
    let elements = (0..array.elements.len()).map(apply).collect::<Option<Vec<_>>>()?;
    let model = if elements.is_empty() { apply(0) } else { None };
    if elements.is_empty() && model.is_none() {
        return None;
    }
    Some(Constant::array(array.shape.clone(), elements, model))
}

fn scalar(name: &str, arguments: &Scalars<'_>) -> Option<Constant> {
    if name == "merge" {
        let (position, keyword) = if arguments.get("mask", 2)?.as_logical()? { (0, "tsource") } else { (1, "fsource") };
        return arguments.get(keyword, position).cloned();
    }
    numeric::find(name, arguments).or_else(|| bits::find(name, arguments)).or_else(|| text::find(name, arguments))
}
