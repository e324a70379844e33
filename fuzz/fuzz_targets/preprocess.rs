//! Any bytes as a file that is preprocessed; the first byte chooses the source form.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    fwrap_fuzz::run(if first % 2 == 0 { "fuzzed.F90" } else { "fuzzed.F" }, rest);
});
