//! What wrappers built with `--checked` pass: copies between guard zones, which are looked at after the call.
//!
//! An argument lies in memory of its own, with a zone of a known pattern before and behind it. What the procedure is to
//! define starts as NaN. After the call every zone must be as it was; only then is
//! anything brought back to the caller. What is refused names the argument that was overrun.
//!
//! Wrappers built without `--checked` use nothing of this.

mod array;
mod storage;
mod text;

pub use array::{CheckedArray, CheckedShape};
pub use storage::undefined;
pub use text::{CheckedText, blank, pad, pad_mut};

use crate::error::Result;

/// An argument between guard zones.
pub trait Checked {
    /// [`Error::Overrun`](crate::Error::Overrun) if a zone is not as it was.
    fn verify(&self) -> Result<()>;
}

impl<C: Checked> Checked for Option<C> {
    fn verify(&self) -> Result<()> {
        self.as_ref().map_or(Ok(()), C::verify)
    }
}

/// [`Error::Overrun`](crate::Error::Overrun) if the procedure wrote outside one of its arguments.
pub fn verify(arguments: &[&dyn Checked]) -> Result<()> {
    arguments.iter().try_for_each(|argument| argument.verify())
}
