//! Which procedures keep state between calls: found in the compiled objects, after everything else is chosen.

use std::collections::BTreeSet;

use crate::plan::wrapper::{Plan, Wrapper};

/// Takes the lock off the procedures with these linker symbols, and puts it on all others; notes count more. Says whether
/// that changed anything.
pub fn apply_state(plan: &mut Plan, stateless: &BTreeSet<String>) -> bool {
    let mut changed = false;
    for wrapper in wrappers(plan) {
        let locked = is_locked(wrapper, stateless);
        changed |= wrapper.locked != locked;
        wrapper.locked = locked;
    }
    for routine in plan.python.routines_mut() {
        let locked = !(routine.is_threadsafe || stateless.contains(&routine.symbol));
        changed |= routine.locked != locked;
        routine.locked = locked;
    }
    let calls_back = wrappers(plan).any(|wrapper| wrapper.locked && !wrapper.callbacks.is_empty());
    let calls_back =
        calls_back || plan.python.routines().any(|routine| routine.locked && !routine.callbacks.is_empty());
    for wrapper in wrappers(plan) {
        wrapper.beside_callbacks = wrapper.locked && calls_back && wrapper.callbacks.is_empty();
    }
    for routine in plan.python.routines_mut() {
        routine.beside_callbacks = routine.locked && calls_back && routine.callbacks.is_empty();
    }
    changed
}

fn wrappers(plan: &mut Plan) -> impl Iterator<Item = &mut Wrapper> {
    let below = plan.root.modules.iter_mut().flat_map(|module| &mut module.wrappers);
    plan.root.wrappers.iter_mut().chain(below)
}

fn is_locked(wrapper: &Wrapper, stateless: &BTreeSet<String>) -> bool {
    !wrapper.threadsafe.unwrap_or_else(|| stateless.contains(&wrapper.target))
}
