//! The safe Rust API.

pub mod callback;
mod checked;
mod documentation;
mod extent;
mod ffi;
mod file;
mod function;
pub mod imports;
pub mod inner;
mod step;
pub mod types;

pub use file::print_rust;
pub use function::rust_signature;
