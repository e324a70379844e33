//! Character arguments that a procedure may write: padded on the way in, brought back on the way out.

use crate::error::{Error, Result};
use crate::text::try_blank;

/// The caller's text, in storage of exactly the length that a dummy argument declares.
#[derive(Debug)]
pub struct PaddedMut<'a> {
    name: &'static str,
    text: &'a mut [u8],
    /// A copy where the lengths differ.
    copy: Option<Vec<u8>>,
}

/// A text of the declared length: the caller's own where it has that length, else a copy padded with blanks.
/// [`Error::Length`] if what does not fit is more than blanks.
///
/// ```
/// let mut text = *b"ab";
/// let mut padded = fwrap::text::pad_mut("label", &mut text, 4)?;
/// assert_eq!(padded.len(), 4);
/// padded.restore()?;
/// # Ok::<(), fwrap::Error>(())
/// ```
pub fn pad_mut<'a>(name: &'static str, text: &'a mut [u8], length: usize) -> Result<PaddedMut<'a>> {
    if text.len() == length {
        return Ok(PaddedMut { name, text, copy: None });
    }
    let kept = text.len().min(length);
    if !is_blank(&text[kept..]) {
        return Err(Error::Length { argument: name, expected: length, found: text.len() });
    }
    let mut copy = try_blank(name, length)?;
    copy[..kept].copy_from_slice(&text[..kept]);
    Ok(PaddedMut { name, text, copy: Some(copy) })
}

impl PaddedMut<'_> {
    /// The first byte; never null.
    #[inline]
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.copy.as_mut().map_or(self.text.as_mut_ptr(), |copy| copy.as_mut_ptr())
    }

    /// The declared length.
    #[inline]
    pub fn len(&self) -> usize {
        self.copy.as_ref().map_or(self.text.len(), Vec::len)
    }

    /// Whether the declared length is 0.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Brings what the procedure wrote back to the caller's text; [`Error::Truncated`] if that is too short for it, so
    /// that nothing is lost in silence.
    pub fn restore(self) -> Result<()> {
        let Some(copy) = self.copy else { return Ok(()) };
        let kept = self.text.len().min(copy.len());
        self.text[..kept].copy_from_slice(&copy[..kept]);
        self.text[kept..].fill(b' ');
        match copy.iter().rposition(|&byte| byte != b' ') {
            Some(last) if last >= kept => Err(Error::Truncated { argument: self.name, room: kept, written: last + 1 }),
            _ => Ok(()),
        }
    }
}

fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|&byte| byte == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &mut [u8], length: usize, value: &[u8]) -> Result<()> {
        let mut padded = pad_mut("label", text, length)?;
        assert_eq!(padded.len(), length);
        let storage = padded.copy.as_deref_mut().unwrap_or(padded.text);
        storage.fill(b' ');
        storage[..value.len()].copy_from_slice(value);
        padded.restore()
    }

    #[test]
    fn texts_of_the_declared_length_are_passed_as_they_are() {
        let mut text = *b"abcd";
        let address = text.as_mut_ptr();
        assert_eq!(pad_mut("label", &mut text, 4).unwrap().as_mut_ptr(), address);
        written(&mut text, 4, b"xy").unwrap();
        assert_eq!(&text, b"xy  ");
    }

    #[test]
    fn shorter_and_longer_texts_are_brought_back() {
        let mut short = *b"ab";
        written(&mut short, 4, b"xy").unwrap();
        assert_eq!(&short, b"xy");
        let mut long = *b"ab    ";
        written(&mut long, 4, b"wxyz").unwrap();
        assert_eq!(&long, b"wxyz  ");
    }

    #[test]
    fn nothing_is_lost_in_silence() {
        let mut long = *b"abcdef";
        assert!(matches!(pad_mut("label", &mut long, 4), Err(Error::Length { expected: 4, found: 6, .. })));
        let mut short = *b"ab";
        let lost = written(&mut short, 6, b"wxyz");
        assert!(matches!(lost, Err(Error::Truncated { room: 2, written: 4, .. })), "{lost:?}");
    }
}
