//! Folding of constant expressions (F2018 10.1.12), as far as declarations need it.

use crate::analysis::intrinsic;
use crate::analysis::kind;
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::ir::expr::{Actual, BinaryOperator, Expr, ExprKind, UnaryOperator};
use crate::ir::name::Name;
use crate::source::Span;

/// A constant with its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// An integer.
    Integer(i128, u8),
    /// A real; the value is held in double precision.
    Real(f64, u8),
    /// A logical.
    Logical(bool, u8),
    /// A character string.
    Character(String),
    /// A complex number, of which only the kind matters here.
    Complex(u8),
}

/// Why an expression is not a known constant.
#[derive(Clone, Debug)]
pub enum NotConstant {
    /// This name is not a constant.
    Variable(Name, Span),
    /// Nothing declares this name.
    Undeclared(Name, Span),
    /// The name may come from a module that is not among the sources.
    MissingModule(Name, Span),
    /// A form that is not folded.
    Form(Span),
}

/// How deep parameters may refer to one another before it counts as a circle.
const MAX_DEPTH: usize = 200;

/// The value of a constant expression.
///
/// # Errors
/// Says which part of it is not a known constant.
pub fn fold<'ir>(expr: &Expr, chain: &ScopeChain<'ir>, modules: &Modules<'ir>) -> Result<Constant, NotConstant> {
    Folder { modules, depth: 0 }.fold(expr, chain)
}

struct Folder<'a, 'ir> {
    modules: &'a Modules<'ir>,
    depth: usize,
}

impl<'ir> Folder<'_, 'ir> {
    fn fold(&mut self, expr: &Expr, chain: &ScopeChain<'ir>) -> Result<Constant, NotConstant> {
        if self.depth >= MAX_DEPTH {
            return Err(NotConstant::Form(expr.span));
        }
        self.depth += 1;
        let value = self.fold_kind(expr, chain);
        self.depth -= 1;
        value
    }

    fn fold_kind(&mut self, expr: &Expr, chain: &ScopeChain<'ir>) -> Result<Constant, NotConstant> {
        let defaults = self.modules.default_kinds;
        match &expr.kind {
            ExprKind::Integer(value, kind) => {
                Ok(Constant::Integer(*value, self.literal_kind(kind.as_deref(), defaults.integer, chain)?))
            }
            ExprKind::Real { text, exponent, kind } => {
                let default = match exponent {
                    Some('d' | 'D') => defaults.double,
                    Some('q' | 'Q') => 16,
                    _ => defaults.real,
                };
                let value = text.to_ascii_lowercase().replace(['d', 'q'], "e").parse();
                let value = value.map_err(|_| NotConstant::Form(expr.span))?;
                Ok(Constant::Real(value, self.literal_kind(kind.as_deref(), default, chain)?))
            }
            ExprKind::Logical(value, kind) => {
                Ok(Constant::Logical(*value, self.literal_kind(kind.as_deref(), defaults.logical, chain)?))
            }
            ExprKind::Character(text, _) => Ok(Constant::Character(text.clone())),
            ExprKind::Complex(real, imaginary) => {
                let kind_of = |part: Constant| match part {
                    Constant::Real(_, kind) => kind,
                    _ => defaults.real,
                };
                Ok(Constant::Complex(kind_of(self.fold(real, chain)?).max(kind_of(self.fold(imaginary, chain)?))))
            }
            ExprKind::Name(name) => self.named(name, expr.span, chain),
            ExprKind::Parenthesized(inner) => self.fold(inner, chain),
            ExprKind::Unary(operator, operand) => {
                let operand = self.fold(operand, chain)?;
                unary(operator, operand).ok_or(NotConstant::Form(expr.span))
            }
            ExprKind::Binary(operator, left, right) => {
                let (left, right) = (self.fold(left, chain)?, self.fold(right, chain)?);
                binary(operator, left, right).ok_or(NotConstant::Form(expr.span))
            }
            ExprKind::Reference(name, actuals) => self.reference(name, actuals, expr.span, chain),
            ExprKind::Component(..)
            | ExprKind::ArrayConstructor(..)
            | ExprKind::ImpliedDo(_)
            | ExprKind::Boz(..)
            | ExprKind::Hollerith(_)
            | ExprKind::Subscripted(..)
            | ExprKind::Other(_) => Err(NotConstant::Form(expr.span)),
        }
    }

    fn literal_kind(&mut self, kind: Option<&Expr>, default: u8, chain: &ScopeChain<'ir>) -> Result<u8, NotConstant> {
        let Some(kind) = kind else { return Ok(default) };
        self.fold(kind, chain)?.as_kind().ok_or(NotConstant::Form(kind.span))
    }

    fn named(&mut self, name: &Name, span: Span, chain: &ScopeChain<'ir>) -> Result<Constant, NotConstant> {
        match self.modules.find(name, chain) {
            Some(Meaning::Entity(entity, outer)) if entity.attributes.parameter => {
                let value = entity.value.as_ref().ok_or(NotConstant::Form(span))?;
                let value = self.fold(value, &outer)?;
                // A parameter has the type of its declaration: `real(8), parameter :: pi = 3`.
                let declared = kind::find_numeric_type(entity, &outer, self.modules);
                Ok(value.converted(declared))
            }
            Some(Meaning::Entity(..)) => Err(NotConstant::Variable(name.clone(), span)),
            Some(Meaning::Constant(value)) => Ok(Constant::Integer(value, 4)),
            Some(Meaning::MissingModule(module, place)) => Err(NotConstant::MissingModule(module, place)),
            None => Err(NotConstant::Undeclared(name.clone(), span)),
        }
    }

    fn reference(
        &mut self,
        name: &Name,
        actuals: &[Actual],
        span: Span,
        chain: &ScopeChain<'ir>,
    ) -> Result<Constant, NotConstant> {
        if actuals.iter().any(|actual| actual.is_range) {
            return Err(NotConstant::Form(span));
        }
        if let Some(Meaning::Entity(entity, _)) = self.modules.find(name, chain)
            && !entity.attributes.intrinsic
        {
            return Err(NotConstant::Variable(name.clone(), span));
        }
        if name.lower() == "kind" || name.lower() == "precision" || name.lower() == "range" {
            return self.inquiry(name, actuals, span, chain);
        }
        let mut values = Vec::new();
        for actual in actuals {
            let value = actual.value.as_ref().ok_or(NotConstant::Form(span))?;
            values.push((actual.keyword.as_ref().map(Name::lower), self.fold(value, chain)?));
        }
        intrinsic_function(name.lower(), &values, self.modules.default_kinds.integer).ok_or(NotConstant::Form(span))
    }

    /// Inquiries about the type of their argument, which need not be a constant.
    fn inquiry(
        &mut self,
        name: &Name,
        actuals: &[Actual],
        span: Span,
        chain: &ScopeChain<'ir>,
    ) -> Result<Constant, NotConstant> {
        let [Actual { value: Some(value), .. }] = actuals else { return Err(NotConstant::Form(span)) };
        let variable = match &value.kind {
            ExprKind::Name(argument) => match self.modules.find(argument, chain) {
                Some(Meaning::Entity(entity, outer)) if !entity.attributes.parameter => {
                    kind::find_numeric_type(entity, &outer, self.modules)
                }
                _ => None,
            },
            _ => None,
        };
        let (is_real, kind) = match variable {
            Some((is_real, kind)) => (is_real, kind),
            None => match self.fold(value, chain)? {
                Constant::Integer(_, kind) | Constant::Logical(_, kind) => (false, kind),
                Constant::Real(_, kind) | Constant::Complex(kind) => (true, kind),
                Constant::Character(_) => (false, 1),
            },
        };
        let integer = self.modules.default_kinds.integer;
        let model = intrinsic::real_model(kind);
        let value = match name.lower() {
            "kind" => Some(i128::from(kind)),
            "precision" => model.filter(|_| is_real).map(|(precision, _)| precision),
            "range" if is_real => model.map(|(_, range)| range),
            "range" => Some(match kind {
                1 => 2,
                2 => 4,
                4 => 9,
                8 => 18,
                _ => 38,
            }),
            _ => None,
        };
        value.map(|value| Constant::Integer(value, integer)).ok_or(NotConstant::Form(span))
    }
}

impl Constant {
    /// The value, if it is an integer.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        match self {
            Self::Integer(value, _) => Some(*value),
            _ => None,
        }
    }

    fn as_kind(&self) -> Option<u8> {
        self.as_integer().and_then(|value| u8::try_from(value).ok())
    }

    fn as_real(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "Fortran's own conversion rounds, too")]
            Self::Integer(value, _) => Some(*value as f64),
            Self::Real(value, _) => Some(*value),
            _ => None,
        }
    }

    /// The value with the type that a declaration gives it: (is real, kind).
    fn converted(self, declared: Option<(bool, u8)>) -> Self {
        match (self, declared) {
            (Self::Integer(value, _), Some((false, kind))) => Self::Integer(value, kind),
            #[expect(clippy::cast_precision_loss, reason = "Fortran's own conversion rounds, too")]
            (Self::Integer(value, _), Some((true, kind))) => Self::Real(value as f64, kind),
            (Self::Real(value, _), Some((true, kind))) => Self::Real(value, kind),
            #[expect(clippy::cast_possible_truncation, reason = "Fortran's INT truncates")]
            (Self::Real(value, _), Some((false, kind))) => Self::Integer(value as i128, kind),
            (other, _) => other,
        }
    }
}

fn unary(operator: &UnaryOperator, operand: Constant) -> Option<Constant> {
    match (operator, operand) {
        (UnaryOperator::Plus, value @ (Constant::Integer(..) | Constant::Real(..))) => Some(value),
        (UnaryOperator::Minus, Constant::Integer(value, kind)) => Some(Constant::Integer(value.checked_neg()?, kind)),
        (UnaryOperator::Minus, Constant::Real(value, kind)) => Some(Constant::Real(-value, kind)),
        (UnaryOperator::Not, Constant::Logical(value, kind)) => Some(Constant::Logical(!value, kind)),
        _ => None,
    }
}

fn binary(operator: &BinaryOperator, left: Constant, right: Constant) -> Option<Constant> {
    if let (Constant::Integer(left, left_kind), Constant::Integer(right, right_kind)) = (&left, &right) {
        return integer_binary(operator, *left, *right, (*left_kind).max(*right_kind));
    }
    if let (Constant::Logical(left, kind), Constant::Logical(right, _)) = (&left, &right) {
        let value = match operator {
            BinaryOperator::And => *left && *right,
            BinaryOperator::Or => *left || *right,
            BinaryOperator::Equivalent => left == right,
            BinaryOperator::NotEquivalent => left != right,
            _ => return None,
        };
        return Some(Constant::Logical(value, *kind));
    }
    let kind = match (&left, &right) {
        (Constant::Real(_, left), Constant::Real(_, right)) => *left.max(right),
        (Constant::Real(_, kind), Constant::Integer(..)) | (Constant::Integer(..), Constant::Real(_, kind)) => *kind,
        _ => return None,
    };
    let (left, right) = (left.as_real()?, right.as_real()?);
    Some(match operator {
        BinaryOperator::Add => Constant::Real(left + right, kind),
        BinaryOperator::Subtract => Constant::Real(left - right, kind),
        BinaryOperator::Multiply => Constant::Real(left * right, kind),
        BinaryOperator::Divide => Constant::Real(left / right, kind),
        BinaryOperator::Power => Constant::Real(left.powf(right), kind),
        BinaryOperator::Less => Constant::Logical(left < right, 4),
        BinaryOperator::Greater => Constant::Logical(left > right, 4),
        _ => return None,
    })
}

fn integer_binary(operator: &BinaryOperator, left: i128, right: i128, kind: u8) -> Option<Constant> {
    let value = match operator {
        BinaryOperator::Add => left.checked_add(right)?,
        BinaryOperator::Subtract => left.checked_sub(right)?,
        BinaryOperator::Multiply => left.checked_mul(right)?,
        BinaryOperator::Divide => left.checked_div(right)?,
        BinaryOperator::Power => match u32::try_from(right) {
            Ok(exponent) => left.checked_pow(exponent)?,
            Err(_) if left == 1 => 1,
            Err(_) => return None,
        },
        BinaryOperator::Equal => return Some(Constant::Logical(left == right, 4)),
        BinaryOperator::NotEqual => return Some(Constant::Logical(left != right, 4)),
        BinaryOperator::Less => return Some(Constant::Logical(left < right, 4)),
        BinaryOperator::LessEqual => return Some(Constant::Logical(left <= right, 4)),
        BinaryOperator::Greater => return Some(Constant::Logical(left > right, 4)),
        BinaryOperator::GreaterEqual => return Some(Constant::Logical(left >= right, 4)),
        _ => return None,
    };
    Some(Constant::Integer(value, kind))
}

/// Functions of constants: name, (keyword, value) of each actual argument.
fn intrinsic_function(name: &str, values: &[(Option<&str>, Constant)], default_integer: u8) -> Option<Constant> {
    let argument = |keyword: &str, position: usize| -> Option<&Constant> {
        let by_keyword = values.iter().find(|(known, _)| *known == Some(keyword));
        by_keyword.or_else(|| values.get(position).filter(|(known, _)| known.is_none())).map(|(_, value)| value)
    };
    let integer = |value: i128| Some(Constant::Integer(value, default_integer));
    match name {
        "selected_int_kind" | "selected_real_kind" | "selected_logical_kind" | "selected_char_kind" => {
            integer(selected_kind(name, argument)?)
        }
        "max" | "min" => {
            let mut chosen = values.first()?.1.as_integer()?;
            for (_, value) in values {
                let value = value.as_integer()?;
                chosen = if name == "max" { chosen.max(value) } else { chosen.min(value) };
            }
            integer(chosen)
        }
        "mod" => integer(argument("a", 0)?.as_integer()?.checked_rem(argument("p", 1)?.as_integer()?)?),
        "abs" | "iabs" => integer(argument("a", 0)?.as_integer()?.checked_abs()?),
        #[expect(clippy::cast_possible_truncation, reason = "Fortran's INT truncates")]
        "int" if values.len() == 1 => integer(argument("a", 0)?.as_real()? as i128),
        #[expect(clippy::cast_possible_truncation, reason = "Fortran's NINT rounds, then truncates")]
        "nint" if values.len() == 1 => integer(argument("a", 0)?.as_real()?.round() as i128),
        "real" | "dble" if values.len() == 1 => {
            Some(Constant::Real(argument("a", 0)?.as_real()?, if name == "dble" { 8 } else { 4 }))
        }
        "len" => match argument("string", 0)? {
            Constant::Character(text) => integer(i128::try_from(text.len()).ok()?),
            _ => None,
        },
        "huge" => match argument("x", 0)? {
            Constant::Integer(_, kind @ 1..=8) => {
                Some(Constant::Integer((1_i128 << (u32::from(*kind) * 8 - 1)) - 1, *kind))
            }
            _ => None,
        },
        "bit_size" => match argument("i", 0)? {
            Constant::Integer(_, kind) => Some(Constant::Integer(i128::from(*kind) * 8, *kind)),
            _ => None,
        },
        "merge" => match argument("mask", 2)? {
            Constant::Logical(true, _) => argument("tsource", 0).cloned(),
            Constant::Logical(false, _) => argument("fsource", 1).cloned(),
            _ => None,
        },
        _ => None,
    }
}

/// `selected_..._kind`, as a number.
fn selected_kind<'a>(name: &str, argument: impl Fn(&str, usize) -> Option<&'a Constant>) -> Option<i128> {
    let or_zero = |value: Option<&Constant>| value.map_or(Some(0), Constant::as_integer);
    Some(match name {
        "selected_int_kind" => intrinsic::selected_int_kind(argument("r", 0)?.as_integer()?),
        "selected_real_kind" => intrinsic::selected_real_kind(or_zero(argument("p", 0))?, or_zero(argument("r", 1))?),
        "selected_logical_kind" => match argument("bits", 0)?.as_integer()? {
            ..=8 => 1,
            9..=16 => 2,
            17..=32 => 4,
            33..=64 => 8,
            _ => -1,
        },
        _ => match argument("name", 0)? {
            Constant::Character(text) => match text.trim_end().to_ascii_lowercase().as_str() {
                "default" | "ascii" => 1,
                "iso_10646" => 4,
                _ => -1,
            },
            _ => return None,
        },
    })
}
