//! Integer expressions over dummy arguments: what an extent or a length is computed from before a call.

use std::collections::BTreeSet;

use crate::ir::name::Name;

/// An integer that is known before the call, once the dummy arguments in it are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// A constant.
    Constant(i64),
    /// The value of an integer scalar dummy argument.
    Dummy(Name),
    /// The extent of a dummy array in a dimension counted from 0.
    OfArray(Name, usize),
    /// The number of elements of a dummy array.
    SizeOfArray(Name),
    /// The length of a character dummy.
    OfCharacter(Name),
    /// `-x`
    Negated(Box<Extent>),
    /// `x + y` and so on.
    Binary(Operator, Box<Extent>, Box<Extent>),
}

/// The operations that extents are made of. Division truncates, as Fortran's does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `x + y`
    Add,
    /// `x - y`
    Subtract,
    /// `x * y`
    Multiply,
    /// `x / y`
    Divide,
    /// `x ** y`
    Power,
    /// `min(x, y)`
    Min,
    /// `max(x, y)`
    Max,
    /// `mod(x, y)`
    Mod,
}

impl Extent {
    /// `left operator right`, folded where that is possible.
    #[must_use]
    pub fn binary(operator: Operator, left: Self, right: Self) -> Self {
        if let (Self::Constant(x), Self::Constant(y)) = (&left, &right)
            && let Some(value) = fold(operator, *x, *y)
        {
            return Self::Constant(value);
        }
        match (operator, &left, &right) {
            (Operator::Add | Operator::Subtract, _, Self::Constant(0))
            | (Operator::Multiply | Operator::Divide, _, Self::Constant(1)) => left,
            (Operator::Add, Self::Constant(0), _) | (Operator::Multiply, Self::Constant(1), _) => right,
            _ => reassociated(operator, left, right),
        }
    }

    /// `-value`.
    #[must_use]
    pub fn negated(value: Self) -> Self {
        match value {
            Self::Constant(value) if value != i64::MIN => Self::Constant(-value),
            Self::Negated(inner) => *inner,
            other => Self::Negated(Box::new(other)),
        }
    }

    /// The extent of `lower:upper`, not clamped at zero.
    #[must_use]
    pub fn between(lower: Self, upper: Self) -> Self {
        match lower {
            Self::Constant(1) => upper,
            Self::Constant(lower) if lower != i64::MIN => Self::binary(Operator::Add, upper, Self::Constant(1 - lower)),
            lower => Self::binary(Operator::Add, Self::binary(Operator::Subtract, upper, lower), Self::Constant(1)),
        }
    }

    /// The dummy arguments in it, whether by value or by their extents.
    #[must_use]
    pub fn dummies(&self) -> BTreeSet<&Name> {
        let mut names = BTreeSet::new();
        self.collect(&mut names);
        names
    }

    fn collect<'a>(&'a self, names: &mut BTreeSet<&'a Name>) {
        match self {
            Self::Constant(_) => {}
            Self::Dummy(name) | Self::OfArray(name, _) | Self::SizeOfArray(name) | Self::OfCharacter(name) => {
                names.insert(name);
            }
            Self::Negated(inner) => inner.collect(names),
            Self::Binary(_, left, right) => {
                left.collect(names);
                right.collect(names);
            }
        }
    }

    /// The same expression over other names; `None` if one of them has no other name.
    #[must_use]
    pub fn rename(&self, rename: &impl Fn(&Name) -> Option<Name>) -> Option<Self> {
        Some(match self {
            Self::Constant(value) => Self::Constant(*value),
            Self::Dummy(name) => Self::Dummy(rename(name)?),
            Self::OfArray(name, dimension) => Self::OfArray(rename(name)?, *dimension),
            Self::SizeOfArray(name) => Self::SizeOfArray(rename(name)?),
            Self::OfCharacter(name) => Self::OfCharacter(rename(name)?),
            Self::Negated(inner) => Self::Negated(Box::new(inner.rename(rename)?)),
            Self::Binary(operator, left, right) => {
                Self::Binary(*operator, Box::new(left.rename(rename)?), Box::new(right.rename(rename)?))
            }
        })
    }

    /// `(a, b)` such that the expression is `a * variable + b` with constants `a != 0` and `b`, and nothing else in it.
    #[must_use]
    pub fn linear_in(&self, variable: &Name) -> Option<(i64, i64)> {
        let (slope, offset) = self.linear(variable)?;
        (slope != 0).then_some((slope, offset))
    }

    fn linear(&self, variable: &Name) -> Option<(i64, i64)> {
        match self {
            Self::Constant(value) => Some((0, *value)),
            Self::Dummy(name) if name == variable => Some((1, 0)),
            Self::Negated(inner) => {
                let (slope, offset) = inner.linear(variable)?;
                Some((slope.checked_neg()?, offset.checked_neg()?))
            }
            Self::Binary(operator, left, right) => {
                let ((a, b), (c, d)) = (left.linear(variable)?, right.linear(variable)?);
                match operator {
                    Operator::Add => Some((a.checked_add(c)?, b.checked_add(d)?)),
                    Operator::Subtract => Some((a.checked_sub(c)?, b.checked_sub(d)?)),
                    Operator::Multiply if a == 0 => Some((b.checked_mul(c)?, b.checked_mul(d)?)),
                    Operator::Multiply if c == 0 => Some((a.checked_mul(d)?, b.checked_mul(d)?)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// `(x + 1) - 1` as `x`, so that `0:n-1` reads `n`.
fn reassociated(operator: Operator, left: Extent, right: Extent) -> Extent {
    let signed = match (operator, &right) {
        (Operator::Add, Extent::Constant(value)) => Some(*value),
        (Operator::Subtract, Extent::Constant(value)) => value.checked_neg(),
        _ => None,
    };
    if let (Some(outer), Extent::Binary(inner_operator @ (Operator::Add | Operator::Subtract), base, inner)) =
        (signed, &left)
        && let Extent::Constant(inner) = **inner
    {
        let inner = if *inner_operator == Operator::Add { Some(inner) } else { inner.checked_neg() };
        match inner.and_then(|inner| inner.checked_add(outer)) {
            Some(0) => return (**base).clone(),
            Some(sum @ 1..) => return Extent::Binary(Operator::Add, base.clone(), Box::new(Extent::Constant(sum))),
            Some(sum) if sum != i64::MIN => {
                return Extent::Binary(Operator::Subtract, base.clone(), Box::new(Extent::Constant(-sum)));
            }
            _ => {}
        }
    }
    match (operator, signed) {
        (Operator::Add, Some(value)) if value < 0 && value != i64::MIN => {
            Extent::Binary(Operator::Subtract, Box::new(left), Box::new(Extent::Constant(-value)))
        }
        _ => Extent::Binary(operator, Box::new(left), Box::new(right)),
    }
}

fn fold(operator: Operator, x: i64, y: i64) -> Option<i64> {
    match operator {
        Operator::Add => x.checked_add(y),
        Operator::Subtract => x.checked_sub(y),
        Operator::Multiply => x.checked_mul(y),
        Operator::Divide => x.checked_div(y),
        Operator::Power => x.checked_pow(u32::try_from(y).ok()?),
        Operator::Min => Some(x.min(y)),
        Operator::Max => Some(x.max(y)),
        Operator::Mod => x.checked_rem(y),
    }
}

/// As Fortran writes it, for messages and documentation.
impl std::fmt::Display for Extent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Constant(value) => write!(formatter, "{value}"),
            Self::Dummy(name) => write!(formatter, "{name}"),
            Self::OfArray(name, dimension) => write!(formatter, "size({name}, {})", dimension + 1),
            Self::SizeOfArray(name) => write!(formatter, "size({name})"),
            Self::OfCharacter(name) => write!(formatter, "len({name})"),
            Self::Negated(inner) => write!(formatter, "-{}", Operand(inner)),
            Self::Binary(operator, left, right) => {
                let (left, right) = (&**left, &**right);
                let plus_minus = |extent: &Self| match extent {
                    Self::Negated(_) => true,
                    Self::Binary(operator, ..) => matches!(operator, Operator::Add | Operator::Subtract),
                    _ => false,
                };
                match operator {
                    Operator::Add if !matches!(right, Self::Negated(_)) => write!(formatter, "{left} + {right}"),
                    Operator::Add => write!(formatter, "{left} + {}", Operand(right)),
                    Operator::Subtract if plus_minus(right) => write!(formatter, "{left} - {}", Operand(right)),
                    Operator::Subtract => write!(formatter, "{left} - {right}"),
                    Operator::Multiply => write!(formatter, "{}*{}", Operand(left), Operand(right)),
                    Operator::Divide => write!(formatter, "{}/{}", Operand(left), Operand(right)),
                    Operator::Power => write!(formatter, "{}**{}", Operand(left), Operand(right)),
                    Operator::Min => write!(formatter, "min({left}, {right})"),
                    Operator::Max => write!(formatter, "max({left}, {right})"),
                    Operator::Mod => write!(formatter, "mod({left}, {right})"),
                }
            }
        }
    }
}

/// An operand of a tight operator: in parentheses unless it is a primary.
struct Operand<'a>(&'a Extent);

impl std::fmt::Display for Operand<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Extent::Binary(Operator::Min | Operator::Max | Operator::Mod, ..) => write!(formatter, "{}", self.0),
            Extent::Constant(value) if *value < 0 => write!(formatter, "({value})"),
            Extent::Binary(..) | Extent::Negated(_) => write!(formatter, "({})", self.0),
            primary => write!(formatter, "{primary}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Extent, Operator};
    use crate::ir::name::Name;

    fn n() -> Extent {
        Extent::Dummy(Name::new("n"))
    }

    fn plus(left: Extent, value: i64) -> Extent {
        Extent::binary(Operator::Add, left, Extent::Constant(value))
    }

    #[test]
    fn bounds_from_zero_read_as_the_extent() {
        assert_eq!(Extent::between(Extent::Constant(0), plus(n(), -1)), n());
        assert_eq!(Extent::between(Extent::Constant(0), n()).to_string(), "n + 1");
        assert_eq!(Extent::between(n(), plus(n(), 3)).to_string(), "n + 3 - n + 1");
    }

    #[test]
    fn linear_expressions_are_solved_and_others_are_not() {
        let two_n_plus_one = plus(Extent::binary(Operator::Multiply, Extent::Constant(2), n()), 1);
        assert_eq!(two_n_plus_one.linear_in(&Name::new("n")), Some((2, 1)));
        let square = Extent::binary(Operator::Multiply, n(), n());
        assert_eq!(square.linear_in(&Name::new("n")), None);
        assert_eq!(Extent::Constant(3).linear_in(&Name::new("n")), None);
        assert_eq!(two_n_plus_one.to_string(), "2*n + 1");
    }

    #[test]
    fn parentheses_stand_where_they_are_needed() {
        let sum = plus(n(), 1);
        let product = Extent::binary(Operator::Multiply, n(), sum.clone());
        assert_eq!(Extent::binary(Operator::Divide, product, Extent::Constant(2)).to_string(), "(n*(n + 1))/2");
        assert_eq!(Extent::binary(Operator::Subtract, n(), sum).to_string(), "n - (n + 1)");
    }
}
