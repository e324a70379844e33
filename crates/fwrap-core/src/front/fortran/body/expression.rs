//! Expressions, function references and actual arguments of an execution part.

use crate::front::fortran::body::names::Standing;
use crate::front::fortran::body::reader::Walk;
use crate::front::fortran::body::token::Kind as Mark;
use crate::ir::body::{Call, Effect, Passed, Place};
use crate::ir::intrinsic;
use crate::ir::name::Name;
use crate::ir::types::BaseType;

/// How deep expressions are followed; names that stand deeper count as exposed.
const MAXIMUM_DEPTH: usize = 100;

/// What a parenthesis behind a name that is not followed means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// Subscripts, or the arguments of a function that uses their values.
    Values,
    /// The arguments of a function that asks for a property of the first.
    Inquiry,
    /// The arguments of a function that is not known here.
    Function,
}

impl Walk<'_, '_> {
    /// Names in an expression are read; function references in it are recorded.
    pub(super) fn expression(&mut self, from: usize, to: usize) {
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            self.expose(from, to);
            self.depth -= 1;
            return;
        }
        let mut at = from;
        while at < to {
            at = match self.kind(at) {
                Mark::Word => self.operand(at),
                Mark::Open => {
                    let close = self.partner(at);
                    self.expression(at + 1, close);
                    close + 1
                }
                // %val(x), %loc(x)
                Mark::Percent if self.kind(at + 1) == Mark::Word => {
                    let end = self.designator_end(at + 1);
                    if self.is_word(at + 1, "val") {
                        self.expression(at + 2, end)
                    } else {
                        self.expose(at + 2, end)
                    }
                    end
                }
                _ => at + 1,
            };
        }
        self.depth -= 1;
    }

    /// A designator or function reference; gives the place behind it.
    pub(super) fn operand(&mut self, at: usize) -> usize {
        // `keyword =` and the variable of an implied do in an array constructor are no names of the procedure
        if self.kind(at + 1) == Mark::Equals || self.word(at).first().is_some_and(u8::is_ascii_digit) {
            return at + 1;
        }
        // z'ff', c_char_'text'
        let is_prefix = self.kind(at + 1) == Mark::Constant && self.tokens[at].end == self.tokens[at + 1].start;
        if is_prefix && matches!(self.word(at + 1).first(), Some(b'\'' | b'"')) {
            return at + 2;
        }
        let found = self.find(at);
        let mut end = at + 1;
        match found {
            Some(index) if self.is_callable(index, end) => {
                self.invoke(index, at, true);
                end = self.partner(end) + 1;
            }
            Some(index) => {
                self.access(index, Effect::Read, at);
                if self.kind(end) == Mark::Open {
                    self.part(at, end);
                    end = self.partner(end) + 1;
                }
            }
            None if self.kind(end) == Mark::Open => {
                self.reference(at, end);
                end = self.partner(end) + 1;
            }
            None => {}
        }
        self.components(found.map(|index| (index, at)), end)
    }

    /// The parenthesis behind a followed name: subscripts, unless the name may be anything.
    fn part(&mut self, at: usize, open: usize) {
        if self.reader.names.is_open {
            self.reference(at, open);
        } else {
            self.expression(open + 1, self.partner(open));
        }
    }

    /// What follows a name: components, subscripts, substrings; gives the place behind it.
    fn components(&mut self, base: Option<(usize, usize)>, mut end: usize) -> usize {
        loop {
            match self.kind(end) {
                Mark::Open => {
                    self.expression(end + 1, self.partner(end));
                    end = self.partner(end) + 1;
                }
                Mark::Percent if self.kind(end + 1) == Mark::Word => {
                    let component = end + 1;
                    end += 2;
                    if self.kind(end) == Mark::Open {
                        self.component_call(base, component, Some(end), true);
                        end = self.partner(end) + 1;
                    }
                }
                _ => return end,
            }
        }
    }

    /// A component or type-bound procedure with its arguments.
    pub(super) fn component_call(
        &mut self,
        base: Option<(usize, usize)>,
        at: usize,
        open: Option<usize>,
        is_function: bool,
    ) {
        let (count, mut passed) = open.map_or((0, Vec::new()), |open| self.arguments(open));
        let object = base.and_then(|(index, at)| Some((self.reader.names.dummy(index)?, at)));
        if let Some((index, at)) = object {
            let name = self.reader.names.list[index].name.clone();
            passed.push(Passed { name, span: self.span(at), place: Place::Object, is_part: true });
        }
        let (procedure, span) = (self.name(at), self.span(at));
        self.reader.call(Call { procedure, of_component: true, is_function, span, count, passed, actuals: None });
    }

    /// Whether a parenthesis behind a followed name invokes it. That of a substring has a `:` in it.
    pub(super) fn is_callable(&self, index: usize, open: usize) -> bool {
        let followed = &self.reader.names.list[index];
        let may_be_procedure = followed.standing == Standing::Dummy && !followed.is_array && !self.reader.names.is_open;
        may_be_procedure && self.kind(open) == Mark::Open && !(followed.is_character && self.has_colon(open))
    }

    /// A dummy argument is called.
    pub(super) fn invoke(&mut self, index: usize, at: usize, is_function: bool) {
        self.reader.names.list[index].is_invoked = true;
        let open = Some(at + 1).filter(|open| self.kind(*open) == Mark::Open);
        let (count, passed) = open.map_or((0, Vec::new()), |open| self.arguments(open));
        let actuals = match open {
            Some(open) => {
                let mut cursor = self.cursor;
                cursor.seek(self.tokens[open].start as usize);
                cursor.actual_arguments().ok()
            }
            None => Some(Vec::new()),
        };
        let (procedure, span) = (self.name(at), self.span(at));
        let actuals = Some(actuals.unwrap_or_default());
        self.reader.call(Call { procedure, of_component: false, is_function, span, count, passed, actuals });
    }

    /// A name that is not followed, with a parenthesis behind it.
    pub(super) fn reference(&mut self, at: usize, open: usize) {
        match self.find_reference(at) {
            Reference::Values => self.expression(open + 1, self.partner(open)),
            Reference::Inquiry => self.inquiry(open),
            Reference::Function => {
                let (count, passed) = self.arguments(open);
                if !passed.is_empty() {
                    let (procedure, span) = (self.name(at), self.span(at));
                    let (of_component, is_function) = (false, true);
                    self.reader.call(Call { procedure, of_component, is_function, span, count, passed, actuals: None });
                }
            }
        }
    }

    /// What a parenthesis behind a name that is not followed means, as far as this procedure says it.
    pub(super) fn find_reference(&self, at: usize) -> Reference {
        let name = self.name(at);
        let entity = self.scope.lookup(&name);
        let is_procedure = entity.is_some_and(|entity| entity.attributes.external || entity.interface.is_some());
        if let Some(entity) = entity {
            let base = entity.type_spec.as_ref().map(|spec| &spec.base);
            let is_character = base == Some(&BaseType::Character);
            let is_intrinsic = entity.attributes.intrinsic || intrinsic::find_function(name.lower()).is_some();
            if entity.shape.is_some() && !matches!(base, Some(BaseType::Procedure(_))) && !is_procedure {
                return Reference::Values;
            }
            // `c(1:2)` of a scalar; a function of type character has no `:` in its arguments
            if is_character && !is_procedure && !is_intrinsic && self.has_colon(at + 1) {
                return Reference::Values;
            }
        }
        if let Some((_, is_plain)) = self.reader.statement_functions.iter().find(|(known, _)| *known == name) {
            return if *is_plain { Reference::Values } else { Reference::Function };
        }
        if is_procedure || self.reader.has_outside {
            return Reference::Function;
        }
        match intrinsic::find_function(name.lower()) {
            Some(Effect::Read) => Reference::Values,
            Some(_) => Reference::Inquiry,
            None => Reference::Function,
        }
    }

    fn has_colon(&self, open: usize) -> bool {
        let mut at = open + 1;
        while at < self.partner(open) {
            match self.kind(at) {
                Mark::Colon => return true,
                Mark::Open => at = self.partner(at) + 1,
                _ => at += 1,
            }
        }
        false
    }

    /// `size(x, dim)`: nobody uses the value of the first argument.
    pub(super) fn inquiry(&mut self, open: usize) {
        let (from, to) = (open + 1, self.partner(open));
        let first = if self.kind(from + 1) == Mark::Equals { from + 2 } else { from };
        let end = self.item_end(first, to);
        let found = if self.kind(first) == Mark::Word { self.find(first) } else { None };
        match found {
            Some(index) if self.designator_end(first) == end => {
                self.access(index, Effect::Inquired, first);
                self.subscripts(first + 1, end);
            }
            _ => self.expression(first, end),
        }
        self.expression(end, to);
    }

    /// The expressions in the parentheses of a designator.
    pub(super) fn subscripts(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at < to {
            if self.kind(at) == Mark::Open {
                self.expression(at + 1, self.partner(at));
                at = self.partner(at);
            }
            at += 1;
        }
    }

    /// Actual arguments: how many, and which are dummy arguments of the procedure.
    pub(super) fn arguments(&mut self, open: usize) -> (usize, Vec<Passed>) {
        let (mut at, to) = (open + 1, self.partner(open));
        let (mut count, mut passed) = (0, Vec::new());
        while at < to {
            let end = self.item_end(at, to);
            let keyword = (self.kind(at) == Mark::Word && self.kind(at + 1) == Mark::Equals).then(|| self.name(at));
            let start = if keyword.is_some() { at + 2 } else { at };
            let place = keyword.map_or(Place::Position(count), Place::Keyword);
            passed.extend(self.argument(start, end, place));
            count += 1;
            at = end + 1;
        }
        (count, passed)
    }

    /// One actual argument; what is an expression is read.
    fn argument(&mut self, start: usize, end: usize, place: Place) -> Option<Passed> {
        let is_designator = self.kind(start) == Mark::Word && self.designator_end(start) == end;
        let found = if is_designator { self.find(start) } else { None };
        let dummy =
            found.filter(|index| !self.is_callable(*index, start + 1)).and_then(|index| self.reader.names.dummy(index));
        let Some(dummy) = dummy else {
            self.expression(start, end);
            return None;
        };
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            self.expose(start, end);
        } else if self.kind(start + 1) == Mark::Open {
            self.part(start, start + 1);
            let behind = self.partner(start + 1) + 1;
            self.components(found.map(|index| (index, start)), behind);
        } else {
            self.components(found.map(|index| (index, start)), start + 1);
        }
        self.depth -= 1;
        if self.reader.names.is_settled(dummy) {
            return None;
        }
        let name: Name = self.reader.names.list[dummy].name.clone();
        Some(Passed { name, span: self.span(start), place, is_part: end > start + 1 })
    }
}
