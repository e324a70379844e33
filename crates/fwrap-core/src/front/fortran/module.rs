//! Modules and submodules (F2018 14.2), and bodies of separate module procedures (15.6.2.5).

use crate::front::fortran::body::BodyReader;
use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::documentation::UnitDocumentation;
use crate::front::fortran::procedure::finish_entries;
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::statement::{Ending, Kind, classify};
use crate::front::fortran::unit::{Opened, Reader, Stop};
use crate::ir::module::{Module, SeparateBody};
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::Span;

/// What the first statement of a module or submodule says.
struct ModuleStatement {
    name: Name,
    span: Span,
    ancestor: Option<Name>,
    parent: Option<Name>,
}

impl Reader<'_, '_> {
    /// A module; the scanner's statement is its first.
    pub(super) fn module(&mut self, submodule: bool) -> Option<Module> {
        let mut scope = ScopeBuilder::default();
        let mut comments = UnitDocumentation::of_unit(&self.scanner, &mut scope);
        let whole = self.scanner.cursor().whole();
        let first = self.parse(|cursor| module_statement(cursor, submodule));
        let what = if submodule { "submodule" } else { "module" };
        let name = first.as_ref().map_or(String::new(), |first| first.name.lower().to_owned());
        let opened = Opened { what, name: name.clone(), span: first.as_ref().map_or(whole, |first| first.span) };
        self.module = Some(name);
        let mut stop = self.specification_part(&mut scope, &mut comments, &mut Vec::new(), false);
        let separate_interfaces = std::mem::take(&mut scope.separate);
        let (mut procedures, mut separate_bodies) = (Vec::new(), Vec::new());
        if stop == Stop::Contains {
            self.hosts += 1;
            stop = self.module_procedures(&mut procedures, &mut separate_bodies);
            self.hosts -= 1;
        }
        if !matches!(stop, Stop::End(Ending::Bare | Ending::Module)) {
            self.unclosed(stop, &opened);
        }
        self.module = None;
        scope.settle();
        let documentation = comments.finish(&mut scope);
        let ModuleStatement { name, span, ancestor, parent } = first?;
        Some(Module {
            name,
            span,
            ancestor,
            parent,
            scope: scope.scope,
            private_by_default: scope.private_by_default,
            access: scope.access,
            operator_access: scope.operator_access,
            procedures,
            separate_interfaces,
            separate_bodies,
            documentation,
        })
    }

    /// Procedures of a module up to its END.
    fn module_procedures(&mut self, procedures: &mut Vec<Procedure>, bodies: &mut Vec<SeparateBody>) -> Stop {
        while self.scanner.advance() {
            match classify(self.scanner.cursor()) {
                Kind::Header => procedures.extend(self.procedure()),
                Kind::ModuleProcedure => bodies.extend(self.separate_body()),
                Kind::End(ending) => return Stop::End(ending),
                Kind::Program | Kind::Module | Kind::Submodule | Kind::BlockData => return Stop::Unit,
                Kind::Include => self.include(),
                Kind::Ignored => {}
                _ => self.report_here("only procedures can stand behind the CONTAINS of a module"),
            }
        }
        Stop::EndOfFile
    }

    /// `module procedure f` with what follows: its interface is that of the ancestor's interface body.
    fn separate_body(&mut self) -> Option<SeparateBody> {
        let mut scope = ScopeBuilder::default();
        let mut comments = UnitDocumentation::of_unit(&self.scanner, &mut scope);
        let span = self.scanner.cursor().whole();
        let first = self.parse(|cursor| {
            cursor.eat_keyword("module procedure");
            let name = cursor.name("the name of a separate module procedure")?;
            cursor.expect_end()?;
            Ok(name)
        });
        let outer = self.procedure.clone();
        let spelled = first.as_ref().map_or(String::new(), |(name, _)| name.lower().to_owned());
        self.procedure = Some(spelled.clone());
        let (mut entries, mut internal) = (Vec::new(), Vec::new());
        let mut stop = self.specification_part(&mut scope, &mut comments, &mut entries, true);
        let mut body = BodyReader::open(&scope);
        if stop == Stop::Executable {
            self.scanner.unread();
            stop = self.execution_part(&mut entries, &mut scope, &mut body);
        }
        if stop == Stop::Contains {
            stop = self.internal_procedures(&mut internal, &body);
        }
        if !matches!(stop, Stop::End(Ending::Bare | Ending::Procedure)) {
            self.unclosed(stop, &Opened { what: "procedure", name: spelled, span });
        }
        self.procedure = outer;
        finish_entries(&mut entries, false, &mut scope);
        scope.settle();
        comments.finish(&mut scope);
        let (name, span) = first?;
        Some(SeparateBody { name, span, scope: scope.scope, entries, internal, body: body.finish().0 })
    }
}

/// `module m`, `submodule (ancestor[:parent]) s`
fn module_statement(cursor: &mut Cursor<'_>, submodule: bool) -> Parsed<ModuleStatement> {
    let (mut ancestor, mut parent) = (None, None);
    if submodule {
        cursor.eat_keyword("submodule");
        cursor.expect("(")?;
        ancestor = Some(cursor.name("the name of the ancestor module")?.0);
        if cursor.eat(":") {
            parent = Some(cursor.name("the name of the parent submodule")?.0);
        }
        cursor.expect(")")?;
    } else {
        cursor.eat_keyword("module");
    }
    let (name, span) = cursor.name("the name of the module")?;
    cursor.expect_end()?;
    Ok(ModuleStatement { name, span, ancestor, parent })
}
