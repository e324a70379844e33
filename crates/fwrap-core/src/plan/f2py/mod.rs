//! Decisions about what is wrapped in f2py's terms.

pub mod c_call;
pub mod c_code;
pub mod c_value;
pub mod c_variable;
pub mod c_words;
pub mod callback;
mod callback_variable;
mod callee;
mod choose;
pub mod data;
pub mod documentation;
pub mod expression;
mod local;
pub mod module;
pub mod routine;
mod shim;
mod step;

pub use module::choose_python;
