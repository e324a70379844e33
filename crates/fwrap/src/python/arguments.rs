//! The arguments of one call, each converted on request by what the procedure does with it.

use std::marker::PhantomData;

use pyo3_ffi as ffi;

use super::anew;
use super::array::{Copied, Input, Tentative, Update};
use super::callable::{Callable, SharedCallable};
use super::failure::{Argument, Failure, Outcome};
use super::kept::Kept;
use super::numpy_array::Python;
use super::object::{Object, Owned};
use super::released_face::ReleasedPython;
use super::result::{IntoResult, results};
use super::scalar::Scalar;
use super::signature::Signature;
use super::text::{TentativeText, Text, UpdateText};
use super::update_scalar::{TentativeScalar, UpdateScalar};
use crate::Element;

/// The arguments of one call, by the position of their parameter. A parameter that was not given counts as `None`.
#[derive(Debug)]
pub struct Arguments<'py> {
    slots: *const *mut ffi::PyObject,
    count: usize,
    signature: &'static Signature,
    // Not a part of the arguments: its address is passed on, and the rest shall stay in registers.
    kept: &'py Kept,
    borrowed: PhantomData<&'py ()>,
}

/// `Some` of the conversion, unless the argument is absent.
macro_rules! optional {
    ($(#[$doc:meta])* $name:ident, $convert:ident, [$($generic:tt)*], [$($pass:tt)*], $type:ty) => {
        $(#[$doc])*
        #[inline]
        pub fn $name<$($generic)*>(&self, index: usize) -> Result<Option<$type>, Failure> {
            if self.is_absent(index) { Ok(None) } else { self.$convert::<$($pass)*>(index).map(Some) }
        }
    };
}

impl<'py> Arguments<'py> {
    /// # Safety
    /// `slots` has `count` objects that live for `'py`, and this thread holds the interpreter for as long.
    #[inline]
    pub(crate) unsafe fn new(
        slots: *const *mut ffi::PyObject,
        count: usize,
        signature: &'static Signature,
        kept: &'py Kept,
    ) -> Self {
        Self { slots, count, signature, kept, borrowed: PhantomData }
    }

    /// One argument. Each slot is loaded on its own: two at once could not be forwarded from the stores of the caller.
    #[inline]
    pub(crate) fn object(&self, index: usize) -> Object<'py> {
        let pointer = if index < self.count {
            let place = self.slots.wrapping_add(index);
            // SAFETY: below the count.
            unsafe { place.read() }
        } else {
            // SAFETY: the address of a static object.
            unsafe { ffi::Py_None() }
        };
        // SAFETY: alive for `'py`, as `None` is.
        unsafe { Object::borrowed(pointer) }
    }

    #[inline]
    pub(crate) fn argument(&self, index: usize) -> Argument {
        Argument { signature: self.signature, index }
    }

    #[inline]
    pub(crate) fn is_absent(&self, index: usize) -> bool {
        index >= self.count || self.object(index).is_none()
    }

    /// The face to hand to the safe API.
    #[inline]
    pub fn face(&self) -> Python {
        // SAFETY: the interpreter is held as long as the arguments exist.
        unsafe { Python::assume_held() }
    }

    /// The face of a procedure that keeps no state: other threads may run during a call that takes long. What tells how
    /// long is given by [`Python::with`].
    #[inline]
    pub fn free_face(&self) -> Python {
        self.face().free(self.signature.pace())
    }

    /// The face of a procedure whose callbacks come from any thread.
    #[inline]
    pub fn released_face(&self) -> ReleasedPython {
        ReleasedPython::new(self.face())
    }

    /// A scalar that is only read.
    #[inline]
    pub fn scalar<T: Scalar>(&self, index: usize) -> Result<T, Failure> {
        let object = self.object(index);
        match T::exact(object) {
            Some(value) => Ok(value),
            None => anew::scalar(self.argument(index), object),
        }
    }

    optional! {
        /// A scalar that is only read, or `None`.
        optional_scalar, scalar, [T: Scalar], [T], T
    }

    /// A scalar that is updated and returned: the caller's number stays as it is.
    #[inline]
    pub fn copied_scalar<T: Scalar>(&self, index: usize) -> Result<T, Failure> {
        self.scalar(index)
    }

    optional! {
        /// A scalar that is updated and returned, or `None`.
        optional_copied_scalar, copied_scalar, [T: Scalar], [T], T
    }

    /// A scalar without a declared intent.
    #[inline]
    pub fn tentative_scalar<T: Scalar>(&self, index: usize) -> Result<TentativeScalar<'py, T>, Failure> {
        TentativeScalar::new(self.argument(index), self.object(index))
    }

    optional! {
        /// A scalar without a declared intent, or `None`.
        optional_tentative_scalar, tentative_scalar, [T: Scalar], [T], TentativeScalar<'py, T>
    }

    /// A scalar that is updated in place: a writable 0-d array of the exact type.
    #[inline]
    pub fn update_scalar<T: Element>(&self, index: usize) -> Result<UpdateScalar<'py, T>, Failure> {
        UpdateScalar::new(self.argument(index), self.object(index))
    }

    optional! {
        /// A scalar that is updated in place, or `None`.
        optional_update_scalar, update_scalar, [T: Element], [T], UpdateScalar<'py, T>
    }

    /// A flag of the call itself (`overwrite_a=False`): false if it is absent.
    #[inline]
    pub fn flag(&self, index: usize) -> Result<bool, Failure> {
        if self.is_absent(index) { Ok(false) } else { self.scalar(index) }
    }

    /// An array that is only read.
    #[inline]
    pub fn input<T: Element, const N: usize>(&self, index: usize) -> Result<Input<'py, T, N>, Failure> {
        Input::new(self.argument(index), self.object(index), self.kept)
    }

    optional! {
        /// An array that is only read, or `None`.
        optional_input, input, [T: Element, const N: usize], [T, N], Input<'py, T, N>
    }

    /// An array that is updated in place.
    #[inline]
    pub fn update<T: Element, const N: usize>(&self, index: usize) -> Result<Update<'py, T, N>, Failure> {
        Update::new(self.argument(index), self.object(index))
    }

    optional! {
        /// An array that is updated in place, or `None`.
        optional_update, update, [T: Element, const N: usize], [T, N], Update<'py, T, N>
    }

    /// An array without a declared intent.
    #[inline]
    pub fn tentative<T: Element, const N: usize>(&self, index: usize) -> Result<Tentative<'py, T, N>, Failure> {
        Tentative::new(self.argument(index), self.object(index))
    }

    optional! {
        /// An array without a declared intent, or `None`.
        optional_tentative, tentative, [T: Element, const N: usize], [T, N], Tentative<'py, T, N>
    }

    /// An array that is updated and returned: a copy, unless `overwrite` allows the caller's own and it fits.
    #[inline]
    pub fn copied<T: Element, const N: usize>(
        &self,
        index: usize,
        overwrite: bool,
    ) -> Result<Copied<'py, T, N>, Failure> {
        Copied::new(self.argument(index), self.object(index), overwrite)
    }

    /// An array that is updated and returned, or `None`.
    #[inline]
    pub fn optional_copied<T: Element, const N: usize>(
        &self,
        index: usize,
        overwrite: bool,
    ) -> Result<Option<Copied<'py, T, N>>, Failure> {
        if self.is_absent(index) { Ok(None) } else { self.copied(index, overwrite).map(Some) }
    }

    /// A text that is only read.
    #[inline]
    pub fn text(&self, index: usize) -> Result<Text<'py>, Failure> {
        Text::new(self.argument(index), self.object(index))
    }

    /// A text that is only read, or `None`.
    #[inline]
    pub fn optional_text(&self, index: usize) -> Result<Option<Text<'py>>, Failure> {
        if self.is_absent(index) { Ok(None) } else { self.text(index).map(Some) }
    }

    /// A text that is updated in place: a `bytearray` or a writable 0-d array of bytes.
    pub fn update_text(&self, index: usize) -> Result<UpdateText<'py>, Failure> {
        UpdateText::new(self.argument(index), self.object(index))
    }

    /// A text that is updated in place, or `None`.
    pub fn optional_update_text(&self, index: usize) -> Result<Option<UpdateText<'py>>, Failure> {
        if self.is_absent(index) { Ok(None) } else { self.update_text(index).map(Some) }
    }

    /// A text without a declared intent.
    pub fn tentative_text(&self, index: usize) -> Result<TentativeText<'py>, Failure> {
        TentativeText::new(self.argument(index), self.object(index))
    }

    /// A text without a declared intent, or `None`.
    pub fn optional_tentative_text(&self, index: usize) -> Result<Option<TentativeText<'py>>, Failure> {
        if self.is_absent(index) { Ok(None) } else { self.tentative_text(index).map(Some) }
    }

    /// A callable for a dummy procedure that is called on this thread, which holds the interpreter meanwhile.
    #[inline]
    pub fn callable(&self, index: usize) -> Result<Callable<'py>, Failure> {
        Callable::new(self.argument(index), self.object(index))
    }

    /// A callable for a dummy procedure that is called on this thread, or `None`.
    #[inline]
    pub fn optional_callable(&self, index: usize) -> Result<Option<Callable<'py>>, Failure> {
        if self.is_absent(index) { Ok(None) } else { self.callable(index).map(Some) }
    }

    /// A callable for a dummy procedure that any thread may call. The interpreter must be released meanwhile.
    #[inline]
    pub fn shared_callable(&self, index: usize) -> Result<SharedCallable<'py>, Failure> {
        self.callable(index).map(SharedCallable::new)
    }

    /// A callable for a dummy procedure that any thread may call, or `None`.
    #[inline]
    pub fn optional_shared_callable(&self, index: usize) -> Result<Option<SharedCallable<'py>>, Failure> {
        if self.is_absent(index) { Ok(None) } else { self.shared_callable(index).map(Some) }
    }

    /// The result of the call.
    #[inline]
    pub fn result(&self, value: impl IntoResult) -> Outcome {
        value.into_result_of(self.signature)
    }

    /// The result of a call: nothing, one object, or a tuple of several.
    #[inline]
    pub fn results<const K: usize>(&self, mut items: [Owned; K]) -> Outcome {
        match K {
            0 => Ok(self.none()),
            1 => Ok(std::mem::replace(&mut items[0], self.none())),
            _ => results(items, self.signature),
        }
    }

    /// The result of a call that has none.
    #[inline]
    pub fn none(&self) -> Owned {
        Owned::none()
    }
}
