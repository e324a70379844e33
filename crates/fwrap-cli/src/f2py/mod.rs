//! `fwrap f2py`: f2py's own command line, word for word.

mod dependency;
mod line;
mod option;
mod run;

pub use run::run;
