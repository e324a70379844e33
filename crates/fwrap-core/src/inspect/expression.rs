//! Simplified expressions as Fortran text: lower case, no blanks, no more parentheses than needed.

use crate::analysis::constant::{Constant, NotConstant};
use crate::analysis::real::Real;
use crate::analysis::scope::Modules;
use crate::analysis::simple::{Call, Callee, Simple, Subscript};
use crate::inspect::specific::{has_mask, specific_name};
use crate::ir::expr::{BinaryOperator, UnaryOperator};
use crate::ir::procedure::Dummy;

/// How tightly the parts of the text hold together; operands that hold less tightly get parentheses.
const PRIMARY: u8 = 20;
/// Of a sign.
const SIGN: u8 = 7;

/// An expression as Fortran text.
pub(super) fn print_expression<'ir>(simple: &Simple<'ir>, modules: &Modules<'ir>) -> String {
    print(simple, modules).0
}

fn print<'ir>(simple: &Simple<'ir>, modules: &Modules<'ir>) -> (String, u8) {
    match simple {
        Simple::Constant(value) => print_constant(value),
        Simple::Variable(variable) => {
            let name = variable.entity.as_ref().map_or(&variable.name, |(entity, _)| &entity.name);
            (name.lower().to_owned(), PRIMARY)
        }
        Simple::Unary(operator, operand) => {
            let (text, strength) = print(operand, modules);
            let text = if strength > SIGN { text } else { format!("({text})") };
            match operator {
                UnaryOperator::Not => (format!(".not.{text}"), SIGN),
                UnaryOperator::Defined(name) => (format!(".{name}.{text}"), SIGN),
                UnaryOperator::Minus | UnaryOperator::Plus => (format!("-{text}"), SIGN),
            }
        }
        Simple::Binary(operator, left, right) => print_binary(operator, left, right, modules),
        Simple::Selected(base, subscripts) => {
            (format!("{}({})", print(base, modules).0, print_subscripts(subscripts, modules)), PRIMARY)
        }
        Simple::Component(base, name) => (format!("{}%{name}", print(base, modules).0), PRIMARY),
        Simple::Call(call) => {
            let name = match &call.callee {
                Callee::Procedure(procedure, _) => procedure.name.lower().to_owned(),
                Callee::Entity(entity, _) => entity.name.lower().to_owned(),
                Callee::Intrinsic => specific_name(call, modules),
                Callee::Other => call.name.lower().to_owned(),
            };
            let arguments: Vec<String> = in_order(call, modules)
                .into_iter()
                .map(|value| value.map_or_else(String::new, |value| print(value, modules).0))
                .collect();
            (format!("{name}({})", arguments.join(",")), PRIMARY)
        }
        Simple::Array(values) => {
            let values: Vec<String> = values.iter().map(|value| print(value, modules).0).collect();
            (format!("(/{}/)", values.join(",")), PRIMARY)
        }
        Simple::Unknown(NotConstant::Variable(name, _) | NotConstant::Undeclared(name, _)) => {
            (name.lower().to_owned(), PRIMARY)
        }
        Simple::Unknown(_) => ("?".to_owned(), PRIMARY),
    }
}

/// The actual arguments in the order of the dummy arguments, as far as that is known; `None` where one is left out.
fn in_order<'a, 'ir>(call: &'a Call<'ir>, modules: &Modules<'ir>) -> Vec<Option<&'a Simple<'ir>>> {
    let order: &[&str] = match &call.callee {
        Callee::Intrinsic => intrinsic_dummies(call.name.lower()),
        _ => &[],
    };
    let of_procedure: Vec<&str> = match &call.callee {
        Callee::Procedure(procedure, _) => procedure
            .dummies
            .iter()
            .map(|dummy| if let Dummy::Argument(name, _) = dummy { name.lower() } else { "" })
            .collect(),
        _ => order.to_vec(),
    };
    let mut arguments = Vec::new();
    for (position, (keyword, value)) in call.arguments.iter().enumerate() {
        let place = keyword.as_ref().and_then(|keyword| of_procedure.iter().position(|name| *name == keyword.lower()));
        // A mask may stand in the place of DIM.
        let shifted = keyword.is_none() && position == 1 && call.arguments.len() == 2 && has_mask(call, modules);
        let place = place.unwrap_or(position + usize::from(shifted));
        while arguments.len() <= place {
            arguments.push(None);
        }
        arguments[place] = Some(value);
    }
    arguments
}

/// The dummy arguments of intrinsic functions that are referenced with keywords.
fn intrinsic_dummies(name: &str) -> &'static [&'static str] {
    match name {
        "size" | "ubound" | "lbound" => &["array", "dim", "kind"],
        "sum" | "product" | "maxval" | "minval" => &["array", "dim", "mask"],
        "mod" | "modulo" => &["a", "p"],
        "merge" => &["tsource", "fsource", "mask"],
        "index" => &["string", "substring", "back", "kind"],
        "scan" | "verify" => &["string", "set", "back", "kind"],
        "int" | "nint" | "floor" | "ceiling" | "real" | "aint" | "anint" => &["a", "kind"],
        "len" | "len_trim" => &["string", "kind"],
        "count" => &["mask", "dim", "kind"],
        "ichar" | "iachar" => &["c", "kind"],
        "sign" => &["a", "b"],
        "dim" | "atan2" => &["x", "y"],
        "shape" => &["source", "kind"],
        _ => &[],
    }
}

fn print_binary<'ir>(
    operator: &BinaryOperator,
    left: &Simple<'ir>,
    right: &Simple<'ir>,
    modules: &Modules<'ir>,
) -> (String, u8) {
    let (text, strength) = match operator {
        BinaryOperator::Power => ("**", 9),
        BinaryOperator::Multiply => ("*", 8),
        BinaryOperator::Divide => ("/", 8),
        BinaryOperator::Add => ("+", 6),
        BinaryOperator::Subtract => ("-", 6),
        BinaryOperator::Concatenate => ("//", 5),
        BinaryOperator::Equal => ("==", 4),
        BinaryOperator::NotEqual => ("/=", 4),
        BinaryOperator::Less => ("<", 4),
        BinaryOperator::LessEqual => ("<=", 4),
        BinaryOperator::Greater => (">", 4),
        BinaryOperator::GreaterEqual => (">=", 4),
        BinaryOperator::And => (".and.", 2),
        BinaryOperator::Or => (".or.", 1),
        BinaryOperator::Equivalent => (".eqv.", 0),
        BinaryOperator::NotEquivalent => (".neqv.", 0),
        BinaryOperator::Defined(name) => {
            return (format!("{}.{name}.{}", print(left, modules).0, print(right, modules).0), 0);
        }
    };
    let is_power = *operator == BinaryOperator::Power;
    let ((left, left_strength), (right, right_strength)) = (print(left, modules), print(right, modules));
    let left =
        if left_strength > strength || (left_strength == strength && !is_power) { left } else { format!("({left})") };
    let right = if right_strength > strength || (right_strength == strength && is_power) {
        right
    } else {
        format!("({right})")
    };
    (format!("{left}{text}{right}"), strength)
}

fn print_subscripts<'ir>(subscripts: &[Subscript<'ir>], modules: &Modules<'ir>) -> String {
    let part = |value: &Option<Simple<'ir>>| value.as_ref().map_or_else(String::new, |value| print(value, modules).0);
    let texts: Vec<String> = subscripts
        .iter()
        .map(|subscript| match subscript {
            Subscript::Index(value) => print(value, modules).0,
            Subscript::Range(lower, upper, None) => format!("{}:{}", part(lower), part(upper)),
            Subscript::Range(lower, upper, stride) => format!("{}:{}:{}", part(lower), part(upper), part(stride)),
        })
        .collect();
    texts.join(",")
}

/// A constant in an expression, without its kind.
fn print_constant(value: &Constant) -> (String, u8) {
    let signed = |text: String| {
        let strength = if text.starts_with('-') { SIGN } else { PRIMARY };
        (text, strength)
    };
    match value {
        Constant::Integer(value, _) => signed(value.to_string()),
        Constant::Real(value) => signed(print_real(value)),
        Constant::Logical(value, _) => (format!(".{value}."), PRIMARY),
        Constant::Character(text, _) => (print_text(text), PRIMARY),
        Constant::Complex(real, imaginary) => (format!("({},{})", print_real(real), print_real(imaginary)), PRIMARY),
        Constant::Boz(bits) => (format!("z'{bits:x}'"), PRIMARY),
        Constant::Array(array) => {
            let elements: Vec<String> = array.elements.iter().map(|element| print_constant(element).0).collect();
            (format!("(/{}/)", elements.join(",")), PRIMARY)
        }
        Constant::Structure(structure) => {
            let components = structure.components.iter();
            let components: Vec<String> = components
                .map(|(_, value)| value.as_ref().map_or_else(String::new, |value| print_constant(value).0))
                .collect();
            (format!("{}({})", structure.type_name, components.join(",")), PRIMARY)
        }
        Constant::Null => ("null()".to_owned(), PRIMARY),
    }
}

fn print_real(value: &Real) -> String {
    value.digits().unwrap_or_else(|| "?".to_owned())
}

/// A string between apostrophes; what does not print is an escape.
pub(super) fn print_text(text: &str) -> String {
    let mut printed = String::from("'");
    for letter in text.chars() {
        match letter {
            '\'' => printed.push_str("''"),
            '\t' | ' '..='~' => printed.push(letter),
            _ if u32::from(letter) < 0x100 => printed.push_str(&format!("\\x{:02X}", u32::from(letter))),
            _ if u32::from(letter) < 0x10000 => printed.push_str(&format!("\\u{:04X}", u32::from(letter))),
            _ => printed.push_str(&format!("\\U{:08X}", u32::from(letter))),
        }
    }
    printed.push('\'');
    printed
}

#[cfg(test)]
mod tests {
    use super::{print_expression, print_text};
    use crate::analysis::constant::Constant;
    use crate::analysis::scope::{DefaultKinds, Modules};
    use crate::analysis::simple::{Simple, Variable};
    use crate::ir::expr::{BinaryOperator, UnaryOperator};
    use crate::ir::library::Library;
    use crate::ir::name::Name;
    use crate::source::Span;

    fn name(text: &str) -> Simple<'static> {
        Simple::Variable(Variable { name: Name::new(text), span: Span::default(), entity: None })
    }

    fn number(value: i128) -> Simple<'static> {
        Simple::Constant(Constant::Integer(value, 4))
    }

    fn two(operator: BinaryOperator, left: Simple<'static>, right: Simple<'static>) -> Simple<'static> {
        Simple::Binary(operator, Box::new(left), Box::new(right))
    }

    #[test]
    fn parentheses_stand_where_the_tree_needs_them() {
        use BinaryOperator::{Add, Divide, Multiply, Power, Subtract};
        let library = Library::default();
        let modules = Modules::new(&library, DefaultKinds::default());
        let minus = |operand| Simple::Unary(UnaryOperator::Minus, Box::new(operand));
        let cases = [
            (two(Divide, two(Multiply, name("N"), two(Add, name("n"), number(3))), number(2)), "n*(n+3)/2"),
            (two(Multiply, name("n"), two(Divide, name("m"), number(2))), "n*(m/2)"),
            (two(Subtract, name("n"), two(Subtract, name("m"), number(1))), "n-(m-1)"),
            (two(Power, two(Power, name("a"), name("b")), name("c")), "(a**b)**c"),
            (two(Power, name("a"), two(Power, name("b"), name("c"))), "a**b**c"),
            (two(Multiply, name("n"), number(-1)), "n*(-1)"),
            (minus(two(Multiply, name("n"), number(2))), "-n*2"),
            (minus(two(Add, name("n"), name("m"))), "-(n+m)"),
            (two(Multiply, minus(name("n")), number(2)), "(-n)*2"),
        ];
        for (simple, text) in cases {
            assert_eq!(print_expression(&simple, &modules), text);
        }
    }

    #[test]
    fn what_does_not_print_is_an_escape() {
        assert_eq!(print_text("it's\u{7}"), "'it''s\\x07'");
    }
}
