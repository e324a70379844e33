//! An argument of a callback, as Fortran hands it over.

use crate::python::failure::{Exception, Failure};

/// The address of an argument that Fortran passes to a callback: null, or that of a variable, an array or characters as
/// the interface of the callback declares.
///
/// No Rust code makes one: a function with such a parameter is called by Fortran. So its methods are safe.
#[repr(transparent)]
#[derive(Clone, Copy, Debug)]
pub struct Passed<T>(*mut T);

impl<T: Copy + 'static> Passed<T> {
    #[inline]
    pub(super) fn as_ptr(self) -> *mut T {
        self.0
    }

    /// Whether Fortran passes nothing: an OPTIONAL argument is absent.
    #[inline]
    pub fn is_absent(self) -> bool {
        self.0.is_null()
    }

    /// The value. `name` is the argument, for messages.
    #[inline]
    pub fn read(self, name: &'static str) -> Result<T, Failure> {
        if self.is_bad() {
            return Err(self.refuse(name));
        }
        // SAFETY: neither null nor misaligned: a variable of this type.
        Ok(unsafe { self.0.read() })
    }

    /// Gives it a new value.
    #[inline]
    pub fn write(self, name: &'static str, value: T) -> Result<(), Failure> {
        if self.is_bad() {
            return Err(self.refuse(name));
        }
        // SAFETY: as above, and the interface says that it gets a value.
        unsafe { self.0.write(value) };
        Ok(())
    }

    #[inline]
    fn is_bad(self) -> bool {
        self.0.is_null() || !self.0.is_aligned()
    }

    #[cold]
    #[inline(never)]
    fn refuse(self, name: &str) -> Failure {
        let what = if self.0.is_null() { "null was passed" } else { "its address is not aligned for its type" };
        Exception::Runtime.raise(&format!("argument `{name}` of a callback: {what}"))
    }
}

impl Passed<u8> {
    /// As many characters.
    #[inline]
    pub fn with_length(self, length: usize) -> PassedText {
        let is_there = !self.0.is_null() && isize::try_from(length).is_ok();
        PassedText { start: self.0, length: if is_there { length } else { 0 } }
    }
}

/// Characters that Fortran passes to a callback; none if nothing was passed.
#[derive(Clone, Copy, Debug)]
pub struct PassedText {
    start: *mut u8,
    length: usize,
}

impl PassedText {
    /// The characters.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        if self.length == 0 {
            return &[];
        }
        // SAFETY: Fortran passes as many characters, which nobody writes before the callable runs.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }

    /// Their number.
    #[expect(clippy::len_without_is_empty, reason = "expressions of signature files ask for the length only")]
    pub fn len(&self) -> i64 {
        self.length as i64
    }

    /// One of them; 0 outside.
    pub fn byte(&self, index: i64) -> u8 {
        usize::try_from(index).ok().and_then(|index| self.bytes().get(index).copied()).unwrap_or(0)
    }

    /// Gives them their new value: `text`, cut or padded with blanks.
    pub(super) fn fill(self, text: &[u8]) {
        if self.length == 0 {
            return;
        }
        let kept = text.len().min(self.length);
        // SAFETY: Fortran passes as many characters that get a value; the text may be a copy of them, or elsewhere.
        unsafe { self.start.copy_from(text.as_ptr(), kept) };
        let rest = self.start.wrapping_add(kept);
        // SAFETY: the rest of them.
        unsafe { rest.write_bytes(b' ', self.length - kept) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fortran_passes_is_read_and_written() {
        let (mut n, mut text) = (2_i32, *b"abcd");
        let n = Passed(&raw mut n);
        assert_eq!(n.read("n").unwrap(), 2);
        n.write("n", 3).unwrap();
        assert_eq!(n.read("n").unwrap(), 3);
        let passed = Passed((&raw mut text).cast::<u8>());
        assert_eq!(passed.with_length(2).bytes(), b"ab");
        passed.with_length(4).fill(b"x");
        assert_eq!(passed.with_length(4).bytes(), b"x   ");
        passed.with_length(3).fill(b"long enough");
        let all = passed.with_length(4);
        assert_eq!((all.bytes(), all.len(), all.byte(1), all.byte(4), all.byte(-1)), (&b"lon "[..], 4, b'o', 0, 0));
    }

    #[test]
    fn nothing_has_no_characters() {
        let nothing = Passed::<u8>(std::ptr::null_mut());
        assert!(nothing.is_absent() && nothing.with_length(5).bytes().is_empty());
        nothing.with_length(5).fill(b"abc");
    }
}
