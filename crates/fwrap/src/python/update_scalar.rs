//! Scalars that a procedure writes: 0-d arrays updated in place, or numbers that must stay as they were.

use super::anew;
use super::array::{UPDATABLE, in_place, lost_update, updatable};
use super::array_convert::describe;
use super::failure::{Argument, Failure};
use super::numpy::Array;
use super::object::Object;
use super::overlap::{Memory, Owner, Span, disjoint};
use super::scalar::Scalar;
use crate::Element;

/// A scalar that is updated in place: a writable 0-d array of the exact type.
#[derive(Debug)]
pub struct UpdateScalar<'py, T> {
    value: T,
    array: Object<'py>,
    argument: Argument,
}

impl<'py, T: Element> UpdateScalar<'py, T> {
    #[inline]
    pub(crate) fn new(argument: Argument, object: Object<'py>) -> Result<Self, Failure> {
        let array = match Array::exact(object).filter(|array| array.fits(T::NUMPY_TYPE, 0, UPDATABLE)) {
            Some(array) => array,
            None => updatable(argument, object, T::NUMPY_TYPE, 0)?,
        };
        Ok(Self::of(argument, array))
    }

    #[inline]
    fn of(argument: Argument, array: Array<'py>) -> Self {
        // SAFETY: the caller checked that the array is aligned, of this type, and of rank 0: it has one element.
        let value = unsafe { T::load(array.head().data.cast()) };
        Self { value, array: array.object(), argument }
    }

    /// The value that the procedure may change.
    #[inline]
    pub fn value_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// Writes the value back.
    #[inline]
    pub fn settle(&self) -> Result<(), Failure> {
        // The type and the rank are looked at again: Python code may have run since.
        let array = match Array::of(self.array) {
            Some(array) if array.is_of_type(T::NUMPY_TYPE) && array.fits(array.element_type().number, 0, UPDATABLE) => {
                array
            }
            _ => return updatable(self.argument, self.array, T::NUMPY_TYPE, 0).map(drop),
        };
        // SAFETY: one aligned, writable element of this type; the procedure has returned.
        unsafe { array.head().data.cast::<T>().write(self.value) };
        Ok(())
    }

    /// Raises if `other` shares memory with this scalar, which the procedure writes.
    #[inline]
    pub fn disjoint(&self, other: &impl Memory) -> Result<(), Failure> {
        disjoint(self, other)
    }
}

impl<T: Element> Memory for UpdateScalar<'_, T> {
    #[inline]
    fn span(&self) -> Span {
        match Array::of(self.array) {
            Some(array) => Span::new(array.head().data.addr(), size_of::<T>(), &[], &[]),
            None => Span::NONE,
        }
    }

    fn owner(&self) -> Option<Owner<'_>> {
        Some(Owner { object: self.array, argument: self.argument })
    }
}

/// A scalar without a declared intent: a 0-d array of the exact type is updated, a number must stay as it was.
#[derive(Debug)]
pub struct TentativeScalar<'py, T> {
    scalar: UpdateScalar<'py, T>,
    /// What a number was; `None` for an array that is updated.
    before: Option<T>,
}

impl<'py, T: Scalar> TentativeScalar<'py, T> {
    #[inline]
    pub(crate) fn new(argument: Argument, object: Object<'py>) -> Result<Self, Failure> {
        match T::exact(object) {
            Some(value) => Ok(Self::watched(argument, object, value)),
            None => Ok(*Self::indirect(argument, object)?),
        }
    }

    #[inline]
    fn watched(argument: Argument, object: Object<'py>, value: T) -> Self {
        Self { scalar: UpdateScalar { value, array: object, argument }, before: Some(value) }
    }

    /// In a box, so that what fits at once is not passed through memory.
    #[cold]
    #[inline(never)]
    fn indirect(argument: Argument, object: Object<'py>) -> Result<Box<Self>, Failure> {
        let this = match in_place(argument, object, T::NUMPY_TYPE, 0)? {
            Some(array) => Self { scalar: UpdateScalar::of(argument, array), before: None },
            None => Self::watched(argument, object, anew::scalar(argument, object)?),
        };
        Ok(Box::new(this))
    }

    /// The value that the procedure may change.
    #[inline]
    pub fn value_mut(&mut self) -> &mut T {
        &mut self.scalar.value
    }

    /// Writes the value back, or raises if a number was changed: its update would be lost.
    #[inline]
    pub fn settle(&self) -> Result<(), Failure> {
        match &self.before {
            // Unequal to itself if it is no number: what is left of the comparison is done out of line.
            Some(before) if *before == self.scalar.value => Ok(()),
            // By value, so that the argument itself can stay in registers.
            Some(before) => Self::compare(*before, self.scalar.value, self.scalar.argument, self.scalar.array),
            None => self.scalar.settle(),
        }
    }

    #[cold]
    #[inline(never)]
    fn compare(before: T, value: T, argument: Argument, given: Object<'py>) -> Result<(), Failure> {
        if crate::unchanged("", &before, &value).is_ok() {
            return Ok(());
        }
        let wanted = format!("a 0-d {} array", T::NAME);
        Err(lost_update(argument, &describe(given, T::NUMPY_TYPE), &wanted, "out"))
    }

    /// Raises if `other` shares memory with this scalar, which the procedure may write.
    #[inline]
    pub fn disjoint(&self, other: &impl Memory) -> Result<(), Failure> {
        disjoint(self, other)
    }
}

impl<T: Element> Memory for TentativeScalar<'_, T> {
    #[inline]
    fn span(&self) -> Span {
        if self.before.is_some() { Span::NONE } else { self.scalar.span() }
    }

    fn owner(&self) -> Option<Owner<'_>> {
        self.scalar.owner()
    }
}
