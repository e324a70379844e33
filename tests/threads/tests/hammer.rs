//! Eight threads in one library.

use fwrap::View;
use threads8::{fetch, middling, next, next_without_lock, root, states as m, store, swap, twice};

const THREADS: usize = 8;
const CALLS: usize = 2000;

fn hammer(call: impl Fn(usize) + Sync) {
    std::thread::scope(|scope| {
        for index in 0..THREADS {
            let call = &call;
            scope.spawn(move || (0..CALLS).for_each(|_| call(index)));
        }
    });
}

#[test]
fn calls_with_state_take_turns() {
    let before = m::counted(0).unwrap();
    let large = m::large(100).unwrap();
    hammer(|index| {
        m::counted(10).unwrap();
        m::add_twice(1).unwrap();
        next().unwrap();
        store(index as f64).unwrap();
        assert!(fetch().unwrap() < THREADS as f64);
        assert!(swap(index as f64).unwrap() < THREADS as f64);
        assert_eq!(m::large(100), Ok(large));
    });
    assert_eq!(m::counted(0).unwrap(), before + (THREADS * CALLS * 10) as i64);
}

#[test]
fn calls_without_state_meet() {
    let (sum, middle) = (m::sum_up_to(100).unwrap(), middling(100).unwrap());
    hammer(|_| {
        assert_eq!(m::sum_up_to(100), Ok(sum));
        assert_eq!(m::even(20), Ok(1));
        assert_eq!(twice(4), Ok(8));
        assert_eq!(root(4.0), Ok(2.0));
        assert_eq!(middling(100), Ok(middle));
        assert_eq!(m::weighted(View::from(&[1.0, 2.0, 3.0])), Ok(2.0));
    });
}

/// Not a test of fwrap: that the sanitizer sees what Fortran does. It is run on its own, and has to fail there.
#[test]
#[ignore = "it races on purpose"]
fn calls_that_meet_in_state_are_seen() {
    hammer(|_| assert!(next_without_lock() > 0));
}
