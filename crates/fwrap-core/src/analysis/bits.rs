//! Elemental functions of the bits of integers (F2018 16.3).

use crate::analysis::constant::Constant;
use crate::analysis::constructor::signed;
use crate::analysis::elemental::Scalars;

/// The value of a function of bits.
pub(super) fn find(name: &str, arguments: &Scalars<'_>) -> Option<Constant> {
    match name {
        "iand" | "and" | "ior" | "or" | "ieor" | "xor" => return combined(name, arguments),
        "not" | "ishft" | "ishftc" | "shiftl" | "lshift" | "shiftr" | "rshift" | "shifta" | "ibset" | "ibclr"
        | "btest" | "ibits" | "popcnt" | "poppar" | "leadz" | "trailz" | "maskl" | "maskr" => {}
        _ => return None,
    }
    let Constant::Integer(value, kind) = *arguments.get("i", 0)? else { return None };
    let width = u32::from(kind) * 8;
    let bits = unsigned(value, kind);
    let shift = |keyword| arguments.integer(keyword, 1).and_then(|shift| i32::try_from(shift).ok());
    let amount = |keyword| shift(keyword).and_then(|shift| u32::try_from(shift).ok()).filter(|shift| *shift <= width);
    let made = |bits: u128| Some(Constant::Integer(signed(bits, kind), kind));
    let count = |count: u32| Some(Constant::Integer(i128::from(count), arguments.defaults.integer));
    match name {
        "not" => made(!bits),
        "ishft" => {
            let shift = shift("shift")?;
            let amount = shift.unsigned_abs();
            made(if amount >= width {
                0
            } else if shift >= 0 {
                bits << amount
            } else {
                bits >> amount
            })
        }
        "ishftc" => {
            let size = arguments.get("size", 2).map_or(Some(width), |size| u32::try_from(size.as_integer()?).ok())?;
            let size = (1..=width).contains(&size).then_some(size)?;
            made(rotated(bits, shift("shift")?, size))
        }
        "shiftl" | "lshift" => made(bits.checked_shl(amount("shift")?).unwrap_or(0)),
        "shiftr" | "rshift" => made(bits.checked_shr(amount("shift")?).unwrap_or(0)),
        "shifta" => Some(Constant::Integer(value >> amount("shift")?.min(127), kind)),
        "ibset" => made(bits | 1_u128.checked_shl(amount("pos")?)?),
        "ibclr" => made(bits & !1_u128.checked_shl(amount("pos")?)?),
        "btest" => {
            let is_set = bits & 1_u128.checked_shl(amount("pos")?)? != 0;
            Some(Constant::Logical(is_set, arguments.defaults.logical))
        }
        "ibits" => {
            let length = u32::try_from(arguments.integer("len", 2)?).ok()?;
            made(bits.checked_shr(amount("pos")?).unwrap_or(0) & mask(length))
        }
        "popcnt" => count(bits.count_ones()),
        "poppar" => count(bits.count_ones() % 2),
        "leadz" => count(bits.leading_zeros() - (128 - width)),
        "trailz" => count(bits.trailing_zeros().min(width)),
        "maskl" | "maskr" => {
            let made_kind = arguments.kind(1, arguments.defaults.integer)?;
            let (length, width) = (u32::try_from(value).ok()?, u32::from(made_kind) * 8);
            let right = mask(length.min(width));
            let bits = if name == "maskr" { right } else { right.checked_shl(width.checked_sub(length)?).unwrap_or(0) };
            Some(Constant::Integer(signed(bits, made_kind), made_kind))
        }
        _ => None,
    }
}

fn combined(name: &str, arguments: &Scalars<'_>) -> Option<Constant> {
    let (left, right) = (arguments.get("i", 0)?, arguments.get("j", 1)?);
    let kind = left.kind().max(right.kind());
    let bits = |value: &Constant| match value {
        Constant::Integer(value, _) => Some(unsigned(*value, kind)),
        Constant::Boz(bits) => Some(*bits),
        _ => None,
    };
    let (left, right) = (bits(left)?, bits(right)?);
    let bits = match name {
        "iand" | "and" => left & right,
        "ior" | "or" => left | right,
        _ => left ^ right,
    };
    Some(Constant::Integer(signed(bits, kind), kind))
}

fn mask(length: u32) -> u128 {
    1_u128.checked_shl(length).map_or(u128::MAX, |bit| bit - 1)
}

fn unsigned(value: i128, kind: u8) -> u128 {
    value.cast_unsigned() & mask(u32::from(kind) * 8)
}

/// The lowest `size` bits rotated to the left.
fn rotated(bits: u128, shift: i32, size: u32) -> u128 {
    let low = bits & mask(size);
    let left = shift.rem_euclid(size.cast_signed()).cast_unsigned();
    let turned = low.checked_shl(left).unwrap_or(0) | low.checked_shr(size - left).unwrap_or(0);
    (bits & !mask(size)) | (turned & mask(size))
}
