//! Types of C expressions over the variables of a routine, and what must be checked while they are computed.

use crate::analysis::f2py::expression::UnaryOperator;
pub use crate::analysis::f2py::expression::{BinaryOperator, Expression, Function};
use crate::analysis::f2py::signature::ElementType;
use crate::ir::name::Name;
use crate::plan::f2py::routine::{LocalKind, VariablePlan};

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// `i64`; also truth, as 0 and 1, and characters.
    Integer,
    /// `f64`
    Real,
    /// `Complex<f64>`
    Complex,
    /// Bytes.
    Text,
    /// Real C: whatever is wanted.
    Any,
}

/// An expression with its type.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Its type; never [`ValueType::Any`].
    pub value_type: ValueType,
    /// No integer value of it has a larger magnitude.
    pub bound: u128,
    /// What it is.
    pub kind: ValueKind,
}

/// What a [`Value`] is. Numbers of variables are indices of the routine's.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    /// A constant.
    Integer(i64),
    /// A constant.
    Real(f64),
    /// `'a'`
    Byte(u8),
    /// `"abc"`
    Text(Vec<u8>),
    /// A real and an imaginary part.
    Complex(Box<Value>, Box<Value>),
    /// A number.
    Scalar(usize, ElementType),
    /// A `u8`.
    Character(usize),
    /// The characters of a text.
    Bytes(usize),
    /// `_i[k]`
    Index(usize),
    /// Whether the caller has given the parameter of this position: a truth.
    Given(usize),
    /// An element of an array.
    Element(usize, ElementType, Box<Value>),
    /// A character of a text.
    ByteOf(usize, Box<Value>),
    /// The extent in a dimension that is known.
    Extent(usize, usize),
    /// The extent in a dimension that is computed.
    ExtentAt(usize, Box<Value>),
    /// The number of elements.
    Size(usize),
    /// The length of a text, or of the elements of an array of characters.
    Length(usize),
    /// `-x`, which may overflow if it is checked.
    Negated(Box<Value>, bool),
    /// `!x`
    Not(Box<Value>),
    /// `~x`
    Complement(Box<Value>),
    /// `x + y` and so on, which may fail if it is checked.
    Arithmetic(BinaryOperator, Box<Value>, Box<Value>, bool),
    /// `x < y` and so on: a truth.
    Comparison(BinaryOperator, Box<Value>, Box<Value>),
    /// `x && y`, `x || y`: a truth.
    Logic(BinaryOperator, Box<Value>, Box<Value>),
    /// `c ? x : y`
    Conditional(Box<Value>, Box<Value>, Box<Value>),
    /// A function of numbers.
    Function(Function, Vec<Value>),
}

/// The magnitude of `i64::MIN`.
const MOST: u128 = 1 << 63;
/// The largest magnitude that can be negated.
const LARGEST: u128 = MOST - 1;
/// An extent of contiguous memory that exists, and a length of characters: addresses have fewer bits.
const IN_MEMORY: u128 = 1 << 56;

/// The type of an expression.
#[must_use]
pub fn find_value_type(expression: &Expression, variables: &[VariablePlan]) -> ValueType {
    choose_value(expression, variables).map_or(ValueType::Any, |value| value.value_type)
}

/// The expression with types; `None` if the C compiler has to read it.
#[must_use]
pub fn choose_value(expression: &Expression, variables: &[VariablePlan]) -> Option<Value> {
    match expression {
        Expression::Integer(value) => {
            Some(Value::integer(ValueKind::Integer(*value), u128::from(value.unsigned_abs())))
        }
        Expression::Real(value) => Some(Value::of(ValueType::Real, ValueKind::Real(*value))),
        Expression::Character(byte) => Some(Value::integer(ValueKind::Byte(*byte), 128)),
        Expression::Text(bytes) => Some(Value::of(ValueType::Text, ValueKind::Text(bytes.clone()))),
        Expression::Complex(real, imaginary) => {
            let (real, imaginary) = (choose_value(real, variables)?, choose_value(imaginary, variables)?);
            (real.is_number() && imaginary.is_number())
                .then(|| Value::of(ValueType::Complex, ValueKind::Complex(Box::new(real), Box::new(imaginary))))
        }
        Expression::Name(name) => find_variable(name, variables).and_then(|index| value_of(index, variables)),
        Expression::Index(dimension) => Some(Value::integer(ValueKind::Index(*dimension), IN_MEMORY)),
        Expression::Given(name) => {
            let slot = variables.get(find_variable(name, variables)?)?.slot;
            // Nobody gives what is hidden.
            Some(Value::truth(slot.map_or(ValueKind::Integer(0), ValueKind::Given)))
        }
        Expression::Element(name, index) => {
            element(find_variable(name, variables)?, choose_value(index, variables)?, variables)
        }
        Expression::Call(function, arguments) if function.is_inquiry() => inquiry(*function, arguments, variables),
        Expression::Call(function, arguments) => {
            let arguments: Option<Vec<Value>> =
                arguments.iter().map(|argument| choose_value(argument, variables)).collect();
            function_of(*function, arguments?)
        }
        Expression::Unary(operator, inner) => unary(*operator, choose_value(inner, variables)?),
        Expression::Binary(operator, left, right) => {
            binary(*operator, choose_value(left, variables)?, choose_value(right, variables)?)
        }
        Expression::Conditional(condition, left, right) => {
            let condition = choose_value(condition, variables).filter(Value::is_number)?;
            let (left, right) = (choose_value(left, variables)?, choose_value(right, variables)?);
            let value_type = common_type(&left, &right)?;
            let bound = left.bound.max(right.bound);
            let kind = ValueKind::Conditional(Box::new(condition), Box::new(left), Box::new(right));
            Some(Value { value_type, bound, kind })
        }
        Expression::Verbatim(..) => None,
    }
}

/// The index of a variable.
#[must_use]
pub fn find_variable(name: &Name, variables: &[VariablePlan]) -> Option<usize> {
    let found = variables.iter().position(|variable| variable.name == *name);
    found.or_else(|| variables.iter().position(|variable| *name == *variable.c_name.as_str()))
}

impl Value {
    fn of(value_type: ValueType, kind: ValueKind) -> Self {
        Self { value_type, bound: 0, kind }
    }

    fn integer(kind: ValueKind, bound: u128) -> Self {
        Self { value_type: ValueType::Integer, bound, kind }
    }

    /// 0 or 1.
    fn truth(kind: ValueKind) -> Self {
        Self::integer(kind, 1)
    }

    /// Whether it is an integer or real number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self.value_type, ValueType::Integer | ValueType::Real)
    }

    fn is_integer(&self) -> bool {
        self.value_type == ValueType::Integer
    }
}

/// The type of both where one of them is converted; there is none for a text and a number.
fn common_type(left: &Value, right: &Value) -> Option<ValueType> {
    match (left.value_type, right.value_type) {
        (left, right) if left == right => Some(left),
        (ValueType::Text, ValueType::Integer) => is_byte(right).then_some(ValueType::Text),
        (ValueType::Integer, ValueType::Text) => is_byte(left).then_some(ValueType::Text),
        (ValueType::Text, _) | (_, ValueType::Text) => None,
        (ValueType::Complex, _) | (_, ValueType::Complex) => Some(ValueType::Complex),
        _ => Some(ValueType::Real),
    }
}

/// Whether it is a single character.
#[must_use]
pub fn is_byte(value: &Value) -> bool {
    matches!(value.kind, ValueKind::Byte(_) | ValueKind::Character(_) | ValueKind::ByteOf(..))
}

fn value_of(index: usize, variables: &[VariablePlan]) -> Option<Value> {
    match variables.get(index)?.kind {
        LocalKind::Scalar(element) => number(element, ValueKind::Scalar(index, element)),
        LocalKind::Character => Some(Value::integer(ValueKind::Character(index), 128)),
        LocalKind::Text => Some(Value::of(ValueType::Text, ValueKind::Bytes(index))),
        LocalKind::Array { .. } | LocalKind::Made { .. } | LocalKind::Procedure(_) => None,
    }
}

fn number(element: ElementType, kind: ValueKind) -> Option<Value> {
    match element {
        ElementType::Integer(bytes) | ElementType::Logical(bytes @ (1 | 2 | 4 | 8)) if bytes <= 8 => {
            Some(Value::integer(kind, 1 << (8 * u32::from(bytes) - 1)))
        }
        // What does not fit is an error.
        ElementType::Unsigned(bytes @ (1 | 2 | 4 | 8)) => {
            Some(Value::integer(kind, ((1 << (8 * u32::from(bytes))) - 1_u128).min(LARGEST)))
        }
        ElementType::Real(4 | 8) => Some(Value::of(ValueType::Real, kind)),
        ElementType::Complex(4 | 8) => Some(Value::of(ValueType::Complex, kind)),
        _ => None,
    }
}

fn element(index: usize, position: Value, variables: &[VariablePlan]) -> Option<Value> {
    let is_first = position.kind == ValueKind::Integer(0);
    match variables.get(index)?.kind {
        _ if !position.is_integer() => None,
        // Once `character` was a string: `*x` is `x`.
        LocalKind::Character if is_first => Some(Value::integer(ValueKind::Character(index), 128)),
        LocalKind::Text | LocalKind::Array { element: ElementType::Character, .. } => {
            Some(Value::integer(ValueKind::ByteOf(index, Box::new(position)), 128))
        }
        LocalKind::Array { element, .. } => number(element, ValueKind::Element(index, element, Box::new(position))),
        _ => None,
    }
}

fn inquiry(function: Function, arguments: &[Expression], variables: &[VariablePlan]) -> Option<Value> {
    let Some(Expression::Name(name)) = arguments.first() else { return None };
    let index = find_variable(name, variables)?;
    let (rank, bound) = match &variables.get(index)?.kind {
        LocalKind::Array { rank: 1, intents, .. } if !intents.contains(&"STRIDED") => (1, IN_MEMORY),
        LocalKind::Array { rank, .. } => (*rank, LARGEST),
        LocalKind::Text if function == Function::TextLength || function == Function::Len => {
            return Some(Value::integer(ValueKind::Length(index), IN_MEMORY));
        }
        LocalKind::Character if function == Function::TextLength || function == Function::Len => {
            return Some(Value::integer(ValueKind::Integer(1), 1));
        }
        LocalKind::Scalar(_) if function == Function::Rank => return Some(Value::integer(ValueKind::Integer(0), 0)),
        LocalKind::Scalar(_) if function == Function::Size => return Some(Value::integer(ValueKind::Integer(1), 1)),
        _ => return None,
    };
    let extent = |dimension: Option<Value>| match dimension?.kind {
        ValueKind::Integer(known) if usize::try_from(known).is_ok_and(|known| known < rank) => {
            Some(Value::integer(ValueKind::Extent(index, usize::try_from(known).ok()?), bound))
        }
        kind => Some(Value::integer(ValueKind::ExtentAt(index, Box::new(Value::integer(kind, MOST))), bound)),
    };
    match (function, arguments) {
        (Function::Len, _) => extent(choose_value(&Expression::Integer(0), variables)),
        (Function::Shape, [_, dimension]) => extent(choose_value(dimension, variables).filter(Value::is_integer)),
        // `size` counts dimensions from 1.
        (Function::Size, [_, dimension]) => {
            let dimension = Expression::binary(BinaryOperator::Subtract, dimension.clone(), Expression::Integer(1));
            extent(choose_value(&dimension, variables).filter(Value::is_integer))
        }
        (Function::Size, [_]) => Some(Value::integer(ValueKind::Size(index), LARGEST)),
        (Function::Rank, _) => {
            let rank = i64::try_from(rank).ok()?;
            Some(Value::integer(ValueKind::Integer(rank), u128::from(rank.unsigned_abs())))
        }
        (Function::TextLength, _) => Some(Value::integer(ValueKind::Length(index), IN_MEMORY)),
        (Function::ItemSize, _) => match &variables.get(index)?.kind {
            LocalKind::Array { element: ElementType::Character, .. } => {
                Some(Value::integer(ValueKind::Length(index), IN_MEMORY))
            }
            LocalKind::Array { element, .. } => {
                let bytes = size_of(*element)?;
                Some(Value::integer(ValueKind::Integer(bytes), u128::from(bytes.unsigned_abs())))
            }
            _ => None,
        },
        _ => None,
    }
}

fn size_of(element: ElementType) -> Option<i64> {
    Some(match element {
        ElementType::Integer(bytes)
        | ElementType::Unsigned(bytes)
        | ElementType::Real(bytes)
        | ElementType::Logical(bytes) => i64::from(bytes),
        ElementType::Complex(bytes) => 2 * i64::from(bytes),
        ElementType::Character => return None,
    })
}

fn function_of(function: Function, mut arguments: Vec<Value>) -> Option<Value> {
    if !arguments.iter().all(Value::is_number) {
        return None;
    }
    let are_integers = arguments.iter().all(Value::is_integer);
    let largest = arguments.iter().map(|argument| argument.bound).max()?;
    match function {
        Function::Int | Function::Abs | Function::Double if arguments.len() != 1 => None,
        Function::Int if are_integers => arguments.pop(),
        Function::Int => Some(Value::integer(ValueKind::Function(function, arguments), MOST)),
        Function::Abs if are_integers => {
            Some(Value::integer(ValueKind::Function(function, arguments), largest.min(LARGEST)))
        }
        Function::Max | Function::Min | Function::Power if are_integers => {
            let bound = if function == Function::Power { MOST } else { largest };
            Some(Value::integer(ValueKind::Function(function, arguments), bound))
        }
        _ => Some(Value::of(ValueType::Real, ValueKind::Function(function, arguments))),
    }
}

fn unary(operator: UnaryOperator, inner: Value) -> Option<Value> {
    match operator {
        UnaryOperator::Plus => inner.is_number().then_some(inner),
        UnaryOperator::Not => inner.is_number().then(|| Value::truth(ValueKind::Not(Box::new(inner)))),
        UnaryOperator::Complement => {
            inner.is_integer().then(|| Value::integer(ValueKind::Complement(Box::new(inner)), MOST))
        }
        UnaryOperator::Minus if inner.is_number() => {
            let is_checked = inner.is_integer() && inner.bound > LARGEST;
            let (value_type, bound) = (inner.value_type, inner.bound.min(LARGEST));
            Some(Value { value_type, bound, kind: ValueKind::Negated(Box::new(inner), is_checked) })
        }
        UnaryOperator::Minus => None,
    }
}

fn binary(operator: BinaryOperator, left: Value, right: Value) -> Option<Value> {
    use BinaryOperator::{Add, And, Divide, Equal, Multiply, NotEqual, Or, Remainder, ShiftLeft, ShiftRight, Subtract};
    let both = left.is_integer() && right.is_integer();
    if !left.is_number() || !right.is_number() {
        return None;
    }
    let pair = |left, right| (Box::new(left), Box::new(right));
    match operator {
        And | Or => {
            let (left, right) = pair(left, right);
            Some(Value::truth(ValueKind::Logic(operator, left, right)))
        }
        Equal
        | NotEqual
        | BinaryOperator::Less
        | BinaryOperator::LessEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterEqual => {
            let (left, right) = pair(left, right);
            Some(Value::truth(ValueKind::Comparison(operator, left, right)))
        }
        Add | Subtract | Multiply | Divide if !both => {
            let (left, right) = pair(left, right);
            Some(Value::of(ValueType::Real, ValueKind::Arithmetic(operator, left, right, false)))
        }
        _ if !both => None,
        _ => {
            let bound = match operator {
                Add | Subtract => left.bound + right.bound,
                // Both are at most 2**63.
                Multiply => left.bound * right.bound,
                Divide => left.bound,
                Remainder => left.bound.min(right.bound),
                _ => MOST,
            };
            let is_checked = match operator {
                Add | Subtract | Multiply => bound > LARGEST,
                // Neither by zero nor the one quotient that overflows.
                Divide | Remainder => !matches!(right.kind, ValueKind::Integer(value) if value != 0 && value != -1),
                ShiftLeft | ShiftRight => true,
                _ => false,
            };
            let (left, right) = pair(left, right);
            Some(Value::integer(ValueKind::Arithmetic(operator, left, right, is_checked), bound.min(MOST)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ValueKind, ValueType, choose_value, find_value_type};
    use crate::analysis::f2py::expression::parse_expression;
    use crate::analysis::f2py::signature::ElementType;
    use crate::ir::name::Name;
    use crate::plan::f2py::routine::{LocalKind, VariablePlan};

    fn variables() -> Vec<VariablePlan> {
        let array = |element, rank| LocalKind::Array {
            element,
            rank,
            dims: String::new(),
            spec: String::new(),
            intents: Vec::new(),
        };
        let kinds = [
            ("n", LocalKind::Scalar(ElementType::Integer(4))),
            ("big", LocalKind::Scalar(ElementType::Integer(8))),
            ("s", LocalKind::Scalar(ElementType::Real(8))),
            ("z", LocalKind::Scalar(ElementType::Complex(8))),
            ("t", LocalKind::Character),
            ("name", LocalKind::Text),
            ("x", array(ElementType::Real(8), 1)),
            ("a", array(ElementType::Real(8), 2)),
        ];
        let plan = |(name, kind): (&str, LocalKind)| VariablePlan {
            name: Name::new(name),
            c_name: name.to_owned(),
            returned_name: name.to_owned(),
            local: name.to_owned(),
            given: None,
            slot: (name == "x").then_some(1),
            kind,
        };
        kinds.into_iter().map(plan).collect()
    }

    fn type_of(text: &str) -> ValueType {
        find_value_type(&parse_expression(text), &variables())
    }

    #[test]
    fn types_are_those_of_c() {
        for text in ["n/2", "n==2", "!s", "s<1.0&&n", "'N'", "t", "*t", "name[1]", "len(x)", "rank(a)", "(int)s", "~n"]
        {
            assert_eq!(type_of(text), ValueType::Integer, "{text}");
        }
        for text in ["n*s", "x[n-1]", "pow(n,2)", "sqrt(n)", "n?1:s", "max(n,s)", "1.0/n", "abs(s)", "-s"] {
            assert_eq!(type_of(text), ValueType::Real, "{text}");
        }
        for text in ["z", "(1.0,n)", "n?z:1"] {
            assert_eq!(type_of(text), ValueType::Complex, "{text}");
        }
        for text in ["\"abc\"", "name", "n?\"L\":\"U\"", "n?\"LU\":'U'"] {
            assert_eq!(type_of(text), ValueType::Text, "{text}");
        }
        for text in ["helper(n)", "unknown+1", "z*2", "x", "s%2", "name+1", "n?name:1", "f2py_itemsize(name)"] {
            assert_eq!(type_of(text), ValueType::Any, "{text}");
        }
    }

    #[test]
    fn only_what_can_overflow_is_checked() {
        let is_checked = |text: &str| {
            let value = choose_value(&parse_expression(text), &variables()).expect("a value");
            match value.kind {
                ValueKind::Arithmetic(_, _, _, is_checked) | ValueKind::Negated(_, is_checked) => is_checked,
                kind => panic!("{kind:?}"),
            }
        };
        for text in ["n+1", "(n-1)*abs(n)", "len(x)-n", "n/2", "n%3", "-n", "n*n", "n&big"] {
            assert!(!is_checked(text), "{text}");
        }
        for text in ["n/n", "n/0", "n/-1", "big+1", "-big", "shape(a,0)*shape(a,1)", "2*n*n", "1<<n", "n%big"] {
            assert!(is_checked(text), "{text}");
        }
    }

    #[test]
    fn parameters_are_asked_whether_they_are_given() {
        let kind = |text: &str| choose_value(&parse_expression(text), &variables()).map(|value| value.kind);
        assert_eq!(kind("x_capi != Py_None"), Some(ValueKind::Given(1)));
        assert_eq!(kind("n_capi!=Py_None"), Some(ValueKind::Integer(0)));
        assert_eq!(type_of("(x_capi==Py_None?1:-1)"), ValueType::Integer);
    }

    #[test]
    fn dimensions_are_counted_from_0_by_shape_and_from_1_by_size() {
        let kind = |text: &str| choose_value(&parse_expression(text), &variables()).map(|value| value.kind);
        assert_eq!(kind("shape(a,1)"), Some(ValueKind::Extent(7, 1)));
        assert_eq!(kind("size(a,2)"), Some(ValueKind::Extent(7, 1)));
        assert_eq!(kind("rank(a)"), Some(ValueKind::Integer(2)));
        assert!(matches!(kind("shape(a,2)"), Some(ValueKind::ExtentAt(7, _))));
        assert_eq!(kind("f2py_itemsize(a)"), Some(ValueKind::Integer(8)));
    }
}
