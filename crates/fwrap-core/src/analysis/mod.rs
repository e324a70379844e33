//! IR -> facts: what a declaration means. Facts are side tables; the IR never changes.

pub mod constant;
pub mod extent;
pub mod facts;
mod intent;
mod intrinsic;
pub mod kind;
mod order;
pub mod procedure;
pub mod scope;
mod support;

pub use order::find_order;
pub use procedure::find_procedure_facts;
