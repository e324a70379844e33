//! `!f2py`, `Cf2py`, `*f2py` comments: their lines joined to statements, and what they say given to the entities.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic};
use crate::front::fortran::header::Header;
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::unit::Reader;
use crate::front::pyf::{Saying, parse_directive};
use crate::ir::f2py::ProcedureSignature;
use crate::ir::name::Name;
use crate::ir::procedure::Dummy;
use crate::source::Span;

/// What stands behind the comment mark.
const WORD: &[u8] = b"f2py";

/// One statement in directive comments.
struct Directive {
    text: Vec<u8>,
    offsets: Vec<u32>,
    source: usize,
}

/// Whether a text may have directive comments: looked for by the rarest letter of their word.
pub(super) fn has_directives(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'2', bytes)
        .any(|at| at > 0 && bytes.get(at - 1..at + 3).is_some_and(|word| word.eq_ignore_ascii_case(WORD)))
}

impl Reader<'_, '_> {
    /// What the directive comments of a procedure say, from the one with the index `first` on.
    pub(super) fn procedure_directives(
        &mut self,
        first: usize,
        header: &Header,
        scope: &mut ScopeBuilder,
    ) -> Option<Box<ProcedureSignature>> {
        let dummy = |(dummy, _): &(Dummy, usize)| match dummy {
            Dummy::Argument(name, span) => Some((name.clone(), *span)),
            Dummy::AlternateReturn(_) => None,
        };
        let dummies: Vec<(Name, Span)> = header.dummies.iter().filter_map(dummy).collect();
        self.take_directives(first, (&header.name, &dummies), scope)
    }

    /// Gives what the directive comments from `first` on say to the entities of a procedure, except for comments that
    /// an inner procedure took; the rest is about the procedure itself.
    fn take_directives(
        &mut self,
        first: usize,
        (procedure, dummies): (&Name, &[(Name, Span)]),
        scope: &mut ScopeBuilder,
    ) -> Option<Box<ProcedureSignature>> {
        let comments = first..self.scanner.statement.beside.end.min(self.scanner.comments.len());
        if !self.has_directives || comments.is_empty() {
            return None;
        }
        let directives = self.directives(comments.clone());
        self.taken.push(comments);
        let all: Vec<Saying> = dummies.iter().map(|(name, span)| Saying::of(name.clone(), *span)).collect();
        let (mut signature, mut found) = (ProcedureSignature::default(), false);
        for directive in directives {
            let source = std::rc::Rc::clone(&self.scanner.sources[directive.source]);
            found = true;
            match parse_directive(&directive.text, &directive.offsets, &source.origin, &all, &mut signature) {
                Ok(sayings) => {
                    for saying in sayings {
                        if saying.name == *procedure && scope.find(&saying.name).is_none() {
                            signature.intents.extend(saying.intents());
                        } else {
                            scope.mention(&saying.name.clone(), saying.span, 0);
                            scope
                                .find(&saying.name.clone())
                                .into_iter()
                                .for_each(|entity| saying.clone().annotate(entity));
                        }
                    }
                }
                Err((span, label)) => {
                    let title = "this `f2py` comment cannot be read";
                    let help = "correct it, or begin the comment with another word";
                    self.push(Diagnostic::warning(Code::SignatureSyntax, span, title).label(label).help(help));
                }
            }
        }
        found.then(|| Box::new(signature))
    }

    /// The statements in directive comments, continuations joined.
    fn directives(&self, comments: Range<usize>) -> Vec<Directive> {
        let mut found: Vec<Directive> = Vec::new();
        let mut continued = false;
        for index in comments {
            if self.taken.iter().any(|taken| taken.contains(&index)) {
                continue;
            }
            let comment = &self.scanner.comments[index];
            let Some(start) = directive_start(self.scanner.comment_text(comment)) else { continue };
            let (source, offset, text) = self.scanner.comment_place(comment);
            let mut text = &text[start..];
            let mut offset = offset + start;
            // in fixed form the column behind the word is that of continuation
            let marked = self.scanner.statement.fixed && !text.starts_with([' ', '\t']) && !text.is_empty();
            let goes_on = continued || marked;
            let skipped = text.len() - text.trim_ascii_start().len();
            if marked && !text.starts_with('&') || text[skipped..].starts_with('&') {
                let skipped = if text[skipped..].starts_with('&') { skipped + 1 } else { 1 };
                text = text.get(skipped..).unwrap_or("");
                offset += skipped;
            }
            let trimmed = text.trim_ascii_end();
            continued = trimmed.ends_with('&');
            let kept = &trimmed[..trimmed.len() - usize::from(continued)];
            let target = match found.last_mut().filter(|last| goes_on && last.source == source) {
                Some(last) => last,
                None => {
                    found.push(Directive { text: Vec::new(), offsets: Vec::new(), source });
                    found.last_mut().expect("one was pushed")
                }
            };
            for (at, byte) in kept.bytes().enumerate() {
                target.text.push(if byte == b'\t' { b' ' } else { byte });
                target.offsets.push(u32::try_from(offset + at).unwrap_or(u32::MAX));
            }
        }
        found.retain(|directive| !directive.text.trim_ascii().is_empty());
        found
    }
}

/// Where the statement begins in a comment that is a directive.
fn directive_start(comment: &str) -> Option<usize> {
    let word = comment.as_bytes().get(1..1 + WORD.len())?;
    word.eq_ignore_ascii_case(WORD).then_some(1 + WORD.len())
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{complaints, entity, fixed, free};
    use crate::ir::f2py::SignatureIntent;
    use crate::ir::procedure::Procedure;

    fn intents(procedure: &Procedure, name: &str) -> Vec<String> {
        let signature = entity(procedure, name).f2py.as_ref();
        signature.map_or(Vec::new(), |signature| signature.intents.iter().map(SignatureIntent::spelled).collect())
    }

    #[test]
    fn comments_in_fixed_form() {
        let s = fixed(
            "\
      SUBROUTINE S(A, N)
Cf2py intent(in,out) a
cf2py integer intent(hide),depend(a) ::
Cf2py& n = len(a)
*f2py threadsafe
C     f2py intent(out) n
      DOUBLE PRECISION A(N)
      INTEGER N
      A(1) = 0
!f2py note(what it is) a
      END
",
        );
        assert_eq!(intents(&s, "a"), ["in", "out"]);
        assert_eq!(intents(&s, "n"), ["hide"]);
        let n = entity(&s, "n").f2py.as_ref().expect("a directive");
        assert_eq!(n.value.as_ref().map(|value| value.text.as_str()), Some("len(a)"));
        assert!(n.type_spec.is_some());
        assert!(s.f2py.as_ref().is_some_and(|signature| signature.threadsafe));
        assert_eq!(entity(&s, "a").f2py.as_ref().map(|a| a.notes.len()), Some(1));
    }

    #[test]
    fn they_do_not_change_the_fortran() {
        let s =
            free("subroutine s(a)\n real, intent(in) :: a !f2py intent(out) a\n !F2PY real*8 a, &\n !f2py & b\nend\n");
        let a = entity(&s, "a");
        assert_eq!(a.intent, Some(crate::ir::entity::Intent::In));
        assert!(a.type_spec.as_ref().is_some_and(|spec| spec.kind.is_none()));
        assert_eq!(intents(&s, "a"), ["out"]);
    }

    #[test]
    fn inner_procedures_have_their_own() {
        let s = free("subroutine s(a)\n!f2py intent(in) a\ncontains\nsubroutine t(a)\n!f2py intent(out) a\nend\nend\n");
        assert_eq!((intents(&s, "a"), intents(&s.internal[0], "a")), (vec!["in".to_owned()], vec!["out".to_owned()]));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let found = complaints("a.f90", "subroutine s(a)\n!f2py intnet(in) a\nend\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(complaints("a.f90", "subroutine s(a)\n! f2py intnet(in) a\nend\n").is_empty());
    }
}
