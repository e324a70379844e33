//! Every fixture's `check.rs`: the generated safe functions, called.

include!(concat!(env!("OUT_DIR"), "/checks.rs"));

use std::fs;
use std::path::Path;

/// The wrappers that were called above are the golden ones.
#[test]
fn what_is_built_is_the_golden_text() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let mut compared = 0;
    for entry in fs::read_dir(env!("OUT_DIR")).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let golden = fixtures.join(name.trim_end_matches(".rs")).join("golden").join(name);
        // There, what is found in the objects is printed: its own `check.rs` looks at it.
        if name == "states.rs" {
            continue;
        }
        if let Ok(golden) = fs::read_to_string(&golden) {
            compared += 1;
            assert!(golden == fs::read_to_string(&path).unwrap(), "{name} is not the golden file");
        }
    }
    assert!(compared > 15, "{compared} golden files");
}
