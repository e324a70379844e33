//! `fwrap inspect --pyf`: a signature file that f2py and fwrap both read.

mod argument;
mod block;
mod callback;
mod declaration;
mod obstacle;
mod size;
mod source;
mod writer;

use crate::analysis::scope::{Modules, ScopeChain};
use crate::analysis::usage::Usages;
use crate::inspect::entity::Describer;
use crate::inspect::pyf::block::BlockPrinter;
use crate::inspect::pyf::callback::CallbackFinder;
use crate::inspect::pyf::source::SourcePrinter;
use crate::inspect::pyf::writer::Writer;
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::ir::program::ProgramKind;

/// Whether a procedure is wanted: its name, and that of its module.
pub type Wanted<'a> = &'a dyn Fn(&Name, Option<&Name>) -> bool;

/// Prints the signatures of everything that was read. What Fortran sources declare goes into the Python module `name`;
/// of their procedures, only those that are wanted.
#[must_use]
pub fn print_pyf<'ir>(
    name: &str,
    library: &'ir Library,
    modules: &Modules<'ir>,
    usages: &Usages<'ir>,
    wanted: Wanted<'_>,
) -> String {
    let describer = Describer { modules };
    let mut head = Writer::default();
    head.line("!    -*- f90 -*-");
    let has_sources = !(library.procedures.is_empty() && library.modules.is_empty() && library.programs.is_empty());
    let sources = if has_sources { print_sources(name, library, describer, usages, wanted) } else { String::new() };
    for block in &library.python_modules {
        head.blank();
        BlockPrinter { writer: &mut head, describer }.block(block);
    }
    head.finish() + &sources
}

/// The Python module of Fortran sources, behind those of its callbacks.
fn print_sources<'ir>(
    name: &str,
    library: &'ir Library,
    describer: Describer<'_, 'ir>,
    usages: &Usages<'ir>,
    wanted: Wanted<'_>,
) -> String {
    let mut main = Writer::default();
    main.blank();
    main.open(&format!("python module {name}"));
    main.open("interface");
    let mut printer = SourcePrinter {
        describer,
        usages,
        finder: CallbackFinder::new(describer, library),
        callbacks: Writer::default(),
        main,
    };
    for procedure in library.procedures.iter().filter(|procedure| wanted(&procedure.name, None)) {
        printer.procedure(procedure, &ScopeChain::empty(), true);
    }
    for module in library.modules.iter().filter(|module| module.ancestor.is_none()) {
        printer.module(module, wanted);
    }
    for program in library.programs.iter().filter(|program| program.kind == ProgramKind::BlockData) {
        printer.block_data(program);
    }
    let mut main = printer.main;
    main.close("end interface");
    main.close(&format!("end python module {name}"));
    printer.callbacks.finish() + &main.finish()
}
