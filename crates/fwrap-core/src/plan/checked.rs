//! Whether wrappers watch what is written outside their arguments: asked for with `--checked`.

use crate::plan::wrapper::Plan;

/// Makes all wrappers watch their arguments.
pub fn watch_arguments(plan: &mut Plan) {
    let below = plan.root.modules.iter_mut().flat_map(|module| &mut module.wrappers);
    for wrapper in plan.root.wrappers.iter_mut().chain(below) {
        wrapper.checked = true;
    }
}
