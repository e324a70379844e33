//! Runs the Julia-set kernel and the diffusion kernel from Rust and prints what the Python scripts beside it print.

use std::iter::successors;
use std::time::Instant;

use fwrap::{Array, Complex64, View};

/// The safe API of `julia.f90` and `diffusion.f90`, written by the build script.
mod kernels {
    fwrap::include_wrappers!("kernels");
}

const WIDTH: usize = 1000;
const LIMIT: i32 = 300;
const SIZE: usize = 512;
const STEPS: usize = 100;

/// Coordinates made by repeated addition, as in *High Performance Python*.
fn axis(start: f64, end: f64) -> Vec<f64> {
    let step = (end - start) / WIDTH as f64;
    let inside = |value: &f64| if step > 0.0 { *value < end } else { *value > end };
    successors(Some(start), |value| Some(value + step)).take_while(inside).collect()
}

fn julia() -> fwrap::Result<i64> {
    let (x, y) = (axis(-1.8, 1.8), axis(1.8, -1.8));
    let start = Instant::now();
    let counts =
        kernels::julia::escape_counts(View::from(&x), View::from(&y), Complex64::new(-0.62772, -0.42193), LIMIT)?;
    let elapsed = start.elapsed();
    let sum = counts.as_slice().iter().map(|&count| i64::from(count)).sum();
    println!(
        "Julia set, {}x{} points: sum of the counts {sum}, {:.1} ms",
        x.len(),
        y.len(),
        1e3 * elapsed.as_secs_f64()
    );
    Ok(sum)
}

fn diffusion() -> fwrap::Result<f64> {
    let mut cells = vec![0.0; SIZE * SIZE];
    for (index, cell) in cells.iter_mut().enumerate() {
        let (row, column) = (index % SIZE, index / SIZE);
        if (SIZE / 2 - 40..SIZE / 2 + 40).contains(&row) && column < 60 {
            *cell = 1.0;
        }
        if row < SIZE / 8 && (SIZE / 2..SIZE / 2 + 90).contains(&column) {
            *cell = 0.5;
        }
    }
    let mut field = Array::from_vec(cells, [SIZE, SIZE])?;
    let mut next = Array::zeroed([SIZE, SIZE]);
    let start = Instant::now();
    for _ in 0..STEPS {
        kernels::diffusion::step(field.view(), next.view_mut(), 0.1, Some(2.0))?;
        std::mem::swap(&mut field, &mut next);
    }
    let elapsed = start.elapsed();
    let sum = kernels::diffusion::total(field.view())?;
    println!(
        "Diffusion, {STEPS} steps on {SIZE}x{SIZE}: sum of the field {sum:.6}, {:.1} ms",
        1e3 * elapsed.as_secs_f64()
    );
    Ok(sum)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counts = julia()?;
    let field = diffusion()?;
    if counts != 33_219_980 || (field - 7680.0).abs() > 1e-6 {
        return Err("the sums must be 33219980 and 7680".into());
    }
    Ok(())
}
