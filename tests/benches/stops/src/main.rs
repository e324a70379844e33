//! Prints medians of many rounds, which take turns so that a busy moment of the machine meets all of them.

use std::hint::black_box;
use std::time::Instant;

use fwrap::Face;

mod stopping {
    fwrap::include_wrappers!("stopping");
}

unsafe extern "C-unwind" {
    fn advance_(n: *mut i32);
}

const ROUNDS: usize = 41;

/// Nanoseconds per call.
fn time(calls: u32, mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        call();
    }
    start.elapsed().as_nanos() as f64 / f64::from(calls)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The medians of several things, measured in turns.
fn measure<const N: usize>(calls: u32, mut things: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..ROUNDS {
        for (times, thing) in times.iter_mut().zip(&mut things) {
            times.push(time(calls, &mut **thing));
        }
    }
    times.map(median)
}

fn main() {
    let (mut one, mut two, mut three) = (0, 0, 0);
    let [bare, guarded, wrapped] = measure(
        500_000,
        [
            // SAFETY: the subroutine adds 1 to its argument.
            &mut || unsafe { advance_(black_box(&mut one)) },
            // SAFETY: the same.
            &mut || fwrap::Rust.call(|| unsafe { advance_(black_box(&mut two)) }).unwrap(),
            &mut || stopping::advance(black_box(&mut three)).unwrap(),
        ],
    );
    println!("| a call | ns |\n|---|---:|");
    println!("| the Fortran symbol itself | {bare:.2} |");
    println!("| with the guard | {guarded:.2} |");
    println!("| the safe function | {wrapped:.2} |");
    println!("| the guard's cost | {:.2} |", guarded - bare);

    let fails = |failed: bool| assert!(black_box(failed));
    let [stop, below, allocate, read, tried] = measure(
        2_000,
        [
            &mut || fails(stopping::stop_at_once(3).is_err()),
            &mut || fails(stopping::stop_below(50).is_err()),
            &mut || fails(stopping::allocate_twice(3).is_err()),
            &mut || fails(stopping::read_number("x").is_err()),
            &mut || fails(stopping::try_number("x").is_ok()),
        ],
    );
    println!("\n| what is caught | µs |\n|---|---:|");
    println!("| STOP | {:.2} |", stop / 1000.0);
    println!("| ERROR STOP, 50 procedures down | {:.2} |", below / 1000.0);
    println!("| a failed ALLOCATE | {:.2} |", allocate / 1000.0);
    println!("| a failed READ | {:.2} |", read / 1000.0);
    println!("| the same READ with its own IOSTAT, for comparison | {:.2} |", tried / 1000.0);
    let [begun, own] = measure(
        20_000,
        [&mut || fails(stopping::read_number(black_box("5")).is_ok()), &mut || {
            fails(stopping::try_number(black_box("5")).is_ok())
        }],
    );
    println!("\n| a READ that does not fail | ns |\n|---|---:|");
    println!("| which got an IOSTAT | {begun:.0} |");
    println!("| with its own IOSTAT | {own:.0} |");

    if std::env::args().any(|argument| argument == "--check") {
        assert!(guarded - bare <= 2.0, "the guard costs {:.2} ns", guarded - bare);
        assert!(stop < 20_000.0, "a STOP costs {stop} ns");
    }
}
