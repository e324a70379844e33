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
mod uses;
mod value;

pub use tree::print_tree;

use std::collections::HashMap;

use crate::analysis::dummy_procedure::find_dummy_procedures;
use crate::analysis::find_usages;
use crate::analysis::scope::Modules;
use crate::diagnostic::{Diagnostics, Severity};
use crate::inspect::description::{FileDescription, Inspection, SCHEMA};
use crate::inspect::entity::Describer;
use crate::inspect::inference::Inference;
use crate::inspect::unit::Units;
use crate::inspect::uses::Uses;
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::source::{FileId, SourceFile, SourceMap};

/// Describes every unit and module of the files given.
pub fn describe_library<'ir>(
    library: &'ir Library,
    modules: &Modules<'ir>,
    sources: &SourceMap,
    given: &[FileId],
    diagnostics: &Diagnostics,
) -> Inspection {
    let describer = Describer { modules };
    let mut errors = find_errors(diagnostics);
    let describe = |id: &FileId| describe_file(sources.file(*id), errors.remove(id).unwrap_or_default());
    let mut files: Vec<FileDescription> = given.iter().map(describe).collect();
    let usages = find_usages(library, modules);
    let dummy_procedures = find_dummy_procedures(library, modules, &usages);
    let inference = Inference { usages, dummy_procedures, sources };
    let mut units = Units { describer, sources, inference, found: Vec::new() };
    let mut before = (0, 0, 0);
    // The files were read in the order in which they were given.
    let mut ends = library.ends.iter().peekable();
    let mut blocks = library.python_modules.iter().peekable();
    for (id, file) in given.iter().zip(&mut files) {
        let Some(end) = ends.next_if(|end| end.file == *id) else { continue };
        let mut uses = Uses::default();
        let (procedures, programs) =
            (&library.procedures[before.1..end.procedures], &library.programs[before.2..end.programs]);
        uses.visit_procedures(procedures);
        uses.visit_programs(programs);
        procedures.iter().for_each(|procedure| units.external(procedure));
        programs.iter().for_each(|program| units.program(program));
        for module in &library.modules[before.0..end.modules] {
            uses.visit_module(module);
            units.module(module);
            file.modules.push(describer.module(module, units.line(module.span)));
        }
        file.uses = uses.into_names();
        before = (end.modules, end.procedures, end.programs);
        // Blocks of callbacks are said where they are used.
        while let Some(block) = blocks.next_if(|block| block.file == *id) {
            if block.is_of_callbacks() {
                continue;
            }
            let name = block.name.as_ref().map(Name::lower);
            for procedure in block.procedures() {
                units.signature(procedure, name);
            }
            for module in block.modules() {
                units.module(module);
                file.modules.push(describer.module(module, units.line(module.span)));
            }
        }
        units.found.sort_by_key(|(span, _)| *span);
        file.units.extend(units.found.drain(..).map(|(_, unit)| unit));
    }
    Inspection { schema: SCHEMA, files }
}

/// The titles of the errors in each file.
fn find_errors(diagnostics: &Diagnostics) -> HashMap<FileId, Vec<String>> {
    let mut errors: HashMap<FileId, Vec<String>> = HashMap::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
        if let Some(span) = diagnostic.span {
            errors.entry(span.file).or_default().push(diagnostic.title.clone());
        }
    }
    errors
}

fn describe_file(file: &SourceFile, errors: Vec<String>) -> FileDescription {
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
