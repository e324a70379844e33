//! SUBROUTINE and FUNCTION statements (F2018 15.6.2).

use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::origin::Origin;
use crate::ir::expr::{BinaryOperator, Expr, ExprKind};
use crate::ir::name::Name;
use crate::ir::procedure::{Bind, Dummy, Entry, Prefixes};
use crate::ir::types::TypeSpec;
use crate::source::{FileId, Span};

/// What RESULT names, and where.
type ResultName = Option<(Name, Span)>;

/// What the first statement of a procedure says.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) name: Name,
    pub(super) span: Span,
    pub(super) is_function: bool,
    pub(super) prefixes: Prefixes,
    pub(super) type_spec: Option<TypeSpec>,
    /// Dummy arguments with their positions in the statement.
    pub(super) dummies: Vec<(Dummy, usize)>,
    pub(super) result: ResultName,
    pub(super) bind: Option<Bind>,
}

/// What an ENTRY statement says.
#[derive(Debug)]
pub(super) struct EntryStatement {
    pub(super) entry: Entry,
    /// Dummy arguments with their positions in the statement.
    pub(super) dummies: Vec<(Dummy, usize)>,
    pub(super) result: ResultName,
}

/// Whether the statement is prefixes, SUBROUTINE or FUNCTION, a name, and what may follow it.
pub(super) fn is_header(text: &[u8], fixed: bool) -> bool {
    let origin = Origin::identity(FileId(0));
    let mut cursor = Cursor::new(text, &[], &origin, fixed);
    let Ok((_, type_spec, is_function)) = prefixes(&mut cursor) else { return false };
    if cursor.eat_name().is_none() || cursor.peek() == b'=' {
        return false;
    }
    if cursor.at_end() {
        // in fixed form `INTEGER FUNCTIONS` declares a variable
        return !is_function || type_spec.is_none() || !fixed;
    }
    if is_function && type_spec.is_some() && cursor.eat("*") {
        // `REAL FUNCTION F*8(X)`, but not `REAL FUNCTIONX*8`
        let length = cursor.digits().is_some() || cursor.skip_parenthesis();
        return length && cursor.peek() == b'(' && closes(cursor);
    }
    let opens = cursor.eat("(");
    if fixed && type_spec.is_some() {
        // `REAL FUNCTIONX(3)` declares an array
        return opens && (matches!(cursor.peek(), b')' | b'*') || cursor.peek().is_ascii_alphabetic());
    }
    opens || cursor.eat_keyword("bind") || cursor.eat_keyword("result")
}

/// Whether a parenthesis that stands here is the last thing of the statement.
fn closes(mut cursor: Cursor<'_>) -> bool {
    cursor.skip_parenthesis() && cursor.at_end()
}

/// Prefixes up to and with SUBROUTINE or FUNCTION; the flag says FUNCTION.
fn prefixes(cursor: &mut Cursor<'_>) -> Parsed<(Prefixes, Option<TypeSpec>, bool)> {
    let mut prefixes = Prefixes::default();
    let mut type_spec = None;
    loop {
        if cursor.eat_keyword("subroutine") {
            return Ok((prefixes, type_spec, false));
        } else if cursor.eat_keyword("function") {
            return Ok((prefixes, type_spec, true));
        } else if cursor.eat_keyword("pure") {
            prefixes.pure = true;
        } else if cursor.eat_keyword("elemental") {
            prefixes.elemental = true;
        } else if cursor.eat_keyword("impure") {
            prefixes.impure = true;
        } else if cursor.eat_keyword("recursive") {
            prefixes.recursive = true;
        } else if cursor.eat_keyword("module") {
            prefixes.module = true;
        } else if cursor.eat_keyword("non_recursive") {
            prefixes.non_recursive = true;
        } else if cursor.eat_keyword("attributes") {
            // of CUDA: where it runs
            cursor.skip_parenthesis();
        } else if type_spec.is_none() {
            match cursor.type_spec(true)? {
                Some(found) => type_spec = Some(found),
                None => return Err(cursor.expected("`subroutine` or `function`")),
            }
        } else {
            return Err(cursor.expected("`function`"));
        }
    }
}

/// The SUBROUTINE or FUNCTION statement at the cursor.
pub(super) fn parse_header(cursor: &mut Cursor<'_>) -> Parsed<Header> {
    let (prefixes, mut type_spec, is_function) = prefixes(cursor)?;
    let (name, span) = cursor.name("the name of the procedure")?;
    if is_function && cursor.peek() == b'*' {
        // `integer function f*8 (x)`, of old
        if let Some(spec) = &mut type_spec {
            cursor.own_length(spec)?;
        }
    }
    let dummies = if cursor.peek() == b'(' { dummy_arguments(cursor)? } else { Vec::new() };
    let (result, bind) = suffix(cursor)?;
    Ok(Header { name, span, is_function, prefixes, type_spec, dummies, result, bind })
}

/// The ENTRY statement at the cursor.
pub(super) fn parse_entry(cursor: &mut Cursor<'_>) -> Parsed<EntryStatement> {
    cursor.eat_keyword("entry");
    let (name, span) = cursor.name("the name of the entry")?;
    let dummies = if cursor.peek() == b'(' { dummy_arguments(cursor)? } else { Vec::new() };
    let (result, bind) = suffix(cursor)?;
    let list = dummies.iter().map(|(dummy, _)| dummy.clone()).collect();
    let entry = Entry { name, span, dummies: list, result: None, bind };
    Ok(EntryStatement { entry, dummies, result })
}

/// `result(r)` and `bind(c)` behind the dummy arguments, in any order.
fn suffix(cursor: &mut Cursor<'_>) -> Parsed<(ResultName, Option<Bind>)> {
    let (mut result, mut bind) = (None, None);
    while !cursor.at_end() {
        if cursor.eat_keyword("result") {
            cursor.expect("(")?;
            result = Some(cursor.name("the name of the result")?);
            cursor.expect(")")?;
        } else if cursor.eat_keyword("bind") {
            bind = Some(binding(cursor)?);
        } else {
            return Err(cursor.expected("`result(...)`, `bind(c)` or the end of the statement"));
        }
    }
    Ok((result, bind))
}

/// `(a, b, *)`
pub(super) fn dummy_arguments(cursor: &mut Cursor<'_>) -> Parsed<Vec<(Dummy, usize)>> {
    cursor.expect("(")?;
    let mut dummies = Vec::new();
    while !cursor.eat(")") {
        if !dummies.is_empty() {
            cursor.expect(",")?;
        }
        let start = cursor.position();
        let dummy = if cursor.eat("*") {
            Dummy::AlternateReturn(cursor.span(start))
        } else {
            let (name, span) = cursor.name("the name of a dummy argument or `)`")?;
            Dummy::Argument(name, span)
        };
        dummies.push((dummy, start));
    }
    Ok(dummies)
}

/// `(c, name = "label")` behind BIND.
pub(super) fn binding(cursor: &mut Cursor<'_>) -> Parsed<Bind> {
    cursor.expect("(")?;
    if !cursor.eat_keyword("c") {
        return Err(cursor.expected("`c`, the only language of BIND"));
    }
    let mut bind = Bind { label: None, expression: None };
    if cursor.eat(",") {
        if !cursor.eat_argument_keyword("name") {
            return Err(cursor.expected("`name = \"...\"`"));
        }
        let label = cursor.expression()?;
        bind.label = literal(&label).map(|label| label.trim().to_owned());
        bind.expression = Some(label).filter(|_| bind.label.is_none());
    }
    cursor.expect(")")?;
    Ok(bind)
}

/// The value of a character expression that is made of literals.
fn literal(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Character(text, _) => Some(text.clone()),
        ExprKind::Parenthesized(inner) => literal(inner),
        ExprKind::Binary(BinaryOperator::Concatenate, left, right) => Some(literal(left)? + &literal(right)?),
        _ => None,
    }
}
