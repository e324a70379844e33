//! Specification expressions (F2018 10.1.11) as integers over dummy arguments.

use crate::analysis::constant::{self, NotConstant};
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::ir::expr::{Actual, BinaryOperator, Expr, ExprKind, UnaryOperator};
use crate::ir::extent::{Extent, Operator};
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Procedure};
use crate::source::Span;

/// Why an expression is not known before the call.
#[derive(Clone, Debug)]
pub enum UnknownExtent {
    /// The name is no dummy argument and no constant.
    Name(Name, Span),
    /// The name may come from a module that is not among the sources.
    MissingModule(Name, Span),
    /// A form that is not followed.
    Form(Span),
}

/// Where the names of an expression are looked up.
pub struct ExtentScope<'a, 'ir> {
    /// The procedure whose dummy arguments count.
    pub procedure: &'a Procedure,
    /// A procedure around it whose dummy arguments count, too.
    pub host: Option<&'a Procedure>,
    /// Its scopes.
    pub chain: &'a ScopeChain<'ir>,
    /// The library's modules.
    pub modules: &'a Modules<'ir>,
}

impl ExtentScope<'_, '_> {
    /// The expression over dummy arguments.
    ///
    /// # Errors
    /// Says which part of it is not known before the call.
    pub fn find(&self, expr: &Expr) -> Result<Extent, UnknownExtent> {
        match constant::fold(expr, self.chain, self.modules) {
            Ok(value) => {
                let value = value.as_integer().and_then(|value| i64::try_from(value).ok());
                return value.map(Extent::Constant).ok_or(UnknownExtent::Form(expr.span));
            }
            Err(NotConstant::MissingModule(module, span)) => return Err(UnknownExtent::MissingModule(module, span)),
            Err(_) => {}
        }
        match &expr.kind {
            ExprKind::Name(name) if self.is_dummy(name) => Ok(Extent::Dummy(name.clone())),
            ExprKind::Name(name) => Err(UnknownExtent::Name(name.clone(), expr.span)),
            ExprKind::Parenthesized(inner) | ExprKind::Unary(UnaryOperator::Plus, inner) => self.find(inner),
            ExprKind::Unary(UnaryOperator::Minus, inner) => Ok(Extent::negated(self.find(inner)?)),
            ExprKind::Binary(operator, left, right) => {
                let operator = match operator {
                    BinaryOperator::Add => Operator::Add,
                    BinaryOperator::Subtract => Operator::Subtract,
                    BinaryOperator::Multiply => Operator::Multiply,
                    BinaryOperator::Divide => Operator::Divide,
                    BinaryOperator::Power => Operator::Power,
                    _ => return Err(UnknownExtent::Form(expr.span)),
                };
                Ok(Extent::binary(operator, self.find(left)?, self.find(right)?))
            }
            ExprKind::Reference(name, actuals) => self.reference(name, actuals, expr.span),
            _ => Err(UnknownExtent::Form(expr.span)),
        }
    }

    fn is_dummy(&self, name: &Name) -> bool {
        let mut dummies = self.procedure.dummies.iter().chain(self.host.iter().flat_map(|host| &host.dummies));
        let listed = dummies.any(|dummy| matches!(dummy, Dummy::Argument(known, _) if known == name));
        listed && matches!(self.modules.find(name, self.chain), Some(Meaning::Entity(..)))
    }

    fn reference(&self, name: &Name, actuals: &[Actual], span: Span) -> Result<Extent, UnknownExtent> {
        let unknown = || UnknownExtent::Form(span);
        if actuals.iter().any(|actual| actual.is_range) {
            return Err(unknown());
        }
        let value = |position: usize| actuals.get(position).and_then(|actual| actual.value.as_ref());
        let two = |operator| {
            let values: Result<Vec<_>, _> =
                (0..actuals.len()).map(|at| self.find(value(at).ok_or_else(unknown)?)).collect();
            values?.into_iter().reduce(|left, right| Extent::binary(operator, left, right)).ok_or_else(unknown)
        };
        let dummy = || match value(0).map(|first| &first.kind) {
            Some(ExprKind::Name(array)) if self.is_dummy(array) => Ok(array.clone()),
            _ => Err(unknown()),
        };
        match name.lower() {
            "max" | "max0" if actuals.len() >= 2 => two(Operator::Max),
            "min" | "min0" if actuals.len() >= 2 => two(Operator::Min),
            "mod" if actuals.len() == 2 => two(Operator::Mod),
            "int" if actuals.len() == 1 => self.find(value(0).ok_or_else(unknown)?),
            "abs" | "iabs" if actuals.len() == 1 => {
                let inner = self.find(value(0).ok_or_else(unknown)?)?;
                Ok(Extent::binary(Operator::Max, inner.clone(), Extent::negated(inner)))
            }
            "size" if actuals.len() == 1 => Ok(Extent::SizeOfArray(dummy()?)),
            "size" if actuals.len() == 2 => {
                let dimension = self.find(value(1).ok_or_else(unknown)?)?;
                let Extent::Constant(dimension @ 1..=15) = dimension else { return Err(unknown()) };
                Ok(Extent::OfArray(dummy()?, usize::try_from(dimension - 1).map_err(|_| unknown())?))
            }
            "len" if actuals.len() == 1 => Ok(Extent::OfCharacter(dummy()?)),
            _ => Err(UnknownExtent::Name(name.clone(), span)),
        }
    }
}
