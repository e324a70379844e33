//! Dimensions as polynomials in one variable, which show that `n*(n+1):n*(n+5)` is linear and what `n/2` is solved for.

use crate::analysis::f2py::expression::{BinaryOperator, Expression, Function, UnaryOperator};
use crate::ir::name::Name;

/// The highest power of a polynomial.
const DEGREE: i128 = 8;

/// The variable of an expression, if the expression is linear in it, nothing else is in it, and it has this value.
/// Division is that of rational numbers: where it truncates, only the check `value == expression` finds it.
pub(super) fn solve_polynomial(expression: &Expression, variable: &Name, value: &Expression) -> Option<Expression> {
    let polynomial = Polynomial::of(expression, variable)?;
    let [offset, slope] = polynomial.coefficients.as_slice() else { return None };
    // (slope*n + offset)/divisor = value
    let number = |value: i128| i64::try_from(value).ok().map(Expression::Integer);
    let scaled = Expression::binary(BinaryOperator::Multiply, number(polynomial.divisor)?, value.clone());
    let (slope, offset) = (number(*slope)?, number(*offset)?);
    let difference = Expression::binary(BinaryOperator::Subtract, scaled, offset);
    Some(match slope {
        Expression::Integer(-1) => Expression::negated(difference),
        slope => Expression::binary(BinaryOperator::Divide, difference, slope),
    })
}

/// `(c0 + c1*n + c2*n**2 + ...)/divisor`, without common factors; the last coefficient is not 0.
#[derive(Clone, Debug, PartialEq)]
struct Polynomial {
    coefficients: Vec<i128>,
    divisor: i128,
}

impl Polynomial {
    fn constant(value: i128) -> Self {
        Self { coefficients: vec![value], divisor: 1 }.settled()
    }

    fn of(expression: &Expression, variable: &Name) -> Option<Self> {
        match expression {
            Expression::Integer(value) => Some(Self::constant(i128::from(*value))),
            Expression::Name(name) if name == variable => Some(Self { coefficients: vec![0, 1], divisor: 1 }),
            Expression::Unary(UnaryOperator::Plus, inner) => Self::of(inner, variable),
            Expression::Unary(UnaryOperator::Minus, inner) => Self::constant(-1).times(&Self::of(inner, variable)?),
            Expression::Call(Function::Int, arguments) => Self::of(arguments.first()?, variable),
            Expression::Call(Function::Power, arguments) => {
                let [base, Expression::Integer(exponent)] = arguments.as_slice() else { return None };
                let base = Self::of(base, variable)?;
                let count = (0..i128::from(*exponent)).take_while(|count| *count <= DEGREE).count();
                (i128::from(*exponent) >= 0 && i128::from(*exponent) <= DEGREE)
                    .then(|| (0..count).try_fold(Self::constant(1), |product, _| product.times(&base)))?
            }
            Expression::Binary(operator, left, right) => {
                let (left, right) = (Self::of(left, variable)?, Self::of(right, variable)?);
                match operator {
                    BinaryOperator::Add => left.plus(&right),
                    BinaryOperator::Subtract => left.plus(&Self::constant(-1).times(&right)?),
                    BinaryOperator::Multiply => left.times(&right),
                    BinaryOperator::Divide => left.over(&right),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        let count = self.coefficients.len().max(other.coefficients.len());
        let term = |of: &Self, at: usize, by: i128| of.coefficients.get(at).copied().unwrap_or(0).checked_mul(by);
        let sum = |at| term(self, at, other.divisor)?.checked_add(term(other, at, self.divisor)?);
        let coefficients = (0..count).map(sum).collect::<Option<_>>()?;
        Some(Self { coefficients, divisor: self.divisor.checked_mul(other.divisor)? }.settled())
    }

    fn times(&self, other: &Self) -> Option<Self> {
        let count = self.coefficients.len() + other.coefficients.len() - 1;
        if i128::try_from(count).ok()? > DEGREE + 1 {
            return None;
        }
        let mut coefficients = vec![0_i128; count];
        for (at, one) in self.coefficients.iter().enumerate() {
            for (with, two) in other.coefficients.iter().enumerate() {
                coefficients[at + with] = coefficients[at + with].checked_add(one.checked_mul(*two)?)?;
            }
        }
        Some(Self { coefficients, divisor: self.divisor.checked_mul(other.divisor)? }.settled())
    }

    /// Only by constants.
    fn over(&self, other: &Self) -> Option<Self> {
        let [divisor] = other.coefficients.as_slice() else { return None };
        if *divisor == 0 {
            return None;
        }
        let sign = divisor.signum();
        self.times(&Self { coefficients: vec![other.divisor.checked_mul(sign)?], divisor: divisor.checked_mul(sign)? })
    }

    fn settled(mut self) -> Self {
        while self.coefficients.len() > 1 && self.coefficients.last() == Some(&0) {
            self.coefficients.pop();
        }
        let factor = self.coefficients.iter().fold(self.divisor, |factor, value| common_factor(factor, *value));
        if factor > 1 {
            self.coefficients.iter_mut().for_each(|value| *value /= factor);
            self.divisor /= factor;
        }
        self
    }
}

fn common_factor(mut one: i128, mut two: i128) -> i128 {
    while two != 0 {
        (one, two) = (two, one % two);
    }
    one.unsigned_abs().try_into().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::solve_polynomial;
    use crate::analysis::f2py::expression::{Expression, parse_expression};
    use crate::ir::name::Name;

    fn solved(text: &str) -> Option<String> {
        let shape = Expression::shape(&Name::new("x"), 0);
        solve_polynomial(&parse_expression(text), &Name::new("n"), &shape).map(|found| found.to_string())
    }

    #[test]
    fn linear_dimensions_are_solved() {
        for (dimension, solution) in [
            ("n", "shape(x, 0)"),
            ("n/2", "2*shape(x, 0)"),
            ("5 - n/2", "-(2*shape(x, 0) - 10)"),
            ("21 - 3*n", "(shape(x, 0) - 21)/-3"),
            ("n*(n+5) - n*(n+1) + 1", "(shape(x, 0) - 1)/4"),
            ("(n+1)/2", "2*shape(x, 0) - 1"),
            ("2*n/3", "3*shape(x, 0)/2"),
            ("n/2*2", "shape(x, 0)"),
            ("n**2 - n*n + n", "shape(x, 0)"),
        ] {
            assert_eq!(solved(dimension).as_deref(), Some(solution), "{dimension}");
        }
    }

    #[test]
    fn others_are_not() {
        for dimension in ["3", "n*n", "n-n", "1/n", "n+m", "max(n,1)", "n**n", "n**9 - n**9 + n", "n/0"] {
            assert_eq!(solved(dimension), None, "{dimension}");
        }
    }
}
