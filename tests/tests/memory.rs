//! A million calls of every kind through the Rust face leave resident memory as it was.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fwrap::ViewMut;
use fwrap_tests::arrays::arrays_forms as forms;
use fwrap_tests::callbacks::inner;
use fwrap_tests::stops::stops;
use fwrap_tests::texts::texts_module as texts;

const CALLS: usize = 1_000_000;
/// Unwinding takes a microsecond for a frame, and more without optimization.
const ERRORS: usize = 20_000;
/// What is freed leaves holes; a block of 16 bytes lost in each call would be thousands.
const PAGES_ALLOWED: usize = 50;

fn pages_resident() -> usize {
    let text = fs::read_to_string("/proc/self/statm").expect("the system says what memory is used");
    text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("a number of pages")
}

fn is_flat(name: &str, calls: usize, mut call: impl FnMut()) {
    (0..1000).for_each(|_| call());
    let before = pages_resident();
    (0..calls).for_each(|_| call());
    let grown = pages_resident().saturating_sub(before);
    println!("{grown:4} pages after {calls} calls: {name}");
    assert!(grown < PAGES_ALLOWED, "{name}: {grown} pages more after {calls} calls");
}

// One test, as memory belongs to the whole process.
#[test]
fn nothing_is_lost() {
    let mut x = [0.0_f64, 1.0, 2.0, 3.0, 4.0, 5.0];
    is_flat("contiguous", CALLS, || forms::shape_update(ViewMut::new(&mut x, [2, 3]).unwrap(), 1.0).unwrap());
    is_flat("packed and unpacked", CALLS, || {
        // SAFETY: two rows of three elements are the whole array, which nothing else uses meanwhile.
        let view = unsafe { ViewMut::from_raw_parts(x.as_mut_ptr(), [2, 3], [24, 8]) };
        forms::explicit_update(view, 1.0).unwrap();
    });
    is_flat("logicals that are converted", CALLS, || forms::negate(ViewMut::from(&mut [true, false])).unwrap());
    is_flat("text results", CALLS, || assert!(!texts::joined("a", "b").unwrap().is_empty()));
    is_flat("callbacks", CALLS, || assert!(inner(|x| Ok(x + 1.0), &mut 1.0).is_ok()));
    is_flat("callbacks that fail", ERRORS, || assert!(inner(|_| Err("no".into()), &mut 1.0).is_err()));
    std::panic::set_hook(Box::new(|_| {}));
    is_flat("callbacks that panic", ERRORS, || {
        let caught = catch_unwind(AssertUnwindSafe(|| inner(|_| panic!("no"), &mut 1.0)));
        assert!(caught.is_err());
    });
    let _ = std::panic::take_hook();
    is_flat("STOP", ERRORS, || assert!(stops::plain_stop().is_err()));
    is_flat("ERROR STOP with a text", ERRORS, || assert!(stops::stop_with_text("a text").is_err()));
}
