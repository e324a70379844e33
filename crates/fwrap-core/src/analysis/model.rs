//! The models of integer and real numbers (F2018 16.4).

use crate::analysis::kind::ResolvedType;

/// What a numeric inquiry function says of a type.
pub(super) fn parameter(name: &str, of: &ResolvedType) -> Option<i128> {
    match of {
        ResolvedType::Integer(kind) => integer(name, *kind),
        ResolvedType::Real(kind) => real(name, *kind),
        // Only the decimal range and precision are asked of complex numbers.
        ResolvedType::Complex(kind) if matches!(name, "range" | "precision") => real(name, *kind),
        _ => None,
    }
}

fn integer(name: &str, kind: u8) -> Option<i128> {
    Some(match name {
        "radix" => 2,
        "digits" => i128::from(kind) * 8 - 1,
        "range" => match kind {
            1 => 2,
            2 => 4,
            4 => 9,
            8 => 18,
            16 => 38,
            _ => return None,
        },
        _ => return None,
    })
}

fn real(name: &str, kind: u8) -> Option<i128> {
    let (digits, maximum, minimum, precision, range) = match kind {
        4 => (24, 128, -125, 6, 37),
        8 => (53, 1024, -1021, 15, 307),
        10 => (64, 16384, -16381, 18, 4931),
        16 => (113, 16384, -16381, 33, 4931),
        _ => return None,
    };
    Some(match name {
        "radix" => 2,
        "digits" => digits,
        "maxexponent" => maximum,
        "minexponent" => minimum,
        "precision" => precision,
        "range" => range,
        _ => return None,
    })
}
