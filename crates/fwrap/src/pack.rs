//! Contiguous arguments: a pointer to the array itself where it is contiguous, to a copy where it is not.
//!
//! An explicit-shape, assumed-size or CONTIGUOUS dummy argument takes its elements in column-major order without gaps.
//! Contiguous actual arguments, the usual case, are passed as they are, after an inline comparison of strides. The rest
//! is copied out of line, by element size and not by type and rank, so that generated code stays small.
//!
//! What is written comes back by [`PackedMut::unpack`], after the call and not on drop: when a call is given up (an
//! error, a panic) the caller's array keeps what it had.

use std::marker::PhantomData;
use std::ptr::NonNull;

use crate::buffer::Buffer;
use crate::copy::{gather, scatter};
use crate::element::{Element, Logical};
use crate::layout::Strided;
use crate::logical::{gather_logical, scatter_logical};
use crate::view::View;
use crate::view_mut::ViewMut;

/// An argument that is read, contiguous.
#[derive(Debug)]
pub struct Packed<'a, T> {
    pointer: NonNull<T>,
    copy: Option<Buffer>,
    memory: PhantomData<&'a [T]>,
}

impl<T> Drop for Packed<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(copy) = self.copy.take() {
            Self::discard(copy);
        }
    }
}

impl<T> Packed<'_, T> {
    /// Part of a generic type so that it is compiled where it is called: there the optimiser sees that it is cold, and
    /// keeps the value of a function in its register on the usual way past it.
    #[cold]
    #[inline(never)]
    fn discard(copy: Buffer) {
        drop(copy);
    }

    /// The first element; never null.
    #[inline]
    pub fn as_ptr(&self) -> *const T {
        self.pointer.as_ptr()
    }

    #[inline]
    fn copied(buffer: Buffer) -> Self {
        Packed { pointer: buffer.pointer().cast(), copy: Some(buffer), memory: PhantomData }
    }
}

/// An argument that is written, contiguous.
#[derive(Debug)]
#[must_use = "the caller's array is updated by `unpack`"]
pub struct PackedMut<'a, T> {
    pointer: NonNull<T>,
    copy: Option<Box<Copied>>,
    memory: PhantomData<&'a mut [T]>,
}

/// A logical argument that is written: its storage is always a copy, in the kind that the procedure declares.
pub type PackedLogicalMut<'a, L> = PackedMut<'a, L>;

impl<T> PackedMut<'_, T> {
    /// The first element; never null.
    #[inline]
    pub fn as_mut_ptr(&mut self) -> *mut T {
        self.pointer.as_ptr()
    }

    /// Brings what the procedure wrote back into the caller's array; nothing to do if it was passed itself.
    #[inline]
    pub fn unpack(self) {
        if let Some(copy) = self.copy {
            // SAFETY: `memory` borrows the caller's array, and the view it came from allowed writing.
            unsafe { copy.restore() };
        }
    }

    #[inline]
    fn copied(copy: Box<Copied>) -> Self {
        PackedMut { pointer: copy.buffer.pointer().cast(), copy: Some(copy), memory: PhantomData }
    }
}

/// A copy of an array that is written, and the way back.
#[derive(Debug)]
pub(crate) struct Copied {
    pub(crate) buffer: Buffer,
    origin: Strided,
    /// The size of the logical's storage; 0 if the elements were copied as they are.
    logical: usize,
}

// SAFETY: it stands for a `&mut [T]` over the caller's array; whoever holds it keeps that borrow.
unsafe impl Send for Copied {}
// SAFETY: shared, it only gives an address.
unsafe impl Sync for Copied {}

impl Copied {
    /// A copy of the elements, or zeros if the procedure is to define them.
    ///
    /// Zeros rather than whatever was there: the procedure may leave elements undefined, and safe code would read them.
    ///
    /// # Safety
    /// `origin` is valid for reads.
    #[inline(never)]
    unsafe fn elements(origin: Strided, copy_in: bool) -> Box<Self> {
        let buffer = if copy_in {
            // SAFETY: the caller's promise.
            unsafe { gather(&origin) }
        } else {
            Buffer::new(origin.count(), origin.element_size, true)
        };
        Box::new(Copied { buffer, origin, logical: 0 })
    }

    /// The same for logicals, whose storage is `storage` bytes wide.
    ///
    /// # Safety
    /// `origin` is valid for reads.
    #[inline(never)]
    unsafe fn logicals(origin: Strided, storage: usize, copy_in: bool) -> Box<Self> {
        let buffer = if copy_in {
            // SAFETY: the caller's promise.
            unsafe { gather_logical(&origin, storage) }
        } else {
            Buffer::new(origin.count(), storage, true)
        };
        Box::new(Copied { buffer, origin, logical: storage })
    }

    /// Writes the copy back.
    ///
    /// # Safety
    /// The origin is valid for writes.
    #[inline(never)]
    pub(crate) unsafe fn restore(&self) {
        if self.logical == 0 {
            // SAFETY: the caller's promise; the buffer was made for as many elements.
            unsafe { scatter(&self.origin, self.buffer.pointer()) };
        } else {
            // SAFETY: as above.
            unsafe { scatter_logical(&self.origin, self.buffer.pointer(), self.logical) };
        }
    }
}

impl<'a, T: Element, const N: usize> View<'a, T, N> {
    /// The elements in column-major order without gaps: the array itself if it lies so, else a copy.
    ///
    /// # Panics
    /// With [`Error::Buffer`](crate::Error::Buffer) as payload if there is no memory for the copy.
    #[inline]
    pub fn pack(self) -> Packed<'a, T> {
        if self.is_contiguous() {
            Packed { pointer: self.pointer, copy: None, memory: PhantomData }
        } else {
            Packed::copied(self.gathered())
        }
    }

    #[inline]
    pub(crate) fn strided(&self) -> Strided {
        // Copies, so that the view itself can stay in registers where nothing is copied.
        let (extents, strides) = (self.extents, self.strides);
        Strided::new(self.pointer.cast(), size_of::<T>(), &extents, &strides)
    }

    #[inline]
    pub(crate) fn gathered(&self) -> Buffer {
        // SAFETY: a view is valid for reads.
        unsafe { gather(&self.strided()) }
    }
}

impl<'a, T: Element, const N: usize> ViewMut<'a, T, N> {
    /// The elements in column-major order without gaps: the array itself if it lies so, else a copy that
    /// [`PackedMut::unpack`] brings back.
    ///
    /// # Panics
    /// With [`Error::Buffer`](crate::Error::Buffer) as payload if there is no memory for the copy.
    #[inline]
    pub fn pack(self) -> PackedMut<'a, T> {
        if self.is_contiguous() { self.in_place() } else { PackedMut::copied(self.copied(true)) }
    }

    /// [`ViewMut::pack`] for an array that the procedure defines: a copy starts with zeros, not with the elements.
    ///
    /// # Panics
    /// With [`Error::Buffer`](crate::Error::Buffer) as payload if there is no memory for the copy.
    #[inline]
    pub fn pack_out(self) -> PackedMut<'a, T> {
        if self.is_contiguous() { self.in_place() } else { PackedMut::copied(self.copied(false)) }
    }

    #[inline]
    fn in_place(self) -> PackedMut<'a, T> {
        PackedMut { pointer: self.pointer, copy: None, memory: PhantomData }
    }

    #[inline]
    pub(crate) fn strided(&self) -> Strided {
        // Copies, so that the view itself can stay in registers where nothing is copied.
        let (extents, strides) = (self.extents, self.strides);
        Strided::new(self.pointer.cast(), size_of::<T>(), &extents, &strides)
    }

    #[inline]
    pub(crate) fn copied(&self, copy_in: bool) -> Box<Copied> {
        // SAFETY: a view is valid for reads.
        unsafe { Copied::elements(self.strided(), copy_in) }
    }
}

impl<'a, const N: usize> View<'a, bool, N> {
    /// The elements as logicals of the kind stored in `L`: 1 for true and 0 for false, contiguous.
    ///
    /// # Panics
    /// With [`Error::Buffer`](crate::Error::Buffer) as payload if there is no memory for the copy.
    pub fn pack_logical<L: Logical>(self) -> Packed<'a, L> {
        Packed::copied(self.gathered_logical(size_of::<L>()))
    }

    pub(crate) fn gathered_logical(&self, storage: usize) -> Buffer {
        // SAFETY: a view is valid for reads.
        unsafe { gather_logical(&self.strided(), storage) }
    }
}

impl<'a, const N: usize> ViewMut<'a, bool, N> {
    /// The elements as logicals of the kind stored in `L`; [`PackedMut::unpack`] brings them back: true unless 0.
    ///
    /// # Panics
    /// With [`Error::Buffer`](crate::Error::Buffer) as payload if there is no memory for the copy.
    pub fn pack_logical<L: Logical>(self) -> PackedLogicalMut<'a, L> {
        PackedMut::copied(self.copied_logical(size_of::<L>(), true))
    }

    /// [`ViewMut::pack_logical`] for an array that the procedure defines: the storage starts as false.
    ///
    /// # Panics
    /// With [`Error::Buffer`](crate::Error::Buffer) as payload if there is no memory for the copy.
    pub fn pack_out_logical<L: Logical>(self) -> PackedLogicalMut<'a, L> {
        PackedMut::copied(self.copied_logical(size_of::<L>(), false))
    }

    pub(crate) fn copied_logical(&self, storage: usize, copy_in: bool) -> Box<Copied> {
        // SAFETY: a view is valid for reads.
        unsafe { Copied::logicals(self.strided(), storage, copy_in) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements<T: Copy>(packed: &Packed<'_, T>, count: usize) -> Vec<T> {
        // SAFETY: the tests ask for as many elements as the view has.
        unsafe { std::slice::from_raw_parts(packed.as_ptr(), count) }.to_vec()
    }

    fn write<T: Copy>(packed: &mut PackedMut<'_, T>, values: &[T]) {
        // SAFETY: the tests write as many elements as the view has.
        unsafe { std::slice::from_raw_parts_mut(packed.as_mut_ptr(), values.len()) }.copy_from_slice(values);
    }

    #[test]
    fn what_is_contiguous_is_passed_itself() {
        let mut data = [1.0, 2.0, 3.0, 4.0];
        let pointer = data.as_ptr();
        assert_eq!(View::new(&data, [2, 2]).unwrap().pack().as_ptr(), pointer);
        assert_eq!(View::new(&data, [1, 4]).unwrap().transposed().pack().as_ptr(), pointer);
        assert_eq!(ViewMut::from(&mut data).pack_out().as_mut_ptr().cast_const(), pointer);
    }

    #[test]
    fn row_major_is_turned_and_turned_back() {
        let mut data = [1, 2, 3, 4, 5, 6];
        let view = ViewMut::new(&mut data, [3, 2]).unwrap().transposed();
        assert_eq!(elements(&view.as_view().pack(), 6), [1, 4, 2, 5, 3, 6]);
        let mut packed = view.pack();
        write(&mut packed, &[10, 40, 20, 50, 30, 60]);
        packed.unpack();
        assert_eq!(data, [10, 20, 30, 40, 50, 60]);
    }

    #[test]
    fn negative_and_stepped_strides_are_followed() {
        let mut data = [0_i16, 1, 2, 3, 4, 5];
        let last = data.as_mut_ptr().wrapping_add(5);
        // SAFETY: every second element downwards.
        let view = unsafe { ViewMut::<i16, 1>::from_raw_parts(last, [3], [-4]) };
        assert_eq!(elements(&view.as_view().pack(), 3), [5, 3, 1]);
        let mut packed = view.pack();
        write(&mut packed, &[50, 30, 10]);
        packed.unpack();
        assert_eq!(data, [0, 10, 2, 30, 4, 50]);
    }

    #[test]
    fn a_broadcast_view_is_written_out() {
        let data = [7.0];
        // SAFETY: the same element over and over.
        let view = unsafe { View::<f64, 2>::from_raw_parts(data.as_ptr(), [2, 3], [0, 0]) };
        assert_eq!(elements(&view.pack(), 6), [7.0; 6]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri ends where an allocation fails")]
    fn a_broadcast_view_beyond_memory_is_a_panic_and_no_abort() {
        let data = [7.0];
        let payload = std::panic::catch_unwind(|| {
            // SAFETY: the same element over and over.
            let view = unsafe { View::<f64, 2>::from_raw_parts(data.as_ptr(), [1 << 30, 1 << 28], [0, 0]) };
            view.pack();
        });
        assert!(payload.unwrap_err().is::<crate::Error>());
    }

    #[test]
    fn what_is_not_unpacked_is_not_written() {
        let mut data = [1, 2, 3, 4];
        let mut packed = ViewMut::new(&mut data, [2, 2]).unwrap().transposed().pack();
        write(&mut packed, &[0; 4]);
        drop(packed);
        assert_eq!(data, [1, 2, 3, 4]);
    }

    #[test]
    fn an_output_that_is_not_defined_is_zero() {
        let mut data = [1, 2, 3, 4];
        ViewMut::new(&mut data, [2, 2]).unwrap().transposed().pack_out().unpack();
        assert_eq!(data, [0; 4]);
    }

    #[test]
    fn logicals_cross_as_0_and_1() {
        let bytes = [0_u8, 1, 2, 255];
        // SAFETY: a `bool` view reads bytes.
        let view = unsafe { View::<bool, 1>::from_raw_parts(bytes.as_ptr().cast(), [4], [1]) };
        assert_eq!(elements(&view.pack_logical::<i8>(), 4), [0, 1, 1, 1]);
        assert_eq!(elements(&view.pack_logical::<i16>(), 4), [0, 1, 1, 1]);
        assert_eq!(elements(&view.pack_logical::<i32>(), 4), [0, 1, 1, 1]);
        assert_eq!(elements(&view.pack_logical::<i64>(), 4), [0, 1, 1, 1]);
    }

    #[test]
    fn logicals_come_back_true_unless_0() {
        let mut flags = [true, true, false, false, true, true];
        let view = ViewMut::new(&mut flags, [3, 2]).unwrap().transposed();
        let mut packed = view.pack_logical::<i32>();
        // SAFETY: six logicals.
        assert_eq!(unsafe { packed.as_mut_ptr().cast::<[i32; 6]>().read() }, [1, 0, 1, 1, 0, 1]);
        write(&mut packed, &[0, 2, -1, 0, i32::MIN, 0]);
        packed.unpack();
        assert_eq!(flags, [false, true, true, true, false, false]);
        ViewMut::from(&mut flags).pack_out_logical::<i8>().unpack();
        assert_eq!(flags, [false; 6]);
    }
}
