//! f2py's terms: what signature files and directive comments mean, with every default filled in.

pub mod expression;
mod python_module;
pub mod signature;

pub use python_module::{Wanted, find_python_module};
