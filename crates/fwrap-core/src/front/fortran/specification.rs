//! Specification parts (F2018 5.1): every statement up to the first that is executable, CONTAINS or END.

use crate::front::fortran::association::{parse_implicit, parse_import, parse_use};
use crate::front::fortran::attribute::{parse_access, parse_attribute_statement, parse_intent, parse_parameter};
use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::declaration::parse_type_declaration;
use crate::front::fortran::documentation::UnitDocumentation;
use crate::front::fortran::generic::parse_generic;
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::statement::{Ending, Kind, classify};
use crate::front::fortran::storage::{parse_bind, parse_common, parse_equivalence, parse_namelist, parse_save};
use crate::front::fortran::structure::parse_record;
use crate::front::fortran::unit::{Reader, Stop};
use crate::ir::procedure::Entry;

impl Reader<'_, '_> {
    /// Statements up to the first that is executable, CONTAINS or END. `executable`: an execution part may follow.
    pub(super) fn specification_part(
        &mut self,
        scope: &mut ScopeBuilder,
        comments: &mut UnitDocumentation,
        entries: &mut Vec<Entry>,
        executable: bool,
    ) -> Stop {
        while self.scanner.advance() {
            let kind = classify(self.scanner.cursor());
            let about = comments.before_statement(&self.scanner, scope, declares(kind));
            scope.mentioned.clear();
            match kind {
                Kind::End(Ending::Construct) if executable => return Stop::Executable,
                Kind::End(Ending::Construct | Ending::DerivedType | Ending::Structure | Ending::Enum) => {
                    self.report_here("there is nothing that this statement could end");
                }
                Kind::End(ending) => return Stop::End(ending),
                Kind::Contains => return Stop::Contains,
                Kind::Executable if executable => {
                    if !self.old_parameter(scope) && !self.statement_function(scope) {
                        return Stop::Executable;
                    }
                }
                Kind::Executable => self.report_here("no executable statement can stand here"),
                Kind::Header if executable && self.is_array_declaration() => {
                    self.parse(|cursor| parse_type_declaration(cursor, scope));
                }
                Kind::Header | Kind::Program | Kind::Module | Kind::Submodule | Kind::BlockData => return Stop::Unit,
                Kind::Entry => self.entry(entries, scope),
                Kind::Include => self.include(),
                Kind::Interface | Kind::AbstractInterface => self.interface_block(scope),
                Kind::DerivedType => self.derived_type(scope),
                Kind::Structure => self.structure(scope),
                Kind::Enum | Kind::EnumerationType => self.enumeration(scope, kind),
                Kind::Unknown => self.unknown_statement(),
                Kind::Ignored => {}
                _ => {
                    self.parse(|cursor| parse_specification(cursor, scope, kind));
                }
            }
            comments.after_statement(&self.scanner, scope, &about);
        }
        Stop::EndOfFile
    }

    /// Whether the statement is `REAL FUNCTIONX(N)` in fixed form: the array `FUNCTIONX` to the compiler, for no
    /// procedure can begin here. Where a blank stands behind FUNCTION, a missing END is more likely.
    fn is_array_declaration(&self) -> bool {
        let mut cursor = self.scanner.cursor();
        if !cursor.fixed || !matches!(cursor.type_spec(true), Ok(Some(_))) || !cursor.eat_keyword("function") {
            return false;
        }
        let behind = cursor.position();
        let span = cursor.span_between(behind - 1, behind + 1);
        span.end - span.start == 2
    }

    /// Whether the statement is `PARAMETER X = 3` in fixed form, which looks like an assignment.
    fn old_parameter(&mut self, scope: &mut ScopeBuilder) -> bool {
        let mut cursor = self.scanner.cursor();
        if !cursor.fixed || !cursor.eat_keyword("parameter") || !cursor.peek().is_ascii_alphabetic() {
            return false;
        }
        cursor.seek(0);
        if cursor.eat_name().is_some_and(|(name, _)| scope.find(&name).is_some()) {
            return false;
        }
        self.parse(|cursor| parse_parameter(cursor, scope));
        true
    }

    /// Whether the statement is `f(x) = expression` of a statement function (F2018 15.6.4): what it is about is no
    /// array. Names of a host or of modules may be arrays, so it must have a declaration here where there are some.
    fn statement_function(&mut self, scope: &mut ScopeBuilder) -> bool {
        let mut cursor = self.scanner.cursor();
        let (text, span) = (cursor.text(), cursor.whole());
        let Some((name, _)) = cursor.eat_name().filter(|_| is_dummy_list(&mut cursor)) else { return false };
        let is_alone = self.hosts == 0 && scope.scope.uses.is_empty();
        let is_one = match scope.find(&name) {
            Some(entity) => entity.shape.is_none() && (is_alone || entity.type_spec.is_some()),
            None => is_alone,
        };
        if is_one {
            scope.statement_functions.push((name, text.to_vec(), span));
        }
        is_one
    }
}

/// `(a, b) =`
fn is_dummy_list(cursor: &mut Cursor<'_>) -> bool {
    if !cursor.eat("(") {
        return false;
    }
    if !cursor.eat(")") {
        loop {
            if cursor.eat_name().is_none() {
                return false;
            }
            if cursor.eat(")") {
                break;
            }
            if !cursor.eat(",") {
                return false;
            }
        }
    }
    cursor.peek() == b'=' && !matches!(cursor.rest().get(1), Some(b'=' | b'>'))
}

/// Whether a comment before the statement is about names in it.
fn declares(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TypeDeclaration
            | Kind::Attribute(_)
            | Kind::Intent
            | Kind::Parameter
            | Kind::Common
            | Kind::Record
            | Kind::DerivedType
    )
}

/// A statement of the specification part that fills one line of the scope.
pub(super) fn parse_specification(cursor: &mut Cursor<'_>, scope: &mut ScopeBuilder, kind: Kind) -> Parsed<()> {
    match kind {
        Kind::TypeDeclaration => parse_type_declaration(cursor, scope),
        Kind::Attribute(attribute) => parse_attribute_statement(cursor, scope, attribute),
        Kind::Intent => parse_intent(cursor, scope),
        Kind::Parameter => parse_parameter(cursor, scope),
        Kind::Public => parse_access(cursor, scope, false),
        Kind::Private => parse_access(cursor, scope, true),
        Kind::Use => parse_use(cursor, &mut scope.scope),
        Kind::Import => parse_import(cursor, &mut scope.scope.import),
        Kind::Implicit => parse_implicit(cursor, &mut scope.scope.implicit),
        Kind::Common => parse_common(cursor, scope),
        Kind::Equivalence => parse_equivalence(cursor, scope),
        Kind::Namelist => parse_namelist(cursor, scope),
        Kind::Save => parse_save(cursor, scope),
        Kind::Bind => parse_bind(cursor, scope),
        Kind::Generic => parse_generic(cursor, scope),
        Kind::Record => parse_record(cursor, scope),
        _ => Err(cursor.expected("a statement of a specification part")),
    }
}
