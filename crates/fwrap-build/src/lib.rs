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

mod c_code;
mod cache;
mod command;
mod compile;
mod directory;
mod error;
mod expectation;
mod explanation;
mod extension;
mod fypp;
mod generation;
mod glue;
mod inspection;
mod interruption;
mod link;
mod lock;
mod numpy;
mod options;
mod output;
mod prebuilt;
mod predefined;
mod python;
mod question;
mod redirect;
mod runtime;
mod script;
mod seal;
mod source;
mod stack;
mod state;
mod stops;
mod threads;
mod toolchain;
mod work;

pub use command::{Monitor, Quiet, split_flags};
pub use directory::expand_directories;
pub use error::BuildError;
pub use explanation::{BuildCode, CODES, explain};
pub use extension::{Built, build_extension};
pub use generation::{Reading, read, read_for_build};
pub use inspection::inspect;
pub use interruption::{interrupt, prepare_interrupt};
pub use options::{Options, check_module_name};
pub use output::write_texts;
pub use prebuilt::note_prebuilt_stops;
pub use script::Build;
pub use state::Finding;
pub use threads::find_threads;
