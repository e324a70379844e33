//! What the call of a procedure gets of an array besides its address: a C descriptor, extents, lengths.

use std::ptr::NonNull;

use num_complex::Complex;

use super::super::arguments::Arguments;
use super::super::failure::{Exception, Failure, Outcome};
use super::super::result::IntoResult;
use super::array::Array;
use crate::cfi::Descriptor;
use crate::layout::column_major;

impl Array<'_> {
    /// The C descriptor of an assumed-shape dummy argument with these extents, which the conversion has set. The array
    /// has strides that gfortran can express.
    #[inline]
    pub fn descriptor<const N: usize>(&mut self, type_code: i16, dimensions: &[isize; N]) -> Descriptor<N> {
        let array = self.array();
        let extents = dimensions.map(|extent| extent.max(0) as usize);
        let size = self.element_length() as usize;
        let strides = if array.rank() == N && array.extents() == dimensions {
            std::array::from_fn(|dimension| array.strides()[dimension])
        } else {
            // An array of another rank is contiguous.
            column_major(size, &extents)
        };
        let first = NonNull::new(array.head().data.cast::<u8>()).unwrap_or(NonNull::dangling());
        Descriptor::new(first, size, type_code, &extents, &strides)
    }
}

impl Arguments<'_> {
    /// The extents that were not known when an array was read are as declared; -1 says nothing of one. Where arrays may
    /// have another shape it is enough that there are as many elements.
    ///
    /// # Errors
    /// Raises `ValueError` with both shapes.
    #[inline]
    pub fn f2py_check_shape<const N: usize>(
        &self,
        index: usize,
        found: &[isize; N],
        declared: [isize; N],
        lossy: bool,
    ) -> Result<(), Failure> {
        let fits = found.iter().zip(&declared).all(|(&found, &declared)| declared == -1 || found == declared.max(0));
        if fits { Ok(()) } else { self.check_other_shape(index, found, &declared, lossy) }
    }

    #[cold]
    #[inline(never)]
    fn check_other_shape(&self, index: usize, found: &[isize], declared: &[isize], lossy: bool) -> Result<(), Failure> {
        let wanted: Vec<isize> = found
            .iter()
            .zip(declared)
            .map(|(&found, &extent)| if extent == -1 { found } else { extent.max(0) })
            .collect();
        let size = |extents: &[isize]| extents.iter().try_fold(1_isize, |size, extent| size.checked_mul(*extent));
        if lossy && size(&wanted).zip(size(found)).is_some_and(|(wanted, found)| found >= wanted) {
            return Ok(());
        }
        let text = |extents: &[isize]| {
            let extents: Vec<String> = extents.iter().map(isize::to_string).collect();
            format!("({})", extents.join(", "))
        };
        let message = format!("the shape is {}, and {} is declared", text(found), text(&wanted));
        Err(self.argument(index).raise(Exception::Value, message))
    }
}

/// An extent or a length as Fortran gets it: a negative one is 0.
#[inline]
pub fn length(extent: isize) -> usize {
    extent.max(0).unsigned_abs()
}

/// A complex number in single precision.
#[inline]
pub fn single(value: Complex<f64>) -> Complex<f32> {
    Complex::new(value.re as f32, value.im as f32)
}

/// The Python object of a value that is returned.
///
/// # Errors
/// Says that an exception is set.
#[inline]
pub fn object(value: impl IntoResult) -> Outcome {
    value.into_result()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_extents_are_empty() {
        assert_eq!((length(-3), length(0), length(7)), (0, 0, 7));
    }

    #[test]
    fn single_precision_rounds_both_parts() {
        assert_eq!(single(Complex::new(0.5, 1e-60)), Complex::new(0.5_f32, 0.0));
    }
}
