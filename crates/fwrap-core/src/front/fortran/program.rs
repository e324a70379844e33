//! Main programs and block data units (F2018 14.1, 14.3): nothing to call, but names that others share.

use crate::front::fortran::body::BodyReader;
use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::documentation::UnitDocumentation;
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::statement::Ending;
use crate::front::fortran::unit::{Opened, Reader, Stop};
use crate::ir::name::Name;
use crate::ir::program::{Program, ProgramKind};
use crate::source::Span;

impl Reader<'_, '_> {
    /// A main program or block data unit; the scanner's statement is its first.
    pub(super) fn program(&mut self, kind: ProgramKind) -> Program {
        let what = if kind == ProgramKind::Main { "program" } else { "block data" };
        let name = self.parse(|cursor| program_statement(cursor, what)).flatten();
        let span = name.as_ref().map_or_else(|| self.scanner.cursor().whole(), |(_, span)| *span);
        let name = name.map(|(name, _)| name);
        let spelled = name.as_ref().map_or(String::new(), |name| name.lower().to_owned());
        self.program_of(kind, name, Opened { what, name: spelled, span })
    }

    /// A main program without a PROGRAM statement; the scanner's statement is its first, to be read once more.
    pub(super) fn program_without_name(&mut self) -> Program {
        let span = self.scanner.cursor().whole();
        self.scanner.unread();
        self.program_of(ProgramKind::Main, None, Opened { what: "main program", name: String::new(), span })
    }

    fn program_of(&mut self, kind: ProgramKind, name: Option<Name>, opened: Opened) -> Program {
        let mut scope = ScopeBuilder::default();
        let mut comments = UnitDocumentation::of_unit(&self.scanner, &mut scope);
        let (mut entries, mut internal) = (Vec::new(), Vec::new());
        let executable = kind == ProgramKind::Main;
        let mut stop = self.specification_part(&mut scope, &mut comments, &mut entries, executable);
        let mut body = BodyReader::default();
        if stop == Stop::Executable {
            self.scanner.unread();
            stop = self.execution_part(&mut entries, &mut scope, &mut body);
        }
        if stop == Stop::Contains {
            stop = self.internal_procedures(&mut internal, &body);
        }
        if !matches!(stop, Stop::End(Ending::Bare | Ending::Program)) {
            self.unclosed(stop, &opened);
        }
        scope.settle();
        comments.finish(&mut scope);
        Program { kind, name, span: opened.span, scope: scope.scope, internal }
    }
}

/// `program p`, `block data [b]`: the name and its place.
fn program_statement(cursor: &mut Cursor<'_>, what: &str) -> Parsed<Option<(Name, Span)>> {
    cursor.eat_keyword(what);
    let name = cursor.eat_name();
    // some write `program p()`
    cursor.skip_parenthesis();
    cursor.expect_end()?;
    Ok(name)
}
