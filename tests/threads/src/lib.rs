//! The fixture `states` as a Rust crate.

fwrap::include_wrappers!("states");

/// The same without the lock that keeps calls apart: what ThreadSanitizer must complain about.
pub fn next_without_lock() -> i32 {
    unsafe extern "C" {
        #[link_name = "next_"]
        fn without_lock() -> i32;
    }
    // SAFETY: the signature is the source's; that calls meet is what is tested.
    unsafe { without_lock() }
}
