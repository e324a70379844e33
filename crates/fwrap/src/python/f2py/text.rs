//! Texts in f2py's terms: a buffer of the declared length, padded with blanks; bytes without them as a result.

use pyo3_ffi as ffi;

use super::super::failure::{Exception, Failure, Outcome};
use super::super::object::Owned;
use super::super::result::IntoResult;

/// Texts of up to this length need no memory of their own.
const INLINE: usize = 23;

/// The characters of one variable, with a NUL behind them.
#[derive(Debug)]
pub struct Text {
    inline: [u8; INLINE + 1],
    heap: Box<[u8]>,
    length: usize,
    is_c: bool,
}

impl Text {
    /// A text of this length, or of that of its value for a negative one: the value, cut or padded with blanks, which
    /// also stand for NULs at its end: Fortran knows none there.
    #[inline]
    pub fn new(length: isize, initial: &[u8]) -> Result<Self, Failure> {
        let length = usize::try_from(length).unwrap_or(initial.len());
        let initial = &initial[..initial.len().min(length)];
        let kept = initial.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        let heap = if length > INLINE { allocate(length + 1)? } else { Box::default() };
        let mut text = Self { inline: [0; INLINE + 1], heap, length, is_c: false };
        let bytes = text.bytes_mut();
        bytes[..kept].copy_from_slice(&initial[..kept]);
        bytes[kept..].fill(b' ');
        Ok(text)
    }

    /// The same for C, which ends a text with a NUL.
    #[must_use]
    pub fn padded_with_nuls(mut self) -> Self {
        for byte in self.bytes_mut().iter_mut().rev().take_while(|byte| **byte == b' ') {
            *byte = 0;
        }
        self.is_c = true;
        self
    }

    /// The declared length: `slen(s)`.
    #[inline]
    #[allow(clippy::len_without_is_empty, reason = "the length of the variable, not of a text in it")]
    pub fn len(&self) -> i64 {
        self.length as i64
    }

    /// Where the characters are; a NUL stands behind them.
    #[inline]
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        if self.length > INLINE { self.heap.as_mut_ptr() } else { self.inline.as_mut_ptr() }
    }

    /// The characters.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        let all: &[u8] = if self.length > INLINE { &self.heap } else { &self.inline };
        &all[..self.length]
    }

    /// The characters, to be changed.
    #[inline]
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        let all: &mut [u8] = if self.length > INLINE { &mut self.heap } else { &mut self.inline };
        &mut all[..self.length]
    }

    /// A character, or 0 outside of the text.
    #[inline]
    pub fn byte(&self, index: i64) -> u8 {
        usize::try_from(index).ok().and_then(|index| self.bytes().get(index).copied()).unwrap_or(0)
    }

    /// What Python gets: up to the first NUL, without blanks at the end.
    pub(crate) fn trimmed(&self) -> &[u8] {
        let bytes = self.bytes();
        let kept = if self.is_c {
            bytes.len()
        } else {
            bytes.iter().rposition(|&byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1)
        };
        let bytes = &bytes[..kept];
        &bytes[..bytes.iter().position(|&byte| byte == 0).unwrap_or(kept)]
    }
}

fn allocate(size: usize) -> Result<Box<[u8]>, Failure> {
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(size).is_err() {
        return Err(Exception::Memory.raise(&format!("no memory for a text of {size} characters")));
    }
    bytes.resize(size, 0);
    Ok(bytes.into_boxed_slice())
}

impl IntoResult for Text {
    fn into_result(self) -> Outcome {
        bytes(self.trimmed())
    }
}

/// One character: `bytes` of length 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Character(pub u8);

impl IntoResult for Character {
    fn into_result(self) -> Outcome {
        bytes(&[self.0])
    }
}

/// A `bytes`.
pub(crate) fn bytes(text: &[u8]) -> Outcome {
    // SAFETY: the pointer and the length are those of the text.
    let raw = unsafe { ffi::PyBytes_FromStringAndSize(text.as_ptr().cast(), text.len() as isize) };
    // SAFETY: a new reference, or null with an exception.
    unsafe { Owned::take(raw) }
}

#[cfg(test)]
mod tests {
    use super::Text;

    fn text(length: isize, initial: &[u8]) -> Text {
        Text::new(length, initial).unwrap_or_else(|_| unreachable!("memory for a short text"))
    }

    #[test]
    fn texts_are_padded_and_cut() {
        assert_eq!(text(5, b"abc").bytes(), b"abc  ");
        assert_eq!(text(2, b"abc").bytes(), b"ab");
        assert_eq!(text(-1, b"abc").bytes(), b"abc");
        assert_eq!(text(3, b"a\0").bytes(), b"a  ");
        assert_eq!(text(30, b"x").bytes().len(), 30);
        assert_eq!(text(0, b"").bytes(), b"");
    }

    #[test]
    fn a_nul_stands_behind_every_text() {
        for length in [0, 1, 22, 23, 24, 100] {
            let mut text = text(length, b"xyz");
            let last = text.as_mut_ptr().wrapping_offset(length);
            // SAFETY: the buffer is one byte longer than the text.
            assert_eq!(unsafe { last.read() }, 0);
        }
    }

    #[test]
    fn results_have_no_blanks_at_the_end() {
        assert_eq!(text(5, b"a b").trimmed(), b"a b");
        assert_eq!(text(5, b"").trimmed(), b"");
        assert_eq!(text(5, b"a\0b").trimmed(), b"a");
        assert_eq!(text(4, b"a ").padded_with_nuls().trimmed(), b"a");
    }

    #[test]
    fn a_character_outside_is_nul() {
        assert_eq!([text(3, b"abc").byte(2), text(3, b"abc").byte(3), text(3, b"abc").byte(-1)], [b'c', 0, 0]);
    }
}
