//! What Fortran declares: the tree that every front end makes and nothing changes afterwards.

pub mod array;
pub mod documentation;
pub mod entity;
pub mod expr;
pub mod extent;
pub mod library;
pub mod module;
pub mod name;
pub mod note;
pub mod procedure;
pub mod types;
