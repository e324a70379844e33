//! `!f2py` comments in Fortran sources: statements of signature files, about what the source declares.

use crate::front::fortran::parse_whole_expression;
use crate::front::origin::Origin;
use crate::front::pyf::cursor::{Cursor, Problem, find_unquoted};
use crate::front::pyf::declaration::{parse_attribute_statement, parse_parameters, parse_type_declaration};
use crate::front::pyf::saying::Saying;
use crate::front::pyf::statement::{Kind, classify};
use crate::ir::expr::ExprKind;
use crate::ir::f2py::{ProcedureSignature, SampleCall, Verbatim};

/// What a directive comment says of names, after what it says of the procedure went to `signature`. `all` are the
/// dummy arguments, for attributes without names.
pub(in crate::front) fn parse_directive(
    text: &[u8],
    offsets: &[u32],
    origin: &Origin,
    all: &[Saying],
    signature: &mut ProcedureSignature,
) -> Result<Vec<Saying>, Problem> {
    let end = find_unquoted(text, b"!").unwrap_or(text.len());
    let mut cursor = Cursor::new(&text[..end], &offsets[..end], origin);
    let mut sayings = match classify(cursor) {
        Kind::TypeDeclaration => parse_type_declaration(&mut cursor)?,
        Kind::Attribute => parse_attribute_statement(&mut cursor, all)?,
        Kind::Parameter => parse_parameters(&mut cursor)?,
        Kind::Enhancement(word) => {
            enhance(word, &mut cursor, signature);
            Vec::new()
        }
        Kind::Ignored if cursor.keyword("call") => {
            signature.calls.extend(sample_call(&mut cursor, false));
            Vec::new()
        }
        Kind::Unknown => {
            let call = assigned(&mut cursor).and_then(|mut cursor| sample_call(&mut cursor, true));
            let unknown = || (cursor.whole(), "f2py has no such statement, and reads over it".to_owned());
            signature.calls.push(call.ok_or_else(unknown)?);
            Vec::new()
        }
        _ => Vec::new(),
    };
    sayings.retain(|saying| !saying.name.lower().is_empty());
    Ok(sayings)
}

/// What stands behind the `=` of an assignment.
fn assigned<'s>(cursor: &mut Cursor<'s>) -> Option<Cursor<'s>> {
    let end = cursor.rest().end;
    let equals = cursor.find("=")?;
    Some(cursor.part(equals + 1..end))
}

/// `f(x, n)`, which shows what a dummy procedure is called with.
fn sample_call(cursor: &mut Cursor<'_>, is_function: bool) -> Option<SampleCall> {
    let (text, offsets, origin) = cursor.raw();
    let call = parse_whole_expression(text, offsets, origin)?;
    let (procedure, actuals) = match call.kind {
        ExprKind::Reference(name, actuals) => (name, actuals),
        ExprKind::Name(name) if !is_function => (name, Vec::new()),
        _ => return None,
    };
    Some(SampleCall { procedure, is_function, actuals, span: call.span })
}

/// A statement that only f2py knows.
pub(super) fn enhance(word: &str, cursor: &mut Cursor<'_>, signature: &mut ProcedureSignature) {
    cursor.keyword(word);
    let rest = cursor.rest();
    let text = cursor.verbatim(rest);
    add_enhancement(word, text, signature);
}

/// The same with its text apart.
pub(super) fn add_enhancement(word: &str, text: Verbatim, signature: &mut ProcedureSignature) {
    match word {
        "threadsafe" => signature.threadsafe = true,
        "fortranname" => signature.fortran_name = Some(text),
        "callstatement" => signature.call_statement = Some(text),
        "callprotoargument" => signature.call_prototype = Some(text),
        "pymethoddef" => signature.method_definitions = Some(text),
        _ => signature.user_code.push(text),
    }
}
