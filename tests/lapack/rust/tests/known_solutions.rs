//! Problems whose solutions are known, and inputs that must be refused.

use fwrap::{Array, Complex64, Error, View};

type Matrix = Array<f64, 2>;

/// A matrix from its rows.
fn matrix<const R: usize, const C: usize>(rows: [[f64; C]; R]) -> Matrix {
    let columns = (0..C).flat_map(|column| rows.map(|row| row[column])).collect();
    Array::from_vec(columns, [R, C]).unwrap()
}

#[track_caller]
fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (one, other) in found.iter().zip(expected) {
        assert!((one - other).abs() < 1e-12, "{found:?} is not {expected:?}");
    }
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let ([rows, inner], [_, columns]) = (a.extents(), b.extents());
    let entry = |row, column| (0..inner).map(|k| a[[row, k]] * b[[k, column]]).sum();
    let entries = (0..columns).flat_map(|column| (0..rows).map(move |row| (row, column)));
    Array::from_vec(entries.map(|(row, column)| entry(row, column)).collect(), [rows, columns]).unwrap()
}

#[test]
fn dgesv_solves_in_place() {
    let mut a = matrix([[4.0, 1.0], [2.0, 3.0]]);
    let mut b = matrix([[1.0, 5.0], [2.0, 5.0]]);
    let result = lapack8::dgesv(a.view_mut(), b.view_mut()).unwrap();
    assert_eq!((result.info, result.piv), (0, vec![1, 2]));
    near(b.as_slice(), &[0.1, 0.6, 1.0, 1.0]);
    near(a.as_slice(), &[4.0, 0.5, 1.0, 2.5]);
}

#[test]
fn dgesv_says_where_a_matrix_is_singular() {
    let result = lapack8::dgesv(matrix([[1.0, 2.0], [2.0, 4.0]]).view_mut(), matrix([[1.0], [1.0]]).view_mut());
    assert_eq!(result.unwrap().info, 2);
}

#[test]
fn dgesv_solves_a_large_system() {
    let n = 200;
    let entry = |row: usize, column: usize| {
        if row == column { 2.0 * n as f64 } else { ((row * 7 + column * 13) % 11) as f64 }
    };
    let columns = (0..n).flat_map(|column| (0..n).map(move |row| entry(row, column))).collect();
    let mut a: Matrix = Array::from_vec(columns, [n, n]).unwrap();
    let solution: Vec<f64> = (0..n).map(|row| row as f64 - 50.0).collect();
    let mut b = product(&a, &Array::from_vec(solution.clone(), [n, 1]).unwrap());
    let result = lapack8::dgesv(a.view_mut(), b.view_mut()).unwrap();
    assert_eq!(result.info, 0);
    near(b.as_slice(), &solution);
}

#[test]
fn shapes_are_checked() {
    let refused = lapack8::dgesv(matrix([[1.0, 2.0]]).view_mut(), matrix([[1.0]]).view_mut());
    assert!(matches!(refused, Err(Error::Shape { argument: "a", .. })));
    let refused = lapack8::dgesv(matrix([[1.0, 0.0], [0.0, 1.0]]).view_mut(), matrix([[1.0]]).view_mut());
    assert!(matches!(refused, Err(Error::Shape { argument: "b", .. })));
    let refused = lapack8::dgetri(matrix([[1.0, 0.0], [0.0, 1.0]]).view_mut(), View::from(&[1]));
    assert!(matches!(refused, Err(Error::Shape { argument: "ipiv", .. })));
}

#[test]
fn dgels_fits_a_line() {
    let mut a = matrix([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]);
    let mut b = matrix([[1.0], [3.0], [5.0]]);
    assert_eq!(lapack8::dgels("N", a.view_mut(), b.view_mut()).unwrap(), 0);
    near(&b.as_slice()[..2], &[1.0, 2.0]);
}

#[test]
fn dsyev_finds_eigenvalues_and_vectors() {
    let mut a = matrix([[2.0, 1.0], [1.0, 2.0]]);
    let result = lapack8::dsyev("V", "U", a.view_mut()).unwrap();
    assert_eq!(result.info, 0);
    near(&result.w, &[1.0, 3.0]);
    let half = 0.5_f64.sqrt();
    near(&a.as_slice().iter().map(|entry| entry.abs()).collect::<Vec<_>>(), &[half; 4]);
}

#[test]
fn zheev_finds_real_eigenvalues() {
    let (two, i) = (Complex64::new(2.0, 0.0), Complex64::new(0.0, 1.0));
    let mut a = Array::from_vec(vec![two, -i, i, two], [2, 2]).unwrap();
    let result = lapack8::zheev("V", "L", a.view_mut()).unwrap();
    assert_eq!(result.info, 0);
    near(&result.w, &[1.0, 3.0]);
}

#[test]
fn dgesvd_takes_a_matrix_apart() {
    let a = matrix([[3.0, 0.0], [0.0, -2.0], [0.0, 0.0]]);
    let result = lapack8::dgesvd("A", "A", a.clone().view_mut()).unwrap();
    assert_eq!(result.info, 0);
    near(&result.s, &[3.0, 2.0]);
    assert_eq!((result.u.extents(), result.vt.extents()), ([3, 3], [2, 2]));
    let middle = matrix([[3.0, 0.0], [0.0, 2.0], [0.0, 0.0]]);
    near(product(&product(&result.u, &middle), &result.vt).as_slice(), a.as_slice());
}

#[test]
fn dgetrf_and_dgetri_invert() {
    let a = matrix([[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 4.0]]);
    let mut inverse = a.clone();
    let factors = lapack8::dgetrf(inverse.view_mut()).unwrap();
    assert_eq!(factors.info, 0);
    assert_eq!(lapack8::dgetri(inverse.view_mut(), View::from(&factors.piv)).unwrap(), 0);
    near(product(&a, &inverse).as_slice(), matrix([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]).as_slice());
}

#[test]
fn dpotrf_factors_and_refuses_what_is_not_positive() {
    let mut a = matrix([[4.0, 7.0], [2.0, 5.0]]);
    assert_eq!(lapack8::dpotrf("L", a.view_mut()).unwrap(), 0);
    near(&[a[[0, 0]], a[[1, 0]], a[[1, 1]], a[[0, 1]]], &[2.0, 1.0, 2.0, 7.0]);
    assert_eq!(lapack8::dpotrf("U", matrix([[1.0, 2.0], [2.0, 1.0]]).view_mut()).unwrap(), 2);
    assert!(matches!(lapack8::dpotrf("UL", matrix([[1.0]]).view_mut()), Err(Error::Length { argument: "uplo", .. })));
}
