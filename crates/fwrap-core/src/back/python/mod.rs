//! The Python extension: glue and stub.

mod callback;
mod docstring;
mod f2py;
mod glue;
mod stub;
mod tree;

pub use docstring::python_signature;
pub use glue::print_glue;
pub use stub::print_stub;
