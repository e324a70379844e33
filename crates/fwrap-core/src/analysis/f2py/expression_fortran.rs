//! Fortran's specification expressions and extents in C's terms: the bounds of arrays in Fortran sources.

use crate::analysis::constant::Constant;
use crate::analysis::f2py::expression::{BinaryOperator, Expression, Function, UnaryOperator};
use crate::ir::expr::{self, Actual, Expr, ExprKind};
use crate::ir::extent::{Extent, Operator};

/// The value of an expression, where it is a constant.
pub type Fold<'f> = &'f dyn Fn(&Expr) -> Option<Constant>;

impl From<&Extent> for Expression {
    fn from(extent: &Extent) -> Self {
        match extent {
            Extent::Constant(value) => Self::Integer(*value),
            Extent::Dummy(name) => Self::name(name),
            Extent::OfArray(name, dimension) => Self::shape(name, *dimension),
            Extent::SizeOfArray(name) => Self::Call(Function::Size, vec![Self::name(name)]),
            Extent::OfCharacter(name) => Self::text_length(name),
            Extent::Negated(inner) => Self::negated(Self::from(&**inner)),
            Extent::Binary(operator, left, right) => {
                let (left, right) = (Self::from(&**left), Self::from(&**right));
                match operator {
                    Operator::Add => Self::binary(BinaryOperator::Add, left, right),
                    Operator::Subtract => Self::binary(BinaryOperator::Subtract, left, right),
                    Operator::Multiply => Self::binary(BinaryOperator::Multiply, left, right),
                    Operator::Divide => Self::binary(BinaryOperator::Divide, left, right),
                    Operator::Mod => Self::binary(BinaryOperator::Remainder, left, right),
                    Operator::Power => Self::Call(Function::Power, vec![left, right]),
                    Operator::Min => Self::Call(Function::Min, vec![left, right]),
                    Operator::Max => Self::Call(Function::Max, vec![left, right]),
                }
            }
        }
    }
}

impl Expression {
    /// The constant, unless it is an array or of a derived type.
    #[must_use]
    pub fn from_constant(constant: &Constant) -> Option<Self> {
        Some(match constant {
            Constant::Integer(value, _) => Self::Integer(i64::try_from(*value).ok()?),
            Constant::Real(value) => Self::Real(value.to_f64()),
            Constant::Logical(value, _) => Self::Integer(i64::from(*value)),
            Constant::Character(text, _) => Self::Text(text.as_bytes().to_vec()),
            Constant::Complex(real, imaginary) => {
                Self::Complex(Box::new(Self::Real(real.to_f64())), Box::new(Self::Real(imaginary.to_f64())))
            }
            Constant::Boz(_) | Constant::Array(_) | Constant::Structure(_) | Constant::Null => return None,
        })
    }

    /// A Fortran expression; `None` if C has no word for a part of it. Names stay names unless they are constants.
    #[must_use]
    pub fn from_fortran(expr: &Expr, fold: Fold<'_>) -> Option<Self> {
        if let Some(found) = fold(expr).as_ref().and_then(Self::from_constant) {
            return Some(found);
        }
        match &expr.kind {
            ExprKind::Integer(value, _) => Some(Self::Integer(i64::try_from(*value).ok()?)),
            ExprKind::Real { text, .. } => {
                let text = text.to_ascii_lowercase().replace(['d', 'q'], "e");
                Some(Self::Real(text.parse().ok()?))
            }
            ExprKind::Logical(value, _) => Some(Self::Integer(i64::from(*value))),
            ExprKind::Character(text, _) => Some(Self::Text(text.as_bytes().to_vec())),
            ExprKind::Complex(real, imaginary) => {
                let (real, imaginary) = (Self::from_fortran(real, fold)?, Self::from_fortran(imaginary, fold)?);
                Some(Self::Complex(Box::new(real), Box::new(imaginary)))
            }
            ExprKind::Name(name) => Some(Self::name(name)),
            ExprKind::Parenthesized(inner) => Self::from_fortran(inner, fold),
            ExprKind::Unary(operator, inner) => {
                let inner = Self::from_fortran(inner, fold)?;
                match operator {
                    expr::UnaryOperator::Minus => Some(Self::negated(inner)),
                    expr::UnaryOperator::Plus => Some(inner),
                    expr::UnaryOperator::Not => Some(Self::Unary(UnaryOperator::Not, Box::new(inner))),
                    expr::UnaryOperator::Defined(_) => None,
                }
            }
            ExprKind::Binary(operator, left, right) => {
                let (left, right) = (Self::from_fortran(left, fold)?, Self::from_fortran(right, fold)?);
                from_binary(operator, left, right)
            }
            ExprKind::Reference(name, actuals) => from_reference(name.lower(), actuals, fold),
            _ => None,
        }
    }
}

fn from_binary(operator: &expr::BinaryOperator, left: Expression, right: Expression) -> Option<Expression> {
    use expr::BinaryOperator as Fortran;
    let operator = match operator {
        Fortran::Add => BinaryOperator::Add,
        Fortran::Subtract => BinaryOperator::Subtract,
        Fortran::Multiply => BinaryOperator::Multiply,
        Fortran::Divide => BinaryOperator::Divide,
        Fortran::Power => return Some(Expression::Call(Function::Power, vec![left, right])),
        Fortran::Equal | Fortran::Equivalent => BinaryOperator::Equal,
        Fortran::NotEqual | Fortran::NotEquivalent => BinaryOperator::NotEqual,
        Fortran::Less => BinaryOperator::Less,
        Fortran::LessEqual => BinaryOperator::LessEqual,
        Fortran::Greater => BinaryOperator::Greater,
        Fortran::GreaterEqual => BinaryOperator::GreaterEqual,
        Fortran::And => BinaryOperator::And,
        Fortran::Or => BinaryOperator::Or,
        Fortran::Concatenate | Fortran::Defined(_) => return None,
    };
    Some(Expression::binary(operator, left, right))
}

fn from_reference(name: &str, actuals: &[Actual], fold: Fold<'_>) -> Option<Expression> {
    if actuals.iter().any(|actual| actual.is_range || actual.keyword.as_ref().is_some_and(|word| word != "kind")) {
        let is_dimension = |actual: &Actual| actual.keyword.as_ref().is_some_and(|word| word == "dim");
        let is_sized = name == "size" && actuals.len() == 2 && actuals.get(1).is_some_and(is_dimension);
        if !is_sized || actuals[0].keyword.is_some() {
            return None;
        }
    }
    let positional = actuals.iter().filter(|actual| actual.keyword.as_ref().is_none_or(|word| word != "kind"));
    let values: Option<Vec<Expression>> =
        positional.map(|actual| Expression::from_fortran(actual.value.as_ref()?, fold)).collect();
    let mut values = values?;
    let asks_name = matches!(values.first(), Some(Expression::Name(_)));
    match (name, values.len()) {
        ("size", 1) if asks_name => Some(Expression::Call(Function::Size, values)),
        ("size", 2) if asks_name => {
            let dimension = values.pop()?;
            values.push(Expression::binary(BinaryOperator::Subtract, dimension, Expression::Integer(1)));
            Some(Expression::Call(Function::Shape, values))
        }
        ("len", 1) if asks_name => Some(Expression::Call(Function::TextLength, values)),
        ("mod", 2) => {
            let right = values.pop()?;
            Some(Expression::binary(BinaryOperator::Remainder, values.pop()?, right))
        }
        ("max" | "max0" | "amax1" | "dmax1", 2..) => Some(Expression::Call(Function::Max, values)),
        ("min" | "min0" | "amin1" | "dmin1", 2..) => Some(Expression::Call(Function::Min, values)),
        ("int" | "idint" | "ifix", 1 | 2) => {
            values.truncate(1);
            Some(Expression::Call(Function::Int, values))
        }
        ("real" | "dble" | "sngl", 1 | 2) => {
            values.truncate(1);
            Some(Expression::Call(Function::Double, values))
        }
        ("abs" | "iabs" | "dabs", 1) => Some(Expression::Call(Function::Abs, values)),
        ("sqrt" | "dsqrt", 1) => Some(Expression::Call(Function::Sqrt, values)),
        ("exp" | "dexp", 1) => Some(Expression::Call(Function::Exp, values)),
        ("log" | "dlog" | "alog", 1) => Some(Expression::Call(Function::Log, values)),
        ("log10" | "dlog10" | "alog10", 1) => Some(Expression::Call(Function::Log10, values)),
        ("floor", 1) => Some(Expression::Call(Function::Int, vec![Expression::Call(Function::Floor, values)])),
        ("ceiling", 1) => Some(Expression::Call(Function::Int, vec![Expression::Call(Function::Ceil, values)])),
        ("merge", 3) => {
            let condition = values.pop()?;
            let other = values.pop()?;
            Some(Expression::Conditional(Box::new(condition), Box::new(values.pop()?), Box::new(other)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::constant::Constant;
    use crate::analysis::f2py::expression::Expression;
    use crate::front::parse_expression;
    use crate::ir::expr::{Expr, ExprKind};
    use crate::ir::extent::{Extent, Operator};
    use crate::ir::name::Name;
    use crate::source::{FileId, Span};

    /// The C text of a Fortran expression in which `nmax` is 10.
    fn in_c(text: &str) -> Option<String> {
        let place = Span::new(FileId(0), 0, text.len());
        let expr = parse_expression(text, place).expect("an expression");
        let fold = |expr: &Expr| match &expr.kind {
            ExprKind::Name(name) if name == "nmax" => Some(Constant::Integer(10, 4)),
            _ => None,
        };
        Expression::from_fortran(&expr, &fold).map(|expression| expression.to_string())
    }

    #[test]
    fn bounds_of_arrays_are_said_in_c() {
        for (fortran, c) in [
            ("2*n+1", "2*n + 1"),
            ("n**2", "pow(n, 2)"),
            ("size(x,1)", "shape(x, 0)"),
            ("size(x,dim=2)", "shape(x, 1)"),
            ("size(x)", "size(x)"),
            ("len(s)", "slen(s)"),
            ("max(1,n)", "max(1, n)"),
            ("mod(n,2)", "n%2"),
            ("nmax-1", "9"),
            ("(n+1)*m", "(n + 1)*m"),
            ("ceiling(x/2.0d0)", "(int)ceil(x/2.0)"),
            ("merge(n, 0, flag)", "flag ? n : 0"),
            (".not. a .or. n >= 3", "!a || n >= 3"),
            ("-n", "-n"),
        ] {
            assert_eq!(in_c(fortran).as_deref(), Some(c), "{fortran}");
        }
    }

    #[test]
    fn what_c_has_no_word_for_is_not_said() {
        for fortran in ["f(n)", "x%n", "n .op. m", "'a'//'b'", "sum([1,2])", "size(x(:,1))", "max(a1=1,a2=2)"] {
            assert_eq!(in_c(fortran), None, "{fortran}");
        }
    }

    #[test]
    fn extents_are_said_in_c() {
        let n = || Extent::Dummy(Name::new("n"));
        let half = Extent::Binary(Operator::Divide, Box::new(n()), Box::new(Extent::Constant(2)));
        let bound = Extent::Binary(Operator::Max, Box::new(half), Box::new(Extent::OfArray(Name::new("x"), 1)));
        assert_eq!(Expression::from(&bound).to_string(), "max(n/2, shape(x, 1))");
        assert_eq!(Expression::from(&Extent::OfCharacter(Name::new("s"))).to_string(), "slen(s)");
    }
}
