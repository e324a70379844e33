//! Array arguments: borrowed in place where they fit, converted or refused out of line where they do not.

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::anew;
use super::array_convert::{check_rank, describe};
use super::distinct::is_distinct;
use super::failure::{Argument, Exception, Failure, Outcome};
use super::fresh::copied;
use super::kept::Kept;
use super::masked::refuse_masked;
use super::numpy::{self, Array};
use super::object::{Object, Owned};
use super::overlap::{Memory, Owner, Span, disjoint, meet};
use super::release::Work;
use super::result::IntoResult;
use crate::{Element, View, ViewMut};

/// An array as a procedure sees it, and the reference that keeps a converted one alive.
#[derive(Debug)]
struct Operand<'py, T, const N: usize> {
    data: NonNull<T>,
    extents: [usize; N],
    strides: [isize; N],
    object: NonNull<pyo3_ffi::PyObject>,
    owned: Option<Owned>,
    argument: Argument,
    borrowed: PhantomData<&'py T>,
}

impl<'py, T: Element, const N: usize> Operand<'py, T, N> {
    /// The caller's own array, if it is one of NumPy's with this type and rank that can be updated in place.
    #[inline]
    fn updatable(argument: Argument, object: Object<'py>) -> Option<Self> {
        let array = Array::exact(object)?;
        let fits = array.fits(T::NUMPY_TYPE, N, UPDATABLE) && is_distinct(array, size_of::<T>());
        fits.then(|| Self::of(argument, array))
    }

    /// An array whose type, rank and alignment were checked. What `array` borrows from must outlive the operand.
    #[inline]
    fn of(argument: Argument, array: Array<'_>) -> Self {
        let (extents, strides) = (array.extents(), array.strides());
        let object = array.object().as_ptr();
        Self {
            data: NonNull::new(array.head().data.cast()).unwrap_or(NonNull::dangling()),
            extents: std::array::from_fn(|dimension| extents[dimension] as usize),
            strides: std::array::from_fn(|dimension| strides[dimension]),
            object: NonNull::new(object).unwrap_or(NonNull::dangling()),
            owned: None,
            argument,
            borrowed: PhantomData,
        }
    }

    /// An array of our own, of the type and rank that `converted` was asked for, or else the caller's, which was checked.
    #[inline]
    fn either(argument: Argument, object: Object<'py>, owned: Option<Owned>) -> Self {
        let pointer = owned.as_ref().map_or(object.as_ptr(), |owned| owned.as_object().as_ptr());
        // SAFETY: the caller's for `'py`, or kept alive by `owned`.
        let object = unsafe { Object::borrowed(pointer) };
        // SAFETY: an array in both cases.
        let array = unsafe { Array::unchecked(object) };
        Self { owned, ..Self::of(argument, array) }
    }

    /// The object, alive as long as the operand.
    #[inline]
    fn object(&self) -> Object<'_> {
        // SAFETY: the caller's for `'py`, or kept alive by `owned`.
        unsafe { Object::borrowed(self.object.as_ptr()) }
    }

    /// The caller's object: only for an operand that was not converted.
    fn borrowed_object(&self) -> Object<'py> {
        debug_assert!(self.owned.is_none());
        // SAFETY: without `owned`, the object is the caller's for `'py`.
        unsafe { Object::borrowed(self.object.as_ptr()) }
    }

    #[inline]
    fn view(&self) -> View<'_, T, N> {
        // SAFETY: NumPy's own pointer, extents and byte strides of an aligned array of `T`, alive as long as `self`.
        unsafe { View::from_raw_parts(self.data.as_ptr(), self.extents, self.strides) }
    }

    #[inline]
    fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        // SAFETY: as above, and the array is writable; that no other argument shares it is checked by `disjoint`.
        unsafe { ViewMut::from_raw_parts(self.data.as_ptr(), self.extents, self.strides) }
    }

    #[inline]
    fn span(&self) -> Span {
        let first = self.data.as_ptr().addr();
        Span::new(first, size_of::<T>(), &self.extents, &self.strides)
    }

    fn owner(&self) -> Owner<'_> {
        Owner { object: self.object(), argument: self.argument }
    }

    fn into_result(self) -> Outcome {
        match self.owned {
            Some(owned) => Ok(owned),
            None => Ok(self.object().to_owned()),
        }
    }
}

/// What an array that is written in place must be.
pub(crate) const UPDATABLE: i32 = numpy::ALIGNED | numpy::WRITEABLE;

/// The object as an array that can be updated in place, if it is one.
pub(crate) fn in_place(
    argument: Argument,
    object: Object<'_>,
    number: i32,
    rank: usize,
) -> Result<Option<Array<'_>>, Failure> {
    let fits = |array: &Array<'_>| {
        array.is_of_type(number)
            && array.fits(array.element_type().number, rank, UPDATABLE)
            && is_distinct(*array, numpy::type_size(number))
    };
    match Array::of(object).filter(fits) {
        Some(array) => refuse_masked(argument, array).map(|()| Some(array)),
        None => Ok(None),
    }
}

/// An array that is only read: `intent(in)`.
#[derive(Debug)]
pub struct Input<'py, T, const N: usize>(Operand<'py, T, N>);

impl<'py, T: Element, const N: usize> Input<'py, T, N> {
    #[inline]
    pub(crate) fn new(argument: Argument, object: Object<'py>, kept: &'py Kept) -> Result<Self, Failure> {
        // One way on for both cases, from the object alone: a whole operand that came back from a function would pass
        // through memory.
        let object = match Array::exact(object) {
            Some(array) if array.fits(T::NUMPY_TYPE, N, numpy::ALIGNED) => object,
            _ => kept.convert(argument, object, T::NUMPY_TYPE, N)?,
        };
        Ok(Self(Operand::either(argument, object, None)))
    }

    /// The elements.
    #[inline]
    pub fn view(&self) -> View<'_, T, N> {
        self.0.view()
    }
}

/// An array that is updated in place: `intent(inout)`.
#[derive(Debug)]
pub struct Update<'py, T, const N: usize>(Operand<'py, T, N>);

impl<'py, T: Element, const N: usize> Update<'py, T, N> {
    #[inline]
    pub(crate) fn new(argument: Argument, object: Object<'py>) -> Result<Self, Failure> {
        match Operand::updatable(argument, object) {
            Some(operand) => Ok(Self(operand)),
            None => updatable(argument, object, T::NUMPY_TYPE, N).map(|array| Self(Operand::of(argument, array))),
        }
    }

    /// The elements.
    #[inline]
    pub fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        self.0.view_mut()
    }

    /// Raises if `other` shares memory with this array, which the procedure writes.
    #[inline]
    pub fn disjoint(&self, other: &impl Memory) -> Result<(), Failure> {
        disjoint(self, other)
    }
}

/// An array of the type `number` to be updated in place, or the reason why the object is none.
#[cold]
#[inline(never)]
pub(crate) fn updatable<'py>(
    argument: Argument,
    object: Object<'py>,
    number: i32,
    rank: usize,
) -> Result<Array<'py>, Failure> {
    let wanted = numpy::type_name(number);
    let Some(array) = Array::of(object) else {
        let found = object.type_name();
        let message = format!("expected an array of {wanted} to update in place, found {found}");
        return Err(argument.raise(Exception::Type, message));
    };
    if !array.is_of_type(number) {
        let found = array.type_text();
        let message = format!("expected an array of {wanted} to update in place, found one of {found}");
        return Err(argument.raise(Exception::Type, message));
    }
    refuse_masked(argument, array)?;
    if array.element_type().byte_order == numpy::OPPOSITE {
        let message = "expected an array in native byte order to update in place";
        return Err(argument.raise(Exception::Value, message));
    }
    if !array.has(numpy::WRITEABLE) {
        return Err(argument.raise(Exception::Value, "the array is read-only, and the procedure writes it"));
    }
    if !array.has(numpy::ALIGNED) {
        return Err(argument.raise(Exception::Value, "expected an aligned array to update in place"));
    }
    check_rank(argument, array, rank)?;
    if !is_distinct(array, numpy::type_size(number)) {
        let message = "elements of the array share memory with each other, and the procedure writes them";
        return Err(argument.raise(Exception::Value, message));
    }
    Ok(array)
}

/// An array without a declared intent: updated in place if that can be done, else a copy that must stay as it was.
#[derive(Debug)]
pub struct Tentative<'py, T, const N: usize> {
    operand: Operand<'py, T, N>,
    watch: Option<Watch<'py>>,
}

/// What a copied argument was before the call.
#[derive(Debug)]
struct Watch<'py> {
    before: Owned,
    given: Object<'py>,
}

impl<'py, T: Element, const N: usize> Tentative<'py, T, N> {
    #[inline]
    pub(crate) fn new(argument: Argument, object: Object<'py>) -> Result<Self, Failure> {
        match Operand::updatable(argument, object) {
            Some(operand) => Ok(Self { operand, watch: None }),
            None => Ok(*Self::indirect(argument, object)?),
        }
    }

    /// In a box, so that what fits at once is not passed through memory.
    #[cold]
    #[inline(never)]
    fn indirect(argument: Argument, object: Object<'py>) -> Result<Box<Self>, Failure> {
        let this = match in_place(argument, object, T::NUMPY_TYPE, N)? {
            Some(array) => Self { operand: Operand::of(argument, array), watch: None },
            None => Self::watched(argument, object)?,
        };
        Ok(Box::new(this))
    }

    /// A copy, and what it was.
    fn watched(argument: Argument, object: Object<'py>) -> Result<Self, Failure> {
        let copy = anew::fresh_array(argument, object, T::NUMPY_TYPE, N)?;
        let operand = Operand::either(argument, object, Some(copy));
        let before = match Array::of(operand.object()) {
            Some(copy) => copy.copy()?,
            None => return Err(argument.raise(Exception::Type, "expected an array")),
        };
        Ok(Self { operand, watch: Some(Watch { before, given: anew::given(object) }) })
    }

    /// The elements.
    #[inline]
    pub fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        self.operand.view_mut()
    }

    /// Makes this argument a copy that must stay as it was if it shares memory with `other`. So `dot(x, x)` can be
    /// called though its source declares no intent, and raises only if an update would be lost.
    #[inline]
    pub fn separate(&mut self, other: &impl Memory) -> Result<(), Failure> {
        if meet(self, other)? { self.detach() } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn detach(&mut self) -> Result<(), Failure> {
        let (argument, object) = (self.operand.argument, self.operand.borrowed_object());
        *self = Self::watched(argument, object)?;
        Ok(())
    }

    /// Raises if the procedure changed a copy: its update would be lost.
    #[inline]
    pub fn settle(&self) -> Result<(), Failure> {
        match &self.watch {
            None => Ok(()),
            // By value, so that an argument which is not watched can stay in registers.
            Some(Watch { before, given }) => {
                compare(self.operand.argument, [self.operand.object(), before.as_object()], *given, T::NUMPY_TYPE)
            }
        }
    }

    /// Raises if `other` shares memory with this array, which the procedure may write.
    #[inline]
    pub fn disjoint(&self, other: &impl Memory) -> Result<(), Failure> {
        disjoint(self, other)
    }
}

#[cold]
#[inline(never)]
fn compare(
    argument: Argument,
    [after, before]: [Object<'_>; 2],
    given: Object<'_>,
    number: i32,
) -> Result<(), Failure> {
    let (Some(before), Some(after)) = (Array::of(before), Array::of(after)) else { return Ok(()) };
    let bytes = before.len() * before.item_size();
    // SAFETY: both arrays are ours alone, contiguous in Fortran order, and of the same shape and type.
    let was = unsafe { std::slice::from_raw_parts(before.head().data, bytes) };
    // SAFETY: as above.
    let is = unsafe { std::slice::from_raw_parts(after.head().data, bytes) };
    if was == is {
        return Ok(());
    }
    let wanted = format!("an array of {}", numpy::type_name(number));
    Err(lost_update(argument, &describe(given, number), &wanted, "inout, copy"))
}

/// The error for an update that nobody would see.
pub(crate) fn lost_update(argument: Argument, given: &str, wanted: &str, intent: &str) -> Failure {
    let (procedure, name) = (argument.signature.name(), argument.name());
    Exception::Value.raise(&format!(
        "`{procedure}` changed its argument `{name}`, but {given} was given, so the update would be lost: \
         pass {wanted}, or have it returned (`{name} = {{ intent = \"{intent}\" }}` in fwrap.toml)"
    ))
}

/// An array that is updated and returned: a copy, or the caller's own if it may be overwritten and fits.
#[derive(Debug)]
pub struct Copied<'py, T, const N: usize>(Operand<'py, T, N>);

impl<'py, T: Element, const N: usize> Copied<'py, T, N> {
    #[inline]
    pub(crate) fn new(argument: Argument, object: Object<'py>, overwrite: bool) -> Result<Self, Failure> {
        let owned = match Array::exact(object) {
            Some(array) if array.fits(T::NUMPY_TYPE, N, numpy::ALIGNED) => {
                let stays = overwrite && array.has(numpy::WRITEABLE) && is_distinct(array, size_of::<T>());
                if stays { None } else { Some(copied::<N>(array, T::NUMPY_TYPE, size_of::<T>())?) }
            }
            _ => Some(anew::fresh_array(argument, object, T::NUMPY_TYPE, N)?),
        };
        Ok(Self(Operand::either(argument, object, owned)))
    }

    /// The elements.
    #[inline]
    pub fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        self.0.view_mut()
    }

    /// Raises if `other` shares memory with this array, which the procedure writes.
    #[inline]
    pub fn disjoint(&self, other: &impl Memory) -> Result<(), Failure> {
        disjoint(self, other)
    }
}

impl<T: Element, const N: usize> IntoResult for Copied<'_, T, N> {
    fn into_result(self) -> Outcome {
        self.0.into_result()
    }
}

macro_rules! memory {
    ($($type:ident $field:tt)*) => {$(
        impl<T: Element, const N: usize> Memory for $type<'_, T, N> {
            #[inline]
            fn span(&self) -> Span {
                self.$field.span()
            }

            fn owner(&self) -> Option<Owner<'_>> {
                Some(self.$field.owner())
            }
        }

        impl<T: Element, const N: usize> Work for $type<'_, T, N> {
            #[inline]
            fn work(&self) -> usize {
                self.$field.extents.iter().fold(1, |count: usize, &extent| count.saturating_mul(extent))
            }
        }
    )*};
}

memory! { Input 0 Update 0 Tentative operand Copied 0 }
