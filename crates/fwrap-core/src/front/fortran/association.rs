//! USE, IMPORT and IMPLICIT statements (F2018 14.2.2, 8.8, 8.7).

use crate::front::fortran::cursor::{Cursor, Parsed, closing_parenthesis};
use crate::ir::generic::GenericSpec;
use crate::ir::procedure::{Implicit, Import, Scope, Use};

/// `use [, intrinsic ::] m [, only: a, b => c]`
pub(super) fn parse_use(cursor: &mut Cursor<'_>, scope: &mut Scope) -> Parsed<()> {
    cursor.eat_keyword("use");
    let (mut intrinsic, mut non_intrinsic) = (false, false);
    if cursor.eat(",") {
        intrinsic = cursor.eat_keyword("intrinsic");
        non_intrinsic = !intrinsic && cursor.eat_keyword("non_intrinsic");
        if !intrinsic && !non_intrinsic {
            return Err(cursor.expected("`intrinsic` or `non_intrinsic`"));
        }
        cursor.expect("::")?;
    } else {
        cursor.eat("::");
    }
    let (module, span) = cursor.name("the name of a module")?;
    let mut statement =
        Use { module, intrinsic, non_intrinsic, only: false, names: Vec::new(), operators: Vec::new(), span };
    if cursor.eat(",") {
        statement.only = eat_only(cursor);
        if !(statement.only && cursor.at_end()) {
            use_names(cursor, &mut statement)?;
        }
    }
    cursor.expect_end()?;
    scope.uses.push(statement);
    Ok(())
}

/// `only:`, but not a name such as `only_one`.
fn eat_only(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.position();
    let found = cursor.eat_keyword("only") && cursor.eat(":");
    if !found {
        cursor.seek(start);
    }
    found
}

fn use_names(cursor: &mut Cursor<'_>, statement: &mut Use) -> Parsed<()> {
    loop {
        let local = cursor.generic_spec()?;
        let original = if cursor.eat("=>") { Some(cursor.generic_spec()?) } else { None };
        match (local, original) {
            (GenericSpec::Name(local), Some(GenericSpec::Name(original))) => statement.names.push((local, original)),
            (GenericSpec::Name(name), None) if statement.only => statement.names.push((name.clone(), name)),
            (GenericSpec::Name(_), None) => {
                return Err(cursor.expected("`=>`").help("write `only:` before the names, as in `use m, only: a`"));
            }
            (GenericSpec::Name(_), Some(_)) => return Err(cursor.expected("a name of the module")),
            (local, original) => {
                let original = original.unwrap_or_else(|| local.clone());
                statement.operators.push((local, original));
            }
        }
        if !cursor.eat(",") {
            return Ok(());
        }
    }
}

/// `import`, `import, none`, `import, only: a, b`, `import [::] a, b` (F2018 8.8)
pub(super) fn parse_import(cursor: &mut Cursor<'_>, import: &mut Import) -> Parsed<()> {
    cursor.eat_keyword("import");
    if cursor.at_end() {
        *import = Import::All;
        return Ok(());
    }
    if cursor.eat(",") {
        if cursor.eat_keyword("none") {
            *import = Import::None;
            return cursor.expect_end();
        }
        if cursor.eat_keyword("all") {
            *import = Import::All;
            return cursor.expect_end();
        }
        if !eat_only(cursor) {
            return Err(cursor.expected("`only:`, `none` or `all`"));
        }
    } else {
        cursor.eat("::");
    }
    let names = cursor.names("a name of the host")?.into_iter().map(|(name, _)| name);
    match import {
        Import::Only(known) => known.extend(names),
        _ => *import = Import::Only(names.collect()),
    }
    Ok(())
}

/// `implicit none`, `implicit real*8 (a-h, o-z)`
pub(super) fn parse_implicit(cursor: &mut Cursor<'_>, implicit: &mut Implicit) -> Parsed<()> {
    cursor.eat_keyword("implicit");
    if cursor.eat_keyword("none") {
        return implicit_none(cursor, implicit);
    }
    if cursor.eat_keyword("undefined") {
        implicit.none = true;
        cursor.skip_parenthesis();
        return cursor.expect_end();
    }
    loop {
        // the first of two parentheses is a kind or length, a single one the letters
        let start = cursor.position();
        let Some(_) = cursor.type_spec(false)? else { return Err(cursor.expected("a type")) };
        let selector = closing_parenthesis(cursor.rest())
            .is_some_and(|length| cursor.rest()[length..].trim_ascii_start().starts_with(b"("));
        cursor.seek(start);
        let Some(type_spec) = cursor.type_spec(selector)? else { return Err(cursor.expected("a type")) };
        cursor.expect("(")?;
        loop {
            let first = letter(cursor)?;
            let last = if cursor.eat("-") { letter(cursor)? } else { first };
            implicit.rules.push((first, last, type_spec.clone()));
            if cursor.eat(")") {
                break;
            }
            cursor.expect(",")?;
        }
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

/// `implicit none (type, external)`: without `type` the list says nothing about types.
fn implicit_none(cursor: &mut Cursor<'_>, implicit: &mut Implicit) -> Parsed<()> {
    if !cursor.eat("(") {
        implicit.none = true;
        return cursor.expect_end();
    }
    let mut types = cursor.peek() == b')';
    while !cursor.eat(")") {
        if cursor.eat_keyword("type") {
            types = true;
        } else if cursor.eat_keyword("external") {
            implicit.none_external = true;
        } else {
            return Err(cursor.expected("`type` or `external`"));
        }
        cursor.eat(",");
    }
    implicit.none |= types;
    cursor.expect_end()
}

fn letter(cursor: &mut Cursor<'_>) -> Parsed<char> {
    let letter = cursor.peek();
    if !letter.is_ascii_alphabetic() {
        return Err(cursor.expected("a letter"));
    }
    cursor.skip(1);
    Ok(char::from(letter.to_ascii_lowercase()))
}
