//! IR + facts -> every decision. What is printed is chosen here; the back ends see nothing else.

pub mod callback;
pub mod callee;
pub mod checked;
mod choose;
mod documentation;
mod dummy_procedure;
mod element;
pub mod f2py;
mod face;
pub mod lock;
pub mod name;
mod passing;
mod procedure;
mod role;
mod sequence;
pub mod state;
pub mod step;
pub mod value;
pub mod wrapper;

pub use choose::{Chosen, Selection, choose_plan};
