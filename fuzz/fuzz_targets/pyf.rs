//! Any bytes as a signature file of f2py; the first byte chooses whether it is a template.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    fwrap_fuzz::run(if first % 2 == 0 { "fuzzed.pyf" } else { "fuzzed.pyf.src" }, rest);
});
