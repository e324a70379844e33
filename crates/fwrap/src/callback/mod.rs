//! Callbacks: how a closure stands in for a dummy procedure.
//!
//! Fortran passes a procedure as the address of its code, without data. So there is a pool of slots for each dummy
//! procedure, and one entry function for each slot: the address says which slot, and the slot knows the closure during
//! the call that it was passed to. No place of it belongs to a thread: callbacks may come from any, as OpenMP's do.

mod address;
mod argument;
mod caller;
mod entries;
mod installed;
mod slot;
mod slots;

pub use address::Address;
pub use argument::{read, text, text_mut, write};
#[allow(unused_imports, reason = "asked by whoever waits for a lock")]
pub(crate) use caller::is_awaited_by;
pub use entries::{Entries, SLOTS};
pub use installed::Installed;
#[cfg(feature = "python")]
pub(crate) use slot::callback_error;
pub use slots::{SharedSlots, Slots};
