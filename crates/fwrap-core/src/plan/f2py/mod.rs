//! Decisions about what is wrapped in f2py's terms.

pub mod c_code;
pub mod callback;
pub mod data;
pub mod module;
pub mod routine;

pub use module::choose_python;
