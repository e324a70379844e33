//! Assigning to Fortran's variables.

use std::ffi::c_int;
use std::ptr;

use super::super::failure::{Exception, Failure};
use super::super::object::Object;
use super::super::scalar::{exact_integer, exact_real, to_single};
use super::array::Array;
use super::array_from::{Wanted, array_from};
use super::data::{Datum, Variables};
use super::data_found::{Found, RANKS};
use super::data_view::no_memory;
use super::place::Place;
use super::spec::{ArraySpec, CHARACTERS, FLOAT32, FLOAT64, IN, INT32, INT64};

/// One variable and where it stands.
pub(crate) struct Slot {
    pub(crate) variables: &'static Variables,
    pub(crate) index: usize,
    /// For messages: `grid.x`.
    pub(crate) name: String,
}

impl Slot {
    pub(crate) fn datum(&self) -> &'static Datum {
        &self.variables.table[self.index]
    }

    /// Where the variable is; `None` if it is not allocated.
    pub(crate) fn find(&self) -> Result<Option<Found>, Failure> {
        match Found::find(self.variables, self.index) {
            Some(found) if !found.is(self.datum()) => {
                let message = format!(
                    "`{}` is not what its declaration says: it was compiled from another source, or with other flags",
                    self.name
                );
                Err(Exception::Runtime.raise(&message))
            }
            found => Ok(found),
        }
    }

    /// `None`: an attribute that is deleted.
    pub(crate) fn assign(&self, value: Option<Object<'_>>) -> Result<(), Failure> {
        let datum = self.datum();
        let Some(value) = value else {
            let more = if datum.is_allocatable { "; None deallocates it" } else { "" };
            return Err(Exception::Attribute.raise(&format!("`{}` cannot be deleted{more}", self.name)));
        };
        if datum.is_read_only() {
            let why = if datum.is_constant { "a named constant" } else { "PROTECTED: only its module changes it" };
            return Err(Exception::Attribute.raise(&format!("`{}` is {why}", self.name)));
        }
        if !datum.is_allocatable {
            let Some(found) = self.find()? else { return Err(Failure::Raised) };
            if assign_exact(datum, &found, value) {
                return Ok(());
            }
            let mut extents = found.extents;
            let array = self.convert(value, found.size as isize, &mut extents[..datum.rank])?;
            return self.fill(&found, &array);
        }
        if value.is_none() {
            return self.change(None, 0);
        }
        let mut extents = [-1; RANKS];
        let length = if datum.has_any_length { -1 } else { self.declared_length()? };
        let array = self.convert(value, length, &mut extents[..datum.rank])?;
        self.reshape(&extents[..datum.rank], array.array().item_size())?;
        match self.find()? {
            Some(found) => self.fill(&found, &array),
            None => Err(no_memory(&self.name)),
        }
    }

    /// The object as an array with the type of the variable, and these extents.
    fn convert<'py>(&self, value: Object<'py>, length: isize, extents: &mut [isize]) -> Result<Array<'py>, Failure> {
        let datum = self.datum();
        let spec = ArraySpec::new(datum.name.to_str().unwrap_or("?"), datum.number, IN);
        let wanted = Wanted { place: Place::Named(&self.name), spec, length, lossy: self.variables.is_lossy };
        array_from(wanted, value, extents)
    }

    /// The length of characters that are not allocated: that of the same variable once it is.
    fn declared_length(&self) -> Result<isize, Failure> {
        if self.datum().number != CHARACTERS {
            return Ok(0);
        }
        if let Some(found) = self.find()? {
            return Ok(found.size as isize);
        }
        self.change(Some(&[1; RANKS]), 0)?;
        let found = self.find()?;
        self.change(None, 0)?;
        Ok(found.map_or(0, |found| found.size as isize))
    }

    /// Gives an ALLOCATABLE this shape, unless it has it.
    fn reshape(&self, extents: &[isize], size: usize) -> Result<(), Failure> {
        if let Some(found) = self.find()?
            && found.extents() == extents
            && (found.size == size || !self.datum().has_any_length)
        {
            return Ok(());
        }
        let mut wanted = [0; RANKS];
        for (wanted, extent) in wanted.iter_mut().zip(extents) {
            *wanted = extent.unsigned_abs();
        }
        self.change(Some(&wanted), size)
    }

    fn change(&self, extents: Option<&[usize; RANKS]>, length: usize) -> Result<(), Failure> {
        let Some(change) = self.variables.change else { return Ok(()) };
        let (number, anew) = (self.index as c_int + 1, c_int::from(extents.is_some()));
        let extents = extents.unwrap_or(&[0; RANKS]);
        // SAFETY: the shim's own procedure, with as many extents as an array can have.
        match unsafe { change(number, anew, extents.as_ptr(), length) } {
            0 => Ok(()),
            _ => Err(no_memory(&self.name)),
        }
    }

    /// Copies the elements.
    fn fill(&self, found: &Found, array: &Array<'_>) -> Result<(), Failure> {
        let (given, total) = (array.array(), found.total());
        let size = given.item_size();
        if given.len() * size < total || size != found.size {
            let message = format!("`{}` has {total} bytes, but got {}", self.name, given.len() * size);
            return Err(Exception::Value.raise(&message));
        }
        // SAFETY: the variable's memory, contiguous, and at least as many bytes of a contiguous array; both may be one.
        unsafe { ptr::copy(given.head().data, found.address, total) };
        if self.datum().number == CHARACTERS {
            pad(found);
        } else if self.datum().is_logical {
            normalize(found);
        }
        Ok(())
    }
}

/// A Python number of a type that needs no conversion.
#[inline]
fn assign_exact(datum: &Datum, found: &Found, value: Object<'_>) -> bool {
    /// Up to here every integer is a double.
    const WHOLE: u64 = 1 << 53;
    if datum.rank > 0 || datum.is_logical {
        return false;
    }
    let real = || {
        let whole = || exact_integer(value).filter(|value| value.unsigned_abs() <= WHOLE).map(|value| value as f64);
        exact_real(value).or_else(whole)
    };
    match datum.number {
        FLOAT64 => real().is_some_and(|value| write(found, value)),
        FLOAT32 => real().and_then(to_single).is_some_and(|value| write(found, value)),
        INT64 => exact_integer(value).is_some_and(|value| write(found, value)),
        INT32 => {
            let value = exact_integer(value).and_then(|value| i32::try_from(value).ok());
            value.is_some_and(|value| write(found, value))
        }
        _ => false,
    }
}

fn write<T>(found: &Found, value: T) -> bool {
    // SAFETY: a scalar of this type, as the compiler's descriptor says; members of COMMON blocks may stand anywhere.
    unsafe { found.address.cast::<T>().write_unaligned(value) };
    true
}

/// NumPy's texts end with NULs, Fortran's with blanks.
fn pad(found: &Found) {
    if found.size == 0 {
        return;
    }
    // SAFETY: the variable's memory, which nobody else looks at while the interpreter is held.
    let bytes = unsafe { std::slice::from_raw_parts_mut(found.address, found.total()) };
    for text in bytes.chunks_mut(found.size) {
        let end = text.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        text[end..].fill(b' ');
    }
}

/// gfortran looks at single bits of a logical, so it has to be 0 or 1.
fn normalize(found: &Found) {
    // SAFETY: the variable's memory, which nobody else looks at while the interpreter is held.
    let bytes = unsafe { std::slice::from_raw_parts_mut(found.address, found.total()) };
    for element in bytes.chunks_mut(found.size.max(1)) {
        let is_true = element.iter().any(|byte| *byte != 0);
        element.fill(0);
        let lowest = if cfg!(target_endian = "little") { 0 } else { element.len() - 1 };
        element[lowest] = u8::from(is_true);
    }
}
