//! Blocks of a signature file: Python modules, interfaces, modules, procedures, and what stands in them.

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::front::fortran::parse_implicit;
use crate::front::include::Loader;
use crate::front::pyf::builder::Builder;
use crate::front::pyf::cursor::{Cursor, Problem};
use crate::front::pyf::declaration::{parse_attribute_statement, parse_parameters, parse_type_declaration};
use crate::front::pyf::directive::{add_enhancement, enhance};
use crate::front::pyf::lines::Lines;
use crate::front::pyf::saying::Saying;
use crate::front::pyf::statement::{Kind, classify, parse_common, parse_entry, parse_include, parse_use};
use crate::ir::f2py::{BlockKind, Member, ProcedureSignature, SignatureBlock, Verbatim};
use crate::ir::procedure::{Dummy, Entry};
use crate::source::Span;

/// How deep blocks may nest.
const MAXIMUM_NESTING: usize = 30;

/// Reads one signature file.
pub(super) struct Reader<'r, 'o> {
    pub(super) lines: Lines,
    pub(super) loader: &'r mut Loader<'o>,
    pub(super) diagnostics: &'r mut Diagnostics,
    pub(super) nesting: usize,
    /// The procedure that is being read, for messages.
    pub(super) procedure: Option<String>,
    /// What has been said, and where.
    pub(super) said: HashSet<(Option<Span>, String)>,
}

/// A block that is open, for messages.
pub(super) struct Opened {
    /// `subroutine`, `interface`...
    pub(super) what: &'static str,
    pub(super) name: String,
    pub(super) span: Span,
}

/// What the statements of one block say.
#[derive(Default)]
pub(super) struct Unit {
    pub(super) builder: Builder,
    pub(super) dummies: Vec<Dummy>,
    pub(super) signature: ProcedureSignature,
    pub(super) entries: Vec<Entry>,
    pub(super) members: Vec<Member>,
    pub(super) private_by_default: bool,
    pub(super) kind: UnitKind,
}

/// Which statements of f2py a block may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum UnitKind {
    /// A Python module or interface: C code.
    #[default]
    Block,
    /// A subroutine or function: all of them.
    Procedure,
    /// A module of Fortran, block data: none.
    Other,
}

impl Reader<'_, '_> {
    /// Every block of the file. What stands in no Python module comes last.
    pub(super) fn read_file(&mut self, start: Span) -> Vec<SignatureBlock> {
        let mut unit = Unit::default();
        self.read_statements(&mut unit, None);
        let (mut modules, mut others) = (Vec::new(), Vec::new());
        for member in std::mem::take(&mut unit.members) {
            match member {
                Member::Block(block) if block.kind == BlockKind::PythonModule => modules.push(block),
                other => others.push(other),
            }
        }
        let mut rest = SignatureBlock::new(BlockKind::File, None, start);
        rest.members = others;
        self.settle_block(unit, &mut rest);
        let has_content = !rest.members.is_empty() || !rest.scope.entities.is_empty() || !rest.user_code.is_empty();
        modules.extend(has_content.then_some(rest));
        modules
    }

    /// Statements up to the END of the block, or of the file without one.
    pub(super) fn read_statements(&mut self, unit: &mut Unit, opened: Option<&Opened>) {
        while self.lines.advance() {
            match classify(self.lines.cursor()) {
                Kind::End => match opened {
                    Some(opened) => {
                        self.check_ending(opened);
                        return;
                    }
                    None => self.report_here("there is no block that this statement could end"),
                },
                Kind::Include => self.include(),
                kind @ (Kind::Block(_) | Kind::Module | Kind::BlockData | Kind::DerivedType | Kind::Header) => {
                    self.open_block(kind, unit);
                }
                kind => self.read_statement(kind, unit),
            }
        }
        if let Some(Opened { what, name, span }) = opened {
            let title = format!("the {what} `{name}` has no END statement");
            let diagnostic = Diagnostic::error(Code::UnclosedUnit, *span, title.replace(" ``", ""));
            let help = format!("write `end {what} {name}` behind its last statement").replace(" `", "`");
            self.push(diagnostic.label("it begins here").help(help.replacen("write`", "write `", 1)));
        }
    }

    fn open_block(&mut self, kind: Kind, unit: &mut Unit) {
        if self.nesting >= MAXIMUM_NESTING {
            self.report_here("blocks nest too deep here");
            return;
        }
        self.nesting += 1;
        match kind {
            Kind::Block(kind) => {
                let block = self.block(kind);
                unit.members.push(Member::Block(block));
            }
            Kind::Module => unit.members.extend(self.module().map(Member::Module)),
            Kind::BlockData => {
                let program = self.block_data();
                unit.members.push(Member::BlockData(program));
            }
            Kind::Header => unit.members.extend(self.procedure().map(Member::Procedure)),
            // f2py takes no notice of what a type holds
            _ => {
                let opened = self.opened("type");
                self.read_statements(&mut Unit::default(), Some(&opened));
            }
        }
        self.nesting -= 1;
    }

    /// A statement that opens nothing.
    fn read_statement(&mut self, kind: Kind, unit: &mut Unit) {
        let documentation = self.lines.block();
        match kind {
            Kind::Documentation => unit.signature.documentation.extend(documentation),
            Kind::Enhancement(word) => {
                let is_code = matches!(word, "usercode" | "pymethoddef");
                match unit.kind {
                    UnitKind::Block if !is_code => self.report_here("this belongs into a subroutine or function"),
                    UnitKind::Other => self.report_here("this belongs into the Python module around this block"),
                    _ => self.enhancement(word, &mut unit.signature),
                }
            }
            Kind::TypeDeclaration => self.declare(unit, parse_type_declaration),
            Kind::Parameter => self.declare(unit, parse_parameters),
            Kind::Attribute => {
                let name = |dummy: &Dummy| match dummy {
                    Dummy::Argument(name, span) => Some(Saying::of(name.clone(), *span)),
                    Dummy::AlternateReturn(_) => None,
                };
                let all: Vec<Saying> = unit.dummies.iter().filter_map(name).collect();
                self.declare(unit, |cursor| parse_attribute_statement(cursor, &all));
            }
            Kind::Access => self.access(unit),
            Kind::Use => {
                let found = self.parse(parse_use);
                unit.builder.scope.uses.extend(found);
            }
            Kind::Entry => {
                let found = self.parse(parse_entry);
                unit.entries.extend(found);
            }
            Kind::Implicit => {
                let (text, offsets, origin) = self.lines.cursor().raw();
                let problem = parse_implicit(text, offsets, origin, &mut unit.builder.scope.implicit).err();
                problem.into_iter().for_each(|problem| self.report(problem));
            }
            Kind::Common => {
                for (name, span, members) in self.parse(parse_common).unwrap_or_default() {
                    unit.builder.add_common(name, span, members);
                }
            }
            Kind::Ignored => {}
            _ => self.report_here("f2py has no such statement, and reads over it"),
        }
    }

    fn declare(&mut self, unit: &mut Unit, parse: impl FnOnce(&mut Cursor<'_>) -> Result<Vec<Saying>, Problem>) {
        for saying in self.parse(parse).unwrap_or_default() {
            for unknown in &saying.signature.unknown {
                self.warn_of_attribute(unknown);
            }
            unit.builder.say(saying);
        }
    }

    /// An attribute that f2py reads over in silence, which is often a misspelt one.
    fn warn_of_attribute(&mut self, attribute: &Verbatim) {
        let word = attribute.text.split('(').next().unwrap_or_default().trim_ascii();
        if ["bind", "asynchronous"].iter().any(|known| word.eq_ignore_ascii_case(known)) {
            return;
        }
        let title = format!("`{word}` is no attribute, so f2py reads over it");
        let help = "write `intent(...)`, `dimension(...)`, `check(...)`, `depend(...)`, `optional`, or leave it out";
        self.push(Diagnostic::warning(Code::SignatureSyntax, attribute.span, title).label("no attribute").help(help));
    }

    /// `public`, `private :: a`
    fn access(&mut self, unit: &mut Unit) {
        let mut cursor = self.lines.cursor();
        let private = cursor.keyword("private");
        cursor.keyword("public");
        cursor.eat("::");
        if cursor.at_end() {
            unit.private_by_default = private;
            return;
        }
        self.declare(unit, |cursor| parse_attribute_statement(cursor, &[]));
    }

    /// A statement that only f2py knows.
    fn enhancement(&mut self, word: &str, signature: &mut ProcedureSignature) {
        let mut cursor = self.lines.cursor();
        match self.lines.block() {
            Some(text) => add_enhancement(word, text, signature),
            None => enhance(word, &mut cursor, signature),
        }
    }

    /// `python module`, `interface`
    fn block(&mut self, kind: BlockKind) -> SignatureBlock {
        let (what, mut cursor) = match kind {
            BlockKind::PythonModule => ("python module", self.lines.cursor()),
            BlockKind::AbstractInterface => ("abstract interface", self.lines.cursor()),
            _ => ("interface", self.lines.cursor()),
        };
        cursor.keyword(what);
        let found = cursor.name();
        let span = found.as_ref().map_or_else(|| cursor.whole(), |(_, span)| *span);
        let mut block = SignatureBlock::new(kind, found.map(|(name, _)| name), span);
        let name = block.name.as_ref().map_or(String::new(), |name| name.spelled());
        let mut unit = Unit::default();
        self.read_statements(&mut unit, Some(&Opened { what, name, span }));
        block.members = std::mem::take(&mut unit.members);
        self.settle_block(unit, &mut block);
        block
    }

    fn settle_block(&mut self, unit: Unit, block: &mut SignatureBlock) {
        block.user_code = unit.signature.user_code;
        block.method_definitions = unit.signature.method_definitions;
        block.documentation = unit.signature.documentation;
        block.scope = unit.builder.finish();
    }

    /// The block that the statement opens, by the name behind its word.
    pub(super) fn opened(&self, what: &'static str) -> Opened {
        let mut cursor = self.lines.cursor();
        cursor.keyword(what);
        let found = cursor.name();
        let span = found.as_ref().map_or_else(|| cursor.whole(), |(_, span)| *span);
        Opened { what, name: found.map_or(String::new(), |(name, _)| name.spelled()), span }
    }

    /// END with the word of another block ends the innermost all the same.
    fn check_ending(&mut self, opened: &Opened) {
        let mut cursor = self.lines.cursor();
        cursor.keyword("end");
        let class = |word: &str| match word {
            "subroutine" | "function" | "procedure" => 'p',
            "interface" | "abstract interface" => 'i',
            "python module" | "module" => 'm',
            "block data" => 'b',
            _ => 't',
        };
        const WORDS: [&str; 7] =
            ["subroutine", "function", "interface", "python module", "module", "block data", "type"];
        let found = WORDS.iter().find(|word| cursor.keyword(word));
        if let Some(word) = found.filter(|word| class(word) != class(opened.what)) {
            let span = self.lines.cursor().whole();
            let title = format!("`end {word}` ends the {} `{}`", opened.what, opened.name);
            let diagnostic = Diagnostic::error(Code::SignatureSyntax, span, title.replace(" ``", ""));
            let help = format!("write `end {} {}`", opened.what, opened.name);
            self.push(
                diagnostic
                    .also(opened.span, "it begins here")
                    .help(help.replace(" `", "`").replacen("write`", "write `", 1)),
            );
        }
    }

    fn include(&mut self) {
        if let Some((name, span)) = self.parse(parse_include) {
            self.lines.include(&name, span, self.loader, self.diagnostics);
        }
    }

    /// Reads the statement; what is wrong with it is reported.
    pub(super) fn parse<T>(&mut self, parse: impl FnOnce(&mut Cursor<'_>) -> Result<T, Problem>) -> Option<T> {
        let parsed = parse(&mut self.lines.cursor());
        parsed.map_err(|problem| self.report(problem)).ok()
    }

    fn report_here(&mut self, label: &str) {
        let span = self.lines.cursor().whole();
        self.report((span, label.to_owned()));
    }

    fn report(&mut self, (span, label): Problem) {
        let title = "this statement of a signature file cannot be read";
        let help = "correct the statement; if f2py takes it as it is, report this as a bug of fwrap";
        self.push(Diagnostic::error(Code::SignatureSyntax, span, title).label(label).help(help));
    }

    fn push(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.procedure.clone_from(&self.procedure);
        // the replicates of a template have the same places
        if self.said.insert((diagnostic.span, diagnostic.title.clone())) {
            self.diagnostics.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Code;
    use crate::front::pyf::testing::{complaints, entity, read, read_with};
    use crate::ir::f2py::{BlockKind, Member, SignatureBlock};
    use crate::ir::name::Name;

    const FILE: &str = "\
python module example ! in
  usercode '''
  #define N 3   /* 'not' Fortran */
'''
  interface  ! in :example
    usercode '''init();'''
    python module inner__user__routines
      interface
        subroutine f(x)
          real*8 :: x
        end subroutine f
      end interface
    end python module inner__user__routines
    integer :: k
    common /blk/ k, z(3)
    subroutine S(n, x) ! in :example:s.f
      threadsafe
      fortranname s_real
      callstatement {int i; (*f2py_func)(&n, x); for(i=0;i<n;i++) x[i]--;}
      callprotoargument int*,double*
      '''
      What it does.
      '''
      intent(c) S
      integer, optional, intent(in), check(n>0), depend(x) :: n = len(x)
      double precision dimension(n), intent(inplace) :: x
      entry s2(x)
    end subroutine S
    module m
      private
      public :: a
      real*8, allocatable, dimension(:) :: a
      type t
        integer i
      end type t
      function g(x) result(y)
        real*8 :: x, y
      end function g
    end module m
    block data init
      common /blk/ k
    end block data init
    real*8 function h(x)
      integer x
    end function h
  end interface
end python module example
";

    fn example() -> SignatureBlock {
        read(FILE).python_modules.remove(0)
    }

    #[test]
    fn blocks_hold_what_stands_in_them() {
        let module = example();
        assert_eq!((module.kind, module.name.as_ref().map(Name::lower)), (BlockKind::PythonModule, Some("example")));
        assert!(module.user_code[0].text.contains("/* 'not' Fortran */"));
        let Member::Block(interface) = &module.members[0] else { panic!("the interface") };
        assert_eq!(interface.user_code[0].text, "init();");
        assert_eq!(interface.scope.commons[0].members.len(), 2);
        let names: Vec<_> = module.procedures().iter().map(|procedure| procedure.name.spelled()).collect();
        assert_eq!(names, ["S", "h"]);
        assert_eq!(module.modules()[0].procedures[0].name.lower(), "g");
        assert!(module.modules()[0].private_by_default);
        let Member::Block(inner) = &interface.members[0] else { panic!("the callbacks") };
        assert!(inner.is_of_callbacks());
    }

    #[test]
    fn statements_of_f2py_are_about_the_procedure() {
        let module = example();
        let s = module.procedures()[0];
        let signature = s.f2py.as_ref().expect("statements of f2py");
        assert!(signature.threadsafe);
        assert_eq!(signature.fortran_name.as_ref().map(|name| name.text.as_str()), Some("s_real"));
        let call = signature.call_statement.as_ref().expect("a call statement");
        assert_eq!(call.text, "{int i; (*f2py_func)(&n, x); for(i=0;i<n;i++) x[i]--;}");
        assert_eq!(signature.call_prototype.as_ref().map(|types| types.text.as_str()), Some("int*,double*"));
        assert_eq!((signature.documentation.len(), signature.intents.len()), (1, 1));
        assert_eq!(s.entries[0].name.lower(), "s2");
        assert!(s.scope.entity(&Name::new("s")).is_none());
        let h = module.procedures()[1];
        assert!(entity(h, "h").type_spec.is_some(), "the type of the prefix");
    }

    #[test]
    fn ends_are_checked() {
        let found = complaints("python module m\ninterface\nsubroutine s\nend interface\nend\nend\n");
        assert_eq!(found.len(), 1, "{found:?}");
        let (_, diagnostics, _) = read_with("a.pyf", "python module m\nsubroutine s\n", &[]);
        let codes: Vec<_> = diagnostics.iter().map(|one| (one.code, one.help.clone().unwrap_or_default())).collect();
        let help = |text: &str| (Code::UnclosedUnit, format!("write `end {text}` behind its last statement"));
        assert_eq!(codes, [help("python module m"), help("subroutine s")]);
        assert_eq!(complaints("end subroutine\n").len(), 1);
    }

    #[test]
    fn included_files_stand_in_place() {
        let text = "python module m\ninterface\ninclude 'a.inc'\ninclude 'b.inc'\nend interface\nend\n";
        let (library, diagnostics, _) =
            read_with("a.pyf", text, &[("a.inc", "subroutine s\nend subroutine\nsubroutine t\nend subroutine")]);
        assert_eq!(library.python_modules[0].procedures().len(), 2);
        let titles: Vec<_> = diagnostics.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(titles, ["the included file `b.inc` was not found"]);
    }

    #[test]
    fn statements_of_f2py_stand_where_they_belong() {
        let text = "python module m\nthreadsafe\ninterface\nmodule z\nusercode x\nend module\nend interface\nend\n";
        let found = complaints(text);
        let labels: Vec<_> = found.iter().map(|(place, label)| (place.as_str(), label.contains("belongs"))).collect();
        assert_eq!(labels, [("threadsafe", true), ("usercode x", true)]);
    }

    #[test]
    fn deep_blocks_are_refused() {
        let text = "interface\n".repeat(100_000);
        assert!(!complaints(&text).is_empty());
    }
}
