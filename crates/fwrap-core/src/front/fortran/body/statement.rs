//! Executable statements (F2018 R514): which of them give values to names.

use crate::front::fortran::body::expression::Reference;
use crate::front::fortran::body::names::Standing;
use crate::front::fortran::body::reader::Walk;
use crate::front::fortran::body::token::Kind as Mark;
use crate::ir::body::{Call, Effect};

/// What a keyword says of the rest of its statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Accept,
    Allocate,
    Assign,
    Associate,
    Call,
    Deallocate,
    Decode,
    Do,
    Encode,
    EndConstruct,
    /// Nobody knows.
    Exposes,
    Inquire,
    /// Nothing happens to variables.
    Nothing,
    Nullify,
    Open,
    /// Expressions.
    Expressions,
    Print,
    Read,
    Select,
    SelectType,
    /// `(expression) statement`
    Then,
    Wait,
    Write,
}

/// Keywords, the longer one of two that begin alike first. A blank stands for blanks that free form may have.
const KEYWORDS: &[(&str, Key)] = &[
    ("accept", Key::Accept),
    ("allocate", Key::Allocate),
    ("assign", Key::Assign),
    ("associate", Key::Associate),
    ("backspace", Key::Open),
    ("block", Key::Nothing),
    ("call", Key::Call),
    ("case", Key::Expressions),
    ("class default", Key::Nothing),
    ("class is", Key::Nothing),
    ("close", Key::Open),
    ("continue", Key::Nothing),
    ("critical", Key::Exposes),
    ("cycle", Key::Nothing),
    ("deallocate", Key::Deallocate),
    ("decode", Key::Decode),
    ("do", Key::Do),
    ("else if", Key::Expressions),
    ("else where", Key::Expressions),
    ("else", Key::Nothing),
    ("encode", Key::Encode),
    ("end associate", Key::EndConstruct),
    ("end select", Key::EndConstruct),
    ("end file", Key::Open),
    ("end", Key::Nothing),
    ("error stop", Key::Expressions),
    ("exit", Key::Nothing),
    ("fail image", Key::Nothing),
    ("flush", Key::Open),
    ("forall", Key::Then),
    ("format", Key::Nothing),
    ("go to", Key::Expressions),
    ("if", Key::Then),
    ("inquire", Key::Inquire),
    ("nullify", Key::Nullify),
    ("open", Key::Open),
    ("pause", Key::Expressions),
    ("print", Key::Print),
    ("rank", Key::Nothing),
    ("read", Key::Read),
    ("return", Key::Expressions),
    ("rewind", Key::Open),
    ("select case", Key::Select),
    ("select rank", Key::SelectType),
    ("select type", Key::SelectType),
    ("stop", Key::Expressions),
    ("then", Key::Nothing),
    ("type is", Key::Nothing),
    ("type", Key::Print),
    ("wait", Key::Wait),
    ("where", Key::Then),
    ("write", Key::Write),
];

impl Walk<'_, '_> {
    /// The statement that all tokens are.
    pub(super) fn first_statement(&mut self) {
        let to = self.tokens.len();
        // `outer: do i = 1, n`
        let has_name = self.kind(0) == Mark::Word && self.kind(1) == Mark::Colon;
        self.statement(if has_name { 2 } else { 0 }, to);
    }

    /// The statement between two places.
    fn statement(&mut self, at: usize, to: usize) {
        if at >= to || self.kind(at) != Mark::Word {
            // the labels of an arithmetic IF, or no statement
            return if self.kind(at) == Mark::Constant {
            } else {
                self.expose(at, to)
            };
        }
        let end = self.designator_end(at);
        match self.kind(end) {
            Mark::Equals if end < to => self.assignment(at, end, to),
            Mark::Arrow if end < to => self.pointer_assignment(at, end, to),
            _ => match self.keyword(at) {
                Some((key, rest)) => self.keyword_statement(key, rest, to),
                None => self.expose(at, to),
            },
        }
    }

    /// The keyword at a place and where the statement goes on. In fixed form the keyword is taken off the word.
    fn keyword(&mut self, at: usize) -> Option<(Key, usize)> {
        let word = self.word(at);
        let first = word.first()?.to_ascii_lowercase();
        for (keyword, key) in KEYWORDS.iter().filter(|(keyword, _)| keyword.as_bytes()[0] == first) {
            if self.cursor.fixed {
                let mut letters = keyword.bytes().filter(|byte| *byte != b' ');
                let length = keyword.len() - usize::from(keyword.contains(' '));
                let stands = word.len() >= length
                    && word.iter().take(length).all(|byte| letters.next() == Some(byte.to_ascii_lowercase()));
                if stands {
                    let token = &mut self.tokens[at];
                    token.start += length as u32;
                    if token.start == token.end {
                        token.kind = Mark::Empty;
                        return Some((*key, at + 1));
                    }
                    return Some((*key, at));
                }
            } else if word.iter().map(u8::to_ascii_lowercase).eq(keyword.bytes().filter(|byte| *byte != b' ')) {
                return Some((*key, at + 1));
            } else if let Some((one, two)) = keyword.split_once(' ')
                && self.is_word(at, one)
                && self.is_word(at + 1, two)
            {
                return Some((*key, at + 2));
            }
        }
        // `endif`, `enddo`
        let is_end = word.len() > 3 && word[..3].eq_ignore_ascii_case(b"end");
        is_end.then_some((Key::Nothing, at + 1))
    }

    fn keyword_statement(&mut self, key: Key, at: usize, to: usize) {
        match key {
            Key::Nothing => {}
            Key::Exposes => self.expose(at, to),
            Key::Expressions => self.expression(at, to),
            Key::Then if self.kind(at) == Mark::Open => {
                let close = self.partner(at);
                self.expression(at + 1, close);
                self.statement(close + 1, to);
            }
            Key::Do => self.do_statement(at, to),
            Key::Call if self.kind(at) == Mark::Word => self.call_statement(at, to),
            Key::Assign => self.assign_statement(at, to),
            Key::Select => {
                self.reader.constructs.push(Vec::new());
                self.expression(at, to);
            }
            Key::Associate | Key::SelectType if self.kind(at) == Mark::Open => self.associate(at),
            Key::EndConstruct => {
                if let Some(aliases) = self.reader.constructs.pop() {
                    self.reader.names.end_aliases(&aliases);
                }
            }
            Key::Nullify if self.kind(at) == Mark::Open => self.items(at + 1, self.partner(at), Effect::Written),
            _ => self.transfer_statement(key, at, to),
        }
    }

    /// `a(i) % b = expression`, in fixed form also `DO10I=1,N`.
    fn assignment(&mut self, at: usize, equals: usize, to: usize) {
        let word = self.word(at);
        let is_plain = equals == at + 1;
        let may_be_do = self.cursor.fixed && is_plain && word.len() > 2 && word[..2].eq_ignore_ascii_case(b"do");
        if may_be_do && self.item_end(equals, to) < to {
            self.tokens[at].start += 2;
            return self.do_statement(at, to);
        }
        match self.find(at) {
            Some(index) => {
                self.access(index, Effect::Written, at);
                self.subscripts(at + 1, equals);
            }
            // a pointer that a function gives may be assigned to, too
            None if self.kind(at + 1) == Mark::Open => {
                self.operand(at);
            }
            None => self.subscripts(at + 1, equals),
        }
        self.expression(equals + 1, to);
    }

    /// `p => x`: from here on `x` has another name.
    fn pointer_assignment(&mut self, at: usize, arrow: usize, to: usize) {
        if let Some(index) = self.find(at) {
            self.access(index, Effect::Written, at);
        }
        self.subscripts(at + 1, arrow);
        let start = arrow + 1;
        let is_name = self.kind(start) == Mark::Word && self.designator_end(start) == to;
        match if is_name { self.find(start) } else { None } {
            Some(index) if !self.is_callable(index, start + 1) => {
                self.access(index, Effect::Exposed, start);
                self.subscripts(start + 1, to);
            }
            _ => self.expression(start, to),
        }
    }

    /// What follows DO; a label may stand first.
    fn do_statement(&mut self, mut at: usize, to: usize) {
        let digits = self.word(at).iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == self.word(at).len() {
            at += 1;
        } else {
            self.tokens[at].start += digits as u32;
        }
        if self.kind(at) == Mark::Comma {
            at += 1;
        }
        if self.kind(at + 1) == Mark::Equals {
            if let Some(index) = self.find(at) {
                self.access(index, Effect::Written, at);
            }
            self.expression(at + 2, to);
        } else if self.kind(at + 1) == Mark::Open {
            // WHILE (condition), CONCURRENT (header); what follows says who may use which variable
            self.expression(at + 2, self.partner(at + 1));
        } else {
            self.expose(at, to);
        }
    }

    fn call_statement(&mut self, at: usize, to: usize) {
        let (mut end, mut name, mut open) = (at + 1, at, None);
        loop {
            match self.kind(end) {
                Mark::Open if self.kind(self.partner(end) + 1) == Mark::Percent => {
                    self.expression(end + 1, self.partner(end));
                    end = self.partner(end) + 1;
                }
                Mark::Open => {
                    open = Some(end);
                    end = self.partner(end) + 1;
                    break;
                }
                Mark::Percent if self.kind(end + 1) == Mark::Word => {
                    name = end + 1;
                    end += 2;
                }
                _ => break,
            }
        }
        let found = self.find(at);
        if name != at {
            self.component_call(found.map(|index| (index, at)), name, open, false);
        } else if let Some(index) = found.and_then(|index| self.reader.names.dummy(index)) {
            self.invoke(index, at, false);
        } else {
            let (count, passed) = open.map_or((0, Vec::new()), |open| self.arguments(open));
            let (procedure, span) = (self.name(at), self.span(at));
            let (of_component, is_function) = (false, false);
            self.reader.call(Call { procedure, of_component, is_function, span, count, passed, actuals: None });
        }
        self.expose(end, to);
    }

    /// `ASSIGN 10 TO L`, in fixed form `10TOL`.
    fn assign_statement(&mut self, at: usize, to: usize) {
        let last = to - 1;
        let digits = self.word(last).iter().take_while(|byte| byte.is_ascii_digit()).count();
        if last == at && digits > 0 && self.word(at).len() > digits + 2 {
            self.tokens[at].start += digits as u32 + 2;
        }
        match self.find(last) {
            Some(index) => self.access(index, Effect::Written, last),
            None => self.expose(at, to),
        }
    }

    /// `associate (y => x, ...)`, `select type (y => x)`: `y` is another name for `x`.
    fn associate(&mut self, open: usize) {
        let (mut at, to) = (open + 1, self.partner(open));
        let mut aliases = Vec::new();
        while at < to {
            let end = self.item_end(at, to);
            if self.kind(at) == Mark::Word && self.kind(at + 1) == Mark::Arrow {
                let start = at + 2;
                let is_name = self.kind(start) == Mark::Word && self.designator_end(start) == end;
                let found = if is_name { self.find(start) } else { None };
                let standing = match found.filter(|index| !self.is_callable(*index, start + 1)) {
                    Some(index) => {
                        self.subscripts(start + 1, end);
                        self.access(index, Effect::Inquired, start);
                        Standing::Alias(index)
                    }
                    None => {
                        self.expression(start, end);
                        Standing::Hidden
                    }
                };
                let name = self.name(at);
                aliases.push((name, standing));
            } else {
                self.expression(at, end);
            }
            at = end + 1;
        }
        let names = &mut self.reader.names;
        let aliases = aliases.into_iter().map(|(name, standing)| names.add(name, standing, true, false)).collect();
        self.reader.constructs.push(aliases);
    }

    /// `F(X) = X + A`: whether a reference to `F` uses no more than the values of its arguments.
    pub(super) fn statement_function(&mut self) -> bool {
        let (start, to) = (self.partner(1) + 2, self.tokens.len());
        let is_value = |at: usize| {
            let values = || {
                let is_known =
                    self.reader.names.find(self.word(at)).is_some_and(|index| !self.is_callable(index, at + 1));
                is_known || self.find_reference(at) != Reference::Function
            };
            self.kind(at) != Mark::Word || self.kind(at + 1) != Mark::Open || values()
        };
        let is_plain = (start..to).all(is_value) && !self.reader.names.is_open;
        if is_plain {
            self.expression(start, to);
        } else {
            self.expose(start, to);
        }
        is_plain
    }
}
