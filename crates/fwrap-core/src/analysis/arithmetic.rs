//! Operations on constants, element by element on arrays.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::analysis::constant::{ArrayConstant, Constant};
use crate::analysis::real::Real;
use crate::ir::expr::{BinaryOperator, UnaryOperator};

/// `operator operand`
pub(super) fn unary(operator: &UnaryOperator, operand: &Constant) -> Option<Constant> {
    operand.map(&mut |operand| match (operator, operand) {
        (UnaryOperator::Plus, Constant::Integer(..) | Constant::Real(_) | Constant::Complex(..)) => {
            Some(operand.clone())
        }
        (UnaryOperator::Minus, Constant::Integer(value, kind)) => fitting(value.checked_neg()?, *kind),
        (UnaryOperator::Minus, Constant::Real(value)) => Some(Constant::Real(value.negated())),
        (UnaryOperator::Minus, Constant::Complex(real, imaginary)) => {
            Some(Constant::Complex(real.negated(), imaginary.negated()))
        }
        (UnaryOperator::Not, Constant::Logical(value, kind)) => Some(Constant::Logical(!value, *kind)),
        _ => None,
    })
}

/// `left operator right`
pub(super) fn binary(operator: &BinaryOperator, left: &Constant, right: &Constant) -> Option<Constant> {
    elementwise(left, right, &mut |left, right| scalar_binary(operator, left, right))
}

/// Applies a function of two values to scalars and to arrays of one shape.
pub(super) fn elementwise(
    left: &Constant,
    right: &Constant,
    apply: &mut dyn FnMut(&Constant, &Constant) -> Option<Constant>,
) -> Option<Constant> {
    match (left, right) {
        (Constant::Array(left), Constant::Array(right)) => {
            if left.shape != right.shape {
                return None;
            }
            let pairs = left.elements.iter().zip(&right.elements);
            let elements = pairs.map(|(left, right)| apply(left, right)).collect::<Option<Vec<_>>>()?;
            let model = match (left.sample(), right.sample()) {
                (Some(left), Some(right)) if elements.is_empty() => apply(left, right),
                _ => None,
            };
            let shape = left.shape.clone();
            Some(Constant::Array(Rc::new(ArrayConstant { shape, lower: Vec::new(), elements, model })))
        }
        (Constant::Array(_), scalar) => left.map(&mut |element| apply(element, scalar)),
        (scalar, Constant::Array(_)) => right.map(&mut |element| apply(scalar, element)),
        (left, right) => apply(left, right),
    }
}

fn scalar_binary(operator: &BinaryOperator, left: &Constant, right: &Constant) -> Option<Constant> {
    match (left, right) {
        (Constant::Integer(left, left_kind), Constant::Integer(right, right_kind)) => {
            integer_binary(operator, *left, *right, (*left_kind).max(*right_kind))
        }
        (Constant::Logical(left, left_kind), Constant::Logical(right, right_kind)) => {
            let value = match operator {
                BinaryOperator::And => *left && *right,
                BinaryOperator::Or => *left || *right,
                BinaryOperator::Equivalent => left == right,
                BinaryOperator::NotEquivalent => left != right,
                _ => return None,
            };
            Some(Constant::Logical(value, *left_kind.max(right_kind)))
        }
        (Constant::Character(left, kind), Constant::Character(right, _)) => match operator {
            BinaryOperator::Concatenate => Some(Constant::Character(format!("{left}{right}").into(), *kind)),
            _ => compared(operator, compare_texts(left, right)),
        },
        (Constant::Complex(..), _) | (_, Constant::Complex(..)) => complex_binary(operator, left, right),
        (Constant::Real(_), _) | (_, Constant::Real(_)) => real_binary(operator, left, right),
        _ => None,
    }
}

/// An integer of a kind; `None` if the kind cannot hold it.
pub(super) fn fitting(value: i128, kind: u8) -> Option<Constant> {
    let fits = kind >= 16 || {
        // The most negative number may be made with a warning; gfortran takes it.
        let limit = 1_i128 << (u32::from(kind) * 8 - 1);
        (-limit..limit).contains(&value)
    };
    fits.then_some(Constant::Integer(value, kind))
}

fn integer_binary(operator: &BinaryOperator, left: i128, right: i128, kind: u8) -> Option<Constant> {
    let value = match operator {
        BinaryOperator::Add => left.checked_add(right)?,
        BinaryOperator::Subtract => left.checked_sub(right)?,
        BinaryOperator::Multiply => left.checked_mul(right)?,
        BinaryOperator::Divide => left.checked_div(right)?,
        BinaryOperator::Power => integer_power(left, right)?,
        _ => return compared(operator, left.cmp(&right)),
    };
    fitting(value, kind)
}

fn integer_power(left: i128, right: i128) -> Option<i128> {
    match (left, u32::try_from(right)) {
        (1, _) => Some(1),
        (-1, _) => Some(if right % 2 == 0 { 1 } else { -1 }),
        (0, Err(_)) => None,
        (_, Ok(exponent)) => left.checked_pow(exponent),
        (_, Err(_)) => (right < 0).then_some(0),
    }
}

fn compared(operator: &BinaryOperator, ordering: Ordering) -> Option<Constant> {
    let value = match operator {
        BinaryOperator::Equal => ordering.is_eq(),
        BinaryOperator::NotEqual => ordering.is_ne(),
        BinaryOperator::Less => ordering.is_lt(),
        BinaryOperator::LessEqual => ordering.is_le(),
        BinaryOperator::Greater => ordering.is_gt(),
        BinaryOperator::GreaterEqual => ordering.is_ge(),
        _ => return None,
    };
    Some(Constant::Logical(value, 4))
}

/// The shorter one counts as padded with blanks (F2018 10.1.5.5.1).
pub(super) fn compare_texts(left: &str, right: &str) -> Ordering {
    let length = left.chars().count().max(right.chars().count());
    let padded = |text: &str| text.chars().chain(std::iter::repeat(' ')).take(length).collect::<Vec<_>>();
    padded(left).cmp(&padded(right))
}

fn common_kind(left: &Constant, right: &Constant) -> u8 {
    let kind = |value: &Constant| match value {
        Constant::Real(value) | Constant::Complex(value, _) => value.kind(),
        _ => 0,
    };
    kind(left).max(kind(right))
}

fn real_binary(operator: &BinaryOperator, left: &Constant, right: &Constant) -> Option<Constant> {
    let kind = common_kind(left, right);
    if let (BinaryOperator::Power, Constant::Integer(exponent, _)) = (operator, right) {
        return left.as_real(kind)?.integer_power(*exponent).map(Constant::Real);
    }
    let (left, right) = (left.as_real(kind)?, right.as_real(kind)?);
    let value = match operator {
        BinaryOperator::Add => left.plus(&right),
        BinaryOperator::Subtract => left.plus(&right.negated()),
        BinaryOperator::Multiply => left.times(&right),
        BinaryOperator::Divide => left.over(&right),
        BinaryOperator::Power => left.real_power(&right),
        _ => return compared(operator, left.compare(&right)?),
    };
    value.map(Constant::Real)
}

fn complex_binary(operator: &BinaryOperator, left: &Constant, right: &Constant) -> Option<Constant> {
    let kind = common_kind(left, right);
    let zero = Real::from_integer(0, kind)?;
    let parts = |value: &Constant| match value {
        Constant::Complex(real, imaginary) => Some((real.with_kind(kind)?, imaginary.with_kind(kind)?)),
        value => Some((value.as_real(kind)?, zero.clone())),
    };
    let ((a, b), (c, d)) = (parts(left)?, parts(right)?);
    let (real, imaginary) = match operator {
        BinaryOperator::Add => (a.plus(&c)?, b.plus(&d)?),
        BinaryOperator::Subtract => (a.plus(&c.negated())?, b.plus(&d.negated())?),
        BinaryOperator::Multiply => (a.times(&c)?.plus(&b.times(&d)?.negated())?, a.times(&d)?.plus(&b.times(&c)?)?),
        BinaryOperator::Divide => {
            let square = c.times(&c)?.plus(&d.times(&d)?)?;
            let real = a.times(&c)?.plus(&b.times(&d)?)?.over(&square)?;
            (real, b.times(&c)?.plus(&a.times(&d)?.negated())?.over(&square)?)
        }
        BinaryOperator::Power => match right {
            Constant::Integer(exponent @ 0..=64, _) => {
                let mut power = Constant::Complex(Real::from_integer(1, kind)?, zero);
                for _ in 0..*exponent {
                    power = complex_binary(&BinaryOperator::Multiply, &power, left)?;
                }
                return Some(power);
            }
            _ => return None,
        },
        BinaryOperator::Equal => return Some(Constant::Logical(a == c && b == d, 4)),
        BinaryOperator::NotEqual => return Some(Constant::Logical(a != c || b != d, 4)),
        _ => return None,
    };
    Some(Constant::Complex(real, imaginary))
}

#[cfg(test)]
mod tests {
    use super::{binary, compare_texts};
    use crate::analysis::constant::Constant;
    use crate::ir::expr::BinaryOperator;

    fn integers(operator: &BinaryOperator, left: i128, right: i128, kind: u8) -> Option<i128> {
        binary(operator, &Constant::Integer(left, kind), &Constant::Integer(right, 4))
            .and_then(|value| value.as_integer())
    }

    #[test]
    fn integers_truncate_and_do_not_overflow() {
        assert_eq!(integers(&BinaryOperator::Divide, -7, 2, 4), Some(-3));
        assert_eq!(integers(&BinaryOperator::Divide, 1, 0, 4), None);
        assert_eq!(integers(&BinaryOperator::Power, 2, -1, 4), Some(0));
        assert_eq!(integers(&BinaryOperator::Power, -1, -3, 4), Some(-1));
        assert_eq!(integers(&BinaryOperator::Add, i128::from(i32::MAX), 1, 4), None);
        assert_eq!(integers(&BinaryOperator::Add, i128::from(i32::MAX), 1, 8), Some(1 << 31));
        assert_eq!(integers(&BinaryOperator::Power, 10, 1000, 16), None);
    }

    #[test]
    fn arrays_go_element_by_element_if_their_shapes_agree() {
        let vector =
            |values: &[i128]| Constant::vector(values.iter().map(|value| Constant::Integer(*value, 4)).collect());
        let sum = binary(&BinaryOperator::Add, &vector(&[1, 2]), &vector(&[3, 4]));
        assert_eq!(sum, Some(vector(&[4, 6])));
        assert_eq!(binary(&BinaryOperator::Add, &vector(&[1, 2]), &vector(&[3])), None);
        let doubled = binary(&BinaryOperator::Multiply, &Constant::Integer(2, 4), &vector(&[1, 2]));
        assert_eq!(doubled, Some(vector(&[2, 4])));
    }

    #[test]
    fn texts_compare_as_if_padded_with_blanks() {
        assert!(compare_texts("a", "a  ").is_eq() && compare_texts("a", "ab").is_lt());
        assert!(compare_texts("a\t", "a").is_lt());
    }
}
