//! Statements that move data (F2018 12): input, output, inquiry, and allocation with its specifiers.

use crate::front::fortran::body::names::Standing;
use crate::front::fortran::body::reader::Walk;
use crate::front::fortran::body::statement::Key;
use crate::front::fortran::body::token::Kind as Mark;
use crate::ir::body::Effect;

/// Specifiers whose variables are set, whatever the statement is.
const SET: &[&str] = &["iostat", "iomsg", "stat", "errmsg", "newunit", "size", "id"];

/// Specifiers whose expressions are used, whatever the statement is.
const USED: &[&str] = &[
    "unit",
    "file",
    "fmt",
    "rec",
    "pos",
    "advance",
    "access",
    "action",
    "asynchronous",
    "blank",
    "decimal",
    "delim",
    "encoding",
    "form",
    "name",
    "pad",
    "position",
    "recl",
    "round",
    "sign",
    "status",
    "convert",
    "share",
    "cc",
    "carriagecontrol",
    "dispose",
    "readonly",
    "source",
    "type",
    "blocksize",
    "buffered",
    "organization",
    "recordtype",
];

impl Walk<'_, '_> {
    /// Statements with specifiers and lists.
    pub(super) fn transfer_statement(&mut self, key: Key, at: usize, to: usize) {
        let has_control = self.kind(at) == Mark::Open;
        match key {
            Key::Read if has_control && !self.is_unit_alone(at, to) => self.read_statement(at, to),
            Key::Read | Key::Accept | Key::Print => {
                // `READ 10, X`: the format stands before the first comma; `READ GROUP` has no comma
                let end = self.item_end(at, to);
                let effect = if key == Key::Print { Effect::Read } else { Effect::Written };
                if end == to {
                    self.group(at, effect);
                }
                self.expression(at, end);
                self.items(end + 1, to, effect);
            }
            Key::Write if has_control => {
                self.control(at, Effect::Written);
                self.items(self.partner(at) + 1, to, Effect::Read);
            }
            Key::Encode | Key::Decode if has_control => {
                let internal = if key == Key::Encode { Effect::Written } else { Effect::Read };
                self.internal_transfer(at, internal);
                let list = if key == Key::Encode { Effect::Read } else { Effect::Written };
                self.items(self.partner(at) + 1, to, list);
            }
            Key::Inquire if has_control => {
                self.specifiers(at, Some(Effect::Written));
                self.items(self.partner(at) + 1, to, Effect::Inquired);
            }
            Key::Open | Key::Wait if has_control => self.specifiers(at, None),
            Key::Open => self.expression(at, to),
            Key::Allocate | Key::Deallocate if has_control => self.allocation(at),
            _ => self.expose(at, to),
        }
    }

    /// `READ (FMT), X` has a comma behind the parenthesis, `READ (5, 10) X` has none.
    fn is_unit_alone(&self, open: usize, to: usize) -> bool {
        let behind = self.partner(open) + 1;
        behind < to && self.kind(behind) == Mark::Comma
    }

    fn read_statement(&mut self, open: usize, to: usize) {
        let behind = self.partner(open) + 1;
        self.control(open, Effect::Read);
        if behind < to {
            self.items(behind, to, Effect::Written);
        }
    }

    /// The control list of READ or WRITE; `internal` is what happens to an internal file.
    fn control(&mut self, open: usize, internal: Effect) {
        let (mut at, to) = (open + 1, self.partner(open));
        let mut count = 0;
        while at < to {
            let end = self.item_end(at, to);
            let has_keyword = self.kind(at) == Mark::Word && self.kind(at + 1) == Mark::Equals;
            if has_keyword && self.is_word(at, "nml") {
                let effect = if internal == Effect::Read { Effect::Written } else { Effect::Read };
                if !self.group(at + 2, effect) {
                    // a group that is not declared here
                    let span = self.span(at + 2);
                    self.reader.expose_everything(span);
                }
            } else if has_keyword && !self.is_word(at, "unit") {
                self.specifier(at, end, None);
            } else if has_keyword || count == 0 {
                self.unit(if has_keyword { at + 2 } else { at }, end, internal);
            } else if count == 1 {
                let effect = if internal == Effect::Read { Effect::Written } else { Effect::Read };
                if !self.group(at, effect) {
                    self.expression(at, end);
                }
            } else {
                self.expression(at, end);
            }
            count += 1;
            at = end + 1;
        }
    }

    /// The unit: a number, or a variable of type character that is an internal file.
    fn unit(&mut self, at: usize, end: usize, internal: Effect) {
        let is_designator = self.kind(at) == Mark::Word && self.designator_end(at) == end;
        let found = if is_designator { self.find(at) } else { None };
        let Some(index) = found else { return self.expression(at, end) };
        let dummy = self.reader.names.dummy(index).unwrap_or(index);
        let followed = &self.reader.names.list[dummy];
        let is_number = dummy == index
            && !self.reader.names.is_open
            && !self.has_component(at, end)
            && (!followed.is_array || end > at + 1);
        let effect = match internal {
            Effect::Written if followed.is_character => Effect::Written,
            // what is known by another name, a component or an array may be a file
            Effect::Written if !is_number => Effect::Exposed,
            _ => Effect::Read,
        };
        self.access(index, effect, at);
        self.subscripts(at + 1, end);
    }

    fn has_component(&self, from: usize, to: usize) -> bool {
        (from..to).any(|at| self.kind(at) == Mark::Percent)
    }

    /// A NAMELIST group: all its members are transferred. False if it is none that is known.
    fn group(&mut self, at: usize, effect: Effect) -> bool {
        let Some(index) = self.reader.names.find(self.word(at)) else { return false };
        let Standing::Group(members) = self.reader.names.list[index].standing.clone() else { return false };
        for member in members {
            self.access(member, effect, at);
        }
        true
    }

    /// `(c, f, b [, IOSTAT=i])` of ENCODE and DECODE: `b` is the internal file.
    fn internal_transfer(&mut self, open: usize, internal: Effect) {
        let (mut at, to) = (open + 1, self.partner(open));
        let mut count = 0;
        while at < to {
            let end = self.item_end(at, to);
            if self.kind(at + 1) == Mark::Equals {
                self.specifier(at, end, None);
            } else if count == 2 {
                self.item(at, end, internal);
            } else {
                self.expression(at, end);
            }
            count += 1;
            at = end + 1;
        }
    }

    /// A list of `keyword = value`; the first value may stand alone.
    fn specifiers(&mut self, open: usize, others: Option<Effect>) {
        let (mut at, to) = (open + 1, self.partner(open));
        while at < to {
            let end = self.item_end(at, to);
            if self.kind(at) == Mark::Word && self.kind(at + 1) == Mark::Equals {
                self.specifier(at, end, others);
            } else {
                self.expression(at, end);
            }
            at = end + 1;
        }
    }

    /// `keyword = value`. In an INQUIRE statement (`others`) all but a few are set.
    fn specifier(&mut self, at: usize, end: usize, others: Option<Effect>) {
        let keyword = self.name(at);
        let keyword = keyword.lower();
        match others {
            Some(_) if matches!(keyword, "unit" | "file" | "id") => self.expression(at + 2, end),
            Some(effect) => self.item(at + 2, end, effect),
            None if SET.contains(&keyword) => self.item(at + 2, end, Effect::Written),
            None if USED.contains(&keyword) => self.expression(at + 2, end),
            // labels
            None if matches!(keyword, "end" | "err" | "eor") => {}
            None if keyword == "mold" => self.item(at + 2, end, Effect::Inquired),
            None => self.expose(at + 2, end),
        }
    }

    /// `([type ::] objects, specifiers)`.
    fn allocation(&mut self, open: usize) {
        let (mut at, to) = (open + 1, self.partner(open));
        if let Some(colons) = (at..to).find(|at| self.kind(*at) == Mark::Colons) {
            self.expression(at, colons);
            at = colons + 1;
        }
        while at < to {
            let end = self.item_end(at, to);
            if self.kind(at) == Mark::Word && self.kind(at + 1) == Mark::Equals {
                self.specifier(at, end, None);
            } else {
                self.item(at, end, Effect::Written);
            }
            at = end + 1;
        }
    }

    /// A list of variables (or, for `Effect::Read`, expressions) with implied DO loops.
    pub(super) fn items(&mut self, from: usize, to: usize, effect: Effect) {
        let mut at = from;
        while at < to {
            let end = self.item_end(at, to);
            self.item(at, end, effect);
            at = end + 1;
        }
    }

    fn item(&mut self, at: usize, end: usize, effect: Effect) {
        self.depth += 1;
        if self.depth > 100 {
            self.expose(at, end);
        } else if self.kind(at) == Mark::Open && self.partner(at) + 1 == end {
            self.parenthesized(at, effect);
        } else if effect == Effect::Read {
            self.expression(at, end);
        } else if self.kind(at) == Mark::Word && self.designator_end(at) == end {
            match self.find(at) {
                Some(index) => {
                    self.access(index, effect, at);
                    self.subscripts(at + 1, end);
                }
                None if self.kind(at + 1) == Mark::Open => {
                    self.operand(at);
                }
                None => self.subscripts(at + 1, end),
            }
        } else {
            self.expose(at, end);
        }
        self.depth -= 1;
    }

    /// `(items, i = 1, n)`, or a list in parentheses.
    fn parenthesized(&mut self, open: usize, effect: Effect) {
        let (from, to) = (open + 1, self.partner(open));
        let (mut at, mut variable) = (from, None);
        while at < to && variable.is_none() {
            let end = self.item_end(at, to);
            if self.kind(at) == Mark::Word && self.kind(at + 1) == Mark::Equals {
                variable = Some(at);
            }
            at = end + 1;
        }
        match variable {
            Some(variable) => {
                self.items(from, variable, effect);
                if let Some(index) = self.find(variable) {
                    self.access(index, Effect::Written, variable);
                }
                self.expression(variable + 2, to);
            }
            None if effect == Effect::Read => self.expression(from, to),
            None => self.items(from, to, effect),
        }
    }
}
