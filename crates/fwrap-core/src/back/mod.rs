//! Plan -> text. Nothing is decided here and nothing can fail.

pub mod c;
pub mod fortran;
pub mod python;
mod render;
pub mod rust;

pub use python::python_signature;
pub use rust::rust_signature;
