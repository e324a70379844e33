//! Array and structure constructors, and the form that a declaration gives to a value.

use std::rc::Rc;

use crate::analysis::constant::{ArrayConstant, Constant, StructureConstant};
use crate::analysis::kind::{self, ResolvedType};
use crate::analysis::real::Real;
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::analysis::simple::Simple;
use crate::analysis::simplify::Simplifier;
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::derived_type::DerivedType;
use crate::ir::entity::Entity;
use crate::ir::expr::Expr;
use crate::ir::name::Name;
use crate::ir::types::{CharacterLength, TypeSpec};

/// An array constructor of these values.
pub(super) fn array<'ir>(
    modules: &Modules<'ir>,
    spec: Option<&TypeSpec>,
    elements: Vec<Simple<'ir>>,
    model: Option<Constant>,
    chain: &ScopeChain<'ir>,
) -> Simple<'ir> {
    let Some(values) = elements.iter().map(Simple::constant).collect::<Option<Vec<_>>>() else {
        return Simple::Array(elements);
    };
    let mut values: Vec<Constant> = values.into_iter().cloned().collect();
    if let Some(spec) = spec {
        let Ok(resolved) = kind::resolve(spec, chain, modules) else { return Simple::Array(elements) };
        let length = constant_length(modules, &resolved, chain);
        let converted = values.iter().map(|value| convert(value, &resolved, length)).collect::<Option<Vec<_>>>();
        match converted {
            Some(converted) => values = converted,
            None => return Simple::Array(elements),
        }
    } else {
        let common = values.iter().filter_map(Constant::as_text).map(|text| text.chars().count()).max();
        if let Some(length) = common {
            for value in &mut values {
                *value = padded(value, length);
            }
        }
        if let Some(numeric) = common_numeric_type(&values) {
            values =
                values.iter().map(|value| convert(value, &numeric, None).unwrap_or_else(|| value.clone())).collect();
        }
    }
    Simple::Constant(Constant::array(vec![values.len()], values, model))
}

/// The type that numbers of different types have together in a constructor (an extension of gfortran's).
fn common_numeric_type(values: &[Constant]) -> Option<ResolvedType> {
    let rank = |value: &Constant| match value {
        Constant::Integer(_, kind) => Some((0, *kind)),
        Constant::Real(value) => Some((1, value.kind())),
        Constant::Complex(value, _) => Some((2, value.kind())),
        _ => None,
    };
    let ranks = values.iter().map(rank).collect::<Option<Vec<_>>>()?;
    let (first, last) = (ranks.iter().min()?, ranks.iter().max()?);
    if first == last {
        return None;
    }
    Some(match last {
        (0, kind) => ResolvedType::Integer(*kind),
        (1, kind) => ResolvedType::Real(*kind),
        (_, kind) => ResolvedType::Complex(*kind),
    })
}

/// The value that a named constant or component with this declaration gets from an initialiser.
pub(super) fn declared<'ir>(
    modules: &Modules<'ir>,
    entity: &Entity,
    value: Constant,
    chain: &ScopeChain<'ir>,
) -> Option<Constant> {
    let Ok(resolved) = kind::find_type(entity, chain, modules) else { return Some(value) };
    let length = constant_length(modules, &resolved, chain);
    let value = value.map(&mut |value| convert(value, &resolved, length))?;
    let Some(ArraySpec::Dimensions(dimensions)) = &entity.shape else { return Some(value) };
    let bound = |expr: &Expr| Simplifier::new(modules).simplify(expr, chain).constant().and_then(Constant::as_integer);
    let lower_of = |dimension: &Dimension| match dimension {
        Dimension::Explicit { lower, .. } | Dimension::AssumedSize { lower } | Dimension::Colon { lower } => {
            lower.as_ref().map_or(Some(1), bound)
        }
    };
    let lower = dimensions.iter().map(lower_of).collect::<Option<Vec<_>>>()?;
    if let Constant::Array(array) = &value {
        let lower = if lower.iter().all(|bound| *bound == 1) { Vec::new() } else { lower };
        let fits = array.shape.len() == dimensions.len();
        return fits.then(|| Constant::Array(Rc::new(ArrayConstant { lower, ..ArrayConstant::clone(array) })));
    }
    let extent_of = |(dimension, lower): (&Dimension, &i128)| match dimension {
        Dimension::Explicit { upper, .. } => usize::try_from((bound(upper)? - lower + 1).max(0)).ok(),
        _ => None,
    };
    let shape = dimensions.iter().zip(&lower).map(extent_of).collect::<Option<Vec<_>>>()?;
    let size = shape.iter().try_fold(1_usize, |size, extent| size.checked_mul(*extent))?;
    let elements = || vec![value.clone(); size];
    (size <= 1 << 20).then(|| {
        Constant::Array(Rc::new(ArrayConstant { shape, lower, elements: elements(), model: Some(value.clone()) }))
    })
}

/// The length of a character type, if it is a constant.
pub(super) fn constant_length<'ir>(
    modules: &Modules<'ir>,
    resolved: &ResolvedType,
    chain: &ScopeChain<'ir>,
) -> Option<usize> {
    let ResolvedType::Character(CharacterLength::Expr(length)) = resolved else { return None };
    let length = Simplifier::new(modules).simplify(length, chain);
    usize::try_from(length.constant()?.as_integer()?.max(0)).ok().filter(|length| *length <= 1 << 24)
}

/// The value converted to a type, as assignment does (F2018 10.2.1.3).
pub(super) fn convert(value: &Constant, to: &ResolvedType, length: Option<usize>) -> Option<Constant> {
    Some(match (value, to) {
        (Constant::Null, _) => Constant::Null,
        (Constant::Integer(value, _), ResolvedType::Integer(kind)) => Constant::Integer(*value, *kind),
        (Constant::Real(value) | Constant::Complex(value, _), ResolvedType::Integer(kind)) => {
            Constant::Integer(value.truncated()?, *kind)
        }
        (Constant::Boz(bits), ResolvedType::Integer(kind)) => Constant::Integer(signed(*bits, *kind), *kind),
        (Constant::Logical(value, _), ResolvedType::Integer(kind)) => Constant::Integer(i128::from(*value), *kind),
        (number, ResolvedType::Real(kind)) => Constant::Real(number.as_real(*kind)?),
        (Constant::Complex(real, imaginary), ResolvedType::Complex(kind)) => {
            Constant::Complex(real.with_kind(*kind)?, imaginary.with_kind(*kind)?)
        }
        (number, ResolvedType::Complex(kind)) => {
            Constant::Complex(number.as_real(*kind)?, Real::from_integer(0, *kind)?)
        }
        (Constant::Logical(value, _), ResolvedType::Logical(kind)) => Constant::Logical(*value, *kind),
        (Constant::Integer(value, _), ResolvedType::Logical(kind)) => Constant::Logical(*value != 0, *kind),
        (Constant::Character(..), ResolvedType::Character(_)) => match length {
            Some(length) => padded(value, length),
            None => value.clone(),
        },
        (Constant::Structure(_) | Constant::Character(..), ResolvedType::Other(_)) => value.clone(),
        _ => return None,
    })
}

/// The integer of a kind that these bits are.
pub(super) fn signed(bits: u128, kind: u8) -> i128 {
    let unused = 128 - u32::from(kind.clamp(1, 16)) * 8;
    (bits << unused).cast_signed() >> unused
}

/// The string cut or padded with blanks to a length.
pub(super) fn padded(value: &Constant, length: usize) -> Constant {
    let Constant::Character(text, kind) = value else { return value.clone() };
    let text: String = text.chars().chain(std::iter::repeat(' ')).take(length).collect();
    Constant::Character(text.into(), *kind)
}

/// `name(arguments)` of a derived type (F2018 7.5.10).
pub(super) fn structure<'ir>(
    simplifier: &mut Simplifier<'_, 'ir>,
    derived_type: &'ir DerivedType,
    chain: &ScopeChain<'ir>,
    arguments: &[(Option<Name>, Simple<'ir>)],
) -> Option<Constant> {
    let mut given = Vec::new();
    for (keyword, value) in arguments {
        given.push((keyword.clone(), value.constant()?.clone()));
    }
    let mut position = 0;
    build(simplifier, derived_type, chain, &mut given, &mut position, 0)
}

/// Builds one level of a type; components of the parent come first and may be given one by one.
fn build<'ir>(
    simplifier: &mut Simplifier<'_, 'ir>,
    derived_type: &'ir DerivedType,
    chain: &ScopeChain<'ir>,
    given: &mut [(Option<Name>, Constant)],
    position: &mut usize,
    depth: usize,
) -> Option<Constant> {
    /// How many types may extend one another.
    const MAX_ANCESTORS: usize = 50;
    let mut components = Vec::new();
    if let Some(parent) = derived_type.extends.as_ref().filter(|_| depth < MAX_ANCESTORS) {
        let whole = given.iter().find(|(keyword, _)| keyword.as_ref() == Some(parent)).map(|(_, value)| value.clone());
        let of_parent_type =
            |value: &Constant| matches!(value, Constant::Structure(value) if value.type_name == *parent);
        let whole = match given.get(*position) {
            Some((None, value)) if whole.is_none() && of_parent_type(value) => {
                *position += 1;
                Some(value.clone())
            }
            _ => whole,
        };
        let value = match whole {
            Some(value) => value,
            None => {
                let Some(Meaning::Type(found, outer)) = simplifier.modules.find_derived_type(parent, chain) else {
                    return None;
                };
                build(simplifier, found, &outer, given, position, depth + 1)?
            }
        };
        components.push((parent.clone(), Some(value)));
    }
    for component in &derived_type.components {
        let by_name = given.iter().find(|(keyword, _)| keyword.as_ref() == Some(&component.name));
        let value = match (by_name, given.get(*position)) {
            (Some((_, value)), _) => Some(value.clone()),
            (None, Some((None, value))) => {
                *position += 1;
                Some(value.clone())
            }
            (None, _) => match &component.value {
                Some(default) => simplifier.simplify(default, chain).into_constant().ok(),
                None => None,
            },
        };
        let value = match value {
            Some(value) => {
                let resolved = kind::find_type(component, chain, simplifier.modules).ok()?;
                let length = constant_length(simplifier.modules, &resolved, chain);
                Some(value.map(&mut |value| convert(value, &resolved, length))?)
            }
            None => None,
        };
        components.push((component.name.clone(), value));
    }
    Some(Constant::Structure(Rc::new(StructureConstant { type_name: derived_type.name.clone(), components })))
}
