//! Which value is being converted: the beginning of messages.

use std::fmt;

use super::super::failure::{Argument, Exception, Failure};
use super::super::object::{Object, clear_exception};
use super::super::raised::{raised, restore};

/// Which value is being converted.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// An argument of a procedure.
    Argument(Argument),
    /// What a text names, such as `the result of f`.
    Named(&'a str),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(argument) => {
                let (position, kind) = position(*argument);
                let (routine, name) = (argument.signature.name(), argument.name());
                write!(formatter, "{routine}() {} {kind} ({name})", ordinal(position))
            }
            Self::Named(text) => formatter.write_str(text),
        }
    }
}

/// f2py counts required arguments and the others apart.
fn position(argument: Argument) -> (usize, &'static str) {
    let required = argument.signature.required();
    if argument.index < required {
        (argument.index + 1, "argument")
    } else {
        (argument.index + 1 - required, "keyword")
    }
}

fn ordinal(number: usize) -> String {
    let suffix = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}

impl Place<'_> {
    /// `1st argument`
    pub(crate) fn position(self) -> String {
        match self {
            Self::Argument(argument) => {
                let (position, kind) = position(argument);
                format!("{} {kind}", ordinal(position))
            }
            Self::Named(_) => String::new(),
        }
    }

    /// `x() 1st argument (a) can't be converted to double: ...`
    #[cold]
    pub(crate) fn raise(self, exception: Exception, kind: &str, reason: impl fmt::Display) -> Failure {
        exception.raise(&format!("{self} can't be converted to {kind}: {reason}"))
    }

    /// `x() 1st argument (a) can't be converted to ...`, in place of what the interpreter's own exception says.
    #[cold]
    pub(crate) fn rename(self, kind: &str, object: Object<'_>, wanted: &str) -> Failure {
        let Some(exception) = raised() else { return Failure::Raised };
        match Exception::of(exception.as_object()) {
            Some(known) => {
                let (reason, found) = (exception.as_object().text(), describe(object));
                self.raise(known, kind, format_args!("{reason} -- expected {wanted}, got {found}"))
            }
            None => {
                restore(exception);
                self.explain(kind)
            }
        }
    }

    /// Says which value it was that could not be converted, in the exception that is set: in its text where it is one
    /// of the interpreter's own, which say nothing of it, else in a note.
    #[cold]
    pub(crate) fn explain(self, kind: &str) -> Failure {
        let Some(exception) = raised() else { return Failure::Raised };
        if let Some(known) = Exception::of(exception.as_object()) {
            let text = exception.as_object().text();
            return self.raise(known, kind, text);
        }
        restore(exception);
        if let Self::Argument(argument) = self {
            argument.note();
        }
        Failure::Raised
    }
}

/// What was given, as f2py describes it: `3-list`, `(2, 3,)-f8-ndarray`, `int instance`.
pub(crate) fn describe(object: Object<'_>) -> String {
    use super::super::numpy::Array;
    use pyo3_ffi as ffi;
    let kind = object.type_name();
    if let Some(array) = Array::of(object) {
        let size = array.item_size();
        let letter = char::from(array.element_type().kind);
        if array.rank() == 0 {
            return format!("{letter}{size}-{kind}-scalar");
        }
        let extents: Vec<String> = array.extents().iter().map(|extent| format!("{extent},")).collect();
        return format!("({})-{letter}{size}-{kind}", extents.join(" "));
    }
    // SAFETY: the object is alive.
    if unsafe { ffi::PySequence_Check(object.as_ptr()) } != 0 {
        // SAFETY: the object is alive.
        let length = unsafe { ffi::PySequence_Size(object.as_ptr()) };
        if length >= 0 {
            return format!("{length}-{kind}");
        }
        clear_exception();
    }
    format!("{kind} instance")
}

#[cfg(test)]
mod tests {
    use super::ordinal;

    #[test]
    fn ordinals_are_english() {
        let all = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111].map(ordinal);
        assert_eq!(all, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "101st", "111th"]);
    }
}
