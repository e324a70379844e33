//! Type specifications (F2018 7.3.2): `real(dp)`, `character*8`, `type(t)`.

use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::ir::expr::{Actual, Expr, ExprKind};
use crate::ir::name::Name;
use crate::ir::types::{BaseType, CharacterLength, KindSelector, TypeSpec};

impl Cursor<'_> {
    /// A type specification, if one stands here. `selector`: a parenthesis behind the type belongs to it.
    pub(super) fn type_spec(&mut self, selector: bool) -> Parsed<Option<TypeSpec>> {
        let start = self.position();
        if let Some(spec) = self.wrapped_intrinsic()? {
            return Ok(Some(spec));
        }
        let Some((base, parameters)) = self.base_type()? else { return Ok(None) };
        let mut spec = TypeSpec { base, kind: None, length: None, parameters, span: self.span(start) };
        match spec.base {
            BaseType::Character => self.character_selector(&mut spec, selector)?,
            BaseType::Integer | BaseType::Real | BaseType::Complex | BaseType::Logical if spec.kind.is_none() => {
                spec.kind = self.kind_selector(selector)?;
            }
            _ => {}
        }
        if spec.base == BaseType::Integer && spec.kind.is_none() && self.is_byte(start) {
            spec.kind = Some(KindSelector::Star(1));
        }
        spec.span = self.span(start);
        Ok(Some(spec))
    }

    /// `type(real(8))`: an intrinsic type in the clothes of a derived one.
    fn wrapped_intrinsic(&mut self) -> Parsed<Option<TypeSpec>> {
        const INTRINSIC: [&str; 9] = [
            "integer",
            "real",
            "doubleprecision",
            "complex",
            "doublecomplex",
            "logical",
            "character",
            "double",
            "byte",
        ];
        let before = *self;
        if self.eat_keyword("type") && self.eat("(") {
            let start = self.position();
            let is_intrinsic = self.eat_name().is_some_and(|(name, _)| INTRINSIC.contains(&name.lower()));
            self.seek(start);
            if is_intrinsic && let Some(mut spec) = self.type_spec(true)? {
                self.expect(")")?;
                spec.span = self.span(before.clone().position());
                return Ok(Some(spec));
            }
        }
        *self = before;
        Ok(None)
    }

    fn is_byte(&self, start: usize) -> bool {
        self.text().get(start).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'b'))
    }

    /// The type itself and the parameters of a derived type.
    fn base_type(&mut self) -> Parsed<Option<(BaseType, Vec<Actual>)>> {
        const INTRINSIC: &[(&str, BaseType)] = &[
            ("integer", BaseType::Integer),
            ("real", BaseType::Real),
            ("double precision", BaseType::DoublePrecision),
            ("double complex", BaseType::DoubleComplex),
            ("complex", BaseType::Complex),
            ("logical", BaseType::Logical),
            ("character", BaseType::Character),
            ("byte", BaseType::Integer),
        ];
        if let Some((_, base)) = INTRINSIC.iter().find(|(keyword, _)| self.eat_keyword(keyword)) {
            return Ok(Some((base.clone(), Vec::new())));
        }
        if self.eat_keyword("type") {
            return self.type_name(BaseType::AssumedType, BaseType::Derived).map(Some);
        }
        if self.eat_keyword("class") {
            return self.type_name(BaseType::UnlimitedPolymorphic, BaseType::Class).map(Some);
        }
        if self.eat_keyword("procedure") {
            self.expect("(")?;
            let start = self.position();
            let name = self.eat_name().map(|(name, _)| name);
            if self.peek() == b')' && !name.as_ref().is_some_and(is_intrinsic_type) {
                self.skip(1);
                return Ok(Some((BaseType::Procedure(name), Vec::new())));
            }
            // `procedure(real(8))`: the type of a function result stands where a name could
            self.seek(start);
            return Err(self.expected("the name of an interface"));
        }
        Ok(None)
    }

    /// `(*)` or `(name [(parameters)])`.
    fn type_name(&mut self, star: BaseType, named: fn(Name) -> BaseType) -> Parsed<(BaseType, Vec<Actual>)> {
        self.expect("(")?;
        if self.eat("*") {
            self.expect(")")?;
            return Ok((star, Vec::new()));
        }
        let (name, _) = self.name("the name of a type")?;
        let parameters = if self.peek() == b'(' { self.actual_arguments()? } else { Vec::new() };
        self.expect(")")?;
        Ok((named(name), parameters))
    }

    /// The type of `procedure(real(8))`: an external function's, if one stands here.
    pub(super) fn function_type(&mut self) -> Parsed<Option<TypeSpec>> {
        let before = *self;
        if self.eat_keyword("procedure") && self.eat("(") {
            let start = self.position();
            let name = self.eat_name().map(|(name, _)| name);
            let is_type = self.peek() != b')' || name.as_ref().is_some_and(is_intrinsic_type);
            self.seek(start);
            if is_type && let Some(spec) = self.type_spec(true)? {
                self.expect(")")?;
                return Ok(Some(spec));
            }
        }
        *self = before;
        Ok(None)
    }

    /// `*8` behind a name: the length of this entity alone.
    pub(super) fn own_length(&mut self, type_spec: &mut TypeSpec) -> Parsed<()> {
        self.expect("*")?;
        if type_spec.base == BaseType::Character {
            type_spec.length = Some(self.star_length()?);
        } else {
            let bytes = self.digits().ok_or_else(|| self.expected("the size in bytes, such as `8`"))?;
            type_spec.kind = Some(KindSelector::Star(bytes));
        }
        Ok(())
    }

    /// `*8` or `(kind = 8)`.
    fn kind_selector(&mut self, selector: bool) -> Parsed<Option<KindSelector>> {
        if self.peek() == b'*' {
            self.skip(1);
            let bytes = self.digits().ok_or_else(|| self.expected("the size in bytes, such as `8`"))?;
            return Ok(Some(KindSelector::Star(bytes)));
        }
        if !selector || !self.eat("(") {
            return Ok(None);
        }
        self.eat_argument_keyword("kind");
        let kind = self.expression()?;
        self.expect(")")?;
        Ok(Some(KindSelector::Expr(kind)))
    }

    /// `*8`, `*(*)`, `(n)`, `(len = n, kind = k)`.
    fn character_selector(&mut self, spec: &mut TypeSpec, selector: bool) -> Parsed<()> {
        if self.eat("*") {
            spec.length = Some(self.star_length()?);
            // an old form: `character*8, a`
            if self.peek() == b',' && !has_colons(self.rest()) {
                self.skip(1);
            }
            return Ok(());
        }
        if !selector || !self.eat("(") {
            return Ok(());
        }
        let mut first = true;
        while !self.eat(")") {
            if !first {
                self.expect(",")?;
            }
            if self.eat_argument_keyword("kind") || (!first && spec.length.is_some() && !self.names_length()) {
                spec.kind = Some(KindSelector::Expr(self.expression()?));
            } else {
                self.eat_argument_keyword("len");
                spec.length = Some(self.length()?);
            }
            first = false;
        }
        Ok(())
    }

    fn names_length(&mut self) -> bool {
        let start = self.position();
        let found = self.eat_argument_keyword("len");
        self.seek(start);
        found
    }

    /// The length behind `*`: digits, or anything in parentheses.
    pub(super) fn star_length(&mut self) -> Parsed<CharacterLength> {
        if self.eat("(") {
            let length = self.length()?;
            self.expect(")")?;
            return Ok(length);
        }
        if !self.peek().is_ascii_digit() {
            return Err(self.expected("the length, such as `8` or `(*)`"));
        }
        let start = self.position();
        let value = self.digits().ok_or_else(|| self.expected("a shorter length"))?;
        let kind = ExprKind::Integer(i128::from(value), None);
        Ok(CharacterLength::Expr(Expr { kind, span: self.span(start) }))
    }

    fn length(&mut self) -> Parsed<CharacterLength> {
        if self.eat("*") {
            Ok(CharacterLength::Assumed)
        } else if self.eat(":") {
            Ok(CharacterLength::Deferred)
        } else {
            Ok(CharacterLength::Expr(self.expression()?))
        }
    }
}

/// `procedure(real)` means the type, for no interface can have its name.
fn is_intrinsic_type(name: &Name) -> bool {
    ["integer", "real", "complex", "logical", "character", "doubleprecision", "doublecomplex"].contains(&name.lower())
}

fn has_colons(text: &[u8]) -> bool {
    text.windows(2).any(|pair| pair == b"::")
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{entity, fixed, free};
    use crate::ir::expr::ExprKind;
    use crate::ir::procedure::Procedure;
    use crate::ir::types::{CharacterLength, KindSelector};

    /// Base, kind and length of an entity.
    fn type_of(procedure: &Procedure, name: &str) -> String {
        let spec = entity(procedure, name).type_spec.as_ref().expect("a type");
        let show = |kind: &ExprKind| match kind {
            ExprKind::Integer(value, _) => value.to_string(),
            ExprKind::Name(name) => name.lower().to_owned(),
            other => format!("{other:?}"),
        };
        let kind = match &spec.kind {
            None => String::new(),
            Some(KindSelector::Star(bytes)) => format!(" *{bytes}"),
            Some(KindSelector::Expr(expr)) => format!(" kind {}", show(&expr.kind)),
        };
        let length = match &spec.length {
            None => String::new(),
            Some(CharacterLength::Assumed) => " len *".to_owned(),
            Some(CharacterLength::Deferred) => " len :".to_owned(),
            Some(CharacterLength::Expr(expr)) => format!(" len {}", show(&expr.kind)),
        };
        format!("{:?}{kind}{length}", spec.base)
    }

    fn free_type(declaration: &str) -> String {
        type_of(&free(&format!("subroutine s(x)\n{declaration}\nend\n")), "x")
    }

    fn fixed_type(declaration: &str) -> String {
        type_of(&fixed(&format!("      SUBROUTINE S(X)\n      {declaration}\n      END\n")), "x")
    }

    #[test]
    fn types_in_free_form() {
        for (declaration, expected) in [
            ("integer x", "Integer"),
            ("real*8 x", "Real *8"),
            ("real(dp) :: x", "Real kind dp"),
            ("integer(kind=4) x", "Integer kind 4"),
            ("complex*16 x", "Complex *16"),
            ("double precision x", "DoublePrecision"),
            ("doubleprecision x", "DoublePrecision"),
            ("doublecomplex x", "DoubleComplex"),
            ("byte x", "Integer *1"),
            ("logical(1) x", "Logical kind 1"),
            ("character x", "Character"),
            ("character*(*) x", "Character len *"),
            ("character*8 x", "Character len 8"),
            ("character*8, x", "Character len 8"),
            ("character*8, intent(in) :: x", "Character len 8"),
            ("character*8 y, x*4", "Character len 4"),
            ("character x(3)*4", "Character len 4"),
            ("character x*4(3)", "Character len 4"),
            ("character(n) x", "Character len n"),
            ("character(*) x", "Character len *"),
            ("character(len=:), allocatable :: x", "Character len :"),
            ("character(len=n, kind=c_char) x", "Character kind c_char len n"),
            ("character(kind=c_char, len=n) x", "Character kind c_char len n"),
            ("character(kind=c_char) x", "Character kind c_char"),
            ("character(5, 1) x", "Character kind 1 len 5"),
            ("type(t) :: x", "Derived(`t`)"),
            ("type(t(4)) :: x", "Derived(`t`)"),
            ("type(t(k=4, n=:)), allocatable :: x", "Derived(`t`)"),
            ("type(integer) :: x", "Integer"),
            ("type(double precision) :: x", "DoublePrecision"),
            ("type(character(len=3)) :: x", "Character len 3"),
            ("type(real_thing) :: x", "Derived(`real_thing`)"),
            ("type(real(8)) :: x", "Real kind 8"),
            ("type(*) :: x(*)", "AssumedType"),
            ("class(*) :: x", "UnlimitedPolymorphic"),
            ("class(t) :: x", "Class(`t`)"),
            ("procedure(f), pointer :: x", "Procedure(Some(`f`))"),
            ("procedure() :: x", "Procedure(None)"),
            ("procedure(real(8)) :: x", "Real kind 8"),
            ("procedure(real) :: x", "Real"),
            ("procedure(type(t)), pointer :: x", "Derived(`t`)"),
        ] {
            assert_eq!(free_type(declaration), expected, "{declaration}");
        }
    }

    #[test]
    fn types_in_fixed_form() {
        for (declaration, expected) in [
            ("REALX", "Real"),
            ("R E A L * 8 X", "Real *8"),
            ("DOUBLE PRECISION X(3)", "DoublePrecision"),
            ("CHARACTER*8Y*4,X", "Character len 8"),
            ("CHARACTER*(*)X", "Character len *"),
            ("INTEGER(KIND=4)X", "Integer kind 4"),
            ("INTEGER(KINDX)X", "Integer kind kindx"),
            ("REAL*8 E1, X", "Real *8"),
        ] {
            assert_eq!(fixed_type(declaration), expected, "{declaration}");
        }
    }
}
