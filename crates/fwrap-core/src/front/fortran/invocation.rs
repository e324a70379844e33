//! Which dummy arguments a body invokes: FORTRAN 77 need not declare a dummy procedure that is only called.

use crate::ir::name::Name;

/// Collects the dummy arguments that executable statements invoke.
#[derive(Debug, Default)]
pub(super) struct Invocations {
    candidates: Vec<(Name, bool)>,
}

impl Invocations {
    /// Looks for these names.
    pub(super) fn of(candidates: impl Iterator<Item = Name>) -> Self {
        Self { candidates: candidates.map(|name| (name, false)).collect() }
    }

    /// Takes in one executable statement.
    pub(super) fn visit(&mut self, statement: &[u8]) {
        if self.candidates.is_empty() {
            return;
        }
        let mut word = Vec::new();
        // A CALL stands first, or behind the parentheses of an IF.
        let mut may_call = true;
        let mut quote = None;
        for &byte in statement.iter().chain(b";") {
            match (quote, byte) {
                (Some(open), _) => {
                    if byte == open {
                        quote = None;
                    }
                }
                (None, b' ') => {}
                (None, b'\'' | b'"') => {
                    quote = Some(byte);
                    word.clear();
                }
                (None, byte) if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' => {
                    word.push(byte.to_ascii_lowercase());
                }
                (None, mark) => {
                    if !word.is_empty() {
                        self.invoked(&word, mark, may_call);
                        word.clear();
                        may_call = false;
                    }
                    may_call |= matches!(mark, b')' | b';' | b':');
                }
            }
        }
    }

    fn invoked(&mut self, word: &[u8], mark: u8, may_call: bool) {
        // A label may stand before CALL.
        let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let called = word[digits..].strip_prefix(b"call").filter(|_| may_call && matches!(mark, b'(' | b';'));
        for (name, invoked) in self.candidates.iter_mut().filter(|(_, invoked)| !invoked) {
            let spelled = name.lower().as_bytes();
            *invoked = called == Some(spelled) || (mark == b'(' && word == spelled);
        }
    }

    /// The names that were invoked, in the order of the dummy arguments.
    pub(super) fn finish(self) -> Vec<Name> {
        self.candidates.into_iter().filter(|(_, invoked)| *invoked).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Invocations;
    use crate::ir::name::Name;

    fn invoked(statement: &str) -> Vec<String> {
        let mut invocations = Invocations::of(["fcn", "g", "x"].into_iter().map(Name::new));
        invocations.visit(statement.as_bytes());
        invocations.finish().iter().map(Name::to_string).collect()
    }

    #[test]
    fn calls_and_references_are_seen() {
        assert_eq!(invoked("call fcn(n, x)"), ["fcn"]);
        assert_eq!(invoked("CALLFCN"), ["fcn"]);
        assert_eq!(invoked("if (iflag .lt. 0) call fcn (n)"), ["fcn"]);
        assert_eq!(invoked("10 call g"), ["g"]);
        assert_eq!(invoked("y = 2*g (x) + fcn(1)"), ["fcn", "g"]);
    }

    #[test]
    fn values_and_texts_are_not_invocations() {
        assert!(invoked("x = x + 1").is_empty());
        assert!(invoked("call other(fcn, g, x)").is_empty());
        assert!(invoked("print *, 'call fcn(x)', \"g(1)\"").is_empty());
        assert!(invoked("callfcn = 3").is_empty());
    }
}
