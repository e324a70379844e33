//! Expressions that stand outside Fortran source, as in notes.

use crate::diagnostic::{Code, Diagnostic};
use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::origin::Origin;
use crate::ir::expr::Expr;
use crate::source::Span;

/// Reads an expression. `place` is where `text` stands: byte for byte if it is as long as the text, as a whole if not.
///
/// # Errors
///
/// What is wrong with the text, with the code of notes.
pub fn parse_expression(text: &str, place: Span) -> Result<Expr, Box<Diagnostic>> {
    parse(text, place, |cursor| {
        let expression = cursor.expression()?;
        cursor.expect_end()?;
        Ok(expression)
    })
}

/// Reads expressions in parentheses, as in `(n, max(1, m))`.
///
/// # Errors
///
/// What is wrong with the text, with the code of notes.
pub fn parse_expression_list(text: &str, place: Span) -> Result<Vec<Expr>, Box<Diagnostic>> {
    parse(text, place, |cursor| {
        cursor.expect("(")?;
        let mut expressions = Vec::new();
        while !cursor.eat(")") {
            if !expressions.is_empty() && !cursor.eat(",") {
                return Err(cursor.expected("`,` or `)`"));
            }
            expressions.push(cursor.expression()?);
        }
        cursor.expect_end()?;
        Ok(expressions)
    })
}

fn parse<T>(text: &str, place: Span, parse: impl FnOnce(&mut Cursor<'_>) -> Parsed<T>) -> Result<T, Box<Diagnostic>> {
    let mut origin = Origin::unknown();
    let exact = (place.end - place.start) as usize == text.len();
    if exact {
        origin.copied(0, place.file, place.start as usize);
    } else {
        origin.expanded(0, place);
    }
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte.is_ascii_whitespace() { b' ' } else { byte }).collect();
    let offsets: Vec<u32> = (0..).take(bytes.len()).collect();
    let mut cursor = Cursor::new(&bytes, &offsets, &origin, false);
    parse(&mut cursor).map_err(|error| {
        let span = if bytes.is_empty() { place } else { error.span };
        let title = format!("`{text}` cannot be read as an expression");
        Box::new(Diagnostic::error(Code::NotesExpression, span, title).label(error.label))
    })
}

#[cfg(test)]
mod tests {
    use super::{parse_expression, parse_expression_list};
    use crate::ir::expr::ExprKind;
    use crate::source::{FileId, Span};

    #[test]
    fn a_note_is_read_like_fortran() {
        let expression = parse_expression("max(1, n)", Span::new(FileId(1), 40, 49)).expect("an expression");
        assert!(
            matches!(expression.kind, ExprKind::Reference(name, arguments) if name == *"max" && arguments.len() == 2)
        );
        assert_eq!(expression.span, Span::new(FileId(1), 40, 49));
        assert_eq!(parse_expression_list("(n, 2 * m)", Span::new(FileId(0), 0, 10)).map(|list| list.len()), Ok(2));
        assert_eq!(parse_expression_list("( )", Span::new(FileId(0), 0, 3)).map(|list| list.len()), Ok(0));
    }

    #[test]
    fn errors_stand_at_the_note() {
        let error = parse_expression("n +", Span::new(FileId(1), 10, 13)).expect_err("no operand");
        assert_eq!(error.span, Some(Span::new(FileId(1), 13, 13)));
        assert_eq!(error.label, "expected an expression");
        let error = parse_expression("n m", Span::new(FileId(1), 10, 30)).expect_err("two names");
        assert_eq!(error.span, Some(Span::new(FileId(1), 10, 30)), "escapes in the text: the whole note");
        assert!(parse_expression("", Span::new(FileId(1), 10, 10)).is_err());
    }
}
