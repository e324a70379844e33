//! Converted arguments, which live as long as the call.
//!
//! They are kept here and not in each argument: then an argument that was not converted, the usual case, has nothing to
//! release, and stays in registers.

use std::cell::Cell;
use std::ffi::c_int;

use super::anew;
use super::failure::{Argument, Failure};
use super::object::{Object, Owned};

/// References that are given back when the call ends.
#[derive(Default)]
pub(crate) struct Kept {
    last: Cell<Option<Box<Node>>>,
}

struct Node {
    _owned: Owned,
    _before: Option<Box<Node>>,
}

impl Kept {
    /// What [`anew::array`] makes of an argument, alive as long as `self`.
    #[cold]
    #[inline(never)]
    pub(crate) fn convert(
        &self,
        argument: Argument,
        object: Object<'_>,
        number: c_int,
        rank: usize,
    ) -> Result<Object<'_>, Failure> {
        let owned = anew::array(argument, object, number, rank)?;
        let pointer = owned.as_ptr();
        self.last.set(Some(Box::new(Node { _owned: owned, _before: self.last.take() })));
        // SAFETY: the node holds the reference until `self` is dropped.
        Ok(unsafe { Object::borrowed(pointer) })
    }
}

impl Drop for Kept {
    #[inline]
    fn drop(&mut self) {
        if let Some(last) = self.last.take() {
            release(last);
        }
    }
}

#[cold]
#[inline(never)]
fn release(last: Box<Node>) {
    drop(last);
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Kept")
    }
}
