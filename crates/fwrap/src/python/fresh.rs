//! Fresh copies in Fortran order.

use std::ptr::NonNull;

use super::failure::Failure;
use super::numpy::{self, Array};
use super::object::Owned;
use crate::copy::scatter;
use crate::layout::{Strided, column_major};

/// A copy in Fortran order of an array of rank `N` whose elements are native values of `size` bytes, of type `number`.
pub(crate) fn copied<const N: usize>(array: Array<'_>, number: i32, size: usize) -> Result<Owned, Failure> {
    // NumPy copies what keeps its order fast, and a transposing copy slowly.
    if N < 2 || !array.has(numpy::C_CONTIGUOUS | numpy::ALIGNED) || array.has(numpy::F_CONTIGUOUS) {
        return array.copy();
    }
    let owned = numpy::empty(number, array.extents())?;
    let new = Array::exact(owned.as_object()).and_then(|new| NonNull::new(new.head().data));
    let (Some(to), Some(from)) = (new, NonNull::new(array.head().data)) else { return array.copy() };
    // Seen with its dimensions turned round, the source is column-major, and the new array is not.
    let mut extents: [usize; N] = std::array::from_fn(|dimension| array.extents()[dimension].unsigned_abs());
    let mut strides = column_major(size, &extents);
    extents.reverse();
    strides.reverse();
    let turned = Strided::new(to, size, &extents, &strides);
    // SAFETY: the new array has these extents in Fortran order and is ours alone; the source is contiguous, with as
    // many elements of the same size.
    unsafe { scatter(&turned, from) };
    Ok(owned)
}
