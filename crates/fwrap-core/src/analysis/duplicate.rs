//! Program units that share a name.

use rustc_hash::FxHashMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::Span;

/// Program units that share a name: the linker would take one for the other, and so would USE. External procedures
/// count if they are `wanted`.
pub fn find_duplicates(library: &Library, wanted: impl Fn(&Procedure) -> bool) -> Diagnostics {
    let procedures = library.procedures.iter().filter(|procedure| wanted(procedure));
    let units = procedures.map(|procedure| (None, &procedure.name, procedure.span));
    let mut diagnostics = Diagnostics::default();
    for (name, first, second) in find_pairs(units.chain(modules(library))) {
        diagnostics.push(
            Diagnostic::error(Code::DuplicateUnit, second, format!("there are two program units called `{name}`"))
                .label("the second")
                .also(first, "the first")
                .help("give only one of the two files: the linker would refuse both, or take one for the other"),
        );
    }
    diagnostics
}

/// Modules that share a name, where nothing is built of them: whole trees hold variants and examples.
pub fn find_duplicate_modules(library: &Library) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for (name, first, second) in find_pairs(modules(library)) {
        diagnostics.push(
            Diagnostic::warning(Code::DuplicateUnit, second, format!("there are two modules called `{name}`"))
                .label("the second")
                .also(first, "the first")
                .help(
                    "USE takes the one in the same file, else in the nearest folder: give only one of the two files, or \
                     read each on its own (`fwrap inspect --isolated`)",
                ),
        );
    }
    diagnostics
}

/// A submodule is known by its name and that of its ancestor (F2018 14.2.3).
fn modules(library: &Library) -> impl Iterator<Item = (Option<&Name>, &Name, Span)> {
    library.modules.iter().map(|module| (module.ancestor.as_ref(), &module.name, module.span))
}

/// Every unit whose name another one had before, with the places of both.
fn find_pairs<'ir>(
    units: impl Iterator<Item = (Option<&'ir Name>, &'ir Name, Span)>,
) -> impl Iterator<Item = (&'ir Name, Span, Span)> {
    let mut last: FxHashMap<(Option<&Name>, &Name), Span> = FxHashMap::default();
    units.filter_map(move |(ancestor, name, span)| Some((name, last.insert((ancestor, name), span)?, span)))
}
