//! Intents, array specs and coarray specs (F2018 8.5.6, 8.5.8, 8.5.10).

use crate::front::fortran::cursor::{Cursor, Parsed, closing_parenthesis};
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::entity::Intent;

impl Cursor<'_> {
    /// `(in)`, `(out)`, `(inout)`.
    pub(super) fn intent(&mut self) -> Parsed<Intent> {
        self.expect("(")?;
        let intent = if self.eat_keyword("in out") {
            Intent::InOut
        } else if self.eat_keyword("in") {
            Intent::In
        } else if self.eat_keyword("out") {
            Intent::Out
        } else {
            return Err(self.expected("`in`, `out` or `inout`"));
        };
        self.expect(")")?;
        Ok(intent)
    }

    /// `(n, lower:upper, *)`.
    pub(super) fn array_spec(&mut self) -> Parsed<ArraySpec> {
        self.expect("(")?;
        if self.eat("..") {
            self.expect(")")?;
            return Ok(ArraySpec::AssumedRank);
        }
        let mut dimensions = Vec::new();
        loop {
            dimensions.push(self.dimension()?);
            if self.eat(")") {
                return Ok(ArraySpec::Dimensions(dimensions));
            }
            if !self.eat(",") {
                return Err(self.expected("`,` or `)`"));
            }
        }
    }

    /// `(2)` of RANK (F2023 8.5.17).
    pub(super) fn rank_clause(&mut self) -> Parsed<ArraySpec> {
        self.expect("(")?;
        let rank = self.digits().filter(|rank| *rank <= 15).ok_or_else(|| self.expected("the rank in digits"))?;
        self.expect(")")?;
        Ok(ArraySpec::Dimensions((0..rank).map(|_| Dimension::Colon { lower: None }).collect()))
    }

    fn dimension(&mut self) -> Parsed<Dimension> {
        if self.eat_star() {
            return Ok(Dimension::AssumedSize { lower: None });
        }
        if self.eat(":") {
            return Ok(Dimension::Colon { lower: None });
        }
        let first = self.expression()?;
        if !self.eat(":") {
            return Ok(Dimension::Explicit { lower: None, upper: first });
        }
        let lower = Some(first);
        if self.eat_star() {
            return Ok(Dimension::AssumedSize { lower });
        }
        if matches!(self.peek(), b',' | b')') {
            return Ok(Dimension::Colon { lower });
        }
        Ok(Dimension::Explicit { lower, upper: self.expression()? })
    }

    /// `*` as a whole bound.
    fn eat_star(&mut self) -> bool {
        let start = self.position();
        if self.eat("*") && matches!(self.peek(), b',' | b')') {
            return true;
        }
        self.seek(start);
        false
    }

    /// `[*]`, `[2, 0:*]`, `[:, :]`: the corank.
    pub(super) fn coarray_spec(&mut self) -> Parsed<usize> {
        let length = closing_parenthesis(self.rest()).filter(|_| self.peek() == b'[');
        let Some(length) = length else { return Err(self.expected("a closed `[...]`")) };
        let (mut depth, mut corank) = (0usize, 1);
        for byte in &self.rest()[..length] {
            match byte {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth -= 1,
                b',' if depth == 1 => corank += 1,
                _ => {}
            }
        }
        self.skip(length);
        Ok(corank)
    }
}
