//! All that was read in one run.

use crate::ir::module::Module;
use crate::ir::procedure::Procedure;
use crate::ir::program::Program;

/// Everything that the sources declare.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Modules and submodules, in the order of the sources.
    pub modules: Vec<Module>,
    /// External procedures, in the order of the sources.
    pub procedures: Vec<Procedure>,
    /// Main programs and block data units, in the order of the sources.
    pub programs: Vec<Program>,
}
