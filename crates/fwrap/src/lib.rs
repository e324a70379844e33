//! Runtime of the wrappers that fwrap writes around Fortran.
//!
//! Generated code checks shapes, hands over pointers and descriptors, calls, and brings back what was written.
//! Everything it needs for that is here; with the feature `python`, so is the Python face.
//!
//! # Safety
//! A generated wrapper is a safe function around a foreign call. For each fact that the call relies on, a check stands:
//!
//! | fact | where it is checked |
//! |---|---|
//! | an array has the extents that the dummy declares | [`View::check`], with [`Size`] arithmetic that cannot wrap |
//! | a size argument fits its integer kind | [`solve`], [`Size::fit`] |
//! | the elements are contiguous where Fortran takes them so | [`View::pack`], [`ViewMut::pack`] |
//! | a descriptor says what the compiler can express | [`View::describe`], see [`cfi`] |
//! | memory lives and is not otherwise used meanwhile | the borrow checker, for views of slices and [`Array`]s |
//! | what is written overlaps nothing else | the borrow checker; the Python face compares addresses |
//! | a text has the declared length | [`text::pad`] |
//! | a logical is 0 or 1 in Fortran and never an invalid `bool` in Rust | [`ViewMut::pack_logical`] |
//! | one thread at a time is in a library that keeps state | [`Lock`], through [`Face::enter`] |
//! | a closure runs during its call only, and unless it is `Sync` one at a time and on its thread | [`Slots`] |
//! | what Fortran passes to a closure exists and has the shape that is said | [`callback`] |
//! | an update is not lost | [`PackedMut::unpack`], [`unchanged`] |
//! | no STOP ends the process, no callback's error is passed over | [`Face::call`] |
//!
//! Array data is reached through raw pointers only, never through references: foreign memory gives none of the promises
//! that a reference makes. The reasons are in [`view`].
//!
//! **What no check can give:** that the procedure stays inside the extents it declares, defines what it says it
//! defines, and keeps no pointer to its arguments. Fortran that breaks its own declarations breaks a Rust program as it
//! breaks a Fortran one. Compile it with `-fcheck=bounds` to find out.
//!
//! # Limits
//! Elements are the types of [`Element`]; arrays have at most 15 dimensions; descriptors are those of gfortran 12.

mod argument;
mod array;
mod buffer;
pub mod callback;
pub mod cfi;
pub mod checked;
mod copy;
mod element;
mod error;
mod face;
pub mod gfortran;
mod kept_memory;
mod layout;
mod lock;
mod logical;
mod pack;
#[cfg(feature = "python")]
pub mod python;
mod size;
mod stack;
mod stop;
pub mod text;
mod text_mut;
mod tile;
mod unwind;
pub mod view;
mod view_elements;
pub mod view_mut;

pub use num_complex::{self, Complex, Complex32, Complex64};

pub use argument::{Watched, unchanged};
pub use array::Array;
pub use callback::{Address, Installed, SharedSlots, Slots};
pub use cfi::{Described, DescribedLogicalMut, DescribedMut};
pub use element::{Element, Integer, Logical};
pub use error::{CallbackError, CallbackResult, Error, Result};
pub use face::{Face, FaceArray, Rust};
pub use lock::{Held, Lock};
pub use pack::{Packed, PackedLogicalMut, PackedMut};
pub use size::{Size, allocation_extents, solve};
pub use unwind::until_stop;
pub use view::View;
pub use view_elements::Elements;
pub use view_mut::ViewMut;

/// Takes in the wrappers that `fwrap_build` wrote to `OUT_DIR`.
///
/// ```ignore
/// fwrap::include_wrappers!("kernel");
/// ```
#[macro_export]
macro_rules! include_wrappers {
    ($name:literal) => {
        include!(concat!(env!("OUT_DIR"), "/", $name, ".rs"));
    };
}
