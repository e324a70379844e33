//! The functions and operators of C expressions: names, numbers of arguments, precedence.

use crate::analysis::f2py::expression::{BinaryOperator, Function, UnaryOperator};

/// Every function by its names in C, Fortran and the old macros, in lower case; the first is how C code says it.
const FUNCTIONS: &[(Function, &[&str])] = &[
    (Function::Shape, &["shape", "f2py_shape", "old_shape"]),
    (Function::Len, &["len", "f2py_len"]),
    (Function::Size, &["size", "f2py_size", "old_size"]),
    (Function::Rank, &["rank", "f2py_rank", "old_rank"]),
    (Function::TextLength, &["slen", "f2py_slen"]),
    (Function::Abs, &["abs", "iabs", "labs", "llabs"]),
    (Function::Max, &["max", "fwrap_max"]),
    (Function::Min, &["min", "fwrap_min"]),
    (Function::Pow, &["pow"]),
    (Function::Sqrt, &["sqrt", "dsqrt"]),
    (Function::Int, &["int", "integer"]),
    (Function::Double, &["double", "dble"]),
    (Function::Float, &["float"]),
    (Function::ItemSize, &["f2py_itemsize"]),
    (Function::RealAbs, &["fabs", "dabs"]),
    (Function::Floor, &["floor"]),
    (Function::Ceil, &["ceil", "ceiling"]),
    (Function::Exp, &["exp", "dexp"]),
    (Function::Log, &["log", "dlog"]),
    (Function::Log10, &["log10", "dlog10"]),
];

impl Function {
    /// The function of this name, whatever its case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        FUNCTIONS.iter().find(|(_, names)| names.contains(&lower.as_str())).map(|(function, _)| *function)
    }

    /// Whether this many arguments fit.
    #[must_use]
    pub fn takes(self, arguments: usize) -> bool {
        match self {
            Self::Shape | Self::Pow | Self::Power => arguments == 2,
            Self::Max | Self::Min => arguments >= 2,
            Self::Size => arguments >= 1,
            _ => arguments == 1,
        }
    }

    /// Whether its first argument is a variable of which it asks something, not a value.
    #[must_use]
    pub fn is_inquiry(self) -> bool {
        matches!(self, Self::Shape | Self::Len | Self::Size | Self::Rank | Self::TextLength | Self::ItemSize)
    }

    pub(super) fn c_name(self) -> &'static str {
        let found = FUNCTIONS.iter().find(|(function, _)| *function == self);
        found.map_or("pow", |(_, names)| names[0])
    }
}

impl BinaryOperator {
    /// As C writes it.
    #[must_use]
    pub fn spelled(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::And => "&&",
            Self::Or => "||",
            Self::BitAnd => "&",
            Self::BitOr => "|",
            Self::BitXor => "^",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
        }
    }

    /// How tightly it binds (C11 6.5.5 to 6.5.14); a larger number binds more.
    #[must_use]
    pub fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::BitOr => 3,
            Self::BitXor => 4,
            Self::BitAnd => 5,
            Self::Equal | Self::NotEqual => 6,
            Self::Less | Self::LessEqual | Self::Greater | Self::GreaterEqual => 7,
            Self::ShiftLeft | Self::ShiftRight => 8,
            Self::Add | Self::Subtract => 9,
            Self::Multiply | Self::Divide | Self::Remainder => 10,
        }
    }
}

impl UnaryOperator {
    /// As C writes it.
    #[must_use]
    pub fn spelled(self) -> &'static str {
        match self {
            Self::Minus => "-",
            Self::Plus => "+",
            Self::Not => "!",
            Self::Complement => "~",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Function;

    #[test]
    fn functions_are_found_by_all_their_names() {
        assert_eq!(Function::find("F2PY_SHAPE"), Some(Function::Shape));
        assert_eq!(Function::find("MAX"), Some(Function::Max));
        assert_eq!(Function::find("dgesv"), None);
        assert_eq!(Function::Shape.c_name(), "shape");
    }

    #[test]
    fn numbers_of_arguments_are_those_of_c() {
        assert!(Function::Max.takes(3) && !Function::Max.takes(1));
        assert!(Function::Size.takes(1) && Function::Size.takes(2) && !Function::Len.takes(2));
    }
}
