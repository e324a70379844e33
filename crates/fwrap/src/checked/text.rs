//! Texts between guard zones.

use super::Checked;
use super::storage::Storage;
use crate::error::{Error, Result};
use crate::text::{self, trim_length};

/// A copy of a text between guard zones.
#[derive(Debug)]
pub struct CheckedText<'a> {
    storage: Storage,
    name: &'static str,
    origin: Option<&'a mut [u8]>,
}

/// [`text::pad`] between guard zones.
pub fn pad(name: &'static str, text: &[u8], length: usize) -> Result<CheckedText<'static>> {
    CheckedText::of(name, text::pad(name, text, length)?.as_bytes(), None)
}

/// [`text::pad_mut`] between guard zones.
pub fn pad_mut<'a>(name: &'static str, text: &'a mut [u8], length: usize) -> Result<CheckedText<'a>> {
    let kept = text.len().min(length).max(trim_length(text));
    let padded = text::pad(name, &text[..kept], length)?.into_vec();
    CheckedText::of(name, &padded, Some(text))
}

/// [`text::try_blank`] between guard zones; question marks show what is not defined.
pub fn blank(name: &'static str, length: usize) -> Result<CheckedText<'static>> {
    let mut text = text::try_blank(name, length)?;
    text.fill(b'?');
    CheckedText::of(name, &text, None)
}

impl<'a> CheckedText<'a> {
    fn of(name: &'static str, text: &[u8], origin: Option<&'a mut [u8]>) -> Result<Self> {
        let mut storage = Storage::new(name, text.len(), 1);
        // SAFETY: as many bytes.
        unsafe { storage.fill(std::ptr::NonNull::from(text).cast()) };
        Ok(CheckedText { storage, name, origin })
    }

    /// The first byte; never null.
    #[inline]
    pub fn as_ptr(&self) -> *const u8 {
        self.storage.start().as_ptr()
    }

    /// The first byte; never null.
    #[inline]
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.storage.start().as_ptr()
    }

    /// The declared length.
    #[inline]
    pub fn len(&self) -> usize {
        self.storage.length()
    }

    /// Whether the declared length is 0.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the procedure wrote.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        self.storage.bytes().to_vec()
    }

    /// Brings what the procedure wrote back to the caller's text; [`Error::Truncated`] if that is too short for it.
    pub fn restore(self) -> Result<()> {
        let (bytes, name) = (self.storage.bytes(), self.name);
        let Some(text) = self.origin else { return Ok(()) };
        let kept = text.len().min(bytes.len());
        text[..kept].copy_from_slice(&bytes[..kept]);
        text[kept..].fill(b' ');
        match trim_length(bytes) {
            written if written > kept => Err(Error::Truncated { argument: name, room: kept, written }),
            _ => Ok(()),
        }
    }
}

impl Checked for CheckedText<'_> {
    fn verify(&self) -> Result<()> {
        self.storage.verify()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        let mut given = *b"ab    ";
        let mut passed = pad_mut("s", &mut given, 4).unwrap();
        assert_eq!((passed.len(), passed.storage.bytes()), (4, b"ab  ".as_slice()));
        // SAFETY: the fourth of four bytes.
        unsafe { passed.as_mut_ptr().wrapping_add(3).write(b'x') };
        passed.restore().unwrap();
        assert_eq!(&given, b"ab x  ");
        assert!(pad("s", b"abc", 2).is_err() && pad_mut("s", &mut given, 2).is_err());
        assert_eq!(blank("s", 2).unwrap().into_vec(), b"??");
    }

    #[test]
    fn an_overrun_is_reported() {
        let mut passed = blank("s", 3).unwrap();
        // SAFETY: inside the zone behind the text.
        unsafe { passed.as_mut_ptr().wrapping_add(5).write(b' ') };
        assert_eq!(passed.verify(), Err(Error::Overrun { argument: "s", behind: true, element: 3 }));
    }
}
