//! Which comment belongs to what: the unit, the declaration below it, or the one beside it.

use std::ops::Range;

use crate::front::fortran::comment::{Mark, append_paragraph, parse_comment, strip_mark};
use crate::front::fortran::lines::{Comment, Scanner};
use crate::front::fortran::scope::ScopeBuilder;
use crate::ir::documentation::Documentation;

/// A plain comment of more lines than this is not about one declaration.
const LONGEST_ENTITY_COMMENT: usize = 3;

/// Words that stand alone over declarations.
const HEADINGS: &[&str] = &[
    "argument",
    "arguments",
    "dummy argument",
    "dummy arguments",
    "parameters",
    "parameter",
    "local",
    "locals",
    "local variables",
    "local variable",
    "variables",
    "input",
    "inputs",
    "output",
    "outputs",
    "input/output",
    "in",
    "out",
    "external",
    "externals",
    "external functions",
    "functions",
    "intrinsic",
    "intrinsics",
    "constants",
    "local scalars",
    "local arrays",
    "local parameters",
    "declarations",
    "interface",
    "calling parameters",
];

/// Comment lines that stand together.
#[derive(Debug)]
struct Block<'s> {
    mark: Mark,
    lines: Vec<&'s str>,
    last_line: u32,
}

/// The documentation of a unit that is being read.
#[derive(Debug, Default)]
pub(super) struct UnitDocumentation {
    pub(super) documentation: Documentation,
    /// Whether a statement followed the unit's first one.
    begun: bool,
    /// Entities of the last declaration.
    last: Vec<usize>,
}

impl UnitDocumentation {
    /// The comments before and beside the first statement of a unit, which is the scanner's statement.
    pub(super) fn of_unit(scanner: &Scanner, scope: &mut ScopeBuilder) -> Self {
        let mut this = Self::default();
        let blocks = blocks(scanner, scanner.statement.leading.clone());
        let marked = blocks.iter().any(|block| block.mark != Mark::Plain);
        let first_line = scanner.statement.first_line();
        if marked {
            let lines: Vec<&str> = join(blocks.iter().filter(|block| block.mark != Mark::Plain));
            this.documentation = parse_comment(&lines);
        } else if let Some(block) = blocks.last().filter(|block| block.last_line + 2 >= first_line) {
            let text = parse_comment(&block.lines);
            if !is_license(&text.text) {
                this.documentation = text;
            }
        }
        let single = scanner.statement.lines.len() == 1;
        for comment in &scanner.comments[scanner.statement.beside.clone()] {
            let (mark, text) = strip_mark(scanner.comment_text(comment));
            if mark == Mark::Directive {
            } else if single {
                this.add(parse_comment(&[text]));
            } else {
                describe_line(scanner, scope, comment, text);
            }
        }
        this
    }

    fn add(&mut self, more: Documentation) {
        append_paragraph(&mut self.documentation.text, &more.text);
        self.documentation.arguments.extend(more.arguments);
    }

    /// Gives the comments before the scanner's statement to the unit or to the declaration before them; what is
    /// about the statement itself is returned.
    pub(super) fn before_statement(
        &mut self,
        scanner: &Scanner,
        scope: &mut ScopeBuilder,
        is_declaration: bool,
    ) -> String {
        let at_header = !std::mem::replace(&mut self.begun, true);
        let range = scanner.statement.leading.clone();
        if range.is_empty() {
            return String::new();
        }
        let blocks = blocks(scanner, range);
        let first_line = scanner.statement.first_line();
        let mut about_statement = String::new();
        let is_known = !self.documentation.text.is_empty();
        for (index, block) in blocks.iter().enumerate() {
            let adjacent = index + 1 == blocks.len() && block.last_line + 1 == first_line;
            match block.mark {
                Mark::After if at_header => self.add(parse_comment(&block.lines)),
                Mark::After => {
                    let text = parse_comment(&block.lines).text;
                    for &entity in &self.last {
                        append_line(&mut scope.scope.entities[entity].documentation, &text);
                    }
                }
                Mark::Before if is_declaration && index + 1 == blocks.len() => {
                    about_statement = parse_comment(&block.lines).text;
                }
                Mark::Before if at_header => self.add(parse_comment(&block.lines)),
                Mark::Plain if at_header && !is_known && (index == 0 || !(adjacent && is_declaration)) => {
                    self.add(parse_comment(&block.lines));
                }
                Mark::Plain => {
                    let cleaned = parse_comment(&block.lines);
                    if !is_known && block.lines.len() > LONGEST_ENTITY_COMMENT {
                        self.add(cleaned);
                    } else if adjacent && is_declaration && block.lines.len() <= LONGEST_ENTITY_COMMENT {
                        about_statement = cleaned.text;
                    }
                }
                Mark::Before | Mark::Directive => {}
            }
        }
        if is_heading(&about_statement) { String::new() } else { about_statement }
    }

    /// Gives comments to the entities that the scanner's statement declares.
    pub(super) fn after_statement(&mut self, scanner: &Scanner, scope: &mut ScopeBuilder, about: &str) {
        self.last.clear();
        self.last.extend(scope.mentioned.iter().map(|(entity, _)| *entity));
        if !about.is_empty() {
            for &entity in &self.last {
                append_line(&mut scope.scope.entities[entity].documentation, about);
            }
        }
        for comment in &scanner.comments[scanner.statement.beside.clone()] {
            let (mark, text) = strip_mark(scanner.comment_text(comment));
            if mark != Mark::Directive {
                describe_line(scanner, scope, comment, text);
            }
        }
    }

    /// The documentation, after what it says of single arguments has gone to their entities.
    pub(super) fn finish(self, scope: &mut ScopeBuilder) -> Documentation {
        for argument in &self.documentation.arguments {
            if let Some(entity) = scope.find(&argument.name).filter(|entity| entity.documentation.is_empty()) {
                entity.documentation.clone_from(&argument.text);
            }
        }
        self.documentation
    }
}

/// Gives a comment to the entities on its line, or to all of a statement of one line.
fn describe_line(scanner: &Scanner, scope: &mut ScopeBuilder, comment: &Comment, text: &str) {
    let text = parse_comment(&[text]).text;
    if is_heading(&text) {
        return;
    }
    // names are mentioned in the order of the statement
    let position = scanner.statement.positions_on(comment.line);
    let first = scope.mentioned.partition_point(|(_, at)| *at < position.start);
    let end = scope.mentioned.partition_point(|(_, at)| *at < position.end);
    for (entity, _) in scope.mentioned.get(first..end).unwrap_or_default() {
        append_line(&mut scope.scope.entities[*entity].documentation, &text);
    }
}

fn append_line(documentation: &mut String, text: &str) {
    if !documentation.is_empty() && !text.is_empty() {
        documentation.push('\n');
    }
    documentation.push_str(text);
}

fn join<'s>(blocks: impl Iterator<Item = &'s Block<'s>>) -> Vec<&'s str> {
    let blocks = blocks.collect::<Vec<_>>();
    let mut lines: Vec<&str> = Vec::with_capacity(blocks.iter().map(|block| block.lines.len() + 1).sum());
    for block in blocks {
        if !lines.is_empty() {
            lines.push("");
        }
        lines.extend(&block.lines);
    }
    lines
}

fn is_heading(text: &str) -> bool {
    let text = text.trim_end_matches([':', '.']);
    text.is_empty() || HEADINGS.iter().any(|heading| text.eq_ignore_ascii_case(heading))
}

fn is_license(text: &str) -> bool {
    let found = |word: &[u8]| text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    found(b"copyright") || found(b"spdx-license")
}

/// Comment lines that stand together, of one kind: `!>` begins a block that `!!` may go on with.
fn blocks(scanner: &Scanner, range: Range<usize>) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut left = range.len();
    for comment in &scanner.comments[range] {
        let (mark, text) = strip_mark(scanner.comment_text(comment));
        left -= 1;
        if mark == Mark::Directive {
            continue;
        }
        let fits = |block: &Block<'_>| {
            let together = block.last_line + 1 == comment.line;
            let continues = block.mark == mark || (block.mark == Mark::Before && mark == Mark::After);
            together && continues
        };
        match blocks.last_mut().filter(|block| fits(block)) {
            Some(block) => {
                block.lines.push(text);
                block.last_line = comment.line;
            }
            None => {
                let mut lines = Vec::with_capacity((left + 1).min(64));
                lines.push(text);
                blocks.push(Block { mark, lines, last_line: comment.line });
            }
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{entity, fixed, free, read};
    use crate::ir::entity::Intent;

    #[test]
    fn ford_comments() {
        let procedure = free(
            "!> Adds two numbers.\n!! And says so.\nsubroutine s(a, b, c, d) !! Really.\n  !! After all.\n\
             \x20 real, intent(in) :: a !! the first\n    !! number\n  !> the second\n  real :: b\n\
             \x20 real :: c, & !< the third\n          d    ! the fourth\n  real :: w\n  x = 1 ! nothing\nend\n",
        );
        assert_eq!(procedure.documentation.text, "Adds two numbers.\nAnd says so.\n\nReally.\n\nAfter all.");
        let about = |name: &str| entity(&procedure, name).documentation.as_str();
        assert_eq!(about("a"), "the first\nnumber");
        assert_eq!(about("b"), "the second");
        assert_eq!(about("c"), "the third");
        assert_eq!(about("d"), "the fourth");
        assert_eq!(about("w"), "");
    }

    #[test]
    fn plain_comments() {
        let procedure = free(
            "! A file about something.\n! Copyright (c) somebody\n\n! Adds.\nsubroutine s(a, b)\n  ! number of rows\n\
             \x20 integer a\n  ! the matrix\n  real b(a)\n  ! local variables\n  real w\nend\n",
        );
        assert_eq!(procedure.documentation.text, "Adds.");
        let about = |name: &str| entity(&procedure, name).documentation.as_str();
        assert_eq!((about("a"), about("b"), about("w")), ("number of rows", "the matrix", ""));
        let procedure = free("subroutine s(a)\n! Adds.\n!\n!   Twice.\nreal a\nend\n");
        assert_eq!(procedure.documentation.text, "Adds.\n\n  Twice.");
        assert_eq!(entity(&procedure, "a").documentation, "");
    }

    #[test]
    fn a_comment_behind_the_declarations_of_the_arguments() {
        let procedure = fixed(
            "      subroutine s(n, x)\n      integer n\n      double precision x(n)\nc     **********\nc\n\
             c     subroutine s\nc\nc     this subroutine does\nc       something.\nc\nc     **********\n\
             \x20     integer i\n      i = 1\n      end\n",
        );
        assert_eq!(procedure.documentation.text, "subroutine s\n\nthis subroutine does\n  something.");
        assert_eq!(entity(&procedure, "i").documentation, "");
    }

    #[test]
    fn dummies_on_lines_of_their_own() {
        let procedure = free("subroutine s(a, & !! first\n  b) !! second\nreal a, b\nend\n");
        assert_eq!(entity(&procedure, "a").documentation, "first");
        assert_eq!(entity(&procedure, "b").documentation, "second");
    }

    #[test]
    fn lapack() {
        let text = "\
*> \\brief <b> DGESV solves</b>
*
*  =========== DOCUMENTATION ===========
*
* Online html documentation available at
*
*> \\htmlonly
*> Download DGESV + dependencies
*> [TGZ]</a>
*> \\endhtmlonly
*
*  Definition:
*  ===========
*
*       SUBROUTINE DGESV( N, A )
*
*> \\par Purpose:
*  =============
*>
*> \\verbatim
*>
*> \\b DGESV computes
*>    A * X = B,
*> the solution.
*> \\endverbatim
*
*> \\param[in] N
*> \\verbatim
*>          N is INTEGER
*>
*>          The number.  N >= 0.
*> \\endverbatim
*>
*> \\param[in,out] A
*> \\verbatim
*>          A is DOUBLE PRECISION array
*> \\endverbatim
*
*> \\author Univ. of Tennessee
*> \\author NAG Ltd.
*
*> \\ingroup doubleGEsolve
*
*> \\par Contributors:
*  ==================
*>
*> Somebody
*  =====================================================================
      SUBROUTINE DGESV( N, A )
*
*  -- LAPACK driver routine --
*
*     .. Scalar Arguments ..
      INTEGER            N
*     ..
*     .. Array Arguments ..
      DOUBLE PRECISION   A( N )
*     ..
*     .. Executable Statements ..
      RETURN
      END
";
        let procedure = fixed(text);
        let expected = "DGESV solves\n\nDGESV computes\n   A * X = B,\nthe solution.";
        assert_eq!(procedure.documentation.text, expected);
        assert_eq!(entity(&procedure, "n").documentation, "N is INTEGER\n\nThe number.  N >= 0.");
        assert_eq!(entity(&procedure, "a").documentation, "A is DOUBLE PRECISION array");
        let arguments = &procedure.documentation.arguments;
        let intents: Vec<_> = arguments.iter().map(|one| (one.name.lower(), one.intent)).collect();
        assert_eq!(intents, [("n", Some(Intent::In)), ("a", Some(Intent::InOut))]);
    }

    #[test]
    fn doxygen_in_free_form() {
        let procedure = free(
            "!> @brief Adds.\n!! @details In full.\n!! @param[in] a, b the terms\n!!   of the sum\n\
             !! @param[out] c: the sum\n\
             !!\n!! More text.\n!! @return nothing\n!! @note with care\n!! @author me\nsubroutine s(a, b, c)\nend\n",
        );
        assert_eq!(
            procedure.documentation.text,
            "Adds.\n\nIn full.\n\nMore text.\n\nReturns nothing\n\nNote: with care"
        );
        assert_eq!(entity(&procedure, "b").documentation, "the terms\nof the sum");
        assert_eq!(entity(&procedure, "c").documentation, "the sum");
    }

    #[test]
    fn directives_are_no_documentation() {
        let procedure = free(
            "!$omp declare simd\nsubroutine s(a)\n!dir$ ignore\n!f2py intent(in) a\n!$ use omp_lib\nreal a\nend\n",
        );
        assert_eq!(procedure.documentation.text, "");
        assert!(procedure.scope.uses.is_empty());
        assert_eq!(entity(&procedure, "a").documentation, "");
    }

    #[test]
    fn modules() {
        let library = read(
            "a.f90",
            "!> About m.\nmodule m\n  !! More.\n  integer, parameter :: n = 3 !! three\ncontains\n  !> About s.\n\
             \x20 subroutine s\n  end subroutine\n  ! About t.\n  subroutine t\n  end subroutine\nend module\n",
        );
        let module = &library.modules[0];
        assert_eq!(module.documentation.text, "About m.\n\nMore.");
        assert_eq!(module.scope.entities[0].documentation, "three");
        assert_eq!(module.procedures[0].documentation.text, "About s.");
        assert_eq!(module.procedures[1].documentation.text, "About t.");
    }
}
