//! One procedure whose variables are looked for: what it sees, and how its expressions are read.

use crate::analysis::constant::{self, Constant};
use crate::analysis::f2py::c_name::fortran_name;
use crate::analysis::f2py::expression::{Expression, Function, parse_expression};
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::Span;

/// A procedure with what it sees.
#[derive(Clone)]
pub(super) struct Unit<'a, 'ir> {
    /// Where it is declared.
    pub procedure: &'ir Procedure,
    /// Its scopes.
    pub chain: ScopeChain<'ir>,
    /// The modules of the library.
    pub modules: &'a Modules<'ir>,
    /// It stands in a signature file, so that its expressions are C, and its kinds those of C.
    pub is_signature: bool,
    /// Expressions may use what the user's C code defines.
    pub has_code: bool,
    /// Names are given to Python in lower case, not as they are spelled.
    pub is_lower: bool,
}

/// Which names are variables of the procedure.
pub(super) type IsVariable<'v> = &'v dyn Fn(&Name) -> bool;

impl Unit<'_, '_> {
    /// A C expression, with named constants replaced by their values.
    pub(super) fn c_expression(&self, text: &str, is_variable: IsVariable<'_>) -> Expression {
        let replacement = |name: &Name| {
            if is_variable(name) {
                return None;
            }
            match fortran_name(name).filter(|name| is_variable(name)) {
                Some(original) => Some(Expression::Name(original)),
                None => self.constant(name),
            }
        };
        rename(&parse_expression(text), is_variable).substitute(&replacement)
    }

    /// A Fortran expression in C's terms.
    pub(super) fn fortran_expression(&self, expr: &Expr, is_variable: IsVariable<'_>) -> Option<Expression> {
        if let ExprKind::Other(text) = &expr.kind {
            return Some(self.c_expression(text, is_variable));
        }
        Expression::from_fortran(expr, &|part| self.fold(part, is_variable))
    }

    /// The value of a part of an expression; variables have none.
    fn fold(&self, expr: &Expr, is_variable: IsVariable<'_>) -> Option<Constant> {
        match &expr.kind {
            ExprKind::Name(name) if is_variable(name) => None,
            ExprKind::Name(name) if !self.is_declared(name) => None,
            ExprKind::Binary(..) | ExprKind::Unary(..) | ExprKind::Parenthesized(_) => None,
            _ => constant::fold(expr, &self.chain, self.modules).ok(),
        }
    }

    /// The value of a named constant.
    pub(super) fn constant(&self, name: &Name) -> Option<Expression> {
        if !self.is_declared(name) {
            return None;
        }
        let expr = Expr { kind: ExprKind::Name(name.clone()), span: Span::default() };
        let value = constant::fold(&expr, &self.chain, self.modules).ok()?;
        Expression::from_constant(&value)
    }

    fn is_declared(&self, name: &Name) -> bool {
        matches!(self.modules.find(name, &self.chain), Some(Meaning::Entity(..) | Meaning::Constant(_)))
    }

    /// A name in an expression that nothing explains. C code of the user may define it.
    pub(super) fn unknown_name(&self, expression: &Expression, is_variable: IsVariable<'_>) -> Option<Name> {
        if self.has_code || expression.is_verbatim() {
            return None;
        }
        expression.names().into_iter().find(|name| !is_variable(name))
    }
}

/// `shape(long_bn, 0)` and `long_bn[0]` as `shape(long, 0)` and `long[0]`.
fn rename(expression: &Expression, is_variable: IsVariable<'_>) -> Expression {
    let original = |name: &Name| {
        let found = fortran_name(name).filter(|original| !is_variable(name) && is_variable(original));
        found.unwrap_or_else(|| name.clone())
    };
    match expression {
        Expression::Element(name, index) => Expression::Element(original(name), Box::new(rename(index, is_variable))),
        Expression::Call(function, arguments) => {
            Expression::Call(*function, arguments.iter().map(|one| rename(one, is_variable)).collect())
        }
        Expression::Name(name) => Expression::Name(original(name)),
        Expression::Unary(operator, inner) => Expression::Unary(*operator, Box::new(rename(inner, is_variable))),
        Expression::Binary(operator, left, right) => {
            Expression::Binary(*operator, Box::new(rename(left, is_variable)), Box::new(rename(right, is_variable)))
        }
        Expression::Conditional(condition, left, right) => Expression::Conditional(
            Box::new(rename(condition, is_variable)),
            Box::new(rename(left, is_variable)),
            Box::new(rename(right, is_variable)),
        ),
        other => other.clone(),
    }
}

/// `len(s)` of a text is its length: the macro of f2py asks an array.
pub(super) fn settle_lengths(expression: &mut Expression, is_text: IsVariable<'_>) {
    match expression {
        Expression::Call(function @ Function::Len, arguments) => {
            if let [Expression::Name(name)] = arguments.as_slice()
                && is_text(name)
            {
                *function = Function::TextLength;
            }
        }
        Expression::Call(_, arguments) => arguments.iter_mut().for_each(|one| settle_lengths(one, is_text)),
        Expression::Element(_, inner) | Expression::Unary(_, inner) => settle_lengths(inner, is_text),
        Expression::Binary(_, left, right) | Expression::Complex(left, right) => {
            settle_lengths(left, is_text);
            settle_lengths(right, is_text);
        }
        Expression::Conditional(condition, left, right) => {
            settle_lengths(condition, is_text);
            settle_lengths(left, is_text);
            settle_lengths(right, is_text);
        }
        _ => {}
    }
}
