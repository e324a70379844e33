//! NumPy's C API: the table of functions, the head of an array, and the few calls that are made through it.

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::mem::transmute;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use pyo3_ffi as ffi;

use super::failure::{Exception, Failure};
pub(crate) use super::numpy_type::{
    BOOL, COMPLEX64, COMPLEX128, FLOAT32, FLOAT64, INT8, INT16, INT32, INT64, OBJECT, equivalent, type_name, type_size,
};
use super::object::{Object, Owned, clear_exception, import};

pub(crate) const C_CONTIGUOUS: c_int = 0x0001;
pub(crate) const F_CONTIGUOUS: c_int = 0x0002;
pub(crate) const FORCECAST: c_int = 0x0010;
pub(crate) const ENSURECOPY: c_int = 0x0020;
pub(crate) const ENSUREARRAY: c_int = 0x0040;
pub(crate) const ALIGNED: c_int = 0x0100;
pub(crate) const NOTSWAPPED: c_int = 0x0200;
pub(crate) const WRITEABLE: c_int = 0x0400;

/// The byte order mark of a type that is not the machine's own.
pub(crate) const OPPOSITE: u8 = if cfg!(target_endian = "little") { b'>' } else { b'<' };

/// The head of `PyArrayObject`, the same in NumPy 1 and 2.
#[repr(C)]
pub(crate) struct ArrayHead {
    base: ffi::PyObject,
    pub(crate) data: *mut u8,
    rank: c_int,
    dimensions: *const isize,
    strides: *const isize,
    pub(crate) owner: *mut ffi::PyObject,
    descriptor: *const TypeHead,
    pub(crate) flags: c_int,
}

/// The head of `PyArray_Descr`, as far as NumPy 1 and 2 agree.
#[repr(C)]
pub(crate) struct TypeHead {
    base: ffi::PyObject,
    scalar: *mut ffi::PyTypeObject,
    pub(crate) kind: u8,
    pub(crate) code: u8,
    pub(crate) byte_order: u8,
    flags: u8,
    pub(crate) number: c_int,
}

static TABLE: AtomicPtr<*const c_void> = AtomicPtr::new(ptr::null_mut());
pub(crate) static ARRAY_TYPE: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(ptr::null_mut());
/// Whether this is NumPy 1.
static IS_FIRST: AtomicBool = AtomicBool::new(false);
static GENERIC_TYPE: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(ptr::null_mut());

/// The oldest NumPy that is supported: 1.23.
const FEATURES: c_uint = 0x10;

/// The entries of the table that are used, by their number in NumPy's `__multiarray_api.h`.
#[derive(Clone, Copy)]
pub(crate) enum Entry {
    Version = 0,
    ArrayType = 2,
    GenericType = 10,
    DescrFromType = 45,
    CopyInto = 50,
    FromAny = 69,
    NewCopy = 85,
    New = 93,
    NewFromDescr = 94,
    FromArray = 109,
    Zeros = 183,
    FeatureVersion = 211,
    SetBaseObject = 282,
    ResolveWritebackIfCopy = 302,
    SetWritebackIfCopyBase = 303,
}

type DescrFromType = unsafe extern "C" fn(c_int) -> *mut ffi::PyObject;
type FromAny = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *mut ffi::PyObject,
    c_int,
    c_int,
    c_int,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;
type NewCopy = unsafe extern "C" fn(*mut ffi::PyObject, c_int) -> *mut ffi::PyObject;
type New = unsafe extern "C" fn(
    *mut ffi::PyTypeObject,
    c_int,
    *const isize,
    c_int,
    *const isize,
    *mut c_void,
    c_int,
    c_int,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;
type FromArray = unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject, c_int) -> *mut ffi::PyObject;
type FeatureVersion = unsafe extern "C" fn() -> c_uint;

/// One entry of the table. The table is there: a module without it is never made.
#[inline]
fn entry(table: *mut *const c_void, entry: Entry) -> *const c_void {
    let place = table.wrapping_add(entry as usize);
    // SAFETY: NumPy's table has had these entries since 1.7, and it is never freed.
    unsafe { place.read() }
}

/// An entry of the loaded table.
#[inline]
pub(crate) fn loaded(which: Entry) -> *const c_void {
    entry(TABLE.load(Ordering::Relaxed), which)
}

/// Imports NumPy and remembers its table.
pub(crate) fn load() -> Result<(), Failure> {
    if !TABLE.load(Ordering::Relaxed).is_null() {
        return Ok(());
    }
    // NumPy is imported first: where it is missing, that is the exception to show.
    import(c"numpy")?;
    let core = import(c"numpy._core._multiarray_umath").or_else(|_| {
        clear_exception();
        import(c"numpy.core._multiarray_umath")
    })?;
    let capsule = core.as_object().attribute(c"_ARRAY_API")?;
    // SAFETY: the capsule is alive, and NumPy gives it no name.
    let table = unsafe { ffi::PyCapsule_GetPointer(capsule.as_ptr(), ptr::null()) }.cast::<*const c_void>();
    if table.is_null() {
        return Err(Failure::Raised);
    }
    // SAFETY: the entry has this type.
    let features = unsafe { transmute::<*const c_void, FeatureVersion>(entry(table, Entry::FeatureVersion)) };
    // SAFETY: takes nothing.
    if unsafe { features() } < FEATURES {
        return Err(Exception::Import.raise("NumPy 1.23 or later is needed"));
    }
    // SAFETY: the entry has this type, too.
    let version = unsafe { transmute::<*const c_void, FeatureVersion>(entry(table, Entry::Version)) };
    // SAFETY: takes nothing.
    IS_FIRST.store(unsafe { version() } < 0x0200_0000, Ordering::Relaxed);
    ARRAY_TYPE.store(entry(table, Entry::ArrayType).cast_mut().cast(), Ordering::Relaxed);
    GENERIC_TYPE.store(entry(table, Entry::GenericType).cast_mut().cast(), Ordering::Relaxed);
    TABLE.store(table, Ordering::Relaxed);
    Ok(())
}

/// A borrowed NumPy array.
#[derive(Clone, Copy)]
pub(crate) struct Array<'py> {
    object: Object<'py>,
}

impl<'py> Array<'py> {
    /// The object as an array, if it is one and no subclass.
    #[inline]
    pub(crate) fn exact(object: Object<'py>) -> Option<Self> {
        object.is_exactly(ARRAY_TYPE.load(Ordering::Relaxed)).then_some(Self { object })
    }

    /// The object as an array; subclasses are arrays too.
    pub(crate) fn of(object: Object<'py>) -> Option<Self> {
        object.is_instance(ARRAY_TYPE.load(Ordering::Relaxed)).then_some(Self { object })
    }

    /// An object that is known to be an array.
    ///
    /// # Safety
    /// It is one.
    #[inline]
    pub(crate) unsafe fn unchecked(object: Object<'py>) -> Self {
        Self { object }
    }

    #[inline]
    pub(crate) fn object(self) -> Object<'py> {
        self.object
    }

    #[inline]
    pub(crate) fn head(&self) -> &ArrayHead {
        // SAFETY: the object is an array and alive; the head changes only while NumPy runs.
        unsafe { &*self.object.as_ptr().cast::<ArrayHead>() }
    }

    #[inline]
    pub(crate) fn element_type(&self) -> &TypeHead {
        // SAFETY: an array always has its descriptor.
        unsafe { &*self.head().descriptor }
    }

    #[inline]
    pub(crate) fn rank(self) -> usize {
        self.head().rank.unsigned_abs() as usize
    }

    #[inline]
    pub(crate) fn extents(&self) -> &[isize] {
        if self.rank() == 0 {
            return &[];
        }
        // SAFETY: an array has as many extents as its rank.
        unsafe { std::slice::from_raw_parts(self.head().dimensions, self.rank()) }
    }

    #[inline]
    pub(crate) fn strides(&self) -> &[isize] {
        if self.rank() == 0 {
            return &[];
        }
        // SAFETY: an array has as many strides as its rank.
        unsafe { std::slice::from_raw_parts(self.head().strides, self.rank()) }
    }

    #[inline]
    pub(crate) fn len(self) -> usize {
        self.extents().iter().map(|extent| extent.unsigned_abs()).product()
    }

    #[inline]
    pub(crate) fn has(self, flags: c_int) -> bool {
        self.head().flags & flags == flags
    }

    /// Whether every element is an aligned native value of the type `number`, and the rank is `rank`.
    #[inline]
    pub(crate) fn fits(self, number: c_int, rank: usize, flags: c_int) -> bool {
        let element = self.element_type();
        self.head().rank == rank as c_int
            && element.number == number
            && self.has(flags)
            && element.byte_order != OPPOSITE
    }

    /// Whether the element type is `number`, or another of the same kind and size (`long long` beside `long`).
    pub(crate) fn is_of_type(self, number: c_int) -> bool {
        let found = self.element_type().number;
        found == number || equivalent(found) == number
    }

    /// The shape as Python writes it.
    pub(crate) fn shape(self) -> String {
        match self.extents() {
            [only] => format!("({only},)"),
            extents => {
                let extents: Vec<String> = extents.iter().map(isize::to_string).collect();
                format!("({})", extents.join(", "))
            }
        }
    }

    /// The element type as NumPy writes it.
    pub(crate) fn type_text(self) -> String {
        self.descriptor().text()
    }

    /// The element type as an object.
    pub(crate) fn descriptor(self) -> Object<'py> {
        // SAFETY: the array keeps its descriptor alive, and nobody runs code that could replace it meanwhile.
        unsafe { Object::borrowed(self.head().descriptor.cast_mut().cast()) }
    }

    /// The array's item size in bytes, read where this NumPy has it: no lock of the interpreter is needed.
    #[inline]
    pub(crate) fn item_size(self) -> usize {
        let behind = self.head().descriptor.wrapping_add(1).cast::<u8>();
        if IS_FIRST.load(Ordering::Relaxed) {
            // SAFETY: in NumPy 1, an `int` behind the number of the type.
            let size = unsafe { behind.cast::<c_int>().read() };
            return size.unsigned_abs() as usize;
        }
        // SAFETY: in NumPy 2, an `npy_intp` behind 64 bits of flags.
        let size = unsafe { behind.wrapping_add(size_of::<u64>()).cast::<isize>().read() };
        size.unsigned_abs()
    }

    /// This array in Fortran order, aligned, in native byte order and of type `number`: itself, if it is so already.
    /// Values are cast without a check.
    pub(crate) fn cast(self, number: c_int, more: c_int) -> Result<Owned, Failure> {
        let wanted = descriptor(number)?.into_ptr();
        // SAFETY: the entry has this type.
        let from_array = unsafe { transmute::<*const c_void, FromArray>(loaded(Entry::FromArray)) };
        let flags = F_CONTIGUOUS | ALIGNED | NOTSWAPPED | FORCECAST | more;
        // SAFETY: both are alive; the call takes the descriptor's reference over.
        let raw = unsafe { from_array(self.object.as_ptr(), wanted, flags) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    }

    /// This array without its class: itself, if it is of NumPy's own.
    pub(crate) fn plain(self) -> Result<Owned, Failure> {
        // SAFETY: the entry has this type.
        let from_array = unsafe { transmute::<*const c_void, FromArray>(loaded(Entry::FromArray)) };
        // SAFETY: the array is alive; without a descriptor it keeps its type.
        let raw = unsafe { from_array(self.object.as_ptr(), ptr::null_mut(), ENSUREARRAY) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    }

    /// Marks an array that nobody else has seen as read-only.
    pub(crate) fn forbid_writing(self) {
        let head = self.object.as_ptr().cast::<ArrayHead>();
        // SAFETY: an array, alive.
        let flags = unsafe { &raw mut (*head).flags };
        // SAFETY: as above, and no reference to its head is held.
        let now = unsafe { flags.read() };
        // SAFETY: as above.
        unsafe { flags.write(now & !WRITEABLE) };
    }

    /// A fresh copy in Fortran order.
    pub(crate) fn copy(self) -> Result<Owned, Failure> {
        // SAFETY: the entry has this type.
        let new_copy = unsafe { transmute::<*const c_void, NewCopy>(loaded(Entry::NewCopy)) };
        // SAFETY: the array is alive; 1 is Fortran order.
        let raw = unsafe { new_copy(self.object.as_ptr(), 1) };
        // SAFETY: a new reference, or null with an exception.
        unsafe { Owned::take(raw) }
    }
}

/// The descriptor of a built-in type.
pub(crate) fn descriptor(number: c_int) -> Result<Owned, Failure> {
    // SAFETY: the entry has this type.
    let from_type = unsafe { transmute::<*const c_void, DescrFromType>(loaded(Entry::DescrFromType)) };
    // SAFETY: `number` is one of the constants above.
    let raw = unsafe { from_type(number) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// A new array in Fortran order, its elements not set.
#[inline]
pub(crate) fn empty(number: c_int, extents: &[isize]) -> Result<Owned, Failure> {
    // SAFETY: the entry has this type.
    let new = unsafe { transmute::<*const c_void, New>(loaded(Entry::New)) };
    let (rank, kind) = (extents.len() as c_int, ARRAY_TYPE.load(Ordering::Relaxed));
    let (none, data) = (ptr::null(), ptr::null_mut());
    // SAFETY: as many extents as the rank says; without data NumPy allocates, and the flag asks for Fortran order.
    let raw = unsafe { new(kind, rank, extents.as_ptr(), number, none, data, 0, F_CONTIGUOUS, ptr::null_mut()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// Any object as an array of the type that suits it.
pub(crate) fn from_any(object: Object<'_>) -> Result<Owned, Failure> {
    // SAFETY: the entry has this type.
    let from_any = unsafe { transmute::<*const c_void, FromAny>(loaded(Entry::FromAny)) };
    // SAFETY: the object is alive; null asks for any type.
    let raw = unsafe { from_any(object.as_ptr(), ptr::null_mut(), 0, 0, 0, ptr::null_mut()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

/// Whether the object is a NumPy scalar (`numpy.float64(1)` and its like).
pub(crate) fn is_scalar(object: Object<'_>) -> bool {
    object.is_instance(GENERIC_TYPE.load(Ordering::Relaxed))
}

/// `module.name(first, ...)`, for the few functions of NumPy's that are called as a user would.
pub(crate) fn call(module: &CStr, name: &CStr, arguments: &[Object<'_>]) -> Result<Owned, Failure> {
    let function = import(module)?.as_object().attribute(name)?;
    let mut slots = [ptr::null_mut(); 4];
    for (slot, argument) in slots.iter_mut().zip(arguments) {
        *slot = argument.as_ptr();
    }
    let count = arguments.len().min(slots.len());
    // SAFETY: `count` objects, alive, no keywords.
    let raw = unsafe { ffi::PyObject_Vectorcall(function.as_ptr(), slots.as_ptr(), count, ptr::null_mut()) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_laid_out_as_numpy_says() {
        let object = size_of::<ffi::PyObject>();
        assert_eq!(std::mem::offset_of!(ArrayHead, data), object);
        assert_eq!(std::mem::offset_of!(ArrayHead, flags), object + 6 * size_of::<usize>());
        assert_eq!(std::mem::offset_of!(TypeHead, number), object + size_of::<usize>() + 4);
    }
}
