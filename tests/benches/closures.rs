//! Times a closure that Fortran calls: `cargo bench -p fwrap-tests --bench closures`.

use std::time::Instant;

use fwrap_tests::callbacks::callback_module::area;
use fwrap_tests::callbacks::perhaps;

const ROUNDS: usize = 41;

/// The median nanoseconds of one of so many.
fn median(count: i32, mut sample: impl FnMut(i32)) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            sample(count);
            start.elapsed().as_nanos() as f64 / f64::from(count)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

fn main() {
    let mut total = 0.0;
    let many = median(100_000, |count| total += area(|x| Ok(x * x), 0.0, 1.0, count).unwrap_or(f64::NAN));
    println!("a closure, of 100000 in one call:  {many:6.1} ns");
    let one = median(10_000, |count| {
        for _ in 0..count {
            total += perhaps(Some(&mut |x| Ok(x)), 1.0).unwrap_or(f64::NAN);
        }
    });
    println!("a call with one callback:          {one:6.1} ns");
    let error = median(1000, |count| {
        for _ in 0..count {
            assert!(perhaps(Some(&mut |_| Err("no".into())), 1.0).is_err());
        }
    });
    println!("a call that ends with an error:    {error:6.1} ns");
    assert!(total.is_finite());
}
