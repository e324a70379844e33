//! Arrays from Python objects by f2py's rules: the caller's own where it will do, else a copy, or zeros.
//!
//! Types of one class and size count as the same (`uint32` for `int32`). Where the strict way is asked for, what would
//! lose digits is refused as anywhere else.

use super::super::distinct::is_distinct;
use super::super::failure::{Exception, Failure};
use super::super::fresh::copied;
use super::super::numpy::{self, Array as NumpyArray};
use super::super::object::{Object, Owned};
use super::array::Array;
use super::array_cast::{cast_strictly, made_strictly};
use super::extents::fit_extents;
use super::inplace::update_in_place;
use super::making::{ElementSize, array_of, copy_of, new_array};
use super::place::Place;
use super::quick::cast;
use super::spec::{ArraySpec, C, CACHE, COPY, Class, HIDE, INOUT, INPLACE, OPTIONAL, STRIDED, class_of};

/// What is asked for, besides the shape.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) spec: ArraySpec,
    /// Of characters, their length; negative for that of the object.
    pub(crate) length: isize,
    pub(crate) lossy: bool,
}

impl Wanted<'_> {
    fn element(self, length: usize) -> ElementSize {
        ElementSize { number: self.spec.number, length }
    }

    #[cold]
    pub(crate) fn raise(self, exception: Exception, reason: &str) -> Failure {
        let message = match self.place {
            Place::Argument(argument) => {
                let routine = argument.signature.name();
                format!(
                    "{routine}: failed to create array from the {} `{}` -- {reason}",
                    self.place.position(),
                    self.spec.name
                )
            }
            Place::Named(text) => format!("{text}: failed to create array -- {reason}"),
        };
        exception.raise(&message)
    }

    pub(crate) fn fit(self, array: NumpyArray<'_>, dimensions: &mut [isize]) -> Result<(), Failure> {
        fit_extents(array.extents(), dimensions, self.lossy).map_err(|reason| self.raise(Exception::Value, &reason))
    }
}

/// An array that stands for the object, and its extents as the dummy argument sees them.
#[cold]
#[inline(never)]
pub(crate) fn array_from<'py>(
    wanted: Wanted<'_>,
    object: Object<'py>,
    dimensions: &mut [isize],
) -> Result<Array<'py>, Failure> {
    let spec = wanted.spec;
    let length = match usize::try_from(wanted.length) {
        Ok(length) => length,
        Err(_) => longest(object, 0)?.ok_or_else(|| {
            let reason = format!("failed to determine element size from {}", object.type_name());
            wanted.raise(Exception::Type, &reason)
        })?,
    };
    let element = wanted.element(length);
    let left_out = object.is_none() && (spec.has(OPTIONAL) || spec.has(CACHE));
    if spec.has(HIDE) || left_out {
        return created(wanted, element, dimensions);
    }
    match NumpyArray::of(object) {
        Some(array) if spec.has(CACHE) => scratch(wanted, array, element, dimensions),
        Some(array) => from_array(wanted, array, element, dimensions),
        None => from_object(wanted, object, element, dimensions),
    }
}

/// An array of zeros; of anything, if it is scratch memory.
pub(crate) fn created<'py>(
    wanted: Wanted<'_>,
    element: ElementSize,
    dimensions: &[isize],
) -> Result<Array<'py>, Failure> {
    if dimensions.iter().any(|&extent| extent < 0) {
        let extents: String = dimensions.iter().map(|extent| format!("{extent},")).collect();
        let message = "failed to create intent(cache|hide)|optional array-- must have defined dimensions but got";
        return Err(Exception::Value.raise(&format!("{message} ({extents}) for `{}`", wanted.spec.name)));
    }
    new_array(element, dimensions, wanted.spec.has(C), !wanted.spec.has(CACHE)).map(Array::made)
}

/// Scratch memory: any contiguous array with elements that are large enough.
fn scratch<'py>(
    wanted: Wanted<'_>,
    array: NumpyArray<'py>,
    element: ElementSize,
    dimensions: &mut [isize],
) -> Result<Array<'py>, Failure> {
    let (found, needed) = (array.item_size(), element.bytes()?);
    let is_whole = array.has(numpy::C_CONTIGUOUS) || array.has(numpy::F_CONTIGUOUS);
    let mut reasons = String::new();
    if !is_whole {
        reasons.push_str(" -- input must be in one segment");
    }
    if found < needed {
        reasons.push_str(&format!(" -- expected at least elsize={needed} but got {found}"));
    }
    if !array.has(numpy::WRITEABLE) {
        reasons.push_str(" -- input not writeable");
    }
    if array.element_type().number == numpy::OBJECT {
        reasons.push_str(" -- input holds Python objects");
    }
    if !reasons.is_empty() {
        let message = format!("failed to initialize intent(cache) array{reasons}");
        return Err(Exception::Value.raise(&message));
    }
    wanted.fit(array, dimensions)?;
    Ok(Array::borrowed(array))
}

/// What makes the caller's own array unfit; empty if it is fit.
struct Misfits {
    order: bool,
    read_only: bool,
    size: bool,
    class: bool,
    alignment: bool,
    swapped: bool,
}

impl Misfits {
    fn of(wanted: Wanted<'_>, array: NumpyArray<'_>, needed: usize, rank: usize) -> Result<Self, Failure> {
        let spec = wanted.spec;
        let order = if spec.has(C) { numpy::C_CONTIGUOUS } else { numpy::F_CONTIGUOUS };
        let any_strides = spec.has(STRIDED)
            && array.rank() == rank
            && strides_fit(array, needed)
            && (!spec.must_be_writable(wanted.lossy) || is_distinct(array, needed));
        let given = array.element_type();
        let same = class_of(given.number) == class_of(spec.number) && class_of(given.number) != Class::Other;
        let address = array.head().data.addr();
        Ok(Self {
            order: !any_strides && !array.has(order),
            read_only: spec.must_be_writable(wanted.lossy) && !array.has(numpy::WRITEABLE),
            size: array.item_size() != needed,
            class: !(same || given.number == spec.number) || loses_sign(wanted, array),
            alignment: !array.has(numpy::ALIGNED) || !address.is_multiple_of(spec.alignment()),
            swapped: given.byte_order == numpy::OPPOSITE,
        })
    }

    fn any(&self) -> bool {
        self.order || self.read_only || self.size || self.class || self.alignment || self.swapped
    }

    fn text(&self, wanted: Wanted<'_>, array: NumpyArray<'_>, needed: usize) -> Result<String, Failure> {
        let spec = wanted.spec;
        let mut text = "failed to initialize intent(inout) array".to_owned();
        if self.order || self.read_only {
            text.push_str(if spec.has(C) { " -- input not contiguous" } else { " -- input not fortran contiguous" });
        }
        if self.read_only {
            text.push_str(" -- input not writeable");
        }
        if self.size {
            text.push_str(&format!(" -- expected elsize={needed} but got {}", array.item_size()));
        }
        if self.class {
            let (given, wanted) = (array.type_text(), numpy::type_name(spec.number));
            text.push_str(&format!(" -- input {given} not compatible to {wanted}"));
        }
        if self.alignment {
            text.push_str(&format!(" -- input not {}-aligned", spec.alignment().max(needed)));
        }
        if self.swapped {
            text.push_str(" -- input in foreign byte order");
        }
        text.push_str(&format!(" (argument `{}`)", spec.name));
        Ok(text)
    }
}

/// What descriptors of gfortran can say: whole elements from one to the next, and not the same one again.
#[inline]
pub(crate) fn strides_fit(array: NumpyArray<'_>, size: usize) -> bool {
    let size = size.max(1) as isize;
    let fits = |(&extent, &stride): (&isize, &isize)| extent < 2 || (stride != 0 && stride % size == 0);
    array.extents().iter().zip(array.strides()).all(fits) || array.extents().contains(&0)
}

/// In the strict way, the same bits are not enough.
fn loses_sign(wanted: Wanted<'_>, array: NumpyArray<'_>) -> bool {
    let is_unsigned = |number| matches!(number, 2 | 4 | 6 | 8 | 10);
    let (given, spec) = (array.element_type().number, wanted.spec.number);
    !wanted.lossy && class_of(spec) == Class::Integer && is_unsigned(given) != is_unsigned(spec)
}

fn from_array<'py>(
    wanted: Wanted<'_>,
    array: NumpyArray<'py>,
    element: ElementSize,
    dimensions: &mut [isize],
) -> Result<Array<'py>, Failure> {
    let spec = wanted.spec;
    if !wanted.lossy
        && let Place::Argument(argument) = wanted.place
    {
        super::super::masked::refuse_masked(argument, array)?;
    }
    wanted.fit(array, dimensions)?;
    let needed = element.bytes()?;
    let misfits = Misfits::of(wanted, array, needed, dimensions.len())?;
    if !misfits.any() && !spec.has(COPY) {
        return Ok(Array::borrowed(array));
    }
    if spec.has(INOUT) && !spec.has(INPLACE) {
        return Err(Exception::Value.raise(&misfits.text(wanted, array, needed)?));
    }
    if spec.has(INPLACE) {
        return update_in_place(wanted, array, element);
    }
    let same = !(misfits.size || misfits.class || misfits.swapped || misfits.alignment);
    let is_number = class_of(element.number) <= Class::Complex && needed <= size_of::<[f64; 2]>();
    if same && !spec.has(C) && is_number && array.element_type().number == element.number {
        return transposed(array, element, needed).map(Array::made);
    }
    if let Some(quick) = cast(array, element.number, wanted.lossy) {
        return Ok(Array::made(quick));
    }
    let copy =
        if wanted.lossy || same { copy_of(array, element, spec.has(C)) } else { cast_strictly(wanted, array, element) };
    copy.map(Array::made)
}

/// A copy in Fortran order of an array of the same type.
fn transposed(array: NumpyArray<'_>, element: ElementSize, size: usize) -> Result<Owned, Failure> {
    let number = element.number;
    if NumpyArray::exact(array.object()).is_none() {
        return copy_of(array, element, false);
    }
    match array.rank() {
        2 => copied::<2>(array, number, size),
        3 => copied::<3>(array, number, size),
        4 => copied::<4>(array, number, size),
        _ => copy_of(array, element, false),
    }
}

fn from_object<'py>(
    wanted: Wanted<'_>,
    object: Object<'py>,
    element: ElementSize,
    dimensions: &mut [isize],
) -> Result<Array<'py>, Failure> {
    let spec = wanted.spec;
    if spec.is_written() || spec.has(CACHE) {
        return Err(Exception::Type.raise(&format!(
            "failed to initialize intent(inout|inplace|cache) array, input '{}' object is not an array (argument `{}`)",
            object.type_name(),
            spec.name
        )));
    }
    let made = if wanted.lossy {
        array_of(object, element, spec.has(C)).map_err(|_| wanted.place.explain("an array"))?
    } else {
        made_strictly(wanted, object, element)?
    };
    let Some(array) = NumpyArray::of(made.as_object()) else {
        return Err(wanted.raise(Exception::Type, "expected an array"));
    };
    wanted.fit(array, dimensions)?;
    Ok(Array::made(made))
}

/// The length of the longest text in an object of texts, or of the elements of an array.
fn longest(object: Object<'_>, depth: usize) -> Result<Option<usize>, Failure> {
    use pyo3_ffi as ffi;
    if let Some(array) = NumpyArray::of(object) {
        let size = array.item_size();
        return Ok(Some(if array.element_type().kind == b'U' { size / size_of::<u32>() } else { size }));
    }
    // SAFETY: the object is alive.
    if unsafe { ffi::PySequence_Check(object.as_ptr()) } == 0 || depth > 64 {
        return Ok(None);
    }
    // SAFETY: the object is alive.
    let length = unsafe { ffi::PySequence_Size(object.as_ptr()) };
    if length < 0 {
        return Err(Failure::Raised);
    }
    let text = [&raw mut ffi::PyBytes_Type, &raw mut ffi::PyUnicode_Type];
    if text.into_iter().any(|kind| object.is_instance(kind)) {
        return Ok(Some(length.unsigned_abs()));
    }
    let mut longest_yet = Some(0);
    for index in 0..length {
        // SAFETY: the object is alive.
        let raw = unsafe { ffi::PySequence_GetItem(object.as_ptr(), index) };
        // SAFETY: a new reference, or null with an exception.
        let item = unsafe { Owned::take(raw) }?;
        longest_yet = longest_yet.max(longest(item.as_object(), depth + 1)?);
    }
    Ok(longest_yet)
}
