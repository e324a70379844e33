//! What is passed: element types, and the expressions that sizes are computed from.

pub use crate::ir::extent::{Extent, Operator};
pub use crate::ir::name::Name;

/// An element type of a kind in bytes (of each part for complex numbers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// `i8` to `i64`
    Integer(u8),
    /// `f32`, `f64`
    Real(u8),
    /// `Complex32`, `Complex64`
    Complex(u8),
    /// `bool`, stored as an integer of this kind.
    Logical(u8),
}
