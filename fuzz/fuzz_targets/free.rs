//! Any bytes as a file in free form.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fwrap_fuzz::run("fuzzed.f90", data));
