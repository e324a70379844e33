//! Scalars and texts that are updated in place: what the procedure has left goes into the caller's array.

use super::super::arguments::Arguments;
use super::super::failure::{Exception, Failure};
use super::super::numpy::{self, Array as NumpyArray};
use super::super::object::Object;
use super::making::{copy_into, first_element};
use super::number::Number;
use super::place::{Place, describe};
use super::spec::class_of;
use super::text::Text;

impl<'py> Arguments<'py> {
    /// A scalar that is updated in place. The strict way wants an array that can take the value back.
    pub fn f2py_scalar_in_place<T: Number, const LOSSY: bool>(&self, index: usize) -> Result<T, Failure> {
        if !LOSSY {
            self.f2py_check_updatable(index, T::NUMPY_TYPE)?;
        }
        self.f2py_scalar::<T, LOSSY>(index)
    }

    #[inline(never)]
    fn f2py_check_updatable(&self, index: usize, number: i32) -> Result<(), Failure> {
        let object = self.object(index);
        let place = Place::Argument(self.argument(index));
        let Some(array) = NumpyArray::of(object) else {
            let reason = format!("expected a 0-d array to update in place, found {}", object.type_name());
            return Err(place.raise(Exception::Type, numpy::type_name(number), reason));
        };
        if class_of(array.element_type().number) != class_of(number) {
            let reason = format!("an array of {} cannot take the value back", array.type_text());
            return Err(place.raise(Exception::Type, numpy::type_name(number), reason));
        }
        self.writable(index, array)
    }

    fn writable(&self, index: usize, array: NumpyArray<'_>) -> Result<(), Failure> {
        if array.has(numpy::WRITEABLE) && array.len() > 0 {
            return Ok(());
        }
        let reason = "the array is read-only or empty, and the procedure writes it";
        Err(Place::Argument(self.argument(index)).raise(Exception::Value, "a scalar to update in place", reason))
    }

    /// Writes the value into the array that was given. Where none was, nothing can be updated.
    pub fn f2py_update<T: Number, const LOSSY: bool>(&self, index: usize, value: T) -> Result<(), Failure> {
        let Some(array) = NumpyArray::of(self.object(index)) else { return Ok(()) };
        self.writable(index, array)?;
        let exact = array.element_type().number == T::NUMPY_TYPE && array.element_type().byte_order != numpy::OPPOSITE;
        if exact {
            // SAFETY: writable memory of an element of this type, wherever it lies.
            unsafe { array.head().data.cast::<T>().write_unaligned(value) };
            return Ok(());
        }
        self.f2py_update_otherwise(index, array, value.to_python()?.as_object(), LOSSY)
    }

    #[cold]
    #[inline(never)]
    fn f2py_update_otherwise(
        &self,
        index: usize,
        array: NumpyArray<'_>,
        value: Object<'_>,
        lossy: bool,
    ) -> Result<(), Failure> {
        let made = numpy::from_any(value)?;
        let place = first_element(array)?;
        copy_into(place.as_object(), made.as_object())?;
        if lossy {
            return Ok(());
        }
        let same = numpy::call(c"numpy", c"isclose", &[place.as_object(), made.as_object()])?;
        if same.as_object().truth()? {
            return Ok(());
        }
        let reason = format!("the value {} does not fit an array of {}", value.text(), array.type_text());
        Err(Place::Argument(self.argument(index)).raise(Exception::Overflow, "what was given", reason))
    }

    /// Writes a character into the array of characters or bytes that was given.
    pub fn f2py_update_character(&self, index: usize, value: u8) -> Result<(), Failure> {
        let object = self.object(index);
        if let Some(array) = NumpyArray::of(object)
            && matches!(array.element_type().kind, b'S' | b'u')
            && array.item_size() >= 1
            && (array.element_type().kind == b'S' || array.item_size() == 1)
        {
            self.writable(index, array)?;
            // SAFETY: writable memory of at least one byte.
            unsafe { array.head().data.write(value) };
            return Ok(());
        }
        let message = "try_pyarr_from_character failed -- expected bytes array-scalar|array";
        let (name, found) = (self.argument(index).name(), describe(object));
        Err(Exception::Value.raise(&format!("{message} for `{name}`, got {found}")))
    }

    /// Writes a text into the array of characters that was given, up to its first NUL, with NULs for blanks at its end.
    pub fn f2py_update_text(&self, index: usize, text: &Text) -> Result<(), Failure> {
        let object = self.object(index);
        if self.is_absent(index) {
            return Ok(());
        }
        let Some(array) = NumpyArray::of(object).filter(|array| array.has(numpy::C_CONTIGUOUS)) else {
            let (name, found) = (self.argument(index).name(), describe(object));
            let message = format!("try_pyarr_from_string failed -- expected an array for `{name}`, got {found}");
            return Err(super::super::check_error::raise(&message));
        };
        if array.element_type().number == numpy::OBJECT {
            return Err(Exception::Type.raise("an array of objects cannot take characters"));
        }
        let room = (array.len() * array.item_size()).min(text.bytes().len());
        if room == 0 {
            return Ok(());
        }
        self.writable(index, array)?;
        let kept = text.trimmed();
        let kept = &kept[..kept.len().min(room)];
        let data = array.head().data;
        // SAFETY: writable memory of at least this size, and the text is a buffer of our own.
        unsafe { data.copy_from_nonoverlapping(kept.as_ptr(), kept.len()) };
        // SAFETY: the rest of the same memory.
        unsafe { data.wrapping_add(kept.len()).write_bytes(0, room - kept.len()) };
        Ok(())
    }
}
