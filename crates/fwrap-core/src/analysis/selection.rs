//! Parts of constants: components, elements, sections, substrings.

use crate::analysis::constant::{ArrayConstant, Constant};
use crate::analysis::simple::{Simple, Subscript};
use crate::ir::name::Name;

/// `base % name`
pub(super) fn component<'ir>(base: Simple<'ir>, name: &Name) -> Simple<'ir> {
    let found = base.constant().and_then(|value| value.map(&mut |value| component_of(value, name)));
    found.map_or_else(|| Simple::Component(Box::new(base), name.clone()), Simple::Constant)
}

fn component_of(value: &Constant, name: &Name) -> Option<Constant> {
    match value {
        Constant::Structure(structure) => {
            let mut components = structure.components.iter();
            if let Some((_, value)) = components.find(|(known, _)| known == name) {
                return value.clone();
            }
            // Inherited components stand in that of the parent type.
            match structure.components.first() {
                Some((_, Some(parent @ Constant::Structure(_)))) => component_of(parent, name),
                _ => None,
            }
        }
        Constant::Complex(real, _) if name.lower() == "re" => Some(Constant::Real(real.clone())),
        Constant::Complex(_, imaginary) if name.lower() == "im" => Some(Constant::Real(imaginary.clone())),
        Constant::Character(text, _) if name.lower() == "len" => {
            Some(Constant::Integer(i128::try_from(text.chars().count()).ok()?, 4))
        }
        Constant::Integer(_, kind) | Constant::Logical(_, kind) | Constant::Character(_, kind)
            if name.lower() == "kind" =>
        {
            Some(Constant::Integer(i128::from(*kind), 4))
        }
        Constant::Real(value) if name.lower() == "kind" => Some(Constant::Integer(i128::from(value.kind()), 4)),
        _ => None,
    }
}

/// `base(subscripts)`
pub(super) fn select<'ir>(base: Simple<'ir>, subscripts: Vec<Subscript<'ir>>) -> Simple<'ir> {
    let found = match base.constant() {
        Some(Constant::Array(array)) => section(array, &subscripts),
        Some(Constant::Character(text, kind)) => substring(text, *kind, &subscripts),
        _ => None,
    };
    if let Some(found) = found {
        return Simple::Constant(found);
    }
    if let Simple::Unknown(_) = base { base } else { Simple::Selected(Box::new(base), subscripts) }
}

fn substring(text: &str, kind: u8, subscripts: &[Subscript<'_>]) -> Option<Constant> {
    let [Subscript::Range(lower, upper, None)] = subscripts else { return None };
    let length = text.chars().count();
    let first = bound(lower.as_ref(), 1)?;
    let last = bound(upper.as_ref(), i128::try_from(length).ok()?)?;
    if last < first {
        return Some(Constant::Character("".into(), kind));
    }
    let (first, last) = (usize::try_from(first).ok().filter(|first| *first >= 1)?, usize::try_from(last).ok()?);
    let part: String = text.chars().skip(first - 1).take(last - first + 1).collect();
    (last <= length).then(|| Constant::Character(part.into(), kind))
}

fn bound(given: Option<&Simple<'_>>, default: i128) -> Option<i128> {
    match given {
        Some(value) => value.constant()?.as_integer(),
        None => Some(default),
    }
}

/// Elements and sections.
fn section(array: &ArrayConstant, subscripts: &[Subscript<'_>]) -> Option<Constant> {
    if subscripts.len() != array.shape.len() {
        return None;
    }
    let mut chosen: Vec<Vec<usize>> = Vec::new();
    let mut shape = Vec::new();
    for (dimension, (subscript, extent)) in subscripts.iter().zip(&array.shape).enumerate() {
        let start = array.lower(dimension);
        let indices = match subscript {
            Subscript::Index(value) => match value.constant()? {
                Constant::Array(vector) => {
                    shape.push(vector.elements.len());
                    vector.elements.iter().map(Constant::as_integer).collect::<Option<Vec<_>>>()?
                }
                value => vec![value.as_integer()?],
            },
            Subscript::Range(lower, upper, stride) => {
                let stride = bound(stride.as_ref(), 1)?;
                let last = start + i128::try_from(*extent).ok()? - 1;
                let (first, last) = if stride > 0 { (start, last) } else { (last, start) };
                let indices = range(bound(lower.as_ref(), first)?, bound(upper.as_ref(), last)?, stride, *extent)?;
                shape.push(indices.len());
                indices
            }
        };
        let within = |index: &i128| usize::try_from(index.checked_sub(start)?).ok().filter(|index| index < extent);
        chosen.push(indices.iter().map(within).collect::<Option<Vec<_>>>()?);
    }
    let mut elements = Vec::new();
    pick(array, &chosen, &mut elements);
    if shape.is_empty() {
        return elements.pop();
    }
    Some(Constant::array(shape, elements, array.sample().cloned()))
}

fn range(first: i128, last: i128, stride: i128, extent: usize) -> Option<Vec<i128>> {
    let mut indices = Vec::new();
    let mut index = first;
    while stride != 0 && (if stride > 0 { index <= last } else { index >= last }) {
        if indices.len() > extent {
            return None;
        }
        indices.push(index);
        index += stride;
    }
    (stride != 0).then_some(indices)
}

/// The elements that the indices of every dimension choose, in array element order.
fn pick(array: &ArrayConstant, chosen: &[Vec<usize>], elements: &mut Vec<Constant>) {
    let mut offsets = vec![0_usize];
    let mut stride = 1;
    for (indices, extent) in chosen.iter().zip(&array.shape) {
        offsets = indices.iter().flat_map(|index| offsets.iter().map(move |offset| offset + index * stride)).collect();
        stride *= extent;
    }
    elements.extend(offsets.iter().filter_map(|offset| array.elements.get(*offset)).cloned());
}

#[cfg(test)]
mod tests {
    use super::select;
    use crate::analysis::constant::{ArrayConstant, Constant};
    use crate::analysis::simple::{Simple, Subscript};
    use std::rc::Rc;

    fn number(value: i128) -> Simple<'static> {
        Simple::Constant(Constant::Integer(value, 4))
    }

    fn table(lower: Vec<i128>) -> Simple<'static> {
        let elements = (1..=6).map(|value| Constant::Integer(value, 4)).collect();
        Simple::Constant(Constant::Array(Rc::new(ArrayConstant { shape: vec![2, 3], lower, elements, model: None })))
    }

    fn values(simple: &Simple<'_>) -> Vec<i128> {
        match simple.constant() {
            Some(Constant::Array(array)) => array.elements.iter().filter_map(Constant::as_integer).collect(),
            Some(scalar) => scalar.as_integer().into_iter().collect(),
            None => Vec::new(),
        }
    }

    #[test]
    fn elements_and_sections_are_found_from_the_lower_bounds() {
        let index = |value| Subscript::Index(number(value));
        let all = || Subscript::Range(None, None, None);
        assert_eq!(values(&select(table(vec![]), vec![index(2), index(3)])), [6]);
        assert_eq!(values(&select(table(vec![0, -1]), vec![index(1), index(1)])), [6]);
        assert_eq!(values(&select(table(vec![]), vec![index(1), all()])), [1, 3, 5]);
        let backwards = Subscript::Range(Some(number(3)), Some(number(1)), Some(number(-2)));
        assert_eq!(values(&select(table(vec![]), vec![all(), backwards])), [5, 6, 1, 2]);
    }

    #[test]
    fn what_lies_outside_is_not_known() {
        let index = |value| Subscript::Index(number(value));
        for subscripts in [vec![index(3), index(1)], vec![index(0), index(1)], vec![index(1)]] {
            assert!(select(table(vec![]), subscripts).constant().is_none());
        }
        let text = || Simple::Constant(Constant::text("abc"));
        let part = |first, last| vec![Subscript::Range(Some(number(first)), Some(number(last)), None)];
        assert_eq!(select(text(), part(2, 3)).constant().and_then(Constant::as_text), Some("bc"));
        assert_eq!(select(text(), part(3, 2)).constant().and_then(Constant::as_text), Some(""));
        assert!(select(text(), part(2, 4)).constant().is_none());
    }
}
