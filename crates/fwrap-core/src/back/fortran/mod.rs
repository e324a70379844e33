//! The `bind(C)` shims.

mod line;
mod procedure;
mod shim;

pub use shim::print_shims;
