//! The arguments of one call in f2py's terms: what generated code asks of them.

use super::super::anew::{begin_anew, runs_no_code};
use super::super::arguments::Arguments;
use super::super::distinct::is_distinct;
use super::super::failure::{Failure, Outcome};
use super::super::numpy::{self, Array as NumpyArray};
use super::super::overlap::{Memory, Owner, Span, disjoint};
use super::super::scalar::exact_bool;
use super::array::Array;
use super::array_from::{Wanted, array_from, created, strides_fit};
use super::making::ElementSize;
use super::number::Number;
use super::place::Place;
use super::quick::numbers_of;
use super::spec::{ArraySpec, CACHE, CHARACTERS, HIDE, INOUT, INPLACE, STRIDED, UNSAID};
use super::text::Text;
use super::text_from;

/// The intents with which a list is refused, or not looked at.
const NO_LIST: u32 = HIDE | CACHE | INOUT | INPLACE;

impl<'py> Arguments<'py> {
    /// Whether an argument is given, and is not `None`.
    #[inline]
    pub fn f2py_is_given(&self, index: usize) -> bool {
        !self.is_absent(index)
    }

    fn place(&self, index: usize) -> Place<'static> {
        Place::Argument(self.argument(index))
    }

    /// `overwrite_x`: its default if it is not given.
    #[inline]
    pub fn f2py_flag(&self, index: usize, default: bool) -> Result<bool, Failure> {
        if self.is_absent(index) { Ok(default) } else { self.f2py_logical::<i32>(index).map(|flag| flag != 0) }
    }

    /// A scalar.
    #[inline]
    pub fn f2py_scalar<T: Number, const LOSSY: bool>(&self, index: usize) -> Result<T, Failure> {
        match T::exact(self.object(index)) {
            Some(value) => Ok(value),
            None => self.f2py_scalar_otherwise(index, LOSSY),
        }
    }

    #[cold]
    #[inline(never)]
    fn f2py_scalar_otherwise<T: Number>(&self, index: usize, lossy: bool) -> Result<T, Failure> {
        let object = self.object(index);
        let value = T::convert(self.place(index), object, lossy)?;
        if runs_no_code(object) { Ok(value) } else { Err(self.anew(index, value.to_python())) }
    }

    /// Asks for another round of the call: code that ran meanwhile may have changed the arguments that were looked at.
    fn anew(&self, index: usize, now: Outcome) -> Failure {
        now.map_or_else(|failure| failure, |owned| begin_anew(self.argument(index), owned))
    }

    /// A logical scalar: 1 for any true object, else 0.
    #[inline]
    pub fn f2py_logical<T: Number + From<bool>>(&self, index: usize) -> Result<T, Failure> {
        match exact_bool(self.object(index)) {
            Some(value) => Ok(value.into()),
            None => self.f2py_truth(index).map(T::from),
        }
    }

    #[cold]
    #[inline(never)]
    fn f2py_truth(&self, index: usize) -> Result<bool, Failure> {
        let object = self.object(index);
        let truth = object.truth().map_err(|_| self.place(index).explain("logical"))?;
        if runs_no_code(object) { Ok(truth) } else { Err(self.anew(index, i32::from(truth).to_python())) }
    }

    /// A text of this length, or of that of the argument for a negative one; `initial` stands for `None`.
    pub fn f2py_text<const LOSSY: bool>(&self, index: usize, length: isize, initial: &[u8]) -> Result<Text, Failure> {
        self.f2py_text_of(index, length, initial, LOSSY)
    }

    fn f2py_text_of(&self, index: usize, length: isize, initial: &[u8], lossy: bool) -> Result<Text, Failure> {
        use pyo3_ffi as ffi;
        if self.is_absent(index) {
            return Text::new(length, initial);
        }
        let object = self.object(index);
        let text = text_from::text(self.place(index), object, length, lossy)?;
        let known = [&raw mut ffi::PyUnicode_Type, &raw mut ffi::PyBytes_Type];
        if known.into_iter().any(|kind| object.is_exactly(kind)) || runs_no_code(object) {
            return Ok(text);
        }
        Err(self.anew(index, super::text::bytes(text.bytes())))
    }

    /// One character.
    pub fn f2py_character<const LOSSY: bool>(&self, index: usize) -> Result<u8, Failure> {
        text_from::character(self.place(index), self.object(index), LOSSY)
    }

    /// An array. The extents that are not known are negative before, and all are known after.
    #[inline]
    pub fn f2py_array<const LOSSY: bool, const N: usize>(
        &self,
        index: usize,
        spec: &ArraySpec,
        dimensions: &mut [isize; N],
        more: u32,
    ) -> Result<Array<'py>, Failure> {
        if more == 0
            && let Some(array) = NumpyArray::exact(self.object(index))
            && array.fits(spec.number, N, spec.flags(LOSSY))
            && (!spec.has(STRIDED) || may_be_described(array, spec, LOSSY))
            && takes_extents(array, dimensions)
        {
            return Ok(Array::borrowed(array));
        }
        self.f2py_array_otherwise(index, spec.with(more), -1, dimensions, LOSSY)
    }

    /// An array of characters of this length, or of that of the argument for a negative one.
    pub fn f2py_characters<const LOSSY: bool, const N: usize>(
        &self,
        index: usize,
        spec: &ArraySpec,
        length: isize,
        dimensions: &mut [isize; N],
        more: u32,
    ) -> Result<Array<'py>, Failure> {
        self.f2py_array_otherwise(index, spec.with(more), length, dimensions, LOSSY)
    }

    #[cold]
    #[inline(never)]
    fn f2py_array_otherwise(
        &self,
        index: usize,
        spec: ArraySpec,
        length: isize,
        dimensions: &mut [isize],
        lossy: bool,
    ) -> Result<Array<'py>, Failure> {
        let length = if spec.number == CHARACTERS { length } else { 0 };
        let object = self.object(index);
        let wanted = Wanted { place: self.place(index), spec, length, lossy };
        if spec.intent & NO_LIST == 0
            && let Some(plain) = numbers_of(object, spec.number)
        {
            let made = Array::made(plain);
            wanted.fit(made.array(), dimensions)?;
            return Ok(made);
        }
        let made = array_from(wanted, object, dimensions)?;
        if object.is_none() || NumpyArray::of(object).is_some() {
            return Ok(made);
        }
        if !lossy && spec.has(UNSAID) {
            // The next round shall make a copy of it, to be compared with it after the call.
            made.array().forbid_writing();
        }
        Err(begin_anew(self.argument(index), made.object().to_owned()))
    }

    /// An array that the caller does not give: zeros, or anything if it is scratch memory.
    pub fn f2py_new_array<const N: usize>(
        &self,
        spec: &ArraySpec,
        length: usize,
        dimensions: &[isize; N],
    ) -> Result<Array<'py>, Failure> {
        let place = Place::Named(self.argument(0).signature.name());
        let wanted = Wanted { place, spec: *spec, length: -1, lossy: true };
        created(wanted, ElementSize { number: spec.number, length }, dimensions)
    }

    /// Raises `ValueError` if the first array, which the procedure writes, shares memory with the second.
    #[inline]
    pub fn f2py_disjoint(&self, written: (usize, &Array<'_>), other: (usize, &Array<'_>)) -> Result<(), Failure> {
        let operand = |(index, array)| Operand { array, argument: self.argument(index) };
        disjoint(&operand(written), &operand(other))
    }
}

struct Operand<'a> {
    array: &'a Array<'a>,
    argument: super::super::failure::Argument,
}

impl Memory for Operand<'_> {
    fn span(&self) -> Span {
        self.array.span()
    }

    fn owner(&self) -> Option<Owner<'_>> {
        Some(Owner { object: self.array.object(), argument: self.argument })
    }
}

/// The extents of an array of rank `N`, unless others are wanted.
#[inline]
fn takes_extents<const N: usize>(array: NumpyArray<'_>, dimensions: &mut [isize; N]) -> bool {
    let extents = array.extents();
    let fits = (0..N).all(|dimension| dimensions[dimension] < 0 || dimensions[dimension] == extents[dimension]);
    if fits {
        dimensions.copy_from_slice(extents);
    }
    fits
}

/// Whether a descriptor can say where the elements are, and none that is written is written twice.
#[inline]
fn may_be_described(array: NumpyArray<'_>, spec: &ArraySpec, lossy: bool) -> bool {
    let size = numpy::type_size(spec.number);
    strides_fit(array, size) && (!spec.must_be_writable(lossy) || is_distinct(array, size))
}
