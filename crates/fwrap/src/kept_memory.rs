//! Allocated memory of Fortran's that something else still looks at: it is freed when the last one has let it go.
//!
//! Objects that the build has redirected free memory by `_fwrap_c_free` (`native/stops.c`), which asks here. So a view
//! of an ALLOCATABLE stays what it is when Fortran deallocates the variable or gives it another shape: the variable
//! has other memory then, or none.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who looks at a piece of memory.
#[derive(Debug, Default)]
struct Kept {
    #[cfg(any(feature = "python", test))]
    holders: usize,
    /// Fortran has freed it.
    is_given_up: bool,
}

/// How many pieces are kept: none, mostly, and then nobody looks further.
static COUNT: AtomicUsize = AtomicUsize::new(0);
static KEPT: Mutex<BTreeMap<usize, Kept>> = Mutex::new(BTreeMap::new());

#[cfg(any(feature = "python", test))]
unsafe extern "C" {
    fn free(pointer: *mut c_void);
}

fn kept() -> MutexGuard<'static, BTreeMap<usize, Kept>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps what begins at an address: it is in use now.
#[cfg(any(feature = "python", test))]
pub(crate) fn keep(address: usize) {
    let mut all = kept();
    all.entry(address).or_default().holders += 1;
    COUNT.store(all.len(), Ordering::Release);
}

/// Undoes one [`keep`]; the last one frees what Fortran has given up.
#[cfg(any(feature = "python", test))]
pub(crate) fn let_go(address: usize) {
    let mut all = kept();
    let Some(one) = all.get_mut(&address) else { return };
    one.holders = one.holders.saturating_sub(1);
    if one.holders > 0 {
        return;
    }
    let is_given_up = one.is_given_up;
    all.remove(&address);
    COUNT.store(all.len(), Ordering::Release);
    drop(all);
    if is_given_up {
        // SAFETY: `_fwrap_give_up` was asked to free it and has not; nobody looks at it any more.
        unsafe { free(std::ptr::with_exposed_provenance_mut(address)) };
    }
}

/// Whether somebody looks at memory.
#[unsafe(no_mangle)]
extern "C" fn _fwrap_is_kept(pointer: *const c_void) -> bool {
    COUNT.load(Ordering::Acquire) > 0 && kept().contains_key(&pointer.addr())
}

/// Whether memory that is to be freed is kept: then the last one that lets it go frees it.
#[unsafe(no_mangle)]
extern "C" fn _fwrap_give_up(pointer: *const c_void) -> bool {
    COUNT.load(Ordering::Acquire) > 0 && give_up(pointer.addr())
}

#[cold]
fn give_up(address: usize) -> bool {
    let mut all = kept();
    let Some(one) = all.get_mut(&address) else { return false };
    one.is_given_up = true;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe extern "C" {
        fn malloc(size: usize) -> *mut c_void;
    }

    #[test]
    fn memory_is_freed_by_the_last_that_lets_it_go() {
        // SAFETY: memory of our own.
        let pointer = unsafe { malloc(16) };
        let address = pointer.expose_provenance();
        assert!(!_fwrap_give_up(pointer), "nobody keeps it yet");
        keep(address);
        keep(address);
        assert!(_fwrap_give_up(pointer));
        let_go(address);
        assert!(kept().contains_key(&address));
        let_go(address);
        assert!(!kept().contains_key(&address));
    }

    #[test]
    fn memory_that_is_still_in_use_is_left_alone() {
        let value = Box::new(1.0);
        let address = (&raw const *value).addr();
        keep(address);
        let_go(address);
        assert!(!_fwrap_give_up((&raw const *value).cast()));
    }
}
