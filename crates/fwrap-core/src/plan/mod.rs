//! IR + facts -> every decision. What is printed is chosen here; the back ends see nothing else.

pub mod callee;
mod choose;
mod documentation;
mod element;
mod face;
pub mod name;
mod passing;
mod procedure;
mod role;
mod sequence;
pub mod step;
pub mod value;
pub mod wrapper;

pub use choose::{Chosen, Selection, choose_plan};
