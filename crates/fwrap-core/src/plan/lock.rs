//! Which file of the two has the lock of the library.

use crate::plan::wrapper::{Namespace, Plan, Wrapper};

/// Where the lock stands that the glue names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibraryLock {
    /// The glue names none.
    None,
    /// In the safe Rust API, which uses it, too.
    OfRust,
    /// In the glue itself.
    Own,
}

/// Where the lock stands that routines in f2py's terms take.
#[must_use]
pub fn choose_lock(plan: &Plan) -> LibraryLock {
    let is_named = plan
        .python
        .routines()
        .any(|routine| routine.locked && (!routine.callbacks.is_empty() || routine.beside_callbacks));
    match (is_named, wrappers(&plan.root).any(|wrapper| wrapper.locked)) {
        (false, _) => LibraryLock::None,
        (true, true) => LibraryLock::OfRust,
        (true, false) => LibraryLock::Own,
    }
}

fn wrappers(root: &Namespace) -> impl Iterator<Item = &Wrapper> {
    root.wrappers.iter().chain(root.modules.iter().flat_map(|module| &module.wrappers))
}
