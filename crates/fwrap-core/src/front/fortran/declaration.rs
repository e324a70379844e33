//! Type declaration statements (F2018 8.2): types, attributes, entities.

use crate::front::fortran::cursor::{Cursor, Parsed, SyntaxError};
use crate::front::fortran::header::binding;
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::suggestion::nearest;
use crate::ir::array::ArraySpec;
use crate::ir::entity::{Attributes, Entity, Intent};
use crate::ir::expr::Expr;
use crate::ir::procedure::Bind;
use crate::ir::types::TypeSpec;

/// What stands between the type and `::`.
#[derive(Debug, Default)]
struct AttributeList {
    attributes: Attributes,
    shape: Option<ArraySpec>,
    intent: Option<Intent>,
    corank: usize,
    bind: Option<Bind>,
}

/// Attributes that are a word alone.
const NAMES: [&str; 16] = [
    "allocatable",
    "asynchronous",
    "automatic",
    "contiguous",
    "external",
    "intrinsic",
    "nopass",
    "optional",
    "parameter",
    "pointer",
    "protected",
    "save",
    "static",
    "target",
    "value",
    "volatile",
];

/// `type-spec [, attributes ::] entities`
pub(super) fn parse_type_declaration(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    let mut list = AttributeList::default();
    let type_spec = match cursor.function_type()? {
        Some(spec) => {
            list.attributes.external = true;
            spec
        }
        None => match cursor.type_spec(true)? {
            Some(spec) => spec,
            None => return Err(cursor.expected("a type")),
        },
    };
    while cursor.eat(",") {
        parse_attribute(cursor, &mut list)?;
        if cursor.peek() != b',' && cursor.peek() != b':' {
            let error = cursor.expected("`,` or `::`");
            return Err(error.help("write `::` between the attributes and the names, as in `real, intent(in) :: x`"));
        }
    }
    let colons = cursor.eat("::");
    loop {
        parse_entity(cursor, scope, &type_spec, &list, colons)?;
        if !cursor.eat(",") {
            break;
        }
    }
    if cursor.at_end() { Ok(()) } else { Err(cursor.expected("`,` or the end of the statement")) }
}

fn parse_attribute(cursor: &mut Cursor<'_>, list: &mut AttributeList) -> Parsed<()> {
    if cursor.eat_keyword("dimension") {
        list.shape = Some(cursor.array_spec()?);
    } else if cursor.eat_keyword("intent") {
        list.intent = Some(cursor.intent()?);
    } else if cursor.eat_keyword("codimension") {
        list.corank = cursor.coarray_spec()?;
    } else if cursor.eat_keyword("rank") {
        list.shape = Some(cursor.rank_clause()?);
    } else if cursor.eat_keyword("bind") {
        list.bind = Some(binding(cursor)?);
    } else if cursor.eat_keyword("public") {
        list.attributes.private = Some(false);
    } else if cursor.eat_keyword("private") {
        list.attributes.private = Some(true);
    } else if cursor.eat_keyword("pass") {
        if cursor.eat("(") {
            cursor.name("the name of a dummy argument")?;
            cursor.expect(")")?;
        }
    } else if let Some(name) = NAMES.iter().find(|name| cursor.eat_keyword(name)) {
        set_attribute(&mut list.attributes, name);
    } else {
        return Err(unknown_attribute(cursor));
    }
    Ok(())
}

fn unknown_attribute(cursor: &mut Cursor<'_>) -> SyntaxError {
    let error = cursor.expected("an attribute such as `intent(in)` or `dimension(:)`");
    let word = cursor.eat_name().map_or(String::new(), |(name, _)| name.lower().to_owned());
    let known = nearest(&word, NAMES.into_iter().chain(["intent", "dimension", "public", "private"]));
    match known {
        Some(known) => error.help(format!("write `{known}`")),
        None => error,
    }
}

/// Notes an attribute by its name.
pub(super) fn set_attribute(attributes: &mut Attributes, name: &str) {
    match name {
        "allocatable" => attributes.allocatable = true,
        "asynchronous" => attributes.asynchronous = true,
        "automatic" => attributes.automatic = true,
        "contiguous" => attributes.contiguous = true,
        "external" => attributes.external = true,
        "intrinsic" => attributes.intrinsic = true,
        "nopass" => attributes.nopass = true,
        "optional" => attributes.optional = true,
        "parameter" => attributes.parameter = true,
        "pointer" => attributes.pointer = true,
        "protected" => attributes.protected = true,
        "save" | "static" => attributes.save = true,
        "target" => attributes.target = true,
        "value" => attributes.value = true,
        "volatile" => attributes.volatile = true,
        _ => {}
    }
}

/// Adds attributes to those that are there.
fn merge(into: &mut Attributes, from: &Attributes) {
    into.allocatable |= from.allocatable;
    into.pointer |= from.pointer;
    into.target |= from.target;
    into.optional |= from.optional;
    into.value |= from.value;
    into.contiguous |= from.contiguous;
    into.parameter |= from.parameter;
    into.external |= from.external;
    into.intrinsic |= from.intrinsic;
    into.save |= from.save;
    into.volatile |= from.volatile;
    into.asynchronous |= from.asynchronous;
    into.protected |= from.protected;
    into.nopass |= from.nopass;
    into.automatic |= from.automatic;
    into.private = from.private.or(into.private);
}

fn parse_entity(
    cursor: &mut Cursor<'_>,
    scope: &mut ScopeBuilder,
    type_spec: &TypeSpec,
    list: &AttributeList,
    colons: bool,
) -> Parsed<()> {
    let position = cursor.position();
    let (name, span) = cursor.name("the name of a variable")?;
    let mut own_type = type_spec.clone();
    let mut shape = None;
    let mut corank = list.corank;
    loop {
        match cursor.peek() {
            b'(' if shape.is_none() => shape = Some(cursor.array_spec()?),
            b'[' => corank = cursor.coarray_spec()?,
            b'*' => cursor.own_length(&mut own_type)?,
            _ => break,
        }
    }
    let value = initial_value(cursor, colons)?;
    let entity = scope.declare(&name, span, position);
    if entity.type_spec.is_none() {
        entity.type_spec = Some(own_type);
    }
    if let Some(shape) = shape.or_else(|| list.shape.clone()) {
        entity.shape = Some(shape);
    }
    merge_entity(entity, list, corank, value);
    Ok(())
}

fn merge_entity(entity: &mut Entity, list: &AttributeList, corank: usize, value: Option<Expr>) {
    merge(&mut entity.attributes, &list.attributes);
    entity.corank = entity.corank.max(corank);
    entity.intent = list.intent.or(entity.intent);
    entity.value = value.or(entity.value.take());
    entity.bind = list.bind.clone().or(entity.bind.take());
}

/// `= value`, `=> target`, or the old `/values/`, which is read over.
fn initial_value(cursor: &mut Cursor<'_>, colons: bool) -> Parsed<Option<Expr>> {
    if cursor.eat("=>") {
        return cursor.expression().map(Some);
    }
    if cursor.peek() == b'=' {
        if !colons {
            let error = cursor.expected("`::` before an entity with a value");
            return Err(error.help("write `::` between the type and the names, as in `integer :: n = 3`"));
        }
        cursor.skip(1);
        return cursor.expression().map(Some);
    }
    if cursor.eat("/") {
        skip_data_values(cursor)?;
    }
    Ok(None)
}

/// The rest of `/1, 2, 3/`.
fn skip_data_values(cursor: &mut Cursor<'_>) -> Parsed<()> {
    loop {
        match cursor.peek() {
            0 => return Err(cursor.expected("`/`")),
            b'/' => {
                cursor.skip(1);
                return Ok(());
            }
            b'\'' | b'"' => {
                cursor.character_constant()?;
            }
            b'0'..=b'9' => {
                cursor.number()?;
            }
            _ => cursor.skip(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{complaints, dummies, entity, fixed, free, read_with, text_of};
    use crate::ir::array::{ArraySpec, Dimension};
    use crate::ir::entity::Intent;
    use crate::ir::name::Name;

    /// The shape of a dummy: a letter per dimension, small without a lower bound.
    fn shape(declaration: &str) -> String {
        let procedure = free(&format!("subroutine s(x)\n{declaration}\nend\n"));
        let mark = |dimension: &Dimension| match dimension {
            Dimension::Explicit { lower: None, .. } => 'e',
            Dimension::Explicit { .. } => 'E',
            Dimension::AssumedSize { lower: None } => 's',
            Dimension::AssumedSize { .. } => 'S',
            Dimension::Colon { lower: None } => 'c',
            Dimension::Colon { .. } => 'C',
        };
        match &entity(&procedure, "x").shape {
            Some(ArraySpec::Dimensions(dimensions)) => dimensions.iter().map(mark).collect(),
            Some(ArraySpec::AssumedRank) => "..".to_owned(),
            None => String::new(),
        }
    }

    #[test]
    fn shapes() {
        for (declaration, expected) in [
            ("real x", ""),
            ("real x(n)", "e"),
            ("real x(n, 0:m)", "eE"),
            ("real x(lda, *)", "es"),
            ("real x(2:*)", "S"),
            ("real :: x(:, 0:)", "cC"),
            ("real, dimension(3) :: y(4), x", "e"),
            ("real, dimension(3) :: x(4, 4)", "ee"),
            ("type(*) :: x(..)", ".."),
            ("real x(2*n*(m+1))", "e"),
            ("real x\ndimension x(3), y(3,3)", "e"),
            ("dimension x(3)\nreal x", "e"),
            ("real x\npointer :: x(:, :)", "cc"),
            ("real x(n, m)\ncommon /b/ y(3), z", "ee"),
        ] {
            assert_eq!(shape(declaration), expected, "{declaration}");
        }
    }

    #[test]
    fn statements_about_one_name_are_gathered() {
        let procedure = free(
            "subroutine s(a, b, f)\nimplicit none\nreal a\nintent(in) :: a, b\noptional b\ndimension :: a(3)\n\
             target a\nreal, value :: b\nexternal f\nsave\nend\n",
        );
        assert_eq!(dummies(&procedure), "a b f");
        let a = entity(&procedure, "a");
        assert!(a.type_spec.is_some() && a.shape.is_some() && a.attributes.target);
        assert_eq!(a.intent, Some(Intent::In));
        let b = entity(&procedure, "b");
        assert!(b.attributes.optional && b.attributes.value && !b.attributes.target);
        assert!(entity(&procedure, "f").attributes.external);
        assert_eq!(procedure.scope.entities.len(), 3);
    }

    #[test]
    fn attributes_in_one_statement() {
        let procedure = free(
            "subroutine s(a)\nreal(8), dimension(:, :), contiguous, intent(in out), asynchronous, volatile :: a\n\
             integer, parameter :: n = 3, m = n + 1\nreal, allocatable :: w(:), v[:]\nreal x(3) /3*1.0/, y\nend\n",
        );
        let a = entity(&procedure, "a");
        assert_eq!(a.intent, Some(Intent::InOut));
        assert!(a.attributes.contiguous && a.attributes.asynchronous && a.attributes.volatile);
        assert!(entity(&procedure, "m").attributes.parameter && entity(&procedure, "m").value.is_some());
        assert!(entity(&procedure, "v").corank == 1 && entity(&procedure, "w").attributes.allocatable);
        assert!(entity(&procedure, "y").type_spec.is_some());
    }

    #[test]
    fn undeclared_dummies_have_entities_at_their_place() {
        let text = "      SUBROUTINE S(A,\n     1 B)\n      REAL B\n      END\n";
        let (library, _, sources) = read_with("a.f", text, &[], &[]);
        let procedure = &library.procedures[0];
        let a = entity(procedure, "a");
        assert!(a.type_spec.is_none());
        assert_eq!((text_of(&sources, a.span), a.span.start), ("A".to_owned(), 19));
        let b = entity(procedure, "b");
        assert_eq!((text_of(&sources, b.span), b.span.start), ("B".to_owned(), 43), "its declaration");
    }

    #[test]
    fn spans_reach_over_blanks_and_continuation_lines() {
        let text = "      SUBROUTINE S(X)\n      REAL X(M A X(1,\n     $  N))\n      END\n";
        let (library, _, sources) = read_with("a.f", text, &[], &[]);
        let Some(ArraySpec::Dimensions(dimensions)) = &entity(&library.procedures[0], "x").shape else {
            panic!("a shape")
        };
        let Dimension::Explicit { upper, .. } = &dimensions[0] else { panic!("an extent") };
        assert_eq!(text_of(&sources, upper.span), "M A X(1,\n     $  N)");
    }

    #[test]
    fn old_statements_are_read() {
        let procedure = fixed(
            "      SUBROUTINE S(A,N,*)\n      IMPLICIT REAL*8 (A-H,O-Z), INTEGER(I-N)\n      PARAMETER (PI=3.14D0,\n\
             \x20    1 Z=(1.0,\
             0.0))\n      COMMON /B/ X(3),Y\n      EQUIVALENCE (X(1),W)\n      NAMELIST /N/ X\n      DATA Y /1.0/\n\
             \x20     POINTER (P, V)\n      SAVE /B/, X\n  10  FORMAT(1X,'A)')\n      A = 1\n      END\n",
        );
        assert_eq!(dummies(&procedure), "a n *");
        assert_eq!(procedure.scope.implicit.rules.len(), 3);
        assert!(entity(&procedure, "z").attributes.parameter);
    }

    #[test]
    fn constants_without_parentheses() {
        let procedure =
            fixed("      SUBROUTINE S\n      PARAMETER X=3,Y=X+1\n      PARAMETER Z=2\n      REAL A(Y)\n      END\n");
        for name in ["x", "y", "z"] {
            assert!(entity(&procedure, name).attributes.parameter && entity(&procedure, name).value.is_some());
        }
        assert!(entity(&procedure, "a").shape.is_some());
        let procedure =
            fixed("      SUBROUTINE S\n      INTEGER PARAMETERX\n      PARAMETERX=3\n      REAL B\n      END\n");
        assert!(procedure.scope.entity(&Name::new("b")).is_none());
    }

    #[test]
    fn use_statements() {
        let procedure = free(
            "subroutine s()\nuse a\nuse, intrinsic :: iso_c_binding, only: c_int, d => c_double, operator(+)\n\
             use b, x => y\nuse :: c, only:\nuse d, only : assignment(=), operator(.x.) => operator(.y.)\nend\n",
        );
        let uses = &procedure.scope.uses;
        let names: Vec<_> =
            uses.iter().map(|one| (one.module.lower(), one.intrinsic, one.only, one.names.len())).collect();
        assert_eq!(
            names,
            [
                ("a", false, false, 0),
                ("iso_c_binding", true, true, 2),
                ("b", false, false, 1),
                ("c", false, true, 0),
                ("d", false, true, 0)
            ]
        );
        assert_eq!(uses[1].names[1], (Name::new("d"), Name::new("c_double")));
    }

    #[test]
    fn implicit_statements() {
        let none = |text: &str| free(&format!("subroutine s()\n{text}\nend\n")).scope.implicit.none;
        assert!(none("implicit none"));
        assert!(none("implicit none (type, external)"));
        assert!(!none("implicit none (external)"));
        let rules = free("subroutine s()\nimplicit real(kind=8) (a-h, o), character*4 (c)\nend\n").scope.implicit.rules;
        let letters: Vec<_> = rules.iter().map(|(first, last, _)| (*first, *last)).collect();
        assert_eq!(letters, [('a', 'h'), ('o', 'o'), ('c', 'c')]);
    }

    #[test]
    fn what_cannot_be_read_is_said_and_reading_goes_on() {
        let text =
            "subroutine s(x)\nreal, intnt(in) :: x\ninteger n = 3\nreal y(\nfoo bar\nreal :: z = 'abc\nreal w\nend\n";
        let expected = [
            ("intnt", "expected an attribute such as `intent(in)` or `dimension(:)`"),
            ("=", "expected `::` before an entity with a value"),
            ("", "expected an expression"),
            ("foo", "expected a Fortran statement"),
            ("'abc", "this character constant does not end"),
        ];
        let found = complaints("a.f90", text);
        let found: Vec<_> = found.iter().map(|(place, label)| (place.as_str(), label.as_str())).collect();
        assert_eq!(found, expected);
        let (library, diagnostics, _) = read_with("a.f90", text, &[], &[]);
        let help: Vec<_> = diagnostics.iter().filter_map(|diagnostic| diagnostic.help.as_deref()).collect();
        assert_eq!(help[0], "write `intent`");
        assert!(entity(&library.procedures[0], "w").type_spec.is_some());
    }
}
