//! Character arguments: padded with blanks on the way in, trimmed on the way out.

use crate::error::{Error, Result};
pub use crate::text_mut::{PaddedMut, pad_mut};

/// Texts up to this length are padded without an allocation: most options of libraries have one letter.
const INLINE: usize = 32;

/// A text of exactly the length that a dummy argument declares.
#[derive(Debug, Clone)]
pub struct Padded<'a>(Storage<'a>);

#[derive(Debug, Clone)]
enum Storage<'a> {
    Borrowed(&'a [u8]),
    Inline([u8; INLINE], usize),
    Owned(Vec<u8>),
}

impl Padded<'_> {
    /// The first byte, for as long as this lives and stays in its place; never null.
    #[inline]
    pub fn as_ptr(&self) -> *const u8 {
        self.as_bytes().as_ptr()
    }

    /// The bytes, blanks included.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Storage::Borrowed(bytes) => bytes,
            Storage::Inline(bytes, length) => &bytes[..*length],
            Storage::Owned(bytes) => bytes,
        }
    }

    /// The declared length.
    #[inline]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether the declared length is 0.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// The bytes, blanks included, for a procedure that writes them.
    pub fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Storage::Borrowed(bytes) => bytes.to_vec(),
            Storage::Inline(bytes, length) => bytes[..length].to_vec(),
            Storage::Owned(bytes) => bytes,
        }
    }
}

/// A text padded with blanks to the declared length; [`Error::Length`] if it is longer, [`Error::Allocation`] if there
/// is no memory.
///
/// ```
/// assert_eq!(fwrap::text::pad("label", b"ab", 4)?.as_bytes(), b"ab  ");
/// assert!(fwrap::text::pad("label", b"abcde", 4).is_err());
/// # Ok::<(), fwrap::Error>(())
/// ```
#[inline]
pub fn pad<'a>(name: &'static str, text: &'a [u8], length: usize) -> Result<Padded<'a>> {
    if text.len() == length { Ok(Padded(Storage::Borrowed(text))) } else { pad_copy(name, text, length) }
}

#[inline(never)]
fn pad_copy<'a>(name: &'static str, text: &[u8], length: usize) -> Result<Padded<'a>> {
    if text.len() > length {
        return Err(Error::Length { argument: name, expected: length, found: text.len() });
    }
    if length <= INLINE {
        let mut bytes = [b' '; INLINE];
        bytes[..text.len()].copy_from_slice(text);
        return Ok(Padded(Storage::Inline(bytes, length)));
    }
    let mut bytes = try_blank(name, length)?;
    bytes[..text.len()].copy_from_slice(text);
    Ok(Padded(Storage::Owned(bytes)))
}

/// Blanks for a text whose length the caller chooses, or [`Error::Allocation`].
pub fn try_blank(name: &'static str, length: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(length).is_err() {
        let shape = vec![i64::try_from(length).unwrap_or(Error::OVERFLOW)];
        return Err(Error::Allocation { argument: name, shape });
    }
    bytes.resize(length, b' ');
    Ok(bytes)
}

/// The text without its trailing blanks.
#[must_use]
pub fn trim(mut text: Vec<u8>) -> Vec<u8> {
    text.truncate(trim_length(&text));
    text
}

/// The length without trailing blanks.
pub(crate) fn trim_length(text: &[u8]) -> usize {
    text.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1)
}

/// The text as a Rust string, or [`Error::Text`] if it is not UTF-8.
pub fn into_string(name: &'static str, text: Vec<u8>) -> Result<String> {
    String::from_utf8(text).map_err(|_| Error::Text { argument: name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_padded_with_blanks() {
        assert_eq!(pad("s", b"", 0).unwrap().as_bytes(), b"");
        assert_eq!(pad("s", b"N", 1).unwrap().as_bytes(), b"N");
        assert_eq!(pad("s", b"", 3).unwrap().as_bytes(), b"   ");
        for length in [INLINE - 1, INLINE, INLINE + 1, 1000] {
            let padded = pad("s", b"ab", length).unwrap();
            assert_eq!(padded.len(), length);
            assert_eq!(padded.as_bytes().len(), length);
            assert_eq!(trim(padded.into_vec()), b"ab");
        }
        assert_eq!(pad("s", b"ab", 2).unwrap().into_vec(), b"ab");
    }

    #[test]
    fn what_fits_is_not_copied() {
        let text = b"jobz";
        assert_eq!(pad("s", text, 4).unwrap().as_ptr(), text.as_ptr());
        assert!(matches!(pad("s", text, INLINE).unwrap().0, Storage::Inline(..)));
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let error = pad("label", b"abcde", 4).unwrap_err();
        assert_eq!(error, Error::Length { argument: "label", expected: 4, found: 5 });
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri ends where an allocation fails")]
    fn a_length_that_no_memory_holds_is_an_error() {
        assert!(matches!(pad("s", b"a", usize::MAX), Err(Error::Allocation { argument: "s", .. })));
        assert!(try_blank("s", usize::MAX / 2).is_err());
        assert_eq!(try_blank("s", 2).unwrap(), b"  ");
    }

    #[test]
    fn only_trailing_blanks_are_trimmed() {
        assert_eq!(trim(b"  a b  ".to_vec()), b"  a b");
        assert_eq!(trim(b"   ".to_vec()), b"");
        assert_eq!(trim(b"a\0 ".to_vec()), b"a\0");
    }

    #[test]
    fn strings_are_utf8() {
        assert_eq!(into_string("s", "é".as_bytes().to_vec()).unwrap(), "é");
        assert_eq!(into_string("s", vec![0xff]), Err(Error::Text { argument: "s" }));
    }
}
