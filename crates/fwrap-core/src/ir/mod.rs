//! What Fortran declares: the tree that every front end makes and nothing changes afterwards.

pub mod array;
pub mod body;
pub mod derived_type;
pub mod documentation;
pub mod entity;
pub mod expr;
pub mod extent;
pub mod f2py;
pub mod generic;
pub mod intrinsic;
pub mod library;
pub mod module;
pub mod name;
pub mod note;
pub mod procedure;
pub mod program;
pub mod storage;
pub mod types;
