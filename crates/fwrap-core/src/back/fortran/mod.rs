//! The `bind(C)` shims.

mod line;
mod shim;

pub use shim::print_shims;
