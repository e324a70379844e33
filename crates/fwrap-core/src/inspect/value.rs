//! The values of named constants, as gfortran's dump writes them.

use crate::analysis::constant::Constant;
use crate::analysis::real::Real;
use crate::analysis::scope::DefaultKinds;
use crate::inspect::expression::print_text;

/// How long the text of a value may get.
const MAX_LENGTH: usize = 1 << 24;

/// A value with the kinds that are not the default; `None` if it cannot be written out.
pub(super) fn print_value(value: &Constant, defaults: DefaultKinds) -> Option<String> {
    let mut printer = Printer { text: String::new(), defaults };
    printer.value(value)?;
    Some(printer.text)
}

struct Printer {
    text: String,
    defaults: DefaultKinds,
}

impl Printer {
    fn value(&mut self, value: &Constant) -> Option<()> {
        match value {
            Constant::Integer(value, kind) => {
                self.text.push_str(&value.to_string());
                self.kind(*kind, self.defaults.integer);
            }
            Constant::Real(value) => self.real(value)?,
            Constant::Logical(value, _) => self.text.push_str(if *value { ".true." } else { ".false." }),
            Constant::Character(text, _) => self.text.push_str(&print_text(text)),
            Constant::Complex(real, imaginary) => {
                self.text.push_str("(complex ");
                self.real(real)?;
                self.text.push(' ');
                self.real(imaginary)?;
                self.text.push(')');
            }
            Constant::Boz(bits) => self.text.push_str(&format!("z'{bits:x}'")),
            Constant::Array(array) => {
                self.text.push_str("(/ ");
                self.list(array.elements.iter().map(Some))?;
                self.text.push_str(" /)");
            }
            Constant::Structure(structure) => {
                self.text.push_str(structure.type_name.lower());
                self.text.push('(');
                self.list(structure.components.iter().map(|(_, value)| value.as_ref()))?;
                self.text.push(')');
            }
            Constant::Null => self.text.push_str("NULL()"),
        }
        (self.text.len() <= MAX_LENGTH).then_some(())
    }

    fn list<'a>(&mut self, values: impl Iterator<Item = Option<&'a Constant>>) -> Option<()> {
        for (position, value) in values.enumerate() {
            if position > 0 {
                self.text.push_str(" , ");
            }
            match value {
                Some(value) => self.value(value)?,
                None => self.text.push_str("()"),
            }
        }
        Some(())
    }

    fn real(&mut self, value: &Real) -> Option<()> {
        self.text.push_str(&value.digits()?);
        self.kind(value.kind(), self.defaults.real);
        Some(())
    }

    fn kind(&mut self, kind: u8, default: u8) {
        if kind != default {
            self.text.push_str(&format!("_{kind}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::print_value;
    use crate::analysis::constant::Constant;
    use crate::analysis::real::Real;
    use crate::analysis::scope::DefaultKinds;

    #[test]
    fn values_have_the_kinds_that_are_not_the_default() {
        let printed = |value: Constant| print_value(&value, DefaultKinds::default());
        let real = |value, kind| Real::new(value, kind).expect("a kind that there is");
        assert_eq!(printed(Constant::Integer(-7, 4)).as_deref(), Some("-7"));
        assert_eq!(printed(Constant::Integer(7, 8)).as_deref(), Some("7_8"));
        assert_eq!(printed(Constant::Real(real(0.1, 4))).as_deref(), Some("1.00000001e-1"));
        assert_eq!(printed(Constant::Real(real(0.1, 8))).as_deref(), Some("1.0000000000000001e-1_8"));
        assert_eq!(printed(Constant::Real(real(0.1, 16))), None);
        let pair = Constant::vector(vec![Constant::text("it's"), Constant::text("\u{7}")]);
        assert_eq!(printed(pair).as_deref(), Some("(/ 'it''s' , '\\x07' /)"));
    }
}
