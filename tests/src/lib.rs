//! The wrappers of every fixture that has a `check.rs`, built by `build.rs` as a user's library would be.
#![deny(warnings)]
// Generated code has its documentation from the Fortran source, which need not have any.
#![allow(missing_docs)]
// A Fortran module may be called like the library that it stands in.
#![allow(clippy::module_inception)]

include!(concat!(env!("OUT_DIR"), "/wrappers.rs"));

/// The golden glue of every fixture, for the lints.
// They are libraries of their own: two may have procedures of the same name.
#[allow(clashing_extern_declarations)]
#[cfg(feature = "python")]
pub mod glue {
    include!(concat!(env!("OUT_DIR"), "/glue.rs"));
}
