//! Transformational intrinsic functions of constants (F2018 16.9).

use crate::analysis::arithmetic;
use crate::analysis::constant::{ArrayConstant, Constant};
use crate::analysis::constructor::signed;
use crate::analysis::function::Arguments;
use crate::analysis::intrinsic;
use crate::analysis::scope::DefaultKinds;
use crate::ir::expr::BinaryOperator;

/// How long a string made by REPEAT may be.
const MAX_LENGTH: usize = 1 << 24;

/// The value of a transformational function, if it is one and its arguments are constants.
pub(super) fn find(arguments: Arguments<'_, '_>, defaults: DefaultKinds) -> Option<Constant> {
    let integer = |value: i128| Some(Constant::Integer(value, defaults.integer));
    let name = arguments.function();
    match name {
        "selected_int_kind" => integer(intrinsic::selected_int_kind(arguments.integer("r", 0)?)),
        "selected_real_kind" => {
            let value = |keyword, position| match arguments.get(keyword, position) {
                Some(_) => arguments.integer(keyword, position),
                None => Some(0),
            };
            let radix = arguments.get("radix", 2).map_or(Some(2), |radix| radix.constant()?.as_integer())?;
            integer(if radix == 2 { intrinsic::selected_real_kind(value("p", 0)?, value("r", 1)?) } else { -5 })
        }
        "selected_logical_kind" => integer(match arguments.integer("bits", 0)? {
            ..=8 => 1,
            9..=16 => 2,
            17..=32 => 4,
            33..=64 => 8,
            65..=128 => 16,
            _ => -1,
        }),
        "selected_char_kind" => {
            integer(match arguments.constant("name", 0)?.as_text()?.trim_end().to_ascii_lowercase().as_str() {
                "default" | "ascii" => 1,
                "iso_10646" => 4,
                _ => -1,
            })
        }
        "repeat" => {
            let Constant::Character(text, kind) = arguments.constant("string", 0)? else { return None };
            let copies = usize::try_from(arguments.integer("ncopies", 1)?).ok()?;
            let length = text.len().checked_mul(copies).filter(|length| *length <= MAX_LENGTH);
            length.map(|_| Constant::Character(text.repeat(copies).into(), *kind))
        }
        "trim" => match arguments.constant("string", 0)? {
            Constant::Character(text, kind) => Some(Constant::Character(text.trim_end_matches(' ').into(), *kind)),
            _ => None,
        },
        "new_line" => Some(Constant::text("\n")),
        "null" => Some(Constant::Null),
        "transfer" => transfer(arguments),
        "reshape" => reshape(arguments),
        "spread" => spread(arguments),
        "pack" => pack(arguments),
        "transpose" => transpose(arguments.constant("matrix", 0)?.as_array()?),
        "cshift" => cyclic_shift(arguments),
        "sum" | "product" | "maxval" | "minval" | "any" | "all" | "count" | "iall" | "iany" | "iparity" | "parity"
        | "dot_product" | "maxloc" | "minloc" => reduction(name, arguments, defaults),
        _ => None,
    }
}

/// Between integers, and between integers and characters of one byte.
fn transfer(arguments: Arguments<'_, '_>) -> Option<Constant> {
    if arguments.len() != 2 {
        return None;
    }
    let (source, mold) = (arguments.constant("source", 0)?, arguments.constant("mold", 1)?);
    let bytes: Vec<u8> = match source {
        Constant::Integer(value, kind) => value.to_le_bytes()[..usize::from(*kind)].to_vec(),
        Constant::Real(value) => value.to_bits()?.to_le_bytes()[..usize::from(value.kind())].to_vec(),
        Constant::Character(text, 1) => text.chars().map(|letter| u8::try_from(letter).ok()).collect::<Option<_>>()?,
        Constant::Logical(value, kind) => i128::from(*value).to_le_bytes()[..usize::from(*kind)].to_vec(),
        _ => return None,
    };
    let word = |size: u8| {
        let mut word = [0_u8; 16];
        let size = usize::from(size);
        (bytes.len() >= size).then(|| {
            word[..size].copy_from_slice(&bytes[..size]);
            u128::from_le_bytes(word)
        })
    };
    Some(match mold {
        Constant::Integer(_, kind) => Constant::Integer(signed(word(*kind)?, *kind), *kind),
        Constant::Real(value) => {
            Constant::Real(crate::analysis::real::Real::from_bits(word(value.kind())?, value.kind())?)
        }
        Constant::Character(text, 1) => {
            let length = text.chars().count();
            let text: String = bytes.get(..length)?.iter().map(|byte| char::from(*byte)).collect();
            Constant::Character(text.into(), 1)
        }
        _ => return None,
    })
}

fn sizes(value: &Constant) -> Option<Vec<usize>> {
    value.as_array()?.elements.iter().map(|extent| usize::try_from(extent.as_integer()?).ok()).collect()
}

fn reshape(arguments: Arguments<'_, '_>) -> Option<Constant> {
    /// How many elements an array may get.
    const MAX_SIZE: usize = 1 << 22;
    let source = arguments.constant("source", 0)?.as_array()?;
    let shape = sizes(arguments.constant("shape", 1)?)?;
    let order = match arguments.get("order", 3) {
        None => (0..shape.len()).collect(),
        Some(order) => sizes(order.constant()?)?.into_iter().map(|at| at.checked_sub(1)).collect::<Option<Vec<_>>>()?,
    };
    let pad = match arguments.get("pad", 2) {
        None => &[],
        Some(pad) => pad.constant()?.as_array()?.elements.as_slice(),
    };
    let size = shape.iter().try_fold(1_usize, |size, extent| size.checked_mul(*extent))?;
    if size > MAX_SIZE || order.len() != shape.len() {
        return None;
    }
    let strides: Vec<usize> = (0..shape.len()).map(|at| shape[..at].iter().product()).collect();
    let mut elements = vec![None; size];
    let mut place = vec![0_usize; shape.len()];
    let values = source.elements.iter().chain(pad.iter().cycle());
    for value in values.take(size) {
        let at: usize = place.iter().zip(&strides).map(|(index, stride)| index * stride).sum();
        *elements.get_mut(at)? = Some(value.clone());
        for dimension in &order {
            let index = place.get_mut(*dimension)?;
            *index += 1;
            if *index < shape[*dimension] {
                break;
            }
            *index = 0;
        }
    }
    let elements = elements.into_iter().collect::<Option<Vec<_>>>()?;
    Some(Constant::array(shape, elements, source.sample().cloned()))
}

fn spread(arguments: Arguments<'_, '_>) -> Option<Constant> {
    let (source, dimension) = (arguments.constant("source", 0)?, arguments.integer("dim", 1)?);
    let copies = usize::try_from(arguments.integer("ncopies", 2)?).ok().filter(|copies| *copies < 1 << 20)?;
    match source {
        Constant::Array(array) if array.shape.len() == 1 => {
            let length = array.elements.len();
            let (shape, elements) = match dimension {
                1 => (
                    vec![copies, length],
                    array.elements.iter().flat_map(|value| vec![value.clone(); copies]).collect::<Vec<_>>(),
                ),
                2 => (vec![length, copies], (0..copies).flat_map(|_| array.elements.iter().cloned()).collect()),
                _ => return None,
            };
            Some(Constant::array(shape, elements, array.sample().cloned()))
        }
        Constant::Array(_) => None,
        scalar => Some(Constant::vector(vec![scalar.clone(); copies])),
    }
}

fn pack(arguments: Arguments<'_, '_>) -> Option<Constant> {
    let array = arguments.constant("array", 0)?.as_array()?;
    if arguments.get("vector", 2).is_some() {
        return None;
    }
    let mask = arguments.constant("mask", 1)?;
    let chosen = |at: usize| match mask {
        Constant::Array(mask) => mask.elements.get(at).and_then(Constant::as_logical),
        scalar => scalar.as_logical(),
    };
    let mut elements = Vec::new();
    for (at, value) in array.elements.iter().enumerate() {
        if chosen(at)? {
            elements.push(value.clone());
        }
    }
    Some(Constant::array(vec![elements.len()], elements, array.sample().cloned()))
}

fn transpose(array: &ArrayConstant) -> Option<Constant> {
    let [rows, columns] = *array.shape.as_slice() else { return None };
    let place = |row: usize| (0..columns).map(move |column| column * rows + row);
    let elements = (0..rows).flat_map(place).map(|at| array.elements.get(at).cloned()).collect::<Option<_>>()?;
    Some(Constant::array(vec![columns, rows], elements, array.sample().cloned()))
}

fn cyclic_shift(arguments: Arguments<'_, '_>) -> Option<Constant> {
    let array = arguments.constant("array", 0)?.as_array().filter(|array| array.shape.len() == 1)?;
    let length = i128::try_from(array.elements.len()).ok()?;
    if length == 0 {
        return None;
    }
    let shift = usize::try_from(arguments.integer("shift", 1)?.rem_euclid(length)).ok()?;
    let mut elements = array.elements.clone();
    elements.rotate_left(shift);
    Some(Constant::array(array.shape.clone(), elements, None))
}

/// Functions of a whole array, without DIM, with or without MASK.
fn reduction(name: &str, arguments: Arguments<'_, '_>, defaults: DefaultKinds) -> Option<Constant> {
    if name == "dot_product" {
        let (left, right) = (arguments.constant("vector_a", 0)?, arguments.constant("vector_b", 1)?);
        let products = arithmetic::binary(&BinaryOperator::Multiply, left, right)?;
        return folded(
            &products.as_array()?.elements.iter().collect::<Vec<_>>(),
            &BinaryOperator::Add,
            products.as_array()?,
        );
    }
    let first = if matches!(name, "any" | "all" | "count" | "parity") { "mask" } else { "array" };
    let array = arguments.constant(first, 0)?.as_array()?;
    let has_mask = !matches!(name, "any" | "all" | "count" | "parity");
    let second = arguments.get("dim", 1).map(|dimension| dimension.constant());
    let mask = match (arguments.get("mask", 2), second) {
        (Some(mask), None) if has_mask => Some(mask.constant()?),
        // A mask may stand in the second place.
        (None, Some(Some(mask @ (Constant::Logical(..) | Constant::Array(_))))) if has_mask => Some(mask),
        (None, Some(Some(Constant::Integer(1, _)))) if array.shape.len() == 1 => None,
        (None, Some(_)) => return None,
        _ => None,
    };
    let is_chosen = |at: usize| match mask {
        None => Some(true),
        Some(Constant::Array(mask)) => mask.elements.get(at).and_then(Constant::as_logical),
        Some(scalar) => scalar.as_logical(),
    };
    let mut chosen = Vec::new();
    let mut places = Vec::new();
    for (at, value) in array.elements.iter().enumerate() {
        if is_chosen(at)? {
            chosen.push(value);
            places.push(at);
        }
    }
    let truths = || chosen.iter().map(|value| value.as_logical()).collect::<Option<Vec<_>>>();
    let logical = |value| Some(Constant::Logical(value, defaults.logical));
    match name {
        "any" => logical(truths()?.contains(&true)),
        "all" => logical(!truths()?.contains(&false)),
        "parity" => logical(truths()?.iter().filter(|truth| **truth).count() % 2 == 1),
        "count" => {
            let count = truths()?.iter().filter(|truth| **truth).count();
            Some(Constant::Integer(i128::try_from(count).ok()?, arguments.kind(2, defaults.integer)?))
        }
        "sum" => folded(&chosen, &BinaryOperator::Add, array),
        "product" => folded(&chosen, &BinaryOperator::Multiply, array),
        "maxval" | "minval" => Some(chosen[best(&chosen, name == "maxval")?].clone()),
        "maxloc" | "minloc" if array.shape.len() == 1 => {
            let place = i128::try_from(places[best(&chosen, name == "maxloc")?] + 1).ok()?;
            let place = Constant::Integer(place, defaults.integer);
            Some(if arguments.get("dim", 1).is_some() { place } else { Constant::vector(vec![place]) })
        }
        _ => {
            let first = chosen.first()?.kind();
            let values = chosen.iter().map(|value| value.as_integer()).collect::<Option<Vec<_>>>()?;
            let value = match name {
                "iall" => values.into_iter().reduce(|left, right| left & right)?,
                "iany" => values.into_iter().reduce(|left, right| left | right)?,
                "iparity" => values.into_iter().reduce(|left, right| left ^ right)?,
                _ => return None,
            };
            Some(Constant::Integer(value, first))
        }
    }
}

fn folded(values: &[&Constant], operator: &BinaryOperator, array: &ArrayConstant) -> Option<Constant> {
    let start = if *operator == BinaryOperator::Add { 0 } else { 1 };
    let start = match array.sample()? {
        Constant::Integer(_, kind) => Constant::Integer(start, *kind),
        other => Constant::Real(crate::analysis::real::Real::from_integer(start, other.kind())?),
    };
    values.iter().try_fold(start, |sum, value| arithmetic::binary(operator, &sum, value))
}

/// The place of the first greatest or smallest value.
fn best(values: &[&Constant], greatest: bool) -> Option<usize> {
    let mut best = 0;
    for (at, value) in values.iter().enumerate() {
        let operator = if greatest { BinaryOperator::Greater } else { BinaryOperator::Less };
        if arithmetic::binary(&operator, value, values[best])?.as_logical()? {
            best = at;
        }
    }
    (!values.is_empty()).then_some(best)
}
