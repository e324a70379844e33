//! Arrays without a declared intent, in the strict way: what a procedure writes into a copy of one would be lost.

use super::super::anew;
use super::super::arguments::Arguments;
use super::super::failure::{Exception, Failure};
use super::super::numpy::Array as NumpyArray;
use super::super::object::Object;
use super::array::Array;
use super::array_from::{Wanted, array_from};
use super::place::{Place, describe};
use super::quick::numbers_of;
use super::spec::{ArraySpec, C, CHARACTERS, IN};

impl Arguments<'_> {
    /// Raises if the procedure changed an array that had to be copied: the caller would not see it.
    #[inline]
    pub fn f2py_unchanged(&self, index: usize, array: &Array<'_>) -> Result<(), Failure> {
        if array.is_made() { self.f2py_compare(index, array) } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn f2py_compare(&self, index: usize, array: &Array<'_>) -> Result<(), Failure> {
        let given = self.object(index);
        if given.is_none() {
            return Ok(());
        }
        let after = array.array();
        let before = before(self.argument(index).name(), Place::Argument(self.argument(index)), given, after)?;
        if bytes(before.array())? == bytes(after)? {
            return Ok(());
        }
        let argument = self.argument(index);
        let (routine, name) = (argument.signature.name(), argument.name());
        let (given, wanted) = (describe(anew::given(given)), after.type_text());
        Err(Exception::Value.raise(&format!(
            "`{routine}` changed its argument `{name}`, but {given} was given, which had to be copied, so the update \
             would be lost: pass a contiguous array of {wanted}, or have it returned (`intent(in,out,copy) :: {name}`)"
        )))
    }
}

/// The caller's values once more, as they were before the call.
fn before<'a>(
    name: &'static str,
    place: Place<'_>,
    given: Object<'a>,
    after: NumpyArray<'_>,
) -> Result<Array<'a>, Failure> {
    let number = after.element_type().number;
    if let Some(plain) = numbers_of(given, number) {
        return Ok(Array::made(plain));
    }
    let c_order = !after.has(super::super::numpy::F_CONTIGUOUS);
    let spec = ArraySpec::new(name, number, if c_order { IN | C } else { IN });
    let length = if number == CHARACTERS { after.item_size() as isize } else { 0 };
    let mut extents = vec![-1; after.rank().max(1)];
    array_from(Wanted { place, spec, length, lossy: true }, given, &mut extents)
}

/// The memory of a contiguous array.
fn bytes<'a>(array: NumpyArray<'a>) -> Result<&'a [u8], Failure> {
    let size = array.len() * array.item_size();
    if size == 0 {
        return Ok(&[]);
    }
    // SAFETY: a contiguous array of so many bytes, which nobody changes while it is compared.
    Ok(unsafe { std::slice::from_raw_parts(array.head().data, size) })
}
