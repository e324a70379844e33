//! What a check found wrong with a call, in the words of the caller.

use std::fmt;
use std::sync::Arc;

/// The result of a wrapped procedure.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call was refused, or what would have been lost.
///
/// ```
/// use fwrap::{Size, View};
///
/// let x = View::from(&[1.0_f64, 2.0, 3.0]);
/// let error = x.check("x", [Size::from(4)]).unwrap_err();
/// assert_eq!(error.to_string(), "argument `x`: expected shape (4,), found (3,)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An array does not have the shape that the procedure declares.
    Shape {
        /// The dummy argument.
        argument: &'static str,
        /// The declared extents; [`Error::ANY`] where any extent will do, [`Error::OVERFLOW`] where none can.
        expected: Vec<i64>,
        /// The extents of the actual argument.
        found: Vec<usize>,
    },
    /// A slice does not have as many elements as the shape asked for.
    Elements {
        /// The shape asked for.
        shape: Vec<usize>,
        /// The elements there are.
        found: usize,
    },
    /// A value does not fit the kind of the dummy argument, or no value follows from the shapes given.
    Range {
        /// The dummy argument.
        argument: &'static str,
        /// The value; `None` if it overflowed on the way or does not exist.
        value: Option<i64>,
        /// The bits of the dummy argument's integer kind.
        bits: u32,
    },
    /// A text is longer than the dummy argument.
    Length {
        /// The dummy argument.
        argument: &'static str,
        /// The length of the dummy argument.
        expected: usize,
        /// The length of the actual argument.
        found: usize,
    },
    /// The procedure wrote a longer text than the caller has room for. The caller's text holds the beginning.
    Truncated {
        /// The dummy argument.
        argument: &'static str,
        /// The length of the actual argument.
        room: usize,
        /// The length of the text without blanks at its end.
        written: usize,
    },
    /// A text that came back is not UTF-8.
    Text {
        /// The dummy argument or result.
        argument: &'static str,
    },
    /// The procedure changed an argument that the caller does not get back.
    Changed {
        /// The dummy argument.
        argument: &'static str,
    },
    /// Two arguments share memory, and the procedure writes the first.
    Overlap {
        /// The argument that is written.
        first: &'static str,
        /// The argument that shares its memory.
        second: &'static str,
    },
    /// An array is too large to exist, or for the memory there is.
    Allocation {
        /// The dummy argument or result.
        argument: &'static str,
        /// The extents asked for, [`Error::OVERFLOW`] where the extent itself overflowed.
        shape: Vec<i64>,
    },
    /// There is no memory for a contiguous copy of an argument.
    Buffer {
        /// The size of the copy.
        bytes: usize,
    },
    /// The procedure ended the program: STOP, ERROR STOP, EXIT or ABORT. What it was to return or update is not defined.
    Stop {
        /// The statement or intrinsic procedure, such as `ERROR STOP`.
        statement: &'static str,
        /// The stop code, if it is a number.
        code: Option<i32>,
        /// The stop code, if it is text.
        text: Option<String>,
    },
    /// The Fortran runtime found an error: a failed ALLOCATE or DEALLOCATE, an I/O error, a failed `-fcheck` check.
    Runtime {
        /// What the runtime says.
        message: String,
        /// The file and line, where the runtime knows them.
        location: Option<String>,
        /// The IOSTAT or STAT value.
        code: Option<i32>,
    },
    /// A callback failed, and the call was given up.
    Callback {
        /// The dummy procedure.
        argument: &'static str,
        /// What the callback said.
        error: CallbackError,
    },
    /// The procedure wrote outside an argument: found by wrappers built with `--checked`. The caller's arguments are
    /// what they were.
    Overrun {
        /// The dummy argument.
        argument: &'static str,
        /// Whether what was changed lies behind the argument, and not before it.
        behind: bool,
        /// The nearest element (or character) that was changed: 1 is next to the argument.
        element: usize,
    },
    /// The procedure keeps state, and was called from a callback on another thread than the one whose call into the same
    /// library waits for that callback: to wait for that call would be to wait for ever.
    Deadlock,
    /// The call was interrupted (Ctrl-C).
    Interrupted,
}

/// What a callback returns: it may fail with any error, and [`Error::Callback`] then hands that error to the caller.
pub type CallbackResult<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The error of a callback. Two are equal if they are the same one.
#[derive(Clone, Debug)]
pub struct CallbackError(Arc<Box<dyn std::error::Error + Send + Sync>>);

impl CallbackError {
    /// The error that the callback returned.
    #[must_use]
    pub fn get(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &**self.0
    }
}

impl From<Box<dyn std::error::Error + Send + Sync>> for CallbackError {
    fn from(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self(Arc::new(error))
    }
}

impl PartialEq for CallbackError {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for CallbackError {}

impl Error {
    /// Stands in `expected` for an extent that is not checked; printed `:`.
    pub const ANY: i64 = -1;
    /// Stands in `expected` for an extent whose arithmetic overflowed; printed `overflow`.
    pub const OVERFLOW: i64 = i64::MIN;
}

// By hand: a derive would bring `syn` into every user's build.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Callback { error, .. } => Some(error.get()),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { argument, expected, found } => {
                write!(f, "argument `{argument}`: expected shape {}, found {}", Expected(expected), Found(found))
            }
            Self::Elements { shape, found } => {
                write!(f, "an array of shape {} cannot be made of {found} elements", Found(shape))
            }
            Self::Range { argument, value, bits } => write!(f, "argument `{argument}`: {}", Range(value, bits)),
            Self::Length { argument, expected, found } => {
                write!(f, "argument `{argument}`: expected at most {expected} characters, found {found}")
            }
            Self::Truncated { argument, room, written } => {
                write!(
                    f,
                    "argument `{argument}`: the procedure wrote {written} characters, and there is room for {room}"
                )
            }
            Self::Text { argument } => write!(f, "argument `{argument}`: the text is not UTF-8"),
            Self::Changed { argument } => {
                write!(f, "argument `{argument}` was changed by the procedure, and the update would be lost")
            }
            Self::Overlap { first, second } => {
                write!(f, "arguments `{first}` and `{second}` overlap in memory, and the procedure writes `{first}`")
            }
            Self::Allocation { argument, shape } => {
                write!(f, "argument `{argument}`: cannot allocate an array of shape {}", Expected(shape))
            }
            Self::Buffer { bytes } => {
                write!(f, "cannot allocate {bytes} bytes for a contiguous copy of an argument")
            }
            Self::Stop { statement, code, text } => {
                f.write_str(statement)?;
                if let Some(code) = code {
                    write!(f, " {code}")?;
                }
                text.as_ref().map_or(Ok(()), |text| write!(f, ": {text}"))
            }
            Self::Runtime { message, location, .. } => {
                f.write_str(message)?;
                location.as_ref().map_or(Ok(()), |location| write!(f, " ({location})"))
            }
            Self::Callback { argument, error } => write!(f, "callback `{argument}` failed: {}", error.get()),
            Self::Overrun { argument, behind, element } => {
                let side = if *behind { "behind the end" } else { "before the beginning" };
                write!(f, "argument `{argument}`: the procedure wrote outside of it (element {element} {side})")
            }
            Self::Deadlock => f.write_str(
                "called from a callback on another thread, while the call that waits for the callback is in the same \
                 library, which keeps state",
            ),
            Self::Interrupted => f.write_str("the call was interrupted"),
        }
    }
}

/// Prints declared extents as a Python tuple.
struct Expected<'a>(&'a [i64]);

impl fmt::Display for Expected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_tuple(f, self.0, |f, &extent| match extent {
            Error::ANY => f.write_str(":"),
            Error::OVERFLOW => f.write_str("overflow"),
            extent => write!(f, "{extent}"),
        })
    }
}

/// Prints actual extents as a Python tuple.
struct Found<'a>(&'a [usize]);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_tuple(f, self.0, |f, extent| write!(f, "{extent}"))
    }
}

/// A shape as a Python tuple.
#[cfg(feature = "python")]
pub(crate) fn shape_text(extents: &[usize]) -> String {
    Found(extents).to_string()
}

fn print_tuple<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    print: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_str("(")?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        print(f, item)?;
    }
    f.write_str(if items.len() == 1 { ",)" } else { ")" })
}

/// Prints what is wrong with a value.
struct Range<'a>(&'a Option<i64>, &'a u32);

impl fmt::Display for Range<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(value) => write!(f, "the value {value} does not fit an integer of {} bits", self.1),
            None => f.write_str("no value follows from the sizes of the other arguments"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_printed_as_python_tuples() {
        let error = Error::Shape { argument: "b", expected: vec![3, 2], found: vec![2, 3] };
        assert_eq!(error.to_string(), "argument `b`: expected shape (3, 2), found (2, 3)");
        let error = Error::Shape { argument: "x", expected: vec![Error::ANY, Error::OVERFLOW], found: vec![8] };
        assert_eq!(error.to_string(), "argument `x`: expected shape (:, overflow), found (8,)");
    }

    #[test]
    fn every_message_names_its_arguments() {
        let cases = [
            (Error::Elements { shape: vec![2, 3], found: 5 }, "an array of shape (2, 3) cannot be made of 5 elements"),
            (
                Error::Range { argument: "n", value: Some(1 << 40), bits: 32 },
                "argument `n`: the value 1099511627776 does not fit an integer of 32 bits",
            ),
            (
                Error::Range { argument: "n", value: None, bits: 32 },
                "argument `n`: no value follows from the sizes of the other arguments",
            ),
            (
                Error::Length { argument: "label", expected: 8, found: 9 },
                "argument `label`: expected at most 8 characters, found 9",
            ),
            (
                Error::Truncated { argument: "label", room: 3, written: 6 },
                "argument `label`: the procedure wrote 6 characters, and there is room for 3",
            ),
            (Error::Text { argument: "label" }, "argument `label`: the text is not UTF-8"),
            (
                Error::Changed { argument: "n" },
                "argument `n` was changed by the procedure, and the update would be lost",
            ),
            (
                Error::Overlap { first: "x", second: "y" },
                "arguments `x` and `y` overlap in memory, and the procedure writes `x`",
            ),
            (
                Error::Allocation { argument: "z", shape: vec![1 << 60] },
                "argument `z`: cannot allocate an array of shape (1152921504606846976,)",
            ),
            (Error::Buffer { bytes: 8 }, "cannot allocate 8 bytes for a contiguous copy of an argument"),
        ];
        for (error, message) in cases {
            assert_eq!(error.to_string(), message);
        }
    }
}
