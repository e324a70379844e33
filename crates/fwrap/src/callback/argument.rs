//! What Fortran passes to a callback, checked before it is used.

use crate::cfi;
use crate::element::Element;
use crate::error::CallbackResult;
use crate::gfortran;
use crate::layout::column_major;
use crate::size::{Size, allocation_error};
use crate::view::View;
use crate::view_mut::ViewMut;

#[cold]
#[inline(never)]
fn bad_pointer<R>(argument: &'static str, is_null: bool) -> CallbackResult<R> {
    let what = if is_null { "null was passed" } else { "its address is not aligned for its type" };
    Err(format!("argument `{argument}`: {what}").into())
}

#[inline]
fn check<T>(name: &'static str, pointer: *const T) -> CallbackResult {
    if pointer.is_null() || !pointer.is_aligned() { bad_pointer(name, pointer.is_null()) } else { Ok(()) }
}

/// A scalar that Fortran passes by reference.
///
/// # Safety
/// `pointer` is null or points to a value of the type.
#[inline]
pub unsafe fn read<T: Element>(name: &'static str, pointer: *const T) -> CallbackResult<T> {
    check(name, pointer)?;
    // SAFETY: neither null nor misaligned; a value is the caller's promise.
    Ok(unsafe { T::load(pointer) })
}

/// Gives a scalar that Fortran passed by reference its new value.
///
/// # Safety
/// `pointer` is null or points to a variable of the type that nothing else uses now.
#[inline]
pub unsafe fn write<T: Element>(name: &'static str, pointer: *mut T, value: T) -> CallbackResult {
    check(name, pointer)?;
    // SAFETY: neither null nor misaligned; a variable is the caller's promise.
    unsafe { pointer.write(value) };
    Ok(())
}

/// The extents of an array that can exist at this address.
#[inline]
fn extents<T, const N: usize>(name: &'static str, pointer: *const T, sizes: [Size; N]) -> CallbackResult<[usize; N]> {
    let (mut extents, mut bytes, mut is_empty) = ([0; N], size_of::<T>() as i64, false);
    for dimension in 0..N {
        let extent = sizes[dimension].value().map(|extent| extent.max(0));
        let (Some(extent), Some(product)) = (extent, extent.and_then(|extent| bytes.checked_mul(extent.max(1)))) else {
            return Err(allocation_error(name, &sizes).into());
        };
        extents[dimension] = extent as usize;
        is_empty |= extent == 0;
        bytes = product;
    }
    if !is_empty {
        check(name, pointer)?;
    }
    Ok(extents)
}

impl<T: Element, const N: usize> View<'_, T, N> {
    /// A contiguous array that Fortran passes to a callback. Negative extents are 0; that it is null and has elements,
    /// or is larger than memory, is an error.
    ///
    /// # Safety
    /// As for [`View::from_raw_parts`], for as many elements as the extents say, unless `pointer` is null.
    #[inline]
    pub unsafe fn from_fortran(name: &'static str, pointer: *const T, sizes: [Size; N]) -> CallbackResult<Self> {
        let extents = extents(name, pointer, sizes)?;
        // SAFETY: the caller's promise.
        Ok(unsafe { Self::from_raw_parts(pointer, extents, column_major(size_of::<T>(), &extents)) })
    }

    /// An assumed-shape argument that gfortran passes to a callback.
    ///
    /// # Safety
    /// `descriptor` is null or one of gfortran's, of this rank, for an array as for [`View::from_raw_parts`].
    #[inline]
    pub unsafe fn from_gfortran(
        name: &'static str,
        descriptor: *const gfortran::Descriptor<N>,
    ) -> CallbackResult<Self> {
        check(name, descriptor)?;
        // SAFETY: neither null nor misaligned; a descriptor is the caller's promise.
        let descriptor = unsafe { &*descriptor };
        let Some((extents, strides)) = descriptor.layout(size_of::<T>()) else {
            return foreign_descriptor(name);
        };
        if !extents.contains(&0) {
            check(name, descriptor.base_address.cast::<T>())?;
        }
        // SAFETY: the caller's promise.
        Ok(unsafe { Self::from_raw_parts(descriptor.base_address.cast(), extents, strides) })
    }

    /// An assumed-shape argument of a `bind(C)` interface.
    ///
    /// # Safety
    /// `descriptor` is null or a C descriptor of this rank, for an array as for [`View::from_raw_parts`].
    #[inline]
    pub unsafe fn from_c_descriptor(name: &'static str, descriptor: *const cfi::Descriptor<N>) -> CallbackResult<Self> {
        check(name, descriptor)?;
        // SAFETY: neither null nor misaligned; a descriptor is the caller's promise.
        let descriptor = unsafe { &*descriptor };
        if descriptor.rank != N as i8 || descriptor.element_length != size_of::<T>() {
            return foreign_descriptor(name);
        }
        let extents = descriptor.dimensions.map(|dimension| dimension.extent.max(0).unsigned_abs());
        if !extents.contains(&0) {
            check(name, descriptor.base_address.cast::<T>())?;
        }
        let strides = descriptor.dimensions.map(|dimension| dimension.stride);
        // SAFETY: the caller's promise.
        Ok(unsafe { Self::from_raw_parts(descriptor.base_address.cast(), extents, strides) })
    }
}

#[cold]
#[inline(never)]
fn foreign_descriptor<R>(name: &'static str) -> CallbackResult<R> {
    Err(format!("argument `{name}`: its descriptor is not one of gfortran's for an array of this type and rank").into())
}

/// A text that Fortran passes to a callback.
///
/// # Safety
/// `pointer` is null or, for `'a`, points to as many characters, which nobody writes meanwhile.
#[inline]
pub unsafe fn text<'a>(name: &'static str, pointer: *const u8, length: usize) -> CallbackResult<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    check_text(name, pointer, length)?;
    // SAFETY: not null; the length is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(pointer, length) })
}

/// [`text`] for one that the callback writes.
///
/// # Safety
/// As for [`text`], and nobody else uses the characters meanwhile.
#[inline]
pub unsafe fn text_mut<'a>(name: &'static str, pointer: *mut u8, length: usize) -> CallbackResult<&'a mut [u8]> {
    if length == 0 {
        return Ok(&mut []);
    }
    check_text(name, pointer, length)?;
    // SAFETY: not null; the length is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts_mut(pointer, length) })
}

fn check_text(name: &'static str, pointer: *const u8, length: usize) -> CallbackResult {
    if isize::try_from(length).is_err() {
        return Err(allocation_error(name, &[Size::POISONED]).into());
    }
    check(name, pointer)
}

impl<'a, T: Element, const N: usize> ViewMut<'a, T, N> {
    /// [`View::from_fortran`] for an array that the callback writes.
    ///
    /// # Safety
    /// As for [`View::from_fortran`] and [`ViewMut::from_raw_parts`].
    #[inline]
    pub unsafe fn from_fortran(name: &'static str, pointer: *mut T, sizes: [Size; N]) -> CallbackResult<Self> {
        // SAFETY: the caller's promise.
        let view = unsafe { View::from_fortran(name, pointer.cast_const(), sizes) }?;
        // SAFETY: the caller's promise.
        Ok(unsafe { Self::writing(view) })
    }

    /// [`View::from_gfortran`] for an array that the callback writes.
    ///
    /// # Safety
    /// As for [`View::from_gfortran`] and [`ViewMut::from_raw_parts`].
    #[inline]
    pub unsafe fn from_gfortran(
        name: &'static str,
        descriptor: *const gfortran::Descriptor<N>,
    ) -> CallbackResult<Self> {
        // SAFETY: the caller's promise.
        let view = unsafe { View::from_gfortran(name, descriptor) }?;
        // SAFETY: the caller's promise.
        Ok(unsafe { Self::writing(view) })
    }

    /// [`View::from_c_descriptor`] for an array that the callback writes.
    ///
    /// # Safety
    /// As for [`View::from_c_descriptor`] and [`ViewMut::from_raw_parts`].
    #[inline]
    pub unsafe fn from_c_descriptor(name: &'static str, descriptor: *const cfi::Descriptor<N>) -> CallbackResult<Self> {
        // SAFETY: the caller's promise.
        let view = unsafe { View::from_c_descriptor(name, descriptor) }?;
        // SAFETY: the caller's promise.
        Ok(unsafe { Self::writing(view) })
    }

    /// # Safety
    /// The view is over memory that may be written for `'a`, and that nobody else uses meanwhile.
    #[inline]
    unsafe fn writing(view: View<'a, T, N>) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self::from_raw_parts(view.pointer.as_ptr(), view.extents, view.strides) }
    }
}
