//! Any bytes as a file in fixed form.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fwrap_fuzz::run("fuzzed.f", data));
