//! Solves dimensions for the variable in them: `n` from `2*n + 1`.

use crate::analysis::f2py::expression::{BinaryOperator, Expression, Function, UnaryOperator};
use crate::ir::name::Name;

/// `slope*variable + offset`, where neither has the variable in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// What the variable is multiplied by: not the constant 0.
    pub slope: Expression,
    /// What is added.
    pub offset: Expression,
}

impl Linear {
    /// The variable, if the expression has this value: `(value - offset)/slope`. Where the slope is not 1 or -1, the
    /// division may leave a remainder, and only the check `value == expression` finds it.
    #[must_use]
    pub fn solution(&self, value: Expression) -> Expression {
        let difference = Expression::binary(BinaryOperator::Subtract, value, self.offset.clone());
        match self.slope {
            Expression::Integer(-1) => Expression::negated(difference),
            _ => Expression::binary(BinaryOperator::Divide, difference, self.slope.clone()),
        }
    }

    /// Whether each value has exactly one solution.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        matches!(self.slope, Expression::Integer(1 | -1))
    }
}

/// The expression as a linear function of the variable; `None` if it is none, or is constant.
#[must_use]
pub fn solve_linear(expression: &Expression, variable: &Name) -> Option<Linear> {
    let found = linear(expression, variable)?;
    (found.slope != Expression::Integer(0)).then_some(found)
}

fn linear(expression: &Expression, variable: &Name) -> Option<Linear> {
    if !expression.names().contains(variable) {
        return Some(Linear { slope: Expression::Integer(0), offset: expression.clone() });
    }
    match expression {
        Expression::Name(_) => Some(Linear { slope: Expression::Integer(1), offset: Expression::Integer(0) }),
        Expression::Unary(UnaryOperator::Plus, inner) => linear(inner, variable),
        Expression::Unary(UnaryOperator::Minus, inner) => {
            let Linear { slope, offset } = linear(inner, variable)?;
            Some(Linear { slope: Expression::negated(slope), offset: Expression::negated(offset) })
        }
        Expression::Call(Function::Int, arguments) => linear(arguments.first()?, variable),
        Expression::Binary(operator @ (BinaryOperator::Add | BinaryOperator::Subtract), left, right) => {
            let (left, right) = (linear(left, variable)?, linear(right, variable)?);
            let slope = Expression::binary(*operator, left.slope, right.slope);
            let offset = Expression::binary(*operator, left.offset, right.offset);
            Some(Linear { slope, offset })
        }
        Expression::Binary(BinaryOperator::Multiply, left, right) => {
            let (left, right) = (linear(left, variable)?, linear(right, variable)?);
            let zero = Expression::Integer(0);
            let (line, factor, is_left) = match (left.slope == zero, right.slope == zero) {
                (true, _) => (right, left.offset, true),
                (_, true) => (left, right.offset, false),
                _ => return None,
            };
            let times = |value: Expression| match (value, factor.clone()) {
                (Expression::Integer(0), _) => Expression::Integer(0),
                (value, factor) if is_left => Expression::binary(BinaryOperator::Multiply, factor, value),
                (value, factor) => Expression::binary(BinaryOperator::Multiply, value, factor),
            };
            Some(Linear { slope: times(line.slope), offset: times(line.offset) })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::solve_linear;
    use crate::analysis::f2py::expression::{Expression, parse_expression};
    use crate::ir::name::Name;

    fn solved(text: &str) -> Option<String> {
        let shape = Expression::shape(&Name::new("x"), 0);
        let linear = solve_linear(&parse_expression(text), &Name::new("n"))?;
        Some(linear.solution(shape).to_string())
    }

    #[test]
    fn dimensions_are_turned_around() {
        for (dimension, solution) in [
            ("n", "shape(x, 0)"),
            ("n+1", "shape(x, 0) - 1"),
            ("n-1", "shape(x, 0) + 1"),
            ("2*n", "shape(x, 0)/2"),
            ("n*2", "shape(x, 0)/2"),
            ("2*n+1", "(shape(x, 0) - 1)/2"),
            ("1-n", "-(shape(x, 0) - 1)"),
            ("m*n+k", "(shape(x, 0) - k)/m"),
            ("n+m", "shape(x, 0) - m"),
            ("2*(n-1)+1", "(shape(x, 0) + 1)/2"),
            ("3*n-n", "shape(x, 0)/2"),
        ] {
            assert_eq!(solved(dimension).as_deref(), Some(solution), "{dimension}");
        }
    }

    #[test]
    fn other_dimensions_are_not() {
        for dimension in ["5", "m", "n*n", "n/2", "max(1,n)", "n-n", "len(n)", "f(n)", "n**2", "n%2", "a[n]"] {
            assert_eq!(solved(dimension), None, "{dimension}");
        }
    }
}
