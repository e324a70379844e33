//! Primaries (F2018 10.1.2.2): constants, constructors, designators, function references.

use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::ir::expr::{Actual, Expr, ExprKind, ImpliedDo};
use crate::ir::name::Name;
use crate::ir::types::{BaseType, TypeSpec};

impl Cursor<'_> {
    pub(super) fn primary(&mut self) -> Parsed<Expr> {
        let start = self.position();
        self.height = 0;
        let kind = match self.peek() {
            b'0'..=b'9' => return self.number(),
            b'.' if self.rest().get(1).is_some_and(u8::is_ascii_digit) => return self.number(),
            b'.' => self.logical()?,
            b'\'' | b'"' => self.quoted()?,
            b'[' => self.array_constructor("[", "]")?,
            b'(' if self.rest().starts_with(b"(/") && !self.rest().starts_with(b"(/=") => {
                self.array_constructor("(/", "/)")?
            }
            b'(' => self.parenthesis()?,
            byte if byte.is_ascii_alphabetic() => return self.designator(),
            _ => return Err(self.expected("an expression")),
        };
        let constant = Expr { kind, span: self.span(start) };
        if matches!(constant.kind, ExprKind::Character(..)) && self.peek() == b'(' {
            return self.parts(start, constant);
        }
        Ok(constant)
    }

    fn logical(&mut self) -> Parsed<ExprKind> {
        let value = match self.dotted_word().as_deref() {
            Some("true") => true,
            Some("false") => false,
            _ => return Err(self.expected("an expression")),
        };
        self.skip(if value { 6 } else { 7 });
        Ok(ExprKind::Logical(value, self.kind_suffix()?.map(Box::new)))
    }

    /// A character constant, or a BOZ constant in the old order (`'ff'x`).
    fn quoted(&mut self) -> Parsed<ExprKind> {
        let value = self.character_constant()?;
        let after = self.rest_exact();
        let ends = !after.get(1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        match after.first().and_then(|letter| boz_bits(*letter)).filter(|_| ends) {
            Some(bits) => {
                self.skip(1);
                Ok(ExprKind::Boz(value, bits))
            }
            None => Ok(ExprKind::Character(value, None)),
        }
    }

    fn other(&self, start: usize) -> ExprKind {
        let left = self.rest_exact().len();
        let text = self.text();
        ExprKind::Other(String::from_utf8_lossy(&text[start..text.len() - left]).trim().to_owned())
    }

    /// `(x)`, `(re, im)`, or `(values, i = first, last)`.
    fn parenthesis(&mut self) -> Parsed<ExprKind> {
        self.expect("(")?;
        let first = self.expression()?;
        if self.eat(")") {
            self.grow()?;
            return Ok(ExprKind::Parenthesized(Box::new(first)));
        }
        let mut height = self.height;
        let mut values = vec![first];
        while self.eat(",") {
            self.height = 0;
            if let Some(variable) = self.do_variable()? {
                let implied = self.implied_do(values, variable)?;
                self.height = self.height.max(height);
                self.grow()?;
                return Ok(ExprKind::ImpliedDo(Box::new(implied)));
            }
            values.push(self.expression()?);
            height = height.max(self.height);
        }
        self.height = height;
        self.expect(")")?;
        self.grow()?;
        match <[Expr; 2]>::try_from(values) {
            Ok([re, im]) => Ok(ExprKind::Complex(Box::new(re), Box::new(im))),
            Err(_) => Err(self.expected("`variable = first, last` in this implied do")),
        }
    }

    /// `[type ::] variable =` of an implied do, if it stands here.
    fn do_variable(&mut self) -> Parsed<Option<Name>> {
        let before = *self;
        if self.eat_keyword("integer") {
            *self = before;
            if self.type_spec(true)?.is_none() || !self.eat("::") {
                *self = before;
            }
        }
        if let Some((variable, _)) = self.eat_name()
            && self.peek() == b'='
            && !self.rest().starts_with(b"==")
        {
            self.skip(1);
            return Ok(Some(variable));
        }
        *self = before;
        Ok(None)
    }

    fn implied_do(&mut self, values: Vec<Expr>, variable: Name) -> Parsed<ImpliedDo> {
        let first = self.expression()?;
        self.expect(",")?;
        let last = self.expression()?;
        let step = if self.eat(",") { Some(self.expression()?) } else { None };
        self.expect(")")?;
        Ok(ImpliedDo { values, variable, first, last, step })
    }

    /// `[a, b]` or `(/ a, b /)`, perhaps with a type before the values.
    fn array_constructor(&mut self, open: &str, close: &str) -> Parsed<ExprKind> {
        self.expect(open)?;
        let type_spec = if has_type(self.rest()) { Some(Box::new(self.constructor_type()?)) } else { None };
        let (mut values, mut height) = (Vec::new(), 0);
        while !self.eat(close) {
            if !values.is_empty() {
                self.expect(",")?;
            }
            values.push(self.expression()?);
            height = height.max(self.height);
        }
        self.height = height;
        self.grow()?;
        Ok(ExprKind::ArrayConstructor(type_spec, values))
    }

    /// `real(8) ::`, or `t ::` for a derived type.
    fn constructor_type(&mut self) -> Parsed<TypeSpec> {
        let start = self.position();
        let spec = match self.type_spec(true)? {
            Some(spec) => spec,
            None => {
                let (name, _) = self.name("a type")?;
                let parameters = if self.peek() == b'(' { self.actual_arguments()? } else { Vec::new() };
                TypeSpec { base: BaseType::Derived(name), kind: None, length: None, parameters, span: self.span(start) }
            }
        };
        self.expect("::")?;
        Ok(spec)
    }

    /// A name with what follows it: arguments, components, or the text of a constant with a prefix.
    fn designator(&mut self) -> Parsed<Expr> {
        let start = self.position();
        let (name, span) = self.name("a name")?;
        if matches!(self.rest_exact().first(), Some(b'\'' | b'"')) {
            return self.prefixed_constant(start, &name);
        }
        self.parts(start, Expr { kind: ExprKind::Name(name), span })
    }

    /// Arguments, subscripts and components behind what is read already.
    fn parts(&mut self, start: usize, mut left: Expr) -> Parsed<Expr> {
        loop {
            match (self.peek(), left.kind) {
                (b'(', ExprKind::Name(name)) => {
                    let arguments = self.actual_arguments()?;
                    left.kind = ExprKind::Reference(name, arguments);
                }
                (b'(', kind @ ExprKind::Other(_)) => {
                    self.actual_arguments()?;
                    drop(kind);
                    left.kind = self.other(start);
                }
                (b'(', kind) => {
                    let height = self.height;
                    let arguments = self.actual_arguments()?;
                    self.height = self.height.max(height);
                    let base = Expr { kind, span: left.span };
                    left.kind = ExprKind::Subscripted(Box::new(base), arguments);
                }
                (b'[', _) => {
                    // a coindexed object
                    if !self.skip_parenthesis() {
                        return Err(self.expected("a closed `[...]`"));
                    }
                    left.kind = self.other(start);
                }
                (b'%', kind) => {
                    self.skip(1);
                    let (component, _) = self.name("the name of a component")?;
                    let base = Expr { kind, span: left.span };
                    left.kind = ExprKind::Component(Box::new(base), component);
                }
                (_, kind) => {
                    left.kind = kind;
                    return Ok(left);
                }
            }
            self.grow()?;
            left.span = self.span(start);
        }
    }

    /// `c_char_'text'` or `z'ff'`.
    fn prefixed_constant(&mut self, start: usize, prefix: &Name) -> Parsed<Expr> {
        let value = self.character_constant()?;
        let prefix = prefix.spelled();
        let bits = prefix.bytes().next().filter(|_| prefix.len() == 1).and_then(boz_bits);
        let kind = match (prefix.strip_suffix('_'), bits) {
            (Some(kind), _) => {
                let span = self.span_between(start, start + kind.len());
                let kind = Expr { kind: ExprKind::Name(Name::new(kind)), span };
                ExprKind::Character(value, Some(Box::new(kind)))
            }
            (None, Some(bits)) => ExprKind::Boz(value, bits),
            (None, None) => self.other(start),
        };
        Ok(Expr { kind, span: self.span(start) })
    }

    /// `(arguments)`.
    pub(super) fn actual_arguments(&mut self) -> Parsed<Vec<Actual>> {
        self.expect("(")?;
        let (mut arguments, mut height) = (Vec::new(), 0);
        while !self.eat(")") {
            if !arguments.is_empty() {
                self.expect(",")?;
            }
            arguments.push(self.actual()?);
            height = height.max(self.height);
        }
        self.height = height;
        Ok(arguments)
    }

    fn actual(&mut self) -> Parsed<Actual> {
        self.height = 0;
        let start = self.position();
        let keyword = self.eat_name().map(|(name, _)| name);
        let keyword = keyword.filter(|_| self.peek() == b'=' && !self.rest().starts_with(b"=="));
        if keyword.is_some() {
            self.skip(1);
        } else {
            self.seek(start);
        }
        if matches!(self.peek(), b'*' | b'&') {
            // an alternate return, or an assumed type parameter
            self.skip(1);
            self.digits();
            return Ok(Actual { keyword, value: None, is_range: false, upper: None, stride: None });
        }
        let value = if self.peek() == b':' { None } else { Some(self.expression()?) };
        let mut height = self.height;
        let (mut upper, mut stride) = (None, None);
        let is_range = self.eat(":");
        if is_range {
            if !matches!(self.peek(), b')' | b',' | b':') {
                upper = Some(self.expression()?);
                height = height.max(self.height);
            }
            if self.eat(":") {
                stride = Some(self.expression()?);
                height = height.max(self.height);
            }
        }
        self.height = height;
        Ok(Actual { keyword, value, is_range, upper, stride })
    }
}

/// How many bits a digit of a BOZ constant with this letter stands for.
fn boz_bits(letter: u8) -> Option<u32> {
    match letter.to_ascii_lowercase() {
        b'b' => Some(1),
        b'o' => Some(3),
        b'z' | b'x' => Some(4),
        _ => None,
    }
}

/// Whether `::` stands behind a type at the start of the values of an array constructor.
fn has_type(values: &[u8]) -> bool {
    if !values.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let (mut depth, mut quote, mut previous) = (0usize, None, 0);
    for &byte in values {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(' | b'[') => depth += 1,
            (None, b')' | b']' | b',') if depth == 0 => return false,
            (None, b')' | b']') => depth -= 1,
            (None, b':') if previous == b':' && depth == 0 => return true,
            _ => {}
        }
        previous = byte;
    }
    false
}
