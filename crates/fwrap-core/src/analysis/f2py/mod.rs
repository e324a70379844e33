//! f2py's terms: what signature files and directive comments mean, with every default filled in.

pub mod c_name;
mod callback;
mod data;
mod data_place;
mod data_source;
mod dimension;
mod element;
pub mod expression;
mod expression_fortran;
mod expression_function;
mod expression_linear;
mod expression_parser;
mod expression_text;
mod expression_token;
mod finder;
mod intents;
mod order;
mod parameter;
mod polynomial;
mod python_module;
mod routine;
mod sample_call;
pub mod signature;
mod signature_file;
mod size;
mod sources;
mod target;
#[cfg(test)]
pub(crate) mod testing;
mod thread_private;
mod unit;
mod variable;

pub use python_module::{Wanted, find_python_module};
pub use thread_private::find_thread_private;
