//! STRUCTURE, UNION, MAP and RECORD of DEC Fortran: recognised, so that nothing behind them is misread.

use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::declaration::parse_type_declaration;
use crate::front::fortran::derived_type::new_type;
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::statement::{Ending, Kind, classify};
use crate::front::fortran::unit::{Opened, Reader, Stop};
use crate::ir::array::ArraySpec;
use crate::ir::derived_type::DerivedType;
use crate::ir::name::Name;
use crate::ir::types::{BaseType, TypeSpec};
use crate::source::Span;

/// A structure that is open.
struct Open {
    derived_type: DerivedType,
    fields: ScopeBuilder,
    /// What a nested structure declares in the one around it.
    declares: Vec<Field>,
    /// UNION and MAP blocks that are open in it.
    maps: usize,
}

/// A name with its place and shape.
type Field = (Name, Span, Option<ArraySpec>);

impl Reader<'_, '_> {
    /// A STRUCTURE; the scanner's statement is its first. Fields that cannot be read are left out.
    pub(super) fn structure(&mut self, scope: &mut ScopeBuilder) {
        let whole = self.scanner.cursor().whole();
        let mut open: Vec<Open> = self.parse(parse_structure).into_iter().collect();
        let opened = Opened { what: "structure", name: String::new(), span: whole };
        while !open.is_empty() {
            if !self.scanner.advance() {
                self.unclosed(Stop::EndOfFile, &opened);
                return;
            }
            let kind = classify(self.scanner.cursor());
            let mut cursor = self.scanner.cursor();
            let Some(innermost) = open.last_mut() else { return };
            match kind {
                Kind::End(Ending::Structure) if innermost.maps > 0 => innermost.maps -= 1,
                Kind::End(Ending::Structure) => close(&mut open, scope),
                Kind::Union => innermost.maps += 1,
                Kind::Structure => open.extend(parse_structure(&mut cursor)),
                Kind::TypeDeclaration => drop(parse_type_declaration(&mut cursor, &mut innermost.fields)),
                Kind::Record => drop(parse_record(&mut cursor, &mut innermost.fields)),
                Kind::Include => self.include(),
                Kind::End(_) | Kind::Header | Kind::Module | Kind::Program | Kind::Submodule | Kind::BlockData => {
                    self.unclosed(Stop::Unit, &opened);
                    return;
                }
                _ => {}
            }
        }
        scope.mentioned.clear();
    }
}

/// The innermost structure ends: it is a type, and its fields are in the structure around it.
fn close(open: &mut Vec<Open>, scope: &mut ScopeBuilder) {
    let Some(mut inner) = open.pop() else { return };
    if let Some(outer) = open.last_mut() {
        for (name, span, shape) in inner.declares {
            declare(&mut outer.fields, &inner.derived_type.name, inner.derived_type.span, &name, span, shape);
        }
    }
    inner.derived_type.components = inner.fields.scope.entities;
    scope.scope.derived_types.push(inner.derived_type);
}

fn declare(scope: &mut ScopeBuilder, structure: &Name, place: Span, name: &Name, span: Span, shape: Option<ArraySpec>) {
    let base = BaseType::Derived(structure.clone());
    let entity = scope.declare(name, span, 0);
    entity.type_spec = Some(TypeSpec { base, kind: None, length: None, parameters: Vec::new(), span: place });
    if shape.is_some() {
        entity.shape = shape;
    }
}

/// `structure [/name/] [fields]`; one without a name is called like its first field.
fn parse_structure(cursor: &mut Cursor<'_>) -> Parsed<Open> {
    cursor.eat_keyword("structure");
    let mut name = None;
    if cursor.eat("/") {
        name = Some(cursor.name("the name of the structure")?);
        cursor.expect("/")?;
    }
    let declares = if cursor.at_end() { Vec::new() } else { parse_fields(cursor)? };
    let (name, span) = match (name, declares.first()) {
        (Some(name), _) => name,
        (None, Some((name, span, _))) => (name.clone(), *span),
        (None, None) => return Err(cursor.expected("the name of the structure between `/`")),
    };
    let mut derived_type = new_type(name, span);
    derived_type.attributes.dec_structure = true;
    Ok(Open { derived_type, fields: ScopeBuilder::default(), declares, maps: 0 })
}

/// `a, b(3)`
fn parse_fields(cursor: &mut Cursor<'_>) -> Parsed<Vec<Field>> {
    let mut fields = Vec::new();
    loop {
        let (name, span) = cursor.name("the name of a variable")?;
        let shape = if cursor.peek() == b'(' { Some(cursor.array_spec()?) } else { None };
        fields.push((name, span, shape));
        let start = cursor.position();
        if !cursor.eat(",") || cursor.peek() == b'/' {
            cursor.seek(start);
            return Ok(fields);
        }
    }
}

/// `record /s/ a, b(3) [, /t/ c]`
pub(super) fn parse_record(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder) -> Parsed<()> {
    cursor.eat_keyword("record");
    loop {
        cursor.expect("/")?;
        let (structure, place) = cursor.name("the name of a structure")?;
        cursor.expect("/")?;
        for (name, span, shape) in parse_fields(cursor)? {
            declare(scope, &structure, place, &name, span, shape);
        }
        if !cursor.eat(",") {
            return cursor.expect_end();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{entity, fixed};
    use crate::ir::types::BaseType;

    #[test]
    fn structures_are_types() {
        let procedure = fixed(
            "      SUBROUTINE S(R)
      STRUCTURE /DATE/
        INTEGER*2 DAY, MONTH /3/
        UNION
        MAP
          REAL X
        END MAP
        MAP
          INTEGER I
        END MAP
        END UNION
        STRUCTURE /PLACE/ HERE, THERE(2)
          REAL LAT
          CHARACTER*4 %FILL
        END STRUCTURE
        STRUCTURE OTHER
          REAL Z
        END STRUCTURE
      END STRUCTURE
      RECORD /DATE/ R, Q(3), /PLACE/ P
      INTEGER N
      R.DAY = 3
      END
",
        );
        let types = procedure.scope.derived_types.iter();
        let types: Vec<_> = types.map(|one| (one.name.lower(), one.components.len())).collect();
        assert_eq!(types, [("place", 1), ("other", 1), ("date", 7)]);
        assert!(procedure.scope.derived_types.iter().all(|one| one.attributes.dec_structure));
        let spec = entity(&procedure, "r").type_spec.as_ref().expect("a type");
        assert!(matches!(&spec.base, BaseType::Derived(name) if *name == *"date"));
        assert!(entity(&procedure, "q").shape.is_some() && entity(&procedure, "n").type_spec.is_some());
    }
}
