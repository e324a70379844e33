//! The dimensions of arrays, as C expressions.

use crate::analysis::f2py::expression::Expression;
use crate::analysis::f2py::signature::Dimension;
use crate::analysis::f2py::unit::{IsVariable, Unit};
use crate::diagnostic::Diagnostic;
use crate::ir::array::{self, ArraySpec};
use crate::ir::entity::Entity;
use crate::ir::expr::Expr;
use crate::ir::f2py::Verbatim;

/// The dimensions of an array, and whether its shape is assumed: any strides will do.
pub(super) struct Dimensions {
    pub list: Vec<Dimension>,
    pub is_assumed_shape: bool,
}

impl Unit<'_, '_> {
    /// The dimensions of an entity; `None` for a scalar.
    pub(super) fn find_dimensions(
        &self,
        entity: &Entity,
        is_variable: IsVariable<'_>,
    ) -> Result<Option<Dimensions>, Box<Diagnostic>> {
        let said = entity.f2py.as_ref().and_then(|signature| signature.dimensions.as_deref());
        let declared = match &entity.shape {
            Some(ArraySpec::Dimensions(dimensions)) => Some(dimensions.as_slice()),
            _ => None,
        };
        match (said, declared) {
            (Some(said), declared)
                if self.is_signature || declared.is_none_or(|list| counts_less(entity, list, said)) =>
            {
                self.said_dimensions(entity, said, is_variable).map(Some)
            }
            (said, Some(declared)) => match (self.declared_dimensions(entity, declared, is_variable), said) {
                (Err(_), Some(said)) => self.said_dimensions(entity, said, is_variable).map(Some),
                (found, _) => found.map(Some),
            },
            (_, None) => Ok(None),
        }
    }

    /// What a signature file or directive comment says.
    fn said_dimensions(
        &self,
        entity: &Entity,
        texts: &[Verbatim],
        is_variable: IsVariable<'_>,
    ) -> Result<Dimensions, Box<Diagnostic>> {
        let mut list = Vec::new();
        for text in texts {
            let bounds = split_bounds(&text.text);
            let upper = bounds.last().copied().unwrap_or_default();
            if matches!(upper, "" | "*" | ":") {
                list.push(Dimension::Open);
                continue;
            }
            let upper = self.c_expression(upper, is_variable);
            let lower = match bounds.as_slice() {
                [lower, _] if !lower.is_empty() => self.c_expression(lower, is_variable),
                _ => Expression::Integer(1),
            };
            let found = Some(Expression::between(lower, upper));
            list.push(Dimension::Extent(self.known(entity, "shape", text.span, found, is_variable)?));
        }
        let is_colon = |text: &Verbatim| text.text == ":" || text.text.ends_with(':');
        let is_assumed_shape = !texts.is_empty() && texts.iter().all(is_colon) && !entity.attributes.contiguous;
        Ok(Dimensions { list, is_assumed_shape })
    }

    /// What Fortran declares.
    fn declared_dimensions(
        &self,
        entity: &Entity,
        dimensions: &[array::Dimension],
        is_variable: IsVariable<'_>,
    ) -> Result<Dimensions, Box<Diagnostic>> {
        let bound = |expr: &Expr| {
            let found = self.fortran_expression(expr, is_variable);
            self.known(entity, "shape", expr.span, found, is_variable)
        };
        let mut list = Vec::new();
        for dimension in dimensions {
            list.push(match dimension {
                array::Dimension::Explicit { lower, upper } => {
                    let lower = lower.as_ref().map_or(Ok(Expression::Integer(1)), bound)?;
                    Dimension::Extent(Expression::between(lower, bound(upper)?))
                }
                array::Dimension::AssumedSize { .. } | array::Dimension::Colon { .. } => Dimension::Open,
            });
        }
        let is_assumed_shape =
            matches!(dimensions.first(), Some(array::Dimension::Colon { .. })) && !entity.attributes.contiguous;
        Ok(Dimensions { list, is_assumed_shape })
    }
}

/// Of a declaration and a directive comment f2py takes what comes first. A comment closes what Fortran leaves open.
fn counts_less(entity: &Entity, declared: &[array::Dimension], said: &[Verbatim]) -> bool {
    let is_open = declared.iter().any(|one| matches!(one, array::Dimension::AssumedSize { .. }));
    let is_closed = !said.iter().any(|text| matches!(text.text.as_str(), "*" | ":"));
    let is_first = said.first().is_some_and(|text| text.span.file == entity.span.file && text.span < entity.span);
    is_first || (is_open && is_closed)
}

/// `lower:upper` at the colon outside parentheses.
fn split_bounds(text: &str) -> Vec<&str> {
    if matches!(text, ":" | "*") {
        return vec![text];
    }
    let mut depth = 0_i32;
    let colon = text.char_indices().find(|(_, letter)| {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        *letter == ':' && depth == 0
    });
    match colon {
        Some((at, _)) => vec![text[..at].trim(), text[at + 1..].trim()],
        None => vec![text.trim()],
    }
}

#[cfg(test)]
mod tests {
    use super::split_bounds;

    #[test]
    fn bounds_are_split_outside_parentheses() {
        assert_eq!(split_bounds("0:n-1"), ["0", "n-1"]);
        assert_eq!(split_bounds("(n?1:2)"), ["(n?1:2)"]);
        assert_eq!(split_bounds(":"), [":"]);
        assert_eq!(split_bounds("5:*"), ["5", "*"]);
        assert_eq!(split_bounds(" n "), ["n"]);
    }
}
