//! Elemental functions of numbers.

use crate::analysis::arithmetic::fitting;
use crate::analysis::constant::Constant;
use crate::analysis::constructor::signed;
use crate::analysis::elemental::Scalars;
use crate::analysis::real::{Real, Rounding};

/// The value of a numeric function.
pub(super) fn find(name: &str, arguments: &Scalars<'_>) -> Option<Constant> {
    conversion(name, arguments).or_else(|| arithmetic(name, arguments)).or_else(|| mathematical(name, arguments))
}

fn conversion(name: &str, arguments: &Scalars<'_>) -> Option<Constant> {
    let defaults = arguments.defaults;
    let first = |keyword| arguments.get(keyword, 0);
    let to_integer = |value: &Constant, kind: u8, rounding: Rounding| match value {
        Constant::Integer(value, _) => fitting(*value, kind),
        Constant::Real(value) | Constant::Complex(value, _) => fitting(value.rounded(rounding)?, kind),
        Constant::Boz(bits) => Some(Constant::Integer(signed(*bits, kind), kind)),
        _ => None,
    };
    let to_real = |value: &Constant, kind: u8| match value {
        Constant::Boz(bits) => Real::from_bits(*bits, kind).map(Constant::Real),
        value => value.as_real(kind).map(Constant::Real),
    };
    match name {
        "int" => to_integer(first("a")?, arguments.kind(1, defaults.integer)?, Rounding::TowardsZero),
        "ifix" | "idint" => to_integer(first("a")?, defaults.integer, Rounding::TowardsZero),
        "int2" | "short" => to_integer(first("a")?, 2, Rounding::TowardsZero),
        "int8" => to_integer(first("a")?, 8, Rounding::TowardsZero),
        "nint" => to_integer(first("a")?, arguments.kind(1, defaults.integer)?, Rounding::Nearest),
        "idnint" => to_integer(first("a")?, defaults.integer, Rounding::Nearest),
        "floor" => to_integer(first("a")?, arguments.kind(1, defaults.integer)?, Rounding::Down),
        "ceiling" => to_integer(first("a")?, arguments.kind(1, defaults.integer)?, Rounding::Up),
        "real" => {
            let value = first("a")?;
            let default = if let Constant::Complex(value, _) = value { value.kind() } else { defaults.real };
            to_real(value, arguments.kind(1, default)?)
        }
        "float" | "sngl" | "floatk" => to_real(first("a")?, defaults.real),
        "dble" | "dfloat" | "dreal" => to_real(first("a")?, defaults.double),
        "cmplx" | "dcmplx" | "complex" => {
            let position_of_kind = if name == "cmplx" { 2 } else { usize::MAX };
            let default = if name == "dcmplx" { defaults.double } else { defaults.real };
            let kind = arguments.kind(position_of_kind, default)?;
            let value = first("x")?;
            Some(match (value, arguments.get("y", 1)) {
                (Constant::Complex(real, imaginary), _) => {
                    Constant::Complex(real.with_kind(kind)?, imaginary.with_kind(kind)?)
                }
                (real, Some(imaginary)) => Constant::Complex(real.as_real(kind)?, imaginary.as_real(kind)?),
                (real, None) => Constant::Complex(real.as_real(kind)?, Real::from_integer(0, kind)?),
            })
        }
        "logical" => {
            let value = first("l")?.as_logical()?;
            Some(Constant::Logical(value, arguments.kind(1, defaults.logical)?))
        }
        _ => None,
    }
}

fn arithmetic(name: &str, arguments: &Scalars<'_>) -> Option<Constant> {
    let defaults = arguments.defaults;
    let (a, b) = (|| arguments.get("a", 0), |keyword| arguments.get(keyword, 1));
    Some(match name {
        "abs" | "iabs" | "dabs" => match a()? {
            Constant::Integer(value, kind) => fitting(value.checked_abs()?, *kind)?,
            Constant::Real(value) => Constant::Real(value.absolute()),
            Constant::Complex(real, imaginary) => {
                let square = real.times(real)?.plus(&imaginary.times(imaginary)?)?;
                Constant::Real(square.square_root()?)
            }
            _ => return None,
        },
        "sign" | "isign" | "dsign" => match (a()?, b("b")?) {
            (Constant::Integer(a, kind), Constant::Integer(b, _)) => {
                Constant::Integer(if *b < 0 { -a.checked_abs()? } else { a.checked_abs()? }, *kind)
            }
            (Constant::Real(a), Constant::Real(b)) => {
                Constant::Real(if b.is_negative() { a.absolute().negated() } else { a.absolute() })
            }
            _ => return None,
        },
        "dim" | "idim" | "ddim" => {
            let (x, y) = (arguments.get("x", 0)?, b("y")?);
            match (x, y) {
                (Constant::Integer(x, kind), Constant::Integer(y, _)) => {
                    Constant::Integer(x.checked_sub(*y)?.max(0), *kind)
                }
                (Constant::Real(x), Constant::Real(y)) => {
                    let difference = x.plus(&y.negated())?;
                    Constant::Real(if difference.is_negative() { Real::from_integer(0, x.kind())? } else { difference })
                }
                _ => return None,
            }
        }
        "mod" | "amod" | "dmod" | "modulo" => remainder(name == "modulo", a()?, b("p")?)?,
        "max" | "min" | "max0" | "min0" | "amax1" | "amin1" | "dmax1" | "dmin1" | "amax0" | "amin0" | "max1"
        | "min1" => extreme(name, arguments)?,
        "aint" | "dint" | "anint" | "dnint" => {
            let Constant::Real(value) = a()? else { return None };
            let rounding = if name.ends_with("nint") { Rounding::Nearest } else { Rounding::TowardsZero };
            let kind = arguments.kind(1, value.kind())?;
            Constant::Real(Real::from_integer(value.rounded(rounding)?, kind)?)
        }
        "aimag" | "imag" | "dimag" | "imagpart" => match arguments.get("z", 0)? {
            Constant::Complex(_, imaginary) => Constant::Real(imaginary.clone()),
            _ => return None,
        },
        "realpart" => Constant::Real(arguments.get("a", 0)?.as_real(arguments.get("a", 0)?.kind())?),
        "conjg" | "dconjg" => match arguments.get("z", 0)? {
            Constant::Complex(real, imaginary) => Constant::Complex(real.clone(), imaginary.negated()),
            _ => return None,
        },
        "dprod" => {
            let (x, y) = (arguments.get("x", 0)?, b("y")?);
            Constant::Real(x.as_real(defaults.double)?.times(&y.as_real(defaults.double)?)?)
        }
        _ => return None,
    })
}

fn remainder(is_modulo: bool, a: &Constant, p: &Constant) -> Option<Constant> {
    match (a, p) {
        (Constant::Integer(a, a_kind), Constant::Integer(p, p_kind)) => {
            let rest = a.checked_rem(*p)?;
            let opposite = is_modulo && rest != 0 && (rest < 0) != (*p < 0);
            Some(Constant::Integer(if opposite { rest + p } else { rest }, *a_kind.max(p_kind)))
        }
        (Constant::Real(a), Constant::Real(p)) => a.remainder(p, is_modulo).map(Constant::Real),
        _ => None,
    }
}

/// `max` and `min` of two or more numbers or strings.
fn extreme(name: &str, arguments: &Scalars<'_>) -> Option<Constant> {
    let is_maximum = name.contains("max");
    let mut values = arguments.all();
    let mut chosen = values.next()?.clone();
    for value in values {
        let ordering = match (&chosen, value) {
            (Constant::Integer(chosen, _), Constant::Integer(value, _)) => value.cmp(chosen),
            (Constant::Character(chosen, _), Constant::Character(value, _)) => {
                crate::analysis::arithmetic::compare_texts(value, chosen)
            }
            (chosen, value) => {
                let kind = chosen.kind().max(value.kind());
                value.as_real(kind)?.compare(&chosen.as_real(kind)?)?
            }
        };
        if if is_maximum { ordering.is_gt() } else { ordering.is_lt() } {
            chosen = value.clone();
        }
    }
    let kind = arguments.all().map(Constant::kind).max()?;
    let defaults = arguments.defaults;
    match (name, &chosen) {
        ("amax0" | "amin0", value) => value.as_real(defaults.real).map(Constant::Real),
        ("max1" | "min1", Constant::Real(value)) => fitting(value.truncated()?, defaults.integer),
        (_, Constant::Integer(value, _)) => Some(Constant::Integer(*value, kind)),
        (_, Constant::Real(value)) => value.with_kind(kind).map(Constant::Real),
        _ => Some(chosen),
    }
}

fn mathematical(name: &str, arguments: &Scalars<'_>) -> Option<Constant> {
    let Constant::Real(x) = arguments.get("x", 0)? else { return None };
    let plain = |function: fn(f64) -> f64| x.apply(function).map(Constant::Real);
    match name {
        "sqrt" | "dsqrt" => x.square_root().map(Constant::Real),
        "exp" | "dexp" => plain(f64::exp),
        "log" | "alog" | "dlog" => plain(f64::ln),
        "log10" | "alog10" | "dlog10" => plain(f64::log10),
        "sin" | "dsin" => plain(f64::sin),
        "cos" | "dcos" => plain(f64::cos),
        "tan" | "dtan" => plain(f64::tan),
        "asin" | "dasin" => plain(f64::asin),
        "acos" | "dacos" => plain(f64::acos),
        "atan" | "datan" if arguments.len() == 1 => plain(f64::atan),
        "sinh" | "dsinh" => plain(f64::sinh),
        "cosh" | "dcosh" => plain(f64::cosh),
        "tanh" | "dtanh" => plain(f64::tanh),
        "asinh" | "dasinh" => plain(f64::asinh),
        "acosh" | "dacosh" => plain(f64::acosh),
        "atanh" | "datanh" => plain(f64::atanh),
        "exponent" => Some(Constant::Integer(x.exponent()?, arguments.defaults.integer)),
        "fraction" => x.fraction().map(Constant::Real),
        "spacing" => x.spacing().map(Constant::Real),
        "rrspacing" => {
            let spacing = x.spacing()?;
            x.absolute().over(&spacing).map(Constant::Real)
        }
        "scale" => x.scaled(arguments.integer("i", 1)?).map(Constant::Real),
        "set_exponent" => x.fraction()?.scaled(arguments.integer("i", 1)?).map(Constant::Real),
        _ => None,
    }
    .or_else(|| match name {
        "atan2" | "datan2" | "atan" => {
            let y = arguments.get("y", 0)?.as_real(x.kind())?;
            let x = arguments.get("x", 1)?.as_real(x.kind())?;
            y.apply_two(&x, f64::atan2).map(Constant::Real)
        }
        _ => None,
    })
}
