//! Inquiry functions: what is known of an expression's type, kind and shape without its value (F2018 16.9).

use rustc_hash::FxHashMap;
use std::cell::RefCell;

use crate::analysis::component::find_component;
use crate::analysis::constant::Constant;
use crate::analysis::function::Arguments;
use crate::analysis::kind::{self, ResolvedType, Typing};
use crate::analysis::model;
use crate::analysis::real::Real;
use crate::analysis::scope::{Modules, ScopeChain};
use crate::analysis::simple::{Call, Callee, Simple, Subscript, Variable};
use crate::analysis::simplify::Simplifier;
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::entity::Entity;
use crate::ir::expr::{BinaryOperator, Expr, UnaryOperator};
use crate::ir::procedure::ProcedureKind;
use crate::ir::types::{CharacterLength, TypeSpec};

/// The value of an inquiry, if it is one and its value is known.
pub(super) fn find<'ir>(modules: &Modules<'ir>, arguments: Arguments<'_, 'ir>) -> Option<Constant> {
    let default = modules.default_kinds.integer;
    let integer = |value: i128| Some(Constant::Integer(value, default));
    let first = |keyword| arguments.get(keyword, 0);
    let type_of = |keyword| find_type(modules, first(keyword)?);
    match arguments.function() {
        "kind" => integer(i128::from(type_of("x")?.kind()?)),
        "huge" | "tiny" | "epsilon" => numeric_limit(arguments.function(), &type_of("x")?),
        "digits" | "maxexponent" | "minexponent" | "precision" | "radix" | "range" => {
            integer(model::parameter(arguments.function(), &type_of("x")?)?)
        }
        "bit_size" => match type_of("i")? {
            ResolvedType::Integer(kind) => Some(Constant::Integer(i128::from(kind) * 8, kind)),
            _ => None,
        },
        "storage_size" => {
            let bytes = size_in_bytes(modules, first("a")?)?;
            Some(Constant::Integer(bytes * 8, arguments.kind(1, default)?))
        }
        "c_sizeof" | "sizeof" => {
            let value = first(if arguments.function() == "sizeof" { "a" } else { "x" })?;
            let count = match find_shape(modules, value)? {
                shape if shape.is_empty() => 1,
                shape => element_count(&shape)?,
            };
            Some(Constant::Integer(size_in_bytes(modules, value)?.checked_mul(count)?, 8))
        }
        "len" => Some(Constant::Integer(find_length(modules, first("string")?)?, arguments.kind(1, default)?)),
        "rank" => integer(i128::try_from(find_shape(modules, first("a")?)?.len()).ok()?),
        "size" => {
            let shape = find_shape(modules, first("array")?)?;
            let kind = arguments.kind(2, default)?;
            let extent = match arguments.get("dim", 1) {
                None => element_count(&shape)?,
                Some(dimension) => {
                    let dimension = usize::try_from(dimension.constant()?.as_integer()?).ok()?;
                    let (lower, upper) = shape.get(dimension.checked_sub(1)?)?;
                    extent(*lower, *upper)?
                }
            };
            Some(Constant::Integer(extent, kind))
        }
        "shape" => {
            let kind = arguments.kind(1, default)?;
            let shape = find_shape(modules, first("source")?)?;
            bounds_vector(shape.iter().map(|(lower, upper)| extent(*lower, *upper)).collect::<Option<_>>()?, kind)
        }
        name @ ("lbound" | "ubound") => {
            let kind = arguments.kind(2, default)?;
            let bounds = find_bounds(modules, first("array")?)?;
            // Without elements the bounds are 1 and 0 (F2018 16.9.109).
            let one = |bounds: (Option<i128>, Option<i128>)| match (name, bounds) {
                ("lbound", (Some(1), _)) => Some(1),
                (_, (Some(lower), Some(upper))) if upper < lower => Some(if name == "lbound" { 1 } else { 0 }),
                ("lbound", (lower, Some(_))) => lower,
                ("ubound", (Some(_), upper)) => upper,
                _ => None,
            };
            match arguments.get("dim", 1) {
                Some(dimension) => {
                    let dimension = usize::try_from(dimension.constant()?.as_integer()?).ok()?;
                    Some(Constant::Integer(one(*bounds.get(dimension.checked_sub(1)?)?)?, kind))
                }
                None => bounds_vector(bounds.into_iter().map(one).collect::<Option<_>>()?, kind),
            }
        }
        _ => None,
    }
}

fn bounds_vector(values: Vec<i128>, kind: u8) -> Option<Constant> {
    let values: Vec<_> = values.into_iter().map(|value| Constant::Integer(value, kind)).collect();
    Some(Constant::array(vec![values.len()], values, Some(Constant::Integer(0, kind))))
}

fn numeric_limit(name: &str, of: &ResolvedType) -> Option<Constant> {
    match (name, of) {
        ("huge", ResolvedType::Integer(kind)) => {
            let bits = u32::from(*kind) * 8 - 1;
            Some(Constant::Integer(i128::MAX >> (127 - bits), *kind))
        }
        ("huge", ResolvedType::Real(kind)) => Some(Constant::Real(Real::huge(*kind)?)),
        ("tiny", ResolvedType::Real(kind)) => Some(Constant::Real(Real::tiny(*kind)?)),
        ("epsilon", ResolvedType::Real(kind)) => Some(Constant::Real(Real::epsilon(*kind)?)),
        _ => None,
    }
}

/// The bounds of every dimension, where they are known.
pub(super) type Bounds = Vec<(Option<i128>, Option<i128>)>;

fn extent(lower: Option<i128>, upper: Option<i128>) -> Option<i128> {
    Some((upper? - lower? + 1).max(0))
}

fn element_count(bounds: &Bounds) -> Option<i128> {
    bounds.iter().try_fold(1_i128, |count, (lower, upper)| count.checked_mul(extent(*lower, *upper)?))
}

/// The shape of an expression with the bounds that it has as a whole array.
fn find_bounds<'ir>(modules: &Modules<'ir>, simple: &Simple<'ir>) -> Option<Bounds> {
    find_shape(modules, simple)
}

/// The shape of an expression: one pair of bounds per dimension, empty for a scalar; `None`: not known.
pub(super) fn find_shape<'ir>(modules: &Modules<'ir>, simple: &Simple<'ir>) -> Option<Bounds> {
    match simple {
        Simple::Constant(Constant::Array(array)) => {
            let bounds = |(dimension, extent): (usize, &usize)| {
                let lower = array.lower(dimension);
                Some((Some(lower), Some(lower + i128::try_from(*extent).ok()? - 1)))
            };
            array.shape.iter().enumerate().map(bounds).collect()
        }
        Simple::Constant(_) => Some(Vec::new()),
        Simple::Variable(Variable { entity: Some((entity, chain)), .. }) => {
            remembered(&modules.bounds, entity, || declared_bounds(modules, entity, chain))
        }
        Simple::Unary(_, operand) => Some(shifted(find_shape(modules, operand)?)),
        Simple::Binary(_, left, right) => {
            let (left, right) = (find_shape(modules, left)?, find_shape(modules, right)?);
            Some(shifted(if left.is_empty() { right } else { left }))
        }
        Simple::Array(values) => Some(vec![(Some(1), Some(i128::try_from(values.len()).ok()?))]),
        Simple::Component(base, name) if find_shape(modules, base)?.is_empty() => {
            let (entity, chain) = find_component(modules, base, name)?;
            remembered(&modules.bounds, entity, || declared_bounds(modules, entity, &chain))
        }
        Simple::Selected(base, subscripts) => {
            let is_element = subscripts.iter().all(|subscript| matches!(subscript, Subscript::Index(_)));
            (is_element && find_shape(modules, base)?.len() == subscripts.len()).then(Vec::new)
        }
        Simple::Call(Call { callee: Callee::Intrinsic, name, arguments, .. }) if name.lower() == "shape" => {
            let rank = find_shape(modules, &arguments.first()?.1)?.len();
            Some(vec![(Some(1), Some(i128::try_from(rank).ok()?))])
        }
        _ => None,
    }
}

/// The bounds of an expression that is no whole array begin at 1.
fn shifted(bounds: Bounds) -> Bounds {
    bounds.into_iter().map(|(lower, upper)| (Some(1), extent(lower, upper))).collect()
}

fn declared_bounds<'ir>(modules: &Modules<'ir>, entity: &Entity, chain: &ScopeChain<'ir>) -> Option<Bounds> {
    let dimensions = match &entity.shape {
        None => return Some(Vec::new()),
        Some(ArraySpec::AssumedRank) => return None,
        Some(ArraySpec::Dimensions(dimensions)) => dimensions,
    };
    let _level = modules.effort.enter_declaration()?;
    let is_deferred = entity.attributes.allocatable || entity.attributes.pointer;
    let bound = |expr: &Expr| Simplifier::new(modules).simplify(expr, chain).constant().and_then(Constant::as_integer);
    let lower = |lower: &Option<Expr>| lower.as_ref().map_or(Some(1), bound);
    let both = |dimension: &Dimension| match dimension {
        Dimension::Explicit { lower: first, upper } => (lower(first), bound(upper)),
        Dimension::AssumedSize { lower: first } => (lower(first), None),
        Dimension::Colon { .. } if is_deferred => (None, None),
        Dimension::Colon { lower: first } => (lower(first), None),
    };
    Some(dimensions.iter().map(both).collect())
}

/// The type of an expression; `None` where it is not known.
pub(super) fn find_type<'ir>(modules: &Modules<'ir>, simple: &Simple<'ir>) -> Option<ResolvedType> {
    let defaults = modules.default_kinds;
    match simple {
        Simple::Constant(value) => constant_type(value),
        Simple::Variable(Variable { entity: Some((entity, chain)), .. }) => remembered(&modules.types, entity, || {
            let _level = modules.effort.enter_declaration()?;
            kind::find_type(entity, chain, modules).ok()
        }),
        Simple::Unary(UnaryOperator::Defined(_), _) | Simple::Binary(BinaryOperator::Defined(_), ..) => None,
        Simple::Unary(_, operand) => find_type(modules, operand),
        Simple::Binary(operator, left, right) => match operator {
            BinaryOperator::Equal
            | BinaryOperator::NotEqual
            | BinaryOperator::Less
            | BinaryOperator::LessEqual
            | BinaryOperator::Greater
            | BinaryOperator::GreaterEqual => Some(ResolvedType::Logical(defaults.logical)),
            _ => common_type(find_type(modules, left)?, find_type(modules, right)?),
        },
        Simple::Selected(base, _) => find_type(modules, base),
        Simple::Component(base, name) => {
            let (entity, chain) = find_component(modules, base, name)?;
            remembered(&modules.types, entity, || {
                let _level = modules.effort.enter_declaration()?;
                kind::find_type(entity, &chain, modules).ok()
            })
        }
        Simple::Array(values) => find_type(modules, values.first()?),
        Simple::Call(call) => match &call.callee {
            Callee::Procedure(procedure, host) => {
                let ProcedureKind::Function { result } = &procedure.kind else { return None };
                let chain = host.enter_procedure(procedure);
                kind::find_type(procedure.scope.entity(result)?, &chain, modules).ok()
            }
            Callee::Entity(entity, chain) => kind::find_type(entity, chain, modules).ok(),
            Callee::Intrinsic => intrinsic_type(modules, call),
            Callee::Other => None,
        },
        _ => None,
    }
}

/// The type of an intrinsic function of an argument that is no constant.
fn intrinsic_type<'ir>(modules: &Modules<'ir>, call: &Call<'ir>) -> Option<ResolvedType> {
    let defaults = modules.default_kinds;
    let (name, first) = (call.name.lower(), &call.arguments.first()?.1);
    let by_keyword =
        call.arguments.iter().find(|(known, _)| known.as_ref().is_some_and(|known| known.lower() == "kind"));
    let second = || call.arguments.get(1).filter(|_| matches!(name, "int" | "real" | "nint" | "floor" | "ceiling"));
    let kind = by_keyword.or_else(second).and_then(|(_, value)| value.constant()).and_then(Constant::as_kind);
    match (name, kind) {
        ("real", Some(kind)) => return Some(ResolvedType::Real(kind)),
        ("cmplx", Some(kind)) => return Some(ResolvedType::Complex(kind)),
        (_, Some(kind)) if name != "logical" => return Some(ResolvedType::Integer(kind)),
        _ => {}
    }
    Some(match name {
        "size" | "len" | "len_trim" | "int" | "nint" | "floor" | "ceiling" | "ichar" | "iachar" | "index" | "scan"
        | "verify" | "ubound" | "lbound" | "shape" | "count" | "selected_int_kind" | "selected_real_kind" | "kind" => {
            ResolvedType::Integer(defaults.integer)
        }
        "dble" | "dprod" => ResolvedType::Real(defaults.double),
        "real" | "float" | "sngl" => match find_type(modules, first)? {
            ResolvedType::Complex(kind) => ResolvedType::Real(kind),
            _ => ResolvedType::Real(defaults.real),
        },
        "aimag" | "abs" | "cabs" => match find_type(modules, first)? {
            ResolvedType::Complex(kind) => ResolvedType::Real(kind),
            other => other,
        },
        _ => find_type(modules, first)?,
    })
}

fn constant_type(value: &Constant) -> Option<ResolvedType> {
    Some(match value {
        Constant::Integer(_, kind) => ResolvedType::Integer(*kind),
        Constant::Real(value) => ResolvedType::Real(value.kind()),
        Constant::Complex(value, _) => ResolvedType::Complex(value.kind()),
        Constant::Logical(_, kind) => ResolvedType::Logical(*kind),
        Constant::Character(_, 1) => ResolvedType::Character(CharacterLength::Assumed),
        Constant::Array(array) => return constant_type(array.sample()?),
        _ => return None,
    })
}

fn common_type(left: ResolvedType, right: ResolvedType) -> Option<ResolvedType> {
    use ResolvedType::{Complex, Integer, Logical, Real};
    Some(match (left, right) {
        (Integer(left), Integer(right)) => Integer(left.max(right)),
        (Logical(left), Logical(right)) => Logical(left.max(right)),
        (Real(left), Real(right)) => Real(left.max(right)),
        (Complex(left), Complex(right) | Real(right)) | (Real(left), Complex(right)) => Complex(left.max(right)),
        (Complex(kind), Integer(_)) | (Integer(_), Complex(kind)) => Complex(kind),
        (Real(kind), Integer(_)) | (Integer(_), Real(kind)) => Real(kind),
        (ResolvedType::Character(length), ResolvedType::Character(_)) => ResolvedType::Character(length),
        _ => return None,
    })
}

/// The length of a character expression.
fn find_length<'ir>(modules: &Modules<'ir>, simple: &Simple<'ir>) -> Option<i128> {
    match simple {
        Simple::Constant(Constant::Character(text, _)) => i128::try_from(text.chars().count()).ok(),
        Simple::Constant(Constant::Array(array)) => find_length(modules, &Simple::Constant(array.sample()?.clone())),
        Simple::Variable(Variable { entity: Some((entity, chain)), .. }) => {
            remembered(&modules.lengths, entity, || declared_length(modules, entity, chain))
        }
        Simple::Component(base, name) => {
            let (entity, chain) = find_component(modules, base, name)?;
            remembered(&modules.lengths, entity, || declared_length(modules, entity, &chain))
        }
        Simple::Selected(base, subscripts) => match subscripts.as_slice() {
            [Subscript::Range(lower, Some(upper), None)] if find_shape(modules, base)?.is_empty() => {
                let bound = |value: &Simple<'_>| value.constant().and_then(Constant::as_integer);
                let lower = lower.as_ref().map_or(Some(1), bound)?;
                Some((bound(upper)? - lower + 1).max(0))
            }
            subscripts if subscripts.iter().all(|subscript| matches!(subscript, Subscript::Index(_))) => {
                find_length(modules, base)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The type that the declaration of a variable or component names.
pub(super) fn find_type_spec<'ir>(
    modules: &Modules<'ir>,
    simple: &Simple<'ir>,
) -> Option<(&'ir TypeSpec, ScopeChain<'ir>)> {
    let spec_of = |entity: &'ir Entity, chain: &ScopeChain<'ir>| match kind::find_typing(entity, chain) {
        Typing::Spec(spec) => Some((spec, chain.clone())),
        _ => None,
    };
    match simple {
        Simple::Variable(Variable { entity: Some((entity, chain)), .. }) => spec_of(entity, chain),
        Simple::Selected(base, _) => find_type_spec(modules, base),
        Simple::Component(base, name) => {
            let (entity, chain) = find_component(modules, base, name)?;
            spec_of(entity, &chain)
        }
        _ => None,
    }
}

fn declared_length<'ir>(modules: &Modules<'ir>, entity: &Entity, chain: &ScopeChain<'ir>) -> Option<i128> {
    let _level = modules.effort.enter_declaration()?;
    let ResolvedType::Character(CharacterLength::Expr(length)) = kind::find_type(entity, chain, modules).ok()? else {
        return None;
    };
    let length = Simplifier::new(modules).simplify(&length, chain);
    length.constant()?.as_integer().map(|length| length.max(0))
}

/// What was found out of an entity before; while it is being found out, it is not known.
fn remembered<T: Clone>(
    known: &RefCell<FxHashMap<*const Entity, Option<T>>>,
    entity: &Entity,
    find: impl FnOnce() -> Option<T>,
) -> Option<T> {
    let key = std::ptr::from_ref(entity);
    if let Some(found) = known.borrow().get(&key) {
        return found.clone();
    }
    known.borrow_mut().insert(key, None);
    let found = find();
    known.borrow_mut().insert(key, found.clone());
    found
}

/// The size of one element in bytes.
fn size_in_bytes<'ir>(modules: &Modules<'ir>, simple: &Simple<'ir>) -> Option<i128> {
    let real = |kind: u8| if kind == 10 { 16 } else { i128::from(kind) };
    Some(match find_type(modules, simple)? {
        ResolvedType::Integer(kind) | ResolvedType::Logical(kind) => i128::from(kind),
        ResolvedType::Real(kind) => real(kind),
        ResolvedType::Complex(kind) => 2 * real(kind),
        ResolvedType::Character(_) => find_length(modules, simple)?,
        ResolvedType::Other(_) => return None,
    })
}
