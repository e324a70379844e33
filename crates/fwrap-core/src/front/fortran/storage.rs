//! COMMON, EQUIVALENCE, NAMELIST, SAVE, BIND and Cray POINTER statements (F2018 8.6, 8.9, 8.10).

use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::header::binding;
use crate::front::fortran::scope::ScopeBuilder;
use crate::ir::name::Name;
use crate::ir::storage::Equivalence;
use crate::ir::types::{BaseType, KindSelector, TypeSpec};
use crate::source::Span;

/// `common /a/ x(3), y /b/ z`, `common x, // y`
pub(super) fn parse_common(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    cursor.eat_keyword("common");
    let mut block = block_name(cursor)?.unwrap_or((None, cursor.whole()));
    scope.common(block.0.as_ref(), block.1);
    loop {
        let position = cursor.position();
        let (name, span) = cursor.name("the name of a variable")?;
        let shape = if cursor.peek() == b'(' { Some(cursor.array_spec()?) } else { None };
        let entity = scope.declare(&name, span, position);
        if shape.is_some() {
            entity.shape = shape;
        }
        scope.common(block.0.as_ref(), block.1).members.push((name, span));
        if cursor.at_end() {
            return Ok(());
        }
        let comma = cursor.eat(",");
        match block_name(cursor)? {
            Some(next) => {
                block = next;
                scope.common(block.0.as_ref(), block.1);
            }
            None if !comma => return Err(cursor.expected("`,`, `/` or the end of the statement")),
            None => {}
        }
    }
}

/// `/name/` or `//`, if it stands here; the span is that of the name, or of both bars.
fn block_name(cursor: &mut Cursor<'_>) -> Parsed<Option<(Option<Name>, Span)>> {
    let start = cursor.position();
    if !cursor.eat("/") {
        return Ok(None);
    }
    if cursor.eat("/") {
        return Ok(Some((None, cursor.span(start))));
    }
    let (name, span) = cursor.name("the name of a common block or `/`")?;
    cursor.expect("/")?;
    Ok(Some((Some(name), span)))
}

/// `equivalence (a, b(1)), (c(2:3), d)`
pub(super) fn parse_equivalence(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    cursor.eat_keyword("equivalence");
    loop {
        let start = cursor.position();
        cursor.expect("(")?;
        let mut objects = Vec::new();
        loop {
            let position = cursor.position();
            if let Some((name, span)) = cursor.eat_name() {
                scope.mention(&name, span, position);
            }
            cursor.seek(position);
            objects.push(cursor.expression()?);
            if cursor.eat(")") {
                break;
            }
            cursor.expect(",")?;
        }
        scope.scope.equivalences.push(Equivalence { objects, span: cursor.span(start) });
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

/// `namelist /g/ a, b [,] /h/ c`
pub(super) fn parse_namelist(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    cursor.eat_keyword("namelist");
    loop {
        cursor.expect("/")?;
        let (group, span) = cursor.name("the name of a namelist group")?;
        cursor.expect("/")?;
        scope.namelist(&group, span);
        loop {
            let (name, _) = cursor.name("the name of a variable")?;
            scope.namelist(&group, span).members.push(name);
            let comma = cursor.eat(",");
            if cursor.peek() == b'/' {
                break;
            }
            if !comma {
                return cursor.expect_end();
            }
        }
    }
}

/// `save`, `save a, /block/`
pub(super) fn parse_save(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    cursor.eat_keyword("save");
    cursor.eat("::");
    if cursor.at_end() {
        scope.scope.save_all = true;
        return Ok(());
    }
    loop {
        let position = cursor.position();
        if cursor.eat("/") {
            let (name, _) = cursor.name("the name of a common block")?;
            cursor.expect("/")?;
            scope.saved_commons.push(name);
        } else {
            let (name, span) = cursor.name("a name")?;
            scope.declare(&name, span, position).attributes.save = true;
        }
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

/// `bind(c, name="x") :: a, /block/`
pub(super) fn parse_bind(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    cursor.eat_keyword("bind");
    let bind = binding(cursor)?;
    cursor.eat("::");
    loop {
        let position = cursor.position();
        if cursor.eat("/") {
            let (name, _) = cursor.name("the name of a common block")?;
            cursor.expect("/")?;
            scope.bound_commons.push((name, bind.clone()));
        } else {
            let (name, span) = cursor.name("the name of a variable")?;
            scope.declare(&name, span, position).bind = Some(bind.clone());
        }
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

/// `pointer (p, x(3)), (q, y)`, of Cray: `p` is an integer that holds the address of `x`.
pub(super) fn parse_cray_pointers(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    loop {
        cursor.expect("(")?;
        let position = cursor.position();
        let (pointer, span) = cursor.name("the name of a pointer")?;
        let entity = scope.declare(&pointer, span, position);
        if entity.type_spec.is_none() {
            let kind = Some(KindSelector::Star(8));
            entity.type_spec =
                Some(TypeSpec { base: BaseType::Integer, kind, length: None, parameters: Vec::new(), span });
        }
        cursor.expect(",")?;
        let position = cursor.position();
        let (pointee, span) = cursor.name("the name of what it points to")?;
        let shape = if cursor.peek() == b'(' { Some(cursor.array_spec()?) } else { None };
        let entity = scope.declare(&pointee, span, position);
        if shape.is_some() {
            entity.shape = shape;
        }
        cursor.expect(")")?;
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{entity, fixed, free};
    use crate::ir::name::Name;
    use crate::ir::procedure::Procedure;

    fn commons(procedure: &Procedure) -> String {
        let show = |one: &crate::ir::storage::Common| {
            let name = one.name.as_ref().map_or("", |name| name.lower());
            let members: Vec<_> = one.members.iter().map(|(name, _)| name.lower()).collect();
            format!("/{name}/ {}{}", members.join(" "), if one.save { " save" } else { "" })
        };
        procedure.scope.commons.iter().map(show).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn common_blocks_go_on_over_statements() {
        let procedure = fixed(
            "      SUBROUTINE S\n      SAVE /B/\n      COMMON /A/ X(3), Y, /B/ Z // U\n      COMMON V,W/A/ T\n\
             \x20     COMMON // Q(2,2)\n      INTEGER Y\n      END\n",
        );
        assert_eq!(commons(&procedure), "/a/ x y t; /b/ z save; // u v w q");
        assert!(entity(&procedure, "x").shape.is_some() && entity(&procedure, "y").type_spec.is_some());
    }

    #[test]
    fn common_blocks_and_variables_of_c() {
        let procedure = free(
            "subroutine s\ncommon /a/ x, y\nbind(c, name='A_') :: /a/\nbind(c) z\ninteger, bind(c, name=\"w_\") :: w\n\
             common /b/ v\nbind(c) /b/\nend\n",
        );
        let labels: Vec<_> = procedure.scope.commons.iter().map(|one| one.bind.as_deref()).collect();
        assert_eq!(labels, [Some("A_"), Some("")]);
        let label = |name: &str| entity(&procedure, name).bind.as_ref().map(|bind| bind.label.clone());
        assert_eq!((label("w"), label("z"), label("x")), (Some(Some("w_".to_owned())), Some(None), None));
    }

    #[test]
    fn storage_that_is_shared() {
        let procedure = fixed(
            "      SUBROUTINE S\n      EQUIVALENCE(A,B(1)),(C(2:3),D)\n      NAMELIST/G/A,B/H/C,/G/D\n\
             \x20     POINTER (P,X(3)),(Q,Y)\n      SAVE\n      END\n",
        );
        let counts: Vec<_> = procedure.scope.equivalences.iter().map(|set| set.objects.len()).collect();
        assert_eq!(counts, [2, 2]);
        let groups = procedure.scope.namelists.iter();
        let groups: Vec<_> = groups.map(|one| (one.name.lower(), one.members.len())).collect();
        assert_eq!(groups, [("g", 3), ("h", 1)]);
        assert!(entity(&procedure, "p").type_spec.is_some() && entity(&procedure, "x").shape.is_some());
        assert!(procedure.scope.save_all && procedure.scope.entity(&Name::new("d")).is_some());
    }
}
