//! The C file of a Python module in f2py's terms.

mod call;
mod prelude;
mod print;
mod variable;
mod writer;

pub use print::print_c_code;
