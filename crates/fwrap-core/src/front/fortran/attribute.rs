//! Statements that give attributes to names (F2018 8.6): DIMENSION, INTENT, PARAMETER, PUBLIC...

use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::declaration::set_attribute;
use crate::front::fortran::scope::ScopeBuilder;
use crate::ir::entity::Entity;
use crate::ir::expr::{BinaryOperator, Expr, ExprKind};
use crate::ir::name::Name;
use crate::ir::types::{BaseType, TypeSpec};
use crate::source::Span;

/// `dimension a(3)`, `optional :: x`, `external f`, `save`...
pub(super) fn parse_attribute_statement(
    cursor: &mut Cursor<'_>,
    scope: &mut ScopeBuilder,
    attribute: &'static str,
) -> Parsed<()> {
    cursor.eat_keyword(attribute);
    cursor.eat("::");
    if attribute == "save" && cursor.at_end() {
        return Ok(());
    }
    loop {
        if attribute == "save" && cursor.eat("/") {
            cursor.name("the name of a common block")?;
            cursor.expect("/")?;
        } else if attribute == "pointer" && cursor.peek() == b'(' {
            // a Cray pointer: `pointer (p, x)`
            cursor.skip_parenthesis();
        } else {
            parse_entity(cursor, scope, attribute)?;
        }
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

fn parse_entity(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder, attribute: &str) -> Parsed<()> {
    let position = cursor.position();
    let (name, span) = cursor.name("a name")?;
    let shape = if cursor.peek() == b'(' { Some(cursor.array_spec()?) } else { None };
    if cursor.peek() == b'[' && !cursor.skip_parenthesis() {
        return Err(cursor.expected("a closed `[...]`"));
    }
    let entity = scope.declare(&name, span, position);
    set_attribute(&mut entity.attributes, attribute);
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

/// `parameter (a = 1, b = 2)`
pub(super) fn parse_parameter(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    cursor.eat_keyword("parameter");
    cursor.expect("(")?;
    loop {
        let position = cursor.position();
        let (name, span) = cursor.name("the name of a constant")?;
        cursor.expect("=")?;
        let value = cursor.expression()?;
        let entity = scope.declare(&name, span, position);
        entity.attributes.parameter = true;
        entity.value = Some(value);
        if cursor.eat(")") {
            return cursor.expect_end();
        }
        if !cursor.eat(",") {
            return Err(cursor.expected("`,` or `)`"));
        }
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
        if !cursor.skip_generic_spec()? {
            let (name, _) = cursor.name("a name")?;
            scope.access.push((name, private));
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

impl Cursor<'_> {
    /// `operator(+)`, `assignment(=)`, `read(formatted)`; false if it is something else.
    pub(super) fn skip_generic_spec(&mut self) -> Parsed<bool> {
        let start = self.position();
        let words = ["operator", "assignment", "read", "write"];
        if words.iter().any(|word| self.eat_keyword(word)) && self.peek() == b'(' {
            return if self.skip_parenthesis() { Ok(true) } else { Err(self.expected("a closed parenthesis")) };
        }
        self.seek(start);
        Ok(false)
    }
}
