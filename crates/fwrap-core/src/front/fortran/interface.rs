//! Interface blocks and enumerations (F2018 15.4.3.2, 7.6).

use crate::front::fortran::attribute::parse_enumerators;
use crate::front::fortran::documentation::UnitDocumentation;
use crate::front::fortran::generic::{InterfaceKind, parse_interface, parse_procedure_names};
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::statement::{Ending, Kind, classify};
use crate::front::fortran::unit::{Opened, Reader, Stop};
use crate::ir::generic::GenericSpec;
use crate::ir::procedure::Procedure;

/// How deep interface bodies may have interface blocks of their own.
const MAXIMUM_NESTING: usize = 20;

impl Reader<'_, '_> {
    /// An interface block; the scanner's statement is its first.
    pub(super) fn interface_block(&mut self, scope: &mut ScopeBuilder) {
        let span = self.scanner.cursor().whole();
        if self.nesting >= MAXIMUM_NESTING {
            self.report_here("interface blocks nest too deep here");
            self.skip_interface_block();
            return;
        }
        let kind = self.parse(parse_interface).unwrap_or(InterfaceKind::Specific);
        let mut about = ScopeBuilder::default();
        let comments = UnitDocumentation::of_unit(&self.scanner, &mut about);
        if let InterfaceKind::Generic(spec) = &kind {
            let documentation = comments.finish(&mut about);
            let generic = scope.generic(spec, span);
            if generic.documentation.text.is_empty() {
                generic.documentation = documentation;
            }
        }
        let outer = std::mem::take(&mut self.hosts);
        let stop = self.interface_bodies(scope, &kind);
        self.hosts = outer;
        if stop != Stop::End(Ending::Interface) {
            self.unclosed(stop, &Opened { what: "interface", name: String::new(), span });
        }
        scope.mentioned.clear();
    }

    fn interface_bodies(&mut self, scope: &mut ScopeBuilder, kind: &InterfaceKind) -> Stop {
        let spec = match kind {
            InterfaceKind::Generic(spec) => Some(spec),
            InterfaceKind::Specific | InterfaceKind::Abstract => None,
        };
        while self.scanner.advance() {
            match classify(self.scanner.cursor()) {
                Kind::End(ending) => return Stop::End(ending),
                Kind::Header => {
                    self.nesting += 1;
                    let body = self.procedure_or_body(false);
                    self.nesting -= 1;
                    if let Some(body) = body {
                        enter_body(scope, kind, spec, body);
                    }
                }
                Kind::ModuleProcedure => {
                    let names = self.parse(parse_procedure_names).unwrap_or_default();
                    if let Some(spec) = spec {
                        let span = self.scanner.cursor().whole();
                        scope.generic(spec, span).specifics.extend(names);
                    }
                }
                Kind::Include => self.include(),
                Kind::Contains | Kind::Module | Kind::Program | Kind::Submodule | Kind::BlockData => return Stop::Unit,
                Kind::Ignored => {}
                _ => self.report_here("only interface bodies and PROCEDURE statements can stand here"),
            }
        }
        Stop::EndOfFile
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

    /// An enumeration: its enumerators are constants. Those of an enumeration type (F2023) are of that type.
    pub(super) fn enumeration(&mut self, scope: &mut ScopeBuilder, kind: Kind) {
        let whole = self.scanner.cursor().whole();
        scope.enumerator = None;
        while self.scanner.advance() {
            match classify(self.scanner.cursor()) {
                Kind::Enumerator if kind == Kind::EnumerationType => {}
                Kind::Enumerator => {
                    self.parse(|cursor| parse_enumerators(cursor, scope));
                }
                Kind::Include => self.include(),
                Kind::End(Ending::Enum) => return,
                _ => break,
            }
        }
        scope.mentioned.clear();
        let opened = Opened { what: "enum", name: String::new(), span: whole };
        self.unclosed(Stop::Unit, &opened);
    }
}

/// An interface body says everything of an external or dummy procedure; an abstract one of no procedure.
fn enter_body(scope: &mut ScopeBuilder, kind: &InterfaceKind, spec: Option<&GenericSpec>, body: Procedure) {
    if let Some(spec) = spec {
        scope.generic(spec, body.span).specifics.push(body.name.clone());
    }
    if matches!(kind, InterfaceKind::Abstract) {
        scope.scope.abstract_interfaces.push(body);
    } else if body.prefixes.module {
        scope.separate.push(body);
    } else {
        let entity = scope.declare(&body.name.clone(), body.span, 0);
        entity.attributes.external = true;
        entity.interface = Some(Box::new(body));
    }
}
