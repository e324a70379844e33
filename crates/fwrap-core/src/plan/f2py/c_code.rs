//! The C file of a Python module: what users wrote in C, with the variables it needs.

/// The C file of a Python module: what users wrote in C, with the variables it needs.
#[derive(Debug, Default)]
pub struct CCode {}
