//! Statements that give attributes to names (F2018 8.6): DIMENSION, INTENT, PARAMETER, PUBLIC...

use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::declaration::set_attribute;
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::storage::parse_cray_pointers;
use crate::ir::entity::Entity;
use crate::ir::expr::{BinaryOperator, Expr, ExprKind};
use crate::ir::generic::GenericSpec;
use crate::ir::name::Name;
use crate::ir::types::{BaseType, TypeSpec};
use crate::source::Span;

/// `dimension a(3)`, `optional :: x`, `external f`...
pub(super) fn parse_attribute_statement(
    cursor: &mut Cursor<'_>,
    scope: &mut ScopeBuilder,
    attribute: &'static str,
) -> Parsed<()> {
    cursor.eat_keyword(attribute);
    if attribute == "pointer" && cursor.peek() == b'(' {
        return parse_cray_pointers(cursor, scope);
    }
    cursor.eat("::");
    if cursor.at_end() && matches!(attribute, "automatic" | "static") {
        return Ok(());
    }
    loop {
        parse_entity(cursor, scope, attribute)?;
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

fn parse_entity(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder, attribute: &str) -> Parsed<()> {
    let position = cursor.position();
    let (name, span) = cursor.name("a name")?;
    let shape = if cursor.peek() == b'(' { Some(cursor.array_spec()?) } else { None };
    let corank = if cursor.peek() == b'[' { cursor.coarray_spec()? } else { 0 };
    let entity = scope.declare(&name, span, position);
    set_attribute(&mut entity.attributes, attribute);
    entity.corank = entity.corank.max(corank);
    if shape.is_some() {
        entity.shape = shape;
    }
    Ok(())
}

/// `intent(in) [::] a, b`
pub(super) fn parse_intent(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    cursor.eat_keyword("intent");
    let intent = cursor.intent()?;
    cursor.eat("::");
    loop {
        let position = cursor.position();
        let (name, span) = cursor.name("the name of a dummy argument")?;
        scope.declare(&name, span, position).intent = Some(intent);
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

/// `parameter (a = 1, b = 2)`, or of old without parentheses
pub(super) fn parse_parameter(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    cursor.eat_keyword("parameter");
    let closes = cursor.eat("(");
    loop {
        let position = cursor.position();
        let (name, span) = cursor.name("the name of a constant")?;
        cursor.expect("=")?;
        let value = cursor.expression()?;
        let entity = scope.declare(&name, span, position);
        entity.attributes.parameter = true;
        entity.value = Some(value);
        if cursor.eat(",") {
            continue;
        }
        if closes && !cursor.eat(")") {
            return Err(cursor.expected("`,` or `)`"));
        }
        return cursor.expect_end();
    }
}

/// `public`, `private :: a, operator(+)`
pub(super) fn parse_access(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder, private: bool) -> Parsed<()> {
    cursor.eat_keyword(if private { "private" } else { "public" });
    cursor.eat("::");
    if cursor.at_end() {
        scope.private_by_default = private;
        return Ok(());
    }
    loop {
        match cursor.generic_spec()? {
            GenericSpec::Name(name) => scope.access.push((name, private)),
            spec => scope.operator_access.push((spec, private)),
        }
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

/// `enumerator :: a = 1, b`
pub(super) fn parse_enumerators(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    cursor.eat_keyword("enumerator");
    cursor.eat("::");
    loop {
        let position = cursor.position();
        let (name, span) = cursor.name("the name of an enumerator")?;
        let value = if cursor.eat("=") { Some(cursor.expression()?) } else { None };
        add_enumerator(scope, &name, span, position, value);
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

/// An enumerator without a value is the one before and 1, the first one 0.
fn add_enumerator(scope: &mut ScopeBuilder, name: &Name, span: Span, position: usize, value: Option<Expr>) {
    let integer = |value: i128| Expr { kind: ExprKind::Integer(value, None), span };
    let (base, offset) = match (value, scope.enumerator.take()) {
        (Some(value), _) => (value, 0),
        (None, Some((base, offset))) => (base, offset + 1),
        (None, None) => (integer(0), 0),
    };
    let value = match (&base.kind, offset) {
        (_, 0) => base.clone(),
        (ExprKind::Integer(first, None), _) => integer(first.saturating_add(offset)),
        _ => {
            let sum = ExprKind::Binary(BinaryOperator::Add, Box::new(base.clone()), Box::new(integer(offset)));
            Expr { kind: sum, span }
        }
    };
    scope.enumerator = Some((base, offset));
    let entity: &mut Entity = scope.declare(name, span, position);
    entity.type_spec =
        Some(TypeSpec { base: BaseType::Integer, kind: None, length: None, parameters: Vec::new(), span });
    entity.attributes.parameter = true;
    entity.value = Some(value);
}
