//! Program units that share a name.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::Span;

/// Program units that share a name: the linker would take one for the other, and so would USE. External procedures
/// count if they are `wanted`.
pub fn find_duplicates(library: &Library, wanted: impl Fn(&Procedure) -> bool) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let mut first: HashMap<(Option<&Name>, &Name), Span> = HashMap::new();
    let procedures = library.procedures.iter().filter(|procedure| wanted(procedure));
    let units = procedures.map(|procedure| (None, &procedure.name, procedure.span));
    // A submodule is known by its name and that of its ancestor (F2018 14.2.3).
    let modules = library.modules.iter().map(|module| (module.ancestor.as_ref(), &module.name, module.span));
    for (ancestor, name, span) in units.chain(modules) {
        if let Some(first) = first.insert((ancestor, name), span) {
            diagnostics.push(
                Diagnostic::error(Code::DuplicateUnit, span, format!("there are two program units called `{name}`"))
                    .label("the second")
                    .also(first, "the first")
                    .help("give only one of the two files: the linker would refuse both, or take one for the other"),
            );
        }
    }
    diagnostics
}
