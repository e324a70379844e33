//! Blocks in a specification part: interfaces, derived types, enumerations.

use crate::front::fortran::attribute::parse_enumerators;
use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::statement::{Ending, Kind, classify};
use crate::front::fortran::unit::{Opened, Reader, Stop};
use crate::ir::derived_type::{DerivedType, TypeAttributes};
use crate::ir::documentation::Documentation;
use crate::ir::generic::{Generic, GenericSpec};
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::Span;

/// How deep interface bodies may have interface blocks of their own.
const MAXIMUM_NESTING: usize = 20;

impl Reader<'_, '_> {
    /// An interface block; the scanner's statement is its first. An abstract one declares nothing that can be called.
    pub(super) fn interface_block(&mut self, scope: &mut ScopeBuilder, concrete: bool) {
        let span = self.scanner.cursor().whole();
        let generic = if concrete { self.parse(generic_name).flatten() } else { None };
        let mut specifics = Vec::new();
        if self.nesting >= MAXIMUM_NESTING {
            self.report_here("interface blocks nest too deep here");
            self.skip_interface_block();
            return;
        }
        while self.scanner.advance() {
            match classify(self.scanner.cursor()) {
                Kind::End(Ending::Interface) => {
                    if let Some(generic) = generic {
                        scope.scope.generics.push(Generic {
                            spec: GenericSpec::Name(generic),
                            span,
                            specifics,
                            documentation: Documentation::default(),
                        });
                    }
                    return;
                }
                Kind::Header => {
                    self.nesting += 1;
                    let body = self.procedure_or_body(false).filter(|_| concrete);
                    self.nesting -= 1;
                    if let Some(body) = body {
                        specifics.push(body.name.clone());
                        enter_body(scope, body);
                    }
                }
                Kind::ModuleProcedure => specifics.extend(self.parse(procedure_names).unwrap_or_default()),
                Kind::Include => self.include(),
                // a PROCEDURE statement with a name in parentheses, or something misplaced
                Kind::End(_) | Kind::Contains | Kind::Module | Kind::Program | Kind::Submodule | Kind::BlockData => {
                    let opened = Opened { what: "interface", name: String::new(), span };
                    self.unclosed(Stop::Unit, &opened);
                    return;
                }
                Kind::Ignored => {}
                _ => self.report_here("only interface bodies and PROCEDURE statements can stand here"),
            }
        }
        self.unclosed(Stop::EndOfFile, &Opened { what: "interface", name: String::new(), span });
    }

    /// Reads over an interface block with the blocks in it.
    pub(super) fn skip_interface_block(&mut self) {
        let mut open = 1usize;
        while open > 0 && self.scanner.advance() {
            match classify(self.scanner.cursor()) {
                Kind::Interface | Kind::AbstractInterface => open += 1,
                Kind::End(Ending::Interface) => open -= 1,
                _ => {}
            }
        }
    }

    /// A derived type definition: its name.
    pub(super) fn derived_type(&mut self, scope: &mut ScopeBuilder) {
        let whole = self.scanner.cursor().whole();
        let name = self.parse(type_name);
        if let Some((name, span)) = &name {
            scope.scope.derived_types.push(DerivedType {
                name: name.clone(),
                span: *span,
                attributes: TypeAttributes::default(),
                extends: None,
                parameters: Vec::new(),
                components: Vec::new(),
                bindings: Vec::new(),
                documentation: Documentation::default(),
            });
        }
        let name = name.map_or(String::new(), |(name, _)| name.lower().to_owned());
        let opened = Opened { what: "type", name, span: whole };
        while self.scanner.advance() {
            match classify(self.scanner.cursor()) {
                Kind::End(Ending::DerivedType) => return,
                Kind::End(_) | Kind::Header | Kind::Module | Kind::Program | Kind::Submodule | Kind::BlockData => {
                    self.unclosed(Stop::Unit, &opened);
                    return;
                }
                _ => {}
            }
        }
        self.unclosed(Stop::EndOfFile, &opened);
    }

    /// An enumeration: its enumerators are constants.
    pub(super) fn enumeration(&mut self, scope: &mut ScopeBuilder) {
        let whole = self.scanner.cursor().whole();
        scope.enumerator = None;
        while self.scanner.advance() {
            match classify(self.scanner.cursor()) {
                Kind::Enumerator => {
                    self.parse(|cursor| parse_enumerators(cursor, scope));
                }
                Kind::End(Ending::Enum) => return,
                _ => break,
            }
        }
        scope.mentioned.clear();
        let opened = Opened { what: "enum", name: String::new(), span: whole };
        self.unclosed(Stop::Unit, &opened);
    }
}

/// An interface body says everything of an external or dummy procedure.
fn enter_body(scope: &mut ScopeBuilder, body: Procedure) {
    if body.prefixes.module {
        scope.separate.push(body);
        return;
    }
    let entity = scope.declare(&body.name.clone(), body.span, 0);
    entity.attributes.external = true;
    entity.interface = Some(Box::new(body));
    scope.mentioned.clear();
}

/// `interface [name]`; operators and assignments have no name.
fn generic_name(cursor: &mut Cursor<'_>) -> Parsed<Option<Name>> {
    cursor.eat_keyword("interface");
    if cursor.at_end() || cursor.skip_generic_spec()? {
        return Ok(None);
    }
    let (name, _) = cursor.name("a generic name")?;
    cursor.expect_end()?;
    Ok(Some(name))
}

/// `[module] procedure [::] a, b`
fn procedure_names(cursor: &mut Cursor<'_>) -> Parsed<Vec<Name>> {
    cursor.eat_keyword("module");
    cursor.eat_keyword("procedure");
    cursor.eat("::");
    let mut names = Vec::new();
    loop {
        names.push(cursor.name("the name of a procedure")?.0);
        if !cursor.eat(",") {
            cursor.expect_end()?;
            return Ok(names);
        }
    }
}

/// `type [, attributes ::] name`
fn type_name(cursor: &mut Cursor<'_>) -> Parsed<(Name, Span)> {
    cursor.eat_keyword("type");
    while cursor.eat(",") {
        cursor.name("an attribute of the type")?;
        if cursor.peek() == b'(' && !cursor.skip_parenthesis() {
            return Err(cursor.expected("a closed parenthesis"));
        }
    }
    cursor.eat("::");
    cursor.name("the name of the type")
}
