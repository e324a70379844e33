//! The values of named constants, as gfortran's dump writes them.

use crate::analysis::constant::Constant;
use crate::analysis::real::Real;
use crate::analysis::scope::DefaultKinds;
use crate::inspect::expression::print_text;

/// A value with the kinds that are not the default.
pub(super) fn print_value(value: &Constant, defaults: DefaultKinds) -> String {
    let suffix = |kind: u8, default: u8| if kind == default { String::new() } else { format!("_{kind}") };
    let real = |value: &Real| format!("{}{}", value.digits(), suffix(value.kind(), defaults.real));
    match value {
        Constant::Integer(value, kind) => format!("{value}{}", suffix(*kind, defaults.integer)),
        Constant::Real(value) => real(value),
        Constant::Logical(value, kind) => format!(".{value}.{}", suffix(*kind, defaults.logical)),
        Constant::Character(text, _) => print_text(text),
        Constant::Complex(first, second) => format!("(complex {} {})", real(first), real(second)),
        Constant::Boz(bits) => format!("z'{bits:x}'"),
        Constant::Array(array) => {
            let elements: Vec<String> = array.elements.iter().map(|element| print_value(element, defaults)).collect();
            format!("(/ {} /)", elements.join(" , "))
        }
        Constant::Structure(structure) => {
            let component = |value: &Option<Constant>| match value {
                Some(value) => print_value(value, defaults),
                None => "()".to_owned(),
            };
            let components: Vec<String> = structure.components.iter().map(|(_, value)| component(value)).collect();
            format!("{}({})", structure.type_name, components.join(" , "))
        }
        Constant::Null => "NULL()".to_owned(),
    }
}
