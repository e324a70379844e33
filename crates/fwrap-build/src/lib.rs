//! Builds Fortran and C sources together with their wrappers.
//!
//! [`Build`] is for a `build.rs`; [`read`] and [`build_extension`] are what the command `fwrap` does.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     fwrap_build::Build::new().file("src/kernel.f90").compile("kernel")?;
//!     Ok(())
//! }
//! ```
#![forbid(unsafe_code)]

mod cache;
mod command;
mod compile;
mod error;
mod extension;
mod generation;
mod glue;
mod link;
mod options;
mod output;
mod python;
mod runtime;
mod script;
mod source;
mod toolchain;

pub use command::{Monitor, Quiet, split_flags};
pub use error::{BuildError, explain};
pub use extension::{Built, build_extension};
pub use generation::{Reading, read};
pub use options::{Options, check_module_name};
pub use output::write_texts;
pub use script::Build;
