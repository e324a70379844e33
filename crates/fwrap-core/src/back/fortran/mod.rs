//! The `bind(C)` shims.

mod data;
mod line;
mod made;
mod procedure;
mod shim;

pub use shim::print_shims;
