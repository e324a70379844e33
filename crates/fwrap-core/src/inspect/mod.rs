//! IR -> description: the signatures as read, for people and for other programs.

pub mod description;
mod early;
mod entity;
mod expression;
mod inference;
mod module;
pub mod pyf;
mod specific;
mod tree;
mod unit;
mod value;

pub use tree::print_tree;

use crate::analysis::dummy_procedure::find_dummy_procedures;
use crate::analysis::find_usages;
use crate::analysis::scope::Modules;
use crate::diagnostic::{Diagnostics, Severity};
use crate::inspect::description::{FileDescription, Inspection, SCHEMA};
use crate::inspect::entity::Describer;
use crate::inspect::inference::Inference;
use crate::inspect::unit::Units;
use crate::ir::library::Library;
use crate::source::{FileId, SourceMap};

/// Describes every unit and module of the files given.
pub fn describe_library<'ir>(
    library: &'ir Library,
    modules: &Modules<'ir>,
    sources: &SourceMap,
    given: &[FileId],
    diagnostics: &Diagnostics,
) -> Inspection {
    let describer = Describer { modules };
    let mut files: Vec<FileDescription> = given.iter().map(|id| describe_file(*id, sources, diagnostics)).collect();
    let (usages, dummy_procedures) = (find_usages(library, modules), find_dummy_procedures(library, modules));
    let inference = Inference { usages, dummy_procedures, sources };
    let mut units = Units { describer, sources, inference, found: Vec::new() };
    let mut before = (0, 0, 0);
    // The files were read in the order in which they were given.
    let mut ends = library.ends.iter().peekable();
    for (id, file) in given.iter().zip(&mut files) {
        let Some(end) = ends.next_if(|end| end.file == *id) else { continue };
        for procedure in &library.procedures[before.1..end.procedures] {
            units.external(procedure);
        }
        for program in &library.programs[before.2..end.programs] {
            units.program(program);
        }
        for module in &library.modules[before.0..end.modules] {
            units.module(module);
            file.modules.push(describer.module(module, units.line(module.span)));
        }
        before = (end.modules, end.procedures, end.programs);
        units.found.sort_by_key(|(span, _)| *span);
        file.units.extend(units.found.drain(..).map(|(_, unit)| unit));
    }
    Inspection { schema: SCHEMA, files }
}

fn describe_file(id: FileId, sources: &SourceMap, diagnostics: &Diagnostics) -> FileDescription {
    let file = sources.file(id);
    let is_here = |span: &crate::source::Span| span.file == id;
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error && diagnostic.span.as_ref().is_some_and(is_here))
        .map(|diagnostic| diagnostic.title.clone())
        .collect();
    let fixed = matches!(file.suffix().to_ascii_lowercase().as_str(), "f" | "for" | "ftn" | "f77" | "fpp");
    FileDescription {
        // What fypp has made goes by the name of its source.
        path: file.path.strip_suffix(".fypp.f90").map_or_else(|| file.path.clone(), |path| format!("{path}.fypp")),
        form: if fixed { "fixed" } else { "free" },
        status: if errors.is_empty() { "ok" } else { "errors" },
        errors,
        ..FileDescription::default()
    }
}
