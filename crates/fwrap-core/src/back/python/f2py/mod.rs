//! The glue of what is wrapped in f2py's terms.

mod c_call;
mod call;
mod callback;
mod comparison;
mod data;
mod docstring;
mod expression;
mod integer;
mod module;
mod real;
mod routine;
mod step;
pub(super) mod stub;
mod types;

pub use c_call::expand_start;
pub use data::{describe_commons, describe_data, expand_data};
pub use module::{expand_foreign, expand_items, expand_method};
