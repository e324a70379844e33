//! Types, expressions and IMPLICIT statements inside statements that the reader of signature files holds.

use crate::front::fortran::association;
use crate::front::fortran::cursor::{Cursor, SyntaxError};
use crate::front::origin::Origin;
use crate::ir::expr::Expr;
use crate::ir::procedure::Implicit;
use crate::ir::types::TypeSpec;
use crate::source::Span;

/// What could not be read: the place and a word on it.
type Problem = (Span, String);

fn problem(error: SyntaxError) -> Problem {
    (error.span, error.label)
}

/// The type at the start of a text, if one stands there, and how many bytes it has.
pub(in crate::front) fn parse_type(
    text: &[u8],
    offsets: &[u32],
    origin: &Origin,
) -> Result<Option<(TypeSpec, usize)>, Problem> {
    let mut cursor = Cursor::new(text, offsets, origin, false);
    let spec = cursor.type_spec(true).map_err(problem)?;
    Ok(spec.map(|spec| (spec, text.len() - cursor.rest_exact().len())))
}

/// The expression that a whole text is; `None` if it is none of Fortran.
pub(in crate::front) fn parse_whole_expression(text: &[u8], offsets: &[u32], origin: &Origin) -> Option<Expr> {
    let mut cursor = Cursor::new(text, offsets, origin, false);
    let expression = cursor.expression().ok()?;
    cursor.at_end().then_some(expression)
}

/// An IMPLICIT statement.
pub(in crate::front) fn parse_implicit(
    text: &[u8],
    offsets: &[u32],
    origin: &Origin,
    implicit: &mut Implicit,
) -> Result<(), Problem> {
    association::parse_implicit(&mut Cursor::new(text, offsets, origin, false), implicit).map_err(problem)
}
