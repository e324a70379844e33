//! Reads execution parts statement by statement and records what happens to the names that matter.

use crate::front::fortran::body::names::{Names, Standing};
use crate::front::fortran::body::token::{Kind as Mark, Token, Tokens};
use crate::front::fortran::cursor::Cursor;
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::statement::Kind;
use crate::front::origin::Origin;
use crate::ir::body::{Access, Body, Call, Effect};
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Entry};
use crate::source::Span;

/// Reads the execution part of one procedure.
#[derive(Debug, Default)]
pub(in crate::front::fortran) struct BodyReader {
    pub(super) body: Body,
    pub(super) names: Names,
    tokens: Tokens,
    /// The associate names of every ASSOCIATE and SELECT construct that is open.
    pub(super) constructs: Vec<Vec<usize>>,
    /// Statement functions, and whether they only use the values of their arguments.
    pub(super) statement_functions: Vec<(Name, bool)>,
    /// Names may come from a host or a module.
    pub(super) has_outside: bool,
}

impl BodyReader {
    /// For a procedure with these dummy arguments, whose specification part is read.
    pub(in crate::front::fortran) fn new<'d>(
        dummies: impl Iterator<Item = &'d Dummy>,
        scope: &ScopeBuilder,
        host: Option<&Names>,
        has_host: bool,
    ) -> Self {
        let names = Names::new(dummies, scope, host);
        let has_outside = has_host || !scope.scope.uses.is_empty();
        let mut reader = Self { names, has_outside, ..Self::default() };
        for (name, text, span) in &scope.statement_functions {
            reader.statement_function(name, text, *span, scope);
        }
        reader
    }

    /// `F(X) = X + A`: what its expression uses counts as used here.
    fn statement_function(&mut self, name: &Name, text: &[u8], span: Span, scope: &ScopeBuilder) {
        let origin = Origin::unknown();
        let cursor = Cursor::new(text, &[], &origin, false);
        let mut tokens = Tokens::default();
        tokens.split(text);
        let known = self.body.accesses.len();
        let mut walk = Walk { reader: self, text, cursor, scope, tokens: &mut tokens.list, depth: 0 };
        let is_plain = tokens.is_balanced && walk.statement_function();
        for access in &mut self.body.accesses[known..] {
            access.span = span;
        }
        self.statement_functions.push((name.clone(), is_plain));
    }

    /// For the body of a separate module procedure, whose dummy arguments stand in another unit: every name that is
    /// not declared here may be one.
    pub(in crate::front::fortran) fn open(scope: &ScopeBuilder) -> Self {
        let mut reader = Self::new(std::iter::empty(), scope, None, true);
        reader.names.is_open = true;
        reader
    }

    /// The dummy arguments of an ENTRY, which matter from here on.
    pub(in crate::front::fortran) fn enter_entry(&mut self, entry: Option<&Entry>, scope: &ScopeBuilder) {
        for dummy in entry.into_iter().flat_map(|entry| &entry.dummies) {
            self.names.add_dummy(dummy, scope);
        }
    }

    /// Names that the internal procedures see.
    pub(in crate::front::fortran) fn names(&self) -> &Names {
        &self.names
    }

    /// Something that cannot be read, such as a missing file, may do anything.
    pub(in crate::front::fortran) fn expose_everything(&mut self, span: Span) {
        for index in 0..self.names.list.len() {
            self.access(index, Effect::Exposed, span);
        }
    }

    /// Takes in one statement of this kind.
    pub(in crate::front::fortran) fn visit(&mut self, cursor: Cursor<'_>, kind: Option<Kind>, scope: &ScopeBuilder) {
        if self.names.is_empty() || kind == Some(Kind::Ignored) {
            return;
        }
        let text = cursor.text();
        let mut tokens = std::mem::take(&mut self.tokens);
        tokens.split(text);
        match kind {
            None | Some(Kind::Executable | Kind::End(_) | Kind::Unknown) => {
                if self.matters(&tokens.list, text, cursor.fixed) {
                    let is_balanced = tokens.is_balanced;
                    let mut walk = Walk { reader: self, text, cursor, scope, tokens: &mut tokens.list, depth: 0 };
                    if is_balanced {
                        walk.first_statement();
                    } else {
                        walk.expose(0, walk.tokens.len());
                    }
                }
            }
            // declarations in a BLOCK construct
            Some(_) => self.doubt(&tokens.list, text),
        }
        self.tokens = tokens;
    }

    /// Whether a statement may have to do with the names that are followed.
    fn matters(&self, tokens: &[Token], text: &[u8], fixed: bool) -> bool {
        if self.names.is_open {
            return true;
        }
        let word = |token: &Token| &text[token.start as usize..token.end as usize];
        for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Mark::Word) {
            let word = word(token);
            if self.names.find(word).is_some() || word.eq_ignore_ascii_case(b"nml") {
                return true;
            }
            let previous = index.checked_sub(1).map(|index| tokens[index].kind);
            let may_begin = matches!(previous, None | Some(Mark::Close | Mark::Colon));
            if may_begin {
                let has_name = |from: usize| self.names.find(&word[from..]).is_some();
                let is_construct =
                    |keyword: &[u8]| word.get(..keyword.len()).is_some_and(|start| start.eq_ignore_ascii_case(keyword));
                if fixed && (1..word.len()).any(has_name)
                    || [&b"select"[..], b"associate", b"end"].iter().any(|k| is_construct(k))
                {
                    return true;
                }
            }
        }
        false
    }

    /// A declaration in a BLOCK construct hides names: what is written there may be another variable.
    fn doubt(&mut self, tokens: &[Token], text: &[u8]) {
        for token in tokens.iter().filter(|token| token.kind == Mark::Word) {
            if let Some(index) = self.names.find(&text[token.start as usize..token.end as usize]) {
                self.names.list[index].is_doubtful = true;
            }
        }
    }

    /// Records what happens to a name.
    pub(super) fn access(&mut self, index: usize, effect: Effect, span: Span) {
        let Some(index) = self.names.dummy(index) else { return };
        let is_doubtful = self.names.list[index].is_doubtful && effect == Effect::Written;
        let effect = if is_doubtful { Effect::Exposed } else { effect };
        if self.names.note(index, effect) {
            let name = self.names.list[index].name.clone();
            self.body.accesses.push(Access { name, span, effect });
        }
    }

    /// Records a call, if something that matters takes part in it.
    pub(super) fn call(&mut self, mut call: Call) {
        let names = &self.names;
        let is_open = |name: &Name| names.find(name.lower().as_bytes()).is_none_or(|index| !names.is_settled(index));
        call.passed.retain(|passed| is_open(&passed.name));
        if !call.passed.is_empty() || call.actuals.is_some() {
            self.body.calls.push(call);
        }
    }

    /// The body, and which of the procedure's own dummy arguments without a shape it invokes.
    pub(in crate::front::fortran) fn finish(self) -> (Body, Vec<Name>) {
        let invoked = self
            .names
            .list
            .into_iter()
            .filter(|followed| followed.is_invoked && followed.is_own && followed.standing == Standing::Dummy);
        (self.body, invoked.map(|followed| followed.name).collect())
    }
}

/// The way through one statement.
pub(super) struct Walk<'w, 's> {
    pub(super) reader: &'w mut BodyReader,
    pub(super) text: &'s [u8],
    pub(super) cursor: Cursor<'s>,
    pub(super) scope: &'w ScopeBuilder,
    pub(super) tokens: &'w mut Vec<Token>,
    /// How deep the expression is nested.
    pub(super) depth: usize,
}

impl<'s> Walk<'_, 's> {
    /// What stands at a place; behind the end nothing does.
    pub(super) fn kind(&self, at: usize) -> Mark {
        self.tokens.get(at).map_or(Mark::Empty, |token| token.kind)
    }

    /// The text of a token.
    pub(super) fn word(&self, at: usize) -> &'s [u8] {
        self.tokens.get(at).map_or(&[], |token| &self.text[token.start as usize..token.end as usize])
    }

    /// Whether a word stands at a place.
    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.kind(at) == Mark::Word && self.word(at).eq_ignore_ascii_case(word.as_bytes())
    }

    /// The token that closes an `Open` one.
    pub(super) fn partner(&self, at: usize) -> usize {
        self.tokens[at].partner as usize
    }

    /// The name that a word spells.
    pub(super) fn name(&self, at: usize) -> Name {
        Name::new(String::from_utf8_lossy(self.word(at)))
    }

    /// Where a token stands.
    pub(super) fn span(&self, at: usize) -> Span {
        self.tokens
            .get(at)
            .map_or(Span::default(), |token| self.cursor.span_between(token.start as usize, token.end as usize))
    }

    /// Which followed name a word is.
    pub(super) fn find(&mut self, at: usize) -> Option<usize> {
        let word = self.word(at);
        let found = self.reader.names.find(word);
        if found.is_some() || !self.reader.names.is_open || word.first().is_none_or(u8::is_ascii_digit) {
            return found;
        }
        let name = self.name(at);
        if self.scope.lookup(&name).is_some() {
            return None;
        }
        Some(self.reader.names.add(name, Standing::Dummy, true, false))
    }

    /// Something happens to a followed name that stands at a place.
    pub(super) fn access(&mut self, index: usize, effect: Effect, at: usize) {
        // most statements say nothing new
        if self.reader.names.is_news(index, effect) {
            let span = self.span(at);
            self.reader.access(index, effect, span);
        }
    }

    /// Nobody knows what happens to the names between two places.
    pub(super) fn expose(&mut self, from: usize, to: usize) {
        for at in from..to {
            if self.kind(at) == Mark::Word
                && let Some(index) = self.find(at)
            {
                self.access(index, Effect::Exposed, at);
            }
        }
    }

    /// The end of the part before the next comma outside of parentheses.
    pub(super) fn item_end(&self, mut at: usize, to: usize) -> usize {
        while at < to && self.kind(at) != Mark::Comma {
            at = if self.kind(at) == Mark::Open { self.partner(at) + 1 } else { at + 1 };
        }
        at.min(to)
    }

    /// The end of `a(i) % b(j)(k)` that begins with the word at a place.
    pub(super) fn designator_end(&self, at: usize) -> usize {
        let mut end = at + 1;
        loop {
            match self.kind(end) {
                Mark::Open => end = self.partner(end) + 1,
                Mark::Percent if self.kind(end + 1) == Mark::Word => end += 2,
                _ => return end,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{fixed, free, read, read_with};
    use crate::ir::body::{Body, Effect, Place};
    use crate::ir::procedure::Procedure;

    /// `x:rw` for every name: r read, w written, i inquired, e exposed, in the order of the alphabet.
    fn effects(body: &Body) -> String {
        let mut names: Vec<&str> = body.accesses.iter().map(|access| access.name.lower()).collect();
        names.sort_unstable();
        names.dedup();
        let of = |name: &str, letter: char, effect: Effect| {
            let found = body.accesses.iter().any(|access| access.name.lower() == name && access.effect == effect);
            found.then_some(letter)
        };
        let kinds = [('r', Effect::Read), ('w', Effect::Written), ('i', Effect::Inquired), ('e', Effect::Exposed)];
        let all =
            |name: &str| kinds.iter().filter_map(|(letter, effect)| of(name, *letter, *effect)).collect::<String>();
        names.iter().map(|name| format!("{name}:{}", all(name))).collect::<Vec<_>>().join(" ")
    }

    /// `f(1=x)` for every call; `%` for the object, `f!` where what is called is a dummy argument.
    fn calls(body: &Body) -> String {
        let place = |place: &Place| match place {
            Place::Position(position) => (position + 1).to_string(),
            Place::Keyword(keyword) => keyword.to_string(),
            Place::Object => "%".to_owned(),
        };
        let call = |call: &crate::ir::body::Call| {
            let passed: Vec<_> =
                call.passed.iter().map(|passed| format!("{}={}", place(&passed.place), passed.name)).collect();
            let dummy = if call.actuals.is_some() { "!" } else { "" };
            format!("{}{dummy}({})", call.procedure, passed.join(","))
        };
        body.calls.iter().map(call).collect::<Vec<_>>().join(" ")
    }

    fn free_body(statements: &str) -> Procedure {
        free(&format!(
            "subroutine s(a, b, c, f, i, n, x, t, p)\nreal a(n), b(n), x, w(9)\ncharacter(*) c\ntype(u) t\n\
             real, pointer :: p, q\n{statements}\nend\n"
        ))
    }

    fn fixed_body(statements: &str) -> Procedure {
        let lines: String = statements.lines().map(|line| format!("      {line}\n")).collect();
        fixed(&format!(
            "      SUBROUTINE S(A,B,C,F,I,N,X,L)\n      REAL A(N),B(N),W(9)\n      CHARACTER*(*) C\n{lines}      END\n"
        ))
    }

    fn check(procedure: &Procedure, expected: &str, called: &str, statement: &str) {
        assert_eq!(effects(&procedure.body), expected, "{statement}");
        assert_eq!(calls(&procedure.body), called, "{statement}");
    }

    #[test]
    fn assignments_of_free_form() {
        for (statement, expected, called) in [
            ("x = x + b(i)", "b:r i:r x:rw", ""),
            ("a(i) = 1; a(n:) = b(:i)", "a:w b:r i:r n:r", ""),
            ("c(i:n) = 'abc'//c", "c:rw i:r n:r", ""),
            ("t%x(i)%y = t%z", "i:r t:rw", ""),
            ("w(i) = 1", "i:r", ""),
            ("p => w(i:)", "i:r p:w", ""),
            ("q => t%x(i)", "i:r t:e", ""),
            ("y = (x) + (/ (a(i), i = 1, n) /) + [(b(j), j = 1, 2)]", "a:r b:r i:r n:r x:r", ""),
            ("y = size(a, n) + len(c) + kind(x)", "a:i c:i n:r x:i", ""),
            ("y = max(x, abs(a(i))) + real(n, kind = 8)", "a:r i:r n:r x:r", ""),
            ("y = 1.e5_x + c_char_'x' + z'ff'", "", ""),
            ("if = x; call = n; y = a(i)%re", "a:r i:r n:r x:r", ""),
        ] {
            check(&free_body(statement), expected, called, statement);
        }
    }

    #[test]
    fn calls_and_references() {
        for (statement, expected, called) in [
            ("call g(x, (n), a(i), b, key = t%x)", "i:r n:r", "g(1=x,3=a,4=b,key=t)"),
            ("y = g(x, 2*n) + h(g(a))", "n:r", "g(1=x) g(1=a)"),
            ("call f(x, n + 1)", "n:r", "f!(1=x)"),
            ("y = f(x) * 2", "", "f!(1=x)"),
            ("call f", "", "f!()"),
            ("call t%run(x)", "", "run(1=x,%=t)"),
            ("y = t%run(x) + t%y", "t:r", "run(1=x,%=t)"),
            ("call q%run(x)", "", "run(1=x)"),
            ("call g(f, %val(n), %loc(x))", "n:r x:e", "g(1=f)"),
            ("call g(*10, x)", "", "g(2=x)"),
            ("y = loc(x)", "", "loc(1=x)"),
            ("call g(a(g(i)), w(n))", "n:r", "g(1=i) g(1=a)"),
        ] {
            check(&free_body(statement), expected, called, statement);
        }
    }

    #[test]
    fn control_statements() {
        for (statement, expected) in [
            ("if (x > 1) n = 2", "n:w x:r"),
            ("if (x > 1) then; else if (n < 2) then; end if", "n:r x:r"),
            ("outer: do i = 1, n; end do outer", "i:w n:r"),
            ("do 10 i = 1, n\n10 continue", "i:w n:r"),
            ("do while (x > n); enddo", "n:r x:r"),
            ("do concurrent (i = 1:n, a(i) > x) local(w); enddo", "a:r i:r n:r x:r"),
            ("forall (i = 1:n, b(i) > 0) a(i) = x", "a:w b:r i:r n:r x:r"),
            ("where (b > 0) a = x", "a:w b:r x:r"),
            ("select case (n); case (1:3); x = 1; end select", "n:r x:w"),
            ("allocate (p, source = x, stat = n)", "n:w p:w x:r"),
            ("allocate (real :: t%x(n))", "n:r t:w"),
            ("deallocate (p, errmsg = c); nullify (t%p)", "c:w p:w t:w"),
            ("return; stop", ""),
            ("go to (10, 20), i", "i:r"),
            ("stop n", "n:r"),
            ("sync all (stat = n)", "n:e"),
            ("n = 1; nonsense x & what", "n:w x:e"),
            ("x = (1", "x:e"),
        ] {
            check(&free_body(statement), expected, "", statement);
        }
    }

    #[test]
    fn data_transfer() {
        for (statement, expected) in [
            ("read (5, *, iostat = n) x, a(i), (b(i), i = 1, 3)", "a:w b:w i:rw n:w x:w"),
            ("read (unit = n, fmt = c) t%x", "c:r n:r t:w"),
            ("read *, x", "x:w"),
            ("read 10, x", "x:w"),
            ("read c, x, n", "c:r n:w x:w"),
            ("read (c, *) x", "c:r x:w"),
            ("write (c, '(i3)') n", "c:w n:r"),
            ("write (n, *, iomsg = c) x, (a(i), i = 1, n)", "a:r c:w i:rw n:r x:r"),
            ("write (t%unit, *) x", "t:e x:r"),
            ("print *, x, (a(i), i = 1, n)", "a:r i:rw n:r x:r"),
            ("open (newunit = n, file = c, iostat = i)", "c:r i:w n:w"),
            ("close (n)", "n:r"),
            ("inquire (file = c, exist = x, number = n)", "c:r n:w x:w"),
            ("inquire (iolength = n) x, a", "a:i n:w x:i"),
            ("rewind n", "n:r"),
            ("read (n, nml = unknown)", "a:e b:e c:e f:e i:e n:re p:e t:e x:e"),
            ("wait (n, id = i)", "i:w n:r"),
            ("decode (3, c, a) x; encode (3, c, b) x", "a:r b:w c:r x:rw"),
        ] {
            check(&free_body(statement), expected, "", statement);
        }
        let grouped = free("subroutine s(x, n)\nnamelist /g/ x, n\nread (5, g)\nend\n");
        assert_eq!(effects(&grouped.body), "n:w x:w");
    }

    #[test]
    fn statements_of_fixed_form() {
        for (statement, expected, called) in [
            ("DO10I=1,N\n  10 CONTINUE", "i:w n:r", ""),
            ("DO I = 1, N\nENDDO", "i:w n:r", ""),
            ("DO10I=X", "x:r", ""),
            ("DOWHILE(X.GT.1)\nENDDO", "x:r", ""),
            ("IF(A(1).GT.X)N=3", "a:r n:w x:r", ""),
            ("IF(X)10,20,30", "x:r", ""),
            ("IF (N.EQ.1) CALL F(X)", "n:r", "f!(1=x)"),
            ("CALLG(X,A(N))", "n:r", "g(1=x,2=a)"),
            ("CALLF", "", "f!()"),
            ("READ(5,*)X,(A(I),I=1,N)", "a:w i:rw n:r x:w", ""),
            ("READ5,X\nREAD*,N", "n:w x:w", ""),
            ("PRINT10,X", "x:r", ""),
            ("WRITE(N,10)(A(I),I=1,3)", "a:r i:rw n:r", ""),
            ("ASSIGN10TOL", "l:w", ""),
            ("ASSIGN 10 TO L", "l:w", ""),
            ("GOTOL", "l:r", ""),
            ("GOTO(10,20),I", "i:r", ""),
            ("IF(X.EQ.1.D0.AND.N.LT.2)GOTOL", "l:r n:r x:r", ""),
            ("CALLG(7HDON'T (,X)", "", "g(2=x)"),
            ("Y = F(X) + W(N)", "n:r", "f!(1=x)"),
            ("RETURN1", "", ""),
            ("ELSEIF(X.GT.1)THEN", "x:r", ""),
        ] {
            check(&fixed_body(statement), expected, called, statement);
        }
    }

    #[test]
    fn associate_names_are_other_names() {
        let text = "associate (y => x, z => t%a(i), m => n + 1)\n y = 1; z = m; m = 3\nend associate\ny = 2; z = b(1)";
        check(&free_body(text), "b:r i:r n:r t:wi x:wi", "", text);
        let text = "select type (y => t)\ntype is (u)\n y%x = 1\nend select\nselect case (n)\nend select\ny = 2";
        check(&free_body(text), "n:r t:wi", "", text);
        // inside, `x` is not the dummy argument
        let text = "associate (x => w(1))\n x = 1\nend associate";
        check(&free_body(text), "", "", text);
    }

    #[test]
    fn statement_functions_use_values() {
        let text = "\
      SUBROUTINE S(X, Y, A)
      REAL A(3)
      G(Z) = ABS(Z) + A(1)
      H(Z) = EXT(Z)
      Q = G(X) + H(Y)
      END
";
        let procedure = fixed(text);
        check(&procedure, "a:r x:r", "h(1=y)", text);
        let access = procedure.body.accesses.iter().find(|access| access.name.lower() == "a").expect("A is read");
        assert_eq!(&text[access.span.start as usize..access.span.end as usize], "G(Z) = ABS(Z) + A(1)");
    }

    #[test]
    fn internal_procedures_act_on_the_dummy_arguments_of_their_host() {
        let text = "\
subroutine s(x, y, n)
  n = 1
contains
  subroutine inner(y)
    x = y
  end subroutine
  subroutine other
    integer :: x
    x = 1
    read (5, g)
  end subroutine
end subroutine
";
        let procedure = free(text);
        assert_eq!(effects(&procedure.body), "n:w");
        assert_eq!(effects(&procedure.internal[0].body), "x:w y:r");
        assert_eq!(effects(&procedure.internal[1].body), "");
    }

    #[test]
    fn bodies_whose_dummy_arguments_stand_elsewhere() {
        let text = "\
submodule (m) s
contains
  module procedure f
    integer :: k
    k = n
    x(k) = g(y)
  contains
    subroutine inner
      z = 1
    end subroutine
  end procedure
end submodule
";
        let library = read("a.f90", text);
        let body = &library.modules[0].separate_bodies[0];
        assert_eq!(effects(&body.body), "g:r n:r x:w");
        assert_eq!(calls(&body.body), "g(1=y)");
        assert_eq!(effects(&body.internal[0].body), "z:w");
    }

    #[test]
    fn variables_of_a_block_are_not_proven_to_be_the_dummy_argument() {
        let text = "block\n real :: x\n x = n\nend block";
        check(&free_body(text), "n:r x:e", "", text);
    }

    #[test]
    fn entries_share_the_body() {
        let procedure = fixed("      SUBROUTINE S(X)\n      X = 1\n      ENTRY E(Y, X)\n      Y = X\n      END\n");
        assert_eq!(effects(&procedure.body), "x:rw y:w");
    }

    #[test]
    fn a_missing_file_may_do_anything() {
        let (library, ..) = read_with("a.f90", "subroutine s(x)\nreal x\ny = 1\ninclude 'gone'\nend\n", &[], &[]);
        assert_eq!(effects(&library.procedures[0].body), "x:e");
        let files = [("there", "x = 1\n")];
        let (library, ..) = read_with("a.f90", "subroutine s(x)\ny = 1\ninclude 'there'\nend\n", &files, &[]);
        assert_eq!(effects(&library.procedures[0].body), "x:w");
    }

    #[test]
    fn what_is_invoked_is_no_variable() {
        let procedure =
            fixed("      SUBROUTINE S(F, G, X, C)\n      CHARACTER*9 C\n      CALL F(G(X), C(1:2))\n      END\n");
        let names: Vec<_> = procedure.invoked.iter().map(|name| name.lower()).collect();
        assert_eq!(names, ["f", "g"]);
    }

    #[test]
    fn deep_nesting_exposes_what_is_in_it() {
        let text = format!("y = {}x{}", "(".repeat(300), ")".repeat(300));
        check(&free_body(&text), "x:e", "", "nested");
        let text = format!("y = {}x{}", "g(".repeat(300), ")".repeat(300));
        assert_eq!(effects(&free_body(&text).body), "x:e");
    }
}
