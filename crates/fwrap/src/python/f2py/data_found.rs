//! Where a variable is: what the shim's descriptor says of it, compared with what is declared.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr;

use super::data::{Datum, Variables};
use super::spec::{CHARACTERS, COMPLEX128, Class, FLOAT32, INT8, INT16, INT32, UINT8, UINT16, UINT32, class_of};
use crate::cfi;

/// The largest rank that Fortran has.
pub(crate) const RANKS: usize = 15;

/// Where a variable is, filled by the shim.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) address: *mut u8,
    /// The bytes of an element.
    pub(crate) size: usize,
    pub(crate) rank: usize,
    pub(crate) extents: [isize; RANKS],
    code: i16,
    is_contiguous: bool,
    /// The bytes of a constant: its address is good during the call of the shim only.
    pub(crate) bytes: Option<Vec<u8>>,
}

impl Found {
    /// The variable with this index; `None` if it is not allocated.
    pub(crate) fn find(variables: &Variables, index: usize) -> Option<Self> {
        let is_constant = variables.table.get(index).is_some_and(|datum| datum.is_constant);
        let mut found = Self {
            address: ptr::null_mut(),
            size: 0,
            rank: 0,
            extents: [0; RANKS],
            code: 0,
            is_contiguous: false,
            bytes: is_constant.then(Vec::new),
        };
        // SAFETY: the shim's own procedure, which calls `receive` at most once, with this place.
        unsafe { (variables.find)(index as c_int + 1, receive, (&raw mut found).cast()) };
        (found.code != 0).then_some(found)
    }

    pub(crate) fn extents(&self) -> &[isize] {
        &self.extents[..self.rank]
    }

    /// The size in bytes.
    pub(crate) fn total(&self) -> usize {
        self.extents().iter().map(|extent| extent.unsigned_abs()).product::<usize>() * self.size
    }

    /// Whether it is what is declared.
    pub(crate) fn is(&self, datum: &Datum) -> bool {
        let (intrinsic, parts) = match class_of(datum.number) {
            _ if datum.is_logical => (cfi::LOGICAL, 1),
            Class::Integer => (cfi::INTEGER, 1),
            Class::Real => (cfi::REAL, 1),
            Class::Complex => (cfi::COMPLEX, 2),
            Class::Characters => (CHARACTER, 1),
            Class::Logical | Class::Other => return false,
        };
        let size = size_of_type(datum.number);
        let kind = size.unwrap_or(1) / parts;
        let is_size = size.is_none_or(|size| self.size == size.unsigned_abs().into());
        self.code == cfi::type_code(intrinsic, kind) && is_size && self.rank == datum.rank && self.is_contiguous
    }
}

/// `CFI_type_Character`.
const CHARACTER: i16 = 5;

/// The bytes of an element of NumPy's type; `None` for characters.
fn size_of_type(number: c_int) -> Option<i16> {
    Some(match number {
        INT8 | UINT8 => 1,
        INT16 | UINT16 => 2,
        INT32 | UINT32 | FLOAT32 => 4,
        COMPLEX128 => 16,
        CHARACTERS => return None,
        _ => 8,
    })
}

/// Notes down what a descriptor says.
///
/// # Safety
/// The shim calls it, with the place that it was given and a descriptor of a variable that is alive.
unsafe extern "C" fn receive(place: *mut c_void, datum: *const cfi::Descriptor<0>) {
    // SAFETY: the place that `find` gave, which nobody else looks at meanwhile.
    let found = unsafe { &mut *place.cast::<Found>() };
    // SAFETY: a descriptor begins so, whatever its rank is.
    let head = unsafe { &*datum };
    found.address = head.base_address.cast();
    found.size = head.element_length;
    found.rank = usize::try_from(head.rank).unwrap_or(0).min(RANKS);
    found.code = head.type_code;
    found.is_contiguous = true;
    let behind = datum.cast::<u8>().wrapping_add(offset_of!(cfi::Descriptor<0>, dimensions));
    let dimensions = behind.cast::<cfi::Dimension>();
    let mut next = found.size as isize;
    for place in 0..found.rank {
        // SAFETY: as many dimensions stand behind the head as the rank says.
        let dimension = unsafe { dimensions.wrapping_add(place).read() };
        found.extents[place] = dimension.extent.max(0);
        found.is_contiguous &= dimension.extent <= 1 || dimension.stride == next;
        next = next.wrapping_mul(dimension.extent);
    }
    if found.extents().contains(&0) {
        found.is_contiguous = true;
    }
    let total = found.total();
    if let Some(bytes) = &mut found.bytes
        && found.is_contiguous
        && total > 0
    {
        let data: *const c_void = head.base_address;
        // SAFETY: contiguous elements, alive during this call.
        bytes.extend_from_slice(unsafe { std::slice::from_raw_parts(data.cast::<u8>(), total) });
    }
}
