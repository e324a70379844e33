//! An argument of a callback, as Fortran hands it over.

use super::argument;
use crate::cfi;
use crate::element::Element;
use crate::error::CallbackResult;
use crate::gfortran;
use crate::size::Size;
use crate::view::View;
use crate::view_mut::ViewMut;

/// The address of an argument that Fortran passes to a callback.
///
/// No Rust code makes one: a function with such a parameter is called by Fortran, and the parameter says what the
/// interface of the dummy procedure declares. So the address is null or that of a variable, an array, a descriptor or
/// characters as declared, until the function returns; null is an error for whoever needs a value. Views are borrowed
/// from it, so that none is kept.
#[repr(transparent)]
#[derive(Debug)]
pub struct Address<T>(*mut T);

impl<T: Element> Address<T> {
    /// The value of a scalar. `name` is the argument, for messages.
    #[inline]
    pub fn read(&self, name: &'static str) -> CallbackResult<T> {
        // SAFETY: Fortran passes a variable of this type.
        unsafe { argument::read(name, self.0) }
    }

    /// Gives a scalar its new value.
    #[inline]
    pub fn write(&mut self, name: &'static str, value: T) -> CallbackResult {
        // SAFETY: Fortran passes a variable of this type that it may be given a value.
        unsafe { argument::write(name, self.0, value) }
    }

    /// An array of these extents. Negative ones count as 0.
    #[inline]
    pub fn view<const N: usize>(&self, name: &'static str, extents: [Size; N]) -> CallbackResult<View<'_, T, N>> {
        // SAFETY: Fortran passes a contiguous array of the extents that the interface declares.
        unsafe { View::from_fortran(name, self.0, extents) }
    }

    /// An array of these extents, to be written.
    #[inline]
    pub fn view_mut<const N: usize>(
        &mut self,
        name: &'static str,
        extents: [Size; N],
    ) -> CallbackResult<ViewMut<'_, T, N>> {
        // SAFETY: Fortran passes a contiguous array of the declared extents, which may be given values.
        unsafe { ViewMut::from_fortran(name, self.0, extents) }
    }
}

impl Address<u8> {
    /// As many characters.
    #[inline]
    pub fn text(&self, name: &'static str, length: usize) -> CallbackResult<&[u8]> {
        // SAFETY: Fortran passes characters of this length.
        unsafe { argument::text(name, self.0, length) }
    }

    /// As many characters, to be written.
    #[inline]
    pub fn text_mut(&mut self, name: &'static str, length: usize) -> CallbackResult<&mut [u8]> {
        // SAFETY: Fortran passes characters of this length that may be written.
        unsafe { argument::text_mut(name, self.0, length) }
    }
}

impl<const N: usize> Address<gfortran::Descriptor<N>> {
    /// The assumed-shape array behind the descriptor.
    #[inline]
    pub fn view<T: Element>(&self, name: &'static str) -> CallbackResult<View<'_, T, N>> {
        // SAFETY: Fortran passes a descriptor of an array of this type and rank.
        unsafe { View::from_gfortran(name, self.0) }
    }

    /// The assumed-shape array behind the descriptor, to be written.
    #[inline]
    pub fn view_mut<T: Element>(&mut self, name: &'static str) -> CallbackResult<ViewMut<'_, T, N>> {
        // SAFETY: Fortran passes a descriptor of an array of this type and rank that may be written.
        unsafe { ViewMut::from_gfortran(name, self.0) }
    }
}

impl<const N: usize> Address<cfi::Descriptor<N>> {
    /// The assumed-shape array behind the C descriptor.
    #[inline]
    pub fn view<T: Element>(&self, name: &'static str) -> CallbackResult<View<'_, T, N>> {
        // SAFETY: Fortran passes a descriptor of an array of this type and rank.
        unsafe { View::from_c_descriptor(name, self.0) }
    }

    /// The assumed-shape array behind the C descriptor, to be written.
    #[inline]
    pub fn view_mut<T: Element>(&mut self, name: &'static str) -> CallbackResult<ViewMut<'_, T, N>> {
        // SAFETY: Fortran passes a descriptor of an array of this type and rank that may be written.
        unsafe { ViewMut::from_c_descriptor(name, self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fortran_passes_is_read_and_written() {
        let (mut n, mut x) = (2_i32, [1.0_f64, 2.0, 3.0]);
        let (mut n, mut x) = (Address(&raw mut n), Address((&raw mut x).cast::<f64>()));
        assert_eq!(n.read("n").unwrap(), 2);
        n.write("n", 3).unwrap();
        let extents = [Size::from(n.read("n").unwrap())];
        x.view_mut("x", extents).unwrap().set([2], 7.0);
        assert_eq!(x.view("x", extents).unwrap().get([2]), Some(7.0));
        let mut text = *b"abc";
        let mut text = Address((&raw mut text).cast::<u8>());
        text.text_mut("c", 3).unwrap()[0] = b'x';
        assert_eq!(text.text("c", 2).unwrap(), b"xb");
    }

    #[test]
    fn null_is_an_error() {
        let nowhere = Address::<f64>(std::ptr::null_mut());
        assert_eq!(nowhere.read("x").unwrap_err().to_string(), "argument `x`: null was passed");
        assert!(nowhere.view("x", [Size::from(1)]).is_err());
        assert!(nowhere.view("x", [Size::from(0)]).is_ok());
        let nothing = Address::<gfortran::Descriptor<1>>(std::ptr::null_mut());
        assert!(nothing.view::<f64>("x").is_err());
    }
}
